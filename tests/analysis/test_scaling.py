"""Steps of scaling: from each number of accelerators to the next, one accelerator beside one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.scaling import steps


def found(*sizes: tuple[int, float], **facts: Any) -> pd.DataFrame:
    return steps(frame(*sizes, **facts), ["kind"])


def frame(*sizes: tuple[int, float], **facts: Any) -> pd.DataFrame:
    results = [
        {"kind": "a", "accelerators": count, "speed": speed, "result_id": f"r{at}"}
        for at, (count, speed) in enumerate(sizes)
    ]
    return pd.DataFrame(results).assign(**facts)


def told(table: pd.DataFrame) -> list[tuple[int, int, float]]:
    return list(zip(table["small"].astype(int), table["large"], table["share"], strict=True))


def test_proportional_is_one():
    assert told(found((1, 100.0), (8, 800.0))) == [(1, 8, 1.0)]


def test_each_number_is_set_beside_the_next_smaller_one_alone():
    assert told(found((8, 400.0), (1, 100.0), (4, 400.0))) == [(1, 4, 1.0), (4, 8, 0.5)]


def test_one_number_makes_no_step():
    assert told(found((8, 400.0), (8, 800.0))) == []


def test_the_best_of_each_number_stands_for_it():
    table = found((1, 90.0), (1, 100.0), (8, 800.0), (8, 100.0))
    assert told(table) == [(1, 8, 1.0)]
    assert (table["small_at"].tolist(), table["at"].tolist()) == ([1], [2])


def test_of_equals_the_last_by_name_stands_so_that_the_order_of_rows_does_not_matter():
    one = found((1, 100.0), (1, 100.0), (8, 800.0))
    results = frame((1, 100.0), (1, 100.0), (8, 800.0)).iloc[::-1]
    other = steps(results, ["kind"])
    assert one["small_at"].tolist() == other["small_at"].tolist() == [1]


def test_only_results_that_are_alike_make_a_step():
    assert told(found((1, 100.0), (8, 800.0), kind=["a", "b"])) == []


def test_missing_is_alike_to_missing():
    assert told(found((1, 100.0), (8, 800.0), kind=[None, None])) == [(1, 8, 1.0)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 4, 8]), st.integers(1, 99).map(float)), min_size=1, max_size=8))
def test_doubling_all_speeds_changes_no_share(sizes: list[tuple[int, float]]):
    doubled = [(count, 2 * speed) for count, speed in sizes]
    assert [row[2] for row in told(found(*doubled))] == pytest.approx([row[2] for row in told(found(*sizes))])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 4, 8]), st.integers(1, 99).map(float)), min_size=1, max_size=8))
def test_there_is_a_step_for_every_number_but_the_smallest(sizes: list[tuple[int, float]]):
    assert [row[1] for row in told(found(*sizes))] == sorted({count for count, _ in sizes})[1:]
