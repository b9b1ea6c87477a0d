"""What the files of one result say against each other: each is named with both figures, and has no rank."""

from __future__ import annotations

import json
import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ingest.parsers.documents import Document, contradiction, parse_object
from lib.ingest.parsers.endpoints import parse_report
from lib.ingest.parsers.figures import are_equal
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from tests.ingest.trees import RESULTS, Files, as_folder, errors, ingest, log, one_result, only, read, rows, values

OFFLINE, SERVER, SINGLE, MULTI = (
    log(f"summary_{name}.txt") for name in ("offline", "server", "singlestream", "multistream")
)
RATE = ("1234.567891", "2500.5")
RUN = f"{RESULTS}/resnet50/Offline/performance/run_1/mlperf_log_summary.txt"


def detail(**figures: object) -> bytes:
    """A detail log of these keys and values."""
    lines = [
        f':::MLLOG {{"key": "{key}", "value": {json.dumps(value)}, "time_ms": 1.0}}' for key, value in figures.items()
    ]
    return "\n".join([*lines, ""]).encode()


def found_in(
    tmp_path: Path, summary: bytes, scenario: str = "Offline", round_name: str = "v2.1", **more: bytes
) -> Round:
    return read(as_folder(one_result(summary, scenario, **more), tmp_path), round_name)


def said(found: Round) -> list[Problem]:
    return [problem for problem in found.problems if problem.severity != "note"]


def test_logs_that_agree_have_no_doubt(tmp_path):
    found = found_in(tmp_path, OFFLINE, detail=log("detail_offline.txt"))
    assert only(found)["doubt"] is None
    assert found.problems == []


def test_a_detail_log_of_another_rate_is_named_with_both_figures_and_what_was_taken(tmp_path):
    found = found_in(tmp_path, OFFLINE, detail=log("detail_offline.txt", RATE))
    (problem,) = said(found)
    assert (problem.severity, problem.path, problem.line) == ("warning", RUN, 7)
    for word in ("Samples per second", "1234.57", "2500.5", "the summary's is taken"):
        assert word in problem.message
    assert only(found)["value"] == 1234.57
    assert only(found)["doubt"] == "Samples per second: the summary says 1234.57, the detail log 2500.5"


def test_of_two_unlike_rates_the_one_with_more_digits_is_taken_and_said_to_be(tmp_path):
    found = found_in(tmp_path, OFFLINE, detail=log("detail_offline.txt", ("1234.567891", "2500.567891")))
    assert only(found)["value"] == 2500.567891
    assert "the detail log's is taken" in said(found)[0].message
    assert only(found)["doubt"]


@pytest.mark.parametrize(
    ("scenario", "summary", "figures", "words"),
    [
        ("Offline", OFFLINE, {"result_validity": "INVALID"}, "the summary says VALID, the detail log INVALID"),
        ("Offline", OFFLINE, {"effective_scenario": "Server"}, "the summary is of Offline, the detail log of Server"),
        ("Offline", OFFLINE, {"effective_test_mode": "AccuracyOnly"}, "the detail log of AccuracyOnly"),
        ("Offline", OFFLINE, {"result_mean_latency_ns": 300000000002}, "Mean latency (ns)"),
        ("Offline", OFFLINE, {"result_99.00_percentile_latency_ns": 1}, "99.00 percentile latency (ns)"),
        ("Server", SERVER, {"result_scheduled_samples_per_sec": 1000.25}, "Scheduled samples per second"),
        ("Server", SERVER, {"result_completed_samples_per_sec": 12.5}, "Completed samples per second"),
        ("SingleStream", SINGLE, {"early_stopping_latency_ss": 908113}, "early stopping 90th percentile estimate"),
        ("SingleStream", SINGLE, {"early_stopping_latency_ms": 921220}, "early stopping 99th percentile estimate"),
        ("SingleStream", SINGLE, {"result_90.00_percentile_latency_ns": 907757}, "90.00 percentile latency (ns)"),
        (
            "SingleStream",
            SINGLE,
            {"result_query_count": 12000},
            "queries: the summary says 11000, the detail log 12000",
        ),
        ("SingleStream", SINGLE, {"result_qps_without_loadgen_overhead": 2222.1}, "QPS w/o loadgen overhead"),
        ("MultiStream", MULTI, {"result_mean_query_latency_ns": 5}, "Mean latency (ns)"),
    ],
)
def test_each_figure_that_both_logs_hold_is_compared(tmp_path, scenario, summary, figures, words):
    found = found_in(tmp_path, summary, scenario, detail=detail(**figures))
    assert words in only(found)["doubt"]
    (problem,) = said(found)
    assert words in problem.message
    assert "taken" in problem.message


