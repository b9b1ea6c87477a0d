"""Every column stands once in lib/schema, with words for a reader, and the built tables are exactly those described."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.data_folder import current
from lib.ingest.records import SCHEMAS
from lib.schema import (
    ANSWERS,
    COLUMNS,
    CONTRACT,
    DATABASE_TABLES,
    RESULT_COLUMNS,
    ROUND_TABLES,
    WORKING_TABLES,
    Column,
    Table,
    arrow_schema,
    column,
)
from lib.schema.column import real, text
from lib.schema.document import document, examples
from tests.query import small as made_up

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = (*ROUND_TABLES, *DATABASE_TABLES, *WORKING_TABLES, *ANSWERS)
NAMES = [f"{index}-{table.name}" for index, table in enumerate(TABLES)]
# A name's end says the unit.
UNITS = {"_w": "W", "_ns": "ns", "_ms": "ms", "_mj": "mJ", "_gb": "GB", "_qps": "queries/s", "_mb": "MB"}
_NO_UNIT = {"text", "texts", "flag"}
Kinds = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the data folder that we made up."""
    folder = made_up.build(made_up.write(tmp_path_factory.mktemp("schema")))
    path = current(folder)
    assert path is not None
    return path


def relations(path: Path) -> Kinds:
    """Every table and view of a database with its columns and their types, in their order."""
    found: dict[str, dict[str, str]] = {}
    query = "select table_name, column_name, data_type from information_schema.columns order by 1, ordinal_position"
    with duckdb.connect(str(path), read_only=True) as connection:
        for table, name, kind in connection.execute(query).fetchall():
            found.setdefault(table, {})[name] = kind
    return found


def described() -> Kinds:
    """The same by the dictionary."""
    return {table.name: {item.name: item.sql_type for item in table.columns} for table in DATABASE_TABLES}


def differences(real: Kinds, told: Kinds) -> list[str]:
    """Each column that stands in one of the two alone, has another type or another place."""
    pairs = {
        f"{name}.{item}: {real.get(name, {}).get(item)} in the database, {told.get(name, {}).get(item)} in lib/schema"
        for name in {*real, *told}
        for item in {*real.get(name, {}), *told.get(name, {})}
        if real.get(name, {}).get(item) != told.get(name, {}).get(item)
    }
    orders = {f"{name}: another order" for name in real if list(real[name]) != list(told.get(name, {}))}
    return sorted(pairs | (orders if not pairs else set()))


def test_the_made_up_database_has_the_tables_columns_and_types_of_the_dictionary(made: Path):
    assert differences(relations(made), described()) == []


