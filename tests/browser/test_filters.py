"""The filters in a browser: chips, replacing and adding, single values of a range, the box, the way out of nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import SERVER_QUERY, choose, open_page, query, settled, wait_for_query
from tests.conftest import Server

QUERY = "v=1&round=v1.0&round=v2.0&division=closed&benchmark=resnet50&cores=64-64"


def chips(page: Page) -> Locator:
    """The chips of the active filters, by what a screen reader says of them."""
    return page.get_by_role("button", name=re.compile("^remove filter "))


def chip(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"remove filter {name} ✕", exact=True)


@pytest.mark.parametrize("width", [1440, 390])
def test_chips_go_one_by_one_and_back_brings_them_back(page: Page, served: Server, width: int):
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, served, f"results?{QUERY}")
    expect(chips(page)).to_have_count(5)
    for name, key, left in (
        ("round v1.0", "round", ["v2.0"]),
        ("cores per CPU 64", "cores", None),
        ("benchmark resnet50", "benchmark", None),
    ):
        before, number = page.url, chips(page).count()
        chip(page, name).click()
        expect(chip(page, name)).to_have_count(0)
        settled(page)
        assert query(page).get(key) == left
        expect(chips(page)).to_have_count(number - 1)
        page.go_back()
        expect(page).to_have_url(before)
        expect(chip(page, name)).to_be_visible()
        expect(chips(page)).to_have_count(number)
        chip(page, name).click()
        expect(chips(page)).to_have_count(number - 1)
        settled(page)
    page.get_by_role("button", name="Clear filters").click()
    expect(chips(page)).to_have_count(0)
    assert query(page) == {"v": ["1"]}


def test_another_round_replaces_the_round_unless_it_is_added(page: Page, served: Server):
    open_page(page, served, f"results?{SERVER_QUERY}")
    choose(page, "Round", "v2.0")
    wait_for_query(page, "round=v2.0")
    assert query(page)["round"] == ["v2.0"]
    page.get_by_role("button", name="Add to compare").click()
    page.get_by_text(re.compile("^Round: v1.0")).click()
    wait_for_query(page, "round=v1.0&round=v2.0")
    expect(chip(page, "round v1.0")).to_be_visible()
    expect(chip(page, "round v2.0")).to_be_visible()
    chip(page, "round v2.0").click()
    wait_for_query(page, "round=v1.0&division")
    expect(page.get_by_role("combobox", name="Round", exact=True)).to_have_value(re.compile("^v1.0"))


def test_another_division_replaces_and_an_added_one_stands_beside_it(page: Page, served: Server):
    open_page(page, served, "results?v=1&round=v1.0&division=closed")
    page.get_by_role("radio", name=re.compile("^open")).click()
    wait_for_query(page, "division=open$")
    page.get_by_role("radio", name=re.compile("^open")).click()  # once more: any division
    wait_for_query(page, "round=v1.0$")
    page.get_by_role("radio", name=re.compile("^closed")).click()
    wait_for_query(page, "division=closed$")
    page.get_by_role("button", name="Add to compare").click()
    page.get_by_text(re.compile("^Division: open")).click()
    wait_for_query(page, "division=closed&division=open")
    expect(page.get_by_role("button", name=re.compile("^open ·"), pressed=True)).to_be_visible()


def test_a_single_value_of_a_range_is_one_click_and_goes_by_another(page: Page, served: Server):
    open_page(page, served, f"results?{SERVER_QUERY}")
    cores = page.get_by_role("radiogroup", name="Cores per CPU")
    cores.get_by_role("radio", name=re.compile("^64 ·")).click()
    wait_for_query(page, "cores=64-64")
    expect(chip(page, "cores per CPU 64")).to_be_visible()
    for end in ("from", "to"):
        expect(page.get_by_role("spinbutton", name=f"Cores per CPU, {end}")).to_have_value("64")
    cores.get_by_role("radio", name=re.compile("^64 ·")).click()
    wait_for_query(page, "scenario=Server$")


def test_the_box_stays_as_it_was_left(page: Page, served: Server):
    open_page(page, served, f"results?{SERVER_QUERY}")
    submitter = page.get_by_role("combobox", name="Submitter")
    expect(submitter).to_have_count(0)
    page.get_by_text("More filters").click()
    expect(submitter).to_be_visible()
    choose(page, "Submitter", "Acme")
    wait_for_query(page, "submitter=Acme")
    page.keyboard.press("Escape")
    expect(submitter).to_be_visible()
    choose(page, "Availability", "available")
    wait_for_query(page, "availability=available")
    page.keyboard.press("Escape")
    expect(submitter).to_be_visible()
    page.go_back()
    wait_for_query(page, "Server&submitter=Acme$")
    expect(submitter).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("link", name="Coverage").click()
    expect(page.get_by_role("heading", level=1, name="Coverage")).to_be_visible()
    settled(page)
    expect(submitter).to_be_visible()
    page.get_by_text("More filters").click()
    expect(submitter).to_have_count(0)
    choose(page, "Scenario", "Offline")
    wait_for_query(page, "scenario=Offline")
    expect(submitter).to_have_count(0)


def test_an_empty_result_leads_out_and_back(page: Page, served: Server):
    open_page(page, served, "rankings?v=1&round=v2.0&division=closed&submitter=Beta")
    expect(page.get_by_text("No results under these filters")).to_be_visible()
    empty = page.url
    page.get_by_test_id("stMain").get_by_role("link", name=re.compile("outside v2.0: show")).click()
    wait_for_query(page, "v=1&division=closed&submitter=Beta$")
    expect(page.get_by_text("No results under these filters")).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(empty)
    expect(page.get_by_text("No results under these filters")).to_be_visible()


def test_what_leaves_nothing_is_offered_last_with_0(page: Page, served: Server):
    open_page(page, served, "results?v=1&round=v2.0&division=closed")
    box = page.get_by_role("combobox", name="Accelerator", exact=True)
    box.scroll_into_view_if_needed()  # a list shuts when the page scrolls
    box.click()
    expect(page.get_by_role("option", name=re.compile("· 0$")).first).to_be_visible()
    options = page.get_by_role("option").all_inner_texts()
    counted = [int(text.rpartition("· ")[2]) for text in options if "·" in text]
    assert 0 in counted
    first = counted.index(0)
    assert first > 0
    assert not any(counted[first:])
    assert all(counted[:first])
