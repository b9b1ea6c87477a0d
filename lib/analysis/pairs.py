"""Pairs of rows that belong together, and in which columns the two are unlike."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Positions = npt.NDArray[np.int64]


def pairs_within(groups: npt.NDArray[Any]) -> tuple[Positions, Positions]:
    """The positions of all pairs of rows of one group, each pair once, the earlier row first.

    >>> first, second = pairs_within(np.array([7, 5, 7, 7]))
    >>> list(zip(first.tolist(), second.tolist()))
    [(0, 2), (0, 3), (2, 3)]
    """
    order = np.argsort(groups, kind="stable")
    sorted_groups = groups[order]
    place = np.arange(len(order))
    end = np.searchsorted(sorted_groups, sorted_groups, side="right")
    partners = end - place - 1
    first = np.repeat(place, partners)
    nth = np.arange(len(first)) - np.repeat(np.cumsum(partners) - partners, partners)
    return order[first], order[first + 1 + nth]


def unlike(values: pd.DataFrame, first: Positions, second: Positions) -> npt.NDArray[np.bool_]:
    """For each pair of rows and each column, whether the two values are unlike; missing is like missing."""
    codes = np.column_stack([pd.factorize(values[name])[0] for name in values.columns])
    found: npt.NDArray[np.bool_] = codes[first] != codes[second]
    return found
