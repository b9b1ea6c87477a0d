"""Beside each option of each filter: how many results it would leave under the other filters, in one scan.

And where the filters leave nothing: which of them to give up, and what that would leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.query.connection import Database
from lib.query.defaults import round_names
from lib.selection import COMMON, FILTERS, NONE, Selection


@dataclass(frozen=True)
class Codes:
    """A filter's column as numbers: result `positions[i]` has the value `values[codes[i]]`; lists have several."""

    values: tuple[str, ...]
    positions: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]


Counts = dict[str, dict[str, int]]
# The ranges of which single values are offered too: systems have 4, 8 or 16 accelerators, not 4 to 16.
EXACT = ("cores", "accelerators")


def codes(db: Database) -> dict[str, Codes]:
    """The columns of all filters with options, and of EXACT, dictionary-coded, read once a database."""
    return db.once(("codes",), lambda: {key: _codes(db, key) for key in _COLUMNS})


_COLUMNS = {
    item.key: (
        f"select position, unnest(case when len({item.lists}) = 0 then ['{NONE}'] else {item.lists} end) as value "
        "from results"
        if item.lists
        else f"select position, coalesce({item.column}, '{NONE}') as value from results"
    )
    for item in COMMON
    if item.kind == "choice"
} | {
    key: f"select position, {column}::varchar as value from results where {column} is not null"
    for key, column in ((key, FILTERS[key].column) for key in EXACT)
}


def _codes(db: Database, key: str) -> Codes:
    table = db.table(_COLUMNS[key])
    values = table["value"].combine_chunks().dictionary_encode()
    return Codes(
        tuple(values.dictionary.to_pylist()), table["position"].to_numpy(), values.indices.to_numpy().astype(np.int64)
    )


def vocabulary(db: Database) -> dict[str, frozenset[str]]:
    """The values that the data has, by the key of a link."""
    return db.once(("vocabulary",), lambda: _vocabulary(db))


def _vocabulary(db: Database) -> dict[str, frozenset[str]]:
    units = frozenset(row["unit"] for row in db.rows("select distinct unit from results"))
    return {"unit": units, **{key: frozenset(item.values) for key, item in codes(db).items() if key not in EXACT}}


def counts(db: Database, selection: Selection, keys: tuple[str, ...] = tuple(_COLUMNS)) -> Counts:
    """Results per option of these filters under the others, of EXACT per single value; options without any are left
    out. Filters without options are passed over."""
    common = selection.common()
    return db.once(("counts", common, keys), lambda: _counts(db, common, keys))


def total(db: Database, selection: Selection) -> int:
    """How many results the selection leaves."""
    return len(_passing(db, selection.common())[0])


def _counts(db: Database, selection: Selection, keys: tuple[str, ...]) -> Counts:
    passing, failing = _passing(db, selection)
    answer: Counts = {}
    size = db.once(("size",), lambda: int(db.rows("select count(*) as n from results")[0]["n"]))
    for key, item in ((key, item) for key, item in codes(db).items() if key in keys):
        leaves = np.zeros(size, dtype=bool)
        leaves[passing] = True
        if key in failing:
            leaves[failing[key]] = True
        number = np.bincount(item.codes[leaves[item.positions]], minlength=len(item.values))
        found = np.flatnonzero(number)
        answer[key] = {item.values[at]: n for at, n in zip(found.tolist(), number[found].tolist(), strict=True)}
    return answer


def options(db: Database, key: str, counted: Mapping[str, int], chosen: tuple[str, ...] = ()) -> list[str]:
    """A filter's options: all that the data has and those chosen. Those of a fixed set stand in its order; of others
    those come first that leave results (`counted`), rounds latest first, other names by the alphabet."""
    fixed, known = FILTERS[key].fixed, _ordered(db)[key]
    if fixed:
        return [value for value in fixed if value in known or value in chosen]
    found = [value for value in known if value in counted]
    return [*found, *(value for value in known if value not in counted), *(v for v in chosen if v not in known)]


def _ordered(db: Database) -> dict[str, dict[str, None]]:
    """The values that the data has by filter, in the order of its options."""
    return db.once(("ordered options",), lambda: {key: _in_order(db, key, item) for key, item in codes(db).items()})


def _in_order(db: Database, key: str, item: Codes) -> dict[str, None]:
    if key == "round":
        return dict.fromkeys(round_names(db))
    return dict.fromkeys(sorted(item.values, key=lambda value: (value == NONE, value.casefold())))


def exact_values(counted: Mapping[str, int], most: int) -> list[str]:
    """The single values of a range that leave most results, at most so many, by size.

    >>> exact_values({"8": 40, "64": 9, "16": 12, "3": 1}, 3)
    ['8', '16', '64']
    """
    used = sorted(counted, key=lambda value: (-counted[value], int(value)))[:most]
    return sorted(used, key=int)


_MASKED = "select position, mask from (select position, {flags} as mask from results) where bit_count(mask) <= 1"


Passing = tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[np.int64]]]


def _passing(db: Database, selection: Selection) -> Passing:
    """The positions that pass all filters, and those that fail exactly one, by that one."""
    return db.once(("passing", selection), lambda: _scan(db, selection))


def _scan(db: Database, selection: Selection) -> Passing:
    parts, bound = selection.conditions()
    if not parts:
        return db.table("select position from results")["position"].to_numpy(), {}
    found = db.table(_MASKED.format(flags=_flags(parts)), bound)
    positions, masks = found["position"].to_numpy(), found["mask"].to_numpy()
    return positions[masks == 0], {key: positions[masks == 1 << index] for index, key in enumerate(parts)}


def _flags(parts: Mapping[str, str]) -> str:
    """The filters that a result fails, as the bits of a number."""
    return " + ".join(f"(case when {text} then 0 else {1 << index} end)" for index, text in enumerate(parts.values()))


@dataclass(frozen=True)
class Looser:
    """Filters to give up, and what the others would then leave."""

    keys: tuple[str, ...]
    results: int
    entries: int


_LEAST_FAILED = """
select mask, count(*)::integer as results, count(distinct system_id)::integer as entries
from (select system_id, {flags} as mask from results) group by mask
qualify bit_count(mask) = min(bit_count(mask)) over () order by results, mask
"""


def looser(db: Database, selection: Selection) -> list[Looser]:
    """Where a selection leaves nothing: the fewest filters without which the others leave results, one choice of them
    each; what adds the fewest results comes first, for it is nearest to what was asked."""
    common = selection.common()
    return db.once(("looser", common), lambda: _looser(db, common))


def _looser(db: Database, selection: Selection) -> list[Looser]:
    parts, bound = selection.conditions()
    if not parts:
        return []
    found = db.rows(_LEAST_FAILED.format(flags=_flags(parts)), bound)
    return [Looser(_failed(tuple(parts), row["mask"]), row["results"], row["entries"]) for row in found if row["mask"]]


def _failed(keys: tuple[str, ...], mask: int) -> tuple[str, ...]:
    return tuple(key for index, key in enumerate(keys) if mask >> index & 1)
