"""What the anomalies page says of one finding: the sentence, the figure, what differs, and the ways to its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.catalogue import TOP
from lib.findings.evidence import Difference, Evidence, Precedent, read
from lib.findings.rules import RULES
from lib.findings.suspects import Strength, strength
from lib.query import findings
from lib.schema import COLUMNS
from lib.selection import of
from lib.show.address import Page, system_of, way_to
from lib.show.figures import field
from lib.show.figures.base import source
from lib.show.finding_lines import called, fields_of, headline, lines
from lib.show.tables import Shown, drawing, listed, said, words_table
from lib.show.wording import each_reason, linked, markdown, of_total

_RULES = {rule.kind: rule for rule in RULES}
_MEMBERS = (
    "role", "no_rank", "public_id", "submitter", "system_name", "benchmark", "scenario", "value", "unit", "doubt",
    "target_qps", "serving", "source_url",
)  # fmt: skip
_WAYS = 4  # entries of a finding without two ends that get links of their own; the table below has all
_MOST_SAID = 14  # differences in the table; further ones are fields of descriptions that explain no speed
Members = Sequence[Mapping[str, Any]]


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
    answer = findings.members(page.db, chosen)
    members = answer.table.to_pylist()
    rows = findings.field_of_anomaly(page.db, chosen).table.to_pylist()
    _head(anomaly, evidence, members)
    if evidence.differences:
        left, right = st.columns([3, 2], gap="large")
    else:
        left, right = st.container(), st.container()
    with left:
        _chart(page, anomaly, evidence, members, rows)
    with right:
        _differences(evidence, members)
    _told(evidence)
    _ways(evidence, members, rows)
    listed(answer, "members", said(answer.table, _MEMBERS), "results", ways={"system_name": system_of(page)})


def _head(anomaly: Mapping[str, Any], evidence: Evidence, members: Members) -> None:
    """Its title, its sentence, what its kind means, and the rule that found it."""
    st.subheader(markdown(headline(anomaly)))
    st.markdown(markdown(anomaly["finding"]))
    rule = _RULES.get(anomaly["kind"])
    where = " ".join(dict.fromkeys(row["division"] for row in members))
    place = f"{anomaly['round']} {where}"
    if rule is None:
        st.caption(markdown(f"{anomaly['kind']} · {place}"))
        return
    plain = f": {rule.plain}" if rule.plain else ""
    st.caption(
        f"**{markdown(rule.title)}**{markdown(plain)} · {markdown(place)}",
        help=markdown(f"{rule.meaning} Threshold here: {evidence.threshold:g}."),
    )


def _chart(
    page: Page, anomaly: Mapping[str, Any], evidence: Evidence, members: Members, rows: Sequence[dict[str, Any]]
) -> None:
    """The members within their fields, and which of them are in none."""
    drawn = {row["result_id"] for row in rows if row["role"] is not None}
    whole = {row["result_id"]: _unplaced(row, anomaly["round"]) for row in members}
    left = Counter(why for result_id, why in whole.items() if result_id not in drawn)
    if left:
        told = f"{of_total(left.total(), len(whole), 'members')}: {each_reason(left)}"
        st.caption(f"{'Without a field, so not drawn' if rows else 'No chart, without a field'}: {told}.")
    if not rows:
        return
    shown = lines(rows, evidence)
    kept = Shown(min(len(shown), field.MOST_LINES), len(fields_of(rows)), "fields", "the table below holds all members")
    figure = field.in_field(
        shown, _title(shown), _population(members, rows), source(page.db.snapshot), _legend(shown, evidence, rows)
    )
    name = f"{anomaly['anomaly_id']}-{page.db.snapshot[:8]}"
    drawing(figure, "members_in_field", kept, name, f"{headline(anomaly)}. {_title(shown)}.")


def _unplaced(member: Mapping[str, Any], round_name: str) -> str:
    """Why a member that is not drawn is in no field of the finding's round."""
    if member["round"] != round_name:
        return f"of {member['round']}, another round than the finding's"
    return member["no_rank"] or "of no stated system type"


def _title(shown: Sequence[field.Line]) -> str:
    """In which scenarios the two ends are apart, and in which together."""
    ties = [(line.name.rpartition(" ")[2], line.tie.is_apart) for line in shown if line.tie]
    told = {
        word: " and ".join(dict.fromkeys(name for name, is_apart in ties if is_apart is wanted))
        for word, wanted in (("apart", True), ("together", False))
    }
    return ", ".join(f"{names} {word}" for word, names in told.items() if names) or "Where they stand in their field"


def _population(members: Members, rows: Sequence[Mapping[str, Any]]) -> str:
    """Which results the fields are of."""
    places = (dict.fromkeys(row[name] for row in members) for name in ("round", "division"))
    types = dict.fromkeys(row["system_type"] for row in rows)
    return f"{' '.join(' and '.join(place) for place in places)}, {' and '.join(types)}: share of the field's best"


