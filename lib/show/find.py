"""The box at the top of every page: what is typed there is looked for in all rounds, whatever the filters.

Enter is an event, answered once: it leads to the one thing that has all the words, else to the list of what has them.
The box is a form, for a box alone would lead away when the reader leaves it for a filter.
"""

from __future__ import annotations

import streamlit as st

from lib.catalogue import ENTRY, FIND
from lib.query.search import only_hit
from lib.show.address import Page, go_to, show_here, start

_KEY = "find"  # nav.js knows it: `/` leads there
_EVENT = "_find"


def box(page: Page) -> None:
    """Draw the box, or follow what was just asked for."""
    words = _printable(st.session_state.pop(_EVENT, ""))
    if words:
        _follow(page, words)
    with st.form("find_form", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Find in all rounds, whatever the filters",
            key=_KEY,
            type="search",
            max_chars=ENTRY.longest,  # an entry's stable name can be pasted
            placeholder="Find in all rounds, whatever the filters: 1.0-30, GH200, dgx h100, resnet50 …   (press /)",
            label_visibility="collapsed",
            icon=":material/search:",
            autocomplete="off",
            **start(_KEY, "value", page.selection.one(FIND.key), page.is_first),
        )
        st.form_submit_button("Find", on_click=_asked)


def _asked() -> None:
    """The callback of Enter: leaves the words for the next drawing."""
    st.session_state[_EVENT] = st.session_state.get(_KEY) or ""


def _printable(text: str) -> str:
    """The words with single blanks, without what cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _fitting(words: str) -> str:
    """As much of the words as a link may hold."""
    return words[: FIND.longest].strip()


def _follow(page: Page, words: str) -> None:
    """Open what the words name, where that is one thing; else the list. The filters come along to the list, where they
    do not matter, so that they are there again on the way back to another page."""
    hit = only_hit(page.db, words)
    to = hit.page if hit else "search"
    selection = hit.opens if hit else page.selection.common().with_values(FIND.key, (_fitting(words),))
    if to == page.name:
        show_here(page, selection)
    else:
        go_to(to, selection)
