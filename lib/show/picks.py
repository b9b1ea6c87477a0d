"""A click in a table or chart is an event, answered once.

Streamlit keeps a picked row or bar as the state of its widget, run after run, also when other rows stand there; so the
state is never read. The widget's callback, which runs once for each click, leaves the click behind; the next drawing of
that table or chart takes it and draws a fresh widget in which nothing is picked, so that the same row can be picked
again.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import pyarrow as pa
import streamlit as st

# What a row is about, in any table: the first of these sets of columns that it has some of; else all that it holds.
_IDENTITIES = (("result_id",), ("anomaly_id",), ("system_id", "round", "submitter", "benchmark", "scenario"))


@dataclass(frozen=True)
class Pick:
    """One click: in which widget, on which row (its place and what it was about) or on which bar."""

    widget: str
    row: int = 0
    identity: int = 0
    mark: str = ""


def identities(content: pa.Table) -> array[int]:
    """What each row is about, as one number a row: little to keep in a session, and nothing of the table stays."""
    sets = ([name for name in names if name in content.column_names] for names in _IDENTITIES)
    names = next(filter(None, sets), content.column_names)
    return array("q", map(hash, zip(*(map(str, content[name].to_pylist()) for name in names), strict=True)))


def place(now: array[int], pick: Pick) -> int | None:
    """Where the row of a click stands now: where it stood, or elsewhere, or nowhere."""
    if now[pick.row : pick.row + 1] == array("q", [pick.identity]):
        return pick.row
    return now.index(pick.identity) if pick.identity in now else None


def widget(key: str) -> str:
    """The name of a table's or chart's present widget: a new one after each click."""
    answered = st.session_state.get(f"_clicks_{key}", 0)
    return f"{key}_{answered}" if answered else key


def row_picked(key: str, name: str, drawn: array[int]) -> None:
    """The callback of a table: runs once for each click, before the page does."""
    rows = st.session_state[name].selection.rows
    if rows and rows[0] < len(drawn):
        _leave(key, Pick(name, row=rows[0], identity=drawn[rows[0]]))


def mark_picked(key: str, name: str) -> None:
    """The callback of a chart: leaves the customdata of the point that was clicked."""
    points = st.session_state[name].selection.points
    found = next((point["customdata"] for point in points if point.get("customdata")), None)
    if found:
        _leave(key, Pick(name, mark=str(found[0] if isinstance(found, (list, tuple)) else found)))


def _leave(key: str, pick: Pick) -> None:
    st.session_state[f"_clicks_{key}"] = st.session_state.get(f"_clicks_{key}", 0) + 1
    st.session_state[f"_pick_{key}"] = pick


def taken(key: str) -> Pick | None:
    """The click that waits for an answer, if any; it is forgotten.

    A run that does not draw the table any more, because its filters changed too, leaves a click unanswered. Streamlit
    forgets the clicked widget at the end of such a run, and by this the click is known to be an old one.
    """
    pick: Pick | None = st.session_state.pop(f"_pick_{key}", None)
    return pick if pick and pick.widget in st.session_state else None
