"""Slower than its former self: a submitter's result beside its own of the last round with the same hardware."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Gap
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.frames import known
from lib.findings.rules import FORMER_SELF


def detect(case: Case) -> list[Finding]:
    """Results far below those of the same hardware in an earlier round."""
    return former_selves(case.changes, case.explainer)


def former_selves(met: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model that is slower than its former self."""
    slow = met[met["change"] <= -np.log(FORMER_SELF.threshold)]
    slow = slow.assign(at=slow.index).sort_values(
        ["system_id", "model", "is_same_machine", "change", "at"], ascending=[True, True, False, True, True]
    )
    return [_finding(group, met, explainer) for _, group in slow.groupby(["system_id", "model"], sort=True)]


def _finding(group: pd.DataFrame, met: pd.DataFrame, explainer: Explainer) -> Finding:
    ats, formers = ([int(at) for at in group[name]] for name in ("at", "former"))
    row, before = explainer.rows[ats[0]], explainer.rows[formers[0]]
    ratio = float(np.exp(-group["change"].iloc[0]))
    of = Contrast(formers[0], ats[0], ratio, tuple(sorted((row.system_id, before.system_id))), True)
    gaps = [_gap(explainer.rows[at], explainer.rows[former]) for at, former in zip(ats, formers, strict=True)]
    evidence = explainer.evidence(of, FORMER_SELF.threshold, gaps)
    told = (
        f"{before.round}: {words.name(before)}, {words.quantity(before)}. {row.round}: {words.name(row)}, "
        f"{words.quantity(row)} in {row.benchmark} {row.scenario}.",
        *_elsewhere(row, met, explainer),
        *_asked(ats[0], explainer),
    )
    is_same = bool(group["is_same_machine"].iloc[0])
    siblings = words.several(sorted({explainer.rows[at].benchmark for at in ats}))
    others = [f"{words.times(gap.ratio)} in {gap.benchmark} {gap.scenario}" for gap in gaps[1:]]
    return Finding(
        FORMER_SELF.kind,
        row.round,
        f"{FORMER_SELF.kind}/{row.model}/{row.system_id}",
        title=f"{siblings}: {words.name(row)}",
        ratio=ratio,
        finding=f"{words.name(row)} in {siblings}: {words.quantity(row)} in {row.scenario}, {words.times(ratio)} "
        f"{words.below(row)} {words.quantity(before)} {_whose(row, is_same)} in {before.round}"
        + (f"; {words.several(others)}" if others else "")
        + ".",
        members=members(
            ((explainer.rows[former].result_id for former in formers), Role.CONTEXT),
            ((explainer.rows[at].result_id for at in ats), Role.WORSE),
        ),
        systems=(row.system_id,),
        model=row.model,
        standing=row.standing,
        evidence=replace(evidence, known=told),
        is_minor=not is_same or _is_set_lower(row, before, ratio),
        cause=f"its own {before.round} result" if is_same else f"another machine's {before.round} result",
    )


def _whose(row: Any, is_same: bool) -> str:
    """Whose result it is held against. Without accelerators the processors are what is the same."""
    what = "accelerators" if known(row.accelerator) else "processors"
    where = "the same machine" if is_same else f"the same {what} in another machine"
    return f"of the same submitter and {where} ({words.accelerators(row)})"


def _is_set_lower(row: Any, before: Any, ratio: float) -> bool:
    """Whether a declared power mode may be why: its word says no wattage and may be set lower in a later round. It is
    not where watts are known and fell by less than half as many doublings as the speed."""
    if known(row.power_mode) is None:
        return False
    watts = [known(one.power_w) for one in (before, row)]
    return not all(watts) or bool(watts[0] / watts[1] >= ratio**0.5)


def _gap(row: Any, before: Any) -> Gap:
    return Gap(row.scenario, before.speed / row.speed, before.result_id, row.result_id, row.benchmark)


def _elsewhere(row: Any, met: pd.DataFrame, explainer: Explainer) -> list[str]:
    """How the system's results of other models changed: a slower machine would be slower in all."""
    own = met[(met["system_id"] == row.system_id) & (met["model"] != row.model)]
    if own.empty:
        return ["It has no result of another model in both rounds."]
    ratios = np.exp(own["change"])
    return [
        f"Its {words.count(len(own), 'result')} of other models that stand in both rounds: {ratios.min():.2f}x to "
        f"{ratios.max():.2f}x of the former ones, the median {ratios.median():.2f}x."
    ]


def _asked(at: int, explainer: Explainer) -> list[str]:
    """The rate that its run was set up for, where it is a rate of samples."""
    target, row = explainer.parameter(at, "target_qps"), explainer.rows[at]
    if not target or row.unit == "Tokens/s" or row.metric != "throughput":
        return []
    return [f"Its run was set up for {words.number(target)} {row.unit}; {row.value / target:.2f} of that came."]
