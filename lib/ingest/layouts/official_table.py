"""The CSV that MLCommons' public results table exports -> records as `compiled` reads them.

Up to v5.1 several header rows, then four lines per system; the line `Avg. Result at System Name` holds the results.
Since v6.0 (UTF-16, tabs) one header row and a row per result, whose column is called so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from lib.ingest.layouts.cells import Row, by_header, unswallowed
from lib.ingest.layouts.record_file import Doubled, Placed, RecordFile
from lib.ingest.problem import SourceError
from lib.names.values import text_or_none
from lib.vocabulary import Scenario, SystemType

# MLCommons' rules: these scenarios belong to one suite alone. Offline is in both, and SingleStream, once the edge
# suite's own, is since v6.0 found in the datacenter's too: beside it Server does not speak for the whole table.
_ONLY_IN = {
    Scenario.SERVER: SystemType.DATACENTER,
    Scenario.INTERACTIVE: SystemType.DATACENTER,
    Scenario.MULTI_STREAM: SystemType.EDGE,
}
TABLE = "official table"  # what stands for a record's place: the table names none
_FIRST = "public id"
_AVERAGE = "avg. result"  # in full: Avg. Result at System Name
_COUNTS = ("# of", "sum of")  # what the other lines of an entry say
_HEADERS = 20  # rows in which the header is looked for; v5.0's is the fifth
# The table's words, without `(click + for details)` and in small letters: the word that records have for it.
_WORDS = {
    _FIRST: "ID",
    "organization": "Organization",
    "availability": "Availability",
    "system name": "SystemName",
    "# of nodes": "number_of_nodes",
    "processor": "host_processor_model_name",
    "# of processors": "host_processors_per_node",
    "accelerator": "accelerator_model_name",
    "# of accelerators": "accelerators_per_node",
    "accelerators per node": "accelerators_per_node",
    "total accelerators": "total_accelerators",
    "host processor core count": "host_processor_core_count",
    "division/power": "Division",
    "model mlc": "Model",
    "scenario": "Scenario",
    "units": "Units",
}
Told = dict[str, str]  # a record's words
_SHARED = ("Organization", "Division", "SystemName", "Model", "Scenario", "Result")
_MOST_ENTRIES = 4
_MOST_WORDS = 30  # of a header that a refusal names
_AVERAGED = "is an average: {} share a system name and this value, and the public table averages over the name"


def header_of(rows: list[Row]) -> int | None:
    """Which of the first rows is the public table's header; None where none is."""
    for index, row in enumerate(rows[:_HEADERS]):
        words = [_word(cell) for cell in row.cells]
        if words[0] == _FIRST and (index >= 2 or _result_column(words) is not None):
            return index
    return None


def looks_like_table(rows: list[Row]) -> bool:
    """Whether a CSV is the public table's export, its header found or not."""
    cells = [" ".join(cell.lower().split()) for row in rows[:_HEADERS] for cell in row.cells]
    return _FIRST in cells and any(cell.startswith(("benchmark / model mlc", _AVERAGE)) for cell in cells)


def read_table(rows: list[Row], text: str, delimiter: str, into: RecordFile) -> None:
    """One record per result of the table. Raises SourceError when its header rows are not as expected."""
    at = header_of(rows)
    if at is None:
        raise SourceError("the public table without a header row that begins with 'Public ID'")
    words = [_word(cell) for cell in rows[at].cells]
    below = unswallowed(rows[at + 1 :], text, delimiter, len(words))
    average = _result_column(words)
    if average is not None and "scenario" in words:
        into.records += _flat(words, average, [row for row in below if _is_whole(row, len(words), into)])
    elif at >= 2:
        into.records += _crossed(_columns(rows[at - 2 : at + 1], into), rows[at].cells, below, into)
    else:
        raise SourceError(
            "the public table without its rows of benchmarks and scenarios above 'Public ID'; expected these, or since "
            f"v6.0 the columns Scenario and Avg. Result, and found {', '.join(map(repr, rows[at].cells[:_MOST_WORDS]))}"
        )
    _add_suite(into)


def _is_whole(row: Row, number: int, into: RecordFile) -> bool:
    """Whether a row has as many cells as the header: one that has not is shifted or cut, and a problem."""
    if len(row.cells) != number:
        into.say("error", row.line, f"has {len(row.cells)} cells, the header {number}; left out")
    return len(row.cells) == number


def _word(cell: str) -> str:
    return " ".join(cell.lower().replace("(click + for details)", " ").split())


def _result_column(words: list[str]) -> int | None:
    return next((index for index, word in enumerate(words) if word.startswith(_AVERAGE)), None)


def _flat(words: list[str], average: int, rows: list[Row]) -> Iterator[Placed]:
    """A row per result: the form since v6.0."""
    header = [_WORDS.get(word, word) for word in words]
    header[average] = "Result"
    for row in rows:
        yield Placed(row.line, _identified(by_header(header, [cell.strip() for cell in row.cells])))


