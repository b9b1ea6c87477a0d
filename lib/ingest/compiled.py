"""Result records that MLCommons compiled from a round -> Round: one flat record a result, no logs.

Three kinds are read alike, told apart by their words only: `mlcommons/cm4mlperf-results` (v3.1, v4.0), the
`summary_results.json` of a results repository (v5.1, v6.0) and the `summary.csv` that the submission checker writes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any

from lib.ingest.problem import Problem, SourceError
from lib.ingest.records import Round, Row
from lib.ingest.systems import add_system, system_id
from lib.ingest.values import count_of, is_missing, number_or_none, text_or_none
from lib.vocabulary import Division, Scenario, metric_of_unit, system_types

# What we call it: what the three kinds call it.
_WORDS: dict[str, tuple[str, ...]] = {
    "public_id": ("ID",),
    "submitter": ("Organization", "Submitter"),
    "division": ("Division", "Category"),
    "platform": ("Platform",),
    "benchmark": ("UsedModel", "Model"),
    "stands_for": ("MlperfModel", "Model"),
    "scenario": ("Scenario",),
    "value": ("Result", "Performance_Result"),
    "unit": ("Units", "Performance_Units", "Result_Units"),
    "power": ("Result_Power", "Power_Result"),
    "power_unit": ("Result_Power_Units", "Power_Units"),
    "has_power": ("has_power",),
    "inferred": ("inferred",),
    "weight_dtype": ("weight_data_types",),
    "location": ("Location",),
    "accuracy": ("Accuracy",),
}
# MLCommons' field of a description: the three kinds' words for it.
_DESCRIPTION: dict[str, tuple[str, ...]] = {
    "system_name": ("SystemName", "System"),
    "system_type": ("SystemType", "Suite"),
    "status": ("Availability",),
    "accelerator_model_name": ("accelerator_model_name", "Accelerator"),
    "accelerators_per_node": ("accelerators_per_node", "a#"),
    "total_accelerators": ("total_accelerators", "Total Accelerators"),
    "number_of_nodes": ("number_of_nodes", "Nodes"),
    "host_processor_model_name": ("host_processor_model_name", "Processor"),
    "host_processors_per_node": ("host_processors_per_node", "p#"),
    "host_processor_core_count": ("host_processor_core_count",),
    "framework": ("framework", "Software"),
    "operating_system": ("operating_system",),
    "notes": ("notes", "Notes"),
}
_FALSE = {"", "0", "0.0", "false", "none", "n", "no"}


def records_of_json(data: bytes, path: str) -> list[dict[str, Any]]:
    """The records of a JSON list. Raises SourceError when it is none."""
    try:
        records = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SourceError(f"malformed JSON ({error}); expected a list of result records") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise SourceError("expected a JSON list of result records")
    return records


def records_of_csv(data: bytes) -> list[dict[str, Any]]:
    """The records of a submission checker's `summary.csv`."""
    text = data.decode("utf-8-sig", "replace")
    return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))]


def looks_compiled(record: dict[str, Any]) -> bool:
    """Whether a record has the words that every kind has."""
    return "Platform" in record and "Scenario" in record and ("Organization" in record or "Submitter" in record)


def read_official(records: Iterable[dict[str, Any]], into: Round, path: str) -> None:
    """MLCommons' own values and public IDs of a round, to hold the logs' against: table `official`."""
    for _, found in _merged(records, into, path):
        types = system_types(found["description"].get("system_type"))
        into.add("official", {
            "round": into.name, "public_id": found["public_id"], "division": found["division"],
            "submitter": found["submitter"], "platform": found["platform"],
            "system_name": text_or_none(found["description"].get("system_name")),
            "is_datacenter": "datacenter" in types if types else None, "is_edge": "edge" in types if types else None,
            "benchmark_raw": _folder(found) or found["benchmark"], "stands_for": text_or_none(found["stands_for"]),
            "scenario": found["scenario"], "value": found["value"], "unit": found["metric"].unit, "power": found["power"], "power_unit": found["power_unit"],
            "source": path,
        })


def _folder(found: dict[str, Any]) -> str | None:
    """The benchmark's folder, which a submitter may call otherwise than the record does."""
    parts = str(found["location"] or "").removeprefix("./").split("/")
    return parts[4] if len(parts) >= 6 and parts[2] == "results" else None


def read_compiled(records: Iterable[dict[str, Any]], into: Round, path: str) -> None:
    """A round from its records alone: results and systems; what records do not hold (latencies, targets) is missing."""
    described: dict[tuple[str, str, str], tuple[dict[str, Any], str]] = {}
    for number, found in _merged(records, into, path):
        owner = (found["division"], found["submitter"], found["platform"])
        described.setdefault(owner, (found["description"], path))
        _merge_types(described[owner][0], found["description"])
        into.add("results", _result(into, found, number))
        for metric, value in _accuracy(found["accuracy"]):
            into.add("accuracy", {"result_id": _result_id(into, found), "metric": metric, "value": value, "source_path": path})
    power = {row["system_id"] for row in into.rows("results") if row["has_power_run"]}
    for row in into.rows("results"):
        row["has_power_run"] = row["system_id"] in power
    for owner, (description, place) in sorted(described.items()):
        add_system(into, *owner, description, "compiled", place)