def test_the_committed_data_s_database_has_the_tables_columns_and_types_of_the_dictionary(data_folder: Path):
    path = current(data_folder)
    assert path is not None
    assert differences(relations(path), described()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "alter table anomalies add column more varchar",
        "alter table build drop column engine",
        "alter table accuracy alter column value type float",
        "create table another as select 1 as one",
        "drop table pairs",
        "create or replace table field_ranks as select result_id, system_type, size, rank from field_ranks",
    ],
)
def test_a_column_too_many_too_few_of_another_type_or_place_is_found(made: Path, tmp_path: Path, statement: str):
    copy = tmp_path / "plumbline.duckdb"
    copy.write_bytes(made.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(statement)
    assert len(differences(relations(copy), described())) > 0


def test_a_key_tells_the_rows_of_a_table_apart(data_folder: Path):
    path = current(data_folder)
    with duckdb.connect(str(path), read_only=True) as connection:
        doubled = {
            table.name: connection.execute(
                f"select count(*) from (select 1 from {table.name} group by {', '.join(table.key)} having count(*) > 1)"
            ).fetchone()
            for table in DATABASE_TABLES
            if table.key
        }
    assert doubled == dict.fromkeys(doubled, (0,))


@pytest.mark.parametrize("table", ROUND_TABLES, ids=lambda table: table.name)
def test_a_round_s_parquet_has_the_columns_and_types_of_the_dictionary(table: Table):
    for path in sorted((ROOT / "data" / "rounds").glob(f"*/{table.name}.parquet")):
        assert pq.read_schema(path).remove_metadata() == table.arrow_schema(), path


def test_the_importer_writes_the_tables_of_the_dictionary():
    assert list(SCHEMAS.items()) == [(table.name, table.arrow_schema()) for table in ROUND_TABLES]


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_a_column_has_a_title_and_one_sentence_of_help(table: Table):
    assert [item.name for item in table.columns if not (item.title.strip() and item.help.strip())] == []
    assert [item.name for item in table.columns if len(item.help) > 200 or "\n" in item.help] == []


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_no_two_columns_of_a_table_share_a_name_or_a_title(table: Table):
    assert len({item.name for item in table.columns}) == len(table.columns)
    titles = [item.title for item in table.columns]
    assert sorted({title for title in titles if titles.count(title) > 1}) == []


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_a_key_is_made_of_the_table_s_own_columns(table: Table):
    assert set(table.key) <= set(table.names)


def faults(item: Column) -> Iterator[str]:
    """What contradicts itself in a column's words."""
    for end, unit in UNITS.items():
        if item.name.endswith(end) and item.type not in _NO_UNIT and item.unit != unit:
            yield f"{item.name} is in {item.unit}, not in {unit}"
    if item.unit and item.type in _NO_UNIT:
        yield f"{item.name} is {item.type} and has a unit"
    if item.decimals is not None and (item.type in _NO_UNIT or not 0 <= item.decimals <= 4):
        yield f"{item.name} has {item.decimals} decimals"
    if item.type in ("integer", "short") and item.decimals != 0:
        yield f"{item.name} is whole and has {item.decimals} decimals"
    named = re.search(r"\((\w+)\)$", item.title)
    if item.unit and named and named[1].lower() != item.unit.lower():
        yield f"{item.name}'s title says {named[1]}, its unit is {item.unit}"
    if item.name.endswith("_derived") and not item.is_derived:
        yield f"{item.name} does not say that it is derived"


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_units_decimals_and_derived_agree_with_the_name(table: Table):
    assert [fault for item in table.columns for fault in faults(item)] == []


@pytest.mark.parametrize(
    "planted",
    [
        real("power_w", "Power", "planted"),
        real("power_w", "Power (kW)", "planted", unit="W"),
        real("bound_ns", "Bound", "planted", unit="ms"),
        text("word", "Word", "planted", unit="W"),
        real("share", "Share", "planted", decimals=9),
        real("value_per_watt_derived", "Per watt", "planted"),
    ],
    ids=lambda item: item.title,
)
def test_a_planted_contradiction_is_found(planted: Column):
    assert list(faults(planted)) != []


def test_a_name_without_a_table_means_what_results_mean_by_it():
    assert column("value") is COLUMNS["value"] is column("value", table="results")
    assert column("value", table="settings") != column("value")
    assert column("published").type == "text"
    with pytest.raises(KeyError):
        column("no_such_column")
    with pytest.raises(KeyError):
        column("value", table="no_such_table")


def test_a_schema_for_writing_is_the_round_s_where_the_database_has_a_table_of_that_name():
    assert arrow_schema("results") == SCHEMAS["results"]
    assert arrow_schema("pairs").field("factors").type == pa.list_(pa.string())
    with pytest.raises(KeyError):
        arrow_schema("no_such_table")


def test_the_contract_and_what_a_reader_may_see_are_columns_of_results():
    names = next(table for table in DATABASE_TABLES if table.name == "results").names
    assert set(CONTRACT) <= set(RESULT_COLUMNS) <= set(names)
    assert len(set(CONTRACT)) == len(CONTRACT)
    assert list(RESULT_COLUMNS) == [name for name in names if name in RESULT_COLUMNS]


def test_docs_schema_md_is_what_the_dictionary_makes():
    text = (ROOT / "docs" / "schema.md").read_text("utf-8")
    assert text == document(examples()), "python -m lib.schema > docs/schema.md"


def test_each_example_is_a_row_of_the_committed_data(data_folder: Path):
    path = current(data_folder)
    rows = examples()["database"]
    assert set(rows) == {table.name for table in DATABASE_TABLES}
    with duckdb.connect(str(path), read_only=True) as connection:
        for name, row in rows.items():
            condition = " and ".join(f'"{item}" is not distinct from ?' for item in row)
            found = connection.execute(f"select count(*) from {name} where {condition}", list(row.values())).fetchone()
            assert found != (0,), (name, "python -m lib.database.examples > docs/schema_examples.json")


def test_an_example_is_shown_in_one_short_cell_whatever_it_holds():
    hostile = "a|b `c`\n<script>" + "x" * 100
    made_of = document({"round": {"systems": {"system_id": hostile, "nodes": None, "is_edge": True}}, "database": {}})
    shown = [line.rpartition(" |  | ")[2] for line in made_of.splitlines() if "<script>" in line]
    assert shown == ["`a\\|b 'c' <script>" + "x" * 43 + "…` |"]
    assert "declares them |  | NULL |" in made_of
    assert "not stated |  | `true` |" in made_of
