"""Rows as a table of links and words: the Markdown of it, for at most as many rows as one reads.

A name is an anchor, so that it opens in a new tab, by a tap and by the keyboard; the numbers of a column have one
number of decimals, and what all rows share (the unit, the round) stands once above them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lib.schema import Column
from lib.show.columns import LINK_TEXTS, described
from lib.show.wording import (
    NOT_STATED,
    accelerators_text,
    cpus_text,
    decimals_of,
    fixed,
    inside,
    linked,
    markdown,
    system_label,
)

Row = Mapping[str, Any]
Ways = Mapping[str, Callable[[Row], str | None]]
# A browser draws 500 cells in 0.25 s and 5,000 in 0.8 s; more rows than these nobody reads without sorting, and a table
# of them is some screens high.
_MOST_CELLS = 450
_MOST_ROWS, _FEWEST_ROWS = 100, 45
# What stands first, whatever the order of the others: a telephone shows the first 350 pixels without a swipe.
_FIRST = ("rank", "role")
_WITH = {"benchmark": "scenario", "system_name": "benchmark"}  # what a name is not a name without
_COMPARED = ("value", "unit", "shown", "place")
# What is said once above the rows where all share it, in this order.
_ONCE = ("benchmark", "scenario", "round", "division")
# What stands in one cell with the name of what it counts, where the columns are ours to choose.
_WHOLE: Mapping[str, tuple[str, ...]] = {
    "system_name": ("submitter", "public_id"),
    "accelerator": ("accelerators",),
    "cpu": ("cpus_per_node", "cores_per_cpu"),
    "benchmark": ("scenario",),
}
_LONG = re.compile(r"\S{24}(?=\S)")  # as much of a word as a narrow column holds: there it may break
_SHORT = 12  # letters, which a cell never breaks
_NUMBERS = ("integer", "short", "real")
# Values that may differ by orders of size in one column: each benchmark, scenario and unit has its own decimals.
_APART = ("benchmark", "scenario", "unit")


@dataclass(frozen=True)
class Listing:
    """What a table of links shows: its Markdown, how many rows it has, what all of them share, and its columns."""

    text: str
    rows: int
    shared: str
    columns: tuple[Column, ...]


def listing(
    content: pa.Table,
    of: str,
    names: Sequence[str],
    ways: Ways,
    titles: Mapping[str, str],
    is_shortened: bool,
) -> Listing:
    """The first rows of these columns as Markdown; `ways` gives a column's cells their links.

    `is_shortened`: name and value first, in one cell what belongs together, and what all rows share said once; else
    the columns stay as they are given.
    """
    ordered = [name for name in names if name in content.column_names]
    ordered = _ordered(ordered, ways) if is_shortened else ordered
    unit = _one(content, "unit") if "value" in ordered else None
    shared = [name for name in _ONCE if is_shortened and name in ordered and name not in ways and _one(content, name)]
    left_out = {*shared, *(("unit",) if unit else ()), *(("mark",) if ways else ())}
    kept = [name for name in ordered if name not in left_out]
    parts = {part for whole in kept for part in _WHOLE.get(whole, ())} if is_shortened else set()
    columns = [described(of, name) for name in kept if name not in parts]
    rows: Sequence[Row] = content.slice(0, _most_rows(len(columns))).to_pylist()
    if is_shortened:
        rows = [_joined(row, kept) for row in rows]
    lines = [
        [_head(column, titles.get(column.name, ""), unit) for column in columns],
        [_aligned(content, column, rows) for column in columns],
        *zip(*(_cells(column, rows, ways) for column in columns), strict=True),
    ]
    text = "\n".join(f"|{'|'.join(line)}|" for line in lines)
    return Listing(text, len(rows), " · ".join(markdown(_one(content, name)) for name in shared), tuple(columns))


def _most_rows(columns: int) -> int:
    return max(_FEWEST_ROWS, min(_MOST_ROWS, _MOST_CELLS // max(columns, 1)))


def _joined(row: Row, names: Sequence[str]) -> Row:
    """A row with one cell for each part: `Acme · Box [1.0-30]`, `8x NVIDIA A100-SXM-80GB`, `bert-99 Server`."""
    told = dict(row)
    if "system_name" in names:
        told["system_name"] = system_label(row)
    if "accelerator" in names:
        told["accelerator"] = accelerators_text(row)
    if "cpu" in names:
        told["cpu"] = cpus_text(row)
    if "benchmark" in names and "scenario" in names:
        told["benchmark"] = f"{row['benchmark']} {row['scenario']}"
    return told


def _ordered(names: Sequence[str], ways: Ways) -> list[str]:
    """The columns with the row's rank, its name and what is compared before all others."""
    leading = [*(name for name in _FIRST if name in names), *(name for name in names if name in ways)]
    leading += [_WITH[name] for name in leading if _WITH.get(name, "") in names]
    leading += [name for name in _COMPARED if name in names and name not in leading]
    return [*leading, *(name for name in names if name not in leading)]


