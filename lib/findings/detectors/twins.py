"""Twins: entries with the same hardware whose results differ; of one submitter, or of several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.causes import extent
from lib.findings.evidence import Evidence, Gap
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Members, Role, members
from lib.findings.frames import is_described, known
from lib.findings.rules import TWINS, TWINS_ACROSS, Rule

_OF_ONE = ["round", "division", "machine", "hardware", "model"]
_ACROSS = ["round", "division", "hardware", "model"]
# Where two results stand side by side: results of one place are compared.
_PLACE = ["benchmark", "scenario", "unit", "era"]


def detect(case: Case) -> list[Finding]:
    """Entries with the same hardware that are apart, of one submitter and of several."""
    return [*twins(case.results, case.explainer), *twins_across(case.results, case.explainer)]


def twins(results: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each model in which one submitter's entries with the same hardware are apart."""
    return _found(TWINS, results, results, "system_id", _OF_ONE, explainer)


def twins_across(results: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """The same across submitters: the best entry of each stands for it."""
    ordered = results.sort_values(["log_speed", "result_id"])
    best = ordered.drop_duplicates([*_ACROSS, *_PLACE, "submitter"], keep="last")
    return _found(TWINS_ACROSS, results, best, "submitter", _ACROSS, explainer)


def widest(results: pd.DataFrame, alike: list[str], unlike: str, threshold: float) -> pd.DataFrame:
    """The fastest and slowest position of each group of alike results that are apart by the threshold or more."""
    ordered = results.assign(at=results.index).sort_values(["log_speed", "result_id"])
    groups = ordered.groupby(alike, sort=True, dropna=False)
    ends = groups.agg(
        slower=("at", "first"),
        faster=("at", "last"),
        least=("speed", "first"),
        most=("speed", "last"),
        several=(unlike, "nunique"),
    ).reset_index()
    ends["ratio"] = ends["most"] / ends["least"]
    return ends[(ends["several"] > 1) & (ends["ratio"] >= threshold)]


def _found(
    rule: Rule, results: pd.DataFrame, compared: pd.DataFrame, unlike: str, alike: list[str], explainer: Explainer
) -> list[Finding]:
    group = results.groupby(alike, sort=True, dropna=False).ngroup()
    apart = widest(compared.assign(group=group), ["group", *_PLACE], unlike, rule.threshold)
    worst = apart.sort_values(["ratio", "benchmark", "scenario"], ascending=[False, True, True]).drop_duplicates(
        "group"
    )
    alike_ids = results["result_id"].groupby(group, sort=True).agg(list)
    behind = _behind(compared.assign(group=group), rule.threshold)
    return [
        _finding(rule, Pick(row.faster, row.slower, row.ratio), (alike_ids[row.group], behind[row.group]), explainer)
        for row in worst.sort_values("group").itertuples()
    ]


def _behind(grouped: pd.DataFrame, threshold: float) -> dict[int, list[str]]:
    """By group, the results that are behind the fastest of their place by the threshold or more."""
    fastest = grouped.groupby(["group", *_PLACE], sort=True, dropna=False)["speed"].transform("max")
    slow = grouped[fastest / grouped["speed"] >= threshold]
    found: dict[int, list[str]] = {}
    for group, result in zip(slow["group"], slow["result_id"], strict=True):
        found.setdefault(int(group), []).append(result)
    return found


class Pick(NamedTuple):
    """The two ends of a group, by position."""

    faster: int
    slower: int
    ratio: float


def _finding(rule: Rule, pick: Pick, group: tuple[list[str], list[str]], explainer: Explainer) -> Finding:
    faster, slower = explainer.rows[pick.faster], explainer.rows[pick.slower]
    systems = tuple(sorted((faster.system_id, slower.system_id)))
    of = Contrast(pick.faster, pick.slower, float(pick.ratio), systems, faster.submitter == slower.submitter)
    met = _met(faster, slower, explainer)
    evidence = _evidence(rule, of, [_gap(*pair) for pair in met if pair[0].benchmark == faster.benchmark], explainer)
    said = explainer.causes(evidence.differences, of, None if rule is TWINS else ("the slower one", "the faster one"))
    told = [row for pair in met if _gap(*pair).ratio >= rule.threshold for row in pair]
    first, second = words.names((faster, slower))
    siblings = words.several(sorted({row.benchmark for row in told}))
    return Finding(
        rule.kind,
        faster.round,
        "/".join((rule.kind, faster.model, *systems)),
        title=f"{siblings}: {first} and {second}",
        ratio=of.ratio,
        finding=f"{_apart(rule, faster, evidence)}: "
        f"{said.clause or 'the descriptions name no difference in software'} ({siblings}, {first} ahead of {second}).",
        members=_members(*group, [row for pair in met for row in pair], told),
        systems=systems,
        model=faster.model,
        standing=min(faster.standing, slower.standing),
        evidence=evidence,
        cause=said.short,
    )


def _evidence(rule: Rule, of: Contrast, gaps: list[Gap], explainer: Explainer) -> Evidence:
    evidence = explainer.evidence(of, rule.threshold, gaps)
    apart = extent(explainer.rows[of.faster].scenario, gaps)
    return replace(evidence, known=(evidence.known[0], apart, *evidence.known[1:]))


def _met(faster: Any, slower: Any, explainer: Explainer) -> list[tuple[Any, Any]]:
    """The two systems' results of the model, side by side where both have one."""
    one, other = (
        {_place(explainer.rows[at]): explainer.rows[at] for at in explainer.entries(row.system_id, row.model)}
        for row in (faster, slower)
    )
    return [(one[place], other[place]) for place in sorted(set(one) & set(other))]


def _place(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _PLACE)


def _gap(one: Any, other: Any) -> Gap:
    faster, slower = (one, other) if one.speed >= other.speed else (other, one)
    return Gap(one.scenario, faster.speed / slower.speed, faster.result_id, slower.result_id)


# What two systems of the same processors may differ in besides.
_BESIDE = ("host memory", "cooling")


def _apart(rule: Rule, faster: Any, evidence: Evidence) -> str:
    worst = faster.scenario
    ordered = sorted(evidence.gaps, key=lambda gap: (gap.scenario != worst, gap.scenario))
    text = ", ".join(
        f"{words.times(gap.ratio)}{' apart' if at == 0 else ''} in {gap.scenario}" for at, gap in enumerate(ordered)
    )
    is_all = not any(item.field in _BESIDE and item.first and item.second for item in evidence.differences)
    what = "Same hardware" if is_all else "Same accelerators and CPUs" if known(faster.accelerator) else "Same CPUs"
    whose = "" if rule is TWINS else " of two submitters"
    return f"{what}{whose}{'' if is_described(faster) else ' as far as described'}, {text}"


def _members(group: list[str], behind: list[str], both: list[Any], told: list[Any]) -> Members:
    return members(
        ([*group, *(row.result_id for row in both)], Role.CONTEXT),
        ([*behind, *(row.result_id for row in told)], Role.APART),
    )
