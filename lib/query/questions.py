"""What pages ask: one function a question, one statement each, values always bound.

The statements are constants but for a condition that `lib.selection` makes of our own column names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib.query.connection import Database
from lib.selection import Selection, of
from lib.vocabulary import round_key

# The contract's columns (docs/schema.md), in the order in which a CSV shows them.
CONTRACT = (
    "result_id",
    "system_id",
    "public_id",
    "round",
    "division",
    "is_datacenter",
    "is_edge",
    "availability",
    "has_power",
    "submitter",
    "platform",
    "system_name",
    "benchmark",
    "benchmark_raw",
    "scenario",
    "metric",
    "value",
    "unit",
    "higher_is_better",
    "is_inferred",
    "is_valid",
    "accelerator",
    "accelerator_raw",
    "accelerator_vendor",
    "accelerator_memory_gb",
    "accelerator_form",
    "accelerators_per_node",
    "nodes",
    "accelerators",
    "mig",
    "cpu",
    "cpu_raw",
    "cpu_vendor",
    "cpus_per_node",
    "cores_per_cpu",
    "cores_per_cpu_declared",
    "framework",
    "software",
    "serving",
    "weight_dtype",
    "target_qps",
    "power_w",
    "energy_mj",
    "source",
    "source_path",
    "source_url",
)

# What a value is divided by, by the choice of `per`; only throughputs are divided.
PER = {
    "system": "value",
    "accelerator": "case when metric = 'throughput' then value / nullif(accelerators, 0) end",
    "core": "case when metric = 'throughput' then value / nullif(cores_per_cpu * cpus_per_node * nodes, 0) end",
    "watt": "case when metric = 'throughput' then value / nullif(power_w, 0) end",
}

_RANKED = """
select case when is_valid and {per} is not null
            then rank() over (partition by benchmark, scenario, era, unit, is_valid and {per} is not null
                              order by case when higher_is_better then -({per}) else {per} end)::integer end as rank,
       {columns}, era, anomaly_id, {per} as shown
from results where {condition}
order by benchmark, scenario, era, unit, rank nulls last, submitter, system_id, result_id
"""


def statement(template: str, selection: Selection, **parts: str) -> tuple[str, dict[str, Any]]:
    """A statement with the selection's condition in it, and its bound values: the one place that composes SQL.

    `parts` are of our own constants (an expression, an order), never of what a reader wrote.
    """
    condition, values = selection.condition()
    return template.format(condition=condition, **parts), values


_ALL = 1 << 31
# What the page shows of a ranking: each further column costs the engine a fifth of a millisecond.
SHOWN = (
    "result_id",
    "system_id",
    "public_id",
    "round",
    "submitter",
    "platform",
    "system_name",
    "benchmark",
    "scenario",
    "value",
    "unit",
    "is_inferred",
    "accelerator",
    "accelerator_vendor",
    "accelerators",
    "cpus_per_node",
    "nodes",
    "cpu",
    "cores_per_cpu",
    "framework",
    "serving",
    "target_qps",
    "power_w",
    "source_url",
)


def ranked(db: Database, selection: Selection, columns: tuple[str, ...] = CONTRACT) -> pa.Table:
    """The selected results, best first within each benchmark, scenario, unit and era; ties share a rank.

    Columns: rank (null for what cannot be ranked), those asked for, era, `shown` (the value, or the value per
    accelerator, core or watt, as `per` says) and `anomaly_id` (the weightiest finding about the row, if any).
    """
    choice = selection.one("per", "system")
    query, values = statement(_RANKED, selection, columns=", ".join(columns), per=PER[choice])
    return db.once(("ranked", selection.common(), choice, columns), lambda: db.table(query, values))


@dataclass(frozen=True, order=True)
class Group:
    """What may stand in one chart: one benchmark, scenario and unit, between two breaks of comparability."""

    benchmark: str
    scenario: str
    era: int
    unit: str
    results: int


_GROUPS = """
select benchmark, scenario, era, unit, count(*)::integer as results
from results where {condition} group by all order by results desc, benchmark, scenario, era, unit
"""


def groups(db: Database, selection: Selection) -> list[Group]:
    """The groups that a selection leaves, the largest first."""
    query, values = statement(_GROUPS, selection)
    return db.once(("groups", selection.common()), lambda: [Group(**row) for row in db.rows(query, values)])


def groups_of(ranking: pa.Table) -> list[Group]:
    """The groups of a ranking that is there already, the largest first."""
    names = ["benchmark", "scenario", "era", "unit"]
    counted = ranking.group_by(names).aggregate([([], "count_all")]).rename_columns([*names, "results"])
    return sorted((Group(**row) for row in counted.to_pylist()), key=lambda group: (-group.results, group))


def defaults(db: Database) -> Selection:
    """What people mean when they say nothing: the latest round's closed, available datacenter results."""
    rounds = [row["round"] for row in db.once(("rounds",), lambda: db.rows("select round from rounds"))]
    latest = max(rounds, key=round_key)
    return of({"round": [latest], "division": ["closed"], "system_type": ["datacenter"], "availability": ["available"]})


