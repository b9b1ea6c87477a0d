"""What is in here and what is not: counts per round, what was left out and why, agreement with MLCommons' summaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.query.connection import Answer, Database, statement
from lib.selection import Selection

_ROUNDS = (Path(__file__).parent / "coverage_rounds.sql").read_text("utf-8")


def rounds(db: Database) -> Answer:
    """One row a round: what is in the source and in here, what was left out, what a second source confirms."""
    return db.once(("coverage rounds",), lambda: Answer.whole(db.table(_ROUNDS)))


_PROBLEMS = """
select severity, path, nullif(line, 0) as line, message, round from problems
where severity <> 'note'
  and (len($rounds) = 0 or list_contains($rounds, round) or round not in (select round from rounds))
order by severity, round, path, line
"""


_LOST = """
select distinct round from problems where severity = 'error' and round not in (select round from rounds) order by round
"""


def lost_rounds(db: Database) -> list[str]:
    """The rounds of the data folder that are left out whole: no filter and no table has them."""
    return db.once(("lost rounds",), lambda: [row["round"] for row in db.rows(_LOST)])


# What a reader looks for in every round, and whether this one has any of it.
_LACKING = """
select
    exists (select 1 from runs join results using (result_id) where round = $round) as "latencies, targets and runs",
    exists (select 1 from accuracy join results using (result_id) where round = $round) as "accuracy",
    exists (select 1 from results where round = $round and public_id is not null) as "public IDs",
    exists (select 1 from results where round = $round and weight_dtype is not null) as "weight types",
    exists (select 1 from results where round = $round and source_url is not null) as "links to the files"
"""


def lacking(db: Database, round_name: str) -> list[str]:
    """What the source of a round has of no result at all, in words."""
    (found,) = db.once(("lacking", round_name), lambda: db.rows(_LACKING, {"round": round_name}))
    return [words for words, has in found.items() if not has]


def _of_rounds(db: Database, query: str, selection: Selection) -> Answer:
    rounds = selection.get("round")
    return db.once((query, rounds), lambda: Answer.whole(db.table(query, {"rounds": list(rounds)})))


def problems(db: Database, selection: Selection) -> Answer:
    """What was left out or doubted in the selected rounds, and of rounds that are left out whole."""
    return _of_rounds(db, _PROBLEMS, selection)


_DIFFERENCES = """
select round, submitter, platform, benchmark, scenario, value, unit, official_value, official_unit,
       case when unit <> official_unit and abs(value - official_value) <= 1e-4 * abs(official_value)
            then 'the same figure under another unit' else 'another value' end as difference
from results
where official_value is not null and (abs(value - official_value) > 1e-4 * abs(official_value) or unit <> official_unit)
  and (len($rounds) = 0 or list_contains($rounds, round))
union all
select r.round, submitter, platform, benchmark, scenario, value, unit, null, null, 'not in MLCommons'' summary'
from results r
where official_value is null and round in (select distinct round from official)
  and (len($rounds) = 0 or list_contains($rounds, round))
order by all
"""


def differences(db: Database, selection: Selection) -> Answer:
    """Results of the selected rounds that MLCommons' summary states otherwise, or not at all."""
    return _of_rounds(db, _DIFFERENCES, selection)


# A benchmark's name that stands in the open division alone is a submitter's own model.
_UNMAPPED = """
with named as (
    select 'accelerator' as kind, accelerator_raw as name, round_order, round, system_id, division
    from results where not is_accelerator_known
    union all
    select 'benchmark', benchmark_raw, round_order, round, system_id, division from results where not is_benchmark_known
    union all
    select 'cpu', cpu_raw, round_order, round, system_id, division from results where not is_cpu_known
    union all
    select 'unit', unit_logged, round_order, round, system_id, division from results where not is_unit_known
    union all
    select 'weight type', weight_dtype_raw, round_order, round, system_id, division
    from results where not is_weight_dtype_known
)
select n.kind, n.name,
       array_to_string(list_transform(list_sort(list(distinct {'at': n.round_order, 'round': n.round})),
                                      lambda one: one.round), ' ') as rounds,
       string_agg(distinct n.division, ' ' order by n.division) as division,
       count(distinct n.system_id)::integer as entries, count(*)::integer as results
from named n where len($rounds) = 0 or list_contains($rounds, n.round) group by n.kind, n.name
order by n.kind, bool_and(n.division = 'open'), count(*) desc, n.name
"""


