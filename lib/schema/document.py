"""docs/schema.md, made from the columns' own words and one example row a table."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lib.schema.answers import ANSWERS
from lib.schema.column import TYPES, Column, Table
from lib.schema.database_tables import CONTRACT, DATABASE_TABLES
from lib.schema.round_tables import ROUND_TABLES

Examples = Mapping[str, Mapping[str, Mapping[str, Any]]]
_HERE = Path(__file__).parent
_EXAMPLES = _HERE.parent.parent / "docs" / "schema_examples.json"
_LONGEST = 60
_HEAD = "| name | type | unit | what it is | derived | example |\n|---|---|---|---|---|---|"


def examples() -> Examples:
    """One row of each table of the committed data, by stage (`round` or `database`) and table."""
    content: Examples = json.loads(_EXAMPLES.read_text("utf-8"))
    return content


def document(rows: Examples) -> str:
    """The text of docs/schema.md."""
    parts = {
        "types": "\n".join(f"| {name} | {holds} | {sql} |" for name, (_, sql, holds) in TYPES.items()),
        "round_tables": "\n\n".join(_section(table, rows["round"].get(table.name, {})) for table in ROUND_TABLES),
        "contract": "\n    ".join(textwrap.wrap(" ".join(CONTRACT), 116)),
        "database_tables": "\n\n".join(
            _database(table, rows["database"].get(table.name, {})) for table in DATABASE_TABLES
        ),
        "answers": "\n\n".join(_answers()),
    }
    text = (_HERE / "document.md").read_text("utf-8")
    for name, content in parts.items():
        text = text.replace("{{" + name + "}}", content)
    return text


def _database(table: Table, row: Mapping[str, Any]) -> str:
    if table in ROUND_TABLES:
        return f"### `{table.name}`\n\nThe rows of all rounds, as they are in a round's `{table.name}`."
    return _section(table, row)


def _section(table: Table, row: Mapping[str, Any]) -> str:
    lines = [
        f"| `{column.name}` | {column.type} | {column.unit or ''} | {_meaning(column)} "
        f"| {'derived' if column.is_derived else ''} | {_shown(row[column.name]) if column.name in row else ''} |"
        for column in table.columns
    ]
    return f"### `{table.name}`\n\nOne row is {table.meaning}. {_key(table)}\n\n{_HEAD}\n" + "\n".join(lines)


def _key(table: Table) -> str:
    if not table.key:
        return "No key."
    return f"Key: {', '.join(f'`{name}`' for name in table.key)}."


def _meaning(column: Column) -> str:
    logged = " or ".join(f"`{name}`" for name in column.logged)
    return _cell(column.help) + (f"; LoadGen's {logged}" if logged else "")


def _shown(value: Any) -> str:
    """An example: in one short line, `NULL` where it is missing."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        value = ", ".join(value)
    text = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split()).replace("`", "'")
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"`{_cell(short)}`" if short else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _answers() -> list[str]:
    """The answers' columns that are no column of a table, each once."""
    known = {column for table in DATABASE_TABLES for column in table.columns}
    sections = []
    for table in ANSWERS:
        own = tuple(column for column in table.columns if column not in known)
        known |= set(own)
        if own:
            lines = [
                f"| `{column.name}` | {_cell(column.title)} | {column.type} | {_cell(column.help)} "
                f"| {'derived' if column.is_derived else ''} |"
                for column in own
            ]
            head = "| name | title | type | what it is | derived |\n|---|---|---|---|---|"
            sections.append(f"### {table.name}\n\nOne row is {table.meaning}.\n\n{head}\n" + "\n".join(lines))
    return sections
