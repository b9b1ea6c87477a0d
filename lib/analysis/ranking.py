"""What a ranking shows beyond its order: tiers that the number of accelerators separates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """Neighbours in a ranking, `first` to `last` counted from 0, which all have `accelerators` accelerators."""

    first: int
    last: int
    accelerators: int


def tiers(counts: Sequence[int | None]) -> list[Tier]:
    """The tiers of a ranking, best first, by each system's number of accelerators.

    Tiers are named only where they separate: each count stands in one unbroken run and there are at least two runs;
    else the answer is empty. Systems of unknown count separate nothing.

    >>> tiers([8, 8, 4])
    [Tier(first=0, last=1, accelerators=8), Tier(first=2, last=2, accelerators=4)]
    >>> tiers([8, 4, 8])
    []
    """
    runs: list[Tier] = []
    for place, count in enumerate(counts):
        if count is None:
            return []
        if runs and runs[-1].accelerators == count:
            runs[-1] = Tier(runs[-1].first, place, count)
        else:
            runs.append(Tier(place, place, count))
    distinct = {run.accelerators for run in runs}
    return runs if len(distinct) == len(runs) > 1 else []
