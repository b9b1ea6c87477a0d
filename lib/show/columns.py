"""A column of the dictionary (lib/schema) as a table on a page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import streamlit as st

from lib.schema import COLUMNS, Column, column

_COLUMN = st.column_config
Width = Literal["small", "medium", "large"]
# How wide a column is, where its content is unlike that of most: what is short, and what must be read whole.
_WIDTHS: Mapping[str, Width] = {
    **dict.fromkeys(("public_id", "round", "division", "scenario", "unit", "rank", "role", "metric"), "small"),
    **dict.fromkeys(("members", "results", "entries", "system_type", "weight_dtype", "cpus_per_node"), "small"),
    **dict.fromkeys(("system_name", "finding", "note", "raw", "first", "second"), "large"),
    **dict.fromkeys(("kind_title", "precedent", "canonical", "doubt", "count_note"), "medium"),
}
# The link of a row in a table that is no text of links.
_WAY = {"way": Column("way", "Open", "the page of what the row is about", "text")}
# What a cell that holds an address says instead.
LINK_TEXTS: Mapping[str, str] = {
    "source_url": "log",
    "url": "MLCommons",
    "rankings": "open",
    "mark": "⚠",
    "way": "open",
    "ranking": "open",
}


def configured(of: str, names: Sequence[str], titles: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The configuration of these columns of an answer or a table of the dictionary.

    `titles` where a head depends on what is shown. A column that the dictionary does not have (a cell of a matrix,
    whose head is data) is shown under its own name.
    """
    given = titles or {}
    return {name: _shown(described(of, name), given.get(name, "")) for name in names}


def title(of: str, name: str) -> str:
    """The head of a column of an answer or a table of the dictionary."""
    return described(of, name).title


def described(of: str, name: str) -> Column:
    """A column as the dictionary describes it for an answer; one that it does not have, under its own name."""
    try:
        return column(name, table=of)
    except KeyError:
        return COLUMNS.get(name) or _WAY.get(name) or Column(name, name, "", "text")


@cache
def _shown(item: Column, title: str) -> Any:
    name, width, words = item.name, _WIDTHS.get(item.name), item.help or None
    head = title or item.title
    if name in LINK_TEXTS:
        return _COLUMN.LinkColumn(head, width=width, help=words, display_text=LINK_TEXTS[name])
    if item.type == "flag":
        return _COLUMN.CheckboxColumn(head, width=width, help=words)
    if item.type in ("integer", "short", "real"):
        form = f"%.{item.decimals}f" if item.decimals else "localized"
        return _COLUMN.NumberColumn(head, width=width, help=words, format=form)
    return _COLUMN.TextColumn(head, width=width, help=words) if item.help else _COLUMN.Column(head, width=width)
