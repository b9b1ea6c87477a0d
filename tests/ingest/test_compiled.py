"""Records without logs: MLCommons' compiled ones, a round's summary, the checker's summary.csv, the public table."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from lib.ingest.layouts.record_files import records_of
from lib.ingest.problem import SourceError
from tests.ingest.trees import DATA, as_folder, command, ingest, log, one_result, rows, small_tree, written

Record = dict[str, Any]


def record(**changes: object) -> Record:
    """A record as cm4mlperf compiled it (v3.1, v4.0)."""
    base = {
        "Organization": "Acme", "Availability": "available", "Division": "closed", "SystemType": "datacenter",
        "SystemName": "Acme Box", "Platform": "box", "Model": "resnet50", "MlperfModel": "resnet",
        "Scenario": "Offline",
        "Result": 1234.5, "Units": "Samples/s", "Accuracy": 76.1, "accelerator_model_name": "Acme A1",
        "accelerators_per_node": 8, "number_of_nodes": 1, "Location": "closed/Acme/results/box/resnet50/Offline",
        "has_power": False, "inferred": 0, "uid": "1f",
    }  # fmt: skip
    return {key: value for key, value in {**base, **changes}.items() if value is not ...}


def summary(**changes: object) -> Record:
    """A record as a round's summary_results.json has it (v5.1, v6.0)."""
    base = {
        "ID": "9.9-0001", "Submitter": "Acme", "Availability": "available", "Category": "closed", "Suite": "datacenter",
        "System": "Acme Box", "Platform": "box", "UsedModel": "resnet50", "Model": "resnet", "Scenario": "Offline",
        "Nodes": 1, "Processor": "Example CPU 9000", "p#": 2, "Accelerator": "Acme A1", "a#": 8, "inferred": 0,
        "Location": "./closed/Acme/results/box/resnet50/Offline/performance/run_1", "Software": "AcmeRT",
        "has_power": False, "Performance_Result": 1234.56, "Performance_Units": "Samples/s",
    }  # fmt: skip
    return {key: value for key, value in {**base, **changes}.items() if value is not ...}


def source(path: Path, records: object) -> Path:
    path.write_text(json.dumps(records))
    return path


def table(tmp_path: Path, records: object, name: str = "results", round_name: str = "v3.1") -> list[Record]:
    assert ingest(source(tmp_path / "r.json", records), tmp_path / "data", round_name) == 0
    return rows(tmp_path / "data" / "rounds" / round_name, name)


def problems(tmp_path: Path, records: object, round_name: str = "v3.1") -> list[tuple[int, str]]:
    return [(row["line"], row["message"]) for row in table(tmp_path, records, "problems", round_name)]


def test_a_compiled_record_is_a_result_and_a_system(tmp_path):
    (row,) = table(tmp_path, [record()])
    assert (row["result_id"], row["value"], row["unit"]) == (
        "v3.1/closed/Acme/box/resnet50/Offline",
        1234.5,
        "Samples/s",
    )
    assert (row["stands_for"], row["source"], row["scenario_logged"]) == ("resnet", "compiled", None)
    (system,) = rows(tmp_path / "data/rounds/v3.1", "systems")
    assert (system["accelerators_per_node"], system["is_datacenter"], system["cpu_raw"]) == (8, True, None)


def test_what_a_record_does_not_hold_is_missing_and_not_zero(tmp_path):
    (row,) = table(tmp_path, [record(accelerators_per_node="", number_of_nodes="-", inferred=...)])
    assert (row["power_w"], row["energy_mj"], row["is_inferred"], row["weight_dtype_raw"]) == (None, None, None, None)
    (system,) = rows(tmp_path / "data/rounds/v3.1", "systems")
    assert (system["accelerators_per_node"], system["nodes"]) == (None, None)


def test_one_result_of_both_suites_is_one_row_of_a_system_in_both(tmp_path):
    assert len(table(tmp_path, [record(), record(SystemType="edge", uid="2f")])) == 1
    (system,) = rows(tmp_path / "data/rounds/v3.1", "systems")
    assert (system["is_datacenter"], system["is_edge"]) == (True, True)


def test_power_in_the_row_or_in_a_row_of_its_own(tmp_path):
    inside = record(Result_Power=300.5, Result_Power_Units="Watts", has_power=True)
    (row,) = table(tmp_path, [inside])
    assert (row["power_w"], row["energy_mj"], row["has_power_run"]) == (300.5, None, True)
    own = record(Result=None, Units="millijoules", Result_Power=7.5, Scenario="SingleStream")
    (row,) = table(tmp_path, [own, record(Scenario="SingleStream", Units="Latency (ms)", Result=1.5)])
    assert (row["value"], row["unit"], row["energy_mj"], row["power_w"]) == (1.5, "ms", 7.5, None)
    assert not row["higher_is_better"]


