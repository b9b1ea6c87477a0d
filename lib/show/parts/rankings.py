"""What the rankings page draws: the top of a ranking as bars, and the whole ranking as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from lib.catalogue import PER
from lib.query import coverage
from lib.query.connection import Answer
from lib.query.defaults import round_names
from lib.query.rankings import GROUP, SHOWN, Group, groups_of, kinds, ranked, rankings_alone
from lib.query.remarks import reasons
from lib.selection import Selection
from lib.show.address import Page, link_to, system_of
from lib.show.parts import ranking_chart
from lib.show.tables import IN_CSV, filled, listed, with_marks
from lib.show.wording import DERIVED, OTHER_COUNT, count, markdown, of_total, unranked

_COLUMNS = (
    "no_rank", "mark", "public_id", "submitter", "system_name", "value", "unit", "shown", "doubt", "benchmark",
    "scenario", "round", "accelerators", "accelerator", "cpus_per_node", "cpu", "cores_per_cpu", "count_note",
    "framework", "serving", "power_w", "unit_source", "source_url",
)  # fmt: skip
_MOST_GROUPS = 40
_PER_SECOND = "/s"  # how units of throughput end
_NO_VALUE = " There is none where what it takes is not stated or cannot be believed, and latencies are not divided."


@dataclass(frozen=True)
class Ranking:
    """The ranking of a page: all its rows, the groups that cannot share a chart, and what a value is divided by."""

    answer: Answer
    groups: list[Group]
    per: str


def ranking(page: Page) -> Ranking:
    """The ranking that the address asks for."""
    answer = ranked(page.db, page.selection, SHOWN)
    return Ranking(answer, groups_of(answer.table), page.selection.one(PER.key, PER.default))


def _rows_of(content: pa.Table, group: Group) -> pa.Table:
    return content.filter(reduce(pc.and_, (pc.equal(content[name], getattr(group, name)) for name in GROUP)))


def several_groups(page: Page, ranking: Ranking) -> None:
    """Say that unlike things are not ranked together, which of them the chart shows, and how to see another."""
    unit = page.selection.one("unit")
    if unit:
        link_to("rankings", "Results in all units", page.selection.without("unit"))
    groups = ranking.groups
    _kinds_together(page, groups[0])
    if len(groups) < 2:
        return
    st.info(
        f"These filters leave {len(groups)} rankings that cannot share a chart (benchmark, scenario, division, unit). "
        "The largest is drawn; the table holds all, each ranked within itself.",
        icon=":material/call_split:",
    )
    with st.expander("Open one of them"):
        if len(groups) > _MOST_GROUPS:
            st.caption(f"The largest {of_total(_MOST_GROUPS, len(groups), 'rankings')}; narrow the filters for others.")
        ways = rankings_alone(page.db, page.selection.without("snapshot"))
        for group in groups[:_MOST_GROUPS]:
            _open_one(page, ranking, group, ways[group.key])


def _kinds_together(page: Page, group: Group) -> None:
    """Say where datacenter and edge systems share the drawn ranking, and lead to each kind alone."""
    drawn = page.selection.with_all({name: [getattr(group, name)] for name in ("benchmark", "scenario", "division")})
    found = kinds(page.db, drawn)
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Datacenter and edge systems share this ranking; MLCommons lists them apart:", width="content")
        for kind, results in found.items():
            link_to("rankings", f"{kind} alone: {count(results, 'result')}", drawn.with_values("system_type", [kind]))


def _open_one(page: Page, ranking: Ranking, group: Group, one: Selection) -> None:
    """The link to one group alone, which `one` selects."""
    told = f"{markdown(group.benchmark)} · {markdown(group.scenario)} · {markdown(group.unit)}"
    others = alike(group, ranking.groups)
    if len({other.division for other in others}) > 1:
        told += f" · {group.division}"
    if len({other.era for other in others}) > 1:
        held = one.get("round")
        told += f" · {markdown(' '.join(name for name in reversed(round_names(page.db)) if name in held))}"
    link_to("rankings", f"{told}: {count(group.results, 'result')}", one)


def alike(group: Group, groups: Sequence[Group]) -> list[Group]:
    """The groups of the same benchmark and scenario: of other divisions, units or eras."""
    return [other for other in groups if (other.benchmark, other.scenario) == (group.benchmark, group.scenario)]


def rounds_of(content: pa.Table, group: Group) -> list[str]:
    """The rounds that a group has results of."""
    return list(dict.fromkeys(_rows_of(content, group)["round"].to_pylist()))


def bars(page: Page, ranking: Ranking, most: int) -> None:
    """The first rows of the largest group as bars, with what is odd among them."""
    group, per = ranking.groups[0], ranking.per
    whole = _rows_of(ranking.answer.table, group)
    why = reasons(whole["no_rank"])
    top = ranking_chart.Top(page.db, page.selection, group, whole.filter(pc.is_valid(whole["rank"])), most)
    if not top.ranked.num_rows:
        st.info(f"Nothing to draw: {unranked(why, group.results)}.{_NO_VALUE if per != PER.default else ''}")
        return
    ranking_chart.draw(page, top, unranked(why))


def notes(page: Page, ranking: Ranking) -> None:
    """What a reader must know of these numbers: what is derived, and where these rounds stop being comparable."""
    group, per = ranking.groups[0], ranking.per
    if per != PER.default:
        st.caption(f"Values {PER.options[per]} are {DERIVED}.{_joules(group.unit, per)}{_NO_VALUE}")
    if ranking.answer.table["count_note"].null_count < ranking.answer.table.num_rows:
        st.caption(
            f"Where a count is not the declared one ({OTHER_COUNT} in the chart), the table says which and why, and a "
            "bar on hover."
        )
    named = {name for other in alike(group, ranking.groups) for name in rounds_of(ranking.answer.table, other)}
    concerned = coverage.breaks_between(page.db, tuple(sorted(named)), group.benchmark, group.scenario)
    for row in concerned.table.to_pylist():
        st.caption(f":material/info: {markdown(row['from_round'])}: {markdown(row['reason'])}.")


def _joules(unit: str, per: str) -> str:
    """What a rate per watt is by its other name: a watt is a joule a second."""
    if per != "watt" or not unit.endswith(_PER_SECOND):
        return ""
    return f" {markdown(unit)} per watt are {markdown(unit.removesuffix(_PER_SECOND).lower())} per joule."


def whole_table(page: Page, ranking: Ranking) -> None:
    """The whole ranking as a table, what has no rank last in its group; a name leads to its system."""
    content = ranking.answer.table
    without = unranked(reasons(content["no_rank"]), content.num_rows)
    if without and len(ranking.groups) > 1:
        st.caption(f"{without}.")
    marked = with_marks(ranking.answer)
    shown = ["rank", *filled(marked.table, _COLUMNS)]
    names = [name for name in shown if name != "shown" or ranking.per != PER.default]
    titles = {"shown": PER.options[ranking.per].capitalize()}
    ways = {"system_name": system_of(page)}
    listed(marked, "ranking", names, "results", titles=titles, rest=IN_CSV, ways=ways)
