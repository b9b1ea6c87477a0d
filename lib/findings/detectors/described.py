"""Descriptions that cannot be so: one small check each, from a system to what is wrong with what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Difference, Evidence
from lib.findings.finding import Finding, Members, Role, members
from lib.findings.frames import known
from lib.findings.rules import DESCRIPTION, MEMORY_TOLERANCE, standing
from lib.names.values import memory_of


class Fault(NamedTuple):
    """What is wrong: `what` is the field, `said` and `fact` do not go together, `text` is the sentence's part.

    A `habit` is a way of counting that many submitters have: it misleads, but is no slip of one entry.
    """

    what: str
    said: str
    fact: str
    text: str
    is_habit: bool = False


def detect(case: Case) -> list[Finding]:
    """Descriptions that cannot be so."""
    return descriptions(case.facts.systems)


def descriptions(systems: pd.DataFrame) -> list[Finding]:
    """One finding for each fault of one submitter in one round, with all systems that have it."""
    groups: dict[tuple[Any, ...], list[tuple[Any, Fault]]] = {}
    for row in systems.itertuples(index=False):
        for fault in faults(row):
            groups.setdefault((row.round, row.division, row.submitter, fault.what, fault.text), []).append((row, fault))
    return [_finding(group) for _, group in sorted(groups.items())]


def faults(system: Any) -> Iterator[Fault]:
    """All that is wrong with one system's description."""
    for check in CHECKS:
        fault = check(system)
        if fault is not None:
            yield fault


def wrong_cores(system: Any) -> Fault | None:
    """Cores per CPU unlike those of the CPU's maker."""
    declared, cores, cpus = (
        known(getattr(system, name)) for name in ("cores_per_cpu_declared", "cores_per_cpu", "cpus_per_node")
    )
    if declared is None or not str(known(system.cores_source) or "").startswith("maker;") or declared == cores:
        return None
    how, is_habit = _counted(int(declared), int(cores), int(cpus or 1))
    return Fault(
        "cores",
        f"{int(declared)}",
        f"{int(cores)}",
        f"declares {words.count(int(declared), 'core')} per CPU of the {system.cpu}, which has {int(cores)}{how}",
        is_habit,
    )


def _counted(declared: int, cores: int, cpus: int) -> tuple[str, bool]:
    if declared == cpus * cores:
        return ": those of all CPUs together", True
    if declared == 2 * cores:
        return ": its threads", True
    if declared == 2 * cpus * cores:
        return ": the threads of all CPUs together", True
    return "", False


# A number beside the accelerator's own name: `8x A100`, `A100-SXM-80GBx8`, `8xT4`; not `2x EPYC`, and no MIG slices.
_BEFORE = r"(?<![\w.])(\d{{1,4}})\s?x\s?(?:[A-Z]+ )?{name}(?![a-z])"
_AFTER = r"{name}[\w-]{{0,24}}?x(\d{{1,4}})(?![0-9a-z])"


def wrong_count(system: Any) -> Fault | None:
    """A number of accelerators in the name that is neither that of a node nor that of the whole system."""
    per_node, nodes = known(system.accelerators_per_node), known(system.nodes)
    family = known(system.accelerator_family)
    if per_node is None or not family or known(system.mig):
        return None
    counts = {int(per_node), int(per_node) * int(nodes or 1)}
    stated = [number for text in _called(system) for number in counts_in(text, str(family))]
    if not stated or counts & set(stated) or sum(stated) in counts:
        return None
    nearest = min(sorted(counts), key=lambda number: abs(number - stated[0]))
    return Fault(
        "accelerators",
        f"{stated[0]}x",
        f"{nearest}",
        f"is called {_quoted(system, stated[0])} and describes "
        f"{words.count(int(per_node), 'accelerator')} per node"
        + (f" in {int(nodes)} nodes" if nodes and nodes > 1 else ""),
    )


def counts_in(name: str, family: str) -> list[int]:
    """The numbers that a name gives for a family of accelerators.

    >>> counts_in("DGX-A100 (8x A100-SXM-80GB, TensorRT)", "A100"), counts_in("XE8545_A100-SXM4-40GBx4", "A100")
    ([8], [4])
    """
    spelled = re.escape(family.split(" ")[-1])
    found = [re.findall(pattern.format(name=spelled), name, re.IGNORECASE) for pattern in (_BEFORE, _AFTER)]
    return [int(number) for numbers in found for number in numbers if int(number) > 0]


