"""More accelerators, less result."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.findings.detectors.inverse import beaten, without_proof
from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, case_of, entry, facts_of, found, others, roles


def sized(count: int, value: float, **facts: Any) -> Row:
    name = facts.pop("submitter", f"S{count}")
    return entry(f"of {count}", value, submitter=name, accelerators_per_node=count, accelerators=count, **facts)


def odd(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "inverse-scaling")


def test_a_larger_system_of_another_submitter_that_reaches_less():
    (finding,) = odd(sized(3, 764), sized(8, 270))
    assert finding.finding == (
        "of 8 in resnet50: 8x NVIDIA A100-SXM-80GB reach 270 Samples/s in Offline, less than of 3 with 3 of them (764 "
        "Samples/s): per accelerator 7.55x below it; which of the two is odd, no third system says."
    )
    assert finding.ratio == pytest.approx(764 / 3 / (270 / 8))
    assert finding.systems == ("v1.0/closed/S3/of 3", "v1.0/closed/S8/of 8")
    assert finding.title == "resnet50: of 8 and of 3"
    assert roles(finding) == {"of 3/resnet50/Offline": Role.SMALLER, "of 8/resnet50/Offline": Role.LARGER}
    assert str(finding.evidence.faster).endswith("of 3/resnet50/Offline")
    assert not finding.is_minor


def test_the_smallest_that_beats_it_is_named_and_the_distance_is_to_the_median_of_all():
    (finding,) = odd(sized(2, 160), sized(4, 300), sized(8, 100))
    assert finding.finding.endswith("less than of 2 with 2 of them (160 Samples/s): per accelerator 6.20x below the "
                                    "median of the 2 smaller systems that reach more.")  # fmt: skip


def test_only_the_larger_one_is_odd_where_others_say_so():
    (finding,) = odd(sized(3, 764), sized(8, 270), sized(16, 3900))
    assert finding.systems == ("v1.0/closed/S8/of 8",)
    assert roles(finding)["of 3/resnet50/Offline"] is Role.CONTEXT


def test_no_less_than_the_smaller_one_is_a_matter_of_scaling():
    assert odd(sized(4, 100), sized(8, 101)) == []
    assert odd(sized(4, 100), sized(8, 100)) == []  # as much is not less
    assert len(odd(sized(4, 100), sized(8, 99))) == 1


def test_one_run_under_systems_of_two_sizes_proves_nothing():
    twice = sized(4, 123456.78, submitter="One")
    assert len(odd(twice, sized(16, 9000))) == 1
    assert [one.systems for one in odd(twice, sized(8, 123456.78, submitter="One"), sized(16, 9000))] == []


def test_the_same_latencies_under_two_sizes_prove_nothing():
    rows = [sized(4, 200), sized(2, 210), sized(8, 100)]
    facts = facts_of(rows)
    assert found(facts, "inverse-scaling")
    copies = pd.DataFrame({"result_id": [row["result_id"] for row in rows[:2]], "latencies": [1, 1]})
    assert without_proof(case_of(*rows, copies=copies)) == {
        facts.results.index[facts.results["result_id"] == row["result_id"]][0] for row in rows[:2]
    }


def test_what_is_itself_far_above_its_peers_proves_nothing():
    assert odd(sized(2, 2100), *others(4, 2000.0)) == []


def test_a_few_accelerators_more_may_be_the_host_s_doing():
    assert odd(sized(16, 100), sized(18, 95)) == []
    assert len(odd(sized(16, 100), sized(18, 89))) == 1


@pytest.mark.parametrize(
    "unlike",
    [
        {"accelerator": "other"},
        {"round": "v0.7"},
        {"serving": "Layer 1"},
        {"power_mode": "MaxQ"},
        {"mig": "1x1g.5gb"},
        {"era": 1},
        {"division": "network"},
        {"is_inferred": True},
        {"accelerator": "NVIDIA A100-SXM-80GB + X"},
    ],
    ids=str,
)
def test_only_like_systems_are_set_beside_each_other(unlike: Row):
    assert odd(sized(4, 200, **unlike), sized(8, 100)) == []


def test_latencies_and_unknown_numbers_say_nothing():
    of_one = {"scenario": "SingleStream", "metric": "latency", "unit": "ms", "higher_is_better": False}
    assert odd(sized(4, 1, **of_one), sized(8, 2, **of_one)) == []
    assert odd(sized(4, 200), sized(8, 100) | {"accelerators": None}) == []


def test_both_accuracy_targets_are_one_finding():
    rows = [
        row
        for name in ("bert-99", "bert-99.9")
        for row in (sized(4, 100, benchmark=name), sized(8, 60, benchmark=name))
    ]
    (finding,) = odd(*rows)
    assert finding.title == "bert-99 and bert-99.9: of 8 and of 4"
    assert len(finding.members) == 4


def test_what_peers_or_the_submitter_s_own_sizes_tell_is_minor():
    (finding,) = odd(sized(4, 600), sized(8, 100), *others(3))
    assert finding.is_minor
    (finding,) = odd(sized(4, 200, submitter="One"), sized(8, 100, submitter="One"))
    assert finding.is_minor


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 16), st.floats(1, 1e6)), min_size=1, max_size=8))
def test_each_result_below_a_smaller_system_s_is_found_and_no_other(systems: list[tuple[int, float]]):
    rows = [
        entry(f"p{number}", value, accelerators=count, accelerators_per_node=count)
        for number, (count, value) in enumerate(systems)
    ]
    results = facts_of(rows).results
    told = {one.at for one in beaten(results)}
    wanted = {
        row.Index
        for row in results.itertuples()
        if any(other.accelerators < row.accelerators and other.value > row.value for other in results.itertuples())
    }
    assert told == wanted


def test_the_order_of_rows_does_not_matter():
    rows = [sized(2, 150), sized(4, 300), sized(8, 100)]
    one, other = (odd(*order) for order in (rows, rows[::-1]))
    assert pd.Series(one).equals(pd.Series(other))
