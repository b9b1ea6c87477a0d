"""The address bar is the only state: what a reader does goes there, and whatever is there is what the page shows."""

from __future__ import annotations

import io
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lib.export.__main__ import main
from lib.settings import ROOT
from tests.browser.steps import (
    SERVER_QUERY,
    at,
    choose,
    click_bar,
    follow_row,
    open_page,
    query,
    settled,
    wait_for_query,
    watch,
)
from tests.conftest import Server, StartServer, fetch
from tests.query import small as small_data

pytestmark = pytest.mark.browser


def test_a_click_on_a_bar_opens_its_system(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}&odd=off")
    click_bar(page, 1)
    at(page, "System")
    assert query(page)["entry"] == ["v1.0/closed/Acme/big"]
    assert query(page)["round"] == ["v1.0"]
    expect(page.get_by_role("heading", name="Acme · Box (8x A100, TensorRT)")).to_be_visible()


def test_a_picked_row_opens_its_system_and_back_returns(page: Page, served: Server):
    open_page(page, served, f"results?{SERVER_QUERY}")
    follow_row(page, "results", 0)
    at(page, "System")
    assert query(page)["entry"] == ["v1.0/closed/Soon/new"]
    page.go_back()
    at(page, "Results")
    assert query(page)["benchmark"] == ["resnet50"]
    page.go_forward()
    at(page, "System")


def test_back_from_a_system_shows_the_ranking_as_it_was_left(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}&per=accelerator&top=20&odd=off")
    click_bar(page, 0)
    at(page, "System")
    assert query(page)["entry"] == ["v1.0/closed/Beta/four"]
    page.go_back()
    at(page, "Rankings")
    expect(page.get_by_text("resnet50, Server, per accelerator")).to_be_visible()
    assert (query(page)["per"], query(page)["top"]) == (["accelerator"], ["20"])
    page.get_by_test_id("stSidebar").get_by_role("link", name="Results").click()
    at(page, "Results")
    assert not {"per", "top", "entry"} & set(query(page))


def test_back_from_a_systems_ranking_shows_the_system(page: Page, served: Server):
    open_page(page, served, "system?v=1&entry=v1.0%2Fclosed%2FAcme%2Fbig")
    follow_row(page, "system_results", 0)
    at(page, "Rankings")
    page.go_back()
    at(page, "System")
    expect(page.get_by_role("heading", name="Acme · Box (8x A100, TensorRT)")).to_be_visible()


def test_a_picked_row_of_the_ranking_opens_its_system(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    follow_row(page, "ranking", 2)
    at(page, "System")
    assert query(page)["entry"] == ["v1.0/closed/Watt/power"]


def test_changes_go_into_the_address_and_back_and_forward_restore_them(page: Page, served: Server):
    seen = watch(page, served)
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    choose(page, "Benchmark", "bert-99")
    wait_for_query(page, "benchmark=bert-99")
    expect(page.get_by_text("bert-99, Server")).to_be_visible()
    choose(page, "CPU vendor", "AMD")
    wait_for_query(page, "cpu_vendor=AMD")
    page.go_back()
    wait_for_query(page, "benchmark=bert-99(?!.*cpu_vendor)")
    expect(
        page.get_by_role("combobox", name="CPU vendor").locator("xpath=ancestor::*[@data-testid='stMultiSelect']")
    ).not_to_contain_text("AMD")
    page.go_back()
    wait_for_query(page, "benchmark=resnet50")
    expect(page.get_by_text("resnet50, Server")).to_be_visible()
    page.go_forward()
    wait_for_query(page, "benchmark=bert-99")
    expect(page.get_by_text("bert-99, Server")).to_be_visible()
    assert seen.all == []


def test_a_reload_keeps_the_state(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    choose(page, "Value", "per accelerator")
    wait_for_query(page, "per=accelerator")
    before = query(page)
    page.reload()
    at(page, "Rankings")
    assert query(page) == before
    expect(page.get_by_text("resnet50, Server, per accelerator")).to_be_visible()


def test_another_page_keeps_the_common_filters_and_leaves_the_pages_own(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}&submitter=Acme&submitter=Beta&cores=64-&q=a100&per=core&top=50")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Results").click()
    at(page, "Results")
    assert query(page) == {
        "v": ["1"],
        "round": ["v1.0"],
        "division": ["closed"],
        "benchmark": ["resnet50"],
        "scenario": ["Server"],
        "submitter": ["Acme", "Beta"],
        "cores": ["64-"],
        "q": ["a100"],
    }
    page.go_back()
    at(page, "Rankings")
    assert query(page)["per"] == ["core"]


def test_a_bare_address_is_filled_with_the_defaults(page: Page, served: Server):
    open_page(page, served, "rankings")
    assert query(page)["round"] == ["v2.0"]
    assert len(query(page)["benchmark"]) == 1


def test_clearing_the_filters_leaves_an_address_that_is_not_bare(page: Page, served: Server):
    open_page(page, served, f"results?{SERVER_QUERY}")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("40 results", exact=True)).to_be_visible()
    assert query(page) == {"v": ["1"]}
    page.reload()
    expect(page.get_by_text("40 results", exact=True)).to_be_visible()


