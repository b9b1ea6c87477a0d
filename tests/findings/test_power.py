"""Measured power beside that of systems with the same accelerators."""

from __future__ import annotations

from typing import Any

import pytest

from lib.findings.detectors.power import watts
from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, roles


def powered(name: str, power: float, **facts: Any) -> Row:
    return entry(name, 100, power_w=power, submitter=name, base_name=name, **facts)


def odd(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "power")


def peers(*powers: float, **facts: Any) -> list[Row]:
    return [powered(f"peer{number}", power, **facts) for number, power in enumerate(powers)]


def test_far_more_than_two_others_that_agree():
    (finding,) = odd(*peers(1000, 1050), powered("hot", 2500))
    assert finding.finding == (
        "hot: 2,500 W in resnet50 Offline, 2.44x above the median of 2 other entries with 8x NVIDIA A100-SXM-80GB and "
        "no declared power mode, one a machine, of any round (1 result)."
    )
    assert (finding.title, finding.cause) == ("power: hot", "median of 2 like systems")
    assert finding.ratio == pytest.approx(2500 / 1024.7, rel=0.01)
    assert roles(finding)["hot/resnet50/Offline"] is Role.OUTLIER
    assert finding.evidence.known[0].endswith("of any round is 1,025 W.")


def test_far_less_is_told_too():
    (finding,) = odd(*peers(1000, 1050), powered("cold", 400))
    assert "2.56x below the median" in finding.finding


def test_from_the_threshold_on():
    assert odd(*peers(1000, 1000), powered("warm", 1490)) == []
    assert len(odd(*peers(1000, 1000), powered("warm", 1510))) == 1


def test_another_round_serves_and_another_mode_is_said():
    before = {"round": "v0.7", "round_order": 700, "power_mode": "MaxQ"}
    (finding,) = odd(*peers(1000, 1050, **before), powered("hot", 2500))
    assert "2 other entries with 8x NVIDIA A100-SXM-80GB, one a machine and power mode, of" in finding.finding
    assert finding.title == "power: hot, beside MaxQ"
    assert odd(*peers(1000, 1050, **before), powered("hot", 2200)) == []  # a mode may make that much
    assert finding.finding.endswith("; a typical one declares MaxQ, this one none.")
    assert finding.evidence.likely == ("The declared power modes differ: none here, MaxQ in the typical one.",)


def test_peers_of_the_same_mode_come_first():
    sparing = peers(1000, 1010, power_mode="MaxQ")
    full = [powered(f"full{number}", power) for number, power in enumerate((2400, 2450, 2500))]
    assert odd(*sparing, *full) == []
    (finding,) = odd(*peers(2400, 2450, 2500), powered("cold", 1000))
    assert finding.title == "power: cold"


@pytest.mark.parametrize(
    "unlike",
    [
        {"accelerators": 4},
        {"accelerator": "other"},
        {"accelerator": "NVIDIA A100-SXM-80GB + X"},
        {"benchmark": "bert-99"},
        {"scenario": "Server"},
        {"division": "network"},
        {"nodes": 2},
        {"era": 1},
        {"mig": "1g"},
        {"is_published": False},
        {"submitter": "One", "base_name": "one"},
    ],
    ids=str,
)
def test_other_hardware_places_and_rounds_or_one_machine_twice_are_no_peers(unlike: Row):
    cool = [entry(f"peer{n}", 100, **{"power_w": w, "submitter": f"S{n}", "base_name": f"b{n}"} | unlike)
            for n, w in enumerate((1000, 1050))]  # fmt: skip
    assert odd(*cool, powered("hot", 2500)) == []


def test_derived_watts_say_so_and_are_minor():
    of_one = {"scenario": "SingleStream", "unit": "ms", "metric": "latency", "higher_is_better": False}
    rows = [
        entry(name, 2.0, energy_mj=energy, latency_mean_ns=2e6, submitter=name, base_name=name, **of_one)
        for name, energy in (("a", 2000.0), ("b", 2100.0), ("hot", 5000.0))
    ]
    (finding,) = odd(*rows)
    assert "2,500 W (derived: its energy over its mean latency) in resnet50 SingleStream" in finding.finding
    assert finding.is_minor


def test_one_machine_of_several_rounds_serves_where_there_is_no_other_and_the_gap_is_large():
    rounds = [powered("cool", 1000 + number, round=f"v{number}") for number in range(3)]
    (finding,) = odd(*rounds, powered("hot", 2500))
    assert "3 other entries of one machine with 8x NVIDIA A100-SXM-80GB, of any round" in finding.finding
    assert odd(*rounds, powered("hot", 2100)) == []


def test_where_modes_differ_one_peer_that_draws_as_much_is_enough_to_say_nothing():
    sparing = [powered(f"cool{n}", 1000 + n, power_mode="MaxQ") for n in range(3)]
    assert len(odd(*sparing, powered("hot", 2500))) == 1
    assert odd(*sparing, powered("hot", 2500), powered("warm", 2400)) == []


def test_both_accuracy_targets_of_one_machine_are_one_peer():
    rows = [powered("cool", 1000, benchmark=name) for name in ("bert-99", "bert-99.9")]
    assert odd(*rows, powered("hot", 2500, benchmark="bert-99")) == []


def test_one_other_or_two_that_disagree_say_nothing():
    assert odd(*peers(1000), powered("hot", 2500)) == []
    assert odd(*peers(1000, 1800), powered("hot", 2500)) == []


def test_without_peers_its_own_benchmarks_serve():
    own = [powered("one", power, benchmark=name) for name, power in (("a", 1000), ("b", 1050), ("c", 980))]
    (finding,) = odd(*own, powered("one", 2500, benchmark="d"))
    assert "2.50x above the median of 3 other benchmarks of its own in this scenario" in finding.finding
    assert odd(*own, powered("one", 1900, benchmark="d")) == []


def test_one_machine_is_one_finding_whatever_it_runs():
    rows = [
        row for name in ("a", "b") for row in (*peers(1000, 1050, benchmark=name), powered("hot", 2500, benchmark=name))
    ]
    (finding,) = odd(*rows)
    assert "(2 results, 2.44x to 2.44x in all)" in finding.finding


def test_the_energy_of_one_stream_over_its_latency_is_its_power():
    of_one = {"scenario": "SingleStream", "unit": "ms", "metric": "latency", "higher_is_better": False}
    facts = facts_of(
        [
            entry("a", 2.5, energy_mj=500.0, latency_mean_ns=2e6, **of_one),
            entry("e", 2.0, energy_mj=500.0, **of_one),
            entry("b", 2.0, energy_mj=500.0, latency_mean_ns=2e6, **(of_one | {"scenario": "MultiStream"})),
            entry("c", 2.0),
            powered("d", 7.0),
        ]
    )
    told = dict(zip(facts.results["platform"], watts(facts.results, facts.runs).tolist(), strict=True))
    assert told["e"] != told["e"]  # of a percentile nobody knows the mean
    assert told["a"] == 250.0
    assert told["d"] == 7.0
    assert told["b"] != told["b"]
    assert told["c"] != told["c"]


def test_no_power_is_measured_at_zero_watts():
    assert odd(*peers(1000, 1050), powered("zero", 0.0)) == []
