"""Builds and imports of a data folder exclude each other, and a database carries the digest of what it was made of."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lib import data_folder
from lib.database import build as maker
from lib.database import digest, fresh, make
from lib.database.build import build
from lib.settings import ROOT, Settings
from tests.database.conftest import Start, rows, waits
from tests.query import small as small_data

BUILD_IF_STALE = """
import sys
from pathlib import Path
from lib.database.fresh import build_if_stale
from lib.settings import Settings
print(repr(build_if_stale(Settings(data=Path(sys.argv[1])), lambda line: print(line, file=sys.stderr))))
"""
HOLD = """
import sys
from pathlib import Path
from lib.data_folder import alone
with alone(Path(sys.argv[1])):
    print("held")
    input()
"""
IMPORT = """
import sys
from pathlib import Path
from tests.query import small
small.write(Path(sys.argv[1]), results=small.RESULTS[:-1])
"""


def test_two_builds_at_once_make_one_database_and_both_name_it(data: Path, start: Start):
    with data_folder.alone(data):
        builds = [start("-m", "lib.build", "--data", str(data)) for _ in range(3)]
        assert [waits(process) for process in builds] == [True] * 3
    ends = [process.communicate(timeout=60) for process in builds]
    assert [process.returncode for process in builds] == [0, 0, 0]
    assert {out.splitlines()[-1] for out, _ in ends} == {str(data_folder.current(data))}
    assert sum("normalizing" in said for _, said in ends) == 1
    assert sorted(path.name for path in data.iterdir()) == [
        "current",
        data_folder.database_name(digest.digest(data)),
        "rounds",
    ]


@pytest.mark.parametrize("attempt", range(3))
def test_two_builds_at_once_without_a_barrier_both_succeed(data: Path, start: Start, attempt: int):
    builds = [start("-m", "lib.build", "--data", str(data)) for _ in range(2)]
    ends = [process.communicate(timeout=60) for process in builds]
    assert [process.returncode for process in builds] == [0, 0], [said for _, said in ends]
    assert rows(data, "select count(*) from results") == [(40,)]


def test_a_build_that_need_not_wait_builds_again(data: Path):
    steps: list[str] = []
    first = build(data, Settings())
    assert build(data, Settings(), steps.append) == first
    assert "normalizing" in steps


def test_two_servers_that_start_together_both_have_the_database(data: Path, start: Start):
    with data_folder.alone(data):
        servers = [start("-c", BUILD_IF_STALE, str(data)) for _ in range(2)]
        assert [waits(process) for process in servers] == [True] * 2
    assert [process.communicate(timeout=60)[0] for process in servers] == ["''\n", "''\n"]
    assert fresh.is_fresh(data)
    assert rows(data, "select count(*) from results") == [(40,)]


@pytest.mark.parametrize("moment", ["reading the rounds", "normalizing"])
def test_an_import_waits_for_the_build_and_is_seen_afterwards(data: Path, start: Start, moment: str):
    imports: list[subprocess.Popen[str]] = []
    has_waited: list[bool] = []

    def begin(step: str) -> None:
        if step == moment:
            imports.append(start("-c", IMPORT, str(data)))
            has_waited.append(waits(imports[0]))

    build(data, Settings(), begin)
    assert has_waited == [True]
    assert rows(data, "select count(*) from results") == [(40,)]
    imports[0].communicate(timeout=60)
    assert not fresh.is_fresh(data), "the import's rows are not those of the database"
    build(data, Settings())
    assert fresh.is_fresh(data)
    assert rows(data, "select count(*) from results") == [(39,)]


def test_a_build_waits_for_an_import(data: Path, start: Start):
    with data_folder.alone(data):
        process = start("-m", "lib.build", "--data", str(data))
        assert waits(process)
        assert data_folder.current(data) is None
    assert process.communicate(timeout=60)[0].splitlines() == [str(data_folder.current(data))]


def test_who_waits_says_so_once_and_who_need_not_says_nothing(tmp_path: Path, start: Start):
    said: list[str] = []
    with data_folder.alone(tmp_path, said.append) as has_waited:
        assert not has_waited
    assert said == []
    holder = subprocess.Popen(
        [sys.executable, "-uc", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    def end(line: str) -> None:
        said.append(line)
        holder.kill()  # the lock ends with the process, however it ends

    with data_folder.alone(tmp_path, end) as has_waited:
        assert has_waited
    holder.communicate()
    assert said == [f"waiting for another build or import of {tmp_path}"]


def test_a_killed_build_leaves_the_database_in_use_and_the_next_one_removes_its_rest(data: Path, start: Start):
    before = build(data, Settings())
    small_data.write(data, results=small_data.RESULTS[:-1])
    process = start("-m", "lib.build", "--data", str(data))
    assert process.stderr is not None
    assert any("normalizing" in line for line in process.stderr)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(data.glob(".build-*"))
    assert data_folder.current(data) == before
    assert rows(data, "select count(*) from results") == [(40,)]
    build(data, Settings())
    assert not list(data.glob(".build-*"))
    assert rows(data, "select count(*) from results") == [(39,)]


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), "the folder")


def test_a_read_only_folder_with_a_fresh_database_is_served(data: Path, monkeypatch: pytest.MonkeyPatch):
    build(data, Settings())
    before = {path: path.stat().st_mtime_ns for path in [data, *data.rglob("*")]}
    for module, name in ((fresh.subprocess, "Popen"), (data_folder, "alone"), (os, "replace"), (os, "mkdir")):
        monkeypatch.setattr(module, name, refuse)
    assert fresh.build_if_stale(Settings(data=data)) == ""
    assert {path: path.stat().st_mtime_ns for path in [data, *data.rglob("*")]} == before


def test_a_read_only_folder_with_old_inputs_keeps_its_database(data: Path, monkeypatch: pytest.MonkeyPatch):
    before = build(data, Settings())
    small_data.write(data, results=small_data.RESULTS[:-1])
    monkeypatch.setattr(maker.tempfile, "mkdtemp", refuse)
    with pytest.raises(OSError, match="Read-only"):
        build(data, Settings())
    assert data_folder.current(data) == before


def test_what_the_engine_refuses_is_one_line_and_leaves_no_rest(data: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise duckdb.IOException("IO Error: no space\nmore of it")

    monkeypatch.setattr(make, "fill", full)
    with pytest.raises(maker.BuildError, match="the tables make no database: IO Error"):
        build(data, Settings())
    assert sorted(path.name for path in data.iterdir()) == ["rounds"]


def test_a_build_with_less_than_the_one_before_says_so(data: Path, capfd: pytest.CaptureFixture[str]):
    build(data, Settings())
    assert capfd.readouterr().err == ""
    small_data.write(data, results=small_data.RESULTS[:-1])
    build(data, Settings())
    message = "the build before had 31 results of 11 systems of v1.0, this one has 30 of 11"
    assert capfd.readouterr().err == f"warning: {message} (rounds/v1.0)\n"
    query = "select round, severity, path, line, message from problems"
    assert rows(data, query) == [("v1.0", "warning", "rounds/v1.0", 0, message)]


def test_a_second_build_of_the_same_inputs_says_again_what_the_first_said(data: Path):
    build(data, Settings())
    (data / "rounds" / "v2.0").rename(data / "v2.0")
    build(data, Settings())
    said = rows(data, "select message from problems")
    assert said == [("the build before had 9 results of 4 systems of v2.0, this one has 0 of 0",)]
    build(data, Settings())
    assert rows(data, "select message from problems") == said
    (data / "v2.0").rename(data / "rounds" / "v2.0")
    build(data, Settings())
    assert rows(data, "select message from problems") == []


def test_what_is_said_of_the_build_before_is_not_in_the_digest_of_the_rows(data: Path, tmp_path: Path):
    build(data, Settings())
    small_data.write(data, results=small_data.RESULTS[:-1])
    build(data, Settings())
    alone = small_data.write(tmp_path / "alone", results=small_data.RESULTS[:-1])
    build(alone, Settings())
    query = "select digest, content from build"
    assert rows(data, query) == rows(alone, query)
    assert rows(data, "select count(*) from problems") == [(1,)]


def test_a_database_before_that_cannot_be_read_is_said_and_replaced(data: Path, capfd: pytest.CaptureFixture[str]):
    (data / "plumbline-0123456789abcdef.duckdb").write_bytes(b"no database" * 1000)
    (data / "current").write_text("plumbline-0123456789abcdef.duckdb\n")
    build(data, Settings())
    assert capfd.readouterr().err == "note: the database before cannot be read, so nothing is compared with it\n"
    assert fresh.is_fresh(data)


def test_a_folder_without_rounds_and_no_folder_are_said(tmp_path: Path):
    with pytest.raises(maker.BuildError, match=r"no results that can be used; run python -m lib\.ingest"):
        build(tmp_path, Settings())
    with pytest.raises(FileNotFoundError):
        build(tmp_path / "nowhere", Settings())
    assert fresh.build_if_stale(Settings(data=tmp_path)) == "no results; run python -m lib.ingest"
