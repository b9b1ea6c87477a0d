"""What a file of result records holds: each record with its line, and what was left out or doubted on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lib.ingest.problem import Problem


class Placed(NamedTuple):
    """A record as it stands in the file; `line` counts a JSON file's records. `doubt`: why its value is not trusted."""

    line: int
    record: Any
    doubt: str | None = None


class Doubled(dict[str, Any]):
    """A record that says something twice and unlike: `others` holds what is left aside, by its word."""

    def __init__(self, record: dict[str, Any], others: dict[str, list[Any]]) -> None:
        super().__init__(record)
        self.others = others


@dataclass
class RecordFile:
    """The records of a file in their order. What is no record at all (a number in a list) is among them."""

    path: str
    records: list[Placed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def say(self, severity: str, line: int, message: str) -> None:
        """Note what was left out (error) or doubted (warning) of the file."""
        self.problems.append(Problem(severity, self.path, line, message))
