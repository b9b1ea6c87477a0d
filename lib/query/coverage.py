"""What is in here and what is not: counts per round, what was left out and why, agreement with MLCommons' summaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.query.connection import Database
from lib.query.questions import statement
from lib.selection import Selection

_ROUNDS = (Path(__file__).parent / "coverage_rounds.sql").read_text("utf-8")


def rounds(db: Database) -> pa.Table:
    """One row a round: what is in the source and in here, what was left out, what MLCommons' summary confirms."""
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
select 'accelerator' as kind, accelerator_raw as name, string_agg(distinct round, ' ') as rounds,
       count(*)::integer as entries
from systems where not is_accelerator_known group by all
union all
select 'cpu', cpu_raw, string_agg(distinct round, ' '), count(*)::integer
from systems where not is_cpu_known group by all
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
