"""What the importer hands on: the rows of a round's tables, and the tables' columns and types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lib.ingest.problem import Problem
from lib.rounds import RuleSet
from lib.schema.round_tables import FIGURES, ROUND_TABLES, TEXTS

Row = dict[str, Any]

# The test parameters and figures of a run: our column, its type, LoadGen's names for it (summary, then detail log).
RUN_FIGURES = tuple((column.name, column.arrow_type, column.logged) for column in FIGURES)
# Read as text: seeds do not fit a double.
RUN_TEXTS = tuple((column.name, column.logged) for column in TEXTS)
SCHEMAS: dict[str, pa.Schema] = {table.name: table.arrow_schema() for table in ROUND_TABLES}


@dataclass
class Round:
    """The rows of one round, table by table, and what was left out on the way.

    `rules` are those that the round's record names; None where each log says by itself how it is read.
    """

    name: str
    rules: RuleSet | None = None
    tables: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files_read: int = 0

    def add(self, table: str, row: Row) -> None:
        """One more row; columns that it does not name are missing (NULL)."""
        self.tables.setdefault(table, []).append(row)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table so far."""
        if table == "problems":
            return [
                {
                    "round": self.name,
                    "severity": item.severity,
                    "path": item.path,
                    "line": item.line,
                    "message": item.message,
                }
                for item in self.problems
            ]
        return self.tables.get(table, [])
