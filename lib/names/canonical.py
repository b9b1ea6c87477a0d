"""Raw name -> canonical name, by the tables in data/names and nothing else: what they do not hold stays as it was.

People edit the tables; `docs/schema.md` describes their columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.data_folder import InputError, Line, Row, read_list
from lib.names.families import Families
from lib.names.values import memory_of
from lib.settings import ROOT
from lib.vocabulary import Division, is_known_unit


def names_folder(data: Path) -> Path:
    """The tables of names beside the data, else the project's own."""
    own = data / "names"
    return own if own.is_dir() else ROOT / "data" / "names"


# The columns that we read of each table, and those that tell its rows apart.
_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accelerators": (("accelerator", "vendor", "family", "memory_gb", "form_factor"), ("accelerator",)),
    "accelerator_spellings": (("raw", "memory", "accelerators", "mig", "variant"), ("raw", "memory")),
    "cpus": (("cpu", "vendor", "family", "cores"), ("cpu",)),
    "cpu_spellings": (("raw", "cpu", "note"), ("raw",)),
    "benchmarks": (("benchmark", "title", "task", "data_set", "latency_unit", "note", "url"), ("benchmark",)),
    "benchmark_spellings": (("raw", "filed_scenario", "benchmark", "scenario"), ("raw", "filed_scenario")),
    "units": (("benchmark", "logged", "published"), ("benchmark", "logged")),
    "software": (("word", "part", "role"), ("word",)),
    "known_unmapped": (("kind", "raw", "reason"), ("kind", "raw")),
    "comparability": (
        ("benchmark", "scenario", "from_round", "kind", "reason"),
        ("kind", "from_round", "benchmark", "scenario"),
    ),
}
_ROLES = ("framework", "library", "runtime", "driver", "serving", "virtualization")
NamesError = InputError  # a table of names that contradicts itself or is malformed


def _lines(folder: Path, name: str) -> list[Line]:
    return read_list(folder / f"{name}.csv", *_TABLES[name])


def folded(text: str) -> str:
    """A spelling without its case and its runs of white space."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Accelerator:
    """One kind of accelerator; memory in GB, None where shared with the host or unknown."""

    name: str
    vendor: str | None
    family: str | None
    memory_gb: float | None
    form_factor: str | None
    is_known: bool = True


@dataclass(frozen=True)
class Fitted:
    """The accelerators of a system: each kind with the total that the name itself states, if it does."""

    kinds: tuple[tuple[Accelerator, int | None], ...]
    mig: str | None = None
    variant: str | None = None


@dataclass(frozen=True)
class Cpu:
    """One host processor; `cores` of one CPU by its maker, None where the name does not fix it."""

    name: str
    vendor: str | None
    family: str | None
    cores: int | None
    is_vcpu: bool = False
    is_known: bool = True


@dataclass(frozen=True)
class Benchmark:
    """A canonical benchmark; `scenario` where the spelling itself names one."""

    name: str
    scenario: str | None
    is_known: bool


@dataclass(frozen=True, order=True)
class Unmapped:
    """A name without a canonical one: its kind (accelerator, cpu, benchmark, unit), the reason where it has none.

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
    accelerator_spellings: dict[tuple[str, str], Fitted] = field(default_factory=dict)
    cpus: dict[str, Cpu] = field(default_factory=dict)
    cpu_spellings: dict[str, dict[str, str]] = field(default_factory=dict)
    benchmarks: dict[str, dict[str, str]] = field(default_factory=dict)
    benchmark_spellings: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    units: dict[tuple[str, str], str] = field(default_factory=dict)
    software: list[dict[str, str]] = field(default_factory=list)
    known_unmapped: dict[tuple[str, str], str] = field(default_factory=dict)
    comparability: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Names:
        """Read every table. Raises NamesError with file and line."""
        names = cls(folder)
        names._read_accelerators()
        names._read_cpus()
        names.families = Families.read(folder)
        names._read_benchmarks()
        for place, row in _lines(folder, "software"):
            _one_of(row, "role", _ROLES, place)
            names.software.append(row)
        for place, row in _lines(folder, "known_unmapped"):
            _one_of(row, "kind", ("accelerator", "cpu", "benchmark", "unit"), place)
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
            self.accelerator_spellings[folded(row["raw"]), row["memory"]] = self._fitted(row, place)

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
            self.cpu_spellings[folded(row["raw"])] = row

    def _read_benchmarks(self) -> None:
        for place, row in _lines(self.folder, "benchmarks"):
            _one_of(row, "latency_unit", ("", "ms", "s"), place)
            self.benchmarks[row["benchmark"]] = row
        for place, row in _lines(self.folder, "benchmark_spellings"):
            _known(row["benchmark"], self.benchmarks, "benchmarks", place)
            self.benchmark_spellings[folded(row["raw"]), row["filed_scenario"]] = row
        for place, row in _lines(self.folder, "units"):
            _known(row["benchmark"], self.benchmarks, "benchmarks", place)
            self.units[row["benchmark"], row["logged"]] = row["published"]
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
        key = folded(raw)
        found = self.accelerator_spellings.get((key, size)) or self.accelerator_spellings.get((key, ""))
        if found:
            return found
        by_name = next((kind for name, kind in self.accelerators.items() if folded(name) == key), None)
        kind = by_name or Accelerator(raw, None, None, None, None, is_known=False)
        return Fitted(((kind, None),))

    def cpu(self, raw: str | None) -> Cpu | None:
        """The host processor that a description's words mean; its own name, not known, where no table holds it."""
        if raw is None:
            return None
        row = self.cpu_spellings.get(folded(raw))
        if row is None:
            known = next((cpu for name, cpu in self.cpus.items() if folded(name) == folded(raw)), None)
            return known or Cpu(raw, None, None, None, is_known=False)
        parts = [self.cpus[name] for name in row["cpu"].split(" + ")]
        is_vcpu = "vcpu" in row["note"].casefold()
        if len(parts) == 1:
            only = parts[0]
            return Cpu(only.name, only.vendor, only.family, only.cores, is_vcpu)
        vendors = {part.vendor for part in parts}
        vendor = vendors.pop() if len(vendors) == 1 else None
        return Cpu(row["cpu"], vendor, None, None, is_vcpu)

    def benchmark(self, raw: str, scenario: str = "") -> Benchmark:
        """The canonical benchmark of a folder's or record's word for it, filed under a scenario."""
        key = folded(raw)
        row = self.benchmark_spellings.get((key, scenario)) or self.benchmark_spellings.get((key, ""))
        if row:
            return Benchmark(row["benchmark"], row["scenario"] or None, True)
        known = next((name for name in self.benchmarks if name.casefold() == folded(raw)), None)
        return Benchmark(known or raw, None, known is not None)

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
        for result in results:
            is_open = result["division"] == Division.OPEN
            if not self.benchmark(result["benchmark_raw"], result["scenario"]).is_known:
                found["benchmark", result["benchmark_raw"], is_open] += 1
            if not is_known_unit(result["unit"]):
                found["unit", result["unit"], is_open] += 1
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
