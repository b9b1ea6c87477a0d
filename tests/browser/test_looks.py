"""What a reader sees fits the screen and can be read by all: 390 pixels are enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.steps import SERVER_QUERY, open_page
from tests.conftest import Server
from tests.pages.conftest import NAMES as PAGES

pytestmark = pytest.mark.browser
ENTRY = "v1.0%2Fclosed%2FAcme%2Fbig"


def link(name: str) -> str:
    own = {"system": f"&entry={ENTRY}", "coverage": "&rows=system"}.get(name, "")
    return f"{'' if name == 'overview' else name}?{SERVER_QUERY}{own}"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows_sideways_on_a_telephone(browser: Browser, served: Server, name: str):
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        page = context.new_page()
        open_page(page, served, link(name))
        main = page.get_by_test_id("stMain")
        assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
        assert page.locator("html").evaluate("node => node.scrollWidth <= node.clientWidth")
        for part in page.locator(
            "[data-testid=stMain] :is(h1, h2, h3, h4, p, button, .stPlotlyChart, .stDataFrame)"
        ).all():
            box = part.bounding_box()
            assert box is None or box["width"] == 0 or box["x"] + box["width"] <= 391, part.evaluate(
                "node => node.outerHTML"
            )[:300]
