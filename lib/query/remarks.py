"""What must be known of a result beside its value: why it has no rank, and which of its counts are not as declared."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from lib.query.connection import Answer, Database, statement
from lib.selection import Selection

DOUBTED, NOT_VALID, NO_VALUE = "doubted", "not valid", "without such a value"
# Why a result has no rank, in a word or two; `doubt` says what contradicts it. NULL for one that can be ranked.
NO_RANK = (
    f"nullif(concat_ws(' and ', case when doubt is not null then '{DOUBTED}' end, "
    f"case when not is_valid then '{NOT_VALID}' end), '')"
)
BETWEEN = " · "  # what stands between two counts, each of whose sources may hold a semicolon
# The sources name the declared figure themselves, where there is one, and where there is neither.
_ACCELERATORS_SOURCE = (
    "accelerators_source || case when accelerators_declared is null and accelerators is not null "
    "then '; none declared' else '' end"
)
_COUNTS = (
    ("accelerators", "accelerators", "accelerators_declared", _ACCELERATORS_SOURCE),
    ("CPUs per node", "cpus_per_node", "cpus_per_node_declared", "cpus_source"),
)
_CORES = ("cores per CPU", "cores_per_cpu", "cores_per_cpu_declared", "cores_source")


def _count_note(counts: tuple[tuple[str, str, str, str], ...]) -> str:
    told = (
        f"case when {value} is distinct from {declared} "
        f"then coalesce({value} || ' {words} (' || {source} || ')', '{words} ' || {_told_unknown(source)}) end"
        for words, value, declared, source in counts
    )
    return f"nullif(concat_ws('{BETWEEN}', {', '.join(told)}), '')"


def _told_unknown(source: str) -> str:
    """Why there is no figure: a source such as `virtual CPUs` says only what was declared."""
    return f"case when starts_with({source}, 'unknown') then '' else 'unknown: ' end || {source}"


_COUNT_NOTES = f"select system_id, {_count_note(_COUNTS)} as note from systems where note is not null"
_CORE_NOTES = f"select system_id, {_count_note((*_COUNTS, _CORES))} as note from systems where note is not null"


def with_count_notes(db: Database, rows: pa.Table, with_cores: bool = False) -> pa.Table:
    """Rows of entries with a column `count_note`: which counts are not the declared ones and why; null where all are.

    With cores where they are what a value is divided by: makers and declarations often differ there, and the column of
    cores names the credible figure anyway.
    """
    query = _CORE_NOTES if with_cores else _COUNT_NOTES
    notes = db.once((query,), lambda: db.table(query).combine_chunks())
    places = pc.index_in(rows["system_id"], value_set=notes["system_id"].combine_chunks())
    return rows.append_column("count_note", notes["note"].combine_chunks().take(places.combine_chunks()))


def noted(db: Database, found: Answer) -> Answer:
    """An answer of entries with the column `count_note`, see `with_count_notes`."""
    return Answer(with_count_notes(db, found.table), found.total)


def no_rank_of(ranks: pa.Array, why: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Why each row without a rank has none: `why` by NO_RANK, else that it has no such value; null with a rank."""
    if not ranks.null_count:
        return pa.nulls(len(ranks), pa.string())
    return pc.if_else(pc.is_valid(ranks), pa.scalar(None, pa.string()), pc.fill_null(why, NO_VALUE))


_STANDING = f"""
select {NO_RANK} as why, count(*)::integer as results
from results where {{condition}} group by why order by results desc, why
"""


def standing(db: Database, selection: Selection) -> tuple[int, Mapping[str, int]]:
    """How many results are selected, and of them, by why, those that have no rank."""
    query, values = statement(_STANDING, selection)
    rows = db.once(("standing", selection.common()), lambda: db.rows(query, values))
    return sum(row["results"] for row in rows), {row["why"]: row["results"] for row in rows if row["why"]}


def reasons(no_rank: pa.ChunkedArray) -> dict[str, int]:
    """How many rows of a column `no_rank` have which reason, the most frequent first."""
    counted = {item["values"]: item["counts"] for item in pc.value_counts(no_rank).to_pylist()}
    return dict(sorted(((why, n) for why, n in counted.items() if why), key=lambda item: (-item[1], item[0])))
