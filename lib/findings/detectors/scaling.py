"""Scaling: what an accelerator of a submitter's larger system does, beside one of its smaller system."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding
from lib.findings.rules import FAR_BELOW_PROPORTIONAL, SCALING

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


def scaling(results: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each model and pair of sizes of one submitter that do not scale."""
    steps = steps_of(results)
    odd = steps[(steps["share"] >= SCALING.threshold) | (steps["share"] <= FAR_BELOW_PROPORTIONAL)]
    odd = odd.assign(size=np.abs(np.log(odd["share"])), is_more=odd["share"] > 1)
    odd = odd.sort_values(
        [*_ITEM, "size", "benchmark", "scenario"], ascending=[True] * len(_ITEM) + [False, True, True]
    )
    return [_finding(group, explainer) for _, group in odd.groupby([*_ITEM, "is_more"], sort=True)]


def steps_of(results: pd.DataFrame) -> pd.DataFrame:
    """From each number of accelerators to the next larger one: `share` is the larger system's rate per accelerator over
    the smaller one's. The best entry of each number stands for it."""
    told = results[
        (results["accelerators"].fillna(0) > 0)
        & results["accelerator"].notna()
        & results["scenario"].isin(["Offline", "Server"])
    ]
    layer = told["serving"].map(lambda text: text.split(" ")[0], na_action="ignore")
    told = told.assign(
        at=told.index,
        large=told["accelerators"].astype(int),
        serving_layer=layer,
        per=told["speed"] / told["accelerators"].astype(float),
    )
    best = (
        told.sort_values(["per", "result_id"])
        .drop_duplicates([*_ALIKE, "large"], keep="last")
        .sort_values(["large", "at"])
    )
    before = best.groupby(_ALIKE, sort=True, dropna=False)[["at", "large", "per"]].shift()
    best = best.assign(small_at=before["at"], small=before["large"], share=best["per"] / before["per"])
    return best[best["small_at"].notna()]


def _finding(group: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    small, large = explainer.rows[int(worst["small_at"])], explainer.rows[int(worst["at"])]
    is_more, off = bool(worst["is_more"]), float(np.exp(worst["size"]))
    ends = (int(worst["at"]), int(worst["small_at"]))
    of = Contrast(
        *(ends if large.speed >= small.speed else ends[::-1]),
        max(large.speed / small.speed, small.speed / large.speed),
        tuple(sorted((small.system_id, large.system_id))),
        True,
    )
    evidence = explainer.evidence(of, SCALING.threshold if is_more else FAR_BELOW_PROPORTIONAL, [])
    evidence["likely"] = []
    siblings = words.several(sorted(set(group["benchmark"])))
    told = [
        (explainer.rows[int(at)].result_id, role)
        for name, role in (("small_at", "smaller"), ("at", "larger"))
        for at in group[name]
    ]
    return Finding(
        SCALING.kind,
        large.round,
        f"{SCALING.kind}/{'more' if is_more else 'less'}/{large.model}/{small.system_id}/{large.system_id}",
        title=f"{siblings}: {words.several(words.names((small, large)))}",
        ratio=off,
        finding=_sentence(small, large, off, is_more, siblings),
        members=tuple(sorted(set(told))),
        systems=(large.system_id,) if not is_more else (small.system_id,),
        model=large.model,
        standing=min(small.standing, large.standing),
        evidence=evidence,
    )


def _sentence(small: Any, large: Any, off: float, is_more: bool, siblings: str) -> str:
    few, many = words.accelerators(small), words.accelerators(large)
    first, second = words.names((small, large))
    how = f"{words.times(off)} above" if is_more else f"{words.times(off)} below"
    return (
        f"{second} ({many}) reaches {words.quantity(large)} in {siblings}, {large.scenario}: per accelerator "
        f"{how} {first} ({few}, "
        f"{words.quantity(small)})."
    )
