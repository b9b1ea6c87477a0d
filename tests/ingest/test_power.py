"""Power: watts of the throughput scenarios, millijoules per query of the others, and why where there is none."""

from __future__ import annotations

import pytest

from lib.ingest.parsers.power import PowerSamples, parse_power, parse_stamp
from lib.ingest.problem import Problem
from tests.ingest.trees import RESULTS, as_folder, log, messages, one_result, only, read

MEAN_W = (100 + 110.5 + 120) / 3  # the positive ones of spl.txt strictly between 00.842 and 10.842


RUN = f"{RESULTS}/resnet50/{{}}/performance/run_1"


def _stamps(begin: str, end: str) -> bytes:
    return "".join(
        f':::MLLOG {{"key": "{key}", "value": "{value}", "time_ms": 1.0}}\n'
        for key, value in (("power_begin", begin), ("power_end", end))
    ).encode()


def test_the_mean_is_of_the_positive_samples_strictly_between_begin_and_end():
    samples = parse_power(log("spl.txt"), "spl.txt")
    begin, end = parse_stamp("03-18-2021 23:21:00.842"), parse_stamp("03-18-2021 23:21:10.842")
    assert isinstance(samples, PowerSamples)
    assert begin is not None
    assert end is not None
    assert samples.mean_between(begin, end) == MEAN_W
    assert samples.mean_between(end, begin) is None


def test_all_samples_count_up_to_v2_0_and_the_positive_ones_from_v2_1(tmp_path):
    lines = [
        f"Time,03-18-2021 23:21:0{second}.500,Watts,{watts},Volts,1" for second, watts in ((1, 90), (2, 0), (3, 30))
    ]
    stamps = ("23:21:00.842", "23:21:01.000"), ("23:21:10.842", "23:21:04.000")
    detail = log("detail_offline.txt", *stamps)
    files = one_result(log("summary_offline.txt"))
    files[f"{RUN.format('Offline')}/spl.txt"] = "\n".join(lines).encode()
    files[f"{RUN.format('Offline')}/mlperf_log_detail.txt"] = detail
    folder = as_folder(files, tmp_path)
    found = {name: only(read(folder, name))["power_w"] for name in ("v1.0", "v2.0", "v2.1", "v5.1")}
    assert found == {"v1.0": 40.0, "v2.0": 40.0, "v2.1": 60.0, "v5.1": 60.0}


def test_energy_up_to_v1_1_is_by_the_rate_of_queries_and_later_by_their_count(tmp_path):
    """Mean watts of 250 at 1,250 queries a second are 0.2 J; over 3 s and 1,000 counted queries 0.75 J."""
    lines = [f"Time,03-18-2021 23:21:0{second}.500,Watts,250,Volts,1" for second in (1, 2, 3)]
    keys = b"".join(
        f':::MLLOG {{"key": "{key}", "value": {value}, "time_ms": 1.0}}\n'.encode()
        for key, value in (("result_qps_with_loadgen_overhead", 1250), ("result_query_count", 1000))
    )
    files = one_result(log("summary_singlestream.txt"), "SingleStream")
    files[f"{RUN.format('SingleStream')}/spl.txt"] = "\n".join(lines).encode()
    stamps = _stamps("03-18-2021 23:21:01.000", "03-18-2021 23:21:04.000")
    files[f"{RUN.format('SingleStream')}/mlperf_log_detail.txt"] = keys + stamps
    folder = as_folder(files, tmp_path)
    found = {name: only(read(folder, name))["energy_mj"] for name in ("v1.0", "v1.1", "v2.0", "v2.1")}
    assert found == {"v1.0": 200.0, "v1.1": 200.0, "v2.0": 750.0, "v2.1": 750.0}


def test_stamps_are_exact_to_the_microsecond_over_midnight_and_leap_days():
    before, after = parse_stamp("02-28-2020 23:59:59.999999"), parse_stamp("02-29-2020 00:00:00.000")
    assert (before, after) == (1582934399999999, 1582934400000000)
    assert parse_stamp("02-30-2020 00:00:00.000") is None
    assert parse_stamp("") is None


def test_samples_and_stamps_have_the_same_clock():
    line = "Time,12-31-2022 23:59:59.123,Watts,5.5,Volts,1\n"
    samples = parse_power(line.encode(), "spl.txt")
    assert isinstance(samples, PowerSamples)
    assert samples.times_us.tolist() == [parse_stamp("12-31-2022 23:59:59.123")]
    assert samples.watts.tolist() == [5.5]


