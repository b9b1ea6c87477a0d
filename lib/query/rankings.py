"""Rankings: the selected results, best first within what may be ranked together; and who leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lib import links
from lib.analysis.ranking import rank_within
from lib.query.connection import Answer, Database, statement
from lib.query.remarks import NO_RANK, no_rank_of, with_count_notes
from lib.schema import CONTRACT
from lib.selection import Selection

# What a value is divided by, by the choice of `per`; only throughputs are divided.
PER = {
    "system": "value",
    "accelerator": "case when metric = 'throughput' then value / nullif(accelerators, 0) end",
    "core": "case when metric = 'throughput' then value / nullif(cores_per_cpu::double * cpus_per_node * nodes, 0) end",
    "watt": "case when metric = 'throughput' then value / nullif(power_w, 0) end",
}

# What may be ranked together: a field knows no eras, but a ranking may be over rounds. Datacenter and edge systems run
# one benchmark by the same rules, and some are both: they may share a ranking, which then says so (`kinds`).
GROUP = ("benchmark", "scenario", "division", "era", "unit")
_RANKED = f"""
select {{columns}}, era, anomaly_id, {{per}} as shown, is_ranked as can_be_ranked, higher_is_better as more_is_better,
       {NO_RANK} as why
from results where {{condition}} and (len($units) = 0 or list_contains($units, unit))
order by benchmark, scenario, division, era, unit, (is_ranked and {{per}} is not null) desc,
         case when not is_ranked then null when higher_is_better then -({{per}}) else {{per}} end,
         submitter, system_id, result_id
"""


# What the page shows of a ranking: each further column costs the engine a fifth of a millisecond.
SHOWN = (
    "result_id",
    "system_id",
    "public_id",
    "round",
    "division",
    "submitter",
    "platform",
    "system_name",
    "benchmark",
    "scenario",
    "value",
    "unit",
    "is_inferred",
    "accelerator",
    "accelerator_vendor",
    "accelerators",
    "cpus_per_node",
    "nodes",
    "cpu",
    "cores_per_cpu",
    "framework",
    "serving",
    "target_qps",
    "power_w",
    "source_url",
    "doubt",
    "unit_source",
)
# What the page's CSV has of each result.
EXPORTED = (
    *CONTRACT,
    "doubt",
    "unit_source",
    "checker_inferred",
    "accelerators_declared",
    "accelerators_source",
    "cpus_per_node_declared",
    "cpus_source",
    "cores_source",
)


def ranked(db: Database, selection: Selection, columns: tuple[str, ...] = EXPORTED) -> Answer:
    """The selected results, best first within each benchmark, scenario, division, unit and era; ties share a rank.

    Columns: rank (null for what cannot be ranked), those asked for, era, `shown` (the value, or the value per
    accelerator, core or watt, as `per` says), `more_is_better`, `anomaly_id` (the weightiest finding about the row, if
    any), `no_rank` (why it has no rank) and `count_note` (which counts are not the declared ones, and why). What has no
    rank stands last in its group.
    """
    choice, units = selection.one("per", "system"), selection.get("unit")
    query, values = statement(_RANKED, selection, columns=", ".join(columns), per=PER[choice])
    key = ("ranked", selection.common(), choice, units, columns)

    def ask() -> Answer:
        found = _with_ranks(db.table(query, {**values, "units": list(units)}))
        return Answer.whole(with_count_notes(db, found, with_cores=choice == "core"))

    return db.once(key, ask)


def _with_ranks(rows: pa.Table) -> pa.Table:
    ranks = rank_within(rows, GROUP, "shown", "more_is_better", rows["can_be_ranked"])
    why = no_rank_of(ranks, rows["why"])
    rows = rows.drop_columns(["can_be_ranked", "why"])
    return rows.add_column(0, "rank", ranks).append_column("no_rank", why)


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: rank, a derived value where one was asked for, the contract's columns, and why a row
    has no rank, what is doubted of it and where its counts come from."""
    table, columns = ranked(db, selection).table, ["rank", *CONTRACT, "no_rank", *EXPORTED[len(CONTRACT) :]]
    choice = selection.one("per", "system")
    if choice != "system":
        derived = f"value_per_{choice}_derived"
        table = table.rename_columns([derived if name == "shown" else name for name in table.column_names])
        columns.insert(1, derived)
    return table.select(columns)


@dataclass(frozen=True, order=True)
class Group:
    """What may stand in one chart: one benchmark, scenario, division and unit, between two breaks of comparability."""

    benchmark: str
    scenario: str
    division: str
    era: int
    unit: str
    results: int

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        """What it is called: the values of GROUP."""
        return self.benchmark, self.scenario, self.division, self.era, self.unit


