"""What must be known of a result beside its value: why it has no rank, and which counts are not the declared ones."""

from __future__ import annotations

import csv
import io
from typing import Any

import duckdb
import pytest

from lib.export.exports import csv_of
from lib.query import rankings, remarks, results, search, systems
from lib.query.connection import Database
from lib.query.remarks import reasons, standing
from lib.selection import Selection
from lib.settings import Settings
from tests.query import doubted as data
from tests.query.fixtures import selected


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = data.folder(tmp_path_factory.mktemp("doubted"))
    return Database(next(folder.glob("plumbline-*.duckdb")), Settings())


def ranked(db: Database, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = rankings.ranked(db, selected(query)).table.to_pylist()
    return rows


def rows_of(db: Database, page: str, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(db, page, selected(query, page)).decode(), newline="")))


def test_what_has_no_rank_stands_last_and_says_why(db: Database):
    rows = ranked(db, data.OFFLINE)
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5, 6, None, None, None]
    assert {row["system_id"]: row["no_rank"] for row in rows if row["no_rank"]} == {
        data.DOUBTED: "doubted",
        data.BOTH: "doubted and not valid",
        data.INVALID: "not valid",
    }
    assert all((row["rank"] is None) == (row["no_rank"] is not None) for row in rows)


def test_a_value_that_cannot_be_divided_is_another_reason(db: Database):
    told = {row["platform"]: row["no_rank"] for row in ranked(db, data.OFFLINE + "&per=accelerator")}
    assert (told["cpu"], told["two"], told["t4"]) == ("without such a value", "doubted", "not valid")


def test_where_all_have_a_rank_none_says_why_not(db: Database):
    answer = rankings.ranked(db, selected("round=v2.0&benchmark=resnet50&scenario=Offline"))
    assert answer.total > 1
    assert reasons(answer.table["no_rank"]) == {}


def test_an_empty_ranking_has_the_remarks_too(db: Database):
    answer = rankings.ranked(db, selected("round=v2.0&submitter=Gamma"))
    assert answer.total == 0
    assert {"no_rank", "count_note"} <= set(answer.table.column_names)


def test_the_database_and_the_ranking_give_the_same_reasons(db: Database):
    total, counted = standing(db, Selection())
    answer = rankings.ranked(db, Selection())
    assert total == answer.total
    assert counted == reasons(answer.table["no_rank"]) == {"doubted": 2, "doubted and not valid": 1, "not valid": 1}


def test_a_count_that_is_not_declared_says_what_it_is_and_why(db: Database):
    notes = {row["system_id"]: row["count_note"] for row in ranked(db, data.OFFLINE)}
    assert notes[data.COUNTED] == (
        "7 accelerators (two of its names agree; 8 declared) · "
        "CPUs per node unknown: no machine takes more than 2 of them; 40 declared"
    )
    assert notes[data.DOUBTED] == "16 accelerators (the accelerator's name; none declared)"
    assert notes["v1.0/closed/Acme/big"] is None


def test_cores_are_told_where_values_are_divided_by_them(db: Database):
    told = {row["system_id"]: row["count_note"] for row in ranked(db, data.OFFLINE + "&per=core")}
    assert told[data.COUNTED].endswith("40 declared · 64 cores per CPU (maker; declared differs)")
    assert told["v1.0/closed/Acme/big"] is None


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("virtual CPUs", "cores per CPU unknown: virtual CPUs"),
        ("unknown", "cores per CPU unknown"),
        ("unknown; several kinds of processors", "cores per CPU unknown; several kinds of processors"),
    ],
)
def test_a_note_without_a_figure_says_that_it_is_unknown(source: str, note: str):
    with duckdb.connect() as connection:
        connection.execute(
            "create table systems as select 'a' as system_id, 8 as accelerators, 8 as accelerators_declared, "
            "'declared' as accelerators_source, 2 as cpus_per_node, 2 as cpus_per_node_declared, "
            "'declared' as cpus_source, null::integer as cores_per_cpu, 96 as cores_per_cpu_declared, "
            f"'{source}' as cores_source"
        )
        assert connection.execute(remarks._CORE_NOTES).fetchall() == [("a", note)]


@pytest.mark.parametrize("sort", ["rank", "value"])
def test_the_list_of_results_has_those_without_a_rank_behind_the_others(db: Database, sort: str):
    rows = results.results(db, selected(f"{data.OFFLINE}&sort={sort}", "results")).table.to_pylist()
    assert len(rows) == 9
    assert [row["no_rank"] is None for row in rows] == [True] * 6 + [False] * 3
    assert next(row["value"] for row in rows if row["system_id"] == data.DOUBTED) > rows[1]["value"]


def test_every_list_of_entries_counts_the_doubted(db: Database):
    entries = systems.systems(db, selected("round=v1.0"), 100).table.to_pylist()
    assert {row["system_id"]: row["doubted_results"] for row in entries if row["doubted_results"]} == {
        data.DOUBTED: 1,
        data.BOTH: 1,
        "v1.0/closed/Beta/four": 1,
    }
    hits = search.search(db, selected("find=resnet50", "search")).table.to_pylist()
    assert [row["doubted_results"] for row in hits if row["kind"] == "benchmark"] == [2]


def test_the_csv_of_each_page_says_what_is_doubted(db: Database):
    (one,) = [row for row in rows_of(db, "rankings", data.OFFLINE) if row["system_id"] == data.DOUBTED]
    assert (one["rank"], one["no_rank"], one["doubt"]) == ("", "doubted", data.DOUBT)
    (counted,) = [row for row in rows_of(db, "rankings", data.OFFLINE) if row["system_id"] == data.COUNTED]
    assert (counted["accelerators"], counted["accelerators_declared"]) == ("7", "8")
    assert counted["accelerators_source"] == "two of its names agree; 8 declared"
    assert (counted["cpus_per_node"], counted["cpus_per_node_declared"]) == ("", "40")
    assert counted["checker_inferred"] == "true"
    (one,) = [row for row in rows_of(db, "results", data.OFFLINE) if row["system_id"] == data.DOUBTED]
    assert (one["no_rank"], one["doubt"]) == ("doubted", data.DOUBT)
    told = {row["scenario"]: row["doubt"] for row in rows_of(db, "system", f"entry={data.DOUBTED}")}
    assert told == {"Offline": data.DOUBT, "Server": ""}
    hits = rows_of(db, "search", "find=mixed")
    assert {row["doubted_results"] for row in hits} == {"1"}


def test_the_csv_says_why_a_unit_is_another_than_logged(db: Database):
    (one,) = rows_of(db, "rankings", "benchmark=wan-2.2-t2v-a14b&scenario=SingleStream")
    assert one["unit_source"] == "latencies of wan-2.2-t2v-a14b are published in s"