def _legend(shown: Sequence[field.Line], evidence: Evidence, rows: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the marks are that the figure has."""
    names = {row["result_id"]: called(row) for row in rows}
    has_ends = any(line.tie for line in shown)
    ends = [("◆", names.get(evidence.faster or "")), ("◇", names.get(evidence.slower or ""))] if has_ends else []
    others = [
        ("◆", field.ABOUT if any(line.about for line in shown) else None),
        ("◇", field.BESIDE if any(line.beside for line in shown) else None),
        ("●", field.OTHERS if any(line.others for line in shown) else None),
    ]
    return [(mark, name) for mark, name in [*ends, *others] if name]


def _differences(evidence: Evidence, members: Members) -> None:
    """What differs between the two ends, what could be the cause first and the odd side of that in bold."""
    differences = evidence.differences[:_MOST_SAID]
    if not differences:
        return
    st.markdown("**What differs**, what could be the cause first" if evidence.faster else "**What contradicts**")
    content = pa.table(
        {
            "field": [markdown(_field(item)) for item in differences],
            "first": [markdown(_stated(item, item.first)) for item in differences],
            "second": [_odd(item) for item in differences],
            "precedent": [markdown(_precedent(item.precedent)) for item in differences],
        }
    )
    if not any(item.precedent for item in differences):
        content = content.drop_columns(["precedent"])
    titles = _ends(evidence, members)
    words_table(content, "what_differs", titles)
    if len(differences) < len(evidence.differences):
        st.caption(f"The first {of_total(len(differences), len(evidence.differences), 'differences')}.")


def _field(item: Difference) -> str:
    known = COLUMNS.get(item.field)
    return known.title if known else f"{item.field[:1].upper()}{item.field[1:].replace('_', ' ')}"


def _stated(item: Difference, text: str | None) -> str:
    """What an end states; a system that names no layer in front of it has none."""
    return text or ("none" if item.field == "serving" else "–")


def _odd(item: Difference) -> str:
    """The slower end's word, in bold where it could be the cause."""
    text = markdown(_stated(item, item.second))
    return f"**{text}**" if strength(item) <= Strength.PART else text


def _ends(evidence: Evidence, members: Members) -> dict[str, str]:
    """The heads of what differs: the two entries, or, of a description at fault, the two sides of it."""
    if evidence.faster is None:
        return {"first": "As described", "second": "By the name"}
    names = {row["result_id"]: called(row) for row in members}
    ends = {"first": ("Faster", evidence.faster), "second": ("Slower", evidence.slower or "")}
    return {column: markdown(f"{word}: {names.get(end, end)}") for column, (word, end) in ends.items()}


def _precedent(found: Precedent | None) -> str:
    if found is None:
        return "–"
    return f"{found.as_far} of {found.n}"


def _told(evidence: Evidence) -> None:
    """What is known, likely and unknown, as short lists."""
    told = (("Known", evidence.known), ("Likely", evidence.likely), ("What the files cannot tell", evidence.unknown))
    with st.container(key="list_told"):
        for title, sentences in told:
            if sentences:
                st.markdown(f"**{title}**\n" + "".join(f"\n- {markdown(sentence)}" for sentence in sentences))


def _ways(evidence: Evidence, members: Members, rows: Sequence[Mapping[str, Any]]) -> None:
    """Links to both entries, to the ranking with both, and to their logs."""
    by_id = {row["result_id"]: row for row in members}
    ends = [by_id[end] for end in (evidence.faster, evidence.slower) if end in by_id]
    ends = ends or [row for row in members if row["role"] != "context"][:_WAYS]
    entries = {row["system_id"]: row for row in ends}
    ranked = [row for row in rows if row["result_id"] in {end["result_id"] for end in ends}]
    logs = {
        row["source_url"]: called(row) if len(entries) > 1 else f"{row['benchmark']} {row['scenario']}"
        for row in ends
        if row["source_url"]
    }
    told = [
        *((f"Entry {called(row)}", way_to("system", of({"entry": [name]}))) for name, row in entries.items()),
        *((label, way_to("rankings", of(asked))) for asked, label in _rankings(ranked, ends)),
        *((f"Log of {name}", url) for url, name in logs.items()),
    ]
    st.markdown(" · ".join(linked(markdown(label), way) for label, way in told))


def _rankings(ranked: Sequence[Mapping[str, Any]], ends: Members) -> list[tuple[dict[str, list[str]], str]]:
    """The rankings in which the ends stand: one where they meet."""
    places = {row["result_id"]: row for row in ends}
    found: dict[str, tuple[dict[str, list[str]], str]] = {}
    for row in ranked:
        end = places[row["result_id"]]
        name = f"{row['benchmark']} {row['scenario']}"
        asked = {
            "round": [end["round"]], "division": [end["division"]], "system_type": [row["system_type"]],
            "benchmark": [row["benchmark"]], "scenario": [row["scenario"]], "top": [list(TOP.options)[-1]],
        }  # fmt: skip
        found.setdefault(name, (asked, f"Ranking of {name}"))
    return list(found.values())[:_WAYS]
