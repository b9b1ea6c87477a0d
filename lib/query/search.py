"""Finding: what a few words name, whatever the filters: benchmarks, accelerators, CPUs, submitters and entries."""

from __future__ import annotations

import pyarrow as pa

from lib.query.connection import UNLIMITED, Answer, Database
from lib.selection import Selection

# What leads where several kinds have the words: a benchmark or a part is named by them, an entry only holds them.
_HITS = """
with named as (
    select 1 as place, 'benchmark' as kind, benchmark as name, benchmark as text, round, round_order from results
    union all
    select 2, 'accelerator', unnest(accelerator_list) as name, name, round, round_order from results
    union all
    select 3, 'cpu', cpu, cpu, round, round_order from results where cpu is not null
    union all
    select 4, 'submitter', submitter, submitter, round, round_order from results
    union all
    select 5, 'entry', system_id, concat_ws(' ', public_id, submitter, system_name, platform, round), round, round_order
    from results
), counted as (
    select place, kind, name, any_value(text) as text, round, round_order, count(*)::integer as n
    from named where len($words) > 0 and list_bool_and(list_transform($words, lambda word: contains(lower(text), word)))
    group by place, kind, name, round, round_order
), hits as (
    select place, kind, name, any_value(text) as text, sum(n)::integer as results,
           string_agg(round, ' ' order by round_order) as rounds, max(round_order) as latest
    from counted group by place, kind, name
)
select kind, name, case when kind = 'entry' then text else name end as found, rounds, results, count(*) over () as total
from hits order by lower(text) = $whole desc, place, latest desc, results desc, name limit $most
"""


def search(db: Database, selection: Selection, most: int | None = None) -> Answer:
    """What holds all the words of `find`, the likeliest first: kind, name, found (name in words), rounds, results.

    The filters do not matter. Without words nothing is found.
    """
    words = tuple(selection.one("find").lower().split())
    bound = {"words": list(words), "whole": " ".join(words), "most": UNLIMITED if most is None else most}
    return db.once(("search", words, most), lambda: db.answer(_HITS, bound))


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: every hit."""
    return search(db, selection).table
