"""A finding within its field: every line of it up to a limit, and nothing drawn as a member that it is not about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lib.query import findings
from lib.query.connection import Database
from lib.show.figures.field import MOST_LINES, line_of, lines_of, members_in_field
from tests.show.payloads import PAYLOADS
from tests.show.test_figures import OURS, strings

ABOUT, BESIDE, OTHERS = "what this finding is about", "set beside them", "other results of the field"


def row(benchmark: str, role: str | None = None, is_about: bool = False, **more: Any) -> dict[str, Any]:
    usual = {
        "system_type": "datacenter",
        "scenario": "Server",
        "unit": "Queries/s",
        "submitter": "Acme",
        "system_name": "Box",
        "platform": "box",
    }
    return {
        **usual,
        "benchmark": benchmark,
        "public_id": None,
        "value": 10.0,
        "share": 0.5,
        "role": role,
        "is_about": is_about,
        **more,
    }


def dots(rows: list[dict[str, Any]]) -> dict[str, list[tuple[float, int]]]:
    """The dots of a chart by what they are called."""
    return {trace.name: list(zip(trace.x, trace.y, strict=True)) for trace in members_in_field(rows).data}


@pytest.mark.parametrize("lines", [1, 2, 8, 9, 30, MOST_LINES])
def test_every_line_up_to_the_limit_is_drawn(lines: int):
    rows = [row(f"b{i:02}", "apart", True) for i in range(lines)]
    figure = members_in_field(rows)
    assert len(figure.layout.yaxis.ticktext) == lines
    assert dots(rows)[ABOUT] == [(0.5, i) for i in range(lines)]


def test_over_the_limit_the_lines_that_the_finding_is_about_come_first():
    rows = [*(row(f"a{i:02}") for i in range(MOST_LINES)), *(row(f"z{i:02}", "apart", True) for i in range(10))]
    assert len(lines_of(rows)) == MOST_LINES + 10
    drawn = dots(rows)
    assert [place for _, place in drawn[ABOUT]] == list(range(10))
    assert len(drawn[OTHERS]) == MOST_LINES - 10


def test_a_chart_grows_with_its_lines():
    heights = [members_in_field([row(f"b{i}", "apart", True) for i in range(n)]).layout.height for n in (1, 2, 9, 40)]
    assert heights == sorted(set(heights))
    assert heights[2] >= 9 * 50


def test_what_a_finding_is_not_about_has_a_mark_of_its_own():
    rows = [row("b", "apart", True), row("b", "context", False), row("b", "offline", False), row("b")]
    figure = members_in_field(rows)
    assert {name: len(found) for name, found in dots(rows).items()} == {ABOUT: 1, BESIDE: 2, OTHERS: 1}
    marks = [(trace.marker.symbol, trace.marker.color) for trace in figure.data]
    assert len(set(marks)) == 3
    assert next(trace.marker.color for trace in figure.data if trace.name == ABOUT) not in {
        trace.marker.color for trace in figure.data if trace.name != ABOUT
    }


@pytest.mark.parametrize("other", [{"unit": "Samples/s"}, {"system_type": "edge"}, {"scenario": "Offline"}])
def test_two_fields_of_one_benchmark_are_two_lines(other: dict[str, str]):
    rows = [row("b", "apart", True), row("b", "apart", True, **other)]
    assert [line_of(item) for item in rows] == lines_of(rows)
    assert len(lines_of(rows)) == 2


def test_every_finding_of_the_small_data_draws_all_of_its_field(small: Database):
    for found in small.rows("select anomaly_id from anomalies"):
        rows = findings.field_of_anomaly(small, found["anomaly_id"]).table.to_pylist()
        about = {
            item["result_id"]
            for item in small.rows(
                "select m.result_id from anomaly_members m join results r using (result_id) "
                "where m.anomaly_id = $id and m.is_about and r.is_valid and len(r.system_types) > 0",
                {"id": found["anomaly_id"]},
            )
        }
        assert {item["result_id"] for item in rows if item["is_about"]} == about
        drawn = dots(rows)
        assert len(drawn[ABOUT]) == len(about)
        assert sum(map(len, drawn.values())) == len(rows)
        assert all(0 < share <= 1 for found in drawn.values() for share, _ in found)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_data_becomes_a_tag_or_a_template(payload: str):
    names = ("benchmark", "scenario", "unit", "submitter", "system_name", "platform", "public_id")
    figure = json.loads(members_in_field([row("b", "apart", True, **dict.fromkeys(names[1:], payload))]).to_json())
    figure["layout"].pop("template", None)
    for path, text in strings(figure):
        rest = OURS.sub("", text)
        assert not set("<>$") & set(rest), path
        assert "%{" not in rest, path


def test_a_field_of_nothing_is_an_empty_chart():
    assert dots([]) == {ABOUT: [], BESIDE: [], OTHERS: []}
