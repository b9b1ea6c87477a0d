"""What can be said of a round's results only when all of them are there."""

from __future__ import annotations

from collections import Counter, defaultdict

from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.names.units import UNIT_DOUBTED, UnitRules, misfits

_UNLIKE = "where most results of its benchmark and scenario are in"
_LARGEST = 1e15  # no published number of any unit comes near


def finish(into: Round) -> None:
    """Mark the systems that have power runs, and doubt absurd values and units that differ within a field.

    A problem of a whole file is said once, however many of its systems it is about.
    """
    power = {row["system_id"] for row in into.rows("results") if row["has_power_run"]}
    for row in into.rows("results"):
        row["has_power_run"] = row["system_id"] in power
    _doubt_values(into)
    _doubt_unlike(into)
    into.problems = list(dict.fromkeys(into.problems))


def _doubt_values(into: Round) -> None:
    for row in into.rows("results"):
        if not 0 < row["value"] < _LARGEST:
            message = f"an absurd value: {row['value']!r} {row['unit']}"
            into.problems.append(Problem("warning", row["source_path"], 0, message))


def doubt_units(into: Round, rules: UnitRules) -> None:
    """Doubt units that the rules do not explain, and sizes that cannot be so in their unit: one line a result.

    The rows stay as their source has them: the unit is corrected where a database is made, so that an edited table of
    names needs no new import.
    """
    measured = [rules.measured(row) for row in into.rows("results")]
    judged = rules.judge_all(measured)
    said = {name: item.doubt for name, item in judged.items() if item.doubt}
    said |= {name: item.doubt for name, item in misfits(measured, judged).items()}
    doubted = {row["source_path"]: said[row["result_id"]] for row in into.rows("results") if row["result_id"] in said}
    into.problems[:] = [
        problem for problem in into.problems if problem.path not in doubted or _UNLIKE not in problem.message
    ]
    into.problems += [Problem("warning", path, 0, f"{UNIT_DOUBTED}: {words}") for path, words in doubted.items()]


def _doubt_unlike(into: Round) -> None:
    units: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in into.rows("results"):
        units[row["benchmark_raw"], row["scenario"]][row["unit"]] += 1
    for row in into.rows("results"):
        counted = units[row["benchmark_raw"], row["scenario"]]
        usual = max(sorted(counted), key=lambda unit: counted[unit])
        if row["unit"] != usual:
            message = f"in {row['unit']}, {_UNLIKE} {usual}"
            into.problems.append(Problem("warning", row["source_path"], 0, message))
