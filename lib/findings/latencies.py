"""The latencies that a run was bounded by: what its log allowed, and what it measured at a percentile."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

# What a log bounds and what it measured, in the run's columns. The latency's own percentile stands in no line of a
# summary: it is the 99th or, where that one is over the bound of a valid run, the 97th.
_MEASURES = (
    ("latency", "target_latency_ns", ("latency_p99_ns", "latency_p97_ns")),
    ("time to first token", "ttft_latency_ns", ("ttft_p99_ns",)),
    ("time per output token", "tpot_latency_ns", ("tpot_p99_ns",)),
)
# Offline and SingleStream have no latency bound; a MultiStream result in ms is the latency itself.
_BOUNDED = ("Server", "Interactive", "MultiStream")


class Margin(NamedTuple):
    """How much of a bound was left: `left` is a share of the bound."""

    at: int
    measure: str
    percentile: str
    latency_ms: float
    bound_ms: float
    left: float


def margins(results: pd.DataFrame, runs: pd.DataFrame) -> list[Margin]:
    """What each bounded run left of its bound; a run over its bound at every percentile we know has none."""
    bounded = results[
        results["scenario"].isin(_BOUNDED) & (results["unit"] != "ms") & results["result_id"].isin(runs.index)
    ]
    logs = runs.loc[bounded["result_id"]]
    found = []
    for measure, bound, percentiles in _MEASURES:
        allowed = logs[bound].to_numpy(dtype=float)
        taken = np.full(len(logs), False)
        for column in percentiles:
            latency = logs[column].to_numpy(dtype=float)
            kept = (allowed > 0) & (latency <= allowed) & ~taken
            taken |= kept
            found += [
                Margin(
                    int(at),
                    measure,
                    column.split("_p")[1][:2],
                    latency[place] / 1e6,
                    allowed[place] / 1e6,
                    1 - latency[place] / allowed[place],
                )
                for place, at in zip(np.flatnonzero(kept), bounded.index[kept], strict=True)
            ]
    return found


def judged(results: pd.DataFrame, runs: pd.DataFrame) -> dict[int, list[Margin]]:
    """By position, the latencies that each bounded result was judged by; none where its log holds none."""
    found: dict[int, list[Margin]] = {}
    for margin in margins(results, runs):
        found.setdefault(margin.at, []).append(margin)
    return found