@pytest.mark.parametrize(
    ("scenario", "summary", "figures"),
    [
        ("Offline", OFFLINE, {"effective_scenario": "Offline", "effective_test_mode": "PerformanceOnly"}),
        ("Offline", OFFLINE, {"result_validity": "VALID", "result_samples_per_second": 1234.574}),
        ("Server", SERVER, {"result_scheduled_samples_per_sec": 1000.1249}),
        ("Server", SERVER, {"result_completed_samples_per_sec": 999.8749}),
        # MultiStream's summary prints the latencies of queries; those of samples stand beside them in the detail log.
        ("MultiStream", MULTI, {"result_mean_latency_ns": 3, "result_mean_query_latency_ns": 4000000}),
        # Unlike the others, this rate is not of the summary's words at all.
        ("Offline", OFFLINE, {"result_tokens_per_second": 1e6}),
    ],
)
def test_what_rounding_or_loadgen_explains_is_no_contradiction(tmp_path, scenario, summary, figures):
    found = found_in(tmp_path, summary, scenario, detail=detail(**figures))
    assert (only(found)["doubt"], said(found)) == (None, [])


NUMBERS = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(10) ** 12, places=9)


@given(NUMBERS, st.integers(2, 8))
def test_a_number_printed_with_fewer_decimals_never_contradicts_it(number, decimals):
    printed = str(number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
    assert are_equal(printed, str(number))
    assert are_equal(str(number), printed)


@given(NUMBERS, st.integers(6, 12))
def test_a_number_printed_with_six_digits_or_more_never_contradicts_it(number, digits):
    assert are_equal(f"{number.normalize():.{digits}g}", str(number))


@given(NUMBERS, st.integers(2, 8), st.integers(2, 10**6), st.sampled_from([1, -1]))
def test_a_number_that_differs_by_more_than_its_last_digit_does(number, digits, steps, sign):
    place = Decimal(1).scaleb(-digits)
    printed = number.quantize(place, rounding=ROUND_HALF_UP) + sign * steps * place
    assert not are_equal(f"{printed:f}", f"{number:f}")


@pytest.mark.parametrize(
    ("printed", "full"), [("2", "2.99"), ("2", "3.0"), ("0.01", "0.0199"), ("5", "6"), ("1000", "1001.0"), ("0", "1")]
)
def test_zeros_that_were_left_out_are_digits_all_the_same(printed, full):
    assert not are_equal(printed, full)


@pytest.mark.parametrize("second", ["1234.58", "1235", "0"])
def test_two_lines_of_one_log_have_nothing_to_round(tmp_path, second):
    twice = log("summary_offline.txt", ("Result is", f"Samples per second: {second}\nResult is"))
    assert only(found_in(tmp_path, twice))["doubt"] is not None


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"result_90.00_percentile_latency_ns": 900000}, "90th percentile latency (ns): the summary says 907755"),
        ({"effective_target_latency_percentile": 0.95}, "the detail log's target is the 95th"),
    ],
)
def test_the_judged_percentile_is_held_against_the_detail_log(tmp_path, figures, words):
    bare = SINGLE.replace(b"90.00 percentile latency (ns)", b"90.00 of others")
    assert words in only(found_in(tmp_path, bare, "SingleStream", detail=detail(**figures)))["doubt"]


def test_a_target_that_is_the_judged_percentile_contradicts_nothing(tmp_path):
    fits = detail(effective_target_latency_percentile=0.9)
    assert only(found_in(tmp_path, SINGLE, "SingleStream", detail=fits))["doubt"] is None