def _columns(rows: list[Row], into: RecordFile) -> dict[int, Told]:
    """The columns of results by their place: the benchmark, scenario and unit that the three header rows tell.

    Where one of these rows ends before the others what it says of the last columns is lost, and they are left out.
    """
    cells = [[cell.strip() for cell in row.cells] for row in rows]
    first = next((index for index, name in enumerate(cells[1]) if name), len(cells[2]))
    last = max((index + 1 for told in cells for index, name in enumerate(told) if name), default=0)
    for row, what in zip(rows, ("benchmarks", "scenarios", "units"), strict=True):
        if len(row.cells) < last:
            counts = f"the row of {what} has {len(row.cells)} cells, the table {last} columns"
            into.say("error", row.line, f"{counts}; what lies beyond them is left out")
    found = {}
    for index, told in enumerate(zip(_filled(cells[0]), *cells[1:], strict=False)):
        if told[1]:
            found[index] = dict(zip(("Model", "Scenario", "Units"), told, strict=True))
        elif index > first and (told[2] or cells[0][index]):
            into.say("error", rows[1].line, f"column {index + 1} names no scenario; left out")
    return found


def _crossed(columns: dict[int, Told], names: list[str], rows: Iterable[Row], into: RecordFile) -> Iterator[Placed]:
    """A row per system and a column per benchmark and scenario: the form up to v5.1.

    Results below a system's row that is left out are left out too: they are not those of the system above it.
    """
    first = min(columns, default=len(names))
    header = [_WORDS.get(_word(cell), _word(cell)) for cell in names[:first]]
    system: dict[str, Any] = {}
    for row in rows:
        is_whole = _is_whole(row, len(names), into)
        if row.cells[0].strip():
            system = _identified(by_header(header, [cell.strip() for cell in row.cells])) if is_whole else {}
            system.pop("", None)  # what the lines are: nodes, accelerators, the result
        filled = {column: cell for column in columns if is_whole and (cell := row.cells[column].strip())}
        labels = [word for cell in row.cells[:first] if (word := _word(cell))]
        if filled and not any(word.startswith((_AVERAGE, *_COUNTS)) for word in labels):
            into.say("error", row.line, f"a line of figures that does not say which: {labels[-1:]}; left out")
        if not filled or not any(word.startswith(_AVERAGE) for word in labels):
            continue
        if not system:
            into.say("error", row.line, "results without the row of their system; left out")
            continue
        for column, cell in filled.items():
            record = {**system, **columns[column], "Result": cell}
            yield Placed(row.line, Doubled(record, system.others) if isinstance(system, Doubled) else record)


def _filled(row: list[str]) -> list[str]:
    """A header row whose name stands only above its first column, carried on to the next name."""
    filled, last = [], ""
    for cell in row:
        last = cell.strip() or last
        filled.append(last)
    return filled


def _identified(record: dict[str, Any]) -> dict[str, Any]:
    """A record with what every record needs: its platform (the public ID stands for it), its division without power."""
    division, _, power = str(record.get("Division") or "").strip().partition(" ")
    record["Platform"] = record.get("ID") or record.get("SystemName") or ""
    record["Division"] = division
    record["Location"] = TABLE
    record["has_power"] = "power" in power.lower()
    return record


def _add_suite(into: RecordFile) -> None:
    suite = suite_of([str(placed.record.get("Scenario")) for placed in into.records])
    for placed in into.records:
        if suite:
            placed.record["SystemType"] = suite


def suite_of(scenarios: list[str]) -> str | None:
    """The suite that a table's scenarios tell: an export shows one suite, and does not say which.

    >>> suite_of(["Offline", "Server"]), suite_of(["Offline", "MultiStream"]), suite_of(["Offline"])
    ('datacenter', 'edge', None)
    """
    found = {Scenario(word) for name in set(scenarios) if (word := Scenario.find(name))}
    suites = {_ONLY_IN[scenario] for scenario in found if scenario in _ONLY_IN}
    if len(suites) != 1 or (suites == {SystemType.DATACENTER} and Scenario.SINGLE_STREAM in found):
        return None
    return str(suites.pop())


def doubt_averages(into: RecordFile) -> None:
    """Doubt the values of entries that share a system name and show one value: the table shows their average.

    6.0-0051 and 6.0-0052 both show 6882.1 in v6.0's table; their logs say 6862.3 and 6901.9. Entries of one name that
    show different values (5.1-0002, 5.1-0003) were not averaged together. To be asked when values are numbers.
    """
    shared: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, placed in enumerate(into.records):
        if text_or_none(placed.record.get("SystemName")) is not None:
            shared[tuple(str(placed.record.get(word)).lower() for word in _SHARED)].append(index)
    for indices in shared.values():
        entries = sorted({str(into.records[index].record["Platform"]) for index in indices})
        has_ids = bool(into.records[indices[0]].record.get("ID"))
        if len(entries) < 2 and (has_ids or len(indices) < 2):
            continue
        what = f"{len(entries)} entries ({', '.join(entries[:_MOST_ENTRIES])})" if has_ids else f"{len(indices)} rows"
        for index in indices:
            placed = into.records[index]
            into.records[index] = placed._replace(doubt=_AVERAGED.format(what))
            into.say("warning", placed.line, f"the result {_AVERAGED.format(what)}")
