"""What people mean when they say nothing: the selection that a page without a query string shows."""

from __future__ import annotations

from lib.catalogue import BY_NAME
from lib.query.connection import Database
from lib.query.rankings import groups
from lib.selection import Selection, of

_ROUNDS = """
select rd.round, rd.is_published from rounds rd
where exists (select 1 from results r where r.round = rd.round) order by rd.is_published desc, rd.round_order desc
"""


def round_names(db: Database) -> list[str]:
    """The rounds with results: the published ones, the latest first, then the house rounds."""
    return [name for name, _ in _rounds(db)]


def _rounds(db: Database) -> list[tuple[str, bool]]:
    return db.once(("rounds",), lambda: [(row["round"], row["is_published"]) for row in db.rows(_ROUNDS)])


def defaults(db: Database) -> Selection:
    """The latest published round's closed, available datacenter results.

    Where there are house rounds alone all of the last one: nobody says that it holds such results.
    """
    name, is_published = next(iter(_rounds(db)), ("", False))
    usual = {"division": ["closed"], "system_type": ["datacenter"], "availability": ["available"]}
    return of({"round": [name] if name else [], **(usual if is_published else {})})


def page_defaults(db: Database, page: str) -> Selection:
    """What a page shows without a query string; where filters take one value, that of the largest ranking."""
    return _with_largest(db, page, defaults(db))


def _with_largest(db: Database, page: str, base: Selection) -> Selection:
    single = BY_NAME[page].single
    for group in groups(db, base)[:1] if single else []:
        base = base.with_all({key: [getattr(group, key)] for key in single})
    return base


def adapted(db: Database, page: str, before: Selection, after: Selection) -> Selection:
    """A selection after the reader changed it. What the page chose by itself gives way where it would leave nothing:
    another round need not have the benchmark that the page began with."""
    single, usual = BY_NAME[page].single, page_defaults(db, page)
    is_chosen = any(before.get(key) != usual.get(key) or after.get(key) != before.get(key) for key in single)
    if not single or is_chosen or groups(db, after):
        return after
    return _with_largest(db, page, after.with_all(dict.fromkeys(single, ())))
