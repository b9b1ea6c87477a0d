"""What the search page draws: a box, and what its words name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.query.search import search
from lib.selection import of
from lib.settings import settings
from lib.show.address import Page, way_to
from lib.show.filters import own_words
from lib.show.tables import IN_CSV, said, table

_COLUMNS = ("kind", "found", "rounds", "results", "doubted_results")


def hits(page: Page) -> None:
    """What the words name, the likeliest first; each leads to the entry, or to the results of what it names."""
    words = own_words(page, "find", "such as 1.0-30, GH200 or dgx h100")
    st.caption("In all rounds: the filters do not matter here.")
    found = search(page.db, page.selection, settings().max_table_rows)
    if found.is_empty:
        st.info(
            "Nothing has all these words." if words else "Type an ID, a system, a part, a submitter or a benchmark."
        )
        return
    table(found, "hits", said(found.table, _COLUMNS), "hits", rest=IN_CSV, ways={"found": _way})


def _way(row: Mapping[str, Any]) -> str:
    """What leads from a hit to what it names: the entry, or the results of the others."""
    if row["kind"] == "entry":
        return way_to("system", of({"entry": [row["name"]]}))
    return way_to("results", of({row["kind"]: [row["name"]]}))
