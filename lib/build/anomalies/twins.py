"""Twins: entries with the same hardware whose results differ by 10% or more, and what differs between them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import duckdb

from lib.build.anomalies.differences import Descriptions, Difference
from lib.build.anomalies.finding import Finding
from lib.build.anomalies.rules import TWINS

Row = dict[str, Any]

# What makes two machines the same: every column must be equal, and the accelerator or the CPU must be known.
FINGERPRINT = (
    "submitter", "base_name", "accelerator", "accelerator_memory_raw", "accelerator_variant", "mig",
    "accelerators_per_node", "nodes", "cpu", "cpus_per_node",
)


def twins(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """A finding for each benchmark in which machines of one fingerprint are apart by the threshold or more."""
    columns = ", ".join(("result_id", "system_id", "public_id", "round", "division", "benchmark", "scenario", "unit", "era",
                         "value", "higher_is_better", "target_qps", "power_mode", *FINGERPRINT))
    cursor = connection.execute(
        f"select {columns} from results where is_valid and value > 0 and division <> 'open' "
        "and (accelerator is not null or cpu is not null) order by position"
    )
    names = [column[0] for column in cursor.description or ()]
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        groups[tuple(row[name] for name in ("round", "division", "benchmark", *FINGERPRINT))].append(row)
    described = Descriptions(connection)
    found = (_finding(rows, described) for rows in groups.values() if len({row["system_id"] for row in rows}) > 1)
    return [finding for finding in found if finding]


def _finding(rows: list[Row], described: Descriptions) -> Finding | None:
    by_scenario: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_scenario[row["scenario"]].append(row)
    gaps = {}
    for scenario, members in by_scenario.items():
        ordered = sorted(members, key=lambda row: (_speed(row), row["result_id"]))
        if len(ordered) > 1:
            gaps[scenario] = (_speed(ordered[-1]) / _speed(ordered[0]), ordered[-1], ordered[0])
    if not gaps:
        return None
    worst = max(gaps, key=lambda scenario: (gaps[scenario][0], scenario))
    ratio, best, slowest = gaps[worst]
    if ratio < TWINS.threshold:
        return None
    system_differences = described.of_systems(best["system_id"], slowest["system_id"])
    run_differences = described.of_results(best["result_id"], slowest["result_id"])
    members = [
        (row["result_id"], "apart" if gaps.get(row["scenario"], (1.0,))[0] >= TWINS.threshold else "context") for row in rows
    ]
    return Finding(
        "twins", best["round"], f"twins/{best['round']}/{best['benchmark']}/" + "/".join(sorted({row["system_id"] for row in rows})),
        score=ratio, ratio=ratio,
        finding=_sentence(gaps, worst, system_differences, run_differences),
        members=tuple(sorted(members)),
        evidence={
            "threshold": TWINS.threshold,
            "faster": best["result_id"], "slower": slowest["result_id"],
            "gaps": [{"scenario": name, "ratio": gap[0], "faster": gap[1]["result_id"], "slower": gap[2]["result_id"]}
                     for name, gap in sorted(gaps.items())],
            "differences": [item.as_json() for item in (*system_differences, *run_differences)],
        },
    )


def _speed(row: Row) -> float:
    value = float(row["value"])
    return value if row["higher_is_better"] else 1 / value


def _sentence(
    gaps: dict[str, tuple[float, Row, Row]], worst: str, system: list[Difference], run: list[Difference]
) -> str:
    others = [f"{gap[0]:.2f}x in {name}" for name, gap in sorted(gaps.items()) if name != worst]
    text = f"Same hardware, {gaps[worst][0]:.2f}x apart in {worst}" + (f", {', '.join(others)}" if others else "")
    parts = [item for item in system if item.source == "software"]
    said = [_said(item) for item in parts[:2]]
    targets = next((item for item in run if item.field == "target_qps"), None)
    if targets and targets.first and targets.second and worst in ("Server", "Interactive"):
        said.append(f"they were asked for {targets.first} and {targets.second} queries/s")
    modes = next((item for item in run if item.field == "power_mode"), None)
    if modes:
        said.insert(0, f"the power modes are {modes.first or 'not stated'} and {modes.second or 'not stated'}")
    return text + (": " + "; ".join(said) if said else "; the files name no difference in software") + "."


def _said(item: Difference) -> str:
    if item.first is None:
        return f"the slower one runs {item.field} {item.second}"
    if item.second is None:
        return f"the faster one runs {item.field} {item.first}"
    return f"{item.field} {item.first} against {item.second}"