SAMPLE = "Time,03-18-2021 23:21:01.842,Watts,7.5,Volts,230.0,Amps,1.1"


@pytest.mark.parametrize(
    "odd",
    [
        SAMPLE.replace("7.5", text)
        for text in ("1,234.5", "100,5", "1,234", "100W", "7.5;", "nan", "abc", "", "1_0", " 7", "7, 5", "0x1")
    ]
    + [SAMPLE.replace(*change) for change in (
        ("03-18", "02-31"), ("23:21", "24:21"), ("23:21", "23:61"), ("01.842", "61.842"), ("03-18-2021", "2021-03-18"),
        ("Watts", "Volts"), ("Watts", "kW"), ("Watts", "Ch1,Watts"), ("Time", "Tim"), ("Watts,7.5", "220,0,Watts,7.5"),
    )]
    + ["Time,", "yesterday", "Time,03-18-2021 23:21:01.842,Watts,"],
)  # fmt: skip
def test_a_file_with_a_line_that_is_no_sample_is_refused_with_the_line(odd):
    for good in (1, 0):
        found = parse_power("\n".join([SAMPLE, "", *[SAMPLE] * good, odd, SAMPLE, odd, ""]).encode(), "a/spl.txt")
        assert isinstance(found, Problem)
        assert (found.severity, found.path, found.line) == ("error", "a/spl.txt", 3 + good)
        assert "and 1 more lines" in found.message


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe0\0", (SAMPLE + "\r" + SAMPLE).encode()])
def test_a_file_without_samples_is_a_problem(data):
    assert isinstance(parse_power(data, "a/spl.txt"), Problem)


@pytest.mark.parametrize("end", ["\n", "", "\r\n", "\n\n \n"])
@pytest.mark.parametrize(
    "line",
    [
        SAMPLE, SAMPLE.replace("Watts,7.5,Volts,230.0", "Volts,230.0,Watts,7.5"), SAMPLE.replace("7.5", "+0.75e1"),
        SAMPLE.partition(",Volts")[0], SAMPLE + ",Mark,2021,05,x,Ch1,Watts,1.5", SAMPLE + ",Ch1,Watts,nan",
    ],
)  # fmt: skip
def test_the_value_is_that_of_the_word_watts(line, end):
    found = parse_power((line + "\n\n" + line + end).encode("utf-8-sig"), "spl.txt")
    assert isinstance(found, PowerSamples)
    assert found.watts.tolist() == [7.5, 7.5]


def test_a_value_that_the_end_of_the_file_cuts_is_no_value():
    whole = f"{SAMPLE}\n{SAMPLE}".encode()
    kept = [isinstance(parse_power(whole[:-cut], "spl.txt"), PowerSamples) for cut in range(1, len(SAMPLE) + 1)]
    rest = len(",Volts,230.0,Amps,1.1")
    assert kept == [True] * (rest - 1) + [False] * (len(SAMPLE) - rest) + [True]


def test_offline_reports_watts(tmp_path):
    files = one_result(log("summary_offline.txt"), detail=log("detail_offline.txt"), spl=log("spl.txt"))
    row = only(read(as_folder(files, tmp_path)))
    assert (row["power_w"], row["energy_mj"], row["has_power_run"]) == (MEAN_W, None, True)


def test_singlestream_reports_millijoules_per_query(tmp_path):
    files = one_result(
        log("summary_singlestream.txt"), "SingleStream", detail=log("detail_singlestream.txt"), spl=log("spl.txt")
    )
    row = only(read(as_folder(files, tmp_path)))
    assert row["energy_mj"] == pytest.approx(MEAN_W * 10 * 1000 / 11000, rel=1e-15)
    assert row["power_w"] is None