def _quoted(system: Any, stated: int) -> str:
    named = next((text for text in _called(system) if str(stated) in text), str(system.platform))
    return f"“{' '.join(named.split())}”"


def _called(system: Any) -> list[str]:
    return [text for text in (known(system.system_name), known(system.platform)) if text]


def wrong_memory(system: Any) -> Fault | None:
    """Accelerator memory unlike the model's; what counts all accelerators together is a habit."""
    model, raw = known(system.accelerator_memory_gb), known(system.accelerator_memory_raw)
    memory = memory_of(raw)
    stated = round(memory.gb, 1) if memory else None
    if not model or stated is None or known(system.mig) or abs(stated - model) <= MEMORY_TOLERANCE * model:
        return None
    counts = {int(known(count) or 1) for count in (system.accelerators_per_node, system.accelerators)}
    together = any(abs(stated - count * model) <= MEMORY_TOLERANCE * count * model for count in counts)
    return Fault(
        "accelerator memory",
        str(raw),
        f"{model:g} GB",
        f"declares {stated:g} GB of accelerator memory for {system.accelerator}, which has "
        f"{model:g}{': that of all accelerators together' if together else ''}",
        together,
    )


def no_cpu(system: Any) -> Fault | None:
    """No host processors at all."""
    if known(system.cpus_per_node) != 0:
        return None
    return Fault("host processors", "0", system.cpu_raw or "", "declares 0 host processors")


def no_accelerators(system: Any) -> Fault | None:
    """A named accelerator, and none of it."""
    if known(system.accelerators_per_node) != 0 or not known(system.accelerator):
        return None
    return Fault("accelerators", "0", str(system.accelerator), f"names {system.accelerator} and declares 0 of them")


def nameless_accelerators(system: Any) -> Fault | None:
    """Accelerators without a name."""
    if not known(system.accelerators_per_node) or known(system.accelerator) or known(system.accelerator_raw):
        return None
    return Fault(
        "accelerators",
        f"{int(system.accelerators_per_node)}",
        "",
        f"declares {words.count(int(system.accelerators_per_node), 'accelerator')} and names none",
    )


CHECKS: tuple[Callable[[Any], Fault | None], ...] = (
    wrong_cores,
    wrong_count,
    wrong_memory,
    no_cpu,
    no_accelerators,
    nameless_accelerators,
)


def _finding(group: list[tuple[Any, Fault]]) -> Finding:
    (first, fault), systems = group[0], [system for system, _ in group]
    called = words.several(words.names(systems), most=3)
    many = f" ({words.count(len(systems), 'system')})" if len(systems) > 1 else ""
    return Finding(
        DESCRIPTION.kind,
        first.round,
        f"{DESCRIPTION.kind}/{fault.what}/" + "/".join(sorted(system.system_id for system in systems)),
        title=f"{fault.what}: {called}",
        ratio=_apart(fault),
        finding=f"{first.submitter}, {called}{many}: {fault.text}.",
        members=members_of(systems),
        systems=tuple(sorted(system.system_id for system in systems)),
        standing=standing_of(systems),
        is_minor=fault.is_habit,
        evidence=Evidence(
            threshold=DESCRIPTION.threshold,
            known=(f"Declared: {fault.said}. {'By the model: ' + fault.fact + '.' if fault.fact else ''}".strip(),),
            unknown=("Whether the description is wrong or the name of the part in it.",),
            differences=(Difference("description", fault.what, fault.said, fault.fact or None),),
        ),
    )


def _apart(fault: Fault) -> float:
    numbers = [
        float(found[0]) for found in (re.findall(r"\d+(?:\.\d+)?", text) for text in (fault.said, fault.fact)) if found
    ]
    if len(numbers) < 2 or min(numbers) == 0:
        return 1.0
    return max(numbers) / min(numbers)


def members_of(systems: list[Any]) -> Members:
    """The results that stand for some systems."""
    return members(((result for system in systems for result in system.result_ids), Role.DESCRIBED_SO))


def standing_of(systems: list[Any]) -> float:
    """The weight of the best published one of some systems."""
    return max(standing(system.division, known(system.availability)) for system in systems)
