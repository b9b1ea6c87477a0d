"""One bad round folder never keeps the others from being built, and a list's fault is said with file and line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lib.build import main
from lib.data_folder import InputError
from lib.database import digest, fresh, inputs, make
from lib.ingest.records import SCHEMAS
from lib.ingest.write import RESULT_TABLES, has_logs
from lib.rounds import Rounds
from tests.database.conftest import rows
from tests.query import small as small_data


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[20] ^= 0xFF
    path.write_bytes(content)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def another_type(path: Path) -> None:
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.set_column(0, table.column_names[0], pa.array([1] * table.num_rows)), path)


def rows_twice(path: Path) -> None:
    table = pq.read_table(path, partitioning=None)
    pq.write_table(pa.concat_tables([table, table]), path)


def no_utf8(path: Path) -> None:
    table = pq.read_table(path, partitioning=None)
    wrong = pa.array([b"\xff"] * max(table.num_rows, 1)).view(pa.string())
    pq.write_table(pa.table([wrong] * table.num_columns, names=table.column_names), path)


FAULTS = [
    ("results", damage, "the table cannot be read"),
    ("results", lambda path: path.write_bytes(b""), "the table cannot be read"),
    ("accuracy", a_byte, "the table cannot be read"),
    ("descriptions", no_utf8, "the table cannot be read"),
    ("official", damage, "the table cannot be read"),
    ("accuracy", another_type, "expected string in result_id, found int64"),
    ("results", rows_twice, "a result stands twice: v1.0/"),
    ("systems", rows_twice, "a system stands twice: v1.0/"),
    ("runs", a_folder, "the table is missing"),
    *((name, lambda path: path.unlink(), "the table is missing") for name in RESULT_TABLES),
]


@pytest.mark.parametrize(("table", "spoil", "why"), FAULTS)
def test_a_bad_round_is_found_and_left_out_whole(data: Path, table: str, spoil: Callable[[Path], None], why: str):
    spoil(data / "rounds" / "v1.0" / f"{table}.parquet")
    found = inputs.read(data)
    assert list(found.faults) == ["v1.0"]
    said = str(found.faults["v1.0"])
    assert said.startswith(f"error: round v1.0 is left out: {why}")
    assert said.endswith(f"; import the round again (rounds/v1.0/{table}.parquet)")
    for name in ("results", "systems"):
        assert set(found.raw[name]["round"].to_pylist()) == {"v2.0"}
    for name in ("runs", "accuracy", "descriptions"):
        assert all(row[0].startswith("v2.0/") for row in zip(found.raw[name].column(0).to_pylist(), strict=True))


@pytest.mark.parametrize("table", ["results", "runs"])
def test_the_others_are_built_and_the_bad_round_is_said(data: Path, capfd: pytest.CaptureFixture[str], table: str):
    damage(data / "rounds" / "v1.0" / f"{table}.parquet")
    assert main(["--data", str(data)]) == 0
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(said) == 1
    assert said[0].startswith("error: round v1.0 is left out")
    assert rows(data, "select distinct round from results") == [("v2.0",)]
    assert rows(data, "select distinct round from systems") == [("v2.0",)]
    query = "select round, severity, path, line from problems where severity = 'error'"
    assert rows(data, query) == [("v1.0", "error", f"rounds/v1.0/{table}.parquet", 0)]
    assert fresh.is_fresh(data)


def test_a_copy_of_a_round_under_another_name_is_left_out(data: Path, capfd: pytest.CaptureFixture[str]):
    shutil.copytree(data / "rounds" / "v1.0", data / "rounds" / "v1.0-backup")
    assert main(["--data", str(data)]) == 0
    assert "round v1.0-backup is left out: a result of another round" in capfd.readouterr().err
    assert rows(data, "select count(*) from results") == [(len(small_data.RESULTS),)]


def the_other_way_round(path: Path) -> None:
    table = pq.read_table(path)
    at = table.schema.get_field_index("higher_is_better")
    pq.write_table(table.set_column(at, "higher_is_better", pc.invert(table["higher_is_better"])), path)


def test_a_round_that_is_of_another_mind_than_the_others_is_left_out_and_they_are_built(data: Path):
    """Each round agreed with itself, so the finished tables were refused, and no database was made at all."""
    the_other_way_round(data / "rounds" / "v1.0" / "results.parquet")
    assert main(["--data", str(data)]) == 0
    assert rows(data, "select distinct round from results") == [("v2.0",)]
    ((message,),) = rows(data, "select message from problems where severity = 'error'")
    assert message.startswith("round v1.0 is left out: a unit with the wrong direction: ")


def test_a_folder_whose_name_is_no_text_is_left_out(data: Path, capfd: pytest.CaptureFixture[str]):
    """It ended every command with a traceback: its name could not be written as UTF-8."""
    shutil.copytree(data / "rounds" / "v1.0", os.fsdecode(os.fsencode(data / "rounds") + b"/v\xff"))
    assert main(["--data", str(data)]) == 0
    assert "round v? is left out: its folder's name is none of a round" in capfd.readouterr().err
    assert fresh.is_fresh(data)
    assert rows(data, "select count(*) from results") == [(len(small_data.RESULTS),)]


def test_a_round_is_mended_by_writing_it_again(data: Path):
    damage(data / "rounds" / "v1.0" / "results.parquet")
    damage(data / "rounds" / "v1.0" / "official.parquet")
    assert not has_logs(data / "rounds" / "v1.0")
    small_data.write(data)
    assert main(["--data", str(data)]) == 0
    assert rows(data, "select count(*) from results") == [(len(small_data.RESULTS),)]


def test_nothing_left_is_one_line_and_exit_code_1(data: Path, capfd: pytest.CaptureFixture[str]):
    for path in (data / "rounds").glob("*/results.parquet"):
        damage(path)
    assert main(["--data", str(data)]) == 1
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(said) == 3
    assert said[-1].startswith("error: no results that can be used; run python -m lib.ingest")
    assert not (data / "current").exists()


def test_a_column_that_an_older_importer_did_not_write_is_missing_and_no_fault(data: Path):
    path = data / "rounds" / "v1.0" / "runs.parquet"
    pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["sut_name"]), path)
    assert main(["--data", str(data)]) == 0
    assert rows(data, "select count(*), count(sut_name) from runs where result_id like 'v1.0/%'") == [(31, 0)]


IDS = b"round,division,submitter,platform,public_id\n"
ROUNDS = b"round,published,repository,sources,rules,note\n"
LISTS = [
    ("rounds.csv", ROUNDS.replace(b"repository", b"repo"), r"no column repository; .*rounds\.csv:1\)"),
    ("rounds.csv", ROUNDS + b"v1.0,,,,,\nv1.0,,,,,\n", r"a second row for v1\.0.*rounds\.csv:3\)"),
    ("rounds.csv", ROUNDS + b"v1.0,\n", r"expected 6 cells.*rounds\.csv:2\)"),
    ("rounds.csv", ROUNDS + b"\n,,,,,\n", r"expected a value of round .*rounds\.csv:3\)"),
    ("rounds.csv", ROUNDS + b"v1.0,,,,,caf\xe9\n", r"expected UTF-8 .*rounds\.csv:2\)"),
    ("rounds.csv", ROUNDS + b'v1.0,,,,,"open\nv2.0,,,,,\n', r"comma-separated.*rounds\.csv:2\)"),
    ("rounds.csv", b"round," + ROUNDS, r"a column stands twice.*rounds\.csv:1\)"),
    ("rounds.csv", b"", r"no column round, published, .*; the first line has none .*rounds\.csv:1\)"),
    ("public_ids.csv", b"round,division,submitter,system,public_id\n", r"no column platform; .*public_ids\.csv:1\)"),
    ("public_ids.csv", b"", r"no column round, .*; the first line has none .*public_ids\.csv:1\)"),
    ("public_ids.csv", b"round," + IDS, r"a column stands twice.*public_ids\.csv:1\)"),
    ("public_ids.csv", IDS + b"v1.0,a,b,c,1\nV1.0,a,b,c,2\n", r"a second row for V1\.0, a, b, c, after line 2 .*:3\)"),
    ("public_ids.csv", IDS + b"v1.0,a,b,1\n", r"expected 5 cells, as in line 1 .*public_ids\.csv:2\)"),
    ("public_ids.csv", IDS + b"\n,a,b,c,1\n", r"expected a value of round .*public_ids\.csv:3\)"),
    ("public_ids.csv", IDS + b"v1.0,a,b,caf\xe9,1\n", r"expected UTF-8 .*public_ids\.csv:2\)"),
    ("public_ids.csv", IDS + b'v1.0,a,b,"open,1\nv2.0,a,b,c,1\n', r"comma-separated.*public_ids\.csv:2\)"),
]


@pytest.mark.parametrize(("name", "content", "said"), LISTS)
def test_a_fault_in_a_list_is_one_line_with_file_and_line(data: Path, name: str, content: bytes, said: str):
    (data / name).write_bytes(content)
    with pytest.raises(InputError, match=said) as error:
        inputs.read(data)
    assert "\n" not in str(error.value)


def test_a_file_edited_by_hand_while_it_is_read_is_read_again(data: Path, monkeypatch: pytest.MonkeyPatch):
    read = inputs._read
    notes = iter(["first", "second"])

    def edited(folder: Path, stamp: str) -> inputs.Inputs:
        found = read(folder, stamp)
        for note in notes:
            (folder / "rounds.csv").write_bytes(ROUNDS + f"v1.0,,,,,{note}\n".encode())
            break
        return found

    monkeypatch.setattr(inputs, "_read", edited)
    found = inputs.read(data)
    assert [record.note for record in found.lists.rounds.records.values()] == ["second"]
    assert found.digest == digest.digest(data)


def test_inputs_that_never_stand_still_are_refused(data: Path, monkeypatch: pytest.MonkeyPatch):
    stamps = iter(str(number) for number in range(99))
    monkeypatch.setattr(digest, "digest", lambda folder: next(stamps))
    with pytest.raises(InputError, match="files change while they are read"):
        inputs.read(data)


def test_one_round_makes_a_database_in_memory(data: Path):
    raw = inputs.read_round(data / "rounds" / "v2.0")
    names = inputs.read(data).names
    with duckdb.connect() as connection:
        make.fill(connection, raw, names, inputs.Lists(Rounds.read(data)))
        make.sign(connection, "none", digest.content(connection))
        found = connection.execute("select distinct round from results").fetchall()
        assert found == [("v2.0",)]
    assert set(raw) == set(SCHEMAS)
