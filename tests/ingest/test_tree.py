"""A submission tree -> results, systems, runs: whatever it comes in, and in whatever order."""

from __future__ import annotations

import random

import pytest

from lib.ingest.layouts.layout import place_of
from lib.ingest.records import SCHEMAS
from lib.ingest.write import RESULT_TABLES, table_of
from tests.ingest.trees import (
    RESULTS,
    Files,
    as_folder,
    as_tar,
    as_zip,
    errors,
    ingest,
    log,
    messages,
    one_result,
    only,
    read,
    run,
    small_tree,
    values,
    written,
)


def test_each_result_is_there_once_with_its_runs_accuracy_and_settings(tmp_path):
    found = read(as_folder(small_tree(), tmp_path))
    assert values(found) == {
        "resnet50/Offline": 1234.567891,
        "resnet50/Server": 1000.1234567,
        "resnet50/SingleStream": 0.908111,
        "resnet50/MultiStream": 5.4321,
        "my-model/SingleStream": 0.908111,
    }
    assert len(found.rows("runs")) == 5
    assert [(row["metric"], row["value"]) for row in found.rows("accuracy")] == [("accuracy", 76.054)]
    assert {row["field"]: row["value"] for row in found.rows("settings")}["*.Offline.target_qps"] == "1200"
    assert found.problems == []


def test_a_run_keeps_its_test_parameters_and_latencies(tmp_path):
    found = read(as_folder(one_result(log("summary_server.txt"), "Server"), tmp_path))
    (row,) = found.rows("runs")
    assert (row["target_qps"], row["target_latency_ns"], row["latency_p99_ns"]) == (1000, 15e6, 12e6)
    assert row["schedule_rng_seed"] == "3507442325620259414"
    assert row["tpot_p99_ns"] is None


def test_a_system_has_its_facts_and_every_field_as_written(tmp_path):
    found = read(as_folder(one_result(log("summary_offline.txt")), tmp_path))
    (system,) = found.rows("systems")
    assert (system["accelerators_per_node"], system["nodes"], system["cores_per_cpu_declared"]) == (8, 1, 64)
    assert (system["is_datacenter"], system["is_edge"], system["availability"]) == (True, True, "available")
    assert {row["field"]: row["value"] for row in found.rows("descriptions")}["status"] == "Available"


@pytest.mark.parametrize(
    ("written_as", "is_datacenter", "is_edge"),
    [("edge", False, True), ("Datacenter", True, False), ("edge, datacenter", True, True), ("moon", None, None)],
)
def test_a_system_is_in_the_suites_that_its_description_names(tmp_path, written_as, is_datacenter, is_edge):
    description = log("system.json", ("datacenter,edge", written_as))
    files = one_result(log("summary_offline.txt")) | {"closed/Acme/systems/box.json": description}
    (system,) = read(as_folder(files, tmp_path)).rows("systems")
    assert (system["is_datacenter"], system["is_edge"]) == (is_datacenter, is_edge)


def test_json_that_nests_too_deep_is_a_problem_of_its_own(tmp_path):
    for depth in (300, 100_000):
        nested = b'{"a": ' + b"[" * depth + b"]" * depth + b"}"
        files = one_result(log("summary_offline.txt")) | {"closed/Acme/systems/box.json": nested}
        found = read(as_folder(files, tmp_path / str(depth)))
        assert any("nested" in line and "box.json" in line for line in messages(found))