@pytest.mark.parametrize(("name", "bound"), [("Min latency (ns)", "999999999"), ("Max latency (ns)", "5")])
def test_a_judged_percentile_lies_between_the_shortest_and_the_longest(tmp_path, name, bound):
    odd = SINGLE.replace(b"Min latency (ns) ", f"{name} : {bound}\nShortest ".encode())
    doubt = only(found_in(tmp_path, odd, "SingleStream"))["doubt"]
    assert f"but {name}: {bound}" in doubt


def test_another_word_than_a_verdict_is_doubted_and_not_said_to_be_taken(tmp_path):
    found = found_in(tmp_path, OFFLINE, detail=detail(result_validity="MAYBE"))
    assert (only(found)["is_valid"], "VALID is taken" in said(found)[0].message) == (True, True)
    assert "the detail log MAYBE" in only(found)["doubt"]


@pytest.mark.parametrize("text", ["nan", "inf", "", "many", "1e999999999"])
def test_what_is_no_number_equals_none(text):
    assert not are_equal(text, "1")


def test_two_unlike_result_lines_are_named_and_the_first_is_taken(tmp_path):
    twice = log("summary_offline.txt", ("Result is", "Samples per second: 99\nResult is"))
    found = found_in(tmp_path, twice)
    assert only(found)["value"] == 1234.57
    assert only(found)["doubt"] == "the summary states Samples per second twice: 1234.57 (line 7), 99 (line 8)"
    (problem,) = said(found)
    assert (problem.line, "the first is taken" in problem.message) == (8, True)


def test_a_result_line_that_is_repeated_as_it_is_says_nothing(tmp_path):
    twice = log("summary_offline.txt", ("Result is", "Samples per second: 1234.570\nResult is"))
    assert said(found_in(tmp_path, twice)) == []


@pytest.mark.parametrize("order", ["VALID INVALID", "INVALID VALID"])
def test_a_run_that_is_both_valid_and_invalid_is_invalid_and_said_to_be_both(tmp_path, order):
    first, second = order.split()
    twice = log("summary_offline.txt", ("Result is : VALID", f"Result is : {first}\nResult is : {second}"))
    found = found_in(tmp_path, twice)
    assert only(found)["is_valid"] is False
    assert f"Result is twice: {first} (line 8), {second} (line 9)" in only(found)["doubt"]
    assert "INVALID is taken" in said(found)[0].message


@pytest.mark.parametrize(
    ("satisfied", "figures", "words"),
    [
        ("NO", {}, "not met: Min duration satisfied"),
        ("Yes", {"result_min_queries_met": False}, "not met: result_min_queries_met"),
    ],
)
def test_a_valid_run_that_did_not_meet_what_validity_asks_is_doubted(tmp_path, satisfied, figures, words):
    summary = log("summary_offline.txt", ("Min duration satisfied : Yes", f"Min duration satisfied : {satisfied}"))
    found = found_in(tmp_path, summary, detail=detail(**figures))
    assert words in only(found)["doubt"]
    assert only(found)["is_valid"]


def test_an_invalid_run_that_did_not_meet_it_has_no_doubt(tmp_path):
    summary = log("summary_offline.txt", ("duration satisfied : Yes", "duration satisfied : NO"), ("VALID", "INVALID"))
    assert only(found_in(tmp_path, summary))["doubt"] is None


def test_the_streams_above_the_verdict_are_held_against_the_test_parameter(tmp_path):
    streams = log("summary_multistream_streams.txt")
    assert only(found_in(tmp_path / "same", streams, "MultiStream", "v1.1"))["doubt"] is None
    other = log("summary_multistream_streams.txt", ("Samples per query : 42", "Samples per query : 420"))
    found = found_in(tmp_path / "other", other, "MultiStream", "v1.1")
    assert only(found)["doubt"] == "samples per query: 420 above the verdict, 42 below it"


