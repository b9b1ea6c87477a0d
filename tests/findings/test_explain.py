"""Explanations: what is unlike between two results, in which order, and what is known and unknown of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lib.findings.case import Case
from lib.findings.evidence import Difference
from lib.findings.explain import Contrast
from tests.findings.entries import Row, case_of, entry, fields, software

PLACES = ("quick", "slow")


def two(facts: Row | None = None, other: Row | None = None, scenario: str = "Offline", **tables: Any) -> Case:
    """A quick entry and a slow one of the same submitter."""
    return case_of(
        entry("quick", 200, scenario, **(facts or {})), entry("slow", 100, scenario, **(other or {})), **tables
    )


def of(case: Case, ratio: float = 2.0) -> Contrast:
    at = [case.results.index[case.results["platform"] == name][0] for name in PLACES]
    systems = tuple(sorted(f"v1.0/closed/Acme/{name}" for name in PLACES))
    return Contrast(int(at[0]), int(at[1]), ratio, systems, True)


def differences(case: Case) -> dict[str, Difference]:
    return {item.field: item for item in case.explainer.differences(of(case))}


def sides(case: Case) -> dict[str, tuple[str | None, str | None]]:
    return {name: (item.first, item.second) for name, item in differences(case).items() if name != "system_name"}


def test_entries_that_differ_in_their_names_alone():
    case = two()
    (only,) = case.explainer.differences(of(case))
    assert (only.source, only.field, only.first, only.second) == ("name", "system_name", "quick", "slow")


def test_the_first_value_is_the_faster_one_s_whatever_the_order_of_rows():
    facts = {"weight_dtype": "fp8"}
    assert sides(two(facts))["weight_dtype"] == ("fp8", "int8")
    assert sides(two(None, facts))["weight_dtype"] == ("int8", "fp8")


@pytest.mark.parametrize(
    ("facts", "field", "source", "first", "second"),
    [
        ({"weight_dtype": "fp8"}, "weight_dtype", "run", "fp8", "int8"),
        ({"input_dtype": None}, "input_dtype", "run", None, "int8"),
        ({"has_power": True}, "power measured", "run", "yes", "no"),
        ({"is_inferred": True}, "inferred", "run", "yes", "no"),
        ({"serving": "Triton 21.02"}, "serving", "software", "Triton", None),
        ({"operating_system": "CentOS"}, "operating system", "description", "centos", "ubuntu"),
        ({"base_name": "tower"}, "machine", "description", "tower", "box"),
    ],
)
def test_recorded_factors_that_differ(facts: Row, field: str, source: str, first: str | None, second: str | None):
    item = differences(two(facts))[field]
    assert (item.source, item.first, item.second) == (source, first, second)
    assert item.likelihood is not None


def test_another_layer_hides_its_version_and_another_version_of_one_layer_shows():
    assert "serving version" not in differences(two({"serving": "Triton 21.02"}, {"serving": "vLLM 0.9"}))
    told = sides(two({"serving": "Triton 21.02"}, {"serving": "Triton 20.01"}))
    assert told == {"serving version": ("Triton 21.02", "Triton 20.01")}


def test_parts_of_software_by_their_versions_and_aids_of_development_not_at_all():
    case = two(
        parts=software(
            ("quick", "CUDA", "11"), ("slow", "CUDA", "10"), ("quick", "Fast", None), ("slow", "Docker", "20")
        )
    )
    assert sides(case) == {"CUDA": ("11", "10"), "Fast": ("(no version)", None)}


def test_a_description_s_fields_but_those_that_differ_always_or_are_factors():
    case = two(
        fields=fields(
            ("quick", "cooling", "water"),
            ("slow", "cooling", "air"),
            ("quick", "hw_notes", "  8   fans "),
            ("quick", "notes", "a"),
            ("slow", "operating_system", "b"),
            ("quick", "host_storage", "NVMe"),
            ("slow", "host_storage", "nvme"),
        )
    )
    assert sides(case) == {"cooling": ("water", "air"), "hw_notes": ("8 fans", None)}


def test_run_parameters_that_differ_are_written_in_full():
    case = two({"target_qps": 260_000.5}, {"target_qps": 180_000.0}, "Server")
    item = differences(case)["target_qps"]
    assert (item.source, item.first, item.second, item.likelihood) == ("run", "260,000.5", "180,000", None)


def test_a_parameter_that_one_lacks_is_none_on_its_side():
    assert sides(two({"target_qps": 5.0}, None, "Server"))["target_qps"] == ("5", None)


def test_words_of_a_name_that_the_other_lacks_else_of_the_platform():
    case = two({"system_name": "Box (8x A100, Triton)"}, {"system_name": "BOX (8x a100)"})
    assert differences(case)["system_name"].first == "Triton"
    assert differences(case)["system_name"].second is None
    same = two({"system_name": "Box"}, {"system_name": "box"})
    assert sides(same) == {"platform": ("quick", "slow")}


def test_what_could_be_the_cause_stands_first_and_words_last():
    case = two(
        {"target_qps": 20.0},
        {"serving": "Triton 21.02", "operating_system": "CentOS", "target_qps": 9.0},
        "Server",
        fields=fields(("quick", "cooling", "water")),
    )
    told = case.explainer.differences(of(case))
    assert [item.field for item in told] == ["target_qps", "serving", "system_name", "cooling", "operating system"]


def many(count: int, quick: float = 150.0, **unlike: Any) -> list[Row]:
    """As many pairs of other submitters, the one behind a serving layer slower."""
    entries = []
    for number in range(count):
        own = {"submitter": f"S{number}", "base_name": f"m{number}", "cpu": f"cpu {number}", **unlike}
        entries += [
            entry("plain", quick, "Server", **own),
            entry("behind", 100.0, "Server", serving="Triton 21.02", **own),
        ]
    return entries


def served(*more: Row) -> Case:
    return case_of(entry("quick", 200, "Server"), entry("slow", 100, "Server", serving="Triton 21.02"), *more)


def test_precedents_are_other_pairs_with_the_very_difference():
    case = served(*many(4))
    item = next(item for item in case.explainer.differences(of(case, 1.4)) if item.field == "serving")
    past = item.precedent
    assert past is not None
    assert (past.n, past.median_ratio, past.share, past.as_far) == (4, 1.5, 1.0, 4)
    assert item.likelihood == pytest.approx((4 + 4 * 0.5) / 8)
    assert case.explainer.differences(of(case, 1.4))[0].field == "serving"


def test_the_likely_cause_is_told_with_its_precedents():
    case = served(*many(4))
    (said, *_) = case.explainer.evidence(of(case, 1.4), 1.1, []).likely
    assert said == (
        "serving, none against Triton: in 4 other pairs with this difference the side with none is faster in Server by "
        "a median of 1.50x; 4 of them (100%) are 1.40x apart or more."
    )


def test_two_precedents_are_too_few_to_be_told():
    case = served(*many(2))
    item = next(item for item in case.explainer.differences(of(case)) if item.field == "serving")
    assert item.precedent is None
    assert case.explainer.evidence(of(case), 1.1, []).likely == ()


def test_what_is_known_names_both_and_their_numbers():
    case = two()
    assert case.explainer.evidence(of(case), 1.1, []).known == (
        "resnet50 Offline: quick 200 Samples/s, slow 100 Samples/s.",
    )


def scheduled(latency_ms: float | None = None) -> Case:
    run = {"target_latency_ns": 15e6, "latency_p99_ns": None if latency_ms is None else latency_ms * 1e6}
    return two({"target_qps": 200.0}, {"target_qps": 100.0, **run}, "Server")


def test_rates_that_were_scheduled_are_said_to_be():
    case = scheduled()
    told = case.explainer.evidence(of(case), 1.1, [])
    assert told.known[1] == (
        "Both results are the rate that LoadGen was asked for (200 and 100 queries/s): the entries differ first of all "
        "in their targets."
    )
    assert told.unknown[0].startswith("Why the lower target was chosen")


def test_how_much_of_its_time_the_slower_one_used_is_said():
    case = scheduled(6.0)
    assert case.explainer.evidence(of(case), 1.1, []).known[-1] == (
        "Latency at the 99th percentile: 6.00 of 15.00 ms for slow."
    )


@pytest.mark.parametrize(
    ("facts", "scenario", "wanted"),
    [
        ({"target_latency_ns": 15e6, "latency_p99_ns": 6e6}, "Server", (6.0, 15.0)),
        ({"target_latency_ns": 15e6, "latency_p99_ns": 15e6}, "Server", (15.0, 15.0)),
        ({"target_latency_ns": 15e6, "latency_p99_ns": 16e6}, "Server", None),
        ({"target_latency_ns": 15e6, "latency_p99_ns": None}, "Server", None),
        ({"target_latency_ns": None, "latency_p99_ns": 6e6}, "Server", None),
        ({"target_latency_ns": 15e6, "latency_p99_ns": 6e6}, "Offline", None),
    ],
)
def test_a_latency_is_told_of_a_server_run_that_kept_its_bound(facts: Row, scenario: str, wanted: Any):
    assert case_of(entry("a", 100, scenario, **facts)).explainer.latency(0) == wanted


@pytest.mark.parametrize(
    ("value", "target", "scenario", "wanted"),
    [
        (100.0, 100.0, "Server", True),
        (100.0, 100.49, "Server", True),
        (100.0, 100.6, "Server", False),
        (100.0, None, "Server", False),
        (100.0, 0.0, "Server", False),
        (100.0, 100.0, "Offline", False),
    ],
)
def test_a_result_near_its_target_is_the_rate_that_was_scheduled(
    value: float, target: float | None, scenario: str, wanted: bool
):
    assert case_of(entry("a", value, scenario, target_qps=target)).explainer.is_scheduled(0) is wanted


@pytest.mark.parametrize(
    ("targets", "more", "wanted"),
    [
        ((200.0, 100.0), {"scenario": "Server"}, True),
        ((150.0, 100.0), {"scenario": "Server"}, True),
        ((140.0, 100.0), {"scenario": "Server"}, False),
        ((100.0, 200.0), {"scenario": "Server"}, False),
        ((200.0, None), {"scenario": "Server"}, False),
        ((200.0, 100.0), {"scenario": "Offline"}, False),
    ],
)
def test_a_target_that_is_so_much_lower_that_it_explains_half_of_the_gap_was_asked(
    targets: Any, more: Row, wanted: bool
):
    case = two({"target_qps": targets[0]}, {"target_qps": targets[1]}, more["scenario"])
    assert (differences(case)["target_qps"].role == "asked") is wanted


def test_streams_are_asked_for_where_they_are_the_result():
    streams = {"unit": "streams", "metric": "streams"}
    made = [entry(name, value, "MultiStream", **streams) for name, value in (("quick", 200), ("slow", 100))]
    runs = case_of(*made).facts.runs.assign(samples_per_query=[200.0, 100.0])
    item = differences(case_of(*made, runs=runs))["samples_per_query"]
    assert (item.first, item.second, item.role) == ("200", "100", "asked")


def test_both_latencies_stand_among_the_differences_beside_their_bound():
    quick, slow = ({"target_latency_ns": 15e6, "latency_p99_ns": latency * 1e6} for latency in (6.0, 12.5))
    case = two(quick, slow, "Server")
    item = differences(case)["latency, p99"]
    assert (item.first, item.second) == ("6.00 of 15.00 ms", "12.50 of 15.00 ms")
    assert case.explainer.evidence(of(case), 1.1, []).known[-1] == (
        "Latency at the 99th percentile: 6.00 of 15.00 ms for quick, 12.50 of 15.00 ms for slow."
    )


def test_entries_are_a_system_s_results_of_one_model():
    case = case_of(entry("a", 1, benchmark="bert-99"), entry("a", 2, benchmark="bert-99.9"), entry("a", 3))
    assert len(case.explainer.entries("v1.0/closed/Acme/a", "bert")) == 2
    assert case.explainer.entries("v1.0/closed/Acme/b", "bert") == []


def test_alike_is_alike_in_some_columns_missing_being_like_missing():
    case = case_of(entry("a", 1, mig=None), entry("b", 2, mig=None), entry("c", 3, mig="1g"))
    row = case.explainer.rows[0]
    assert case.explainer.alike(row, ["benchmark", "mig"]) == [0, 1]
    assert case.explainer.alike(row, ["benchmark"]) == [0, 1, 2]


def test_a_result_without_a_run_has_no_parameters():
    case = two({"target_qps": 5.0}, None, "Server")
    runs = case.facts.runs.iloc[:0]
    bare = case_of(entry("quick", 200, "Server"), entry("slow", 100, "Server"), runs=runs)
    assert bare.explainer.parameter(0, "target_qps") is None
    assert case.explainer.parameter(of(case).faster, "target_qps") == 5.0
    assert case.explainer.parameter(of(case).slower, "target_qps") is None


def test_explaining_twice_says_the_same():
    case = served(*many(4))
    first, second = (case.explainer.evidence(of(case), 1.1, []) for _ in range(2))
    assert first == second
    assert not any(isinstance(item.likelihood, np.floating) for item in first.differences)
