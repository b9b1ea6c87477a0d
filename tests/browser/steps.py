"""What a reader does in the browser. Waiting is by locators: the content policy forbids wait_for_function's eval."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.conftest import Server

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
SERVER_QUERY = "v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server"


@dataclass
class Watch:
    """What happened in a page that should not have: dialogs, requests elsewhere, errors, refused content."""

    dialogs: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Everything that was seen."""
        return [*self.dialogs, *self.elsewhere, *self.errors]


def watch(page: Page, server: Server) -> Watch:
    """Watch a page from now on."""
    seen = Watch()
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    page.on(
        "request", lambda request: seen.elsewhere.append(request.url) if _is_elsewhere(request.url, server) else None
    )
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            seen.errors.append(message.text)
            if message.type == "error" and not _is_probe(message.location["url"])
            else None
        ),
    )
    return seen


def _is_elsewhere(url: str, server: Server) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.netloc != f"127.0.0.1:{server.port}"


def _is_probe(url: str) -> bool:
    """Streamlit's page looks for its server below the page's own path first; those 404 are its way."""
    return "/_stcore/" in url


def open_page(page: Page, server: Server, link: str) -> None:
    """Open a link of the app and wait until it is drawn."""
    page.goto(f"{server.url}/{link}")
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page is drawn, its parts have come, and nothing runs."""
    expect(page.locator("text=registered trademark")).to_be_visible(timeout=20_000)
    expect(page.locator(IDLE)).to_be_attached(timeout=20_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=30_000)  # what still moves the rest


def at(page: Page, title: str) -> None:
    """Wait until a page of this title is drawn."""
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible(timeout=20_000)
    settled(page)


def query(page: Page) -> dict[str, list[str]]:
    """The state in the address bar."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def wait_for_query(page: Page, pattern: str) -> None:
    """Wait until the address bar holds something."""
    expect(page).to_have_url(re.compile(pattern), timeout=20_000)
    expect(page.locator(IDLE)).to_be_attached(timeout=20_000)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a selectbox or multiselect."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(150)  # a list shuts when its page is scrolled, also by the way to it
    box.click()
    page.get_by_role("option", name=re.compile(re.escape(option))).first.click()


def bar_place(page: Page, place: int) -> tuple[float, float]:
    """The middle of the bar of this place, counted from 0 at the top."""
    bars = page.locator(".barlayer .trace").first.locator(".point")  # what is drawn upon bars are traces of their own
    bars.first.wait_for()
    boxes = sorted((box for box in (bar.bounding_box() for bar in bars.all()) if box), key=lambda box: box["y"])
    box = boxes[place]
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click_bar(page: Page, place: int) -> None:
    """Click the bar of this place, counted from 0 at the top; Plotly listens on a layer above the bars."""
    x, y = bar_place(page, place)
    page.mouse.move(x - 2, y)
    page.mouse.click(x, y)


def row_link(page: Page, table: str, number: int) -> Locator:
    """The link of a row, counted from 0, of the table of links with this name."""
    return page.locator(f'[class*="st-key-rows_{table}"] tbody tr').nth(number).locator("td > a").first


def click_last_dot(page: Page, chart: str) -> None:
    """Click the last dot of the chart with this key."""
    dots = page.locator(f'[class*="st-key-{chart}"] .scatterlayer .point')
    dots.last.wait_for()
    dots.last.scroll_into_view_if_needed()
    box = dots.last.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 2, y)
    page.mouse.click(x, y)


FINDINGS = "findings"


def link_place(page: Page, table: str, number: int) -> tuple[float, float]:
    """Where the link of a row, counted from 0, of the table with this name is; the findings' table is shut, and the
    list above it leads to the same."""
    listed = page.locator(f'[class*="st-key-list_{table}"] a').nth(number)
    link = listed if table == FINDINGS else row_link(page, table, number)
    link.scroll_into_view_if_needed()
    box = link.bounding_box()
    assert box
    return box["x"] + 5, box["y"] + 8


def follow_row(page: Page, table: str, number: int) -> None:
    """Click the link of a row, counted from 0, of the table with this name."""
    page.mouse.click(*link_place(page, table, number))
