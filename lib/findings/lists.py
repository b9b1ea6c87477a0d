"""Which list a finding stands in, by what its entries are: reference implementations and demonstrations stand apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lib.findings.finding import Finding
from lib.findings.frames import Facts, known
from lib.findings.rules import INVERSE, PEER_OUTLIER, RULES, SCALING, FindingList
from lib.names.entry_words import Purpose, purposes
from lib.vocabulary import Scenario

_RULES = {rule.kind: rule for rule in RULES}
_OF_EDGE = (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM)
_FRAMEWORK = "framework"


class Entry(NamedTuple):
    """What an entry is: of the edge suite alone or not, its own words' purposes, the frameworks that it names."""

    is_edge_only: bool = False
    purposes: frozenset[Purpose] = frozenset()
    frameworks: frozenset[str] = frozenset()


Entries = Mapping[str, Entry]


def entries(facts: Facts) -> Entries:
    """Every system of the facts by its id."""
    frameworks: dict[str, set[str]] = {}
    for system, role, part in zip(*(facts.parts[name] for name in ("system_id", "role", "part")), strict=True):
        if role == _FRAMEWORK:
            frameworks.setdefault(system, set()).add(part)
    return {
        row.system_id: Entry(
            bool(known(row.is_edge)) and not known(row.is_datacenter),
            purposes(row.platform, known(row.system_name), known(row.framework)),
            frozenset(frameworks.get(row.system_id, ())),
        )
        for row in facts.systems.itertuples(index=False)
    }


def ends(finding: Finding) -> tuple[str, ...]:
    """The systems of the two results that a finding sets against each other, the faster one's first; or none."""
    told = (finding.evidence.faster, finding.evidence.slower)
    return tuple(result.rsplit("/", 2)[0] for result in told if result is not None)


def compared(finding: Finding) -> tuple[str, ...]:
    """The systems that a finding compares, of which either may be at fault. Peers are many, and the one that stands
    for them is not."""
    return finding.systems if finding.kind == PEER_OUTLIER.kind else (*finding.systems, *ends(finding))


def list_of(finding: Finding, known_entries: Entries) -> FindingList:
    """The list of its kind; what sets results against those of a demonstration, or is about one, stands with those."""
    of_kind = _RULES[finding.kind].in_list
    if of_kind is not FindingList.RESULTS:
        return of_kind
    about = [known_entries.get(system, Entry()) for system in {*finding.systems, *ends(finding)}]
    if any(Purpose.DEMONSTRATION in entry.purposes for entry in about):
        return FindingList.DEMONSTRATIONS
    return of_kind


def is_of_edge(finding: Finding, known_entries: Entries) -> bool:
    """Whether a system of the edge suite alone is compared, or its widest gap is in a scenario of that suite alone."""
    widest = max(finding.evidence.gaps, key=lambda gap: gap.ratio, default=None)
    return (widest is not None and widest.scenario in _OF_EDGE) or any(
        known_entries.get(system, Entry()).is_edge_only for system in compared(finding)
    )


def is_declared(finding: Finding, known_entries: Entries) -> bool:
    """Whether the two entries name a reason themselves: frameworks without one in common, or a setting that saves
    energy in one of them."""
    if len(sides := [known_entries.get(system, Entry()) for system in ends(finding)]) < 2:
        return False
    one, other = sides
    apart = bool(one.frameworks and other.frameworks) and not one.frameworks & other.frameworks
    return apart or _is_saving_in_one(sides)


def is_beside_the_point(finding: Finding, known_entries: Entries) -> bool:
    """Whether a setting that saves energy is the reason; of a kind about numbers of accelerators, whether the entries
    name any other reason."""
    if finding.kind in (SCALING.kind, INVERSE.kind):
        return is_declared(finding, known_entries)
    return _is_saving_in_one([known_entries.get(system, Entry()) for system in ends(finding)])


def _is_saving_in_one(sides: list[Entry]) -> bool:
    """Whether one of two entries alone was set to save energy: that it is the slower one is what was asked for."""
    return len({Purpose.ENERGY_SAVING in entry.purposes for entry in sides}) > 1
