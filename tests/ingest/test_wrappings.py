"""The same records in other wrappings, of every checker's era, and what is refused by its name."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from lib.ingest.layouts.checker_csv import looks_like_checker
from lib.ingest.layouts.record_files import records_of
from tests.ingest.test_compiled import record, summary
from tests.ingest.trees import as_folder, command, ingest, log, one_result, rows

Record = dict[str, Any]
V07 = (
    "Organization,Availability,Division,SystemType,SystemName,Platform,Model,MlperfModel,Scenario,Result,Accuracy,"
    "number_of_nodes,host_processor_model_name,host_processors_per_node,host_processor_core_count,"
    "accelerator_model_name,accelerators_per_node,Location,framework,operating_system,notes,compilance,errors,version,"
    "infered"
)


def line(result: object, scenario: str = "Offline", types: str = "edge", name: str = "Lab box", end: str = ",1") -> str:
    """A row as the checkers of v0.7 to v1.1 write it: some cells quoted, none escaped."""
    place = f"closed/Lab/results/lab/resnet50/{scenario}"
    return (
        f'Lab,available,closed,{types},"{name}",lab,resnet50,resnet,{scenario},{result},76.1,1,"Lab CPU",2,20,'
        f'"Lab A1",4,{place},"LabRT 1","LabOS","",1,0,v1.1{end}'
    )


def imported(data: bytes, tmp_path: Path, round_name: str) -> tuple[list[Record], list[str]]:
    """The results of a source, and its problems."""
    path = tmp_path / "source"
    path.write_bytes(data)
    assert ingest(path, tmp_path / "data", round_name) == 0
    folder = tmp_path / "data/rounds" / round_name
    said = [f"{row['severity']} {row['line']}: {row['message']}" for row in rows(folder, "problems")]
    return rows(folder, "results"), said


def values(found: list[Record]) -> list[tuple[str, float]]:
    return sorted((row["scenario"], row["value"]) for row in found)


# JSON

SERVER = record(Scenario="Server", Result=900.5, Location="closed/Acme/results/box/resnet50/Server")


@pytest.mark.parametrize(
    "data",
    [
        json.dumps({"0": record(), "1": SERVER}),
        json.dumps({"results": [record(), SERVER]}),
        json.dumps({"closed": {"0": record()}, "open": [SERVER]}),
        json.dumps(record()) + "\n\n" + json.dumps(SERVER) + "\n",
        f'{{"0": {json.dumps(record())}, "0": {json.dumps(SERVER)}}}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_the_same_records_in_another_wrapping(data, encoding, tmp_path):
    found, said = imported(data.encode(encoding), tmp_path, "v3.1")
    assert values(found) == [("Offline", 1234.5), ("Server", 900.5)]
    assert said == []


def test_what_lies_beside_the_records_is_named(tmp_path):
    _, said = imported(json.dumps({"meta": 3, "results": [record()]}).encode(), tmp_path, "v3.1")
    assert said == ["note 0: no records, not read: 'meta'"]


def test_a_broken_line_costs_only_itself(tmp_path):
    found, said = imported(f"{json.dumps(record())}\n{{broken\n{json.dumps(SERVER)}".encode(), tmp_path, "v3.1")
    assert len(found) == 2
    assert said == ["error 2: no JSON object on this line; left out"]


def test_a_key_that_stands_twice_is_named_with_both_values_and_leaves_a_doubt(tmp_path):
    text = json.dumps([record()]).replace('"Result": 1234.5', '"Result": 1234.5, "Result": 99')
    ((row,), said) = imported(text.encode(), tmp_path, "v3.1")
    assert row["value"] == 1234.5
    assert "'99'" in row["doubt"]
    assert len(said) == 1


# Candidates


@pytest.mark.parametrize(
    ("changes", "value", "unit"),
    [
        ({"Result": "", "Performance_Result": 7.5}, 7.5, "Samples/s"),
        ({"Result": "many", "Performance_Result": "7.5"}, 7.5, "Samples/s"),
        ({"Units": "", "Result_Units": "Tokens/s"}, 1234.5, "Tokens/s"),
        ({"Performance_Result": "1234.5", "Result_Units": "samples/s"}, 1234.5, "Samples/s"),
    ],
)
def test_the_filled_candidate_counts(changes, value, unit, tmp_path):
    ((row,), _) = imported(json.dumps([record(**changes)]).encode(), tmp_path, "v3.1")
    assert (row["value"], row["unit"], row["doubt"] is None) == (value, unit, changes.get("Result") != "many")


def test_an_accelerator_is_found_under_its_other_word(tmp_path):
    imported(json.dumps([record(accelerator_model_name="", Accelerator="Acme B2")]).encode(), tmp_path, "v3.1")
    assert rows(tmp_path / "data/rounds/v3.1", "systems")[0]["accelerator_raw"] == "Acme B2"


def test_two_candidates_that_contradict_are_named_and_leave_a_doubt(tmp_path):
    ((row,), said) = imported(json.dumps([record(Result=100, Performance_Result=200)]).encode(), tmp_path, "v3.1")
    assert "Result says '100'; Performance_Result says '200'" in row["doubt"]
    assert said == ["warning 1: a record that contradicts itself: Result says '100'; Performance_Result says '200'"]


def test_a_second_value_leaves_a_doubt_of_the_first(tmp_path):
    ((row,), _) = imported(json.dumps([record(), record(Result=1)]).encode(), tmp_path, "v3.1")
    assert row["doubt"] == "its source states two values: 1234.5 Samples/s and 1.0 Samples/s"


def test_words_that_nobody_reads_are_one_problem_a_file(tmp_path):
    records = [record(joy=1, uid="1f"), record(joy=2, sorrow=3, Platform="b")]
    assert imported(json.dumps(records).encode(), tmp_path, "v3.1")[1] == [
        "warning 0: not read, for no such column is known: 'joy', 'sorrow'"
    ]


# The checkers' CSV


def test_a_summary_of_v07_has_neither_units_nor_power_and_its_flag_is_the_checkers(tmp_path):
    found, said = imported(
        f"{V07}\n{line(1200.5)}\n{line(0.83, 'SingleStream', end=',0')}\n".encode(), tmp_path, "v0.7"
    )
    assert [(row["unit"], row["checker_inferred"], row["is_inferred"], row["has_power_run"]) for row in found] == [
        ("Samples/s", True, None, False),
        ("ms", False, None, False),
    ]
    assert said == []


@pytest.mark.parametrize(
    ("scenario", "result", "power", "watts", "millijoules"),
    [
        ("Offline", 1200.5, 250.5, 250.5, None),
        ("Server", 1200.5, 250.5, 250.5, None),
        ("SingleStream", 0.83, 0.29, None, 290),
        ("MultiStream", 16, 0.21, None, 3360),  # joules a sample, 16 samples a query
        ("Offline", 1200.5, 0, None, None),
        ("SingleStream", 0.83, "0.0", None, None),
    ],
)
def test_the_column_power_of_v10_and_v11_is_watts_or_joules(scenario, result, power, watts, millijoules, tmp_path):
    text = f"{V07},power\n{line(result, scenario, end=f',0,{power}')}\n"
    ((row,), said) = imported(text.encode(), tmp_path, "v1.1")
    assert (row["power_w"], row["energy_mj"]) == (watts, millijoules)
    assert row["has_power_run"] == (watts is not None or millijoules is not None)
    assert said == []
    assert rows(tmp_path / "data/rounds/v1.1", "official")[0]["power"] == (watts or millijoules)


def test_both_suites_without_quotes_are_read_and_said(tmp_path):
    ((row,), said) = imported(f"{V07}\n{line(2400.5, types='datacenter,edge')}\n".encode(), tmp_path, "v1.1")
    assert row["value"] == 2400.5
    assert said == ["warning 2: has 26 cells, the header 25; read as a system of both suites"]
    (system,) = rows(tmp_path / "data/rounds/v1.1", "systems")
    assert (system["is_datacenter"], system["is_edge"], system["system_name"]) == (True, True, "Lab box")


@pytest.mark.parametrize(
    ("bad", "cells"),
    [
        (line(1, "Server", name='Lab "4U", two'), 26),
        (line(1, "Server", types="edge,edge"), 26),
        (line(1, "Server", end=""), 24),
        (line(1, "Server", end=",1,2,3"), 27),
    ],
)
def test_a_shifted_row_is_named_with_both_counts_and_costs_only_itself(bad, cells, tmp_path):
    found, said = imported(f"{V07}\n{bad}\n{line(5)}\n".encode(), tmp_path, "v1.1")
    assert values(found) == [("Offline", 5)]
    assert said == [f"error 2: has {cells} cells, the header 25; left out"]


def test_a_stray_quote_does_not_swallow_the_rows_below(tmp_path):
    bad = line(1, "Server").replace('"Lab box"', '"Lab box')
    found, said = imported(f"{V07}\n{bad}\n{line(5)}\n{line(6, 'SingleStream')}\n".encode(), tmp_path, "v1.1")
    assert values(found) == [("Offline", 5), ("SingleStream", 6)]
    assert [text[:9] for text in said] == ["error 2: "]


SHORT = "Organization,Platform,Division,SystemName,Model,MlperfModel,Scenario,Result,Units"


def short(platform: str, result: int, name: str) -> str:
    return f"Lab,{platform},closed,{name},resnet50,resnet,Offline,{result},Samples/s"


def by_platform(found: list[Record]) -> dict[str, float]:
    return {row["platform"]: row["value"] for row in found}


@pytest.mark.parametrize(
    ("names", "kept", "left_out"),
    [
        (('"Box A', '"Box B"', "Box C"), {"b": 20, "c": 30}, ["2"]),
        (('"Box A', 'Box B"', "Box C"), {"b": 20, "c": 30}, ["2"]),
        (('"Box A', '"",', "Box C"), {"c": 30}, ["2", "3"]),
        (('"Box A', '"Box B', "Box C"), {"c": 30}, ["2", "3"]),
        (('"Box A', "Box B", 'Box C"'), {"b": 20, "c": 30}, ["2"]),
        (('"Box A', "Box B", "Box C"), {"b": 20, "c": 30}, ["2"]),
        (('"Box\nA"', '"Box, B"', "Box C"), {"a": 10, "b": 20, "c": 30}, []),
        (('"Box\r\nA"', '"Box\n\n, B"', "Box C"), {"a": 10, "b": 20, "c": 30}, []),
    ],
)
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_stray_quote_gives_no_row_the_value_of_another(names, kept, left_out, mark, tmp_path):
    lines = [short(name, 10 * number, text) for number, (name, text) in enumerate(zip("abc", names, strict=True), 1)]
    found, said = imported("\n".join([SHORT, *lines]).replace(",", mark).encode(), tmp_path, "v3.1")
    assert by_platform(found) == kept
    assert [text.split()[1].rstrip(":") for text in said if text.startswith("error")] == left_out


def test_a_quote_that_swallows_the_rest_of_the_file_costs_only_its_row(tmp_path):
    lines = [short("a", 10, '"Box A'), *(short(f"b{number}", number, "B" * 400) for number in range(1, 501))]
    found, said = imported("\n".join([SHORT, *lines]).encode(), tmp_path, "v3.1")
    assert by_platform(found) == {f"b{number}": number for number in range(1, 501)}
    assert [text for text in said if text.startswith("error")] == ["error 2: has 4 cells, the header 9; left out"]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_a_spreadsheets_copy_is_read_in_its_own_habit(mark, tmp_path):
    text = f"{V07}\n{line('R')}\n{line('S', 'Server')}\n".replace('"', "").replace(",", mark)
    text = text.replace("R" + mark, "33.928,10" + mark).replace("S" + mark, "1.234" + mark)
    found, _ = imported(text.encode("utf-16"), tmp_path, "v1.1")
    assert values(found) == [("Offline", 33928.1), ("Server", 1234)]


def test_a_value_of_two_readings_is_left_out_with_its_line(tmp_path):
    quoted = line('"1,234"', "Server")
    found, said = imported(f"{V07}\n{line(850)}\n{quoted}\n".encode(), tmp_path, "v1.1")
    assert values(found) == [("Offline", 850)]
    assert said == [
        "error 3: a record without a result: '1,234', either 1.234 or 1234, and no other value of its column tells "
        "which; left out"
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "1.2.3", "12abc", True, [1], {"a": 1}])
def test_what_is_no_number_is_named_with_its_line(value, tmp_path):
    found, said = imported(json.dumps([record(), record(Result=value, Platform="q")]).encode(), tmp_path, "v3.1")
    assert len(found) == 1
    assert said[0].startswith("error 2: a record without a result: ")


def test_power_and_accuracy_that_are_no_numbers_are_named(tmp_path):
    odd = record(Result_Power="1,234", Accuracy="ROUGE1: 1,234 ROUGE2: 22.5")
    ((row,), said) = imported(json.dumps([odd]).encode(), tmp_path, "v3.1")
    assert (row["power_w"], row["value"]) == (None, 1234.5)
    assert [text.split(":")[1] for text in said] == [" accuracy that is no number", " power that is no number"]
    assert [item["metric"] for item in rows(tmp_path / "data/rounds/v3.1", "accuracy")] == ["ROUGE2"]


@pytest.mark.parametrize("accuracy", ["ROUGE1: 43.102  GEN_LEN: 4114427", "ROUGE1: 43.102", "ROUGE1: 43,1020"])
def test_an_accuracy_of_three_decimals_is_a_plain_number(accuracy, tmp_path):
    _, said = imported(json.dumps([record(Accuracy=accuracy)]).encode(), tmp_path, "v3.1")
    figures = {item["metric"]: item["value"] for item in rows(tmp_path / "data/rounds/v3.1", "accuracy")}
    assert (figures["ROUGE1"], said) == (43.102, [])


def test_bytes_of_another_encoding_are_named_with_their_line(tmp_path):
    text = f"{V07}\n{line(5, name='Büro')}\n"
    _, said = imported(text.encode("latin-1"), tmp_path, "v1.1")
    assert [text[:10] for text in said] == ["warning 2:"]


def test_the_checkers_header_is_known_by_its_words():
    assert looks_like_checker(V07.split(","))
    assert not looks_like_checker(["a", "b"])


# The public table since v6.0

HEAD = (
    "Public ID\tOrganization\tAvailability\tSystem Name (click + for details)\t# of  Processors \tAvailability\t"
    "Accelerators per node\tCode\tBenchmark\tModel MLC\tScenario\tUnits\tDivision/Power\t# of Nodes\t"
    "Avg. Result at System Name\tSum of # of  Processors \n"
)


def cell(number: str, name: str, value: str, scenario: str = "Offline", division: str = "Closed ") -> str:
    return (
        f"{number}\tLab\tavailable\t{name}\t2\tavailable\t8\thttps://example.org\tInference\tllama2-70b-99\t{scenario}"
        f"\tTokens/s\t{division}\t1\t{value}\t2\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_the_public_table_of_one_row_a_result(encoding, mark, tmp_path):
    text = HEAD + cell("9.9-0001", "Box", "100000") + cell("9.9-0001", "Box", "95000.5", "Server")
    found, said = imported(text.replace("\t", mark).encode(encoding), tmp_path, "v6.0")
    assert values(found) == [("Offline", 100000), ("Server", 95000.5)]
    assert {(row["public_id"], row["unit"], row["doubt"]) for row in found} == {("9.9-0001", "Tokens/s", None)}
    assert said == []


def test_entries_of_one_name_and_value_are_an_average_and_doubted(tmp_path):
    text = HEAD + cell("9.9-0051", "Box", "6882.1") + cell("9.9-0052", "Box", "6882.10")
    text += cell("9.9-0053", "Other", "6882.1") + cell("9.9-0054", "Box", "7000")
    found, said = imported(text.encode("utf-16"), tmp_path, "v6.0")
    doubted = {row["public_id"]: row["doubt"] for row in found if row["doubt"]}
    assert set(doubted) == {"9.9-0051", "9.9-0052"}
    assert all("2 entries (9.9-0051, 9.9-0052)" in doubt for doubt in doubted.values())
    assert [text[:10] for text in said if text.startswith("warning")] == ["warning 2:", "warning 3:"]


def test_the_tables_division_tells_of_power(tmp_path):
    ((row,), _) = imported((HEAD + cell("9.9-0001", "Box", "5", division="Closed Power")).encode(), tmp_path, "v6.0")
    assert (row["division"], row["has_power_run"]) == ("closed", True)


def test_the_public_table_does_not_take_the_place_of_a_rounds_official_values(tmp_path):
    tree = as_folder(one_result(log("summary_offline.txt")), tmp_path / "tree")
    assert ingest(tree, tmp_path / "data", "v5.1") == 0
    path = tmp_path / "summary.json"
    path.write_text(json.dumps([summary()]))
    assert ingest(path, tmp_path / "data", "v5.1") == 0
    path.write_text(HEAD + cell("9.9-0001", "Box", "5"))
    done = command(str(path), "--round", "v5.1", "--data", str(tmp_path / "data"))
    assert (done.returncode, "names no platforms" in done.stderr) == (1, True)
    assert rows(tmp_path / "data/rounds/v5.1", "official")[0]["value"] == 1234.56


def test_the_checkers_flag_stands_beside_official_values(tmp_path):
    imported(json.dumps([summary(inferred=1)]).encode(), tmp_path, "v9.9")
    assert rows(tmp_path / "data/rounds/v9.9", "official")[0]["checker_inferred"] is True


def test_a_row_of_the_public_table_that_is_cut_short_is_named_with_both_counts(tmp_path):
    text = HEAD + cell("9.9-0001", "Box", "5") + cell("9.9-0002", "Box two", "6").rpartition("\t6")[0] + "\n"
    found, said = imported(text.encode(), tmp_path, "v6.0")
    assert values(found) == [("Offline", 5)]
    assert said[0] == "error 3: has 14 cells, the header 16; left out"


def test_a_stray_quote_gives_no_entry_of_the_public_table_the_value_of_another(tmp_path):
    text = HEAD + cell("9.9-0001", '"Box', "5") + cell("9.9-0002", '"Box two"', "6") + cell("9.9-0003", "Box", "7")
    found, said = imported(text.encode(), tmp_path, "v6.0")
    assert {row["public_id"]: row["value"] for row in found} == {"9.9-0002": 6, "9.9-0003": 7}
    assert [text for text in said if text.startswith("error")] == ["error 2: has 4 cells, the header 16; left out"]


def crossed(benchmarks: str, scenarios: str, units: str, values: str = "5,6,7") -> bytes:
    """The public table up to v5.1: three header rows, then an entry and its line of results."""
    system = "Public ID,Organization,Availability,Division/Power,System Name"
    return (
        f"x\n,,,,,{benchmarks}\n,,,,,{scenarios}\n{system},{units}\n"
        f"9.9-0001,Lab,available,Closed,Box,,,\n,,,,Avg. Result at System Name,{values}\n"
    ).encode()


@pytest.mark.parametrize(
    ("benchmarks", "scenarios", "units", "kept", "error"),
    [
        ("resnet,,bert-99", "Offline,Server,Offline", "Samples/s,Queries/s,Samples/s", 3, None),
        (
            "resnet",
            "Offline,Server,Offline",
            "Samples/s,Queries/s,Samples/s",
            1,
            "error 2: the row of benchmarks has 6 cells, the table 8 columns; what lies beyond them is left out",
        ),
        (
            "resnet,,bert-99",
            "Offline,Server",
            "Samples/s,Queries/s,Samples/s",
            2,
            "error 3: the row of scenarios has 7 cells, the table 8 columns; what lies beyond them is left out",
        ),
        (
            "resnet,,bert-99",
            "Offline,,Offline",
            "Samples/s,Queries/s,Samples/s",
            2,
            "error 3: column 7 names no scenario; left out",
        ),
    ],
)
def test_header_rows_of_the_public_table_that_are_cut_are_named(benchmarks, scenarios, units, kept, error, tmp_path):
    found, said = imported(crossed(benchmarks, scenarios, units), tmp_path, "v5.0")
    assert len(found) == kept
    assert [text for text in said if text.startswith("error")] == ([error] if error else [])


def test_results_below_a_systems_row_that_is_left_out_are_not_those_of_the_system_above(tmp_path):
    data = crossed("resnet,,bert-99", "Offline,Server,Offline", "Samples/s,Queries/s,Samples/s")
    data += b"9.9-0002,Lab,available,Closed,Box, 4U,,,\n,,,,Avg. Result at System Name,50,60,70\n"
    data += b"9.9-0003,Lab,available,Closed,Box three,,,\n,,,,Avg. Resu lt,50,60,70\n"
    found, said = imported(data, tmp_path, "v5.0")
    assert {(row["public_id"], row["value"]) for row in found} == {("9.9-0001", 5), ("9.9-0001", 6), ("9.9-0001", 7)}
    assert [text for text in said if text.startswith("error")] == [
        "error 7: has 9 cells, the header 8; left out",
        "error 8: results without the row of their system; left out",
        "error 10: a line of figures that does not say which: ['avg. resu lt']; left out",
    ]


def test_a_row_of_units_that_is_cut_is_named(tmp_path):
    data = crossed("resnet,", "Offline,Server", "Samples/s", "5").replace(b"Box,,,", b"Box,")
    found, said = imported(data, tmp_path, "v5.0")
    assert values(found) == [("Offline", 5)]
    assert said[0] == "error 4: the row of units has 6 cells, the table 7 columns; what lies beyond them is left out"


def test_each_doubted_entry_of_the_public_table_is_named(tmp_path):
    text = HEAD + cell("9.9-0001", "A", "-1") + cell("9.9-0002", "B", "-1") + cell("9.9-0003", "C", "0", "Server")
    _, said = imported(text.encode(), tmp_path, "v6.0")
    doubts = [text for text in said if "absurd" in text]
    assert [text.partition("(")[2] for text in doubts] == [
        "9.9-0001, llama2-70b-99, Offline)",
        "9.9-0002, llama2-70b-99, Offline)",
        "9.9-0003, llama2-70b-99, Server)",
    ]


def test_each_doubted_unit_of_the_public_table_is_named_once_and_others_keep_theirs(tmp_path):
    text = HEAD + "".join(cell(f"9.9-000{number}", f"Box {number}", f"{number}00") for number in range(1, 4))
    for number in (4, 5):
        text += cell(f"9.9-000{number}", f"Box {number}", f"{number}00").replace("Tokens/s", "FPS")
    _, said = imported(text.encode(), tmp_path, "v6.0")
    said = [text for text in said if "in FPS" in text]
    assert [text.partition("(")[2] for text in said] == [
        "9.9-0004, llama2-70b-99, Offline)",
        "9.9-0005, llama2-70b-99, Offline)",
    ]
    assert all(text.startswith("warning 0: the unit is doubted: ") for text in said)


@pytest.mark.parametrize(
    ("word", "flag"), [("1", True), ("TRUE", True), (0, False), ("", None), ("None", None), ("perhaps", None)]
)
def test_a_flag_in_words_that_nobody_knows_is_unknown_and_said(word, flag, tmp_path):
    ((row,), said) = imported(json.dumps([record(inferred=word)]).encode(), tmp_path, "v3.1")
    assert row["checker_inferred"] is flag
    assert said == (["warning 1: a flag that is neither true nor false: 'perhaps'"] if word == "perhaps" else [])


# Refusals


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\n <!DOCTYPE html><html>", "an HTML page"),
        (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", "an Office document"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"),
        (b'{"alpha": 1, "beta": 2}', "a JSON object with the keys 'alpha', 'beta'"),
        (b"[1, 2]", "a JSON list of 2, whose first is int"),
        (b"red,green\n1,2\n", "whose first words are 'red', 'green'"),
        ("red\tgreen\n1\t2\n".encode("utf-16"), "whose first words are 'red', 'green'"),
        (b"red\x1b[31m,green\n", "whose first words are 'red\\x1b[31m', 'green'"),
        (b" \n \n", "no word at all"),
        (HEAD.replace("Scenario", "Szenario").encode() + b"9.9-0001", "'Szenario'"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_a_refusal_names_what_was_found_and_what_would_be_read(data, words, pack, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(pack(data))
    done = command(str(path), "--round", "v3.1", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert words in done.stderr
    assert "expected" in done.stderr
    assert done.stderr.rstrip().isprintable()


def test_a_file_of_records_keeps_its_lines():
    found = records_of(f"{V07}\n\n{line(5)}\n{line(6, 'Server')}\n".encode(), "s.csv")
    assert [placed.line for placed in found.records] == [3, 4]
