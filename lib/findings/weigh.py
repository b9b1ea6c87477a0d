"""How much a finding matters, and which ones an analyst sees first."""

from __future__ import annotations

from collections import Counter
from math import log2
from typing import NamedTuple

from lib.findings.finding import Finding
from lib.findings.rules import (
    ACCURACY_TARGETS,
    DEFAULT_STANDING,
    DESCRIPTION,
    FORMER_SELF,
    IDENTICAL,
    MAX_BITS,
    MINOR_WEIGHT,
    OWN_TARGET,
    PEER_OUTLIER,
    RULES,
    SCALING,
    SCENARIO_RATIO,
    SERVER_OVER_OFFLINE,
    TWINS,
    TWINS_ACROSS,
    UNIT,
)

_RULES = {rule.kind: rule for rule in RULES}
# Of several kinds that say the same of one system and model, the first of these tells most; the others stay out of the
# default view. A rank shift is about the whole system.
_TELLS_MOST = (
    TWINS,
    PEER_OUTLIER,
    SERVER_OVER_OFFLINE,
    SCALING,
    FORMER_SELF,
    TWINS_ACROSS,
    SCENARIO_RATIO,
    OWN_TARGET,
    ACCURACY_TARGETS,
)


class Weighed(NamedTuple):
    """A finding with its score and whether it stands in the default view."""

    finding: Finding
    score: float
    is_default: bool


class AmbiguousFinding(ValueError):
    """Two findings under one id, or a finding with a result twice: in the database one would hide the other."""


def weigh(findings: list[Finding]) -> list[Weighed]:
    """The findings, the weightiest first. Raises AmbiguousFinding where an id or a member stands twice."""
    _check(findings)
    acted_on = {item.anomaly_id for item in findings if is_actionable(item)} - told_better(findings)
    ordered = sorted(findings, key=lambda item: (-score(item), item.anomaly_id))
    return [Weighed(item, score(item), item.anomaly_id in acted_on) for item in ordered]


def _check(findings: list[Finding]) -> None:
    ids = Counter(item.anomaly_id for item in findings)
    for item in findings:
        if ids[item.anomaly_id] > 1:
            raise AmbiguousFinding(f"two findings have the id {item.anomaly_id}; the key of both is {item.key}")
        twice = [result for result, n in Counter(result for result, _ in item.members).items() if n > 1]
        if twice:
            raise AmbiguousFinding(f"{twice[0]} stands twice in the finding {item.anomaly_id} ({item.key})")


def score(finding: Finding) -> float:
    """The kind's weight, times the doublings of the ratio (5 at most; a fault without a ratio counts as one), times the
    weight of where it was published."""
    rule = _RULES[finding.kind]
    bits = log2(max(finding.size or finding.ratio, 1.0))
    if rule in (DESCRIPTION, IDENTICAL, UNIT):
        bits = 1.0
    return round(rule.weight * min(bits, MAX_BITS) * finding.standing * (MINOR_WEIGHT if finding.is_minor else 1.0), 6)


def is_actionable(finding: Finding) -> bool:
    """Large enough, published where it counts, and no mere habit."""
    large = (finding.size or finding.ratio) >= _RULES[finding.kind].default_from
    return large and not finding.is_minor and finding.standing >= DEFAULT_STANDING


def told_better(findings: list[Finding]) -> set[str]:
    """The findings whose system and model a kind that tells more already has in the default view."""
    told: set[tuple[str, str | None]] = set()
    hidden: set[str] = set()
    for rule in _TELLS_MOST:
        here = [item for item in findings if item.kind == rule.kind and is_actionable(item)]
        hidden |= {item.anomaly_id for item in here if any((system, item.model) in told for system in item.systems)}
        told |= {(system, item.model) for item in here if item.anomaly_id not in hidden for system in item.systems}
    return hidden