def test_a_verdict_of_the_detail_log_alone_makes_the_run_invalid(tmp_path):
    found = found_in(tmp_path, OFFLINE, detail=detail(result_validity="INVALID"))
    assert only(found)["is_valid"] is False


def test_two_summaries_in_one_file_are_doubted_where_they_differ_and_noted_where_they_do_not(tmp_path):
    alike = found_in(tmp_path / "alike", OFFLINE + OFFLINE)
    assert (only(alike)["doubt"], only(alike)["value"]) == (None, 1234.57)
    (problem,) = alike.problems
    assert (problem.severity, problem.message.startswith("2 summaries in one file (lines 2, ")) == ("note", True)
    other = found_in(
        tmp_path / "other", OFFLINE + log("summary_offline.txt", ("target_qps : 1200", "target_qps : 1300"))
    )
    assert only(other)["doubt"] == "2 summaries in one file, which differ"
    values_differ = found_in(tmp_path / "values", OFFLINE + log("summary_offline.txt", ("1234.57", "2000")))
    assert "1234.57 (line 7), 2000 (line" in only(values_differ)["doubt"]
    assert any(problem.message.startswith("2 summaries in one file") for problem in said(values_differ))


def test_two_judged_percentiles_and_two_estimates_are_named(tmp_path):
    two = log("summary_singlestream.txt", ("Result is", "99th percentile latency (ns) : 916023\nResult is"))
    found = found_in(tmp_path / "judged", two, "SingleStream")
    assert "states the judged percentile twice: 90th percentile latency (ns) : 907755 (line 7)" in only(found)["doubt"]
    line = " * Early stopping 90th percentile estimate: 908111"
    two = log("summary_singlestream.txt", (line, f"{line}\n * Early stopping 90th percentile estimate: 700000"))
    found = found_in(tmp_path / "estimates", two, "SingleStream")
    assert (only(found)["value"], "908111 (line 15), 700000 (line 16)" in only(found)["doubt"]) == (0.908111, True)


def test_a_judged_latency_that_the_list_below_the_verdict_contradicts_is_named(tmp_path):
    changed = log(
        "summary_singlestream.txt", ("\n90th percentile latency (ns) : 907755", "\n90th percentile latency (ns) : 9")
    )
    assert "9 above the verdict, 907755 below it" in only(found_in(tmp_path, changed, "SingleStream"))["doubt"]


def test_an_estimate_below_the_percentile_that_it_bounds_is_named(tmp_path):
    changed = log("summary_singlestream.txt", ("90th percentile estimate: 908111", "90th percentile estimate: 808111"))
    found = found_in(tmp_path, changed, "SingleStream")
    assert "estimate 808111 is below the percentile that it bounds, 907755" in only(found)["doubt"]
    assert only(found)["value"] == 0.808111


@pytest.mark.parametrize("mode", ["AccuracyOnly", "Accuracy"])
def test_an_accuracy_run_filed_as_performance_has_no_result(tmp_path, mode):
    found = found_in(tmp_path, log("summary_offline.txt", ("PerformanceOnly", mode)))
    assert found.rows("results") == []
    (problem,) = errors(found)
    assert (problem.path, problem.line) == (RUN, 6)
    assert "an accuracy run filed as performance" in problem.message


def test_beside_a_performance_run_an_accuracy_run_is_left_out_by_itself(tmp_path):
    files = one_result(log("summary_offline.txt", ("PerformanceOnly", "AccuracyOnly")))
    files[RUN.replace("run_1", "run_2")] = OFFLINE
    found = read(as_folder(files, tmp_path))
    assert (only(found)["published_run"], only(found)["doubt"]) == ("run_2", None)
    assert len(errors(found)) == 1


@pytest.mark.parametrize("mode", ["Performance", "SubmissionRun", "Submission"])
def test_modes_of_other_eras_measure_performance(tmp_path, mode):
    found = found_in(tmp_path, log("summary_offline.txt", ("PerformanceOnly", mode)))
    assert (only(found)["doubt"], said(found)) == (None, [])


def test_a_search_for_the_peak_is_doubted(tmp_path):
    found = found_in(tmp_path, log("summary_offline.txt", ("PerformanceOnly", "FindPeakPerformance")))
    assert "FindPeakPerformance" in only(found)["doubt"]


