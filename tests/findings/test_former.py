"""A submitter's result beside its own of the last round with the same hardware."""

from __future__ import annotations

from typing import Any

import pytest

from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, roles

ROUNDS = {"v0.7": 700, "v1.0": 1000, "v1.1": 1100}


def at(name: str, value: float, **facts: Any) -> Row:
    return entry(f"box {name}", value, round=name, round_order=ROUNDS[name], **facts)


def slower(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "former-self")


def test_a_result_far_below_the_one_of_the_round_before():
    (finding,) = slower(at("v0.7", 437), at("v1.0", 194, target_qps=430.0))
    assert finding.finding == (
        "box v1.0 in resnet50: 194 Samples/s in Offline, 2.25x below 437 Samples/s of the same submitter and the "
        "same machine (8x NVIDIA A100-SXM-80GB) in v0.7."
    )
    assert (finding.round, finding.ratio) == ("v1.0", pytest.approx(437 / 194))
    assert roles(finding) == {"box v0.7/resnet50/Offline": Role.CONTEXT, "box v1.0/resnet50/Offline": Role.WORSE}
    assert finding.evidence.known == (
        "v0.7: box v0.7, 437 Samples/s. v1.0: box v1.0, 194 Samples/s in resnet50 Offline.",
        "It has no result of another model in both rounds.",
        "Its run was set up for 430 Samples/s; 0.45 of that came.",
    )


def test_in_a_mode_that_saves_power_it_is_minor_as_the_same_word_may_be_set_lower():
    assert [one.cause for one in slower(at("v0.7", 400), at("v1.0", 100))] == ["its own v0.7 result"]
    assert not slower(at("v0.7", 400), at("v1.0", 100))[0].is_minor
    assert slower(at("v0.7", 400, power_mode="MaxQ"), at("v1.0", 100, power_mode="MaxQ"))[0].is_minor


@pytest.mark.parametrize(("watts", "is_minor"), [(1000, False), (600, False), (400, True), (250, True)])
def test_in_such_a_mode_it_is_minor_where_the_watts_fell_too(watts: float, is_minor: bool):
    mode = {"power_mode": "MaxQ"}
    (finding,) = slower(at("v0.7", 400, power_w=1000, **mode), at("v1.0", 100, power_w=watts, **mode))
    assert finding.is_minor is is_minor


@pytest.mark.parametrize("unlike", [{"cpu": "another"}, {"cpus_per_node": 1}, {"base_name": "crate"}], ids=str)
def test_another_machine_is_said_to_be_one_and_minor(unlike: Row):
    (finding,) = slower(at("v0.7", 400, **unlike), at("v1.0", 100))
    assert "of the same submitter and the same accelerators in another machine (8x " in finding.finding
    assert finding.cause == "another machine's v0.7 result"
    assert finding.is_minor


def test_a_machine_by_another_spelling_of_its_model_is_the_same():
    (finding,) = slower(at("v0.7", 400, base_name="acmese350"), at("v1.0", 100, base_name="acme think se350 server"))
    assert not finding.is_minor


def test_a_datacenter_s_result_is_not_held_against_one_of_the_edge():
    of_edge = {"is_edge": True, "is_datacenter": False}
    assert slower(at("v0.7", 400, **of_edge), at("v1.0", 100)) == []
    assert len(slower(at("v0.7", 400, **of_edge), at("v1.0", 100, **of_edge))) == 1


def test_an_unknown_number_or_several_kinds_of_accelerators_are_no_self():
    for unlike in ({"accelerators": None}, {"accelerator": "X + Y"}):
        assert slower(at("v0.7", 400, **unlike), at("v1.0", 100, **unlike)) == []


def test_a_house_round_says_nothing_against_a_published_one():
    home = {"is_published": False}
    assert slower(at("v0.7", 400, **home), at("v1.0", 100)) == []
    assert len(slower(at("v0.7", 400), at("v1.0", 100, **home))) == 1
    (finding,) = slower(at("v0.7", 200), at("v1.0", 900, **home), at("v1.1", 100))
    assert finding.ratio == pytest.approx(2.0)


def test_just_below_the_threshold_is_none():
    assert slower(at("v0.7", 100), at("v1.0", 100 / 1.24)) == []
    assert len(slower(at("v0.7", 100), at("v1.0", 100 / 1.26))) == 1


