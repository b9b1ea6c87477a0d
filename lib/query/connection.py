"""The only place that opens the database for reading: read-only, locked down, one cursor a call.

`current()` follows the pointer file: a new build is picked up within a second, and readers of the old one finish on it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from lib.database.make import SCHEMA_VERSION
from lib.database.publish import current as current_path
from lib.settings import Settings, settings

T = TypeVar("T")


class NoData(Exception):
    """There is no database that can be read; the text says what to do."""


def connect(path: Path, limits: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection on which SQL can reach no file, no network, no extension and no setting."""
    return duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": f"{limits.memory_limit_mb}MB",
            "threads": str(limits.query_threads),
            "temp_directory": "",
            "max_temp_directory_size": "0GB",
            "max_execution_time": str(limits.query_timeout_ms),
            "lock_configuration": "true",
        },
    )


class Database:
    """One database file, open for reading by any number of threads."""

    def __init__(self, path: Path, limits: Settings) -> None:
        self.path = path
        try:
            self._connection = connect(path, limits)
            row = self.rows("select digest, schema_version from build")[0]
        except (duckdb.Error, OSError, IndexError) as error:
            raise NoData("the database cannot be read; run python -m lib.build") from error
        if row["schema_version"] != SCHEMA_VERSION or not path.name.endswith(f"-{row['digest']}.duckdb"):
            raise NoData("the database was made by another version; run python -m lib.build")
        self.snapshot = str(row["digest"])
        self._answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file; what is read then fails."""
        self._answers.clear()
        self._connection.close()

    def table(self, query: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """The answer of one statement with bound values, as an Arrow table."""
        with self._connection.cursor() as cursor:
            return cursor.sql(query, params=dict(values or {})).to_arrow_table()

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The answer of one statement with bound values, a dict a row."""
        with self._connection.cursor() as cursor:
            cursor.execute(query, dict(values or {}))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def once(self, key: tuple[Any, ...], ask: Callable[[], T], most: int = 2048) -> T:
        """The answer to a question that was asked before, else of `ask`; answers are shared, so nobody changes them.

        The oldest go when there are more than `most`, or when their tables take more than the cache's share of memory.
        """
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]  # type: ignore[no-any-return]
        answer = ask()
        with self._lock:
            if key not in self._answers:
                self._answers[key] = answer
                self._held += _size(answer)
            while len(self._answers) > most or (self._held > _CACHE_BYTES and len(self._answers) > 1):
                self._held -= _size(self._answers.popitem(last=False)[1])
        return answer


_CACHE_BYTES = 128 << 20


def _size(answer: Any) -> int:
    """Roughly the bytes that an answer holds: of tables and arrays, and of what tuples and dicts hold of them."""
    if isinstance(answer, dict):
        return sum(map(_size, answer.values())) + 1024
    if isinstance(answer, tuple):
        return sum(map(_size, answer)) + 1024
    return int(getattr(answer, "nbytes", 64))


_LOOK_AGAIN_S = 1.0
_lock = threading.Lock()
_open: Database | None = None
_looked = 0.0


def current(data: Path | None = None) -> Database:
    """The database in use. Raises NoData when there is none that can be read.

    With `data` the one of that folder, opened anew; without it the one of the settings, kept open.
    """
    global _open, _looked
    limits = settings()
    if data is not None and data != limits.data:
        return Database(_path(data), limits)
    with _lock:
        now = time.monotonic()
        if _open is not None and now - _looked < _LOOK_AGAIN_S and _open.path.parent == limits.data:
            return _open
        path = _path(limits.data)
        if _open is None or _open.path != path:
            _open = Database(path, limits)  # the old one is dropped, not closed: others may be reading
        _looked = now
        return _open


def close() -> None:
    """Let go of the database in use, at the very end of a process."""
    global _open
    with _lock:
        if _open is not None:
            _open.close()
        _open = None


def _path(data: Path) -> Path:
    path = current_path(data)
    if path is None:
        raise NoData("no database yet; run python -m lib.ingest and python -m lib.build")
    return path
