"""Result records that MLCommons compiled from a round -> Round: one flat record a result, no logs.

Three kinds are read alike, told apart by their words only: `mlcommons/cm4mlperf-results` (v3.1, v4.0), the
`summary_results.json` of a results repository (v5.1, v6.0) and the `summary.csv` that the submission checker writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lib.ingest.layouts.record import MILLIJOULES, WATTS, Record, left_out, location, read_record
from lib.ingest.records import Round, Row
from lib.ingest.systems import add_system, system_id
from lib.names.values import number_or_none, text_or_none
from lib.vocabulary import Scenario, system_types

_FALSE = {"", "0", "0.0", "false", "none", "n", "no"}


def read_official(records: Iterable[Any], into: Round, path: str) -> None:
    """MLCommons' own values and public IDs of a round, to hold the logs' against: table `official`."""
    for _, found in _merged(records, into, path):
        types = system_types(found["description"].get("system_type"))
        into.add(
            "official",
            {
                "round": into.name,
                "public_id": found["public_id"],
                "division": found["division"],
                "submitter": found["submitter"],
                "platform": found["platform"],
                "system_name": text_or_none(found["description"].get("system_name")),
                "is_datacenter": "datacenter" in types if types else None,
                "is_edge": "edge" in types if types else None,
                "benchmark_raw": _folder(found) or found["benchmark"],
                "stands_for": text_or_none(found["stands_for"]),
                "scenario": found["scenario"],
                "value": found["value"],
                "unit": found["metric"].unit,
                "power": found["power"],
                "power_unit": found["power_unit"],
                "source": path,
            },
        )


def _folder(found: Record) -> str | None:
    """The benchmark's folder, which a submitter may call otherwise than the record does."""
    parts = location(found["location"])
    return parts[4] if parts else None


def read_compiled(records: Iterable[Any], into: Round, path: str) -> None:
    """A round from its records alone: results and systems; what records do not hold (latencies, targets) is missing."""
    described: dict[tuple[str, str, str], tuple[Record, str]] = {}
    for number, found in _merged(records, into, path):
        owner = (found["division"], found["submitter"], found["platform"])
        described.setdefault(owner, (found["description"], path))
        _merge_types(described[owner][0], found["description"])
        into.add("results", _result(into, found, number))
        for metric, value in _accuracy(found["accuracy"]):
            into.add(
                "accuracy",
                {"result_id": _result_id(into, found), "metric": metric, "value": value, "source_path": path},
            )
    for owner, (description, place) in sorted(described.items()):
        add_system(into, *owner, description, "compiled", place)


def _merge_types(kept: Record, other: Record) -> None:
    both = system_types(kept.get("system_type")) | system_types(other.get("system_type"))
    if both:
        kept["system_type"] = ",".join(sorted(both))


def _merged(records: Iterable[Any], into: Round, path: str) -> list[tuple[int, Record]]:
    """Records as rows of ours, in one order; a second record that holds only a result's power is folded in."""
    found: dict[tuple[str, ...], tuple[int, Record]] = {}
    powers: list[tuple[int, tuple[str, ...], Record]] = []
    for number, record in enumerate(records, 1):
        into.files_read += 1
        row = read_record(record, into, path, number)
        if row is None:
            continue
        key = (row["division"], row["submitter"], row["platform"], row["benchmark"], row["scenario"])
        if row["value"] is None and row["power"] is not None:
            powers.append((number, key, row))
        elif row["value"] is None:
            left_out(into, path, number, "a record without a result")
        elif key in found and found[key][1]["value"] != row["value"]:
            left_out(into, path, number, f"a second value for {'/'.join(key)}")
        elif key in found:
            _merge_types(found[key][1]["description"], row["description"])
        else:
            found[key] = (number, row)
    for number, owner, row in powers:
        if owner in found:
            found[owner][1]["power"], found[owner][1]["power_unit"] = row["power"], row["power_unit"]
        else:
            left_out(into, path, number, f"power without a result for {'/'.join(owner)}")
    return [found[key] for key in sorted(found)]


def _result_id(into: Round, found: Record) -> str:
    owner = system_id(into.name, found["division"], found["submitter"], found["platform"])
    return f"{owner}/{found['benchmark']}/{found['scenario']}"


def _result(into: Round, found: Record, number: int) -> Row:
    metric = found["metric"]
    location = (found["location"] or "").removeprefix("./")
    stands_for = text_or_none(found["stands_for"])
    return {
        "result_id": _result_id(into, found),
        "system_id": system_id(into.name, found["division"], found["submitter"], found["platform"]),
        "round": into.name,
        "division": found["division"],
        "submitter": found["submitter"],
        "platform": found["platform"],
        "benchmark_raw": found["benchmark"],
        "stands_for": stands_for if stands_for != found["benchmark"] else None,
        "scenario": found["scenario"],
        "scenario_logged": None,
        "metric": metric.kind,
        "value": found["value"],
        "unit": metric.unit,
        "higher_is_better": metric.higher_is_better,
        "is_inferred": str(found["inferred"]).strip().lower() not in _FALSE if found["inferred"] is not None else None,
        "is_valid": True,
        "value_field": "Result",
        "has_power_run": found["power"] is not None or str(found["has_power"]).strip().lower() not in _FALSE,
        **_power(found),
        "weight_dtype_raw": text_or_none(found["weight_dtype"]),
        "public_id": found["public_id"],
        "source": "compiled",
        "source_path": location or f"record {number}",
    }


def _power(found: Record) -> Row:
    """Watts or millijoules per query, whichever the record's unit says; without a unit the scenario tells."""
    unit = (found["power_unit"] or "").lower()
    if not unit:
        unit = "mj" if found["scenario"] in (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM) else "w"
    factor = MILLIJOULES.get(unit)
    energy = found["power"] * factor if factor and found["power"] is not None else None
    return {"power_w": found["power"] if unit in WATTS else None, "energy_mj": energy}


def _accuracy(value: Any) -> list[tuple[str, float]]:
    """Accuracy figures such as `ROUGE1: 44.45  ROUGE2: 22.04`, or one bare number."""
    bare = number_or_none(value) if value is not None else None
    if bare is not None:
        return [("accuracy", bare)]
    pairs = re.findall(r"([A-Za-z_][\w-]{0,40}): {0,3}(-?\d{1,12}(?:\.\d{1,12})?)", str(value or "")[:2000])
    return [(name, float(number)) for name, number in pairs]
