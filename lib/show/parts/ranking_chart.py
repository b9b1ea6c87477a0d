"""The top of a ranking as a chart in which the odd is drawn, and the odd as links below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import streamlit as st

from lib import links
from lib.analysis.ranking import steps
from lib.catalogue import BY_NAME, PER
from lib.export.exports import file_name
from lib.query.connection import Database
from lib.query.defaults import round_names
from lib.query.marks import Mark, marks_of
from lib.query.rankings import Group, host_memory
from lib.selection import FILTERS, Selection
from lib.show.address import Page, go_to, open_system, way_to
from lib.show.configuration import accelerators, configurations, label
from lib.show.figures.base import source
from lib.show.figures.hover import hover
from lib.show.figures.ranking import Bar, Tie, Words, ranking
from lib.show.oddities import apart, cause, chosen, sentence, where
from lib.show.tables import Shown, chart, is_phone
from lib.show.wording import (
    OTHER_COUNT,
    count,
    decimals_of,
    filter_text,
    fixed,
    inside,
    linked,
    markdown,
    of_total,
    plotly,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

Row = dict[str, Any]
_NOTED = "⚠"  # beside a row with a finding that is not drawn, there being more of them than a chart can bear
_UNSAID = {"system_type": "datacenter and edge", "availability": "any availability"}


@dataclass(frozen=True)
class Top:
    """The ranked rows of a group, best first, and which of them are drawn with which marks."""

    db: Database
    selection: Selection
    group: Group
    ranked: pa.Table
    most: int

    @property
    def per(self) -> str:
        """What a value is divided by."""
        return self.selection.one("per", PER.default)

    @property
    def _marking(self) -> str:
        odd = BY_NAME["rankings"].key("odd")
        return self.selection.one(odd.key, odd.default)

    @property
    def is_unmarked(self) -> bool:
        """Whether the reader wants to see nothing that is odd."""
        return self._marking == "off"

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """All that is odd in the ranking and can be drawn, as far as the reader wants to see it."""
        if self.is_unmarked:
            return ()
        return marks_of(self.db, self.selection, self.group, self.ranked, self._marking == "all")

    @cached_property
    def drawn(self) -> list[Mark]:
        """The marks that are drawn."""
        return chosen(self.marks, self.most)

    @cached_property
    def places(self) -> list[int]:
        """The places of the rows drawn: the first ones, and what is far off below them."""
        first = range(min(self.most, self.ranked.num_rows))
        return [*first, *sorted({mark.odd for mark in self.drawn if mark.odd >= self.most})]

    @cached_property
    def rows(self) -> Mapping[int, Row]:
        """The rows drawn and the other ends of their marks, by place."""
        others = [mark.other for mark in self.drawn if mark.other is not None]
        wanted = list(dict.fromkeys([*self.places, *others]))
        return dict(zip(wanted, self.ranked.take(wanted).to_pylist(), strict=True))

    @cached_property
    def rounds(self) -> list[str]:
        """The rounds of the ranking's rows, the earliest first."""
        held = set(self.ranked["round"].unique().to_pylist())
        return [name for name in reversed(round_names(self.db)) if name in held]

    @property
    def is_lower_better(self) -> bool:
        """Whether less is better: then the best row has the least value."""
        return not self.ranked["more_is_better"][0].as_py()

    @property
    def unit(self) -> str:
        """The unit of the values, in lower case where it is words."""
        words = inside(self.group.unit)
        return words if self.per == PER.default else f"{words} {PER.options[self.per]}"


def draw(page: Page, top: Top, note: str) -> None:
    """The chart and its links; a clicked bar opens its system, an odd one its finding. `note` says what has no rank."""
    around = words(top)
    st.markdown(f"#### {markdown(heading(top))}")
    picked = chart(
        figure(top, is_phone()),
        "bars",
        Shown(
            len(top.places),
            top.group.results,
            "results",
            note,
            "Click a bar for its system" + (", an odd one for its finding." if top.drawn else "."),
        ),
        name=file_name("rankings", top.selection, top.db.snapshot).removesuffix(".csv"),
        alt=f"{around.title}. {around.population}.",
    )
    if picked and "/" in picked:
        open_system(page, picked)
    elif picked:
        go_to("anomalies", _finding(top, picked))
    _ways(top)


def _ways(top: Top) -> None:
    """What is drawn as odd, as links; and how many rows more are part of a finding."""
    lines = [
        linked(markdown(_sentence(top, mark)), way_to("anomalies", _finding(top, mark.anomaly_id)))
        for mark in top.drawn
    ]
    further = len(_undrawn(top))
    if further:
        lines.append(
            f"{_NOTED} {count(further, 'further row is', 'further rows are')} part of a finding: see the table"
        )
    if lines:
        with st.container(key="list_marks"):
            st.markdown("\n".join(f"- {line}" for line in lines))


def figure(top: Top, is_narrow: bool) -> go.Figure:
    """The chart of a ranking's top."""
    return ranking(_bars(top), _ties(top), words(top), _rules(top), is_narrow)


def heading(top: Top) -> str:
    """What is ranked, in which rounds: `resnet50, Server, v1.0`."""
    per = "" if top.per == PER.default else f", {PER.options[top.per]}"
    return f"{top.group.benchmark}, {top.group.scenario}{per}, {_rounds(top)}{_direction(top)}"