_GROUPS = """
select benchmark, scenario, division, era, unit, count(*)::integer as results
from results where {condition} group by all order by results desc, benchmark, scenario, division, era, unit
"""


def groups(db: Database, selection: Selection) -> list[Group]:
    """The groups that a selection leaves, the largest first."""
    query, values = statement(_GROUPS, selection)
    return db.once(("groups", selection.common()), lambda: [Group(**row) for row in db.rows(query, values)])


def groups_of(ranking: pa.Table) -> list[Group]:
    """The groups of a ranking that is there already, the largest first."""
    names = list(GROUP)
    counted = ranking.group_by(names).aggregate([([], "count_all")]).rename_columns([*names, "results"])
    return sorted((Group(**row) for row in counted.to_pylist()), key=lambda group: (-group.results, group))


_HEADLINE = f"""
select benchmark, scenario, division, era, unit, round, system_id, submitter, system_name, platform, accelerator,
       accelerators, value, {PER["accelerator"]} as value_per_accelerator_derived, higher_is_better,
       count(*) over (partition by benchmark, scenario, division, era, unit)::integer as entries
from results where is_ranked and {{condition}}
qualify row_number() over (partition by benchmark, scenario, division, era, unit
                           order by case when higher_is_better then -value else value end, result_id) = 1
order by entries desc, benchmark, scenario, division
"""


_KINDS = """
select count(*) filter (is_datacenter)::integer as datacenter, count(*) filter (is_edge)::integer as edge
from results where {condition}
having bool_or(is_datacenter and not is_edge) and bool_or(is_edge and not is_datacenter)
"""


def kinds(db: Database, selection: Selection) -> dict[str, int]:
    """How many of the selected results are of datacenter and of edge systems, where some are of the one kind alone and
    some of the other; a system may be both, and is counted in each. Else empty: they are one field."""
    if len(selection.get("system_type")) == 1:
        return {}
    query, values = statement(_KINDS, selection)
    return next(iter(db.once(("kinds", selection.common()), lambda: db.rows(query, values))), {})


_ROUNDS_OF_GROUPS = f"""
select {", ".join(GROUP)}, list(distinct round order by round) as rounds
from results where {{condition}} group by all
"""


def leaders(db: Database, selection: Selection) -> Answer:
    """The best result of each benchmark, scenario and division, those with the most entries first.

    `ranking` is the link to the ranking that the result leads, alone.
    """
    query, values = statement(_HEADLINE, selection)

    def ask() -> Answer:
        found = with_count_notes(db, db.table(query, values))
        return Answer.whole(found.append_column("ranking", _links(db, selection.common(), found)))

    return db.once(("leaders", selection.common()), ask)


def _links(db: Database, selection: Selection, leaders: pa.Table) -> pa.Array:
    alone = rankings_alone(db, selection)
    keys = zip(*(leaders[name].to_pylist() for name in GROUP), strict=True)
    return pa.array([f"/{links.link('rankings', alone[key])}" for key in keys], pa.string())


def rankings_alone(db: Database, selection: Selection) -> dict[tuple[str, str, str, int, str], Selection]:
    """For each group of a selection, by what GROUP names, the selection that leaves it alone: with its division and
    unit where there are several, and with its rounds where a break of comparability lies between them."""
    query, values = statement(_ROUNDS_OF_GROUPS, selection)
    return db.once(("rankings alone", selection), lambda: _alone(selection, db.rows(query, values)))


def _alone(selection: Selection, found: list[dict[str, Any]]) -> dict[tuple[str, str, str, int, str], Selection]:
    held: dict[tuple[str, str], dict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
    for row in found:
        for name in ("division", "unit", "era"):
            held[row["benchmark"], row["scenario"]][name].add(row[name])

    def alone(row: Mapping[str, Any]) -> Selection:
        several = {name for name, seen in held[row["benchmark"], row["scenario"]].items() if len(seen) > 1}
        named = {name: [row[name]] for name in ("benchmark", "scenario")}
        named |= {name: [row[name]] for name in ("division", "unit") if name in several}
        return selection.with_all(named | ({"round": row["rounds"]} if "era" in several else {}))

    return {tuple(row[name] for name in GROUP): alone(row) for row in found}


_MEMORY = "select system_id, value from descriptions where field = 'host_memory_capacity' and value is not null"


def host_memory(db: Database) -> Mapping[str, str]:
    """The host memory of each system in its submitter's words, where the description states it."""
    return db.once((_MEMORY,), lambda: {row["system_id"]: row["value"] for row in db.rows(_MEMORY)})
