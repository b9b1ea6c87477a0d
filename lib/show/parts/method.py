"""What the method page draws: what the words mean, where rounds stop being comparable, the rules, the benchmarks."""

from __future__ import annotations

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


def document(name: str) -> None:
    """One of our own documents, docs/NAME."""
    st.markdown((ROOT / "docs" / name).read_text("utf-8"))


def breaks(page: Page) -> None:
    """Where the numbers of a benchmark stop being comparable over rounds, and why."""
    st.subheader("Where rounds stop being comparable")
    plain_table(coverage.breaks(page.db), "comparability", "breaks")


def benchmarks(page: Page) -> None:
    """The dictionary of benchmarks."""
    st.subheader("Benchmarks")
    content = coverage.benchmarks(page.db).table
    ways = [f"/{links.link('rankings', of({'benchmark': [name]}))}" for name in content["benchmark"].to_pylist()]
    shown = Answer.whole(content.append_column("rankings", pa.array(ways, pa.string())))
    plain_table(shown, "dictionary", "benchmarks", names=_BENCHMARKS)
