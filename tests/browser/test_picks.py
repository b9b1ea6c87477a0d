"""A click is answered once and leaves one entry in the browser's history: every click of every table and chart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from tests.browser.steps import (
    SERVER_QUERY,
    at,
    bar_place,
    choose,
    click_bar,
    click_last_dot,
    follow_row,
    link_place,
    open_page,
    query,
    settled,
    wait_for_query,
)
from tests.conftest import ROOT, Server

pytestmark = pytest.mark.browser

CLOSED = "v=1&round=v1.0&division=closed"
BIG = "system?v=1&entry=v1.0%2Fclosed%2FAcme%2Fbig"
TWINS = "Same hardware"
BEAT = "Server beats"


@dataclass(frozen=True)
class Act:
    """A click on the link of a row of a table, or on a bar of the chart, counted from 0."""

    drawn: str
    number: int

    def __call__(self, page: Page) -> None:
        """Click."""
        if self.drawn == "bars":
            click_bar(page, self.number)
        elif self.drawn == "field":
            click_last_dot(page, self.drawn)
        else:
            follow_row(page, self.drawn, self.number)


def row(table: str, number: int) -> Act:
    """A click on the link of a row of a table."""
    return Act(table, number)


def bar(number: int) -> Act:
    """A click on a bar of the chart."""
    return Act("bars", number)


@dataclass(frozen=True)
class Click:
    """One click: where, what it opens, which keys the address then has beside the version, and what is read there."""

    name: str
    link: str
    act: Act
    title: str
    address: dict[str, str]
    text: str


ENTRY = {"round": "v1.0", "division": "closed", "benchmark": "resnet50", "scenario": "Server"}
CLICKS = (
    Click(
        "leaders",
        f"?{CLOSED}",
        row("leaders", 3),
        "Rankings",
        {"round": "v1.0", "division": "closed", "benchmark": "bert-99", "scenario": "Server"},
        "bert-99, Server",
    ),
    Click(
        "field",
        f"?{CLOSED}&benchmark=resnet50&scenario=Server",
        Act("field", 0),
        "System",
        {**ENTRY, "entry": "v1.0/closed/Soon/new"},
        "Soon · new",
    ),
    Click(
        "rounds", f"?{CLOSED}", row("round_counts", 0), "Overview", {"round": "v2.0", "division": "closed"}, "7 results"
    ),
    Click(
        "bars",
        f"rankings?{SERVER_QUERY}&per=accelerator&top=20&odd=off",
        bar(0),
        "System",
        {**ENTRY, "entry": "v1.0/closed/Beta/four"},
        "Beta · four",
    ),
    Click(
        "an odd bar",
        f"rankings?{SERVER_QUERY}",
        bar(1),
        "Anomalies",
        {**ENTRY, "anomaly": "twins-.*"},
        TWINS,
    ),
    Click(
        "ranking",
        f"rankings?{SERVER_QUERY}&per=accelerator&top=20",
        row("ranking", 3),
        "System",
        {**ENTRY, "entry": "v1.0/closed/Watt/power"},
        "Watt · metered",
    ),
    Click(
        "anomalies",
        "anomalies?v=1&show=all",
        row("findings", 1),
        "Anomalies",
        {"show": "all", "anomaly": "server-over-offline-.*"},
        BEAT,
    ),
    Click(
        "another anomaly",
        "anomalies?v=1&anomaly=TWINS&show=all",
        row("findings", 1),
        "Anomalies",
        {"show": "all", "anomaly": "server-over-offline-.*"},
        BEAT,
    ),
    Click(
        "members",
        "anomalies?v=1&anomaly=TWINS&show=all",
        row("members", 1),
        "System",
        {"entry": "v1.0/closed/Acme/big_Triton"},
        "TensorRT, Triton",
    ),
    Click(
        "systems",
        f"system?{CLOSED}",
        row("found_systems", 1),
        "System",
        {"round": "v1.0", "division": "closed", "entry": "v1.0/closed/Gamma/t4"},
        "Gamma · T4",
    ),
    Click(
        "system results",
        BIG,
        row("system_results", 1),
        "Rankings",
        {
            "round": "v1.0",
            "division": "closed",
            "system_type": "datacenter",
            "benchmark": "resnet50",
            "scenario": "Offline",
        },
        "resnet50, Offline",
    ),
    Click(
        "results",
        f"results?{SERVER_QUERY}&sort=value",
        row("results", 1),
        "System",
        {**ENTRY, "entry": "v1.0/closed/Acme/big"},
        "8x A100, TensorRT",
    ),
    Click(
        "matrix",
        f"coverage?{CLOSED}",
        row("matrix", 2),
        "Results",
        {"round": "v1.0", "division": "closed", "submitter": "Beta"},
        "Beta",
    ),
    Click(
        "matrix by system",
        f"coverage?{CLOSED}&rows=system",
        row("matrix", 1),
        "System",
        {"round": "v1.0", "division": "closed", "entry": "v1.0/closed/Acme/big_Triton"},
        "TensorRT, Triton",
    ),
)


def drawn_to_pick() -> set[str]:
    """The tables and charts of all parts from which a reader can pick, by the name that each is drawn under."""
    calls = [
        node
        for path in (ROOT / "lib" / "show" / "parts").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("listed", "chart")
    ]
    return {call.args[1].value for call in calls}  # type: ignore[attr-defined]


def test_every_table_and_chart_to_pick_from_is_clicked():
    assert drawn_to_pick() == {click.act.drawn for click in CLICKS}


@dataclass
class Reader:
    """A tab whose websocket messages are counted."""

    page: Page
    messages: int = 0

    def __post_init__(self) -> None:
        """Count from the first socket on."""
        self.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._count)
        socket.on("framereceived", self._count)

    def _count(self, _: object) -> None:
        self.messages += 1

    def place(self) -> int:
        """The place of what is shown among the entries of the tab's history, counted from 0."""
        return int(self.page.evaluate("navigation.currentEntry.index"))

    def is_quiet(self) -> bool:
        """Whether the socket falls silent: no message for a second; five tries, for a busy machine answers late."""
        for _ in range(5):
            before = self.messages
            self.page.wait_for_timeout(1000)
            if self.messages == before:
                return True
        return False


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for the whole file: its tabs share the scripts that were loaded."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as found:
        yield found


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Reader:
    """One tab for all clicks: what Back has left of one is where the next begins."""
    return Reader(context.new_page())


