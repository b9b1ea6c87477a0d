"""A small data folder that we made up: about forty results of two rounds, with every kind of oddity that the app meets.

`write` makes the rounds' tables, `build` the database. The names of hardware are real ones of data/names.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lib.database.build import build as build_database
from lib.ingest.records import SCHEMAS, Round
from lib.ingest.write import write_tables
from lib.settings import Settings

Row = dict[str, Any]

A100 = {"accelerator_raw": "NVIDIA A100-SXM-80GB", "accelerator_memory_raw": "80GB"}
EPYC = {"cpu_raw": "AMD EPYC 7742", "cpus_per_node": 2, "cores_declared_raw": "64", "cores_per_cpu_declared": 64}
XEON = {
    "cpu_raw": "Intel Xeon Platinum 8380",
    "cpus_per_node": 2,
    "cores_declared_raw": "40",
    "cores_per_cpu_declared": 40,
}
TRT = {"framework": "TensorRT 7.2.3, CUDA 11.1", "software_stack": "TensorRT 7.2.3, CUDA 11.1"}
MIXED = "1 Node: NVIDIA A100-SXM-80GBx8, 2 Nodes: NVIDIA A30x4"

# Entry -> the facts of its description that are not the usual ones (one node, datacenter, available).
SYSTEMS: dict[str, Row] = {
    "v1.0/closed/Acme/big": {
        **A100,
        **EPYC,
        **TRT,
        "accelerators_per_node": 8,
        "system_name": "Acme Box (8x A100, TensorRT)",
    },
    "v1.0/closed/Acme/big_Triton": {
        **A100,
        **EPYC,
        "framework": "TensorRT 7.2.3, CUDA 11.1, Triton 21.02",
        "accelerators_per_node": 8,
        "system_name": "Acme Box (8x A100, TensorRT, Triton)",
    },
    "v1.0/closed/Beta/four": {**A100, **EPYC, **TRT, "accelerators_per_node": 4, "system_name": "Beta four"},
    "v1.0/closed/Gamma/t4": {
        "accelerator_raw": "NVIDIA T4",
        "accelerators_per_node": 4,
        **XEON,
        "system_name": "Gamma T4",
    },
    "v1.0/closed/Delta/cpu": {
        "accelerators_per_node": 0,
        **XEON,
        "framework": "OpenVINO 2021",
        "system_name": "Delta CPU",
    },
    "v1.0/closed/Mixed/two": {"accelerator_raw": MIXED, **EPYC, "nodes": 3, "system_name": "Mixed kinds"},
    "v1.0/closed/Bare/nothing": {"nodes": None, "is_datacenter": None, "is_edge": None, "availability": None},
    "v1.0/closed/Watt/power": {**A100, **EPYC, "accelerators_per_node": 8, "system_name": "Watt metered"},
    "v1.0/closed/Edge/both": {
        "accelerator_raw": "NVIDIA T4",
        "accelerators_per_node": 1,
        **XEON,
        "is_edge": True,
        "system_name": "Both suites",
    },
    "v1.0/closed/Soon/new": {
        "accelerator_raw": "Qualcomm Cloud AI 100 DM.2",
        "accelerators_per_node": 8,
        **EPYC,
        "availability": "preview",
    },
    "v1.0/open/Lab/own": {
        **A100,
        **EPYC,
        "accelerators_per_node": 1,
        "availability": "rdi",
        "system_name": "Lab's own",
    },
    "v2.0/closed/Acme/big": {
        **A100,
        **EPYC,
        **TRT,
        "accelerators_per_node": 8,
        "system_name": "Acme Box (8x A100, TensorRT)",
    },
    "v2.0/closed/Delta/cpu": {"accelerators_per_node": 0, **XEON, "nodes": 2, "system_name": "Delta CPU"},
    "v2.0/closed/Edge/both": {
        "accelerator_raw": "NVIDIA T4",
        "accelerators_per_node": 1,
        **XEON,
        "is_edge": True,
        "system_name": "Both suites",
    },
    "v2.0/network/Acme/far": {**A100, **EPYC, "accelerators_per_node": 8, "system_name": "Acme over a network"},
}
# Entry, benchmark, scenario, value, unit and what else the result is.
RESULTS: tuple[tuple[str, str, str, float, str, Row], ...] = (
    ("v1.0/closed/Acme/big", "resnet50", "Server", 300.0, "Queries/s", {"target_qps": 310.0}),
    ("v1.0/closed/Acme/big_Triton", "resnet50", "Server", 200.0, "Queries/s", {"target_qps": 210.0}),
    ("v1.0/closed/Beta/four", "resnet50", "Server", 200.0, "Queries/s", {}),
    ("v1.0/closed/Gamma/t4", "resnet50", "Server", 50.0, "Queries/s", {}),
    ("v1.0/closed/Delta/cpu", "resnet50", "Server", 20.0, "Queries/s", {}),
    ("v1.0/closed/Mixed/two", "resnet50", "Server", 250.0, "Queries/s", {}),
    ("v1.0/closed/Bare/nothing", "resnet50", "Server", 10.0, "Queries/s", {"weight_dtype_raw": None}),
    ("v1.0/closed/Watt/power", "resnet50", "Server", 290.0, "Queries/s", {"power_w": 3000.0, "has_power_run": True}),
    ("v1.0/closed/Edge/both", "resnet50", "Server", 15.0, "Queries/s", {}),
    ("v1.0/closed/Soon/new", "resnet50", "Server", 310.0, "Queries/s", {}),
    ("v1.0/closed/Acme/big", "resnet50", "Offline", 320.5, "Samples/s", {}),
    ("v1.0/closed/Acme/big_Triton", "resnet50", "Offline", 319.5, "Samples/s", {}),
    ("v1.0/closed/Beta/four", "resnet50", "Offline", 160.25, "Samples/s", {}),
    ("v1.0/closed/Gamma/t4", "resnet50", "Offline", 55.0, "Samples/s", {"is_valid": False}),
    ("v1.0/closed/Delta/cpu", "resnet50", "Offline", 25.0, "Samples/s", {"is_inferred": True}),
    ("v1.0/closed/Mixed/two", "resnet50", "Offline", 330.0, "Samples/s", {}),
    ("v1.0/closed/Bare/nothing", "resnet50", "Offline", 11.0, "Samples/s", {}),
    ("v1.0/closed/Watt/power", "resnet50", "Offline", 310.0, "Samples/s", {"power_w": 3100.0, "has_power_run": True}),
    ("v1.0/closed/Edge/both", "resnet50", "SingleStream", 0.5, "ms", {"energy_mj": 20.0}),
    ("v1.0/closed/Gamma/t4", "resnet50", "SingleStream", 0.75, "ms", {}),
    ("v1.0/closed/Delta/cpu", "resnet50", "SingleStream", 0.75, "ms", {}),
    ("v1.0/closed/Bare/nothing", "resnet50", "SingleStream", 2.0, "ms", {}),
    ("v1.0/closed/Edge/both", "resnet50", "MultiStream", 64.0, "streams", {}),
    ("v1.0/closed/Gamma/t4", "resnet50", "MultiStream", 48.0, "streams", {}),
    ("v1.0/closed/Acme/big", "bert-99", "Server", 1000.5, "Queries/s", {}),
    ("v1.0/closed/Beta/four", "bert-99", "Server", 500.0, "Queries/s", {}),
    ("v1.0/closed/Watt/power", "bert-99", "Server", 990.0, "Queries/s", {"has_power_run": True}),
    ("v1.0/open/Lab/own", "own-model", "Offline", 7.0, "Frames/s", {}),
    ("v1.0/open/Lab/own", "resnet50", "Offline", 340.0, "Samples/s", {}),
    ("v1.0/open/Lab/own", "bert-99", "Server", 12.0, "Frames/s", {}),
    ("v2.0/closed/Acme/big", "resnet50", "Server", 305.0, "Queries/s", {}),
    ("v2.0/closed/Acme/big", "resnet50", "Offline", 325.0, "Samples/s", {}),
    ("v2.0/closed/Acme/big", "3d-unet-99", "Offline", 3.5, "Samples/s", {}),
    ("v2.0/closed/Delta/cpu", "resnet50", "Offline", 26.0, "Samples/s", {}),
    ("v2.0/closed/Delta/cpu", "resnet50", "Server", 21.0, "Queries/s", {}),
    ("v2.0/closed/Edge/both", "resnet50", "MultiStream", 4.25, "ms", {}),
    ("v2.0/closed/Edge/both", "resnet50", "SingleStream", 0.45, "ms", {}),
    ("v2.0/network/Acme/far", "resnet50", "Server", 280.0, "Queries/s", {}),
    ("v2.0/network/Acme/far", "resnet50", "Offline", 300.0, "Samples/s", {}),
    ("v1.0/closed/Beta/four", "3d-unet-99", "Offline", 240.5, "Samples/s", {}),
)
_METRICS = {"ms": ("latency", False), "streams": ("streams", True)}


def write(folder: Path, systems: dict[str, Row] | None = None, results: Iterable[Any] = RESULTS) -> Path:
    """Write the tables of the rounds into a data folder; returns the folder."""
    systems = SYSTEMS if systems is None else systems
    results = tuple(results)
    for name in sorted({entry.split("/")[0] for entry in systems}):
        content = Round(name)
        for entry, facts in systems.items():
            if entry.startswith(name + "/"):
                _add_system(content, entry, facts)
        for entry, benchmark, scenario, value, unit, facts in results:
            if entry.startswith(name + "/"):
                _add_result(content, entry, benchmark, scenario, value, unit, facts)
        write_tables(content, tuple(SCHEMAS), folder / "rounds" / name)
    return folder


def build(folder: Path) -> Path:
    """Build the database of a data folder; returns the folder."""
    build_database(folder, Settings())
    return folder


def _identity(entry: str) -> Row:
    name, division, submitter, platform = entry.split("/")
    return {"system_id": entry, "round": name, "division": division, "submitter": submitter, "platform": platform}


def _add_system(content: Round, entry: str, facts: Row) -> None:
    usual = {"nodes": 1, "is_datacenter": True, "is_edge": False, "availability": "available", "source": "logs"}
    row = {**usual, **_identity(entry), **facts}
    content.add(
        "systems", {**row, "source_path": f"{row['division']}/{row['submitter']}/systems/{row['platform']}.json"}
    )
    for field in ("system_name", "framework", "accelerator_raw", "cpu_raw"):
        if row.get(field) is not None:
            content.add("descriptions", {"system_id": entry, "field": field, "value": row[field]})


def _add_result(content: Round, entry: str, benchmark: str, scenario: str, value: float, unit: str, facts: Row) -> None:
    result_id = f"{entry}/{benchmark}/{scenario}"
    metric, higher = _METRICS.get(unit, ("throughput", True))
    who = _identity(entry)
    folder = f"{who['division']}/{who['submitter']}/results/{who['platform']}/{benchmark}/{scenario}"
    path = f"{folder}/performance/run_1/mlperf_log_summary.txt"
    has_power = any(other == entry and more.get("has_power_run") for other, *_, more in RESULTS)
    row = {
        "result_id": result_id,
        **who,
        "benchmark_raw": benchmark,
        "scenario": scenario,
        "scenario_logged": scenario,
        "metric": metric,
        "value": value,
        "unit": unit,
        "higher_is_better": higher,
        "is_inferred": False,
        "is_valid": True,
        "has_power_run": has_power,
        "weight_dtype_raw": "int8",
        "input_dtype": "int8",
        "published_run": "run_1",
        "source": "logs",
        "source_path": path,
        **facts,
    }
    content.add("results", {name: row[name] for name in row if name != "target_qps"})
    content.add(
        "runs",
        {
            "result_id": result_id,
            "run": "run_1",
            "scenario_logged": scenario,
            "is_valid": row["is_valid"],
            "target_qps": facts.get("target_qps"),
            "latency_p99_ns": 1_000_000.0,
            "source_path": path,
        },
    )
    content.add("accuracy", {"result_id": result_id, "metric": "acc", "value": 76.4, "source_path": path})
