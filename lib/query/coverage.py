"""What is in here and what is not: counts per round, what was left out and why, agreement with MLCommons' summaries."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from lib.query.database import Database
from lib.query.questions import statement
from lib.selection import Selection

_ROUNDS = """
with counted as (
    select round, any_value(source) as source, count(*)::integer as results, count(distinct system_id)::integer as systems,
           count(public_id)::integer as public_ids, count(*) filter (where is_inferred)::integer as inferred,
           count(*) filter (where power_w is not null or energy_mj is not null)::integer as power,
           count(official_value)::integer as official,
           count(*) filter (where abs(value - official_value) <= 1e-4 * abs(official_value) and unit = official_unit)::integer as agree,
           min(round_order) as round_order
    from results group by round),
named as (select round, submitter, count(*) as n from results group by all),
largest as (select round, max_by(submitter, (n, submitter)) as largest_submitter, max(n)::integer as largest from named group by round),
ran as (select r.round, count(*)::integer as runs from runs join results r using (result_id) group by r.round),
faults as (select round, count(*) filter (where severity = 'error')::integer as left_out,
                  count(*) filter (where severity = 'warning')::integer as doubted from problems group by round),
doubled as (select round, count(*)::integer as doubled_ids from (
    select round, public_id from results where public_id is not null group by all having count(distinct system_id) > 1) group by round),
unmapped as (select round, count(distinct accelerator_raw) filter (where not is_accelerator_known)::integer as unmapped_accelerators,
                    count(distinct cpu_raw) filter (where not is_cpu_known)::integer as unmapped_cpus from systems group by round)
select c.round, rd.published, c.source, c.results, c.systems, coalesce(runs, 0) as runs, coalesce(left_out, 0) as left_out,
       coalesce(doubted, 0) as doubted, c.inferred, c.power, c.public_ids, coalesce(doubled_ids, 0) as doubled_ids,
       nullif(c.official, 0) as official, case when c.official > 0 then c.agree end as agree,
       coalesce(unmapped_accelerators, 0) as unmapped_accelerators, coalesce(unmapped_cpus, 0) as unmapped_cpus,
       largest_submitter, largest, rd.note
from counted c left join rounds rd using (round) left join largest using (round) left join ran using (round)
left join faults using (round) left join doubled using (round) left join unmapped using (round)
order by c.round_order desc
"""


def rounds(db: Database) -> pa.Table:
    """One row a round: what the product holds, what was left out, and how many values MLCommons' own summary confirms."""
    return db.once(("coverage rounds",), lambda: db.table(_ROUNDS))


_PROBLEMS = """
select severity, path, nullif(line, 0) as line, message, round from problems
where severity <> 'note' and (len($rounds) = 0 or list_contains($rounds, round))
order by severity, round, path, line
"""


def _of_rounds(db: Database, query: str, selection: Selection) -> pa.Table:
    rounds = selection.get("round")
    return db.once((query, rounds), lambda: db.table(query, {"rounds": list(rounds)}))


def problems(db: Database, selection: Selection) -> pa.Table:
    """What the importer left out or doubted in the selected rounds: severity, path, line, message."""
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


def differences(db: Database, selection: Selection) -> pa.Table:
    """Results of the selected rounds that MLCommons' summary states otherwise, or not at all."""
    return _of_rounds(db, _DIFFERENCES, selection)


_UNMAPPED = """
select 'accelerator' as kind, accelerator_raw as name, string_agg(distinct round, ' ') as rounds, count(*)::integer as entries
from systems where not is_accelerator_known group by all
union all
select 'cpu', cpu_raw, string_agg(distinct round, ' '), count(*)::integer from systems where not is_cpu_known group by all
order by all
"""


def unmapped(db: Database) -> pa.Table:
    """Names that have no canonical one yet, kept as the submitter wrote them."""
    return db.once(("unmapped",), lambda: db.table(_UNMAPPED))


_DOUBLED = """
select round, public_id, string_agg(distinct platform, ', ' order by platform) as platforms
from results where public_id is not null group by all having count(distinct system_id) > 1 order by all
"""


def doubled_ids(db: Database) -> pa.Table:
    """Public IDs that stand on two systems or more."""
    return db.once(("doubled",), lambda: db.table(_DOUBLED))


def matrix(db: Database, selection: Selection, by_system: bool, most: int = 400) -> pa.Table:
    """Results per submitter, or per system, and benchmark with scenario; an empty cell is no result."""
    return db.once(("matrix", selection.common(), by_system), lambda: _pivot(db, selection, by_system, most))


_CELLS = """
select submitter, round, platform, system_id, benchmark || ' ' || scenario as field, value
from results where {condition} order by submitter, round_order desc, platform, field
"""


def _pivot(db: Database, selection: Selection, by_system: bool, most: int) -> pa.Table:
    cells = db.rows(*statement(_CELLS, selection))
    fields = sorted({cell["field"] for cell in cells})
    names = ("submitter", "round", "platform", "system_id") if by_system else ("submitter",)
    owners: dict[tuple[str, ...], dict[str, int]] = {}
    for cell in cells:
        counted = owners.setdefault(tuple(cell[name] for name in names), {})
        counted[cell["field"]] = counted.get(cell["field"], 0) + 1
    rows = list(owners.items())[:most]
    columns: dict[str, list[Any]] = {name: [owner[index] for owner, _ in rows] for index, name in enumerate(names)}
    columns |= {field: [counted.get(field) for _, counted in rows] for field in fields}
    return pa.Table.from_pydict(columns)
