"""What can be said of a round's results only when all of them are there."""

from __future__ import annotations

from collections import Counter, defaultdict

from lib.ingest.problem import Problem
from lib.ingest.records import Round

_LARGEST = 1e15  # no published number of any unit comes near


def finish(into: Round) -> None:
    """Mark the systems that have power runs, and doubt absurd values and units that differ within a field.

    A problem of a whole file is said once, however many of its systems it is about.
    """
    power = {row["system_id"] for row in into.rows("results") if row["has_power_run"]}
    for row in into.rows("results"):
        row["has_power_run"] = row["system_id"] in power
    _doubt_values(into)
    _doubt_units(into)
    into.problems = list(dict.fromkeys(into.problems))


def _doubt_values(into: Round) -> None:
    for row in into.rows("results"):
        if not 0 < row["value"] < _LARGEST:
            message = f"an absurd value: {row['value']!r} {row['unit']}"
            into.problems.append(Problem("warning", row["source_path"], 0, message))


def _doubt_units(into: Round) -> None:
    units: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in into.rows("results"):
        units[row["benchmark_raw"], row["scenario"]][row["unit"]] += 1
    for row in into.rows("results"):
        counted = units[row["benchmark_raw"], row["scenario"]]
        usual = max(sorted(counted), key=lambda unit: counted[unit])
        if row["unit"] != usual:
            message = f"in {row['unit']}, where most results of its benchmark and scenario are in {usual}"
            into.problems.append(Problem("warning", row["source_path"], 0, message))
