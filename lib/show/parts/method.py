"""What the method page draws: what the words mean, where rounds stop being comparable, the rules, the benchmarks."""

from __future__ import annotations

import re

import pyarrow as pa
import streamlit as st

from lib import links
from lib.query import coverage
from lib.query.connection import Answer
from lib.selection import of
from lib.settings import ROOT
from lib.show.address import Page
from lib.show.tables import plain_table

_BENCHMARKS = ("benchmark", "title", "task", "data_set", "rounds", "results", "url", "rankings")


BREAKS, RULES, BENCHMARKS = (
    "Where rounds stop being comparable",
    "Anomalies: the rules and their thresholds",
    "Benchmarks",
)
_HEAD = re.compile(r"^### (.+)$", re.MULTILINE)


def contents(name: str) -> None:
    """What stands on the page, as links to its sections: those of docs/NAME, and ours below it."""
    heads = [*_HEAD.findall(_read(name)), BREAKS, RULES, BENCHMARKS]
    st.markdown(" · ".join(f"[{head}](#{_anchor(head)})" for head in heads))


def document(name: str) -> None:
    """One of our own documents, docs/NAME, section by section."""
    before, *sections = _HEAD.split(_read(name))
    if before.strip():
        st.markdown(before)
    for head, text in zip(sections[::2], sections[1::2], strict=True):
        section(head)
        with st.container(key=f"rows_method_{_anchor(head)}"):
            st.markdown(text)


def section(head: str) -> None:
    """A section's head, which the contents lead to."""
    st.subheader(head, anchor=_anchor(head))


def _read(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def _anchor(head: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", head.lower()))


def breaks(page: Page) -> None:
    """Where the numbers of a benchmark stop being comparable over rounds, and why."""
    section(BREAKS)
    plain_table(coverage.breaks(page.db), "comparability", "breaks")


def benchmarks(page: Page) -> None:
    """The dictionary of benchmarks."""
    section(BENCHMARKS)
    content = coverage.benchmarks(page.db).table
    ways = [f"/{links.link('rankings', of({'benchmark': [name]}))}" for name in content["benchmark"].to_pylist()]
    shown = Answer.whole(content.append_column("rankings", pa.array(ways, pa.string())))
    plain_table(shown, "dictionary", "benchmarks", names=_BENCHMARKS)
