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
from lib.findings.frames import joined, known
from lib.findings.rules import FORMER_SELF
from lib.names.software import layers

_SELF = [
    "organisation",
    "division",
    "accelerator",
    "accelerator_variant",
    "accelerators",
    "nodes",
    "mig",
    "power_mode",
    "host",
    "serving_layer",
    "benchmark",
    "scenario",
    "unit",
    "era",
    "inferred",
]
_MACHINE = [*_SELF, "base_name", "cpu", "cpus_per_node"]


def detect(case: Case) -> list[Finding]:
    """Results far below those of the same hardware in an earlier round."""
    return former_selves(changes(case.results), case.explainer)


def changes(results: pd.DataFrame) -> pd.DataFrame:
    """The results beside those of the last round before: `former` is the position of the earlier one and `change` the
    log of the new speed over it; by position.

    A machine is held against itself; what was in no round before, against its submitter's best with the same hardware.
    """
    counted = results["accelerator"].notna()
    # An accelerator does the work; without one the host does.
    host = joined(results, ("cpu", "cpus_per_node")).where(~counted, "")
    # What no file says to be inferred was measured, as far as anybody knows.
    inferred = results["is_inferred"].astype("boolean").fillna(False)
    told = results.assign(
        at=results.index,
        host=host,
        inferred=inferred,
        serving_layer=results["serving"].map(layers, na_action="ignore"),
    ).sort_values(["log_speed", "result_id"])
    own, like = _since(_MACHINE, told), _since(_SELF, told)
    return pd.concat([own, like[~like.index.isin(own.index)]]).sort_index()


def _since(alike: list[str], told: pd.DataFrame) -> pd.DataFrame:
    """The best result of each machine and round beside the best of the last round before, among those alike in some
    columns."""
    group = told.groupby(alike, sort=True, dropna=False).ngroup()
    machines = told.assign(group=group).drop_duplicates([*_MACHINE, "round"], keep="last")
    best = machines.drop_duplicates(["group", "round"], keep="last").sort_values(["round_order", "result_id"])
    before = best.groupby("group")[["at", "log_speed"]].shift()
    earlier = best.assign(former=before["at"], speed_before=before["log_speed"])
    met = machines.merge(earlier[["group", "round", "former", "speed_before"]], on=["group", "round"]).set_index("at")
    met = met.assign(change=met["log_speed"] - met["speed_before"])
    return met.loc[met["former"].notna(), ["system_id", "model", "former", "change"]].rename_axis(None)


def former_selves(met: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model that is slower than its former self."""
    slow = met[met["change"] <= -np.log(FORMER_SELF.threshold)]
    slow = slow.assign(at=slow.index).sort_values(["system_id", "model", "change", "at"])
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
    siblings = words.several(sorted({explainer.rows[at].benchmark for at in ats}))
    others = [f"{words.times(gap.ratio)} in {gap.benchmark} {gap.scenario}" for gap in gaps[1:]]
    return Finding(
        FORMER_SELF.kind,
        row.round,
        f"{FORMER_SELF.kind}/{row.model}/{row.system_id}",
        title=f"{siblings}: {words.name(row)}",
        ratio=ratio,
        finding=f"{words.name(row)} in {siblings}: {words.quantity(row)} in {row.scenario}, {words.times(ratio)} below "
        f"{words.quantity(before)} of the same submitter and {words.accelerators(row)} in {before.round}"
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
        # What a mode is called says no wattage: the same word was set lower in a later round.
        is_minor=known(row.power_mode) is not None,
        cause=f"its own {before.round} result",
    )


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