def unmapped(db: Database, selection: Selection) -> Answer:
    """Names in the selected rounds that have no canonical one yet, kept as they were written.

    Columns: kind (accelerator, benchmark, cpu, unit, weight type), name, rounds, division, and how many entries and
    results have it.
    """
    return _of_rounds(db, _UNMAPPED, selection)


_DOUBLED = """
select round, public_id, string_agg(distinct platform, ', ' order by platform) as platforms
from results where public_id is not null group by all having count(distinct system_id) > 1 order by all
"""


def doubled_ids(db: Database) -> Answer:
    """Public IDs that stand on two systems or more."""
    return db.once(("doubled",), lambda: Answer.whole(db.table(_DOUBLED)))


# A joint submission stands under each of its organisations.
_OF_SUBMITTERS = """
select submitter, field, count(*)::integer as results
from (select unnest(organisations) as submitter, benchmark || ' ' || scenario as field from results where {condition})
group by all order by submitter, field
"""
_OF_SYSTEMS = """
select submitter, round, platform, system_id, benchmark || ' ' || scenario as field, count(*)::integer as results
from results where {condition} group by submitter, round, round_order, platform, system_id, field
order by submitter, round_order desc, platform, field
"""


def matrix(db: Database, selection: Selection, by_system: bool, most: int) -> Answer:
    """Results per organisation, or per system, and benchmark with scenario; an empty cell is no result."""
    key, query = ("matrix", selection.common(), by_system, most), _OF_SYSTEMS if by_system else _OF_SUBMITTERS
    return db.once(key, lambda: _pivot(db.rows(*statement(query, selection)), by_system, most))


def _pivot(cells: list[dict[str, Any]], by_system: bool, most: int) -> Answer:
    names = ("submitter", "round", "platform", "system_id") if by_system else ("submitter",)
    owners: dict[tuple[str, ...], dict[str, int]] = {}
    for cell in cells:
        counted = owners.setdefault(tuple(cell[name] for name in names), {})
        counted[cell["field"]] = counted.get(cell["field"], 0) + cell["results"]
    rows = list(owners.items())[:most]
    columns = {name: pa.array([owner[index] for owner, _ in rows], pa.string()) for index, name in enumerate(names)}
    for field in sorted({field for _, counted in rows for field in counted}):
        columns[field] = pa.array([counted.get(field) for _, counted in rows], pa.int32())
    return Answer(pa.table(columns), len(owners))


_ROUND_COUNTS = """
select rd.round, rd.published, rd.note, count(*)::integer as results, count(distinct r.system_id)::integer as systems,
       len(list_distinct(flatten(list(r.organisations))))::integer as submitters,
       count(distinct r.benchmark) filter (where r.division = 'closed')::integer as benchmarks,
       count(distinct r.benchmark) filter (where not r.is_benchmark_known)::integer as own_models,
       count(*) filter (where r.division = 'closed')::integer as closed
from rounds rd join results r using (round) group by all order by min(r.round_order) desc
"""


def round_counts(db: Database) -> Answer:
    """Every round with its counts, the latest first."""
    return db.once(("round counts",), lambda: Answer.whole(db.table(_ROUND_COUNTS)))


def breaks(db: Database) -> Answer:
    """Where the numbers of one benchmark stop being comparable over rounds, and why."""
    return db.once(("breaks",), lambda: Answer.whole(db.table("select * exclude (rounds_before) from comparability")))


_CONCERNED = """
select * exclude (rounds_before) from comparability
where (benchmark is null or benchmark = $benchmark) and (scenario is null or scenario = $scenario)
  and list_has_any($rounds, rounds_before) and not list_has_all(rounds_before, $rounds)
order by all
"""


def breaks_between(db: Database, rounds: tuple[str, ...], benchmark: str, scenario: str) -> Answer:
    """What of `breaks` concerns results of these rounds: where some of them lie before it and some do not."""
    key = ("breaks between", rounds, benchmark, scenario)
    bound = {"rounds": list(rounds), "benchmark": benchmark, "scenario": scenario}
    return db.once(key, lambda: Answer.whole(db.table(_CONCERNED, bound)))


_BENCHMARKS = """
with counted as (
    select benchmark, round, round_order, count(*)::integer as n from results group by benchmark, round, round_order
)
select b.*, string_agg(c.round, ' ' order by c.round_order) as rounds, coalesce(sum(c.n), 0)::integer as results
from benchmarks b left join counted c using (benchmark) group by all order by b.benchmark
"""


def benchmarks(db: Database) -> Answer:
    """The dictionary of benchmarks, with the rounds and results of each."""
    return db.once(("benchmarks",), lambda: Answer.whole(db.table(_BENCHMARKS)))
