"""A result beside those of systems with the same accelerators: what is far from them, and what is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lib.findings.beside import beside_peers, is_far
from lib.findings.finding import Finding, Role
from tests.findings.entries import Row, entry, facts_of, found, others, roles, same_system


def outliers(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "peer-outlier")


def beside(*entries: Row) -> pd.DataFrame:
    results = facts_of(list(entries)).results
    return beside_peers(results).set_axis(results["platform"])


def test_a_result_far_below_its_peers():
    (finding,) = outliers(*others(3), entry("slow", 100))
    assert finding.ratio == pytest.approx(10.01), "to the median, as the chart and the list say"
    assert "10.02x below the best and 10.01x below the median of 3 others" in finding.finding
    assert roles(finding) == {
        "slow/resnet50/Offline": Role.OUTLIER,
        **{f"peer{number}/resnet50/Offline": Role.CONTEXT for number in range(3)},
    }


def test_a_result_far_above_them_is_found_too_and_says_so():
    (finding,) = outliers(*others(3), entry("quick", 3003))
    assert finding.ratio == pytest.approx(3)
    assert "3.00x above the median of 3 others with 8x NVIDIA A100-SXM-80GB" in finding.finding
    assert str(finding.evidence.faster).endswith("quick/resnet50/Offline")


def test_the_evidence_names_the_best_and_a_typical_one():
    (finding,) = outliers(*others(3), entry("slow", 100))
    assert finding.evidence.known[0] == (
        "3 other systems with 8x NVIDIA A100-SXM-80GB entered resnet50 Offline: the best is peer2 with 1,002 "
        "Samples/s, a typical one peer1 with 1,001 Samples/s."
    )
    assert finding.evidence.extras["z"] == pytest.approx(-np.log(10.01) / 0.05, abs=0.01)
    assert [gap.benchmark for gap in finding.evidence.gaps] == ["resnet50"]


def test_two_peers_are_enough_where_they_agree_and_the_third_is_far():
    (finding,) = outliers(*others(2), entry("slow", 100))
    assert "10.01x below the best and 10.00x below the median of 2 others with 8x" in finding.finding
    assert outliers(*others(2), entry("slow", 1000 / 1.39)) == []
    assert len(outliers(*others(2), entry("slow", 1000 / 1.42))) == 1


def test_of_two_peers_that_are_apart_nobody_is_odd():
    assert outliers(*others(1), entry("far", 1400, submitter="T"), entry("slow", 600)) == []


def test_two_peers_of_another_count_serve_per_accelerator():
    assert len(outliers(*others(2, accelerators=4, accelerators_per_node=4), entry("slow", 1000))) == 1
    assert outliers(*others(2, accelerators=4, accelerators_per_node=4), entry("fair", 2000)) == []


def test_one_peer_is_too_few():
    assert outliers(*others(1), entry("slow", 100)) == []


def test_one_submitter_s_value_or_target_that_stands_twice_is_one_peer():
    assert outliers(*(entry(f"p{n}", 1000, submitter="S") for n in range(2)), entry("slow", 100)) == []
    assert len(outliers(*(entry(f"p{n}", 1000, submitter=f"S{n}") for n in range(2)), entry("slow", 100))) == 1
    held = [entry(f"p{n}", 1000 + n, "Server", submitter="S", target_qps=1000.0) for n in range(2)]
    assert outliers(*held, entry("slow", 100, "Server")) == []
    free = [entry(f"p{n}", 1000 + 20 * n, "Server", submitter="S", target_qps=1000.0) for n in range(2)]
    assert len(outliers(*free, entry("slow", 100, "Server"))) == 1


def test_of_two_held_to_one_target_each_keeps_its_own_distance():
    held = [entry(f"p{n}", 1000 + n, "Server", submitter="S", target_qps=1000.0) for n in range(2)]
    told = beside(*others(4, 500.0, scenario="Server"), *held)
    assert told["gap"]["p1"] - told["gap"]["p0"] == pytest.approx(np.log(1001 / 1000))
    assert told["peers"]["peer0"] == 4


def test_a_latency_is_slower_and_not_below():
    of_one = {"scenario": "SingleStream", "metric": "latency", "unit": "ms", "higher_is_better": False}
    (slow,) = outliers(*others(3, 10.0, **of_one), entry("slow", 50, **of_one))
    assert "5.00x slower than the best and 4.55x slower than the median of 3 others" in slow.finding
    (quick,) = outliers(*others(3, 10.0, **of_one), entry("quick", 2, **of_one))
    assert "5.50x faster than the median of 3 others" in quick.finding


def test_just_below_the_threshold_is_none():
    assert outliers(*others(3), entry("slow", 1001 / 1.24)) == []
    assert len(outliers(*others(3), entry("slow", 1001 / 1.26))) == 1


def test_a_threshold_apart_is_not_enough_where_the_peers_are_spread():
    """A quarter below peers that stand up to a fifth apart is within their spread."""
    spread = [row | {"value": value} for row, value in zip(others(5), (850, 930, 1000, 1080, 1170), strict=True)]
    assert outliers(*spread, entry("slow", 780)) == []
    assert len(outliers(*others(5), entry("slow", 780))) == 1


@pytest.mark.parametrize(
    "unlike",
    [
        {"accelerator": "NVIDIA A100-PCIe-80GB"},
        {"accelerator_variant": "PCIe"},
        {"benchmark": "bert-99"},
        {"scenario": "Server"},
        {"unit": "Tokens/s"},
        {"round": "v1.1"},
        {"era": 1},
        {"division": "network"},
        {"mig": "1x1g.10gb"},
        {"power_mode": "MaxQ"},
        {"is_inferred": True},
        {"accelerator": "NVIDIA A100-SXM-80GB + X"},
    ],
)
def test_peers_are_alike_in_place_and_accelerator(unlike: Row):
    assert outliers(*others(5), entry("slow", 100, **unlike)) == []


def test_peers_of_another_count_serve_per_accelerator():
    (finding,) = outliers(*others(4), entry("small", 50, accelerators_per_node=4, accelerators=4))
    assert finding.systems == ("v1.0/closed/Acme/small",)
    assert "in Offline, per accelerator 10." in finding.finding
    assert "NVIDIA A100-SXM-80GB in any number" in finding.finding


def test_a_fair_share_of_another_count_is_none():
    assert outliers(*others(4), entry("small", 500, accelerators_per_node=4, accelerators=4)) == []


def test_latencies_are_not_divided_by_the_number_of_accelerators():
    latency = {"unit": "ms", "metric": "latency", "higher_is_better": False, "scenario": "SingleStream"}
    rows = [row | {"value": 1.0 + at / 1000} for at, row in enumerate(others(4, **latency))]
    assert outliers(*rows, entry("small", 1.0, accelerators=4, accelerators_per_node=4, **latency)) == []
    (finding,) = outliers(*rows, entry("slow", 2.0, **latency))
    assert finding.ratio == pytest.approx(2, rel=0.01)


def test_a_system_of_unknown_count_has_no_peers():
    assert outliers(*others(4), entry("slow", 100, accelerators=None)) == []
    assert outliers(*others(4), entry("slow", 100, accelerators=0)) == []


def test_peers_in_two_camps_make_nobody_odd():
    assert outliers(*others(4), *(row | {"value": 100.0} for row in others(8)[4:])) == []


def test_all_scenarios_and_targets_of_a_model_are_one_finding_and_the_widest_leads():
    entries = []
    for row in [*others(3), entry("slow", 100)]:
        share = 0.5 if row["platform"] == "slow" else 1.0
        entries += [row, entry(**same_system(row), scenario="Server", value=1000 * share)]
    (finding,) = outliers(*entries)
    assert "in Offline, 10.02x below" in finding.finding
    assert ", 2.00x in Server" in finding.finding
    assert [gap.scenario for gap in finding.evidence.gaps] == ["Offline", "Server"]


def test_slow_in_one_scenario_and_fast_in_another_are_two_findings():
    entries = []
    for row in [*others(3), entry("odd", 100)]:
        value = 9000.0 if row["platform"] == "odd" else 1000.0
        entries += [row, entry(**same_system(row), scenario="Server", value=value)]
    slow, fast = outliers(*entries)
    assert (slow.ratio > 1, fast.ratio > 1) == (True, True)
    assert slow.anomaly_id != fast.anomaly_id


def test_its_other_results_of_the_model_are_said():
    entries = []
    for row in [*others(3), entry("slow", 100)]:
        entries += [row, entry(**same_system(row), scenario="Server", value=990 if row["platform"] == "slow" else 1000)]
    (finding,) = outliers(*entries)
    assert "Its other results of this model: 1.01x below the median in resnet50 Server." in finding.evidence.known


def server(latency_ms: float | None) -> Finding:
    run = {"target_latency_ns": 15e6, "latency_p99_ns": None if latency_ms is None else latency_ms * 1e6}
    (finding,) = outliers(*others(3, scenario="Server"), entry("slow", 100, "Server", **run))
    return finding


def test_that_a_slow_server_used_little_of_its_time_is_said():
    assert ", at 20% of the latency allowed" in server(3.0).finding
    assert "latency allowed" not in server(14.0).finding
    assert "latency allowed" not in server(None).finding


def test_what_differs_from_a_typical_peer_is_said():
    (finding,) = outliers(*others(3), entry("slow", 100, serving="Triton 21.02"))
    assert finding.finding.endswith(
        "; beside a typical one of them it runs behind Triton 21.02 (too few other such pairs to compare)."
    )
    assert finding.cause == "median of 3 like systems"


def test_a_typical_peer_s_slower_software_is_its_own():
    (finding,) = outliers(*others(3, serving="Triton 21.02"), entry("quick", 3003))
    assert "; beside a typical one of them that one runs behind Triton 21.02 (" in finding.finding


def test_a_lower_target_is_told_per_accelerator_where_sizes_differ():
    rows = others(4, scenario="Server", target_qps=1000.0)
    run = {"target_qps": 20.0, "accelerators_per_node": 4, "accelerators": 4}
    (finding,) = outliers(*rows, entry("small", 20, "Server", **run))
    assert "it was asked for less per accelerator: 20 queries/s of 4, that one 1,000 of 8" in finding.finding


def test_the_table_has_a_row_for_every_result_and_nan_without_peers():
    table = beside(*others(4), entry("slow", 100), entry("alone", 1, accelerator="other"))
    assert np.isnan(table.loc["alone", "gap"])
    assert table.loc["slow", "peers"] == 4
    assert table.loc["slow", "gap"] == pytest.approx(np.log(100 / 1001.5))
    assert bool(table.loc["slow", "is_same_count"])


def test_best_and_typical_are_positions_in_the_results():
    facts = facts_of([*others(4), entry("slow", 100)])
    table = beside_peers(facts.results)
    at = facts.results.index[facts.results["platform"] == "slow"][0]
    assert facts.results["platform"][int(table["best"][at])] == "peer3"
    assert facts.results["platform"][int(table["typical"][at])] in ("peer1", "peer2")


@pytest.mark.parametrize(
    ("gap", "z", "agree", "wanted"),
    [
        (np.log(1.25), 3.5, 0.75, True),
        (-np.log(1.25), -3.5, 0.75, True),
        (np.log(1.24), 9.0, 1.0, False),
        (np.log(2.0), 3.4, 1.0, False),
        (np.log(2.0), 9.0, 0.74, False),
        (np.nan, np.nan, np.nan, False),
    ],
)
def test_far_is_apart_beyond_the_spread_and_of_one_mind(gap: float, z: float, agree: float, wanted: bool):
    assert is_far(pd.DataFrame({"gap": [gap], "z": [z], "agree": [agree]}), 1.25).tolist() == [wanted]


def test_the_order_of_rows_does_not_matter():
    entries = [*others(4), entry("slow", 100)]
    assert outliers(*entries) == outliers(*entries[::-1])


def test_doubling_all_values_changes_no_finding():
    entries = [*others(4), entry("slow", 100)]
    (one,), (other,) = outliers(*entries), outliers(*(row | {"value": 2 * row["value"]} for row in entries))
    assert (one.anomaly_id, one.members) == (other.anomaly_id, other.members)
    assert one.ratio == pytest.approx(other.ratio)
