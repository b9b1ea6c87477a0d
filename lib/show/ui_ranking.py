"""What the overview, rankings and results pages draw: who leads, and the tables of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from lib.query import questions
from lib.query.facets import total
from lib.settings import settings
from lib.show.ui import MARK, Page, go_to, link_to, show_here, table, with_marks
from lib.show.wording import DERIVED, PER_WORDS, count, markdown

_COLUMN = st.column_config


def several_groups(page: Page, groups: Sequence[questions.Group]) -> None:
    """Say that unlike things are not ranked together, which of them the chart shows, and how to see another."""
    st.info(
        f"These filters leave {len(groups)} rankings that cannot share a chart (benchmark, scenario, unit). "
        "The largest is drawn; the table holds all, each ranked within itself.",
        icon=":material/call_split:",
    )
    with st.expander("Open one of them"):
        for group in groups[:40]:
            one = page.selection.with_values("benchmark", [group.benchmark]).with_values("scenario", [group.scenario])
            link_to(
                page,
                "rankings",
                f"{markdown(group.benchmark)} · {markdown(group.scenario)} · {markdown(group.unit)}: "
                f"{count(group.results, 'result')}",
                one,
            )


def charted(ranking: pa.Table, group: questions.Group, most: int) -> list[dict[str, Any]]:
    """The first ranked rows of one group, as many as the chart has bars."""
    same = pc.and_(pc.equal(ranking["benchmark"], group.benchmark), pc.equal(ranking["scenario"], group.scenario))
    same = pc.and_(same, pc.and_(pc.equal(ranking["era"], group.era), pc.equal(ranking["unit"], group.unit)))
    rows: list[dict[str, Any]] = ranking.filter(pc.and_(same, pc.is_valid(ranking["rank"]))).slice(0, most).to_pylist()
    return rows


def ranking_notes(page: Page, group: questions.Group) -> None:
    """What a reader must know of this ranking's numbers: breaks between rounds, sources without logs."""
    several = len(page.selection.get("round")) != 1
    for row in questions.breaks(page.db).to_pylist() if several else []:
        if row["benchmark"] in (None, group.benchmark) and row["scenario"] in (None, group.scenario):
            st.caption(f":material/info: {markdown(row['from_round'])}: {markdown(row['reason'])}.")


def ranking_table(ranking: pa.Table, per: str) -> str | None:
    """The whole ranking as a table; the system_id of the row that was picked, if any."""
    shown = ranking.slice(0, settings().max_table_rows)
    if shown.num_rows < ranking.num_rows:
        st.caption(f"The first {shown.num_rows:,} of {ranking.num_rows:,} rows; the CSV holds all.")
    row = table(with_marks(shown), _ranking_columns(per), "ranking")
    return None if row is None else shown["system_id"][row].as_py()


def _ranking_columns(per: str) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "rank": _COLUMN.NumberColumn("Rank", width="small"),
        "mark": MARK,
        "public_id": _COLUMN.TextColumn("ID", width="small"),
        "submitter": _COLUMN.TextColumn("Submitter"),
        "system_name": _COLUMN.TextColumn("System", width="large"),
        "value": _COLUMN.NumberColumn("Value", format="localized"),
        "unit": _COLUMN.TextColumn("Unit", width="small"),
    }
    if per != "system":
        columns["shown"] = _COLUMN.NumberColumn(PER_WORDS[per].capitalize(), format="localized", help=DERIVED)
    return columns | {
        "benchmark": _COLUMN.TextColumn("Benchmark"),
        "scenario": _COLUMN.TextColumn("Scenario", width="small"),
        "round": _COLUMN.TextColumn("Round", width="small"),
        "accelerators": _COLUMN.NumberColumn("Accelerators"),
        "accelerator": _COLUMN.TextColumn("Accelerator"),
        "cpus_per_node": _COLUMN.NumberColumn("CPUs", width="small", help="per node"),
        "cpu": _COLUMN.TextColumn("CPU"),
        "cores_per_cpu": _COLUMN.NumberColumn("Cores per CPU"),
        "framework": _COLUMN.TextColumn("Framework"),
        "serving": _COLUMN.TextColumn("Serving"),
        "power_w": _COLUMN.NumberColumn("Power (W)", format="localized"),
        "source_url": _COLUMN.LinkColumn("Log", display_text="log"),
    }


def totals(rounds: pa.Table) -> None:
    """What is in here, in one line of numbers."""
    results, entries, closed = (pc.sum(rounds[name]).as_py() or 0 for name in ("results", "systems", "closed"))
    st.markdown(
        f"In here: **{rounds.num_rows}** rounds, **{results:,}** results of **{entries:,}** entries, "
        f"**{closed:,}** of them in the closed division. Every number leads to its log, "
        "every odd one to its explanation."
    )


def leaders_table(leaders: pa.Table) -> int | None:
    """The best result of each benchmark and scenario; the row that was picked, if any."""
    return table(
        leaders,
        {
            "benchmark": _COLUMN.TextColumn("Benchmark"),
            "scenario": _COLUMN.TextColumn("Scenario", width="small"),
            "value": _COLUMN.NumberColumn("Best", format="localized"),
            "unit": _COLUMN.TextColumn("Unit", width="small"),
            "submitter": _COLUMN.TextColumn("Submitter"),
            "accelerators": _COLUMN.NumberColumn("Accelerators"),
            "accelerator": _COLUMN.TextColumn("Accelerator"),
            "entries": _COLUMN.NumberColumn("Entries", width="small"),
            "system_name": _COLUMN.TextColumn("System"),
        },
        "leaders",
    )


def open_ranking(page: Page, benchmark: str, scenario: str) -> None:
    """Go to the ranking of a benchmark and scenario; the other filters come along."""
    selection = page.selection.common().with_values("benchmark", [benchmark]).with_values("scenario", [scenario])
    go_to("rankings", selection)


def rounds_table(rounds: pa.Table) -> int | None:
    """Every round with its counts; the row that was picked, if any."""
    return table(
        rounds,
        {
            "round": _COLUMN.TextColumn("Round", width="small"),
            "published": _COLUMN.TextColumn("Published"),
            "results": _COLUMN.NumberColumn("Results", format="localized"),
            "closed": _COLUMN.NumberColumn("Closed", format="localized"),
            "systems": _COLUMN.NumberColumn("Entries"),
            "submitters": _COLUMN.NumberColumn("Submitters"),
            "benchmarks": _COLUMN.NumberColumn("Benchmarks", help="open division's own models included"),
            "note": _COLUMN.TextColumn("Source", width="large"),
        },
        "rounds",
    )


def open_round(page: Page, name: str) -> None:
    """Show the overview of another round; the other filters come along."""
    show_here(page.selection.with_values("round", [name]))


def results_table(results: pa.Table, columns: Sequence[str]) -> int | None:
    """The selected results with the chosen columns, or the usual ones; the row that was picked, if any."""
    usual = (
        "public_id",
        "round",
        "division",
        "submitter",
        "system_name",
        "benchmark",
        "scenario",
        "value",
        "unit",
        "accelerators",
        "accelerator",
        "cpus_per_node",
        "cpu",
        "cores_per_cpu",
        "framework",
        "serving",
        "power_w",
        "source_url",
    )
    titles = _ranking_columns("system")
    return table(
        results, {name: titles.get(name, name.replace("_", " ").capitalize()) for name in columns or usual}, "results"
    )


def cut_note(page: Page, most: int) -> None:
    """Say that a table shows the first rows only, where it does."""
    left = total(page.db, page.selection)
    if left > most:
        st.caption(f"The first {most:,} of {left:,} rows; the CSV holds all.")
