"""The app over the small data, served."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Server, StartServer
from tests.query.fixtures import forget, fresh, small, small_folder

__all__ = ["forget", "fresh", "served", "small", "small_folder"]


@pytest.fixture(scope="session")
def served(start_server: StartServer, small_folder: Path) -> Server:
    """The app on the small data; tests that end or break it start their own."""
    return start_server(small_folder)
