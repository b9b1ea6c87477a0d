"""Rank shifts: ahead in one benchmark and far down in another, where the hardware does not explain it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, others, roles, same_system

OTHER = "3d-unet-99"


def shifted(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "rank-shift")


def leader(second: float, peers: int = 9, **facts: Any) -> list[Row]:
    """A system that leads in one benchmark and has `second` in the other, where its peers have 5."""
    entries = [entry("leader", 3000, **facts), entry("leader", second, benchmark=OTHER, **facts)]
    for peer in others(peers):
        entries += [peer, entry(**same_system(peer), value=5 + peer["value"] / 1e6, benchmark=OTHER)]
    return entries


def test_a_leader_that_falls_behind_its_peers_shifts_in_rank():
    (finding,) = shifted(*leader(3.5))
    assert finding.finding == (
        "leader ranks 1 and 10 in resnet50 Offline (of 10) and 3d-unet-99 Offline (of 10): against systems with the "
        f"same accelerators it falls back by {finding.ratio:.2f}x."
    )
    assert finding.ratio == pytest.approx(3000 / 1004 * 5.001004 / 3.5, rel=1e-3)
    assert roles(finding) == {"leader/resnet50/Offline": Role.BETTER, f"leader/{OTHER}/Offline": Role.WORSE}
    assert not finding.is_minor


def test_the_evidence_has_its_ranks_everywhere_and_among_the_systems_in_common():
    (finding,) = shifted(*leader(3.5), entry("leader", 2000, "Server"))
    told = [
        (place["benchmark"], place["scenario"], place["rank"], place["of"])
        for place in finding.evidence.extras["ranks"]
    ]
    assert told == [("resnet50", "Offline", 1, 10), ("resnet50", "Server", 1, 1), (OTHER, "Offline", 10, 10)]
    assert finding.evidence.known[0] == (
        "Among the 10 systems in both it ranks 1 in resnet50 Offline and 10 in 3d-unet-99 Offline."
    )
    assert roles(finding)["leader/resnet50/Server"] is Role.CONTEXT


def test_a_leader_that_keeps_its_rank_does_not_shift():
    assert shifted(*leader(6.0)) == []


@pytest.mark.parametrize(("places", "shifts"), [(3, 0), (4, 1)])
def test_a_fall_of_three_places_is_none_and_of_four_is_one(places: int, shifts: int):
    """The peers have 5.001000 to 5.001008 in the other benchmark, a millionth apart."""
    assert len(shifted(*leader(5.0010085 - places / 1e6))) == shifts


def test_a_system_that_falls_in_rank_while_it_gains_on_its_peers_does_not_shift():
    """Last of its make where its make leads, first of it where its make is last: the hardware moves its rank."""
    entries = []
    for number in range(16):
        kind, first, second = ("A", 2000.0 + number, 5.0) if number < 6 else ("B", 1000.0, 9.0)
        if number == 0:
            first, second = 1500.0, 5.1
        own = {"submitter": f"S{number}", "accelerator": kind, "base_name": f"m{number}"}
        entries += [entry("x", first, **own), entry("x", second + number / 1e6, benchmark=OTHER, **own)]
    assert shifted(*entries) == []


def test_a_fall_in_rank_without_one_in_speed_is_none():
    """Its peers stand so close that a hair's breadth is ten places."""
    entries = [entry("leader", 1010.0), entry("leader", 4.99, benchmark=OTHER)]
    for peer in others(9):
        entries += [peer, entry(**same_system(peer), value=5 + peer["value"] / 1e6, benchmark=OTHER)]
    assert shifted(*entries) == []


def test_seven_systems_in_common_are_too_few():
    assert len(shifted(*leader(3.5, peers=7))) == 1
    assert shifted(*leader(3.5, peers=6)) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("availability", "rdi"),
        ("has_power", True),
        ("round", "v1.1"),
        ("division", "network"),
        ("is_datacenter", False),
    ],
)
def test_rivals_are_of_one_round_division_suite_availability_and_kind_of_submission(column: str, value: object):
    assert shifted(*leader(3.5, **{column: value})) == []


def test_a_system_in_both_suites_is_one_finding():
    both = [row | {"is_edge": True} for row in leader(3.5)]
    assert len(shifted(*both)) == 1


def test_ties_do_not_shift():
    entries = [row | {"value": 5.0 if row["benchmark"] == OTHER else 1000.0} for row in leader(5.0)]
    assert shifted(*entries) == []


def test_a_shift_that_the_hardware_explains_is_none():
    entries = []
    for number, row in enumerate(others(12)):
        kind = "A" if number < 6 else "B"
        value = 5.0 if kind == "A" else 9.0
        entries += [
            row | {"accelerator": kind, "value": 2000.0 + number if kind == "A" else 1000.0 + number},
            entry(**same_system(row), value=value + number / 1e6, benchmark=OTHER, accelerator=kind),
        ]
    assert shifted(*entries) == []


def test_one_that_never_leads_is_minor():
    """It stands fourth where it is best: three of another make are ahead, and nobody would have bought it for that."""
    ahead = [entry(f"ahead{at}", 9000, submitter=f"A{at}", accelerator="other") for at in range(3)]
    (finding,) = shifted(*leader(3.5), *ahead)
    assert finding.is_minor
    assert "ranks 4 and 10" in finding.finding


def test_one_accuracy_target_of_a_model_stands_for_both():
    entries = [row for row in leader(3.5) if row["benchmark"] == OTHER]
    twice = [row | {"benchmark": f"{OTHER}.9", "result_id": row["result_id"] + ".9"} for row in entries]
    assert len(shifted(*leader(3.5), *twice)) == len(shifted(*leader(3.5)))


def test_latencies_take_no_part():
    latency = {"unit": "ms", "metric": "latency", "higher_is_better": False, "scenario": "SingleStream"}
    assert shifted(*(row | latency for row in leader(3.5))) == []


def test_the_order_of_rows_does_not_matter():
    entries = leader(3.5)
    order = np.random.default_rng(3).permutation(len(entries))
    assert shifted(*(entries[at] for at in order)) == shifted(*entries)
