"""Results of MLCommons' Endpoints harness (v6.1 on), which leaves no LoadGen log -> rows of results and runs.

Rules (MLCommons' submission checker and the README of the results): tokens per second (`tps`) for benchmarks that are
published in tokens, `qps` for others, SingleStream the mean latency (`latency.avg`). Nothing is inferred.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from lib.ingest.metric import NS_PER_MS
from lib.ingest.parsers.endpoints import EndpointsReport
from lib.ingest.problem import Problem
from lib.ingest.records import Round, Row
from lib.vocabulary import LATENCY, QUERIES, SAMPLES, TOKENS, Metric, Scenario

CountsTokens = Callable[[str, str], bool | None]
RUN = "performance"  # the harness has no run folders; its one run lies there
_RATES: dict[str, Metric] = {Scenario.OFFLINE: SAMPLES, Scenario.SERVER: QUERIES, Scenario.INTERACTIVE: QUERIES}
_PERCENTILES = {"50": "50", "90": "90", "95": "95", "97": "97", "99": "99", "99.9": "999"}


@dataclass(frozen=True)
class Measured:
    """What the harness measured, in the unit that is published; `field` is the report's name of it."""

    value: float
    metric: Metric
    field: str


def measured(report: EndpointsReport, benchmark: str, scenario: str, counts_tokens: CountsTokens) -> Measured | str:
    """The published number of a report filed under a scenario, or in words why there is none.

    `counts_tokens` says of a benchmark's folder, filed under a scenario, whether its results are published in tokens;
    None where no table knows the benchmark.
    """
    known = Scenario.find(scenario)
    if known == Scenario.SINGLE_STREAM:
        return _figure(report, "latency.avg", LATENCY, Decimal(NS_PER_MS))
    rate = _RATES.get(str(known))
    if known is None or rate is None:
        return f"no rule for the scenario {scenario[:40]!r}; expected Offline, Server, Interactive or SingleStream"
    in_tokens = counts_tokens(benchmark, str(known))
    if in_tokens is None and "tps" not in report.figures.keys() | report.faults.keys():
        in_tokens = False  # nothing but queries was counted
    if in_tokens is None:
        return (
            f"both tps and qps, and no table says whether {benchmark[:60]!r} is published in tokens; add it to "
            "benchmark_spellings.csv"
        )
    return _figure(report, "tps", TOKENS) if in_tokens else _figure(report, "qps", rate)


def _figure(report: EndpointsReport, name: str, metric: Metric, divisor: Decimal = Decimal(1)) -> Measured | str:
    value = report.figures.get(name)
    if name in report.faults:
        return f"{name} is {report.faults[name]}"
    if value is None:
        return f"no {name} in it; expected it as the published {metric.unit}"
    if value == 0:
        return f"{name} is zero"
    return Measured(float(value / divisor), metric, name)


def endpoints_result(
    into: Round, report: EndpointsReport, path: str, benchmark: str, scenario: str, configured: dict[str, str],
    counts_tokens: CountsTokens,
) -> Row | None:  # fmt: skip
    """What a row of `results` says of the measurement itself; None, and a problem, where no number can be published.

    `configured` are the scenarios that the result's settings name, with the file of each. Reasons for doubt are
    problems too.
    """
    found = measured(report, benchmark, scenario, counts_tokens)
    if isinstance(found, str):
        into.problems.append(Problem("error", path, 0, f"left out: {found}"))
        return None
    known = str(Scenario.find(scenario))
    doubts = list(report.doubts)
    said = {str(other): file for word, file in configured.items() if (other := Scenario.find(word))}
    doubts += [f"filed under {known}, but its {said[word]} says {word}" for word in sorted(said) if word != known]
    doubt = "; ".join(doubts) or None
    if doubt:
        into.problems.append(Problem("warning", path, 0, f"{doubt}; kept without a rank"))
    return {
        "scenario": known, "scenario_logged": known, "metric": found.metric.kind, "value": found.value,
        "unit": found.metric.unit, "higher_is_better": found.metric.higher_is_better, "is_inferred": False,
        "is_valid": report.is_valid, "doubt": doubt, "value_field": found.field, "has_power_run": False,
        "power_w": None, "energy_mj": None, "published_run": RUN, "source": "logs", "source_path": path,
    }  # fmt: skip


def run_row(result_id: str, scenario: str, report: EndpointsReport, path: str) -> Row:
    """The row of `runs` of a report; times in nanoseconds, as there."""
    number = report.number
    rate = "samples_per_s" if scenario == Scenario.OFFLINE else "completed_samples_per_s"
    row: Row = {
        "result_id": result_id, "run": RUN, "scenario_logged": scenario, "is_valid": report.is_valid,
        "source_path": path, "target_qps": number("target_qps"), "tokens_per_s": number("tps"),
        "query_count": number("n_samples_issued"), "latency_min_ns": number("latency.min"),
        "latency_mean_ns": number("latency.avg"), "latency_max_ns": number("latency.max"),
        "ttft_mean_ns": number("ttft.avg"), "ttft_p99_ns": number("ttft.percentiles.99"),
        "tpot_mean_ns": number("tpot.avg"), "tpot_p99_ns": number("tpot.percentiles.99"),
        **{f"latency_p{digits}_ns": number(f"latency.percentiles.{name}") for name, digits in _PERCENTILES.items()},
    }  # fmt: skip
    if scenario != Scenario.SINGLE_STREAM:
        row[rate] = number("qps")
    return row


def report_settings(report: EndpointsReport) -> list[tuple[str, str, str]]:
    """What a report says of its run that no column holds: file, field and value, for the table `settings`."""
    names = ("duration_ns", "n_samples_issued", "n_samples_completed", "n_samples_failed")
    words = {name: f"{report.figures[name]:.20g}" for name in names if name in report.figures}
    words |= {"state": report.state, "version": report.version}
    return [("result_summary.json", name, value) for name, value in words.items() if value]
