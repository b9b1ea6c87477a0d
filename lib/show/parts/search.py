"""What the search page draws: what the words in the box above name, each as a link to where a reader expects it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.query.connection import Answer
from lib.query.search import beside, search
from lib.selection import FILTERS, of
from lib.settings import settings
from lib.show.address import Page, link_to
from lib.show.wording import count, filters_text, linked, markdown, of_total

_SHOWN = 50  # more than anybody reads; a letter more leaves fewer
_TOGETHER = 20  # as many values as a link may hold of a key


def hits(page: Page) -> None:
    """What the words name, the likeliest first, in all rounds; what is only like them is said to be so."""
    words = page.selection.one("find")
    st.caption("In all rounds: the filters do not matter here.")
    if not words:
        st.info("Type an ID, a system, a part, a submitter, a benchmark or a round into the box above.")
        return
    is_answered = _both(page, words)
    found = search(page.db, page.selection, min(_SHOWN, settings().max_table_rows))
    if found.is_empty:
        st.info("Nothing has all these words, and no name is like them.")
        return
    rows = found.table.to_pylist()
    _say(found, words, rows[0]["found_by"] == "likeness", is_answered)
    _together(page, rows)
    with st.container(key="list_hits"):
        st.markdown("\n".join(map(_line, rows)))


def _say(found: Answer, words: str, is_alike: bool, is_answered: bool) -> None:
    named = f"“{markdown(words)}”"
    if is_alike and is_answered:
        st.markdown(f"No one name has all the words of {named}; like them:")
    elif is_alike:
        st.markdown(f"**Nothing has all the words of {named}. Did you mean one of these?**")
    else:
        st.markdown(f"**{count(found.total, 'hit')}** for {named}, the likeliest first.")
    if found.total > len(found.table):
        st.caption(f"The first {of_total(len(found.table), found.total, 'hits')}; the CSV holds all.")


def _both(page: Page, words: str) -> bool:
    """A name with a round or a scenario beside it as one link to the results that are both; whether there is one."""
    named = beside(page.db, words)
    if named:
        told = f"{filters_text(named.opens)}: {count(named.results, 'result')}"
        link_to(named.page, markdown(told), named.opens)
    return named is not None


def _together(page: Page, rows: list[dict[str, Any]]) -> None:
    """Several accelerators or CPUs that go by these words, as one link to the results of all of them."""
    for kind in ("accelerator", "cpu"):
        names = [row["name"] for row in rows if row["kind"] == kind]
        if 1 < len(names) <= _TOGETHER:
            several = f"{len(names)} {'accelerators' if kind == 'accelerator' else 'CPUs'}"
            link_to("results", f"Results of these {several} together", of({kind: names, "sort": ["round"]}))


def _line(row: Mapping[str, Any]) -> str:
    """A hit as a line of the list, and below it what it is: an entry's name tells its division and its platform."""
    kind, name = row["kind"], row["name"].split("/")
    told = [FILTERS[kind].label if kind in FILTERS else "Entry", _rounds(row["rounds"].split())]
    told += [name[1], name[-1]] if kind == "entry" else []
    told.append(
        count(row["results"], "result") + (f", {row['doubted_results']:,} doubted" * bool(row["doubted_results"]))
    )
    return f"- {linked(markdown(row['found']), '/' + row['opens'])}  \n  :small[{' · '.join(map(markdown, told))}]"


def _rounds(names: list[str]) -> str:
    """The rounds of a hit: each where they are few, else the first and the last, and how many."""
    if len(names) <= 2:
        return " ".join(names)
    return f"{names[0]} to {names[-1]} ({len(names)} rounds)"
