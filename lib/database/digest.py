"""Which inputs a database was made of: a digest of the tables, the names and the build's own code."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from lib.names.canonical import names_folder
from lib.settings import ROOT


def inputs(data: Path) -> list[Path]:
    """Every file that the build reads, in one order."""
    tables = sorted(path for path in (data / "rounds").glob("*/*.parquet") if not path.parent.name.startswith("."))
    lists = sorted(names_folder(data).glob("*.csv")) + [list_file(data, name) for name in ("rounds", "public_ids")]
    rooms = ("database", "findings", "names", "schema")
    code = [
        path for room in rooms for path in sorted((ROOT / "lib" / room).rglob("*.*")) if path.suffix in (".py", ".sql")
    ]
    shared = [ROOT / "lib" / "vocabulary.py", ROOT / "lib" / "ingest" / "records.py"]
    return [path for path in (*tables, *lists, *code, *shared) if path.is_file()]


def list_file(data: Path, name: str) -> Path:
    """A list such as rounds.csv beside the data, else the project's own."""
    own = data / f"{name}.csv"
    return own if own.is_file() else ROOT / "data" / f"{name}.csv"


def digest(data: Path) -> str:
    """Sixteen hexadecimal digits over the inputs' names and bytes, and the engine's version."""
    state = hashlib.sha256(duckdb.__version__.encode())
    for path in inputs(data):
        name = f"{path.parent.name}/{path.name}".encode()
        content = path.read_bytes()
        state.update(len(name).to_bytes(4, "big") + name + len(content).to_bytes(8, "big") + content)
    return state.hexdigest()[:16]
