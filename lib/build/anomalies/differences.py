"""What differs between two entries: their descriptions, their software part by part, and their runs' parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

# Free text or identity: they differ between any two entries and explain nothing.
_NOT_TELLING = {"submitter", "division", "system_type", "other_software_stack", "framework", "status"}
_RUN_FIELDS = (
    "target_qps", "target_latency_ns", "ttft_latency_ns", "tpot_latency_ns", "samples_per_query", "max_async_queries",
    "min_duration_ms", "performance_sample_count", "sut_name",
)
_RESULT_FIELDS = ("weight_dtype", "input_dtype", "power_mode", "serving", "is_inferred", "has_power")


@dataclass(frozen=True)
class Difference:
    """One field in which two entries differ; None where an entry does not state it."""

    source: str
    field: str
    first: str | None
    second: str | None

    def as_json(self) -> dict[str, str | None]:
        """The difference as evidence."""
        return {"source": self.source, "field": self.field, "first": self.first, "second": self.second}


class Descriptions:
    """The descriptions, software parts and published runs of all entries, read once for many comparisons."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._fields: dict[str, dict[str, str]] = {}
        for system, name, value in connection.execute("select system_id, field, value from descriptions").fetchall():
            self._fields.setdefault(system, {})[name] = value
        self._parts: dict[str, dict[str, str]] = {}
        for system, part, version in connection.execute("select system_id, part, version from system_software").fetchall():
            self._parts.setdefault(system, {})[part] = version or "(no version)"
        columns = ", ".join((*(f"u.{name}" for name in _RUN_FIELDS), *(f"r.{name}" for name in _RESULT_FIELDS)))
        rows = connection.execute(
            f"select r.result_id, {columns} from results r "
            "left join runs u on u.result_id = r.result_id and u.run = r.published_run"
        ).fetchall()
        names = (*_RUN_FIELDS, *_RESULT_FIELDS)
        self._runs = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}

    def of_systems(self, first: str, second: str) -> list[Difference]:
        """How two systems' descriptions differ: software part by part, then every other field."""
        parts = _unequal("software", self._parts.get(first, {}), self._parts.get(second, {}))
        one, other = (
            {name: " ".join(value.split()) for name, value in self._fields.get(system, {}).items() if name not in _NOT_TELLING}
            for system in (first, second)
        )
        return parts + _unequal("description", one, other)

    def of_results(self, first: str, second: str) -> list[Difference]:
        """How two results' published runs differ in what they were asked for."""
        return _unequal("run", self._runs.get(first, {}), self._runs.get(second, {}))


def _unequal(source: str, one: dict[str, Any], other: dict[str, Any]) -> list[Difference]:
    found = []
    for name in sorted(set(one) | set(other)):
        first, second = _shown(one.get(name)), _shown(other.get(name))
        if first != second:
            found.append(Difference(source, name, first, second))
    return found


def _shown(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return f"{value:,.15g}"
    return str(value)
