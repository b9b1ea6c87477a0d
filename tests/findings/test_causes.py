"""The sentences about causes, each from the differences that it is made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.findings.causes import MOST_WORDS, NO_CAUSE, Ends, Said, causes, extent, likely
from lib.findings.evidence import Difference, Gap, Precedent
from lib.findings.suspects import ordered


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


SOURCES = {
    "weight_dtype": "run",
    "inferred": "run",
    "power measured": "run",
    "target_qps": "run",
    "cooling": "description",
}
TWINS = Ends("the slower one", "the faster one", (None, "Triton 21.02"))
PEERS = Ends("it", "that one", are_twins=False)


def past(as_far: int, n: int = 20, median: float = 1.2, usual: float = 0.05) -> Precedent:
    return Precedent(n, median, as_far / n, as_far, usual)


def unlike(
    field: str,
    first: str | None = "1",
    second: str | None = "2",
    median: float | None = None,
    role: str | None = None,
    **seen: Any,
) -> Difference:
    if seen:
        seen["median"] = median or 1.2
    found = past(**seen) if seen else Precedent(5, median, 0.4, 2) if median else None
    source = "name" if field == "system_name" else SOURCES.get(field, "software")
    return Difference(source, field, first, second, 0.2, found, role)


def told(*differences: Difference, ends: Ends = TWINS) -> Said:
    return causes(ordered(differences), ends)


LAYER = {"field": "serving", "first": None, "second": "Triton"}
ASKED = unlike("target_qps", "260,000", "180,000", role="asked")


def test_a_cause_that_was_seen_elsewhere_leads_and_says_how_often():
    said = told(unlike(**LAYER, as_far=4), ASKED)
    assert said == Said(
        "the slower one runs behind Triton 21.02 (4 of 20 other such pairs are as far apart); it was asked for 180,000 "
        "queries/s, the faster one for 260,000",
        "Triton, lower target",
    )


@pytest.mark.parametrize(
    ("seen", "doubt"),
    [
        ({"as_far": 1, "usual": 0.01}, "only 1 of 20 other such pairs is as far apart"),
        (
            {"as_far": 3, "usual": 0.2},
            "3 of 20 other such pairs are as far apart, no larger a share than among all pairs",
        ),
        ({"as_far": 0}, "none of 20 other such pairs is as far apart, so that explains a part at most"),
        ({"as_far": 0, "median": 1.0}, "in 20 other such pairs it made no such difference"),
        ({"as_far": 3, "median": 0.9}, "in most of 20 other such pairs that side is the faster one"),
    ],
)
def test_a_layer_that_did_not_do_so_elsewhere_comes_last_and_is_doubted(seen: dict[str, Any], doubt: str):
    said = told(unlike(**LAYER, **seen), ASKED)
    assert said.clause == (
        "the slower one was asked for 180,000 queries/s, the faster one for 260,000; besides, it runs behind "
        f"Triton 21.02, but {doubt}"
    )
    assert said.short == "lower target"


@pytest.mark.parametrize(
    ("seen", "short"),
    [
        ({"as_far": 1}, "Triton, though rarely so far"),
        ({"as_far": 3, "usual": 0.2}, "Triton: no more than usual"),
        ({"as_far": 0}, "Triton: a part at most"),
        ({"as_far": 0, "median": 1.0}, NO_CAUSE),
    ],
)
def test_alone_it_is_no_more_certain(seen: dict[str, Any], short: str):
    said = told(unlike(**LAYER, **seen))
    assert said.clause.startswith("the slower one runs behind Triton 21.02, but ")
    assert said.short == short


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (("Triton 21.02", "vLLM 0.9"), "the slower one runs behind vLLM 0.9, the faster one behind Triton 21.02"),
        ((None, "Triton 21.02"), "the slower one runs behind Triton 21.02"),
        (("Triton 21.02", None), "the slower one runs without a serving layer, the faster one behind Triton 21.02"),
    ],
)
def test_which_of_the_two_runs_behind_what_is_said(layers: tuple[str | None, str | None], said: str):
    item = unlike("serving", *(layer and layer.split()[0] for layer in layers), as_far=10)
    assert told(item, ends=TWINS._replace(serving=layers)).clause.startswith(f"{said} (")


def test_a_result_inferred_from_another_scenario_is_named_before_all_else():
    said = told(unlike(**LAYER, as_far=15), unlike("inferred", "no", "yes"))
    assert said.clause.startswith("the slower one is inferred")
    assert said.short == "one inferred"


def test_that_the_faster_one_is_inferred_is_told_after_what_is_borne_out():
    said = told(unlike(**LAYER, as_far=15), unlike("inferred", "yes", "no"))
    assert "runs behind" in said.clause
    assert "was measured" in told(unlike("inferred", "yes", "no")).clause
    assert told(unlike("inferred", "yes", "no")).short == "perhaps one inferred"


def test_what_both_state_without_precedents_says_so_and_what_one_lacks_is_no_cause():
    assert told(unlike("weight_dtype", "fp8", "int8")) == Said(
        "the slower one has weights in int8, the faster one in fp8 (too few other such pairs to compare)",
        "perhaps int8 against fp8",
    )
    assert told(unlike("weight_dtype", "fp8", None)) == Said("", NO_CAUSE)
    assert told(unlike("CUDA", "11", None, role="runtime")) == Said("", NO_CAUSE)


def test_another_version_or_framework_is_named_by_both():
    version = unlike("CUDA", "11.4", "11.3", role="runtime", as_far=10)
    assert told(version).clause.startswith("the slower one runs CUDA 11.3, the faster one 11.4 (10 of 20 ")
    assert told(version).short == "other CUDA version"
    rivals = unlike("frameworks", "TensorRT", "ONNX Runtime", as_far=10)
    assert told(rivals).clause.startswith("the slower one runs ONNX Runtime, the faster one TensorRT (")
    assert told(rivals).short == "ONNX Runtime against TensorRT"


def test_a_driver_of_another_version_says_nothing_without_precedents():
    assert told(unlike("Driver", "1", "2", role="driver")) == Said("", NO_CAUSE)
    assert "Driver" in told(unlike("Driver", "1", "2", role="driver", as_far=10)).clause


def test_measured_power_is_a_cause_of_the_slower_one_alone():
    assert "power measured" in told(unlike("power measured", "no", "yes", as_far=10)).clause
    assert told(unlike("power measured", "yes", "no", as_far=10)) == Said("", NO_CAUSE)


def test_names_are_told_of_twins_alone_and_not_where_software_says_the_same():
    name = unlike("system_name", "Max", None)
    assert told(name) == Said("the slower one lacks “Max”, which is in the other's name", "“Max” in name")
    both = unlike("system_name", "4K page size", "non MaxN image")
    assert told(both) == Said(
        "the slower one has “non MaxN image” in its name, the faster one “4K page size”", "names differ"
    )
    assert told(name, ends=PEERS) == Said("", NO_CAUSE)
    assert "Max" not in told(name, unlike(**LAYER, as_far=0)).clause


def test_other_fields_of_the_description_are_no_cause():
    assert told(unlike("cooling", "water", "air")) == Said("", NO_CAUSE)
    assert told() == Said("", NO_CAUSE)


def test_targets_of_systems_of_unlike_size_are_told_with_their_numbers():
    said = told(unlike("target_qps", "400", "1,590", role="asked"), ends=PEERS._replace(sizes=(1, 8)))
    assert said.clause == "it was asked for less per accelerator: 1,590 queries/s of 8, that one 400 of 1"


def test_peers_are_not_told_what_does_not_explain_them():
    assert told(unlike(**LAYER, as_far=1), ends=PEERS).clause == ""


TEXTS = st.one_of(st.none(), st.text("abc 12.", min_size=1, max_size=60).filter(str.strip))
DIFFERENCES = st.builds(
    Difference,
    st.sampled_from(["software", "run", "name", "description"]),
    st.sampled_from(["serving", "frameworks", "weight_dtype", "inferred", "CUDA", "power measured", "system_name"]),
    TEXTS,
    TEXTS,
    st.none(),
    st.one_of(st.none(), st.builds(past, st.integers(0, 20), median=st.floats(0.5, 3))),
    st.sampled_from([None, "framework", "driver", "asked"]),
)


@given(st.lists(DIFFERENCES, max_size=6))
def test_a_bracket_s_cause_has_six_words_at_most_and_never_none(differences: list[Difference]):
    said = told(*differences)
    assert 1 <= len(said.short.split()) <= MOST_WORDS
    assert not said.short.startswith(",")


def test_at_most_two_likely_ones_are_told_in_their_order():
    said = likely([unlike(name, median=1.2) for name in "abc"], 1.5, "Server")
    assert [text.split(",")[0] for text in said] == ["a", "b"]


def test_only_what_points_the_same_way_is_likely():
    assert likely([unlike("a"), unlike("b", median=1.01), unlike("c", median=0.7)], 1.5, "Server") == ()


def test_what_comes_with_another_machine_is_not_likely_the_cause():
    assert likely([unlike("cooling", median=1.5)], 1.5, "Server") == ()


@pytest.mark.parametrize(
    ("as_far", "said"),
    [
        (0, "; none is 1.50x apart, so it may explain a part of the gap only."),
        (1, "; 1 of them (20%) is 1.50x apart or more."),
        (2, "; 2 of them (40%) are 1.50x apart or more."),
    ],
)
def test_how_many_precedents_are_as_far_apart_is_said(as_far: int, said: str):
    item = Difference("software", "CUDA", "11", "10", 0.2, Precedent(5, 1.2, as_far / 5, as_far))
    (text,) = likely([item], 1.5, "Server")
    assert text == (
        "CUDA, 11 against 10: in 5 other pairs with this difference the side with 11 is faster in Server by a "
        f"median of 1.20x{said}"
    )


def test_the_data_types_in_names_are_told_of_systems_of_two_submitters_too():
    types = Difference("name", "numerics", "INT4", "INT8")
    words = unlike("system_name", "Fast", "Slow")
    across = TWINS._replace(are_twins=False)
    said = told(words, types, ends=across)
    assert said.clause == "the slower one has “INT8” in its name, the faster one “INT4”"
    assert said.short == "INT8 against INT4 in names"
    assert told(words, ends=across) == Said("", NO_CAUSE)
