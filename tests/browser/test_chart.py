"""The chart of a ranking in a browser: the odd leads to its finding by mouse and keyboard, its picture stands alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import SERVER_QUERY, at, open_page, query
from tests.conftest import ROOT, Server

pytestmark = pytest.mark.browser
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)


def is_at_the_finding(page: Page) -> None:
    at(page, "Anomalies")
    assert query(page)["anomaly"][0].startswith("twins-")


@pytest.mark.parametrize("way", ["click", "Enter", "link below"])
def test_the_words_of_an_odd_bar_lead_to_its_finding(page: Page, served: Server, way: str):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    words = page.locator(".js-plotly-plot a", has_text="below its twin")
    expect(words).to_be_visible()
    if way == "click":
        words.click()
    elif way == "Enter":
        words.focus()
        page.keyboard.press("Enter")
    else:
        page.get_by_test_id("stMain").get_by_role("link", name=re.compile("below its twin")).last.click()
    is_at_the_finding(page)


def test_the_chart_says_in_a_sentence_who_leads_and_what_is_odd(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    chart = page.get_by_role("figure", name=re.compile("Soon leads with 310 .* is 1.50x below its twin"))
    expect(chart).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_fit_for_a_slide(browser: Browser, served: Server, tmp_path: Path, scheme: str):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][scheme]
    with browser.new_context(viewport={"width": 1440, "height": 1200}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        open_page(page, served, f"rankings?{SERVER_QUERY}")
        expect(page.locator(".js-plotly-plot a").first).to_be_visible()
        page.locator(".stPlotlyChart").hover()
        with page.expect_download() as saved:
            page.locator(".modebar-btn").first.click()
        name = saved.value.suggested_filename
        saved.value.save_as(tmp_path / name)
    assert re.fullmatch(r"plumbline-rankings-v1\.0-resnet50-Server-[0-9a-f]{8}\.svg", name)
    text = (tmp_path / name).read_text("utf-8")
    assert not re.findall(r"#0000(?:0[1-9]|10|38)\b", text)  # placeholders that no theme has filled in
    words = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", text))
    for told in ("Soon leads with", "any availability", "10 of 10 results drawn", "Source: MLCommons", "NVIDIA"):
        assert told in words
    shades = {int(found, 16) for found in re.findall("#([0-9a-f]{6})", text.lower())}
    red, green, blue = (int(theme["chartCategoricalColors"][8][at : at + 2], 16) for at in (1, 3, 5))
    assert int(theme["chartCategoricalColors"][8][1:], 16) in shades or f"rgb({red}, {green}, {blue})" in text


def test_on_a_telephone_nothing_is_cut_or_small(browser: Browser, served: Server):
    with browser.new_context(viewport={"width": 390, "height": 900}, user_agent=PHONE, is_mobile=True) as context:
        page = context.new_page()
        open_page(page, served, f"rankings?{SERVER_QUERY}")
        expect(page.locator(".js-plotly-plot a").first).to_be_visible()
        edge = page.locator(".js-plotly-plot").bounding_box()
        assert edge
        texts = page.locator(".js-plotly-plot .main-svg text").all()
        boxes = [box for box in (text.bounding_box() for text in texts) if box and box["width"]]
        assert len(boxes) > 20
        assert max(box["x"] + box["width"] for box in boxes) <= edge["x"] + edge["width"] + 1
        sizes = page.locator(".js-plotly-plot .main-svg text, .js-plotly-plot .main-svg tspan").evaluate_all(
            "all => all.filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert min(sizes) >= 12
