"""Robust statistics: medians and their spread, which one odd value among several does not move."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
# The median absolute deviation of a normal distribution times this is its standard deviation.
MAD_TO_SIGMA = 1.4826


class Beside(NamedTuple):
    """Each of some values beside the others; one entry a value.

    `others` is how many they are, `gap` the distance from their median, `z` the robust score of that, `agree` the share
    of the others that stand no farther from their median than half the gap, `greatest` and `typical` the positions of
    the greatest of the others and of the one nearest to their median.
    """

    others: Numbers
    gap: Numbers
    z: Numbers
    agree: Numbers
    greatest: Numbers
    typical: Numbers


def beside_others(values: Numbers, min_others: int, least_spread: float) -> Beside | None:
    """Each value beside all the others, itself left out of their median; None where the others are too few.

    The robust score is the gap over 1.4826 MAD of the others; a spread below `least_spread` counts as that one.

    >>> beside_others(np.log([1.0, 1.0, 1.0, 4.0]), 3, 0.05).gap.round(2).tolist()
    [0.0, 0.0, 0.0, 1.39]
    """
    size = len(values)
    if size <= min_others:
        return None
    off_diagonal = ~np.eye(size, dtype=bool)
    at = np.broadcast_to(np.arange(size), (size, size))[off_diagonal].reshape(size, size - 1)
    others = values[at]
    middle = np.median(others, axis=1)
    apart = np.abs(others - middle[:, None])
    spread = np.maximum(MAD_TO_SIGMA * np.median(apart, axis=1), least_spread)
    gap, row = values - middle, np.arange(size)
    return Beside(
        others=np.full(size, size - 1),
        gap=gap,
        z=gap / spread,
        agree=(apart <= np.abs(gap)[:, None] / 2).mean(axis=1),
        greatest=at[row, others.argmax(axis=1)],
        typical=at[row, apart.argmin(axis=1)],
    )


def beside_those(values: Numbers, is_other: npt.NDArray[np.bool_], min_others: int, least_spread: float) -> Numbers:
    """Each value beside those of the others that count as such (`is_other`): a row a value, a column for each field of
    `Beside`; NaN where the others are too few.

    >>> beside_those(np.array([1.0, 1.0, 3.0, 9.0]), np.array([True, True, True, False]), 2, 0.05)[:, 1].tolist()
    [-1.0, -1.0, 2.0, 8.0]
    """
    found = np.full((len(values), len(Beside._fields)), np.nan)
    counted = np.flatnonzero(is_other)
    alone = [(np.append(counted, at), slice(-1, None)) for at in np.flatnonzero(~is_other)]
    for at, told in ((counted, slice(None)), *alone):
        group = beside_others(values[at], min_others, least_spread)
        if group is not None:
            table = np.column_stack([*group[:4], at[group.greatest], at[group.typical]])
            found[at[told]] = table[told]
    return found
