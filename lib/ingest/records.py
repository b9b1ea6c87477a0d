"""What the importer hands on: the rows of a round's tables, and the tables' columns and types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lib.ingest.problem import Problem

Row = dict[str, Any]

_TEXT, _INT, _REAL, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()

# The test parameters and figures of a run: our column, its type, LoadGen's names for it (summary, then detail log).
RUN_FIGURES: tuple[tuple[str, pa.DataType, tuple[str, ...]], ...] = (
    ("target_qps", _REAL, ("target_qps",)),
    ("target_latency_ns", _REAL, ("target_latency (ns)",)),
    ("ttft_latency_ns", _REAL, ("ttft_latency (ns)",)),
    ("tpot_latency_ns", _REAL, ("tpot_latency (ns)",)),
    ("samples_per_query", _REAL, ("samples_per_query",)),
    ("max_async_queries", _REAL, ("max_async_queries",)),
    ("min_duration_ms", _REAL, ("min_duration (ms)",)),
    ("max_duration_ms", _REAL, ("max_duration (ms)",)),
    ("min_query_count", _REAL, ("min_query_count",)),
    ("max_query_count", _REAL, ("max_query_count",)),
    ("performance_sample_count", _REAL, ("performance_sample_count",)),
    ("scheduled_samples_per_s", _REAL, ("Scheduled samples per second", "result_scheduled_samples_per_sec")),
    ("completed_samples_per_s", _REAL, ("Completed samples per second", "result_completed_samples_per_sec")),
    ("samples_per_s", _REAL, ("Samples per second", "result_samples_per_second")),
    (
        "tokens_per_s",
        _REAL,
        (
            "Tokens per second",
            "Completed tokens per second",
            "Tokens per second (inferred)",
            "Completed tokens per second (inferred)",
            "result_token_throughput",
        ),
    ),
    ("qps_with_overhead", _REAL, ("QPS w/ loadgen overhead",)),
    ("qps_without_overhead", _REAL, ("QPS w/o loadgen overhead",)),
    ("query_count", _REAL, ("result_query_count",)),
    ("overlatency_query_count", _REAL, ("result_overlatency_query_count",)),
    ("latency_min_ns", _REAL, ("Min latency (ns)",)),
    ("latency_mean_ns", _REAL, ("Mean latency (ns)",)),
    ("latency_max_ns", _REAL, ("Max latency (ns)",)),
    ("latency_p50_ns", _REAL, ("50.00 percentile latency (ns)",)),
    ("latency_p90_ns", _REAL, ("90.00 percentile latency (ns)",)),
    ("latency_p95_ns", _REAL, ("95.00 percentile latency (ns)",)),
    ("latency_p97_ns", _REAL, ("97.00 percentile latency (ns)",)),
    ("latency_p99_ns", _REAL, ("99.00 percentile latency (ns)",)),
    ("latency_p999_ns", _REAL, ("99.90 percentile latency (ns)",)),
    ("ttft_mean_ns", _REAL, ("Mean First Token latency (ns)",)),
    ("ttft_p99_ns", _REAL, ("99.00 percentile first token latency (ns)",)),
    ("tpot_mean_ns", _REAL, ("Mean Time to Output Token (ns)", "Mean Time per Output Token (ns)")),
    ("tpot_p99_ns", _REAL, ("99.00 percentile time to output token (ns)",)),
)
# Read as text: seeds do not fit a double.
RUN_TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sut_name", ("SUT name",)),
    ("mode", ("Mode",)),
    ("performance_constraints", ("Performance constraints satisfied",)),
    ("min_duration_satisfied", ("Min duration satisfied",)),
    ("min_queries_satisfied", ("Min queries satisfied",)),
    ("early_stopping_satisfied", ("Early stopping satisfied",)),
    ("qsl_rng_seed", ("qsl_rng_seed",)),
    ("sample_index_rng_seed", ("sample_index_rng_seed",)),
    ("schedule_rng_seed", ("schedule_rng_seed",)),
    ("performance_issue_unique", ("performance_issue_unique",)),
    ("performance_issue_same", ("performance_issue_same",)),
)

_SYSTEM = [("system_id", _TEXT), ("round", _TEXT), ("division", _TEXT), ("submitter", _TEXT), ("platform", _TEXT)]

SCHEMAS: dict[str, pa.Schema] = {
    "systems": pa.schema(
        [
            *_SYSTEM,
            ("system_name", _TEXT),
            ("is_datacenter", _FLAG),
            ("is_edge", _FLAG),
            ("availability", _TEXT),
            ("availability_raw", _TEXT),
            ("accelerator_raw", _TEXT),
            ("accelerator_memory_raw", _TEXT),
            ("accelerators_per_node", _INT),
            ("nodes", _INT),
            ("cpu_raw", _TEXT),
            ("cpus_per_node", _INT),
            ("cores_declared_raw", _TEXT),
            ("cores_per_cpu_declared", _INT),
            ("framework", _TEXT),
            ("software_stack", _TEXT),
            ("operating_system", _TEXT),
            ("source", _TEXT),
            ("source_path", _TEXT),
        ]
    ),
    "descriptions": pa.schema([("system_id", _TEXT), ("field", _TEXT), ("value", _TEXT)]),
    "results": pa.schema(
        [
            ("result_id", _TEXT),
            *_SYSTEM,
            ("benchmark_raw", _TEXT),
            ("stands_for", _TEXT),
            ("scenario", _TEXT),
            ("scenario_logged", _TEXT),
            ("metric", _TEXT),
            ("value", _REAL),
            ("unit", _TEXT),
            ("higher_is_better", _FLAG),
            ("is_inferred", _FLAG),
            ("is_valid", _FLAG),
            ("value_field", _TEXT),
            ("has_power_run", _FLAG),
            ("power_w", _REAL),
            ("energy_mj", _REAL),
            ("weight_dtype", _TEXT),
            ("input_dtype", _TEXT),
            ("published_run", _TEXT),
            ("public_id", _TEXT),
            ("source", _TEXT),
            ("source_path", _TEXT),
        ]
    ),
    "runs": pa.schema(
        [
            ("result_id", _TEXT),
            ("run", _TEXT),
            ("scenario_logged", _TEXT),
            ("is_valid", _FLAG),
            ("mean_power_w", _REAL),
            ("power_begin", _TEXT),
            ("power_end", _TEXT),
            *[(name, kind) for name, kind, _ in RUN_FIGURES],
            *[(name, _TEXT) for name, _ in RUN_TEXTS],
            ("source_path", _TEXT),
        ]
    ),
    "settings": pa.schema([("result_id", _TEXT), ("file", _TEXT), ("field", _TEXT), ("value", _TEXT)]),
    "accuracy": pa.schema([("result_id", _TEXT), ("metric", _TEXT), ("value", _REAL), ("source_path", _TEXT)]),
    "problems": pa.schema(
        [
            ("round", _TEXT),
            ("severity", _TEXT),
            ("path", _TEXT),
            ("line", _INT),
            ("message", _TEXT),
        ]
    ),
    "official": pa.schema(
        [
            ("round", _TEXT),
            ("public_id", _TEXT),
            ("division", _TEXT),
            ("submitter", _TEXT),
            ("platform", _TEXT),
            ("system_name", _TEXT),
            ("is_datacenter", _FLAG),
            ("is_edge", _FLAG),
            ("benchmark_raw", _TEXT),
            ("stands_for", _TEXT),
            ("scenario", _TEXT),
            ("value", _REAL),
            ("unit", _TEXT),
            ("power", _REAL),
            ("power_unit", _TEXT),
            ("source", _TEXT),
        ]
    ),
}


@dataclass
class Round:
    """The rows of one round, table by table, and what was left out on the way."""

    name: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files_read: int = 0

    def add(self, table: str, row: Row) -> None:
        """One more row; columns that it does not name are missing (NULL)."""
        self.tables.setdefault(table, []).append(row)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table so far."""
        if table == "problems":
            return [
                {
                    "round": self.name,
                    "severity": item.severity,
                    "path": item.path,
                    "line": item.line,
                    "message": item.message,
                }
                for item in self.problems
            ]
        return self.tables.get(table, [])
