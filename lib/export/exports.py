"""The CSV of a link: the same bytes for the button, for `python -m lib.export` and for /export/PAGE.csv."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from lib.export.csv import csv_bytes
from lib.query import questions
from lib.query.connection import Database
from lib.query.facets import vocabulary
from lib.selection import Selection, SelectionError, parse, split_link
from lib.settings import settings


def _rankings(db: Database, selection: Selection) -> pa.Table:
    table = questions.ranked(db, selection)
    columns = ["rank", *questions.CONTRACT]
    if selection.one("per", "system") != "system":
        table = table.rename_columns(
            [f"value_per_{selection.one('per')}_derived" if name == "shown" else name for name in table.column_names]
        )
        columns.insert(1, f"value_per_{selection.one('per')}_derived")
    return table.select(columns)


def _results(db: Database, selection: Selection) -> pa.Table:
    table = questions.results(db, selection)
    return table.select([*questions.CONTRACT, *(name for name in table.column_names if name not in questions.CONTRACT)])


def _anomalies(db: Database, selection: Selection) -> pa.Table:
    return questions.anomalies(db, selection, most=100_000)


def _system(db: Database, selection: Selection) -> pa.Table:
    tables = [questions.results_of_system(db, entry) for entry in selection.get("entry")]
    if not tables or any(table.num_rows == 0 for table in tables):
        raise SelectionError("the link of a system names no entry that the data holds")
    return pa.concat_tables(tables)


EXPORTS: dict[str, Callable[[Database, Selection], pa.Table]] = {
    "rankings": _rankings,
    "results": _results,
    "anomalies": _anomalies,
    "system": _system,
}


def csv_of(db: Database, page: str, selection: Selection) -> bytes:
    """The rows of a page as CSV, each with the data's snapshot and the page's link.

    Raises SelectionError when the page has no rows to export.
    """
    if page not in EXPORTS:
        raise SelectionError(f"this page has no CSV; expected one of {', '.join(EXPORTS)}")
    table = EXPORTS[page](db, selection)
    link = address(settings().public_url, selection.without("snapshot").link(page))
    for name, text in (("snapshot", db.snapshot), ("link", link)):
        table = table.append_column(name, pa.array([text] * table.num_rows, pa.string()))
    return csv_bytes(table)


def csv_of_link(db: Database, link: str) -> bytes:
    """The CSV of a link, whole URL or not. Raises SelectionError for anything in it that is not understood."""
    page, query = split_link(link)
    parsed = parse(query, vocabulary(db))
    if parsed.notice:
        raise SelectionError(parsed.notice.replace("Left out of this link: ", "not understood: ").rstrip("."))
    selection = parsed.selection
    if parsed.is_bare:
        selection = questions.page_defaults(db, page)
    return csv_of(db, page, selection)


def address(host: str, link: str) -> str:
    """A link under a host; without a host, the link alone."""
    return f"{host.rstrip('/')}/{link}" if host else link


def file_name(page: str, selection: Selection, snapshot: str) -> str:
    """A file name that says what the CSV holds."""
    parts = [
        "plumbline",
        page,
        *selection.get("round"),
        *selection.get("benchmark"),
        *selection.get("scenario"),
        snapshot[:8],
    ]
    safe = [
        "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "_" for letter in part)
        for part in parts
    ]
    return "-".join(safe)[:120] + ".csv"
