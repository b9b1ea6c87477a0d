"""A system as described -> the same system in canonical words, with what is inferred marked as such."""

from __future__ import annotations

import re
from typing import Any

from lib.names.canonical import Accelerator, Names
from lib.names.counts import Count, Named, accelerators, of_kinds, words_of
from lib.names.families import Limit
from lib.names.processors import processors
from lib.names.software import parts, power_mode, serving
from lib.names.values import count_of

Row = dict[str, Any]


def normalize(system: Row, description: dict[str, str], names: Names) -> tuple[Row, list[Row], list[Row]]:
    """One system's canonical facts, its accelerators by kind, and its parts of software.

    `system` is a row of `systems`, `description` its raw fields.
    """
    fitted = names.accelerator(system["accelerator_raw"], system["accelerator_memory_raw"])
    cpu = names.cpu(system["cpu_raw"])
    kinds = list(fitted.kinds) if fitted else []
    total, of_each = _accelerators(system, kinds, fitted.mig if fitted else None, description.get("total_accelerators"))
    software = parts(f"{system['framework'] or ''}; {system['software_stack'] or ''}", names.software)
    hosts = processors(system, cpu, names.families.limit(cpu.name, cpu.family, system["cpu_raw"]) if cpu else Limit())
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
        "accelerators": total.value,
        "accelerators_declared": total.declared,
        "accelerators_source": total.source,
        "cpu": cpu.name if cpu else None,
        "cpu_vendor": cpu.vendor if cpu else None,
        "cpu_family": cpu.family if cpu else None,
        "is_cpu_known": cpu.is_known if cpu else system["cpu_raw"] is None,
        "cpus_per_node": hosts.per_node,
        "cpus_per_node_declared": system["cpus_per_node"],
        "cpus_source": hosts.source,
        "cores_per_cpu": hosts.cores,
        "cores_source": hosts.cores_source,
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
            "count": count,
        }
        for (kind, _), count in zip(kinds, of_each, strict=True)
    ]
    return (
        facts,
        accelerators,
        [
            {"system_id": system["system_id"], "role": part.role, "part": part.name, "version": part.version}
            for part in software
        ],
    )


def _accelerators(
    system: Row, kinds: list[tuple[Accelerator, int | None]], mig: str | None, total: str | None
) -> tuple[Count, list[int | None]]:
    """The credible accelerators of the whole system, and how many there are of each kind."""
    raw, per_node = system["accelerator_raw"], system["accelerators_per_node"]
    stated = [count for _, count in kinds]
    in_name = of_kinds(raw)
    if None in stated and len(kinds) == len(in_name) > 1:
        stated = list(in_name)
    words = words_of(*(name for kind, _ in kinds for name in (kind.family, kind.name)), raw)
    form = _shared(kind.form_factor for kind, _ in kinds)
    called = Named(system["system_name"], system["platform"], raw, words, mig, form, tuple(stated), count_of(total))
    count = accelerators(per_node, system["nodes"], called)
    if len(kinds) == 1:
        return count, [count.value]
    is_of_node = None not in stated and sum(filter(None, stated)) == per_node
    of_each = [each * (system["nodes"] or 1) if each and is_of_node else each for each in stated]
    if None not in of_each and sum(filter(None, of_each)) != count.value:  # what a node has, of nodes nobody knows
        return count, [None] * len(kinds)
    return count, of_each


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
