"""Files of a tree that mean the same, or nearly: which is read, and that it is so in any order and wrapping."""

from __future__ import annotations

import gzip
import itertools
import json
from typing import Any

import pytest

from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.ingest.write import table_of
from tests.ingest.test_odd_trees import LLM, endpoints
from tests.ingest.trees import RESULTS, Files, as_folder, as_tar, as_zip, ingest, log, one_result, only, read, values

OFFLINE = f"{RESULTS}/resnet50/Offline"
SUMMARY = f"{OFFLINE}/performance/run_1/mlperf_log_summary.txt"
MEASURED = "closed/Acme/measurements/box/resnet50/Offline"
FP8, INT8 = b'{"weight_data_types": "fp8"}', b'{"weight_data_types": "int8"}'


def good() -> Files:
    return one_result(log("summary_offline.txt"))


def alike(tmp_path, files: Files, odd: Files) -> Round:
    """The round of a tree, which is the same with the odd files in any order, in a tar, a zip and a folder."""
    outcomes = []
    for number, order in enumerate(itertools.permutations(odd.items())):
        outcomes.append(read(as_tar(dict(order) | files, tmp_path / f"{number}.tar", "w"), "v6.9"))
    outcomes.append(read(as_zip(files | odd, tmp_path / "x.zip"), "v6.9"))
    outcomes.append(read(as_folder(files | odd, tmp_path / "folder"), "v6.9"))
    first = outcomes[0]
    for other in outcomes:
        assert other.tables.keys() == first.tables.keys()
        for table in first.tables:
            assert sorted(map(str, other.rows(table))) == sorted(map(str, first.rows(table)))
        assert sorted(other.problems) == sorted(first.problems)
    return first


def said(found: Round) -> dict[str, str]:
    return {problem.path: problem.message for problem in found.problems}


def accuracy(found: Round) -> list[tuple[str, float]]:
    return [(row["metric"], row["value"]) for row in found.rows("accuracy")]


# Files that mean one result and say unlike things of it

OTHER = log("summary_offline.txt", ("1234.57", "777.5"))


