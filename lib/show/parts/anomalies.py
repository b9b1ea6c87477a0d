"""What the anomalies page draws: findings and their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.catalogue import KIND
from lib.findings.evidence import Evidence, Precedent, read
from lib.findings.rules import RULES
from lib.query import findings
from lib.query.connection import Answer
from lib.settings import settings
from lib.show.address import Page, open_system, show_here
from lib.show.figures import field
from lib.show.tables import IN_CSV, Shown, drawing, plain_table, said, table
from lib.show.wording import count, each_reason, markdown, of_total

_RULES = {rule.kind: rule for rule in RULES}
_FINDINGS = ("finding", "ratio", "kind_title", "round", "submitters", "benchmarks", "members")
_MEMBERS = (
    "role", "no_rank", "public_id", "submitter", "system_name", "benchmark", "scenario", "value", "unit", "doubt",
    "target_qps", "serving", "source_url",
)  # fmt: skip


def finding(page: Page) -> None:
    """The finding that the address names, with its evidence; nothing where it names none."""
    chosen = page.selection.one("anomaly")
    if not chosen:
        return
    anomaly = findings.anomaly(page.db, chosen)
    if anomaly is None:
        st.warning("The data holds no such anomaly (any more).")
        return
    evidence = read(anomaly["evidence"])
    _head(anomaly, evidence)
    members = findings.members(page.db, chosen)
    _chart(page, anomaly, members.table)
    row = table(members, "members", said(members.table, _MEMBERS), "results")
    if row is not None:
        open_system(page, members.table["system_id"][row].as_py())
    _differences(page, evidence, members.table)


def _head(anomaly: Mapping[str, Any], evidence: Evidence) -> None:
    """Its sentence, its rule and threshold, and what is known, likely and unknown."""
    st.subheader(markdown(anomaly["finding"]))
    rule = _RULES.get(anomaly["kind"])
    st.caption(
        f"{markdown(rule.title if rule else anomaly['kind'])} · {markdown(anomaly['round'])}"
        f" · threshold {markdown(evidence.threshold)}" + (f" · {markdown(rule.meaning)}" if rule else "")
    )
    told = (("Known", evidence.known), ("Likely", evidence.likely), ("What the files cannot tell", evidence.unknown))
    for title, sentences in told:
        if sentences:
            st.markdown(f"**{title}:** " + "  \n".join(map(markdown, sentences)))


def _chart(page: Page, anomaly: Mapping[str, Any], members: pa.Table) -> None:
    """The members within their fields, and which of them are in none."""
    rows = findings.field_of_anomaly(page.db, anomaly["anomaly_id"]).table.to_pylist()
    drawn = {row["result_id"] for row in rows if row["role"] is not None}
    whole = {row["result_id"]: _unplaced(row, anomaly["round"]) for row in members.to_pylist()}
    left = Counter(why for result_id, why in whole.items() if result_id not in drawn)
    if left:
        told = f"{of_total(left.total(), len(whole), 'members')}: {each_reason(left)}"
        st.caption(f"{'Without a field, so not drawn' if rows else 'No chart, without a field'}: {told}.")
    if not rows:
        return
    lines = len(field.lines_of(rows))
    shown = Shown(min(lines, field.MOST_LINES), lines, "fields", "the table below holds all members")
    drawing(field.members_in_field(rows), "members_in_field", shown)


def _unplaced(member: Mapping[str, Any], round_name: str) -> str:
    """Why a member that is not drawn is in no field of the finding's round."""
    if member["round"] != round_name:
        return f"of {member['round']}, another round than the finding's"
    return member["no_rank"] or "of no stated system type"


def _differences(page: Page, evidence: Evidence, members: pa.Table) -> None:
    """What differs between the two ends of a finding, the unequal rows first."""
    differences = evidence.differences
    if not differences:
        return
    st.markdown("#### What differs")
    content = pa.table(
        {
            "field": [f"{item.source}: {item.field}" for item in differences],
            "first": [item.first or "–" for item in differences],
            "second": [item.second or "–" for item in differences],
            "precedent": [_precedent(item.precedent) for item in differences],
        }
    )
    titles = _ends(evidence, members)
    plain_table(Answer.whole(content), "what_differs", titles=titles)


def _ends(evidence: Evidence, members: pa.Table) -> dict[str, str]:
    """The heads of what differs: the two entries, or, of a description at fault, the two sides of it."""
    if evidence.faster is None:
        return {"first": "As described", "second": "By the name"}
    names = {row["result_id"]: row["public_id"] or row["platform"] for row in members.to_pylist()}
    ends = {"first": ("Faster", evidence.faster), "second": ("Slower", evidence.slower or "")}
    return {column: f"{word}: {names.get(end, end)}" for column, (word, end) in ends.items()}


def _precedent(found: Precedent | None) -> str:
    return f"{found.n} pairs, median {found.median_ratio:.2f}x, as large in {found.share:.0%}" if found else "–"


def found(page: Page) -> None:
    """The findings under the filters, the weightiest first; a picked row opens the finding."""
    answer = findings.anomalies(page.db, page.selection, settings().max_table_rows)
    if answer.is_empty:
        st.info("No anomaly under these filters.")
        return
    st.caption(f"{count(answer.total, 'finding')}, the weightiest first; pick a row to read one.")
    content = answer.table
    kinds = pa.array([KIND.options.get(kind, kind) for kind in content["kind"].to_pylist()], pa.string())
    shown = Answer(content.append_column("kind_title", kinds), answer.total)
    row = table(shown, "findings", _FINDINGS, "findings", row_px=104, rest=IN_CSV)
    if row is not None:
        show_here(page, page.selection.with_values("anomaly", [content["anomaly_id"][row].as_py()]).without("snapshot"))


def rules() -> None:
    """The rules of anomalies with their thresholds, from where the rules themselves read them."""
    for rule in RULES:
        st.markdown(
            f"**{markdown(rule.title)}** (reported from {rule.threshold:g}, in the default view from "
            f"{rule.shown_from}): {markdown(rule.meaning)}"
        )
