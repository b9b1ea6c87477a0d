"""The tables of a round, as the importer writes them to Parquet."""

from __future__ import annotations

from lib.schema import shared as s
from lib.schema.column import Column, Table, flag, integer, real, text


def _latency(name: str, title: str, what: str, *logged: str) -> Column:
    return real(name, title, what, unit="ns", decimals=0, logged=logged)


def _setting(name: str, title: str, what: str, unit: str | None = None) -> Column:
    logged = f"{name.removesuffix('_ms')} (ms)" if unit == "ms" else name
    return real(name, title, what, unit=unit, decimals=0, logged=(logged,))


# A run's test parameters and figures. Of LoadGen's names for one the first that a log has counts.
FIGURES = (
    s.target_qps,
    s.target_latency_ns,
    _latency(
        "ttft_latency_ns", "Bound of first token (ns)", "the bound on the time to the first token", "ttft_latency (ns)"
    ),
    _latency(
        "tpot_latency_ns", "Bound per output token (ns)", "the bound on the time per output token", "tpot_latency (ns)"
    ),
    _setting("samples_per_query", "Samples per query", "samples that each query carried"),
    _setting("max_async_queries", "Async queries, most", "queries that LoadGen let run at one time"),
    _setting("min_duration_ms", "Least duration (ms)", "the shortest time that the run had to take", "ms"),
    _setting("max_duration_ms", "Longest duration (ms)", "the time after which LoadGen stops; 0 for none", "ms"),
    _setting("min_query_count", "Queries, least", "the fewest queries that the run had to send"),
    _setting("max_query_count", "Queries, most", "the number of queries after which LoadGen stops; 0 for none"),
    _setting("performance_sample_count", "Samples in memory", "samples of the data set that LoadGen drew from"),
    real(
        "scheduled_samples_per_s",
        "Scheduled (samples/s)",
        "the rate at which LoadGen sent samples in Server",
        unit="samples/s",
        logged=("Scheduled samples per second", "result_scheduled_samples_per_sec"),
    ),
    real(
        "completed_samples_per_s",
        "Completed (samples/s)",
        "the rate at which samples were completed in Server",
        unit="samples/s",
        logged=("Completed samples per second", "result_completed_samples_per_sec"),
    ),
    real(
        "samples_per_s",
        "Throughput (samples/s)",
        "the rate of samples in Offline",
        unit="samples/s",
        logged=("Samples per second", "result_samples_per_second"),
    ),
    real(
        "tokens_per_s",
        "Throughput (tokens/s)",
        "the rate of output tokens, where a benchmark counts tokens",
        unit="tokens/s",
        logged=(
            "Tokens per second",
            "Completed tokens per second",
            "Tokens per second (inferred)",
            "Completed tokens per second (inferred)",
            "result_token_throughput",
        ),
    ),
    real(
        "qps_with_overhead",
        "QPS with overhead",
        "queries per second in SingleStream, LoadGen's own time included",
        unit="queries/s",
        logged=("QPS w/ loadgen overhead",),
    ),
    real(
        "qps_without_overhead",
        "QPS without overhead",
        "queries per second in SingleStream, LoadGen's own time left out",
        unit="queries/s",
        logged=("QPS w/o loadgen overhead",),
    ),
    real("query_count", "Queries", "queries that the run sent", decimals=0, logged=("result_query_count",)),
    real(
        "overlatency_query_count",
        "Queries over the bound",
        "queries that took longer than the latency bound",
        decimals=0,
        logged=("result_overlatency_query_count",),
    ),
    _latency("latency_min_ns", "Shortest latency (ns)", "the shortest latency", "Min latency (ns)"),
    _latency("latency_mean_ns", "Mean latency (ns)", "the mean latency", "Mean latency (ns)"),
    _latency("latency_max_ns", "Longest latency (ns)", "the longest latency", "Max latency (ns)"),
    *(
        _latency(
            f"latency_p{digits}_ns",
            f"{percentile}th percentile latency (ns)",
            f"the latency within which {percentile}% of the queries were answered",
            f"{logged} percentile latency (ns)",
        )
        for digits, percentile, logged in (
            ("50", "50", "50.00"),
            ("90", "90", "90.00"),
            ("95", "95", "95.00"),
            ("97", "97", "97.00"),
            ("99", "99", "99.00"),
            ("999", "99.9", "99.90"),
        )
    ),
    _latency(
        "ttft_mean_ns", "Mean first token (ns)", "the mean time to the first token", "Mean First Token latency (ns)"
    ),
    _latency(
        "ttft_p99_ns",
        "99th percentile first token (ns)",
        "the 99th percentile of the time to the first token",
        "99.00 percentile first token latency (ns)",
    ),
    _latency(
        "tpot_mean_ns",
        "Mean per output token (ns)",
        "the mean time per output token",
        "Mean Time to Output Token (ns)",
        "Mean Time per Output Token (ns)",
    ),
    _latency(
        "tpot_p99_ns",
        "99th percentile per output token (ns)",
        "the 99th percentile of the time per output token",
        "99.00 percentile time to output token (ns)",
    ),
)
# Read as text: seeds do not fit a double.
TEXTS = (
    s.sut_name,
    text("mode", "Mode", "LoadGen's mode; a performance run's is PerformanceOnly", logged=("Mode",)),
    text(
        "performance_constraints",
        "Constraints met",
        "LoadGen's verdict on the latency bound",
        logged=("Performance constraints satisfied",),
    ),
    text(
        "min_duration_satisfied",
        "Duration met",
        "LoadGen's verdict on the least duration",
        logged=("Min duration satisfied",),
    ),
    text(
        "min_queries_satisfied",
        "Queries met",
        "LoadGen's verdict on the least number of queries",
        logged=("Min queries satisfied",),
    ),
    text(
        "early_stopping_satisfied",
        "Early stopping met",
        "LoadGen's verdict on its statistical test; missing before v2.0",
        logged=("Early stopping satisfied",),
    ),
    *(
        text(name, title, "a seed that the round prescribes", logged=(name,))
        for name, title in (
            ("qsl_rng_seed", "Seed of samples"),
            ("sample_index_rng_seed", "Seed of their order"),
            ("schedule_rng_seed", "Seed of the schedule"),
        )
    ),
    text(
        "performance_issue_unique",
        "Unique samples only",
        "whether LoadGen sent each sample once, a setting for audits",
        logged=("performance_issue_unique",),
    ),
    text(
        "performance_issue_same",
        "One sample only",
        "whether LoadGen sent one sample again and again, a setting for audits",
        logged=("performance_issue_same",),
    ),
)

