"""The inputs' digest depends on bytes and names alone; the rows' digest on the rows in their order."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lib.data_folder import InputError, current
from lib.database import digest
from lib.database.build import build
from lib.names.canonical import Names
from lib.names.older import COLUMNS, TABLES
from lib.settings import ROOT, Settings


def test_a_folder_of_another_name_and_place_has_the_same_digest(data: Path, tmp_path: Path):
    for name in ("rounds", "public_ids"):
        shutil.copy(ROOT / "data" / f"{name}.csv", data)
    elsewhere = tmp_path / "deeper" / "another name"
    shutil.copytree(data, elsewhere)
    assert digest.digest(elsewhere) == digest.digest(data)


def test_a_list_beside_the_data_counts_like_the_projects_own(data: Path):
    before = digest.digest(data)
    shutil.copy(ROOT / "data" / "rounds.csv", data)
    shutil.copytree(ROOT / "data" / "names", data / "names")
    assert digest.digest(data) == before


@pytest.mark.parametrize("name", ["rounds/v1.0/results.parquet", "rounds.csv", "public_ids.csv", "names/units.csv"])
def test_every_input_counts(data: Path, name: str):
    shutil.copytree(ROOT / "data" / "names", data / "names")
    for item in digest.LISTS:
        shutil.copy(ROOT / "data" / f"{item}.csv", data)
    before = digest.digest(data)
    with (data / name).open("ab") as stream:
        stream.write(b"\n")
    assert digest.digest(data) != before


def older(names: Path) -> Path:
    """A folder of names as it was before tables and columns were added."""
    shutil.copytree(ROOT / "data" / "names", names)
    for name in TABLES:
        (names / f"{name}.csv").unlink()
    for name, newer in COLUMNS.items():
        path = names / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        with path.open("w", encoding="utf-8", newline="") as stream:
            kept = [column for column in rows[0] if column not in newer]
            writer = csv.DictWriter(stream, kept, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({(row["benchmark"], row.get("logged")): row for row in rows}.values())
    return names


def test_a_folder_of_names_from_before_is_read_with_what_was_added_since(data: Path):
    own, found = Names.read(ROOT / "data" / "names"), Names.read(older(data / "names"))
    assert found.tokens == own.tokens != {}
    assert (found.families, found.weight_types) == (own.families, own.weight_types)
    assert found.organisations.members == own.organisations.members
    assert {(row["scenario"], row["from_round"], row["to_round"]) for row in found.units} == {("", "", "")}


def test_what_an_older_folder_of_names_takes_from_the_project_is_an_input(data: Path):
    older(data / "names")
    taken = {name for name, path in digest.inputs(data) if path.parent == ROOT / "data" / "names"}
    assert taken == {f"names of the project/{name}.csv" for name in (*TABLES, "benchmarks")}


def test_an_older_folder_that_has_one_of_the_new_tables_must_have_them_all(data: Path):
    names = older(data / "names")
    shutil.copy(ROOT / "data" / "names" / "weight_types.csv", names)
    with pytest.raises(InputError, match="No such file"):
        Names.read(names)


def test_a_data_folder_with_names_from_before_builds(data: Path):
    older(data / "names")
    build(data, Settings())
    assert current(data) is not None


def test_a_round_of_another_name_counts(data: Path):
    before = digest.digest(data)
    (data / "rounds" / "v2.0").rename(data / "rounds" / "v2.1")
    assert digest.digest(data) != before


def test_half_written_rounds_and_folders_without_tables_do_not_count(data: Path):
    before = digest.digest(data)
    shutil.copytree(data / "rounds" / "v1.0", data / "rounds" / ".v1.0~x")
    (data / "rounds" / "notes").mkdir()
    (data / "rounds" / "README").touch()
    assert digest.digest(data) == before


def test_a_table_that_cannot_be_read_counts_as_such(data: Path):
    table = data / "rounds" / "v1.0" / "runs.parquet"
    before = digest.digest(data)
    table.unlink()
    table.mkdir()  # what cannot be read even by root
    unreadable = digest.digest(data)
    assert unreadable != before
    assert digest.digest(data) == unreadable


def test_the_code_that_makes_the_rows_counts():
    """All modules of ours that the maker imports, but for the package's own empty files."""
    ask = "import sys, lib.database.make; print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('lib.')))"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    counted = {path for _, path in digest.inputs(ROOT / "data")}
    imported = {Path(name) for name in done.stdout.split() if Path(name).stat().st_size}
    assert len(imported) > 20
    assert imported <= counted


def rows_digest(*statements: str) -> str:
    with duckdb.connect() as connection:
        connection.execute("create table t as select * from (values (1, 'a', null), (2, 'b', 0.5)) t(i, s, x)")
        for statement in statements:
            connection.execute(statement)
        return digest.content(connection)


@pytest.mark.parametrize(
    "change",
    [
        "update t set x = 0.0 where i = 1",
        "update t set s = 'c' where i = 2",
        "delete from t where i = 2",
        "insert into t values (3, null, null)",
        "create or replace table t as select * from t order by i desc",
        "alter table t rename s to name",
        "alter table t alter i type bigint",
        "alter table t rename to u",
        "create table empty(i integer)",
    ],
)
def test_each_change_of_rows_order_columns_and_tables_changes_the_rows_digest(change: str):
    assert rows_digest(change) != rows_digest()


def test_how_the_rows_came_in_does_not_change_their_digest():
    again = ("create or replace table t as select * from t", "update t set i = i", "create temp table mine as select 1")
    assert rows_digest(*again) == rows_digest()
