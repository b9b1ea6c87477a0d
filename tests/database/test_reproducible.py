"""Equal inputs give equal bytes, whatever the process's hash seed, time zone and language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lib.database.publish import make_reproducible
from lib.settings import ROOT

ENVIRONMENTS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "7", "TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8"},
)


def run(module: str, *arguments: str, env: dict[str, str]) -> None:
    """Run one of our commands in an environment of its own."""
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **env}, capture_output=True)


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    answers = []
    for number, env in enumerate(ENVIRONMENTS):
        data = tmp_path / str(number)
        shutil.copytree(ROOT / "data" / "rounds" / "v1.0", data / "rounds" / "v1.0")
        run("lib.build", "--data", str(data), env=env)
        answers.append(bytes_below(data))
    assert sorted(answers[0]) == sorted(answers[1])
    assert answers[0] == answers[1]


@pytest.mark.published
def test_two_imports_give_the_same_bytes(tmp_path: Path) -> None:
    source = ROOT.parent / "shared" / "mlperf" / "v0.5.tar.xz"
    if not source.exists():
        pytest.skip("../shared/mlperf is not here")
    for number, env in enumerate(ENVIRONMENTS):
        run("lib.ingest", str(source), "--round", "v0.5", "--data", str(tmp_path / str(number)), env=env)
    first, second = (bytes_below(tmp_path / name) for name in "01")
    assert len(first) >= 7
    assert first == second


def test_a_header_that_is_laid_out_otherwise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    path.write_bytes(bytes(4096 * 4))
    with pytest.raises(ValueError, match="header"):
        make_reproducible(path, "0" * 16)
