"""More accelerators, less result: a system that a smaller one with the same accelerators beats as a whole."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.detectors.peers import with_few
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.rules import FAR_BELOW_PROPORTIONAL, INVERSE, PEER_OUTLIER
from lib.names.software import layers

# Another layer or power mode would be a reason of its own.
_ALIKE = [
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
    "serving_layer",
]


class Beaten(NamedTuple):
    """A result and the smaller system's that beats it, by position; `off` is how far it is below per accelerator, and
    `smaller` how many smaller systems beat it."""

    at: int
    by: int
    off: float
    smaller: int


def detect(case: Case) -> list[Finding]:
    """Systems that reach less than smaller ones."""
    far = with_few(case.results, case.beside)
    told = far["gap"][far["gap"].abs().ge(np.log(PEER_OUTLIER.default_from))]
    return inverse_scaling(case.results, told, case.explainer)


def inverse_scaling(results: pd.DataFrame, told: pd.Series, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model that a smaller system beats.

    `told` are the distances of the results that another kind tells to be far from their peers: minor here.
    """
    groups: dict[tuple[str, str], list[Beaten]] = {}
    for one in beaten(results):
        if one.off >= INVERSE.threshold:
            row = explainer.rows[one.at]
            groups.setdefault((row.system_id, row.model), []).append(one)
    return [
        _finding(sorted(group, key=lambda one: (-one.off, one.at)), told, explainer)
        for _, group in sorted(groups.items())
    ]


def beaten(results: pd.DataFrame) -> list[Beaten]:
    """Each result that is below one of a smaller system, against the smallest such system."""
    rates = results[
        results["accelerator"].notna() & results["accelerators"].fillna(0).gt(0) & results["metric"].eq("throughput")
    ]
    alike = rates.assign(serving_layer=rates["serving"].map(layers, na_action="ignore"))
    counts, speeds = rates["accelerators"].to_numpy(dtype=float), rates["speed"].to_numpy(dtype=float)
    labels = rates.index.to_numpy()
    found: list[Beaten] = []
    for at in alike.groupby(_ALIKE, sort=True, dropna=False).indices.values():
        if len(np.unique(counts[at])) > 1:
            found += [
                Beaten(int(labels[one]), int(labels[by]), float(off), n)
                for one, by, off, n in _of_group(at, counts[at], speeds[at])
            ]
    return found


def _of_group(at: Any, counts: Any, speeds: Any) -> list[tuple[int, int, float, int]]:
    """The same within results that are alike but for their number, by places in `at`'s frame."""
    told = []
    order = np.lexsort((-speeds, counts))  # the smallest first, of equals the fastest
    for place in range(len(at)):
        ahead = [other for other in order if counts[other] < counts[place] and speeds[other] >= speeds[place]]
        if ahead:
            by = ahead[0]
            off = (speeds[by] / counts[by]) / (speeds[place] / counts[place])
            told.append((at[place], at[by], off, len(ahead)))
    return told


def _finding(group: list[Beaten], told: pd.Series, explainer: Explainer) -> Finding:
    worst = group[0]
    row, small = explainer.rows[worst.at], explainer.rows[worst.by]
    of = Contrast(
        worst.by,
        worst.at,
        float(small.speed / row.speed),
        tuple(sorted((row.system_id, small.system_id))),
        row.submitter == small.submitter,
    )
    siblings = words.several(sorted({explainer.rows[one.at].benchmark for one in group}))
    more = words.count(worst.smaller - 1, "other smaller system")
    called, first = words.names((row, small))
    is_one = int(small.accelerators) == 1
    return Finding(
        INVERSE.kind,
        row.round,
        f"{INVERSE.kind}/{row.model}/{row.system_id}",
        title=f"{siblings}: {called}",
        ratio=worst.off,
        is_minor=float(told.get(worst.at, np.nan)) < 0 or _is_scaling(worst, row, small),
        finding=f"{called} in {siblings}: {words.accelerators(row)} reach {words.quantity(row)} in {row.scenario}, "
        f"less than {first} with {int(small.accelerators)} of them ({words.quantity(small)}): per accelerator "
        f"{words.times(worst.off)} below it"
        + (f"; {more} {'reaches' if worst.smaller == 2 else 'reach'} more too" if worst.smaller > 1 else "")
        + ".",
        members=members(
            ((explainer.rows[one.by].result_id for one in group), Role.CONTEXT),
            ((explainer.rows[one.at].result_id for one in group), Role.LARGER),
        ),
        systems=(row.system_id,),
        model=row.model,
        standing=row.standing,
        evidence=explainer.evidence(of, INVERSE.threshold, []),
        cause=f"{words.count(int(small.accelerators), 'accelerator')} {'reaches' if is_one else 'reach'} more",
    )


def _is_scaling(one: Beaten, row: Any, small: Any) -> bool:
    """Whether the rule about one submitter's sizes tells the same."""
    return bool(row.submitter == small.submitter and one.off >= 1 / FAR_BELOW_PROPORTIONAL)
