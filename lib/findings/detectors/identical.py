"""Identical to the digit: why two entries show the same number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.rules import IDENTICAL, MIN_DIGITS

_ALIKE = ["round", "division", "benchmark", "scenario", "unit", "value"]


def detect(case: Case) -> list[Finding]:
    """Values that agree to the digit."""
    return identical(case.results, case.explainer)


def identical(results: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each value that several systems share, and one for each system whose runs stand twice."""
    told = results.assign(at=results.index)
    told = told[(told["unit"] != "streams") & told["value"].map(digits).ge(MIN_DIGITS)]
    return [*_shared(told, explainer), *_both_targets(told, explainer)]


def digits(value: float) -> int:
    """How many digits a number has, leading and trailing zeros aside.

    >>> digits(259993.64), digits(1200.0), digits(0.0315)
    (8, 2, 3)
    """
    return len(f"{value:.15g}".split("e")[0].replace(".", "").strip("0"))


def _shared(told: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    groups = told.groupby(_ALIKE, sort=True)["system_id"].transform("nunique")
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in told[groups > 1].itertuples():
        found.setdefault((row.round, row.division, row.model, row.scenario, row.unit, row.value), []).append(row.at)
    merged: dict[tuple[Any, ...], list[int]] = {}
    for key, ats in sorted(found.items()):
        systems = tuple(sorted({explainer.rows[at].system_id for at in ats}))
        same = (key[0], systems) if why_same(ats, explainer) == "run" else (*key, systems)
        merged.setdefault(same, []).extend(ats)
    return [_finding(ats, key, explainer) for key, ats in _told_apart(list(merged.values()), explainer)]


def _told_apart(groups: list[list[int]], explainer: Explainer) -> Iterator[tuple[str, list[int]]]:
    """The groups with a key each. Where the same systems share several values in one model and scenario, the last of
    them (the greatest) keeps the plain key, which links have named so far; the others' keys say their value too."""
    plain = [_key([explainer.rows[at] for at in ats]) for ats in groups]
    last = {key: place for place, key in enumerate(plain)}
    for place, (key, ats) in enumerate(zip(plain, groups, strict=True)):
        row = explainer.rows[ats[0]]
        yield (key if last[key] == place else f"{key}/{row.value:.15g} {row.unit}"), ats


def _key(rows: list[Any]) -> str:
    systems = sorted({row.system_id for row in rows})
    return "/".join((IDENTICAL.kind, rows[0].model, rows[0].scenario, *systems))


def why_same(ats: list[int], explainer: Explainer) -> str:
    """`run`: one run entered twice by its submitter; `target`: the same rate was asked for; `rate`: Server results of a
    round whose targets we have not; `unexplained`."""
    rows = [explainer.rows[at] for at in ats]
    if all(explainer.is_scheduled(at) for at in ats):
        return "target"
    if rows[0].scenario == "Server" and all(explainer.parameter(at, "target_qps") is None for at in ats):
        return "rate"
    return "run" if len({(row.submitter, row.hardware) for row in rows}) == 1 else "unexplained"


_SAID = {
    "target": "all were asked for {target} queries/s, so the number is the target, not what the systems could do",
    "rate": "Server follows the rate that was asked for, so it looks like a shared target, which our source "
    "of this round lacks",
    "run": "the same submitter and the same hardware, so it looks like one run entered twice",
    "unexplained": "no shared target explains it, though six digits may agree by chance",
}


_BRIEF = {
    "target": "one target for all",
    "rate": "looks like a shared target",
    "run": "looks like one run twice",
    "unexplained": "cause not in the files",
}
_FASTER = "How much faster each of them could have been."
_COPIED = "Whether one run was entered twice, or one file was copied by mistake."
_UNKNOWN = {"target": _FASTER, "rate": _FASTER, "run": _COPIED, "unexplained": _COPIED}


def _finding(ats: list[int], key: str, explainer: Explainer) -> Finding:
    why, rows = why_same(ats, explainer), [explainer.rows[at] for at in ats]
    first, one_each = rows[0], list({row.system_id: row for row in rows}.values())
    called, hardware = words.names(one_each), {row.hardware for row in rows}
    models = words.several(sorted({f"{row.benchmark} {row.scenario}" for row in rows}))
    target = explainer.parameter(ats[0], "target_qps")
    said = _SAID[why].format(target=words.number(target) if target else "")
    submitters = len({row.submitter for row in rows})
    return Finding(
        IDENTICAL.kind,
        first.round,
        key,
        title=f"{models}: {words.several(called)}",
        ratio=float(len(one_each)),
        finding=f"{words.several(called)} show the same {words.quantity(first)} in {models}: {said}.",
        members=members(((row.result_id for row in rows), Role(f"same {why}"))),
        systems=tuple(sorted(row.system_id for row in one_each)),
        model=first.model,
        standing=min(row.standing for row in rows),
        is_minor=True,
        evidence=Evidence(
            threshold=MIN_DIGITS,
            known=(
                f"{words.count(len(one_each), 'entry')} of {words.count(submitters, 'submitter')} with "
                f"{words.count(len(hardware), 'kind')} of hardware show {first.value!r} {first.unit}.",
            ),
            unknown=(_UNKNOWN[why],),
            extras={"why": why, "value": first.value},
        ),
        cause=_BRIEF[why],
    )


def _both_targets(told: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    doubled = told[
        told.groupby(["system_id", "model", "scenario", "unit", "value"], sort=True)["benchmark"].transform("nunique")
        > 1
    ]
    return [
        _doubled([explainer.rows[at] for at in group["at"]]) for _, group in doubled.groupby("system_id", sort=True)
    ]


def _doubled(rows: list[Any]) -> Finding:
    first, benchmarks = rows[0], sorted({row.benchmark for row in rows})
    return Finding(
        IDENTICAL.kind,
        first.round,
        f"{IDENTICAL.kind}/targets/{first.system_id}",
        title=words.name(first),
        ratio=1.0,
        finding=f"{words.name(first)} shows the same values in {words.several(benchmarks)}: one run entered "
        "for both accuracy targets, which the rules allow.",
        members=members(((row.result_id for row in rows), Role.SAME_RUN)),
        systems=(first.system_id,),
        standing=first.standing,
        is_minor=True,
        evidence=Evidence(
            threshold=MIN_DIGITS,
            known=(
                f"{words.count(len(rows), 'result')} of {words.count(len(benchmarks), 'benchmark')} have a "
                "twin under the other accuracy target.",
            ),
            unknown=(),
            extras={"why": "accuracy targets"},
        ),
        cause="one run for both targets",
    )
