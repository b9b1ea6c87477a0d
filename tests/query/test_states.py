"""Whatever lies where the database should be, and that what is kept is never changed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from lib.catalogue import EXPORTED
from lib.database.fresh import build_if_stale
from lib.export import exports
from lib.query import connection as database
from lib.query import coverage, facets, findings, rankings, results, systems
from lib.query.connection import Database, NoData
from lib.schema import SCHEMA_VERSION
from lib.selection import Selection
from lib.settings import Settings
from tests.query import small as small_data
from tests.query.fixtures import selected


def absent(folder: Path, name: str) -> None:
    """No database at all."""


def pointer_to_nothing(folder: Path, name: str) -> None:
    (folder / "current").write_text(name + "\n")


def empty(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    (folder / "current").write_text(name + "\n")


def text(folder: Path, name: str) -> None:
    (folder / name).write_text("this is no database\n" * 1000)
    (folder / "current").write_text(name + "\n")


def a_folder(folder: Path, name: str) -> None:
    (folder / name).mkdir()
    (folder / "current").write_text(name + "\n")


def another_schema(folder: Path, name: str, version: int = SCHEMA_VERSION - 1) -> None:
    with duckdb.connect(str(folder / name)) as connection:
        connection.execute(f"create table build as select '{name[10:-7]}' as digest, {version} as schema_version")
    (folder / "current").write_text(name + "\n")


def no_tables(folder: Path, name: str) -> None:
    duckdb.connect(str(folder / name)).close()
    (folder / "current").write_text(name + "\n")


def another_digest(folder: Path, name: str) -> None:
    another_schema(folder, "plumbline-0000000000000001.duckdb", SCHEMA_VERSION)
    (folder / "plumbline-0000000000000001.duckdb").rename(folder / name)
    (folder / "current").write_text(name + "\n")


def a_binary_pointer(folder: Path, name: str) -> None:
    (folder / "current").write_bytes(bytes(range(256)) * 10)


def a_pointer_out_of_the_folder(folder: Path, name: str) -> None:
    (folder / "current").write_text("../../etc/plumbline-x.duckdb")


def a_pointer_that_is_a_folder(folder: Path, name: str) -> None:
    (folder / "current").mkdir()


STATES = (
    absent,
    pointer_to_nothing,
    empty,
    text,
    a_folder,
    another_schema,
    no_tables,
    another_digest,
    a_binary_pointer,
    a_pointer_out_of_the_folder,
    a_pointer_that_is_a_folder,
)
NAME = "plumbline-0123456789abcdef.duckdb"


@pytest.mark.parametrize("spoil", STATES, ids=lambda spoil: spoil.__name__)
def test_what_is_no_database_is_said_in_one_line(tmp_path: Path, spoil: Callable[[Path, str], None]):
    spoil(tmp_path, NAME)
    with pytest.raises(NoData) as said:
        database.current(tmp_path)
    assert "\n" not in str(said.value)
    assert str(tmp_path) not in str(said.value)


@pytest.mark.parametrize("cut", [0.02, 0.3, 0.7, 0.99])
def test_a_cut_database_is_refused_or_answers_rightly(small_folder: Path, tmp_path: Path, cut: float):
    whole = next(small_folder.glob("plumbline-*.duckdb"))
    (tmp_path / whole.name).write_bytes(whole.read_bytes()[: int(whole.stat().st_size * cut)])
    (tmp_path / "current").write_text(whole.name)
    try:
        db = database.current(tmp_path)
        assert len(db.rows("select value from results")) == 40
    except (NoData, duckdb.Error):
        pass


@pytest.mark.usefixtures("forget")
def test_a_database_that_comes_later_is_picked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path))
    with pytest.raises(NoData):
        database.current()
    small_data.build(small_data.write(tmp_path))
    assert results.results(database.current(), Selection()).total == 40


@pytest.mark.usefixtures("forget")
def test_a_new_build_is_picked_up_and_the_old_answers_are_not_mixed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path))
    small_data.build(small_data.write(tmp_path))
    old = database.current()
    assert results.results(old, Selection()).total == 40
    small_data.write(tmp_path, results=small_data.RESULTS[:-1])
    small_data.build(tmp_path)
    wait_for(lambda: database.current().snapshot != old.snapshot)
    assert results.results(database.current(), Selection()).total == 39
    assert results.results(old, selected("round=v1.0")).total == 31
    assert facets.total(old, Selection()) == 40


def wait_for(reached: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "not reached in time"
        time.sleep(0.05)


@pytest.mark.usefixtures("forget")
def test_a_failed_build_leaves_the_database_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path))
    small_data.build(small_data.write(tmp_path))
    before = database.current().snapshot
    for table in (tmp_path / "rounds").glob("*/results.parquet"):
        table.write_bytes(table.read_bytes()[:100])
    problem = build_if_stale(Settings(data=tmp_path))
    assert problem
    assert "\n" not in problem
    database._open = None
    assert database.current().snapshot == before


def test_opening_refreshes_leaves_no_files_open(tmp_path: Path):
    small_data.build(small_data.write(tmp_path))
    database.current(tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert database.current(tmp_path).rows("select 1 as one")
    assert len(os.listdir("/proc/self/fd")) <= before + 4


QUERIES = (
    "",
    "round=v1.0&division=closed",
    "submitter=Nobody",
    "benchmark=resnet50&scenario=Server",
    "accelerators=8-",
)
OWN = ({}, {"per": ["accelerator"]}, {"sort": ["value"]}, {"entry": ["v1.0/closed/Acme/big"]})


def fingerprint(answer: object) -> str:
    if isinstance(answer, pa.Table):
        return hashlib.sha256(repr(answer.to_pydict()).encode()).hexdigest()
    if isinstance(answer, np.ndarray):
        return hashlib.sha256(answer.tobytes()).hexdigest()
    if isinstance(answer, (tuple, list)):
        return " ".join(map(fingerprint, answer))
    if isinstance(answer, dict):
        return " ".join(f"{key!r} {fingerprint(value)}" for key, value in answer.items())
    if is_dataclass(answer) and not isinstance(answer, type):
        return " ".join(fingerprint(getattr(answer, item.name)) for item in fields(answer))
    return hashlib.sha256(repr(answer).encode()).hexdigest()


def test_no_question_and_no_export_changes_a_kept_answer(small_folder: Path):
    db = Database(next(small_folder.glob("plumbline-*.duckdb")), Settings())
    for _ in range(2):
        before = {key: fingerprint(answer) for key, answer in db.answers.items()}
        for selection in (selected(query).with_all(own) for query in QUERIES for own in OWN):
            for ask in (
                rankings.ranked,
                rankings.groups,
                rankings.leaders,
                results.results,
                findings.anomalies,
                facets.counts,
                facets.total,
            ):
                ask(db, selection)
            coverage.matrix(db, selection, True, 5)
            systems.systems(db, selection, 5)
            for page in EXPORTED if selection.get("entry") else ("rankings", "results", "anomalies"):
                exports.csv_of(db, page, selection)
        kept = dict(db.answers.items())
        assert all(fingerprint(kept[key]) == before[key] for key in before)
    assert before


def test_an_answer_that_is_kept_is_asked_for_once(small_folder: Path):
    db = Database(next(small_folder.glob("plumbline-*.duckdb")), Settings())
    asked: list[int] = []
    for _ in range(3):
        db.once(("key",), lambda: asked.append(1))
    assert asked == [1]
