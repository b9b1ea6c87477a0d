"""Twins: entries with the same hardware whose results are apart, of one submitter and of several."""

from __future__ import annotations

import numpy as np
import pytest

from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, case_of, entry, facts_of, fields, found, roles, software


def twins_of(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "twins")


def across(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "twins-across")


LATENCY = {"unit": "ms", "metric": "latency", "higher_is_better": False, "scenario": "SingleStream"}
BETA = {"submitter": "Beta", "base_name": "thing"}


def test_same_hardware_ten_percent_apart_is_a_pair_of_twins():
    (finding,) = twins_of(entry("one", 110), entry("other", 100))
    assert finding.ratio == pytest.approx(1.1)
    assert roles(finding) == {"one/resnet50/Offline": Role.APART, "other/resnet50/Offline": Role.APART}


def test_nine_percent_is_none():
    assert twins_of(entry("one", 109), entry("other", 100)) == []


@pytest.mark.parametrize(
    "unlike",
    [
        {"accelerators_per_node": 4, "accelerators": 4},
        {"accelerator_variant": "PCIe"},
        {"memory": 40.0},
        {"cpu": "AMD EPYC 7713"},
        {"cpus_per_node": 1},
        {"mig": "1x1g.10gb"},
        {"power_mode": "MaxQ"},
        {"base_name": "another box"},
        {"nodes": 2, "accelerators": 16},
        {"benchmark": "bert-99"},
        {"scenario": "Server"},
        {"unit": "Tokens/s"},
        {"era": 1},
        {"round": "v1.1"},
        {"division": "network"},
    ],
)
def test_other_hardware_mode_benchmark_or_round_makes_no_twins(unlike: Row):
    assert twins_of(entry("one", 200), entry("other", 100, **unlike)) == []


def test_hardware_that_is_stated_by_neither_is_the_same():
    unstated = {"cpu": None, "memory": None, "power_mode": None}
    assert len(twins_of(entry("one", 200, **unstated), entry("other", 100, **unstated))) == 1


def test_one_entry_alone_has_no_twin():
    assert twins_of(entry("one", 200)) == []


def test_a_declared_power_mode_is_kept_apart_so_that_the_plain_pair_comes_out():
    (finding,) = twins_of(entry("one", 200), entry("other", 100), entry("slow", 10, power_mode="MaxQ"))
    assert finding.ratio == pytest.approx(2)


def test_latency_counts_the_other_way_round():
    (finding,) = twins_of(entry("quick", 1.0, **LATENCY), entry("slow", 2.0, **LATENCY))
    assert "quick" in str(finding.evidence.faster)
    assert "slow" in str(finding.evidence.slower)


def server_only() -> list[Row]:
    return [
        entry("one", 1000, public_id="1.0-1"),
        entry("other", 990, public_id="1.0-2", serving="Triton 21.02"),
        entry("one", 260_000.1, "Server", public_id="1.0-1", target_qps=260_000.0),
        entry("other", 180_000.1, "Server", public_id="1.0-2", target_qps=180_000.0, serving="Triton 21.02"),
    ]


def test_the_sentence_says_which_scenario_what_runs_in_front_and_what_was_asked_for():
    (finding,) = twins_of(*server_only())
    assert finding.finding == (
        "Same hardware, 1.44x apart in Server, 1.01x in Offline: the slower one, 1.0-2, was asked for 180,000 "
        "queries/s, the faster one for 260,000; it runs behind Triton 21.02 (too few other such pairs to compare) "
        "(resnet50, 1.0-1 ahead of 1.0-2)."
    )
    assert finding.cause == "lower target, perhaps Triton"
    assert finding.title == "resnet50: 1.0-1 and 1.0-2"


def test_the_evidence_says_how_far_they_are_apart_everywhere():
    (finding,) = twins_of(*server_only())
    evidence = finding.evidence
    assert evidence.known[1] == "Only Server is apart: 1.01x in Offline."
    assert [(gap.scenario, round(gap.ratio, 2)) for gap in evidence.gaps] == [("Offline", 1.01), ("Server", 1.44)]
    assert evidence.threshold == 1.1
    assert [item.field for item in evidence.differences[:2]] == ["target_qps", "serving"]


def test_results_that_are_not_apart_are_context():
    (finding,) = twins_of(*server_only())
    assert {result.rsplit("/", 1)[1]: role for result, role in finding.members} == {
        "Offline": Role.CONTEXT,
        "Server": Role.APART,
    }


def test_a_third_entry_that_keeps_up_is_context_and_one_that_does_not_is_apart():
    (finding,) = twins_of(entry("best", 200), entry("near", 190), entry("behind", 150), entry("last", 100))
    told = {name.split("/")[0]: role for name, role in roles(finding).items()}
    assert told == {"best": Role.APART, "near": Role.CONTEXT, "behind": Role.APART, "last": Role.APART}


def test_the_widest_pair_of_a_group_stands_for_it():
    (finding,) = twins_of(entry("a", 100), entry("b", 150), entry("c", 300))
    assert finding.ratio == pytest.approx(3)
    assert [system.rsplit("/", 1)[1] for system in finding.systems] == ["a", "c"]


def test_both_accuracy_targets_are_one_finding():
    entries = [
        entry(name, value, benchmark=target)
        for target in ("dlrm-99", "dlrm-99.9")
        for name, value in (("a", 300.5), ("b", 100.5))
    ]
    (finding,) = twins_of(*entries)
    assert [role for _, role in finding.members] == [Role.APART] * 4
    assert "(dlrm-99 and dlrm-99.9, a ahead of b)" in finding.finding


