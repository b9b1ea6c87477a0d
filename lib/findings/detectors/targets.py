"""Far below its own target: a rate beside the one that its run was set up for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.beside import is_far
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.rules import CORROBORATED, OWN_TARGET


class Short(NamedTuple):
    """A result below its target: `asked` and `rate` are per second, `above` how far peers or the former self are above
    it (1 where nothing says so), `because` in words."""

    at: int
    asked: float
    rate: float
    above: float
    because: tuple[str, ...]

    @property
    def off(self) -> float:
        """How many times the target is above what came."""
        return self.asked / self.rate


def detect(case: Case) -> list[Finding]:
    """Results far below their own targets."""
    results = case.results
    rates = asked(results, case.facts.runs)
    low = rates[rates["asked"] >= OWN_TARGET.threshold * rates["rate"]]
    own = case.changes["change"][case.changes["is_same_machine"].astype(bool)]
    return own_targets(low, case.few, own, case.explainer)


def asked(results: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """What each run of a rate was `asked` for and what came, `rate`, both in samples per second; by position.

    A result in tokens is left out where its log does not say samples too.
    """
    told = results[results["metric"].eq("throughput")]
    target = told["result_id"].map(runs["target_qps"]).astype(float)
    samples = told["result_id"].map(runs["samples_per_s"]) if "samples_per_s" in runs else np.nan
    rate = told["value"].astype(float).where(told["unit"] != "Tokens/s", pd.Series(samples, told.index, dtype=float))
    both = pd.DataFrame({"asked": target, "rate": rate}, index=told.index)
    return both[(both["asked"] > 0) & (both["rate"] > 0)]


def own_targets(low: pd.DataFrame, beside: pd.DataFrame, changed: pd.Series, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model below its target, but for those whose peers reach no more.

    `beside` are the results beside their peers, `changed` the logs of the results over their former selves.
    """
    groups: dict[tuple[str, str], list[Short]] = {}
    # Peers in two camps are above it, or not, as one likes.
    agreed = beside["gap"].where(is_far(beside, CORROBORATED))
    for at, target, rate in zip(low.index.tolist(), low["asked"], low["rate"], strict=True):
        above, because = _above(float(agreed[at]), float(changed.get(at, np.nan)))
        if not because and float(beside["gap"][at]) > -np.log(CORROBORATED):
            continue
        row = explainer.rows[at]
        short = Short(at, float(target), float(rate), above, because)
        groups.setdefault((row.system_id, row.model), []).append(short)
    return [
        _finding(sorted(group, key=lambda one: (-one.above, -one.off, one.at)), explainer)
        for _, group in sorted(groups.items())
    ]


def _above(gap: float, change: float) -> tuple[float, tuple[str, ...]]:
    """How far the peers' median and the former self are above, and in words which of them are."""
    told = {
        "the median of systems with the same accelerators": float(np.exp(-gap)),
        "its own result of an earlier round": float(np.exp(-change)),
    }
    said = {name: ratio for name, ratio in told.items() if ratio >= CORROBORATED}
    texts = tuple(f"{name} is {words.times(ratio)} above it" for name, ratio in said.items())
    return max(said.values(), default=1.0), texts


def _finding(group: list[Short], explainer: Explainer) -> Finding:
    worst = group[0]
    row = explainer.rows[worst.at]
    siblings = words.several(sorted({explainer.rows[one.at].benchmark for one in group}))
    share = f"{1 / worst.off:.2f} of the {words.number(worst.asked)} {_unit(row)} that its run was set up for"
    return Finding(
        OWN_TARGET.kind,
        row.round,
        f"{OWN_TARGET.kind}/{row.model}/{row.system_id}",
        title=f"{siblings}: {words.name(row)}",
        ratio=worst.off,
        size=worst.above if worst.because else worst.off,
        is_minor=not worst.because,
        finding=f"{words.name(row)} in {siblings}: {words.quantity(row)} in {row.scenario}, {share}"
        + (f"; {' and '.join(worst.because)}" if worst.because else "")
        + ".",
        members=members(((explainer.rows[one.at].result_id for one in group), Role.WORSE)),
        systems=(row.system_id,),
        model=row.model,
        standing=row.standing,
        cause="its own target",
        evidence=Evidence(
            threshold=OWN_TARGET.threshold,
            known=tuple(_told(one, explainer) for one in group),
            likely=tuple(f"{text[0].upper()}{text[1:]}." for text in worst.because),
            unknown=(
                "Whether the target was a guess or another machine's, or something held this run back."
                if row.scenario == "Offline"
                else "Why less came than was asked for.",
            ),
        ),
    )


def _told(one: Short, explainer: Explainer) -> str:
    row = explainer.rows[one.at]
    return (
        f"{row.benchmark} {row.scenario}: asked for {words.number(one.asked)} {_unit(row)}, "
        f"{words.number(one.rate)} came ({1 / one.off:.2f})."
    )


def _unit(row: Any) -> str:
    """A target's unit: LoadGen asks for samples where it counts tokens."""
    return "Samples/s" if row.unit == "Tokens/s" else str(row.unit)