def test_a_folder_a_tar_and_a_zip_give_the_same_bytes_in_any_order(tmp_path):
    bad = {f"open/Lab/systems/bad{number}.json": b"{" for number in range(5)}
    files = list((small_tree() | bad).items())
    sources = [as_folder(dict(files), tmp_path / "checkout")]
    for number in range(4):
        random.Random(number).shuffle(files)
        sources.append(as_tar(dict(files), tmp_path / f"{number}.tar.xz"))
        sources.append(as_zip(dict(files), tmp_path / f"{number}.zip", "inference_results_v2.1-main/"))
    sources += [as_tar(dict(files), tmp_path / "x.tar.gz", "w:gz", "./"), as_tar(dict(files), tmp_path / "x.tar", "w")]
    outcomes = []
    for number, source in enumerate(sources):
        assert ingest(source, tmp_path / f"data{number}") == 0
        outcomes.append(written(tmp_path / f"data{number}" / "rounds" / "v2.1"))
    assert set(outcomes[0]) == {f"{name}.parquet" for name in RESULT_TABLES}
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_a_checkout_with_code_and_compliance_is_read_past_them(tmp_path):
    others: Files = {
        "closed/Acme/code/closed/Acme/results/box/resnet50/Offline/performance/run_1/mlperf_log_summary.txt": b"x",
        "compliance/Acme/x.txt": b"x",
        "closed/Acme/compliance/box/resnet50/Offline/TEST01/performance/run_1/mlperf_log_summary.txt": b"x",
        "closed/Acme/results/box/resnet50/Offline/accuracy/mlperf_log_accuracy.json": b"[]",
        "closed/Acme/results/box/resnet50/Offline/TEST01/performance/run_1/mlperf_log_summary.txt": log(
            "summary_offline.txt"
        ),
        ".git/closed/Acme/systems/x.json": b"x",
        "README.md": b"x",
    }
    plain = read(as_folder(small_tree(), tmp_path / "plain"))
    for source in (
        as_folder(small_tree() | others, tmp_path / "full"),
        as_tar(
            small_tree() | {name: data for name, data in others.items() if ".git" not in name}, tmp_path / "full.tar"
        ),
    ):
        full = read(source)
        assert values(full) == values(plain)
        assert full.problems == []


def test_a_bad_file_is_named_and_costs_only_itself(tmp_path):
    files = small_tree()
    files[f"{RESULTS}/resnet50/Server/performance/run_1/mlperf_log_summary.txt"] = b"cut sho"
    files["closed/Acme/measurements/box/resnet50/Offline/box_Offline.json"] = b'{"a": 1,\n\n}'
    files["open/Lab/systems/lab.json"] = b"\xff\xfe"
    found = read(as_folder(files, tmp_path))
    assert set(values(found)) == set(values(read(as_folder(small_tree(), tmp_path / "good")))) - {"resnet50/Server"}
    said = messages(found)
    assert any("no scenario" in line and "Server/performance/run_1/mlperf_log_summary.txt" in line for line in said)
    assert any("malformed JSON" in line and line.endswith("box_Offline.json:3)") for line in said)
    assert any("open/Lab/systems/lab.json" in line for line in said)


def test_a_result_without_a_description_is_kept_and_a_description_without_results_noted(tmp_path):
    files = one_result(log("summary_offline.txt")) | {"closed/Acme/systems/other.json": log("system.json")}
    del files["closed/Acme/systems/box.json"]
    found = read(as_folder(files, tmp_path))
    assert only(found)["value"] == 1234.57
    assert found.rows("systems")[0]["accelerator_raw"] is None
    assert [problem.severity for problem in sorted(found.problems)] == ["error", "note"]


def test_a_path_that_the_archive_holds_twice_is_left_out_whichever_comes_first(tmp_path):
    name = f"{RESULTS}/resnet50/Offline/performance/run_1/mlperf_log_summary.txt"
    second = log("summary_offline.txt", ("1234.57", "9999"))
    files = one_result(log("summary_offline.txt")) | run("server", "Server")
    tables = []
    for order in (files | {f"./{name}": second}, {f"./{name}": second} | files):
        found = read(as_tar(order, tmp_path / "x.tar", "w"))
        tables.append([table_of(table, found.rows(table)) for table in RESULT_TABLES])
        assert set(values(found)) == {"resnet50/Server"}
        assert any("more than once" in line and name in line for line in messages(found))
    assert all(first.equals(other) for first, other in zip(*tables, strict=True))


