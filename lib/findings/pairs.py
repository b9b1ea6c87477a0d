"""Pairs of results alike in hardware, benchmark, scenario and round: which factors differ, and how far they are apart.

They are what an explanation rests on: how often a difference came with a gap, over all rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.findings.factors import factors
from lib.findings.frames import Facts
from lib.findings.rules import MIN_PRECEDENTS, PRIOR_PAIRS

ALIKE = ["round", "division", "era", "benchmark", "scenario", "unit", "hardware"]
SCHEMA = pa.schema(
    [
        ("first_id", pa.string()),
        ("second_id", pa.string()),
        ("round", pa.string()),
        ("division", pa.string()),
        ("benchmark", pa.string()),
        ("scenario", pa.string()),
        ("is_same_submitter", pa.bool_()),
        ("factors", pa.list_(pa.string())),
        ("log_ratio", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Pairs:
    """`first` and `second` are positions in the results; `log_ratio` is the first one's log speed over the second's.

    `differs` has a row per pair and a column per factor; `factors` has the factors' values by result.
    """

    results: pd.DataFrame
    factors: pd.DataFrame
    first: np.ndarray[Any, Any]
    second: np.ndarray[Any, Any]
    differs: np.ndarray[Any, Any]
    log_ratio: np.ndarray[Any, Any]
    same_submitter: np.ndarray[Any, Any]

    def table(self) -> pa.Table:
        """The table `pairs`."""
        one, other = self.results.iloc[self.first], self.results.iloc[self.second]
        columns = list(self.factors.columns)
        named = [[columns[at] for at in np.flatnonzero(row)] for row in self.differs]
        return pa.Table.from_pydict(
            {
                "first_id": one["result_id"].tolist(),
                "second_id": other["result_id"].tolist(),
                **{name: one[name].tolist() for name in ("round", "division", "benchmark", "scenario")},
                "is_same_submitter": self.same_submitter.tolist(),
                "factors": named,
                "log_ratio": self.log_ratio.tolist(),
            },
            schema=SCHEMA,
        )


def pairs(facts: Facts) -> Pairs:
    """All pairs of alike results of different systems. Of one run entered for two accuracy targets one stands."""
    results, values = facts.results, factors(facts)
    first, second = _alike(results)
    codes = np.column_stack([pd.factorize(values[name])[0] for name in values.columns])
    differs = codes[first] != codes[second]
    serving, version = (list(values.columns).index(name) for name in ("serving", "serving version"))
    differs[:, version] &= ~differs[:, serving]
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


def _alike(results: pd.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    rows = results.reset_index(drop=True).sort_values(["benchmark", "result_id"])
    rows = rows[~rows.duplicated(["system_id", "model", "scenario", "value"])]
    group = rows.groupby(ALIKE, sort=True, dropna=False).ngroup()
    table = pd.DataFrame({"at": rows.index, "group": group.to_numpy(), "id": rows["result_id"].to_numpy()})
    table = table.sort_values(["group", "id"], ignore_index=True).assign(order=lambda frame: range(len(frame)))
    met = table.merge(table, on="group", suffixes=("", "_other"))
    met = met[met["order"] < met["order_other"]].sort_values(["order", "order_other"])
    return met["at"].to_numpy(), met["at_other"].to_numpy()


class Precedents:
    """How far other pairs with the same difference are apart, over all rounds."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._scenario = pairs.results["scenario"].to_numpy()[pairs.first]
        system, _ = pd.factorize(pairs.results["system_id"])
        self._systems = np.column_stack([system[pairs.first], system[pairs.second]])
        self._system_code = dict(zip(pairs.results["system_id"], system, strict=True))
        self._index: dict[str, dict[tuple[Any, ...], np.ndarray[Any, Any]]] = {}
        self._sizes = {
            (scenario, scope): np.sort(np.abs(pairs.log_ratio[self._within(scenario, scope)]))
            for scenario in sorted(set(self._scenario))
            for scope in (False, True)
        }

    def of(
        self,
        factor: str,
        faster: str | None,
        slower: str | None,
        scenario: str,
        ratio: float,
        systems: tuple[str, ...],
        same_submitter: bool,
    ) -> dict[str, Any] | None:
        """Other pairs with this very difference in this scenario; None where they are too few.

        `median_ratio` is above 1 where the side that is the faster one here was the faster one there; `share` says how
        many of them were as far apart as this, in this direction.
        """
        at, gap = self._oriented(factor, faster, slower, scenario)
        own = [self._system_code[system] for system in systems if system in self._system_code]
        kept = ~np.isin(self._systems[at], own).any(axis=1)
        if same_submitter:
            kept &= self._pairs.same_submitter[at]
        gap = gap[kept]
        if len(gap) < MIN_PRECEDENTS:
            return None
        as_far = int((gap >= np.log(ratio)).sum())
        return {
            "n": len(gap),
            "median_ratio": float(np.exp(np.median(gap))),
            "share": as_far / len(gap),
            "as_far": as_far,
        }

    def likelihood(self, precedent: dict[str, Any] | None, scenario: str, ratio: float, same_submitter: bool) -> float:
        """The share of precedents as far apart as this, drawn to that of all pairs where there are few of them."""
        sizes = self._sizes.get((scenario, same_submitter), np.array([]))
        usual = 0.5 * (len(sizes) - np.searchsorted(sizes, np.log(ratio))) / len(sizes) if len(sizes) else 0.0
        n, share = (precedent["n"], precedent["share"]) if precedent else (0, 0.0)
        return float((n * share + PRIOR_PAIRS * usual) / (n + PRIOR_PAIRS))

    def _within(self, scenario: str, same_submitter: bool) -> np.ndarray[Any, Any]:
        here: np.ndarray[Any, Any] = self._scenario == scenario
        return here & self._pairs.same_submitter if same_submitter else here

    def _oriented(self, factor: str, faster: str | None, slower: str | None, scenario: str) -> tuple[Any, Any]:
        by_values = self._by_values(factor)
        none = np.array([], dtype=int)
        straight = by_values.get((scenario, faster, slower), none)
        turned = by_values.get((scenario, slower, faster), none)
        at = np.concatenate([straight, turned])
        return at, np.concatenate([self._pairs.log_ratio[straight], -self._pairs.log_ratio[turned]])

    def _by_values(self, factor: str) -> dict[tuple[Any, ...], np.ndarray[Any, Any]]:
        if factor not in self._index:
            column = self._pairs.factors.columns.get_loc(factor)
            rows = np.flatnonzero(self._pairs.differs[:, column])
            values = self._pairs.factors[factor].to_numpy()
            found: dict[tuple[Any, ...], list[int]] = {}
            told = zip(
                rows.tolist(),
                self._scenario[rows],
                values[self._pairs.first[rows]],
                values[self._pairs.second[rows]],
                strict=True,
            )
            for row, scenario, one, other in told:
                found.setdefault((scenario, one, other), []).append(row)
            self._index[factor] = {key: np.array(at) for key, at in found.items()}
        return self._index[factor]
