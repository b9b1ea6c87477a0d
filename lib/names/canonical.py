"""Raw name -> canonical name, by the tables in data/names and nothing else: what they do not hold stays as it was.

People edit the tables; `docs/schema.md` describes their columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.data_folder import InputError, Line, Row
from lib.names import older, organisations
from lib.names.families import Families
from lib.names.hardware import Accelerator, Accelerators, Cpu, Cpus, Fitted, together
from lib.names.organisations import Organisations
from lib.names.spelling import folded
from lib.names.values import memory_of
from lib.names.weights import JOINER, ORDER, Weights, weights_of
from lib.settings import ROOT
from lib.vocabulary import Division, is_known_unit


def names_folder(data: Path) -> Path:
    """The tables of names beside the data, else the project's own; lib.names.older says what is added to old ones."""
    own = data / "names"
    return own if own.is_dir() else ROOT / "data" / "names"


# The columns that we read of each table, and those that tell its rows apart.
_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accelerators": (("accelerator", "vendor", "family", "memory_gb", "form_factor"), ("accelerator",)),
    "accelerator_spellings": (("raw", "memory", "accelerators", "mig", "variant"), ("raw", "memory")),
    "cpus": (("cpu", "vendor", "family", "cores"), ("cpu",)),
    "cpu_spellings": (("raw", "cpu", "note"), ("raw",)),
    "benchmarks": (
        ("benchmark", "title", "task", "data_set", "latency_unit", "tokens_from", "note", "url"),
        ("benchmark",),
    ),
    "benchmark_spellings": (("raw", "filed_scenario", "benchmark", "scenario"), ("raw", "filed_scenario")),
    "units": (
        ("benchmark", "scenario", "from_round", "to_round", "logged", "published", "reason"),
        ("benchmark", "scenario", "logged", "from_round"),
    ),
    "organisations": (organisations.COLUMNS, organisations.KEY),
    "weight_types": (("raw", "weight_types", "reason"), ("raw",)),
    "software": (("word", "part", "role"), ("word",)),
    "known_unmapped": (("kind", "raw", "reason"), ("kind", "raw")),
    "comparability": (
        ("benchmark", "scenario", "from_round", "kind", "reason"),
        ("kind", "from_round", "benchmark", "scenario"),
    ),
}
_KINDS = ("accelerator", "cpu", "benchmark", "unit", "weight type", "submitter")
_TOKENS_FROM = re.compile(r"(?:([A-Za-z]{1,20}):)?([A-Za-z0-9][A-Za-z0-9._-]{0,39})")
# The sources that a row of `units` is about, where it is not about logs: these name what they count.
RECORDS = "records"
_ROLES = ("framework", "library", "runtime", "driver", "serving", "virtualization")
__all__ = ["Accelerator", "Benchmark", "Cpu", "Fitted", "Names", "NamesError", "Unmapped", "names_folder"]
NamesError = InputError  # a table of names that contradicts itself or is malformed


def _lines(folder: Path, name: str) -> list[Line]:
    return older.lines(folder, name, *_TABLES[name])


@dataclass(frozen=True)
class Benchmark:
    """A canonical benchmark; `scenario` where the spelling itself names one."""

    name: str
    scenario: str | None
    is_known: bool


@dataclass(frozen=True, order=True)
class Unmapped:
    """A name without a canonical one: its kind (accelerator, cpu, benchmark, unit, weight type, or submitter where it
    may be a joint submission that no table holds), the reason where it has none.

    `closed` and `open` count the systems, or the results, that have it: those of the open division apart, where a
    benchmark's name is the submitter's own model.
    """

    kind: str
    raw: str
    reason: str | None
    closed: int
    open: int


