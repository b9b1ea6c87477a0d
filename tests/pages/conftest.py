"""Pages in a process without a browser: always from app.py, then on to the page, as the app itself does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from lib.catalogue import BY_NAME
from lib.query import connection as database
from lib.settings import ROOT
from lib.show.filters import BOX
from tests.query.fixtures import forget, fresh, small, small_folder

__all__ = ["NAMES", "Open", "forget", "fresh", "small", "small_folder"]

Open = Callable[..., AppTest]
NAMES = tuple(BY_NAME)


def set_query(page: AppTest, query: str) -> None:
    """Give a page another query string, as going back or forward does."""
    page.query_params.clear()
    for key, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        page.query_params[key] = [*page.query_params.get(key, []), value]


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app finds its settings in the working directory; the database in use is forgotten before and after."""
    monkeypatch.chdir(ROOT)
    database._open = None
    yield
    database._open = None


@pytest.fixture
def open_page(at_home: None, small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page with a query string, on the small data or on `data`: `open_page("rankings", "round=v1.0")`."""

    def open_it(name: str, query: str = "", data: Path = small_folder) -> AppTest:
        monkeypatch.setenv("PLUMBLINE_DATA", str(data))
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        page.session_state[BOX] = True  # all filters are drawn
        if name != "overview":
            page.run()
            page.switch_page(f"pages/{name}.py")
        set_query(page, query)
        return page.run()

    return open_it
