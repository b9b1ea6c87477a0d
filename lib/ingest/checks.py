"""What can be said of a round's results only when all of them are there."""

from __future__ import annotations

from collections import Counter, defaultdict

from lib.ingest.problem import Problem
from lib.ingest.records import Round, Row
from lib.names.units import UNIT_DOUBTED, UnitRules, misfits

_UNLIKE = "where most results of its benchmark and scenario are in"
_DAY_S = 86_400
# What a value of each kind can be, in its unit's own words; the bounds are those of the measurement, not of a record.
# Rates: LoadGen logs each sample by a clock of nanoseconds, so that 1e9 a second is one at each tick (the largest
# published is 5.8 million); fewer than one sample a day fills no run (the smallest is one in 72 s). Latencies: from one
# tick of that clock to a day, of which a run needs 64 (published: 0.12 ms to 57 s). Streams are whole queries.
_BOUNDS = {"throughput": (1 / _DAY_S, 1e9), "streams": (1.0, 1e9)}
_LATENCIES = {"ms": (1e-6, _DAY_S * 1e3), "s": (1e-9, float(_DAY_S))}
_ANY = (0.0, 1e15)
_MOST_W = 1e9  # watts: a gigawatt is a power station; published are 2.5 to 10,442 W
_MOST_MJ = _MOST_W * 1e3 * _DAY_S  # that for a day


def finish(into: Round) -> None:
    """Mark the systems that have power runs, and doubt absurd values and units that differ within a field.

    A problem of a whole file is said once, however many of its systems it is about.
    """
    power = {row["system_id"] for row in into.rows("results") if row["has_power_run"]}
    for row in into.rows("results"):
        row["has_power_run"] = row["system_id"] in power
    _doubt_values(into)
    into.problems += _unlike(into).values()
    into.problems = list(dict.fromkeys(into.problems))


def _doubt_values(into: Round) -> None:
    """Doubt what no measurement gives: zero, negative numbers, what is beyond its bounds. Such power is left out."""
    shared = _shared_paths(into)
    for row in into.rows("results"):
        low, high = _LATENCIES.get(row["unit"], _BOUNDS.get(row["metric"], _ANY))
        value = row["value"]
        if not (0 < value < high and value >= low):
            said = f"an absurd value: {value!r} {row['unit']}"
            expected = f"more than 0 and less than {high:g}" if value <= 0 or value >= high else f"{low:g} or more"
            into.problems.append(_about(row, f"{said}; expected {expected}", shared))
            row["doubt"] = "; ".join(filter(None, (row.get("doubt"), said)))
        for name, unit, most in (("power_w", "W", _MOST_W), ("energy_mj", "mJ per query", _MOST_MJ)):
            power = row.get(name)
            if power is not None and not 0 < power < most:
                said = f"absurd power: {power!r} {unit}; expected more than 0 and less than {most:g}; left out"
                into.problems.append(_about(row, said, shared))
                row[name] = None


def doubt_units(into: Round, rules: UnitRules) -> None:
    """Doubt units that the rules do not explain, and sizes that cannot be so in their unit: one line a result.

    The rows stay as their source has them: the unit is corrected where a database is made, so that an edited table of
    names needs no new import.
    """
    measured = [rules.measured(row) for row in into.rows("results")]
    judged = rules.judge_all(measured)
    said = {name: item.doubt for name, item in judged.items() if item.doubt}
    said |= {name: item.doubt for name, item in misfits(measured, judged).items()}
    unlike = _unlike(into)
    told_better = {unlike[result_id] for result_id in said if result_id in unlike}
    into.problems[:] = [problem for problem in into.problems if problem not in told_better]
    shared = _shared_paths(into)
    doubted = {row["result_id"]: row for row in into.rows("results") if row["result_id"] in said}
    into.problems += [_about(row, f"{UNIT_DOUBTED}: {said[name]}", shared) for name, row in doubted.items()]


def _unlike(into: Round) -> dict[str, Problem]:
    """What to say of each result whose unit is not that of most in its benchmark and scenario."""
    units: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in into.rows("results"):
        units[row["benchmark_raw"], row["scenario"]][row["unit"]] += 1
    usual = {field: max(sorted(counted), key=lambda unit: counted[unit]) for field, counted in units.items()}
    shared = _shared_paths(into)
    return {
        row["result_id"]: _about(row, f"in {row['unit']}, {_UNLIKE} {most}", shared)
        for row in into.rows("results")
        if row["unit"] != (most := usual[row["benchmark_raw"], row["scenario"]])
    }


def _shared_paths(into: Round) -> set[str]:
    """The paths that do not tell which result is meant: the public table's, and of records that name one place."""
    counted = Counter(row["source_path"] for row in into.rows("results"))
    return {path for path, number in counted.items() if number > 1}


def _about(row: Row, message: str, shared: set[str]) -> Problem:
    """A warning about a result by its path, and by its entry where its path is another's too."""
    if row["source_path"] in shared:
        message += f" ({row['platform']}, {row['benchmark_raw']}, {row['scenario']})"
    return Problem("warning", row["source_path"], 0, message)
