"""The sentences about causes, each from the differences that it is made of."""

from __future__ import annotations

import pytest

from lib.findings.causes import causes, extent, likely
from lib.findings.evidence import Difference, Gap, Precedent

NO_LAYER = (None, None)


def gaps(**ratios: float) -> list[Gap]:
    return [Gap(scenario, ratio, "one", "other") for scenario, ratio in ratios.items()]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (gaps(Server=1.4), "Both were entered in no other scenario of this benchmark."),
        (gaps(Server=1.4, Offline=1.01), "Only Server is apart: 1.01x in Offline."),
        (gaps(Server=1.4, Offline=1.099), "Only Server is apart: 1.10x in Offline."),
        (gaps(Server=1.4, Offline=1.1), "Every scenario that both entered is apart: 1.10x in Offline."),
        (
            gaps(Server=1.4, Offline=1.2, SingleStream=1.0),
            "Server is not the only one apart: 1.20x in Offline; but 1.00x in SingleStream.",
        ),
    ],
)
def test_in_which_scenarios_two_entries_are_apart(found: list[Gap], said: str):
    assert extent("Server", found) == said


def unlike(field: str, first: str | None = "1", second: str | None = "2", median: float | None = None) -> Difference:
    source = {"weight_dtype": "run", "system_name": "name", "cooling": "description"}.get(field, "software")
    return Difference(source, field, first, second, 0.2, Precedent(5, median, 0.4, 2) if median else None)


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (("Triton 21.02", "vLLM 0.9"), "they run behind Triton 21.02 and vLLM 0.9"),
        ((None, "Triton 21.02"), "one runs behind Triton 21.02"),
        (("Triton 21.02", None), "the faster one runs behind Triton 21.02"),
    ],
)
@pytest.mark.parametrize("field", ["serving", "serving version"])
def test_the_serving_layer_is_told_before_all_else(field: str, layers: tuple[str | None, str | None], said: str):
    assert causes([unlike("weight_dtype"), unlike("CUDA"), unlike(field)], layers) == [said]


def test_numerics_are_told_before_software_and_only_where_both_state_them():
    assert causes([unlike("CUDA"), unlike("weight_dtype", "fp8", "int8")], NO_LAYER) == [
        "their weights are fp8 and int8"
    ]
    assert causes([unlike("weight_dtype", "fp8", None)], NO_LAYER) == []


def test_software_is_told_where_both_state_it_or_precedents_speak():
    assert causes([unlike("CUDA", "11", "10")], NO_LAYER) == ["they run CUDA 11 and 10"]
    assert causes([unlike("CUDA", "11", None)], NO_LAYER) == []
    assert causes([unlike("CUDA", "11", None, 1.3)], NO_LAYER) == ["only the faster one names CUDA"]
    assert causes([unlike("CUDA", None, "10", 1.3)], NO_LAYER) == ["only the slower one names CUDA"]
    assert causes([unlike("CUDA", None, "10", 0.9)], NO_LAYER) == []


def test_names_are_told_of_twins_alone_and_last():
    name = unlike("system_name", "Max", None)
    assert causes([name], NO_LAYER) == ["the faster one's name says “Max”"]
    assert causes([unlike("system_name", "Max", "Mini")], NO_LAYER) == [
        "the faster one's name says “Max”, the slower one's name says “Mini”"
    ]
    assert causes([name], NO_LAYER, are_twins=False) == []
    assert causes([name, unlike("CUDA")], NO_LAYER) == ["they run CUDA 1 and 2"]


def test_other_fields_of_the_description_are_no_cause():
    assert causes([unlike("cooling", "water", "air")], NO_LAYER) == []
    assert causes([], NO_LAYER) == []


def test_at_most_two_likely_ones_are_told_in_their_order():
    told = likely([unlike(name, median=1.2) for name in "abc"], 1.5, "Server")
    assert [said.split(",")[0] for said in told] == ["a", "b"]


def test_only_what_points_the_same_way_is_likely():
    assert likely([unlike("a"), unlike("b", median=1.01), unlike("c", median=0.7)], 1.5, "Server") == ()


@pytest.mark.parametrize(
    ("as_far", "said"),
    [
        (0, "; none is 1.50x apart, so it may explain a part of the gap only."),
        (1, "; 1 of them (20%) is 1.50x apart or more."),
        (2, "; 2 of them (40%) are 1.50x apart or more."),
    ],
)
def test_how_many_precedents_are_as_far_apart_is_said(as_far: int, said: str):
    item = Difference("software", "CUDA", None, "10", 0.2, Precedent(5, 1.2, as_far / 5, as_far))
    (told,) = likely([item], 1.5, "Server")
    assert told == (
        "CUDA, none against 10: in 5 other pairs with this difference the side with none is faster in Server by a "
        f"median of 1.20x{said}"
    )
