"""Pairs of results alike in hardware, benchmark, scenario and round: which factors differ, and how far they are apart.

They are what an explanation rests on: how often a difference came with a gap, over all rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from lib.analysis.pairs import Positions, pairs_within, unlike
from lib.findings.factors import factors
from lib.findings.frames import Facts
from lib.schema import arrow_schema

# Not the submitter: a pair of two submitters is a precedent too, and says so by `is_same_submitter`.
ALIKE = ["round", "division", "era", "benchmark", "scenario", "unit", "hardware"]
_SHARED = ("round", "division", "benchmark", "scenario", "unit")


@dataclass(frozen=True)
class Pairs:
    """`first` and `second` are positions in the results; `log_ratio` is the first one's log speed over the second's.

    `differs` has a row per pair and a column per factor; `factors` has the factors' values by result.
    """

    results: pd.DataFrame
    factors: pd.DataFrame
    first: Positions
    second: Positions
    differs: npt.NDArray[np.bool_]
    log_ratio: npt.NDArray[Any]
    same_submitter: npt.NDArray[Any]

    def table(self) -> pa.Table:
        """The table `pairs`."""
        one, other = self.results.iloc[self.first], self.results.iloc[self.second]
        names = np.array(self.factors.columns, dtype=object)
        values = self.factors.to_numpy(dtype=object)
        return pa.Table.from_pydict(
            {
                "first_id": one["result_id"].tolist(),
                "second_id": other["result_id"].tolist(),
                **{name: one[name].tolist() for name in _SHARED},
                "is_same_submitter": self.same_submitter.tolist(),
                "factors": [names[row].tolist() for row in self.differs],
                "first_values": self._unlike(values, self.first),
                "second_values": self._unlike(values, self.second),
                "log_ratio": self.log_ratio.tolist(),
            },
            schema=arrow_schema("pairs"),
        )

    def _unlike(self, values: npt.NDArray[Any], side: Positions) -> list[list[str | None]]:
        """What one side of each pair states in the factors that differ."""
        return [values[at][row].tolist() for at, row in zip(side, self.differs, strict=True)]


def pairs(facts: Facts) -> Pairs:
    """All pairs of alike results of different systems. Of one run entered for two accuracy targets one stands."""
    results, values = facts.results, factors(facts)
    first, second = _alike(results)
    differs = unlike(values, first, second)
    serving, version = (list(values.columns).index(name) for name in ("serving", "serving version"))
    differs[:, version] &= ~differs[:, serving]  # another layer has another version: that is one difference
    log_speed, submitter = results["log_speed"].to_numpy(), results["submitter"].to_numpy()
    return Pairs(
        results,
        values,
        first,
        second,
        differs,
        log_speed[first] - log_speed[second],
        submitter[first] == submitter[second],
    )


def _alike(results: pd.DataFrame) -> tuple[Positions, Positions]:
    rows = results.reset_index(drop=True).sort_values(["benchmark", "result_id"])
    rows = rows[~rows.duplicated(["system_id", "model", "scenario", "value"])].sort_values("result_id")
    group = rows.groupby(ALIKE, sort=True, dropna=False).ngroup().to_numpy()
    at = rows.index.to_numpy()
    first, second = pairs_within(group)
    return at[first], at[second]
