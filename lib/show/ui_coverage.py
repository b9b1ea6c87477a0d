"""What the coverage and method pages draw: what is in here, and what the words mean."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from lib.selection import of
from lib.settings import ROOT
from lib.show.ui import Page, go_to, plain_table, table

_COLUMN = st.column_config


def coverage_rounds(rounds: pa.Table) -> None:
    """What each round's source held, what is in here, and what MLCommons' summary confirms."""
    number = _COLUMN.NumberColumn
    plain_table(
        rounds,
        "coverage_rounds",
        round=_COLUMN.TextColumn("Round", width="small"),
        published="Published",
        source="Source",
        in_source=number("In the source", format="localized"),
        results=number("In here", format="localized"),
        systems="Entries",
        runs=number("Runs", format="localized"),
        left_out=number("Left out"),
        doubted=number("Doubted"),
        inferred=number("Inferred", format="localized"),
        power=number("With power", format="localized"),
        public_ids=number("Public IDs", format="localized"),
        doubled_ids=number("IDs on two systems"),
        official=number("In the summary", format="localized"),
        agree=number("Confirmed", format="localized"),
        unmapped_accelerators=number("Unmapped accelerators"),
        unmapped_cpus=number("Unmapped CPUs"),
        largest_submitter="Largest submitter",
        largest=number(
            "its results", format="localized", help="one submitter's sweep can be most of a round's open division"
        ),
        note=_COLUMN.TextColumn("Note", width="large"),
    )


def matrix_table(matrix: pa.Table) -> int | None:
    """Who submitted what; the row that was picked, if any."""
    titles = {"submitter": "Submitter", "round": "Round", "platform": "Platform"}
    return table(
        matrix,
        {name: titles.get(name, _COLUMN.NumberColumn(name)) for name in matrix.column_names if name != "system_id"},
        "matrix",
    )


def open_results(page: Page, submitter: str) -> None:
    """Go to the results of one submitter; the other filters come along."""
    go_to("results", page.selection.common().with_values("submitter", [submitter]))


def benchmarks_table(content: pa.Table) -> None:
    """The dictionary of benchmarks."""
    rankings = [f"/{of({'benchmark': [name]}).link('rankings')}" for name in content["benchmark"].to_pylist()]
    plain_table(
        content.select(["benchmark", "title", "task", "data_set", "rounds", "results", "url"]).append_column(
            "rankings", pa.array(rankings, pa.string())
        ),
        "benchmarks",
        benchmark="Benchmark",
        title="Name",
        task="Task",
        data_set="Data set",
        rounds="Rounds",
        results="Results",
        rankings=_COLUMN.LinkColumn("Rankings", display_text="open"),
        url=_COLUMN.LinkColumn("Reference", display_text="MLCommons"),
    )


def document(name: str) -> None:
    """One of our own documents, docs/NAME."""
    st.markdown((ROOT / "docs" / name).read_text("utf-8"))
