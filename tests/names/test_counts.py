"""How many accelerators a system has, where what it declares and what it is called differ."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from lib.names import counts
from lib.names.canonical import Names
from lib.names.counts import Count, Named, accelerators, counts_in, of_kinds, words_of
from lib.names.normalize import normalize

NAMES = Names.read(Path(__file__).resolve().parents[2] / "data" / "names")


def counted(per_node: int | None, nodes: int | None = 1, **said: Any) -> Count:
    usual: dict[str, Any] = {"system_name": None, "platform": None, "accelerator_raw": "A100", "words": ("A100",)}
    return accelerators(per_node, nodes, Named(**{**usual, **said}))


@pytest.mark.parametrize(
    ("name", "words", "wanted"),
    [
        ("1-node-4x-BMG-B60", ["B60"], [4]),
        ("9x8xMI355X_2xEPYC_9575F", ["MI355X"], [72]),
        ("16xMI300X_4xXeon_8460Y", ["MI300X"], [16]),
        ("SR_(2x NVIDIA RTX PRO 6000)", ["6000"], [2]),
        ("HPE_H200_NVL_141GBX10", ["H200"], [10]),
        ("GB200-NVL72_GB200-186GB_aarch64x72_TRT", ["GB200"], [72]),
        ("A100-PCIex8_TRT", ["A100"], [8]),
        ("A100-PCIe-x16 slot", ["A100"], []),
        ("CDI (8x H100NVL)", ["H100"], [8]),
        ("Cloud of 512 GPUs", [], [512]),
        ("r282_z93_q5e-qaic-v1", [], [5]),
        ("maker-triple-Accel", ["Accel"], [3]),
        ("tpu-v3.8x4", [], [32]),
        ("tpu-v6e-4", [], [4]),
        ("nvidia_orin_max15-gpu", ["Orin"], []),
        ("Inferentia_INF1_6XLARGEx1", ["Inferentia"], []),
        ("g4dn.12xlarge", ["T4"], []),
        ("m7g.2xlarge", ["T4"], []),
        ("2x Intel Xeon A100", ["A100"], []),
        ("MIG-7x1g.10gb A100", ["A100"], []),
        ("A100-SXM-80GB-MIG_56x1g.10gb", ["A100"], []),
        ("GTX 1080", ["1080"], []),
        ("Adreno 650 GPU", ["650"], []),
    ],
)
def test_what_a_name_says_of_accelerators(name: str, words: list[str], wanted: list[int]):
    assert counts_in(name, words) == wanted


def test_a_family_and_its_names_are_the_words():
    assert words_of("H100", "NVIDIA H100-SXM-80GB", "H100 SXM5 80GB HBM3") == ("H100",)
    assert "QAIC" in words_of("Cloud AI 100", "Qualcomm Cloud AI 100 Ultra")
    assert words_of(None, "") == ()


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("MI355X (x87)", [87]),
        ("A (x2x8) and B (x2x8)", [16, 16]),
        ("A (32x), B (x16)", [32, 16]),
        ("GH200 (96)", []),
        ("A100 (1x1g.5gb MIG)", []),
        (None, []),
    ],
)
def test_the_counts_of_an_accelerator_s_own_name(raw: str | None, wanted: list[int]):
    assert of_kinds(raw) == wanted


def test_a_declared_number_that_nothing_contradicts_counts():
    assert (counted(8, 4).value, counted(8, 4).source) == (32, counts.DECLARED)
    assert counted(8, system_name="Box (8x A100)").source == counts.DECLARED_AND_NAMED
    assert counted(4, 18, system_name="Rack (72x A100)").source == counts.DECLARED_AND_NAMED
    assert counted(0, accelerator_raw=None, words=()).value == 0
    assert (counted(None).value, counted(8, None).value) == (None, None)


def test_one_name_that_agrees_is_enough():
    assert counted(8, 2, system_name="Box (8x A100)", platform="A100x16").value == 16
    assert counted(8, system_name="Box (8x A100)", platform="A100x4").value == 8


def test_of_several_kinds_the_sum_is_what_a_name_says():
    assert counted(8, 2, platform="A100x12_A30x4", words=("A100", "A30")).source == counts.DECLARED_AND_NAMED


def test_two_names_against_the_declared_number_are_believed():
    found = counted(1, system_name="Box (8x A100)", platform="Box_A100x8")
    assert (found.value, found.declared, found.is_doubted) == (8, 1, True)
    assert counted(1, system_name="Box (8x A100)", total=8).value == 8


def test_one_name_or_two_that_differ_leave_it_unknown():
    assert counted(1, system_name="Box (8x A100)").value is None
    assert counted(1, system_name="Box (8x A100)", platform="Box_A100x4").value is None


def test_of_several_nodes_a_name_may_count_one_node_so_only_a_total_decides():
    said: dict[str, Any] = {"system_name": "Box (6x A100)", "platform": "A100x6"}
    assert counted(8, 2, **said).value is None
    assert counted(8, 2, **said, total=6).value == 6


def test_the_accelerator_s_own_name_says_how_many_where_no_name_says_else():
    assert counted(8, 11, platform="87xA100", accelerator_raw="A100 (x87)").value == 87
    assert counted(8, 11, accelerator_raw="A100 (x87)").value == 87
    assert counted(8, 1, accelerator_raw="A100 (x4)", platform="A100x6").value is None
    assert counted(8, 1, accelerator_raw="A100 (x4)", platform="A100x8").value == 8
    assert counted(8, 4, accelerator_raw="A100 (x8)").value == 32


def test_the_kinds_count_before_the_declared_number():
    found = counted(8, 12, kinds=(94,))
    assert (found.value, found.source) == (94, "the accelerator's name; 96 declared")
    assert counted(None, 6, kinds=(16, 16)).value == 32
    assert not counted(8, 2, kinds=(8, 8)).is_doubted
    assert counted(8, 2, kinds=(8, None)).value == 16


def test_the_kinds_may_be_those_of_one_node():
    assert counted(8, 4, kinds=(4, 4)).value == 32
    found, kinds = facts(
        accelerator_raw="1 Node: NVIDIA A100-SXM-80GBx8, 2 Nodes: NVIDIA A30x4", accelerators_per_node=16
    )
    assert (found["accelerators"], kinds) == (176, [88, 88])


MIXED = "NVIDIA A100-SXM-80GB (x4) and NVIDIA A30 (x4)"


@pytest.mark.parametrize("raw", [MIXED, "NVIDIA T4", "NVIDIA T4 (x8)", "Acme X1 (x4) and Acme X2 (x4)"])
def test_of_no_nodes_the_total_is_unknown(raw: str):
    found, kinds = facts(accelerator_raw=raw, accelerators_per_node=8, nodes=0)
    assert (found["accelerators"], found["accelerators_declared"]) == (None, None)
    assert found["accelerators_source"] == "unknown: 0 nodes are declared"
    assert set(kinds) == {None}


def test_what_one_node_has_of_nodes_that_nobody_counted_is_unknown():
    found, kinds = facts(accelerator_raw=MIXED, accelerators_per_node=8, nodes=None)
    assert (found["accelerators"], found["accelerators_source"]) == (None, "unknown: no nodes declared")
    assert set(kinds) == {None}
    assert facts(accelerator_raw=None, accelerators_per_node=0, nodes=0)[0]["accelerators"] is None


def test_another_number_of_nodes_in_a_name_leaves_the_total_unknown():
    found, kinds = facts(
        accelerator_raw="Intel Arc Pro B60", platform="1-node-8x-BMG-B60", system_name="1-node-8x-BMG-B60", nodes=2
    )
    assert (found["accelerators"], found["accelerators_declared"], set(kinds)) == (None, 16, {None})
    assert found["accelerators_source"] == "unknown: 2 nodes are declared, and a name says 1"
    assert counted(8, 1, platform="2-node-8xA100").value is None
    assert counted(8, 2, platform="1-node-8xA100", kinds=(4, 4)).value is None


def test_a_total_that_a_name_says_does_not_hang_on_its_nodes():
    assert counted(8, 2, platform="1-node-16xA100").value == 16
    assert counted(4, 2, platform="2-node-8xA100").value == 8
    assert counted(0, 2, platform="1-node-2S", accelerator_raw=None, words=()).value == 0


def test_a_total_that_says_the_declared_figure_again_outvotes_no_name():
    wrong = counted(4, 1, system_name="Box (8x A100)", platform="A100x8", total=4)
    assert (wrong.value, wrong.source) == (8, "two of its names agree; 4 declared")
    assert counted(4, 1, system_name="plain", total=4).source == "declared"


def test_two_names_that_say_what_a_node_is_declared_to_have_leave_the_total_unknown():
    rack = counted(72, 18, system_name="Rack (72x A100)", platform="A100x72")
    assert (rack.value, rack.declared, rack.said) == (None, 1296, 72)
    assert rack.source == "unknown: two of its names say 72; 1296 declared"
    assert counted(8, 2, system_name="Rack (8x A100)", total=8).value is None
    assert counted(8, 2, system_name="Rack (8x A100)", platform="A100x8", total=16).value == 16
    assert counted(8, 2, system_name="Rack (8x A100)").value == 16


def test_a_named_accelerator_of_which_none_is_declared_is_unknown():
    assert (counted(0).value, counted(0).is_doubted) == (None, True)


@pytest.mark.parametrize("form", ["integrated", "module"])
def test_what_runs_a_system_of_its_own_is_alone_in_its_node(form: str):
    assert counted(3, form=form).value is None
    assert counted(1, 4, form=form).value == 4
    assert counted(2, form=form, system_name="Carrier (2x A100)").value == 2


@pytest.mark.parametrize(
    ("per_node", "mig", "platform", "wanted"),
    [
        (8, "7x1g.10gb", "A100-SXM-80GB-MIG_56x1g.10gb_TRT", 8),
        (4, "7x1g.10gb", "A100-SXM-80GB-MIG_56x1g.10gb_TRT", 8),
        (8, "1x1g.10gb", "A100-SXM-80GB-MIG_1x1g.10gb_TRT", 1),
        (8, "1x1g.10gb", "A100-SXM-80GB-MIG_8x1g.10gb_TRT", 8),
        (4, "1x1g.10gb", "Box_1xMIG", 1),
        (4, "1x1g.10gb", "Box_MIG_1g_10gb", None),
        (1, "1x1g.10gb", "Box", 1),
        (4, "7x1g.10gb", "Box", 4),
        (8, "7x1g.10gb", "A100-MIG_10x1g.10gb", None),
    ],
)
def test_the_gpus_of_slices(per_node: int, mig: str, platform: str, wanted: int | None):
    named = "Box (8x A100-SXM-80GB-MIG-1x1g.10gb)" if (per_node, mig) == (8, "1x1g.10gb") else None
    assert counted(per_node, platform=platform, mig=mig, system_name=named).value == wanted


def test_slices_are_read_from_the_words_where_no_table_knows_the_name():
    assert counted(4, accelerator_raw="NVIDIA X100 (1x2g.20gb MIG)", words=("X100",)).value is None


def system(**facts: Any) -> dict[str, Any]:
    return {
        "system_id": "v9/closed/Acme/box",
        "submitter": "Acme",
        "platform": "box",
        "system_name": "Box",
        "accelerator_raw": "AMD Instinct MI355X 288GB HBM3e (x87)",
        "accelerator_memory_raw": None,
        "accelerators_per_node": 8,
        "nodes": 11,
        "cpu_raw": "AMD EPYC 9575F",
        "cpus_per_node": 2,
        "cores_per_cpu_declared": 64,
        "framework": None,
        "software_stack": None,
        **facts,
    }


def facts(**changed: Any) -> tuple[dict[str, Any], list[int | None]]:
    found, kinds, _ = normalize(system(**changed), {}, NAMES)
    return found, [kind["count"] for kind in kinds]


def test_the_system_and_its_kinds_never_differ():
    found, kinds = facts()
    assert (found["accelerators"], found["accelerators_declared"], kinds) == (87, 88, [87])
    found, kinds = facts(accelerator_raw="NVIDIA T4", nodes=1, accelerators_per_node=4)
    assert (found["accelerators"], kinds) == (4, [4])
    found, kinds = facts(accelerator_raw="NVIDIA T4", nodes=1, system_name="Box (8x T4)")
    assert (found["accelerators"], kinds) == (8, [8])
    found, kinds = facts(accelerator_raw="NVIDIA T4", nodes=1, system_name="Box (4x T4)")
    assert (found["accelerators"], found["accelerators_declared"], kinds) == (None, 8, [None])


def test_a_name_as_long_as_a_book_takes_no_time():
    started = time.process_time()
    for text in ("8x" * 500_000, "A100-" + "a" * 1_000_000, "(x8" * 300_000, "8x " + "a " * 500_000, "q1_" * 300_000):
        counts_in(text, ["A100"])
        of_kinds(text)
        words_of(text)
        counted(8, system_name=text, platform=text, accelerator_raw=text, mig=text)
    assert time.process_time() - started < 1