@pytest.fixture
def reader(context: BrowserContext) -> Iterator[Reader]:
    """A tab of its own."""
    page = context.new_page()
    yield Reader(page)
    page.close()


@pytest.fixture(scope="module")
def findings(served: Server) -> dict[str, str]:
    """The findings' ids by what their sentences hold."""
    _, _, body = served.get("/export/anomalies.csv?v=1&show=all")
    lines = body.decode().splitlines()
    return {
        kind: next(found[0] for line in lines if (found := re.findall(rf"{kind}-[0-9a-f]+", line)))
        for kind in ("twins", "server-over-offline")
    }


def address_is(page: Page, address: dict[str, str]) -> None:
    """The address holds these keys alone, one value each."""
    found = {key: values for key, values in query(page).items() if key != "v"}
    assert set(found) == set(address)
    for key, pattern in address.items():
        assert len(found[key]) == 1
        assert re.fullmatch(pattern.replace(".", r"\.").replace(r"\.*", ".*"), found[key][0]), found


def is_there(reader: Reader, click: Click) -> None:
    """The page that a click opens is drawn, with its address, and then nothing moves."""
    at(reader.page, click.title)
    expect(reader.page.get_by_test_id("stMain").get_by_text(click.text).first).to_be_visible()
    address_is(reader.page, click.address)
    assert reader.is_quiet()


