"""A real browser before the served app on the small data.

The fixtures are our own: those of pytest-playwright warn under the pytest of today, and here a warning is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import CHROMIUM, Server, StartServer
from tests.query.fixtures import forget, fresh, small, small_folder

expect.set_options(timeout=20_000)  # where many tests share two cores, a chart takes its time
__all__ = ["browser", "forget", "fresh", "page", "served", "small", "small_folder"]


@pytest.fixture(scope="session")
def served(start_server: StartServer, small_folder: Path) -> Server:
    """The app on the small data; a test that ends it starts its own."""
    return start_server(small_folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; as root it needs --no-sandbox."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh context at a desk's size."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True) as context:
        yield context.new_page()
