"""How many host processors a node has and how many cores each: the declared figures against makers' and names.

Slips that a maker's limit uncovers: the number of GPUs or of cores as the number of CPUs, sockets and cores swapped,
the CPUs of all nodes in one, a chip's clusters of cores as CPUs, virtual CPUs as cores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lib.names.canonical import Cpu
from lib.names.families import Limit

Row = dict[str, Any]
_LONGEST = 300
# The largest machine on sale takes 32 processors (HPE Superdome Flex): more in a node are none.
_MOST_SOCKETS = 32
# The largest processor on sale has 288 cores (Xeon 6900 with E-cores): what has more than this many is none.
_MOST_CORES = 1024
# `2xEPYC_9575F`, `2x AMD EPYC 7773X`, `4xXeon_8460Y`; `1-node-2S-SPR`, `R750 ICX-6330(2S 28C)`, `CLX-8255C-4S`.
_CPUS = re.compile(
    r"(?<![a-z0-9.])(\d{1,3})\s?[x\u00d7][\s_-]?(?:AMD[\s_-]?)?(?:Intel(?:\(R\))?[\s_-]?)?(?:EPYC?|Xeon|CPUs?)(?![a-z])"
    r"|(?<=[-_( ])([1248])S(?=[-_ )]|$)",
    re.I,
)
# Machines that a cloud rents out by the vCPU: the types of AWS (not `.metal`), Azure, Google, IBM, Oracle, Alibaba.
_INSTANCE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{1,4}\d[a-z0-9-]{0,8}(?:[._]\d{0,3}xlarge|\.(?:large|medium|small|micro|nano))(?![a-z])"
    # Azure's (`NC24ads_A100_v4`, `ND-H200-v5`), but neither `nvidia_h100_v2` nor `NVLink_v4`.
    r"|n[cdv]\d{1,3}[a-z]{0,6}(?:[-_][a-z0-9]{1,8}){0,2}[-_]v\d"
    r"|n[cd](?:s|m|rs|ads|a?m?sr|isrf?)?[-_](?:[ahv]\d{2,3}|gb\d{3}|mi\d{3}x?|t4)[-_]v\d|nv(?:ads|s)[-_](?:[a-z]{1,2}\d{2,3}[-_])?v\d"
    r"|[acegmnt]\d[a-z]{0,2}[-_.](?:standard|highmem|highcpu|highgpu|ultragpu|megagpu)[-_.]\d"
    r"|gx\d-\d{1,4}x\d|vm\.(?:gpu|standard)|ecs\.|elastic compute service)",
    re.I,
)
# `1-node-2S-SPR`: a system of Intel's manner says how many nodes it has.
_NODES = re.compile(r"(?<![a-z0-9])(\d{1,4})[-_ ]nodes?(?![a-z0-9])", re.I)
VIRTUAL = "virtual CPUs"
_SWAPPED = "declared as cores"


@dataclass(frozen=True)
class Processors:
    """Credible host processors of a node and cores of one (None: unknown), where each comes from."""

    per_node: int | None
    source: str
    cores: int | None
    cores_source: str


def cpus_in(name: str | None) -> list[int]:
    """The numbers that a name gives for host processors.

    >>> cpus_in("8xMI355X_2xEPYC_9575F"), cpus_in("1-node-4S-CPX-PyTorch"), cpus_in("Supermicro AS-1114S-WTRT")
    ([2], [4], [])
    """
    return list(dict.fromkeys(int(one or other) for one, other in _CPUS.findall((name or "")[:_LONGEST])))


def is_instance(*names: str | None) -> bool:
    """Whether a name is that of a virtual machine of a cloud.

    >>> is_instance("AWS Inf1.6xlarge"), is_instance("NC24ads_A100_v4"), is_instance("BM.GPU.H100.8")
    (True, True, False)
    """
    return any(_INSTANCE.search((name or "")[:_LONGEST]) for name in names)


def nodes_in(*names: str | None) -> int | None:
    """The number of nodes that all names say which say one; None where none does or they differ.

    >>> nodes_in("X410M8_1_node_4S_GNR_86C", None), nodes_in("1-node-2S", "2-node-2S")
    (1, None)
    """
    said = {int(number) for name in names for number in _NODES.findall((name or "")[:_LONGEST])}
    return said.pop() if len(said) == 1 else None


def processors(system: Row, cpu: Cpu | None, limit: Limit) -> Processors:
    """The credible host processors and cores of a system, a row of `systems`."""
    per_node, source, is_cluster = _per_node(system, cpu, limit)
    cores, cores_source = credible_cores({**system, "cpus_per_node": per_node}, cpu)
    if source.startswith(_SWAPPED) and cores is not None:
        cores_source = "the maker's, declared as the number of processors"
    if is_cluster and cores_source == "declared only" and cores is not None:
        cores, cores_source = cores * system["cpus_per_node"], "declared only, in clusters"
    if cores is not None and cores_source.startswith("declared only") and cores > (limit.cores or _MOST_CORES):
        whose = f" of its family has more than {limit.cores}" if limit.cores else f" has more than {_MOST_CORES}"
        cores, cores_source = None, f"unknown; no processor{whose}"
    return Processors(per_node, source, cores, cores_source)


def _per_node(system: Row, cpu: Cpu | None, limit: Limit) -> tuple[int | None, str, bool]:
    """The credible number, its source, and whether clusters of cores were declared as processors.

    Where the number is that of the maker's cores, and that of the cores a possible one, the two are swapped. A number
    within the maker's limit counts, unless names contradict it: then two that agree, else it is unknown. One beyond
    the limit gives way to the number in a name, to a processor's only socket, to a share of all nodes; else unknown.
    """
    declared, nodes = system["cpus_per_node"], system["nodes"] or 1  # of no nodes that we know: as of one
    most = limit.sockets or _MOST_SOCKETS
    if declared is None:
        return None, "unknown: none declared", False
    said = nodes_in(system["system_name"], system["platform"])
    if said is not None and system["nodes"] and said != nodes:
        return None, f"unknown: {nodes} nodes are declared, and a name says {said}", False
    told = f"; {declared} declared"
    if _is_swapped(declared, system["cores_per_cpu_declared"], cpu, most):
        return system["cores_per_cpu_declared"], f"{_SWAPPED}, and the cores as processors{told}", False
    named = _named((system["system_name"], system["platform"], system["cpu_raw"]), nodes, most)
    if 1 <= declared <= most:
        return (*_held_against(declared, nodes, named), False)
    agreed = {number for said in named for number in said}
    if len(agreed) == 1:
        return agreed.pop(), f"the name{told}", False
    if limit.sockets == 1 and declared:
        is_cluster = limit.has_clusters and system["cores_per_cpu_declared"] is not None
        is_cluster = is_cluster and (cpu is None or cpu.cores is None)
        return 1, f"a processor that works alone, by its maker{told}", is_cluster
    if limit.sockets and nodes > 1 and declared and declared % nodes == 0 and declared // nodes <= most:
        return declared // nodes, f"declared of all {nodes} nodes{told}", False
    why = f"no machine takes more than {most} of them" if declared else "a machine has a host processor"
    return None, f"unknown: {why}{told}", False


def _is_swapped(declared: int, declared_cores: int | None, cpu: Cpu | None, most: int) -> bool:
    """Whether the number of processors is that of a processor's cores, and the number of cores one of processors."""
    if cpu is None or cpu.cores is None or declared_cores is None:
        return False
    return declared == cpu.cores != declared_cores and 1 <= declared_cores <= min(most, declared - 1)


