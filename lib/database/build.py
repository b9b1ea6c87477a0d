"""data/rounds + data/names -> one DuckDB file, published. The only writer of databases."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa

from lib.data_folder import InputError, alone, current, database_name
from lib.database import checks, digest, inputs, make, publish
from lib.ingest.problem import Problem
from lib.settings import Settings

Progress = Callable[[str], None]
# What was said of rounds that shrank names the round's folder and no file in it.
_SAID_BEFORE = (
    "select round, path, message from problems where severity = 'warning' and path = 'rounds/' || round order by all"
)


class BuildError(InputError):
    """Inputs that make no database; the one in use stays as it was."""


def build(data: Path, limits: Settings, progress: Progress = lambda step: None) -> Path:
    """Build the database of a data folder and point `current` at it; returns its path.

    One build or import at a time: after waiting for another the fresh database may be there, then nothing is done.
    Raises InputError (BuildError, CheckError, NamesError) or OSError; then nothing has changed.
    """
    with alone(data) as has_waited:
        ready = current(data)
        if has_waited and ready is not None and ready.name == database_name(digest.digest(data)):
            return ready
        publish.clean(data)
        folder = Path(tempfile.mkdtemp(prefix=".build-", dir=data))
        try:
            stamp = _make(folder / "plumbline.duckdb", data, limits, progress)
            return publish.publish(folder / "plumbline.duckdb", data, stamp, limits.keep_old_database_s)
        except (duckdb.Error, pa.ArrowException) as error:
            raise BuildError(f"the tables make no database: {error} ({data / 'rounds'})") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _make(file: Path, data: Path, limits: Settings, progress: Progress) -> str:
    """Fill a new file; returns the digest of what was read."""
    progress("reading the rounds")
    found = inputs.read(data)
    for fault in found.faults.values():
        _say(fault)
    if found.raw["results"].num_rows == 0:
        expected = f"{data}/rounds/ROUND/results.parquet"
        raise BuildError(f"no results that can be used; run python -m lib.ingest (expected {expected})")
    with duckdb.connect(str(file), config=_config(limits)) as connection:
        make.fill(connection, found.raw, found.names, found.lists, progress)
        rows = digest.content(connection)
        _compare(connection, current(data), found.digest)
        make.sign(connection, found.digest, rows)
        connection.execute("checkpoint")
    return found.digest


def _config(limits: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """One thread, so that equal inputs make equal rows in equal order; the engine's memory as for its readers."""
    return {"threads": "1", "memory_limit": f"{limits.memory_limit_mb}MB"}


def _compare(connection: duckdb.DuckDBPyConnection, before: Path | None, stamp: str) -> None:
    """Say which rounds have less than in the database before, on standard error and in `problems`.

    The digest of the rows leaves these out: they are not made of the inputs.
    """
    if before is None:
        return
    try:
        with duckdb.connect(str(before), read_only=True) as old:
            is_same = before.name == database_name(stamp)
            said = _said_before(old) if is_same else checks.shrunk(checks.counts(old), checks.counts(connection))
    except duckdb.Error:
        print("note: the database before cannot be read, so nothing is compared with it", file=sys.stderr)
        return
    for problem in said.values():
        _say(problem)
    connection.register("said", inputs.problem_rows(said))
    connection.execute("insert into problems select * from said")
    connection.unregister("said")


def _said_before(old: duckdb.DuckDBPyConnection) -> dict[str, Problem]:
    """A second build of the same inputs says again what the first said."""
    found = old.execute(_SAID_BEFORE).fetchall()
    return {name: Problem("warning", path, 0, message) for name, path, message in found}


def _say(problem: Problem) -> None:
    print(problem, file=sys.stderr)
