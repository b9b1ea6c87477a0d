"""Descriptions that cannot be so, and public IDs that stand on several systems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from lib.findings import findings
from lib.findings.detectors import described, public_ids
from lib.findings.finding import Finding, Role
from lib.findings.pairs import pairs
from tests.findings.entries import Row, entry, facts_of, system


def rows(*systems: Row) -> pd.DataFrame:
    return facts_of([entry("a", 1)], list(systems)).systems


def texts(**facts: Any) -> list[str]:
    return [fault.text for fault in faults(**facts)]


def faults(**facts: Any) -> list[described.Fault]:
    row = pd.DataFrame([system(**{"platform": "box", **facts})]).itertuples(index=False)
    return list(described.faults(next(iter(row))))


def test_a_sound_description_has_no_fault():
    assert faults() == []


WRONG = [
    ({"cores_per_cpu_declared": 24}, "declares 24 cores per CPU of the AMD EPYC 7742, which has 64"),
    ({"cores_per_cpu_declared": 128}, "those of all CPUs together"),
    ({"cores_per_cpu_declared": 256}, "the threads of all CPUs together"),
    ({"cores_per_cpu_declared": 128, "cpus_per_node": 1}, "its threads"),
    ({"cores_per_cpu_declared": 0}, "declares 0 cores per CPU"),
    ({"cpus_per_node": 0}, "declares 0 host processors"),
    ({"accelerators_per_node": 16, "accelerators": 16}, "is called “Box (8x A100-SXM-80GB)” and describes 16"),
    ({"platform": "box_A100x4", "system_name": None}, "is called “box_A100x4” and describes 8 accelerators per node"),
    (
        {"accelerators_per_node": 4, "nodes": 4, "accelerators": 16},
        "is called “Box (8x A100-SXM-80GB)” and describes 4 accelerators per node in 4 nodes",
    ),
    ({"accelerators_per_node": 0, "accelerators": 0}, "names NVIDIA A100-SXM-80GB and declares 0 of them"),
    (
        {"accelerator": None, "accelerator_raw": None, "accelerator_family": None},
        "declares 8 accelerators and names none",
    ),
    (
        {"accelerator_memory_raw": "40 GB"},
        "declares 40 GB of accelerator memory for NVIDIA A100-SXM-80GB, which has 80",
    ),
    ({"accelerator_memory_raw": "63 GB"}, "declares 63 GB of accelerator memory"),
    ({"accelerator_memory_raw": "640 GB"}, "that of all accelerators together"),
]


@pytest.mark.parametrize(("facts", "said"), WRONG)
def test_what_cannot_be_so(facts: Row, said: str):
    assert any(said in text for text in texts(**facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"accelerators_per_node": 2, "nodes": 4, "accelerators": 8},
        {"accelerators_per_node": None, "accelerators": None},
        {"mig": "1x1g.10gb", "accelerators_per_node": 1, "accelerators": 1},
        {"mig": "1x1g.10gb", "accelerator_memory_raw": "10 GB"},
        {"system_name": "Box (2x EPYC 7742)", "accelerators_per_node": 4},
        {"system_name": "Box (4x A100, 4x A100)"},
        {"accelerator_family": None, "accelerators_per_node": 4},
        {"accelerator_memory_raw": "81559 MiB"},
        {"accelerator_memory_raw": "65 GB"},
        {"accelerator_memory_raw": "shared with host"},
        {"accelerator_memory_raw": None},
        {"accelerator_memory_gb": None, "accelerator_memory_raw": "40 GB"},
        {"cores_per_cpu_declared": None},
        {"cpus_per_node": None},
        {"accelerator": None, "accelerator_raw": "something new", "accelerator_family": None},
        {"accelerator": None, "accelerator_raw": None, "accelerators_per_node": 0, "accelerator_family": None},
    ],
)
def test_what_may_be_so(facts: Row):
    assert texts(**facts) == []


@pytest.mark.parametrize(
    ("facts", "is_habit"),
    [
        ({"cores_per_cpu_declared": 24}, False),
        ({"cores_per_cpu_declared": 128}, True),
        ({"cores_per_cpu_declared": 256}, True),
        ({"cores_per_cpu_declared": 128, "cpus_per_node": 1}, True),
        ({"accelerator_memory_raw": "40 GB"}, False),
        ({"accelerator_memory_raw": "640 GB"}, True),
    ],
)
def test_a_way_of_counting_is_a_habit_and_makes_a_finding_minor(facts: Row, is_habit: bool):
    assert [fault.is_habit for fault in faults(**facts)] == [is_habit]
    assert [finding.is_minor for finding in described.descriptions(rows(system("a", **facts)))] == [is_habit]


@pytest.mark.parametrize(
    ("name", "family", "wanted"),
    [
        ("DGX-A100 (8x A100-SXM-80GB, TensorRT)", "A100", [8]),
        ("XE8545_A100-SXM4-40GBx4", "A100", [4]),
        ("Box (8x NVIDIA A100)", "A100", [8]),
        ("2x EPYC, 8xT4", "T4", [8]),
        ("8x A100x", "A100", []),
        ("v1.8x A100", "A100", []),
        ("0x A100", "A100", []),
        ("Box", "A100", []),
    ],
)
def test_a_number_is_the_accelerators_where_it_stands_beside_their_name(name: str, family: str, wanted: list[int]):
    assert described.counts_in(name, family) == wanted


def one(*systems: Row) -> Finding:
    (finding,) = described.descriptions(rows(*systems))
    return finding


def test_one_fault_of_several_systems_is_one_finding():
    finding = one(system("a", cores_per_cpu_declared=24), system("b", cores_per_cpu_declared=24))
    assert [role for _, role in finding.members] == [Role.DESCRIBED_SO] * 2
    assert "(2 systems)" in finding.finding


@pytest.mark.parametrize("unlike", [{"round": "v1.1"}, {"submitter": "Beta"}, {"division": "network"}])
def test_the_same_fault_of_another_round_or_submitter_is_another_finding(unlike: Row):
    wrong = {"cores_per_cpu_declared": 24}
    assert len(described.descriptions(rows(system("a", **wrong), system("b", **wrong, **unlike)))) == 2


def test_the_sentence_the_evidence_and_the_ratio():
    finding = one(system("a", cores_per_cpu_declared=32))
    assert finding.finding == (
        "Acme, Box (8x A100-SXM-80GB): declares 32 cores per CPU of the AMD EPYC 7742, which has 64."
    )
    assert finding.ratio == 2
    (difference,) = finding.evidence.differences
    assert (difference.source, difference.field, difference.first, difference.second) == (
        "description",
        "cores",
        "32",
        "64",
    )
    assert finding.evidence.known == ("Declared: 32. By the model: 64.",)


def test_a_fault_without_two_numbers_has_no_ratio():
    assert one(system("a", cores_per_cpu_declared=0)).ratio == 1
    finding = one(system("a", accelerator=None, accelerator_raw=None, accelerator_family=None))
    assert (finding.ratio, finding.evidence.differences[0].second) == (1, None)


def test_the_best_standing_of_the_systems_counts_and_the_open_division_is_checked_too():
    wrong = {"cores_per_cpu_declared": 24}
    assert one(system("a", **wrong, division="open")).standing == pytest.approx(0.3)
    both = one(system("a", **wrong, availability="rdi"), system("b", **wrong))
    assert both.standing == 1


def shared(*ids: tuple[str, str, str]) -> list[Finding]:
    systems = rows(system("a"), system("b"), system("c"))
    named = pd.DataFrame(
        [(name, label, f"v1.0/closed/Acme/{platform}") for name, label, platform in ids],
        columns=["round", "public_id", "system_id"],
    )
    return public_ids.shared_ids(systems, named)


def test_a_public_id_on_two_systems():
    (finding,) = shared(("v1.0", "1.0-7", "a"), ("v1.0", "1.0-7", "b"), ("v1.0", "1.0-8", "c"))
    assert finding.finding == "The public ID 1.0-7 stands on 2 systems: a and b."
    assert finding.key == "description/public ID/v1.0/1.0-7"
    assert finding.ratio == 2
    assert [system.rsplit("/", 1)[1] for system in finding.systems] == ["a", "b"]


def test_an_id_of_one_system_or_of_two_rounds_is_fine():
    assert shared(("v1.0", "1.0-7", "a"), ("v1.0", "1.0-7", "a"), ("v1.1", "1.0-7", "b")) == []


def test_both_detectors_are_of_the_kind_description():
    facts = facts_of([entry("a", 1)], [system("a", cores_per_cpu_declared=24), system("b")])
    ids = pd.DataFrame({"round": ["v1.0"] * 2, "public_id": ["1.0-7"] * 2})
    facts = replace(facts, public_ids=ids.assign(system_id=facts.systems["system_id"]))
    told = [item.title.split(":")[0] for item in findings(facts, pairs(facts)) if item.kind == "description"]
    assert told == ["cores", "public ID 1.0-7"]
