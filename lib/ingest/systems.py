"""A system description -> a row of `systems` and its raw fields, whichever source it came from."""

from __future__ import annotations

from typing import Any

from lib.ingest.parsers.documents import Document, cell
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.names.values import count_of, text_or_none
from lib.vocabulary import Availability, SystemType, system_types


def system_id(round_name: str, division: str, submitter: str, platform: str) -> str:
    """The stable name of an entry."""
    return f"{round_name}/{division}/{submitter}/{platform}"


def _count_in(description: dict[str, Any], name: str) -> Any:
    """What a description declares; of a number that it states twice and unlike neither can be believed."""
    is_doubled = isinstance(description, Document) and name in description.doubled
    return None if is_doubled else description.get(name)


def add_system(
    into: Round, division: str, submitter: str, platform: str, description: dict[str, Any], source: str, path: str
) -> None:
    """Append the system that a description tells of; the description's own words win nowhere over the folder's.

    Fields are MLCommons' own names (`accelerator_model_name`, ...). An empty description gives a system of which
    nothing is known.
    """
    name = system_id(into.name, division, submitter, platform)
    types = system_types(description.get("system_type"))
    status = description.get("status")
    availability = Availability.find(status)
    if description:
        into.problems += _doubts(description, path)
    cores = _count_in(description, "host_processor_core_count")
    into.add(
        "systems",
        {
            "system_id": name,
            "round": into.name,
            "division": division,
            "submitter": submitter,
            "platform": platform,
            "system_name": text_or_none(description.get("system_name")),
            "is_datacenter": SystemType.DATACENTER in types if types else None,
            "is_edge": SystemType.EDGE in types if types else None,
            "availability": str(availability) if availability else None,
            "availability_raw": text_or_none(status),
            "accelerator_raw": text_or_none(description.get("accelerator_model_name")),
            "accelerator_memory_raw": text_or_none(description.get("accelerator_memory_capacity")),
            "accelerators_per_node": count_of(_count_in(description, "accelerators_per_node")),
            "nodes": count_of(_count_in(description, "number_of_nodes")),
            "cpu_raw": text_or_none(description.get("host_processor_model_name")),
            "cpus_per_node": count_of(_count_in(description, "host_processors_per_node")),
            "cores_declared_raw": text_or_none(cell(cores)) if cores is not None else None,
            "cores_per_cpu_declared": count_of(cores),
            "framework": text_or_none(description.get("framework")),
            "software_stack": text_or_none(description.get("other_software_stack")),
            "operating_system": text_or_none(description.get("operating_system")),
            "source": source,
            "source_path": path,
        },
    )
    for key in sorted(description, key=str):
        into.add("descriptions", {"system_id": name, "field": cell(key), "value": cell(description[key])})


def _doubts(description: dict[str, Any], path: str) -> list[Problem]:
    """What a description leaves unsaid or says in words that nobody knows."""
    doubts = []
    status, kinds = text_or_none(description.get("status")), text_or_none(description.get("system_type"))
    if Availability.find(status) is None:
        doubts.append(("warning", f"unknown status {str(status)[:40]!r}; expected available, preview or rdi"))
    if kinds is None:
        doubts.append(("note", "the description names no system_type; neither datacenter nor edge is known"))
    elif not system_types(kinds):
        doubts.append(("warning", f"unknown system_type {kinds[:40]!r}; expected datacenter or edge"))
    count = description.get("accelerators_per_node")
    if text_or_none(description.get("accelerator_model_name")) and not count_of(count):
        doubts.append(("note", f"an accelerator, but no count of them: {cell(count)[:40]!r}"))
    return [Problem(severity, path, 0, message) for severity, message in doubts]
