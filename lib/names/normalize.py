"""A system as described -> the same system in canonical words, with what is inferred marked as such."""

from __future__ import annotations

import re
from typing import Any

from lib.names.canonical import Cpu, Names
from lib.names.software import parts, power_mode, serving

Row = dict[str, Any]


def normalize(system: Row, description: dict[str, str], names: Names) -> tuple[Row, list[Row], list[Row]]:
    """One system's canonical facts, its accelerators by kind, and its parts of software.

    `system` is a row of `systems`, `description` its raw fields.
    """
    fitted = names.accelerator(system["accelerator_raw"], system["accelerator_memory_raw"])
    cpu = names.cpu(system["cpu_raw"])
    per_node, nodes = system["accelerators_per_node"], system["nodes"]
    total = per_node * nodes if per_node is not None and nodes is not None else None
    kinds = list(fitted.kinds) if fitted else []
    software = parts(f"{system['framework'] or ''}; {system['software_stack'] or ''}", names.software)
    cores, cores_source = credible_cores(system, cpu)
    name = system["system_name"]
    facts = {
        "system_id": system["system_id"],
        "organisations": list(names.organisations.of(system["submitter"])),
        "accelerator": " + ".join(kind.name for kind, _ in kinds) or None,
        "accelerator_list": [kind.name for kind, _ in kinds],
        "accelerator_vendor": _shared(kind.vendor for kind, _ in kinds),
        "accelerator_family": _shared(kind.family for kind, _ in kinds),
        "accelerator_memory_gb": _shared(kind.memory_gb for kind, _ in kinds),
        "accelerator_form": _shared(kind.form_factor for kind, _ in kinds),
        "accelerator_variant": fitted.variant if fitted else None,
        "mig": fitted.mig if fitted else None,
        "is_accelerator_known": all(kind.is_known for kind, _ in kinds),
        "accelerators": total,
        "cpu": cpu.name if cpu else None,
        "cpu_vendor": cpu.vendor if cpu else None,
        "cpu_family": cpu.family if cpu else None,
        "is_cpu_known": cpu.is_known if cpu else system["cpu_raw"] is None,
        "cores_per_cpu": cores,
        "cores_source": cores_source,
        "serving": serving(software, name, system["platform"]),
        "power_mode": power_mode(name, system["platform"], description.get("hw_notes"), description.get("sw_notes")),
        "base_name": base_name(name),
    }
    accelerators = [
        {
            "system_id": system["system_id"],
            "accelerator": kind.name,
            "vendor": kind.vendor,
            "family": kind.family,
            "memory_gb": kind.memory_gb,
            "form_factor": kind.form_factor,
            "count": count if count is not None else (total if len(kinds) == 1 else None),
        }
        for kind, count in kinds
    ]
    return (
        facts,
        accelerators,
        [
            {"system_id": system["system_id"], "role": part.role, "part": part.name, "version": part.version}
            for part in software
        ],
    )


def credible_cores(system: Row, cpu: Cpu | None) -> tuple[int | None, str]:
    """Cores of one CPU, and where the figure comes from.

    By rule a description declares cores per CPU; by habit some declare the whole box, 0, or virtual ones. Where the
    CPU is known its maker's figure counts; a virtual machine's cores are unknown.

    >>> credible_cores({"cores_per_cpu_declared": 128, "cpus_per_node": 2}, Cpu("X", None, None, 64))
    (64, 'maker; declared is all CPUs together')
    """
    declared, cpus = system["cores_per_cpu_declared"], system["cpus_per_node"]
    if cpu is not None and cpu.is_vcpu:
        return None, "virtual CPUs"
    if cpu is not None and cpu.cores is not None:
        if declared == cpu.cores:
            return cpu.cores, "maker and declared agree"
        if declared is None:
            return cpu.cores, "maker; none declared"
        if declared == 0:
            return cpu.cores, "maker; 0 declared"
        if cpus and declared == cpus * cpu.cores:
            return cpu.cores, "maker; declared is all CPUs together"
        return cpu.cores, "maker; declared differs"
    if declared:
        return declared, "declared only"
    return None, "unknown"


def base_name(name: str | None) -> str | None:
    """The machine's own name: the system name without what stands in brackets, folded.

    >>> base_name("NVIDIA DGX-A100 (8x A100-SXM-80GB, TensorRT, Triton)")
    'nvidia dgx-a100'
    """
    if name is None:
        return None
    plain = re.sub(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]", " ", name)
    return " ".join(plain.split()).casefold() or None


def _shared(values: Any) -> Any:
    """The value that all share, None when they differ or there is none."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None
