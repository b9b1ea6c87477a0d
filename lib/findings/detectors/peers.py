"""A result beside those of systems with the same accelerators: per accelerator, how far from their median."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.explain import Contrast, Explainer, causes
from lib.findings.finding import Finding
from lib.findings.frames import known
from lib.findings.rules import (
    IDLE_LATENCY,
    LEAST_SPREAD,
    MIN_PEERS_ANY_COUNT,
    MIN_PEERS_SAME_COUNT,
    PEER_OUTLIER,
    PEERS_AGREE,
    ROBUST_Z,
)

Numbers = np.ndarray[Any, Any]

ANY_COUNT = [
    "round",
    "division",
    "era",
    "benchmark",
    "scenario",
    "unit",
    "accelerator",
    "accelerator_variant",
    "mig",
    "power_mode",
]
SAME_COUNT = [*ANY_COUNT, "accelerators"]
COLUMNS = ("peers", "gap", "z", "agree", "best", "typical")


def beside_peers(results: pd.DataFrame) -> pd.DataFrame:
    """Each result beside its peers, NaN where they are too few.

    Columns: `peers` how many there are, `gap` the log of its speed per accelerator over their median, `z` the robust
    score of that, `agree` the share of them that are of one mind, `best` the position of the fastest peer, `typical`
    that of the one nearest to the median,
    `is_same_count` whether they have as many accelerators.
    """
    counted = results[results["accelerator"].notna() & (results["accelerators"].fillna(0) > 0)]
    is_rate = counted["metric"] == "throughput"
    speed = counted["log_speed"] - np.log(counted["accelerators"].astype(float)).where(is_rate, 0.0)
    same = _compared(counted, speed, SAME_COUNT, MIN_PEERS_SAME_COUNT)
    rates = counted[is_rate]
    wider = _compared(rates, speed[is_rate], ANY_COUNT, MIN_PEERS_ANY_COUNT)
    own = same["peers"].notna()
    return same.where(own, wider.reindex(same.index)).assign(is_same_count=own).reindex(results.index)


def is_far(beside: pd.DataFrame, threshold: float) -> pd.Series:
    """Which are away from peers that are of one mind: where these stand in two camps, neither camp is odd."""
    is_apart = (beside["gap"].abs() >= np.log(threshold)) & (beside["z"].abs() >= ROBUST_Z)
    return is_apart & (beside["agree"] >= PEERS_AGREE)


def robust(values: Numbers, min_peers: int) -> Numbers | None:
    """For each of some values: the others' number, its distance from their median, the robust score, the share of the
    others that stand nearer to their median than half way to it, the position of the greatest of the others and of the
    one nearest to their median.

    >>> robust(np.log([1.0, 1.0, 1.0, 4.0]), 3)[3, :2].round(2).tolist()
    [3.0, 1.39]
    """
    size = len(values)
    if size <= min_peers:
        return None
    off_diagonal = ~np.eye(size, dtype=bool)
    at = np.broadcast_to(np.arange(size), (size, size))[off_diagonal].reshape(size, size - 1)
    others = values[at]
    middle = np.median(others, axis=1)
    apart = np.abs(others - middle[:, None])
    spread = np.maximum(1.4826 * np.median(apart, axis=1), LEAST_SPREAD)
    gap, row = values - middle, np.arange(size)
    return np.column_stack(
        [
            np.full(size, size - 1.0),
            gap,
            gap / spread,
            (apart <= np.abs(gap)[:, None] / 2).mean(axis=1),
            at[row, others.argmax(axis=1)],
            at[row, apart.argmin(axis=1)],
        ]
    )


def _compared(rows: pd.DataFrame, speed: pd.Series, alike: list[str], min_peers: int) -> pd.DataFrame:
    found = np.full((len(rows), len(COLUMNS)), np.nan)
    values, index = speed.to_numpy(), rows.index.to_numpy()
    for at in rows.groupby(alike, sort=True, dropna=False).indices.values():
        group = robust(values[at], min_peers)
        if group is not None:
            group[:, 4:] = index[at][group[:, 4:].astype(int)]
            found[at] = group
    return pd.DataFrame(found, columns=list(COLUMNS), index=rows.index)


class Odd(NamedTuple):
    """A result away from its peers: its position and its row of `beside_peers`."""

    at: int
    beside: Any


def peer_outliers(results: pd.DataFrame, beside: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system, model and direction in which it is unlike its peers."""
    far = beside[is_far(beside, PEER_OUTLIER.threshold)]
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
    row, best, typical = (explainer.rows[int(at)] for at in (worst.at, worst.beside.best, worst.beside.typical))
    off = float(np.exp(abs(worst.beside.gap)))
    ratio = _per(best) / _per(row) if slow else off
    of = Contrast(
        *((int(worst.beside.typical), worst.at) if slow else (worst.at, int(worst.beside.typical))),
        off,
        tuple(sorted((row.system_id, typical.system_id))),
        row.submitter == typical.submitter,
    )
    evidence = explainer.evidence(of, PEER_OUTLIER.threshold, _gaps(odd, explainer))
    evidence["known"][:0] = [_beside(worst, explainer), *_elsewhere(odd, gaps, explainer)]
    evidence["z"] = round(float(worst.beside.z), 2)
    siblings = words.several(sorted({explainer.rows[one.at].benchmark for one in odd}))
    said = causes(
        evidence["differences"],
        tuple(known(one.serving) for one in ((typical, row) if slow else (row, typical))),
        are_twins=False,
    )
    called = words.name(row)
    return Finding(
        PEER_OUTLIER.kind,
        row.round,
        f"{PEER_OUTLIER.kind}/{'slow' if slow else 'fast'}/{row.model}/{row.system_id}",
        title=f"{siblings}: {called}",
        ratio=ratio,
        size=off,
        finding=f"{called} in {siblings}: {_sentence(worst, ratio, off, explainer)}{_others(odd, explainer)}"
        + _headroom(worst, explainer)
        + (f"; against a typical one of them, {said[0]}" if said else "")
        + ".",
        members=_members(odd, worst, explainer),
        systems=(row.system_id,),
        model=row.model,
        standing=row.standing,
        evidence=evidence,
    )