def test_hiding_one_of_a_pair_takes_the_mark_away_and_a_new_pair_gets_one():
    one, other, third = entry("one", 200), entry("other", 100), entry("third", 200)
    assert len(twins_of(one, other)) == 1
    assert twins_of(one, third) == []
    (finding,) = twins_of(other, third)
    assert finding.systems == ("v1.0/closed/Acme/other", "v1.0/closed/Acme/third")


def test_without_any_recorded_difference_the_sentence_says_so():
    same_name = {"system_name": "Box", "public_id": None}
    (finding,) = twins_of(entry("one", 200, **same_name), entry("two", 100, **same_name) | {"platform": "one"})
    assert "the descriptions name no difference in software" in finding.finding
    assert "The descriptions and the runs' parameters name no difference" in finding.evidence.unknown[0]


def test_another_version_of_software_is_the_cause_told():
    case = case_of(
        entry("a", 200),
        entry("b", 100),
        parts=software(("a", "TensorRT", "8.4"), ("b", "TensorRT", "8.0"), role="framework"),
    )
    (finding,) = found(case.facts, "twins")
    assert "the slower one, b, runs TensorRT 8.0, the faster one 8.4 (too few" in finding.finding
    assert finding.cause == "perhaps other TensorRT version"


def test_a_runtime_of_another_version_is_no_cause_without_precedents():
    parts = software(("a", "CUDA", "11.4"), ("b", "CUDA", "11.3"))
    (finding,) = found(case_of(entry("a", 200), entry("b", 100), parts=parts).facts, "twins")
    assert "CUDA" in {item.field for item in finding.evidence.differences}
    assert "CUDA" not in finding.finding


@pytest.mark.parametrize(("one", "other"), [("8.4", "8.4.0"), ("8.4.0", "8.4.0.6"), ("8.8.00", "8.8.0")])
def test_another_spelling_of_one_version_is_no_difference(one: str, other: str):
    case = case_of(entry("a", 200), entry("b", 100), parts=software(("a", "CUDA", one), ("b", "CUDA", other)))
    (finding,) = found(case.facts, "twins")
    assert "CUDA" not in {item.field for item in finding.evidence.differences}


@pytest.mark.parametrize("unknown", ["cpu", "cpus_per_node", "memory", "nodes", "accelerators_per_node"])
def test_hardware_is_the_same_only_as_far_as_both_describe_it(unknown: str):
    (finding,) = twins_of(entry("one", 200, **{unknown: None}), entry("other", 100, **{unknown: None}))
    assert finding.finding.startswith("Same hardware as far as described, 2.00x apart")


def test_a_system_without_accelerators_is_described_by_its_processors():
    plain = {"accelerator": None, "memory": None, "accelerators_per_node": None, "accelerators": None}
    (finding,) = twins_of(entry("one", 200, **plain), entry("other", 100, **plain))
    assert finding.finding.startswith("Same hardware, ")


def test_other_host_memory_is_no_same_hardware():
    told = fields(("one", "host_memory_capacity", "1 TB"), ("other", "host_memory_capacity", "512 GB"))
    (finding,) = found(case_of(entry("one", 200), entry("other", 100), fields=told).facts, "twins")
    assert finding.finding.startswith("Same accelerators and CPUs, 2.00x apart")


def test_one_inferred_result_is_the_cause_told():
    (finding,) = twins_of(entry("one", 200), entry("other", 100, is_inferred=True))
    assert "the slower one, other, is inferred from another scenario, the faster one measured" in finding.finding
    assert finding.cause == "one inferred"


def test_a_pair_of_two_submitters_is_of_its_own_kind():
    entries = entry("one", 200), entry("other", 100, **BETA)
    assert twins_of(*entries) == []
    (finding,) = across(*entries)
    assert finding.ratio == 2.0
    assert finding.finding.startswith("Same hardware of two submitters, 2.00x apart in Offline")


def test_across_submitters_the_best_entry_of_each_is_compared():
    entries = entry("best", 105), entry("worst", 10), entry("other", 100, **BETA)
    assert across(*entries) == []
    (finding,) = across(*entries, entry("rival", 210, **BETA))
    assert [system.rsplit("/", 1)[1] for system in finding.systems] == ["best", "rival"]


def test_across_submitters_names_are_no_cause():
    (finding,) = across(entry("quick", 200), entry("slow", 100, **BETA))
    assert "name says" not in finding.finding


def test_the_lesser_standing_of_the_two_counts():
    (finding,) = twins_of(entry("one", 200), entry("other", 100, availability="rdi"))
    assert finding.standing == pytest.approx(0.6)


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_scaling_all_values_changes_no_finding(factor: float):
    entries = [entry(name, value) for name, value in (("a", 200.5), ("b", 100.25), ("c", 140.0))]
    (one,) = twins_of(*entries)
    (other,) = twins_of(*(row | {"value": row["value"] * factor} for row in entries))
    assert (one.anomaly_id, one.members) == (other.anomaly_id, other.members)
    assert one.ratio == pytest.approx(other.ratio)


def test_a_copy_of_the_pair_in_another_round_is_another_finding():
    pair = [entry("a", 200), entry("b", 100)]
    later = [entry(name, value, round="v1.1") for name, value in (("a", 200), ("b", 100))]
    first, second = twins_of(*pair, *later)
    assert [first.round, second.round] == ["v1.0", "v1.1"]
    assert first.anomaly_id != second.anomaly_id


def test_ids_and_bytes_do_not_depend_on_the_order_of_rows():
    entries = [*server_only(), *(entry(f"peer{number}", 1500 + number, base_name=f"p{number}") for number in range(5))]
    shuffled = [entries[at] for at in np.random.default_rng(1).permutation(len(entries))]
    first, second = facts_of(entries), facts_of(shuffled)
    kinds = ("twins", "identical", "peer-outlier", "twins-across")
    assert [found(first, kind) for kind in kinds] == [found(second, kind) for kind in kinds]
