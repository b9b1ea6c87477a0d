"""Everything that can be found by name: read once a database, with where each name leads and what a word is looked for
in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib import links
from lib.query.connection import Database
from lib.query.defaults import defaults
from lib.selection import NONE, Selection, of

# A dot stays between digits: v1.0 is a round, v10 would be a part of V100.
_TOKEN = re.compile(r"[^\W_]+(?:(?<=\d)\.(?=\d)[^\W_]+)*")
_JOINED = 4  # tokens of a name that are looked through as one: `resnet50` names `ResNet-50`, `dgxh100` a `DGX H100`

# The kinds in the order in which they lead where several have the words: a part is named by them, an entry only holds
# them. An organisation is found by each writing under which it alone submitted, a round without its `v` too.
_NAMES = """
with written as (
    select name, string_agg(distinct submitter, ' ') filter (is_alone) as writings
    from (select unnest(organisations) as name, submitter, len(organisations) = 1 as is_alone from results)
    group by name
), named as (
    select 'benchmark' as kind, benchmark as name, null as writings, round, round_order, doubt from results
    union all
    select 'accelerator', unnest(accelerator_list), null, round, round_order, doubt from results
    union all
    select 'cpu', cpu, null, round, round_order, doubt from results
    union all
    select 'submitter', name, writings, round, round_order, doubt
    from (select unnest(organisations) as name, round, round_order, doubt from results) join written using (name)
    union all
    select 'accelerator_vendor', accelerator_vendor, null, round, round_order, doubt from results
    union all
    select 'cpu_vendor', cpu_vendor, null, round, round_order, doubt from results
    union all
    select 'round', round, ltrim(round, 'v'), round, round_order, doubt from results
    union all
    select 'entry', system_id, concat_ws(' ', submitter, array_to_string(organisations, ' '), system_name, platform),
           round, round_order, doubt from results
), counted as (
    select kind, name, any_value(writings) as writings, round, round_order, count(*) as n, count(doubt) as doubts
    from named where name is not null group by kind, name, round, round_order
)
select kind, name, any_value(writings) as writings, string_agg(round, ' ' order by round_order) as rounds,
       max(round_order) as latest, sum(n)::integer as results, sum(doubts)::integer as doubted_results
from counted group by kind, name order by kind, name
"""
_ENTRIES = """
select system_id, any_value(submitter) as submitter, any_value(system_name) as system_name,
       any_value(platform) as platform,
       list(distinct [id_key, public_id] order by [id_key, public_id]) filter (public_id is not null) as ids
from results group by system_id
"""
# A benchmark leads to its ranking in the latest published round that has it: closed before open, the suite, the
# availability and the scenario with the most results.
_RANKINGS = """
with counted as (
    select benchmark, round, division, system_type, availability, scenario, is_published, round_order, count(*) as n
    from (select r.benchmark, r.round, r.division, unnest(r.system_types) as system_type, r.availability, r.scenario,
                 rd.is_published, r.round_order from results r join rounds rd using (round))
    group by all
)
select benchmark, round, division, system_type, availability, scenario from counted
qualify row_number() over (
    partition by benchmark
    order by division = 'closed' desc, is_published desc, round_order desc, n desc, system_type, scenario) = 1
"""
KINDS = ("benchmark", "accelerator", "cpu", "submitter", "accelerator_vendor", "cpu_vendor", "round", "entry")
_PLACES = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Name:
    """One thing that can be found. `text` has its words one by one, `joined` each with those that follow it; both have
    a blank before each word. `exact` are the whole names by which it goes, without blanks and signs.
    """

    kind: str
    name: str
    found: str
    page: str
    opens: Selection
    rounds: str
    latest: int
    results: int
    doubted_results: int
    text: str
    joined: str
    exact: frozenset[str]
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> int:
        """The place of its kind."""
        return _PLACES[self.kind]

    @property
    def link(self) -> str:
        """The link of what it opens."""
        return links.link(self.page, self.opens)


def words_of(text: str) -> list[str]:
    """The words of a text as they are looked for: in lower case, without signs, a dot only between digits.

    >>> words_of("NVIDIA DGX-A100 (8x), v1.0"), words_of("%_")
    (['nvidia', 'dgx', 'a100', '8x', 'v1.0'], [])
    """
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def names(db: Database) -> Sequence[Name]:
    """Every name that the data has: a few megabytes, which the cache does not count, for they are a list."""
    return db.once(("names",), lambda: list(_names(db)))


def _names(db: Database) -> Iterator[Name]:
    entries = {row["system_id"]: row for row in db.rows(_ENTRIES)}
    rankings = {row["benchmark"]: row for row in db.rows(_RANKINGS)}
    usual = defaults(db)
    for row in db.rows(_NAMES):
        kind, name = row["kind"], row["name"]
        entry = entries[name] if kind == "entry" else {}
        found = _entry_said(entry) if entry else name
        tokens = words_of(f"{'round' if kind == 'round' else ''} {name.replace('/', ' ')} {row['writings'] or ''}")
        page, opens = _leads_to(kind, name, rankings.get(name), usual)
        yield Name(
            kind=kind,
            name=name,
            found=found,
            page=page,
            opens=opens,
            rounds=row["rounds"],
            latest=row["latest"],
            results=row["results"],
            doubted_results=row["doubted_results"],
            text=f" {' '.join(dict.fromkeys(tokens))} ",
            joined=_joined(tokens),
            exact=frozenset(_exact(kind, name, row["writings"] or "", entry)),
            ids=dict(entry.get("ids") or ()),
        )


def _joined(tokens: list[str]) -> str:
    joined = ("".join(tokens[place : place + _JOINED]) for place in range(len(tokens) - 1))
    return f" {' '.join(dict.fromkeys(joined))}"


def _exact(kind: str, name: str, writings: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """The whole names of a thing: a part's or a system's without its maker too, of an entry its platform's."""
    if entry:
        own = str(entry["system_name"] or "").partition("(")[0].strip()  # without its configuration
        whole = [entry["system_name"] or "", entry["platform"], own, own.partition(" ")[2]]
    else:
        whole = [name, *writings.split()]
        if kind in ("accelerator", "cpu"):
            whole.append(name.partition(" ")[2])
    yield from filter(None, ("".join(words_of(text)) for text in whole))


def _entry_said(entry: Mapping[str, Any]) -> str:
    """An entry in words: its submitter and its system, which mostly begins with the submitter's name already."""
    name = str(entry["system_name"] or entry["platform"])
    is_named = words_of(name)[:1] == words_of(entry["submitter"])[:1]
    return name if is_named else f"{entry['submitter']} {name}"


def _leads_to(kind: str, name: str, ranking: Mapping[str, Any] | None, usual: Selection) -> tuple[str, Selection]:
    """The page that a reader expects of a thing, and its selection there: all rounds, the latest first."""
    if kind == "entry":
        return "system", of({"entry": [name]})
    if kind == "round":
        return "overview", usual.with_values("round", [name])
    if kind == "benchmark" and ranking:
        keys = ("round", "division", "system_type", "availability", "benchmark", "scenario")
        return "rankings", of({key: [ranking[key] or NONE] for key in keys})
    return "results", of({kind: [name], "sort": ["round"]})
