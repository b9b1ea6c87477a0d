"""Rank shifts: ahead in one benchmark, far down in another, beyond what the hardware explains."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.analysis import ranking
from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Members, Role, members
from lib.findings.rules import LEADING_RANK, MIN_RANK_SHARE, MIN_RANK_SHIFT, MIN_RANKED_IN_COMMON, RANK_SHIFT

Numbers = npt.NDArray[Any]
# Whose ranks are compared: systems that one could choose between, power submissions apart from plain ones.
_RIVALS = ["round", "division", "suite", "availability", "has_power"]
_COLUMN = ["benchmark", "scenario", "unit"]
_READ = [
    "result_id",
    "system_id",
    "model",
    "metric",
    "log_speed",
    "is_datacenter",
    "is_edge",
    *_COLUMN,
    "round",
    "division",
    "availability",
    "has_power",
]


class Shift(NamedTuple):
    """A system's places in two columns among the systems in common, and how far its speed moved against its peers'."""

    high: int
    low: int
    rank_high: int
    rank_low: int
    common: int
    moved: float


def detect(case: Case) -> list[Finding]:
    """Systems that rank high in one benchmark and far down in another."""
    return rank_shifts(case.results, case.beside, case.explainer)


def rank_shifts(results: pd.DataFrame, beside: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system that shifts: its widest shift, with its ranks in every benchmark."""
    found: dict[str, Finding] = {}
    for _, rivals in _rivals(results, beside).groupby(_RIVALS, sort=True):
        moved = shifts(rivals)
        places = _places(rivals) if moved else {}
        for shift in moved:
            finding = _finding(shift, places, explainer)
            found.setdefault(finding.key, finding)
    return list(found.values())


class Place(NamedTuple):
    """A result's rank among all rivals in its benchmark and scenario."""

    benchmark: str
    scenario: str
    rank: int
    of: int
    result_id: str


def _places(rivals: pd.DataFrame) -> dict[str, list[Place]]:
    """Every system's places, the best first."""
    found = ranking.ranks(rivals["column"].to_numpy(), rivals["log_speed"].to_numpy())
    told = zip(
        rivals["system_id"],
        rivals["benchmark"],
        rivals["scenario"],
        found.rank.tolist(),
        found.size.tolist(),
        rivals["result_id"],
        strict=True,
    )
    places: dict[str, list[Place]] = {}
    for system, *place in told:
        places.setdefault(system, []).append(Place(*place))
    return {
        system: sorted(own, key=lambda place: (place.rank, place.benchmark, place.scenario))
        for system, own in places.items()
    }


def shifts(rivals: pd.DataFrame) -> list[Shift]:
    """The widest shift of each system among its rivals that its hardware does not explain."""
    _, systems = np.unique(rivals["system"].to_numpy(), return_inverse=True)
    _, columns = np.unique(rivals["column"].to_numpy(), return_inverse=True)
    speed, gap, at = (np.full((systems.max() + 1, columns.max() + 1), np.nan) for _ in range(3))
    for matrix, name in ((speed, "log_speed"), (gap, "gap"), (at, "at")):
        matrix[systems, columns] = rivals[name].to_numpy()
    widest: dict[int, Shift] = {}
    for one, other in combinations(range(speed.shape[1]), 2):
        common = np.flatnonzero(~np.isnan(speed[:, one]) & ~np.isnan(speed[:, other]))
        if len(common) >= MIN_RANKED_IN_COMMON:
            sides = [
                Side(at[common, column], ranking.rank(speed[common, column]), gap[common, column])
                for column in (one, other)
            ]
            for place, shift in _moved(*sides):
                system = int(common[place])
                widest[system] = max(widest.get(system, shift), shift, key=_size)
    return [widest[system] for system in sorted(widest)]


class Side(NamedTuple):
    """One benchmark's results of the systems in common: positions, ranks among them, log distance from their peers."""

    at: Numbers
    rank: Numbers
    gap: Numbers


def _moved(one: Side, other: Side) -> list[tuple[int, Shift]]:
    by, moved = other.rank - one.rank, one.gap - other.gap
    far = np.abs(by) >= max(MIN_RANK_SHIFT, MIN_RANK_SHARE * len(by))
    told = np.flatnonzero(far & (by * moved > 0) & (np.abs(moved) >= np.log(RANK_SHIFT.threshold)))
    return [(int(at), _shift(at, *((one, other) if by[at] > 0 else (other, one)))) for at in told]


