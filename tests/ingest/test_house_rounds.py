"""Which rules read a log hangs on the log and on the round's record, never on the round's name."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ingest.metric import rules_of_log
from lib.ingest.parsers.loadgen import Summary, parse_detail, parse_summary
from lib.rounds import COLUMNS, Rounds
from tests.ingest.trees import RESULTS, ROOT, as_folder, ingest, log, one_result, only, read, rows

HOUSE = ("house", "run-20261124", "v0.4", "1", "v99.9")
STREAMS, MULTISTREAM = "summary_multistream_streams.txt", "summary_multistream.txt"
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", fullmatch=True)


@pytest.mark.parametrize("round_name", [*HOUSE, "v5.1"])
@pytest.mark.parametrize(
    ("name", "scenario", "value", "unit"),
    [
        ("summary_server_tokens.txt", "Server", 33244.25, "Tokens/s"),
        ("summary_server_tokens.txt", "Interactive", 33244.25, "Tokens/s"),
        (MULTISTREAM, "MultiStream", 5.4321, "ms"),
        ("summary_singlestream.txt", "SingleStream", 0.908111, "ms"),
    ],
)
def test_a_house_rounds_log_is_read_like_the_published_rounds(round_name, name, scenario, value, unit, tmp_path):
    row = only(read(as_folder(one_result(log(name), scenario), tmp_path), round_name))
    assert (row["value"], row["unit"], row["published_run"]) == (value, unit, "run_1")


@settings(max_examples=30, deadline=None)
@given(names)
def test_a_house_rounds_name_changes_no_number(tmp_path_factory, name):
    rounds = Rounds.read(ROOT / "data")
    if name in rounds.records:
        return
    tree = as_folder(one_result(log("summary_server_tokens.txt"), "Server"), tmp_path_factory.mktemp("tree"))
    assert only(read(tree, name))["value"] == 33244.25


@pytest.mark.parametrize(("round_name", "value"), [("house", 999.87), ("v5.1", 999.87), ("v3.0", 1000.12)])
def test_a_log_whose_result_is_the_completed_rate_gives_it_where_no_record_says_otherwise(round_name, value, tmp_path):
    summary = log(
        "summary_server.txt",
        ("Scheduled samples per second : 1000.12\n", "Completed samples per second    : 999.87\n"),
        ("Additional Stats", "Scheduled samples per second : 1000.12\nAdditional Stats"),
    )
    assert only(read(as_folder(one_result(summary, "Server"), tmp_path), round_name))["value"] == value


def test_streams_are_streams_where_the_log_counts_them(tmp_path):
    row = only(read(as_folder(one_result(log(STREAMS), "MultiStream"), tmp_path), "house"))
    assert (row["value"], row["unit"]) == (42, "streams")


def rules(summary: bytes, detail: dict[str, str]) -> str:
    found = parse_summary(summary, "x")
    assert isinstance(found, Summary), found
    return rules_of_log(found, detail).name


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.7", "v1.0"),
        ("1.1 @ 1dd5b3a", "v1.0"),
        ("2.0", "v2.0"),
        ("2.1", "v2.1"),
        ("3.1", "v2.1"),
        ("4.0 @ f7d0b3b", "v4.0"),
        ("4.1 @ f7d0b3b", "v4.1"),
        ("5.0", "v4.1"),
        ("12.0", "v4.1"),
    ],
)
def test_loadgens_version_tells_the_rules_where_the_log_has_it(version, expected):
    detail = {"result_validity": "VALID", "loadgen_version": version}
    assert rules(log("summary_server.txt"), detail) == expected


def test_the_version_stands_in_the_detail_log():
    line = b':::MLLOG {"key": "loadgen_version", "value": "5.0.25 @ 1bc3e998cb", "time_ms": 0.1}\n'
    assert parse_detail(io.BytesIO(line).read) == {"loadgen_version": "5.0.25 @ 1bc3e998cb"}


def test_what_only_a_later_loadgen_writes_counts_against_an_earlier_version():
    assert rules(log("summary_server_tokens.txt"), {"loadgen_version": "3.1"}) == "v4.1"
    assert rules(log(MULTISTREAM), {"loadgen_version": "1.1"}) == "v2.0"


def test_a_multistream_log_judged_by_a_latency_is_no_count_of_streams():
    lines = log(MULTISTREAM).decode().splitlines()
    plain = "\n".join(line for line in lines if "early stopping" not in line.casefold())
    assert rules(plain.encode(), {}) == "v2.1"
    assert rules(plain.encode(), {"loadgen_version": "2.0"}) == "v2.0"


@pytest.mark.parametrize("version", ["", "next", "999999999999.0", "٣.1", "-1.0"])
def test_a_version_that_says_nothing_leaves_it_to_the_log(version):
    assert rules(log("summary_server.txt"), {"loadgen_version": version}) in ("v1.0", "v4.1")


def test_of_five_server_runs_of_the_earliest_loadgen_the_slowest_counts_in_a_house_round_too(tmp_path):
    files = one_result(log("summary_server.txt"), "Server")
    for number, rate in ((2, "1000.50"), (3, "998.00")):
        path = f"{RESULTS}/resnet50/Server/performance/run_{number}/mlperf_log_summary.txt"
        files[path] = log("summary_server.txt", ("1000.12", rate))
    assert only(read(as_folder(files, tmp_path / "old"), "house"))["published_run"] == "run_3"
    files[f"{RESULTS}/resnet50/Server/performance/run_1/mlperf_log_detail.txt"] = log("detail_server.txt")
    assert only(read(as_folder(files, tmp_path / "new"), "house"))["published_run"] == "run_1"


def test_a_listed_house_round_is_read_by_the_rules_that_it_names(tmp_path):
    data = as_folder({"rounds.csv": f"{','.join(COLUMNS)}\nhouse,,,,v4.1,\n".encode()}, tmp_path / "data")
    tree = as_folder(one_result(log("summary_server.txt"), "Server"), tmp_path / "tree")
    assert ingest(tree, data, "house") == 0
    assert rows(data / "rounds/house", "results")[0]["value"] == 999.87


def test_a_house_round_is_called_so(tmp_path, capsys):
    tree = as_folder(one_result(log("summary_offline.txt")), tmp_path / "tree")
    assert ingest(tree, tmp_path / "data", "run-20261124") == 0
    assert "a house round: the list of rounds names no repository for run-20261124" in capsys.readouterr().out
    assert ingest(tree, tmp_path / "data", "v2.1") == 0
    assert "house round" not in capsys.readouterr().out


def test_a_damaged_list_of_rounds_is_one_error_and_nothing_is_written(tmp_path, capsys):
    data = as_folder({"rounds.csv": b"round,date\nv2.1,\n"}, tmp_path / "data")
    tree = as_folder(one_result(log("summary_offline.txt")), tmp_path / "tree")
    assert ingest(tree, data, "v2.1") == 1
    said = "no column published, repository, sources, rules, note; the first line has round, date"
    assert capsys.readouterr().err == f"error: {said} ({data}/rounds.csv:1)\n"
    assert not (data / "rounds").exists()
