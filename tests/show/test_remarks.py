"""Columns of remarks stand only where a row has one; a mark opens the finding, else the entry of a doubted result."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lib.query.connection import Answer
from lib.show import tables


@pytest.mark.parametrize(
    ("column", "is_said"),
    [
        (pa.array([None, "x"]), True),
        (pa.array([None, None], pa.string()), False),
        (pa.array([], pa.string()), False),
    ],
)
def test_a_column_of_remarks_stands_where_a_row_has_one(column: pa.Array, is_said: bool):
    content = pa.table({"doubt": column, "value": column})
    assert tables.said(content, ("value", "doubt")) == (["value", "doubt"] if is_said else ["value"])


@pytest.mark.parametrize(("numbers", "is_said"), [([0, 0], False), ([0, 2], True), ([], False), ([None, 0], False)])
def test_a_column_that_counts_doubts_stands_where_there_are_any(numbers: list[int | None], is_said: bool):
    content = pa.table({"doubted_results": pa.array(numbers, pa.int32())})
    assert tables.said(content, ("doubted_results",)) == (["doubted_results"] if is_said else [])


def test_remarks_that_an_answer_lacks_are_not_shown():
    assert tables.said(pa.table({"value": [1.0]}), ("value", "doubt", "no_rank")) == ["value"]


def marks(**columns: list[str | None]) -> list[str | None]:
    content = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    found: list[str | None] = tables.with_marks(Answer.whole(content)).table["mark"].to_pylist()
    return found


def test_a_mark_opens_the_finding_and_else_the_entry_of_a_doubted_result():
    entry = "v1.0/closed/A&B/x y"
    assert marks(
        anomaly_id=["twins-1", None, "twins-2", None], doubt=[None, "why", "why", None], system_id=[entry] * 4
    ) == [
        "/anomalies?v=1&anomaly=twins-1",
        "/system?v=1&entry=v1.0%2Fclosed%2FA%26B%2Fx%20y",
        "/anomalies?v=1&anomaly=twins-2",
        None,
    ]


def test_an_entrys_own_results_are_marked_by_their_findings_alone():
    assert marks(anomaly_id=[None, "twins-1"], doubt=["why", None]) == [None, "/anomalies?v=1&anomaly=twins-1"]
