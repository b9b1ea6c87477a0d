"""One run under two systems: the same latencies to the nanosecond, in any division."""

from __future__ import annotations

from typing import Any

from lib.findings import words
from lib.findings.case import Case
from lib.findings.detectors.identical import digits, why_same
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.frames import known
from lib.findings.rules import IDENTICAL, MIN_DIGITS, standing


def detect(case: Case) -> list[Finding]:
    """One finding for each set of systems that share runs, whatever they ran."""
    copies = case.facts.copies
    if copies.empty:
        return []
    places = {row.result_id: at for at, row in enumerate(case.explainer.rows)}
    found: dict[tuple[str, ...], list[Any]] = {}
    alike: dict[int, list[Any]] = {}
    for row in copies.itertuples(index=False):
        alike.setdefault(row.latencies, []).append(row)
    for rows in alike.values():
        if not _is_told(rows, places, case.explainer):
            found.setdefault(tuple(sorted({row.system_id for row in rows})), []).extend(rows)
    return [_finding(systems, rows) for systems, rows in sorted(found.items())]


def _is_told(rows: list[Any], places: dict[str, int], explainer: Explainer) -> bool:
    """Whether equal values tell already that these results are one run, see the rule of equal digits."""
    ats = [places[row.result_id] for row in rows if row.result_id in places]
    if len(ats) < len(rows) or len({(explainer.rows[at].value, explainer.rows[at].unit) for at in ats}) > 1:
        return False
    return digits(explainer.rows[ats[0]].value) >= MIN_DIGITS and why_same(ats, explainer) == "run"


def _finding(systems: tuple[str, ...], rows: list[Any]) -> Finding:
    one_each = [next(row for row in rows if row.system_id == system) for system in systems]
    first, called = one_each[0], words.several(words.names(one_each))
    places = sorted({(row.benchmark, row.scenario) for row in rows})
    models = words.count(len({benchmark for benchmark, _ in places}), "benchmark")
    has = "has" if len(places) == 1 else "have"
    submitters = sorted({row.submitter for row in rows})
    by = words.several(submitters)
    return Finding(
        IDENTICAL.kind,
        first.round,
        f"{IDENTICAL.kind}/latencies/" + "/".join(systems),
        title=f"same runs: {called}",
        ratio=float(len(systems)),
        finding=f"{called} ({by}, {first.division} division): {words.count(len(places), 'result')} in {models} {has} "
        f"the same latencies to the nanosecond under {words.count(len(systems), 'name')}: one run each.",
        members=members(((row.result_id for row in rows), Role.SAME_RUN)),
        systems=systems,
        cause=f"one run, {words.count(len(systems), 'name')}",
        # A copied file is no matter of models or of tuning: it doubles a result in the open division as in any other.
        standing=max(standing("closed", known(row.availability)) for row in one_each),
        is_minor=len(submitters) == 1 and _is_suite_each(one_each),
        evidence=Evidence(
            threshold=IDENTICAL.threshold,
            known=(
                f"{first.benchmark} {first.scenario}, for one: a mean of {first.latency_mean_ns:,.0f} ns and a "
                f"greatest latency of {first.latency_max_ns:,.0f} ns in each; the least one and all percentiles too.",
                f"All such results: {words.several([' '.join(place) for place in places], most=12)}.",
            ),
            likely=("No two runs agree to the nanosecond: one run stands behind each pair.",),
            unknown=("Whether one machine was entered under two names, or files of one were copied to the other.",),
            extras={"why": "latencies", "count": len(places)},
        ),
    )


def _is_suite_each(one_each: list[Any]) -> bool:
    """Whether one system was entered once for the datacenter and once for the edge, which the rules invite."""
    suites = [(bool(row.is_datacenter), bool(row.is_edge)) for row in one_each]
    return sorted(suites) == [(False, True), (True, False)]