def _shift(at: Any, high: Side, low: Side) -> Shift:
    return Shift(
        int(high.at[at]),
        int(low.at[at]),
        int(high.rank[at]),
        int(low.rank[at]),
        len(high.at),
        float(high.gap[at] - low.gap[at]),
    )


def _size(shift: Shift) -> tuple[float, int, int]:
    return (shift.moved, -shift.high, -shift.low)


def _rivals(results: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Throughputs with their rivals, once for each suite, one accuracy target a model."""
    told = results.assign(at=results.index, gap=beside["gap"])[[*_READ, "at", "gap"]]
    told = told[told["scenario"].isin(["Offline", "Server"]) & (told["metric"] == "throughput")]
    told = told.sort_values(["benchmark", "at"]).drop_duplicates(["system_id", "model", "scenario", "unit"])
    told = told.assign(
        system=told.groupby("system_id", sort=True).ngroup(), column=told.groupby(_COLUMN, sort=True).ngroup()
    )
    suites = [
        told[told[column].fillna(False).astype(bool)].assign(suite=name)
        for name, column in (("datacenter", "is_datacenter"), ("edge", "is_edge"))
    ]
    return pd.concat(suites, ignore_index=True)


_UNKNOWN = "Which part of the system or its software makes the difference: see the findings about its slower results."


def _finding(shift: Shift, places: dict[str, list[Place]], explainer: Explainer) -> Finding:
    high, low = explainer.rows[shift.high], explainer.rows[shift.low]
    own = places[high.system_id]
    ratio, called = float(np.exp(shift.moved)), words.name(high)
    return Finding(
        RANK_SHIFT.kind,
        high.round,
        f"{RANK_SHIFT.kind}/{high.system_id}",
        title=called,
        ratio=ratio,
        finding=f"{called} ranks {_ranks(own, high, low)}: against systems with the same accelerators it "
        f"falls back by {words.times(ratio)}.",
        members=_members(own, high, low),
        systems=(high.system_id,),
        model=low.model,
        standing=high.standing,
        is_minor=_place(own, high).rank > LEADING_RANK,
        evidence=Evidence(
            threshold=RANK_SHIFT.threshold,
            known=(_in_common(shift, high, low), _moves(high, low, ratio)),
            unknown=(_UNKNOWN,),
            faster=high.result_id,
            slower=low.result_id,
            extras={"ranks": [place._asdict() for place in own]},
        ),
        cause=f"ranks {_place(own, high).rank} and {_place(own, low).rank}",
    )


def _moves(high: Any, low: Any, ratio: float) -> str:
    return (
        f"Against the median of systems with the same accelerators it does {words.times(ratio)} better in "
        f"{high.benchmark} {high.scenario} than in {low.benchmark} {low.scenario}."
    )


def _in_common(shift: Shift, high: Any, low: Any) -> str:
    return (
        f"Among the {shift.common} systems in both it ranks {shift.rank_high} in {high.benchmark} {high.scenario} and "
        f"{shift.rank_low} in {low.benchmark} {low.scenario}."
    )


def _place(own: list[Place], row: Any) -> Place:
    return next(place for place in own if (place.benchmark, place.scenario) == (row.benchmark, row.scenario))


def _ranks(own: list[Place], high: Any, low: Any) -> str:
    """The two of the finding, and others where it ranks as well, each in another benchmark: `1, 1 and 7 in ...`."""
    first, last = _place(own, high), _place(own, low)
    shown = {high.benchmark, low.benchmark}
    others = {
        place.benchmark: place for place in reversed(own) if place.rank <= first.rank and place.benchmark not in shown
    }
    told = [*sorted([first, *list(others.values())[-2:]], key=lambda place: (place.rank, place.benchmark)), last]
    return f"{words.several([str(place.rank) for place in told])} in " + words.several(
        [f"{place.benchmark} {place.scenario} (of {place.of})" for place in told]
    )


def _members(own: list[Place], high: Any, low: Any) -> Members:
    return members(
        ((place.result_id for place in own), Role.CONTEXT),
        ([high.result_id], Role.BETTER),
        ([low.result_id], Role.WORSE),
    )
