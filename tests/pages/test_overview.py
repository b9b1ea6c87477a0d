"""The overview: its picture, its cards, its questions and its rounds, whatever the filters leave."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from lib.query import findings, rankings
from lib.query.connection import Database
from lib.query.questions import questions
from tests.pages.conftest import Open
from tests.query.fixtures import selected


def links_of(page: AppTest) -> dict[str, str]:
    """The page's links: label to query string, and to the page in front of it."""
    return {item.proto.label: f"{item.proto.page}?{item.proto.query_string}" for item in page.get("page_link")}


def words(page: AppTest) -> str:
    return "\n".join(str(item.value) for kind in (page.markdown, page.caption, page.info) for item in kind)


def title_of(page: AppTest) -> str:
    """What the round's picture says of itself."""
    charts = [json.loads(item.proto.spec) for item in page.get("plotly_chart")]
    return "\n".join(note["text"] for chart in charts for note in chart["layout"].get("annotations", ()))


@pytest.mark.parametrize(
    "query",
    [
        "", "v=1", "v=1&round=v1.0", "v=1&round=v1.0&division=closed&system_type=edge&scenario=SingleStream",
        "v=1&division=open", "v=1&round=v1.0&round=v2.0&per=system", "v=1&scenario=MultiStream",
        "v=1&round=v2.0&division=open", "v=1&submitter=Bare",
    ],
)  # fmt: skip
def test_whatever_is_selected_the_overview_draws_it_or_says_why_not(open_page: Open, query: str):
    page = open_page("overview", query)
    assert not page.exception
    assert "MLPerf Inference" in words(page)
    assert "Who leads" in [item.value for item in page.subheader]


def test_nothing_found_is_said_and_the_ways_in_remain(open_page: Open, small: Database):
    page = open_page("overview", "v=1&round=v2.0&division=open")
    assert "No results under these filters" in words(page)
    assert len(questions(small)) <= len(links_of(page))


def test_the_picture_names_who_leads_its_population_and_its_source(open_page: Open, small: Database):
    told = title_of(open_page("overview", "v=1&round=v1.0&division=closed&scenario=Server&per=system"))
    assert "Per system" in told
    assert "v1.0" in told
    assert "Server" in told
    assert small.snapshot[:8] in told


def test_each_benchmark_drawn_is_a_link_to_its_ranking(open_page: Open, small: Database):
    page = open_page("overview", "v=1&round=v1.0&division=closed&scenario=Offline")
    (link,) = [link for label, link in links_of(page).items() if label == "resnet50"]
    name, _, query = link.partition("?")
    assert name == "rankings"
    (group,) = rankings.groups(small, selected(query))
    assert (group.benchmark, group.scenario) == ("resnet50", "Offline")
    assert selected(query).one("per") == "accelerator"


def test_what_the_picture_leaves_out_is_counted(open_page: Open):
    page = open_page("overview", "v=1&round=v1.0&division=closed&system_type=datacenter&scenario=Server")
    assert "without accelerators, or of an unknown number" in words(page)


def test_of_several_rounds_the_drawn_one_is_named(open_page: Open):
    assert "drawn: v2\\.0" in words(open_page("overview", "v=1&division=closed"))


def test_latencies_are_said_to_be_undivided(open_page: Open):
    assert "Latencies are not divided" in words(open_page("overview", "v=1&round=v1.0&scenario=SingleStream"))


def test_each_card_leads_to_its_finding_and_there_is_one_of_all_rounds(open_page: Open, small: Database):
    asked = "round=v1.0&division=closed"
    found = findings.anomalies(small, selected(asked), most=2).table["anomaly_id"].to_pylist()
    assert found
    led = [link for link in links_of(open_page("overview", f"v=1&{asked}")).values() if link.startswith("anomalies")]
    for anomaly in found:
        assert any(f"anomaly={anomaly}" in link for link in led)


def test_each_question_is_a_link(open_page: Open, small: Database):
    labels = [label.replace("\\", "") for label in links_of(open_page("overview"))]
    for question in questions(small):
        assert any(all(value in label for value in question.named.values()) for label in labels), question


def test_each_round_leads_to_its_own_overview_under_the_other_filters(open_page: Open):
    page = open_page("overview", "v=1&round=v2.0&division=closed")
    (link,) = [link for label, link in links_of(page).items() if label.startswith("v1\\.0 ·")]
    assert selected(link.partition("?")[2], "overview") == selected("round=v1.0&division=closed", "overview")
