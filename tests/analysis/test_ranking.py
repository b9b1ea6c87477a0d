"""Ranks: ties share one, groups do not mix, what is not ranked has none; and what must not change them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.ranking import FIELD, Step, field_ranks, group_codes, rank, rank_within, ranks, ranks_within, steps
from lib.settings import ROOT

ONE_GROUP = np.zeros(4, np.int64)


def test_ties_share_a_rank_and_the_next_rank_is_skipped():
    assert rank(np.array([30.0, 20.0, 20.0, 10.0])).tolist() == [1, 2, 2, 4]


def test_all_equal_are_first():
    assert rank(np.array([7.0, 7.0, 7.0])).tolist() == [1, 1, 1]


def test_of_latencies_the_lowest_is_first():
    assert ranks(ONE_GROUP, np.array([30.0, 20.0, 20.0, 10.0]), False).rank.tolist() == [4, 2, 2, 1]


def test_each_row_may_have_its_own_direction():
    found = ranks(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 1.0, 2.0]), np.array([True, True, False, False]))
    assert found.rank.tolist() == [2, 1, 1, 2]


def test_groups_do_not_mix_and_each_has_its_size():
    found = ranks(np.array([5, 9, 5, 9, 9]), np.array([1.0, 8.0, 2.0, 7.0, 9.0]))
    assert found.rank.tolist() == [2, 2, 1, 3, 1]
    assert found.size.tolist() == [2, 3, 2, 3, 3]


def test_a_row_that_is_not_ranked_takes_no_place():
    found = ranks(ONE_GROUP, np.array([40.0, 30.0, 20.0, 10.0]), True, np.array([False, True, True, True]))
    assert found.rank.tolist() == [0, 1, 2, 3]
    assert found.size.tolist() == [0, 3, 3, 3]


@pytest.mark.parametrize("missing", [np.nan, None])
def test_a_missing_value_is_not_ranked_in_either_direction(missing: Any):
    values = np.array([1.0, missing, 2.0, 3.0], dtype=float)
    assert ranks(ONE_GROUP, values).rank.tolist() == [3, 0, 2, 1]
    assert ranks(ONE_GROUP, values, False).rank.tolist() == [1, 0, 2, 3]


def test_infinite_values_have_a_place():
    assert ranks(ONE_GROUP, np.array([np.inf, 1.0, -np.inf, 2.0])).rank.tolist() == [1, 3, 4, 2]


def test_nothing_to_rank_gives_nothing():
    found = ranks(np.array([], np.int64), np.array([]))
    assert (found.rank.tolist(), found.size.tolist()) == ([], [])
    assert ranks(ONE_GROUP, np.full(4, np.nan)).rank.tolist() == [0] * 4


VALUES = st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 1e9]), min_size=1, max_size=12)
GROUPED = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([1.0, 2.0, 3.0, 4.0])), min_size=1, max_size=15)


@settings(deadline=None)
@given(GROUPED, st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_ones_in_the_group(rows: list[tuple[int, float]], higher: bool):
    groups, values = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    wanted = [1 + sum(g == group and (v > value if higher else v < value) for g, v in rows) for group, value in rows]
    found = ranks(groups, values, higher)
    assert found.rank.tolist() == wanted
    assert found.size.tolist() == [sum(g == group for g, _ in rows) for group, _ in rows]


@settings(deadline=None)
@given(VALUES)
def test_doubling_all_values_changes_no_rank(values: list[float]):
    assert rank(np.array(values) * 2).tolist() == rank(np.array(values)).tolist()


@settings(deadline=None)
@given(VALUES)
def test_turning_values_and_direction_round_changes_no_rank(values: list[float]):
    groups = np.zeros(len(values), np.int64)
    assert ranks(groups, 1 / np.array(values), False).rank.tolist() == rank(np.array(values)).tolist()


@settings(deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_rank(values: list[float], chance: Any):
    order = list(range(len(values)))
    chance.shuffle(order)
    shuffled = rank(np.array(values)[order])
    assert shuffled.tolist() == rank(np.array(values))[order].tolist()


@settings(deadline=None)
@given(VALUES)
def test_a_worse_one_comes_last_and_moves_nobody(values: list[float]):
    found = rank(np.array([*values, min(values) - 1]))
    assert found.tolist() == [*rank(np.array(values)).tolist(), len(values) + 1]


@settings(deadline=None)
@given(VALUES)
def test_a_better_one_comes_first_and_moves_everybody_by_one(values: list[float]):
    found = rank(np.array([*values, max(values) + 1]))
    assert found.tolist() == [*(rank(np.array(values)) + 1).tolist(), 1]


@settings(deadline=None)
@given(VALUES)
def test_removing_the_unranked_changes_no_rank(values: list[float]):
    groups, shown = np.zeros(len(values), np.int64), np.arange(len(values)) % 2 == 0
    assert ranks(groups, np.array(values), True, shown).rank[shown].tolist() == rank(np.array(values)[shown]).tolist()


def rows(**columns: Any) -> pa.Table:
    length = len(columns["value"])
    usual = {"benchmark": ["resnet50"] * length, "unit": ["Samples/s"] * length, "higher_is_better": [True] * length}
    return pa.table({**usual, **columns})


def of(table: pa.Table, **choice: Any) -> list[int | None]:
    return rank_within(table, ["benchmark", "unit"], "value", "higher_is_better", **choice).to_pylist()


def test_rows_of_an_arrow_table_are_ranked_within_what_their_columns_say():
    table = rows(value=[1.0, 2.0, 3.0, 4.0], benchmark=["a", "b", "a", "b"], unit=["s", "s", "s", "t"])
    assert of(table) == [2, 1, 1, 1]


def test_a_rank_that_is_none_is_null_and_the_type_is_whole():
    found = rank_within(rows(value=[1.0, None, 3.0]), ["benchmark"], "value", "higher_is_better")
    assert found.to_pylist() == [2, None, 1]
    assert found.type == pa.int64()


@pytest.mark.parametrize(
    "mask", [np.array([True, False, True]), pa.array([True, False, True]), pa.array([True, None, True])]
)
def test_a_mask_of_either_kind_chooses_what_is_ranked_and_null_is_not(mask: Any):
    assert of(rows(value=[1.0, 9.0, 3.0]), ranked=mask) == [2, None, 1]


def test_null_is_a_group_of_its_own():
    assert of(rows(value=[1.0, 2.0, 3.0], benchmark=[None, None, "a"])) == [2, 1, 1]


def test_whole_numbers_and_columns_in_chunks_are_ranked_too():
    table = pa.concat_tables([rows(value=[1, 2], benchmark=["a", "b"]), rows(value=[3], benchmark=["a"])])
    assert of(table) == [2, 1, 1]


def test_an_empty_table_has_no_ranks():
    assert of(rows(value=pa.array([], pa.float64()))) == []
    assert of(rows(value=[1.0]).schema.empty_table()) == []


def test_columns_that_are_dictionaries_already_are_ranked_too():
    chunks = [pa.array(names).dictionary_encode() for names in (["a", "b"], ["b", "a"])]
    assert of(rows(value=[1.0, 2.0, 3.0, 4.0], benchmark=pa.chunked_array(chunks))) == [2, 2, 1, 1]


def test_a_missing_direction_counts_as_lower_is_better():
    assert of(rows(value=[1.0, 2.0], higher_is_better=pa.array([None, None], pa.bool_()))) == [1, 2]


def test_sizes_count_the_ranked_ones_alone():
    found = ranks_within(
        rows(value=[1.0, 2.0, None]), ["unit"], "value", "higher_is_better", np.array([True, True, True])
    )
    assert found.size.tolist() == [2, 2, 0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", None]), st.integers(0, 2)), max_size=10))
def test_group_codes_are_equal_exactly_where_rows_are(keys: list[tuple[str, str | None, int]]):
    types = (pa.string(), pa.string(), pa.int64())
    table = pa.table({f"c{at}": pa.array([key[at] for key in keys], types[at]) for at in range(3)})
    codes = group_codes(table, ["c0", "c1", "c2"]).tolist()
    assert [[one == other for other in codes] for one in codes] == [[one == other for other in keys] for one in keys]


def test_many_columns_of_many_values_do_not_overflow_a_code():
    """255 values and null are 256: in nine columns the first one's share of a 64-bit code would be lost."""
    values = [str(number) for number in range(255)]
    columns = {f"c{at}": [*values, values[0 if at else 1]] for at in range(9)}
    codes = group_codes(pa.table(columns), list(columns)).tolist()
    assert len(set(codes)) == 256


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


