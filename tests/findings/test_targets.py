"""A rate beside the one that its run was set up for."""

from __future__ import annotations

from typing import Any

import pytest

from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, others, roles


def short(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "own-target")


def asked(target: float, value: float, **facts: Any) -> Row:
    return entry("one", value, target_qps=target, **facts)


def test_a_target_that_nothing_confirms_is_minor():
    (finding,) = short(asked(200, 100))
    assert (
        finding.finding
        == "one in resnet50: 100 Samples/s in Offline, 0.50 of the 200 Samples/s that its run was set up for."
    )
    assert finding.is_minor
    assert (finding.ratio, finding.size) == (2.0, 2.0)
    assert roles(finding) == {"one/resnet50/Offline": Role.WORSE}
    assert finding.evidence.likely == ()


def test_peers_that_reach_more_confirm_it():
    (finding,) = short(asked(1000, 500), *others(2))
    assert (
        "0.50 of the 1,000 Samples/s that its run was set up for; the median of systems with the same"
        in finding.finding
    )
    assert not finding.is_minor
    assert finding.size == pytest.approx(2.0, rel=0.01)
    assert finding.evidence.likely[0].startswith("The median of systems with the same accelerators is 2.00x above")


def test_peers_that_reach_no_more_say_that_the_target_was_too_high():
    assert short(asked(2000, 1000), *others(2)) == []
    assert short(asked(2000, 1000 / 1.2), *others(2)) == []


def test_peers_of_two_minds_confirm_nothing_and_deny_nothing():
    (finding,) = short(
        asked(1000, 500),
        *others(2, 500.0),
        *[
            row
            | {
                "platform": f"{row['platform']}x",
                "system_id": f"{row['system_id']}x",
                "result_id": f"{row['system_id']}x/r",
            }
            for row in others(3, 1100.0)
        ],
    )
    assert finding.is_minor
    assert finding.evidence.likely == ()


def test_another_machine_s_former_result_confirms_nothing():
    before = asked(300, 300, round="v0.7", round_order=700, base_name="crate")
    assert short(before, asked(300, 150))[0].is_minor


def test_a_former_self_confirms_it():
    before = asked(300, 300, round="v0.7", round_order=700)
    (finding,) = short(before, asked(300, 150))
    assert "its own result of an earlier round is 2.00x above it" in finding.finding
    assert not finding.is_minor


@pytest.mark.parametrize(("value", "found_ones"), [(1000 / 1.59, 0), (1000 / 1.61, 1), (1100, 0)])
def test_from_the_threshold_on(value: float, found_ones: int):
    assert len(short(asked(1000, value))) == found_ones


@pytest.mark.parametrize("target", [None, 0.0])
def test_no_target_says_nothing(target: Any):
    assert short(asked(target, 100)) == []


def test_tokens_are_held_against_the_samples_that_the_log_counts():
    facts = facts_of([asked(50, 9000, unit="Tokens/s")])
    assert found(facts, "own-target") == []
    facts.runs["samples_per_s"] = [20.0]
    (finding,) = found(facts, "own-target")
    assert "9,000 Tokens/s in Offline, 0.40 of the 50 Samples/s" in finding.finding


def test_latencies_have_no_rate():
    assert short(asked(200, 2, scenario="SingleStream", metric="latency", unit="ms", higher_is_better=False)) == []


def test_both_accuracy_targets_are_one_finding():
    (finding,) = short(asked(200, 100, benchmark="bert-99"), asked(200, 90, benchmark="bert-99.9"))
    assert finding.title == "bert-99 and bert-99.9: one"
    assert len(finding.evidence.known) == 2
    assert finding.ratio == pytest.approx(200 / 90)