def shown(page: Page) -> list[str]:
    """What a page shows: its headings and texts, and what the filters' and own choices' boxes hold."""
    settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    main = page.get_by_test_id("stMain")
    texts = main.get_by_test_id("stMarkdown").all_inner_texts()
    boxes = page.locator("[data-testid=stSelectbox], [data-testid=stMultiSelect]").all_inner_texts()
    return [*main.get_by_role("heading").all_inner_texts(), *texts, *boxes]


def shows(page: Page, address: str, expected: list[str]) -> None:
    """Wait until a page has this address and shows what it showed."""
    expect(page).to_have_url(address)
    for _ in range(20):
        if shown(page) == expected:
            return
        page.wait_for_timeout(100)
    assert shown(page) == expected


@pytest.mark.parametrize("click", CLICKS, ids=lambda click: click.name)
def test_a_click_is_one_entry_and_back_shows_what_was_left(
    tab: Reader, served: Server, findings: dict[str, str], click: Click
):
    page, link = tab.page, click.link.replace("TWINS", findings["twins"])
    if page.url != f"{served.url}/{link}":
        open_page(page, served, link)
    left, before, place = page.url, shown(page), tab.place()
    click.act(page)
    is_there(tab, click)
    assert tab.place() == place + 1
    opened = page.url
    page.go_back()
    shows(page, left, before)
    click.act(page)
    expect(page).to_have_url(opened)
    at(page, click.title)
    assert tab.place() == place + 1
    page.go_back()
    shows(page, left, before)
    assert tab.is_quiet()
    assert (page.url, tab.place()) == (left, place)


def test_clearing_the_filters_keeps_the_finding_that_is_read(reader: Reader, served: Server):
    page = reader.page
    open_page(page, served, "anomalies?v=1&submitter=Beta")  # one finding; without the filter another one stands first
    follow_row(page, "findings", 0)
    wait_for_query(page, "anomaly=server-over-offline")
    read = page.get_by_test_id("stMarkdown").filter(has_text=BEAT)
    expect(read).to_be_visible()
    choose(page, "Benchmark", "resnet50")
    wait_for_query(page, "benchmark=resnet50")
    expect(read).to_be_visible()
    page.keyboard.press("Escape")  # the list of options covers the page
    filtered, place = page.url, reader.place()
    page.get_by_role("button", name="Clear filters").click()
    wait_for_query(page, r"v=1&anomaly=server-over-offline-[0-9a-f]+$")
    settled(page)
    expect(read).to_be_visible()
    assert reader.place() == place + 1
    page.go_back()
    expect(page).to_have_url(filtered)
    assert reader.is_quiet()
    expect(read).to_be_visible()
    assert page.url == filtered


def test_a_filter_and_at_once_a_link_to_a_page_are_two_entries(reader: Reader, served: Server):
    page = reader.page
    open_page(page, served, f"results?{SERVER_QUERY}")
    left, place = page.url, reader.place()
    choose(page, "CPU vendor", "AMD")
    page.locator("[data-testid=stSidebar] a[href^=coverage][href*=AMD]").click()
    at(page, "Coverage")
    assert reader.place() == place + 2
    page.go_back()
    at(page, "Results")
    assert page.url == f"{left}&cpu_vendor=AMD"
    page.go_back()
    expect(page).to_have_url(left)


def test_a_filter_and_at_once_a_row_with_the_same_filters_are_two_entries(reader: Reader, served: Server):
    page = reader.page
    open_page(page, served, f"?{CLOSED}&benchmark=bert-99")
    left, place = page.url, reader.place()
    choose(page, "Scenario", "Server")
    wait_for_query(page, "scenario=Server")
    follow_row(page, "leaders", 0)
    at(page, "Rankings")
    assert reader.place() == place + 2
    page.go_back()
    at(page, "Overview")
    assert page.url == f"{left}&scenario=Server"


