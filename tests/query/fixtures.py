"""Fixtures over the small data folder; the conftest of each folder that needs them imports them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib import links
from lib.query import connection as database
from lib.query.connection import Database
from lib.selection import Selection
from lib.settings import Settings
from tests.query import small as small_data


def selected(query: str, page: str = "rankings") -> Selection:
    """The selection of a page's query string, of which nothing may be left out."""
    parsed = links.parse(page, query)
    assert parsed.notice == "", query
    return parsed.selection


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small data folder with its database."""
    return small_data.build(small_data.write(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def small(small_folder: Path) -> Database:
    """The small database, open; its answers are shared by all tests, as they are by all sessions."""
    return database.current(small_folder)


@pytest.fixture
def forget() -> Iterator[None]:
    """Forget which database is in use before and after a test that puts another one there."""
    database._open = None
    yield
    database._open = None


@pytest.fixture
def fresh(small_folder: Path) -> Database:
    """The small database without any answer kept, for tests that count or time the asking."""
    return Database(next(small_folder.glob("plumbline-*.duckdb")), Settings())
