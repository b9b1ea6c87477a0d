"""The rows of a CSV, whatever parts its cells: commas, tabs or semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lib.ingest.layouts.record_file import Doubled
from lib.ingest.problem import SourceError
from lib.ingest.sources.unpack import first_line
from lib.names.values import is_missing

_HEADER = 4000  # characters in which the mark between the cells is looked for; MLCommons' longest header has 1,300
_DELIMITERS = ",\t;"
# A stray quote may swallow all that is below it: that costs rows, never the file, whose size is bounded already.
csv.field_size_limit(1 << 30)


class Row(NamedTuple):
    """A row's cells, and the lines on which it begins and ends: a quoted cell may hold several."""

    line: int
    cells: list[str]
    last: int


def delimiter_of(text: str) -> str:
    """The mark that parts most cells of a CSV's first line that has any; a comma where none has."""
    lines = text[:_HEADER].lstrip().splitlines()
    start = next((line for line in lines if any(mark in line for mark in _DELIMITERS)), "")
    return max(_DELIMITERS, key=start.count)


def rows_of(text: str, delimiter: str, before: int = 0) -> Iterator[Row]:
    """The rows that hold anything; `before` is how many lines come before the text. Raises SourceError for no CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last = before
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(last + 1, cells, before + reader.line_num)
            last = before + reader.line_num
    except csv.Error as error:
        raise SourceError(f"malformed CSV ({first_line(error)}); expected a header and a row per result") from error


def unswallowed(rows: Iterable[Row], text: str, delimiter: str, width: int) -> Iterator[Row]:
    """The rows; one that may have swallowed others by a stray quote is read again line by line.

    A row of several lines may hold a note of several lines, or the ends of two rows, made one by a quote each. So it
    counts as one only where it has the header's `width` and no cell over several lines holds as many delimiters as
    half a row; two rows that are made one leave a whole row's delimiters in theirs.
    """
    lines: list[str] | None = None
    for row in rows:
        if row.last == row.line or (len(row.cells) == width and not _holds_rows(row.cells, delimiter, width)):
            yield row
            continue
        lines = lines or list(io.StringIO(text, newline=""))
        for number in range(row.line, row.last + 1):
            yield from rows_of(lines[number - 1], delimiter, number - 1)


def _holds_rows(cells: list[str], delimiter: str, width: int) -> bool:
    several = [cell for cell in cells if "\n" in cell or "\r" in cell]
    return any(2 * cell.count(delimiter) >= width - 1 for cell in several)


def by_header(header: list[str], cells: list[str]) -> dict[str, Any]:
    """A row by its header's words. Of a word that stands twice the first filled cell counts; unlike ones are kept."""
    record: dict[str, Any] = {}
    others: dict[str, list[Any]] = {}
    for word, cell in zip(header, cells, strict=False):
        if not word and not cell.strip():
            continue
        if is_missing(record.get(word)):
            record[word] = cell
        elif not is_missing(cell) and cell.strip() != record[word].strip():
            others.setdefault(word, []).append(cell)
    return Doubled(record, others) if others else record
