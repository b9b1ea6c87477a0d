"""Finding by typing: from any page, by the keyboard alone, with one step back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import SERVER_QUERY, at, open_page, query, settled, wait_for_query, watch
from tests.conftest import Server

pytestmark = pytest.mark.browser

BOX = ".st-key-find input"
HITS = "[data-testid=stMain] li a"
PHONE = {"width": 390, "height": 844}


def find(page: Page, words: str) -> None:
    """Type into the box as a reader does who has the keyboard alone, and press Enter."""
    expect(page.locator(BOX)).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def place(page: Page) -> int:
    return int(page.evaluate("navigation.currentEntry.index"))


@pytest.mark.parametrize(("start", "title"), [(f"rankings?{SERVER_QUERY}", "Rankings"), ("method?v=1", "Method")])
def test_one_hit_opens_and_back_returns_in_one_step(page: Page, served: Server, start: str, title: str):
    seen = watch(page, served)
    open_page(page, served, start)
    before, first = page.url, place(page)
    find(page, "acme box triton v1.0")
    at(page, "System")
    assert query(page) == {"v": ["1"], "entry": ["v1.0/closed/Acme/big_Triton"]}
    expect(page.locator(BOX)).to_have_value("")
    assert place(page) == first + 1
    page.go_back()
    at(page, title)
    assert page.url == before
    expect(page.locator(BOX)).to_have_value("")
    assert seen.all == []


def test_several_hits_are_a_list_of_links_and_the_filters_stay(page: Page, served: Server):
    open_page(page, served, "?v=1&round=v1.0&division=closed")
    find(page, "acme")
    at(page, "Search")
    assert query(page) == {"v": ["1"], "round": ["v1.0"], "division": ["closed"], "find": ["acme"]}
    expect(page.locator(BOX)).to_have_value("acme")
    expect(page.get_by_text("filters do not matter")).to_be_visible()
    first = place(page)
    page.locator(HITS).first.click()
    at(page, "Results")
    assert query(page) == {"v": ["1"], "submitter": ["Acme"], "sort": ["round"]}
    assert place(page) == first + 1
    page.go_back()
    at(page, "Search")
    expect(page.locator(BOX)).to_have_value("acme")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Rankings").click()
    at(page, "Rankings")
    assert query(page)["round"] == ["v1.0"]


def test_the_keyboard_alone_reaches_a_hit(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    find(page, "acme")
    at(page, "Search")
    page.locator("h1").click()
    hit = page.locator(HITS).first
    for _ in range(12):
        page.keyboard.press("Tab")
        if hit.evaluate("node => node === document.activeElement"):
            break
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    at(page, "Results")


@pytest.mark.parametrize("how", ["Control", "middle"])
def test_a_hit_opens_in_a_new_tab(page: Page, served: Server, how: str):
    open_page(page, served, "search?v=1&find=acme+triton")
    before = page.url
    with page.context.expect_page() as opened:
        if how == "middle":
            page.locator(HITS).first.click(button="middle")
        else:
            page.locator(HITS).first.click(modifiers=["Control"])
    at(opened.value, "System")
    assert page.url == before


def test_a_page_link_opens_in_a_new_tab_with_control(page: Page, served: Server):
    open_page(page, served, "method?v=1&round=v1.0")
    with page.context.expect_page() as opened:
        page.get_by_test_id("stSidebar").get_by_role("link", name="Results").click(modifiers=["Control"])
    at(opened.value, "Results")
    assert query(opened.value)["round"] == ["v1.0"]
    assert "/method" in page.url


def test_a_typo_is_told_and_offers_what_was_meant(page: Page, served: Server):
    open_page(page, served, "coverage?v=1")
    find(page, "resnt5O")
    at(page, "Search")
    expect(page.get_by_text("Did you mean")).to_be_visible()
    expect(page.locator(HITS).first).to_have_text("resnet50")
    page.locator(HITS).first.click()
    at(page, "Rankings")
    assert query(page)["benchmark"] == ["resnet50"]


def test_another_search_on_the_list_is_one_step_and_back_restores_the_first(page: Page, served: Server):
    open_page(page, served, "search?v=1&find=acme")
    first = place(page)
    find(page, "beta")
    wait_for_query(page, "find=beta")
    expect(page.locator(BOX)).to_have_value("beta")
    assert place(page) == first + 1
    page.go_back()
    wait_for_query(page, "find=acme")
    expect(page.locator(BOX)).to_have_value("acme")


def test_what_is_typed_and_left_leads_nowhere(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    before = page.url
    page.locator(BOX).fill("acme")
    page.get_by_role("combobox", name="Value", exact=True).click()
    page.keyboard.press("Escape")
    settled(page)
    assert page.url == before


def test_a_slash_in_a_box_is_a_slash(page: Page, served: Server):
    open_page(page, served, "results?v=1")
    expect(page.locator(BOX)).to_be_visible()
    page.locator(BOX).fill("acme")
    page.keyboard.press("End")
    page.keyboard.type("/x")
    expect(page.locator(BOX)).to_have_value("acme/x")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_box_fits_a_phone(page: Page, served: Server, theme: str):
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    open_page(page, served, "method?v=1")
    box, button = page.locator(BOX).bounding_box(), page.get_by_role("button", name="Find", exact=True).bounding_box()
    assert box
    assert button
    assert abs(box["y"] + box["height"] / 2 - button["y"] - button["height"] / 2) < 12  # in one row
    assert button["x"] + button["width"] <= PHONE["width"]
    assert box["width"] > 200
    page.locator(BOX).fill("acme")
    page.get_by_role("button", name="Find", exact=True).click()
    at(page, "Search")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_tab_is_named_after_its_view(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    expect(page).to_have_title("resnet50 Server, v1.0 · Plumbline")
    find(page, "acme box triton v1.0")
    at(page, "System")
    expect(page).to_have_title("v1.0 Acme Box · Plumbline")
    page.go_back()
    expect(page).to_have_title("resnet50 Server, v1.0 · Plumbline")
