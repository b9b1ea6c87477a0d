"""Pairs of alike results: which two, what differs between them, and the table that keeps it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lib.findings import factors
from lib.findings.evidence import Precedent
from lib.findings.pairs import Pairs
from lib.findings.precedents import Gulf, Precedents, drawn
from lib.findings.rules import PRIOR_PAIRS
from tests.findings.entries import Row, case_of, entry, fields, software


def pairs(*entries: Row, **tables: Any) -> Pairs:
    return case_of(*entries, **tables).pairs


def rows(*entries: Row, **tables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pairs(*entries, **tables).table().to_pylist()
    return found


def test_two_alike_results_are_a_pair_and_the_table_says_all_of_it():
    (row,) = rows(entry("a", 200, weight_dtype="fp8"), entry("b", 100, serving="Triton 21.02"))
    assert row == {
        "first_id": "v1.0/closed/Acme/a/resnet50/Offline",
        "second_id": "v1.0/closed/Acme/b/resnet50/Offline",
        "round": "v1.0",
        "division": "closed",
        "benchmark": "resnet50",
        "scenario": "Offline",
        "unit": "Samples/s",
        "is_same_submitter": True,
        "factors": ["serving", "weight_dtype"],
        "first_values": [None, "fp8"],
        "second_values": ["Triton", "int8"],
        "log_ratio": pytest.approx(np.log(2)),
    }


def test_a_pair_in_which_nothing_differs_has_empty_lists():
    (row,) = rows(entry("a", 200), entry("b", 100))
    assert (row["factors"], row["first_values"], row["second_values"]) == ([], [], [])


@pytest.mark.parametrize(
    "unlike",
    [
        {"round": "v1.1"},
        {"division": "network"},
        {"era": 1},
        {"benchmark": "bert-99"},
        {"scenario": "Server"},
        {"unit": "Tokens/s"},
        {"cpu": "other"},
        {"nodes": 2},
        {"power_mode": "MaxQ"},
    ],
)
def test_results_of_another_place_or_hardware_are_no_pair(unlike: Row):
    assert rows(entry("a", 200), entry("b", 100, **unlike)) == []


def test_of_one_run_for_both_accuracy_targets_one_stands():
    entries = [entry(name, value, benchmark=target) for name, value in (("a", 2.5), ("b", 1.5)) for target in TARGETS]
    assert len(rows(*entries)) == 1
    other = [*entries[:-1], entries[-1] | {"value": 1.25}]
    assert len(rows(*other)) == 1


TARGETS = ("dlrm-99", "dlrm-99.9")


def test_three_alike_results_are_three_pairs_each_once():
    told = rows(entry("b", 2), entry("c", 3), entry("a", 1))
    names = [(row["first_id"].split("/")[3], row["second_id"].split("/")[3]) for row in told]
    assert sorted(names) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_submitters_may_differ_and_are_a_factor_then():
    (row,) = rows(entry("a", 200), entry("b", 100, submitter="Beta"))
    assert not row["is_same_submitter"]
    assert row["factors"] == ["submitter"]
    assert (row["first_values"], row["second_values"]) == (["Acme"], ["Beta"])


def test_of_latencies_the_shorter_is_the_faster():
    latency = {"unit": "ms", "metric": "latency", "higher_is_better": False, "scenario": "SingleStream"}
    (row,) = rows(entry("a", 1.0, **latency), entry("b", 2.0, **latency))
    assert row["log_ratio"] == pytest.approx(np.log(2))


def test_another_layer_has_another_version_and_that_is_one_difference():
    (row,) = rows(entry("a", 2, serving="Triton 21.02"), entry("b", 1, serving="vLLM 0.9"))
    assert row["factors"] == ["serving"]
    (row,) = rows(entry("a", 2, serving="Triton 21.02"), entry("b", 1, serving="Triton 20.01"))
    assert (row["factors"], row["first_values"], row["second_values"]) == (
        ["serving version"],
        ["Triton 21.02"],
        ["Triton 20.01"],
    )


def test_no_pairs_make_an_empty_table_with_its_columns():
    table = pairs(entry("a", 1)).table()
    assert table.num_rows == 0
    assert {"first_values", "second_values", "unit"} <= set(table.column_names)


def factor(name: str, *entries: Row, **tables: Any) -> list[str | None]:
    values: list[str | None] = factors.factors(case_of(*entries, **tables).facts)[name].tolist()
    return values


@pytest.mark.parametrize(
    ("name", "facts", "wanted"),
    [
        ("serving", {"serving": "Dynamo, vLLM 0.9.2"}, "Dynamo, vLLM"),
        ("serving version", {"serving": "Dynamo, vLLM 0.9.2"}, "Dynamo, vLLM 0.9.2"),
        ("serving", {}, None),
        ("weight_dtype", {"weight_dtype": " FP8 "}, "fp8"),
        ("operating system", {"operating_system": "Ubuntu  22.04"}, "ubuntu 22.04"),
        ("power measured", {"has_power": True}, "yes"),
        ("inferred", {}, "no"),
        ("machine", {}, "box"),
        ("submitter", {}, "Acme"),
    ],
)
def test_factors_are_texts_and_none_where_nothing_is_stated(name: str, facts: Row, wanted: str | None):
    assert factor(name, entry("a", 1, **facts)) == [wanted]


def test_host_memory_is_read_from_the_description_in_one_unit():
    told = fields(("a", "host_memory_capacity", "1 TB"), ("b", "host_memory_capacity", "lots"))
    assert factor("host memory", entry("a", 1), entry("b", 1), entry("c", 1), fields=told) == ["1024 GB", None, None]


def test_each_part_of_software_is_a_factor_but_serving_layers_and_aids():
    parts = software(("a", "CUDA", "11"), ("a", "GCC", "9"), ("b", "Fast", None))
    serving = software(("a", "Triton", "21.02")).assign(role="serving")
    table = factors.software_parts(parts)
    assert sorted(table.columns) == ["CUDA", "Fast"]
    assert table.loc["v1.0/closed/Acme/b", "Fast"] == "(no version)"
    assert factors.software_parts(serving).empty


def test_capacities_of_any_spelling_are_one():
    assert {factors.host_memory(text) for text in ("1 TB", "1024GB", "1048576 MB")} == {"1024 GB"}


def layered(number: int, quick: float = 150.0, slow: float = 100.0, **own: Any) -> list[Row]:
    facts = {"submitter": f"S{number}", "base_name": f"m{number}", "cpu": f"cpu {number}", **own}
    return [entry("plain", quick, **facts), entry("behind", slow, serving="Triton 21.02", **facts)]


def precedents(*ratios: float) -> Precedents:
    return Precedents(pairs(*(row for at, ratio in enumerate(ratios) for row in layered(at, 100 * ratio))))


def gulf(ratio: float = 1.5, systems: tuple[str, ...] = (), scenario: str = "Offline", same: bool = True) -> Gulf:
    return Gulf(scenario, ratio, systems, same)


def test_precedents_are_the_pairs_with_the_very_values_in_the_very_direction():
    known = precedents(2.0, 2.0, 2.0, 1.2)
    assert known.of("serving", None, "Triton", gulf(1.9)) == Precedent(4, pytest.approx(2.0), 0.75, 3, 0.375)
    turned = known.of("serving", "Triton", None, gulf(1.9))
    assert turned is not None
    assert (turned.n, turned.as_far) == (4, 0)
    assert turned.median_ratio == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("factor_name", "faster", "slower", "scenario"),
    [
        ("serving", None, "vLLM", "Offline"),
        ("serving", None, "Triton", "Server"),
        ("weight_dtype", "fp8", "int8", "Offline"),
    ],
)
def test_other_values_scenarios_or_factors_are_no_precedents(
    factor_name: str, faster: str | None, slower: str | None, scenario: str
):
    assert precedents(2.0, 2.0, 2.0).of(factor_name, faster, slower, gulf(scenario=scenario)) is None


def test_fewer_than_three_are_none():
    assert precedents(2.0, 2.0).of("serving", None, "Triton", gulf()) is None
    assert precedents(2.0, 2.0, 2.0).of("serving", None, "Triton", gulf()) is not None


def test_the_finding_s_own_systems_are_left_out():
    known = precedents(2.0, 2.0, 2.0, 2.0)
    own = gulf(systems=("v1.0/closed/S0/plain", "no such system"))
    past = known.of("serving", None, "Triton", own)
    assert past is not None
    assert past.n == 3


def test_where_both_are_of_one_submitter_pairs_of_two_are_left_out():
    plain, behind = layered(9)
    mixed = [plain, entry("behind", 100, submitter="T", cpu="cpu 9", base_name="m9", serving=behind["serving"])]
    known = Precedents(pairs(*mixed, *(row for at in range(3) for row in layered(at))))
    of_one, of_any = (known.of("serving", None, "Triton", gulf(same=same)) for same in (True, False))
    assert of_one is not None
    assert of_any is not None
    assert (of_one.n, of_any.n) == (3, 4)


def test_the_usual_share_is_half_of_all_pairs_so_far_apart():
    known = precedents(2.0, 2.0, 1.2, 1.2)
    assert known.usual(gulf(1.9)) == 0.25
    assert known.usual(gulf(1.1)) == 0.5
    assert known.usual(gulf(2.1)) == 0
    assert known.usual(gulf(scenario="Server")) == 0


def test_a_likelihood_is_the_share_drawn_to_the_usual_one():
    known = precedents(2.0, 2.0, 1.2, 1.2)
    past = Precedent(4, 2.0, 1.0, 4)
    assert known.likelihood(past, gulf(1.9)) == pytest.approx((4 + 4 * 0.25) / 8)
    assert known.likelihood(None, gulf(1.9)) == 0.25


@pytest.mark.parametrize(("n", "wanted"), [(0, 0.1), (4, 0.55), (1_000_000, 1.0)])
def test_the_more_pairs_the_less_the_prior_counts(n: int, wanted: float):
    assert PRIOR_PAIRS == 4
    assert drawn(1.0, n, 0.1) == pytest.approx(wanted, abs=1e-5)
