"""Odd trees: one odd entry beside a good result. The good one keeps its value; the odd one is read right or named.

Nothing is silent: each lost thing is exactly one problem, with its path.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lib.ingest.layouts import contents
from lib.ingest.problem import Problem
from lib.settings import Settings
from tests.ingest.trees import RESULTS, Files, as_folder, as_tar, as_zip, command, log, one_result, read, values

GOOD = {"resnet50/Offline": 1234.57}
SERVER = log("summary_server.txt")
SERVER_VALUE = {"resnet50/Server": 1000.12}
SYSTEM = log("system.json")
BENCHMARK = f"{RESULTS}/resnet50"
AT = f"{BENCHMARK}/Server"
RUN = f"{AT}/performance/run_1"
SUMMARY = "mlperf_log_summary.txt"
RECORD = {
    "Organization": "Acme", "Platform": "box", "Division": "closed", "MlperfModel": "resnet", "Scenario": "Offline",
    "Performance_Result": 1234.57, "Performance_Units": "Samples/s", "ID": "9.9-0001", "has_power": False,
    "Location": "closed/Acme/results/box/resnet50/Offline",
}  # fmt: skip


def packed_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"{RUN}/{SUMMARY}", SERVER)
    return stream.getvalue()


def packed_tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        member = tarfile.TarInfo(f"{RUN}/{SUMMARY}")
        member.size = len(SERVER)
        archive.addfile(member, io.BytesIO(SERVER))
    return stream.getvalue()


@dataclass(frozen=True)
class Odd:
    """Files beside the good tree; values that they add; each problem by its path and a word of it."""

    files: Files
    values: dict[str, float] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def lost(files: Files, path: str, word: str) -> Odd:
    return Odd(files, {}, {path: word})


def server(path: str, data: bytes = SERVER, said: str = "") -> Odd:
    """A summary of Server at an odd place that is read all the same; `said` is a word of the problem about it."""
    return Odd({path: data}, SERVER_VALUE, {path: said} if said else {})


def endpoints(**changes: object) -> bytes:
    report = {
        "version": "0.1.0", "n_samples_issued": 1000, "n_samples_completed": 1000, "n_samples_failed": 0,
        "duration_ns": 10_000_000_000, "state": "complete", "complete": True,
        "latency": {"min": 1e6, "max": 9e6, "avg": 2_500_000, "percentiles": {"99.0": 8e6}},
        "output_sequence_lengths": {"total": 50000}, "qps": 100.0, "tps": 5000.0,
    }  # fmt: skip
    return json.dumps({**report, **changes}).encode()


LLM = f"{RESULTS}/llama3.1-8b/Server/performance/result_summary.json"

LAB = f"open/Lab/results/lab/m/Server/performance/run_1/{SUMMARY}"

ODD: dict[str, Odd] = {
    # Run folders
    "run1": server(f"{AT}/performance/run1/{SUMMARY}", said="read as run_1"),
    "Run_1": server(f"{AT}/performance/Run_1/{SUMMARY}", said="read as run_1"),
    "run_01": server(f"{AT}/performance/run_01/{SUMMARY}", said="read as run_1"),
    "run-1": server(f"{AT}/performance/run-1/{SUMMARY}", said="read as run_1"),
    "RUN 1": server(f"{AT}/performance/RUN 1/{SUMMARY}", said="read as run_1"),
    "run_2 alone": server(f"{AT}/performance/run_2/{SUMMARY}"),
    "no run folder": server(f"{AT}/performance/{SUMMARY}", said="without a run's folder"),
    "run1 beside run_1": Odd(
        {f"{RUN}/{SUMMARY}": SERVER, f"{AT}/performance/run1/{SUMMARY}": log("summary_server.txt", ("1000.12", "7.5"))},
        SERVER_VALUE,
        {
            f"{AT}/performance/run1/{SUMMARY}": "is read, which means the same",
            f"{RUN}/{SUMMARY}": "two unlike summaries of one run",
        },
    ),
    "no run folder beside run_1": Odd(
        {f"{RUN}/{SUMMARY}": SERVER, f"{AT}/performance/{SUMMARY}": SERVER},
        SERVER_VALUE, {f"{AT}/performance/{SUMMARY}": "is read, which means the same"},
    ),
    "a folder that is no run": lost(
        {f"{AT}/performance/final/notes.txt": b"x"}, f"{AT}/performance/", "without a result"
    ),
    "a run of four digits": lost(
        {f"{AT}/performance/run_1000/{SUMMARY}": SERVER}, f"{AT}/performance/run_1000/", "no run's"
    ),
    "a file called Server": lost({AT: SERVER}, AT, "a file where the folder of a scenario"),
    "backslashes": lost({f"{RUN}/{SUMMARY}".replace("/", "\\"): SERVER}, "closed\\", "backslashes"),
    "closed within closed": server(f"closed/{RUN}/{SUMMARY}"),
    "a summary in a folder that is no run": lost(
        {f"{AT}/performance/final/{SUMMARY}": SERVER}, f"{AT}/performance/final/", "it holds 'mlperf_log_summary.txt'"
    ),
    # Runs without a summary
    "detail alone": lost({f"{RUN}/mlperf_log_detail.txt": b"x"}, f"{RUN}/", "a run without"),
    "power alone": lost({f"{RUN}/spl.txt": log("spl.txt")}, f"{RUN}/", "a run without"),
    "unknown files in a run": lost({f"{RUN}/results.json": b"{}"}, f"{RUN}/", "'results.json'"),
    "a summary packed as nobody reads": lost({f"{RUN}/{SUMMARY}.zst": b"x"}, f"{RUN}/", f"'{SUMMARY}.zst'"),
    "a misspelled summary": lost({f"{RUN}/mlperf_log_sumary.txt": SERVER}, f"{RUN}/", "mlperf_log_sumary.txt"),
    "a copy of a summary": lost({f"{RUN}/{SUMMARY}.bak": SERVER}, f"{RUN}/", f"{SUMMARY}.bak"),
    "a second run without a summary": lost(
        {f"{BENCHMARK}/Offline/performance/run_2/mlperf_log_detail.txt": b"x"},
        f"{BENCHMARK}/Offline/performance/run_2/", "a run without",
    ),
    "a second run, packed away": lost(
        {f"{BENCHMARK}/Offline/performance/run_2/results.7z": b"x"},
        f"{BENCHMARK}/Offline/performance/run_2/results.7z", "an archive within",
    ),
    "an empty summary": lost({f"{RUN}/{SUMMARY}": b""}, f"{RUN}/{SUMMARY}", "empty"),
    # Power
    **{
        f"power in {folder}": lost(
            {f"{BENCHMARK}/Offline/{folder}/spl.txt": log("spl.txt")},
            f"{BENCHMARK}/Offline/{folder}/spl.txt", "power not read: expected spl.txt in the run's folder",
        )
        for folder in ("performance/power", "performance/run_1/power", "power", "performance/run_1/a/b")
    },
    "power in a folder that is no run's": lost(
        {f"{BENCHMARK}/Offline/performance/final/spl.txt": log("spl.txt")},
        f"{BENCHMARK}/Offline/performance/final/", "it holds 'spl.txt'",
    ),
    # Packed files
    "summary.gz": server(f"{RUN}/{SUMMARY}.gz", gzip.compress(SERVER)),
    "summary.xz": server(f"{RUN}/{SUMMARY}.xz", lzma.compress(SERVER)),
    "summary.bz2": server(f"{RUN}/{SUMMARY}.bz2", bz2.compress(SERVER)),
    "called gz and is not": server(f"{RUN}/{SUMMARY}.gz", SERVER),
    "damaged gz": lost({f"{RUN}/{SUMMARY}.gz": gzip.compress(SERVER)[:-20]}, f"{RUN}/{SUMMARY}.gz", "not readable"),
    "damaged xz": lost({f"{RUN}/{SUMMARY}.xz": lzma.compress(SERVER)[:-30]}, f"{RUN}/{SUMMARY}.xz", "left out"),
    "a bomb": lost({f"{RUN}/{SUMMARY}.gz": gzip.compress(b" " * (3 << 20))}, f"{RUN}/{SUMMARY}.gz", "more than 1 MB"),
    "gz beside the plain file": Odd(
        {f"{RUN}/{SUMMARY}": SERVER, f"{RUN}/{SUMMARY}.gz": gzip.compress(b"else")},
        SERVER_VALUE, {f"{RUN}/{SUMMARY}.gz": "is read, which means the same"},
    ),
    "detail.gz": Odd(
        {f"{RUN}/{SUMMARY}": SERVER, f"{RUN}/mlperf_log_detail.txt.gz": gzip.compress(log("detail_server.txt"))},
        {"resnet50/Server": 1000.1234567},
    ),
    "accuracy.gz that yields nothing": lost(
        {f"{BENCHMARK}/Offline/accuracy/accuracy.txt.gz": gzip.compress(b"fine")},
        f"{BENCHMARK}/Offline/accuracy/accuracy.txt.gz", "no accuracy figure",
    ),
    # Archives
    "results.zip": lost({f"{AT}/results.zip": packed_zip()}, f"{AT}/results.zip", "an archive within"),
    "results.tar.gz": lost(
        {f"{RESULTS}/results.tar.gz": packed_tar()}, f"{RESULTS}/results.tar.gz", "an archive within"
    ),
    "archive in the root": lost({"results.tar.gz": packed_tar()}, "results.tar.gz", "an archive within"),
    "archive of a submitter": lost({"open/Lab/results.zip": packed_zip()}, "open/Lab/results.zip", "an archive within"),
    "archive among systems": lost(
        {"closed/Acme/systems/all.tgz": packed_tar()}, "closed/Acme/systems/all.tgz", "an archive within"
    ),
    # Capitals
    "Results": Odd(
        {f"closed/Acme/Results/box/resnet50/Server/performance/run_1/{SUMMARY}": SERVER},
        SERVER_VALUE, {"closed/Acme/results/": "case of letters alone"},
    ),
    "Closed": Odd(
        {f"Closed/Acme/results/box/resnet50/Server/performance/run_1/{SUMMARY}": SERVER},
        SERVER_VALUE, {"closed/": "case of letters alone"},
    ),
    "OPEN and nothing else": Odd(
        {
            f"OPEN/Lab/RESULTS/lab/my-model/Server/Performance/run_1/{SUMMARY}": SERVER,
            "OPEN/Lab/SYSTEMS/lab.json": SYSTEM,
        },
        {"my-model/Server": 1000.12},
    ),
    "Performance": server(f"{AT}/Performance/run_1/{SUMMARY}"),
    "MLPERF_LOG_SUMMARY.TXT": server(f"{RUN}/MLPERF_LOG_SUMMARY.TXT"),
    "Performance beside performance": Odd(
        {f"{RUN}/{SUMMARY}": SERVER, f"{AT}/Performance/run_1/{SUMMARY}": b"else"},
        SERVER_VALUE, {f"{AT}/Performance/run_1/{SUMMARY}": "is read, which means the same"},
    ),
    "Accuracy without a figure": lost(
        {f"{BENCHMARK}/Offline/Accuracy/Accuracy.txt": b"fine"},
        f"{BENCHMARK}/Offline/Accuracy/Accuracy.txt", "no accuracy figure",
    ),
    "two scenarios that differ in case": Odd(
        {f"{RUN}/{SUMMARY}": SERVER, f"{BENCHMARK}/server/performance/run_1/{SUMMARY}": SERVER},
        SERVER_VALUE, {f"{BENCHMARK}/server/performance/run_1/{SUMMARY}": "a second folder for the result"},
    ),
    "two benchmarks that differ in case": Odd(
        {f"{RESULTS}/ResNet50/Server/performance/run_1/{SUMMARY}": SERVER},
        {"ResNet50/Server": 1000.12}, {f"{BENCHMARK}/": "case of letters alone"},
    ),
    # Depth
    "a wrapper folder too many": lost(
        {f"a/b/c/d/closed/Acme/results/box/resnet50/Server/performance/run_1/{SUMMARY}": SERVER},
        "a/b/c/d/closed/", "too deep",
    ),
    "two wrapper folders too many": lost(
        {f"a/b/c/d/e/open/Lab/results/lab/m/Server/performance/run_1/{SUMMARY}": SERVER}, "a/b/c/d/e/open/", "too deep"
    ),
    "three wrapper folders are read": server(
        f"a/b/c/closed/Acme/results/box/resnet50/Server/performance/run_1/{SUMMARY}"
    ),
    "no division": lost(
        {f"Acme/results/box/resnet50/Server/performance/run_1/{SUMMARY}": SERVER}, "Acme/", "outside of closed/"
    ),
    "a misspelled division": lost(
        {f"close/Acme/results/box/resnet50/Server/performance/run_1/{SUMMARY}": SERVER}, "close/", "outside of closed/"
    ),
    "result for results": lost(
        {f"closed/Acme/result/box/resnet50/Server/performance/run_1/{SUMMARY}": SERVER},
        "closed/Acme/result/", "expected results/",
    ),
    "no scenario": lost(
        {f"{RESULTS}/bert-99/performance/run_1/{SUMMARY}": SERVER},
        f"{RESULTS}/bert-99/performance/run_1/{SUMMARY}", "unexpected depth",
    ),
    "a scenario twice": lost(
        {f"{AT}/Server/performance/run_1/{SUMMARY}": SERVER},
        f"{AT}/Server/performance/run_1/{SUMMARY}", "unexpected depth",
    ),
    "no performance folder": lost({f"{AT}/run_1/{SUMMARY}": SERVER}, f"{AT}/run_1/{SUMMARY}", "unexpected depth"),
    "a summary in the scenario's folder": lost({f"{AT}/{SUMMARY}": SERVER}, f"{AT}/{SUMMARY}", "unexpected depth"),
    "a summary in the results folder": lost(
        {f"closed/Acme/results/{SUMMARY}": SERVER}, f"closed/Acme/results/{SUMMARY}", "unexpected depth"
    ),
    "a packed summary too deep": lost(
        {f"{AT}/x/performance/run_1/{SUMMARY}.gz": b"x"}, f"{AT}/x/performance/run_1/{SUMMARY}.gz", "unexpected depth"
    ),
    # Folders that came to nothing
    "a scenario without a file that we know": lost({f"{AT}/notes/x.bin": b"x"}, f"{AT}/", "'notes/x.bin'"),
    "accuracy alone": lost({f"{AT}/accuracy/accuracy.txt": log("accuracy.txt")}, f"{AT}/", "'accuracy/accuracy.txt'"),
    "an audit alone": lost({f"{AT}/TEST01/performance/run_1/{SUMMARY}": SERVER}, f"{AT}/", "without a result"),
    "ranging alone": lost({f"{AT}/performance/ranging/{SUMMARY}": SERVER}, f"{AT}/performance/", "without a result"),
    "a benchmark without a scenario": lost({f"{RESULTS}/bert-99/x.txt": b"x"}, f"{RESULTS}/bert-99/", "benchmark's"),
    "a system without a benchmark": lost(
        {"closed/Acme/results/other/x.txt": b"x"}, "closed/Acme/results/other/", "a system's folder"
    ),
    "results without a system": lost({"open/Lab/results/x.txt": b"x"}, "open/Lab/results/", "submitter's results"),
    "a submitter without results and systems": lost({"open/Lab/docs/x.txt": b"x"}, "open/Lab/", "without results/"),
    # Systems
    "a system in a sub-folder": lost(
        {"closed/Acme/systems/more/x.json": SYSTEM}, "closed/Acme/systems/more/x.json", "expected a system's"
    ),
    "system.yaml": lost({"closed/Acme/systems/x.yaml": b"a: b"}, "closed/Acme/systems/x.yaml", "expected a system's"),
    "system.JSON": Odd({"open/Lab/systems/lab.JSON": SYSTEM, LAB: SERVER}, {"m/Server": 1000.12}),
    "system.json.gz": Odd({"open/Lab/systems/lab.json.gz": gzip.compress(SYSTEM), LAB: SERVER}, {"m/Server": 1000.12}),
    "two descriptions of a system": lost(
        {"closed/Acme/systems/box.json.gz": gzip.compress(SYSTEM)}, "closed/Acme/systems/box.json.gz", "the same file"
    ),
    # Summaries of MLCommons
    "a second summary": lost(
        {"summary_results.json": json.dumps([RECORD]).encode(), "summary.json": json.dumps([RECORD]).encode()},
        "summary.json", "not read: 'summary_results.json' is read",
    ),
    "a summary that cannot be read": lost({"summary.json": b"no"}, "summary.json", "left out"),
    "a summary deep in the tree": lost(
        {"closed/Acme/summary_results.json": b"[]"}, "closed/Acme/summary_results.json", "in the root"
    ),
    "a summary as a workbook": lost({"summary.xlsx": b"PK"}, "summary.xlsx", "a summary's name is one of"),
    # Accuracy
    "accuracy in another file": lost(
        {f"{BENCHMARK}/Offline/accuracy/acc.txt": b"accuracy=76.1"}, f"{BENCHMARK}/Offline/accuracy/", "'acc.txt'"
    ),
    "accuracy too deep": lost(
        {f"{BENCHMARK}/Offline/accuracy/run_1/accuracy.txt": b"accuracy=76.1"},
        f"{BENCHMARK}/Offline/accuracy/", "'run_1/accuracy.txt'",
    ),
    # Endpoints
    "Endpoints": Odd({LLM: endpoints()}, {"llama3.1-8b/Server": 5000.0}),
    "Endpoints in a run's folder": Odd(
        {LLM.replace("performance/", "performance/run_1/"): endpoints()}, {"llama3.1-8b/Server": 5000.0},
        {LLM.replace("performance/", "performance/run_1/"): "read all the same"},
    ),
    "Endpoints beside LoadGen": lost(
        {f"{BENCHMARK}/Offline/performance/result_summary.json": endpoints()},
        f"{BENCHMARK}/Offline/performance/result_summary.json", "taken from LoadGen's logs",
    ),
    "Endpoints, malformed": lost({LLM: b"{"}, LLM, "malformed JSON"),
    "Endpoints, another file": lost(
        {LLM.replace("result_summary", "results"): endpoints()},
        f"{RESULTS}/llama3.1-8b/Server/performance/", "without a result",
    ),
}  # fmt: skip

# What lies in every checkout and holds no result.
QUIET = (
    "README.md", "closed/README.md", "closed/Acme/README.md", "closed/Acme/.gitignore", "closed/Acme/systems/README.md",
    "closed/Acme/systems/.DS_Store", "closed/Acme/systems/rack.png", "closed/Acme/calibration.md",
    f"closed/Acme/code/resnet50/{SUMMARY}", f"closed/Acme/src/results/{SUMMARY}", "closed/Acme/documentation/x.zip",
    f"closed/Acme/compliance/box/resnet50/Offline/TEST01/performance/run_1/{SUMMARY}",
    f"{BENCHMARK}/README.md", f"{BENCHMARK}/Offline/README.md", f"{BENCHMARK}/Offline/mlperf.conf",
    f"{BENCHMARK}/Offline/TEST04/performance/run_1/{SUMMARY}", f"{BENCHMARK}/Offline/TEST01/verify_accuracy.txt",
    f"{BENCHMARK}/Offline/compliance/TEST01/performance/run_1/mlperf_log_detail.txt",
    f"{BENCHMARK}/Offline/accuracy/mlperf_log_accuracy.json", f"{BENCHMARK}/Offline/accuracy/{SUMMARY}",
    f"{BENCHMARK}/Offline/performance/run_1/mlperf_log_trace.json",
    f"{BENCHMARK}/Offline/performance/run_1/mlperf_log_accuracy.json.gz",
    f"{BENCHMARK}/Offline/performance/run_1/results.json", f"{BENCHMARK}/Offline/performance/run_1/server.log",
    f"{BENCHMARK}/Offline/performance/ranging/{SUMMARY}", f"{BENCHMARK}/Offline/performance/ranging/spl.txt",
    f"{BENCHMARK}/Offline/performance/power/client.json", f"{BENCHMARK}/Offline/performance/power/ptd_logs.txt",
    f"{BENCHMARK}/Offline/TEST01/performance/run_1/spl.txt", f"compliance/Acme/{SUMMARY}",
)  # fmt: skip


def tree(odd: Odd) -> Files:
    return one_result(log("summary_offline.txt")) | odd.files


def is_of_a_system_without_file(problem: Problem, odd: Odd) -> bool:
    """Most trees have no description for the system of their odd entry; where one has it must be read."""
    has_file = any(path.lower().startswith(problem.path.lower()) for path in tree(odd))
    return "no readable system description" in problem.message and not has_file


def check(source: Path, odd: Odd) -> None:
    found = read(source, "v6.9", Settings(max_file_mb=1))
    assert values(found) == GOOD | odd.values
    said = [problem for problem in found.problems if not is_of_a_system_without_file(problem, odd)]
    assert {problem.path for problem in said} == set(odd.problems), [str(problem) for problem in said]
    assert len(said) == len(odd.problems)
    for problem in said:
        assert odd.problems[problem.path] in problem.message


@pytest.mark.parametrize("name", ODD)
def test_an_odd_entry_is_read_right_or_named_and_the_good_one_kept(tmp_path, name):
    check(as_folder(tree(ODD[name]), tmp_path / "folder"), ODD[name])
    check(as_tar(tree(ODD[name]), tmp_path / "x.tar", "w"), ODD[name])


@pytest.mark.parametrize("name", list(ODD)[::3])
def test_it_is_the_same_in_a_zip_and_with_the_files_in_another_order(tmp_path, name):
    files = dict(reversed(tree(ODD[name]).items()))
    check(as_zip(files, tmp_path / "x.zip"), ODD[name])
    check(as_tar(files, tmp_path / "x.tar.gz", "w:gz"), ODD[name])


@pytest.mark.parametrize("name", ["system.JSON", "system.json.gz"])
def test_a_description_that_is_not_read_is_noticed(tmp_path, monkeypatch, name):
    """The check above passes over systems without a file alone."""
    monkeypatch.setattr(contents, "_read_document", lambda file, kind: (None, None))
    with pytest.raises(AssertionError):
        check(as_folder(tree(ODD[name]), tmp_path / "folder"), ODD[name])


def test_what_never_holds_results_is_quiet(tmp_path):
    odd = Odd(dict.fromkeys(QUIET, b"x"))
    check(as_folder(tree(odd), tmp_path / "folder"), odd)
    check(as_zip(tree(odd), tmp_path / "x.zip"), odd)


@pytest.mark.parametrize("empty", [AT, f"{AT}/performance/run_1", "open/Lab/results", "open/Lab"])
def test_an_empty_folder_is_named_in_a_folder_and_in_a_tar(tmp_path, empty):
    root = as_folder(tree(Odd({})), tmp_path / "folder")
    (root / empty).mkdir(parents=True)
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        archive.add(root, ".")
    for source in (root, tmp_path / "x.tar"):
        found = read(source)
        assert values(found) == GOOD
        (problem,) = found.problems
        assert problem.path.startswith(empty.split("/performance")[0])


def test_the_report_counts_problems_by_kind_the_gravest_first(tmp_path):
    files = tree(Odd({f"{RESULTS}/b{number}/Server/x.bin": b"x" for number in range(3)} | {"more.zip": b"x"}))
    done = command(str(as_folder(files, tmp_path / "t")), "--round", "v6.9", "--data", str(tmp_path / "data"))
    counted = [line.strip() for line in done.stdout.splitlines() if " x a" in line]
    assert [line.split(" x ")[0] for line in counted] == ["error: 3", "warning: 1"]
    assert done.stdout.splitlines()[-1].endswith("problems 4")


def test_all_of_them_together_give_the_same_in_any_wrapping_and_order(tmp_path):
    odds = [odd for name, odd in ODD.items() if name != "a file called Server"]  # a folder cannot have both
    files = list({path: data for odd in odds for path, data in tree(odd).items()}.items())
    sources = [as_folder(dict(files), tmp_path / "folder")]
    for number in range(3):
        random.Random(number).shuffle(files)
        sources.append(as_tar(dict(files), tmp_path / f"{number}.tar", "w"))
    sources.append(as_zip(dict(files), tmp_path / "x.zip"))
    first, *others = [read(source, "v6.9", Settings(max_file_mb=1)) for source in sources]
    assert len(first.problems) > 40
    for other in others:
        assert sorted(other.problems) == sorted(first.problems)
        assert values(other) == values(first)
