"""Without a database that can be read every page says so, and shows the data once it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.conftest import NAMES, Open
from tests.query import small as small_data
from tests.query.test_states import NAME, STATES, absent, text

CASES = [("overview", spoil) for spoil in STATES] + [(name, spoil) for name in NAMES[1:] for spoil in (absent, text)]


@pytest.mark.parametrize(("name", "spoil"), CASES, ids=lambda case: getattr(case, "__name__", case))
def test_every_page_says_that_there_is_no_data(
    open_page: Open, tmp_path: Path, name: str, spoil: Callable[[Path, str], None]
):
    spoil(tmp_path, NAME)
    page = open_page(name, "v=1&round=v1.0", tmp_path)
    assert not page.exception
    (said,) = page.warning
    assert str(said.value).startswith("No data")
    assert "Traceback" not in str(said.value)


def test_the_data_is_shown_once_it_is_there(open_page: Open, tmp_path: Path):
    page = open_page("rankings", "", tmp_path)
    assert str(page.warning[0].value).startswith("No data")
    small_data.build(small_data.write(tmp_path))
    time.sleep(1.1)
    page.run()
    assert not page.exception
    assert not page.warning
    assert page.title[0].value == "Rankings"


def test_a_missing_database_is_built_by_the_page_itself(open_page: Open, tmp_path: Path):
    small_data.write(tmp_path)
    page = open_page("overview", "", tmp_path)
    assert not page.exception
    assert not page.warning
    assert list(tmp_path.glob("plumbline-*.duckdb"))


def test_inputs_that_make_no_database_are_tried_once_and_their_paths_are_not_shown(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from lib.database import fresh as database

    small_data.write(tmp_path)
    for table in (tmp_path / "rounds").glob("*/results.parquet"):
        table.write_bytes(b"no table")
    started: list[object] = []
    popen = database.subprocess.Popen
    monkeypatch.setattr(
        database.subprocess, "Popen", lambda *call, **more: (started.append(call), popen(*call, **more))[1]
    )
    page = open_page("overview", "v=1", tmp_path)
    page.run()
    page.run()
    assert str(tmp_path) not in str(page.warning[0].value)
    assert "parquet" not in str(page.warning[0].value)
    assert len(started) == 1
