"""`python -m lib.database.examples [--data DIR] > docs/schema_examples.json`: one row of each table for docs/schema.md.

The rows belong together: they are those of one result, the one of which most is known, wherever a table has it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from lib.data_folder import current
from lib.schema import DATABASE_TABLES, ROUND_TABLES
from lib.settings import settings

# By which columns a row is known to belong to the chosen result, the closest first.
_BELONGS = ("result_id", "first_id", "anomaly_id", "system_id", "round", "division", "submitter", "benchmark")
# What no two builds have in common is no example.
_VARIES = ("digest", "content")


def examples(data: Path) -> dict[str, dict[str, Any]]:
    """One row of each table by stage and table; tables without rows are left out. Raises OSError, duckdb.Error."""
    path = current(data)
    if path is None:
        raise FileNotFoundError(f"no database in {data} (run python -m lib.build)")
    with duckdb.connect(str(path), read_only=True) as connection:
        chosen = _row(connection, "results", {})
        chosen["first_id"] = chosen["result_id"]
        sources = {
            "round": {table.name: f"read_parquet('{data}/rounds/*/{table.name}.parquet')" for table in ROUND_TABLES},
            "database": {table.name: table.name for table in DATABASE_TABLES},
        }
        return {
            stage: {name: row for name, relation in tables.items() if (row := _row(connection, relation, chosen))}
            for stage, tables in sources.items()
        }


def _row(connection: duckdb.DuckDBPyConnection, relation: str, chosen: Mapping[str, Any]) -> dict[str, Any]:
    names = [column[0] for column in connection.sql(f"select * from {relation} limit 0").description]
    close = [f"({name} is not distinct from ${name}) desc" for name in _BELONGS if name in names and name in chosen]
    filled = " + ".join(f"(nullif(\"{name}\"::varchar, '') is not null)::integer" for name in names)
    order = ", ".join([*close, f"{filled} desc", *(f'"{name}"' for name in names)])
    bound = {name: chosen[name] for name in _BELONGS if name in names and name in chosen}
    found = connection.execute(f"select * from {relation} order by {order} limit 1", bound).fetchone()
    row = dict(zip(names, found, strict=True)) if found else {}
    return {name: value for name, value in row.items() if name not in _VARIES}


def main(arguments: list[str] | None = None) -> int:
    """Print the rows as JSON. The exit code is 0, or 1 with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m lib.database.examples", description=__doc__)
    parser.add_argument("--data", type=Path, default=None, help="the data folder (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    try:
        rows = examples(call.data or settings().data)
    except (OSError, duckdb.Error) as error:
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print(json.dumps(rows, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
