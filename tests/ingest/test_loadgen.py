"""LoadGen's logs: what the parsers read, and what they say of what they cannot read."""

from __future__ import annotations

import io

import pytest

from lib.ingest.parsers.loadgen import Summary, parse_detail, parse_summary
from lib.ingest.problem import Problem
from tests.ingest.trees import log


def summary(data: bytes) -> Summary:
    found = parse_summary(data, "a/b.txt")
    assert isinstance(found, Summary), found
    return found


def problem(data: bytes) -> Problem:
    found = parse_summary(data, "a/b.txt")
    assert isinstance(found, Problem)
    return found


def detail(data: bytes) -> dict[str, str]:
    return parse_detail(io.BytesIO(data).read)


def test_a_summary_keeps_each_number_as_it_was_written():
    found = summary(log("summary_offline.txt"))
    assert found.text("Samples per second") == "1234.57"
    assert found.fields["qsl_rng_seed"] == "7322528924094909334"
    assert (found.scenario, found.is_valid) == ("Offline", True)


def test_the_percentile_above_the_verdict_is_the_one_the_run_is_judged_by():
    assert summary(log("summary_singlestream.txt")).headline == 90
    assert summary(log("summary_multistream.txt")).headline == 99
    assert summary(log("summary_offline.txt")).headline is None
    odd = log("summary_singlestream.txt", ("\n90th percentile", "\n99.9th percentile"))
    assert summary(odd).headline == 99.9


def test_early_stopping_estimates_are_read_by_percentile_and_those_of_tokens_are_not_the_querys():
    assert summary(log("summary_singlestream.txt")).estimates == {90: "908111", 99: "921222"}
    tokens = log("summary_singlestream.txt", ("Early Stopping Result:", "TTFT Early Stopping Result:"))
    assert summary(tokens).estimates == {}


def test_an_invalid_run_is_read_and_said_to_be_invalid():
    assert not summary(log("summary_offline.txt", ("VALID", "INVALID"))).is_valid


def test_line_ends_marks_and_nul_bytes_change_nothing():
    plain = log("summary_server.txt")
    expected = summary(plain).fields
    assert summary(plain.replace(b"\n", b"\r\n")).fields == expected
    assert summary(b"\xef\xbb\xbf" + plain).fields == expected
    assert summary(plain.decode().encode("utf-16")).fields == expected
    assert summary(plain.replace(b"Acme_Server", b"Acme_Server\0")).fields == expected


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 0, "empty file"),
        (b"\n \n", 0, "empty file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", 1, "Git LFS pointer"),
        (b"\xff\xfe\x00", 0, "not a text file"),
        (b"No warnings encountered during test.\n", 0, "no scenario"),
        (b"Scenario : Offline\nMode : PerformanceOnly\n", 0, "no verdict"),
        (b"Scenario : Offline\n\nResult is : MAYBE\n", 3, "no verdict"),
    ],
)
def test_a_log_that_cannot_be_read_is_named_with_its_line_and_what_was_expected(data, line, words):
    found = problem(data)
    assert (found.severity, found.path, found.line) == ("error", "a/b.txt", line)
    assert words in found.message


def test_the_first_value_of_a_name_counts():
    twice = log("summary_offline.txt", ("Result is", "Samples per second: 9\nResult is"))
    assert summary(twice).text("Samples per second") == "1234.57"


def test_a_text_where_a_number_belongs_is_no_number():
    for bad in ("nan", "inf", "1e99999", "12abc", "", "0x10"):
        assert summary(log("summary_offline.txt", ("1234.57", bad))).text("Samples per second") is None


def test_the_detail_log_gives_its_figures_as_written_and_no_other_keys():
    found = detail(log("detail_server.txt"))
    assert found["result_scheduled_samples_per_sec"] == "1000.1234567"
    assert found["power_begin"] == "03-18-2021 23:21:00.842"
    assert found["result_perf_constraints_met"] == "true"
    assert "generated_query_count" not in found


def test_the_first_value_of_a_detail_key_counts():
    twice = log("detail_server.txt") + log("detail_server.txt", ("1000.1234567", "7"))
    assert detail(twice)["result_scheduled_samples_per_sec"] == "1000.1234567"


def test_the_old_line_format_of_the_detail_log_gives_nothing():
    assert detail(log("detail_old_format.txt")) == {}


def test_a_detail_log_in_full_size_is_streamed_and_its_last_lines_are_found():
    filler = b':::MLLOG {"key": "logged_latency", "value": 12345678901234567890, "time_ms": 1.0}\n' * 40_000
    log_file = io.BytesIO(filler + log("detail_server.txt"))
    asked: list[int] = []
    found = parse_detail(lambda size: asked.append(size) or log_file.read(size))
    assert found == detail(log("detail_server.txt"))
    assert max(asked) <= 1 << 20


@pytest.mark.parametrize("cut", [1, 2, 7])
def test_a_line_on_the_border_of_two_reads_is_read_whole(cut):
    data = log("detail_server.txt")
    pieces = [data[: len(data) // 3 - cut], data[len(data) // 3 - cut :]]
    assert parse_detail(lambda size: pieces.pop(0) if pieces else b"") == detail(data)
