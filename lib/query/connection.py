"""The only place that opens the database for reading: read-only, locked down, one cursor a call.

`current()` follows the pointer file: a new build is picked up within a second, and readers of the old one finish on it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from lib.data_folder import current as current_path
from lib.query.cache import Cache
from lib.schema import SCHEMA_VERSION
from lib.selection import Selection
from lib.settings import Settings, settings

T = TypeVar("T")


class NoData(Exception):
    """There is no database that can be read; the text says what to do."""


class QuestionCut(Exception):
    """A question that took longer, or more memory, than the settings allow; the text is for the reader."""


@dataclass(frozen=True)
class Answer:
    """What a question gives: its rows, and how many there would be without a limit."""

    table: pa.Table
    total: int

    @classmethod
    def whole(cls, table: pa.Table) -> Answer:
        """An answer that leaves nothing out."""
        return cls(table, table.num_rows)

    @property
    def is_empty(self) -> bool:
        """Whether it holds no row."""
        return bool(self.table.num_rows == 0)


@contextmanager
def _cut() -> Iterator[None]:
    """The engine's two ways of giving up, as one exception of ours."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise QuestionCut(
            "This question took longer than is allowed here; narrow the filters, or try again."
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QuestionCut("This question takes more memory than is allowed here; narrow the filters.") from error


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
        self.answers = Cache()

    def close(self) -> None:
        """Close the file; what is read then fails."""
        self.answers.clear()
        self._connection.close()

    def table(self, query: str, values: Mapping[str, Any] | None = None) -> pa.Table:
        """The answer of one statement with bound values, as an Arrow table."""
        with _cut(), self._connection.cursor() as cursor:
            return cursor.sql(query, params=dict(values or {})).to_arrow_table()

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The answer of one statement with bound values, a dict a row."""
        with _cut(), self._connection.cursor() as cursor:
            cursor.execute(query, dict(values or {}))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def answer(self, query: str, values: Mapping[str, Any] | None = None) -> Answer:
        """The answer of a limited statement whose column `total` counts the rows that it would have without a limit."""
        table = self.table(query, values)
        total = table["total"][0].as_py() if table.num_rows else 0
        return Answer(table.drop_columns(["total"]), int(total))

    def once(self, key: tuple[Any, ...], ask: Callable[[], T]) -> T:
        """The answer to a question that was asked before, else of `ask`; answers are shared, so nobody changes them."""
        return self.answers.once(key, ask)


def statement(template: str, selection: Selection, **parts: str) -> tuple[str, dict[str, Any]]:
    """A statement with the selection's condition in it, and its bound values: the one place that composes SQL.

    `parts` are of our own constants (an expression, an order), never of what a reader wrote.
    """
    condition, values = selection.condition()
    return template.format(condition=condition, **parts), values


UNLIMITED = 1 << 31  # for a statement that takes a limit, where all rows are wanted
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
