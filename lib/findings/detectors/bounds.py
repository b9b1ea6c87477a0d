"""Close to the bound: a run whose latency at its percentile is within a hair of what was allowed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.finding import Finding, Role
from lib.findings.rules import CLOSE_TO_BOUND

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


def detect(case: Case) -> list[Finding]:
    """Results that keep their latency bound by a hair."""
    return close_to_bound(case.results, case.facts.runs)


def close_to_bound(results: pd.DataFrame, runs: pd.DataFrame) -> list[Finding]:
    """One finding for each result that keeps its bound by the threshold or less."""
    found: dict[int, Margin] = {}
    for margin in margins(results, runs):
        if margin.left <= CLOSE_TO_BOUND.threshold and (margin.at not in found or margin.left < found[margin.at].left):
            found[margin.at] = margin
    rows = results.loc[sorted(found)].itertuples()
    return [_finding(row, found[row.Index]) for row in rows]


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


def _finding(row: Any, margin: Margin) -> Finding:
    called = words.name(row)
    return Finding(
        CLOSE_TO_BOUND.kind,
        row.round,
        f"{CLOSE_TO_BOUND.kind}/{row.result_id}",
        title=f"{row.benchmark}: {called}",
        ratio=1 + margin.left,
        finding=f"{called} in {row.benchmark} {row.scenario}: the {margin.percentile}th percentile of its "
        f"{margin.measure} is {margin.latency_ms:,.3f} ms of the {margin.bound_ms:,.3f} ms allowed, "
        f"{margin.left:.3%} below the bound.",
        members=((row.result_id, Role.CLOSE),),
        systems=(row.system_id,),
        model=row.model,
        standing=row.standing,
        evidence=Evidence(
            threshold=CLOSE_TO_BOUND.threshold,
            known=(f"{words.quantity(row)}, with {margin.left:.3%} of the bound left.",),
            unknown=("Whether another run at the same rate would have kept the bound.",),
        ),
    )
