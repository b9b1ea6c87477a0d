"""The command: its last line, its exit codes, its one line of error, and tables that are never half there."""

from __future__ import annotations

import errno
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lib.ingest import write
from lib.ingest.all import main as read_all
from lib.ingest.records import Round
from lib.rounds import COLUMNS
from tests.ingest.trees import (
    ROOT,
    as_folder,
    as_tar,
    command,
    ingest,
    log,
    one_result,
    process,
    rows,
    small_tree,
    written,
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return as_folder(small_tree(), tmp_path / "tree")


def test_the_last_line_sums_up_and_the_exit_code_is_0(tree, tmp_path):
    done = process(str(tree), "--round", "v2.1", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "results 5 systems 2 runs 5 problems 0"


def test_data_defaults_to_the_environments(tree, tmp_path):
    assert command(str(tree), "--round", "v2.1", PLUMBLINE_DATA=str(tmp_path / "d")).returncode == 0
    assert (tmp_path / "d/rounds/v2.1/results.parquet").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x"],
        ["/nowhere", "--round", "v1.0"],
        [".", "--round", "../up"],
        [".", "--round", ""],
        [".", "--round", ".hidden"],
        [".", "--round", "v1.0", "--nonsense"],
        [".", "--round", "v1/0"],
    ],
)
def test_a_bad_call_is_one_line_and_exit_code_2(arguments, tmp_path):
    done = command(*arguments, PLUMBLINE_DATA=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"error: [^\n]+\n", done.stderr)
    assert not list(tmp_path.iterdir())


def test_a_bad_setting_is_one_line_and_exit_code_2(tree):
    done = command(str(tree), "--round", "v1.0", PLUMBLINE_MAX_FILE_MB="lots")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "PLUMBLINE_MAX_FILE_MB" in done.stderr


def test_each_bad_file_is_a_line_with_its_place(tmp_path):
    files = small_tree() | {"open/Lab/systems/lab.json": b'{\n"a": }'}
    done = command(str(as_folder(files, tmp_path / "t")), "--round", "v2.1", "--data", str(tmp_path / "d"))
    assert done.returncode == 0
    assert "(open/Lab/systems/lab.json:2)" in done.stderr.splitlines()[0] + done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_nothing_read_leaves_the_old_tables(tree, tmp_path):
    assert ingest(tree, tmp_path / "data") == 0
    before = written(tmp_path / "data/rounds/v2.1")
    assert ingest(as_folder({}, tmp_path / "empty"), tmp_path / "data") == 1
    assert written(tmp_path / "data/rounds/v2.1") == before


def test_time_zone_locale_and_hash_seed_change_no_byte(tree, tmp_path):
    outcomes = []
    for number, (zone, words) in enumerate(
        [("UTC", "C"), ("Pacific/Chatham", "tr_TR.UTF-8"), ("Asia/Kolkata", "de_DE")]
    ):
        data = tmp_path / f"d{number}"
        done = process(
            str(tree), "--round", "v2.1", "--data", str(data), TZ=zone, LC_ALL=words, PYTHONHASHSEED=str(number)
        )
        assert done.returncode == 0
        outcomes.append(written(data / "rounds/v2.1"))
    assert outcomes[0] == outcomes[1] == outcomes[2]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("at", range(1, 8))
