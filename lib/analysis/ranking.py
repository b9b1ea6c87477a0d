"""Places in a ranking, ties sharing one, and the steps between systems of unlike size.

Ranks are made here alone: the build, the findings and the pages call these functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# What a result was published beside, its field: docs/glossary.md. The era follows from the round and the benchmark.
FIELD = ("round", "division", "system_type", "benchmark", "scenario", "unit")
# Group codes are numbered anew from here on, so that further columns cannot overflow them.
_MANY_CODES = 1 << 31


class Ranks(NamedTuple):
    """Each row's rank in its group and how many rows were ranked there; 0 and 0 for a row that was not."""

    rank: Integers
    size: Integers


def ranks(
    groups: npt.NDArray[Any], values: npt.NDArray[Any], is_higher_better: Any = True, is_ranked: Any = True
) -> Ranks:
    """Rank the values of each group, the best first; ties share a rank and the next one is skipped: 1, 2, 2, 4.

    `groups` are whole numbers, equal within a group. `is_higher_better` and `is_ranked` are a flag, or one for each
    row. A value that is not a number is not ranked.

    >>> ranks(np.zeros(4, int), np.array([30.0, 20.0, 20.0, 10.0])).rank.tolist()
    [1, 2, 2, 4]
    """
    key = np.where(is_higher_better, -np.asarray(values, float), np.asarray(values, float))
    at = np.flatnonzero(np.broadcast_to(is_ranked, key.shape) & ~np.isnan(key))
    order = at[np.lexsort((key[at], np.asarray(groups)[at]))]
    rank, size = np.zeros(len(key), np.int64), np.zeros(len(key), np.int64)
    if len(order):
        group, value, place = np.asarray(groups)[order], key[order], np.arange(len(order))
        is_first = np.append(True, group[1:] != group[:-1])
        is_untied = is_first | np.append(True, value[1:] != value[:-1])
        starts = np.flatnonzero(is_first)
        lengths = np.diff(np.append(starts, len(order)))
        best_tied = np.maximum.accumulate(np.where(is_untied, place, 0))
        rank[order] = best_tied - np.repeat(starts, lengths) + 1
        size[order] = np.repeat(lengths, lengths)
    return Ranks(rank, size)


def rank(values: Floats) -> Integers:
    """The ranks of one group of which more is better, see `ranks`.

    >>> rank(np.array([30.0, 20.0, 20.0, 10.0])).tolist()
    [1, 2, 2, 4]
    """
    return ranks(np.zeros(len(values), np.int64), values).rank


def rank_within(
    table: pa.Table,
    group_columns: Sequence[str],
    value_column: str,
    higher_column: str,
    ranked: pa.BooleanArray | Flags | None = None,
) -> pa.Int64Array:
    """The rank of each row of an Arrow table within its group; null for a row that is not ranked.

    Rows are of one group where they are equal in all `group_columns`, null being equal to null. `higher_column` says
    for each row whether more is better. `ranked` chooses the rows that take part, all where it is None; a row without a
    value takes no part.

    >>> rows = {"unit": ["ms", "ms", "s"], "value": [2.0, 1.0, None], "higher_is_better": [False] * 3}
    >>> rank_within(pa.table(rows), ["unit"], "value", "higher_is_better").to_pylist()
    [2, 1, None]
    """
    found = ranks_within(table, group_columns, value_column, higher_column, ranked)
    return pa.array(found.rank, pa.int64(), mask=found.rank == 0)


def ranks_within(
    table: pa.Table,
    group_columns: Sequence[str],
    value_column: str,
    higher_column: str,
    ranked: pa.BooleanArray | Flags | None = None,
) -> Ranks:
    """As `rank_within`, with the groups' sizes, as arrays in which 0 stands for no rank."""
    values = _numpy(pc.cast(table[value_column], pa.float64()), np.nan)
    higher = _numpy(table[higher_column], False)
    mask = True if ranked is None else ranked if isinstance(ranked, np.ndarray) else _numpy(ranked, False)
    return ranks(group_codes(table, group_columns), values, higher, mask)


def group_codes(table: pa.Table, columns: Sequence[str]) -> Integers:
    """A whole number for each row, the same where rows are equal in all columns; null is equal to null."""
    codes = np.zeros(table.num_rows, np.int64)
    spread = 1
    for name in columns:
        column = pc.dictionary_encode(table[name].combine_chunks())
        own = len(column.dictionary) + 1
        if spread * own > _MANY_CODES:
            distinct, codes = np.unique(codes, return_inverse=True)
            spread = len(distinct)
        codes = codes * own + _numpy(column.indices, own - 1)
        spread *= own
    return codes


def field_ranks(results: pa.Table) -> pa.Table:
    """Each result's rank in its field, and the field's size: result_id, system_type, rank, size.

    `results` are the valid ones, a row for each suite that a system is in, with the columns of FIELD, result_id, value
    and higher_is_better.
    """
    found = ranks_within(results, FIELD, "value", "higher_is_better")
    return pa.table(
        {
            "result_id": results["result_id"],
            "system_type": results["system_type"],
            "rank": pa.array(found.rank, pa.int32(), mask=found.rank == 0),
            "size": pa.array(found.size, pa.int32()),
        }
    )


def _numpy(column: pa.Array | pa.ChunkedArray, missing: Any) -> npt.NDArray[Any]:
    filled = pc.fill_null(column, missing) if column.null_count else column
    found: npt.NDArray[Any] = filled.to_numpy() if isinstance(filled, pa.ChunkedArray) else filled.to_numpy(False)
    return found


@dataclass(frozen=True)
class Step:
    """A gap between neighbours of a ranking, before the row `first` (counted from 0), of `ratio` times.

    `above` and `below` are the least and the largest number of accelerators of the two groups that it parts, each up to
    the next such gap; None where one of the group is unknown.
    """

    first: int
    ratio: float
    above: tuple[int, int] | None
    below: tuple[int, int] | None


STEP = 2.0  # the next size of a system, half as large, is such a gap; tuning and other hosts seldom are


def steps(values: Sequence[float], counts: Sequence[int | None]) -> list[Step]:
    """The steps of a ranking, best first, by its values and each system's number of accelerators.

    Values of which less is better stand in rising order. Where nothing but one number of accelerators is ranked there
    are no steps: what parts the groups then is not their size.

    >>> steps([80.0, 79.0, 20.0], [8, 8, 2])
    [Step(first=2, ratio=3.95, above=(8, 8), below=(2, 2))]
    >>> steps([80.0, 20.0], [8, 8])
    []
    """
    if len(set(counts)) < 2:
        return []
    pairs = list(pairwise(values))
    ratios = [max(pair) / min(pair) if min(pair) > 0 else 0.0 for pair in pairs]
    firsts = [place for place, ratio in enumerate(ratios, 1) if ratio >= STEP]
    ends = [0, *firsts, len(values)]
    groups = [_spread(counts[start:end]) for start, end in pairwise(ends)]
    return [Step(first, ratios[first - 1], groups[at], groups[at + 1]) for at, first in enumerate(firsts)]


def _spread(counts: Sequence[int | None]) -> tuple[int, int] | None:
    known = [count for count in counts if count is not None]
    return (min(known), max(known)) if len(known) == len(counts) and known else None