def test_faster_than_its_former_self_is_what_is_expected():
    assert slower(at("v0.7", 100), at("v1.0", 900)) == []


def test_it_is_held_against_the_last_round_that_it_was_in():
    assert slower(at("v0.7", 400), at("v1.0", 100), at("v1.1", 100))[0].round == "v1.0"
    (finding,) = slower(at("v0.7", 400), at("v1.1", 100))
    assert "in v0.7." in finding.finding


def test_the_best_of_a_round_stands_for_it():
    twin = at("v1.0", 100) | {
        "system_id": "v1.0/closed/Acme/twin",
        "result_id": "v1.0/closed/Acme/twin/resnet50/Offline",
    }
    assert slower(at("v0.7", 400), at("v1.0", 400), twin) == []


def test_a_machine_is_held_against_itself_where_it_was_entered_before():
    other = {"base_name": "other"}
    rows = [at("v0.7", 100), at("v1.0", 100)]
    faster = [
        row | {"system_id": f"{row['system_id']} b", "result_id": f"{row['system_id']} b/resnet50/Offline"}
        for row in (at("v0.7", 400, **other), at("v1.0", 410, **other))
    ]
    assert slower(*rows, *faster) == []
    (finding,) = slower(rows[0], at("v1.0", 50), *faster)
    assert finding.ratio == pytest.approx(2.0)


def test_latencies_grow_where_the_speed_falls():
    of_one = {"scenario": "SingleStream", "metric": "latency", "unit": "ms", "higher_is_better": False}
    (finding,) = slower(at("v0.7", 1, **of_one), at("v1.0", 2, **of_one))
    assert finding.ratio == pytest.approx(2)
    assert "2 ms in SingleStream, 2.00x slower than 1 ms of" in finding.finding
    assert len(finding.evidence.known) == 2


@pytest.mark.parametrize(
    "unlike",
    [
        {"organisation": "Beta"},
        {"accelerator": "other"},
        {"accelerators": 4},
        {"nodes": 2},
        {"mig": "1g"},
        {"power_mode": "MaxQ"},
        {"serving": "Layer 1"},
        {"scenario": "Server"},
        {"unit": "Tokens/s"},
        {"era": 1},
        {"is_inferred": True},
        {"accelerator": None, "cpu": "another"},
    ],
    ids=str,
)
def test_another_hardware_layer_or_place_is_no_self(unlike: Row):
    assert slower(at("v0.7", 400, **unlike), at("v1.0", 100)) == []


def test_another_host_is_the_same_self_only_where_accelerators_work():
    assert len(slower(at("v0.7", 400, cpu="another"), at("v1.0", 100))) == 1
    bare = {"accelerator": None, "accelerators": None}
    assert slower(at("v0.7", 400, cpu="another", **bare), at("v1.0", 100, **bare)) == []
    assert len(slower(at("v0.7", 400, **bare), at("v1.0", 100, **bare))) == 1


def test_a_submitter_under_its_former_name_is_the_same():
    (finding,) = slower(
        at("v0.7", 400, submitter="AcmeOld", organisation="Acme"), at("v1.0", 100, submitter="Acme")
    )  # fmt: skip
    assert finding.systems == ("v1.0/closed/Acme/box v1.0",)


def test_how_its_other_models_changed_is_said():
    more = [at(name, value, benchmark="bert-99") for name, value in (("v0.7", 100), ("v1.0", 105))]
    (finding,) = slower(at("v0.7", 400), at("v1.0", 100), *more)
    assert "Its 1 result of other models that stand in both rounds: 1.05x to 1.05x" in finding.evidence.known[1]


def test_all_of_a_model_is_one_finding_and_the_widest_leads():
    rows = [
        at(name, value, scenario=scenario, benchmark=target)
        for target, ratio in (("bert-99", 2.0), ("bert-99.9", 3.0))
        for scenario in ("Offline", "Server")
        for name, value in (("v0.7", 100 * ratio), ("v1.0", 100))
    ]
    (finding,) = slower(*rows)
    assert finding.ratio == pytest.approx(3.0)
    assert len([role for role in roles(finding).values() if role is Role.WORSE]) == 4
    assert len(finding.evidence.gaps) == 4
