"""Scaling: what an accelerator of a submitter's larger system does, beside one of its smaller system."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lib.analysis.scaling import steps
from lib.findings import words
from lib.findings.case import Case
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.rules import FAR_BELOW_PROPORTIONAL, SCALING
from lib.names.software import layers

# Alike but for the number of accelerators: another layer in front would be a difference of its own.
_ALIKE = [
    "round",
    "division",
    "era",
    "submitter",
    "accelerator",
    "accelerator_variant",
    "mig",
    "power_mode",
    "serving_layer",
    "benchmark",
    "scenario",
    "unit",
]
_ITEM = ["round", "division", "submitter", "accelerator", "model", "small", "large"]


def detect(case: Case) -> list[Finding]:
    """Submitters' systems that do not scale."""
    return scaling(case.results, case.explainer)


def scaling(results: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each model and pair of sizes of one submitter that do not scale."""
    told = steps_of(results)
    odd = told[(told["share"] >= SCALING.threshold) | (told["share"] <= FAR_BELOW_PROPORTIONAL)]
    odd = odd.assign(size=np.abs(np.log(odd["share"])), is_more=odd["share"] > 1)
    odd = odd.sort_values(
        [*_ITEM, "size", "benchmark", "scenario"], ascending=[True] * len(_ITEM) + [False, True, True]
    )
    return [_finding(group, explainer) for _, group in odd.groupby([*_ITEM, "is_more"], sort=True)]


def steps_of(results: pd.DataFrame) -> pd.DataFrame:
    """From each number of accelerators to the next larger one of a submitter, see `lib.analysis.scaling.steps`."""
    told = results[
        (results["accelerators"].fillna(0) > 0)
        & results["accelerator"].notna()
        & results["scenario"].isin(["Offline", "Server"])
    ]
    layer = told["serving"].map(layers, na_action="ignore")
    return steps(told.assign(serving_layer=layer), _ALIKE)


def _finding(group: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    small, large = explainer.rows[int(worst["small_at"])], explainer.rows[int(worst["at"])]
    is_more, off = bool(worst["is_more"]), float(np.exp(worst["size"]))
    evidence = explainer.evidence(
        _contrast(worst, small, large), SCALING.threshold if is_more else FAR_BELOW_PROPORTIONAL, []
    )
    evidence = replace(evidence, likely=())  # what differs besides the size does not explain how a system scales
    siblings = words.several(sorted(set(group["benchmark"])))
    return Finding(
        SCALING.kind,
        large.round,
        f"{SCALING.kind}/{'more' if is_more else 'less'}/{large.model}/{small.system_id}/{large.system_id}",
        title=f"{siblings}: {words.several(words.names((small, large)))}",
        ratio=off,
        finding=_sentence(small, large, off, is_more, siblings),
        members=members(
            ((explainer.rows[int(at)].result_id for at in group["small_at"]), Role.SMALLER),
            ((explainer.rows[int(at)].result_id for at in group["at"]), Role.LARGER),
        ),
        systems=(large.system_id,) if not is_more else (small.system_id,),
        model=large.model,
        standing=min(small.standing, large.standing),
        evidence=evidence,
        cause=f"each of {int(small.accelerators)} in the smaller",
    )


def _contrast(worst: pd.Series, small: Any, large: Any) -> Contrast:
    """The two systems by their speed as a whole: the larger one may be the slower one even so."""
    ends = (int(worst["at"]), int(worst["small_at"]))
    return Contrast(
        *(ends if large.speed >= small.speed else ends[::-1]),
        max(large.speed / small.speed, small.speed / large.speed),
        tuple(sorted((small.system_id, large.system_id))),
        True,
    )


def _sentence(small: Any, large: Any, off: float, is_more: bool, siblings: str) -> str:
    few, many = words.accelerators(small), words.accelerators(large)
    first, second = words.names((small, large))
    how = f"{words.times(off)} above" if is_more else f"{words.times(off)} below"
    return (
        f"{second} ({many}) reaches {words.quantity(large)} in {siblings}, {large.scenario}: per accelerator "
        f"{how} {first} ({few}, {words.quantity(small)})."
    )