def test_a_disk_that_fails_at_the_nth_table_leaves_the_old_ones(tree, tmp_path, monkeypatch, capsys, number, at):
    assert ingest(tree, tmp_path / "data") == 0
    folder = tmp_path / "data/rounds/v2.1"
    before = written(folder)
    real, calls = write.pq.write_table, []

    def fail(*arguments: object, **options: object) -> None:
        calls.append(1)
        if len(calls) == at:
            raise OSError(number, os.strerror(number), "somewhere")
        real(*arguments, **options)

    monkeypatch.setattr(write.pq, "write_table", fail)
    capsys.readouterr()
    assert ingest(as_folder(one_result(log("summary_offline.txt")), tmp_path / "other"), tmp_path / "data") == 1
    assert capsys.readouterr().err == f"error: {os.strerror(number)} (somewhere)\n"
    assert written(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["v2.1"]


@pytest.mark.parametrize("name", ["fsync", "open", "close"])
def test_a_system_call_that_fails_leaves_the_old_tables(tree, tmp_path, monkeypatch, name):
    assert ingest(tree, tmp_path / "data") == 0
    before = written(tmp_path / "data/rounds/v2.1")
    found = Round("v2.1")

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(OSError, match="Input/output"):
        write.write_tables(found, write.RESULT_TABLES, tmp_path / "data/rounds/v2.1")
    monkeypatch.undo()
    if name != "close":
        assert written(tmp_path / "data/rounds/v2.1") == before


def test_a_full_disk_leaves_the_old_tables(tree, tmp_path):
    """RLIMIT_FSIZE: the kernel itself refuses to write on."""
    assert ingest(tree, tmp_path / "data") == 0
    before = written(tmp_path / "data/rounds/v2.1")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        "from lib.ingest.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tree), "--round", "v2.1", "--data", str(tmp_path / "data")],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("error: ")
    assert written(tmp_path / "data/rounds/v2.1") == before


WRITES_FOR_EVER = """
import sys
from pathlib import Path
from tests.ingest.trees import read
from lib.ingest.write import RESULT_TABLES, write_tables
rounds = [read(Path(source)) for source in sys.argv[1:3]]
print("ready", flush=True)
while True:
    for found in rounds:
        write_tables(found, RESULT_TABLES, Path(sys.argv[3]))
"""


def test_a_kill_in_the_middle_of_writing_leaves_whole_tables(tmp_path):
    """SIGKILL at any moment of writes that follow each other; the next import clears what was left."""
    sources = [
        as_tar(files, tmp_path / f"{number}.tar")
        for number, files in enumerate((one_result(log("summary_offline.txt")), small_tree()))
    ]
    whole = []
    for number, source in enumerate(sources):
        assert ingest(source, tmp_path / str(number)) == 0
        whole.append(written(tmp_path / str(number) / "rounds/v2.1"))
    folder = tmp_path / "data/rounds/v2.1"
    assert ingest(sources[0], tmp_path / "data") == 0
    chance = random.Random(4)
    for _ in range(300 if os.environ.get("PLUMBLINE_SOAK") == "1" else 5):
        call = [sys.executable, "-c", WRITES_FOR_EVER, *map(str, sources), str(folder)]
        with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE) as running:
            assert running.stdout is not None
            running.stdout.readline()
            time.sleep(0.05 + 0.1 * chance.random())
            running.send_signal(signal.SIGKILL)
        assert written(folder) in whole
    assert ingest(sources[1], tmp_path / "data") == 0
    assert [path.name for path in folder.parent.iterdir()] == ["v2.1"]


def test_a_file_system_without_exchange_is_served_in_two_steps(tree, tmp_path, monkeypatch):
    assert ingest(tree, tmp_path / "data") == 0
    other = as_folder(one_result(log("summary_offline.txt")), tmp_path / "other")
    monkeypatch.setattr(write.ctypes, "get_errno", lambda: errno.EINVAL)
    monkeypatch.setattr(
        write.ctypes, "CDLL", lambda *_, **__: type("C", (), {"renameat2": staticmethod(lambda *_: -1)})
    )
    assert ingest(other, tmp_path / "data") == 0
    assert len(rows(tmp_path / "data/rounds/v2.1", "results")) == 1
    assert [path.name for path in (tmp_path / "data/rounds").iterdir()] == ["v2.1"]


def test_two_imports_at_once_do_not_disturb_each_other(tree, tmp_path):
    data = tmp_path / "data"
    calls = [
        [sys.executable, "-m", "lib.ingest", str(tree), "--round", name, "--data", str(data)]
        for name in ("v2.1", "v2.1", "v2.1-a")
    ]
    running = [subprocess.Popen(call, cwd=ROOT, stdout=subprocess.DEVNULL) for call in calls]
    assert [process.wait() for process in running] == [0] * 3
    assert sorted(path.name for path in (data / "rounds").iterdir()) == ["v2.1", "v2.1-a"]
    assert {len(written(folder)) for folder in (data / "rounds").iterdir()} == {7}


def test_names_that_nobody_has_seen_are_listed_by_kind_in_a_summary_that_stays_short(tmp_path, capsys):
    odd = log(
        "summary_offline.txt", ("Scenario : Offline", "Scenario : Burst"), ("Samples per second", "Dreams per second")
    )
    files = one_result(odd, "Burst") | {
        f"open/Lab/results/lab/own-{number}/Offline/performance/run_1/mlperf_log_summary.txt": log(
            "summary_offline.txt"
        )
        for number in range(25)
    }
    files["closed/Acme/results/box/dreams/Offline/performance/run_1/mlperf_log_summary.txt"] = log(
        "summary_offline.txt"
    )
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0
    lines = capsys.readouterr().out.splitlines()
    kinds = [
        line.split(" without")[0].strip() + line.partition("name:")[2][:3]
        for line in lines
        if "without a canonical" in line
    ]
    assert kinds == ["accelerators 1 ", "benchmarks 26", "CPUs 1 ", "units 1 "]
    first = next(index for index, line in enumerate(lines) if "benchmarks without" in line)
    assert lines[first + 1] == "    dreams (1 x)"
    assert lines[first + 2] == "    own-0 (1 x, in the open division alone)"
    assert lines[first + 21] == "    and 6 more, on the coverage page"
    assert "    Dreams/s (1 x)" in lines