def test_a_shared_link_opens_the_same_view_in_another_browser(page: Page, served: Server, browser: Browser):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    choose(page, "Benchmark", "bert-99")
    wait_for_query(page, "benchmark=bert-99")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stCode").first.inner_text().strip()
    assert link.startswith(f"{served.url}/rankings?v=1&round=v1.0")
    assert "snapshot=" in link
    expect(page.locator(".scatterlayer text")).to_have_count(6)
    names = page.locator(".scatterlayer text").all_text_contents()
    with browser.new_context() as other:
        fresh_page = other.new_page()
        fresh_page.goto(link)
        at(fresh_page, "Rankings")
        expect(fresh_page.locator(".scatterlayer text")).to_have_text(names)
        expect(fresh_page.get_by_text("has changed since")).not_to_be_visible()


def test_the_shared_address_of_the_csv_answers_with_the_same_rows(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}")
    page.get_by_role("button", name="Share").click()
    address = page.get_by_test_id("stCode").nth(1).inner_text().strip()
    status, headers, body = fetch(address)
    assert status == 200
    assert headers["content-type"].startswith("text/csv")
    assert body.count(b"\n") == 11


def test_a_link_of_older_data_says_that_the_data_has_changed(page: Page, served: Server):
    open_page(page, served, f"rankings?{SERVER_QUERY}&snapshot=0123456789abcdef")
    expect(page.get_by_text("The data has changed since this link was made")).to_be_visible()


def test_a_malformed_link_is_said_in_one_line(page: Page, served: Server):
    open_page(page, served, "rankings?v=1&round=v1.0&benchmark=%3Cimg%20src=x%20onerror=alert(1)%3E&secret=1")
    expect(
        page.get_by_text("Left out of this link: 1 unknown key; unknown or malformed values of benchmark.")
    ).to_be_visible()


@pytest.mark.parametrize(
    "link",
    [
        f"rankings?{SERVER_QUERY}",
        "results?v=1&submitter=Acme&sort=value",
        "system?v=1&entry=v1.0%2Fclosed%2FAcme%2Fbig",
    ],
)
def test_the_downloaded_csv_is_the_exports_bytes_and_the_commands_under_an_address(
    page: Page, served: Server, small_folder: Path, capfdbinary: pytest.CaptureFixture[bytes], link: str
):
    open_page(page, served, link)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    content = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename.startswith("plumbline-")
    name, _, asked = link.partition("?")
    assert content == served.get(f"/export/{name}.csv?{asked}")[2]
    capfdbinary.readouterr()
    assert main([link, "--data", str(small_folder)]) == 0
    assert content.replace(f"{served.url}/".encode(), b"") == capfdbinary.readouterr().out


def restart(server: Server) -> None:
    """End a server and start it again on the same port."""
    arguments = server.process.args
    server.stop()
    assert isinstance(arguments, list)
    log = server.log_path.open("ab")
    server.process = subprocess.Popen(arguments, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            server.get("/health", timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come back")


def test_a_reconnect_after_a_restart_keeps_the_state_and_the_next_change(
    page: Page, start_server: StartServer, tmp_path: Path
):
    server = start_server(small_data.build(small_data.write(tmp_path)))
    open_page(page, server, f"rankings?{SERVER_QUERY}")
    choose(page, "Benchmark", "bert-99")
    wait_for_query(page, "benchmark=bert-99")
    restart(server)
    settled(page)
    assert query(page)["benchmark"] == ["bert-99"]
    choose(page, "CPU vendor", "AMD")
    wait_for_query(page, "benchmark=bert-99.*cpu_vendor=AMD")
    expect(page.get_by_text("bert-99, Server")).to_be_visible()
    server.stop()


def test_a_pages_own_choice_after_a_restart_keeps_the_state(page: Page, start_server: StartServer, tmp_path: Path):
    server = start_server(small_data.build(small_data.write(tmp_path)))
    open_page(page, server, f"rankings?{SERVER_QUERY}")
    choose(page, "Benchmark", "bert-99")
    wait_for_query(page, "benchmark=bert-99")
    restart(server)
    settled(page)
    choose(page, "Value", "per accelerator")
    wait_for_query(page, "benchmark=bert-99.*per=accelerator")
    expect(page.get_by_text("bert-99, Server, per accelerator")).to_be_visible()
    server.stop()


def test_the_export_is_utf8(served: Server):
    _, _, body = fetch(f"{served.url}/export/results.csv?v=1")
    assert io.TextIOWrapper(io.BytesIO(body), "utf-8").read().startswith("result_id,")