def test_two_folders_of_one_scenario_are_one_result_and_a_problem(tmp_path):
    files = one_result(log("summary_offline.txt")) | run("offline", "offline")
    found = read(as_folder(files, tmp_path))
    assert only(found)["source_path"].startswith("closed/Acme/results/box/resnet50/Offline/")
    assert "a second folder for the result" in messages(found)[0]


def test_a_folder_of_one_scenario_with_a_log_of_another_is_inferred_and_flagged(tmp_path):
    found = read(as_folder(one_result(log("summary_singlestream.txt"), "Offline"), tmp_path))
    row = only(found)
    assert (row["scenario"], row["scenario_logged"], row["is_inferred"]) == ("Offline", "SingleStream", True)
    assert row["value"] == 1111.97


@pytest.mark.parametrize(("round_name", "published"), [("v0.7", "run_3"), ("v1.0", "run_1")])
def test_of_five_server_runs_the_slowest_counts_up_to_v0_7_and_the_first_after(tmp_path, round_name, published):
    files = one_result(log("summary_server.txt"), "Server")
    for number, rate in ((2, "1000.50"), (3, "998.00"), (10, "998.00")):
        path = f"{RESULTS}/resnet50/Server/performance/run_{number}/mlperf_log_summary.txt"
        files[path] = log("summary_server.txt", ("1000.12", rate))
    found = read(as_folder(files, tmp_path), round_name)
    assert only(found)["published_run"] == published
    assert len(found.rows("runs")) == 4


def test_a_round_of_words_that_nobody_has_seen_is_kept_as_it_is(tmp_path):
    burst = log(
        "summary_offline.txt", ("Scenario : Offline", "Scenario : Burst"), ("Samples per second", "Dreams per second")
    )
    files = {
        "closed/Newcomer/systems/q1.json": log("system.json", ("Acme A1-80GB", "Quantum Q1"), ("Available", "someday")),
        "closed/Newcomer/results/q1/dream-9b/Burst/performance/run_1/mlperf_log_summary.txt": burst,
    }
    found = read(as_folder(files, tmp_path), "v9.9")
    row = only(found)
    assert (row["benchmark_raw"], row["scenario"], row["value"], row["unit"]) == (
        "dream-9b",
        "Burst",
        1234.57,
        "Dreams/s",
    )
    assert found.rows("systems")[0]["accelerator_raw"] == "Quantum Q1"
    assert found.rows("systems")[0]["availability_raw"] == "someday"
    said = messages(found)
    assert any("unknown scenario 'Burst'" in line for line in said)
    assert any("unknown status 'someday'" in line for line in said)


@pytest.mark.parametrize(
    ("written_as", "value"),
    [("0", 0.0), ("-5", -5.0), ("1e308", 1e308), ("1e15", 1e15)],
)
def test_an_absurd_value_is_kept_and_doubted(tmp_path, written_as, value):
    found = read(as_folder(one_result(log("summary_offline.txt", ("1234.57", written_as))), tmp_path))
    assert only(found)["value"] == value
    assert "an absurd value" in messages(found)[0]


@pytest.mark.parametrize("written_as", ["nan", "inf", "-inf", "1e400", "many", ""])
def test_a_value_that_is_no_number_is_no_result(tmp_path, written_as):
    files = one_result(log("summary_offline.txt", ("1234.57", written_as)))
    found = read(as_folder(files, tmp_path))
    assert found.rows("results") == []
    assert f"Samples per second: {written_as!r} is no number as LoadGen writes it" in str(errors(found)[0])
    assert errors(found)[0].line == 7


def test_a_latency_log_that_names_no_percentile_is_no_result_and_a_problem(tmp_path):
    summary = log("summary_singlestream.txt", ("90th percentile latency (ns) :", "ninetieth percentile latency (ns) :"))
    found = read(as_folder(one_result(summary, "SingleStream"), tmp_path))
    assert found.rows("results") == []
    assert "no judged percentile; expected a line such as" in str(errors(found)[0])