def test_a_detail_log_that_states_a_figure_twice_is_named(tmp_path):
    both = detail(result_samples_per_second=1234.567) + detail(result_samples_per_second=900.25)
    found = found_in(tmp_path, OFFLINE, detail=both)
    assert only(found)["value"] == 1234.567
    assert only(found)["doubt"] == "the detail log states result_samples_per_second twice: 1234.567, then 900.25"


@pytest.mark.parametrize("written", ["nan", "inf", "1234,57"])
def test_a_detail_log_without_a_number_in_a_numbers_place_is_named(tmp_path, written):
    found = found_in(tmp_path, OFFLINE, detail=log("detail_offline.txt", ("1234.567891", f'"{written}"')))
    assert only(found)["value"] == 1234.57
    assert only(found)["doubt"] == f"result_samples_per_second: the detail log says {written!r}, which is no number"
    assert "the summary's Samples per second is taken" in said(found)[0].message


def test_logs_of_two_runs_are_a_few_lines_and_no_more(tmp_path):
    other = detail(
        result_samples_per_second=5, result_min_latency_ns=1, result_max_latency_ns=2, result_mean_latency_ns=3,
        **{"result_50.00_percentile_latency_ns": 4, "result_99.00_percentile_latency_ns": 5},
    )  # fmt: skip
    found = found_in(tmp_path, OFFLINE, detail=other)
    assert only(found)["doubt"].endswith("the detail log 5 (and 5 more)")
    assert [problem.message for problem in said(found)][-1] == "and 2 more contradictions in this run's logs"


def five(*rates: str, changes: dict[int, tuple[str, str]] | None = None) -> Files:
    files = one_result(SERVER, "Server")
    for number, rate in enumerate(rates, 1):
        path = f"{RESULTS}/resnet50/Server/performance/run_{number}/mlperf_log_summary.txt"
        more = [changes[number]] if changes and number in changes else []
        files[path] = log("summary_server.txt", ("1000.12", rate), *more)
    return files


def test_runs_of_unlike_speed_are_what_the_rule_is_for(tmp_path):
    for round_name, value in (("v0.7", 900.5), ("v2.1", 1000.1)):
        found = read(as_folder(five("1000.1", "900.5", "950.5"), tmp_path / round_name), round_name)
        assert (only(found)["value"], only(found)["doubt"], said(found)) == (value, None, [])


@pytest.mark.parametrize(("round_name", "is_doubted"), [("v0.7", True), ("v2.1", False)])
def test_an_invalid_further_run_is_said_and_doubted_where_all_runs_count(tmp_path, round_name, is_doubted):
    files = five("1000.1", "1000.2", changes={2: ("Result is : VALID", "Result is : INVALID")})
    found = read(as_folder(files, tmp_path), round_name)
    assert "run_2 is INVALID, run_1 VALID; run_1 is published" in [problem.message for problem in said(found)]
    assert (only(found)["doubt"] is not None) == is_doubted


def test_a_further_run_of_another_scenario_is_doubted(tmp_path):
    files = one_result(OFFLINE)
    files[RUN.replace("run_1", "run_2")] = SERVER
    found = read(as_folder(files, tmp_path))
    assert only(found)["doubt"] == "run_2 is of Server, run_1 of Offline"


@pytest.mark.parametrize("written", ["1234,57", "1 234.57", "1,234.57", "1.234,57"])
def test_a_number_in_another_habit_is_named_with_its_line_and_what_was_expected(tmp_path, written):
    found = found_in(tmp_path, log("summary_offline.txt", ("1234.57", written)))
    assert found.rows("results") == []
    (problem,) = errors(found)
    assert (problem.path, problem.line) == (RUN, 7)
    assert problem.message.startswith(f"Samples per second: {written!r} is no number as LoadGen writes it; expected")


