"""The overview's questions: links to the page that answers each at first sight."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lib.query.questions import questions
from lib.show.address import Page, link_to
from lib.show.wording import markdown

# What a question's words are; the names in them are of the data.
_WORDS: Mapping[str, str] = {
    "leader": "Who leads {benchmark} {scenario} in {round}?",
    "accelerator": "Fastest accelerator on {benchmark}, chip for chip?",
    "pair": "Why do {faster} and {slower} differ?",
    "rounds": "Best {benchmark} {scenario} per accelerator, {first} to {last}?",
    "watt": "Who does most per watt on {benchmark} {scenario}, {round}?",
    "server": "Where does Server beat Offline?",
}


def asked(page: Page) -> None:
    """The questions as links; each brings its own filters."""
    st.subheader("Questions")
    found = questions(page.db)
    for question in found:
        named = {key: markdown(value) for key, value in question.named.items()}
        link_to(question.page, _WORDS[question.kind].format(**named), question.selection)
    if not found:
        st.caption("None that this data can answer.")
