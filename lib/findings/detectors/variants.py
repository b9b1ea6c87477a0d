"""A model's two accuracy targets beside each other: the harder one faster, or a ratio unlike that of peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lib.analysis.statistics import beside_others
from lib.findings import words
from lib.findings.beside import is_far
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.frames import known
from lib.findings.rules import ACCURACY_TARGETS, LEAST_SPREAD, MIN_PEERS_OF_TARGETS, RATIO_OF_TARGETS

_PLACE = ["system_id", "model", "scenario", "unit", "era", "inferred"]
_PEERS = ["round", "division", "model", "scenario", "unit", "era", "accelerator", "accelerator_variant", "mig"]
_EASIER, _HARDER = "-99", "-99.9"


def detect(case: Case) -> list[Finding]:
    """Systems whose two accuracy targets are unlike each other."""
    return accuracy_targets(both_targets(case.results), case.explainer)


def both_targets(results: pd.DataFrame) -> pd.DataFrame:
    """A row for each system, model and scenario with both targets: their positions `easier` and `harder`, `log_ratio`
    (the easier one's speed over the harder one's), and `gap`, `z`, `agree` of that beside the peers'."""
    told = results[results["accelerator"].notna() | results["cpu"].notna()].assign(at=lambda rows: rows.index)
    sides = [told[told["benchmark"] == told["model"] + end] for end in (_EASIER, _HARDER)]
    met = sides[0].merge(sides[1][[*_PLACE, "at", "log_speed"]], on=_PLACE, suffixes=("", "_harder"))
    met = met.assign(log_ratio=met["log_speed"] - met["log_speed_harder"])
    found = np.full((len(met), 4), np.nan)
    for at in met.groupby(_PEERS, sort=True, dropna=False).indices.values():
        group = beside_others(met["log_ratio"].to_numpy()[at], MIN_PEERS_OF_TARGETS, LEAST_SPREAD)
        if group is not None:
            found[at] = np.column_stack(group[:4])
    return met.assign(peers=found[:, 0], gap=found[:, 1], z=found[:, 2], agree=found[:, 3])


def accuracy_targets(met: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model; a harder target that is faster comes before an unusual ratio."""
    faster = met["log_ratio"] <= -np.log(ACCURACY_TARGETS.threshold)
    # One run may be entered for both targets, whatever the peers do.
    unlike = is_far(met, RATIO_OF_TARGETS) & ~faster & met["log_ratio"].abs().gt(np.log(1.005))
    size = met["log_ratio"].abs().where(faster, met["gap"].abs())
    odd = met.assign(is_faster=faster, size=size)[faster | unlike]
    odd = odd.sort_values([*_PLACE[:2], "is_faster", "size", "at"], ascending=[True, True, False, False, True])
    return [_finding(group, explainer) for _, group in odd.groupby(_PLACE[:2], sort=True)]


def _finding(group: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    easier, harder = (explainer.rows[int(worst[name])] for name in ("at", "at_harder"))
    own, off = float(np.exp(worst["log_ratio"])), float(np.exp(worst["size"]))
    beside = f"{int(worst['peers'])} peers" if worst["peers"] == worst["peers"] else ""
    usual = own / float(np.exp(worst["gap"]))
    unlike = _unlike_weights(known(easier.weight_dtype), known(harder.weight_dtype))
    rates = f"{words.quantity(easier)} in {easier.benchmark} and {words.quantity(harder)} in {harder.benchmark}"
    said = (
        f"{rates} {easier.scenario}: faster by {off - 1:.1%} in the harder target, whose run the easier one would take"
        if worst["is_faster"]
        else f"{rates} {easier.scenario}, {own:.2f} times, where {beside} with the same accelerators have a median of "
        f"{usual:.2f}"
    )
    return Finding(
        ACCURACY_TARGETS.kind,
        easier.round,
        f"{ACCURACY_TARGETS.kind}/{easier.model}/{easier.system_id}",
        title=f"{easier.model}: {words.name(easier)}",
        ratio=off,
        finding=f"{words.name(easier)}: {said}{f'; {unlike}' if unlike else ''}.",
        # Other weights are a reason that the files name.
        is_minor=bool(unlike),
        members=members(
            ((explainer.rows[int(at)].result_id for name in ("at", "at_harder") for at in group[name]), Role.OUTLIER)
        ),
        systems=(easier.system_id,),
        model=easier.model,
        standing=easier.standing,
        cause="the harder target is faster" if worst["is_faster"] else f"median ratio of {beside}",
        evidence=Evidence(
            threshold=ACCURACY_TARGETS.threshold if worst["is_faster"] else RATIO_OF_TARGETS,
            known=(
                f"{easier.scenario}: {rates}.",
                *([f"Of {beside} the median of the ratio is {usual:.2f}."] if beside else []),
            ),
            unknown=("Which of the two runs is the odd one, and what was set otherwise in it.",),
        ),
    )


def _unlike_weights(easier: str | None, harder: str | None) -> str:
    """That the two runs state weights of unlike types, in words; empty where they do not."""
    if not easier or not harder or easier.casefold() == harder.casefold():
        return ""
    return f"the easier one has weights in {easier}, the harder one in {harder}"
