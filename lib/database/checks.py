"""What must hold: of a round's tables, else the round is left out; of a database, else the one in use stays.

And what is said where a database has less than the one before.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from lib.data_folder import InputError
from lib.ingest.problem import Problem
from lib.vocabulary import metric_of_unit

Counts = dict[str, tuple[int, int]]

# Each query finds rows of a round's tables that must not exist: the table, what they would mean, the query for the
# round's folder and one of the rows.
_OF_A_ROUND = (
    (
        "results",
        "a result without its name, value or direction",
        "select folder, result_id from results where result_id is null or system_id is null or benchmark_raw is null "
        "or scenario is null or unit is null or value is null or not isfinite(value) or higher_is_better is null",
    ),
    (
        "results",
        "a result of another round, or under another name than its own",
        "select folder, result_id from results where round is distinct from folder "
        "or system_id is distinct from concat_ws('/', round, division, submitter, platform) "
        "or result_id is distinct from concat_ws('/', system_id, benchmark_raw, scenario)",
    ),
    (
        "systems",
        "a system of another round, or under another name than its own",
        "select folder, system_id from systems where round is distinct from folder "
        "or system_id is distinct from concat_ws('/', round, division, submitter, platform)",
    ),
    (
        "results",
        "a division that no round has",
        "select folder, division from results where division is null or division not in ('closed', 'open', 'network')",
    ),
    (
        "results",
        "a result stands twice",
        "select folder, result_id from results group by all having count(*) > 1",
    ),
    (
        "systems",
        "a system stands twice",
        "select folder, system_id from systems group by all having count(*) > 1",
    ),
    (
        "systems",
        "a result without a system",
        "select folder, result_id from results anti join systems using (folder, system_id)",
    ),
    (
        "runs",
        "a run without its result",
        "select folder, result_id from runs anti join results using (folder, result_id)",
    ),
    (
        "runs",
        "a run stands twice",
        "select folder, result_id from runs group by folder, result_id, run having count(*) > 1",
    ),
    (
        "results",
        "a unit with the wrong direction",  # rounds of two minds about it could share no ranking
        "select folder, unit from results where higher_is_better <> is_higher_better(unit)",
    ),
)
# The same of the finished tables.
_MUST_BE_EMPTY = (
    ("a result stands twice", "select result_id from results group by result_id having count(*) > 1"),
    ("a system stands twice", "select system_id from systems group by system_id having count(*) > 1"),
    ("a result was lost on the way", "select result_id from raw_results anti join results using (result_id)"),
    ("a result without a system", "select result_id from results anti join systems using (system_id)"),
    ("a result without a finite value", "select result_id from results where value is null or not isfinite(value)"),
    (
        "a division that no round has",
        "select division from results where division not in ('closed', 'open', 'network')",
    ),
    ("a run without its result", "select result_id from runs anti join results using (result_id)"),
    (
        "a system's accelerators are not the sum of its kinds",
        "select system_id from systems join (select system_id, sum(count) as total, count(*) as kinds, "
        "count(*) = count(count) as is_whole from system_accelerators group by system_id) using (system_id) "
        "where (is_whole or kinds = 1) and total is distinct from accelerators",
    ),
    (
        "one ranking with two directions",
        "select benchmark from results group by benchmark, scenario, unit, era "
        "having count(distinct higher_is_better) > 1",
    ),
    ("two findings under one id", "select anomaly_id from anomalies group by anomaly_id having count(*) > 1"),
    ("an anomaly about no result", "select anomaly_id from anomaly_members anti join results using (result_id)"),
)
_COUNTS = """
select round, sum(results)::integer, sum(systems)::integer
from (select round, 1 as results, 0 as systems from results union all select round, 0, 1 from systems)
group by round
"""


class CheckError(InputError):
    """Tables that contradict themselves; the database in use stays."""


def faults(rounds: dict[str, dict[str, pa.Table]]) -> dict[str, tuple[str, str]]:
    """Which rounds' tables contradict themselves or each other: by the folder's name the table, and how.

    `rounds` has each folder's tables by name.
    """
    found: dict[str, tuple[str, str]] = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        for table in {table for table, _, _ in _OF_A_ROUND}:
            connection.register(table, _with_folder(rounds, table))
        connection.create_function("is_higher_better", _is_higher_better, ["VARCHAR"], "BOOLEAN")
        for table, meaning, query in _OF_A_ROUND:
            for folder, row in connection.execute(
                f"select folder, min(row) from ({query}) t(folder, row) group by all"
            ).fetchall():
                found.setdefault(folder, (table, f"{meaning}: {row}"))
    return found


def _is_higher_better(unit: str) -> bool:
    return metric_of_unit(unit).higher_is_better


def _with_folder(rounds: dict[str, dict[str, pa.Table]], table: str) -> pa.Table:
    return pa.concat_tables(
        tables[table].append_column("folder", pa.repeat(name, tables[table].num_rows))
        for name, tables in rounds.items()
    )


def check(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise CheckError with the first row that must not exist."""
    for meaning, query in _MUST_BE_EMPTY:
        rows = connection.execute(f"{query} limit 1").fetchall()
        if rows:
            raise CheckError(f"{meaning}: {rows[0][0]}")


def counts(connection: duckdb.DuckDBPyConnection) -> Counts:
    """How many results and systems a database has of each round."""
    return {name: (results, systems) for name, results, systems in connection.execute(_COUNTS).fetchall()}


def shrunk(before: Counts, now: Counts) -> dict[str, Problem]:
    """What is said of each round that has fewer results or systems than in the build before."""
    found = {}
    for name, (results, systems) in sorted(before.items()):
        left = now.get(name, (0, 0))
        if left[0] < results or left[1] < systems:
            message = (
                f"the build before had {results} results of {systems} systems of {name}, "
                f"this one has {left[0]} of {left[1]}"
            )
            found[name] = Problem("warning", f"rounds/{name}", 0, message)
    return found
