"""The robust statistics: one value beside the others, by their median and its absolute deviation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.analysis.statistics import MAD_TO_SIGMA, Beside, beside_others

SPREAD = 0.05


def beside(*values: float, min_others: int = 3, least_spread: float = SPREAD) -> Beside:
    found = beside_others(np.array(values), min_others, least_spread)
    assert found is not None
    return found


def test_a_value_is_left_out_of_its_own_median():
    """With itself among them the median of 1, 2, 3, 10 would be 2.5 for all."""
    assert beside(1, 2, 3, 10).gap.tolist() == [-2, -1, 1, 8]


def test_the_score_is_the_gap_over_the_spread_of_the_others():
    found = beside(0, 1, 2, 3, 100)
    assert found.z[4] == pytest.approx((100 - 1.5) / (MAD_TO_SIGMA * 1.0))


def test_equal_others_spread_by_the_least_that_counts():
    found = beside(1, 1, 1, 1.1)
    assert found.z[3] == pytest.approx(0.1 / SPREAD)
    assert beside(1, 1, 1, 1.1, least_spread=0.5).z[3] == pytest.approx(0.2)


@pytest.mark.parametrize(("size", "is_told"), [(3, False), (4, True)])
def test_too_few_others_say_nothing(size: int, is_told: bool):
    assert (beside_others(np.arange(size, dtype=float), 3, SPREAD) is not None) is is_told


def test_how_many_the_others_are():
    assert beside(1, 2, 3, 4).others.tolist() == [3, 3, 3, 3]


def test_others_in_two_camps_do_not_agree():
    """Of the five others of one camp three stand in the other camp, at the median: 60% are of one mind."""
    assert beside(0, 0, 0, 10, 10, 10).agree.tolist() == [0.6] * 6
    assert beside(0, 0.1, 0.2, 10).agree[3] == 1


def test_the_greatest_and_the_typical_one_are_others():
    found = beside(5, 1, 2, 3)
    assert found.greatest.tolist() == [3, 0, 0, 0]
    assert found.typical[0] == 2
    assert all(at != place for at, place in zip(found.typical, range(4), strict=True))


NUMBERS = st.lists(st.integers(-50, 50).map(float), min_size=4, max_size=12)


@settings(deadline=None)
@given(NUMBERS)
def test_all_is_as_by_hand(values: list[float]):
    found = beside(*values)
    for at, value in enumerate(values):
        others = np.array(values[:at] + values[at + 1 :])
        middle = np.median(others)
        apart = np.abs(others - middle)
        assert found.gap[at] == value - middle
        assert found.z[at] == pytest.approx((value - middle) / max(MAD_TO_SIGMA * np.median(apart), SPREAD))
        assert found.agree[at] == pytest.approx((apart <= abs(value - middle) / 2).mean())
        assert values[int(found.greatest[at])] == others.max()


@settings(deadline=None)
@given(NUMBERS, st.integers(-9, 9))
def test_moving_all_values_moves_no_gap_and_no_score(values: list[float], by: int):
    one, other = beside(*values), beside(*(value + by for value in values))
    assert one.gap.tolist() == other.gap.tolist()
    assert one.z.tolist() == other.z.tolist()


@settings(deadline=None)
@given(NUMBERS)
def test_turning_values_round_turns_gaps_and_scores_round(values: list[float]):
    one, other = beside(*values), beside(*(-value for value in values))
    assert one.gap.tolist() == (-other.gap).tolist()
    assert one.agree.tolist() == other.agree.tolist()


@settings(deadline=None)
@given(NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_values_does_not_matter(values: list[float], chance: object):
    order = list(range(len(values)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    shuffled = beside(*(values[at] for at in order))
    assert shuffled.z.tolist() == beside(*values).z[order].tolist()


@settings(deadline=None)
@given(NUMBERS)
def test_one_wild_value_moves_the_others_medians_by_no_more_than_one_place(values: list[float]):
    """This is what robust means: however wild it is, it counts as one value on its side."""
    assume(len(values) > 4)
    wild, wilder = beside(*values, 1e6), beside(*values, 1e9)
    assert wild.gap[:-1].tolist() == wilder.gap[:-1].tolist()
