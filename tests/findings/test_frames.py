"""The facts as the rules see them: what is comparable, what hardware is the same, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from lib.findings import frames
from lib.findings.frames import HARDWARE, known
from tests.findings.entries import Row, entry, facts_of

ROOT = Path(__file__).resolve().parents[2]


def one(**facts: Any) -> pd.Series:
    row: pd.Series = facts_of([entry(**{"platform": "a", "value": 100, **facts})]).results.iloc[0]
    return row


def test_more_speed_is_better_for_latencies_too():
    latency = one(value=4.0, higher_is_better=False)
    assert (one(value=4.0)["speed"], latency["speed"]) == (4.0, 0.25)
    assert latency["log_speed"] == pytest.approx(np.log(0.25))


@pytest.mark.parametrize("column", HARDWARE)
def test_hardware_is_another_where_any_part_of_it_is(column: str):
    other: Any = 99 if column in ("accelerators_per_node", "nodes", "cpus_per_node", "memory") else "another"
    assert one(**{column: other})["hardware"] != one()["hardware"]
    assert one(**{column: None})["hardware"] == one(**{column: None})["hardware"]


def test_a_missing_part_is_not_the_same_as_a_stated_one():
    assert one(mig=None)["hardware"] != one(mig="1g")["hardware"]


def test_whole_numbers_read_as_floats_are_the_same_hardware():
    assert one(nodes=1)["hardware"] == one(nodes=1.0)["hardware"]


def test_a_machine_is_a_submitter_s():
    assert one()["machine"] == one(mig="1g")["machine"]
    assert one(submitter="Beta")["machine"] != one()["machine"]


def test_a_system_with_two_results_in_one_place_is_compared_in_neither():
    double = entry("one", 200)
    facts = facts_of([double, double | {"result_id": "another", "value": 900.0}, entry("other", 100)])
    assert facts.results["platform"].tolist() == ["other"]


def test_two_units_or_scenarios_of_a_system_are_two_places():
    entries = [entry("a", 1), entry("a", 2, unit="Tokens/s") | {"result_id": "x"}, entry("a", 3, "Server")]
    assert len(facts_of(entries).results) == 3


def test_results_are_in_the_order_of_their_ids_with_positions_from_zero():
    results = facts_of([entry("b", 1), entry("a", 2)]).results
    assert results["platform"].tolist() == ["a", "b"]
    assert results.index.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("value", "wanted"), [(None, None), (pd.NA, None), (np.nan, None), (pd.NaT, None), (0, 0), ("", "")]
)
def test_every_kind_of_missing_is_none_and_zero_is_zero(value: Any, wanted: Any):
    assert known(value) == wanted if wanted is not None else known(value) is None


def test_joined_texts_are_equal_where_all_columns_are():
    frame = pd.DataFrame({"a": ["x", "x", None, None], "b": [1.0, 1.5, 1.0, 1.0]})
    first, *rest = frames.joined(frame, ("a", "b"))
    assert first == "x|1|"
    assert rest[0] != first
    assert rest[1] == rest[2] == "?|1|"


def test_texts_become_python_s_own():
    frame = pd.DataFrame({"a": pd.array(["x"], dtype="str"), "n": [1]})
    assert {name: str(kind) for name, kind in frames.plain(frame).dtypes.items()} == {"a": "object", "n": "int64"}


COLUMNS = [*entry("a", 1), "accelerator_memory_gb", "accelerator_memory_raw", "is_valid", "published_run"]
UNREAD = ("memory", "model", "target_latency_ns", "latency_p99_ns", "latency_mean_ns", "organisation", "is_published")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def read(connection: duckdb.DuckDBPyConnection, *rows: Row) -> frames.Facts:
    """What is read of a database that holds these results and little else."""
    usual = {
        "is_valid": True,
        "accelerator_memory_gb": 80.0,
        "accelerator_memory_raw": "80 GB",
        "published_run": 1,
        "organisations": ["Acme", "Beta"],
    }
    results = pd.DataFrame([{**usual, "is_ranked": row.get("is_valid", True), **row} for row in rows]).drop(
        columns=list(UNREAD)
    )
    systems = results[["system_id", "round", "division"]].drop_duplicates()
    runs = results[["result_id"]].assign(run=1, source_path="", is_valid=True, scenario_logged="", target_qps=5.0)
    given = pd.Series([row.get("mean", 10.0 + number) for number, row in enumerate(rows)], dtype=float)
    runs = runs.assign(latency_min_ns=1.0, latency_mean_ns=given, latency_max_ns=99.0)
    runs = runs.assign(**{f"latency_{name}_ns": given for name in ("p50", "p90", "p95", "p99", "p999")})
    fields = results[["system_id"]].drop_duplicates().assign(field="cooling", value="air")
    software = results[["system_id"]].drop_duplicates().assign(role="runtime", part="CUDA", version="11")
    tables = {"results": results, "systems": systems, "runs": runs, "descriptions": fields, "system_software": software}
    tables["rounds"] = pd.DataFrame({"round": ["v1.0", "at-home"], "is_published": [True, False]})
    for name, table in tables.items():
        connection.register(f"given_{name}", table)
        connection.execute(f"create table {name} as select * from given_{name}")
    return frames.read(connection)


def test_valid_results_of_known_hardware_are_read(connection: duckdb.DuckDBPyConnection):
    facts = read(connection, entry("a", 100), entry("b", 100) | {"is_valid": False}, entry("c", 0.0))
    assert facts.results["platform"].tolist() == ["a"]
    assert facts.results["organisation"].tolist() == ["Acme + Beta"]
    assert facts.results["memory"].tolist() == [80.0]


def test_whether_a_result_is_of_a_published_round_is_read(connection: duckdb.DuckDBPyConnection):
    facts = read(connection, entry("a", 100), entry("b", 100, round="at-home"), entry("c", 100, round="unlisted"))
    assert dict(zip(facts.results["round"], facts.results["is_published"], strict=True)) == {
        "v1.0": True,
        "at-home": False,
        "unlisted": True,
    }


def test_accelerators_of_several_kinds_are_one_hardware_in_either_order():
    results = facts_of([entry("a", 1, accelerator="Y + X"), entry("b", 1, accelerator="X + Y")]).results
    assert set(results["accelerator"]) == {"X + Y"}
    assert results["is_mixed"].all()
    assert results["hardware"].nunique() == 1


def test_the_open_division_is_not_compared_but_one_result_stands_for_its_systems(
    connection: duckdb.DuckDBPyConnection,
):
    facts = read(
        connection,
        entry("a", 100, division="open"),
        entry("a", 100, "Server", division="open"),
        entry("b", 100),
        entry("b", 100, "Server"),
    )
    assert facts.results["platform"].unique().tolist() == ["b"]
    assert [len(results) for results in facts.systems.sort_values("division")["result_ids"]] == [2, 1]
    assert facts.fields["system_id"].tolist() == ["v1.0/closed/Acme/b"]
    assert facts.runs.index.tolist() == ["v1.0/closed/Acme/b/resnet50/Offline", "v1.0/closed/Acme/b/resnet50/Server"]


def test_a_model_is_its_benchmark_without_the_accuracy_target(connection: duckdb.DuckDBPyConnection):
    facts = read(connection, *(entry("a", 1, benchmark=name) for name in ("bert-99", "bert-99.9", "gpt-99-x")))
    assert sorted(facts.results["model"]) == ["bert", "bert", "gpt-99-x"]


def test_only_the_published_run_is_read(connection: duckdb.DuckDBPyConnection):
    facts = read(connection, entry("a", 1), entry("b", 1) | {"published_run": 2})
    assert facts.runs.index.tolist() == ["v1.0/closed/Acme/a/resnet50/Offline"]


def test_public_ids_are_read_once_a_system(connection: duckdb.DuckDBPyConnection):
    named = {"public_id": "1.0-7"}
    facts = read(connection, entry("a", 1, **named), entry("a", 1, "Server", **named), entry("b", 1))
    assert facts.public_ids.values.tolist() == [["v1.0", "1.0-7", "v1.0/closed/Acme/a"]]


def test_runs_of_two_systems_with_the_same_latencies_are_read_of_every_division(connection: duckdb.DuckDBPyConnection):
    facts = read(
        connection,
        entry("a", 100, division="open", mean=5.0),
        entry("b", 100, division="open", mean=5.0),
        entry("a", 100, mean=5.0),
        entry("c", 100, division="open", mean=6.0),
        entry("b", 7, "Server", division="open", mean=5.0),
    )
    assert sorted(facts.copies["result_id"]) == [f"v1.0/open/Acme/{name}/resnet50/Offline" for name in "ab"]


def test_latencies_that_are_all_one_number_are_no_measurement(connection: duckdb.DuckDBPyConnection):
    assert read(connection, *(entry(name, 100, mean=1.0) for name in "ab")).copies.empty
