"""How much a finding matters, and which ones an analyst sees first."""

from __future__ import annotations

from math import log2

from lib.findings.finding import Finding
from lib.findings.rules import (
    DEFAULT_STANDING,
    DESCRIPTION,
    IDENTICAL,
    MAX_BITS,
    PEER_OUTLIER,
    RULES,
    SCALING,
    SCENARIO_RATIO,
    SERVER_OVER_OFFLINE,
    TWINS,
    TWINS_ACROSS,
)

_RULES = {rule.kind: rule for rule in RULES}
# Of several kinds that say the same of one system and model, the first of these tells most; the others stay out of the
# default view. A rank shift is about the whole system.
_TELLS_MOST = (TWINS, PEER_OUTLIER, SERVER_OVER_OFFLINE, SCALING, TWINS_ACROSS, SCENARIO_RATIO)


def weigh(findings: list[Finding]) -> list[tuple[Finding, float, bool]]:
    """Each finding with its score and whether it stands in the default view; the weightiest first, each once."""
    once = {finding.anomaly_id: finding for finding in sorted(findings, key=lambda item: (item.anomaly_id, item.ratio))}
    acted_on = {item.anomaly_id for item in once.values() if is_actionable(item)} - told_better(list(once.values()))
    ordered = sorted(once.values(), key=lambda item: (-score(item), item.anomaly_id))
    return [(item, score(item), item.anomaly_id in acted_on) for item in ordered]


def score(finding: Finding) -> float:
    """The kind's weight, times the doublings of the ratio (5 at most; a fault without a ratio counts as one), times the
    weight of where it was published."""
    rule = _RULES[finding.kind]
    bits = log2(max(finding.size or finding.ratio, 1.0))
    if rule in (DESCRIPTION, IDENTICAL):
        bits = 1.0
    return round(rule.weight * min(bits, MAX_BITS) * finding.standing * (0.5 if finding.is_minor else 1.0), 6)


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
