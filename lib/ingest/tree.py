"""A submission tree (MLCommons' results repository): division/submitter/{systems,results,measurements}/... -> Round.

The layout is that of MLCommons' submission rules
(https://github.com/mlcommons/policies/blob/master/submission_rules.adoc, section on directories).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lib.ingest.accuracy import parse_accuracy
from lib.ingest.documents import cell, parse_object, parse_user_conf
from lib.ingest.loadgen import Summary, parse_detail, parse_summary
from lib.ingest.metric import Published, published
from lib.ingest.power import PowerSamples, parse_power, parse_stamp
from lib.ingest.problem import Problem
from lib.ingest.records import RUN_FIGURES, RUN_TEXTS, Round, Row
from lib.ingest.source import File
from lib.ingest.systems import add_system, system_id
from lib.ingest.values import number_or_none, text_or_none
from lib.settings import Settings
from lib.vocabulary import Scenario, round_key

_DIVISION = r"(?P<division>closed|open|network)/(?P<submitter>[^/]+)/"
_PLACE = r"(?P<platform>[^/]+)/(?P<benchmark>[^/]+)/(?P<scenario>[^/]+)/"
_KINDS = (
    ("summary", re.compile(_DIVISION + "results/" + _PLACE + r"performance/(?P<run>run_\d{1,3})/mlperf_log_summary\.txt")),
    ("detail", re.compile(_DIVISION + "results/" + _PLACE + r"performance/(?P<run>run_\d{1,3})/mlperf_log_detail\.txt")),
    ("power", re.compile(_DIVISION + "results/" + _PLACE + r"performance/(?P<run>run_\d{1,3})/spl\.txt")),
    ("accuracy", re.compile(_DIVISION + "results/" + _PLACE + r"accuracy/accuracy\.txt")),
    ("system", re.compile(_DIVISION + r"systems/(?P<platform>[^/]+)\.json")),
    ("measurements", re.compile(_DIVISION + "(?:measurements|results)/" + _PLACE + r"(?P<file>[^/]+\.json)")),
    ("conf", re.compile(_DIVISION + "(?:measurements|results)/" + _PLACE + r"(?P<file>user\.conf)")),
)
_ODD_SUMMARY = re.compile(_DIVISION + r"results/.*/performance/run_\d{1,3}/mlperf_log_summary\.txt")

Key = tuple[str, str, str, str, str]  # division, submitter, platform, benchmark, scenario: as the folders are called


@dataclass
class _Run:
    path: str = ""
    summary: Summary | None = None
    detail: dict[str, str] = field(default_factory=dict)
    power: PowerSamples | None = None


@dataclass
class _Folder:
    runs: dict[str, _Run] = field(default_factory=lambda: defaultdict(_Run))
    accuracy: dict[str, float] | None = None
    accuracy_path: str = ""
    settings: list[tuple[str, str, str]] = field(default_factory=list)


def wanted(path: str) -> bool:
    """Whether the importer reads a file of this name."""
    return path == "summary.csv" or any(pattern.fullmatch(path) for _, pattern in _KINDS) or bool(_ODD_SUMMARY.fullmatch(path))


def read_tree(files: Iterable[File | Problem], into: Round, limits: Settings) -> None:
    """Read the files of a submission tree, in any order, into the tables of a round.

    A file that cannot be read is a problem of its own and costs nothing else.
    """
    folders: dict[Key, _Folder] = defaultdict(_Folder)
    systems: dict[tuple[str, str, str], tuple[dict[str, Any], str]] = {}
    for item in files:
        if isinstance(item, Problem):
            into.problems.append(item)
            continue
        into.files_read += 1
        problem = _take(item, folders, systems, limits)
        if problem:
            into.problems.append(problem)
    _assemble(into, folders, systems)


def _take(
    file: File, folders: dict[Key, _Folder], systems: dict[tuple[str, str, str], tuple[dict[str, Any], str]],
    limits: Settings,
) -> Problem | None:
    kind, match = next(((kind, m) for kind, pattern in _KINDS if (m := pattern.fullmatch(file.path))), ("", None))
    if match is None:
        return Problem("warning", file.path, 0, "a log at an unexpected depth; expected results/SYSTEM/BENCHMARK/SCENARIO/performance/run_N")
    limit_mb = limits.max_detail_log_mb if kind in ("detail", "accuracy") else limits.max_file_mb
    if file.size > limit_mb << 20:
        return Problem("error", file.path, 0, f"left out: larger than {limit_mb} MB")
    place = match.groupdict()
    if kind == "system":
        return _take_system(file, place, systems)
    folder = folders[place["division"], place["submitter"], place["platform"], place["benchmark"], place["scenario"]]
    if kind == "detail":
        folder.runs[place["run"]].detail = parse_detail(file.stream)
        return None
    data = file.stream.read((limit_mb << 20) + 1) if kind != "accuracy" else _tail(file, limit_mb << 20)
    if len(data) > limit_mb << 20:
        return Problem("error", file.path, 0, f"left out: larger than {limit_mb} MB")
    if kind == "summary":
        run = folder.runs[place["run"]]
        run.path = file.path
        summary = parse_summary(data, file.path)
        if isinstance(summary, Problem):
            return summary
        run.summary = summary
    elif kind == "power":
        power = parse_power(data, file.path)
        if isinstance(power, Problem):
            return power
        folder.runs[place["run"]].power = power
    elif kind == "accuracy":
        folder.accuracy, folder.accuracy_path = parse_accuracy(data), file.path
    elif kind == "conf":
        folder.settings += [(place["file"], key, value) for key, value in parse_user_conf(data).items()]
    else:
        document = parse_object(data, file.path, "measurements")
        if isinstance(document, Problem):
            return Problem("warning", document.path, document.line, document.message)
        folder.settings += [(place["file"], cell(key), cell(value)) for key, value in document.items()]
    return None


def _tail(file: File, limit: int) -> bytes:
    kept, read = b"", 0
    while (chunk := file.stream.read(1 << 20)) and read <= limit:
        read += len(chunk)
        kept = (kept + chunk)[-65536:]
    return kept


def _take_system(
    file: File, place: dict[str, str], systems: dict[tuple[str, str, str], tuple[dict[str, Any], str]]
) -> Problem | None:
    document = parse_object(file.stream.read(), file.path, "a system description")
    if isinstance(document, Problem):
        return document
    systems[place["division"], place["submitter"], place["platform"]] = (document, file.path)
    return None


def _assemble(
    into: Round, folders: dict[Key, _Folder], systems: dict[tuple[str, str, str], tuple[dict[str, Any], str]]
) -> None:
    seen: dict[str, str] = {}
    owners = set()
    for key in sorted(folders):
        folder = folders[key]
        if not any(run.path for run in folder.runs.values()):
            continue
        result = _result(into, key, folder)
        if result is None:
            continue
        first = seen.setdefault(result["result_id"], result["source_path"])
        if first != result["source_path"]:
            into.problems.append(Problem("error", result["source_path"], 0, f"a second folder for the result of {first}; left out"))
            continue
        into.add("results", result)
        owners.add(key[:3])
        _add_details(into, result["result_id"], folder)
    power = {row["system_id"] for row in into.rows("results") if row["has_power_run"]}
    for row in into.rows("results"):
        row["has_power_run"] = row["system_id"] in power
    for owner in sorted(owners):
        description, path = systems.get(owner, ({}, ""))
        if not path:
            path = f"{owner[0]}/{owner[1]}/systems/{owner[2]}.json"
            into.problems.append(Problem("error", path, 0, "no readable system description; the results are kept without it"))
        add_system(into, *owner, description, "logs", path)
    for owner in sorted(set(systems) - owners):
        into.problems.append(Problem("note", systems[owner][1], 0, "a system description without results; left out"))


def _result(into: Round, key: Key, folder: _Folder) -> Row | None:
    division, submitter, platform, benchmark, scenario_folder = key
    place = f"{division}/{submitter}/results/{platform}/{benchmark}/{scenario_folder}"
    run_name = _published_run(folder, into.name)
    if run_name is None:
        return None  # each run's own problem says why
    run = folder.runs[run_name]
    assert run.summary is not None
    scenario = Scenario.find(scenario_folder)
    if scenario is None:
        into.problems.append(Problem("warning", place, 0, f"unknown scenario {scenario_folder[:40]!r}; kept as it is, read by its log's scenario"))
    found = published(run.summary, run.detail, Scenario(scenario or run.summary.scenario), into.name)
    if found is None:
        into.problems.append(Problem("error", run.path, 0, f"no result line for scenario {scenario_folder[:40]} (the log says {run.summary.scenario})"))
        return None
    if found.value <= 0:
        into.problems.append(Problem("warning", run.path, 0, f"an absurd value: {found.value!r} {found.metric.unit}"))
    owner = system_id(into.name, division, submitter, platform)
    name = str(scenario or scenario_folder)
    return {
        "result_id": f"{owner}/{benchmark}/{name}", "system_id": owner, "round": into.name, "division": division,
        "submitter": submitter, "platform": platform, "benchmark_raw": benchmark, "scenario": name,
        "scenario_logged": str(run.summary.scenario), "metric": found.metric.kind, "value": found.value,
        "unit": found.metric.unit, "higher_is_better": found.metric.higher_is_better,
        "is_inferred": found.is_inferred, "is_valid": run.summary.is_valid, "value_field": found.field,
        **_power(into, folder, run, found, name), **_dtypes(folder), "published_run": run_name, "source": "logs",
        "source_path": run.path,
    }


def _published_run(folder: _Folder, round_name: str) -> str | None:
    """Run 1; of the five Server runs of v0.5 and v0.7 the slowest, which the rules of those rounds publish."""
    readable = sorted(
        (name for name, run in folder.runs.items() if run.summary), key=lambda name: int(name.partition("_")[2])
    )
    if not readable:
        return None
    if round_key(round_name) >= (1, 0):
        return readable[0]
    rates = {name: _scheduled(folder.runs[name]) for name in readable}
    known = {name: rate for name, rate in rates.items() if rate is not None}
    return min(known, key=lambda name: (known[name], int(name.partition("_")[2]))) if known else readable[0]


def _scheduled(run: _Run) -> float | None:
    assert run.summary is not None
    return number_or_none(run.summary.text("Scheduled samples per second"))


def _power(into: Round, folder: _Folder, run: _Run, found: Published, scenario: str) -> Row:
    """Mean watts of a throughput result, millijoules per query of a latency one; missing where not measured."""
    has_power = any(item.power is not None for item in folder.runs.values())
    row: Row = {"has_power_run": has_power, "power_w": None, "energy_mj": None}
    if run.power is None:
        return row
    watts, seconds = _mean_power(run)
    if watts is None:
        into.problems.append(Problem("warning", run.path, 0, "power samples, but none between power_begin and power_end"))
    elif scenario not in (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM):
        row["power_w"] = watts
    else:
        queries = number_or_none(run.detail.get("result_query_count"))
        if queries and seconds:
            streams = 8 if found.is_inferred and scenario == Scenario.MULTI_STREAM else 1
            row["energy_mj"] = watts * seconds * 1000 * streams / queries
        else:
            into.problems.append(Problem("note", run.path, 0, "energy per query left out: the log has no result_query_count"))
    return row


def _mean_power(run: _Run) -> tuple[float | None, float | None]:
    begin, end = parse_stamp(run.detail.get("power_begin", "")), parse_stamp(run.detail.get("power_end", ""))
    if run.power is None or begin is None or end is None:
        return None, None
    return run.power.mean_between(begin, end), end - begin


def _dtypes(folder: _Folder) -> Row:
    row: Row = {"weight_dtype": None, "input_dtype": None}
    for file, key, value in sorted(folder.settings):
        if file.endswith(".json") and key in ("weight_data_types", "input_data_types"):
            column = key.partition("_")[0] + "_dtype"
            row[column] = row[column] or text_or_none(value)
    return row


def _add_details(into: Round, result_id: str, folder: _Folder) -> None:
    for name in sorted(folder.runs):
        run = folder.runs[name]
        if run.summary is not None:
            into.add("runs", _run_row(result_id, name, run, run.summary))
    for metric, value in sorted((folder.accuracy or {}).items()):
        into.add("accuracy", {"result_id": result_id, "metric": metric, "value": value, "source_path": folder.accuracy_path})
    for file, key, value in sorted(set(folder.settings)):
        into.add("settings", {"result_id": result_id, "file": file, "field": key, "value": value})


def _run_row(result_id: str, name: str, run: _Run, summary: Summary) -> Row:
    row: Row = {
        "result_id": result_id, "run": name, "scenario_logged": str(summary.scenario), "is_valid": summary.is_valid,
        "mean_power_w": _mean_power(run)[0], "power_begin": run.detail.get("power_begin"),
        "power_end": run.detail.get("power_end"), "source_path": run.path,
    }
    for column, _, names in RUN_FIGURES:
        text = summary.text(*names) or next((run.detail[key] for key in names if key in run.detail), None)
        row[column] = number_or_none(text) if text is not None else None
    for column, names in RUN_TEXTS:
        row[column] = text_or_none(summary.fields.get(names[0]))
    return row
