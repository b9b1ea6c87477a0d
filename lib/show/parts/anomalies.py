"""What the anomalies page lists: the findings under the filters, what their kinds mean, and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.catalogue import KIND
from lib.findings.rules import RULES
from lib.query import findings
from lib.query.connection import Answer
from lib.query.facets import total
from lib.selection import Selection
from lib.settings import settings
from lib.show.address import Page, way_to
from lib.show.finding_lines import headline
from lib.show.frame import nothing_found
from lib.show.tables import IN_CSV, listed
from lib.show.wording import count, linked, markdown, of_total

_FINDINGS = ("title", "ratio", "cause", "round", "submitters", "kind_title", "benchmarks", "members", "finding")
_LISTED = 20  # findings as links with a line each; the table below them has all


def found(page: Page) -> None:
    """The findings under the filters, the weightiest first: as links, and all of them as a table that opens."""
    answer = findings.anomalies(page.db, page.selection, settings().max_table_rows)
    if answer.is_empty and not total(page.db, page.selection):
        nothing_found(page)
        return
    if answer.is_empty:
        st.info("No anomaly under these filters.")
        return
    content = answer.table
    first = content.slice(0, _LISTED).to_pylist()
    st.caption(
        f"{count(answer.total, 'finding')}, the weightiest first"
        + (
            f"; {of_total(len(first), answer.total, 'are listed')}, the table below has more."
            if len(first) < answer.total
            else "."
        )
    )
    with st.container(key="list_findings"):
        st.markdown("\n".join(_line(page, anomaly) for anomaly in first))
    with st.expander("As a table", key="findings_as_table", on_change="rerun") as box:
        if box.open:
            kinds = pa.array([KIND.options.get(kind, kind) for kind in content["kind"].to_pylist()], pa.string())
            shown = Answer(content.append_column("kind_title", kinds), answer.total)
            ways = {"title": lambda row: way_to("anomalies", _named(page, row["anomaly_id"]))}
            listed(shown, "findings", _FINDINGS, "findings", rest=IN_CSV, ways=ways)


def _line(page: Page, anomaly: Mapping[str, Any]) -> str:
    """A finding as an entry of a list: how far what is apart, as a link, and round, submitter, kind and cause."""
    kind = KIND.options.get(anomaly["kind"], anomaly["kind"])
    told = (anomaly["round"], anomaly["submitters"], kind, anomaly["cause"])
    words = " · ".join(markdown(text) for text in told if text)
    way = way_to("anomalies", _named(page, anomaly["anomaly_id"]))
    return f"1. {linked(markdown(headline(anomaly)), way)}  \n   {words}"


def _named(page: Page, anomaly_id: str) -> Selection:
    return page.selection.with_values("anomaly", [anomaly_id]).without("snapshot")


def kinds() -> None:
    """What each kind means, in a line."""
    with st.popover("What the kinds mean", icon=":material/help:", width="stretch"):
        for rule in RULES:
            st.markdown(f"**{markdown(rule.title)}**: {markdown(rule.plain or rule.meaning)}")


def rules() -> None:
    """The rules of anomalies with their thresholds, from where the rules themselves read them."""
    for rule in RULES:
        st.markdown(
            f"**{markdown(rule.title)}** (reported from {rule.threshold:g}, in the default view from "
            f"{rule.shown_from}): {markdown(rule.meaning)}"
        )
