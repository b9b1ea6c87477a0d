"""Folders of names from before: what a data folder's own tables lack, because it was made earlier, is the project's.

A folder of names beside the data is whole as it is. One that has none of the tables that were added since is an older
one: those tables, and the columns that were added to others, are then taken from the project's own, so that it builds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from lib.data_folder import Line, read_list
from lib.settings import ROOT

OWN = ROOT / "data" / "names"
TABLES = ("cpu_families", "organisations", "weight_types")
COLUMNS = {"benchmarks": ("tokens_from",), "units": ("scenario", "from_round", "to_round")}


def is_older(folder: Path) -> bool:
    """Whether a folder of names has none of the tables that were added since the first ones."""
    return folder.is_dir() and not any((folder / f"{name}.csv").exists() for name in TABLES)


def table_file(folder: Path, name: str) -> Path:
    """The file of a table of names: the folder's own, or the project's where the folder is older than the table."""
    return (OWN if name in TABLES and is_older(folder) else folder) / f"{name}.csv"


def lines(folder: Path, name: str, columns: tuple[str, ...], key: tuple[str, ...]) -> list[Line]:
    """The rows of a table by `read_list`, also where an older folder's table has not the columns that were added since.

    A benchmark is then published in tokens as the project's table says, and a unit's rule counts in every scenario and
    round, as it did. Raises InputError.
    """
    path, newer = table_file(folder, name), COLUMNS.get(name, ())
    if not (newer and is_older(folder) and _lacks(path, newer)):
        return read_list(path, columns, key)
    known = _tokens_from() if name == "benchmarks" else {}
    rows = read_list(path, *(tuple(column for column in all_of if column not in newer) for all_of in (columns, key)))
    return [(place, {**dict.fromkeys(newer, known.get(row[key[0]], "")), **row}) for place, row in rows]


def borrowed(folder: Path) -> Iterator[Path]:
    """The files of the project that a folder's own tables need."""
    if is_older(folder):
        yield from (OWN / f"{name}.csv" for name in (*TABLES, "benchmarks"))


def _tokens_from() -> dict[str, str]:
    rows = read_list(OWN / "benchmarks.csv", ("benchmark", "tokens_from"), ("benchmark",))
    return {row["benchmark"]: row["tokens_from"] for _, row in rows}


def _lacks(path: Path, columns: tuple[str, ...]) -> bool:
    """Whether a table has none of some columns; not for one that cannot be read, which its reader says."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = next(csv.reader(stream), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False
    return bool(first) and not set(columns) & set(first)
