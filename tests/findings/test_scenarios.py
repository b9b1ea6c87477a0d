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


@pytest.mark.parametrize("unlike", [{"benchmark": "bert-99"}, {"metric": "latency"}, {"is_inferred": True}])
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
        "odd in resnet50: Server is 0.3 of Offline, where 5 peers with the same accelerators have a median of 0.90."
    )
    assert finding.ratio == pytest.approx(3, rel=0.01)
    assert finding.evidence.known[-1] == (
        "Among 5 peers with the same accelerators the median of Server over Offline is 0.90."
    )
    assert finding.evidence.extras["z"] < -3.5


def test_a_ratio_above_the_peers_is_found_too():
    (finding,) = ratios(*with_peers(2000))
    assert "Server is 2 of Offline" in finding.finding
    assert finding.evidence.extras["z"] > 3.5


def test_just_below_the_threshold_is_none():
    assert ratios(*with_peers(900 / 1.24)) == []
    assert len(ratios(*with_peers(890 / 1.26))) == 1


def test_three_peers_are_too_few():
    assert ratios(*with_peers(300, peers=3)) == []


def another_size(server: float, **facts: object) -> list[Row]:
    """The odd system among peers of another size, or of other facts."""
    *peers, offline, odd = with_peers(server, peers=9)
    return [*(row | {"accelerators": 64, "nodes": 8} | facts for row in peers), offline, odd]


def test_systems_of_another_size_serve_where_there_are_no_others_and_only_downwards():
    (finding,) = ratios(*another_size(300))
    assert "where 9 others with the same accelerators in any number have a median of 0.90" in finding.finding
    assert ratios(*another_size(900 / 1.49)) == []
    assert len(ratios(*another_size(900 / 1.52))) == 1
    assert ratios(*another_size(2000)) == []


def test_then_other_accelerators_of_the_round_and_then_of_all_rounds():
    (finding,) = ratios(*another_size(300, accelerator="another"))
    assert "where 9 others of the round with any accelerators have" in finding.finding
    (finding,) = ratios(*another_size(300, accelerator="another", round="v0.7"))
    assert "where 9 others of all rounds with any accelerators have" in finding.finding
    assert finding.cause == "median of 9, any accelerators"
    assert finding.evidence.threshold == 1.5
    assert ratios(*another_size(300, accelerator="another", division="network")) == []


def test_a_house_round_says_nothing_against_a_published_one_and_is_held_against_it():
    away = {"accelerator": "another", "round": "at-home"}
    assert ratios(*another_size(300, **away, is_published=False)) == []
    *peers, offline, odd = another_size(300, **away)
    assert len(ratios(*peers, *(row | {"is_published": False} for row in (offline, odd)))) == 1


def test_of_other_accelerators_it_takes_more_of_them():
    few = [row | {"accelerator": "another"} for row in with_peers(300, peers=7)[:-2]]
    assert ratios(*few, *with_peers(300)[-2:]) == []


def test_the_rate_that_server_was_asked_for_is_said():
    *rows, odd = with_peers(300)
    (finding,) = ratios(*rows, odd | {"target_qps": 299.0})
    assert "LoadGen was asked for 299 queries/s in Server." in finding.evidence.known


def test_systems_without_accelerators_are_not_compared():
    bare = {"accelerator": None, "accelerators": None}
    assert ratios(*(row | bare for row in with_peers(300))) == []


def test_a_row_for_each_system_and_benchmark_with_both_scenarios():
    facts = facts_of([entry("a", 100), entry("a", 50, "Server"), entry("b", 100), entry("c", 10, "SingleStream")])
    met = both_scenarios(facts.results)
    assert met["platform"].tolist() == ["a"]
    assert met["log_ratio"].tolist() == pytest.approx([np.log(0.5)])
    assert facts.results["scenario"][[met["at"][0], met["at_offline"][0]]].tolist() == ["Server", "Offline"]
