"""Data folders and real processes for the tests of the database's maker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib import data_folder
from lib.settings import ROOT
from tests.query import small as small_data

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The rounds of the small data folder, without a database."""
    return small_data.write(tmp_path / "data")


@pytest.fixture
def start() -> Iterator[Start]:
    """Start python with arguments in a process of its own; what is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, *arguments]
        env = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def rows(folder: Path, query: str) -> list[Any]:
    """The rows that a query finds in the database in use."""
    path = data_folder.current(folder)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def waits(process: subprocess.Popen[str]) -> bool:
    """Read what a process says on standard error until it says that it waits; False when it ends without."""
    assert process.stderr is not None
    return any("waiting for another build or import" in line for line in process.stderr)
