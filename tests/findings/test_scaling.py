"""Scaling: a submitter's larger system beside its smaller one, per accelerator."""

from __future__ import annotations

from typing import Any

import pytest

from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, roles


def sized(count: int, value: float, **facts: Any) -> Row:
    return entry(f"of {count}", value, **{"accelerators_per_node": count, "accelerators": count, **facts})


def odd(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "scaling")


def test_more_than_proportional_and_far_below_it():
    more, less, fair = (odd(sized(1, 100), sized(8, value)) for value in (1200, 400, 800))
    assert [finding.ratio for finding in (*more, *less)] == pytest.approx([1.5, 2.0])
    assert fair == []


@pytest.mark.parametrize(("value", "found_ones"), [(921, 1), (919, 0), (479, 1), (482, 0)])
def test_from_fifteen_percent_above_and_from_sixty_percent_below(value: float, found_ones: int):
    assert len(odd(sized(1, 100), sized(8, value))) == found_ones


def test_the_sentence_names_both_and_the_roles_say_which_is_which():
    (finding,) = odd(sized(1, 100), sized(8, 400))
    assert finding.finding == (
        "of 8 (8x NVIDIA A100-SXM-80GB) reaches 400 Samples/s in resnet50, Offline: per accelerator 2.00x below of 1 "
        "(1x NVIDIA A100-SXM-80GB, 100 Samples/s)."
    )
    assert roles(finding) == {"of 1/resnet50/Offline": Role.SMALLER, "of 8/resnet50/Offline": Role.LARGER}
    assert finding.evidence.likely == ()


def test_at_fault_is_the_larger_one_that_falls_behind_or_the_smaller_one_that_does():
    (less,), (more,) = odd(sized(1, 100), sized(8, 400)), odd(sized(1, 100), sized(8, 1200))
    assert [finding.systems[0].rsplit("/", 1)[1] for finding in (less, more)] == ["of 8", "of 1"]
    assert (less.evidence.threshold, more.evidence.threshold) == (0.6, 1.15)


def test_a_larger_system_that_is_slower_as_a_whole_is_the_slower_end():
    (finding,) = odd(sized(4, 100), sized(8, 80))
    assert (str(finding.evidence.faster)[-21:], str(finding.evidence.slower)[-21:]) == (
        "/of 4/resnet50/Offline"[-21:],
        "/of 8/resnet50/Offline"[-21:],
    )


@pytest.mark.parametrize(
    "unlike",
    [
        {"accelerator": "other"},
        {"accelerator_variant": "PCIe"},
        {"submitter": "Beta"},
        {"benchmark": "bert-99"},
        {"scenario": "Server"},
        {"unit": "Tokens/s"},
        {"serving": "Triton 21.02"},
        {"power_mode": "MaxQ"},
        {"mig": "1x1g.10gb"},
        {"era": 1},
        {"round": "v1.1"},
    ],
)
def test_only_systems_of_one_submitter_that_are_alike_are_steps(unlike: Row):
    assert odd(sized(1, 100), sized(8, 400, **unlike)) == []


def test_the_same_layer_in_another_version_is_alike():
    assert len(odd(sized(1, 100, serving="Triton 21.02"), sized(8, 400, serving="Triton 21.03"))) == 1


@pytest.mark.parametrize("scenario", ["SingleStream", "MultiStream", "Interactive"])
def test_latencies_and_streams_do_not_scale(scenario: str):
    assert odd(sized(1, 100, scenario=scenario), sized(8, 100, scenario=scenario)) == []


def test_systems_without_accelerators_or_of_unknown_count_make_no_step():
    assert odd(sized(1, 100), sized(8, 400, accelerators=None)) == []
    assert odd(sized(1, 100, accelerator=None), sized(8, 400, accelerator=None)) == []


def test_both_accuracy_targets_and_scenarios_of_a_model_are_one_finding():
    entries = [
        sized(count, value, benchmark=name, scenario=scenario)
        for name in ("bert-99", "bert-99.9")
        for scenario in ("Offline", "Server")
        for count, value in ((1, 100.0), (8, 400.0))
    ]
    (finding,) = odd(*entries)
    assert len(finding.members) == 8
    assert finding.title.startswith("bert-99 and bert-99.9: ")


def test_less_and_more_of_one_pair_of_sizes_are_two_findings():
    entries = [sized(1, 100), sized(8, 400), sized(1, 100, scenario="Server"), sized(8, 1600, scenario="Server")]
    less, more = odd(*entries)
    assert less.anomaly_id != more.anomaly_id


def test_each_step_is_found_by_itself():
    findings = odd(sized(1, 100), sized(4, 200), sized(8, 200))
    assert sorted(finding.ratio for finding in findings) == pytest.approx([2.0, 2.0])
    assert len({finding.anomaly_id for finding in findings}) == 2