def _one(content: pa.Table, name: str) -> str | None:
    """The value that all rows share, of more than one row."""
    if name not in content.column_names or content.num_rows < 2 or content[name].null_count:
        return None
    values = pc.unique(content[name])
    return str(values[0].as_py()) if len(values) == 1 else None


def _aligned(content: pa.Table, column: Column, rows: Sequence[Row]) -> str:
    """Numbers stand to the right; `:---:` is what page.css shows to the left and never breaks, such as a date."""
    if pa.types.is_integer(content[column.name].type) or column.type in _NUMBERS:
        return "---:"
    if column.name in LINK_TEXTS:
        return ":---:"
    return ":---:" if all(len(str(row[column.name] or "")) <= _SHORT for row in rows) else "---"


def _head(column: Column, title: str, unit: str | None) -> str:
    """A column's head; the unit of all values stands in it, in lower case but for what is a sign."""
    name = title or column.title
    told = f"{name}, {inside(unit)}" if unit and column.name == "value" else name
    return markdown(told)


def _cells(column: Column, rows: Sequence[Row], ways: Ways) -> list[str]:
    told, way = _told(column, rows), ways.get(column.name)
    return told if way is None else [_linked(text, row, way(row)) for text, row in zip(told, rows, strict=True)]


def _linked(text: str, row: Row, way: str | None) -> str:
    """A row's name as its link, and the mark of what is odd about it beside it."""
    mark = row.get("mark")
    return linked(text or NOT_STATED, way) + (f" {linked(LINK_TEXTS['mark'], mark)}" if mark else "")


def _told(column: Column, rows: Sequence[Row]) -> list[str]:
    """A column's cells in Markdown; what is missing is an empty one."""
    name = column.name
    if name in LINK_TEXTS:
        return [linked(LINK_TEXTS[name], row[name]) if row[name] else "" for row in rows]
    if column.type == "flag":
        return ["" if row[name] is None else "yes" if row[name] else "no" for row in rows]
    if column.type in _NUMBERS:
        return _numbers(column, rows)
    return ["" if row[name] is None else _literal(str(row[name])) for row in rows]


@lru_cache(8192)
def _literal(text: str) -> str:
    """A cell of text, whose long words may break."""
    return markdown(_LONG.sub("\\g<0>\u200b", text))


def _numbers(column: Column, rows: Sequence[Row]) -> list[str]:
    name, apart = column.name, [tuple(row.get(key) for key in _APART) for row in rows]
    values = [row[name] for row in rows]
    if any(isinstance(value, (str, bool)) for value in values):  # a column of data under a number's name
        return [markdown("" if value is None else value) for value in values]
    if column.decimals is not None:
        return ["" if value is None else fixed(value, column.decimals) for value in values]
    alike: dict[Any, list[float]] = {}
    for key, value in zip(apart, values, strict=True):
        alike.setdefault(key, []).append(value)
    forms = {key: decimals_of(held) for key, held in alike.items()}
    return ["" if value is None else fixed(value, forms[key]) for value, key in zip(values, apart, strict=True)]