@dataclass
class Names:
    """All tables of names, read once."""

    folder: Path
    families: Families = field(default_factory=Families)
    accelerators: dict[str, Accelerator] = field(default_factory=dict)
    cpus: dict[str, Cpu] = field(default_factory=dict)
    benchmarks: dict[str, dict[str, str]] = field(default_factory=dict)
    benchmark_spellings: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    units: list[dict[str, str]] = field(default_factory=list)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    software: list[dict[str, str]] = field(default_factory=list)
    known_unmapped: dict[tuple[str, str], str] = field(default_factory=dict)
    comparability: list[dict[str, str]] = field(default_factory=list)
    organisations: Organisations = field(default_factory=Organisations)
    weight_types: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _accelerators: Accelerators = field(default_factory=Accelerators)
    _cpus: Cpus = field(default_factory=Cpus)

    @classmethod
    def read(cls, folder: Path) -> Names:
        """Read every table. Raises NamesError with file and line."""
        names = cls(folder)
        names._read_accelerators()
        names._read_cpus()
        names.families = Families.read(folder)
        names._read_benchmarks()
        names.organisations = Organisations.read(folder)
        for place, row in _lines(folder, "weight_types"):
            types = tuple(filter(None, row["weight_types"].split(JOINER)))
            for word in types:
                _one_of({"weight_types": word}, "weight_types", ORDER, place)
            names.weight_types[folded(row["raw"])] = types
        for place, row in _lines(folder, "software"):
            _one_of(row, "role", _ROLES, place)
            names.software.append(row)
        for place, row in _lines(folder, "known_unmapped"):
            _one_of(row, "kind", _KINDS, place)
            names.known_unmapped[row["kind"], folded(row["raw"])] = row["reason"]
        return names

    def _read_accelerators(self) -> None:
        for place, row in _lines(self.folder, "accelerators"):
            memory = _positive(row, "memory_gb", place)
            self.accelerators[row["accelerator"]] = Accelerator(
                row["accelerator"], row["vendor"] or None, row["family"] or None, memory, row["form_factor"] or None
            )
        for place, row in _lines(self.folder, "accelerator_spellings"):
            _whole(row["memory"], "memory", place)
            self._accelerators.add(row["raw"], row["memory"], self._fitted(row, place))
        for name, kind in self.accelerators.items():
            self._accelerators.add_name(name, kind)

    def _fitted(self, row: Row, place: str) -> Fitted:
        kinds = []
        for part in row["accelerators"].split(" + "):
            name, _, count = part.partition("*")
            _known(name.strip(), self.accelerators, "accelerators", place)
            kinds.append((self.accelerators[name.strip()], _whole(count, "accelerators after *", place)))
        return Fitted(tuple(kinds), row["mig"] or None, row["variant"] or None)

    def _read_cpus(self) -> None:
        for place, row in _lines(self.folder, "cpus"):
            cores = _whole(row["cores"], "cores", place)
            self.cpus[row["cpu"]] = Cpu(row["cpu"], row["vendor"] or None, row["family"] or None, cores)
        for place, row in _lines(self.folder, "cpu_spellings"):
            for name in row["cpu"].split(" + "):
                _known(name, self.cpus, "cpus", place)
            parts = [self.cpus[name] for name in row["cpu"].split(" + ")]
            self._cpus.add(row["raw"], together(parts, "vcpu" in row["note"].casefold()))
        for name, cpu in self.cpus.items():
            self._cpus.add_name(name, cpu)

    def _read_benchmarks(self) -> None:
        for place, row in _lines(self.folder, "benchmarks"):
            _one_of(row, "latency_unit", ("", "ms", "s"), place)
            self.benchmarks[row["benchmark"]] = row
            for scenario, first in _tokens_from(row["tokens_from"], place):
                self.tokens[row["benchmark"], scenario] = first
        for place, row in _lines(self.folder, "benchmark_spellings"):
            _known(row["benchmark"], self.benchmarks, "benchmarks", place)
            self.benchmark_spellings[folded(row["raw"]), row["filed_scenario"]] = row
        for place, row in _lines(self.folder, "units"):
            _known(row["benchmark"], self.benchmarks, "benchmarks", place)
            row.setdefault("sources", "")  # folders of names that are older than the column lack it
            _one_of(row, "sources", ("", RECORDS), place)
            for column in ("logged", "published", "reason"):
                if not row[column]:
                    raise NamesError(f"expected a value of {column} ({place})")
            self.units.append(row)
        for place, row in _lines(self.folder, "comparability"):
            _one_of(row, "kind", ("break", "note"), place)
            if row["benchmark"]:
                _known(row["benchmark"], self.benchmarks, "benchmarks", place)
            self.comparability.append(row)

    def accelerator(self, raw: str | None, memory_raw: str | None) -> Fitted | None:
        """What accelerators a description's words mean; None when they name none.

        A spelling that stands for several memory sizes is told apart by the description's memory; one that no
        table holds comes back under its own name, not known.
        """
        if raw is None:
            return None
        memory = memory_of(memory_raw)
        size = str(round(memory.gb)) if memory is not None else ""
        return self._accelerators.find(raw, size)

    def cpu(self, raw: str | None) -> Cpu | None:
        """The host processor that a description's words mean; its own name, not known, where no table holds it."""
        return None if raw is None else self._cpus.find(raw)

    def weights(self, raw: str | None) -> Weights:
        """The data types that a submission's words state of its weights."""
        return weights_of(raw, self.weight_types)

    def benchmark(self, raw: str, scenario: str = "") -> Benchmark:
        """The canonical benchmark of a folder's or record's word for it, filed under a scenario."""
        key = folded(raw)
        row = self.benchmark_spellings.get((key, scenario)) or self.benchmark_spellings.get((key, ""))
        if row:
            return Benchmark(row["benchmark"], row["scenario"] or None, True)
        known = next((name for name in self.benchmarks if name.casefold() == folded(raw)), None)
        return Benchmark(known or raw, None, known is not None)

    def tokens_from(self, benchmark: str, scenario: str) -> str | None:
        """The first round whose rates of a canonical benchmark are published in tokens; None where none is."""
        return self.tokens.get((benchmark, scenario)) or self.tokens.get((benchmark, ""))

    def counts_tokens(self, benchmark: str, scenario: str, has_reached: Callable[[str], bool] = lambda _: True) -> bool:
        """Whether a rate is published in tokens; `has_reached` says whether its round is a given one or a later."""
        first = self.tokens_from(benchmark, scenario)
        return first is not None and has_reached(first)

    def is_unit_known(self, benchmark: str, unit: str) -> bool:
        """Whether MLCommons' results have this unit, in all benchmarks or in this one alone."""
        return is_known_unit(unit) or any(
            row["benchmark"] == benchmark and unit in (row["logged"], row["published"]) for row in self.units
        )

    def unmapped_of(
        self, systems: Iterable[Mapping[str, Any]], results: Iterable[Mapping[str, Any]] = ()
    ) -> list[Unmapped]:
        """The names of systems, and of results, without a canonical one: by kind, each once."""
        found: Counter[tuple[str, str, bool]] = Counter()
        for system in systems:
            is_open = system["division"] == Division.OPEN
            fitted = self.accelerator(system["accelerator_raw"], system["accelerator_memory_raw"])
            cpu = self.cpu(system["cpu_raw"])
            if fitted and not all(kind.is_known for kind, _ in fitted.kinds):
                found["accelerator", system["accelerator_raw"], is_open] += 1
            if cpu and not cpu.is_known:
                found["cpu", system["cpu_raw"], is_open] += 1
            if self.organisations.may_be_joint(system.get("submitter") or ""):
                found["submitter", system["submitter"], is_open] += 1
        for result in results:
            is_open = result["division"] == Division.OPEN
            benchmark = self.benchmark(result["benchmark_raw"], result["scenario"])
            if not benchmark.is_known:
                found["benchmark", result["benchmark_raw"], is_open] += 1
            if not self.is_unit_known(benchmark.name, result["unit"]):
                found["unit", result["unit"], is_open] += 1
            stated = result.get("weight_dtype_raw")
            if stated is not None and not self.weights(stated).is_known:
                found["weight type", str(stated), is_open] += 1
        kept = sorted({(kind, raw) for kind, raw, _ in found})
        return [
            Unmapped(kind, raw, self.unmapped(kind, raw), found[kind, raw, False], found[kind, raw, True])
            for kind, raw in kept
        ]

    def unmapped(self, kind: str, raw: str) -> str | None:
        """The reason why a name is known to have no canonical one, None when none is given."""
        return self.known_unmapped.get((kind, folded(raw)))


