"""A round as a record: published or a house round, its place in the order, and the rules that read its logs.

The list of rounds, data/rounds.csv, is read here and nowhere else. docs/method.md states the rules in words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from lib.data_folder import InputError, Line, list_file, read_list

COLUMNS = ("round", "published", "repository", "sources", "rules", "note")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


RoundsError = InputError  # a list of rounds that contradicts itself or is malformed


@dataclass(frozen=True)
class RuleSet:
    """How the published number is read from a log, named after the first round that was read so.

    `server`: the rate that LoadGen scheduled, or what was completed (tokens where the log counts them).
    `watts`: the mean of all samples of the analyzer between two times, or of the positive ones alone.
    `queries`: how many queries the energy was spent on, by their rate over the run or as the log counts them.
    `multistream`: the number of streams, or the latency of a query. `published_run`: the first, or the slowest of a
    Server result's runs. `has_units`: whether records of such a round say their unit, because samples and tokens stand
    side by side. `overwritten`: the benchmarks (without their accuracy targets) whose rates the checker overwrote, in
    Offline by tokens per second and in Server by completed samples; of all others nothing but what `server` says and
    samples count. None where tokens count wherever a log has them. Source: MLCommons' submission checker of those
    rounds (v4.0: RESULT_FIELD_BENCHMARK_OVERWRITE).
    """

    name: str
    server: Literal["scheduled", "completed"]
    multistream: Literal["streams", "latency"]
    watts: Literal["all", "positive"]
    queries: Literal["rate", "count"]
    published_run: Literal["slowest", "first"]
    has_units: bool
    overwritten: frozenset[str] | None = None


# In their order: what a later LoadGen writes is read by later rules.
RULE_SETS = (
    RuleSet("v0.5", "scheduled", "streams", "all", "rate", published_run="slowest", has_units=False),
    RuleSet("v1.0", "scheduled", "streams", "all", "rate", published_run="first", has_units=False),
    RuleSet("v2.0", "scheduled", "latency", "all", "count", published_run="first", has_units=False),
    RuleSet("v2.1", "scheduled", "latency", "positive", "count", published_run="first", has_units=False),
    RuleSet("v4.0", "scheduled", "latency", "positive", "count", "first", True, frozenset(("llama2-70b",))),
    RuleSet("v4.1", "completed", "latency", "positive", "count", published_run="first", has_units=True),
)
RULES = {rules.name: rules for rules in RULE_SETS}


@dataclass(frozen=True)
class RoundRecord:
    """What is known of a round. `place` counts the published rounds from 0; a house round has none.

    A round is published where the list names its repository; any other, listed or not, is a house round. `rules` is
    None where the list names none: then each log says by itself how it is read.
    """

    name: str
    place: int | None = None
    published: date | None = None
    repository: str | None = None
    sources: tuple[str, ...] = ()
    rules: RuleSet | None = None
    note: str | None = None

    @property
    def is_published(self) -> bool:
        """Whether MLCommons published it."""
        return self.place is not None


@dataclass(frozen=True)
class Rounds:
    """The list of rounds. A round that it does not hold is a house round of which only the name is known."""

    path: Path
    records: dict[str, RoundRecord] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Path) -> Rounds:
        """The list beside the data, else the project's own. Raises RoundsError."""
        path = rounds_file(data)
        return cls(path, _records(read_list(path, COLUMNS, ("round",))))

    def record(self, name: str) -> RoundRecord:
        """The record of a round; of a house round that is not listed, its name alone."""
        return self.records.get(name) or RoundRecord(name)

    def ordered(self, names: Iterable[str]) -> list[str]:
        """Published rounds as the list has them, then house rounds, by name with numbers as numbers."""
        return sorted(set(names), key=self._order)

    def _order(self, name: str) -> tuple[bool, int, tuple[tuple[int, int, str], ...], str]:
        record = self.record(name)
        return (not record.is_published, record.place or 0, _natural(name), name)

    def has_reached(self, name: str, from_round: str) -> bool:
        """Whether a round is `from_round` or comes after it.

        A house round stands where the last published round of its rules stands; without rules, after all of them.
        Raises RoundsError where `from_round` is no published round.
        """
        return self._stands(name) >= self._bound(from_round)

    def lies_within(self, name: str, first: str, last: str) -> bool:
        """Whether a round is between two published ones, both included; an empty bound is none. Raises RoundsError."""
        after = not first or self._stands(name) >= self._bound(first)
        return after and (not last or self._stands(name) <= self._bound(last))

    def _bound(self, name: str) -> int:
        place = self.record(name).place
        if place is None:
            raise RoundsError(f"{name[:40]!r} is no published round of the list ({self.path})")
        return place

    def _stands(self, name: str) -> float:
        """A round's place among the published ones; of a house round that of the last one with its rules."""
        record = self.record(name)
        if record.place is not None:
            return record.place
        if record.rules is None:
            return math.inf
        places = [other.place for other in self.records.values() if other.rules == record.rules]
        return max((place for place in places if place is not None), default=-1)


def rounds_file(data: Path) -> Path:
    """The list of rounds beside the data, else the project's own."""
    return list_file(data, "rounds")


def is_round_name(text: str) -> bool:
    """Whether a text may name a round: letters, digits, dots and dashes, such as `v1.0` or `run-20261124`."""
    return _NAME.fullmatch(text) is not None


def _records(lines: list[Line]) -> dict[str, RoundRecord]:
    records: dict[str, RoundRecord] = {}
    latest: date | None = None
    for where, cells in lines:
        record = _record(cells, sum(other.is_published for other in records.values()), f"({where})")
        if record.is_published and record.published:
            if latest and record.published < latest:
                raise RoundsError(f"{record.name} was published before the round above it ({where})")
            latest = record.published
        records[record.name] = record
    return records


def _record(cells: dict[str, str], place: int, where: str) -> RoundRecord:
    if not is_round_name(cells["round"]):
        raise RoundsError(f"{cells['round'][:40]!r} names no round; expected a name such as v1.0 {where}")
    if cells["rules"] and cells["rules"] not in RULES:
        raise RoundsError(f"unknown rules {cells['rules'][:40]!r}; expected one of {', '.join(RULES)} {where}")
    return RoundRecord(
        cells["round"],
        place if cells["repository"] else None,
        _date(cells["published"], where),
        cells["repository"] or None,
        tuple(cells["sources"].split()),
        RULES.get(cells["rules"]),
        cells["note"] or None,
    )


def _date(text: str, where: str) -> date | None:
    if not text:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise RoundsError(f"{text[:40]!r} is no date; expected YYYY-MM-DD {where}")


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A name in parts that sort as people expect: `run-9` before `run-10`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((0, int(part), "") if part[0] in "0123456789" else (1, 0, part.casefold()) for part in parts)