def test_no_other_number_takes_the_place_of_one_in_another_habit(tmp_path):
    tokens = log("summary_offline.txt", ("Result is", "Tokens per second: 5.678,9\nResult is"))
    found = found_in(tmp_path / "tokens", tokens, round_name="v4.1")
    assert (found.rows("results"), errors(found)[0].line) == ([], 8)
    estimate = log("summary_singlestream.txt", ("estimate: 908111", "estimate: 908,111"))
    found = found_in(tmp_path / "estimate", estimate, "SingleStream")
    assert (found.rows("results"), errors(found)[0].line) == ([], 15)
    assert "'908,111' is no number" in errors(found)[0].message


@pytest.mark.parametrize(("written", "is_doubted"), [("1.234,57", False), ("2.500,57", True), ("many", True)])
def test_beside_a_number_in_another_habit_the_detail_log_is_taken_and_held_against_it(tmp_path, written, is_doubted):
    summary = log("summary_offline.txt", ("1234.57", written))
    found = found_in(tmp_path, summary, detail=log("detail_offline.txt"))
    assert only(found)["value"] == 1234.567891
    assert (only(found)["doubt"] is not None) == is_doubted
    assert f"{written!r} is no number" in said(found)[0].message


@pytest.mark.parametrize("written", ["0", "-5", "1e308", "1e9", "1e-6"])
def test_an_absurd_value_is_doubted(tmp_path, written):
    found = found_in(tmp_path, log("summary_offline.txt", ("1234.57", written)))
    assert only(found)["doubt"] == f"an absurd value: {float(written)!r} Samples/s"
    assert "expected" in said(found)[0].message


@pytest.mark.parametrize("written", ["5800000", "0.013"])
def test_what_was_published_once_is_not_absurd(tmp_path, written):
    assert only(found_in(tmp_path, log("summary_offline.txt", ("1234.57", written))))["doubt"] is None


@pytest.mark.parametrize("written", ["0", "-908111", "99999999999999999"])
def test_an_absurd_latency_is_doubted(tmp_path, written):
    estimate = log("summary_singlestream.txt", ("estimate: 908111", f"estimate: {written}"))
    assert "an absurd value" in only(found_in(tmp_path, estimate, "SingleStream"))["doubt"]


def document(text: str) -> Document:
    found = parse_object(text.encode(), "x.json", "a test")
    assert isinstance(found, Document), found
    return found


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"a": 1,\n "b": 2,\n "a": 3}', 3, "the key 'a' stands twice: 1, then 3; the last counts"),
        ('{"a": "8", "a": "4", "a": "2"}', 0, "the key 'a' stands twice: '8', then '2'; the last counts"),
        ('{"a": "8", "a": "4", "a": "8"}', 0, "the key 'a' stands twice: '4', then '8'; the last counts"),
        ('{"o": {"a": 1, "a": null}}', 1, "the key 'a' stands twice: 1, then None; the last counts"),
        ('{"a": 1, "a": 2, "b": [], "b": {}}', 1, "'a' stands twice: 1, then 2; the key 'b' stands twice: [], then {}"),
    ],
)
def test_a_key_of_two_values_is_named_with_both_and_which_counts(text, line, words):
    found = contradiction(document(text), "x.json")
    assert found is not None
    assert (found.severity, found.line) == ("warning", line)
    assert words in found.message


def test_a_key_that_stands_twice_with_one_value_says_nothing():
    assert contradiction(document('{"a": [1, "x"], "a": [1, "x"]}'), "x.json") is None
    assert contradiction(document('[{"a": 1}, {"a": 2}]'.join(('{"list": ', "}"))), "x.json") is None


def test_many_keys_that_stand_twice_are_counted_and_cost_no_time():
    pairs = ", ".join(f'"k{number}": 1, "k{number}": 2' for number in range(20_000))
    began = time.monotonic()
    found = contradiction(document(f"{{{pairs}}}"), "x.json")
    assert found is not None
    assert "and 19997 more; the last counts" in found.message
    assert time.monotonic() - began < 5


