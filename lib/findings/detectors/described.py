"""Descriptions that cannot be so: one small check each, from a system to what is wrong with what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Difference, Evidence
from lib.findings.finding import Finding, Members, Role, members
from lib.findings.frames import known
from lib.findings.miscounts import COUNTED, NODES, Fault, wrong_count, wrong_cpus, wrong_nodes
from lib.findings.rules import DESCRIPTION, MEMORY_TOLERANCE, standing
from lib.findings.slices import Sizes, said_by_size, sizes, wrong_size
from lib.names.values import memory_of


def detect(case: Case) -> list[Finding]:
    """Descriptions that cannot be so."""
    return descriptions(case.facts.systems, sizes(case.results))


def descriptions(systems: pd.DataFrame, found: Sizes | None = None) -> list[Finding]:
    """One finding for each fault of one submitter in one round, with all systems that have it.

    `found` has the sizes of the entries with MIG slices.
    """
    groups: dict[tuple[Any, ...], list[tuple[Any, Fault]]] = {}
    for row in systems.itertuples(index=False):
        # Of two faults of one field the first is told: what its size says of it stands in the evidence.
        first = {fault.what: fault for fault in reversed([*faults(row), *filter(None, [wrong_size(row, found or {})])])}
        for fault in first.values():
            groups.setdefault((row.round, row.division, row.submitter, fault.what, fault.text), []).append((row, fault))
    return [_finding(group, found or {}) for _, group in sorted(groups.items())]


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
    if known(system.cpus_per_node_declared) != 0:
        return None
    return Fault("host processors", "0", system.cpu_raw or "", "declares 0 host processors")


def no_accelerators(system: Any) -> Fault | None:
    """A named accelerator, and none of it."""
    if known(system.accelerators_per_node) != 0 or not known(system.accelerator):
        return None
    return Fault("accelerators", "0", str(system.accelerator), f"names {system.accelerator} and declares 0 of them")


def no_nodes(system: Any) -> Fault | None:
    """No nodes at all."""
    return Fault(NODES, "0", "", "declares 0 nodes") if known(system.nodes) == 0 else None


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
    wrong_cpus,
    wrong_nodes,
    no_nodes,
    no_cpu,
    no_accelerators,
    nameless_accelerators,
)


def _finding(group: list[tuple[Any, Fault]], found: Sizes) -> Finding:
    (first, fault), systems = group[0], [system for system, _ in group]
    called = words.several(words.names(systems), most=3)
    size = filter(None, [said_by_size(first, found)]) if fault.what == "accelerators" else ()
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
            known=(
                f"Declared: {fault.said}. {_against(fault)}".strip(),
                *size,
            ),
            unknown=("Whether the description is wrong or the name of the part in it.",),
            differences=(Difference("description", fault.what, fault.said, fault.fact or None),),
        ),
    )


def _against(fault: Fault) -> str:
    by = "By its names or its maker" if fault.what in COUNTED else "By the model"
    return f"{by}: {fault.fact}." if fault.fact else ""


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
