"""Files of result records -> the records as they stand there: JSON, the checker's CSV, the public table."""

from __future__ import annotations

import re
from itertools import islice

from lib.ingest.layouts.cells import Row, delimiter_of, rows_of
from lib.ingest.layouts.checker_csv import looks_like_checker, read_checker
from lib.ingest.layouts.json_records import read_json
from lib.ingest.layouts.official_table import TABLE, doubt_averages, looks_like_table, read_table
from lib.ingest.layouts.record import KNOWN_WORDS, NUMBER_WORDS, location, looks_compiled
from lib.ingest.layouts.record_file import RecordFile
from lib.ingest.layouts.text import decoded, kind_of
from lib.ingest.problem import SourceError
from lib.names.habit import read_column
from lib.names.values import is_missing

_FIRST_ROWS = 20
_MOST_WORDS = 20  # columns that one problem names
_EXPECTED = (
    "expected a header with Platform, Scenario and Organization or Submitter (the submission checker's summary.csv), "
    "or with Public ID (MLCommons' public table)"
)


def records_of(data: bytes, path: str) -> RecordFile:
    """The records of a JSON file, of MLCommons' public table or of a checker's `summary.csv`, as they stand there.

    Numbers that stand as text are read by the habit of their whole column. Raises SourceError when it is none of them.
    """
    if other := kind_of(data[:512]):
        raise SourceError(f"{other}; expected result records as JSON or CSV")
    text, odd_line = decoded(data)
    text = text.removeprefix("\ufeff")
    into = RecordFile(path)
    if odd_line:
        into.say("warning", odd_line, "bytes from this line on that are not of the file's encoding; shown as \ufffd")
    is_table = False
    if text.lstrip()[:1] in ("[", "{"):
        read_json(text, into)
    else:
        is_table = _read_csv(text, into)
    _read_numbers(into)
    if is_table:
        doubt_averages(into)
    _name_unread_words(into)
    if not any(looks_compiled(placed.record) for placed in into.records):
        first = f"; {into.problems[0]}" if into.problems else ""
        raise SourceError(f"no result records in it{first}")
    return into


def _read_csv(text: str, into: RecordFile) -> bool:
    """The records of a CSV, and whether it is the public table. Raises SourceError when it is none that we know."""
    skipped = text.startswith("sep=")  # Excel's own line, which names the delimiter
    text_below = text.partition("\n")[2] if skipped else text
    delimiter = delimiter_of(text_below)
    rows = rows_of(text_below, delimiter, int(skipped))
    first = list(islice(rows, _FIRST_ROWS))
    if looks_like_table(first):
        read_table([*first, *rows], text, delimiter, into)
        return True
    header = [cell.strip() for cell in first[0].cells] if first else []
    if not looks_like_checker(header):
        raise SourceError(f"no result records in it, {_words_of(first)}; {_EXPECTED}")
    read_checker(header, [*first[1:], *rows], text, delimiter, into)
    return False


def _words_of(rows: list[Row]) -> str:
    words = [cell.strip()[:40] for cell in rows[0].cells if cell.strip()][:6] if rows else []
    return f"whose first words are {', '.join(map(repr, words))}" if words else "no word at all"


def _read_numbers(into: RecordFile) -> None:
    """Read the numbers that stand as text, column by column; what cannot be read becomes an Unread."""
    for word in NUMBER_WORDS:
        held = [
            placed.record
            for placed in into.records
            if isinstance(placed.record, dict)
            and isinstance(placed.record.get(word), str)
            and not is_missing(placed.record[word])
            and (word != "Accuracy" or re.fullmatch(r"[0-9][0-9.,' ]{0,40}", placed.record[word].strip()))
        ]
        for record, number in zip(held, read_column([record[word] for record in held]), strict=True):
            record[word] = number


def _name_unread_words(into: RecordFile) -> None:
    """One problem for all words of the file that nobody reads and that are not known to be of no use here."""
    words = {word: None for placed in into.records if isinstance(placed.record, dict) for word in placed.record}
    unread = [word for word in words if word not in KNOWN_WORDS]
    if unread:
        named = ", ".join(f"{word[:40]!r}" for word in unread[:_MOST_WORDS])
        more = f" and {len(unread) - _MOST_WORDS} more" if len(unread) > _MOST_WORDS else ""
        into.say("warning", 0, f"not read, for no such column is known: {named}{more}")


def names_places(file: RecordFile) -> bool:
    """Whether the records say which platforms they are of: the public table has IDs in their place."""
    return any(isinstance(placed.record, dict) and placed.record.get("Location") != TABLE for placed in file.records)


def is_summary(file: RecordFile) -> bool:
    """Whether these are a round's own summary, to be held against its logs.

    The records of cm4mlperf (which alone have a `uid`) and the public table are sources of their own.
    """
    dicts = [placed.record for placed in file.records if isinstance(placed.record, dict)]
    return any("uid" not in record and location(record.get("Location")) for record in dicts)
