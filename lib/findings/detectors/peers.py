"""A result unlike those of systems with the same accelerators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.findings import words
from lib.findings.beside import ANY_COUNT, SAME_COUNT
from lib.findings.case import Case
from lib.findings.evidence import Evidence, Gap
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Members, Role, members
from lib.findings.rules import (
    FEW_APART,
    IDLE_LATENCY,
    MIN_PEERS_ANY_COUNT,
    MIN_PEERS_SAME_COUNT,
    PEER_OUTLIER,
)

Numbers = npt.NDArray[Any]


def detect(case: Case) -> list[Finding]:
    """Results far from the median of their peers."""
    return peer_outliers(case.far, case.beside, case.explainer)


class Odd(NamedTuple):
    """A result away from its peers: its position and its row of `beside_peers`."""

    at: int
    beside: Any


def peer_outliers(far: pd.DataFrame, beside: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system, model and direction in which it is unlike its peers."""
    groups: dict[tuple[str, str, bool], list[Odd]] = {}
    for at, row in zip(far.index.tolist(), far.itertuples(index=False), strict=True):
        own = explainer.rows[at]
        groups.setdefault((own.system_id, own.model, row.gap < 0), []).append(Odd(at, row))
    gaps = beside["gap"].to_numpy()
    return [
        _finding(sorted(group, key=lambda odd: (-abs(odd.beside.gap), odd.at)), gaps, explainer)
        for _, group in sorted(groups.items())
    ]


def _finding(odd: list[Odd], gaps: Numbers, explainer: Explainer) -> Finding:
    worst, slow = odd[0], odd[0].beside.gap < 0
    row, best = explainer.rows[worst.at], explainer.rows[int(worst.beside.best)]
    off = float(np.exp(abs(worst.beside.gap)))
    behind = _per(best) / _per(row) if slow else off
    evidence = _evidence(odd, gaps, explainer)
    siblings = words.several(sorted({explainer.rows[one.at].benchmark for one in odd}))
    of = _contrast(worst, explainer)
    said = explainer.causes(evidence.differences, of, ("it", "that one") if slow else ("that one", "this one"))
    called = _called(worst, explainer)[0]
    return Finding(
        PEER_OUTLIER.kind,
        row.round,
        f"{PEER_OUTLIER.kind}/{'slow' if slow else 'fast'}/{row.model}/{row.system_id}",
        title=f"{siblings}: {called}",
        ratio=off,
        finding=f"{called} in {siblings}: {_sentence(worst, behind, off, explainer)}{_others(odd, explainer)}"
        + _headroom(worst, explainer)
        + (f"; beside a typical one of them {said.clause}" if said.clause else "")
        + ".",
        members=_members(odd, worst, explainer),
        systems=(row.system_id,),
        model=row.model,
        standing=row.standing,
        evidence=evidence,
        cause=f"median of {int(worst.beside.peers)} like systems",
    )


def _evidence(odd: list[Odd], gaps: Numbers, explainer: Explainer) -> Evidence:
    """The odd result against the one of its peers that is nearest to their median."""
    worst = odd[0]
    evidence = explainer.evidence(_contrast(worst, explainer), _threshold(worst), _gaps(odd, explainer))
    return replace(
        evidence,
        known=(_beside(worst, explainer), *_elsewhere(odd, gaps, explainer), *evidence.known),
        extras={"z": round(float(worst.beside.z), 2)},
    )


def _contrast(odd: Odd, explainer: Explainer) -> Contrast:
    typical = int(odd.beside.typical)
    row, other = explainer.rows[odd.at], explainer.rows[typical]
    return Contrast(
        *((typical, odd.at) if odd.beside.gap < 0 else (odd.at, typical)),
        float(np.exp(abs(odd.beside.gap))),
        tuple(sorted((row.system_id, other.system_id))),
        row.submitter == other.submitter,
    )


def _threshold(worst: Odd) -> float:
    least = MIN_PEERS_SAME_COUNT if worst.beside.is_same_count else MIN_PEERS_ANY_COUNT
    return FEW_APART if worst.beside.peers < least else PEER_OUTLIER.threshold


def _per(row: Any) -> float:
    return float(row.speed / (row.accelerators if row.metric == "throughput" else 1))


