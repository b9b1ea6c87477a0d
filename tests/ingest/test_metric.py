"""What the published number of a run is: one test a rule of docs/method.md."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ingest.metric import Published, lacking, published, rules_of_log
from lib.ingest.parsers.loadgen import Summary, parse_detail, parse_summary
from lib.rounds import Rounds
from tests.ingest.trees import ROOT, log

ROUNDS = Rounds.read(ROOT / "data")


def number(
    summary: bytes, scenario: str, round_name: str, detail: bytes = b"", benchmark: str = "resnet50"
) -> Published | None:
    found = parse_summary(summary, "x")
    assert isinstance(found, Summary), found
    values = parse_detail(io.BytesIO(detail).read)
    rules = ROUNDS.record(round_name).rules or rules_of_log(found, values)
    return published(found, values, scenario, rules, benchmark)


def value(*arguments: object) -> tuple[float, str, bool]:
    found = number(*arguments)  # type: ignore[arg-type]
    assert found is not None
    return found.value, found.metric.unit, found.is_inferred


def test_offline_is_samples_per_second():
    assert value(log("summary_offline.txt"), "Offline", "v1.0") == (1234.57, "Samples/s", False)


def test_the_detail_log_counts_where_it_wrote_more_digits():
    found = value(log("summary_offline.txt"), "Offline", "v1.0", log("detail_offline.txt"))
    assert found == (1234.567891, "Samples/s", False)


def test_the_summary_counts_where_the_detail_log_rounded_more():
    rounded = log("detail_offline.txt", ("1234.567891", "1235"))
    assert value(log("summary_offline.txt"), "Offline", "v1.0", rounded)[0] == 1234.57


@pytest.mark.parametrize("name", ["Tokens per second", "Tokens per second (inferred)"])
def test_offline_of_an_llm_is_tokens_per_second(name):
    summary = log("summary_offline.txt", ("Result is", f"{name} : 5678.9\nResult is"))
    assert value(summary, "Offline", "v4.1") == (5678.9, "Tokens/s", False)


@pytest.mark.parametrize(
    ("round_name", "expected"),
    [("v0.5", 1000.12), ("v1.0", 1000.12), ("v3.1", 1000.12), ("v4.0", 1000.12), ("v4.1", 999.87), ("v6.0", 999.87)],
)
def test_server_is_scheduled_up_to_v4_0_and_completed_from_v4_1(round_name, expected):
    assert value(log("summary_server.txt"), "Server", round_name) == (expected, "Queries/s", False)


TOKENS_TOO = log("summary_offline.txt", ("Result is", "Tokens per second : 5678.9\nResult is"))
LLM_SERVER = log("summary_server_tokens.txt")


@pytest.mark.parametrize(
    ("benchmark", "summary", "scenario", "expected"),
    [
        ("llama2-70b-99", TOKENS_TOO, "Offline", (5678.9, "Tokens/s", False)),
        ("llama2_70b-99.9", TOKENS_TOO, "Offline", (5678.9, "Tokens/s", False)),
        ("gptj-99", TOKENS_TOO, "Offline", (1234.57, "Samples/s", False)),
        ("llama2-70b-99.9", LLM_SERVER, "Server", (113.35, "Queries/s", False)),
        ("gptj-99", LLM_SERVER, "Server", (114.23, "Queries/s", False)),
        ("resnet50", TOKENS_TOO, "Offline", (1234.57, "Samples/s", False)),
    ],
)
def test_v4_0_overwrote_llama2_alone(benchmark, summary, scenario, expected):
    found = number(summary, scenario, "v4.0", benchmark=benchmark)
    assert found is not None
    assert (found.value, found.metric.unit, found.is_inferred) == expected


@pytest.mark.parametrize(
    ("benchmark", "round_name", "scenario", "line", "expected"),
    [
        ("llama2-70b-99", "v4.0", "Offline", "Samples per second: 108.185", "expected 'Tokens per second'"),
        ("resnet50", "v3.0", "Server", "Completed samples per second : 99.5", "'Scheduled samples per second'"),
        ("resnet50", "v6.0", "Server", "Scheduled samples per second : 99.5", "'Completed samples per second'"),
        ("resnet50", "v6.0", "Offline", "Throughput: 12", "or 'Samples per second'"),
    ],
)
def test_no_other_rate_stands_in_for_the_one_that_is_published(benchmark, round_name, scenario, line, expected):
    name = "summary_offline.txt" if scenario == "Offline" else "summary_server.txt"
    rates = ("Samples per second", "Scheduled samples per second", "Completed samples per second")
    lines = [text for text in log(name).decode().splitlines() if not text.startswith(rates)]
    lines.insert(lines.index("Result is : VALID"), line)
    summary = parse_summary("\n".join(lines).encode(), "x")
    assert isinstance(summary, Summary), summary
    rules = ROUNDS.record(round_name).rules
    assert rules is not None
    assert published(summary, {}, scenario, rules, benchmark) is None
    why = lacking(summary, scenario, rules, benchmark)
    assert (why.line, expected in why.said, line.partition(":")[0].strip() in why.said) == (7, True, True)


def test_server_has_the_full_precision_of_the_detail_log():
    summary, detail = log("summary_server.txt"), log("detail_server.txt")
    assert value(summary, "Server", "v1.0", detail)[0] == 1000.1234567
    assert value(summary, "Server", "v4.1", detail)[0] == 999.8712345


@pytest.mark.parametrize("scenario", ["Server", "Interactive"])
def test_server_and_interactive_of_an_llm_are_completed_tokens_per_second(scenario):
    assert value(log("summary_server_tokens.txt"), scenario, "v5.1") == (33244.25, "Tokens/s", False)


def test_singlestream_is_the_early_stopping_estimate_of_the_90th_percentile_in_ms():
    assert value(log("summary_singlestream.txt"), "SingleStream", "v2.1") == (0.908111, "ms", False)


def test_singlestream_without_early_stopping_is_the_90th_percentile():
    summary = log("summary_singlestream.txt", ("* Early stopping", "* Late stopping"))
    assert value(summary, "SingleStream", "v1.0") == (0.907755, "ms", False)


@pytest.mark.parametrize(
    ("round_name", "estimate", "expected"),
    [("v2.0", 999999, 0.999999), ("v1.1", 999999, 0.907755), ("v6.0", 5, 0.907755), ("v6.0", 0, 0.907755)],
)
def test_an_estimate_that_the_detail_log_alone_holds_counts_unless_it_is_of_tokens(round_name, estimate, expected):
    detail = b':::MLLOG {"key": "early_stopping_latency_ss", "value": %d, "time_ms": 0.1}\n' % estimate
    lines = log("summary_singlestream.txt").decode().splitlines()
    summary = "\n".join(line for line in lines if "percentile estimate" not in line).encode()
    assert value(summary, "SingleStream", round_name, detail)[0] == expected


def test_a_benchmark_judged_by_another_percentile_is_read_by_that_one():
    summary = log(
        "summary_singlestream.txt",
        ("\n90th percentile latency (ns) : 907755", "\n99th percentile latency (ns) : 916023"),
    )
    assert value(summary, "SingleStream", "v6.0") == (0.921222, "ms", False)
    odd = log(
        "summary_singlestream.txt",
        ("\n90th percentile latency (ns) : 907755", "\n99.9th percentile latency (ns) : 963609"),
    )
    assert value(odd, "SingleStream", "v5.1") == (0.963609, "ms", False)


def test_multistream_is_streams_up_to_v1_1_and_the_99th_percentile_after():
    assert value(log("summary_multistream_streams.txt"), "MultiStream", "v1.1") == (42, "streams", False)
    assert value(log("summary_multistream.txt"), "MultiStream", "v2.0") == (5.4321, "ms", False)
    plain = log("summary_multistream.txt", ("* Early stopping", "* Late stopping"))
    assert value(plain, "MultiStream", "v2.0") == (5.4, "ms", False)


def test_offline_inferred_from_singlestream_is_the_rate_without_overhead():
    summary, detail = log("summary_singlestream.txt"), log("detail_singlestream.txt")
    assert value(summary, "Offline", "v2.1", detail) == (1111.970001, "Samples/s", True)


def test_offline_inferred_from_multistream_is_samples_by_mean_latency():
    found = value(log("summary_multistream.txt"), "Offline", "v2.1", log("detail_singlestream.txt"))
    assert found == (8 * 1000 / 4.0, "Samples/s", True)


def test_multistream_inferred_from_singlestream_is_eight_times_the_99th_percentile_estimate():
    assert value(log("summary_singlestream.txt"), "MultiStream", "v2.1") == (8 * 921222 / 1e6, "ms", True)


@pytest.mark.parametrize(
    ("logged", "filed"), [("offline", "Server"), ("server", "SingleStream"), ("offline", "MultiStream")]
)
def test_what_no_rule_infers_has_no_number(logged, filed):
    assert number(log(f"summary_{logged}.txt"), filed, "v2.1") is None


def test_a_scenario_that_nobody_has_seen_is_read_by_the_logs_own_headline():
    burst = log(
        "summary_offline.txt", ("Scenario : Offline", "Scenario : Burst"), ("Samples per second", "Images per second")
    )
    assert value(burst, "Burst", "v9.0") == (1234.57, "Images/s", False)
    slow = log("summary_singlestream.txt", ("SingleStream", "Burst"))
    assert value(slow, "Burst", "v9.0") == (0.907755, "ms", False)
    odd = log("summary_offline.txt", ("Scenario : Offline", "Scenario : Burst"), ("Samples per second", "Happiness"))
    assert value(odd, "Burst", "v9.0") == (1234.57, "Happiness", False)


def test_a_log_without_a_number_has_none():
    assert number(log("summary_offline.txt", ("1234.57", "nan")), "Offline", "v1.0") is None


JUDGED = "90th percentile latency (ns) : "


def single_stream(judged: str, estimate: str = "") -> bytes:
    """A SingleStream log whose judged line, and early-stopping estimate, are these."""
    lines = [line for line in log("summary_singlestream.txt").decode().splitlines() if "arly stopping" not in line]
    text = "\n".join(judged if line.startswith(JUDGED) else line for line in lines)
    assert judged in text
    return f"{text}\n{estimate}\n".encode()


@pytest.mark.parametrize(
    ("judged", "estimate", "expected"),
    [
        (
            "100th percentile latency (ns) : 909568542",
            " * Early stopping 100th percentile estimate: 1500000001",
            1500.000001,
        ),
        ("100th percentile latency (ns) : 909568542", "", 909.568542),
        ("99.9th percentile latency (ns) : 20897894239", "", 20897.894239),
    ],
)
def test_the_judged_percentile_is_found_as_loadgen_prints_it(judged, estimate, expected):
    assert value(single_stream(judged, estimate), "SingleStream", "v5.0") == (expected, "ms", False)


@pytest.mark.parametrize(
    "judged", ["ninetieth percentile latency (ns) : 5", "Latency : 909568542", "101th percentile latency (ns) : 7"]
)
def test_no_other_percentile_stands_in_for_the_judged_one(judged):
    estimate = " * Early stopping 90th percentile estimate: 1500000001"
    for round_name in ("v0.5", "v1.0", "v2.0", "v5.0"):
        assert number(single_stream(judged, estimate), "SingleStream", round_name) is None


@given(st.integers(1, 10**15))
def test_nanoseconds_become_milliseconds_in_decimal(nanoseconds):
    judged = f"90th percentile latency (ns) : {nanoseconds}"
    found = value(single_stream(judged), "SingleStream", "v4.1")[0]
    whole, rest = divmod(nanoseconds, 10**6)
    assert found == float(f"{whole}.{rest:06d}")
