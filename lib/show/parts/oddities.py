"""The overview's cards: the findings that matter most, each with its title as a link, a line of words and a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.findings.evidence import Evidence, read
from lib.findings.rules import PEER_OUTLIER, RULES, SERVER_OVER_OFFLINE, TWINS, TWINS_ACROSS
from lib.query import findings, overview
from lib.selection import Selection, of
from lib.show.address import Page, link_to
from lib.show.figures.two_ends import End, two_ends
from lib.show.tables import small_drawing
from lib.show.wording import markdown, system_label, times

Row = Mapping[str, Any]
_TITLES: Mapping[str, str] = {rule.kind: rule.title.lower() for rule in RULES}
_MOST = 3  # what stands beside the round's picture without a scroll
_OF_ROUNDS = 2  # of the selected rounds, where one card is left for the strongest of all


def cards(page: Page) -> None:
    """The weightiest findings under the filters; where they name rounds, the strongest of all other rounds too."""
    st.subheader("Odd, and worth a look")
    asked = page.selection.common()
    is_some_rounds = bool(asked.get("round"))
    most = _OF_ROUNDS if is_some_rounds else _MOST
    found = findings.anomalies(page.db, asked, most=most)
    if found.is_empty:
        st.caption("Nothing odd under these filters.")
    items = found.table.to_pylist()
    for item in items:
        _card(page, item)
    if is_some_rounds:
        _of_all_rounds(page, asked, {item["anomaly_id"] for item in items})
    link_to("anomalies", f"All findings under these filters ({found.total:,})", asked)


def _of_all_rounds(page: Page, asked: Selection, shown: set[str]) -> None:
    """The strongest finding of all rounds under the other filters, where it is not shown already."""
    strongest = findings.anomalies(page.db, asked.without("round"), most=_MOST).table.to_pylist()
    item = next((item for item in strongest if item["anomaly_id"] not in shown), None)
    if item is not None:
        st.caption(f"Of all rounds: {markdown(item['round'])}")
        _card(page, item)


def _card(page: Page, item: Row) -> None:
    """One finding; `item` is a row of `findings.anomalies`."""
    whole = findings.anomaly(page.db, item["anomaly_id"]) or {}
    evidence = read(whole["evidence"])
    pair = overview.ends(page.db, evidence.faster, evidence.slower or "") if evidence.faster else None
    bars = _bars(page, item, evidence, pair) if pair else None
    with st.container(border=True, gap="xsmall"):
        chosen = of({"anomaly": [item["anomaly_id"]]})
        link_to("anomalies", f":blue[**{markdown(_title(item, pair, bars))}**]", chosen, with_icon=False)
        st.caption(markdown(_words(item, pair, bars)))
        if bars:
            faster, slower, ratio = bars
            alt = f"{slower.name} is {times(ratio)} from {faster.name}."
            small_drawing(two_ends(faster, slower, times(ratio)), f"card_{item['anomaly_id']}", alt)


Bars = tuple[End, End, float]


def _bars(page: Page, item: Row, evidence: Evidence, pair: tuple[Row, Row]) -> Bars | None:
    """The two bars of a finding and their ratio; None where two bars would not say what it says."""
    faster, slower = pair
    if faster["benchmark"] != slower["benchmark"] or not faster["value"] or not slower["value"]:
        return None
    each = _is_each(faster, slower)
    if each is None:
        return None
    values = [row["value"] / (row["accelerators"] if each else 1) for row in pair]
    units = [f"{row['unit']}{' per accelerator (derived)' if each else ''}" for row in pair]
    names = _names(pair, item["kind"])
    if item["kind"] == PEER_OUTLIER.kind:
        _set_beside_the_median(page, item, evidence, pair, values, names)
    ratio = values[0] / values[1] if faster["higher_is_better"] else values[1] / values[0]
    if ratio <= 1:
        return None
    ends = [
        End(name, value, row["accelerator_vendor"], unit)
        for name, value, row, unit in zip(names, values, pair, units, strict=True)
    ]
    return ends[0], ends[1], ratio


def _is_each(faster: Row, slower: Row) -> bool | None:
    """Whether two results are compared per accelerator, as those of other sizes are; None where they cannot be."""
    counts = faster["accelerators"], slower["accelerators"]
    if counts[0] == counts[1]:
        return False
    return True if faster["higher_is_better"] and all(counts) else None


def _set_beside_the_median(
    page: Page, item: Row, evidence: Evidence, pair: tuple[Row, Row], values: list[float], names: list[str]
) -> None:
    """Of an outlier among its peers the other end is their median, which the evidence tells as a ratio to it."""
    roles = {row["result_id"]: row["role"] for row in findings.members(page.db, item["anomaly_id"]).table.to_pylist()}
    gap = next((gap for gap in evidence.gaps if gap.scenario == pair[0]["scenario"]), None)
    if gap is None:
        return
    odd = 1 if roles.get(pair[1]["result_id"]) == "outlier" else 0
    is_more = pair[0]["higher_is_better"] == (odd == 1)
    values[1 - odd] = values[odd] * gap.ratio if is_more else values[odd] / gap.ratio
    names[1 - odd] = "median of its peers (derived)"


def _names(pair: tuple[Row, Row], kind: str) -> list[str]:
    """What tells one end from the other: the scenarios of one system, else public IDs, else names, else platforms."""
    scenarios = [str(row["scenario"]) for row in pair]
    if kind == SERVER_OVER_OFFLINE.kind or scenarios[0] != scenarios[1]:
        return scenarios
    labels = [str(row["public_id"] or system_label(row)) for row in pair]
    if labels[0] == labels[1]:
        return [str(row["platform"]) for row in pair]
    if pair[0]["submitter"] == pair[1]["submitter"]:  # the card's title names it
        labels = [label.removeprefix(f"{pair[0]['submitter']} · ") for label in labels]
    return labels


def _title(item: Row, pair: tuple[Row, Row] | None, bars: Bars | None) -> str:
    """Who is odd, and how, in a few words."""
    who, kind = item["submitters"], item["kind"]
    if pair is None or bars is None:
        return f"{who}: {_TITLES.get(kind, kind)}"
    faster, slower = pair
    apart = times(bars[2])
    if kind == PEER_OUTLIER.kind:
        return f"{who}: {apart} {'below' if bars[0].name.startswith('median') else 'above'} its peers"
    if kind == SERVER_OVER_OFFLINE.kind:
        return f"{who}: Server {apart} over its own Offline"
    if kind in (TWINS.kind, TWINS_ACROSS.kind):
        if faster["public_id"] and slower["public_id"]:
            return f"{slower['public_id']} is {apart} below {faster['public_id']} on the same hardware"
        if faster["submitter"] != slower["submitter"]:
            return f"{slower['submitter']} is {apart} below {faster['submitter']} on the same hardware"
        return f"{who}: {apart} apart on the same hardware"
    if faster["scenario"] != slower["scenario"]:  # what the bars show, which is no share of it
        return f"{who}: {faster['scenario']} is {apart} its {slower['scenario']}"
    return f"{who}: {_TITLES.get(kind, kind)}, {apart}"


def _words(item: Row, pair: tuple[Row, Row] | None, bars: Bars | None) -> str:
    """Round, benchmark, scenario and cause; without a picture the finding's own sentence."""
    cause = item.get("cause") or ""
    if pair is None or bars is None:
        return f"{item['round']}. {item['finding']}"
    faster, slower = pair
    if faster["scenario"] != slower["scenario"]:
        told = f"{slower['benchmark']}, {system_label(slower)}"
    else:
        told = f"{slower['benchmark']} {slower['scenario']}"
    units = " against ".join(dict.fromkeys(end.unit for end in bars[:2]))
    return f"{item['round']}, {told}, {units}{f'; {cause}' if cause else ''}"
