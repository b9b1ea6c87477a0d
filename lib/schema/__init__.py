"""Every column once: name, type, title, unit, help, and whether we compute it. The tables' schemas are made from here.

A page asks `column("value")` for what most tables mean by it, `column("value", table="settings")` for one table's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa

from lib.schema.answers import ANSWERS
from lib.schema.column import Column, Table
from lib.schema.database_tables import CONTRACT, DATABASE_TABLES, RESULT_COLUMNS, SCHEMA_VERSION, WORKING_TABLES
from lib.schema.round_tables import ROUND_TABLES

__all__ = [
    "ANSWERS",
    "COLUMNS",
    "CONTRACT",
    "DATABASE_TABLES",
    "RESULT_COLUMNS",
    "ROUND_TABLES",
    "SCHEMA_VERSION",
    "WORKING_TABLES",
    "Column",
    "Table",
    "arrow_schema",
    "column",
    "table",
]


def _by_name() -> Mapping[str, Column]:
    """The first table that has a name says what it means: `results`, then what the pages show, then the others."""
    found: dict[str, Column] = {}
    for item in (*DATABASE_TABLES[:1], *ANSWERS, *DATABASE_TABLES, *ROUND_TABLES):
        for own in item.columns:
            found.setdefault(own.name, own)
    return MappingProxyType(found)


# What a name means where no table is said.
COLUMNS: Mapping[str, Column] = _by_name()
_SHOWN = {item.name: item for item in (*ROUND_TABLES, *DATABASE_TABLES, *ANSWERS)}
_WRITTEN = {item.name: item for item in (*DATABASE_TABLES, *WORKING_TABLES, *ROUND_TABLES)}


def table(name: str) -> Table:
    """An answer, or a table of the database, by its name. Raises KeyError where there is none."""
    return _SHOWN[name]


def column(name: str, table: str = "") -> Column:
    """A column as a table or an answer means it; without a table, as most of them do. Raises KeyError for no such."""
    return _SHOWN[table].column(name) if table else COLUMNS[name]


def arrow_schema(table_name: str) -> pa.Schema:
    """The columns and types of a table that Python writes: a round's, else one that the database is made with.

    Raises KeyError where there is none. `systems` and `results` are a round's; the database's are made by its SQL.
    """
    return _WRITTEN[table_name].arrow_schema()
