"""What a column and a table are, in words that a reader, a CSV and the databases share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import pyarrow as pa

Type = Literal["text", "integer", "short", "real", "flag", "texts"]

# A type's name here -> as Arrow and Parquet write it, as DuckDB calls it, and what it holds.
TYPES: dict[Type, tuple[pa.DataType, str, str]] = {
    "text": (pa.string(), "VARCHAR", "any text"),
    "integer": (pa.int64(), "BIGINT", "a whole number of 64 bits"),
    "short": (pa.int32(), "INTEGER", "a whole number of 32 bits, mostly one that we count"),
    "real": (pa.float64(), "DOUBLE", "a number with all its digits"),
    "flag": (pa.bool_(), "BOOLEAN", "true or false"),
    "texts": (pa.list_(pa.string()), "VARCHAR[]", "a list of texts"),
}


@dataclass(frozen=True)
class Column:
    """A column: what it is called, holds and means.

    `title` heads it in a table, `help` is one sentence for a reader. `unit` is None for what has none, or another one
    in each row. `decimals` is how many are shown, None for four significant digits. `is_derived`: a number that we
    compute from published ones (a quotient, a rank, a ratio), so that MLCommons has not verified it; a count of rows
    and a canonical name are none. `logged` is what LoadGen calls a run's figure, in its summary and its detail log.
    """

    name: str
    title: str
    help: str
    type: Type
    unit: str | None = None
    decimals: int | None = None
    is_derived: bool = False
    logged: tuple[str, ...] = ()

    @property
    def arrow_type(self) -> pa.DataType:
        """Its type in Arrow and Parquet."""
        return TYPES[self.type][0]

    @property
    def sql_type(self) -> str:
        """Its type in the database, as DuckDB's catalog names it."""
        return TYPES[self.type][1]


text = partial(Column, type="text")
texts = partial(Column, type="texts")
flag = partial(Column, type="flag")
integer = partial(Column, type="integer", decimals=0)
short = partial(Column, type="short", decimals=0)
real = partial(Column, type="real")


@dataclass(frozen=True)
class Table:
    """A table or an answer: what one row is, its columns, and which of them tell rows apart (none: rows may repeat)."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns' names, in their order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError where the table has none."""
        return {column.name: column for column in self.columns}[name]

    def arrow_schema(self) -> pa.Schema:
        """Its columns and types, for writing."""
        return pa.schema([(column.name, column.arrow_type) for column in self.columns])
