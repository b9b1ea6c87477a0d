"""Small made-up entries for the rules of the anomalies: what a test does not name is usual."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from lib.findings import frames
from lib.findings.case import Case
from lib.findings.detectors import (
    bounds,
    former,
    identical,
    inverse,
    peers,
    power,
    ranks,
    scaling,
    scenarios,
    targets,
    twins,
    units,
    variants,
)
from lib.findings.finding import Finding, Role
from lib.findings.pairs import pairs
from lib.names.canonical import Cpu
from lib.names.processors import credible_cores

Row = dict[str, Any]

USUAL: Row = {
    "public_id": None,
    "round": "v1.0",
    "round_order": 1000,
    "division": "closed",
    "availability": "available",
    "is_datacenter": True,
    "is_edge": False,
    "has_power": False,
    "submitter": "Acme",
    "base_name": "box",
    "benchmark": "resnet50",
    "scenario": "Offline",
    "unit": "Samples/s",
    "metric": "throughput",
    "higher_is_better": True,
    "is_inferred": False,
    "is_published": True,
    "accelerator": "NVIDIA A100-SXM-80GB",
    "accelerator_variant": None,
    "accelerators_per_node": 8,
    "nodes": 1,
    "accelerators": 8,
    "mig": None,
    "cpu": "AMD EPYC 7742",
    "cpus_per_node": 2,
    "power_mode": None,
    "serving": None,
    "weight_dtype": "int8",
    "input_dtype": "int8",
    "operating_system": "Ubuntu",
    "target_qps": None,
    "target_latency_ns": None,
    "latency_p99_ns": None,
    "era": 0,
    "memory": 80.0,
    "power_w": None,
    "energy_mj": None,
    "latency_mean_ns": None,
}
DESCRIBED: Row = {
    "division": "closed",
    "submitter": "Acme",
    "round": "v1.0",
    "public_id": None,
    "availability": "available",
    "system_name": "Box (8x A100-SXM-80GB)",
    "accelerator": "NVIDIA A100-SXM-80GB",
    "accelerator_raw": "NVIDIA A100-SXM-80GB",
    "accelerator_family": "A100",
    "accelerator_form": "SXM",
    "accelerator_memory_gb": 80.0,
    "accelerator_memory_raw": "80 GB",
    "accelerators_per_node": 8,
    "nodes": 1,
    "accelerators": 8,
    "accelerators_declared": 8,
    "accelerators_source": "declared",
    "mig": None,
    "cpu": "AMD EPYC 7742",
    "cpu_raw": "AMD EPYC 7742",
    "cpus_per_node": 2,
    "cpus_per_node_declared": 2,
    "cpus_source": "declared",
    "cores_per_cpu": 64,
    "cores_per_cpu_declared": 64,
    "cores_source": "maker and declared agree",
}
RUN = ("ttft_latency_ns", "tpot_latency_ns", "samples_per_query", "max_async_queries", "min_duration_ms")
RUN_MORE = ("performance_sample_count", "sut_name", "latency_p97_ns", "ttft_p99_ns", "tpot_p99_ns", "samples_per_s")


def entry(platform: str, value: float, scenario: str = "Offline", **facts: Any) -> Row:
    """One result of one platform."""
    rate = {"unit": "Queries/s"} if scenario == "Server" else {}
    row = {
        **USUAL,
        **rate,
        "scenario": scenario,
        "platform": platform,
        "system_name": platform,
        "value": value,
        "organisation": facts.get("submitter", USUAL["submitter"]),
        **facts,
    }
    system = "/".join(row[name] for name in ("round", "division", "submitter", "platform"))
    model = row["benchmark"].removesuffix("-99.9").removesuffix("-99")
    return {**row, "system_id": system, "result_id": f"{system}/{row['benchmark']}/{scenario}", "model": model}


def system(platform: str, **facts: Any) -> Row:
    """One system's description; its credible cores come from the rule that the build uses."""
    row = {**DESCRIBED, "platform": platform, "system_id": f"v1.0/closed/Acme/{platform}", **facts}
    maker = Cpu(row["cpu"], None, None, row["cores_per_cpu"])
    _, source = credible_cores(row, maker)
    return {**row, "cores_source": source, "result_ids": [f"{row['system_id']}/resnet50/Offline"]}


def facts_of(entries: list[Row], systems: list[Row] | None = None) -> frames.Facts:
    """The facts that a build would read of them."""
    results = pd.DataFrame(entries)
    columns = ["result_id", "target_qps", "target_latency_ns", "latency_p99_ns", "latency_mean_ns"]
    runs = results[columns].assign(**dict.fromkeys((*RUN, *RUN_MORE))).set_index("result_id")
    empty = pd.DataFrame({"round": [], "public_id": [], "system_id": []}, dtype=object)
    return frames.Facts(
        results=frames.prepare(results.astype({"accelerators": "Int64"})),
        runs=runs,
        systems=pd.DataFrame(systems or [], columns=[*DESCRIBED, "platform", "system_id", "result_ids"]),
        parts=pd.DataFrame({"system_id": ["x"], "role": ["runtime"], "part": ["CUDA"], "version": ["11"]}),
        fields=pd.DataFrame({"system_id": [], "field": [], "value": []}, dtype=object),
        public_ids=empty,
    )


def software(*parts: tuple[str, str, str | None], role: str = "runtime") -> pd.DataFrame:
    """Parts of software: (platform, part, version), of the usual submitter's systems."""
    rows = [("v1.0/closed/Acme/" + platform, role, part, version) for platform, part, version in parts]
    return pd.DataFrame(rows, columns=["system_id", "role", "part", "version"], dtype=object)


def fields(*told: tuple[str, str, str]) -> pd.DataFrame:
    """Fields of descriptions: (platform, field, value), of the usual submitter's systems."""
    rows = [("v1.0/closed/Acme/" + platform, field, value) for platform, field, value in told]
    return pd.DataFrame(rows, columns=["system_id", "field", "value"], dtype=object)


def case_of(*entries: Row, **tables: Any) -> Case:
    """What a detector is given; `tables` take the place of a table of the facts."""
    facts = replace(facts_of(list(entries)), **tables)
    return Case(facts, pairs(facts))


def others(count: int, value: float = 1000.0, **facts: Any) -> list[Row]:
    """Entries of as many other submitters, each one a little faster than the one before."""
    return [
        entry(f"peer{number}", value + number, submitter=f"S{number}", base_name=f"peer{number}", **facts)
        for number in range(count)
    ]


def same_system(row: Row) -> Row:
    """What a further result of the same system has in common with this one."""
    return {name: row[name] for name in ("platform", "submitter", "base_name")}


def roles(finding: Finding) -> dict[str, Role]:
    """By the end of the result's ID (platform, benchmark, scenario) the role of each member."""
    return {result.split("/", 3)[3]: role for result, role in finding.members}


DETECTOR = {
    "twins": twins.detect,
    "twins-across": twins.detect,
    "server-over-offline": scenarios.detect,
    "scenario-ratio": scenarios.detect,
    "rank-shift": ranks.detect,
    "peer-outlier": peers.detect,
    "scaling": scaling.detect,
    "inverse-scaling": inverse.detect,
    "former-self": former.detect,
    "own-target": targets.detect,
    "accuracy-targets": variants.detect,
    "power": power.detect,
    "identical": identical.detect,
    "close-to-bound": bounds.detect,
    "unit": units.detect,
}


def found(facts: frames.Facts, kind: str) -> list[Finding]:
    """What one kind of rule finds."""
    return [finding for finding in DETECTOR[kind](Case(facts, pairs(facts))) if finding.kind == kind]
