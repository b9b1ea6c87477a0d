"""A page is declared once: its file, links, widgets and CSV follow from its entry in the catalogue."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from lib.catalogue import BY_NAME, EXPORTED, HOME, OWN, PAGES, SNAPSHOT, Page
from lib.export import exports
from lib.links import link, parse, split
from lib.query.connection import Database
from lib.selection import FILTERS, Selection, SelectionError, of
from lib.settings import ROOT

PARTS = ROOT / "lib" / "show" / "parts"
OWNED = [(page, own) for page in PAGES for own in page.own]


def test_names_labels_and_paths_are_unique():
    for values in ([page.name for page in PAGES], [page.label for page in PAGES], [page.path for page in PAGES]):
        assert len(set(values)) == len(values)
    assert BY_NAME[HOME].path == ""
    assert all(page.path == page.name for page in PAGES if page.name != HOME)


def test_every_page_has_its_file_and_no_file_is_without_an_entry():
    files = {"app.py", *(f"pages/{path.name}" for path in (ROOT / "pages").iterdir() if path.suffix == ".py")}
    assert {page.file for page in PAGES} == files


def begun(path: Path) -> list[str]:
    """The pages that a file begins."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "begin_page" and isinstance(call.args[0], ast.Constant)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_file_begins_the_page_that_it_is_named_for(page: Page):
    assert begun(ROOT / page.file) == [page.name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_part_and_an_icon(page: Page):
    assert (PARTS / f"{page.name}.py").is_file()
    assert page.icon.startswith(":material/")
    assert page.icon.endswith(":")


def test_pages_of_one_group_stand_together():
    groups = [page.group for page in PAGES]
    assert [group for place, group in enumerate(groups) if groups[place - 1 : place] != [group]] == list(
        dict.fromkeys(groups)
    )


@pytest.mark.parametrize("name", EXPORTED)
def test_every_question_is_asked_of_a_database_and_a_selection_and_gives_a_table(small: Database, name: str):
    question = exports.question(name)
    assert list(inspect.signature(question).parameters) == ["db", "selection"]
    assert inspect.signature(question).return_annotation == "pa.Table"
    entry = small.rows("select system_id from results order by position limit 1")[0]["system_id"]
    keys = {own.key for own in BY_NAME[name].own}
    asked = {key: value for key, value in (("entry", entry), ("find", "a")) if key in keys}
    table = question(small, of({"round": ["v1.0"], **{key: [value] for key, value in asked.items()}}))
    assert isinstance(table, pa.Table)
    assert table.num_rows > 0


@pytest.mark.parametrize("page", [page for page in PAGES if not page.question], ids=lambda page: page.name)
def test_a_page_without_a_question_has_no_csv(small: Database, page: Page):
    with pytest.raises(SelectionError, match="no CSV"):
        exports.csv_of(small, page.name, Selection())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_own_keys_are_unique_and_no_filters(page: Page):
    keys = [own.key for own in page.own]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {*FILTERS, "v", SNAPSHOT.key}
    assert set(page.needs) <= set(keys)
    assert set(page.single) <= set(FILTERS)


def test_the_order_of_links_holds_every_own_key_once():
    keys = [own.key for own in OWN]
    assert len(set(keys)) == len(keys)
    assert {own.key for _, own in OWNED} | {SNAPSHOT.key} == set(keys)


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.key)
def test_an_own_key_has_options_or_a_pattern_and_its_default_is_among_them(own):
    assert bool(own.options) != bool(own.pattern)
    assert not own.default or own.default in own.options
    assert own.default or own.is_many or own.pattern
    assert all(words for words in own.options.values())


def widgets() -> Iterator[tuple[str, str]]:
    """The own keys that a page's file, or its part, draws a widget of."""
    for page in PAGES:
        for path in (ROOT / page.file, PARTS / f"{page.name}.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
                if named and call.func.id in ("own_choice", "own_choices"):
                    key = call.args[1]
                    if isinstance(key, ast.Constant):
                        yield page.name, str(key.value)
                    else:
                        assert isinstance(key, ast.Attribute)
                        assert isinstance(key.value, ast.Name)
                        yield page.name, key.value.id.lower()


def test_every_own_key_with_options_has_its_widget_and_every_widget_a_label_and_options():
    drawn = set(widgets())
    assert drawn == {(page.name, own.key) for page, own in OWNED if own.options}
    for name, key in drawn:
        assert BY_NAME[name].key(key).label
        assert BY_NAME[name].key(key).options


@pytest.mark.parametrize(("page", "own"), OWNED, ids=lambda item: getattr(item, "key", getattr(item, "name", "")))
def test_every_option_of_a_page_is_a_link_of_it_and_comes_back(page: Page, own):
    for value in own.options:
        selection = of({own.key: [value]})
        name, query = split(link(page.name, selection))
        assert name == page.name
        assert parse(name, query).selection == selection
        assert parse(name, query).notice == ""
