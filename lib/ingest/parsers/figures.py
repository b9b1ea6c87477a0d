"""The figures that both of LoadGen's logs hold: the summary's name for each, and the detail log's key.

Source: https://github.com/mlcommons/inference/blob/master/loadgen/results.cc
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

SAMPLES_PER_SECOND = "Samples per second"
TOKENS_PER_SECOND = "Tokens per second"
INFERRED_TOKENS = "Tokens per second (inferred)"
SCHEDULED = "Scheduled samples per second"
COMPLETED = "Completed samples per second"
COMPLETED_TOKENS = "Completed tokens per second"
INFERRED_COMPLETED_TOKENS = "Completed tokens per second (inferred)"
QPS_WITHOUT_OVERHEAD = "QPS w/o loadgen overhead"
QPS_WITH_OVERHEAD = "QPS w/ loadgen overhead"

# The rates that a result, or its energy, can come from.
RATES: Mapping[str, str] = MappingProxyType(
    {
        SAMPLES_PER_SECOND: "result_samples_per_second",
        TOKENS_PER_SECOND: "result_tokens_per_second",
        INFERRED_TOKENS: "result_inferred_tokens_per_second",
        SCHEDULED: "result_scheduled_samples_per_sec",
        COMPLETED: "result_completed_samples_per_sec",
        COMPLETED_TOKENS: "result_completed_tokens_per_second",
        INFERRED_COMPLETED_TOKENS: "result_inferred_completed_tokens_per_second",
        QPS_WITHOUT_OVERHEAD: "result_qps_without_loadgen_overhead",
        QPS_WITH_OVERHEAD: "result_qps_with_loadgen_overhead",
    }
)
# What a summary says once, besides its rates and what stands above its verdict.
ONCE = frozenset((*RATES, "Scenario", "Mode", "Result is", "Samples per query", "samples_per_query"))


def are_equal(one: str, other: str) -> bool:
    """Whether two texts can be the same number, written with more digits here and fewer there.

    They may differ by one unit of the last place of the coarser one: one rounds, another cuts. In the logs of all
    published rounds none differs by more than half of it.

    >>> are_equal("1234.57", "1234.567891"), are_equal("259993.64", "259994"), are_equal("1234.57", "1234.6891")
    (True, True, False)
    """
    try:
        first, second = Decimal(one), Decimal(other)
        if not first.is_finite() or not second.is_finite():
            return False
        return abs(first - second) <= max(_last_place(first), _last_place(second))
    except (InvalidOperation, OverflowError):
        return False


def _last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)