def test_energy_of_an_inferred_multistream_is_eight_queries(tmp_path):
    files = one_result(
        log("summary_singlestream.txt"), "MultiStream", detail=log("detail_singlestream.txt"), spl=log("spl.txt")
    )
    assert only(read(as_folder(files, tmp_path)))["energy_mj"] == pytest.approx(
        8 * MEAN_W * 10 * 1000 / 11000, rel=1e-15
    )


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (None, "mlperf_log_detail.txt with power_begin and power_end is missing"),
        (log("detail_offline.txt", ("power_begin", "power_began")), "mlperf_log_detail.txt has no power_begin"),
        (log("detail_offline.txt", ("power_end", "power_ended_not")), "mlperf_log_detail.txt has no power_end"),
        (
            log("detail_offline.txt", ("03-18-2021 23:21:00.842", "today")),
            "power_begin in mlperf_log_detail.txt is no time",
        ),
        (
            log("detail_offline.txt", ("03-18-2021", "03-19-2021")),
            "no positive sample between power_begin and power_end",
        ),
        (
            log("detail_offline.txt") + _stamps("03-18-2021 23:21:01.000", "03-18-2021 23:21:10.842"),
            "power_begin twice: 03-18-2021 23:21:00.842, then 03-18-2021 23:21:01.000",
        ),
        (
            log("detail_offline.txt") + _stamps("03-18-2021 23:21:00.842", "03-18-2021 23:21:04.000"),
            "power_end twice: 03-18-2021 23:21:10.842, then 03-18-2021 23:21:04.000",
        ),
    ],
)
def test_where_power_is_left_out_the_problem_says_what_is_missing(tmp_path, detail, words):
    more = {"spl": log("spl.txt")} | ({"detail": detail} if detail else {})
    found = read(as_folder(one_result(log("summary_offline.txt"), **more), tmp_path))
    assert only(found)["power_w"] is None
    assert only(found)["has_power_run"]
    assert [words in message for message in messages(found)] == [True]


def test_energy_without_a_query_count_is_left_out_by_name(tmp_path):
    detail = log("detail_singlestream.txt", ("result_query_count", "result_query_number"))
    files = one_result(log("summary_singlestream.txt"), "SingleStream", detail=detail, spl=log("spl.txt"))
    found = read(as_folder(files, tmp_path))
    assert only(found)["energy_mj"] is None
    assert "mlperf_log_detail.txt has no result_query_count" in messages(found)[0]


def test_every_result_of_a_system_with_power_runs_is_of_a_power_submission(tmp_path):
    with_power = one_result(log("summary_offline.txt"), detail=log("detail_offline.txt"), spl=log("spl.txt"))
    files = with_power | one_result(log("summary_server.txt"), "Server")
    assert {row["has_power_run"] for row in read(as_folder(files, tmp_path)).rows("results")} == {True}


def test_a_result_whose_samples_are_refused_stays_a_power_submission_without_a_figure(tmp_path):
    files = one_result(
        log("summary_offline.txt"), detail=log("detail_offline.txt"), spl=log("spl.txt", ("110.500000", "110,500000"))
    )
    found = read(as_folder(files, tmp_path))
    assert (only(found)["power_w"], only(found)["has_power_run"]) == (None, True)
    (problem,) = found.problems
    assert (problem.severity, problem.line) == ("error", 4)


def test_of_two_windows_none_is_shown_as_the_run_s(tmp_path):
    detail = log("detail_offline.txt") + _stamps("03-18-2021 23:21:01.000", "03-18-2021 23:21:10.842")
    files = one_result(log("summary_offline.txt"), detail=detail, spl=log("spl.txt"))
    (row,) = read(as_folder(files, tmp_path)).rows("runs")
    assert (row["power_begin"], row["power_end"]) == (None, "03-18-2021 23:21:10.842")
    assert row["mean_power_w"] is None


def test_the_same_window_twice_is_one_window(tmp_path):
    detail = log("detail_offline.txt") + _stamps("03-18-2021 23:21:00.842", "03-18-2021 23:21:10.842")
    files = one_result(log("summary_offline.txt"), detail=detail, spl=log("spl.txt"))
    assert only(read(as_folder(files, tmp_path)))["power_w"] == MEAN_W


def test_a_mean_that_no_meter_gives_is_no_power(tmp_path):
    spl = log("spl.txt", *((f"Watts,{watts}", "Watts,-1.0") for watts in ("100.0", "110.5", "120.0")))
    files = one_result(log("summary_offline.txt"), detail=log("detail_offline.txt"), spl=spl)
    found = read(as_folder(files, tmp_path), "v2.0")
    assert only(found)["power_w"] is None
    assert ["the mean of the samples in spl.txt is -0.75 W" in text for text in messages(found)] == [True]


def test_samples_at_another_place_beside_the_run_s_own_are_quiet(tmp_path):
    files = one_result(log("summary_offline.txt"), detail=log("detail_offline.txt"), spl=log("spl.txt"))
    files[f"{RESULTS}/resnet50/Offline/performance/power/spl.txt"] = b"x"
    found = read(as_folder(files, tmp_path))
    assert (only(found)["power_w"], found.problems) == (MEAN_W, [])
