"""Questions that the data answers at once: each is a page of ours with a selection, found by rule and not by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lib.catalogue import KIND
from lib.findings.rules import SERVER_OVER_OFFLINE, TWINS
from lib.query.connection import Database, statement
from lib.query.defaults import defaults
from lib.query.findings import anomalies
from lib.query.rankings import groups
from lib.selection import Selection, of


@dataclass(frozen=True)
class Question:
    """A question: which one, what it names, and the page and selection that answer it."""

    kind: str
    named: Mapping[str, str]
    page: str
    selection: Selection


def questions(db: Database) -> tuple[Question, ...]:
    """Those questions that this data can answer, in one order, whatever the filters."""
    return db.once(("questions",), lambda: _questions(db))


def _questions(db: Database) -> tuple[Question, ...]:
    usual = defaults(db)
    always = usual.without("round")
    found = (
        _leader(db, usual),
        _chip_for_chip(db, usual),
        _pair(db),
        _over_rounds(db, always),
        _per_watt(db, always),
        _server_over_offline(db, always),
    )
    return tuple(question for question in found if question is not None)


def _leader(db: Database, usual: Selection) -> Question | None:
    """Who leads the largest ranking of the latest round."""
    for group in groups(db, usual)[:1]:
        named = {"benchmark": group.benchmark, "scenario": group.scenario, "round": usual.one("round")}
        return Question("leader", named, "rankings", _ranking(usual, named))
    return None


def _ranking(selection: Selection, named: Mapping[str, Any], **more: str) -> Selection:
    asked = {key: [named[key]] for key in ("benchmark", "scenario")}
    return selection.with_all({**asked, **{key: [value] for key, value in more.items()}})


# Two kinds of accelerators at least: one alone answers nothing.
_KINDS = """
select benchmark, scenario, unit, count(distinct accelerator) as kinds, count(*) as results
from results where {condition} and is_ranked and metric = 'throughput' and accelerators > 0
group by all having kinds > 1 order by kinds desc, results desc, benchmark, scenario, unit limit 1
"""


def _chip_for_chip(db: Database, usual: Selection) -> Question | None:
    """The ranking per accelerator that has most kinds of them."""
    query, values = statement(_KINDS, usual)
    for row in db.rows(query, values):
        named = {"benchmark": row["benchmark"], "scenario": row["scenario"], "round": usual.one("round")}
        return Question("accelerator", named, "rankings", _ranking(usual, named, per="accelerator"))
    return None


# Of pairs whose both ends have a public ID, by which people speak of them: the one in the largest field.
_PAIR = """
select a.anomaly_id, f.public_id as faster, s.public_id as slower
from anomalies a
join results f on f.result_id = a.evidence->>'$.faster'
join results s on s.result_id = a.evidence->>'$.slower'
join field_ranks k on k.result_id = f.result_id
where a.kind = $kind and a.is_default and f.division = 'closed' and f.public_id <> s.public_id
order by k.size desc, a.score desc, a.anomaly_id limit 1
"""


def _pair(db: Database) -> Question | None:
    """Why two entries with the same hardware differ."""
    for row in db.rows(_PAIR, {"kind": TWINS.kind}):
        named = {"faster": row["faster"], "slower": row["slower"]}
        return Question("pair", named, "anomalies", of({"anomaly": [row["anomaly_id"]]}))
    return None


# Two rounds at least, of the latest that the data has: comparable ones alone, for an era ends where they are not.
_SPAN = """
select benchmark, scenario, unit, list_sort(list(distinct {{'at': round_order, 'round': round}})) as rounds,
       count(*) as results
from results
where {condition} and is_ranked and metric = 'throughput' and accelerators > 0 and scenario = 'Server'
group by benchmark, scenario, era, unit having count(distinct round) > 1
order by max(round_order) desc, count(distinct round) desc, results desc, benchmark, unit limit 1
"""


def _over_rounds(db: Database, always: Selection) -> Question | None:
    """The best per accelerator over the rounds that can be compared."""
    query, values = statement(_SPAN, always)
    for row in db.rows(query, values):
        rounds = [item["round"] for item in row["rounds"]]
        named = {"benchmark": row["benchmark"], "scenario": row["scenario"], "first": rounds[0], "last": rounds[-1]}
        asked = _ranking(always, named, per="accelerator").with_values("round", rounds)
        one_unit = len({group.unit for group in groups(db, asked)}) < 2
        return Question("rounds", named, "rankings", asked if one_unit else asked.with_values("unit", [row["unit"]]))
    return None


_WATTS = """
select round, benchmark, scenario, count(*) as results,
       sum(count(*)) over (partition by benchmark, scenario) as in_all
from results where {condition} and is_ranked and metric = 'throughput' and power_w > 0
group by round, round_order, benchmark, scenario
order by in_all desc, benchmark, scenario, results desc, round_order desc limit 1
"""


def _per_watt(db: Database, always: Selection) -> Question | None:
    """The ranking of most measured results, of the benchmark that has most of them over all rounds."""
    query, values = statement(_WATTS, always)
    for row in db.rows(query, values):
        named = {key: row[key] for key in ("benchmark", "scenario", "round")}
        asked = _ranking(always, named, per="watt", power="with", round=row["round"])
        return Question("watt", named, "rankings", asked)
    return None


def _server_over_offline(db: Database, always: Selection) -> Question | None:
    """The systems that answer more requests at random times than all at once."""
    asked = always.with_values(KIND.key, [SERVER_OVER_OFFLINE.kind])
    return None if anomalies(db, asked, most=1).is_empty else Question("server", {}, "anomalies", asked)
