"""Round -> data/rounds/ROUND/*.parquet: sorted, so that the same input in any order gives the same bytes."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.data_folder import alone, synced
from lib.ingest.problem import Problem
from lib.ingest.records import SCHEMAS, Round, Row
from lib.names.values import utf8

RESULT_TABLES = ("systems", "descriptions", "results", "runs", "settings", "accuracy", "problems")
_PROBLEMS, _OFFICIAL, _RESULTS = "problems", "official", "results"
_RENAME_EXCHANGE = 2
_OLD = "~old"
_AT_FDCWD = -100
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def table_of(name: str, rows: list[Row]) -> pa.Table:
    """The rows as an Arrow table of the schema, in one order whatever the order they came in."""
    schema = SCHEMAS[name]
    columns = schema.names
    ordered = sorted(rows, key=lambda row: [_sortable(row.get(column)) for column in columns])
    cells = {column: [row.get(column) for row in ordered] for column in columns}
    try:
        return pa.Table.from_pydict(cells, schema)
    except UnicodeEncodeError:  # half a surrogate pair that some parser let through must not cost the whole round
        return pa.Table.from_pydict({column: [_utf8(value) for value in cells[column]] for column in columns}, schema)


def _utf8(value: object) -> object:
    return utf8(value) if isinstance(value, str) else value


def _sortable(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, (int, float)):
        return (1, float(value), "")
    return (2, 0.0, str(value))


def has_logs(folder: Path) -> bool:
    """Whether a round's folder holds results that were read from logs; damaged ones are none."""
    results = _readable(folder / "results.parquet")
    return results is not None and "source" in results.column_names and "logs" in results["source"].to_pylist()


def _readable(path: Path) -> pa.Table | None:
    try:
        if not path.is_file():
            return None
        with pq.ParquetFile(path) as file:
            return file.read(use_threads=False)
    except (pa.ArrowException, OSError):
        return None


class RoundChanged(Exception):
    """Another import has written the round since it was looked at."""


def write_tables(round_data: Round, names: tuple[str, ...], folder: Path, had_logs: bool | None = None) -> None:
    """Write the named tables into a round's folder, all or none: the folder is exchanged in one step.

    Tables of the folder that are not named stay as they are; one that cannot be read goes, and is among the round's
    problems, which keep those of the tables that stay. No build reads and no other import writes meanwhile. `had_logs`
    is what `has_logs` said when it was decided which tables to write, None where that did not matter. Raises
    RoundChanged where it says otherwise now, and OSError when the disk refuses; then nothing is written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder.parent.parent):
        if had_logs is not None and has_logs(folder) != had_logs:
            raise RoundChanged(folder.name)
        _clear(folder)
        # No round's name holds a tilde, so no other round's leftovers are meant.
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}~", dir=folder.parent))
        try:
            _fill(fresh, round_data, names, folder)
            _exchange(fresh, folder)
            synced(folder.parent)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _clear(folder: Path) -> None:
    """Put back what a killed exchange in two steps left without a name, and remove what others left."""
    for leftover in sorted(folder.parent.glob(f".{folder.name}~*")):
        if leftover.name.endswith(_OLD) and not folder.exists():
            leftover.rename(folder)
        else:
            shutil.rmtree(leftover, ignore_errors=True)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "expected the folder of a round", str(folder))


def _fill(fresh: Path, round_data: Round, names: tuple[str, ...], old: Path) -> None:
    for path in sorted(old.glob("*.parquet")):
        is_merged = path.stem == _PROBLEMS and _RESULTS not in names
        if path.stem in names and not is_merged:
            continue
        if _readable(path) is None:
            said = "the table cannot be read; it is left out until its source is read again"
            round_data.problems.append(Problem("warning", path.name, 0, said))
        elif path.stem not in names:
            shutil.copyfile(path, fresh / path.name)
    for name in names:
        rows = round_data.rows(name) + (_kept_problems(names, old) if name == _PROBLEMS else [])
        with (fresh / f"{name}.parquet").open("wb") as stream:
            pq.write_table(table_of(name, rows), stream, compression="zstd", compression_level=12, version="2.6")
            stream.flush()
            os.fsync(stream.fileno())
    fresh.chmod(0o755)


def _kept_problems(names: tuple[str, ...], old: Path) -> list[Row]:
    """The old problems of the tables that stay; those of `official` have the name of its source for their path."""
    found = [_readable(old / f"{name}.parquet") for name in (_PROBLEMS, _OFFICIAL)]
    problems, official = [table.to_pylist() if table is not None else [] for table in found]
    sources = {row.get("source") for row in official}
    return [row for row in problems if (_OFFICIAL if row.get("path") in sources else _RESULTS) not in names]


def _exchange(fresh: Path, folder: Path) -> None:
    """Put a folder in the place of another; afterwards `fresh` names the old one, or nothing."""
    if not folder.exists():
        fresh.rename(folder)
        return
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        _exchange_in_two_steps(fresh, folder)
        return
    if rename(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(folder), _RENAME_EXCHANGE) == 0:
        return
    code = ctypes.get_errno()
    if code not in _NO_EXCHANGE:
        raise OSError(code, os.strerror(code), str(folder))
    _exchange_in_two_steps(fresh, folder)


def _exchange_in_two_steps(fresh: Path, folder: Path) -> None:
    """For file systems that cannot exchange: between the two steps the round is missing."""
    old = fresh.with_name(fresh.name + _OLD)
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    old.rename(fresh)
