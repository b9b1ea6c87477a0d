"""Close to the bound: which runs are measured, against which percentile, and how close is close."""

from __future__ import annotations

from typing import Any

import pytest

from lib.findings.detectors import bounds
from lib.findings.finding import Finding, Role
from tests.findings.entries import entry, facts_of, roles


def close(
    latency_ms: float | None, scenario: str = "Server", more: dict[str, Any] | None = None, **facts: Any
) -> list[Finding]:
    latency = None if latency_ms is None else latency_ms * 1e6
    row = {"target_latency_ns": 15e6, "latency_p99_ns": latency, **facts}
    made = facts_of([entry("a", 1000, scenario, **row)])
    return bounds.close_to_bound(made.results, made.runs.assign(**(more or {})))


def test_close_to_the_bound_is_a_tenth_of_a_percent_or_less():
    assert len(close(14.99)) == 1
    assert close(14.984) == []
    assert close(14.9) == []


def test_at_the_bound_is_close_and_over_it_is_no_margin():
    assert len(close(15.0)) == 1
    assert close(15.001) == []


def test_the_sentence_the_evidence_and_the_role():
    (finding,) = close(14.99)
    assert finding.finding == (
        "a in resnet50 Server: the 99th percentile of its latency is 14.990 ms of the 15.000 ms allowed, 0.067% below "
        "the bound."
    )
    assert finding.evidence.known == ("1,000 Queries/s, with 0.067% of the bound left.",)
    assert finding.ratio == pytest.approx(1 + 0.01 / 15)
    assert roles(finding) == {"a/resnet50/Server": Role.CLOSE}


def test_a_run_over_its_bound_at_the_99th_percentile_is_measured_at_the_97th():
    (finding,) = close(18.0, more={"latency_p97_ns": 14.999e6})
    assert "97th percentile" in finding.finding
    assert close(18.0) == []


def test_a_run_that_keeps_its_bound_at_the_99th_is_not_measured_at_the_97th():
    assert close(10.0, more={"latency_p97_ns": 14.999e6}) == []


@pytest.mark.parametrize(
    ("bound", "latency", "said"),
    [
        ("ttft_latency_ns", "ttft_p99_ns", "time to first token"),
        ("tpot_latency_ns", "tpot_p99_ns", "time per output token"),
    ],
)
def test_bounds_of_tokens_are_measured_too(bound: str, latency: str, said: str):
    (finding,) = close(None, "Interactive", {bound: 2e9, latency: 1.999e9}, unit="Tokens/s", target_latency_ns=None)
    assert f"the 99th percentile of its {said} is 1,999.000 ms of the 2,000.000 ms allowed" in finding.finding


def test_of_several_bounds_the_nearest_is_told():
    (finding,) = close(14.99, more={"ttft_latency_ns": 2e9, "ttft_p99_ns": 1.9999e9})
    assert "time to first token" in finding.finding


@pytest.mark.parametrize("missing", [{"target_latency_ns": None}, {"latency_p99_ns": None}, {"target_latency_ns": 0.0}])
def test_without_a_bound_or_a_latency_nothing_is_said(missing: dict[str, Any]):
    assert close(14.99, **missing) == []


@pytest.mark.parametrize("scenario", ["Offline", "SingleStream"])
def test_scenarios_without_a_bound_are_left_out(scenario: str):
    assert close(14.99, scenario) == []


def test_a_result_that_is_a_latency_itself_is_left_out():
    assert close(14.99, "MultiStream", unit="ms", metric="latency") == []


def test_a_result_without_a_run_is_left_out():
    made = facts_of([entry("a", 1000, "Server", target_latency_ns=15e6, latency_p99_ns=14.99e6)])
    assert bounds.margins(made.results, made.runs.iloc[:0]) == []
