"""How much a finding matters, and which ones an analyst sees first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import log2
from typing import NamedTuple

from lib.findings import lists
from lib.findings.finding import Finding
from lib.findings.lists import Entries
from lib.findings.rules import (
    DECLARED_WEIGHT,
    DEFAULT_STANDING,
    DESCRIPTION,
    EDGE_WEIGHT,
    FEW_WEIGHT,
    IDENTICAL,
    LEAST_SCORE,
    MAX_BITS,
    MINOR_WEIGHT,
    PEER_OUTLIER,
    RULES,
    UNIT,
    FindingList,
)
from lib.findings.suspects import is_suspect

_RULES = {rule.kind: rule for rule in RULES}


class Weighed(NamedTuple):
    """A finding with its score and whether it stands in the default view."""

    finding: Finding
    score: float
    is_default: bool


class AmbiguousFinding(ValueError):
    """Two findings under one id, or a finding with a result twice: in the database one would hide the other."""


def weigh(findings: list[Finding], entries: Entries | None = None) -> list[Weighed]:
    """The findings, each in its list, the weightiest first. Of one story (the same system in several findings) the
    weightiest counts in full, the second half, the third a third.

    `entries` says what the systems are; without them all count as plain datacenter ones.
    Raises AmbiguousFinding where an id or a member stands twice.
    """
    _check(findings)
    known = entries or {}
    listed = [replace(item, in_list=lists.list_of(item, known)) for item in findings]
    ordered = sorted(((score(item, known), item) for item in listed), key=_weightiest)
    shown = [(points, item) for points, item in ordered if is_actionable(item, known)]
    better = told_better([item for _, item in shown])
    place = _places([item for _, item in shown if item.anomaly_id not in better])
    told = [(round(points / place.get(item.anomaly_id, 1), 6), item) for points, item in ordered]
    return [
        Weighed(item, points, item.anomaly_id in place and points >= LEAST_SCORE)
        for points, item in sorted(told, key=_weightiest)
    ]


def _weightiest(weighed: tuple[float, Finding]) -> tuple[float, str]:
    return -weighed[0], weighed[1].anomaly_id


def _check(findings: list[Finding]) -> None:
    ids = Counter(item.anomaly_id for item in findings)
    for item in findings:
        if ids[item.anomaly_id] > 1:
            raise AmbiguousFinding(f"two findings have the id {item.anomaly_id}; the key of both is {item.key}")
        twice = [result for result, n in Counter(result for result, _ in item.members).items() if n > 1]
        if twice:
            raise AmbiguousFinding(f"{twice[0]} stands twice in the finding {item.anomaly_id} ({item.key})")


def score(finding: Finding, entries: Entries | None = None) -> float:
    """The kind's weight, times the doublings of the ratio (6 at most; a fault without a ratio counts as one), times the
    weight of where it was published, less what explains it."""
    rule = _RULES[finding.kind]
    bits = log2(max(finding.size or finding.ratio, 1.0))
    if rule in (DESCRIPTION, IDENTICAL, UNIT):
        bits = 1.0
    points = rule.weight * min(bits, MAX_BITS) * finding.standing * (MINOR_WEIGHT if finding.is_minor else 1.0)
    if rule.in_list is not FindingList.RESULTS:
        return round(points, 6)  # what is wrong in a description is as wrong on an edge system
    known = entries or {}
    points *= EDGE_WEIGHT if lists.is_of_edge(finding, known) else 1.0
    points *= FEW_WEIGHT if rule is PEER_OUTLIER and finding.evidence.threshold > rule.threshold else 1.0
    points *= DECLARED_WEIGHT if lists.is_declared(finding, known) else 1.0
    return round(points * (1.0 - explained(finding)), 6)


def explained(finding: Finding) -> float:
    """How far what differs explains a finding: the greatest likelihood of a difference, the share of like pairs with
    it that are as far apart. A lower target explains nothing: why it was chosen is what one asks; nor does what can
    make no system slower, such as a machine's name, however often it came with a gap."""
    told = (item for item in finding.evidence.differences if item.speaks and is_suspect(item))
    return max((item.likelihood or 0.0 for item in told), default=0.0)


def is_actionable(finding: Finding, entries: Entries | None = None) -> bool:
    """A finding about results: large enough, published where it counts, and neither a mere habit nor of a
    demonstration."""
    large = (finding.size or finding.ratio) >= _RULES[finding.kind].default_from
    plain = not finding.is_minor and not lists.is_beside_the_point(finding, entries or {})
    return large and plain and finding.standing >= DEFAULT_STANDING and finding.in_list is FindingList.RESULTS


def told_better(findings: list[Finding]) -> set[str]:
    """Of findings in the order of their weight, those whose system and model a weightier one already tells of, and
    those that hold a system against one that is itself unlike its peers, whatever they weigh."""
    odd = {(system, item.model) for item in findings if item.kind == PEER_OUTLIER.kind for system in item.systems}
    told: set[tuple[str, str | None]] = set()
    hidden: set[str] = set()
    for item in findings:
        compared = lists.compared(item)
        if any((system, item.model) in told for system in compared) or any(
            (system, item.model) in odd for system in compared if system not in item.systems
        ):
            hidden.add(item.anomaly_id)
        else:
            told |= {(system, item.model) for system in item.systems}
    return hidden


def _places(findings: list[Finding]) -> dict[str, int]:
    """By id, the how manyth finding it is about one of its systems, in the order given."""
    seen: Counter[str] = Counter()
    places = {}
    for item in findings:
        places[item.anomaly_id] = 1 + max((seen[system] for system in item.systems), default=0)
        seen.update(item.systems)
    return places