def test_a_filter_and_then_a_row_are_two_entries(reader: Reader, served: Server):
    page = reader.page
    open_page(page, served, f"results?{SERVER_QUERY}")
    left, place = page.url, reader.place()
    choose(page, "CPU vendor", "AMD")
    wait_for_query(page, "cpu_vendor=AMD")
    follow_row(page, "results", 0)
    at(page, "System")
    assert reader.place() == place + 2
    page.go_back()
    at(page, "Results")
    assert page.url == f"{left}&cpu_vendor=AMD"
    page.go_back()
    expect(page).to_have_url(left)


def test_links_and_own_choices_are_one_entry_each(reader: Reader, served: Server):
    page = reader.page
    open_page(page, served, f"rankings?{CLOSED}&top=20")
    place, addresses = reader.place(), [page.url]

    def done(title: str, pattern: str) -> None:
        at(page, title)
        wait_for_query(page, pattern)
        addresses.append(page.url)
        assert reader.place() == place + len(addresses) - 1

    page.get_by_text("Open one of them").click()
    page.get_by_role("link", name="bert-99").first.click()  # to the page that one is on
    done("Rankings", "benchmark=bert-99")
    choose(page, "Value", "per accelerator")
    done("Rankings", "benchmark=bert-99.*per=accelerator")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    done("Overview", r"/\?v=1&round=v1.0&division=closed&benchmark=bert-99&scenario=Server$")
    page.get_by_role("link", name=re.compile("All findings under these filters")).click()
    done("Anomalies", "/anomalies.*benchmark=bert-99")
    for address in reversed(addresses[:-1]):
        page.go_back()
        expect(page).to_have_url(address)
        settled(page)
    for address in addresses[1:]:
        page.go_forward()
        expect(page).to_have_url(address)
        settled(page)
    page.reload()
    at(page, "Anomalies")
    assert page.url == addresses[-1]


@pytest.mark.parametrize(("what", "pause"), [("row", 20), ("bar", 150), ("row of the same page", 80)])
def test_a_double_click_does_one_thing(reader: Reader, served: Server, what: str, pause: int):
    page = reader.page
    open_page(page, served, f"?{CLOSED}" if what == "row of the same page" else f"rankings?{SERVER_QUERY}&odd=off")
    place = reader.place()
    spot = bar_place(page, 1) if what == "bar" else link_place(page, "ranking" if what == "row" else "round_counts", 0)
    page.mouse.move(spot[0] - 3, spot[1])
    page.mouse.move(*spot)
    for press in (1, 2):
        page.mouse.down(click_count=press)
        page.mouse.up(click_count=press)
        page.wait_for_timeout(pause)
    wait_for_query(page, "round=v2.0" if what == "row of the same page" else "entry=v1.0%2Fclosed%2F[^&]*$")
    settled(page)
    assert reader.is_quiet()
    assert reader.place() == place + 1


def test_going_back_and_forward_in_haste_ends_where_one_went_and_adds_no_entry(reader: Reader, served: Server):
    """Streamlit pushed the address of every run that was still on its way: entries of pages that had been left."""
    page = reader.page
    open_page(page, served, f"rankings?{CLOSED}&top=20")
    for title in ("Overview", "Anomalies", "Results"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=title).click()
        at(page, title)
    entries = page.evaluate("navigation.entries().map(entry => entry.url)")
    place = reader.place()
    for steps in ((-1, -1, 1, -1, -1), (1, 1, -1, 1, 1)):
        for pause, step in zip((20, 60, 20, 120, 20), steps, strict=True):
            page.evaluate(f"history.go({step})")
            page.wait_for_timeout(pause)
            place += step
        expect(page).to_have_url(entries[place])
        settled(page)
        assert reader.is_quiet()
        assert page.url == entries[place]
        assert page.evaluate("navigation.entries().map(entry => entry.url)") == entries
    at(page, "Results")
