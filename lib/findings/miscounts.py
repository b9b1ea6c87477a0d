"""What is wrong with the counts of a system's description: its accelerators and its host processors."""

from __future__ import annotations

from typing import Any, NamedTuple

from lib.findings import words
from lib.findings.frames import known
from lib.names.counts import Count, Named, accelerators, counts_in, words_of
from lib.names.processors import nodes_in

# How a source of a credible figure ends where it is not the declared one: `...; 8 declared`.
_NOT_DECLARED = " declared"

ACCELERATORS, HOSTS, NODES = "accelerators", "host processors", "nodes"
COUNTED = (ACCELERATORS, HOSTS, NODES)


class Fault(NamedTuple):
    """What is wrong: `what` is the field, `said` and `fact` do not go together, `text` is the sentence's part.

    A `habit` is a way of counting that many submitters have: it misleads, but is no slip of one entry.
    """

    what: str
    said: str
    fact: str
    text: str
    is_habit: bool = False


def wrong_count(system: Any) -> Fault | None:
    """A declared number of accelerators that its names, its kinds, its slices or the record's total contradict."""
    per_node, nodes = known(system.accelerators_per_node), known(system.nodes)
    if not per_node or not known(system.accelerator):
        return None
    counted = _counted(system, int(per_node), int(nodes) if nodes else None)
    source, credible = str(known(system.accelerators_source) or ""), known(system.accelerators)
    quoted = _quoting(system, counted) if counted.is_doubted else None
    described = f"describes {words.count(int(per_node), 'accelerator')} per node" + (
        f" in {int(nodes)} nodes" if nodes and nodes > 1 else ""
    )
    if quoted:
        return Fault(
            ACCELERATORS,
            f"{_nearest(counted, int(per_node))}",
            f"{counted.said}",
            f"is called {quoted} and {described}",
        )
    if _is_contradicted(source):
        fact = f"{int(credible)}" if credible else ""
        judged = f"credible is {fact} in all" if fact and nodes and nodes > 1 else f"credible is {fact}"
        return Fault(
            ACCELERATORS,
            f"{int(known(system.accelerators_declared) or per_node)}",
            fact,
            f"{described}, {judged if fact else 'which cannot be'}: {_why(source)}",
        )
    if counted.is_doubted:
        return Fault(ACCELERATORS, f"{int(per_node)}", f"{counted.said or ''}", f"{described}: {_why(counted.source)}")
    return None


def _counted(system: Any, per_node: int, nodes: int | None) -> Count:
    """What the system's own words say of its accelerators."""
    raw = known(system.accelerator_raw)
    names = known(system.system_name), known(system.platform), raw
    called = Named(*names, _called_words(system), known(system.mig), known(system.accelerator_form))
    return accelerators(per_node, nodes or 1, called)


def _called_words(system: Any) -> tuple[str, ...]:
    kinds = str(known(system.accelerator) or "").split(" + ")
    return words_of(known(system.accelerator_family), *kinds, known(system.accelerator_raw))


def _nearest(counted: Count, per_node: int) -> int:
    """The declared figure, of a node or of the system, that is nearest to the one said, but not the same."""
    said = counted.said or 0
    declared = {per_node, counted.declared or per_node}
    return min(sorted(declared - {said} or declared), key=lambda number: abs(number - said))


def _quoting(system: Any, counted: Count) -> str | None:
    """The first of its names that says the number, None where none does."""
    for name in (known(system.system_name), known(system.platform)):
        if name and counted.said in counts_in(name, _called_words(system)):
            return f"“{' '.join(name.split())}”"
    return None


def _is_contradicted(source: str) -> bool:
    return source.endswith(_NOT_DECLARED) and ";" in source


def _why(source: str) -> str:
    """A source as the reason in a sentence: without the figure that the sentence has already."""
    return source.rpartition(";")[0].removeprefix("unknown: ") or source


def wrong_cpus(system: Any) -> Fault | None:
    """A declared number of host processors that no machine takes, or that the system's names contradict."""
    declared, credible = known(system.cpus_per_node_declared), known(system.cpus_per_node)
    if not declared or declared == credible:
        return None
    source = str(known(system.cpus_source) or "")
    if not _is_contradicted(source):
        return None
    fact = f"{int(credible)}" if credible else ""
    # Linux counts the clusters of cores of some chips as sockets.
    is_cluster = "in clusters" in str(known(system.cores_source) or "")
    why = "its clusters of cores" if is_cluster else _why(source)
    return Fault(
        HOSTS,
        f"{int(declared)}",
        fact,
        f"declares {words.count(int(declared), 'host processor')} per node ({system.cpu}), "
        + (f"credible is {fact}: {why}" if fact else f"which cannot be: {why}"),
        is_cluster,
    )


def wrong_nodes(system: Any) -> Fault | None:
    """A declared number of nodes unlike the one in its names."""
    nodes = known(system.nodes)
    said = nodes_in(known(system.system_name), known(system.platform))
    if not nodes or said is None or said == nodes:
        return None
    declared = words.count(int(nodes), "node")
    return Fault(
        NODES, f"{int(nodes)}", f"{said}", f"is called one of {words.count(said, 'node')} and declares {declared}"
    )
