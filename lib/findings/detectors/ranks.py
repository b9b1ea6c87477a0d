"""Rank shifts: ahead in one benchmark, far down in another, beyond what the hardware explains."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lib.findings import words
from lib.findings.explain import Explainer
from lib.findings.finding import Finding
from lib.findings.rules import LEADING_RANK, MIN_RANK_SHARE, MIN_RANK_SHIFT, MIN_RANKED_IN_COMMON, RANK_SHIFT

Numbers = np.ndarray[Any, Any]
_FIELD = ["round", "division", "suite", "availability", "has_power"]
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


def rank_shifts(results: pd.DataFrame, beside: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system that shifts: its widest shift, with its ranks in every benchmark."""
    fields = _fields(results, beside)
    found: dict[str, Finding] = {}
    for _, field in fields.groupby(_FIELD, sort=True):
        moved = shifts(field)
        places = _places(field) if moved else {}
        for shift in moved:
            finding = _finding(shift, places, explainer)
            found.setdefault(finding.key, finding)
    return list(found.values())


class Place(NamedTuple):
    """A result's rank in the whole field."""

    benchmark: str
    scenario: str
    rank: int
    of: int
    result_id: str


def _places(field: pd.DataFrame) -> dict[str, list[Place]]:
    """Every system's places, the best first."""
    columns = field.groupby(_COLUMN)["log_speed"]
    told = zip(
        field["system_id"],
        field["benchmark"],
        field["scenario"],
        columns.rank(method="min", ascending=False).astype(int),
        columns.transform("size"),
        field["result_id"],
        strict=True,
    )
    places: dict[str, list[Place]] = {}
    for system, *place in told:
        places.setdefault(system, []).append(Place(*place))
    return {
        system: sorted(own, key=lambda place: (place.rank, place.benchmark, place.scenario))
        for system, own in places.items()
    }


def shifts(field: pd.DataFrame) -> list[Shift]:
    """The widest shift of each system of one field that its hardware does not explain."""
    _, systems = np.unique(field["system"].to_numpy(), return_inverse=True)
    _, columns = np.unique(field["column"].to_numpy(), return_inverse=True)
    speed, gap, at = (np.full((systems.max() + 1, columns.max() + 1), np.nan) for _ in range(3))
    for matrix, name in ((speed, "log_speed"), (gap, "gap"), (at, "at")):
        matrix[systems, columns] = field[name].to_numpy()
    widest: dict[int, Shift] = {}
    for one, other in combinations(range(speed.shape[1]), 2):
        common = np.flatnonzero(~np.isnan(speed[:, one]) & ~np.isnan(speed[:, other]))
        if len(common) >= MIN_RANKED_IN_COMMON:
            sides = [
                Side(at[common, column], ranked(speed[common, column]), gap[common, column]) for column in (one, other)
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


def ranked(speed: Numbers) -> Numbers:
    """Ranks from the fastest; ties share one.

    >>> ranked(np.array([30.0, 20.0, 20.0, 10.0])).tolist()
    [1, 2, 2, 4]
    """
    return np.asarray(1 + (speed[None, :] > speed[:, None]).sum(axis=1))


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


def _fields(results: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Throughputs with their field, once for each suite, one accuracy target a model."""
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


def _finding(shift: Shift, places: dict[str, list[Place]], explainer: Explainer) -> Finding:
    high, low = explainer.rows[shift.high], explainer.rows[shift.low]
    own = places[high.system_id]
    ranks = [place._asdict() for place in own]
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
        evidence={
            "threshold": RANK_SHIFT.threshold,
            "faster": high.result_id,
            "slower": low.result_id,
            "gaps": [],
            "differences": [],
            "ranks": ranks,
            "likely": [],
            "known": [_in_common(shift, high, low), _moves(high, low, ratio)],
            "unknown": [
                "Which part of the system or its software makes the difference: see the findings about its "
                "slower results."
            ],
        },
    )


def _moves(high: Any, low: Any, ratio: float) -> str:
    return (
        f"Against the median of systems with the same accelerators it does {words.times(ratio)} better in "
        f"{high.benchmark} {high.scenario} "
        f"than in {low.benchmark} {low.scenario}."
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


def _members(own: list[Place], high: Any, low: Any) -> tuple[tuple[str, str], ...]:
    roles = dict.fromkeys((place.result_id for place in own), "context") | {
        high.result_id: "better",
        low.result_id: "worse",
    }
    return tuple(sorted(roles.items()))
