"""What must hold before a database is served: unique keys, nothing dropped on the way, words that we know."""

from __future__ import annotations

import duckdb

# Each query finds rows that must not exist; the sentence says what they would mean.
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
        "one ranking with two directions",
        "select benchmark from results group by benchmark, scenario, unit, era "
        "having count(distinct higher_is_better) > 1",
    ),
    ("an anomaly about no result", "select anomaly_id from anomaly_members anti join results using (result_id)"),
)


class CheckError(Exception):
    """Tables that contradict themselves; the database in use stays."""


def check(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise CheckError with the first row that must not exist."""
    for meaning, query in _MUST_BE_EMPTY:
        row = connection.execute(query).fetchone()
        if row is not None:
            raise CheckError(f"{meaning}: {row[0]}")
