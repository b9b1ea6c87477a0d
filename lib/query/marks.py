"""What is odd in a ranking, ready to be drawn: which row, beside which other or which expected value, how far apart.

Findings with two ends in the ranking, or with a value that was to be expected, can be drawn; descriptions, identical
values and ranks cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from lib.findings.evidence import Evidence, read
from lib.query.connection import Database
from lib.query.rankings import Group
from lib.selection import Selection

Member = Mapping[str, Any]
_ACROSS_SCENARIOS = "Server / Offline"  # the scenario of a gap between a system's own two results


@dataclass(frozen=True)
class Mark:
    """An odd row of a ranking. Places count from 0 in the ranking; values are in the ranking's unit.

    `expected` is what the other end reached, or what the finding's evidence expects; `lost` is how far the row is from
    it. `beside` says what the row is compared with: a `twin`, `peers`, another `size` of the submitter's, a `smaller`
    system that does more, itself in a `former` round, the system's `own` other scenario, or the `share` that like
    systems keep. `other` is the place of the other end, None where it is not in the ranking (`other_name` then names
    it, where there is one). `peers` is their number where it is known; `is_each` says that their sizes differ, so that
    accelerators are compared.
    """

    anomaly_id: str
    kind: str
    beside: str
    odd: int
    expected: float
    ratio: float
    lost: float
    is_default: bool
    is_above: bool = False
    other: int | None = None
    other_name: str = ""
    peers: int | None = None
    is_each: bool = False
    cause: str | None = None


# All findings with two ends. One question for all rankings, asked once: then a
# ranking takes a tenth of a millisecond, where asking for each would take ten.
_FOUND = """
select a.* exclude (title, family, finding), m.members
from anomalies a
join (
    select m.anomaly_id,
           list({'benchmark': r.benchmark, 'scenario': r.scenario, 'result_id': r.result_id, 'system_id': r.system_id,
                 'accelerators': r.accelerators, 'role': m.role, 'is_about': m.is_about,
                 'name': coalesce(r.public_id, r.system_name, r.platform)}) as members
    from anomaly_members m join results r using (result_id) group by m.anomaly_id
) m using (anomaly_id)
where contains(a.evidence, '"faster"')
order by a.is_default desc, a.score desc, a.anomaly_id
"""
_Index = Mapping[tuple[str, str], list["_Found"]]


@dataclass(frozen=True)
class _Found:
    """A finding as it concerns one benchmark and scenario: its members there by result."""

    item: Mapping[str, Any]
    evidence: Evidence
    members: Mapping[str, Member]
    beside: Mapping[str, list[int | None]]  # by scenario, the accelerators of each result beside the odd one


def drawable(db: Database) -> _Index:
    """The findings that can be drawn, by the benchmark and scenario of the results that they are about."""
    return db.once(("drawable",), lambda: _drawable(db))


def _drawable(db: Database) -> _Index:
    index: dict[tuple[str, str], list[_Found]] = {}
    for item in db.rows(_FOUND):
        evidence = read(item["evidence"])
        here: dict[tuple[str, str], dict[str, Member]] = {}
        for member in item["members"]:
            here.setdefault((member["benchmark"], member["scenario"]), {})[member["result_id"]] = member
        kept = {name: item.get(name) for name in ("anomaly_id", "kind", "round", "ratio", "is_default", "cause")}
        beside: dict[str, list[int | None]] = {}
        for (_, scenario), members in here.items():
            found = [member["accelerators"] for member in members.values() if not member["is_about"]]
            beside[scenario] = max(found, beside.get(scenario, []), key=len)
        for place, members in here.items():
            if any(member["is_about"] for member in members.values()):
                index.setdefault(place, []).append(_Found(kept, evidence, members, beside))
    return index


def marks_of(
    db: Database, selection: Selection, group: Group, rows: pa.Table, all_of_them: bool = False
) -> tuple[Mark, ...]:
    """The marks of a group of a ranking, what was lost most first; those that an analyst would act on before others.

    `rows` are the group's ranked rows, best first. A row is marked once; with `all_of_them` by the long tail too.
    """
    per = selection.one("per", "system")
    key = ("marks", selection.common(), selection.get("unit"), per, group, all_of_them)
    return db.once(key, lambda: _marks(db, group, _Ranking(group, rows, per), all_of_them))


def _marks(db: Database, group: Group, ranking: _Ranking, all_of_them: bool) -> tuple[Mark, ...]:
    found = [
        mark
        for one in drawable(db).get((group.benchmark, group.scenario), ())
        if one.item["round"] in ranking.rounds and (one.item["is_default"] or all_of_them)
        for mark in _of_finding(one, ranking)
    ]
    best: dict[int, Mark] = {}
    for mark in sorted(found, key=lambda mark: (not mark.is_default, -mark.lost)):
        best.setdefault(mark.odd, mark)
    return tuple(best.values())


class _Ranking:
    """The ranked rows of a group by their place."""

    def __init__(self, group: Group, rows: pa.Table, per: str) -> None:
        self.scenario, self.per = group.scenario, per
        self.rounds = rows["round"].unique().to_pylist()
        self.shown: list[float] = rows["shown"].to_pylist()
        self.accelerators: list[int | None] = rows["accelerators"].to_pylist()
        self.place = {result: place for place, result in enumerate(rows["result_id"].to_pylist())}
        self.is_lower_better = bool(self.shown) and not rows["more_is_better"][0].as_py()

    def speed(self, place: int) -> float:
        """How fast a row is, more being better."""
        value = self.shown[place]
        return (1 / value if value else 0.0) if self.is_lower_better else value

    def beyond(self, place: int, ratio: float) -> float:
        """The value of a row that were `ratio` times as fast."""
        return self.shown[place] / ratio if self.is_lower_better else self.shown[place] * ratio


def _of_finding(found: _Found, ranking: _Ranking) -> Iterator[Mark]:
    item, evidence, members = found.item, found.evidence, found.members
    by_role = {member["role"]: member["result_id"] for member in members.values()}
    base = Mark(item["anomaly_id"], item["kind"], "", -1, 0.0, 1.0, 0.0, item["is_default"], cause=item["cause"])
    if {"smaller", "larger"} <= set(by_role):
        yield from _sizes(base, by_role["smaller"], by_role["larger"], evidence, ranking)
    elif "larger" in by_role and evidence.faster and evidence.slower:
        fast, slow = (ranking.place.get(_here(result, members)) for result in (evidence.faster, evidence.slower))
        if fast is not None and slow is not None and ranking.per != "watt":
            yield from _pair(replace(base, beside="smaller"), fast, slow, 1.0, ranking)
    for gap in evidence.gaps:
        if gap.scenario == _ACROSS_SCENARIOS:
            yield from _own(base, gap.faster, gap.slower, item["ratio"], evidence, ranking)
        elif gap.scenario == ranking.scenario:
            ends = [_here(result, members) for result in (gap.faster, gap.slower)]
            is_exact = ends[0] == gap.faster and ends[1] == gap.slower
            yield from _gap(base, found, ends, gap.ratio if is_exact else None, ranking)


def _here(result: str, members: Mapping[str, Member]) -> str:
    """A gap's end in this benchmark: a gap of one accuracy target speaks for the same entries' other target."""
    if result in members:
        return result
    system = "/".join(result.split("/")[:4])
    return next((other for other, member in members.items() if member["system_id"] == system), result)


def _gap(base: Mark, found: _Found, ends: Sequence[str], ratio: float | None, ranking: _Ranking) -> Iterator[Mark]:
    """A gap within the scenario: of twins or other pairs both ends count, of an outlier its distance from a typical
    peer, which is that from their median. Power differs too, so of the latter none is known per watt."""
    fast, slow = (ranking.place.get(end) for end in ends)
    about = [end in found.members and found.members[end]["is_about"] for end in ends]
    threshold = found.evidence.threshold
    if base.kind.startswith("twins") or all(about):
        if slow is not None and fast is not None:
            yield from _pair(replace(base, beside="twin"), fast, slow, threshold, ranking)
        elif slow is not None and ratio is not None and ratio >= threshold and ranking.per != "watt":
            name = str(found.members[ends[0]]["name"]) if ends[0] in found.members else ""
            yield _expected(replace(base, beside="twin", other_name=name), slow, ratio, ranking)
    elif any(about) and ends[0].partition("/")[0] != ends[1].partition("/")[0]:  # itself in another round
        if slow is not None and ratio is not None and ranking.per != "watt":
            former = replace(base, beside="former", other_name=ends[0].partition("/")[0])
            yield replace(_expected(former, slow, ratio, ranking), other=fast)
    elif any(about) and ratio is not None and ranking.per != "watt":
        odd = fast if about[0] else slow
        if odd is not None:
            counts = found.beside.get(ranking.scenario, [])
            is_each = not ranking.is_lower_better and any(count != ranking.accelerators[odd] for count in counts)
            peers = replace(base, beside="peers", is_above=about[0], peers=len(counts) or None, is_each=is_each)
            yield _expected(peers, odd, ratio, ranking)


def _pair(base: Mark, fast: int, slow: int, threshold: float, ranking: _Ranking) -> Iterator[Mark]:
    speeds = ranking.speed(fast), ranking.speed(slow)
    if speeds[1] > 0 and speeds[0] / speeds[1] >= threshold:
        expected = ranking.shown[fast]
        lost = abs(expected - ranking.shown[slow])
        yield replace(base, odd=slow, other=fast, expected=expected, ratio=speeds[0] / speeds[1], lost=lost)


def _expected(base: Mark, odd: int, ratio: float, ranking: _Ranking) -> Mark:
    """A row that is `ratio` times faster (`is_above`) or slower than was to be expected."""
    expected = ranking.beyond(odd, 1 / ratio if base.is_above else ratio)
    return replace(base, odd=odd, expected=expected, ratio=ratio, lost=abs(expected - ranking.shown[odd]))


def _sizes(base: Mark, smaller: str, larger: str, evidence: Evidence, ranking: _Ranking) -> Iterator[Mark]:
    """Two sizes of a submitter's system: the odd one is that which does less with each accelerator."""
    places = [ranking.place.get(result) for result in (smaller, larger)]
    if None in places or ranking.is_lower_better or ranking.per == "watt":
        return
    each = {place: _each(place, ranking) for place in places if place is not None}
    odd, other = sorted(each, key=lambda place: each[place])[0], sorted(each, key=lambda place: each[place])[-1]
    if odd != other and each[odd] > 0:
        ratio = each[other] / each[odd]
        if ratio >= max(evidence.threshold, 1.0):
            yield replace(_expected(replace(base, beside="size"), odd, ratio, ranking), other=other)


def _each(place: int, ranking: _Ranking) -> float:
    return ranking.shown[place] / (ranking.accelerators[place] or 1 if ranking.per == "system" else 1)


def _own(base: Mark, faster: str, slower: str, ratio: float, evidence: Evidence, ranking: _Ranking) -> Iterator[Mark]:
    """Server beside Offline: a rate above or below the system's own other one, or a share unlike that of its peers."""
    if ranking.per == "watt":
        return
    fast, slow = ranking.place.get(faster), ranking.place.get(slower)
    if "z" in evidence.extras:  # a share of Offline unlike the peers': drawn where Server is ranked
        place = fast if fast is not None else slow
        if place is not None and ranking.scenario == "Server":
            is_above = float(evidence.extras["z"]) > 0
            yield _expected(replace(base, beside="share", is_above=is_above), place, ratio, ranking)
    elif slow is not None:
        yield _expected(replace(base, beside="own"), slow, ratio, ranking)
    elif fast is not None:
        yield _expected(replace(base, beside="own", is_above=True), fast, ratio, ranking)
