"""Beside each option of each filter: how many results it would leave under the other filters, in one scan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.query.connection import Database
from lib.selection import COMMON, NONE, Selection


@dataclass(frozen=True)
class Codes:
    """A filter's column as numbers: result `positions[i]` has the value `values[codes[i]]`; lists have several."""

    values: tuple[str, ...]
    positions: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]


Counts = dict[str, dict[str, int]]


def codes(db: Database) -> dict[str, Codes]:
    """The columns of all filters with options, dictionary-coded, read once a database."""
    return db.once(("codes",), lambda: {item.key: _codes(db, item.key) for item in COMMON if item.kind == "choice"})


_COLUMNS = {
    item.key: (
        f"select position, unnest(case when len({item.lists}) = 0 then ['{NONE}'] else {item.lists} end) as value "
        "from results"
        if item.lists
        else f"select position, coalesce({item.column}, '{NONE}') as value from results"
    )
    for item in COMMON
    if item.kind == "choice"
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
    return {"unit": units, **{key: frozenset(item.values) for key, item in codes(db).items()}}


def counts(db: Database, selection: Selection) -> Counts:
    """Results per option under the other filters; options without any are left out."""
    common = selection.common()
    return db.once(("counts", common), lambda: _counts(db, common))


def total(db: Database, selection: Selection) -> int:
    """How many results the selection leaves."""
    return len(_passing(db, selection.common())[0])


def _counts(db: Database, selection: Selection) -> Counts:
    passing, failing = _passing(db, selection)
    answer: Counts = {}
    size = db.once(("size",), lambda: int(db.rows("select count(*) as n from results")[0]["n"]))
    for key, item in codes(db).items():
        leaves = np.zeros(size, dtype=bool)
        leaves[passing] = True
        if key in failing:
            leaves[failing[key]] = True
        number = np.bincount(item.codes[leaves[item.positions]], minlength=len(item.values))
        answer[key] = {value: int(n) for value, n in zip(item.values, number.tolist(), strict=True) if n}
    return answer


_MASKED = "select position, mask from (select position, {flags} as mask from results) where bit_count(mask) <= 1"


Passing = tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[np.int64]]]


def _passing(db: Database, selection: Selection) -> Passing:
    """The positions that pass all filters, and those that fail exactly one, by that one."""
    return db.once(("passing", selection), lambda: _scan(db, selection))


def _scan(db: Database, selection: Selection) -> Passing:
    parts, bound = selection.conditions()
    if not parts:
        return db.table("select position from results")["position"].to_numpy(), {}
    flags = " + ".join(f"(case when {text} then 0 else {1 << index} end)" for index, text in enumerate(parts.values()))
    query = _MASKED.format(flags=flags)
    found = db.table(query, bound)
    positions, masks = found["position"].to_numpy(), found["mask"].to_numpy()
    return positions[masks == 0], {key: positions[masks == 1 << index] for index, key in enumerate(parts)}