def page_defaults(db: Database, page: str) -> Selection:
    """What a page without a query string shows; a ranking is of the benchmark and scenario with the most results."""
    base = defaults(db)
    found = groups(db, base) if page == "rankings" else []
    for group in found[:1]:
        base = base.with_values("benchmark", [group.benchmark]).with_values("scenario", [group.scenario])
    return base


_SYSTEM = """
select s.*, rd.repository, rd.published, rd.note as round_note, i.public_id, i.has_power, i.results
from systems s
left join rounds rd on rd.round = s.round
left join (select system_id, any_value(public_id) as public_id, bool_or(has_power) as has_power,
                  count(*)::integer as results from results group by system_id) i using (system_id)
where s.system_id = $system_id
"""


def system(db: Database, system_id: str) -> dict[str, Any] | None:
    """One system's canonical and raw facts, None when there is no such system."""
    found = db.once(("system", system_id), lambda: db.rows(_SYSTEM, {"system_id": system_id}))
    return found[0] if found else None


_SYSTEM_RESULTS = """
select r.benchmark, r.benchmark_raw, r.scenario, r.value, r.unit, r.is_inferred, r.is_valid, r.value_field, r.power_w,
       r.energy_mj, r.power_source, r.weight_dtype, r.target_qps, r.target_latency_ns, r.source_url, r.source_path,
       r.result_id, f.system_type, f.rank, f.size, r.anomaly_id
from results r
left join field_ranks f on f.result_id = r.result_id
where r.system_id = $system_id
order by r.position, f.system_type
"""


def _of_system(db: Database, query: str, system_id: str) -> pa.Table:
    return db.once((query, system_id), lambda: db.table(query, {"system_id": system_id}))


def results_of_system(db: Database, system_id: str) -> pa.Table:
    """A system's results, each with the rank that it takes among those it was published beside."""
    return _of_system(db, _SYSTEM_RESULTS, system_id)


def description(db: Database, system_id: str) -> pa.Table:
    """The raw fields of a system's description: field, value."""
    query = "select field, value from descriptions where system_id = $system_id order by field"
    return _of_system(db, query, system_id)


def software(db: Database, system_id: str) -> pa.Table:
    """The parts of a system's software: role, part, version."""
    query = "select role, part, version from system_software where system_id = $system_id order by role, part"
    return _of_system(db, query, system_id)


_RUNS = """
select r.benchmark, r.scenario, u.* exclude (result_id)
from runs u join results r using (result_id) where r.system_id = $system_id order by r.position, u.run
"""


def runs(db: Database, system_id: str) -> pa.Table:
    """Every performance run of a system, with its test parameters and latencies."""
    return _of_system(db, _RUNS, system_id)


