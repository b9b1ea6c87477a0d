"""Server beside Offline of one system: above it, or far from what peers have."""

from __future__ import annotations

import numpy as np
import pytest

from lib.findings.detectors.scenarios import both_scenarios
from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, others, roles, same_system


def over(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "server-over-offline")


def test_server_over_offline_of_the_same_system():
    (finding,) = over(entry("one", 100), entry("one", 104, "Server"), entry("two", 100), entry("two", 99, "Server"))
    assert finding.systems == ("v1.0/closed/Acme/one",)
    assert finding.ratio == pytest.approx(1.04)
    assert finding.finding == (
        "one in resnet50: Server beats the system's own Offline by 4.0%, 104 Queries/s against 100 Samples/s."
    )
    assert roles(finding) == {"one/resnet50/Offline": Role.OFFLINE, "one/resnet50/Server": Role.SERVER}


def test_a_wide_gap_is_said_as_a_ratio():
    (finding,) = over(entry("one", 100), entry("one", 250, "Server"))
    assert "by 2.50x, 250 Queries/s against 100 Samples/s" in finding.finding


@pytest.mark.parametrize("server", [100.0, 99.9])
def test_a_server_rate_that_is_not_above_is_none(server: float):
    assert over(entry("one", 100), entry("one", server, "Server")) == []


def test_tokens_are_not_set_against_samples():
    assert over(entry("one", 100), entry("one", 9000, "Server", unit="Tokens/s")) == []


def test_tokens_are_set_against_tokens():
    assert len(over(entry("one", 100, unit="Tokens/s"), entry("one", 110, "Server", unit="Tokens/s"))) == 1


@pytest.mark.parametrize("unlike", [{"benchmark": "bert-99"}, {"metric": "latency"}])
def test_another_benchmark_or_measure_is_not_compared(unlike: Row):
    assert over(entry("one", 100), entry("one", 200, "Server", **unlike)) == []


def test_a_break_of_one_scenario_alone_does_not_part_the_two_of_a_system():
    """Server of Llama 2 is of another era than its Offline since v4.1, in one round and in the same unit."""
    assert len(over(entry("one", 100), entry("one", 200, "Server", era=1))) == 1


def test_one_scenario_alone_says_nothing():
    assert over(entry("one", 100)) == []
    assert over(entry("one", 100, "Server")) == []


def test_both_accuracy_targets_are_one_finding_and_the_wider_gap_counts():
    entries = [
        entry("one", value, scenario, benchmark=name)
        for name, offline, server in (("bert-99", 100, 110), ("bert-99.9", 50, 60))
        for scenario, value in (("Offline", offline), ("Server", server))
    ]
    (finding,) = over(*entries)
    assert finding.ratio == pytest.approx(1.2)
    assert "bert-99 and bert-99.9" in finding.title
    assert len(finding.members) == 4


def test_the_evidence_has_both_rates_and_how_long_the_server_took():
    run = {"target_latency_ns": 15e6, "latency_p99_ns": 12e6}
    (finding,) = over(entry("one", 100), entry("one", 104, "Server", **run))
    assert finding.evidence.known == (
        "104 Queries/s in Server, 100 Samples/s in Offline.",
        "Its Server run answered 99% of the queries within 12.00 ms of the 15.00 ms allowed.",
    )
    assert finding.evidence.gaps[0].scenario == "Server / Offline"
    assert str(finding.evidence.faster).endswith("/Server")


def test_without_peers_neither_is_called_odd():
    (finding,) = over(entry("one", 100), entry("one", 104, "Server"))
    assert finding.evidence.likely == ()


@pytest.mark.parametrize(
    ("offline", "server", "verdict"),
    [
        (500.0, 900.0, "Offline is the odd one"),
        (1000.0, 2000.0, "Server is the odd one"),
        (1000.5, 1001.0, "neither stands out"),
    ],
)
def test_peers_tell_which_of_the_two_is_odd(offline: float, server: float, verdict: str):
    entries = [row for peer in others(4) for row in (peer, entry(**same_system(peer), scenario="Server", value=1000))]
    finding = next(
        item
        for item in over(*entries, entry("odd", offline), entry("odd", server, "Server"))
        if item.systems[0][-3:] == "odd"
    )
    assert verdict in finding.evidence.likely[0]


def with_peers(server: float, peers: int = 5, servers: float = 900.0) -> list[Row]:
    return [
        *(
            row
            for peer in others(peers)
            for row in (peer, entry(**same_system(peer), scenario="Server", value=servers))
        ),
        entry("odd", 1000),
        entry("odd", server, "Server"),
    ]


def ratios(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "scenario-ratio")


def test_server_over_offline_unlike_its_peers():
    (finding,) = ratios(*with_peers(300))
    assert finding.systems == ("v1.0/closed/Acme/odd",)
    assert finding.finding == (
        "odd in resnet50: Server is 0.30 of Offline, where 5 peers with the same accelerators have a median of 0.90."
    )
    assert finding.ratio == pytest.approx(3, rel=0.01)
    assert finding.evidence.known[-1] == "Among 5 peers the median of Server over Offline is 0.90."
    assert finding.evidence.extras["z"] < -3.5


def test_a_ratio_above_the_peers_is_found_too():
    (finding,) = ratios(*with_peers(2000))
    assert "Server is 2.00 of Offline" in finding.finding
    assert finding.evidence.extras["z"] > 3.5


def test_just_below_the_threshold_is_none():
    assert ratios(*with_peers(900 / 1.24)) == []
    assert len(ratios(*with_peers(890 / 1.26))) == 1


def test_three_peers_are_too_few():
    assert ratios(*with_peers(300, peers=3)) == []


def test_systems_of_another_size_are_no_peers():
    entries = [row | {"accelerators": 64, "nodes": 8} for row in with_peers(300)[:-2]]
    assert ratios(*entries, *with_peers(300)[-2:]) == []


def test_systems_without_accelerators_are_not_compared():
    bare = {"accelerator": None, "accelerators": None}
    assert ratios(*(row | bare for row in with_peers(300))) == []


def test_a_row_for_each_system_and_benchmark_with_both_scenarios():
    facts = facts_of([entry("a", 100), entry("a", 50, "Server"), entry("b", 100), entry("c", 10, "SingleStream")])
    met = both_scenarios(facts.results)
    assert met["platform"].tolist() == ["a"]
    assert met["log_ratio"].tolist() == pytest.approx([np.log(0.5)])
    assert facts.results["scenario"][[met["at"][0], met["at_offline"][0]]].tolist() == ["Server", "Offline"]