def _merge_types(kept: dict[str, Any], other: dict[str, Any]) -> None:
    both = system_types(kept.get("system_type")) | system_types(other.get("system_type"))
    if both:
        kept["system_type"] = ",".join(sorted(both))


def _merged(records: Iterable[dict[str, Any]], into: Round, path: str) -> list[tuple[int, dict[str, Any]]]:
    """Records as rows of ours, in one order; a second record that holds only a result's power is folded in."""
    found: dict[tuple[str, ...], tuple[int, dict[str, Any]]] = {}
    powers: list[tuple[int, tuple[str, ...], dict[str, Any]]] = []
    for number, record in enumerate(records, 1):
        into.files_read += 1
        row = _read(record, into, path, number)
        if row is None:
            continue
        key = (row["division"], row["submitter"], row["platform"], row["benchmark"], row["scenario"])
        if row["value"] is None and row["power"] is not None:
            powers.append((number, key, row))
        elif row["value"] is None:
            into.problems.append(Problem("error", path, number, "a record without a result; left out"))
        elif key in found and found[key][1]["value"] != row["value"]:
            into.problems.append(Problem("error", path, number, f"a second value for {'/'.join(key)}; left out"))
        elif key in found:
            _merge_types(found[key][1]["description"], row["description"])
        else:
            found[key] = (number, row)
    for number, key, row in powers:
        if key in found:
            found[key][1]["power"], found[key][1]["power_unit"] = row["power"], row["power_unit"]
        else:
            into.problems.append(Problem("error", path, number, f"power without a result for {'/'.join(key)}; left out"))
    return [found[key] for key in sorted(found)]


def _read(record: dict[str, Any], into: Round, path: str, number: int) -> dict[str, Any] | None:
    row = {name: _value(record, words) for name, words in _WORDS.items()}
    division = Division.find(row["division"])
    missing = [name for name in ("submitter", "platform", "benchmark", "scenario") if is_missing(row[name])]
    if division is None or missing:
        what = "division" if division is None else missing[0]
        into.problems.append(Problem("error", path, number, f"a record without a {what} that we know; left out"))
        return None
    unit = str(row["unit"] or "")
    power_unit = str(row["power_unit"] or (unit if unit in ("Watts", "millijoules") else ""))
    row |= {name: str(row[name]).strip() for name in ("submitter", "platform", "benchmark")}
    row["division"] = str(division)
    row["scenario"] = str(Scenario.find(row["scenario"]) or row["scenario"])
    row["value"], row["power"] = number_or_none(row["value"]), number_or_none(row["power"])
    if row["value"] is not None and not unit:
        into.problems.append(Problem("error", path, number, "a result without a unit; left out"))
        return None
    row["power_unit"] = power_unit or None
    row["metric"] = metric_of_unit(unit)
    row["public_id"] = text_or_none(row["public_id"])
    row["description"] = {name: value for name, words in _DESCRIPTION.items() if (value := _value(record, words)) is not None}
    return row


def _value(record: dict[str, Any], words: tuple[str, ...]) -> Any:
    return next((record[word] for word in words if not is_missing(record.get(word))), None)


def _result_id(into: Round, found: dict[str, Any]) -> str:
    owner = system_id(into.name, found["division"], found["submitter"], found["platform"])
    return f"{owner}/{found['benchmark']}/{found['scenario']}"


def _result(into: Round, found: dict[str, Any], number: int) -> Row:
    metric, watts = found["metric"], (found["power_unit"] or "").lower().startswith("watt")
    location = str(found["location"] or "").removeprefix("./")
    stands_for = text_or_none(found["stands_for"])
    return {
        "result_id": _result_id(into, found),
        "system_id": system_id(into.name, found["division"], found["submitter"], found["platform"]),
        "round": into.name, "division": found["division"], "submitter": found["submitter"],
        "platform": found["platform"], "benchmark_raw": found["benchmark"],
        "stands_for": stands_for if stands_for != found["benchmark"] else None,
        "scenario": found["scenario"], "scenario_logged": None, "metric": metric.kind, "value": found["value"],
        "unit": metric.unit, "higher_is_better": metric.higher_is_better,
        "is_inferred": str(found["inferred"]).strip().lower() not in _FALSE if found["inferred"] is not None else None,
        "is_valid": True, "value_field": "Result",
        "has_power_run": found["power"] is not None or str(found["has_power"]).strip().lower() not in _FALSE,
        "power_w": found["power"] if watts else None,
        "energy_mj": found["power"] if found["power"] is not None and not watts else None,
        "weight_dtype": text_or_none(found["weight_dtype"]), "public_id": found["public_id"],
        "source": "compiled", "source_path": location or f"record {number}",
    }


def _accuracy(value: Any) -> list[tuple[str, float]]:
    """Accuracy figures such as `ROUGE1: 44.45  ROUGE2: 22.04`, or one bare number."""
    bare = number_or_none(value) if value is not None else None
    if bare is not None:
        return [("accuracy", bare)]
    pairs = re.findall(r"([A-Za-z_][\w-]{0,40}): {0,3}(-?\d{1,12}(?:\.\d{1,12})?)", str(value or "")[:2000])
    return [(name, float(number)) for name, number in pairs]


def total_accelerators(description: dict[str, Any]) -> int | None:
    """The whole system's accelerators where a record states them."""
    return count_of(description.get("total_accelerators"))
