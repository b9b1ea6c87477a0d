"""Every column that a table shows is described once, in lib/schema: title, help and format come from there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lib.catalogue import COLUMN, EXPORTED
from lib.export import exports
from lib.query import results
from lib.query.connection import Database
from lib.schema import COLUMNS, column, table
from lib.selection import Selection, of
from lib.settings import ROOT
from lib.show import listing, tables
from lib.show.columns import configured, described
from tests.pages.conftest import NAMES, Open
from tests.pages.test_pages import ENTRY, assert_well

SHOW = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "lib" / "show").rglob("*.py")]
# Columns whose heads are data: each is a benchmark and scenario.
OF_DATA = {"matrix"}
# What stands in a table of the database's results beside their own columns.
BESIDE = defaultdict(tuple, results=table("found_results").names)
QUERIES = {
    "overview": ["v=1"],
    "rankings": ["v=1&round=v1.0", "v=1&round=v1.0&per=watt"],
    "system": ["v=1", f"v=1&entry={ENTRY}", "v=1&entry=v1.0/closed/Mixed/two"],
    "coverage": ["v=1", "v=1&rows=system"],
    "search": ["v=1&find=acme"],
}


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_every_table_of_a_page_is_in_the_dictionary(
    open_page: Open, small: Database, monkeypatch: pytest.MonkeyPatch, name: str
):
    shown: list[tuple[str, str]] = []

    def noted(of_table: str, names: Sequence[str], titles: Any = None) -> dict[str, Any]:
        shown.extend((of_table, column_name) for column_name in names)
        return configured(of_table, names, titles)

    def told(of_table: str, column_name: str) -> Any:
        shown.append((of_table, column_name))
        return described(of_table, column_name)

    monkeypatch.setattr(tables, "configured", noted)
    monkeypatch.setattr(listing, "described", told)
    (twins,) = small.rows("select anomaly_id from anomalies where kind = 'twins'")
    for query in QUERIES.get(name, ["v=1"]) + ([f"v=1&anomaly={twins['anomaly_id']}"] if name == "anomalies" else []):
        assert_well(open_page(name, query))
    assert shown
    missing = [(of_table, each) for of_table, each in shown if each not in (*table(of_table).names, *BESIDE[of_table])]
    assert [item for item in missing if item[0] not in OF_DATA] == []


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def configuring(path: Path) -> Iterator[int]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == "column_config":
            yield node.lineno


def test_columns_are_configured_in_one_module():
    found = {str(path.relative_to(ROOT)) for path in SHOW for _ in configuring(path)}
    assert found == {"lib/show/columns.py"}


def test_tables_are_drawn_in_one_module():
    drawn = {
        str(path.relative_to(ROOT))
        for path in SHOW
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("dataframe", "table", "plotly_chart", "data_editor")
        if isinstance(node.value, ast.Name) and node.value.id == "st"
    }
    assert drawn == {"lib/show/tables.py"}


def titles(path: Path) -> Iterator[ast.expr]:
    """The heads that a module gives its tables instead of the dictionary's."""
    for node in ast.walk(tree(path)):
        named = isinstance(node, ast.Assign) and any(
            isinstance(to, ast.Name) and to.id == "titles" for to in node.targets
        )
        given = isinstance(node, ast.keyword) and node.arg == "titles"
        if (named or given) and isinstance(node.value, ast.Dict):
            yield from node.value.values
        elif given:
            assert isinstance(node.value, ast.Name), path
            assert node.value.id == "titles", path


def test_no_head_is_written_by_hand_but_those_that_depend_on_data():
    heads = [(path.name, head) for path in SHOW for head in titles(path)]
    assert [(name, head.value) for name, head in heads if isinstance(head, ast.Constant)] == []
    assert {name for name, _ in heads} <= {"rankings.py", "finding.py"}


def test_a_tables_head_and_help_are_the_dictionarys():
    shown = configured("leaders", ("value", "submitter", "rank"))
    assert shown["value"]["label"] == column("value", table="leaders").title
    assert shown["value"]["help"] == column("value", table="leaders").help
    assert shown["submitter"]["label"] == column("submitter").title
    assert configured("ranking", ("shown",), {"shown": "Per watt"})["shown"]["label"] == "Per watt"


def test_a_column_of_data_is_shown_under_its_own_name():
    assert configured("matrix", ("own-model Offline",))["own-model Offline"]["label"] == "own-model Offline"


def test_every_column_that_a_reader_may_choose_is_in_the_answer(small: Database):
    names = results.results(small, Selection()).table.column_names
    assert [name for name in COLUMN.options if name not in names] == []


@pytest.mark.parametrize("name", EXPORTED)
def test_every_column_of_a_csv_is_in_the_dictionary(small: Database, name: str):
    given = exports.question(name)(small, of({"entry": [ENTRY]})).column_names
    assert [each for each in given if each not in COLUMNS] == []
