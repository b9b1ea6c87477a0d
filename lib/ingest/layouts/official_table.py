"""The CSV that MLCommons' public results table exports (v5.0) -> records as `compiled` reads them.

Several header rows, then four lines per system; the line `Avg. Result at System Name` holds the results.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from lib.ingest.problem import SourceError
from lib.vocabulary import Scenario, SystemType

# MLCommons' rules: these scenarios belong to one suite alone. Offline is in both, and SingleStream, once the edge
# suite's own, is since v6.0 found in the datacenter's too: beside it Server does not speak for the whole table.
_ONLY_IN = {
    Scenario.SERVER: SystemType.DATACENTER,
    Scenario.INTERACTIVE: SystemType.DATACENTER,
    Scenario.MULTI_STREAM: SystemType.EDGE,
}
_IDENTITY = {
    "Public ID": "ID",
    "Organization": "Organization",
    "Availability": "Availability",
    "System Name (click + for details)": "SystemName",
    "# of Nodes": "number_of_nodes",
    "Processor (click + for details)": "host_processor_model_name",
    "# of  Processors": "host_processors_per_node",
    "Accelerator (click + for details)": "accelerator_model_name",
    "# of Accelerators": "accelerators_per_node",
    "Host Processor Core Count": "host_processor_core_count",
    "Division/Power": "Division",
}


def looks_like_table(data: bytes) -> bool:
    """Whether a CSV is the public table's export."""
    head = data[:4000].decode("utf-8-sig", "replace")
    return "Public ID" in head and "Benchmark  /  Model MLC" in head


def records(data: bytes) -> list[dict[str, Any]]:
    """One record per filled cell of the table. Raises SourceError when its header rows are not as expected."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline="")))
    header = next((index for index, row in enumerate(rows[:20]) if row and row[0].strip() == "Public ID"), None)
    if header is None or header < 2:
        raise SourceError("no header row that begins with 'Public ID'")
    benchmarks, scenarios, units = _filled(rows[header - 2]), rows[header - 1], rows[header]
    names = [_IDENTITY.get(cell.strip()) for cell in rows[header]]
    suite = suite_of(scenarios)
    answer: list[dict[str, Any]] = []
    system: dict[str, Any] = {}
    for row in rows[header + 1 :]:
        if row and row[0].strip():
            system = {}
            for name, cell in zip(names, row, strict=False):
                if name and cell.strip():
                    system.setdefault(name, cell.strip())
        if not any(cell.startswith("Avg. Result") for cell in row[:20]):
            continue
        for column, cell in enumerate(row):
            if column < len(scenarios) and scenarios[column].strip() and cell.strip():
                record = _record(system, benchmarks[column], scenarios[column].strip(), units[column].strip(), cell)
                answer.append(record | {"SystemType": suite} if suite else record)
    return answer


def suite_of(scenarios: list[str]) -> str | None:
    """The suite that a table's scenarios tell: an export shows one suite, and does not say which.

    >>> suite_of(["Offline", "Server"]), suite_of(["Offline", "MultiStream"]), suite_of(["Offline"])
    ('datacenter', 'edge', None)
    """
    found = {Scenario(word) for name in scenarios if (word := Scenario.find(name))}
    suites = {_ONLY_IN[scenario] for scenario in found if scenario in _ONLY_IN}
    if len(suites) != 1 or (suites == {SystemType.DATACENTER} and Scenario.SINGLE_STREAM in found):
        return None
    return str(suites.pop())


def _filled(row: list[str]) -> list[str]:
    """A header row whose name stands only above its first column, carried on to the next name."""
    filled, last = [], ""
    for cell in row:
        last = cell.strip() or last
        filled.append(last)
    return filled


def _record(system: dict[str, Any], benchmark: str, scenario: str, unit: str, value: str) -> dict[str, Any]:
    return {
        **system,
        "Platform": system.get("ID", ""),
        "Division": str(system.get("Division", "")).strip(),
        "Model": benchmark,
        "Scenario": scenario,
        "Units": unit,
        "Result": value.replace(",", ""),
        "Location": "official table",
        "has_power": False,
    }