@pytest.mark.parametrize("place", ["performance/run1", "performance", "Performance/run_01"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_two_unlike_logs_of_one_run_leave_a_doubt_that_names_both(tmp_path, place, pack):
    path = f"{OFFLINE}/{place}/mlperf_log_summary.txt{'.gz' if pack is gzip.compress else ''}"
    row = only(alike(tmp_path, good(), {path: pack(OTHER)}))
    assert row["value"] == 1234.57
    for word in ("Samples per second 1234.57", "Samples per second 777.5", path):
        assert word in row["doubt"]


def test_two_logs_of_one_run_that_say_the_same_leave_no_doubt(tmp_path):
    path = f"{OFFLINE}/performance/run1/mlperf_log_summary.txt"
    found = alike(tmp_path, good(), {path: log("summary_offline.txt")})
    assert (only(found)["doubt"], list(said(found))) == (None, [path])


@pytest.mark.parametrize(("second", "doubt"), [(OTHER, "777.5 Samples/s"), (log("summary_offline.txt"), None)])
def test_a_second_folder_with_another_value_leaves_a_doubt_that_names_both(tmp_path, second, doubt):
    path = f"{RESULTS}/resnet50/offline/performance/run_1/mlperf_log_summary.txt"
    found = alike(tmp_path, good(), {path: second})
    row = only(found)
    assert row["value"] == 1234.57
    assert "1234.57 Samples/s is taken" in said(found)[path]
    assert row["doubt"] is None if doubt is None else doubt in row["doubt"]


# A file that takes nothing but its own back


def test_a_rival_of_one_file_takes_nothing_of_another_of_the_same_name(tmp_path):
    odd = {f"{OFFLINE}/m.json.gz": gzip.compress(INT8), f"{MEASURED}/m.json": FP8, f"{OFFLINE}/m.json": b'{"a": 1}'}
    found = alike(tmp_path, good(), odd)
    assert only(found)["weight_dtype_raw"] == "fp8"
    assert list(said(found)) == [f"{OFFLINE}/m.json.gz"]


def test_a_rival_of_the_accuracy_file_leaves_the_harness_scores(tmp_path):
    scores = json.dumps({"accuracy_scores": [{"dataset_name": "q", "score": 5.0}]}).encode()
    folder = f"{OFFLINE}/accuracy"
    odd = {f"{folder}/Accuracy.txt": b"accuracy=1.0", f"{folder}/accuracy_results.json": scores}
    found = alike(tmp_path, good(), odd | {f"{folder}/accuracy.txt": log("accuracy.txt")})
    assert accuracy(found) == [("accuracy", 76.054), ("accuracy_score", 5.0)]


def test_a_path_that_is_there_twice_takes_no_other_settings_with_it(tmp_path):
    files = good() | {f"{MEASURED}/m.json": FP8, f"{OFFLINE}/m.json": INT8, f"./{OFFLINE}/m.json": INT8}
    found = read(as_tar(files, tmp_path / "x.tar", "w"), "v6.9")
    assert only(found)["weight_dtype_raw"] == "fp8"
    assert "more than once" in said(found)[f"{OFFLINE}/m.json"]


def test_what_means_the_same_as_a_path_that_is_there_twice_is_not_called_read(tmp_path):
    files = good() | {f"./{SUMMARY}": log("summary_offline.txt"), f"{SUMMARY}.gz": gzip.compress(b"x")}
    found = read(as_tar(files, tmp_path / "x.tar", "w"), "v6.9")
    assert found.rows("results") == []
    assert "which the source holds more than once" in said(found)[f"{SUMMARY}.gz"]


# Of two the one that can be read


@pytest.mark.parametrize("bad", [b"", b"no summary", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_packed_summary_is_read_where_the_plain_one_cannot_be(tmp_path, bad):
    files = good() | {SUMMARY: bad}
    found = alike(tmp_path, files, {f"{SUMMARY}.gz": gzip.compress(log("summary_offline.txt"))})
    assert values(found) == {"resnet50/Offline": 1234.57}
    assert only(found)["source_path"] == f"{SUMMARY}.gz"
    assert said(found)[SUMMARY].endswith(f"; '{SUMMARY}.gz' is read in its place")
    assert list(said(found)) == [SUMMARY]


def test_where_none_of_them_can_be_read_each_says_why(tmp_path):
    found = alike(tmp_path, good() | {SUMMARY: b""}, {f"{SUMMARY}.gz": gzip.compress(b"nothing of it")})
    assert found.rows("results") == []
    assert "an empty file" in said(found)[SUMMARY]
    assert "no scenario" in said(found)[f"{SUMMARY}.gz"]


@pytest.mark.parametrize("bad", [b"{", b"[]", b"\xff\xff"])
def test_a_second_description_is_read_where_the_first_cannot_be(tmp_path, bad):
    path = "closed/Acme/systems/box.json"
    found = alike(tmp_path, good() | {path: bad}, {f"{path}.gz": gzip.compress(log("system.json"))})
    assert found.rows("systems")[0]["accelerators_per_node"] == 8
    assert list(said(found)) == [path]


def test_an_empty_detail_log_stands_behind_a_packed_one(tmp_path):
    path = f"{OFFLINE}/performance/run_1/mlperf_log_detail.txt"
    found = alike(tmp_path, good(), {path: b"", f"{path}.gz": gzip.compress(log("detail_offline.txt"))})
    assert only(found)["value"] == 1234.567891
    assert said(found) == {path: f"not read: '{path}.gz' is read, which means the same file"}


def test_an_accuracy_file_without_a_figure_stands_behind_one_with(tmp_path):
    folder = f"{OFFLINE}/accuracy"
    found = alike(tmp_path, good(), {f"{folder}/accuracy.txt": b"fine", f"{folder}/Accuracy.txt": log("accuracy.txt")})
    assert accuracy(found) == [("accuracy", 76.054)]
    assert list(said(found)) == [f"{folder}/accuracy.txt"]


# LoadGen beside the Endpoints harness


@pytest.mark.parametrize("bad", [b"", b"cut sho"])
def test_the_endpoints_result_is_read_beside_a_log_that_cannot_be(tmp_path, bad):
    folder = LLM.rpartition("/")[0]
    found = alike(
        tmp_path,
        good(),
        {LLM: endpoints(), f"{folder}/run_1/mlperf_log_summary.txt": bad, f"{folder}/run_1/spl.txt": b""},
    )
    assert values(found)["llama3.1-8b/Server"] == 5000.0
    assert "is taken" not in str(found.problems)


def test_a_log_that_gives_no_result_is_not_said_to_be_taken(tmp_path):
    bad = log("summary_server.txt", ("1000.12", "nan"))
    path = f"{LLM.rpartition('/')[0]}/run_1/mlperf_log_summary.txt"
    found = alike(tmp_path, good(), {LLM: endpoints(), path: bad})
    assert values(found) == {"resnet50/Offline": 1234.57}
    assert said(found)[LLM] == "left out: LoadGen's logs beside it are of the same folder and give no result"


@pytest.mark.parametrize("first", ["Server", "Offline"])
def test_every_config_that_names_another_scenario_is_a_doubt(tmp_path, first):
    folder = LLM.rpartition("/performance")[0]
    second = "Offline" if first == "Server" else "Server"
    odd = {
        f"{folder}/config.yaml": f"scenario: {first}".encode(),
        f"{folder}/config.yml": f"scenario: {second}".encode(),
    }
    (row,) = [row for row in alike(tmp_path, good(), {LLM: endpoints()} | odd).rows("results") if row["doubt"]]
    name = "config.yaml" if first == "Offline" else "config.yml"
    assert row["doubt"] == f"filed under Server, but its {name} says Offline"


# Folders of other names


@pytest.mark.parametrize("spelled", ["box/resnet50/offline", "box/ResNet50/Offline", "Box/RESNET50/off-line"])
def test_settings_in_a_folder_of_another_case_are_their_results(tmp_path, spelled):
    folder = f"closed/Acme/measurements/{spelled}"
    found = alike(tmp_path, good(), {f"{folder}/m.json": FP8, f"{folder}/user.conf": b"a = 1"})
    assert only(found)["weight_dtype_raw"] == "fp8"
    assert len(found.rows("settings")) == 2
    assert said(found) == {f"{folder}/": f"differs from '{OFFLINE}/' in case alone; the settings are read for it"}


def test_settings_of_the_right_case_go_before_those_of_another(tmp_path):
    other = MEASURED.replace("Offline", "offline")
    found = alike(tmp_path, good(), {f"{MEASURED}/m.json": FP8, f"{other}/m.json": INT8})
    assert only(found)["weight_dtype_raw"] == "fp8"
    assert "which means the same file" in said(found)[f"{other}/m.json"]


def test_settings_of_two_results_at_once_are_nobodys(tmp_path):
    files = good() | {SUMMARY.replace("resnet50", "ResNet50"): log("summary_offline.txt")}
    path = MEASURED.replace("resnet50", "RESNET50")
    found = alike(tmp_path, files, {f"{path}/m.json": FP8})
    assert [row["weight_dtype_raw"] for row in found.rows("results")] == [None, None]
    assert "2 results differ" in said(found)[f"{path}/"]


def test_settings_of_another_benchmark_are_noted_where_a_result_has_none(tmp_path):
    path = MEASURED.replace("resnet50", "resnet")
    found = alike(tmp_path, good(), {f"{path}/m.json": FP8})
    assert only(found)["weight_dtype_raw"] is None
    assert "a result without settings" in said(found)[f"{path}/"]


def test_settings_of_a_benchmark_that_was_not_submitted_are_quiet(tmp_path):
    odd = {f"{MEASURED.replace('resnet50', 'resnet')}/m.json": FP8, f"{MEASURED}/m.json": INT8}
    assert alike(tmp_path, good(), odd).problems == []


@pytest.mark.parametrize("wrapper", ["code", "Tools", "docs/compliance", "a/scripts"])
def test_a_wrapper_may_have_any_name(tmp_path, wrapper):
    files = {f"{wrapper}/{path}": data for path, data in good().items()}
    assert values(alike(tmp_path, files, {})) == {"resnet50/Offline": 1234.57}


@pytest.mark.parametrize(("old", "new"), [("Acme", "Tools"), ("Acme", "code"), ("/box", "/docs"), ("resnet50", "src")])
def test_a_submitter_a_system_and_a_benchmark_may_have_any_name(tmp_path, old, new):
    files = {path.replace(old, new): data for path, data in good().items()}
    assert len(alike(tmp_path, files, {}).rows("results")) == 1


HIDDEN = {
    "a system": (SUMMARY.replace("/box/", "/.box/"), f"{RESULTS.rpartition('/')[0]}/.box/"),
    "a benchmark": (SUMMARY.replace("resnet50", ".b"), f"{RESULTS}/.b/"),
    "a scenario": (SUMMARY.replace("Offline", ".ipynb_checkpoints"), f"{RESULTS}/resnet50/.ipynb_checkpoints/"),
    "a submitter": (SUMMARY.replace("Acme", ".Acme"), "closed/.Acme/"),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_hidden_folder_is_no_result_and_named(tmp_path, kind):
    path, named = HIDDEN[kind]
    found = alike(tmp_path, good(), {path: log("summary_offline.txt"), f"{path}.bak": b"x"})
    assert values(found) == {"resnet50/Offline": 1234.57}
    assert list(said(found)) == [named]
    assert "begins with a dot" in said(found)[named]


@pytest.mark.parametrize(
    "path",
    [
        "closed/.git/objects/x",
        f"{OFFLINE}/.ipynb_checkpoints/mlperf_log_summary.txt", "closed/Acme/systems/._box.json",
        f"{RESULTS}/resnet50/.ipynb_checkpoints/notes.txt", f"{MEASURED}/._m.json", "closed/Acme/.cache/x.json",
    ],
)  # fmt: skip
def test_what_a_program_keeps_for_itself_is_quiet(tmp_path, path):
    assert alike(tmp_path, good(), {path: b"\0\x05\x16\x07"}).problems == []


# Half a surrogate pair


@pytest.mark.parametrize("key", ["result_validity", "effective_scenario", "effective_test_mode", "power_begin"])
def test_half_a_surrogate_pair_in_a_detail_log_costs_no_import(tmp_path, key):
    entry = f':::MLLOG {{"key": "{key}", "value": "\\ud800x", "time_ms": 1.0}}\n'.encode()
    files = one_result(log("summary_offline.txt"), detail=entry + log("detail_offline.txt"), spl=log("spl.txt"))
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1\ud800"},
        {"state": "\ud800"},
        {"tps": "\ud800"},
        {"latency": {"percentiles": {"\ud800": "\ud800"}}},
    ],
)
def test_half_a_surrogate_pair_in_a_report_costs_no_import(tmp_path, changes):
    files = good() | {LLM: endpoints(**changes)}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data", "v6.9") == 0


@pytest.mark.parametrize("key", ["dataset_name", "dataset", "name"])
def test_half_a_surrogate_pair_in_a_score_costs_no_import(tmp_path, key):
    scores: dict[str, Any] = {"accuracy_scores": [{key: "a\ud800", "score": 5.0}, {key: "b", "score": 6.0}]}
    path = f"{OFFLINE}/accuracy/accuracy_results.json"
    files = good() | {path: json.dumps(scores).encode()}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data", "v6.9") == 0


def test_half_a_surrogate_pair_of_any_table_is_written_as_a_question_mark():
    found = Round("v1.0", problems=[Problem("note", "a\ud800", 0, "b"), Problem("note", "ä", 0, "b")])
    assert sorted(table_of("problems", found.rows("problems"))["path"].to_pylist()) == ["a?", "ä"]