def test_a_report_of_the_endpoints_harness_that_states_a_key_twice_is_left_out_with_both_values():
    found = parse_report(b'{"qps": 3,\n "tps": 1.5,\n "tps": 2}', "x.json")
    assert isinstance(found, Problem)
    assert (found.severity, found.line) == ("error", 3)
    assert "the key 'tps' stands twice: 1.5, then 2; none counts" in found.message


def test_of_a_count_that_a_description_states_twice_neither_is_believed_and_both_are_named(tmp_path):
    files = one_result(OFFLINE)
    count = '"accelerators_per_node"'
    files["closed/Acme/systems/box.json"] = log("system.json", (count, f'{count}: "3",\n {count}'))
    files["closed/Acme/measurements/box/resnet50/Offline/m.json"] = (
        b'{"weight_data_types": "fp8",\n "weight_data_types": "int8"}'
    )
    found = read(as_folder(files, tmp_path))
    measurements, system = sorted(said(found), key=lambda problem: problem.path)
    assert (
        "the key 'accelerators_per_node' stands twice: '3', then 8; the last counts, but of a number" in system.message
    )
    assert "the key 'weight_data_types' stands twice: 'fp8', then 'int8'; the last counts" in measurements.message
    assert (system.line > 1, measurements.line) == (True, 2)
    assert found.rows("systems")[0]["accelerators_per_node"] is None
    assert (only(found)["weight_dtype_raw"], only(found)["doubt"]) == ("int8", None)


def test_values_stay_as_they_were_beside_a_contradiction(tmp_path: Path) -> None:
    files: dict[str, Any] = one_result(OFFLINE, detail=log("detail_offline.txt", RATE))
    files[f"{RESULTS}/bert-99/Offline/performance/run_1/mlperf_log_summary.txt"] = OFFLINE
    found = read(as_folder(files, tmp_path))
    assert values(found) == {"resnet50/Offline": 1234.57, "bert-99/Offline": 1234.57}
    assert [row["doubt"] is None for row in sorted(found.rows("results"), key=lambda row: row["result_id"])] == [
        True,
        False,
    ]


RECORD = (
    '[{"Organization": "Acme", "Platform": "box", "Division": "closed", "Scenario": "Offline", '
    '"MlperfModel": "resnet", "UsedModel": "resnet", "Performance_Units": "Samples/s", "has_power": false, '
    '"ID": "9.9-0001", "Location": "closed/Acme/results/box/resnet50/Offline", %s}]'
)


def recorded(tmp_path: Path, fields: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The results of one record with these fields, and the problems that are no notes."""
    source = tmp_path / "summary_results.json"
    source.write_text(RECORD % fields)
    assert ingest(source, tmp_path / "data", "v6.9") == 0
    folder = tmp_path / "data" / "rounds" / "v6.9"
    return rows(folder, "results"), [row["message"] for row in rows(folder, "problems") if row["severity"] != "note"]


def test_a_record_that_states_one_key_twice_is_doubted_and_both_values_are_named(tmp_path):
    (row,), said_of = recorded(tmp_path, '"Performance_Result": 100, "Performance_Result": 250')
    assert row["value"] == 100
    words = "Performance_Result says '100'; Performance_Result says '250'"
    assert words in row["doubt"]
    assert f"a record that contradicts itself: {words}; the first counts" in said_of


@pytest.mark.parametrize("value", ["-1", "0", "1e12", "1e-7"])
def test_an_absurd_value_of_a_record_is_doubted(tmp_path, value):
    (row,), said_of = recorded(tmp_path, f'"Performance_Result": {value}')
    assert row["doubt"] == f"an absurd value: {float(value)!r} Samples/s"
    assert any(message.startswith(row["doubt"]) for message in said_of)


@pytest.mark.parametrize("watts", ["-5", "0", "1e12"])
def test_absurd_power_of_a_record_is_left_out_and_its_value_is_not_doubted(tmp_path, watts):
    (row,), said_of = recorded(tmp_path, f'"Performance_Result": 100, "Power_Result": {watts}, "Power_Units": "Watts"')
    assert (row["value"], row["power_w"], row["doubt"]) == (100, None, None)
    assert any(message.startswith(f"absurd power: {float(watts)!r} W") for message in said_of)
