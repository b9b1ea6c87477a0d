"""What the overview asks: the latest round's field of each benchmark, and the two ends of a finding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lib.query.connection import Database, statement
from lib.query.defaults import round_names
from lib.query.rankings import PER
from lib.selection import FILTERS, NONE, Selection
from lib.vocabulary import ACCURACY_TARGET, Scenario

Row = dict[str, Any]
# Why a result of the round is not in its picture.
OWN_MODEL, OTHER_TARGET = "of models of submitters' own", "of the other accuracy target of a model"
NARROWED = ("round", "division", "system_type", "scenario")  # what cannot share a picture
UNRANKED, NO_VALUE = "without a rank", "without such a value"


@dataclass(frozen=True)
class Field:
    """The results that one picture may hold, and what it leaves out.

    `selection` is what was asked for, narrowed to one round, division, system type and scenario; `per` is what values
    are divided by, `system` where only latencies are there; `rows` come line by line, the longest first, each line's
    best first; `left` says of each reason how many results are not drawn.
    """

    selection: Selection
    per: str
    rows: tuple[Row, ...]
    left: tuple[tuple[str, int], ...]


_POPULATIONS = f"""
select round, division, s.type as system_type, scenario, count(*)::integer as results,
       bool_or(metric = 'throughput') as has_throughput
from results, unnest(case when len(system_types) = 0 then ['{NONE}'] else system_types end) as s(type)
where {{condition}} group by all
"""


def field(db: Database, selection: Selection, per: str) -> Field | None:
    """The field of each benchmark in the latest selected round, by one division, system type and scenario; None where
    nothing is selected.

    A row has `share`, its part of its line's best (of a latency the best over its own), `shown`, the value compared,
    `is_best`, whether it is its vendor's best there, and `results`, how many its line has.
    """
    common = selection.common()
    return db.once(("field of the round", common, per), lambda: _field(db, common, per))


def _field(db: Database, selection: Selection, per: str) -> Field | None:
    query, values = statement(_POPULATIONS, selection)
    # A system in both suites stands in either: of those asked for only.
    types = selection.get("system_type")
    populations = [row for row in db.rows(query, values) if not types or row["system_type"] in types]
    if not populations:
        return None
    for key, first in _preferred(db).items():
        populations = _narrowed(populations, key, first)
    one = populations[0]
    narrow = selection.with_all({key: [one[key]] for key in NARROWED})
    divided = per if one["has_throughput"] else "system"
    query, values = statement(_DRAWN, narrow, per=PER[divided])
    rows = tuple(db.rows(query, values))
    query, values = statement(_LEFT, narrow, per=PER[divided])
    return Field(narrow, divided, rows, tuple((row["left_out"], row["results"]) for row in db.rows(query, values)))


def _preferred(db: Database) -> dict[str, tuple[str, ...]]:
    """In which order what cannot share a picture is taken: first of each that is there; else what has most results."""
    return {
        "division": FILTERS["division"].fixed,
        "round": tuple(round_names(db)),
        "system_type": (),
        "scenario": (Scenario.OFFLINE.value,),
    }


def _narrowed(populations: list[Row], key: str, first: tuple[str, ...]) -> list[Row]:
    results: Counter[str] = Counter()
    for row in populations:
        results[row[key]] += row["results"]
    chosen = next((value for value in first if value in results), None) or min(results, key=lambda v: (-results[v], v))
    return [row for row in populations if row[key] == chosen]


# 99 and 99.9 are one model at two accuracy targets, often by the same runs: the one with more results is drawn.
_TOLD = f"""
with chosen as (
    select benchmark, regexp_replace(benchmark, '{ACCURACY_TARGET}', '') as model, unit, result_id, system_id,
           public_id, submitter, system_name, platform, accelerator, accelerator_family, accelerator_vendor,
           accelerators, value, higher_is_better, {{per}} as shown,
           case when not is_benchmark_known then '{OWN_MODEL.replace("'", "''")}'
                when not is_ranked then '{UNRANKED}' when coalesce({{per}}, 0) <= 0 then '{NO_VALUE}' end as why
    from results where {{condition}}
), kept as (
    select model, unit, benchmark as kept from chosen where why is null group by model, unit, benchmark
    qualify row_number() over (partition by model, unit order by count(*) desc, benchmark) = 1
), told as (
    select c.*, coalesce(why, case when benchmark <> kept then '{OTHER_TARGET}' end) as left_out
    from chosen c left join kept k using (model, unit)
)
"""
_DRAWN = (
    _TOLD
    + """
, shared as (
    select *, count(*) over line as results,
           case when higher_is_better then shown / max(shown) over line else min(shown) over line / shown end as share
    from told where left_out is null window line as (partition by benchmark, unit)
)
select * exclude (model, why, left_out),
       row_number() over (partition by benchmark, unit, accelerator_vendor order by share desc, result_id) = 1
           as is_best
from shared order by results desc, benchmark, unit, share desc, result_id
"""
)
_LEFT = (
    _TOLD
    + """
select left_out, count(*)::integer as results from told where left_out is not null
group by left_out order by results desc, left_out
"""
)


_ENDS = """
select result_id, public_id, submitter, system_name, platform, round, benchmark, scenario, value, unit,
       higher_is_better, accelerators, accelerator_vendor
from results where list_contains($ids, result_id)
"""


def ends(db: Database, faster: str, slower: str) -> tuple[Row, Row] | None:
    """The two results that a finding sets side by side, the faster one first; None unless both are there."""
    ids = [faster, slower]
    found = {row["result_id"]: row for row in db.once(("ends", faster, slower), lambda: db.rows(_ENDS, {"ids": ids}))}
    return (found[faster], found[slower]) if len(found) == 2 else None
