"""A question that is cut by its limits is one sentence on the page, wherever it is asked; the page stays a page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lib.catalogue import BY_NAME
from lib.query import results
from tests.pages.conftest import NAMES, Open
from tests.pages.test_pages import OWN, SHARED, assert_well, texts
from tests.query.cutting import SAID, Cutting, each_cut


@pytest.mark.parametrize("name", NAMES)
def test_whichever_question_of_a_page_is_cut_the_page_says_so_once(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str
):
    page = open_page(name, SHARED + OWN.get(name, ""))
    for nth, cutting in each_cut(monkeypatch):
        page.run()
        assert_well(page)
        said = [str(element.value) for element in page.warning]
        assert said == ([SAID] if cutting.asked >= nth else []), nth
        assert [element.value for element in page.title] == [BY_NAME[name].label], nth
        assert texts(page).count("registered trademark") == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_was_cut_is_whole_the_next_time(open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str):
    with monkeypatch.context() as inside:
        Cutting(inside, 4)
        page = open_page(name, SHARED)
        assert SAID in texts(page)
    page.run()
    assert_well(page)
    assert SAID not in texts(page)


def test_a_bare_page_that_is_cut_says_so_too(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    page = open_page("overview")
    for nth, cutting in each_cut(monkeypatch):
        page.query_params.clear()
        page.run()
        assert_well(page)
        assert (SAID in texts(page)) == (cutting.asked >= nth)


def test_slow_sql_is_cut_on_a_page_in_truth(
    open_page: Open, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole = next(small_folder.glob("plumbline-*.duckdb"))
    shutil.copy(whole, tmp_path)  # a file of its own: one process opens a file with one configuration
    (tmp_path / "current").write_text(whole.name)
    monkeypatch.setenv("PLUMBLINE_QUERY_TIMEOUT_MS", "300")
    triple = "(select a.* from results a, range(100000) b, range(100000) c where b.range + c.range < 0)"
    monkeypatch.setattr(results, "_RESULTS", results._RESULTS.replace("from results where", f"from {triple} where"))
    page = open_page("results", SHARED, tmp_path)
    assert_well(page)
    (said,) = page.warning
    assert "took longer" in str(said.value)
    assert page.title[0].value == "Results"
