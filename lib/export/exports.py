"""The CSV of a link: the same bytes for the button, for `python -m lib.export` and for /export/PAGE.csv."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import pyarrow as pa

from lib import links
from lib.catalogue import BY_NAME, EXPORTED
from lib.export.csv import csv_bytes
from lib.query.connection import Database
from lib.query.defaults import page_defaults
from lib.query.facets import vocabulary
from lib.selection import Selection, SelectionError
from lib.settings import settings

Question = Callable[[Database, Selection], pa.Table]


@dataclass(frozen=True)
class View:
    """What a link shows: its page and its whole selection, the page's defaults where it is a bare one."""

    page: str
    selection: Selection


def question(page: str) -> Question:
    """The question whose answer a page's CSV holds. Raises SelectionError where a page has none."""
    if page not in EXPORTED:
        raise SelectionError(f"this page has no CSV; expected one of {', '.join(EXPORTED)}")
    module, _, function = BY_NAME[page].question.partition(".")
    asked: Question = getattr(import_module(f"lib.query.{module}"), function)
    return asked


def view(db: Database, link: str) -> View:
    """The view of a link, whole URL or not. Raises SelectionError for anything in it that is not understood."""
    page, query = links.split(link)
    parsed = links.parse(page, query, vocabulary(db))
    if parsed.notice:
        raise SelectionError(parsed.notice.replace("Left out of this link: ", "not understood: ").rstrip("."))
    return View(page, page_defaults(db, page) if parsed.is_bare else parsed.selection)


def csv_of(db: Database, page: str, selection: Selection, host: str = "") -> bytes:
    """The rows of a page as CSV, each with the data's snapshot and the page's link.

    The link stands under the address that PLUMBLINE_PUBLIC_URL sets, else under `host`, by which the page was asked
    for; it is the path alone where there is neither.

    Raises SelectionError when the page has no rows to export, QuestionCut when they take too long.
    """
    table = question(page)(db, selection)
    link = links.address(settings().public_url or host, links.link(page, selection.without("snapshot")))
    for name, text in (("snapshot", db.snapshot), ("link", link)):
        table = table.append_column(name, pa.array([text] * table.num_rows, pa.string()))
    return csv_bytes(table)


def file_name(page: str, selection: Selection, snapshot: str) -> str:
    """A file name that says what the CSV holds."""
    told = [value for key in ("round", "benchmark", "scenario") for value in selection.get(key)]
    entry = selection.one("entry") if "entry" in BY_NAME[page].needs else ""
    parts = ["plumbline", page, *([entry] if entry else told), snapshot[:8]]
    safe = [
        "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "_" for letter in part)
        for part in parts
    ]
    return "-".join(safe)[:120] + ".csv"
