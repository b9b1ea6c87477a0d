"""Small submission trees made of our own logs in tests/data/logs, as files, folders, tars and zips."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq

from lib.ingest.__main__ import main
from lib.ingest.assemble import assemble
from lib.ingest.checks import finish
from lib.ingest.layouts.tree import read_tree, wanted
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.ingest.sources.source import files as files_of
from lib.names.canonical import names_folder
from lib.names.tokens import counts_tokens
from lib.rounds import Rounds
from lib.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
LOGS = DATA / "logs"
Files = dict[str, bytes]
RESULTS = "closed/Acme/results/box"


def log(name: str, *changes: tuple[str, str]) -> bytes:
    """One of our logs, with some words changed; each change must change something."""
    text = (LOGS / name).read_text()
    for old, new in changes:
        assert old in text, f"{old!r} is not in {name}"
        text = text.replace(old, new)
    return text.encode()


def run(kind: str, scenario: str, benchmark: str = "resnet50", platform: str = "closed/Acme/results/box") -> Files:
    """The files of one performance run: summary_KIND.txt, and the detail log of the scenario if there is one."""
    folder = f"{platform}/{benchmark}/{scenario}/performance/run_1"
    found = {f"{folder}/mlperf_log_summary.txt": log(f"summary_{kind}.txt")}
    detail = LOGS / f"detail_{kind}.txt"
    if detail.exists():
        found[f"{folder}/mlperf_log_detail.txt"] = detail.read_bytes()
    return found


def small_tree() -> Files:
    """Two systems, five results, power, accuracy, measurements."""
    return {
        "closed/Acme/systems/box.json": log("system.json"),
        "open/Lab/systems/lab.json": log("system.json", ("Acme Box (8x A1)", "Lab"), ("datacenter,edge", "edge")),
        **run("offline", "Offline"),
        **run("server", "Server"),
        **run("singlestream", "SingleStream"),
        **run("multistream", "multistream"),
        **run("singlestream", "singlestream", "my-model", "open/Lab/results/lab"),
        f"{RESULTS}/resnet50/Offline/performance/run_1/spl.txt": log("spl.txt"),
        f"{RESULTS}/resnet50/SingleStream/performance/run_1/spl.txt": log("spl.txt"),
        f"{RESULTS}/resnet50/Offline/accuracy/accuracy.txt": log("accuracy.txt"),
        "closed/Acme/measurements/box/resnet50/Offline/box_Offline.json": log("measurements.json"),
        "closed/Acme/measurements/box/resnet50/Offline/user.conf": log("user.conf"),
    }


def one_result(summary: bytes, scenario: str = "Offline", **more: bytes) -> Files:
    """A tree of one result; `detail` and `spl` are its run's other logs."""
    folder = f"{RESULTS}/resnet50/{scenario}/performance/run_1"
    names = {"detail": "mlperf_log_detail.txt", "spl": "spl.txt"}
    return {
        "closed/Acme/systems/box.json": log("system.json"),
        f"{folder}/mlperf_log_summary.txt": summary,
        **{f"{folder}/{names[key]}": data for key, data in more.items()},
    }


def as_folder(files: Files, root: Path) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    root.mkdir(exist_ok=True)
    return root


def as_tar(files: Files, path: Path, mode: str = "w:xz", prefix: str = "") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(prefix + name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def as_zip(files: Files, path: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(prefix + name, data)
    return path


def read(source: Path, round_name: str = "v2.1", limits: Settings | None = None) -> Round:
    """A submission tree as rows, without writing them."""
    into = Round(round_name, Rounds.read(Settings().data).record(round_name).rules)
    bounds = limits or Settings()
    tree = read_tree(files_of(source, wanted, bounds), into, bounds)
    assemble(tree, into, partial(counts_tokens, names_folder(bounds.data)))
    finish(into)
    return into


def values(found: Round) -> dict[str, float]:
    """Value by result, without the round's and the system's name."""
    return {row["result_id"].split("/", 4)[4]: row["value"] for row in found.rows("results")}


def messages(found: Round) -> list[str]:
    return [str(problem) for problem in sorted(found.problems)]


def only(found: Round) -> dict[str, Any]:
    (row,) = found.rows("results")
    return row


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


def ingest(source: Path, data: Path, round_name: str = "v2.1") -> int:
    """The command, in this process."""
    return main([str(source), "--round", round_name, "--data", str(data)])


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command with its exit code and what it printed; in this process, which is quicker."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.dict(os.environ, environment):
        try:
            code: object = main(list(arguments))
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(arguments, int(str(code)), out.getvalue(), err.getvalue())


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lib.ingest", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


def errors(found: Round) -> list[Problem]:
    return [problem for problem in found.problems if problem.severity == "error"]
