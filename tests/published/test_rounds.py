"""Every published number, once, to the last digit; each difference explained by name."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
import lzma
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lib.ingest.__main__ import main, read_source
from lib.ingest.all import sources
from lib.ingest.records import Round
from lib.rounds import Rounds
from lib.settings import Settings
from tests.published.reader import PUBLISHED, logs_of, power, published

pytestmark = pytest.mark.published
DATA = Path(__file__).parents[2] / "data"
LISTED = Rounds.read(DATA)

# Performance runs in the archives; and how many of these are read, with the reason where fewer.
RUNS = {
    "v0.5": 721, "v0.7": 2113, "v1.0": 2006, "v1.1": 1820, "v2.0": 3922, "v2.1": 5395, "v3.0": 7292, "v4.1": 944,
    "v5.1": 1449, "v6.0": 521,
}  # fmt: skip
UNREAD = {
    "v6.0": ["open/Lattix/results/DynamoNPU/rgat/offline/performance/run_1/mlperf_log_summary.txt"]
}  # holds no result
ODD = {
    "v1.1": [
        "closed/Dell/results/DSS8440_A30x8_TRT_Triton/bert-99.9/Server/Server/performance/run_1/mlperf_log_summary.txt"
    ]
}
# More runs than results: further runs of one result. v0.5 and v0.7 ask for five Server runs; these submitters made more
# runs than later rounds ask for.
FURTHER = {
    "v0.5": {"*": 132}, "v0.7": {"*": 908}, "v1.0": {"Xilinx": 8, "Neuchips": 4}, "v1.1": {"Intel": 2, "Neuchips": 4},
    "v2.0": {"Neuchips": 4}, "v3.0": {"H3C": 9}, "v4.1": {"Cisco": 7},
}  # fmt: skip
COMPILED = {"v3.1": (3325, 184), "v4.0": (9474, 169), "v5.0": (859, 69), "v6.1": (492, 120)}
QUICK = ("v0.5", "v1.0", "v4.1", "v6.0")
LONG = tuple(name for name in RUNS if name not in QUICK)
ROUNDS = [*QUICK, *(pytest.param(name, marks=pytest.mark.soak) for name in LONG)]


@functools.cache
def imported(round_name: str) -> Round:
    return read_source(
        PUBLISHED / f"{round_name}.tar.xz", LISTED.record(round_name), has_logs=False, limits=Settings()
    )[0]


@functools.cache
def logs(round_name: str) -> Any:
    return logs_of(round_name)


def records_in(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(lzma.decompress((PUBLISHED / name).read_bytes()))
    return found


def committed(round_name: str, table: str) -> list[dict[str, Any]]:
    return pq.read_table(DATA / "rounds" / round_name / f"{table}.parquet").to_pylist()


def folder_of(source_path: str) -> str:
    return source_path.partition("/performance/")[0]


@pytest.mark.parametrize("round_name", ROUNDS)
def test_every_published_result_is_there_once_and_equal_to_the_log_to_the_last_digit(round_name):
    expected = published(round_name, logs(round_name))
    found = imported(round_name).rows("results")
    assert len({row["result_id"] for row in found}) == len(found)
    ours = {folder_of(row["source_path"]): row["value"] for row in found}
    assert len(ours) == len(found)
    assert ours.keys() == expected.keys()
    assert {name: (ours[name], expected[name]) for name in ours if ours[name] != expected[name]} == {}


@pytest.mark.parametrize("round_name", ROUNDS)
def test_every_performance_run_is_read_or_named(round_name):
    found = imported(round_name)
    count = sum(1 for runs in logs(round_name).values() for run in runs.values() if "summary" in run)
    assert count == RUNS[round_name]
    assert len(found.rows("runs")) == count - len(UNREAD.get(round_name, []))
    errors = [
        problem.path
        for problem in found.problems
        if "mlperf_log_summary" in problem.path and problem.severity == "error"
    ]
    assert errors == UNREAD.get(round_name, [])


def test_v1_0_has_2006_performance_runs_in_1994_results():
    found = imported("v1.0")
    assert (len(found.rows("runs")), len(found.rows("results")), len(found.rows("systems"))) == (2006, 1994, 121)


@pytest.mark.parametrize(
    "round_name",
    ["v4.1", *(pytest.param(name, marks=pytest.mark.soak) for name in RUNS if name >= "v1.0" and name != "v4.1")],
)
def test_power_is_that_of_the_samples_between_begin_and_end(round_name):
    runs = logs_of(round_name, with_power=True)
    for row in imported(round_name).rows("results"):
        run = runs[folder_of(row["source_path"])][row["published_run"]]
        ours = row["power_w"] if row["power_w"] is not None else row["energy_mj"]
        expected = power(row["scenario"], row["is_inferred"], run)
        assert (ours is None) == (expected is None), row["result_id"]
        assert expected is None or ours == pytest.approx(expected, rel=1e-12), row["result_id"]


@pytest.mark.parametrize("round_name", RUNS)
def test_the_committed_tables_have_every_run_and_each_result_once(round_name):
    runs, results = committed(round_name, "runs"), committed(round_name, "results")
    assert len(runs) == RUNS[round_name] - len(UNREAD.get(round_name, []))
    assert {folder_of(row["source_path"]) for row in runs} == {folder_of(row["source_path"]) for row in results}
    assert len({row["result_id"] for row in results}) == len(results)
    assert {row["result_id"] for row in results} == {row["result_id"] for row in runs}
    further = Counter(row["result_id"].split("/")[2] for row in runs)
    further.subtract(Counter(row["submitter"] for row in results))
    named = {name: number for name, number in further.items() if number}
    expected = FURTHER.get(round_name, {})
    assert (named if "*" not in expected else {"*": sum(named.values())}) == expected


@pytest.mark.parametrize("round_name", COMPILED)
def test_the_committed_tables_of_rounds_without_logs(round_name):
    results, systems = committed(round_name, "results"), committed(round_name, "systems")
    assert (len(results), len(systems)) == COMPILED[round_name]
    assert committed(round_name, "runs") == []
    assert {row["source"] for row in results} == {"compiled"}


@pytest.mark.parametrize("round_name", ["v3.1", "v4.0"])
def test_every_compiled_record_is_a_result_or_anothers_power_or_second_suite(round_name):
    records = records_in(f"{round_name}-results.json.xz")
    expected: dict[tuple[str, ...], float] = {}
    for record in records:
        scenario = {
            "offline": "Offline",
            "server": "Server",
            "singlestream": "SingleStream",
            "multistream": "MultiStream",
        }
        key = tuple(record[word].strip() for word in ("Division", "Organization", "Platform", "Model"))
        if record["Result"] is not None and record["Units"] not in ("Watts", "millijoules"):
            value = expected.setdefault((*key, scenario[record["Scenario"].lower()]), record["Result"])
            assert value == record["Result"]
    words = ("division", "submitter", "platform", "benchmark_raw", "scenario")
    found = {tuple(row[word] for word in words): row["value"] for row in committed(round_name, "results")}
    assert found == expected


def test_every_row_of_v6_1_s_summary_is_a_result_to_the_last_digit():
    text = lzma.decompress((PUBLISHED / "v6.1-summary.csv.xz").read_bytes()).decode()
    words = {"Latency (ms)": "ms", "Latency (s)": "s"}
    expected = {
        row["Location"].removeprefix("./"): (float(row["Result"]), words.get(row["Units"], row["Units"]))
        for row in csv.DictReader(io.StringIO(text))
    }
    found = {row["source_path"]: (row["value"], row["unit"]) for row in committed("v6.1", "results")}
    assert len(found) == 492
    assert found == expected


# What MLCommons' summary calls otherwise than the log counts it; the figures are equal.
UNITS = {
    "whisper": ("Samples/s", "Tokens/s"),  # LoadGen counts each transcription's tokens as one; the summary says samples
    "llama3.1-8b": (
        "Queries/s",
        "Tokens/s",
    ),  # v5.1 Interactive only: the summary's word for what the log counts in tokens
    "wan-2.2-t2v-a14b": ("s", "ms"),  # the same latency, in seconds
}
WITHOUT_POWER = {"v5.1": {"closed/Lenovo/SR780a_V3_B200SXMx8_TRT/rgat/Offline"}}  # its detail log is not in the source
WITHOUT_SUMMARY = {
    "v5.1": {"open/GATEOverflow/GATEOverflow_Intel_SPR_i9-reference-gpu-pytorch_v2.2.2-cu126/pointpainting/Offline"}
}


def key_of(row: dict[str, Any]) -> str:
    return "/".join(row[word] for word in ("division", "submitter", "platform", "benchmark_raw", "scenario"))


@pytest.mark.parametrize("round_name", ["v5.1", "v6.0"])
def test_every_value_of_mlcommons_own_summary_is_ours_within_1e_4(round_name):
    records = records_in(f"{round_name}-summary_results.json.xz")
    ours = {key_of(row): row for row in committed(round_name, "results")}
    met, units, lacking = set(), set(), set()
    for record in records:
        place = record["Location"].removeprefix("./").split("/")
        key = "/".join((place[0], place[1], place[3], place[4], record["Scenario"]))
        row, unit = ours[key], record["Performance_Units"].replace("Latency (", "").replace(")", "")
        factor = 1000 if unit == "s" else 1
        assert row["value"] == pytest.approx(factor * record["Performance_Result"], rel=1e-4), key
        if unit != row["unit"]:
            units.add((row["benchmark_raw"], unit, row["unit"]))
        if "Power_Result" in record:
            power_of = row["power_w"] if record["Power_Units"] == "Watts" else row["energy_mj"]
            if power_of is None:
                lacking.add(key)
            else:
                assert power_of == pytest.approx(record["Power_Result"], rel=1e-4), key
        met.add(key)
    assert units <= {(name, *pair) for name, pair in UNITS.items()}
    assert lacking == WITHOUT_POWER.get(round_name, set())
    assert ours.keys() - met == WITHOUT_SUMMARY.get(round_name, set())


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.parquet"))}


@pytest.mark.parametrize(
    "round_name",
    [
        "v6.0",
        "v5.0",
        "v6.1",
        *(
            pytest.param(name, marks=pytest.mark.soak)
            for name in (*RUNS, *COMPILED)
            if name not in ("v6.0", "v5.0", "v6.1")
        ),
    ],
)
def test_a_new_import_gives_the_committed_tables_byte_for_byte(round_name, tmp_path):
    for source in sources(DATA)[round_name]:
        assert main([str(PUBLISHED / source), "--round", round_name, "--data", str(tmp_path)]) == 0
    assert digests(tmp_path / "rounds" / round_name) == digests(DATA / "rounds" / round_name)


def test_the_dispatchs_two_figures_of_v1_0_are_the_logs():
    """NVIDIA's two entries whose difference the dispatch asked about; their public IDs stand in data/public_ids.csv."""
    servers = {
        row["platform"]: row["value"]
        for row in imported("v1.0").rows("results")
        if (row["submitter"], row["benchmark_raw"], row["scenario"]) == ("NVIDIA", "resnet50", "Server")
    }
    pair = [servers[f"DGX-A100_A100-SXM-80GBx8_TRT{suffix}"] for suffix in ("", "_Triton")]
    assert pair[0] / pair[1] >= 1.1
