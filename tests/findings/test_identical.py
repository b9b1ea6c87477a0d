"""Identical to the digit: which values agree, why, and under which key a finding is known."""

from __future__ import annotations

import pytest

from lib.findings.detectors.identical import digits
from lib.findings.finding import Finding, Role, short
from lib.findings.weigh import weigh
from tests.findings.entries import Row, entry, facts_of, found, roles

BETA = {"submitter": "Beta", "base_name": "thing"}
TARGET = {"scenario": "Server", "target_qps": 260_000.0}


def same(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "identical")


def reasons(*entries: Row) -> list[str]:
    return [finding.evidence.extras["why"] for finding in same(*entries)]


def test_identical_by_a_shared_target_is_told_from_one_that_nothing_explains():
    assert reasons(entry("a", 259_993.64, **TARGET), entry("b", 259_993.64, **TARGET, **BETA)) == ["target"]
    assert reasons(entry("a", 259_993.64), entry("b", 259_993.64, **BETA)) == ["unexplained"]
    assert reasons(entry("a", 259_993.64), entry("b", 259_993.64)) == ["run"]
    assert reasons(entry("a", 259_993.64, "Server"), entry("b", 259_993.64, "Server", **BETA)) == ["rate"]


@pytest.mark.parametrize(
    ("why", "role"),
    [
        ("target", Role.SAME_TARGET),
        ("rate", Role.SAME_RATE),
        ("run", Role.SAME_RUN),
        ("unexplained", Role.SAME_UNEXPLAINED),
    ],
)
def test_the_members_roles_say_why_and_digits_alone_are_minor(why: str, role: Role):
    facts = {
        "target": (TARGET, {**TARGET, **BETA}),
        "rate": ({"scenario": "Server"}, {"scenario": "Server", **BETA}),
        "run": ({}, {}),
        "unexplained": ({}, BETA),
    }
    (finding,) = same(*(entry(name, 259_993.64, **one) for name, one in zip("ab", facts[why], strict=True)))
    assert set(roles(finding).values()) == {role}
    assert finding.is_minor


def test_a_target_that_was_missed_does_not_explain_it():
    missed = {"scenario": "Server", "target_qps": 300_000.0}
    assert reasons(entry("a", 259_993.64, **missed), entry("b", 259_993.64, **missed, **BETA)) == ["unexplained"]


def test_the_sentence_says_who_what_and_why():
    (finding,) = same(entry("a", 259_993.64, **TARGET), entry("b", 259_993.64, **TARGET, **BETA))
    assert finding.finding == (
        "a and b show the same 259,993.64 Queries/s in resnet50 Server: all were asked for 260,000 queries/s, so the "
        "number is the target, not what the systems could do."
    )
    assert finding.evidence.known == ("2 entries of 2 submitters with 1 kind of hardware show 259993.64 Queries/s.",)
    assert finding.evidence.unknown == ("How much faster each of them could have been.",)
    assert finding.evidence.extras == {"why": "target", "value": 259_993.64}


@pytest.mark.parametrize(
    ("value", "other"),
    [(2600.0, 2600.0), (26_000.5, 26_000.6), (12_345.0, 12_345.0), (1_200_000.0, 1_200_000.0)],
)
def test_few_digits_may_agree_by_chance_and_six_must_all_agree(value: float, other: float):
    assert reasons(entry("a", value), entry("b", other, **BETA)) == []


@pytest.mark.parametrize(
    ("value", "wanted"), [(259993.64, 8), (1200.0, 2), (0.0315, 3), (1e-7, 1), (123456.0, 6), (100_001.0, 6)]
)
def test_digits_are_those_that_tell(value: float, wanted: int):
    assert digits(value) == wanted


@pytest.mark.parametrize(
    "unlike", [{"benchmark": "bert-99"}, {"scenario": "Server"}, {"round": "v1.1"}, {"division": "network"}]
)
def test_values_of_another_place_are_not_compared(unlike: Row):
    assert reasons(entry("a", 259_993.64), entry("b", 259_993.64, **BETA, **unlike)) == []


def test_numbers_of_streams_are_counts_and_agree_often():
    streams = {"scenario": "MultiStream", "unit": "streams", "metric": "streams"}
    assert reasons(entry("a", 123_457.0, **streams), entry("b", 123_457.0, **BETA, **streams)) == []


def test_one_run_for_both_accuracy_targets_is_said_and_stays_out_of_the_default_view():
    (finding,) = same(*(entry("a", 259_993.64, benchmark=name) for name in ("dlrm-99", "dlrm-99.9")))
    assert finding.evidence.extras["why"] == "accuracy targets"
    assert finding.evidence.known == ("2 results of 2 benchmarks have a twin under the other accuracy target.",)
    assert [item.is_default for item in weigh([finding])] == [False]


def test_both_targets_of_a_shared_value_are_one_finding():
    entries = [
        entry(name, 11_197.41, "Server", benchmark=target, target_qps=11_200.0, **facts)
        for target in ("bert-99", "bert-99.9")
        for name, facts in (("a", {}), ("b", BETA))
    ]
    shared = [finding for finding in same(*entries) if finding.evidence.extras["why"] == "target"]
    assert [len(finding.members) for finding in shared] == [4]


def test_runs_entered_twice_are_one_finding_over_all_models():
    entries = [entry(name, value, benchmark=model) for model, value in MODELS for name in ("a", "b")]
    (finding,) = same(*entries)
    assert finding.evidence.extras["why"] == "run"
    assert len(finding.members) == 6


MODELS = (("resnet50", 259_993.64), ("bert-99", 1_234.567), ("dlrm-99", 99_123.45))


def two_values(*values: float) -> list[Finding]:
    """The same two systems, of two submitters, share a value in each accuracy target of one model."""
    return same(
        *(
            entry(name, value, "Server", benchmark=target, target_qps=value, **facts)
            for target, value in zip(("bert-99", "bert-99.9"), values, strict=True)
            for name, facts in (("a", {}), ("b", BETA))
        )
    )


def test_two_values_of_the_same_systems_in_one_model_are_two_findings():
    """One of the two vanished: both had the id that now the greater value's keeps."""
    findings = two_values(24_757.49, 11_502.44)
    assert len({finding.anomaly_id for finding in findings}) == 2
    assert len(weigh(findings)) == 2


def test_the_greater_value_keeps_the_key_that_links_have_named():
    plain = "identical/bert/Server/v1.0/closed/Acme/a/v1.0/closed/Beta/b"
    lesser, greater = two_values(24_757.49, 11_502.44)
    assert (greater.key, greater.evidence.extras["value"]) == (plain, 24_757.49)
    assert lesser.key == f"{plain}/11502.44 Queries/s"
    assert greater.anomaly_id == f"identical-{short(plain)}"


def test_which_target_has_the_greater_value_does_not_matter_for_the_key():
    assert {item.key for item in two_values(24_757.49, 11_502.44)} == {
        item.key for item in two_values(11_502.44, 24_757.49)
    }


def test_one_shared_value_has_the_plain_key():
    (finding,) = same(entry("a", 259_993.64), entry("b", 259_993.64, **BETA))
    assert finding.key == "identical/resnet50/Offline/v1.0/closed/Acme/a/v1.0/closed/Beta/b"
