"""Evidence: typed here, JSON in the database; each is read back as it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.findings.evidence import Difference, Evidence, Gap, Precedent, read, written

GAP = Gap("Server", 1.44, "one", "other")
PAST = Precedent(12, 1.2, 0.25, 3)
DIFFERENCE = Difference("software", "serving", None, "Triton", 0.3, PAST)
FULL = Evidence(
    threshold=1.1,
    known=("a.",),
    unknown=("b.",),
    likely=("c.",),
    differences=(DIFFERENCE,),
    faster="one",
    slower="other",
    gaps=(GAP,),
    extras={"z": -4.2},
)
BARE = Evidence(threshold=1, known=("a.",), unknown=())


def told(evidence: Evidence) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(written(evidence))
    return content


def test_the_keys_are_those_that_readers_of_the_database_know():
    assert set(told(FULL)) == {
        "threshold",
        "known",
        "likely",
        "unknown",
        "differences",
        "faster",
        "slower",
        "gaps",
        "z",
    }
    assert told(FULL)["differences"] == [
        {
            "source": "software",
            "field": "serving",
            "first": None,
            "second": "Triton",
            "likelihood": 0.3,
            "precedent": {"n": 12, "median_ratio": 1.2, "share": 0.25, "as_far": 3, "usual": 0.0},
        }
    ]
    assert told(FULL)["gaps"] == [{"scenario": "Server", "ratio": 1.44, "faster": "one", "slower": "other"}]


def test_a_finding_without_two_ends_names_none():
    assert set(told(BARE)) == {"threshold", "known", "likely", "unknown", "differences"}


def test_what_a_difference_or_a_gap_lacks_is_left_out_but_a_side_that_states_nothing_is_null():
    content = told(Evidence(1, (), (), differences=(Difference("name", "platform", "x", None),)))
    assert content["differences"] == [{"source": "name", "field": "platform", "first": "x", "second": None}]
    named = told(Evidence(1, (), (), faster="a", slower="b", gaps=(Gap("Server", 2, "a", "b", "bert-99"),)))
    assert named["gaps"][0]["benchmark"] == "bert-99"


def test_two_ends_without_gaps_have_an_empty_list():
    assert told(Evidence(1, (), (), faster="a", slower="b"))["gaps"] == []


@pytest.mark.parametrize("evidence", [FULL, BARE, Evidence(1, (), (), extras={"why": "run", "value": 1.5})])
def test_it_is_read_back_as_it_was_written(evidence: Evidence):
    assert read(written(evidence)) == evidence


TEXTS = st.text(max_size=6)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PRECEDENTS = st.builds(Precedent, st.integers(0, 99), NUMBERS, NUMBERS, st.integers(0, 99))
DIFFERENCES = st.builds(
    Difference, TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.none() | NUMBERS, st.none() | PRECEDENTS
)
GAPS = st.builds(Gap, TEXTS, NUMBERS, TEXTS, TEXTS, st.none() | TEXTS)


@settings(deadline=None)
@given(st.lists(DIFFERENCES, max_size=3), st.lists(GAPS, max_size=3), st.lists(TEXTS, max_size=3), NUMBERS)
def test_any_evidence_is_read_back_as_it_was_written(
    differences: list[Difference], gaps: list[Gap], sentences: list[str], threshold: float
):
    said = tuple(sentences)
    evidence = Evidence(threshold, said, said, said, tuple(differences), "a", "b", tuple(gaps))
    assert read(written(evidence)) == evidence


def test_the_text_does_not_depend_on_the_order_in_which_extras_were_named():
    one, other = (Evidence(1, (), (), extras=dict(items)) for items in ((("a", 1), ("b", 2)), (("b", 2), ("a", 1))))
    assert written(one) == written(other)


@pytest.mark.parametrize(
    ("precedent", "speaks"),
    [
        (None, False),
        (Precedent(3, 1.02, 0, 0), True),
        (Precedent(3, 1.0199, 1, 3), False),
        (Precedent(9, 0.5, 0, 0), False),
    ],
)
def test_a_difference_speaks_where_the_faster_side_was_mostly_faster_elsewhere(
    precedent: Precedent | None, speaks: bool
):
    assert Difference("software", "x", "1", "2", 0.1, precedent).speaks is speaks


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"threshold": 1}'])
def test_what_is_no_evidence_is_refused(text: str):
    with pytest.raises(ValueError):
        read(text)
