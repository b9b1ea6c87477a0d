"""What the search page draws: a box, and what its words name."""

from __future__ import annotations

import streamlit as st

from lib.query.search import search
from lib.selection import of
from lib.settings import settings
from lib.show.address import Page, go_to
from lib.show.filters import own_words
from lib.show.tables import IN_CSV, said, table

_COLUMNS = ("kind", "found", "rounds", "results", "doubted_results")


def hits(page: Page) -> None:
    """What the words name, the likeliest first; a picked row opens the entry, or the results of what it names."""
    words = own_words(page, "find", "such as 1.0-30, GH200 or dgx h100")
    st.caption("In all rounds: the filters do not matter here.")
    found = search(page.db, page.selection, settings().max_table_rows)
    if found.is_empty:
        st.info(
            "Nothing has all these words." if words else "Type an ID, a system, a part, a submitter or a benchmark."
        )
        return
    row = table(found, "hits", said(found.table, _COLUMNS), "hits", rest=IN_CSV)
    if row is not None:
        kind, name = (found.table[column][row].as_py() for column in ("kind", "name"))
        if kind == "entry":
            go_to("system", of({"entry": [name]}))
        else:
            go_to("results", of({kind: [name]}))