def listed(*rows: str) -> bytes:
    """A list of rounds; each row has the cells round, published, repository, sources, rules, note."""
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


def test_all_sources_of_the_table_of_rounds_are_read_in_order(tmp_path, capsys):
    shared = as_folder({"b.csv": (ROOT / "tests/data/summary.csv").read_bytes()}, tmp_path / "shared")
    as_tar(small_tree(), shared / "a.tar.xz")
    data = as_folder(
        {"rounds.csv": listed("v2.1,,,a.tar.xz b.csv,v2.0,", "v2.2,,,b.csv,v2.0,", "v2.3,,,,,")}, tmp_path / "data"
    )
    assert read_all([str(shared), "--data", str(data)]) == 0
    assert "3 of 3 sources read" in capsys.readouterr().out.splitlines()[-1]
    assert {row["source"] for row in rows(data / "rounds/v2.1", "results")} == {"logs"}
    assert len(rows(data / "rounds/v2.1", "official")) == 3
    assert sorted(path.name for path in (data / "rounds").iterdir()) == ["v2.1", "v2.2"]


def test_a_source_that_is_missing_is_named_and_the_others_are_read(tmp_path, capsys):
    shared = as_folder({"b.csv": (ROOT / "tests/data/summary.csv").read_bytes()}, tmp_path / "shared")
    data = as_folder({"rounds.csv": listed("v2.1,,,gone.tar.xz,v2.0,", "v2.2,,,b.csv,v2.0,")}, tmp_path / "data")
    assert read_all([str(shared), "--data", str(data)]) == 1
    said = capsys.readouterr()
    assert "gone.tar.xz" in said.err
    assert "1 of 2 sources read" in said.out


def test_records_that_were_read_while_logs_were_imported_take_nothing_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whether records speak for a round was decided before the lock: then they replaced the logs' results."""
    from lib.ingest import __main__ as ingest_command

    tree, data = as_folder(small_tree(), tmp_path / "tree"), tmp_path / "data"
    records = tmp_path / "records.csv"
    records.write_bytes((ROOT / "tests" / "data" / "summary.csv").read_bytes())
    read, meanwhile = ingest_command.read_source, [tree]

    def reading(source: Path, *more: Any) -> Any:
        found = read(source, *more)
        if source == records and meanwhile:
            logs = meanwhile.pop()
            assert ingest_command.main([str(logs), "--round", "v1.0", "--data", str(data)]) == 0
        return found

    monkeypatch.setattr(ingest_command, "read_source", reading)
    assert ingest_command.main([str(records), "--round", "v1.0", "--data", str(data)]) == 0
    results = pq.read_table(data / "rounds" / "v1.0" / "results.parquet")
    assert set(results["source"].to_pylist()) == {"logs"}
    assert (data / "rounds" / "v1.0" / "official.parquet").is_file()


def test_a_file_where_a_rounds_folder_should_be_is_said(tmp_path: Path):
    tree, data = as_folder(small_tree(), tmp_path / "tree"), tmp_path / "data"
    (data / "rounds").mkdir(parents=True)
    (data / "rounds" / "v1.0").write_text("mine")
    done = process(str(tree), "--round", "v1.0", "--data", str(data))
    assert done.returncode == 1
    assert re.fullmatch(r"error: expected the folder of a round \(.*v1\.0\)\n", done.stderr)
    assert (data / "rounds" / "v1.0").read_text() == "mine"
    assert [path.name for path in (data / "rounds").iterdir()] == ["v1.0"]


def test_a_round_that_a_killed_exchange_left_without_its_name_gets_it_back(tmp_path: Path):
    folder = tmp_path / "rounds" / "v1.0"
    folder.mkdir(parents=True)
    (folder / "results.parquet").write_text("kept")
    folder.rename(folder.with_name(".v1.0~abc~old"))
    write._clear(folder)
    assert (folder / "results.parquet").read_text() == "kept"
    assert [path.name for path in folder.parent.iterdir()] == ["v1.0"]
