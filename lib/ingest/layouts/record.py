"""One result record in our words, whichever of MLCommons' kinds of record it is."""

from __future__ import annotations

from typing import Any

from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.names.values import is_missing, number_or_none, text_or_none
from lib.rounds import RuleSet
from lib.vocabulary import Division, Scenario, metric_of_unit

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
WATTS = {"watts", "w"}
MILLIJOULES = {"millijoules": 1.0, "mj": 1.0, "joules": 1000.0, "j": 1000.0}
_UNITS_BEFORE_TOKENS = {
    Scenario.OFFLINE: "Samples/s", Scenario.SERVER: "Queries/s",
    Scenario.SINGLE_STREAM: "ms", Scenario.MULTI_STREAM: "ms",
}  # fmt: skip
_NO_UNIT = "a result without a unit, and the list of rounds names no rules for this round that tell it"

Record = dict[str, Any]


def looks_compiled(record: object) -> bool:
    """Whether a record has the words that every kind has."""
    if not isinstance(record, dict):
        return False
    is_named = "Platform" in record and "Scenario" in record and ("Organization" in record or "Submitter" in record)
    return is_named or "Location" in record


def location(value: object) -> list[str]:
    """The steps of a Location, from the division on; none where it is no result's place."""
    parts = str(value or "").removeprefix("./").split("/")
    return parts if len(parts) >= 6 and parts[2] in ("results", "measurements") else []


def read_record(record: Any, into: Round, path: str, number: int) -> Record | None:
    """One record in our words; None, and a problem, where it does not say whose result of what it is."""
    if not isinstance(record, dict):
        left_out(into, path, number, f"no record but a {type(record).__name__}")
        return None
    row: Record = {name: _value(record, words) for name, words in _WORDS.items()}
    steps = location(row["location"])
    for name, step in _IN_LOCATION.items():
        if row[name] is None and steps:
            row[name] = steps[step]
    division = Division.find(row["division"])
    missing = ["division"] * (division is None) + [name for name in _IN_LOCATION if is_missing(row[name])]
    if missing:
        left_out(into, path, number, f"a record without a {missing[0]} that we know")
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
    if unit.lower() in WATTS | MILLIJOULES.keys():  # a row of its own holds the power of another row's result
        row["power"] = row["power"] if row["power"] is not None else row["value"]
        row["value"] = None
        row["power_unit"] = row["power_unit"] or unit
    if row["value"] is not None and not unit:
        unit = _unit_by_rules(row["scenario"], into.rules)
        if not unit:
            left_out(into, path, number, _NO_UNIT if into.rules is None else "a result without a unit")
            return None
    row["power_unit"] = text_or_none(row["power_unit"])
    row["metric"] = metric_of_unit(unit)
    return row


def _unit_by_rules(scenario: str, rules: RuleSet | None) -> str:
    """The unit of a record that states none; empty where the round's rules leave it open."""
    if rules is None or rules.has_units:
        return ""
    if scenario == Scenario.MULTI_STREAM and rules.multistream == "streams":
        return "streams"
    known = Scenario.find(scenario)
    return _UNITS_BEFORE_TOKENS.get(Scenario(known), "") if known else ""


def left_out(into: Round, path: str, number: int, what: str) -> None:
    """Note that a record was left out, and why."""
    into.problems.append(Problem("error", path, number, f"{what}; left out"))


def _value(record: Record, words: tuple[str, ...]) -> Any:
    return next((record[word] for word in words if not is_missing(record.get(word))), None)