def _known(name: str, known: Mapping[str, object], table: str, place: str) -> None:
    if name not in known:
        raise NamesError(f"{name!r} is not in {table}.csv ({place})")


def _tokens_from(text: str, place: str) -> list[tuple[str, str]]:
    """The scenarios and first rounds of a cell such as `v4.1 Offline:v4.0`; the scenario is empty for all others."""
    found = []
    for word in text.split():
        match = _TOKENS_FROM.fullmatch(word)
        if match is None:
            raise NamesError(
                f"expected tokens_from to name rounds, such as v4.1 or Offline:v4.0, not {text!r} ({place})"
            )
        found.append((match[1] or "", match[2]))
    return found


def _one_of(row: Row, column: str, words: tuple[str, ...], place: str) -> None:
    if row[column] not in words:
        raise NamesError(
            f"expected {column} to be one of {', '.join(filter(None, words))}, not {row[column]!r} ({place})"
        )


def _whole(text: str, column: str, place: str) -> int | None:
    """A count of at least 1, None for an empty cell."""
    if not text:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text.strip()):
        raise NamesError(f"expected {column} to be a whole number, not {text!r} ({place})")
    return int(text)


def _positive(row: Row, column: str, place: str) -> float | None:
    """A positive number, None for an empty cell."""
    text = row[column]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) or float(text) == 0:
        raise NamesError(f"expected {column} to be a positive number, not {text!r} ({place})")
    return float(text)
