"""A table of links: one form for the numbers of a column, nothing said twice, every cell literal, every name a link."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.show.listing import Listing, listing
from lib.show.wording import decimals_of, fixed, linked

ROWS: list[dict[str, Any]] = [
    {"rank": 1, "submitter": "Acme", "system_name": "Acme Box", "public_id": "9.9-0001", "value": 1234.5678},
    {"rank": 2, "submitter": "Beta", "system_name": "Rack|2", "public_id": None, "value": 12.0},
]
COMMON = {"unit": "Samples/s", "benchmark": "resnet50", "scenario": "Server", "round": "v1.0", "accelerators": 8}
NAMES = ("public_id", "submitter", "round", "benchmark", "scenario", "accelerators", "accelerator", "system_name",
         "value", "unit", "rank")  # fmt: skip


def drawn(rows: list[dict[str, Any]], is_shortened: bool = True, names: tuple[str, ...] = NAMES) -> Listing:
    content = pa.Table.from_pylist([{**COMMON, "accelerator": "NPU", "platform": "p", **row} for row in rows])
    ways = {"system_name": lambda row: f"/system?v=1&n={row['rank']}"}
    return listing(content, "ranking", names, ways, {}, is_shortened)


def cells(shown: Listing) -> list[list[str]]:
    return [line.replace("\\|", "!").split("|")[1:-1] for line in shown.text.splitlines()]


def test_name_and_value_come_first_and_what_all_rows_share_is_said_once():
    shown = drawn(ROWS)
    assert shown.text.splitlines()[0] == "|Rank|System|Value, samples/s|Accelerator|"
    assert shown.shared == "resnet50 · Server · v1\\.0"
    assert cells(shown)[2] == ["1", "[Acme · Box \\[9\\.9\\-0001\\]](./system?v=1&n=1)", "1,235", "8x NPU"]


def test_the_unit_is_a_column_where_there_are_several():
    shown = drawn([{**ROWS[0], "unit": "ms"}, ROWS[1]])
    assert cells(shown)[0][2:4] == ["Value", "Unit"]
    assert [row[3] for row in cells(shown)[2:]] == ["ms", "Samples/s"]


def test_columns_that_a_reader_chose_stay_as_they_are():
    shown = drawn(ROWS, is_shortened=False, names=("round", "value", "unit", "system_name"))
    assert cells(shown)[0][0] == "Round"
    assert shown.shared == ""
    assert len(cells(shown)[2]) == 3  # the unit alone stands in the head


@given(st.lists(st.floats(0.001, 9e6) | st.none(), min_size=1, max_size=30))
def test_no_number_of_a_column_loses_its_third_digit(values: list[float | None]):
    decimals = decimals_of(values)
    for value in filter(None, values):
        assert abs(float(fixed(value, decimals).replace(",", "")) - value) <= 0.0051 * value


@given(st.lists(st.floats(1000, 9e6), min_size=1, max_size=30))
def test_the_numbers_of_a_column_have_one_number_of_decimals(values: list[float]):
    assert {len(fixed(value, decimals_of(values)).partition(".")[2]) for value in values} == {0}


def test_another_ranking_in_the_same_column_has_its_own_decimals():
    shown = drawn([{**ROWS[0], "value": 250000.4}, {**ROWS[1], "benchmark": "other", "value": 0.1234}])
    column = cells(shown)[0].index("Value, samples/s")
    assert [row[column] for row in cells(shown)[2:]] == ["250,000", "0.1234"]


def test_what_is_missing_is_an_empty_cell():
    shown = drawn([{**ROWS[0], "value": None, "accelerator": None, "accelerators": None}, ROWS[1]])
    assert cells(shown)[2][2:] == ["", ""]


@given(st.text(max_size=60))
def test_a_name_stays_in_its_cell_and_its_link(name: str):
    shown = drawn([{**ROWS[0], "system_name": name, "public_id": None}, ROWS[1]])
    assert len(shown.text.splitlines()) == 4
    assert len(cells(shown)[2]) == len(cells(shown)[0])
    assert cells(shown)[2][1].endswith("](./system?v=1&n=1)")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example/x", "data:text/html,x", "", None, "http://a:b@c"]
)
def test_an_address_of_another_kind_is_no_link(url: str | None):
    assert linked("log", url) == "log"


@given(st.text(max_size=80))
def test_an_address_cannot_leave_its_link(tail: str):
    text = linked("log", f"https://host.example/{tail}")
    assert text == "log" or (text.startswith("[log](https://host.example/") and text.endswith(")"))
    assert not set(text[len("[log](") : -1]) & set("()<> \n|`[]\\$\"'")


def test_a_mark_stands_beside_the_name_and_leads_to_the_finding():
    shown = drawn(
        [{**ROWS[0], "mark": "/anomalies?v=1&anomaly=x-1"}, {**ROWS[1], "mark": None}], names=(*NAMES, "mark")
    )
    assert cells(shown)[2][1].endswith(" [⚠](./anomalies?v=1&anomaly=x-1)")
    assert "⚠" not in shown.text.splitlines()[0] + shown.text.splitlines()[3]
