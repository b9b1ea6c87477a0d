"""Pairs: every two rows of a group once, and in what they are unlike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.pairs import pairs_within, unlike


def pairs(*groups: int) -> list[tuple[int, int]]:
    first, second = pairs_within(np.array(groups, dtype=np.int64))
    return list(zip(first.tolist(), second.tolist(), strict=True))


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        ((), []),
        ((3,), []),
        ((1, 2, 3), []),
        ((4, 4), [(0, 1)]),
        ((1, 1, 1), [(0, 1), (0, 2), (1, 2)]),
        ((2, 1, 2, 1), [(1, 3), (0, 2)]),
    ],
)
def test_every_two_rows_of_a_group_are_one_pair(groups: tuple[int, ...], wanted: list[tuple[int, int]]):
    assert pairs(*groups) == wanted


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=14))
def test_the_pairs_are_all_and_the_earlier_row_is_first(groups: list[int]):
    found = pairs(*groups)
    wanted = {(a, b) for a, b in combinations(range(len(groups)), 2) if groups[a] == groups[b]}
    assert len(found) == len(wanted)
    assert set(found) == wanted


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=14))
def test_the_names_of_groups_do_not_matter(groups: list[int]):
    assert set(pairs(*groups)) == set(pairs(*(100 - group for group in groups)))


def test_values_that_are_not_equal_are_unlike_and_missing_is_like_missing():
    values = pd.DataFrame({"layer": ["x", "y", None, None], "memory": ["1", "1", "1", None]}, dtype=object)
    found = unlike(values, np.array([0, 0, 2, 0]), np.array([1, 2, 3, 0]))
    assert found.tolist() == [[True, False], [True, False], [False, True], [False, False]]
