"""One result record in our words, whichever of MLCommons' kinds of record it is."""

from __future__ import annotations

from typing import Any

from lib.ingest.layouts.record_file import Doubled, Placed
from lib.ingest.layouts.record_power import is_of_power, is_same_number, power_of, take_own_power
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.names.habit import Unread
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
    "power": ("Result_Power", "Power_Result", "power"),
    "power_unit": ("Result_Power_Units", "Power_Units"),
    "has_power": ("has_power",),
    "inferred": ("inferred", "infered"),
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
# Words of the three kinds that say nothing which a result or a system has here, or say again what another word says.
_OF_NO_USE = {
    "compliance", "compilance", "errors", "version", "design_power_watts", "PrivateID", "uid", "url", "git_url",
    "Accuracy_div_100", "Inference_per_Joule", "Details", "Code", "Unique ID (e.g. for Audit)", "ColorKey",
    "code", "details", "benchmark", "sum of # of processors", "sum of # of accelerators", "sum of # of nodes",
}  # fmt: skip
KNOWN_WORDS = _OF_NO_USE.union(*_WORDS.values(), *_DESCRIPTION.values())
_ALL = tuple((_WORDS | _DESCRIPTION).items())
_SAID_TWICE = tuple((name, words) for name, words in _ALL if len(words) > 1)
# Where numbers may stand as text, in whichever habit.
NUMBER_WORDS = (*_WORDS["value"], *_WORDS["power"], *_WORDS["accuracy"])
# `Model` is the submitter's word in one kind and MLCommons' in another: beside the other two words it contradicts none.
_MAY_DIFFER = {"benchmark", "stands_for"}
# What is measured may be written with more digits in one place than in another; counts may not.
_MEASURED = {"value", "power", "accuracy"}
# What a value hangs on: where two words disagree about one of these, the value cannot be trusted.
_OF_THE_VALUE = {"value", "unit", "scenario", "division", "submitter", "platform", "benchmark"}
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


def read_record(placed: Placed, into: Round, path: str) -> Record | None:
    """One record in our words; None, and a problem, where it does not say whose result of what it is.

    `doubt` is why its value cannot be trusted, None where nothing speaks against it.
    """
    record, number = placed.record, placed.line
    if not isinstance(record, dict):
        left_out(into, path, number, f"no record but a {type(record).__name__}")
        return None
    row: Record = {name: _value(record, words) for name, words in _WORDS.items()}
    row["doubt"] = _joined(placed.doubt, _contradictions(record, into, path, number))
    row["is_checkers_power"] = _is_checkers_power(record)
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
    row["unread"] = _unread(row["value"])
    row["value"] = number_or_none(row["value"])
    if (unread := _unread(row["power"])) is not None:
        into.problems.append(Problem("warning", path, number, f"power that is no number: {unread}; left out"))
    row["power"] = number_or_none(row["power"])
    if row["is_checkers_power"] and row["power"] == 0:  # the checkers' word for none
        row["power"] = None
    if is_of_power(unit):  # a row of its own holds the power of another row's result
        take_own_power(row, unit, into, path, number)
    if row["value"] is not None and not unit:
        unit = _unit_by_rules(row["scenario"], into.rules)
        if not unit:
            left_out(into, path, number, _NO_UNIT if into.rules is None else "a result without a unit")
            return None
    row["power"], row["power_unit"] = power_of(row)
    row["metric"] = metric_of_unit(unit)
    return row


def _is_checkers_power(record: Record) -> bool:
    """Whether a record's power is that of the column `power`, to which no unit belongs, and of no other word."""
    *others, last = _WORDS["power"]
    other = _value(record, tuple(others))
    return not is_missing(record.get(last)) and (other is None or isinstance(other, Unread))


def _unread(value: Any) -> str | None:
    """What stands in a number's place and is none, and why it was not read; None where it is a number or nothing."""
    if value is None or number_or_none(value) is not None:
        return None
    text, reason = value if isinstance(value, Unread) else (str(value), "no number")
    return f"{text[:40]!r}, {reason}"


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
    """The first filled candidate; of several the first that is a number, where one of them is none."""
    filled = [record[word] for word in words if not is_missing(record.get(word))]
    if filled and isinstance(filled[0], Unread):
        return next((value for value in filled if not isinstance(value, Unread)), filled[0])
    return filled[0] if filled else None


def _contradictions(record: Record, into: Round, path: str, number: int) -> str | None:
    """Note every fact that a record states twice and unlike; the answer is the doubt that this leaves of its value."""
    doubts = []
    taken = "; the first counts" if isinstance(record, Doubled) else ""
    for name, words in _SAID_TWICE if not isinstance(record, Doubled) else _ALL:
        said = [(word, record[word]) for word in words if not is_missing(record.get(word))]
        said = said[:1] if name in _MAY_DIFFER else said
        if isinstance(record, Doubled):
            said += [(word, other) for word in words for other in record.others.get(word, ())]
        if any(not agree(name, said[0][1], other) for _, other in said[1:]):
            message = "; ".join(f"{word} says {shown(value)}" for word, value in said)
            into.problems.append(
                Problem("warning", path, number, f"a record that contradicts itself: {message}{taken}")
            )
            doubts += [f"its record contradicts itself: {message}"] if name in _OF_THE_VALUE else []
    return _joined(*doubts)


def agree(name: str, one: Any, other: Any) -> bool:
    """Whether two values of one fact say the same: measured numbers to the last digit of the coarser one."""
    first, second = number_or_none(one), number_or_none(other)
    if first is not None and second is not None:
        return is_same_number(first, second) if name in _MEASURED else first == second
    return _compared(name, one) == _compared(name, other)


def _compared(name: str, value: Any) -> str:
    return metric_of_unit(str(value)).unit if name == "unit" else " ".join(str(value).lower().split())


def shown(value: Any) -> str:
    """A value as a problem names it, whatever it is."""
    return f"{(value.text if isinstance(value, Unread) else str(value))[:40]!r}"


def _joined(*reasons: str | None) -> str | None:
    return "; ".join(reason for reason in reasons if reason) or None
