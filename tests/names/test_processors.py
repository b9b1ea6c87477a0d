"""Host processors and cores: a maker's limits and a system's names against what is declared."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from lib.data_folder import InputError
from lib.names.canonical import Cpu, Names
from lib.names.families import Families, Limit
from lib.names.processors import Processors, cpus_in, is_instance, nodes_in, processors

NAMES = Names.read(Path(__file__).resolve().parents[2] / "data" / "names")
EPYC = Cpu("AMD EPYC 9575F", "AMD", "EPYC 9005", 64)


def found(declared: int | None, cores: int | None = 64, cpu: Cpu | None = EPYC, **facts: Any) -> Processors:
    system = {
        "system_name": "Box",
        "platform": "box",
        "cpu_raw": cpu.name if cpu else None,
        "nodes": 1,
        "cpus_per_node": declared,
        "cores_per_cpu_declared": cores,
        **facts,
    }
    return processors(system, cpu, NAMES.families.limit(cpu.name) if cpu else Limit())


def test_a_number_within_the_limit_that_nothing_contradicts_counts():
    assert (found(2).per_node, found(2).source) == (2, "declared")
    assert found(1).per_node == 1
    assert found(None).per_node is None
    assert found(2, platform="8xMI355X_2xEPYC_9575F").source == "declared, and the name says so"


def test_the_number_of_gpus_is_none_of_processors():
    assert (found(8).per_node, found(8).source) == (None, "unknown: no machine takes more than 2 of them; 8 declared")
    assert (found(8, platform="8xMI355X_2xEPYC_9575F").per_node, found(8, platform="a_2xEPYC").cores) == (2, 64)
    assert found(8, cpu_raw="2xAMD EPYC 9575F").per_node == 2


def test_a_name_may_count_the_processors_of_all_nodes():
    assert found(8, nodes=11, platform="87xMI355X_22xEPYC_9575F").per_node == 2
    assert found(2, nodes=2, platform="16xMI300X_4xEPYC_9575F").source == "declared, and the name says so"


def test_the_processors_of_all_nodes_are_shared_among_them():
    assert (found(8, nodes=4).per_node, found(9, nodes=4).per_node) == (2, None)


@pytest.mark.parametrize(("declared", "cores", "wanted"), [(64, 2, 2), (64, 1, 1), (64, 64, None), (128, 2, None)])
def test_sockets_and_cores_swapped(declared: int, cores: int, wanted: int | None):
    assert (found(declared, cores).per_node, found(declared, cores).cores) == (wanted, 64)


def test_swapped_within_the_limit_of_a_large_machine():
    small = Cpu("Intel Xeon Platinum 8256", "Intel", None, 4)
    assert found(4, 2, small).per_node == 2
    assert found(4, 4, small).per_node == 4


def test_names_against_a_number_within_the_limit():
    assert found(1, platform="box_2xEPYC").per_node is None
    assert found(1, platform="box_2xEPYC", cpu_raw="2x AMD EPYC 9575F").per_node == 2
    assert found(2, platform="8xA_2xEPYC_9534_8xB_2xEPYC_9655").per_node == 2


def test_a_name_s_nodes_contradict_no_number_that_is_not_declared():
    assert (found(2, nodes=None, platform="2-node-2S").per_node, found(2, nodes=0, platform="2-node-2S").per_node) == (
        2,
        2,
    )


def test_another_number_of_nodes_in_the_name_leaves_it_unknown():
    assert found(2, nodes=2, platform="1-node-2S-SPR").per_node is None
    assert found(2, nodes=1, platform="1-node-2S-SPR").per_node == 2


def test_clusters_of_cores_are_no_processors_and_keep_their_cores():
    orin = Cpu("Arm Cortex-A78AE", "Arm", "Cortex-A", None)
    assert (found(3, 4, orin).per_node, found(3, 4, orin).cores) == (1, 12)
    assert (found(1, 12, orin).per_node, found(1, 12, orin).cores) == (1, 12)


@pytest.mark.parametrize(
    ("name", "cores"),
    [("AMD EPYC 7402P", 24), ("AMD EPYC 9555P", 64), ("AMD EPYC 8535P", 84), ("Intel Xeon W-3175X", 28)],
)
def test_cores_that_no_table_has_are_no_clusters_where_the_chip_has_none(name: str, cores: int):
    two = found(2, cores, Cpu(name, None, None, None))
    assert (two.per_node, two.cores, two.cores_source) == (1, cores, "declared only")


def test_more_cores_than_any_processor_has_are_unknown():
    absurd = found(999_999_999, 999_999_999, Cpu("Rockchip RK9999", "Rockchip", None, None))
    assert (absurd.cores, absurd.cores_source) == (None, "unknown; no processor has more than 1024")
    assert found(2, 1025, Cpu("Acme One", None, None, None, is_known=False)).cores is None
    assert found(2, 1024, Cpu("Acme One", None, None, None, is_known=False)).cores == 1024


def test_as_many_as_the_newest_of_a_family_has_are_no_slip():
    assert found(1, 192, Cpu("AWS Graviton5", "AWS", "Graviton", None)).cores == 192
    assert found(4, 96, Cpu("AMD EPYC 9V64H", "AMD", None, None)).per_node == 4
    assert found(2, 256, Cpu("AMD EPYC 9996", "AMD", None, None)).cores == 256


def test_more_cores_than_any_of_its_family_has_are_unknown():
    assert found(2, 208, Cpu("Intel Xeon Platinum 8481C", "Intel", None, None)).cores is None
    assert found(2, 48, Cpu("Intel Xeon Platinum 8481C", "Intel", None, None)).cores == 48


def test_the_cores_of_one_of_several_kinds_are_unknown():
    assert found(2, 64, Cpu("AMD EPYC 9575F + AMD EPYC 9654", "AMD", None, None)).cores is None


def test_a_virtual_machine_s_cores_are_unknown_unless_they_are_the_maker_s():
    assert (found(1, 24, platform="NC24ads_A100_v4").cores, found(2, 64, platform="ND_A100_v4").cores) == (None, 64)
    assert found(1, 8, None, system_name="AWS cloud instance m7g.2xlarge").cores is None


def test_a_processor_that_nobody_knows_has_a_limit_all_the_same():
    unknown = Cpu("Acme One", None, None, None, is_known=False)
    assert (found(32, 8, unknown).per_node, found(33, 8, unknown).per_node, found(0, 8, unknown).per_node) == (
        32,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("name", "sockets", "cores"),
    [
        ("AMD EPYC 7742", 2, 64),
        ("AMD EPYC 7313P", 1, 64),
        ("AMD EPYC 9655P", 1, 192),
        ("AMD EPYC 8434P", 1, 84),
        ("AMD EPYC 8535P", 1, 84),
        ("AMD EPYC 9V64H", 4, 96),
        ("AMD EPYC 9996", 4, 256),
        ("AMD EPYC 4565P", 1, 16),
        ("2xAMD EPYC 9995F 96-Core Processor", 2, 192),
        ("EPYC 9375F", 2, 192),
        ("Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz", 8, 40),
        ("Intel Xeon Platinum 8592+", 2, 64),
        ("Intel(R) Xeon(R) 6788P", 8, 86),
        ("Intel(R) Xeon(R) 6972P", 2, 128),
        ("Intel Xeon 698X", 1, 86),
        ("Intel Xeon Gold 6312U", 1, 48),
        ("Intel Xeon E5-2630 v4", 2, 22),
        ("Intel Core i9-13900K", 1, 24),
        ("AMD Ryzen AI Max+ 395", 1, None),
        ("NVIDIA Grace CPU (Arm Neoverse-V2)", 4, 72),
        ("NVIDIA Vera", None, 88),
        ("AWS Graviton3", 2, 96),
        ("AWS Graviton5", None, 192),
        ("Qualcomm Snapdragon X2 Elite Extreme", 1, 18),
        ("NVIDIA GB10", 1, 20),
        ("Acme One", None, None),
    ],
)
def test_the_limits_of_a_name(name: str, sockets: int | None, cores: int | None):
    limit = NAMES.families.limit(name)
    assert (limit.sockets, limit.cores) == (sockets, cores)


def test_every_known_processor_is_within_its_family_s_cores():
    beyond = [
        cpu.name
        for cpu in NAMES.cpus.values()
        if cpu.cores and (most := NAMES.families.limit(cpu.name).cores) and cpu.cores > most
    ]
    assert beyond == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("AMD EPYC*,two,64,AMD", "expected sockets to be a whole number, not 'two'"),
        ("AMD EPYC*,0,64,AMD", "expected sockets to be a whole number, not '0'"),
        ("AMD EPYC*,2,64,", "expected a source of the limits"),
    ],
)
def test_a_table_of_limits_that_cannot_be_read(tmp_path: Path, line: str, said: str):
    (tmp_path / "cpu_families.csv").write_text(f"name,sockets,cores,source\n{line}\n")
    with pytest.raises(InputError, match=said):
        Families.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("2x AMD EPYC 7773X", [2]),
        ("16xMI300X_4xXeon_8460Y", [4]),
        ("R750 ICX-6330(2S 28C)", [2]),
        ("CLX-8255C-4S", [4]),
        ("Supermicro AS-1114S-WTRT", []),
        ("8xL40S-PCIe", []),
        (None, []),
    ],
)
def test_what_a_name_says_of_processors(name: str | None, wanted: list[int]):
    assert cpus_in(name) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("g4dn.12xlarge", True),
        ("a1.metal", False),
        ("gcp-n2-standard-80", True),
        ("gx3-48x240x2l40s", True),
        ("VM.GPU.A10.1", True),
        ("BM.GPU.A10.4", False),
        ("A100-SXM-80GBx8_TRT", False),
        ("ND96amsr_A100_v4_TRT", True),
        ("NV36ads_A10_v5", True),
        ("ND_H100_v5_TRT", True),
        ("NDisr_GB300_v6", True),
        ("ND-H200-v5", True),
        ("NVads_V710_v5", True),
        ("nvidia_h100_v2", False),
        ("nvidia_dgx_h100_v2", False),
        ("H100_NVLink_v4", False),
        ("nvl72_gb200_v2", False),
        ("nv_h100_v2", False),
        ("ncore_v2", False),
        ("a100_small", False),
        ("rk3588_nano", False),
        ("DGX-A100 (8x A100-SXM-80GB)", False),
    ],
)
def test_the_types_of_virtual_machines(name: str, wanted: bool):
    assert is_instance(name) is wanted


def test_a_name_as_long_as_a_book_takes_no_time():
    started = time.process_time()
    for text in ("2x" * 500_000, "n" * 1_000_000, "1-node" * 200_000, "a1." * 300_000, "* " * 500_000):
        cpus_in(text)
        is_instance(text)
        nodes_in(text)
        NAMES.families.limit(text)
    assert time.process_time() - started < 1
