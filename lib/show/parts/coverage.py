"""What the coverage page draws: what is in here and what is not, and which names have no canonical one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from lib.catalogue import ROWS
from lib.query import coverage
from lib.query.connection import Answer
from lib.selection import Selection
from lib.settings import settings
from lib.show.address import Page, system_of, way_to
from lib.show.filters import own_choice
from lib.show.frame import nothing_found
from lib.show.tables import BY_FILTERS, listed, plain_table
from lib.show.wording import count, markdown, of_total


def rounds(page: Page) -> None:
    """What each round's source held, what is in here, and what a second source confirms."""
    st.subheader("Rounds")
    st.caption(
        "Left out: files that cannot be read, each named below. Confirmed: values equal in a second source, MLCommons' "
        "own summary of a round that was read from its logs. Where none is named the round's own source is the only "
        "one here, and nothing confirms it."
    )
    found = coverage.rounds(page.db)
    plain_table(found, "coverage", "rounds", names=[name for name in found.table.column_names if name != "note"])
    noted = [row for row in found.table.select(["round", "note"]).to_pylist() if row["note"]]
    if noted:
        with st.container(key="list_notes"):
            st.markdown("\n".join(f"- **{markdown(row['round'])}**: {markdown(row['note'])}" for row in noted))


def lost_rounds(page: Page) -> None:
    """Say which rounds of the data folder are left out whole: nothing else here could."""
    lost = coverage.lost_rounds(page.db)
    if lost:
        said = f"{count(len(lost), 'round')} left out: {', '.join(lost)}. The coverage page says why, under Left out."
        st.warning(markdown(said), icon=":material/report:")


def matrix(page: Page) -> None:
    """Who submitted what; a name leads to the system, or to the submitter's results."""
    st.subheader("Who submitted what")
    by_system = own_choice(page, ROWS.key) == "system"
    found = coverage.matrix(page.db, page.selection, by_system, settings().max_table_rows)
    if found.is_empty:
        nothing_found(page)
        return
    st.caption(
        "Results per benchmark and scenario under the filters; an empty cell is no result. A name leads to its results."
    )
    names = [name for name in found.table.column_names if name != "system_id"]
    ways = {"platform": system_of(page)} if by_system else {"submitter": _results_of(page)}
    listed(found, "matrix", names, "entries" if by_system else "submitters", ways, rest=BY_FILTERS)


def _results_of(page: Page) -> Callable[[Mapping[str, Any]], str]:
    """What leads from a row to its submitter's results; the filters come along."""
    kept = page.selection.common()
    return lambda row: way_to("results", kept.with_values("submitter", [row["submitter"]]))


def left_out(page: Page) -> None:
    """The files that were left out or doubted in the selected rounds."""
    st.subheader("Left out or doubted")
    _or_a_note(page, coverage.problems(page.db, page.selection), "left_out", "Nothing in the selected rounds.")


def differences(page: Page) -> None:
    """Where MLCommons' summary of the selected rounds says otherwise."""
    st.subheader("Where MLCommons' summary says otherwise")
    found = coverage.differences(page.db, page.selection)
    if not found.is_empty:
        st.caption(f"{count(found.total, 'result')}; the figure of the log is shown everywhere else.")
    _or_a_note(page, found, "differences", "Nowhere in the selected rounds, or the rounds have no summary here.")


def names(page: Page) -> None:
    """Names without a canonical one, and public IDs that stand on two systems."""
    st.subheader("Names without a canonical one")
    found, everywhere = (coverage.unmapped(page.db, asked) for asked in (page.selection, Selection()))
    if found.total < everywhere.total:
        told = of_total(found.total, everywhere.total, "names")
        st.caption(f"{told} stand in the selected rounds; clear the filter of rounds to see all.")
    _or_a_note(page, found, "unmapped", "Every name in the selected rounds has one.")
    st.subheader("One public ID on two systems")
    _or_a_note(page, coverage.doubled_ids(page.db), "doubled_ids", "None.")


def _or_a_note(page: Page, found: Answer, of: str, note: str) -> None:
    if found.is_empty:
        st.caption(note)
    else:
        plain_table(found, of, rest=BY_FILTERS)