def words(top: Top) -> Words:
    """What stands in the picture around the bars: who leads by what, and what is odd; of which population."""
    best = [row for row in (top.rows[place] for place in top.places) if row["rank"] == 1]
    digits = decimals_of([top.rows[place]["shown"] for place in top.places])  # as the chart has them
    leader = f"{best[0]['submitter']} leads with {fixed(best[0]['shown'], digits)} {top.unit}"
    if len(best) > 1:
        leader = f"{len(best)} systems lead with {fixed(best[0]['shown'], digits)} {top.unit}"
    title = f"{top.group.benchmark} {top.group.scenario}, {_rounds(top)}: {leader} ({accelerators(best[0])})"
    if top.drawn:
        title += f"; {_sentence(top, top.drawn[0], with_cause=False)}"
    return Words(title, _population(top), source(top.db.snapshot[:8]), top.unit + _direction(top), _legend(top))


def _rounds(top: Top) -> str:
    named = top.rounds
    return " + ".join(named) if len(named) <= 3 else f"{len(named)} rounds, {named[0]} to {named[-1]}"


def _direction(top: Top) -> str:
    return ", shorter is better" if top.is_lower_better else ""


def _population(top: Top) -> str:
    """Rounds, division, system type and availability, asked for or not, then the other filters; and n of how many."""
    told = [_rounds(top), top.group.division]
    for key, unsaid in _UNSAID.items():
        values = top.selection.get(key)
        told.append(filter_text(key, values) if values else unsaid)
    known = {*_UNSAID, "round", "division", "benchmark", "scenario"}
    told += [filter_text(key, values) for key, values in top.selection.items if key in FILTERS and key not in known]
    return f"{' · '.join(told)}; {of_total(len(top.places), top.group.results, 'results')} drawn"


def _legend(top: Top) -> list[str]:
    told = []
    if any(row["count_note"] for row in top.rows.values()):
        told.append(f"{OTHER_COUNT} a count is not the declared one")
    if _undrawn(top):
        told.append(f"{_NOTED} in a further finding")
    return told


def _undrawn(top: Top) -> set[int]:
    """The rows shown that the table marks too, and that are no end of what is drawn."""
    if top.is_unmarked:
        return set()
    ends = {mark.odd for mark in top.drawn} | {mark.other for mark in top.drawn}
    return {place for place in top.places if top.rows[place]["anomaly_id"]} - ends


def _bars(top: Top) -> list[Bar]:
    rows = [top.rows[place] for place in top.places]
    parts = configurations(rows, host_memory(top.db), len(top.rounds) > 1)
    picks = {mark.other: mark.anomaly_id for mark in reversed(top.drawn)} | {m.odd: m.anomaly_id for m in top.drawn}
    is_sized = top.per == PER.default and not top.is_lower_better and len({row["accelerators"] for row in rows}) > 1
    undrawn = _undrawn(top)
    return [
        Bar(
            row["rank"],
            label(row, own)
            + (f" {OTHER_COUNT}" if row["count_note"] else "")
            + (f" {_NOTED}" if place in undrawn else ""),
            own,
            row["shown"],
            row["accelerator_vendor"],
            str(picks.get(place, row["system_id"])),
            hover(row, top.unit, top.per),
            row["shown"] / row["accelerators"] if is_sized and row["accelerators"] else None,
        )
        for place, row, own in zip(top.places, rows, parts, strict=True)
    ]


def _ties(top: Top) -> list[Tie]:
    at = {place: row for row, place in enumerate(top.places)}
    found = []
    for mark in top.drawn:
        other = _other(top, mark)
        ratio, against = apart(mark, top.rows[mark.odd], other, top.is_lower_better)
        why = f": {cause(mark)}" if cause(mark) else ""
        told = f"{against}{where(mark, other, top.places)}{why}"
        link = links.link("anomalies", _finding(top, mark.anomaly_id))
        end = None if mark.other is None else at.get(mark.other)
        found.append(Tie(at[mark.odd], end, mark.expected, ratio, told, plotly(link)))
    return found


def _rules(top: Top) -> list[tuple[int, str]]:
    """What parts the rows: those left out before an odd one, and steps between systems of unlike size."""
    places, found = top.places, {}
    first = [top.rows[place] for place in places]
    if top.per == PER.default:
        for step in steps([row["shown"] for row in first], [row["accelerators"] for row in first]):
            found[step.first] = f"step of {step.ratio:.1f}x{_sizes(step.above, step.below)}"
    for row, (before, place) in enumerate(pairwise(places), 1):
        if place > before + 1:
            found[row] = f"{place - before - 1} more"
    return sorted(found.items())


def _sizes(above: tuple[int, int] | None, below: tuple[int, int] | None) -> str:
    if above is None or below is None or above == below:
        return ""
    few, many = (f"{low}" if low == high else f"{low} to {high}" for low, high in (below, above))
    return f": {many} accelerators above, {few} below"


def _other(top: Top, mark: Mark) -> Row | None:
    return None if mark.other is None else top.rows[mark.other]


def _sentence(top: Top, mark: Mark, with_cause: bool = True) -> str:
    return sentence(mark, top.rows[mark.odd], _other(top, mark), top.is_lower_better, with_cause)


def _finding(top: Top, anomaly_id: str) -> Selection:
    return top.selection.common().with_values("anomaly", (anomaly_id,))
