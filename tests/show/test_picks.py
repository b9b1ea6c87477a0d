"""A click is an event: answered once, about the bar that stood there, and forgotten where nothing can answer it."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.show.picks import Pick


def page() -> None:
    """A chart of some bars; what was picked is written down."""
    import plotly.graph_objects as go
    import streamlit as st

    from lib.show.tables import Shown, chart

    names = st.session_state.get("names", ["a", "b", "c"])
    if names:
        bars = {"type": "bar", "x": list(range(len(names))), "customdata": names}
        st.markdown(f"picked {chart(go.Figure({'data': [bars]}), 't', Shown(1, 1))}")


def click(app: AppTest, name: str) -> None:
    """What the chart's callback leaves when a bar of the last run is clicked, before the next run."""
    clicks = app.session_state.get("_clicks_t", 0)
    app.session_state["_clicks_t"] = clicks + 1
    app.session_state["_pick_t"] = Pick(f"t_{clicks}" if clicks else "t", name)


@pytest.fixture
def app() -> AppTest:
    """The page, drawn once."""
    drawn = AppTest.from_function(page)
    drawn.session_state["names"] = ["a", "b", "c"]
    drawn.run()
    assert said(drawn) == "picked None"
    return drawn


def said(app: AppTest) -> Any:
    """What the page says was picked."""
    assert not app.exception
    return app.markdown[0].value if len(app.markdown) else ""


def key_of(app: AppTest) -> str:
    """The name under which the chart is drawn."""
    return str(app.get("plotly_chart")[0].proto.id).rpartition("-")[2]


def test_a_click_is_answered_once_and_then_the_chart_is_a_fresh_one(app: AppTest):
    click(app, "b")
    assert said(app.run()) == "picked b"
    assert key_of(app) == "t_1"
    assert said(app.run()) == "picked None"
    assert key_of(app) == "t_1"


def test_the_same_bar_can_be_picked_again(app: AppTest):
    for times in (1, 2, 3):
        click(app, "b")
        assert said(app.run()) == "picked b"
        assert key_of(app) == f"t_{times}"


@pytest.mark.parametrize("names", [["b", "c", "a"], ["a", "c"], ["a"]])
def test_a_click_is_about_the_bar_that_stood_there(app: AppTest, names: list[str]):
    click(app, "b")
    app.session_state["names"] = names
    assert said(app.run()) == "picked b"
    assert said(app.run()) == "picked None"


def test_a_click_that_no_chart_could_answer_is_not_answered_later(app: AppTest):
    click(app, "b")
    app.session_state["names"] = []
    assert said(app.run()) == ""
    app.session_state["names"] = ["a", "b", "c"]
    assert said(app.run()) == "picked None"