SQL = """
select case when is_ranked then
            rank() over (partition by g, is_ranked order by case when higher then -value else value end) end as rank
from rows order by position
"""


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", None]), st.booleans(), st.booleans(), st.sampled_from([1.0, 2.0, 2.5])),
        min_size=1,
        max_size=12,
    )
)
def test_ranks_are_those_of_sql(engine: duckdb.DuckDBPyConnection, told: list[tuple[Any, ...]]):
    """The database ranked by SQL before; the words of the contract are SQL's."""
    table = pa.table(
        {
            "g": pa.array([row[0] for row in told], pa.string()),
            "higher": [row[1] for row in told],
            "is_ranked": [row[2] for row in told],
            "value": [row[3] for row in told],
            "position": list(range(len(told))),
        }
    )
    engine.register("rows", table)
    wanted = [row[0] for row in engine.execute(SQL).fetchall()]
    assert rank_within(table, ["g"], "value", "higher", table["is_ranked"].combine_chunks()).to_pylist() == wanted


def published(value: float, system_type: str = "datacenter", **facts: Any) -> dict[str, Any]:
    usual = {"round": "v1.0", "division": "closed", "benchmark": "resnet50", "scenario": "Offline", "unit": "Samples/s"}
    return {
        **usual,
        "result_id": f"r{value:g}",
        "system_type": system_type,
        "value": value,
        "higher_is_better": True,
        **facts,
    }


