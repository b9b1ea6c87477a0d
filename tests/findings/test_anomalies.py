"""The rules of the anomalies, each on the smallest set of entries that shows it."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib.findings import factors, rules, weigh, words
from lib.findings.detectors import bounds, described, identical, peers, ranks
from lib.findings.finding import Finding
from lib.settings import ROOT
from tests.findings.entries import Row, entry, facts_of, found, system


def twins_of(*entries: Row) -> list[Finding]:
    return found(facts_of(list(entries)), "twins")


def test_same_hardware_ten_percent_apart_is_a_pair_of_twins():
    (finding,) = twins_of(entry("one", 110), entry("other", 100))
    assert finding.ratio == pytest.approx(1.1)
    assert dict(finding.members) == {
        "v1.0/closed/Acme/one/resnet50/Offline": "apart",
        "v1.0/closed/Acme/other/resnet50/Offline": "apart",
    }


def test_nine_percent_is_none():
    assert twins_of(entry("one", 109), entry("other", 100)) == []


@pytest.mark.parametrize(
    "unlike",
    [
        {"accelerators_per_node": 4, "accelerators": 4},
        {"cpu": "AMD EPYC 7713"},
        {"mig": "1x1g.10gb"},
        {"power_mode": "MaxQ"},
        {"base_name": "another box"},
        {"nodes": 2, "accelerators": 16},
        {"benchmark": "bert-99"},
        {"round": "v1.1"},
    ],
)
def test_other_hardware_mode_benchmark_or_round_makes_no_twins(unlike: Row):
    assert twins_of(entry("one", 200), entry("other", 100, **unlike)) == []


def test_a_declared_power_mode_is_kept_apart_so_that_the_plain_pair_comes_out():
    (finding,) = twins_of(entry("one", 200), entry("other", 100), entry("slow", 10, power_mode="MaxQ"))
    assert finding.ratio == pytest.approx(2)


def test_latency_counts_the_other_way_round():
    latency = {"unit": "ms", "metric": "latency", "higher_is_better": False, "scenario": "SingleStream"}
    (finding,) = twins_of(entry("quick", 1.0, **latency), entry("slow", 2.0, **latency))
    assert "quick" in finding.evidence["faster"]


def server_only() -> list[Row]:
    return [
        entry("one", 1000, public_id="1.0-1"),
        entry("other", 990, public_id="1.0-2", serving="Triton 21.02"),
        entry("one", 260_000.1, "Server", public_id="1.0-1", target_qps=260_000.0),
        entry("other", 180_000.1, "Server", public_id="1.0-2", target_qps=180_000.0, serving="Triton 21.02"),
    ]


def test_the_sentence_says_which_scenario_what_runs_in_front_and_what_was_asked_for():
    (finding,) = twins_of(*server_only())
    assert finding.finding == (
        "Same hardware, 1.44x apart in Server, 1.01x in Offline: one runs behind Triton 21.02; they were asked for "
        "260,000 and 180,000 queries/s (resnet50, 1.0-1 and 1.0-2)."
    )
    assert "Only Server is apart: 1.01x in Offline." in finding.evidence["known"]


def test_results_that_are_not_apart_are_context():
    (finding,) = twins_of(*server_only())
    roles = {result.rsplit("/", 1)[1]: role for result, role in finding.members}
    assert roles == {"Offline": "context", "Server": "apart"}


def test_both_accuracy_targets_are_one_finding():
    entries = [
        entry(name, value, benchmark=target)
        for target in ("dlrm-99", "dlrm-99.9")
        for name, value in (("a", 300.5), ("b", 100.5))
    ]
    (finding,) = twins_of(*entries)
    assert [role for _, role in finding.members] == ["apart"] * 4


def test_a_pair_of_two_submitters_is_of_its_own_kind():
    facts = facts_of([entry("one", 200), entry("other", 100, submitter="Beta", base_name="thing")])
    assert found(facts, "twins") == []
    assert [finding.ratio for finding in found(facts, "twins-across")] == [2.0]


def test_hiding_one_of_a_pair_takes_the_mark_away_and_a_new_pair_gets_one():
    one, other, third = entry("one", 200), entry("other", 100), entry("third", 200)
    assert len(twins_of(one, other)) == 1
    assert twins_of(one, third) == []
    (finding,) = twins_of(other, third)
    assert finding.systems == ("v1.0/closed/Acme/other", "v1.0/closed/Acme/third")


def test_ids_and_bytes_do_not_depend_on_the_order_of_rows():
    entries = [*server_only(), *(entry(f"peer{number}", 1500 + number, base_name=f"p{number}") for number in range(5))]
    first, second = facts_of(entries), facts_of(entries[::-1])
    kinds = ("twins", "identical", "peer-outlier", "twins-across")
    assert [found(first, kind) for kind in kinds] == [found(second, kind) for kind in kinds]


def test_precedents_are_other_pairs_with_the_very_difference():
    entries = [*server_only()]
    for number in range(4):
        entries += [
            entry("plain", 150.0, "Server", base_name=f"m{number}", submitter=f"S{number}", cpu=f"cpu {number}"),
            entry("behind", 100.0, "Server", base_name=f"m{number}", submitter=f"S{number}", cpu=f"cpu {number}")
            | {"serving": "Triton 21.02"},
        ]
    finding = next(item for item in twins_of(*entries) if "1.0-1" in item.title)
    serving = next(item for item in finding.evidence["differences"] if item["field"] == "serving")
    assert serving["precedent"] == {"n": 4, "median_ratio": 1.5, "share": 1.0, "as_far": 4}
    assert (
        "in 4 other pairs with this difference the side with none is faster in Server" in finding.evidence["likely"][0]
    )


def test_without_precedents_nothing_is_called_likely():
    (finding,) = twins_of(*server_only())
    assert finding.evidence["likely"] == []


def test_server_over_offline_of_the_same_system():
    facts = facts_of([entry("one", 100), entry("one", 104, "Server"), entry("two", 100), entry("two", 99, "Server")])
    (finding,) = found(facts, "server-over-offline")
    assert finding.systems == ("v1.0/closed/Acme/one",)
    assert "beats the system's own Offline by 4.0%, 104 Queries/s against 100 Samples/s" in finding.finding


def test_tokens_are_not_set_against_samples():
    facts = facts_of([entry("one", 100), entry("one", 9000, "Server", unit="Tokens/s")])
    assert found(facts, "server-over-offline") == []


def others(count: int, value: float = 1000.0, **facts: Any) -> list[Row]:
    return [
        entry(f"peer{number}", value + number, submitter=f"S{number}", base_name=f"peer{number}", **facts)
        for number in range(count)
    ]


def test_a_result_far_below_its_peers():
    facts = facts_of([*others(3), entry("slow", 100)])
    (finding,) = found(facts, "peer-outlier")
    assert finding.ratio == pytest.approx(10.02)
    assert finding.size == pytest.approx(10.01)
    assert "10.02x below the best and 10.01x below the median of 3 others" in finding.finding


def test_two_peers_are_too_few():
    assert found(facts_of([*others(2), entry("slow", 100)]), "peer-outlier") == []


def test_peers_of_another_count_serve_per_accelerator():
    facts = facts_of([*others(4), entry("small", 50, accelerators_per_node=4, accelerators=4)])
    (finding,) = found(facts, "peer-outlier")
    assert finding.systems == ("v1.0/closed/Acme/small",)


def test_peers_in_two_camps_make_nobody_odd():
    facts = facts_of([*others(4), *(row | {"value": 100.0} for row in others(8)[4:])])
    assert found(facts, "peer-outlier") == []


def test_the_robust_score_leaves_the_result_itself_out():
    table = peers.robust(np.log([1.0, 1.0, 1.0, 4.0]), 3)
    assert table is not None
    assert table[3, 1] == pytest.approx(np.log(4))
    assert table[0, 1] == 0


def test_server_over_offline_unlike_its_peers():
    entries = [row for peer in others(5) for row in (peer, entry(**told(peer), scenario="Server", value=900.0))]
    facts = facts_of([*entries, entry("odd", 1000), entry("odd", 300, "Server")])
    (finding,) = found(facts, "scenario-ratio")
    assert finding.systems == ("v1.0/closed/Acme/odd",)
    assert "Server is 0.30 of Offline" in finding.finding


def told(row: Row) -> Row:
    return {name: row[name] for name in ("platform", "submitter", "base_name")}


def test_ranks_share_ties():
    assert ranks.ranked(np.array([30.0, 20.0, 20.0, 10.0])).tolist() == [1, 2, 2, 4]


def test_a_leader_that_falls_behind_its_peers_shifts_in_rank():
    entries = [entry("leader", 3000), entry("leader", 3.5, benchmark="3d-unet-99")]
    for peer in others(9):
        entries += [peer, entry(**told(peer), value=5 + peer["value"] / 1e6, benchmark="3d-unet-99")]
    (finding,) = found(facts_of(entries), "rank-shift")
    assert finding.finding.startswith(
        "leader ranks 1 and 10 in resnet50 Offline (of 10) and 3d-unet-99 Offline (of 10)"
    )


def test_a_shift_that_the_hardware_explains_is_none():
    entries = []
    for number, row in enumerate(others(12)):
        kind = "A" if number < 6 else "B"
        value = 5.0 if kind == "A" else 9.0
        entries += [
            row | {"accelerator": kind, "value": 2000.0 + number if kind == "A" else 1000.0 + number},
            entry(**told(row), value=value + number / 1e6, benchmark="3d-unet-99", accelerator=kind),
        ]
    assert found(facts_of(entries), "rank-shift") == []


def test_more_than_proportional_scaling_and_far_below_it():
    one = {"accelerators_per_node": 1, "accelerators": 1}
    more = found(facts_of([entry("one", 100, **one), entry("eight", 1200)]), "scaling")
    less = found(facts_of([entry("one", 100, **one), entry("eight", 400)]), "scaling")
    fair = found(facts_of([entry("one", 100, **one), entry("eight", 800)]), "scaling")
    assert [finding.ratio for finding in (*more, *less)] == pytest.approx([1.5, 2.0])
    assert fair == []


def reasons(*entries: Row) -> list[str]:
    return [finding.evidence["why"] for finding in found(facts_of(list(entries)), "identical")]


def test_identical_by_a_shared_target_is_told_from_one_that_nothing_explains():
    target = {"scenario": "Server", "target_qps": 260_000.0}
    other = {"submitter": "Beta", "base_name": "thing"}
    assert reasons(entry("a", 259_993.64, **target), entry("b", 259_993.64, **target, **other)) == ["target"]
    assert reasons(entry("a", 259_993.64), entry("b", 259_993.64, **other)) == ["unexplained"]
    assert reasons(entry("a", 259_993.64), entry("b", 259_993.64)) == ["run"]
    assert reasons(entry("a", 259_993.64, "Server"), entry("b", 259_993.64, "Server", **other)) == ["rate"]


def test_few_digits_may_agree_by_chance():
    assert reasons(entry("a", 2600), entry("b", 2600, submitter="Beta")) == []
    assert [identical.digits(value) for value in (259993.64, 1200.0, 0.0315)] == [8, 2, 3]


def test_one_run_for_both_accuracy_targets_is_said_and_stays_out_of_the_default_view():
    facts = facts_of([entry("a", 259_993.64, benchmark=name) for name in ("dlrm-99", "dlrm-99.9")])
    (finding,) = found(facts, "identical")
    assert finding.evidence["why"] == "accuracy targets"
    assert [is_default for _, _, is_default in weigh.weigh([finding])] == [False]


def faults(**facts: Any) -> list[str]:
    row = pd.DataFrame([system("box", **facts)]).itertuples(index=False)
    return [fault.text for fault in described.faults(next(iter(row)))]


def test_a_sound_description_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cores_per_cpu_declared": 24}, "declares 24 cores per CPU of the AMD EPYC 7742, which has 64"),
        ({"cores_per_cpu_declared": 128}, "those of all CPUs together"),
        ({"cores_per_cpu_declared": 256}, "the threads of all CPUs together"),
        ({"cores_per_cpu_declared": 128, "cpus_per_node": 1}, "its threads"),
        ({"cores_per_cpu_declared": 0}, "declares 0 cores per CPU"),
        ({"cpus_per_node": 0}, "declares 0 host processors"),
        ({"accelerators_per_node": 16, "accelerators": 16}, "is called “Box (8x A100-SXM-80GB)” and describes 16"),
        ({"accelerators_per_node": 0, "accelerators": 0}, "names NVIDIA A100-SXM-80GB and declares 0 of them"),
        (
            {"accelerator": None, "accelerator_raw": None, "accelerator_family": None},
            "declares 8 accelerators and names none",
        ),
        (
            {"accelerator_memory_raw": "40 GB"},
            "declares 40 GB of accelerator memory for NVIDIA A100-SXM-80GB, which has 80",
        ),
        ({"accelerator_memory_raw": "640 GB"}, "that of all accelerators together"),
    ],
)
def test_what_cannot_be_so(facts: Row, said: str):
    assert any(said in text for text in faults(**facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"accelerators_per_node": 2, "nodes": 4, "accelerators": 8},
        {"mig": "1x1g.10gb", "accelerators_per_node": 1, "accelerators": 1},
        {"system_name": "Box (2x EPYC 7742)", "accelerators_per_node": 4},
        {"accelerator_memory_raw": "81559 MiB"},
        {"accelerator_memory_raw": "shared with host"},
        {"accelerator_memory_raw": None},
        {"cores_per_cpu_declared": None},
    ],
)
def test_what_may_be_so(facts: Row):
    assert faults(**facts) == []


def test_one_fault_of_several_systems_is_one_finding():
    facts = facts_of([entry("a", 1)], [system("a", cores_per_cpu_declared=24), system("b", cores_per_cpu_declared=24)])
    (finding,) = found(facts, "description")
    assert len(finding.members) == 2
    assert "(2 systems)" in finding.finding


def test_a_public_id_on_two_systems():
    ids = pd.DataFrame({"round": ["v1.0"] * 2, "public_id": ["1.0-7"] * 2})
    facts = facts_of([entry("a", 1)], [system("a"), system("b")])
    facts = replace(facts, public_ids=ids.assign(system_id=facts.systems["system_id"]))
    (finding,) = found(facts, "description")
    assert finding.finding == "The public ID 1.0-7 stands on 2 systems: a and b."


def close(latency_ms: float, **facts: Any) -> list[Finding]:
    row = {"target_latency_ns": 15e6, "latency_p99_ns": latency_ms * 1e6, **facts}
    made = facts_of([entry("a", 1000, "Server", **row)])
    return bounds.close_to_bound(made.results, made.runs)


def test_close_to_the_bound_is_a_tenth_of_a_percent_or_less():
    assert len(close(14.99)) == 1
    assert close(14.9) == []


def test_a_run_over_its_bound_at_the_99th_percentile_is_measured_at_the_97th():
    made = facts_of([entry("a", 1000, "Server", target_latency_ns=15e6, latency_p99_ns=18e6)])
    runs = made.runs.assign(latency_p97_ns=14.999e6)
    (finding,) = bounds.close_to_bound(made.results, runs)
    assert "97th percentile" in finding.finding
    assert close(18.0) == []


def test_the_default_view_leaves_out_what_another_kind_tells_better():
    facts = facts_of([*others(4), entry("quick", 1000, base_name="x"), entry("slow", 100, base_name="x")])
    weighed = {
        item.kind: is_default
        for kind in ("twins", "peer-outlier")
        for item, _, is_default in [*weigh.weigh([*found(facts, "twins"), *found(facts, "peer-outlier")])]
        if item.kind == kind
    }
    assert weighed == {"twins": True, "peer-outlier": False}


def test_preview_weighs_less_and_research_stays_out_of_the_default_view():
    def one(availability: str) -> tuple[float, bool]:
        (finding,) = twins_of(
            *(entry(name, value, availability=availability) for name, value in (("a", 200), ("b", 100)))
        )
        return weigh.score(finding), weigh.is_actionable(finding)

    assert one("available") > one("preview") > one("rdi")
    assert (one("available")[1], one("rdi")[1]) == (True, False)


def test_a_system_with_two_results_in_one_place_is_compared_in_neither():
    double = entry("one", 200)
    facts = facts_of([double, double | {"result_id": "another", "value": 900.0}, entry("other", 100)])
    assert len(facts.results) == 1


def test_numbers_and_names_as_a_reader_expects_them():
    assert [words.number(value) for value in (259993.64, 260000.0, 9.5, 0.0315, 12.0)] == [
        "259,993.64",
        "260,000",
        "9.50",
        "0.0315",
        "12",
    ]
    assert [words.count(1, "entry"), words.count(2, "entry"), words.count(3, "system")] == [
        "1 entry",
        "2 entries",
        "3 systems",
    ]
    assert words.several(["a", "b", "c", "d", "e"]) == "a, b, c and 2 others"


def test_capacities_of_any_spelling_are_one():
    assert {factors.gigabytes(text) for text in ("1 TB", "1024GB", "1048576 MB")} == {"1024 GB"}


def test_every_kind_has_one_rule_and_the_documentation_says_it_as_the_rule_does():
    text = (ROOT / "docs" / "anomalies.md").read_text("utf-8")
    assert len({rule.kind for rule in rules.RULES}) == len(rules.RULES)
    for rule in rules.RULES:
        assert rules.documented(rule) in text


def test_no_entry_submitter_or_product_is_named_in_code():
    said = [text for path in (ROOT / "lib" / "findings").rglob("*.py") for text in spoken(path.read_text("utf-8"))]
    names = path_submitters() | {"Triton", "EPYC", "Xeon", "A100", "Cloud AI"}
    assert [(name, text) for name in sorted(names) for text in said if name in text] == []


def spoken(code: str) -> list[str]:
    """All texts in a module but its docstrings."""
    tree = ast.parse(code)
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    documented = {id(node.body[0].value) for node in bodies if node.body and isinstance(node.body[0], ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]


def path_submitters() -> set[str]:
    folder = ROOT / "data" / "rounds"
    frames = [pd.read_parquet(path, columns=["submitter"]) for path in sorted(folder.glob("*/systems.parquet"))]
    return {name for frame in frames for name in frame["submitter"] if len(name) > 4}
