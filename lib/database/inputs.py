"""The inputs of a database, read from a data folder: the rounds' tables, the names, the lists.

A round whose tables cannot be used is left out whole, with a row in `problems`; it never keeps the others away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.data_folder import InputError, list_file, read_list, round_folders
from lib.database import checks, digest
from lib.ingest.problem import Problem, printable
from lib.ingest.records import SCHEMAS
from lib.ingest.write import RESULT_TABLES
from lib.names.canonical import Names, names_folder
from lib.rounds import Rounds, is_round_name

Raw = dict[str, pa.Table]
_TRIES = 3


class RoundFault(Exception):
    """A round's table that cannot be used: which file of the round's folder, and what is wrong."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(message)
        self.file = file


@dataclass(frozen=True)
class Lists:
    """What people keep in lists: the rounds, and the public IDs that no file states."""

    rounds: Rounds
    public_ids: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Inputs:
    """All that a database is made of, and the digest of exactly that; `faults` by the name of the round left out."""

    digest: str
    raw: Raw
    names: Names
    lists: Lists
    faults: dict[str, Problem]


def read(data: Path) -> Inputs:
    """Everything that the database of a data folder is made of.

    Who reads holds the folder's lock, so no import writes meanwhile; where somebody edits a file by hand all is read
    again, so that the digest is of what was read. Raises InputError, and OSError.
    """
    for _ in range(_TRIES):
        stamp = digest.digest(data)
        found = _read(data, stamp)
        if digest.digest(data) == stamp:
            return found
    raise InputError(f"files change while they are read; build again when they are written ({data})")


def _read(data: Path, stamp: str) -> Inputs:
    names = Names.read(names_folder(data))
    lists = Lists(
        Rounds.read(data),
        _rows(
            list_file(data, "public_ids"),
            ("round", "division", "submitter", "platform", "public_id"),
            ("round", "division", "submitter", "platform"),
        ),
    )
    rounds, faults = _rounds(data, lists.rounds)
    raw = {name: pa.concat_tables([tables[name] for tables in rounds] or [_empty(name)]) for name in SCHEMAS}
    raw["problems"] = pa.concat_tables([raw["problems"], problem_rows(faults)])
    return Inputs(stamp, raw, names, lists, faults)


def _rows(path: Path, columns: tuple[str, ...], key: tuple[str, ...]) -> list[dict[str, str]]:
    return [row for _, row in read_list(path, columns, key)] if path.is_file() else []


def _rounds(data: Path, listed: Rounds) -> tuple[list[Raw], dict[str, Problem]]:
    """The tables of the rounds that can be used, in the rounds' order, and the fault of each that cannot."""
    found: dict[str, Raw] = {}
    faults: dict[str, Problem] = {}
    for name in listed.ordered(folder.name for folder in round_folders(data)):
        if not is_round_name(name):
            shown = printable(name)
            faults[shown] = _left_out(shown, "", "its folder's name is none of a round, such as v1.0")
            continue
        try:
            found[name] = read_round(data / "rounds" / name)
        except RoundFault as fault:
            faults[name] = _left_out(name, fault.file, str(fault))
    for name, (table, message) in (checks.faults(found) if found else {}).items():
        faults[name] = _left_out(name, f"{table}.parquet", message)
    return [tables for name, tables in found.items() if name not in faults], faults


def _left_out(name: str, file: str, message: str) -> Problem:
    said = f"round {name} is left out: {message}; import the round again"
    return Problem("error", f"rounds/{name}/{file}", 0, said)


def read_round(folder: Path) -> Raw:
    """The tables of one round's folder. Raises RoundFault where one is missing or damaged."""
    return {name: _table(folder / f"{name}.parquet", name) for name in SCHEMAS}


def _table(path: Path, name: str) -> pa.Table:
    if not path.is_file():
        if name in RESULT_TABLES:
            raise RoundFault(path.name, "the table is missing")
        return _empty(name)
    try:
        with pq.ParquetFile(path) as file:
            found = file.read(use_threads=False)
        found.validate(full=True)  # among others that texts are UTF-8
    except (pa.ArrowException, OSError) as error:
        raise RoundFault(path.name, f"the table cannot be read ({type(error).__name__})") from error
    return _in_schema(found, path.name, SCHEMAS[name])


def _in_schema(found: pa.Table, file: str, schema: pa.Schema) -> pa.Table:
    """The table's columns in our order; one that an older importer did not write yet is missing (NULL)."""
    columns = []
    for column in schema:
        if column.name not in found.column_names:
            columns.append(pa.nulls(found.num_rows, column.type))
            continue
        if found[column.name].type != column.type:
            raise RoundFault(file, f"expected {column.type} in {column.name}, found {found[column.name].type}")
        columns.append(found[column.name])
    return pa.table(columns, schema=schema)


def _empty(name: str) -> pa.Table:
    return SCHEMAS[name].empty_table()


def problem_rows(found: dict[str, Problem]) -> pa.Table:
    """Rows for the table `problems`, of what was said of each round."""
    rows = [
        {"round": name, "severity": said.severity, "path": said.path, "line": said.line, "message": said.message}
        for name, said in found.items()
    ]
    return pa.Table.from_pylist(rows, SCHEMAS["problems"])
