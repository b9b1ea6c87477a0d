"""What the anomalies page draws: findings and their evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.findings.rules import RULES
from lib.show.ui import Page, open_system, plain_table, table
from lib.show.wording import markdown

_COLUMN = st.column_config


_RULES = {rule.kind: rule for rule in RULES}
KINDS = {rule.kind: rule.title for rule in RULES}


def anomalies_table(found: pa.Table) -> int | None:
    """The findings, the weightiest first; the row that was picked, if any."""
    kinds = pa.array([KINDS.get(kind, kind) for kind in found["kind"].to_pylist()], pa.string())
    return table(
        found.append_column("kind_title", kinds),
        {
            "finding": _COLUMN.TextColumn("Finding", width="large"),
            "ratio": _COLUMN.NumberColumn("Ratio", format="%.2f"),
            "kind_title": _COLUMN.TextColumn("Kind", width="medium"),
            "round": _COLUMN.TextColumn("Round", width="small"),
            "submitters": _COLUMN.TextColumn("Submitter"),
            "benchmarks": _COLUMN.TextColumn("Benchmark"),
            "members": _COLUMN.NumberColumn("Results", width="small"),
        },
        "anomalies",
        row_px=104,
    )


def anomaly_head(page: Page, anomaly: Mapping[str, Any]) -> None:
    """One finding: its sentence, its rule and threshold, and what is known, likely and unknown."""
    evidence = json.loads(anomaly["evidence"])
    st.subheader(markdown(anomaly["finding"]))
    rule = _RULES.get(anomaly["kind"])
    threshold = evidence.get("threshold")
    st.caption(
        f"{markdown(rule.title if rule else anomaly['kind'])} · {markdown(anomaly['round'])}"
        + (f" · threshold {markdown(threshold)}" if threshold is not None else "")
        + (f" · {markdown(rule.meaning)}" if rule else "")
    )
    for title, key in (("Known", "known"), ("Likely", "likely"), ("What the files cannot tell", "unknown")):
        if evidence.get(key):
            st.markdown(f"**{title}:** " + "  \n".join(markdown(sentence) for sentence in evidence[key]))


def anomaly_evidence(page: Page, anomaly: Mapping[str, Any], members: pa.Table) -> None:
    """A finding's members with their logs, and what differs between them, the unequal rows first."""
    evidence = json.loads(anomaly["evidence"])
    row = table(
        members,
        {
            "role": _COLUMN.TextColumn("Role", width="small"),
            "public_id": _COLUMN.TextColumn("ID", width="small"),
            "submitter": _COLUMN.TextColumn("Submitter"),
            "system_name": _COLUMN.TextColumn("System", width="large"),
            "benchmark": _COLUMN.TextColumn("Benchmark"),
            "scenario": _COLUMN.TextColumn("Scenario", width="small"),
            "value": _COLUMN.NumberColumn("Value", format="localized"),
            "unit": _COLUMN.TextColumn("Unit", width="small"),
            "target_qps": _COLUMN.NumberColumn("Target (queries/s)", format="localized"),
            "serving": _COLUMN.TextColumn("Serving"),
            "source_url": _COLUMN.LinkColumn("Log", display_text="log"),
        },
        "members",
    )
    if row is not None:
        open_system(page, members["system_id"][row].as_py())
    _differences(evidence, members)


def _differences(evidence: Mapping[str, Any], members: pa.Table) -> None:
    differences = evidence.get("differences") or []
    if not differences:
        return
    names = {row["result_id"]: row["public_id"] or row["platform"] for row in members.to_pylist()}
    first, second = (names.get(evidence.get(key, ""), key) for key in ("faster", "slower"))
    st.markdown("#### What differs")
    content = pa.table(
        {
            "field": [f"{item['source']}: {item['field']}" for item in differences],
            "first": [item["first"] or "–" for item in differences],
            "second": [item["second"] or "–" for item in differences],
            "precedent": [_precedent(item.get("precedent")) for item in differences],
        }
    )
    plain_table(
        content,
        "differences",
        field=_COLUMN.TextColumn("Field"),
        first=_COLUMN.TextColumn(f"Faster: {first}", width="large"),
        second=_COLUMN.TextColumn(f"Slower: {second}", width="large"),
        precedent=_COLUMN.TextColumn("This difference elsewhere", width="medium", help=_PRECEDENT_HELP),
    )


_PRECEDENT_HELP = (
    "Pairs of results over all rounds that are alike but for this: how many, how far they are apart in the median, "
    "and the share of them that are apart by as much as here."
)


def _precedent(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "–"
    return f"{found['n']} pairs, median {found['median_ratio']:.2f}x, as large in {found['share']:.0%}"


def rules() -> None:
    """The rules of anomalies with their thresholds, from where the rules themselves read them."""
    for rule in RULES:
        st.markdown(
            f"**{markdown(rule.title)}** (reported from {rule.threshold:g}, in the default view from "
            f"{rule.default_from:g}): {markdown(rule.meaning)}"
        )
