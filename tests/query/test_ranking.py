"""What a rank is: within one benchmark, scenario, unit and era; ties share it; derived values are not guessed."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from lib import links
from lib.query import coverage, defaults, rankings, results, systems
from lib.query.connection import Database
from lib.selection import Selection
from lib.settings import Settings
from tests.query import small as small_data
from tests.query.fixtures import selected

SERVER = "round=v1.0&division=closed&benchmark=resnet50&scenario=Server"
GROUP = ("benchmark", "scenario", "division", "era", "unit")


def ranked(db: Database, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = rankings.ranked(db, selected(query)).table.to_pylist()
    return rows


def places(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["rank"], row["platform"], row["shown"]) for row in rows]


def test_ties_share_a_rank_and_the_next_rank_is_skipped(small: Database):
    rows = ranked(small, SERVER + "&submitter=Acme&submitter=Beta&submitter=Gamma")
    assert [row["rank"] for row in rows] == [1, 2, 2, 4]
    assert [row["value"] for row in rows] == [300.0, 200.0, 200.0, 50.0]


def test_a_shorter_latency_is_better(small: Database):
    rows = ranked(small, "round=v1.0&scenario=SingleStream")
    assert places(rows) == [(1, "both", 0.5), (2, "cpu", 0.75), (2, "t4", 0.75), (4, "nothing", 2.0)]


def test_more_streams_are_better_and_a_later_latency_is_another_ranking(small: Database):
    rows = ranked(small, "scenario=MultiStream")
    assert [(row["unit"], row["era"], row["rank"], row["value"]) for row in rows] == [
        ("streams", 0, 1, 64.0),
        ("streams", 0, 2, 48.0),
        ("ms", 1, 1, 4.25),
    ]


def test_a_break_of_comparability_begins_a_new_ranking_in_the_same_unit(small: Database):
    rows = ranked(small, "benchmark=3d-unet-99")
    assert [(row["round"], row["unit"], row["rank"]) for row in rows] == [
        ("v1.0", "Samples/s", 1),
        ("v2.0", "Samples/s", 1),
    ]


@pytest.mark.parametrize(
    ("rounds", "benchmark", "scenario", "told"),
    [
        (("v1.0",), "3d-unet-99", "Offline", []),
        (("v2.0",), "3d-unet-99", "Offline", []),
        (("v1.0", "v2.0"), "3d-unet-99", "Offline", ["v2.0"]),
        (("v1.0", "v2.0"), "resnet50", "Offline", []),
        (("v1.0", "v2.0"), "resnet50", "Server", []),
        (("v1.0", "v2.0"), "resnet50", "MultiStream", ["v2.0"]),
        (("v1.0", "unheard"), "resnet50", "MultiStream", ["v2.0"]),
        ((), "resnet50", "MultiStream", []),
    ],
)
def test_a_note_is_told_where_rounds_lie_on_both_sides_of_it(small: Database, rounds, benchmark, scenario, told):
    found = coverage.breaks_between(small, rounds, benchmark, scenario).table.to_pylist()
    assert [row["from_round"] for row in found] == told


def test_a_doubted_result_stays_without_a_rank_and_out_of_its_field(tmp_path: Path):
    field = ("resnet50", "Offline")
    usual = [row for row in small_data.RESULTS if row[:3] != ("v1.0/closed/Mixed/two", *field)]
    doubted = ("v1.0/closed/Mixed/two", *field, 330.0, "Samples/s", {"doubt": "two result lines"})
    folder = small_data.build(small_data.write(tmp_path, results=[*usual, doubted]))
    db = Database(next(folder.glob("plumbline-*.duckdb")), Settings())
    rows = ranked(db, "round=v1.0&division=closed&benchmark=resnet50&scenario=Offline")
    assert [row["platform"] for row in rows if row["rank"] is None] == ["t4", "two"]
    assert [row["platform"] for row in rows if row["rank"] == 1] == ["big"]
    (own,) = [
        row
        for row in systems.results_of_system(db, "v1.0/closed/Mixed/two").table.to_pylist()
        if row["scenario"] == "Offline"
    ]
    assert (own["doubt"], own["rank"]) == ("two result lines", None)


def test_milliseconds_become_seconds_in_decimal(tmp_path: Path):
    entry = ("v1.0/closed/Acme/big", "wan-2.2-t2v-a14b", "SingleStream", 20897.894239, "ms", {})
    folder = small_data.build(small_data.write(tmp_path, results=[*small_data.RESULTS, entry]))
    db = Database(next(folder.glob("plumbline-*.duckdb")), Settings())
    (row,) = ranked(db, "benchmark=wan-2.2-t2v-a14b&scenario=SingleStream")
    assert (row["value"], row["unit"]) == (20.897894239, "s")


def test_another_unit_is_another_ranking(small: Database):
    rows = ranked(small, "benchmark=bert-99&scenario=Server")
    assert [(row["unit"], row["rank"]) for row in rows] == [
        ("Queries/s", 1),
        ("Queries/s", 2),
        ("Queries/s", 3),
        ("Frames/s", 1),
    ]


def test_whatever_is_selected_each_group_is_ranked_within_itself(small: Database):
    rows = ranked(small, "")
    assert len(rows) == 40
    for _, members in groupby(rows, key=lambda row: tuple(row[name] for name in GROUP)):
        group = [row for row in members if row["rank"] is not None]
        speeds = [row["value"] if row["higher_is_better"] else -row["value"] for row in group]
        assert [row["rank"] for row in group] == [1 + sum(other > speed for other in speeds) for speed in speeds]


def test_an_invalid_result_is_listed_last_and_has_no_rank(small: Database):
    rows = ranked(small, "round=v1.0&division=closed&benchmark=resnet50&scenario=Offline")
    assert [(row["rank"], row["platform"]) for row in rows][-1] == (None, "t4")
    assert [row["rank"] for row in rows[:-1]] == list(range(1, 8))


def test_per_accelerator_divides_by_all_and_leaves_out_what_has_none(small: Database):
    rows = ranked(small, SERVER + "&per=accelerator")
    assert places(rows)[:5] == [
        (1, "four", 50.0),
        (2, "new", 38.75),
        (3, "big", 37.5),
        (4, "power", 36.25),
        (5, "big_Triton", 25.0),
    ]
    assert {row["platform"] for row in rows if row["shown"] is None} == {"cpu", "nothing"}
    assert {row["platform"]: row["shown"] for row in rows}["two"] == 250 / 16  # the kinds' sum: 8 and 2 times 4
    assert all(row["rank"] is None for row in rows if row["shown"] is None)


def test_per_core_divides_by_cores_cpus_and_nodes(small: Database):
    shown = {row["platform"]: row["shown"] for row in ranked(small, SERVER + "&per=core")}
    assert shown["cpu"] == 20.0 / 80
    assert shown["two"] == 250.0 / (64 * 2 * 3)
    assert shown["nothing"] is None


def test_per_watt_divides_by_the_power_of_that_result_only(small: Database):
    rows = ranked(small, SERVER + "&per=watt")
    assert [(row["platform"], row["shown"]) for row in rows if row["rank"]] == [("power", 290.0 / 3000)]


@pytest.mark.parametrize("per", ["accelerator", "core", "watt"])
def test_latencies_are_not_divided(small: Database, per: str):
    assert all(
        row["shown"] is None and row["rank"] is None for row in ranked(small, f"scenario=SingleStream&per={per}")
    )


def test_power_belongs_to_a_system_and_not_to_one_result(small: Database):
    rows = ranked(small, "submitter=Watt&power=with")
    assert len(rows) == 3
    assert sum(row["power_w"] is None for row in rows) == 1


def test_adding_a_worse_system_changes_no_rank_above_it(small: Database):
    without = places(ranked(small, SERVER + "&submitter=Acme&submitter=Beta"))
    assert places(ranked(small, SERVER + "&submitter=Acme&submitter=Beta&submitter=Delta"))[: len(without)] == without


def test_the_largest_group_comes_first(small: Database):
    groups = rankings.groups(small, Selection())
    assert [group.results for group in groups] == sorted((group.results for group in groups), reverse=True)
    assert sum(group.results for group in groups) == 40


def test_a_leader_stands_for_each_group_and_is_its_first(small: Database):
    leaders = rankings.leaders(small, selected("round=v1.0&division=closed")).table.to_pylist()
    first = {
        tuple(row[name] for name in ("benchmark", "scenario", "unit")): row["value"]
        for row in ranked(small, "round=v1.0&division=closed")
        if row["rank"] == 1
    }
    assert {(row["benchmark"], row["scenario"], row["unit"]): row["value"] for row in leaders} == first


def test_a_page_without_a_query_shows_the_latest_round(small: Database):
    assert (
        links.link("overview", defaults.defaults(small))
        == "?v=1&round=v2.0&division=closed&system_type=datacenter&availability=available"
    )


def test_a_systems_rank_counts_those_it_was_published_beside(small: Database):
    rows = systems.results_of_system(small, "v1.0/closed/Edge/both").table.to_pylist()
    server = {row["system_type"]: (row["rank"], row["size"]) for row in rows if row["scenario"] == "Server"}
    assert server == {"datacenter": (9, 9), "edge": (1, 1)}


def test_of_two_twins_both_are_marked_and_none_else(small: Database):
    kinds = {row["anomaly_id"]: row["kind"] for row in small.rows("select anomaly_id, kind from anomalies")}
    marked = {row["platform"]: kinds[row["anomaly_id"]] for row in ranked(small, SERVER) if row["anomaly_id"]}
    assert marked == {"big": "twins", "big_Triton": "twins", "four": "server-over-offline"}


@pytest.mark.parametrize("sort", ["name", "rank", "round", "submitter", "value"])
def test_every_order_of_the_results_holds_all_rows(small: Database, sort: str):
    table = results.results(small, selected(f"sort={sort}", "results")).table
    assert sorted(table["result_id"].to_pylist()) == sorted(row["result_id"] for row in ranked(small, ""))


def test_every_column_of_the_contract_is_there(small: Database):
    contract = [
        "result_id",
        "system_id",
        "public_id",
        "round",
        "division",
        "is_datacenter",
        "is_edge",
        "availability",
        "has_power",
        "submitter",
        "platform",
        "system_name",
        "benchmark",
        "benchmark_raw",
        "scenario",
        "metric",
        "value",
        "unit",
        "higher_is_better",
        "is_inferred",
        "is_valid",
        "accelerator",
        "accelerator_raw",
        "accelerator_vendor",
        "accelerator_memory_gb",
        "accelerator_form",
        "accelerators_per_node",
        "nodes",
        "accelerators",
        "mig",
        "cpu",
        "cpu_raw",
        "cpu_vendor",
        "cpus_per_node",
        "cores_per_cpu",
        "cores_per_cpu_declared",
        "framework",
        "software",
        "serving",
        "weight_dtype",
        "target_qps",
        "power_w",
        "energy_mj",
        "source",
        "source_path",
        "source_url",
    ]
    columns = small.table("select * from results limit 0").column_names
    assert [name for name in contract if name not in columns] == []