def _sentence(worst: Odd, ratio: float, off: float, explainer: Explainer) -> str:
    row = explainer.rows[worst.at]
    among = f"{int(worst.beside.peers)} others with {_same(worst, row)}"
    # Names say a machine's accelerators where a description says another number: the one that counts here is told.
    of = "" if worst.beside.is_same_count else f" of {words.count(int(row.accelerators), 'accelerator')}"
    per = "" if worst.beside.is_same_count else " per accelerator"
    below = words.below(row)
    if worst.beside.gap < 0:
        return (
            f"{words.quantity(row)}{of} in {row.scenario},{per} {words.times(ratio)} {below} the best and "
            f"{words.times(off)} {below} the median of {among}"
        )
    return (
        f"{words.quantity(row)}{of} in {row.scenario},{per} {words.times(off)} {words.above(row)} the median of {among}"
    )


def _same(odd: Odd, row: Any) -> str:
    return words.accelerators(row) if odd.beside.is_same_count else f"{row.accelerator} in any number"


def _others(odd: list[Odd], explainer: Explainer) -> str:
    first = explainer.rows[odd[0].at]
    told: list[tuple[str, str]] = []
    for one in odd[1:]:
        row = explainer.rows[one.at]
        if row.scenario != first.scenario and row.scenario not in dict(told):
            told.append((row.scenario, f"{words.times(float(np.exp(abs(one.beside.gap))))} in {row.scenario}"))
    return f", {', '.join(text for _, text in told)}" if told else ""


def _headroom(worst: Odd, explainer: Explainer) -> str:
    """That a slow Server result used little of the time it was allowed, where its log says so."""
    latency = explainer.latency(worst.at)
    if latency is None or worst.beside.gap > 0 or latency[0] / latency[1] > IDLE_LATENCY:
        return ""
    return f", at {latency[0] / latency[1]:.0%} of the latency allowed"


def _gaps(odd: list[Odd], explainer: Explainer) -> list[Gap]:
    pairs = [(explainer.rows[one.at], explainer.rows[int(one.beside.typical)], one.beside.gap) for one in odd]
    return [
        Gap(
            row.scenario,
            float(np.exp(abs(gap))),
            faster=(row if gap > 0 else other).result_id,
            slower=(other if gap > 0 else row).result_id,
            benchmark=row.benchmark,
        )
        for row, other, gap in pairs
    ]


def _called(odd: Odd, explainer: Explainer) -> list[str]:
    """The names of the odd one, of the best of its peers and of a typical one."""
    return words.names(explainer.rows[int(at)] for at in (odd.at, odd.beside.best, odd.beside.typical))


def _beside(odd: Odd, explainer: Explainer) -> str:
    row, best, typical = (explainer.rows[int(at)] for at in (odd.at, odd.beside.best, odd.beside.typical))
    _, leader, usual = _called(odd, explainer)
    return (
        f"{int(odd.beside.peers)} other systems with {_same(odd, row)} entered {row.benchmark} "
        f"{row.scenario}: the best is {leader} with {words.quantity(best)}, a typical one "
        f"{usual} with {words.quantity(typical)}."
    )


def _elsewhere(odd: list[Odd], gaps: Numbers, explainer: Explainer) -> list[str]:
    """How the system's other results of the model stand among theirs."""
    row, told = explainer.rows[odd[0].at], {one.at for one in odd}
    others = [at for at in explainer.entries(row.system_id, row.model) if at not in told and not np.isnan(gaps[at])]
    said = [
        f"{words.times(float(np.exp(abs(gaps[at]))))} {words.above(one) if gaps[at] > 0 else words.below(one)} the "
        f"median in {one.benchmark} {one.scenario}"
        for at, one in ((at, explainer.rows[at]) for at in others)
    ]
    return [f"Its other results of this model: {'; '.join(said)}."] if said else []


def _members(odd: list[Odd], worst: Odd, explainer: Explainer) -> Members:
    row = explainer.rows[worst.at]
    peers = explainer.alike(row, SAME_COUNT if worst.beside.is_same_count else ANY_COUNT)
    return members(
        ((explainer.rows[at].result_id for at in peers), Role.CONTEXT),
        ((explainer.rows[one.at].result_id for one in odd), Role.OUTLIER),
    )
