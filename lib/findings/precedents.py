"""Precedents: how far other pairs of alike results with the same difference are apart, over all rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.findings.evidence import Precedent
from lib.findings.pairs import Pairs
from lib.findings.rules import MIN_PRECEDENTS, PRIOR_PAIRS

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Gulf:
    """Between which two results an explanation is sought: `ratio` apart in a scenario; `systems` are theirs."""

    scenario: str
    ratio: float
    systems: tuple[str, ...]
    same_submitter: bool


class Precedents:
    """The pairs by what differs in them."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._scenario = pairs.results["scenario"].to_numpy()[pairs.first]
        system, _ = pd.factorize(pairs.results["system_id"])
        self._systems = np.column_stack([system[pairs.first], system[pairs.second]])
        self._system_code = dict(zip(pairs.results["system_id"], system, strict=True))
        self._index: dict[str, dict[tuple[Any, ...], Numbers]] = {}
        self._sizes = {
            (scenario, scope): np.sort(np.abs(pairs.log_ratio[self._within(scenario, scope)]))
            for scenario in sorted(set(self._scenario))
            for scope in (False, True)
        }

    def of(self, factor: str, faster: str | None, slower: str | None, gulf: Gulf) -> Precedent | None:
        """Other pairs with this very difference in this scenario; None where they are too few.

        Pairs of the gulf's own systems are left out; where both are of one submitter, so are pairs of two submitters.
        """
        at, gap = self._oriented(factor, faster, slower, gulf.scenario)
        own = [self._system_code[system] for system in gulf.systems if system in self._system_code]
        kept = ~np.isin(self._systems[at], own).any(axis=1)
        if gulf.same_submitter:
            kept &= self._pairs.same_submitter[at]
        gap = gap[kept]
        if len(gap) < MIN_PRECEDENTS:
            return None
        as_far = int((gap >= np.log(gulf.ratio)).sum())
        return Precedent(len(gap), float(np.exp(np.median(gap))), as_far / len(gap), as_far, self.usual(gulf))

    def likelihood(self, precedent: Precedent | None, gulf: Gulf) -> float:
        """The share of precedents as far apart as this, drawn to that of all pairs where there are few of them."""
        n, share = (precedent.n, precedent.share) if precedent else (0, 0.0)
        return drawn(share, n, self.usual(gulf))

    def usual(self, gulf: Gulf) -> float:
        """The share of all pairs of the scenario that are as far apart in one direction, whatever differs in them."""
        sizes = self._sizes.get((gulf.scenario, gulf.same_submitter), np.array([]))
        # A pair taken at random has its faster side on either side: half of those so far apart are so in one direction.
        return 0.5 * float(len(sizes) - np.searchsorted(sizes, np.log(gulf.ratio))) / len(sizes) if len(sizes) else 0.0

    def _within(self, scenario: str, same_submitter: bool) -> Numbers:
        here: Numbers = self._scenario == scenario
        return here & self._pairs.same_submitter if same_submitter else here

    def _oriented(self, factor: str, faster: str | None, slower: str | None, scenario: str) -> tuple[Numbers, Numbers]:
        """The pairs with a difference, and the log ratio of the side that is like the faster one here."""
        by_values = self._by_values(factor)
        none = np.array([], dtype=int)
        straight = by_values.get((scenario, faster, slower), none)
        turned = by_values.get((scenario, slower, faster), none)
        at = np.concatenate([straight, turned])
        return at, np.concatenate([self._pairs.log_ratio[straight], -self._pairs.log_ratio[turned]])

    def _by_values(self, factor: str) -> dict[tuple[Any, ...], Numbers]:
        """The pairs that differ in a factor, by scenario and the two values."""
        if factor not in self._index:
            rows = np.flatnonzero(self._pairs.differs[:, self._pairs.factors.columns.get_loc(factor)])
            values = self._pairs.factors[factor].to_numpy()
            sides = (values[side[rows]] for side in (self._pairs.first, self._pairs.second))
            found: dict[tuple[Any, ...], list[int]] = {}
            for row, *key in zip(rows.tolist(), self._scenario[rows], *sides, strict=True):
                found.setdefault(tuple(key), []).append(row)
            self._index[factor] = {key: np.array(at) for key, at in found.items()}
        return self._index[factor]


def drawn(share: float, n: int, usual: float, prior: float = PRIOR_PAIRS) -> float:
    """A share of `n` pairs, drawn to the usual share as if `prior` usual pairs stood beside them.

    >>> drawn(1.0, 0, 0.1), drawn(1.0, 4, 0.1), round(drawn(1.0, 96, 0.1), 3)
    (0.1, 0.55, 0.964)
    """
    return (n * share + prior * usual) / (n + prior)
