"""An accelerator's or CPU's words in a description -> which ones they are: by the tables to the letter, then loosely.

Loosely is: without trademark signs and what a machine's report adds, and several known names in one cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lib.names.spelling import folded, names_in, plain, plain_cpu


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


@dataclass
class Accelerators:
    """The spellings of all accelerators, each with the memory size that tells it apart, empty where none does."""

    exact: dict[tuple[str, str], Fitted] = field(default_factory=dict)
    loose: dict[tuple[str, str], Fitted | None] = field(default_factory=dict)

    def add(self, raw: str, memory: str, fitted: Fitted) -> None:
        """One spelling of the table; where two are one without their signs, neither is found so."""
        self.exact[folded(raw), memory] = fitted
        key = plain(raw), memory
        self.loose[key] = fitted if self.loose.get(key, fitted) == fitted else None

    def add_name(self, name: str, kind: Accelerator) -> None:
        """A canonical name spells itself, unless a row of the spellings says otherwise."""
        fitted = Fitted(((kind, None),))
        self.exact.setdefault((folded(name), ""), fitted)
        self.loose.setdefault((plain(name), ""), fitted)

    def find(self, raw: str, size: str) -> Fitted:
        """What a cell names, `size` being the memory in whole GB or empty; under its own words where nobody knows."""
        found = self._known(raw, size) or self._joined(raw, size)
        return found or Fitted(((Accelerator(raw, None, None, None, None, is_known=False), None),))

    def _known(self, raw: str, size: str) -> Fitted | None:
        for table, key in ((self.exact, folded(raw)), (self.loose, plain(raw))):
            found = table.get((key, size)) or table.get((key, ""))
            if found is not None:
                return found
        return None

    def _joined(self, raw: str, size: str) -> Fitted | None:
        """Several known accelerators in one cell, with the counts that it states beside them.

        Of a single name the description's own count stands. None where a part is not known, or is a slice of a GPU.
        """
        kinds: dict[Accelerator, int | None] = {}
        parts = names_in(raw)
        for ways in parts:
            read = next(((way, found) for way in ways if (found := self._known(way.name, size))), None)
            if read is None or read[1].mig or len(read[1].kinds) > 1:
                return None
            kind, stated = read[1].kinds[0]
            count = read[0].count or stated
            kinds[kind] = _sum(kinds[kind], count) if kind in kinds else count
        return Fitted(tuple((kind, None) for kind in kinds) if len(parts) == 1 else tuple(kinds.items()))


@dataclass
class Cpus:
    """The spellings of all CPUs."""

    exact: dict[str, Cpu] = field(default_factory=dict)
    loose: dict[str, Cpu | None] = field(default_factory=dict)

    def add(self, raw: str, cpu: Cpu) -> None:
        """One spelling of the table. Declared as virtual by some and not by others, it is the whole CPU."""
        self.exact[folded(raw)] = cpu
        key = plain_cpu(raw)
        before = self.loose.get(key, cpu)
        if before is None or before.name != cpu.name:
            self.loose[key] = None
        else:
            self.loose[key] = cpu if before.is_vcpu else before

    def add_name(self, name: str, cpu: Cpu) -> None:
        """A canonical name spells itself, unless a row of the spellings says otherwise."""
        self.exact.setdefault(folded(name), cpu)
        self.loose.setdefault(plain_cpu(name), cpu)

    def find(self, raw: str) -> Cpu:
        """What a cell names; under its own words where nobody knows."""
        return self._known(raw) or self._joined(raw) or Cpu(raw, None, None, None, is_known=False)

    def _known(self, raw: str) -> Cpu | None:
        return self.exact.get(folded(raw)) or self.loose.get(plain_cpu(raw))

    def _joined(self, raw: str) -> Cpu | None:
        """Several known CPUs in one cell, or one with a count; None where a part is not known."""
        parts: dict[str, Cpu] = {}
        for ways in names_in(raw):
            cpu = next((found for way in ways if (found := self._known(way.name))), None)
            if cpu is None:
                return None
            parts.setdefault(cpu.name, cpu)
        return together(list(parts.values()), any(cpu.is_vcpu for cpu in parts.values())) if parts else None


def together(parts: list[Cpu], is_vcpu: bool) -> Cpu:
    """The CPUs of one system as one, by one name; cores and family where it is one CPU alone."""
    if len(parts) == 1:
        return replace(parts[0], is_vcpu=is_vcpu)
    vendors = {part.vendor for part in parts}
    vendor = vendors.pop() if len(vendors) == 1 else None
    return Cpu(" + ".join(part.name for part in parts), vendor, None, None, is_vcpu)


def _sum(one: int | None, other: int | None) -> int | None:
    return one + other if one is not None and other is not None else None