def field(*results: dict[str, Any]) -> list[tuple[Any, ...]]:
    table = field_ranks(pa.Table.from_pylist(list(results)))
    return list(zip(*(table[name].to_pylist() for name in ("result_id", "system_type", "rank", "size")), strict=True))


def test_a_result_is_ranked_among_those_it_was_published_beside():
    assert field(published(1), published(2)) == [("r1", "datacenter", 2, 2), ("r2", "datacenter", 1, 2)]


@pytest.mark.parametrize("column", FIELD)
def test_every_part_of_the_field_parts(column: str):
    other = published(2, **{column: "another"})
    assert [row[2:] for row in field(published(1), other)] == [(1, 1), (1, 1)]


@pytest.mark.parametrize("column", ["result_id", "availability", "submitter"])
def test_nothing_else_parts_a_field(column: str):
    found = field(published(1, **{column: "one"}), published(2, **{column: "other"}))
    assert [row[2:] for row in found] == [(2, 2), (1, 2)]


def test_a_system_in_both_suites_has_a_rank_in_each():
    found = field(published(1), published(1, "edge"), published(2, "edge"))
    assert [row[1:] for row in found] == [("datacenter", 1, 1), ("edge", 2, 2), ("edge", 1, 2)]


def test_the_ranks_of_the_table_keep_its_types():
    schema = field_ranks(pa.Table.from_pylist([published(1)])).schema
    assert schema.names == ["result_id", "system_type", "rank", "size"]
    assert [schema.field(name).type for name in ("rank", "size")] == [pa.int32(), pa.int32()]


def test_the_glossary_says_field_as_the_code_does():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    meaning = next(line for line in text.splitlines() if line.startswith("| field |"))
    words = ["suite" if name == "system_type" else name for name in FIELD]
    assert f"same {', '.join(words[:-1])} and {words[-1]}" in meaning


def test_a_step_names_the_accelerators_of_the_groups_beside_it_alone():
    assert steps([100.0, 90.0, 40.0, 39.0, 10.0], [72, 64, 8, 16, 2]) == [
        Step(2, 2.25, (64, 72), (8, 16)),
        Step(4, 3.9, (8, 16), (2, 2)),
    ]


def test_a_step_is_one_of_latencies_too():
    assert [(step.first, step.ratio) for step in steps([1.0, 1.5, 6.0], [4, 2, 1])] == [(2, 4.0)]


def test_a_group_with_an_unknown_number_of_accelerators_has_none_named():
    assert steps([8.0, 2.0], [None, 2]) == [Step(1, 4.0, None, (2, 2))]


@pytest.mark.parametrize(
    ("values", "counts"), [([], []), ([8.0], [8]), ([8.0, 1.0], [8, 8]), ([8.0, 5.0], [8, 4]), ([8.0, 0.0], [8, 4])]
)
def test_no_step_where_sizes_or_values_are_alike(values: list[float], counts: list[int | None]):
    assert steps(values, counts) == []


@given(st.lists(st.tuples(st.floats(0, 1e300), st.none() | st.integers(0, 99)), max_size=30))
def test_the_groups_of_all_steps_are_an_unbroken_run(rows: list[tuple[float, int | None]]):
    rows = sorted(rows, key=lambda row: -row[0])
    found = steps([value for value, _ in rows], [count for _, count in rows])
    assert all(rows[step.first - 1][0] >= 2 * rows[step.first][0] > 0 for step in found)
    assert [one.below for one in found[:-1]] == [other.above for other in found[1:]]
