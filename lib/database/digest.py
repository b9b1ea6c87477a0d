"""Two digests: of the inputs that a database was made of, and of the rows that it holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb

from lib.data_folder import list_file, round_folders
from lib.names.canonical import names_folder
from lib.names.older import borrowed
from lib.settings import ROOT

LISTS = ("rounds", "public_ids")
_ROOMS = ("database", "findings", "names", "schema", "analysis")
_MODULES = ("vocabulary", "settings", "data_folder", "rounds", "ingest/records", "ingest/problem", "ingest/write")
# DuckDB's own hashes: equal rows have equal ones under one version of the engine, which `build` names.
_ROWS = "select md5(string_agg(hash(t)::varchar, ',' order by rowid)) from \"{table}\" t"


def inputs(data: Path) -> Iterator[tuple[str, Path]]:
    """Every file that the build reads, in one order, each with a name that does not say where the folder lies."""
    for folder in round_folders(data):
        yield from ((f"rounds/{folder.name}/{path.name}", path) for path in sorted(folder.glob("*.parquet")))
    names = names_folder(data)
    yield from ((f"names/{path.name}", path) for path in sorted(names.glob("*.csv")))
    yield from ((f"names of the project/{path.name}", path) for path in borrowed(names))
    yield from ((f"{name}.csv", list_file(data, name)) for name in LISTS)
    code = [path for room in _ROOMS for path in sorted((ROOT / "lib" / room).rglob("*.*"))]
    for path in (*code, *(ROOT / "lib" / f"{name}.py" for name in _MODULES)):
        if path.suffix in (".py", ".sql") and path.is_file():
            yield path.relative_to(ROOT).as_posix(), path


def digest(data: Path) -> str:
    """Sixteen hexadecimal digits over the inputs' names and bytes, and the engine's version.

    A file that cannot be read counts as such: the database without it is the one of these inputs.
    """
    state = hashlib.sha256(duckdb.__version__.encode())
    for name, path in inputs(data):
        for part in (os.fsencode(name), _content(path)):
            state.update(len(part).to_bytes(8, "big") + part)
    return state.hexdigest()[:16]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        return type(error).__name__.encode()


def content(connection: duckdb.DuckDBPyConnection) -> str:
    """Thirty-two hexadecimal digits over the rows of all tables in their order, with their columns and types.

    Whatever folder, file and process the database was made in, equal inputs give equal digits.
    """
    state = hashlib.sha256()
    found = "select table_name from duckdb_tables() where not temporary order by table_name"
    for (table,) in connection.execute(found).fetchall():
        columns = connection.execute(f'describe "{table}"').fetchall()
        rows = connection.execute(_ROWS.format(table=table)).fetchall()
        state.update(repr((table, [column[:2] for column in columns], rows)).encode())
    return state.hexdigest()[:32]
