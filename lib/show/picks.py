"""A click in a chart is an event, answered once.

Streamlit keeps a picked bar as the state of its widget, run after run, also when other bars stand there; so the state
is never read. The widget's callback, which runs once for each click, leaves the click behind; the next drawing of that
chart takes it and draws a fresh widget in which nothing is picked, so that the same bar can be picked again.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Pick:
    """One click: in which widget, and the customdata of what was clicked."""

    widget: str
    mark: str


def widget(key: str) -> str:
    """The name of a chart's present widget: a new one after each click."""
    answered = st.session_state.get(f"_clicks_{key}", 0)
    return f"{key}_{answered}" if answered else key


def mark_picked(key: str, name: str) -> None:
    """The callback of a chart: leaves the customdata of the point that was clicked."""
    points = st.session_state[name].selection.points
    found = next((point["customdata"] for point in points if point.get("customdata")), None)
    if found:
        st.session_state[f"_clicks_{key}"] = st.session_state.get(f"_clicks_{key}", 0) + 1
        st.session_state[f"_pick_{key}"] = Pick(name, str(found[0] if isinstance(found, (list, tuple)) else found))


def taken(key: str) -> Pick | None:
    """The click that waits for an answer, if any; it is forgotten.

    A run that does not draw the chart any more, because its filters changed too, leaves a click unanswered. Streamlit
    forgets the clicked widget at the end of such a run, and by this the click is known to be an old one.
    """
    pick: Pick | None = st.session_state.pop(f"_pick_{key}", None)
    return pick if pick and pick.widget in st.session_state else None
