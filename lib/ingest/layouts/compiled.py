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

from lib.ingest.layouts import official_table
from lib.ingest.problem import Problem, SourceError
from lib.ingest.records import Round, Row
from lib.ingest.sources.unpack import first_line
from lib.ingest.systems import add_system, system_id
from lib.names.values import is_missing, number_or_none, text_or_none
from lib.vocabulary import Division, Scenario, metric_of_unit, round_key, system_types

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
# What a record's Location (DIVISION/SUBMITTER/results/PLATFORM/BENCHMARK/SCENARIO) tells where a column is missing.
_IN_LOCATION = {"division": 0, "submitter": 1, "platform": 3, "benchmark": 4, "scenario": 5}
_WATTS = {"watts", "w"}
_MILLIJOULES = {"millijoules": 1.0, "mj": 1.0, "joules": 1000.0, "j": 1000.0}
_UNITS_BEFORE_TOKENS = {
    Scenario.OFFLINE: "Samples/s", Scenario.SERVER: "Queries/s",
    Scenario.SINGLE_STREAM: "ms", Scenario.MULTI_STREAM: "ms",
}  # fmt: skip
_FALSE = {"", "0", "0.0", "false", "none", "n", "no"}

Record = dict[str, Any]


def records_of(data: bytes, path: str) -> list[Any]:
    """The records of a JSON list, of MLCommons' public table or of a checker's `summary.csv`, as they stand there.

    Raises SourceError when it is none of them.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        records = _records_of_json(data)
    elif official_table.looks_like_table(data):
        records = official_table.records(data)
    else:
        records = _records_of_csv(data)
    if not any(looks_compiled(record) for record in records):
        raise SourceError(
            f"no result records in {path}; expected Platform, Scenario and Organization or Submitter in each"
        )
    return records


def _records_of_json(data: bytes) -> list[Any]:
    try:
        records = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SourceError(f"malformed JSON ({first_line(error)}); expected a list of result records") from error
    if not isinstance(records, list):
        raise SourceError("expected a JSON list of result records")
    return records


def _records_of_csv(data: bytes) -> list[Any]:
    text = data.decode("utf-8-sig", "replace")
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        return list(reader) if looks_compiled(dict.fromkeys(reader.fieldnames or ())) else []
    except csv.Error as error:
        raise SourceError(f"malformed CSV ({first_line(error)}); expected a header and a row per result") from error


def looks_compiled(record: object) -> bool:
    """Whether a record has the words that every kind has."""
    if not isinstance(record, dict):
        return False
    is_named = "Platform" in record and "Scenario" in record and ("Organization" in record or "Submitter" in record)
    return is_named or "Location" in record


def is_summary(records: list[Any]) -> bool:
    """Whether these are a round's own summary, to be held against its logs.

    The records of cm4mlperf (which alone have a `uid`) and the public table are sources of their own.
    """
    dicts = [record for record in records if isinstance(record, dict)]
    return any("uid" not in record and _location(record.get("Location")) for record in dicts)


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
    parts = _location(found["location"])
    return parts[4] if parts else None


def _location(value: object) -> list[str]:
    """The steps of a Location, from the division on; none where it is no result's place."""
    parts = str(value or "").removeprefix("./").split("/")
    return parts if len(parts) >= 6 and parts[2] in ("results", "measurements") else []


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
        row = _read(record, into, path, number)
        if row is None:
            continue
        key = (row["division"], row["submitter"], row["platform"], row["benchmark"], row["scenario"])
        if row["value"] is None and row["power"] is not None:
            powers.append((number, key, row))
        elif row["value"] is None:
            _left_out(into, path, number, "a record without a result")
        elif key in found and found[key][1]["value"] != row["value"]:
            _left_out(into, path, number, f"a second value for {'/'.join(key)}")
        elif key in found:
            _merge_types(found[key][1]["description"], row["description"])
        else:
            found[key] = (number, row)
    for number, owner, row in powers:
        if owner in found:
            found[owner][1]["power"], found[owner][1]["power_unit"] = row["power"], row["power_unit"]
        else:
            _left_out(into, path, number, f"power without a result for {'/'.join(owner)}")
    return [found[key] for key in sorted(found)]


def _read(record: Any, into: Round, path: str, number: int) -> Record | None:
    """One record in our words; None, and a problem, where it does not say whose result of what it is."""
    if not isinstance(record, dict):
        _left_out(into, path, number, f"no record but a {type(record).__name__}")
        return None
    row: Record = {name: _value(record, words) for name, words in _WORDS.items()}
    steps = _location(row["location"])
    for name, step in _IN_LOCATION.items():
        if row[name] is None and steps:
            row[name] = steps[step]
    division = Division.find(row["division"])
    missing = ["division"] * (division is None) + [name for name in _IN_LOCATION if is_missing(row[name])]
    if missing:
        _left_out(into, path, number, f"a record without a {missing[0]} that we know")
        return None
    row |= {name: text_or_none(row[name]) for name in ("submitter", "platform", "benchmark", "public_id", "location")}
    row["division"] = str(division)
    row["scenario"] = str(Scenario.find(row["scenario"]) or text_or_none(row["scenario"]))
    row["description"] = {
        key: value for key, words in _DESCRIPTION.items() if (value := _value(record, words)) is not None
    }
    return _with_values(row, into, path, number)


def _with_values(row: Record, into: Round, path: str, number: int) -> Record | None:
    """The record with its value and power as numbers and its unit as a metric."""
    unit = text_or_none(row["unit"]) or ""
    row["value"], row["power"] = number_or_none(row["value"]), number_or_none(row["power"])
    if unit.lower() in _WATTS | _MILLIJOULES.keys():  # a row of its own holds the power of another row's result
        row["power"] = row["power"] if row["power"] is not None else row["value"]
        row["value"] = None
        row["power_unit"] = row["power_unit"] or unit
    if row["value"] is not None and not unit:
        unit = _UNITS_BEFORE_TOKENS.get(row["scenario"], "") if round_key(into.name) < (4, 0) else ""
        if not unit:
            _left_out(into, path, number, "a result without a unit")
            return None
    row["power_unit"] = text_or_none(row["power_unit"])
    row["metric"] = metric_of_unit(unit)
    return row


def _left_out(into: Round, path: str, number: int, what: str) -> None:
    into.problems.append(Problem("error", path, number, f"{what}; left out"))


def _value(record: Record, words: tuple[str, ...]) -> Any:
    return next((record[word] for word in words if not is_missing(record.get(word))), None)


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
        "weight_dtype": text_or_none(found["weight_dtype"]),
        "public_id": found["public_id"],
        "source": "compiled",
        "source_path": location or f"record {number}",
    }


def _power(found: Record) -> Row:
    """Watts or millijoules per query, whichever the record's unit says; without a unit the scenario tells."""
    unit = (found["power_unit"] or "").lower()
    if not unit:
        unit = "mj" if found["scenario"] in (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM) else "w"
    factor = _MILLIJOULES.get(unit)
    energy = found["power"] * factor if factor and found["power"] is not None else None
    return {"power_w": found["power"] if unit in _WATTS else None, "energy_mj": energy}


def _accuracy(value: Any) -> list[tuple[str, float]]:
    """Accuracy figures such as `ROUGE1: 44.45  ROUGE2: 22.04`, or one bare number."""
    bare = number_or_none(value) if value is not None else None
    if bare is not None:
        return [("accuracy", bare)]
    pairs = re.findall(r"([A-Za-z_][\w-]{0,40}): {0,3}(-?\d{1,12}(?:\.\d{1,12})?)", str(value or "")[:2000])
    return [(name, float(number)) for name, number in pairs]
