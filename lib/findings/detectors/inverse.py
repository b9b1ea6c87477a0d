"""More accelerators, less result: a system that a smaller one with the same accelerators beats as a whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.beside import ANY_COUNT
from lib.findings.case import Case
from lib.findings.detectors.identical import digits
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.rules import FAR_BELOW_PROPORTIONAL, INVERSE, MIN_DIGITS, PEER_OUTLIER
from lib.names.software import layers

# What peers of any number are alike in; another layer would be a reason of its own.
_ALIKE = [*ANY_COUNT, "serving_layer"]
_ONE_VALUE = ["round", "division", "benchmark", "scenario", "unit", "value"]


class Beaten(NamedTuple):
    """A result and the smallest system's that beats it, by position; `off` is how far it is per accelerator below the
    median of the smaller systems that beat it, `smaller` how many they are."""

    at: int
    by: int
    off: float
    smaller: int


def detect(case: Case) -> list[Finding]:
    """Systems that reach less than smaller ones."""
    told = case.far["gap"][case.far["gap"].abs().ge(np.log(PEER_OUTLIER.default_from))]
    met = beaten(case.results, without_proof(case))
    return inverse_scaling(met, told, case.few["peers"].isna(), case.explainer)


def without_proof(case: Case) -> set[int]:
    """The positions of the results that prove nothing of their size: one run that stands under systems of several
    sizes, and what is itself far above its peers, as a run of a larger system under this one's name would be."""
    results = case.results
    several = results["value"].map(digits).ge(MIN_DIGITS) & (
        results.groupby(_ONE_VALUE, sort=False)["accelerators"].transform("nunique") > 1
    )
    found = set(results.index[several]) | set(case.far.index[case.far["gap"] > 0])
    if not case.facts.copies.empty:
        runs = results["result_id"].map(case.facts.copies.set_index("result_id")["latencies"].to_dict())
        sizes = results["accelerators"].groupby(runs).transform("nunique")
        found |= set(results.index[sizes > 1])
    return found


def inverse_scaling(met: list[Beaten], told: pd.Series, alone: pd.Series, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model that a smaller system beats.

    `told` are the distances of the results that another kind tells to be far from their peers: minor here. `alone` says
    by position which results have no peers.
    """
    groups: dict[tuple[str, str], list[Beaten]] = {}
    for one in met:
        if one.off >= INVERSE.threshold:
            row = explainer.rows[one.at]
            groups.setdefault((row.system_id, row.model), []).append(one)
    ordered = [sorted(group, key=lambda one: (-one.off, one.at)) for _, group in sorted(groups.items())]
    return [_finding(group, told, bool(alone[group[0].at]), explainer) for group in ordered]


def beaten(results: pd.DataFrame, without_proof: Collection[int] = ()) -> list[Beaten]:
    """Each result that is below one of a smaller system, against the smallest such system; those `without_proof`, by
    position, beat none."""
    rates = results[
        results["accelerator"].notna()
        & results["accelerators"].fillna(0).gt(0)
        & results["metric"].eq("throughput")
        & ~results["is_mixed"]
    ]
    alike = rates.assign(serving_layer=rates["serving"].map(layers, na_action="ignore"))
    counts, speeds = rates["accelerators"].to_numpy(dtype=float), rates["speed"].to_numpy(dtype=float)
    labels, proves = rates.index.to_numpy(), ~rates.index.isin(list(without_proof))
    found: list[Beaten] = []
    for at in alike.groupby(_ALIKE, sort=True, dropna=False).indices.values():
        if len(np.unique(counts[at])) > 1:
            found += [
                Beaten(int(labels[one]), int(labels[by]), float(off), n)
                for one, by, off, n in _of_group(at, counts[at], speeds[at], proves[at])
            ]
    return found


def _of_group(at: Any, counts: Any, speeds: Any, proves: Any) -> list[tuple[int, int, float, int]]:
    """The same within results that are alike but for their number, by places in `at`'s frame."""
    told = []
    order = np.lexsort((-speeds, counts))  # the smallest first, of equals the fastest
    per = speeds / counts
    for place in range(len(at)):
        ahead = [
            other
            for other in order
            if proves[other] and counts[other] < counts[place] and speeds[other] > speeds[place]
        ]
        if ahead:
            told.append((at[place], at[ahead[0]], float(np.median(per[ahead])) / per[place], len(ahead)))
    return told


def _finding(group: list[Beaten], told: pd.Series, is_alone: bool, explainer: Explainer) -> Finding:
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
    called, first = words.names((row, small))
    # Of two systems without peers nobody can say which one is odd.
    are_two = is_alone and worst.smaller == 1
    evidence = explainer.evidence(of, INVERSE.threshold, [])
    return Finding(
        INVERSE.kind,
        row.round,
        f"{INVERSE.kind}/{row.model}/{row.system_id}",
        title=f"{siblings}: {f'{called} and {first}' if are_two else called}",
        ratio=worst.off,
        is_minor=float(told.get(worst.at, np.nan)) < 0 or _is_scaling(worst, row, small),
        finding=f"{called} in {siblings}: {words.accelerators(row)} reach {words.quantity(row)} in {row.scenario}, "
        f"less than {first} with {int(small.accelerators)} of them ({words.quantity(small)}): per accelerator "
        f"{words.times(worst.off)} below {_below_whom(worst)}"
        + ("; which of the two is odd, no third system says." if are_two else "."),
        members=members(
            ((explainer.rows[one.by].result_id for one in group), Role.SMALLER if are_two else Role.CONTEXT),
            ((explainer.rows[one.at].result_id for one in group), Role.LARGER),
        ),
        systems=of.systems if are_two else (row.system_id,),
        model=row.model,
        standing=min(row.standing, small.standing) if are_two else row.standing,
        evidence=replace(evidence, unknown=(*evidence.unknown, _WHICH)) if are_two else evidence,
        cause=f"{words.count(int(small.accelerators), 'accelerator')} "
        f"{'reaches' if int(small.accelerators) == 1 else 'reach'} more",
    )


_WHICH = "Which of the two is odd: nobody else entered these accelerators here."


def _below_whom(one: Beaten) -> str:
    return "it" if one.smaller == 1 else f"the median of the {one.smaller} smaller systems that reach more"


def _is_scaling(one: Beaten, row: Any, small: Any) -> bool:
    """Whether the rule about one submitter's sizes tells the same."""
    return bool(row.submitter == small.submitter and one.off >= 1 / FAR_BELOW_PROPORTIONAL)
