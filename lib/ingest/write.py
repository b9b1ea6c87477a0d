"""Round -> data/rounds/vX.Y/*.parquet: sorted, so that the same input in any order gives the same bytes."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.ingest.records import SCHEMAS, Round, Row

RESULT_TABLES = ("systems", "descriptions", "results", "runs", "settings", "accuracy", "problems")
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def table_of(name: str, rows: list[Row]) -> pa.Table:
    """The rows as an Arrow table of the schema, in one order whatever the order they came in."""
    schema = SCHEMAS[name]
    columns = schema.names
    ordered = sorted(rows, key=lambda row: [_sortable(row.get(column)) for column in columns])
    return pa.Table.from_pydict({column: [row.get(column) for row in ordered] for column in columns}, schema)


def _sortable(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, (int, float)):
        return (1, float(value), "")
    return (2, 0.0, str(value))


def has_logs(folder: Path) -> bool:
    """Whether a round's folder holds results that were read from logs."""
    path = folder / "results.parquet"
    return path.is_file() and "logs" in pq.read_table(path, columns=["source"])["source"].to_pylist()


def write_tables(round_data: Round, names: tuple[str, ...], folder: Path) -> None:
    """Write the named tables into a round's folder, all or none: the folder is exchanged in one step.

    Tables of the folder that are not named stay as they are. Raises OSError when the disk refuses.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.parent):
        for leftover in folder.parent.glob(f".{folder.name}~*"):
            shutil.rmtree(leftover, ignore_errors=True)
        # No round's name holds a tilde, so no other round's leftovers are meant.
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}~", dir=folder.parent))
        try:
            _fill(fresh, round_data, names, folder)
            _exchange(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time. The lock ends with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def _fill(fresh: Path, round_data: Round, names: tuple[str, ...], old: Path) -> None:
    for path in sorted(old.glob("*.parquet")):
        if path.stem not in names:
            shutil.copyfile(path, fresh / path.name)
    for name in names:
        table = table_of(name, round_data.rows(name))
        with (fresh / f"{name}.parquet").open("wb") as stream:
            pq.write_table(table, stream, compression="zstd", compression_level=12, version="2.6")
            stream.flush()
            os.fsync(stream.fileno())
    fresh.chmod(0o755)


def _exchange(fresh: Path, folder: Path) -> None:
    """Put a folder in the place of another; afterwards `fresh` names the old one, or nothing."""
    if not folder.exists():
        fresh.rename(folder)
        return
    rename = ctypes.CDLL(None, use_errno=True).renameat2
    if rename(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(folder), _RENAME_EXCHANGE) == 0:
        return
    code = ctypes.get_errno()
    if code not in _NO_EXCHANGE:
        raise OSError(code, os.strerror(code), str(folder))
    _exchange_in_two_steps(fresh, folder)


def _exchange_in_two_steps(fresh: Path, folder: Path) -> None:
    """For file systems that cannot exchange: between the two steps the round is missing."""
    old = fresh.with_name(f"{fresh.name}~old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    old.rename(fresh)