@pytest.mark.parametrize(
    ("unit", "scenario", "watts", "millijoules"),
    [
        ("Watts", "Offline", 7.5, None),
        ("millijoules", "SingleStream", None, 7.5),
        ("Joules", "SingleStream", None, 7500),
        (None, "Server", 7.5, None),
        (None, "MultiStream", None, 7.5),
        ("horses", "Offline", None, None),
    ],
)
def test_power_is_in_watts_or_millijoules_by_its_unit(tmp_path, unit, scenario, watts, millijoules):
    (row,) = table(tmp_path, [record(Scenario=scenario, Result_Power=7.5, Result_Power_Units=unit)])
    assert (row["power_w"], row["energy_mj"]) == (watts, millijoules)


def test_a_second_value_for_a_result_is_left_out_by_name(tmp_path):
    assert problems(tmp_path, [record(), record(Result=1)]) == [
        (2, "a second value for closed/Acme/box/resnet50/Offline: 1234.5 Samples/s, then 1.0 Samples/s; left out")
    ]


@pytest.mark.parametrize(
    ("junk", "words"),
    [
        ("a text", "no record but a str"),
        (None, "no record but a NoneType"),
        ([], "no record but a list"),
        ({}, "without a division"),
        (record(Division="secret", Location=...), "without a division"),
        (record(Platform="", Location=...), "without a platform"),
        (record(Organization=..., Location=...), "without a submitter"),
        (record(Result="many", Platform="p"), "without a result"),
        (record(Result=float("nan"), Platform="p"), "without a result"),
        (record(Result=float("inf"), Platform="p"), "without a result"),
        (record(Result=None, Result_Power=1, Platform="p"), "power without a result"),
        (record(Units="", Scenario="Interactive", Platform="p"), "without a unit"),
    ],
)
def test_junk_among_the_records_costs_only_itself(tmp_path, junk, words):
    assert [row["value"] for row in table(tmp_path, [junk, record()])] == [1234.5]
    ((line, message),) = problems(tmp_path, [junk, record()])
    assert line == 1
    assert words in message


def test_words_of_every_shape_become_text(tmp_path):
    odd = record(
        Organization=["A", "B"], SystemName={"a": 1}, Platform=7, accelerator_model_name="A\ud800", notes=1e400
    )
    (row,) = table(tmp_path, [odd])
    assert (row["submitter"], row["platform"]) == ("['A', 'B']", "7")


def test_absurd_values_and_unknown_words_of_a_record_are_kept_and_doubted(tmp_path):
    (row,) = table(tmp_path, [record(Result=-1, Scenario="Burst", Units="Dreams/s", Availability="someday")])
    assert (row["scenario"], row["unit"], row["value"]) == ("Burst", "Dreams/s", -1)
    said = [message for _, message in problems(tmp_path, [record(Result=-1, Availability="someday")])]
    assert any("absurd" in message for message in said)
    assert any("someday" in message for message in said)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b"[1, 2]",
        b"[" * 100_000,
        b'[{"a": 1}]',
        b"[{",
        b"\xff\xfe[",
        b"hello",
        b"a,b\n1,2\n",
        b'"' * 200_000,
    ],
)
def test_what_is_no_list_of_results_is_refused_in_one_line(tmp_path, data):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    done = command(str(path), "--round", "v3.1", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 1, False)
    assert not (tmp_path / "data").exists()


# A round's own summary


def test_a_summary_beside_logs_is_only_what_they_are_held_against(tmp_path):
    folder = tmp_path / "data/rounds/v5.1"
    assert ingest(as_folder(one_result(log("summary_offline.txt")), tmp_path / "tree"), tmp_path / "data", "v5.1") == 0
    before = written(folder)
    assert table(tmp_path, [summary()], "official", "v5.1")[0]["public_id"] == "9.9-0001"
    after = written(folder)
    assert after.pop("official.parquet")
    assert after == before


def test_a_summary_alone_is_a_round(tmp_path):
    (row,) = table(tmp_path, [summary()], round_name="v9.9")
    assert (row["public_id"], row["value"], row["source"]) == ("9.9-0001", 1234.56, "compiled")
    (system,) = rows(tmp_path / "data/rounds/v9.9", "systems")
    assert (system["accelerator_raw"], system["cpu_raw"], system["accelerators_per_node"]) == (
        "Acme A1",
        "Example CPU 9000",
        8,
    )
    assert rows(tmp_path / "data/rounds/v9.9", "official")[0]["value"] == 1234.56
    (row,) = table(tmp_path, [summary(Performance_Result=99)], round_name="v9.9")
    assert row["value"] == 99, "a round made of a summary is made anew of its next one"


