"""Pages that all can read and use: axe finds nothing serious, in both themes, on a desk and on a telephone."""

from __future__ import annotations

import json
from importlib import resources
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import open_page
from tests.browser.test_looks import link
from tests.conftest import Server
from tests.pages.conftest import NAMES as PAGES

pytestmark = pytest.mark.browser
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# Streamlit's own faults that nothing of ours can mend (1.67): rule, and what the elements concerned hold.
OF_STREAMLIT: dict[str, tuple[str, ...]] = {}
SIZES = {"desk": (1440, 900), "telephone": (390, 844)}


def serious(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds serious or critical: the rule, its help and the elements."""
    page.evaluate(AXE)
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations']}).then(result => JSON.stringify(result.violations))"
    )
    faults = [fault for fault in json.loads(found) if fault["impact"] in ("serious", "critical")]
    left = [(fault, [node["html"][:300] for node in fault["nodes"] if not known(fault["id"], node["html"])])
            for fault in faults]  # fmt: skip
    return [(fault["id"], fault["help"], nodes) for fault, nodes in left if nodes]


def known(rule: str, html: str) -> bool:
    """Whether a fault is one of Streamlit's own."""
    return any(part in html for part in OF_STREAMLIT.get(rule, ()))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, served: Server, name: str, scheme: Literal["light", "dark"]):
    """One load for both sizes: the page is drawn anew where its width changes."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        open_page(page, served, link(name))
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            expect(page.get_by_test_id("stMain").get_by_test_id("stSkeleton")).to_have_count(
                0, timeout=90_000
            )  # the chart's script is large
            if name == "rankings":
                page.locator(".barlayer .point").first.wait_for()
            for box in page.get_by_text("What the columns mean").all():
                if size == "desk" and box.is_visible():
                    box.click()
            page.wait_for_timeout(400)  # the time that nav.js takes to see a new table
            assert serious(page) == [], size


def test_a_fault_is_found(browser: Browser, served: Server):
    """The net holds: a button without a name is told."""
    with browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        open_page(page, served, link("method"))
        page.evaluate("document.querySelector('[data-testid=stMain]').append(document.createElement('button'))")
        assert "button-name" in {rule for rule, _, _ in serious(page)}
