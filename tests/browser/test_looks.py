"""What a reader sees fits the screen and can be read by all: 390 pixels are enough, axe finds nothing serious."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.steps import SERVER_QUERY, open_page
from tests.conftest import Server
from tests.pages.conftest import NAMES as PAGES

pytestmark = pytest.mark.browser
ENTRY = "v1.0%2Fclosed%2FAcme%2Fbig"
# Streamlit's own, in every app of it (1.67): what stands for it, and the parts it concerns.
OF_STREAMLIT: dict[str, tuple[str, ...]] = {}


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


def serious(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds serious or critical: the rule, its help and the elements."""
    source = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page.evaluate(source)
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations']}).then(result => JSON.stringify(result.violations))"
    )
    return [
        (
            fault["id"],
            fault["help"],
            [node["html"][:300] for node in fault["nodes"] if not _is_streamlits(fault["id"], node["html"])],
        )
        for fault in json.loads(found)
        if fault["impact"] in ("serious", "critical")
        and any(not _is_streamlits(fault["id"], node["html"]) for node in fault["nodes"])
    ]


def _is_streamlits(rule: str, html: str) -> bool:
    return any(part in html for part in OF_STREAMLIT.get(rule, ()))


SCHEMES = [(name, "light") for name in PAGES] + [("overview", "dark"), ("rankings", "dark")]


@pytest.mark.parametrize(("name", "scheme"), SCHEMES)
def test_axe_finds_nothing_serious(browser: Browser, served: Server, name: str, scheme: str):
    pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme, bypass_csp=True) as context:  # type: ignore[arg-type]
        page = context.new_page()
        open_page(page, served, link(name))
        if name == "rankings":
            page.locator(".barlayer .point").first.wait_for()
        assert serious(page) == []
