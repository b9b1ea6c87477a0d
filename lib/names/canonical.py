"""Raw name -> canonical name, by the tables in data/names and nothing else: what they do not hold stays as it was.

People edit the tables; `docs/schema.md` describes their columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lib.names.values import gigabytes_of
from lib.settings import ROOT


def names_folder(data: Path) -> Path:
    """The tables of names beside the data, else the project's own."""
    own = data / "names"
    return own if own.is_dir() else ROOT / "data" / "names"


class NamesError(Exception):
    """A table of names that contradicts itself or is malformed; says which file and line."""


def read_table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of names, each cell stripped. Raises NamesError when a row has too many or few cells."""
    path = folder / f"{name}.csv"
    with open(path, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise NamesError(f"expected {len(reader.fieldnames or ())} cells ({path}:{reader.line_num})")
            rows.append({key: " ".join(value.split()) for key, value in row.items()})
    return rows


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


@dataclass
class Names:
    """All tables of names, read once."""

    folder: Path
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
        """Read every table. Raises NamesError or OSError."""
        names = cls(folder)
        for row in read_table(folder, "accelerators"):
            names.accelerators[row["accelerator"]] = Accelerator(
                row["accelerator"],
                row["vendor"] or None,
                row["family"] or None,
                _number(row["memory_gb"]),
                row["form_factor"] or None,
            )
        for row in read_table(folder, "accelerator_spellings"):
            names.accelerator_spellings[folded(row["raw"]), row["memory"]] = names._fitted(row)
        for row in read_table(folder, "cpus"):
            cores = _number(row["cores"])
            names.cpus[row["cpu"]] = Cpu(
                row["cpu"], row["vendor"] or None, row["family"] or None, int(cores) if cores else None
            )
        names.cpu_spellings = {folded(row["raw"]): row for row in read_table(folder, "cpu_spellings")}
        names.benchmarks = {row["benchmark"]: row for row in read_table(folder, "benchmarks")}
        names.benchmark_spellings = {
            (folded(row["raw"]), row["filed_scenario"]): row for row in read_table(folder, "benchmark_spellings")
        }
        names.units = {(row["benchmark"], row["logged"]): row["published"] for row in read_table(folder, "units")}
        names.software = read_table(folder, "software")
        names.known_unmapped = {
            (row["kind"], folded(row["raw"])): row["reason"] for row in read_table(folder, "known_unmapped")
        }
        names.comparability = read_table(folder, "comparability")
        return names

    def _fitted(self, row: dict[str, str]) -> Fitted:
        kinds = []
        for part in row["accelerators"].split(" + "):
            name, _, count = part.partition("*")
            if name.strip() not in self.accelerators:
                raise NamesError(
                    f"{name.strip()!r} is not in accelerators.csv ({self.folder / 'accelerator_spellings.csv'})"
                )
            kinds.append((self.accelerators[name.strip()], int(count) if count else None))
        return Fitted(tuple(kinds), row["mig"] or None, row["variant"] or None)

    def accelerator(self, raw: str | None, memory_raw: str | None) -> Fitted | None:
        """What accelerators a description's words mean; None when they name none.

        A spelling that stands for several memory sizes is told apart by the description's memory; one that no
        table holds comes back under its own name, not known.
        """
        if raw is None:
            return None
        memory = gigabytes_of(memory_raw)
        size = str(round(memory)) if memory is not None else ""
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
        parts = [self.cpus[name] for name in row["cpu"].split(" + ") if name in self.cpus]
        if not parts:
            raise NamesError(f"{row['cpu']!r} is not in cpus.csv ({self.folder / 'cpu_spellings.csv'})")
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

    def unmapped_of(self, systems: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, str | None]]:
        """The names of systems without a canonical one: kind, raw name, the reason where it is known to have none."""
        found: set[tuple[str, str]] = set()
        for system in systems:
            fitted = self.accelerator(system["accelerator_raw"], system["accelerator_memory_raw"])
            cpu = self.cpu(system["cpu_raw"])
            if fitted and not all(kind.is_known for kind, _ in fitted.kinds):
                found.add(("accelerator", system["accelerator_raw"]))
            if cpu and not cpu.is_known:
                found.add(("cpu", system["cpu_raw"]))
        return [(kind, raw, self.unmapped(kind, raw)) for kind, raw in sorted(found)]

    def unmapped(self, kind: str, raw: str) -> str | None:
        """The reason why a name is known to have no canonical one, None when none is given."""
        return self.known_unmapped.get((kind, folded(raw)))


def _number(text: str) -> float | None:
    return float(text) if text else None
