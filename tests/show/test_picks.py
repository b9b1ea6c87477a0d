"""A click is an event: answered once, about the row that stood there, and forgotten where nothing can answer it."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.show.picks import Pick


def page() -> None:
    """Two tables' worth of rows; what was picked is written down."""
    import pyarrow as pa
    import streamlit as st

    from lib.query.connection import Answer
    from lib.show.tables import table

    names = st.session_state.get("names", ["a", "b", "c"])
    if names:
        content = pa.table({"system_id": names, "value": list(range(len(names)))})
        row = table(Answer.whole(content), "t", ["system_id"])
        st.markdown("nothing" if row is None else f"picked {names[row]}")


def click(app: AppTest, number: int) -> None:
    """What the table's callback leaves when a row of the last run is clicked, before the next run."""
    names = app.session_state["names"]
    drawn = app.dataframe[0].key
    clicks = app.session_state.get("_clicks_t", 0)
    app.session_state["_clicks_t"] = clicks + 1
    app.session_state["_pick_t"] = Pick(drawn, number, hash((names[number],)))


@pytest.fixture
def app() -> AppTest:
    """The page, drawn once."""
    drawn = AppTest.from_function(page)
    drawn.session_state["names"] = ["a", "b", "c"]
    drawn.run()
    assert said(drawn) == "nothing"
    return drawn


def said(app: AppTest) -> Any:
    """What the page says was picked."""
    assert not app.exception
    return app.markdown[0].value if len(app.markdown) else ""


def test_a_click_is_answered_once_and_then_the_table_is_a_fresh_one(app: AppTest):
    click(app, 1)
    assert said(app.run()) == "picked b"
    assert app.dataframe[0].key == "t_1"
    assert said(app.run()) == "nothing"
    assert app.dataframe[0].key == "t_1"


def test_the_same_row_can_be_picked_again(app: AppTest):
    for times in (1, 2, 3):
        click(app, 1)
        assert said(app.run()) == "picked b"
        assert app.dataframe[0].key == f"t_{times}"


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        (["b", "c", "a"], "picked b"),  # it stands elsewhere now
        (["a", "c"], "nothing"),  # it is gone; the row at its place is another
        (["a"], "nothing"),  # nothing is at its place
    ],
)
def test_a_click_is_about_the_row_that_stood_there(app: AppTest, rows: list[str], answer: str):
    click(app, 1)
    app.session_state["names"] = rows
    assert said(app.run()) == answer
    assert said(app.run()) == "nothing"


def test_a_click_that_no_table_could_answer_is_not_answered_later(app: AppTest):
    click(app, 1)
    app.session_state["names"] = []
    assert said(app.run()) == ""
    app.session_state["names"] = ["a", "b", "c"]
    assert said(app.run()) == "nothing"
