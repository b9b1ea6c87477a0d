"""The figures that both of LoadGen's logs hold: the summary's name for each, and the detail log's key.

Source: https://github.com/mlcommons/inference/blob/master/loadgen/results.cc. In all published rounds the two logs of
every run agree by this table (23,328 pairs of logs).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

OF_ENERGY = "QPS w/ loadgen overhead"  # the rate by which v1.0 and v1.1 count queries
# The rates that a result, or its energy, can come from.
RATES: Mapping[str, str] = MappingProxyType(
    {
        "Samples per second": "result_samples_per_second",
        "Tokens per second": "result_tokens_per_second",
        "Tokens per second (inferred)": "result_inferred_tokens_per_second",
        "Scheduled samples per second": "result_scheduled_samples_per_sec",
        "Completed samples per second": "result_completed_samples_per_sec",
        "Completed tokens per second": "result_completed_tokens_per_second",
        "Completed tokens per second (inferred)": "result_inferred_completed_tokens_per_second",
        "QPS w/o loadgen overhead": "result_qps_without_loadgen_overhead",
        OF_ENERGY: "result_qps_with_loadgen_overhead",
    }
)
_PERCENTILES = ("50.00", "90.00", "95.00", "97.00", "99.00", "99.90")
# Where the detail log has a latency of queries and of samples (MultiStream), the summary prints that of queries.
LATENCIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        f"{name} latency (ns)": (f"result_{word}_query_latency_ns", f"result_{word}_latency_ns")
        for name, word in (("Mean", "mean"), ("Min", "min"), ("Max", "max"))
    }
    | {
        f"{name} percentile latency (ns)": (
            f"result_{name}_percentile_per_query_latency_ns",
            f"result_{name}_percentile_latency_ns",
        )
        for name in _PERCENTILES
    }
)
# The percentile that the run is judged by, as a fraction.
TARGET = "effective_target_latency_percentile"
# The estimates of early stopping in the detail log: of SingleStream's judged percentile, and of the 99th.
JUDGED_ESTIMATE, ESTIMATE_99 = "early_stopping_latency_ss", "early_stopping_latency_ms"
VERDICT, SCENARIO, MODE, QUERIES = "result_validity", "effective_scenario", "effective_test_mode", "result_query_count"
# What LoadGen asks of a VALID run, as the detail log has it; the summary says `Min duration satisfied : Yes`.
CONDITIONS = ("result_min_duration_met", "result_min_queries_met", "result_perf_constraints_met", "early_stopping_met")
# MultiStream's result up to v1.1, and the test parameter that it is.
STREAMS = ("Samples per query", "samples_per_query")
# What a summary says once, besides what stands above its verdict.
ONCE = frozenset((*RATES, "Scenario", "Mode", "Result is", "samples_per_query"))
_DECIMALS, _DIGITS = 2, 6  # that LoadGen prints: decimals of what it pads with zeros, significant digits of the rest
# The keys of a detail log that its result hangs on.
_WORDS = (JUDGED_ESTIMATE, ESTIMATE_99, VERDICT, SCENARIO, MODE, QUERIES)
KEYS = frozenset((*RATES.values(), *(key for keys in LATENCIES.values() for key in keys), *_WORDS))


def are_equal(one: str, other: str) -> bool:
    """Whether two texts can be the same number, one of them rounded to fewer digits.

    LoadGen rounds to two decimals, or to six significant digits of which it leaves out last zeros: `2` is 2.00000. So
    they may differ by half a unit of the last place of the coarser one. In the logs of all published rounds none
    differs by more. Source: https://github.com/mlcommons/inference/blob/master/loadgen/results.cc

    >>> are_equal("1234.57", "1234.567891"), are_equal("259993.64", "259994"), are_equal("1234.57", "1234.5759")
    (True, True, False)
    >>> are_equal("2", "2.000004"), are_equal("2", "2.4"), are_equal("0.35", "0.3537"), are_equal("1e3", "1000")
    (True, False, True, True)
    """
    try:
        first, second = Decimal(one), Decimal(other)
        if not first.is_finite() or not second.is_finite():
            return False
        return 2 * abs(first - second) <= max(_last_place(first), _last_place(second))
    except ArithmeticError:  # no number, or one whose exponent no decimal can hold
        return False


def are_same(one: str, other: str) -> bool:
    """Whether two texts of one log say the same: nothing was rounded between them.

    >>> are_same("906", "906.0"), are_same("906", "907"), are_same("VALID", "VALID"), are_same("VALID", "INVALID")
    (True, False, True, False)
    """
    try:
        return one == other or Decimal(one) == Decimal(other)
    except ArithmeticError:
        return False


def _last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return Decimal(0)
    return Decimal(1).scaleb(exponent if exponent <= -_DECIMALS else min(exponent, number.adjusted() - _DIGITS + 1))
