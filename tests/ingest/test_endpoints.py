"""Results of the Endpoints harness: what is published, what a run says of itself, and JSON that nobody should write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lib.ingest.parsers.endpoints import parse_report, parse_scores
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.names.canonical import names_folder
from lib.names.tokens import counts_tokens
from lib.settings import Settings
from tests.ingest.trees import RESULTS, Files, as_folder, log, messages, only, read

REPORT: dict[str, Any] = {
    "version": "0.1.0", "n_samples_issued": 1000, "n_samples_completed": 1000, "n_samples_failed": 0,
    "duration_ns": 10_000_000_000, "state": "complete", "complete": True,
    "ttft": {"avg": 100e6, "percentiles": {"99.0": 200e6}}, "tpot": {"avg": 10e6, "percentiles": {"99": 20e6}},
    "latency": {"min": 1e6, "max": 9e6, "avg": 20897894239, "percentiles": {"50.0": 2e6, "99.0": 8e6, "99.9": 9e6}},
    "output_sequence_lengths": {"total": 50000}, "qps": 100.0, "tps": 5000.5,
    "run_config": {"load_pattern": {"type": "poisson", "target_qps": 101.5}},
}  # fmt: skip


def report(**changes: Any) -> bytes:
    return json.dumps({key: value for key, value in {**REPORT, **changes}.items() if value != "gone"}).encode()


def tree(data: bytes, benchmark: str = "llama3.1-8b", scenario: str = "Offline", **more: bytes) -> Files:
    folder = f"{RESULTS}/{benchmark}/{scenario}"
    others = {
        "measurements": "measurements.json", "config": "config.yaml", "scores": "accuracy/accuracy_results.json",
    }  # fmt: skip
    return {
        "closed/Acme/systems/box.json": log("system.json"),
        f"{folder}/performance/result_summary.json": data,
        **{f"{folder}/{others[name]}": text for name, text in more.items()},
    }


def found_in(tmp_path, *arguments: Any, **more: bytes) -> Round:
    return read(as_folder(tree(*arguments, **more), tmp_path / "tree"), "v6.9")


@pytest.mark.parametrize(
    ("benchmark", "scenario", "value", "unit", "field"),
    [
        ("llama3.1-8b", "Offline", 5000.5, "Tokens/s", "tps"),
        ("llama3_1-8b", "server", 5000.5, "Tokens/s", "tps"),
        ("deepseek-r1", "Interactive", 5000.5, "Tokens/s", "tps"),
        ("gpt-oss-120b", "Server", 5000.5, "Tokens/s", "tps"),
        ("qwen3-vl-235b-a22b", "Offline", 100.0, "Samples/s", "qps"),
        ("qwen3-vl-235b-a22b", "Server", 100.0, "Queries/s", "qps"),
        ("whisper", "Interactive", 100.0, "Queries/s", "qps"),
        ("llama3.1-8b-edge", "SingleStream", 20897.894239, "ms", "latency.avg"),
        ("nobody-knows", "SingleStream", 20897.894239, "ms", "latency.avg"),
    ],
)
def test_the_published_number_is_the_one_of_benchmark_and_scenario(tmp_path, benchmark, scenario, value, unit, field):
    found = found_in(tmp_path, report(), benchmark, scenario)
    row = only(found)
    assert (row["value"], row["unit"], row["value_field"]) == (value, unit, field)
    assert (row["is_inferred"], row["is_valid"], row.get("doubt")) == (False, True, None)
    assert row["higher_is_better"] == (unit != "ms")
    assert found.problems == []


def test_a_run_keeps_its_latencies_and_what_lies_beside_it(tmp_path):
    found = found_in(
        tmp_path, report(), "llama3.1-8b", "Server",
        measurements=b'{"weight_data_types": "fp4"}',
        config=b"scenario: Server\nsettings:\n  min_duration_ms: 600000  # ten minutes\n  list: [1]\n",
        scores=b'{"accuracy_scores": [{"dataset_type": "accuracy", "total_samples": 5, "score": 81.6}]}',
    )  # fmt: skip
    (run,) = found.rows("runs")
    assert run["result_id"] == only(found)["result_id"]
    assert (run["latency_mean_ns"], run["latency_p50_ns"], run["latency_p999_ns"]) == (20897894239, 2e6, 9e6)
    assert (run["ttft_p99_ns"], run["tpot_p99_ns"], run["target_qps"]) == (200e6, 20e6, 101.5)
    assert (run["completed_samples_per_s"], run["tokens_per_s"], run["query_count"]) == (100, 5000.5, 1000)
    assert only(found)["weight_dtype_raw"] == "fp4"
    settings = {(row["file"], row["field"]): row["value"] for row in found.rows("settings")}
    assert settings["config.yaml", "settings.min_duration_ms"] == "600000"
    assert settings["result_summary.json", "duration_ns"] == "10000000000"
    assert ("config.yaml", "settings.list") not in settings
    assert [(row["metric"], row["value"]) for row in found.rows("accuracy")] == [("accuracy_score", 81.6)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tps": "gone"}, "no tps in it; expected it as the published Tokens/s"),
        ({"tps": None}, "no tps in it"),
        ({"tps": "5000.5"}, "tps is text ('5000.5'), not a number"),
        ({"tps": True}, "tps is bool"),
        ({"tps": [1]}, "tps is list"),
        ({"tps": -1}, "tps is negative"),
        ({"tps": 0}, "tps is zero"),
        ({"tps": float("nan")}, "tps is not a finite number"),
        ({"tps": float("inf")}, "tps is not a finite number"),
        ({"tps": 10**40}, "tps is absurdly large"),
        ({"tps": 1e-300}, "tps is absurdly small"),
    ],
)
def test_a_figure_that_is_none_is_named_and_nothing_takes_its_place(tmp_path, changes, said):
    found = found_in(tmp_path, report(**changes))
    assert found.rows("results") == []
    lines = [line for line in messages(found) if "result_summary.json" in line]
    assert len(lines) == 1
    assert lines[0].startswith("error: left out: ")
    assert said in lines[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"tps": 1, "tps": 2}', "'tps' stands twice"),
        (b'{"latency": {"avg": 1, "avg": 2}}', "'avg' stands twice"),
        (b"[]", "a JSON list"),
        (b"", "malformed JSON"),
        (b"version https://git-lfs.github.com/spec/v1", "malformed JSON"),
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "nested"),
        (b'{"tps": ' + b"9" * 5000 + b"}", "a number too long"),
    ],
)
def test_a_document_that_contradicts_itself_is_a_problem(data, said):
    found = parse_report(data, "x")
    assert isinstance(found, Problem)
    assert said in found.message


@pytest.mark.parametrize("number", ["1e999999999999999999999", "1e-999999999999999999999", "1e400", "-0.0"])
def test_no_number_makes_a_report_fail(number):
    found = parse_report(f'{{"tps": {number}, "duration_ns": {number}, "n_samples_failed": {number}}}'.encode(), "x")
    assert not isinstance(found, Problem)
    assert "tps" in found.figures.keys() | found.faults.keys()


@pytest.mark.parametrize(
    ("changes", "is_valid", "doubt"),
    [
        ({"state": "interrupted"}, False, "the run did not end: state 'interrupted'"),
        ({"complete": False}, False, "the run did not end"),
        ({"complete": "true"}, False, "the run did not end"),
        ({"state": "gone", "complete": "gone"}, True, "does not say whether the run was complete"),
        ({"n_samples_failed": 3}, True, "3 samples failed"),
        ({"n_samples_failed": "3"}, True, "n_samples_failed is text"),
        ({"n_samples_issued": 1200}, True, "1000 of 1200 samples were completed"),
        ({"tps": 50005}, True, "tps says 50005, but output_sequence_lengths.total over duration_ns gives 5000"),
        ({"qps": 10}, True, "qps says 10, but n_samples_completed over duration_ns gives 100"),
    ],
)
def test_a_run_that_cannot_be_trusted_keeps_its_value_and_says_why(tmp_path, changes, is_valid, doubt):
    found = found_in(tmp_path, report(**changes))
    row = only(found)
    assert row["value"] == changes.get("tps", 5000.5)
    assert row["is_valid"] is is_valid
    assert doubt in row["doubt"]
    (problem,) = found.problems
    assert (problem.severity, doubt in problem.message) == ("warning", True)


@pytest.mark.parametrize(("window", "is_doubted"), [(9_500_000_000, False), (None, True), (9_000_000_000, True)])
def test_a_rate_may_be_over_loadgens_window_where_the_report_has_it(tmp_path, window, is_doubted):
    changes = {"qps": 1000 / 9.5, "tps": 50000 / 9.5, "legacy_loadgen_window_duration_ns": window}
    assert (only(found_in(tmp_path, report(**changes)))["doubt"] is not None) is is_doubted


def test_a_result_filed_under_another_scenario_than_its_config_says_is_doubted(tmp_path):
    found = found_in(tmp_path, report(), "llama3.1-8b", "Server", config=b"scenario: offline\n")
    assert "filed under Server, but its config.yaml says Offline" in only(found)["doubt"]


@pytest.mark.parametrize("scenario", ["MultiStream", "Midnight"])
def test_a_scenario_without_a_rule_is_named(tmp_path, scenario):
    found = found_in(tmp_path, report(), "llama3.1-8b", scenario)
    assert found.rows("results") == []
    assert any("no rule for the scenario" in line and scenario in line for line in messages(found))


def test_a_benchmark_that_no_table_knows_is_asked_about_where_tokens_were_counted(tmp_path):
    found = found_in(tmp_path, report(), "my-own-model", "Offline")
    assert found.rows("results") == []
    assert any("no table says whether 'my-own-model' is published in tokens" in line for line in messages(found))
    counted = found_in(tmp_path / "qps", report(tps="gone"), "my-own-model", "Offline")
    assert (only(counted)["value"], only(counted)["unit"]) == (100.0, "Samples/s")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"accuracy_scores": [{"score": 1.5}]}, {"accuracy_score": 1.5}),
        (
            {"accuracy_scores": [{"dataset_name": "aime", "score": 1}, {"score": 2}]},
            {"accuracy_score aime": 1, "accuracy_score 2": 2},
        ),
        ({"accuracy_scores": [{"dataset_type": "performance", "score": 9}, {"score": 2}]}, {"accuracy_score": 2}),
        (
            {"accuracy_scores": {"gpqa": {"score": 3}, "aime": {"score": 4}}},
            {"accuracy_score gpqa": 3, "accuracy_score aime": 4},
        ),
        ({"accuracy_scores": []}, {}),
    ],
)  # fmt: skip
def test_scores_are_named_by_their_data_set(data, expected):
    assert parse_scores(json.dumps(data).encode(), "x") == expected


@pytest.mark.parametrize("data", [{}, {"accuracy_scores": 3}, {"accuracy_scores": [{"score": "81.6"}]}])
def test_scores_that_yield_nothing_are_a_warning_and_cost_no_result(tmp_path, data):
    found = found_in(tmp_path, report(), scores=json.dumps(data).encode())
    assert only(found)["value"] == 5000.5
    (problem,) = found.problems
    assert (problem.severity, problem.path.endswith("accuracy_results.json")) == ("warning", True)


def test_what_counts_tokens_is_told_by_the_tables_of_names():
    folder = names_folder(Settings().data)
    asked = {name: counts_tokens(folder, name, "Offline") for name in ("mixtral-8x7b", "resnet50", "no-such-model")}
    assert asked == {"mixtral-8x7b": True, "resnet50": False, "no-such-model": None}


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([("q", 5), ("q", 6)], {"1 q": 5, "2 q": 6}),
        ([("", 5), ("", 6)], {"1": 5, "2": 6}),
        ([("2", 5), ("", 6)], {"1 2": 5, "2": 6}),
        ([("x" * 50 + "a", 5), ("x" * 50 + "b", 6)], {f"1 {'x' * 40}": 5, f"2 {'x' * 40}": 6}),
    ],
)
def test_no_score_takes_the_place_of_another_of_its_name(scores, expected):
    entries = [{"dataset_name": name, "score": score} for name, score in scores]
    found = parse_scores(json.dumps({"accuracy_scores": entries}).encode(), "x")
    assert found == {f"accuracy_score {name}": score for name, score in expected.items()}


def test_more_scores_than_are_read_are_named():
    entries = [{"dataset_name": str(number), "score": 1} for number in range(51)]
    found = parse_scores(json.dumps({"accuracy_scores": entries}).encode(), "x")
    assert isinstance(found, Problem)
    assert "51 accuracy_scores" in found.message


@pytest.mark.parametrize("names", [("99", "99.0"), ("99.0", "99.00"), ("99.9", "99.90"), ("99.", "099")])
def test_one_percentile_in_two_spellings_is_a_contradiction(names):
    first, second = names
    found = parse_report(report(latency={"avg": 1, "percentiles": {first: 5, second: 6}}), "x")
    assert isinstance(found, Problem)
    assert all(word in found.message for word in (*names, "'5'", "'6'"))
    same = parse_report(report(latency={"avg": 1, "percentiles": {first: 5, second: 5}}), "x")
    assert not isinstance(same, Problem)
    assert 5 in same.figures.values()


def test_a_percentile_is_found_among_any_number_of_others():
    others = {f"{number / 10:.1f}": 1e6 for number in range(800)}
    found = parse_report(report(latency={"avg": 1, "percentiles": {**others, "99.9": 7}}), "x")
    assert not isinstance(found, Problem)
    assert found.number("latency.percentiles.99.9") == 7