def test_a_summary_that_is_a_round_has_each_of_its_problems_once(tmp_path):
    assert problems(tmp_path, [summary(), "junk"], "v9.9") == [(2, "no record but a str; left out")]


def test_logs_take_the_place_of_a_summarys_results_and_keep_its_values(tmp_path):
    table(tmp_path, [summary()], round_name="v5.1")
    assert ingest(as_folder(one_result(log("summary_offline.txt")), tmp_path / "tree"), tmp_path / "data", "v5.1") == 0
    assert rows(tmp_path / "data/rounds/v5.1", "results")[0]["source"] == "logs"
    assert rows(tmp_path / "data/rounds/v5.1", "official")[0]["value"] == 1234.56


def test_the_official_benchmark_is_the_folders_where_the_record_calls_it_otherwise(tmp_path):
    official = table(tmp_path, [summary(UsedModel="resnet-custom")], "official", "v9.9")
    assert (official[0]["benchmark_raw"], official[0]["stands_for"]) == ("resnet50", "resnet")


# The checker's summary.csv


def checker(without: tuple[str, ...] = ()) -> bytes:
    text = (DATA / "summary.csv").read_text()
    lines = [
        {name: value for name, value in row.items() if name not in without} for row in csv.DictReader(io.StringIO(text))
    ]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return stream.getvalue().encode()


def test_a_checkers_summary_is_a_round_of_its_own(tmp_path):
    assert ingest(DATA / "summary.csv", tmp_path) == 0
    found = {row["benchmark_raw"] + "/" + row["scenario"]: row for row in rows(tmp_path / "rounds/v2.1", "results")}
    assert {name: (row["value"], row["unit"]) for name, row in found.items()} == {
        "resnet50/Offline": (1234.57, "Samples/s"),
        "resnet50/SingleStream": (0.908111, "ms"),
        "my-model/Server": (500.5, "Queries/s"),
    }
    assert found["resnet50/Offline"]["power_w"] == 110.166667
    assert {row["is_inferred"] for row in found.values()} == {None}, "only a log tells"
    assert {name: row["checker_inferred"] for name, row in found.items() if row["checker_inferred"]} == {
        "my-model/Server": True
    }
    assert found["my-model/Server"]["stands_for"] == "bert-99"
    assert rows(tmp_path / "rounds/v2.1", "problems") == []


@pytest.mark.parametrize(
    "without",
    [
        ("accelerator_model_name", "accelerators_per_node", "Accuracy", "framework", "notes", "weight_data_types"),
        ("MlperfModel", "number_of_nodes", "has_power", "inferred", "SystemName"),
        ("Location",),
        ("Division",),
        ("Organization", "Platform", "Model", "Scenario"),
    ],
)
def test_missing_columns_cost_no_result(tmp_path, without):
    path = tmp_path / "summary.csv"
    path.write_bytes(checker(without))
    assert ingest(path, tmp_path / "data") == 0
    assert sorted(row["value"] for row in rows(tmp_path / "data/rounds/v2.1", "results")) == [0.908111, 500.5, 1234.57]


def test_without_units_the_scenario_tells_them_until_there_were_tokens(tmp_path):
    path = tmp_path / "summary.csv"
    path.write_bytes(checker(("Units",)).replace(b",110.166667,", b",1234.57,"))
    assert ingest(path, tmp_path / "data") == 0
    units = {row["scenario"]: row["unit"] for row in rows(tmp_path / "data/rounds/v2.1", "results")}
    assert units == {"Offline": "Samples/s", "SingleStream": "ms", "Server": "Queries/s"}
    assert ingest(path, tmp_path / "data", "v5.1") == 1


@pytest.mark.parametrize("as_source", [as_folder, None])
def test_a_summary_in_a_trees_root_gives_official_values(tmp_path, as_source):
    from tests.ingest.trees import as_tar

    files = small_tree() | {"summary.csv": checker()}
    made = (
        as_folder(files, tmp_path / "tree") if as_source else as_tar(files, tmp_path / "x.tar.xz", prefix="inference/")
    )
    assert ingest(made, tmp_path / "data") == 0
    official = rows(tmp_path / "data/rounds/v2.1", "official")
    assert sorted(row["value"] for row in official) == [0.908111, 500.5, 1234.57]
    assert {row["source"] for row in rows(tmp_path / "data/rounds/v2.1", "results")} == {"logs"}
    assert ingest(DATA / "summary.csv", tmp_path / "data") == 0
    assert {row["source"] for row in rows(tmp_path / "data/rounds/v2.1", "results")} == {"logs"}


