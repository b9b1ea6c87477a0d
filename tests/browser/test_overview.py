"""From the overview to where its links say: a card, a question, a benchmark's name and a round."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import at, open_page, query, settled, wait_for_query
from tests.conftest import Server

pytestmark = pytest.mark.browser
CLOSED = "v=1&round=v1.0&division=closed"


def follow(page: Page, label: str) -> None:
    """Follow the first link of the page's body with this label."""
    page.get_by_test_id("stMain").get_by_role("link", name=label).first.click()
    settled(page)


def test_a_cards_title_leads_to_its_finding(page: Page, served: Server):
    open_page(page, served, f"?{CLOSED}")
    card = page.get_by_test_id("stMain").get_by_role("link", name="on the same hardware").first
    card.click()
    at(page, "Anomalies")
    assert "anomaly" in query(page)
    expect(page.get_by_text("Known", exact=True).first).to_be_visible()


def test_a_question_leads_to_its_answer(page: Page, served: Server):
    open_page(page, served, f"?{CLOSED}")
    follow(page, "per watt")
    at(page, "Rankings")
    assert query(page)["per"] == ["watt"]
    expect(page.get_by_text("per watt").first).to_be_visible()


def test_a_benchmarks_name_leads_to_its_ranking_as_drawn(page: Page, served: Server):
    open_page(page, served, f"?{CLOSED}&scenario=Offline&per=system")
    follow(page, "resnet50")
    at(page, "Rankings")
    asked = query(page)
    assert (asked["benchmark"], asked["scenario"], asked["per"]) == (["resnet50"], ["Offline"], ["system"])


def test_a_round_leads_to_its_overview_and_back_returns(page: Page, served: Server):
    open_page(page, served, f"?{CLOSED}")
    follow(page, "v2.0 ·")
    wait_for_query(page, "round=v2.0")
    at(page, "Overview")
    page.go_back()
    wait_for_query(page, "round=v1.0")


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_stands_beyond_the_windows_edge(page: Page, served: Server, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, served, f"?{CLOSED}")
    chart = page.locator('[class*="st-key-field"] .stPlotlyChart')
    expect(chart.locator(".textpoint").first).to_be_visible()
    for text in chart.locator("text").all():
        box = text.bounding_box()
        assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= width)