ROUND_TABLES: tuple[Table, ...] = (
    Table(
        "systems",
        "an entry's system, its numbers read from the description, its words as submitted",
        ("system_id",),
        (
            *s.SYSTEM,
            s.system_name,
            s.is_datacenter,
            s.is_edge,
            s.availability,
            text("availability_raw", "Availability as submitted", "in the submitter's words"),
            s.accelerator_raw,
            s.accelerator_memory_raw,
            s.accelerators_per_node,
            s.nodes,
            s.cpu_raw,
            integer("cpus_per_node", "CPUs", "per node, as the description declares it"),
            s.cores_declared_raw,
            s.cores_per_cpu_declared,
            s.framework,
            text("software_stack", "Software stack", "the other software in the submitter's words"),
            s.operating_system,
            s.source,
            s.source_path,
        ),
    ),
    Table(
        "descriptions",
        "one field of a description, raw",
        ("system_id", "field"),
        (s.system_id, s.field, text("value", "Value", "what the submitter wrote there")),
    ),
    Table(
        "results",
        "a published result",
        ("result_id",),
        (
            s.result_id,
            *s.SYSTEM,
            s.benchmark_raw,
            s.stands_for,
            s.scenario,
            s.scenario_logged,
            s.metric,
            s.value,
            text("unit", "Unit", "the unit of the value, as logged"),
            s.higher_is_better,
            s.is_inferred,
            s.is_valid,
            s.doubt,
            s.checker_inferred,
            s.value_field,
            flag("has_power_run", "Has power runs", "the system has runs with a power meter (a Power submission)"),
            s.power_w,
            s.energy_mj,
            s.weight_dtype_raw,
            s.input_dtype,
            s.published_run,
            s.public_id,
            s.source,
            s.source_path,
        ),
    ),
    Table(
        "runs",
        "one performance run: verdict, test parameters, latencies, mean power",
        ("result_id", "run"),
        (
            s.result_id,
            text("run", "Run", "the run's folder, such as run_1"),
            s.scenario_logged,
            s.is_valid,
            real("mean_power_w", "Mean power (W)", "mean of the meter's samples between the two times", unit="W"),
            text("power_begin", "Power from", "when the measurement of power began, as logged"),
            text("power_end", "Power to", "when the measurement of power ended, as logged"),
            *FIGURES,
            *TEXTS,
            s.source_path,
        ),
    ),
    Table(
        "settings",
        "a field of a measurements file or of user.conf; what a file states twice stands twice",
        ("result_id", "file", "field", "value"),
        (s.result_id, s.file, s.field, text("value", "Value", "what the file states for it")),
    ),
    Table(
        "accuracy",
        "one accuracy figure",
        ("result_id", "metric"),
        (
            s.result_id,
            text("metric", "Metric", "what the benchmark's own script calls the figure"),
            real("value", "Value", "in the unit of each benchmark's own script, mostly percent"),
            s.source_path,
        ),
    ),
    Table(
        "problems",
        "what was left out (`error`), doubted (`warning`) or noted (`note`)",
        (),
        (
            s.round_,
            text("severity", "Severity", "error (left out), warning (doubted) or note"),
            text("path", "Path", "the file that it is about, within the round's repository"),
            integer("line", "Line", "the line in that file; 0 or missing for the whole of it"),
            text("message", "Why", "what was found and what was expected"),
        ),
    ),
    Table(
        "official",
        "MLCommons' own value and public ID, where a summary was read",
        (),
        (
            s.round_,
            s.public_id,
            s.division,
            s.submitter,
            s.platform,
            s.system_name,
            s.is_datacenter,
            s.is_edge,
            s.benchmark_raw,
            s.stands_for,
            s.scenario,
            real("value", "Value", "the value in MLCommons' summary, in the row's unit"),
            text("unit", "Unit", "the unit in MLCommons' summary"),
            real("power", "Power", "the power or energy in MLCommons' summary, in the row's power unit"),
            text(
                "power_unit", "Power unit", "the unit of power in MLCommons' summary: watts, or millijoules per query"
            ),
            s.checker_inferred,
            text("source", "Source", "the summary that it was read from"),
        ),
    ),
)
