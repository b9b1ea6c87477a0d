"""Result records that MLCommons compiled from a round -> Round: one flat record a result, no logs.

Three kinds are read alike, told apart by their words only: `mlcommons/cm4mlperf-results` (v3.1, v4.0), the
`summary_results.json` of a results repository (v5.1, v6.0) and the `summary.csv` that the submission checker writes.
"""

from __future__ import annotations

import re
from typing import Any

from lib.ingest.layouts.record import Record, agree, left_out, location, read_record, shown
from lib.ingest.layouts.record_file import RecordFile
from lib.ingest.layouts.record_power import is_same_number
from lib.ingest.problem import Problem
from lib.ingest.records import Round, Row
from lib.ingest.systems import add_system, system_id
from lib.names.habit import Unread, read_alone
from lib.names.values import is_missing, number_or_none, text_or_none
from lib.vocabulary import system_types

_FLAGS = {
    **dict.fromkeys(("1", "1.0", "true", "t", "yes", "y"), True),
    **dict.fromkeys(("0", "0.0", "false", "f", "no", "n"), False),
}
# What two records of one result can say of it besides its value and power, and how a problem calls it.
_TOLD_ONCE = {
    "public_id": "ID", "accuracy": "accuracy", "weight_dtype": "weight type", "inferred": "flag of inference",
    "stands_for": "benchmark of MLCommons", "location": "location",
}  # fmt: skip
_FIGURE = re.compile(r"([A-Za-z_][\w-]{0,40}): {0,3}([^\s:;]{1,40})")


def read_official(file: RecordFile, into: Round, path: str) -> None:
    """MLCommons' own values and public IDs of a round, to hold the logs' against: table `official`."""
    for number, found in _merged(file, into, path):
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
                "checker_inferred": _flag(found["inferred"], into, path, number),
                "source": path,
            },
        )


def _folder(found: Record) -> str | None:
    """The benchmark's folder, which a submitter may call otherwise than the record does."""
    parts = location(found["location"])
    return parts[4] if parts else None


def read_compiled(file: RecordFile, into: Round, path: str) -> None:
    """A round from its records alone: results and systems; what records do not hold (latencies, targets) is missing."""
    described: dict[tuple[str, str, str], tuple[Record, str]] = {}
    for number, found in _merged(file, into, path):
        owner = (found["division"], found["submitter"], found["platform"])
        described.setdefault(owner, (found["description"], path))
        _merge_types(described[owner][0], found["description"])
        into.add("results", _result(into, found, number, path))
        for metric, value in _accuracy(found["accuracy"], into, path, number):
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


def _merged(file: RecordFile, into: Round, path: str) -> list[tuple[int, Record]]:
    """Records as rows of ours, in one order; a second record that holds only a result's power is folded in."""
    found: dict[tuple[str, ...], tuple[int, Record]] = {}
    powers: list[tuple[int, tuple[str, ...], Record]] = []
    into.problems += file.problems
    for placed in file.records:
        into.files_read += 1
        number, row = placed.line, read_record(placed, into, path)
        if row is None:
            continue
        key = (row["division"], row["submitter"], row["platform"], row["benchmark"], row["scenario"])
        if row["value"] is None and row["power"] is not None:
            powers.append((number, key, row))
        elif row["value"] is None:
            left_out(into, path, number, "a record without a result" + (f": {row['unread']}" if row["unread"] else ""))
        elif key in found:
            _fold(found[key][1], row, "/".join(key), into, path, number)
        else:
            found[key] = (number, row)
    for number, owner, row in powers:
        if owner not in found:
            left_out(into, path, number, f"power without a result for {'/'.join(owner)}")
        elif not _add_power(found[owner][1], row):
            said = f"{_power(found[owner][1])}, then {_power(row)}"
            left_out(into, path, number, f"a second power for {'/'.join(owner)}: {said}")
    return [found[key] for key in sorted(found)]


