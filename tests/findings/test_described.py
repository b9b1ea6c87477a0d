"""Descriptions that cannot be so, and public IDs that stand on several systems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from lib.findings import findings
from lib.findings.case import Case
from lib.findings.detectors import described, public_ids
from lib.findings.finding import Finding, Role
from lib.findings.miscounts import Fault
from lib.findings.pairs import pairs
from lib.names.counts import counts_in
from lib.names.slices import most_slices
from tests.findings.entries import Row, entry, facts_of, system


def rows(*systems: Row) -> pd.DataFrame:
    return facts_of([entry("a", 1)], list(systems)).systems


def texts(**facts: Any) -> list[str]:
    return [fault.text for fault in faults(**facts)]


def faults(**facts: Any) -> list[Fault]:
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
    ({"cpus_per_node": None, "cpus_per_node_declared": 0}, "declares 0 host processors"),
    ({"accelerators_per_node": 16, "accelerators": 16}, "is called “Box (8x A100-SXM-80GB)” and describes 16"),
    ({"platform": "box_A100x4", "system_name": None}, "is called “box_A100x4” and describes 8 accelerators per node"),
    (
        {"accelerators_per_node": 4, "nodes": 4, "accelerators": 16},
        "is called “Box (8x A100-SXM-80GB)” and describes 4 accelerators per node in 4 nodes",
    ),
    ({"accelerator_family": None, "accelerators_per_node": 4}, "is called “Box (8x A100-SXM-80GB)” and describes 4"),
    (
        {"mig": "7x1g.10gb", "accelerators_per_node": 4, "system_name": None, "platform": "A100-MIG_56x1g.10gb"},
        "describes 4 accelerators per node: the MIG slices in the platform's name (56)",
    ),
    (
        {"mig": "1x1g.10gb"},
        "describes 8 accelerators per node: one MIG slice of one accelerator or of each of 8",
    ),
    (
        {"accelerators": 87, "accelerators_source": "the accelerator's name; 88 declared", "nodes": 11},
        "describes 8 accelerators per node in 11 nodes, credible is 87 in all: the accelerator's name",
    ),
    (
        {"accelerator_form": "module", "system_name": "Kit", "accelerators_per_node": 3},
        "describes 3 accelerators per node: a node has one accelerator of this form",
    ),
    (
        {"cpus_per_node_declared": 8, "cpus_source": "the name; 8 declared"},
        "declares 8 host processors per node (AMD EPYC 7742), credible is 2: the name",
    ),
    (
        {
            "cpus_per_node": None,
            "cpus_per_node_declared": 8,
            "cpus_source": "unknown: no machine takes more than 2 of them; 8 declared",
        },
        "declares 8 host processors per node (AMD EPYC 7742), which cannot be: no machine takes more than 2 of them",
    ),
    ({"nodes": 2, "platform": "1-node-2S", "accelerators": 16}, "is called one of 1 node and declares 2 nodes"),
    (
        {"nodes": 2, "platform": "box_A100x8", "accelerators": None, "accelerators_declared": 16},
        "is called “Box (8x A100-SXM-80GB)” and describes 8 accelerators per node in 2 nodes",
    ),
    ({"nodes": 0, "accelerators": None}, "declares 0 nodes"),
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
        {"mig": "7x1g.10gb", "accelerator_memory_raw": "10 GB"},
        {"system_name": "Box (2x EPYC 7742)", "accelerators_per_node": 4},
        {"system_name": "Box (4x A100, 4x A100)"},
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
    assert counts_in(name, [family]) == wanted


def test_clusters_of_cores_as_processors_are_a_habit():
    said = {"cpus_per_node": 1, "cpus_per_node_declared": 3, "cpus_source": "by its maker; 3 declared"}
    found = {**said, "cores_per_cpu": 12, "cores_per_cpu_declared": None}
    row = {**system("a", **found), "cores_source": "declared only, in clusters"}
    assert described.descriptions(rows(row))[0].is_minor


def sliced(**facts: Any) -> list[Finding]:
    """The findings about an entry of slices, beside two of one whole GPU that do 700 a second."""
    mig = {"mig": "7x1g.10gb", "accelerators_per_node": 4, "accelerators": 4}
    sold = {name: value for name, value in facts.items() if name != "platform"}
    entries = [entry("w", 700, accelerators=1), entry("x", 1400, accelerators=2), entry("m", **{**mig, **sold})]
    told = ("mig", "accelerators", "accelerators_per_node")
    described_so = {name: facts[name] for name in told if name in facts}
    bare = {"system_name": "Box", "cores_per_cpu_declared": 64}
    called = {"platform": facts.get("platform", "m")}
    systems = [system("w"), {**system("m", **{**mig, **bare, **described_so}), **called}]
    return described.detect(Case(found := facts_of(entries, systems), pairs(found)))


def test_results_of_the_size_of_one_gpu_are_none_of_four():
    (finding,) = sliced(value=720)
    assert "its results are those of 1.03 whole ones instead of 4.00" in finding.finding
    assert finding.evidence.known[-1].startswith("Its Offline results are 1.03 of those of one whole NVIDIA A100")
    assert finding.ratio == 1


def test_a_count_that_its_name_and_its_size_contradict_is_one_finding():
    (finding,) = sliced(value=720, platform="A100-SXM-80GB-MIG_56x1g.10gb")
    assert "the MIG slices in the platform's name (56)" in finding.finding
    assert finding.evidence.known[-1].startswith("Its Offline results are 1.03")


def test_results_of_the_size_that_was_declared_are_no_fault():
    assert sliced(value=2600) == []
    assert sliced(value=95, mig="1x1g.10gb", accelerators=1, accelerators_per_node=1) == []


def test_where_one_slice_ran_of_a_machine_of_four_its_size_is_told():
    (finding,) = sliced(value=95, mig="1x1g.10gb", accelerators=None)
    assert finding.evidence.known[-1] == (
        "Its Offline results are 0.14 of those of one whole NVIDIA A100-SXM-80GB in v1.0 (1 result); one slice of 7 is "
        "0.14."
    )


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("NVIDIA A30", 4),
        ("NVIDIA RTX PRO 6000 Blackwell Server Edition", 4),
        ("NVIDIA RTX PRO 4500 Blackwell", 2),
        ("NVIDIA Jetson AGX Thor 128GB", 2),
        ("NVIDIA GB200", 7),
        ("NVIDIA H200-NVL-141GB", 7),
        ("NVIDIA RTX A6000", None),
        ("NVIDIA A3000", None),
        ("Acme X1", None),
        (None, None),
    ],
)
def test_how_many_slices_a_gpu_has(name: str | None, most: int | None):
    assert most_slices(name) == most


def sized(accelerator: str, mig: str = "1x1g.24gb", share: float = 0.1) -> tuple[str, Fault | None]:
    (row,) = pd.DataFrame([system("box", accelerator=accelerator, mig=mig, accelerators=1)]).itertuples(index=False)
    found = {row.system_id: (share, 1)}
    return str(described.said_by_size(row, found)), described.wrong_size(row, found)


def test_the_size_of_a_slice_is_that_of_its_model():
    said, fault = sized("NVIDIA RTX PRO 6000 Blackwell Server Edition")
    assert said.endswith("one slice of 4 is 0.25.")
    assert fault is not None
    assert fault.text.endswith("those of 0.10 whole ones instead of 0.25")
    assert sized("NVIDIA H200-SXM-141GB", "1x1g.18gb")[1] is None


def test_of_a_model_whose_slices_nobody_knows_nothing_is_expected():
    said, fault = sized("Acme X1", share=0.01)
    assert said.endswith("(1 result).")
    assert fault is None


def test_a_count_of_nodes_that_a_name_contradicts_is_one_finding():
    wrong = {"nodes": 2, "platform": "1-node-8x-A100", "system_name": None, "accelerators": None}
    source = "unknown: 2 nodes are declared, and a name says 1"
    assert [fault.what for fault in faults(**wrong, accelerators_source=source)] == ["nodes"]


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
