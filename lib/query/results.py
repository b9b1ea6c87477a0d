"""The whole table of the selected results."""

from __future__ import annotations

import pyarrow as pa

from lib.query.connection import UNLIMITED, Answer, Database, statement
from lib.query.remarks import NO_RANK, noted
from lib.schema import CONTRACT
from lib.selection import Selection

_RESULTS = f"""
select * exclude (position, round_order, words, id_key, organisations, accelerator_list, weight_dtypes, system_types,
                  official_unit, unit_logged, base_name),
       {NO_RANK} as no_rank, count(*) over () as total
from results where {{condition}} order by {{order}} limit $most
"""
# Where rows are ordered by rank or value, what has no rank stands after those that have one.
_ORDERS = {
    "name": "lower(coalesce(system_name, platform)), position",
    "rank": "benchmark, scenario, era, unit, round_order, division, is_ranked desc, position",
    "round": "round_order desc, position",
    "submitter": "lower(submitter), position",
    "value": "benchmark, scenario, era, unit, is_ranked desc, "
    "case when higher_is_better then -value else value end, result_id",
}


def results(db: Database, selection: Selection, most: int | None = None) -> Answer:
    """The selected results, all columns, in the order that `sort` asks for; at most `most` rows where given."""
    query, values = statement(_RESULTS, selection, order=_ORDERS[selection.one("sort", "rank")])
    bound = {**values, "most": UNLIMITED if most is None else most}
    key = ("results", selection.common(), selection.get("sort"), most)
    return db.once(key, lambda: noted(db, db.answer(query, bound)))


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: the contract's columns, then the others."""
    table = results(db, selection).table
    return table.select([*CONTRACT, *(name for name in table.column_names if name not in CONTRACT)])