def test_two_units_in_one_field_are_doubted(tmp_path):
    files = run("server", "Server", "llm") | run("server", "Server", "llm", "closed/Acme/results/two")
    files |= run("server_tokens", "Server", "llm", "closed/Zeta/results/z")
    found = read(as_folder(files, tmp_path), "v5.1")
    doubted = [problem for problem in found.problems if problem.message.startswith("in Tokens/s, where most")]
    assert [problem.path.split("/")[1] for problem in doubted] == ["Zeta"]


@pytest.mark.parametrize(
    "count", ['"99999x99999"', '"N/A"', '"(8,4)"', "0", "null", "1e300", "123456789012345678901234567890", "[8]"]
)
def test_an_accelerator_without_a_count_is_noted(tmp_path, count):
    description = log("system.json", ('"accelerators_per_node": 8', f'"accelerators_per_node": {count}'))
    files = one_result(log("summary_offline.txt")) | {"closed/Acme/systems/box.json": description}
    found = read(as_folder(files, tmp_path))
    assert found.rows("systems")[0]["accelerators_per_node"] in (None, 0)
    assert any("no count of them" in line for line in messages(found))


def test_text_that_utf8_cannot_hold_is_written_all_the_same(tmp_path):
    description = log("system.json", ("Acme A1-80GB", r"Acme \ud800 A1"), ("AcmeRT 1.2, Driver 3", r"a\u0000b\n c"))
    files = one_result(log("summary_offline.txt")) | {"closed/Acme/systems/box.json": description}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0


def test_every_row_has_only_columns_of_its_table(tmp_path):
    found = read(as_folder(small_tree(), tmp_path))
    for name, rows in found.tables.items():
        assert {column for row in rows for column in row} <= set(SCHEMAS[name].names)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("closed/A/systems/p.json", "system"),
        ("closed/A/systems/deep/p.json", None),
        ("closed/A/results/p/b/s/performance/run_1/mlperf_log_summary.txt", "summary"),
        ("closed/A/results/p/b/s/performance/run_12/mlperf_log_detail.txt", "detail"),
        ("network/A/results/p/b/s/performance/run_1/spl.txt", "power"),
        ("open/A/results/p/b/s/performance/ranging/spl.txt", None),
        ("open/A/results/p/b/s/performance/run_1/power/spl.txt", None),
        ("open/A/results/p/b/s/accuracy/accuracy.txt", "accuracy"),
        ("open/A/results/p/b/s/measurements.json", "measurements"),
        ("open/A/measurements/p/b/s/user.conf", "conf"),
        ("open/A/measurements/p/b/s/performance/run_1/mlperf_log_summary.txt", None),
        ("open/A/results/p/b/Server/Server/performance/run_1/mlperf_log_summary.txt", None),
        ("open/A/results/p/b/performance/run_1/mlperf_log_summary.txt", None),
        ("Open/A/Results/p/b/s/performance/run1/mlperf_log_summary.txt.gz", "summary"),
        ("open/A/results/p/b/s/performance/result_summary.json", "endpoints"),
        ("open/A/results/p/b/s/TEST01/performance/run_1/mlperf_log_summary.txt", None),
        ("summary.csv", "official"),
        ("elsewhere/A/systems/p.json", None),
        ("closed", None),
        ("", None),
    ],
)
def test_what_a_file_is_is_told_by_its_path(path, kind):
    place = place_of(path)
    assert (place.kind if place else None) == kind


def test_an_oddly_placed_log_is_reported_and_not_guessed_at(tmp_path):
    path = f"{RESULTS}/resnet50/Server/Server/performance/run_1/mlperf_log_summary.txt"
    found = read(as_folder(one_result(log("summary_offline.txt")) | {path: log("summary_server.txt")}, tmp_path))
    assert set(values(found)) == {"resnet50/Offline"}
    assert [(problem.path, "unexpected depth" in problem.message) for problem in found.problems] == [(path, True)]