_ACCURACY = """
select r.benchmark, r.scenario, a.metric, a.value
from accuracy a join results r using (result_id) where r.system_id = $system_id order by r.position, a.metric
"""


def accuracy(db: Database, system_id: str) -> pa.Table:
    """The accuracy figures of a system's results, in the unit of each benchmark's own script."""
    return _of_system(db, _ACCURACY, system_id)


_FIND_SYSTEMS = """
select system_id, any_value(public_id) as public_id, submitter, any_value(system_name) as system_name, platform,
       round, division, any_value(accelerator) as accelerator, any_value(accelerators) as accelerators,
       count(*)::integer as results
from results where {condition} group by system_id, submitter, platform, round, division
order by results desc, system_id limit $most
"""


def systems(db: Database, selection: Selection, most: int = 200) -> pa.Table:
    """The systems that a selection leaves, those with the most results first."""
    query, values = statement(_FIND_SYSTEMS, selection)
    return db.once(("systems", selection.common(), most), lambda: db.table(query, {**values, "most": most}))


_RESULTS = """
select * exclude (position, round_order, words, accelerator_list, system_types, official_unit, unit_logged, base_name)
from results where {condition} order by {order} limit $most
"""
_ORDERS = {
    "name": "lower(coalesce(system_name, platform)), position",
    "rank": "position",
    "round": "round_order desc, position",
    "submitter": "lower(submitter), position",
    "value": "benchmark, scenario, era, unit, case when higher_is_better then -value else value end, result_id",
}


def results(db: Database, selection: Selection, most: int | None = None) -> pa.Table:
    """The selected results, all columns, in the order that `sort` asks for; at most `most` rows where given."""
    query, values = statement(_RESULTS, selection, order=_ORDERS[selection.one("sort", "rank")])
    limit = {"most": _ALL if most is None else most}
    return db.once(("results", selection, most), lambda: db.table(query, values | limit))


_HEADLINE = """
select benchmark, scenario, unit, system_id, submitter, system_name, platform, accelerator, accelerators, value,
       higher_is_better, count(*) over (partition by benchmark, scenario, era, unit)::integer as entries
from results where is_valid and {condition}
qualify row_number() over (partition by benchmark, scenario, era, unit
                           order by case when higher_is_better then -value else value end, result_id) = 1
order by entries desc, benchmark, scenario
"""


def leaders(db: Database, selection: Selection) -> pa.Table:
    """The best result of each benchmark and scenario, those with the most entries first."""
    query, values = statement(_HEADLINE, selection)
    return db.once(("leaders", selection.common()), lambda: db.table(query, values))


_ROUNDS = """
select rd.round, rd.published, rd.note, count(*)::integer as results, count(distinct r.system_id)::integer as systems,
       count(distinct r.submitter)::integer as submitters, count(distinct r.benchmark)::integer as benchmarks,
       count(*) filter (where r.division = 'closed')::integer as closed
from rounds rd join results r using (round) group by all order by min(r.round_order) desc
"""


def rounds(db: Database) -> pa.Table:
    """Every round with its counts, the latest first."""
    return db.once(("round counts",), lambda: db.table(_ROUNDS))


_ANOMALIES = """
select a.anomaly_id, a.kind, a.title, a.round, a.score, a.ratio, a.finding, a.is_default,
       count(*)::integer as members, string_agg(distinct r.benchmark, ', ' order by r.benchmark) as benchmarks,
       string_agg(distinct r.submitter, ', ' order by r.submitter) as submitters
from anomalies a join anomaly_members m using (anomaly_id)
join (select result_id, benchmark, submitter from results where {condition}) r using (result_id)
where m.role <> 'context' and (a.is_default or $all_of_them) and (len($kinds) = 0 or list_contains($kinds, a.kind))
group by all order by a.score desc, a.anomaly_id limit $most
"""


