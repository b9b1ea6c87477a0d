"""The tables that a page shows, read as a browser reads them: lists of links in Markdown, and those to pick from."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain

import pandas as pd
from streamlit.testing.v1 import AppTest

from lib.schema import ANSWERS, COLUMNS, DATABASE_TABLES

_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(([^)\s]*)\)")
_ESCAPED = re.compile(r"\\(.)")
# Columns that share a title: which of them a table of links shows.
_FIRST = (
    "value",
    "system_name",
    "source_url",
    "results",
    "rank",
    "doubt",
    "raw",
    "count_note",
    "finding",
    "doubted_results",
)


def _names() -> dict[str, str]:
    """The column behind each title of the dictionary."""
    by_title: dict[str, list[str]] = defaultdict(list)
    for column in chain(COLUMNS.values(), *(table.columns for table in (*ANSWERS, *DATABASE_TABLES))):
        by_title[column.title].append(column.name)
    return {title: next((name for name in _FIRST if name in names), names[0]) for title, names in by_title.items()}


_BY_TITLE = _names()


def literal(text: str) -> str:
    """What a browser shows of Markdown that is escaped text and links."""
    return _ESCAPED.sub(r"\1", _LINK.sub(lambda found: found[1], text)).replace("\u200b", "").strip()


def _split(line: str) -> list[str]:
    return _CELL.split(line)[1:-1]


def listed(page: AppTest) -> list[pd.DataFrame]:
    """The tables of links, with the dictionary's names of columns; `way` and `mark` are a row's first two links."""
    texts = [str(item.value).strip().splitlines() for item in page.markdown]
    return [_frame(lines) for lines in texts if lines and all(line.startswith("|") for line in lines)]


def _frame(lines: list[str]) -> pd.DataFrame:
    heads = [literal(cell) for cell in _split(lines[0])]
    names = [_BY_TITLE.get(head, _BY_TITLE.get(head.partition(", ")[0], head)) for head in heads]
    rows = []
    for line in lines[2:]:
        cells = _split(line)
        assert len(cells) == len(names), line
        told = [literal(cell.partition(" [⚠]")[0]) or None for cell in cells]
        row = dict(zip(names, told, strict=True))
        hrefs = [(found[1], found[2]) for cell in cells for found in _LINK.finditer(cell)]
        row["way"] = next((href for text, href in hrefs if text not in ("⚠", "log")), None)
        row["mark"] = next((href for text, href in hrefs if text == "⚠"), None)
        rows.append(row)
    return pd.DataFrame(rows, columns=[*dict.fromkeys([*names, "way", "mark"])], dtype=object)


def drawn(page: AppTest) -> list[pd.DataFrame]:
    """Every table of a page."""
    return [*listed(page), *(item.value for item in page.dataframe)]


def table_with(page: AppTest, column: str) -> pd.DataFrame:
    """The one table that has a column of this name."""
    (found,) = [frame for frame in drawn(page) if column in frame.columns]
    return found
