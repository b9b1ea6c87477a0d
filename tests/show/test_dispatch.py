"""The dispatch of April 2021, redone: its three figures from its filters, in its order, with the logs' values.

Its population: v1.0, closed, datacenter, available, without the systems that have power runs. The values are those of
the logs in MLCommons' repository; the dispatch prints them rounded.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from lib.export.__main__ import main
from lib.settings import ROOT

POPULATION = "round=v1.0&division=closed&system_type=datacenter&availability=available&power=without"
Row = dict[str, str]

# rank, submitter, platform, value, CPUs, cores per CPU, accelerators, accelerator
DLRM = """
1 Inspur NF5488A5_A100-SXM-80GBx8_TRT 2432860.67 2 64 8 NVIDIA A100-SXM-80GB
2 NVIDIA DGX-A100_A100-SXM-80GBx8_TRT 2302572.02 2 64 8 NVIDIA A100-SXM-80GB
2 Supermicro AS-4214GO-NART_A100-SXM-80GBx8_TRT 2302572.02 2 64 8 NVIDIA A100-SXM-80GB
4 Supermicro AS-4124GO-NART_A100-SXM4-40GBx8_TRT 2102141.95 2 64 8 NVIDIA A100-SXM-40GB
5 HPE HPE-ProLiant-XL645d-Gen10-Plus_A100-SXM4-40GBx4_TRT 1100582.05 1 64 4 NVIDIA A100-SXM-40GB
6 Supermicro AS-2124GQ-NART_A100-SXM-80GBx4_TRT 1002472.78 2 32 4 NVIDIA A100-SXM-80GB
7 NVIDIA DGX-Station-A100_A100-SXM-80GBx4_TRT 942394.93 1 64 4 NVIDIA A100-SXM-80GB
8 DellEMC DSS8440_A40x10_TRT 620118.17 2 24 10 NVIDIA A40
9 Lenovo A100-PCIex4_TRT 402260.47 2 28 4 NVIDIA A100-PCIe-40GB
10 DellEMC R740_A100-PCIe-40GBx3_TRT 400021 2 24 3 NVIDIA A100-PCIe-40GB
"""
RESNET = """
1 Inspur NF5488A5_A100-SXM-80GBx8_TRT 271245.67 2 64 8 NVIDIA A100-SXM-80GB
2 DellEMC DSS8440_A100-PCIE-40GBx10_TRT 263998.22 2 20 10 NVIDIA A100-PCIe-40GB
3 NVIDIA DGX-A100_A100-SXM-80GBx8_TRT 259993.64 2 64 8 NVIDIA A100-SXM-80GB
3 Supermicro AS-4214GO-NART_A100-SXM-80GBx8_TRT 259993.64 2 64 8 NVIDIA A100-SXM-80GB
5 Supermicro AS-4124GO-NART_A100-SXM4-40GBx8_TRT 254991.73 2 64 8 NVIDIA A100-SXM-40GB
6 GIGABYTE GIGABYTE_G492-ZD0_A100-SXM-80GBx8 252095.69 2 64 8 NVIDIA A100-SXM-80GB
7 Alibaba DGX-A100_A100-SXM4-40GBx8_TRT 244992.37 2 26 8 NVIDIA A100-SXM-40GB
8 NVIDIA A100-PCIex8_TRT 207975.79 2 64 8 NVIDIA A100-PCIe-40GB
8 Supermicro A100-PCIex8_TRT 207975.79 2 16 8 NVIDIA A100-PCIe-40GB
10 NVIDIA DGX-A100_A100-SXM-80GBx8_TRT_Triton 179985.89 2 64 8 NVIDIA A100-SXM-80GB
"""
UNET = """
1 NVIDIA DGX-A100_A100-SXM-80GBx8_TRT 479.652 2 64 8 NVIDIA A100-SXM-80GB
2 NVIDIA DGX-A100_A100-SXM-80GBx8_TRT_Triton 478.194 2 64 8 NVIDIA A100-SXM-80GB
3 Supermicro AS-4124GO-NART_A100-SXM4-40GBx8_TRT 451.868 2 64 8 NVIDIA A100-SXM-40GB
4 NVIDIA A100-PCIex8_TRT 411.749 2 64 8 NVIDIA A100-PCIe-40GB
5 NVIDIA DGX-A100_A100-SXM-80GB-MIG_56x1g.10gb_TRT_Triton 407.592 2 64 8 NVIDIA A100-SXM-80GB
6 Supermicro A100-PCIex8_TRT 386.985 2 16 8 NVIDIA A100-PCIe-40GB
7 Inspur NF5488A5_A100-SXM-80GBx8_TRT 290.205 2 64 8 NVIDIA A100-SXM-80GB
8 DellEMC XE8545_7763_A100-SXM4-80GBx4_TRT 244.795 2 64 4 NVIDIA A100-SXM-80GB
9 Supermicro AS-2124GQ-NART_A100-SXM-80GBx4_TRT 242.639 2 32 4 NVIDIA A100-SXM-80GB
10 Supermicro AS-2124GQ-NART_A100-SXM4-40GBx4_TRT 234.692 2 64 4 NVIDIA A100-SXM-40GB
"""
COLUMNS = ("rank", "submitter", "platform", "value", "cpus_per_node", "cores_per_cpu", "accelerators", "accelerator")


def figure(benchmark: str, scenario: str) -> str:
    return f"rankings?v=1&{POPULATION}&benchmark={benchmark}&scenario={scenario}"


@pytest.fixture(scope="session")
def rounds(data_folder: Path) -> Path:
    if not (data_folder / "rounds" / "v1.0" / "results.parquet").is_file():
        pytest.skip("data/rounds/v1.0 is not here")
    return data_folder


def exported(link: str, data: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> list[Row]:
    assert main([link, "--data", str(data)]) == 0
    return list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode(), newline="")))


def typed(row: Row) -> tuple[object, ...]:
    rank, submitter, platform, value, cpus, cores, accelerators, accelerator = (row[name] for name in COLUMNS)
    return int(rank), submitter, platform, float(value), int(cpus), int(cores), int(accelerators), accelerator


def expected(figure_text: str) -> list[tuple[object, ...]]:
    lines = (line.split(" ", 7) for line in figure_text.strip().splitlines())
    return [(int(a), b, c, float(d), int(e), int(f), int(g), h) for a, b, c, d, e, f, g, h in lines]


@pytest.mark.parametrize(
    ("benchmark", "scenario", "top"),
    [("dlrm-99", "Server", DLRM), ("resnet50", "Server", RESNET), ("3d-unet-99", "Offline", UNET)],
)
def test_a_figure_comes_out_in_the_dispatchs_order(
    rounds: Path, capfdbinary: pytest.CaptureFixture[bytes], benchmark: str, scenario: str, top: str
):
    rows = exported(figure(benchmark, scenario), rounds, capfdbinary)
    assert [typed(row) for row in rows[:10]] == expected(top)
    assert {row["unit"] for row in rows} == {"Queries/s" if scenario == "Server" else "Samples/s"}


def test_the_two_entries_of_the_curious_pair_have_their_public_ids(
    rounds: Path, capfdbinary: pytest.CaptureFixture[bytes]
):
    rows = exported(figure("resnet50", "Server"), rounds, capfdbinary)
    found = {row["public_id"]: (row["rank"], row["value"]) for row in rows if row["public_id"]}
    assert found["1.0-30"] == ("3", "259993.64")
    assert found["1.0-31"] == ("10", "179985.89")


def test_a_value_leads_to_the_line_of_its_log(rounds: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    row = exported(figure("resnet50", "Server"), rounds, capfdbinary)[2]
    assert row["source_url"] == (
        "https://github.com/mlcommons/inference_results_v1.0/blob/HEAD/closed/NVIDIA/results/DGX-A100_A100-SXM-80GBx8_TRT/"
        "resnet50/Server/performance/run_1/mlperf_log_summary.txt"
    )


def test_3d_unet_has_no_server_results(rounds: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    assert exported(figure("3d-unet-99", "Server"), rounds, capfdbinary) == []


def command(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "lib.export", *arguments], cwd=ROOT, capture_output=True, timeout=60, check=False
    )


def test_the_command_prints_the_bytes_of_a_link_and_of_the_whole_address(
    rounds: Path, capfdbinary: pytest.CaptureFixture[bytes]
):
    link = figure("dlrm-99", "Server")
    printed = command(f"http://127.0.0.1:8501/{link}", "--data", str(rounds))
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert main([link, "--data", str(rounds)]) == 0
    assert printed.stdout == capfdbinary.readouterr().out


@pytest.mark.parametrize(
    "link",
    [
        "nowhere?v=1",
        "rankings?round=v0.0",
        "rankings?round=v1.0&nokey=1",
        "rankings?cores=x",
        "rankings?v=2",
        "rankings?v=1&entry=v1.0/closed/Acme/big",
        "results?v=1&anomaly=twins-005c732c16",
        "anomalies?v=1&kind=foo",
        "results?v=1&column=nonsense",
        "system?v=1&entry=v1.0/closed/No/body",
        "system?v=1&entry=v1.0/closed/Acme/big&entry=v1.0/closed/Bare/nothing",
        "method?v=1",
        "system?v=1",
        "rankings?benchmark=%3Cscript%3E",
        "http://[::1",
        "rankings?q=" + "x" * 5000,
    ],
)
def test_an_impossible_link_is_refused_in_one_line(small_folder: Path, capfd: pytest.CaptureFixture[str], link: str):
    assert main([link, "--data", str(small_folder)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "<script>" not in err
    assert "x" * 100 not in err


def test_without_data_the_command_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["rankings?v=1", "--data", str(tmp_path)]) == 1
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)


def test_a_bare_page_exports_its_defaults(small_folder: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    rows = exported("rankings", small_folder, capfdbinary)
    assert {(row["round"], row["division"], row["availability"]) for row in rows} == {("v2.0", "closed", "available")}
    assert len({(row["benchmark"], row["scenario"]) for row in rows}) == 1
