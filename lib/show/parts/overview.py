"""What the overview draws: what is in here, who leads, what is odd, and the rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc
import streamlit as st

from lib.query import coverage, findings, rankings
from lib.query.remarks import standing
from lib.show.address import Page, go_to, link_to, show_here
from lib.show.frame import nothing_found
from lib.show.parts.rankings import alone
from lib.show.tables import BY_FILTERS, said, table
from lib.show.wording import count, markdown, unranked

_LEADERS = (
    "benchmark", "scenario", "division", "value", "unit", "round", "submitter", "accelerators", "accelerator",
    "entries", "system_name", "count_note",
)  # fmt: skip
_ROUNDS = ("round", "published", "results", "closed", "systems", "submitters", "benchmarks", "note")
_ODD = 4  # what fits beside the leaders; the link below leads to all


def totals(page: Page) -> None:
    """What is in here, in one line of numbers."""
    rounds = coverage.round_counts(page.db).table
    results, entries, closed = (pc.sum(rounds[name]).as_py() or 0 for name in ("results", "systems", "closed"))
    st.markdown(
        f"In here: **{rounds.num_rows}** rounds, **{results:,}** results of **{entries:,}** entries, "
        f"**{closed:,}** of them in the closed division. Every number leads to its source, "
        "every odd one to its explanation."
    )


def leaders(page: Page) -> None:
    """The best result of each benchmark, scenario and division; a picked row opens its ranking."""
    st.subheader("Who leads")
    st.caption("The best result of each benchmark and scenario under the filters; pick a row for its whole ranking.")
    found = rankings.leaders(page.db, page.selection)
    _unranked(page, found.total)
    if found.is_empty:
        nothing_found(page)
        return
    of_one = len(page.selection.get("division")) == 1
    names = [name for name in said(found.table, _LEADERS) if name != "division" or not of_one]
    row = table(found, "leaders", names, "leaders", rest=BY_FILTERS)
    if row is not None:
        _open_ranking_of(page, found.table.slice(row, 1).to_pylist()[0])


def _unranked(page: Page, leaders: int) -> None:
    """How many results cannot lead, and how many rankings have nobody who can."""
    results, why = standing(page.db, page.selection)
    if not why:
        return
    headless = len(rankings.groups(page.db, page.selection)) - leaders
    more = f" {count(headless, 'ranking')} of such results alone: nobody leads there." if headless else ""
    st.caption(f"{unranked(why, results)}.{more}")


def _open_ranking_of(page: Page, leader: Mapping[str, Any]) -> None:
    """Go to the ranking that a leader leads: of its division, unit and era, where there are several."""
    named = {key: [leader[key]] for key in ("benchmark", "scenario")}
    content = rankings.ranked(page.db, page.selection.common().with_all(named), rankings.SHOWN).table
    led = next(
        group
        for group in rankings.groups_of(content)
        if all(getattr(group, name) == leader[name] for name in rankings.GROUP)
    )
    go_to("rankings", alone(page.selection.common(), content, led))


def oddities(page: Page) -> None:
    """The weightiest findings under the filters, and the way to all of them."""
    st.subheader("What is odd")
    found = findings.anomalies(page.db, page.selection, most=_ODD)
    for item in found.table.to_pylist():
        with st.container(border=True):
            st.markdown(
                f"**{markdown(item['submitters'])} · {markdown(item['benchmarks'])}**  \n{markdown(item['finding'])}"
            )
            link_to("anomalies", "Why", page.selection.common().with_values("anomaly", [item["anomaly_id"]]))
    if found.is_empty:
        st.info("No anomaly under these filters.")
    link_to("anomalies", f"All anomalies under these filters ({found.total:,})", page.selection.common())


def rounds(page: Page) -> None:
    """Every round with its counts; a picked row shows this page of that round, under the other filters."""
    st.subheader("Rounds")
    counts = coverage.round_counts(page.db)
    row = table(counts, "round_counts", _ROUNDS)
    if row is not None:
        named = [counts.table["round"][row].as_py()]
        show_here(page, page.selection.with_values("round", named).without("snapshot"))