def test_of_both_summaries_in_a_root_the_one_with_public_ids_counts(tmp_path):
    files = small_tree() | {"summary.csv": checker(), "summary_results.json": json.dumps([summary()]).encode()}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0
    assert [row["public_id"] for row in rows(tmp_path / "data/rounds/v2.1", "official")] == ["9.9-0001"]


def test_a_damaged_summary_in_a_root_costs_only_itself(tmp_path):
    files = small_tree() | {"summary.csv": b"a,b\n1,2\n"}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0
    (found,) = rows(tmp_path / "data/rounds/v2.1", "problems")
    assert found["path"] == "summary.csv"


# Units that records leave out


@pytest.mark.parametrize(
    ("round_name", "scenario", "unit"),
    [("v2.1", "Offline", "Samples/s"), ("v3.0", "MultiStream", "ms"), ("v1.1", "MultiStream", "streams")],
)
def test_a_record_without_a_unit_has_that_of_its_rounds_rules(round_name, scenario, unit, tmp_path):
    (row,) = table(tmp_path, [record(Scenario=scenario, Units=None)], round_name=round_name)
    assert row["unit"] == unit


@pytest.mark.parametrize("round_name", ["house", "run-20261124", "v5.1"])
def test_a_record_without_a_unit_is_left_out_where_no_rules_tell_it(round_name, tmp_path):
    records = [record(), record(Scenario="Server", Units=None)]
    (row,) = table(tmp_path, records, round_name=round_name)
    assert row["scenario"] == "Offline"
    ((line, said),) = problems(tmp_path, records, round_name)
    assert (line, said.startswith("a result without a unit")) == (2, True)


# The public table's export (v5.0)

TABLE = (DATA / "official_table.csv").read_text()


def test_the_public_table_gives_one_result_per_filled_cell(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    assert ingest(path, tmp_path / "data", "v5.0") == 0
    found = rows(tmp_path / "data/rounds/v5.0", "results")
    assert [(row["public_id"], row["benchmark_raw"], row["scenario"], row["value"], row["unit"]) for row in found] == [
        ("5.0-0001", "llama2-70b-99", "Server", 1_000_000.0, "Tokens/s"),
        ("5.0-0001", "resnet", "Offline", 33928.1, "Samples/s"),
        ("5.0-0002", "resnet", "Server", 12.5, "Queries/s"),
    ]
    assert not (tmp_path / "data/rounds/v5.0/official.parquet").exists()


def suites(tmp_path: Path, *changes: tuple[str, str]) -> tuple[set[tuple[object, object]], list[str]]:
    """What the systems of the changed table are filed as, and the problems."""
    text = TABLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "table.csv"
    path.write_text(text)
    assert ingest(path, tmp_path / "data", "v5.0") == 0
    folder = tmp_path / "data/rounds/v5.0"
    found = {(row["is_datacenter"], row["is_edge"]) for row in rows(folder, "systems")}
    return found, [row["message"] for row in rows(folder, "problems")]


def test_a_public_table_with_server_results_is_the_datacenters(tmp_path):
    assert suites(tmp_path) == ({(True, False)}, [])


def test_a_public_table_of_edge_systems_is_not_filed_as_datacenter(tmp_path):
    changes = (
        ("Offline,Server,Server", "Offline,SingleStream,MultiStream"),
        ("Samples/s,Queries/s,Tokens/s", "Samples/s,ms,ms"),
    )
    assert suites(tmp_path, *changes) == ({(False, True)}, [])


@pytest.mark.parametrize(
    "scenarios", ["Offline,Offline,Offline", "Offline,SingleStream,Server", "Server,Server,MultiStream"]
)
def test_a_public_table_that_does_not_tell_its_suite_leaves_it_unknown_and_says_so_once(scenarios, tmp_path):
    found, said = suites(tmp_path, ("Offline,Server,Server", scenarios))
    assert found == {(None, None)}
    assert [message for message in said if "system_type" in message] == [
        "the description names no system_type; neither datacenter nor edge is known"
    ]


def test_a_table_without_its_header_is_refused():
    with pytest.raises(SourceError):
        records_of(TABLE.replace("Public ID,", "Secret ID,").replace("Acme,", "Public ID").encode(), "t.csv")


def test_a_source_is_known_by_its_content_and_not_by_its_name(tmp_path):
    packed = tmp_path / "records.tar"
    packed.write_bytes(gzip.compress(json.dumps([record()]).encode()))
    assert ingest(packed, tmp_path / "data", "v3.1") == 0
    assert rows(tmp_path / "data/rounds/v3.1", "results")[0]["value"] == 1234.5
