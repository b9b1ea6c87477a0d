"""Equal inputs give equal rows in equal order, whatever the folder, the process's hash seed, time zone and language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lib.settings import ROOT
from tests.database.conftest import rows
from tests.query import small as small_data

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


def tables_of(folder: Path) -> dict[str, list[object]]:
    """All rows of all tables of the database in use."""
    names = [name for (name,) in rows(folder, "select table_name from duckdb_tables()")]
    return {name: rows(folder, f'from "{name}"') for name in names}


def backwards(source: Path, target: Path) -> None:
    """Copy a folder's files in the opposite order."""
    for path in sorted(source.rglob("*.parquet"), reverse=True):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def test_two_builds_of_the_same_inputs_hold_the_same_rows(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "of another name"
    small_data.write(one)
    shutil.copytree(ROOT / "data" / "rounds" / "v0.5", one / "rounds" / "v0.5")
    backwards(one, other)
    for folder, env in zip((one, other), ENVIRONMENTS, strict=True):
        run("lib.build", "--data", str(folder), env=env)
    assert (one / "current").read_text() == (other / "current").read_text()
    first, second = tables_of(one), tables_of(other)
    assert len(first) >= 18
    assert first == second
    assert first["build"]


def test_one_value_more_is_another_digest_of_the_rows(tmp_path: Path):
    *rest, (entry, benchmark, scenario, value, unit, facts) = small_data.RESULTS
    changed = (*rest, (entry, benchmark, scenario, value + 0.5, unit, facts))
    contents = set()
    for number, results in enumerate((small_data.RESULTS, changed)):
        folder = small_data.build(small_data.write(tmp_path / str(number), results=results))
        contents.update(rows(folder, "select content from build"))
    assert len(contents) == 2


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
