"""A data folder: where its rounds, lists and databases lie, how a list is read, and the one lock of who changes it."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.settings import ROOT

Row = dict[str, str]
Line = tuple[str, Row]
Say = Callable[[str], None]
CURRENT = "current"


class InputError(Exception):
    """What somebody wrote cannot be used: one line, `WHAT (FILE:LINE)`, that says what was expected."""


def round_folders(data: Path) -> list[Path]:
    """The folders of the rounds, by name; those that begin with a dot are somebody's work in progress.

    A folder without a single table is no round.
    """
    found = (data / "rounds").glob("[!.]*")
    return sorted(path for path in found if path.is_dir() and any(path.glob("*.parquet")))


def list_file(data: Path, name: str) -> Path:
    """A list such as rounds.csv beside the data, else the project's own."""
    own = data / f"{name}.csv"
    return own if own.is_file() else ROOT / "data" / f"{name}.csv"


def database_name(digest: str) -> str:
    """The file name of the database that a digest's inputs make."""
    return f"plumbline-{digest}.duckdb"


def current(data: Path) -> Path | None:
    """The database in use, None when there is none that can be opened by name."""
    try:
        name = (data / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not name or "/" in name or name.startswith(".") or not name.endswith(".duckdb"):
        return None
    path = data / name
    return path if path.is_file() else None


@contextmanager
def alone(data: Path, say: Say = lambda line: print(line, file=sys.stderr)) -> Iterator[bool]:
    """Hold the lock of a data folder, which builds and imports share; yields whether somebody else had it first.

    The lock is on the folder itself: it needs no file, and it ends with the process, however that ends. `say` is told
    once when there is somebody to wait for. Raises OSError where the folder cannot be opened.
    """
    handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield _locked(handle, data, say)
    finally:
        os.close(handle)


def _locked(handle: int, data: Path, say: Say) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"waiting for another build or import of {data}")
        fcntl.flock(handle, fcntl.LOCK_EX)
        return True
    return False


def synced(path: Path) -> None:
    """Wait until a file, or a folder's entries, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_list(path: Path, columns: tuple[str, ...], key: tuple[str, ...]) -> list[Line]:
    """The rows of a CSV file, each with its place `FILE:LINE`; runs of white space in a cell are one blank.

    `columns` must be there, others may be. Rows with the same `key` contradict each other, whatever their case; its
    first column is never empty. Raises InputError.
    """
    reader = csv.DictReader(io.StringIO(_text(path, columns), newline=""), strict=True)
    rows: list[Line] = []
    try:
        _check_header(path, list(reader.fieldnames or ()), columns)
        for row in reader:
            place = f"{path}:{reader.line_num}"
            if None in row or None in row.values():
                raise InputError(f"expected {len(reader.fieldnames or ())} cells, as in line 1 ({place})")
            rows.append((place, {name: " ".join(cell.split()) for name, cell in row.items()}))
    except csv.Error as error:
        raise InputError(
            f"expected a table of comma-separated cells: {error} ({path}:{reader.line_num + 1})"
        ) from error
    _check_keys(rows, key)
    return rows


def _text(path: Path, columns: tuple[str, ...]) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"expected UTF-8 ({path}:{error.object.count(10, 0, error.start) + 1})") from error
    except OSError as error:
        raise InputError(f"{error.strerror}; expected a table of {', '.join(columns)} ({path})") from error


def _check_header(path: Path, found: list[str], columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in found]
    if missing:
        raise InputError(f"no column {', '.join(missing)}; the first line has {', '.join(found) or 'none'} ({path}:1)")
    if len(set(found)) < len(found):
        raise InputError(f"a column stands twice in the first line: {', '.join(found)} ({path}:1)")


def _check_keys(rows: list[Line], key: tuple[str, ...]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for place, row in rows:
        if not row[key[0]]:
            raise InputError(f"expected a value of {key[0]} ({place})")
        values = tuple(row[name].casefold() for name in key)
        first = seen.setdefault(values, place)
        if first != place:
            said = ", ".join(row[name] for name in key if row[name])
            raise InputError(f"a second row for {said}, after line {first.rpartition(':')[2]} ({place})")
