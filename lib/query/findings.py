"""Findings: the list under a selection, one with its members, and its members within their field."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from lib.query.connection import UNLIMITED, Answer, Database, statement
from lib.query.remarks import NO_RANK
from lib.selection import Selection

_ANOMALIES = """
select a.anomaly_id, a.kind, a.title, a.round, a.score, a.ratio, a.finding, a.list, a.is_default, a.cause,
       count(*)::integer as members, string_agg(distinct r.benchmark, ', ' order by r.benchmark) as benchmarks,
       string_agg(distinct r.submitter, ', ' order by r.submitter) as submitters, count(*) over () as total
from anomalies a join anomaly_members m using (anomaly_id)
join (select result_id, benchmark, submitter from results where {condition}) r using (result_id)
where m.is_about and (case $show when 'default' then a.is_default when 'all' then true else a.list = $show end)
  and (len($kinds) = 0 or list_contains($kinds, a.kind))
group by all
order by a.score desc, a.anomaly_id limit $most
"""


def anomalies(db: Database, selection: Selection, most: int | None = None) -> Answer:
    """The findings about selected results, the weightiest first; `show` and `kind` choose among them.

    Without `show` those about results that an analyst would act on (`is_default`); all, or those of one list, else.
    """
    query, values = statement(_ANOMALIES, selection)
    kinds, show = selection.get("kind"), selection.one("show", "default")
    bound = {
        **values,
        "kinds": list(kinds),
        "show": show,
        "most": UNLIMITED if most is None else most,
    }
    return db.once(("anomalies", selection.common(), kinds, show, most), lambda: db.answer(query, bound))


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: every finding under the selection."""
    return anomalies(db, selection).table


_ANOMALY = "select * from anomalies where anomaly_id = $anomaly_id"
_MEMBERS = f"""
select m.role, r.result_id, r.system_id, r.public_id, r.submitter, r.system_name, r.platform, r.benchmark,
       r.scenario, r.value, r.unit, r.target_qps, r.serving, r.source_url, r.round, r.division,
       {NO_RANK} as no_rank, r.doubt
from anomaly_members m join results r using (result_id)
where m.anomaly_id = $anomaly_id order by r.benchmark, r.scenario, m.role, r.position
"""


def anomaly(db: Database, anomaly_id: str) -> dict[str, Any] | None:
    """One finding with its evidence (JSON text), None when there is no such finding."""
    found = db.once(("anomaly", anomaly_id), lambda: db.rows(_ANOMALY, {"anomaly_id": anomaly_id}))
    return found[0] if found else None


def members(db: Database, anomaly_id: str) -> Answer:
    """The results that a finding is about or that stand beside them, with their roles."""
    return db.once(("members", anomaly_id), lambda: Answer.whole(db.table(_MEMBERS, {"anomaly_id": anomaly_id})))


# The field of each member: round, division, system type, benchmark, scenario and unit (docs/glossary.md).
_FIELD = """
with mine as (
    select distinct r.round, r.division, r.benchmark, r.scenario, r.unit, s.type
    from anomaly_members m join anomalies a using (anomaly_id) join results r using (result_id),
         unnest(r.system_types) as s(type)
    where m.anomaly_id = $anomaly_id and r.round = a.round
), field as (
    select mine.type as system_type, r.benchmark, r.scenario, r.unit, r.result_id, r.submitter, r.system_name,
           r.platform, r.public_id, r.value, r.higher_is_better,
           max(r.value) over alike as most, min(r.value) over alike as least
    from results r join mine using (round, division, benchmark, scenario, unit)
    where r.is_ranked and list_contains(r.system_types, mine.type)
    window alike as (partition by round, division, mine.type, benchmark, scenario, unit)
)
select f.* exclude (most, least), m.role, m.is_about,
       case when higher_is_better then value / most else least / value end as share
from field f
left join (select result_id, role, is_about from anomaly_members where anomaly_id = $anomaly_id) m using (result_id)
order by benchmark, scenario, unit, system_type, share desc, result_id
"""


def field_of_anomaly(db: Database, anomaly_id: str) -> Answer:
    """A finding's members within their field: each result, its share of the field's best, and the members' roles.

    Members of another round than the finding's stand in no field here: two rounds are no one ranking.

    `is_about` is null for other results of the field, false for a member that the finding is not about.
    """
    return db.once(("field", anomaly_id), lambda: Answer.whole(db.table(_FIELD, {"anomaly_id": anomaly_id})))


_ANOMALIES_OF = """
select distinct a.anomaly_id, a.kind, a.title, a.score, a.ratio, a.finding, a.list, a.is_default
from anomalies a join marks m using (anomaly_id) join results r using (result_id)
where r.system_id = $system_id
order by a.list <> 'results', a.score desc, a.anomaly_id
"""


def anomalies_of_system(db: Database, system_id: str) -> list[dict[str, Any]]:
    """The findings about a system, those about its results before its description, the weightiest first."""
    return db.once(("anomalies of", system_id), lambda: db.rows(_ANOMALIES_OF, {"system_id": system_id}))
