"""A model's two accuracy targets beside each other."""

from __future__ import annotations

import pytest

from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, others, roles, same_system


def both(name: str, easier: float, harder: float, scenario: str = "Offline") -> list[Row]:
    return [
        entry(name, value, scenario, benchmark=benchmark, submitter=name, base_name=name)
        for benchmark, value in (("bert-99", easier), ("bert-99.9", harder))
    ]


def odd(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "accuracy-targets")


def peers(count: int, ratio: float = 2.0) -> list[Row]:
    return [
        row
        for peer in others(count, benchmark="bert-99")
        for row in (peer, entry(**same_system(peer), benchmark="bert-99.9", value=peer["value"] / ratio))
    ]


def test_a_harder_target_that_is_faster():
    (finding,) = odd(*both("one", 100, 110))
    assert finding.finding == (
        "one: 100 Samples/s in bert-99 and 110 Samples/s in bert-99.9 Offline: faster by 10.0% in the harder target, "
        "whose run the easier one would take."
    )
    assert finding.ratio == pytest.approx(1.1)
    assert set(roles(finding).values()) == {Role.OUTLIER}
    assert len(finding.members) == 2


@pytest.mark.parametrize("harder", [100, 102.9, 50])
def test_no_faster_or_hardly_is_none(harder: float):
    assert odd(*both("one", 100, harder)) == []


def test_a_ratio_unlike_the_peers():
    (finding,) = odd(*peers(3), *both("one", 400, 100))
    assert "4.00 times, where 3 peers with the same accelerators have a median of 2.00" in finding.finding
    assert finding.ratio == pytest.approx(2.0)
    assert finding.evidence.threshold == 1.33
    assert odd(*peers(3), *both("one", 260, 100)) == []
    assert odd(*peers(2), *both("one", 400, 100)) == []


def test_weights_of_unlike_types_are_named_and_minor():
    one, other = both("one", 400, 100)
    (finding,) = odd(*peers(3), one, other | {"weight_dtype": "fp16"})
    assert finding.finding.endswith("; the easier one has weights in int8, the harder one in fp16.")
    assert finding.is_minor
    assert not odd(*peers(3), one, other)[0].is_minor
    assert not odd(*peers(3), one, other | {"weight_dtype": None})[0].is_minor


@pytest.mark.parametrize("unlike", [{"is_inferred": True}, {"unit": "Tokens/s"}, {"era": 1}, {"scenario": "Server"}])
def test_only_two_results_of_one_kind_are_set_beside_each_other(unlike: Row):
    one, other = both("one", 100, 150)
    assert odd(one, other | unlike) == []


@pytest.mark.parametrize(
    "unlike", [{"accelerator": "other"}, {"mig": "1g"}, {"round": "v0.7"}, {"division": "network"}]
)
def test_another_hardware_or_place_is_no_peer(unlike: Row):
    assert odd(*(row | unlike for row in peers(3)), *both("one", 400, 100)) == []


def test_one_run_for_both_targets_is_what_the_rules_allow():
    assert odd(*peers(3), *both("one", 100, 100)) == []


def test_a_faster_harder_target_leads_whatever_the_size():
    rows = [*peers(3), *both("one", 600, 100), *both("one", 100, 104, "Server")]
    (finding,) = odd(*rows)
    assert "faster by 4.0%" in finding.finding
    assert len(finding.members) == 4


def test_other_benchmarks_have_no_targets():
    assert odd(entry("one", 100), entry("one", 120, benchmark="bert-99.9")) == []
