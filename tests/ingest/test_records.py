"""What a record says of its power, what two records of one result say, and the problems of records beside logs."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.test_compiled import problems, record, source, summary, table
from tests.ingest.trees import DATA, as_folder, command, ingest, log, one_result, rows, small_tree

Record = dict[str, Any]


# Power in a row of its own, which has a unit of its own


def own(result: object, unit: str, scenario: str = "Offline", **more: object) -> Record:
    return record(Scenario=scenario, Result=result, Units=unit, **more)


@pytest.mark.parametrize(
    ("scenario", "result", "unit", "more", "watts", "millijoules"),
    [
        ("SingleStream", 29.5, "millijoules", {}, None, 29.5),
        ("SingleStream", 0.29, "Joules", {}, None, 290),
        ("MultiStream", 29.5, "millijoules", {}, None, 29.5),
        ("MultiStream", 29.5, "mJ", {"power": 0}, None, 29.5),
        ("SingleStream", 29.5, "millijoules", {"Result_Power_Units": "Watts"}, None, 29.5),
        ("SingleStream", None, "millijoules", {"power": 29.5}, None, 29.5),
        ("SingleStream", 300.5, "Watts", {}, 300.5, None),
        ("Offline", 300.5, "Watts", {"Result_Power": 300.5}, 300.5, None),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_row_of_power_is_in_its_own_unit(scenario, result, unit, more, watts, millijoules, is_first, tmp_path):
    measured = own(1.5, "Samples/s" if scenario == "Offline" else "ms", scenario)
    both = [own(result, unit, scenario, **more), measured]
    (row,) = table(tmp_path, both if is_first else both[::-1])
    assert (row["value"], row["power_w"], row["energy_mj"]) == (1.5, watts, millijoules)
    assert problems(tmp_path, both) == []


def test_official_power_of_its_own_row_is_in_its_own_unit(tmp_path):
    lines = list(csv.DictReader(io.StringIO((DATA / "summary.csv").read_text())))
    (latency,) = (line for line in lines if line["Scenario"] == "SingleStream")
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(latency))
    writer.writeheader()
    writer.writerows([*lines, latency | {"Result": "29.5", "Units": "millijoules"}])
    files = small_tree() | {"summary.csv": stream.getvalue().encode()}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0
    official = rows(tmp_path / "data/rounds/v2.1", "official")
    assert [(row["power"], row["power_unit"]) for row in official if row["scenario"] == "SingleStream"] == [
        (29.5, "millijoules")
    ]


@pytest.mark.parametrize(
    ("more", "energy"), [({"power": 0.29}, 290), ({"power": 29.5, "Power_Units": "mJ"}, 29.5), ({"power": 0}, None)]
)
def test_the_checkers_column_of_power_is_in_joules_unless_a_unit_is_stated(more, energy, tmp_path):
    (row,) = table(tmp_path, [own(1.5, "ms", "SingleStream", **more)])
    assert (row["energy_mj"], row["power_w"]) == (energy, None)


def test_a_power_that_is_no_number_does_not_take_the_unit_of_the_one_beside_it(tmp_path):
    (row,) = table(tmp_path, [own(1.5, "ms", "SingleStream", Result_Power="many", power="0.29")])
    assert row["energy_mj"] == 290


def test_a_row_of_power_that_says_two_things_is_named(tmp_path):
    both = [own(1.5, "ms", "SingleStream"), own(29.5, "millijoules", "SingleStream", Result_Power=7.5)]
    assert table(tmp_path, both)[0]["energy_mj"] == 7.5
    assert problems(tmp_path, both) == [
        (2, "a row of power whose result is 29.5 millijoules and whose power 7.5; 7.5 is taken")
    ]


# Two records of one result


@pytest.mark.parametrize("is_first", [True, False])
def test_what_only_one_of_two_records_of_a_result_says_is_kept(tmp_path, is_first):
    full = record(Result_Power=300, ID="3.1-0001", weight_data_types="fp8", inferred=1, uid="2f")
    both = [full, record(SystemType="edge", Accuracy=..., inferred=...)]
    (row,) = table(tmp_path, both if is_first else both[::-1])
    assert (row["power_w"], row["public_id"], row["weight_dtype_raw"], row["checker_inferred"]) == (
        300,
        "3.1-0001",
        "fp8",
        True,
    )
    assert [item["value"] for item in rows(tmp_path / "data/rounds/v3.1", "accuracy")] == [76.1]
    assert problems(tmp_path, both) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Result_Power": 999}, "a second power for {}: 300.1234 Watts, then 999.0 Watts; left out"),
        ({"ID": "3.1-0002"}, "a second ID for {}: '3.1-0001', then '3.1-0002'; left out"),
        ({"Accuracy": 12.5}, "a second accuracy for {}: '76.1', then '12.5'; left out"),
        ({"weight_data_types": "int8"}, "a second weight type for {}: 'fp8', then 'int8'; left out"),
        ({"inferred": 1}, "a second flag of inference for {}: '0', then '1'; left out"),
        ({"inferred": False, "Result_Power": 300.12, "Accuracy": "76.10"}, None),
    ],
)
def test_what_two_records_of_a_result_say_unlike_is_named_and_the_first_kept(tmp_path, changes, said):
    told = {"Result_Power": 300.1234, "ID": "3.1-0001", "weight_data_types": "fp8"}
    both = [record(**told), record(**told | {"SystemType": "edge"} | changes)]
    (row,) = table(tmp_path, both)
    assert (row["power_w"], row["public_id"], row["weight_dtype_raw"]) == (300.1234, "3.1-0001", "fp8")
    expected = [(2, said.format("closed/Acme/box/resnet50/Offline"))] if said else []
    assert problems(tmp_path, both) == expected


# One number with more digits here than there


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (1234.57, 1234.567891, True),
        (1234.567891, 1234.57, True),
        (259994, 259993.64, True),
        ("1234.57", "1234.567891", True),
        (1234.57, 1234.6891, False),
        (8, 9, False),
        (8, 8.4, False),
        (100, 101, False),
        (0.01, 0.014, False),
    ],
)
def test_one_number_in_more_digits_is_no_contradiction(tmp_path, one, other, is_same):
    (row,) = table(tmp_path, [record(Result=one, Performance_Result=other)])
    assert (row["doubt"] is None) == is_same
    (row,) = table(tmp_path, [record(Result=one), record(Result=other, SystemType="edge")])
    assert (row["doubt"] is None) == is_same


def test_counts_that_differ_by_one_are_a_contradiction(tmp_path):
    ((_, said),) = problems(tmp_path, [record(accelerators_per_node=800, **{"a#": 801})])
    assert said.startswith("a record that contradicts itself: accelerators_per_node says '800'")


# Problems of the records that logs are held against


def said(folder: Path) -> list[str]:
    return [row["message"] for row in rows(folder, "problems")]


def test_problems_of_a_summary_beside_logs_stand_in_the_table_beside_those_of_the_logs(tmp_path):
    folder = tmp_path / "data/rounds/v5.1"
    files = one_result(log("summary_offline.txt")) | {"closed/Lab/results/x/resnet50/Offline/odd.txt": b"odd"}
    tree = as_folder(files, tmp_path / "tree")
    assert ingest(tree, tmp_path / "data", "v5.1") == 0
    of_logs = said(folder)
    assert of_logs
    path = source(tmp_path / "r.json", [summary(), "junk", summary(Performance_Result=1)])
    done = command(str(path), "--round", "v5.1", "--data", str(tmp_path / "data"))
    assert "problems 2\n" in done.stdout
    second = "a second value for closed/Acme/box/resnet50/Offline: 1234.56 Samples/s, then 1.0 Samples/s; left out"
    of_both = sorted([*of_logs, "no record but a str; left out", second])
    assert sorted(said(folder)) == of_both
    assert ingest(path, tmp_path / "data", "v5.1") == 0
    assert sorted(said(folder)) == of_both, "once, however often the records are read"
    assert ingest(tree, tmp_path / "data", "v5.1") == 0
    assert sorted(said(folder)) == of_both, "the records' values stay, and so do their problems"
    assert ingest(source(path, [summary()]), tmp_path / "data", "v5.1") == 0
    assert said(folder) == of_logs


def test_a_table_of_problems_that_cannot_be_read_is_named_and_costs_nothing_else(tmp_path):
    folder = tmp_path / "data/rounds/v5.1"
    assert ingest(as_folder(one_result(log("summary_offline.txt")), tmp_path / "tree"), tmp_path / "data", "v5.1") == 0
    (folder / "problems.parquet").write_bytes(b"damaged")
    assert ingest(source(tmp_path / "r.json", [summary()]), tmp_path / "data", "v5.1") == 0
    assert said(folder) == ["the table cannot be read; it is left out until its source is read again"]
    assert rows(folder, "official")[0]["value"] == 1234.56