def anomalies(db: Database, selection: Selection, most: int = 200) -> pa.Table:
    """The findings about selected results, the weightiest first; `show` and `kind` choose among them.

    Without `show=all` those that an analyst would act on (`is_default`), else the long tail too.
    """
    query, values = statement(_ANOMALIES, selection)
    kinds, show = selection.get("kind"), selection.one("show", "default")
    bound = {**values, "kinds": list(kinds), "all_of_them": show == "all", "most": most}
    return db.once(("anomalies", selection.common(), kinds, show, most), lambda: db.table(query, bound))


_ANOMALY = "select * from anomalies where anomaly_id = $anomaly_id"
_MEMBERS = """
select m.role, r.result_id, r.system_id, r.public_id, r.submitter, r.system_name, r.platform, r.benchmark,
       r.scenario, r.value, r.unit, r.target_qps, r.serving, r.source_url, r.round, r.division
from anomaly_members m join results r using (result_id)
where m.anomaly_id = $anomaly_id order by r.benchmark, r.scenario, m.role, r.position
"""


def anomaly(db: Database, anomaly_id: str) -> dict[str, Any] | None:
    """One finding with its evidence (JSON text), None when there is no such finding."""
    found = db.once(("anomaly", anomaly_id), lambda: db.rows(_ANOMALY, {"anomaly_id": anomaly_id}))
    return found[0] if found else None


def members(db: Database, anomaly_id: str) -> pa.Table:
    """The results that a finding is about, with their roles."""
    return db.once(("members", anomaly_id), lambda: db.table(_MEMBERS, {"anomaly_id": anomaly_id}))


_FIELD = """
with mine as (
    select distinct r.round, r.division, r.benchmark, r.scenario, r.unit, r.era, s.type
    from anomaly_members m join results r using (result_id), unnest(r.system_types) as s(type)
    where m.anomaly_id = $anomaly_id
), field as (
    select distinct on (r.result_id) r.benchmark, r.scenario, r.unit, r.result_id, r.submitter, r.system_name,
           r.platform, r.public_id, r.value, r.higher_is_better
    from results r join mine using (round, division, benchmark, scenario, unit, era)
    where r.is_valid and list_contains(r.system_types, mine.type)
)
select f.*, m.role,
       case when higher_is_better then value / max(value) over (partition by benchmark, scenario)
            else min(value) over (partition by benchmark, scenario) / value end as share
from field f
left join (select result_id, any_value(role) as role from anomaly_members
           where anomaly_id = $anomaly_id group by all) m using (result_id)
order by benchmark, scenario, share desc, result_id
"""


def field_of_anomaly(db: Database, anomaly_id: str) -> pa.Table:
    """A finding's members within their field: each result, its share of the best, and the members' roles."""
    return db.once(("field", anomaly_id), lambda: db.table(_FIELD, {"anomaly_id": anomaly_id}))


_ANOMALIES_OF = """
select distinct a.anomaly_id, a.kind, a.title, a.score, a.ratio, a.finding, a.is_default
from anomalies a join marks m using (anomaly_id) join results r using (result_id)
where r.system_id = $system_id
order by a.score desc, a.anomaly_id
"""


def anomalies_of_system(db: Database, system_id: str) -> list[dict[str, Any]]:
    """The findings about a system's results, the weightiest first."""
    return db.once(("anomalies of", system_id), lambda: db.rows(_ANOMALIES_OF, {"system_id": system_id}))


def breaks(db: Database) -> pa.Table:
    """Where the numbers of one benchmark stop being comparable over rounds, and why."""
    return db.once(("breaks",), lambda: db.table("select * from comparability"))


def benchmarks(db: Database) -> pa.Table:
    """The dictionary of benchmarks, with the rounds and results of each."""
    query = """
    select b.*, string_agg(distinct r.round, ' ' order by r.round) as rounds, count(r.result_id)::integer as results
    from benchmarks b left join results r using (benchmark) group by all order by b.benchmark
    """
    return db.once(("benchmarks",), lambda: db.table(query))
