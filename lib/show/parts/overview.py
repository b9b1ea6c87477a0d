"""What the overview draws: what this is, the latest round's picture, who leads, and the rounds."""

from __future__ import annotations

import pyarrow.compute as pc
import streamlit as st

from lib.catalogue import FIELD_PER
from lib.query import coverage, overview, rankings
from lib.query.overview import NARROWED, Field
from lib.query.remarks import standing
from lib.selection import Selection
from lib.show.address import Page, link_to, open_system, way_to
from lib.show.figures.base import COLUMN, PHONE, source
from lib.show.figures.round_field import lines, round_field, sentence
from lib.show.filters import own_choice
from lib.show.frame import nothing_found
from lib.show.tables import BY_FILTERS, Shown, chart, is_phone, listed, said
from lib.show.wording import count, filters_text, markdown, of_total, option, unranked

WIDTH = 1180  # px: what an eye takes in; a wider window stays empty at the right
COLUMNS = (8, 5)
_LEADERS = (
    "benchmark", "scenario", "division", "value", "unit", "submitter", "system_name", "accelerators", "accelerator",
    "value_per_accelerator_derived", "round", "entries", "count_note",
)  # fmt: skip
_NO_ACCELERATORS = "without accelerators, or of an unknown number"
_ROUNDS = ("round", "published", "benchmarks", "own_models", "results", "closed", "systems", "submitters", "note")


def what_this_is() -> None:
    """What the numbers are of, and what the words mean that every page uses."""
    st.markdown(
        "**MLPerf Inference: who is fastest at running trained AI models, and what in the published results is odd.** "
        "Closed: everybody ran the same model. Offline: all the work is there at once. "
        "Server: requests come at random, each to be answered in time."
    )


def field(page: Page) -> None:
    """The latest selected round in one picture; a clicked dot opens its system, a name below its ranking."""
    choice, _ = st.columns([1, 2], vertical_alignment="bottom")
    with choice:
        own_choice(page, "per")
    found = overview.field(page.db, page.selection, page.selection.one(FIELD_PER.key, FIELD_PER.default))
    if found is None:
        nothing_found(page)
        return
    _narrowed(page, found)
    if not found.rows:
        _nothing_drawn(page, found)
        return
    title, population = sentence(found.rows, found.per), _population(found)
    picked = chart(
        round_field(
            found.rows, found.per, title, population, source(page.db.snapshot[:8]), PHONE if is_phone() else COLUMN
        ),
        "field",
        Shown(len(found.rows), len(found.rows), hint="Click a dot for its system, a name below for its ranking."),
        name=f"overview-{found.selection.one('round')}-{found.selection.one('scenario')}-{page.db.snapshot[:8]}",
        alt=f"{title}. {population}.",
    )
    if picked:
        open_system(page, picked)
    left = sum(number for _, number in found.left)
    if left:
        st.caption(f"Drawn: {of_total(len(found.rows), len(found.rows) + left, 'results')}; {_left_out(found)}.")
    _ways(found)


def _narrowed(page: Page, found: Field) -> None:
    """Which of several rounds, divisions, system types or scenarios the picture is of: they cannot share one."""
    several = [key for key in NARROWED if len(page.selection.get(key)) != 1]
    drawn = " · ".join(markdown(option(key, found.selection.one(key))) for key in several)
    if several and several != ["scenario"]:
        st.caption(f"Several rounds or kinds of results cannot share a picture; drawn: {drawn}.")
    if found.per != page.selection.one(FIELD_PER.key, FIELD_PER.default):
        st.caption("Latencies are not divided: the best one over a system's own is its share.")


def _population(found: Field) -> str:
    per = FIELD_PER.options[found.per]
    divided = f"values {per}" if found.per != "system" else "values of whole systems"
    return (
        f"{filters_text(found.selection)}: {count(len(found.rows), 'result')}, {divided}; "
        "100% is each line's best, an open diamond another vendor's best"
    )


def _left_out(found: Field) -> str:
    """What is not drawn and why: `24 without accelerators, or of an unknown number`."""
    words = _NO_ACCELERATORS if found.per == "accelerator" else overview.NO_VALUE
    told = (f"{number:,} {words if why == overview.NO_VALUE else why}" for why, number in found.left)
    return f"left out: {'; '.join(told)}"


def _nothing_drawn(page: Page, found: Field) -> None:
    results = sum(number for _, number in found.left)
    st.info(f"Nothing to draw of {count(results, 'result')}; {_left_out(found)}.")
    link_to("results", "These results as a table", found.selection.common())


def _ways(found: Field) -> None:
    """Each line's name as a link to its ranking, for a key or a tap."""
    st.caption("Rankings of these benchmarks")
    drawn = lines(found.rows)
    names = [line[0]["benchmark"] for line in drawn]
    with st.container(horizontal=True, gap="small"):
        for line in drawn:
            name, unit = line[0]["benchmark"], line[0]["unit"]
            several = names.count(name) > 1
            asked = found.selection.common().with_all({"benchmark": [name], "per": [found.per]})
            link_to(
                "rankings",
                markdown(f"{name} ({unit})" if several else name),
                asked.with_values("unit", [unit]) if several else asked,
                with_icon=False,
            )


def leaders(page: Page) -> None:
    """The best result of each benchmark and scenario; its name leads to its ranking."""
    st.subheader("Who leads")
    found = rankings.leaders(page.db, page.selection)
    if found.is_empty:
        _unranked(page, found.total)
        st.caption("Nobody under these filters.")
        return
    st.caption("The best result of each benchmark and scenario under the filters; its name leads to the whole ranking.")
    _unranked(page, found.total)
    of_one = len(page.selection.get("division")) == 1
    names = [name for name in said(found.table, _LEADERS) if name != "division" or not of_one]
    listed(found, "leaders", names, "leaders", rest=BY_FILTERS, ways={"benchmark": lambda row: str(row["ranking"])})


def _unranked(page: Page, leaders: int) -> None:
    """How many results cannot lead, and how many rankings have nobody who can."""
    results, why = standing(page.db, page.selection)
    if not why:
        return
    headless = len(rankings.groups(page.db, page.selection)) - leaders
    more = f" {count(headless, 'ranking')} of such results alone: nobody leads there." if headless else ""
    st.caption(f"{unranked(why, results)}.{more}")


def rounds(page: Page) -> None:
    """Every round with its counts; its name shows this page of it, under the other filters."""
    st.subheader("Rounds")
    counts = coverage.round_counts(page.db)
    results, entries, closed = (pc.sum(counts.table[name]).as_py() or 0 for name in ("results", "systems", "closed"))
    st.markdown(
        f"In here: **{counts.table.num_rows}** rounds, **{results:,}** results of **{entries:,}** entries, "
        f"**{closed:,}** of them in the closed division. A round, with its number of closed benchmarks, leads to its "
        "overview."
    )
    with st.container(horizontal=True, gap="small"):
        for row in counts.table.select(["round", "benchmarks"]).to_pylist():
            link_to(
                page.name, f"{markdown(row['round'])} · {row['benchmarks']}", _of(page, row["round"]), with_icon=False
            )
    ways = {"round": lambda row: way_to(page.name, _of(page, row["round"]))}
    listed(counts, "round_counts", _ROUNDS, "rounds", ways=ways)


def _of(page: Page, round_name: str) -> Selection:
    return page.selection.with_values("round", [round_name]).without("snapshot")
