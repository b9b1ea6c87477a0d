"""Finding: what a few words name, whatever the filters: benchmarks, accelerators, CPUs, submitters and entries."""

from __future__ import annotations

import pyarrow as pa

from lib.query.connection import UNLIMITED, Answer, Database
from lib.selection import Selection
from lib.vocabulary import id_key

# What leads where several kinds have the words: a benchmark or a part is named by them, an entry only holds them.
# An organisation is found by each writing under which it alone submitted.
_HITS = """
with written as (
    select name, concat_ws(' ', name, string_agg(distinct submitter, ' ') filter (is_alone)) as writings
    from (select unnest(organisations) as name, submitter, len(organisations) = 1 as is_alone from results)
    group by name
), named as (
    select 1 as place, 'benchmark' as kind, benchmark as name, benchmark as text, benchmark as looked_through,
           round, round_order, doubt from results
    union all
    select 2, 'accelerator', unnest(accelerator_list) as name, name, name, round, round_order, doubt from results
    union all
    select 3, 'cpu', cpu, cpu, cpu, round, round_order, doubt from results where cpu is not null
    union all
    select 4, 'submitter', name, name, writings, round, round_order, doubt
    from (select unnest(organisations) as name, round, round_order, doubt from results) join written using (name)
    union all
    select 5, 'entry', system_id, concat_ws(' ', public_id, submitter, system_name, platform, round),
           concat_ws(' ', id_key, submitter, array_to_string(organisations, ' '), system_name, platform, round),
           round, round_order, doubt
    from results
), counted as (
    select place, kind, name, any_value(text) as text, round, round_order, count(*)::integer as n,
           count(doubt) as doubts
    from named where len($words) > 0
      and list_bool_and(list_transform(list_zip($words, $keys), lambda word:
              contains(lower(looked_through), word[1]) or contains(lower(looked_through), word[2])))
    group by place, kind, name, round, round_order
), hits as (
    select place, kind, name, any_value(text) as text, sum(n)::integer as results,
           sum(doubts)::integer as doubted_results,
           string_agg(round, ' ' order by round_order) as rounds, max(round_order) as latest
    from counted group by place, kind, name
)
select kind, name, case when kind = 'entry' then text else name end as found, rounds, results,
       doubted_results, count(*) over () as total
from hits order by lower(text) = $whole desc, place, latest desc, results desc, name limit $most
"""


def search(db: Database, selection: Selection, most: int | None = None) -> Answer:
    """What holds all the words of `find`, the likeliest first: kind, name, found (name in words), rounds, results,
    doubted_results.

    A public ID is found in each form in which MLCommons writes it. The filters do not matter; without words nothing is
    found.
    """
    words = tuple(selection.one("find").lower().split())
    keys = [id_key(word) for word in words]
    bound = {"words": list(words), "keys": keys, "whole": " ".join(words), "most": UNLIMITED if most is None else most}
    return db.once(("search", words, most), lambda: db.answer(_HITS, bound))


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: every hit."""
    return search(db, selection).table