def _per(row: Any) -> float:
    return float(row.speed / (row.accelerators if row.metric == "throughput" else 1))


def _sentence(worst: Odd, ratio: float, off: float, explainer: Explainer) -> str:
    row = explainer.rows[worst.at]
    among = f"{int(worst.beside.peers)} others with {_same(worst, row)}"
    per = "" if worst.beside.is_same_count else " per accelerator"
    if worst.beside.gap < 0:
        return (
            f"{words.quantity(row)} in {row.scenario},{per} {words.times(ratio)} below the best and "
            f"{words.times(off)} below the "
            f"median of {among}"
        )
    return f"{words.quantity(row)} in {row.scenario},{per} {words.times(off)} above the median of {among}"


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


def _gaps(odd: list[Odd], explainer: Explainer) -> list[dict[str, Any]]:
    pairs = [(explainer.rows[one.at], explainer.rows[int(one.beside.typical)], one.beside.gap) for one in odd]
    return [
        {
            "scenario": row.scenario,
            "benchmark": row.benchmark,
            "ratio": float(np.exp(abs(gap))),
            "faster": (row if gap > 0 else other).result_id,
            "slower": (other if gap > 0 else row).result_id,
        }
        for row, other, gap in pairs
    ]


def _beside(odd: Odd, explainer: Explainer) -> str:
    row, best, typical = (explainer.rows[int(at)] for at in (odd.at, odd.beside.best, odd.beside.typical))
    return (
        f"{int(odd.beside.peers)} other systems with {_same(odd, row)} entered {row.benchmark} "
        f"{row.scenario}: the best is "
        f"{words.name(best)} with {words.quantity(best)}, a typical one {words.name(typical)} with "
        f"{words.quantity(typical)}."
    )


def _elsewhere(odd: list[Odd], gaps: Numbers, explainer: Explainer) -> list[str]:
    """How the system's other results of the model stand among theirs."""
    row, told = explainer.rows[odd[0].at], {one.at for one in odd}
    others = [at for at in explainer.entries(row.system_id, row.model) if at not in told and not np.isnan(gaps[at])]
    said = [
        f"{words.times(float(np.exp(abs(gaps[at]))))} {'above' if gaps[at] > 0 else 'below'} the median in "
        f"{explainer.rows[at].benchmark} {explainer.rows[at].scenario}"
        for at in others
    ]
    return [f"Its other results of this model: {'; '.join(said)}."] if said else []


def _members(odd: list[Odd], worst: Odd, explainer: Explainer) -> tuple[tuple[str, str], ...]:
    row = explainer.rows[worst.at]
    peers = explainer.alike(row, SAME_COUNT if worst.beside.is_same_count else ANY_COUNT)
    listed = dict.fromkeys((explainer.rows[at].result_id for at in peers), "context")
    return tuple(
        sorted({**listed, **dict.fromkeys((explainer.rows[one.at].result_id for one in odd), "outlier")}.items())
    )
