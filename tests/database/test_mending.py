"""Importing a round again over its damaged folder mends it, and says what it could not keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.build import main as build
from tests.database.conftest import rows
from tests.ingest.trees import as_folder, ingest, small_tree, written

TABLES = ("results", "systems", "runs", "settings", "accuracy", "descriptions", "problems")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A submission tree."""
    return as_folder(small_tree(), tmp_path / "tree")


@pytest.mark.parametrize("content", [b"", b"no table", b"PAR1" * 50])
def test_a_round_with_damaged_tables_is_mended_by_importing_it_again(tree: Path, tmp_path: Path, content: bytes):
    folder = tmp_path / "data" / "rounds" / "v2.1"
    assert ingest(tree, tmp_path / "data") == 0
    whole = written(folder)
    for name in TABLES:
        (folder / f"{name}.parquet").write_bytes(content)
    assert build(["--data", str(tmp_path / "data")]) == 1
    assert ingest(tree, tmp_path / "data") == 0
    assert written(folder) == whole
    assert build(["--data", str(tmp_path / "data")]) == 0
    assert rows(tmp_path / "data", "select count(*) from results") == [(5,)]


def test_a_damaged_table_of_another_source_goes_and_is_said(
    tree: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    folder = tmp_path / "data" / "rounds" / "v2.1"
    assert ingest(tree, tmp_path / "data") == 0
    (folder / "official.parquet").write_bytes(b"no table")
    assert ingest(tree, tmp_path / "data") == 0
    line = "warning: the table cannot be read; it is left out until its source is read again (official.parquet)"
    assert line in capfd.readouterr().err.splitlines()
    assert not (folder / "official.parquet").exists()
    assert build(["--data", str(tmp_path / "data")]) == 0
    query = "select severity, path from problems where message like '%until its source%'"
    assert rows(tmp_path / "data", query) == [("warning", "official.parquet")]


def test_a_sound_table_of_another_source_stays_as_it_is(tree: Path, tmp_path: Path):
    folder = tmp_path / "data" / "rounds" / "v2.1"
    assert ingest(tree, tmp_path / "data") == 0
    sound = (folder / "accuracy.parquet").read_bytes()
    (folder / "official.parquet").write_bytes(sound)
    assert ingest(tree, tmp_path / "data") == 0
    assert (folder / "official.parquet").read_bytes() == sound