def _named(names: Iterable[str | None], nodes: int, most: int) -> list[set[int]]:
    """What each name says of a node's processors, within the limit: a larger number is of all nodes if it divides."""
    found = []
    for numbers in map(cpus_in, names):
        of_node = {number // nodes if number > most and number % nodes == 0 else number for number in numbers}
        if of_node and all(1 <= number <= most for number in of_node):
            found.append(of_node)
    return found


def _held_against(declared: int, nodes: int, named: list[set[int]]) -> tuple[int | None, str]:
    if any(said & {declared, declared * nodes} for said in named):
        return declared, "declared, and the name says so"
    against = [said for said in named if len(said) == 1]
    if not against:
        return declared, "declared"
    agreed = set.intersection(*against)
    if len(against) > 1 and agreed:
        return agreed.pop(), f"two of its names agree; {declared} declared"
    return None, f"unknown: a name says {min(against[0])}; {declared} declared"


def credible_cores(system: Row, cpu: Cpu | None) -> tuple[int | None, str]:
    """Cores of one CPU, and where the figure comes from.

    By rule a description declares cores per CPU; by habit some declare the whole box, 0, or virtual ones. Where the
    CPU is known its maker's figure counts; a virtual machine's cores are unknown, but where they are the maker's.

    >>> credible_cores({"cores_per_cpu_declared": 128, "cpus_per_node": 2}, Cpu("X", None, None, 64))
    (64, 'maker; declared is all CPUs together')
    """
    declared, cpus = system["cores_per_cpu_declared"], system["cpus_per_node"]
    if cpu is not None and cpu.is_vcpu:
        return None, VIRTUAL
    makers = cpu.cores if cpu is not None else None
    is_makers = makers is not None and declared in (makers, (cpus or 1) * makers)
    if declared and not is_makers and is_instance(system.get("system_name"), system.get("platform")):
        return None, VIRTUAL
    if cpu is not None and makers is not None:
        return makers, _beside_makers(declared, cpus, makers)
    if declared and cpu is not None and " + " in cpu.name:
        return None, "unknown; several kinds of processors"
    return (declared, "declared only") if declared else (None, "unknown")


def _beside_makers(declared: int | None, cpus: int | None, cores: int) -> str:
    if declared == cores:
        return "maker and declared agree"
    if declared is None:
        return "maker; none declared"
    if declared == 0:
        return "maker; 0 declared"
    if cpus and declared == cpus * cores:
        return "maker; declared is all CPUs together"
    return "maker; declared differs"
