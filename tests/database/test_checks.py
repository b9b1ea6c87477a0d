"""Each check finds what it is for: in the tables of a round, in a finished database, against the build before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lib.database import checks, inputs

Raw = dict[str, pa.Table]
CLEAN = (
    "create table results as select 'r' as result_id, 's' as system_id, 1::double as value, 'closed' as division, "
    "'b' as benchmark, 'Offline' as scenario, 'Samples/s' as unit, 0 as era, true as higher_is_better, 'v1.0' as round",
    "create table raw_results as from results",
    "create table systems as select 's' as system_id, 'v1.0' as round, 8 as accelerators",
    "create table system_accelerators as select 's' as system_id, 8 as count",
    "create table runs as select 'r' as result_id",
    "create table anomalies as select 'a' as anomaly_id",
    "create table anomaly_members as select 'a' as anomaly_id, 'r' as result_id",
)
PLANTED = (
    ("a result stands twice: r", "insert into results from results"),
    ("a system stands twice: s", "insert into systems from systems"),
    (
        "a result was lost on the way: lost",
        "insert into raw_results select * replace ('lost' as result_id) from results",
    ),
    ("a result without a system: r", "delete from systems"),
    ("a result without a finite value: r", "update results set value = 'nan'"),
    ("a result without a finite value: r", "update results set value = null"),
    ("a division that no round has: half-open", "update results set division = 'half-open'"),
    ("a run without its result: gone", "insert into runs values ('gone')"),
    ("a system's accelerators are not the sum of its kinds: s", "insert into system_accelerators values ('s', 4)"),
    ("a system's accelerators are not the sum of its kinds: s", "update system_accelerators set count = null"),
    ("a system's accelerators are not the sum of its kinds: s", "update systems set accelerators = null"),
    (
        "one ranking with two directions: b",
        "insert into results select * replace ('r2' as result_id, false as higher_is_better) from results",
    ),
    ("two findings under one id: a", "insert into anomalies from anomalies"),
    ("an anomaly about no result: a2", "insert into anomaly_members values ('a2', 'gone')"),
)


def finished(*statements: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for statement in (*CLEAN, *statements):
        connection.execute(statement)
    return connection


def test_tables_that_agree_pass():
    checks.check(finished())


def test_of_several_kinds_some_may_be_uncounted():
    checks.check(finished("insert into system_accelerators values ('s', null)"))


@pytest.mark.parametrize(("message", "statement"), PLANTED, ids=[message for message, _ in PLANTED])
def test_a_finished_database_that_contradicts_itself_is_refused(message: str, statement: str):
    with pytest.raises(checks.CheckError) as said:
        checks.check(finished(statement))
    assert str(said.value) == message


def test_each_check_of_a_finished_database_has_a_planted_violation():
    meanings = {meaning for meaning, _ in checks._MUST_BE_EMPTY}
    assert {message.partition(":")[0] for message, _ in PLANTED} == meanings


def with_value(table: str, column: str, value: object) -> Callable[[Raw], None]:
    """Put a value into the first row of a column."""

    def change(raw: Raw) -> None:
        index = raw[table].schema.get_field_index(column)
        cells = [value, *raw[table][column].to_pylist()[1:]]
        raw[table] = raw[table].set_column(
            index, raw[table].schema.field(index), pa.array(cells, raw[table][column].type)
        )

    return change


def doubled(table: str) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        raw[table] = pa.concat_tables([raw[table], raw[table].slice(0, 1)])

    return change


def less_systems(raw: Raw) -> None:
    raw["systems"] = raw["systems"].slice(1)


OF_A_ROUND = (
    ("results", "a result without its name, value or direction", with_value("results", "value", None)),
    ("results", "a result without its name, value or direction", with_value("results", "value", float("inf"))),
    ("results", "a result without its name, value or direction", with_value("results", "higher_is_better", None)),
    ("results", "a result of another round", with_value("results", "round", "v2.0")),
    ("results", "a result of another round", with_value("results", "result_id", "another")),
    ("systems", "a system of another round", with_value("systems", "round", None)),
    ("systems", "a system of another round", with_value("systems", "platform", "another")),
    ("results", "a result of another round", with_value("results", "division", "ajar")),
    ("results", "a result stands twice", doubled("results")),
    ("systems", "a system stands twice", doubled("systems")),
    ("systems", "a result without a system", less_systems),
    ("runs", "a run without its result", with_value("runs", "result_id", "another")),
    ("runs", "a run stands twice", doubled("runs")),
)


@pytest.mark.parametrize(("table", "meaning", "change"), OF_A_ROUND)
def test_a_round_that_contradicts_itself_is_found_and_the_other_is_not(
    data: Path, table: str, meaning: str, change: Callable[[Raw], None]
):
    rounds = {name: inputs.read_round(data / "rounds" / name) for name in ("v1.0", "v2.0")}
    assert checks.faults(rounds) == {}
    change(rounds["v1.0"])
    found = checks.faults(rounds)
    assert list(found) == ["v1.0"]
    assert found["v1.0"][0] == table
    assert found["v1.0"][1].startswith(meaning)


def ajar(content: pa.Table) -> pa.Table:
    """A table with another word for the division in every text."""
    columns = [
        pc.replace_substring(column, "closed", "ajar") if pa.types.is_string(column.type) else column
        for column in content.columns
    ]
    return pa.table(columns, schema=content.schema)


def test_a_division_that_no_round_has_is_found_where_all_names_agree(data: Path):
    raw = {name: ajar(content) for name, content in inputs.read_round(data / "rounds" / "v1.0").items()}
    assert checks.faults({"v1.0": raw}) == {"v1.0": ("results", "a division that no round has: ajar")}


def test_a_unit_with_the_wrong_direction_is_found(data: Path):
    raw = inputs.read_round(data / "rounds" / "v1.0")
    with_value("results", "higher_is_better", not raw["results"]["higher_is_better"][0].as_py())(raw)
    table, message = checks.faults({"v1.0": raw})["v1.0"]
    assert (table, message.partition(":")[0]) == ("results", "a unit with the wrong direction")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"v1.0": (10, 3)}, None),
        ({"v1.0": (11, 4), "v2.0": (1, 1)}, None),
        ({"v1.0": (9, 3)}, "this one has 9 of 3"),
        ({"v1.0": (10, 2)}, "this one has 10 of 2"),
        ({"v2.0": (99, 99)}, "this one has 0 of 0"),
    ],
)
def test_a_round_with_less_than_before_is_said_and_one_with_more_is_not(now: checks.Counts, said: str | None):
    found = checks.shrunk({"v1.0": (10, 3)}, now)
    if said is None:
        assert found == {}
        return
    problem = found["v1.0"]
    assert (problem.severity, problem.path) == ("warning", "rounds/v1.0")
    assert problem.message == f"the build before had 10 results of 3 systems of v1.0, {said}"


def test_the_counts_are_of_results_and_systems_by_round():
    connection = finished(
        "insert into results select * replace ('r2' as result_id) from results",
        "insert into systems (system_id, round) values ('idle', 'v1.0'), ('other', 'v2.0')",
    )
    assert checks.counts(connection) == {"v1.0": (2, 2), "v2.0": (0, 1)}
