"""One run under two systems: the same latencies to the nanosecond."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lib.findings.detectors import copies
from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, case_of, entry


def copy_of(row: Row, latencies: int, **facts: Any) -> Row:
    return {**row, "latencies": latencies, "latency_mean_ns": 4501650.0, "latency_max_ns": 5500110.0, **facts}


def told(*rows: Row) -> list[Finding]:
    """What is found of copies; those that are not of the open division stand among the results too."""
    closed = [row for row in rows if row["division"] != "open"] or [entry("else", 1)]
    return copies.detect(case_of(*closed, copies=pd.DataFrame(list(rows))))


def two(first: str, second: str, latencies: int, **facts: Any) -> list[Row]:
    return [copy_of(entry(name, 123.4567, **facts), latencies) for name in (first, second)]


def test_results_of_two_systems_of_the_open_division_are_one_finding():
    open_one = {"division": "open"}
    (finding,) = told(*two("a", "b", 1, **open_one), *two("a", "b", 2, benchmark="mobilenet", **open_one))
    assert finding.finding == (
        "a and b (Acme, open division): 2 results in 2 benchmarks have the same latencies to the nanosecond under 2 "
        "names: one run each."
    )
    assert len(finding.members) == 4
    assert {role for _, role in finding.members} == {Role.SAME_RUN}
    assert "mean of 4,501,650 ns" in finding.evidence.known[0]
    assert finding.evidence.extras == {"why": "latencies", "count": 2}
    assert (finding.standing, finding.is_minor) == (1.0, False)


def test_each_set_of_systems_is_a_finding_of_its_own():
    found = told(*two("a", "b", 1, division="open"), *two("c", "d", 2, division="open"))
    assert [len(finding.systems) for finding in found] == [2, 2]
    assert len({finding.anomaly_id for finding in found}) == 2


def test_a_system_entered_for_both_suites_is_minor():
    one, other = two("a", "b", 1, division="open")
    edge = {"is_datacenter": False, "is_edge": True}
    (finding,) = told(one, other | edge)
    assert finding.is_minor
    (finding,) = told(one, other | edge | {"submitter": "Beta"})
    assert not finding.is_minor
    assert "(Acme and Beta, open division)" in finding.finding


def test_equal_values_of_one_machine_are_told_by_the_rule_of_equal_digits():
    assert told(*two("a", "b", 1)) == []
    rounded = [copy_of(entry(name, 1200.0), 1) for name in "ab"]
    assert len(told(*rounded)) == 1


def test_equal_values_of_unlike_machines_are_told_here_too():
    one, other = (entry(name, 123.4567, accelerator=part) for name, part in (("a", "x"), ("b", "y")))
    assert len(told(copy_of(one, 1), copy_of(other, 1))) == 1


def test_nothing_alike_is_nothing_found():
    assert copies.detect(case_of(entry("a", 1))) == []
