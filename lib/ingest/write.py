"""Round -> data/rounds/vX.Y/*.parquet: sorted, so that the same input in any order gives the same bytes."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.ingest.records import SCHEMAS, Round, Row

LOG_TABLES = ("systems", "descriptions", "results", "runs", "settings", "accuracy", "problems")


def table_of(name: str, rows: list[Row]) -> pa.Table:
    """The rows as an Arrow table of the schema, in one order whatever the order they came in."""
    schema = SCHEMAS[name]
    columns = schema.names
    ordered = sorted(rows, key=lambda row: tuple(_sortable(row.get(column)) for column in columns))
    return pa.Table.from_pylist([{column: row.get(column) for column in columns} for row in ordered], schema)


def _sortable(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, (int, float)):
        return (1, float(value), "")
    return (2, 0.0, str(value))


def write_tables(round_data: Round, names: tuple[str, ...], folder: Path) -> None:
    """Write the named tables into a round's folder, all or none: the folder is replaced in one rename.

    Tables of the folder that are not named stay as they are. Raises OSError when the disk refuses.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if folder.is_dir():
            for old in sorted(folder.glob("*.parquet")):
                if old.stem not in names:
                    shutil.copyfile(old, fresh / old.name)
        for name in names:
            pq.write_table(
                table_of(name, round_data.rows(name)), fresh / f"{name}.parquet", compression="zstd",
                compression_level=12, version="2.6", store_schema=True,
            )
        os.chmod(fresh, 0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        os.rename(fresh, folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    os.rename(folder, old / folder.name)
    try:
        os.rename(fresh, folder)
    except OSError:
        os.rename(old / folder.name, folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