def _fold(kept: Record, row: Record, name: str, into: Round, path: str, number: int) -> None:
    """A further record of a result: of the other suite where it says the same, else a contradiction.

    The first of two unlike values is kept, for want of a rule, and not trusted.
    """
    is_same = kept["metric"] == row["metric"] and is_same_number(kept["value"], row["value"])
    if not is_same:
        said = [f"{one['value']!r} {one['metric'].unit}" for one in (kept, row)]
        left_out(into, path, number, f"a second value for {name}: {said[0]}, then {said[1]}")
        kept["doubt"] = kept["doubt"] or f"its source states two values: {said[0]} and {said[1]}"
        return
    _merge_types(kept["description"], row["description"])
    kept["description"] |= {key: value for key, value in row["description"].items() if key not in kept["description"]}
    kept["doubt"] = kept["doubt"] or row["doubt"]
    kept["has_power"] = row["has_power"] if _FLAGS.get(_word(row["has_power"])) else kept["has_power"]
    if not _add_power(kept, row):
        left_out(into, path, number, f"a second power for {name}: {_power(kept)}, then {_power(row)}")
    for word, called in _TOLD_ONCE.items():
        if is_missing(kept[word]):
            kept[word] = row[word]
        elif not is_missing(row[word]) and not _is_same(word, kept[word], row[word]):
            told = f"{shown(kept[word])}, then {shown(row[word])}"
            left_out(into, path, number, f"a second {called} for {name}: {told}")


def _is_same(word: str, one: Any, other: Any) -> bool:
    if word == "inferred" and _word(one) in _FLAGS and _word(other) in _FLAGS:
        return _FLAGS[_word(one)] == _FLAGS[_word(other)]
    return agree(word, one, other)


def _word(flag: Any) -> str:
    return str(flag).strip().lower()


def _power(row: Record) -> str:
    return f"{row['power']!r} {row['power_unit'] or ''}".strip()


def _add_power(kept: Record, row: Record) -> bool:
    """Give a result the power that another row states; False where it has another already."""
    if row["power"] is None:
        return True
    if kept["power"] is not None:
        return bool(kept["power_unit"] == row["power_unit"] and is_same_number(kept["power"], row["power"]))
    kept["power"], kept["power_unit"] = row["power"], row["power_unit"]
    return True


def _result_id(into: Round, found: Record) -> str:
    owner = system_id(into.name, found["division"], found["submitter"], found["platform"])
    return f"{owner}/{found['benchmark']}/{found['scenario']}"


def _result(into: Round, found: Record, number: int, path: str) -> Row:
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
        "is_inferred": None,  # whether the log ran another scenario only the log tells
        "checker_inferred": _flag(found["inferred"], into, path, number),
        "is_valid": True,
        "doubt": found["doubt"],
        "value_field": "Result",
        "has_power_run": found["power"] is not None or bool(_flag(found["has_power"], into, path, number)),
        "power_w": found["power"] if found["power_unit"] == "Watts" else None,
        "energy_mj": found["power"] if found["power_unit"] == "millijoules" else None,
        "weight_dtype_raw": text_or_none(found["weight_dtype"]),
        "public_id": found["public_id"],
        "source": "compiled",
        "source_path": location or f"record {number}",
    }


def _flag(value: Any, into: Round, path: str, number: int) -> bool | None:
    """A flag as the checkers write it: 0 and 1, False and True; None where it says nothing, or in no word we know."""
    word = _word(value)
    if word in _FLAGS or text_or_none(value) is None:
        return _FLAGS.get(word)
    into.problems.append(Problem("warning", path, number, f"a flag that is neither true nor false: {word[:40]!r}"))
    return None


def _accuracy(value: Any, into: Round, path: str, number: int) -> list[tuple[str, float]]:
    """Accuracy figures such as `ROUGE1: 44.45  ROUGE2: 22.04`, or one bare number. What is no number is a problem."""
    bare = number_or_none(value) if value is not None else None
    if bare is not None:
        return [("accuracy", bare)]
    pairs = _FIGURE.findall(str(value or "")[:2000])
    # A plain number is one, as every checker writes them here: `43.102` is no 43102.
    figures = [
        (name, read_alone(figure) if (plain := number_or_none(figure)) is None else plain) for name, figure in pairs
    ]
    if value is not None and (not pairs or any(figure is None for _, figure in figures)):
        message = f"accuracy that is no number: {(value.text if isinstance(value, Unread) else str(value))[:60]!r}"
        into.problems.append(Problem("warning", path, number, message))
    return [(name, figure) for name, figure in figures if figure is not None]
