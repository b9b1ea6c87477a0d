"""Close to the bound: a run whose latency at its percentile is within a hair of what was allowed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.finding import Finding, Role
from lib.findings.latencies import Margin, margins
from lib.findings.rules import CLOSE_TO_BOUND


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
