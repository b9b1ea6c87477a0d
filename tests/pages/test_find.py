"""The box at the top of every page, and the list of what was found: each hit is a link that says what it is."""

from __future__ import annotations

import re

import pytest

from lib.links import split
from lib.query.connection import Database
from lib.query.search import search
from lib.show import find
from lib.show.wording import markdown
from tests.pages.conftest import NAMES, Open
from tests.pages.test_pages import assert_well, texts
from tests.query.fixtures import selected
from tests.show.payloads import PAYLOADS


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("- [")]


@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_the_box_and_it_holds_what_the_address_says(open_page: Open, name: str):
    page = open_page(name, "v=1&round=v1.0" + ("&find=acme+a100" if name == "search" else ""))
    assert_well(page)
    box = page.text_input(key="find")
    assert box.label == "Find in all rounds, whatever the filters"
    assert box.value == ("acme a100" if name == "search" else "")
    page.run()
    assert page.text_input(key="find").value == box.value


def test_every_hit_is_a_link_that_says_its_kind_and_rounds(open_page: Open, small: Database):
    page = open_page("search", "v=1&round=v1.0&find=a")
    found = search(small, selected("find=a", "search"))
    shown = lines(texts(page))
    assert len(shown) == found.total > 20
    for line, row in zip(shown, found.table.to_pylist(), strict=True):
        assert line.startswith(f"- [{markdown(row['found'])}](./{row['opens']})")
        assert split(row["opens"])[0] in NAMES
    assert f"**{found.total} hits**" in texts(page)
    assert "filters do not matter" in texts(page)


def test_a_list_that_is_cut_says_of_how_many(open_page: Open, small: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_MAX_TABLE_ROWS", "3")
    page = open_page("search", "v=1&find=a")
    assert len(lines(texts(page))) == 3
    total = search(small, selected("find=a", "search")).total
    assert f"The first 3 of {total} hits; the CSV holds all." in texts(page)


def test_what_is_only_alike_is_said_to_be_so(open_page: Open):
    page = open_page("search", "v=1&find=resnt50")
    assert "Did you mean" in texts(page)
    assert lines(texts(page))[0].startswith("- [resnet50]")
    assert "Did you mean" not in texts(open_page("search", "v=1&find=resnet50"))


def test_nothing_at_all_is_said(open_page: Open):
    page = open_page("search", "v=1&find=zzzzqqqq")
    assert_well(page)
    assert "no name is like them" in texts(page)
    assert "Type an ID" in texts(open_page("search", "v=1"))


def test_several_accelerators_have_one_link_to_all_their_results(open_page: Open, small: Database):
    names = [row["kind"] for row in search(small, selected("find=nvidia", "search")).table.to_pylist()]
    page = open_page("search", "v=1&find=nvidia")
    labels = [link.proto.label for link in page.get("page_link") if "together" in link.proto.label]
    assert labels[0] == f"Results of these {names.count('accelerator')} accelerators together"


def test_a_name_with_a_round_beside_it_is_a_link_to_the_results_that_are_both(open_page: Open):
    page = open_page("search", "v=1&find=resnet50+v1.0+server")
    labels = [link.proto.label.replace("\\", "") for link in page.get("page_link")]
    assert [label for label in labels if re.search(r"^v1\.0 .*resnet50 · Server: \d+ result", label)]
    assert "Nothing has all" not in texts(page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_words_of_a_search_are_shown_and_nothing_else(open_page: Open, payload: str):
    words = " ".join(payload.split())[:64]
    page = open_page("search", f"v=1&find={words.replace('%', '%25').replace('&', '%26').replace('#', '%23')}")
    assert not page.exception
    assert "<" not in re.sub(r"\\<", "", texts(page))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" a  b ", "a b"),
        ("a\x00b\u200bc", "a b c"),
        ("x" * 100, "x" * 64),
        ("\ud800", ""),
        ("\n\t", ""),
        ("é ü", "é ü"),
    ],
)
def test_what_is_typed_is_made_to_fit_a_link(typed: str, kept: str):
    assert find._fitting(find._printable(typed)) == kept
    assert not kept or selected(f"find={kept}", "search").one("find") == kept
