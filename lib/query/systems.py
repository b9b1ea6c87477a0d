"""One system and all that is known of it; and the systems that a selection leaves."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from lib.query.connection import Answer, Database, statement
from lib.query.remarks import NO_RANK, noted, with_count_notes
from lib.selection import Selection, SelectionError

IDENTITY = ("round", "division", "submitter", "platform", "system_name", "public_id")
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
    found = db.once(("system", system_id), lambda: with_count_notes(db, db.table(_SYSTEM, {"system_id": system_id})))
    return found.to_pylist()[0] if found.num_rows else None


_SYSTEM_RESULTS = f"""
select r.benchmark, r.benchmark_raw, r.scenario, r.value, r.unit, r.is_inferred, r.checker_inferred, r.is_valid,
       {NO_RANK} as no_rank, r.doubt, r.value_field, r.unit_source, r.power_w, r.energy_mj, r.power_source,
       r.weight_dtype, r.target_qps, r.target_latency_ns, r.source_url, r.source_path, r.result_id,
       f.system_type, f.rank, f.size, r.anomaly_id
from results r
left join field_ranks f on f.result_id = r.result_id
where r.system_id = $system_id
order by r.position, f.system_type
"""
_DESCRIPTION = "select field, value from descriptions where system_id = $system_id order by field"
_SOFTWARE = "select role, part, version from system_software where system_id = $system_id order by role, part"
_RUNS = """
select r.benchmark, r.scenario, u.* exclude (result_id)
from runs u join results r using (result_id) where r.system_id = $system_id order by r.position, u.run
"""
_ACCURACY = """
select r.benchmark, r.scenario, a.metric, a.value
from accuracy a join results r using (result_id) where r.system_id = $system_id order by r.position, a.metric
"""


def _of_system(db: Database, query: str, system_id: str) -> Answer:
    return db.once((query, system_id), lambda: Answer.whole(db.table(query, {"system_id": system_id})))


def results_of_system(db: Database, system_id: str) -> Answer:
    """A system's results, each with the rank that it takes among those it was published beside."""
    return _of_system(db, _SYSTEM_RESULTS, system_id)


def description(db: Database, system_id: str) -> Answer:
    """The raw fields of a system's description: field, value."""
    return _of_system(db, _DESCRIPTION, system_id)


def software(db: Database, system_id: str) -> Answer:
    """The parts of a system's software: role, part, version."""
    return _of_system(db, _SOFTWARE, system_id)


def runs(db: Database, system_id: str) -> Answer:
    """Every performance run of a system, with its test parameters and latencies."""
    return _of_system(db, _RUNS, system_id)


def accuracy(db: Database, system_id: str) -> Answer:
    """The accuracy figures of a system's results, in the unit of each benchmark's own script."""
    return _of_system(db, _ACCURACY, system_id)


_FIND_SYSTEMS = """
select system_id, any_value(public_id) as public_id, submitter, any_value(system_name) as system_name, platform,
       round, division, any_value(accelerator) as accelerator, any_value(accelerators) as accelerators,
       count(*)::integer as results,
       count(doubt)::integer as doubted_results, count(*) over () as total
from results where {condition} group by system_id, submitter, platform, round, division
order by results desc, system_id limit $most
"""


def systems(db: Database, selection: Selection, most: int) -> Answer:
    """The systems that a selection leaves, those with the most results first."""
    query, values = statement(_FIND_SYSTEMS, selection)
    key = ("systems", selection.common(), most)
    return db.once(key, lambda: noted(db, db.answer(query, {**values, "most": most})))


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: the entry's round, submitter, system and ID beside each of its results.

    Raises SelectionError where the link names no entry that the data holds.
    """
    entry = selection.one("entry")
    known = system(db, entry) if entry else None
    if known is None:
        raise SelectionError("the link of a system names no entry that the data holds")
    table = results_of_system(db, entry).table
    for place, name in enumerate(IDENTITY):
        table = table.add_column(place, name, pa.array([known[name]] * table.num_rows, pa.string()))
    return table
