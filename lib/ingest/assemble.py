"""A submission tree as read -> the rows of a round: which run counts, what its number is, whose system it is."""

from __future__ import annotations

from lib.ingest.layouts.endpoints import CountsTokens, endpoints_result, report_settings, run_row
from lib.ingest.layouts.tree import Folder, Key, Owner, Run, Tree
from lib.ingest.metric import Published, lacking, published, rules_of_log
from lib.ingest.parsers.loadgen import Summary
from lib.ingest.parsers.power import parse_stamp
from lib.ingest.problem import Problem
from lib.ingest.records import RUN_FIGURES, RUN_TEXTS, Round, Row
from lib.ingest.runs import doubts_of_runs, published_run, readable
from lib.ingest.systems import add_system, system_id
from lib.names.values import number_or_none, text_or_none
from lib.rounds import RuleSet
from lib.vocabulary import Scenario

_LATENCY_SCENARIOS = (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM)


def assemble(tree: Tree, into: Round, counts_tokens: CountsTokens = lambda benchmark, scenario: None) -> None:
    """The tables of a round from its tree. What is left out or doubted is among the round's problems.

    `counts_tokens` says of a benchmark's folder whether its results are published in tokens, None where nobody knows;
    only results without LoadGen's logs ask.
    """
    seen: dict[str, Row] = {}
    for key in sorted(tree.folders):
        folder = tree.folders[key]
        if any(run.summary for run in folder.runs.values()):
            result = _result(into, key, folder)
            _say_unused(into, folder, result is not None)
        else:
            result = _endpoints_result(into, key, folder, counts_tokens)
        if result is None:
            continue
        first = seen.setdefault(result["result_id"], result)
        if first is not result:
            _say_second(into, first, result)
            continue
        into.add("results", result)
        _add_details(into, result, folder)
    _add_systems(into, tree)


def _say_second(into: Round, first: Row, second: Row) -> None:
    """A second folder for a result is left out; where it says another value, neither can be trusted."""
    said = [f"{row['value']!r} {row['unit']}" for row in (first, second)]
    _problem(
        into, "error", second["source_path"],
        f"a second folder for the result of {first['source_path']}; left out ({said[1]}; {said[0]} is taken)",
    )  # fmt: skip
    if said[0] != said[1]:
        doubt = f"two folders for one result: {said[0]}, and in {second['source_path']!r} {said[1]}"
        first["doubt"] = "; ".join(filter(None, (first.get("doubt"), doubt)))


def _problem(into: Round, severity: str, path: str, message: str) -> None:
    into.problems.append(Problem(severity, path, 0, message))


def _add_systems(into: Round, tree: Tree) -> None:
    owners: set[Owner] = {(row["division"], row["submitter"], row["platform"]) for row in into.rows("results")}
    for owner in sorted(owners):
        description, path = tree.systems.get(owner, ({}, ""))
        if not path:
            path = f"{owner[0]}/{owner[1]}/systems/{owner[2]}.json"
            _problem(into, "error", path, "no readable system description; the results are kept without it")
        add_system(into, *owner, description, "logs", path)
    for owner in sorted(set(tree.systems) - owners):
        _problem(into, "note", tree.systems[owner][1], "a system description without results; left out")


def _result(into: Round, key: Key, folder: Folder) -> Row | None:
    division, submitter, platform, benchmark, scenario_folder = key
    runs, said = readable(folder)
    into.problems += said
    if not runs:
        return None  # each run's own problem says why
    rules = into.rules or _rules_of(folder.runs[runs[0]])
    run_name = published_run(folder, runs, rules)
    run = folder.runs[run_name]
    assert run.summary is not None
    scenario = _scenario(into, scenario_folder, run)
    measured_as = scenario if Scenario.find(scenario) else run.summary.scenario
    found = published(run.summary, run.detail or {}, measured_as, rules, benchmark)
    if found is None:
        why = lacking(run.summary, measured_as, rules, benchmark)
        into.problems.append(Problem("error", run.path, why.line, why.said))
        return None
    doubt, said = doubts_of_runs(folder, runs, run_name, rules)
    into.problems += said
    owner = system_id(into.name, division, submitter, platform)
    return {
        "result_id": f"{owner}/{benchmark}/{scenario}", "system_id": owner, "round": into.name, "division": division,
        "submitter": submitter, "platform": platform, "benchmark_raw": benchmark, "scenario": scenario,
        "scenario_logged": run.summary.scenario, "metric": found.metric.kind, "value": found.value,
        "unit": found.metric.unit, "higher_is_better": found.metric.higher_is_better,
        "is_inferred": found.is_inferred, "is_valid": run.summary.is_valid, "doubt": doubt, "value_field": found.field,
        **_power(into, folder, run, found, scenario, rules), **_dtypes(folder), "published_run": run_name,
        "source": "logs", "source_path": run.path,
    }  # fmt: skip


def _endpoints_result(into: Round, key: Key, folder: Folder, counts_tokens: CountsTokens) -> Row | None:
    """The result of a folder that the Endpoints harness wrote; None where it has none that can be read."""
    report = folder.endpoints
    if report is None:
        return None
    division, submitter, platform, benchmark, scenario = key
    scenarios = {
        value: file for file, field, value in sorted(folder.settings, reverse=True) if _is_scenario(file, field)
    }
    found = endpoints_result(into, report, folder.endpoints_path, benchmark, scenario, scenarios, counts_tokens)
    if found is None:
        return None
    owner = system_id(into.name, division, submitter, platform)
    return {
        "result_id": f"{owner}/{benchmark}/{found['scenario']}", "system_id": owner, "round": into.name,
        "division": division, "submitter": submitter, "platform": platform, "benchmark_raw": benchmark, **found,
        **_dtypes(folder),
    }  # fmt: skip


def _is_scenario(file: str, field: str) -> bool:
    return file.startswith("config.") and field == "scenario"


def _say_unused(into: Round, folder: Folder, is_result: bool) -> None:
    """A result that both LoadGen and the Endpoints harness report is LoadGen's; the other's file is named.

    So it is where LoadGen's log can be read and gives no result: whether the run was one at all is then in doubt.
    """
    if folder.endpoints is not None and is_result:
        _problem(into, "warning", folder.endpoints_path, "not read: the result is taken from LoadGen's logs beside it")
    elif folder.endpoints is not None:
        said = "left out: LoadGen's logs beside it are of the same folder and give no result"
        _problem(into, "error", folder.endpoints_path, said)
    folder.endpoints = None


def _scenario(into: Round, scenario_folder: str, run: Run) -> str:
    """The scenario that the folder names. One that nobody has seen is kept; its log then says how it was measured."""
    assert run.summary is not None
    scenario = Scenario.find(scenario_folder)
    if scenario is not None:
        return str(scenario)
    _problem(into, "warning", run.path, f"unknown scenario {scenario_folder[:40]!r}; kept as it is")
    return run.summary.scenario if Scenario.find(run.summary.scenario) is None else scenario_folder


def _rules_of(run: Run) -> RuleSet:
    assert run.summary is not None
    return rules_of_log(run.summary, run.detail or {})


def _power(into: Round, folder: Folder, run: Run, found: Published, scenario: str, rules: RuleSet) -> Row:
    """Mean watts of a throughput result, millijoules per query of a latency one; missing where not measured."""
    row: Row = {
        "has_power_run": any(item.power for item in folder.runs.values()), "power_w": None, "energy_mj": None,
    }  # fmt: skip
    if run.power is None or isinstance(run.power, Problem):
        return row  # the file's own problem says why
    watts, lacking = _mean_power(run, rules)
    queries, key = _queries_in(run, rules)
    if watts is None:
        _problem(into, "warning", run.path, f"power left out: {lacking}")
    elif scenario not in _LATENCY_SCENARIOS:
        row["power_w"] = watts
    elif not queries or queries < 0:
        has = f"says {run.figure(key)!r:.40} of {key}" if run.figure(key) else f"has no {key}"
        _problem(into, "note", run.path, f"energy per query left out: mlperf_log_detail.txt {has}")
    else:
        streams = 8 if found.is_inferred and scenario == Scenario.MULTI_STREAM else 1
        seconds = _power_seconds(run) if rules.queries == "count" else 1
        row["energy_mj"] = watts * seconds * 1000 * streams / queries
    return row


def _queries_in(run: Run, rules: RuleSet) -> tuple[float | None, str]:
    """The queries of the whole run, or up to v1.1 of a second, and the key that states them.

    Logs of v1.0 and v1.1 count no queries; their checker takes the rate with LoadGen's overhead times the duration, so
    that the duration cancels out. Source: https://github.com/mlcommons/inference/pull/886
    """
    key = "result_query_count" if rules.queries == "count" else "result_qps_with_loadgen_overhead"
    return number_or_none(run.figure(key)), key


def _mean_power(run: Run, rules: RuleSet) -> tuple[float | None, str]:
    """The mean watts of a run, or None and what it cannot be computed for want of."""
    if run.power is None or isinstance(run.power, Problem):
        return None, "no samples"
    if run.detail is None:
        return None, "spl.txt has samples, but mlperf_log_detail.txt with power_begin and power_end is missing"
    for key in ("power_begin", "power_end"):
        if key not in run.detail:
            return None, f"mlperf_log_detail.txt has no {key}"
        if key in run.detail.unlike:
            first, second = run.detail.unlike[key]
            return None, f"mlperf_log_detail.txt states {key} twice: {first[:40]}, then {second[:40]}"
        if parse_stamp(run.detail[key]) is None:
            return None, f"{key} in mlperf_log_detail.txt is no time"
    is_positive = rules.watts == "positive"
    watts = run.power.mean_between(_stamp(run, "power_begin"), _stamp(run, "power_end"), is_positive)
    if watts is None:
        kind = "positive sample" if is_positive else "sample"
        return None, f"spl.txt has no {kind} between power_begin and power_end"
    return (watts, "") if watts > 0 else (None, f"the mean of the samples in spl.txt is {watts:g} W")


def _measured_at(run: Run, key: str) -> str | None:
    """When the measurement of power began or ended, as logged; None where the log names two times."""
    return None if run.detail is None or key in run.detail.unlike else run.detail.get(key)


def _stamp(run: Run, key: str) -> int:
    return parse_stamp(run.figure(key) or "") or 0


def _power_seconds(run: Run) -> float:
    return (_stamp(run, "power_end") - _stamp(run, "power_begin")) / 1e6


def _dtypes(folder: Folder) -> Row:
    row: Row = {"weight_dtype_raw": None, "input_dtype": None}
    for file, key, value in sorted(folder.settings):
        if file.endswith(".json") and key in ("weight_data_types", "input_data_types"):
            column = "weight_dtype_raw" if key == "weight_data_types" else "input_dtype"
            row[column] = row[column] or text_or_none(value)
    return row


def _add_details(into: Round, result: Row, folder: Folder) -> None:
    result_id = result["result_id"]
    if folder.endpoints is not None:
        into.add("runs", run_row(result_id, result["scenario"], folder.endpoints, folder.endpoints_path))
        folder.settings += report_settings(folder.endpoints)
    for name in sorted(folder.runs):
        run = folder.runs[name]
        if run.summary is not None:
            into.add("runs", _run_row(result_id, name, run, run.summary, into.rules or _rules_of(run)))
    path = folder.accuracy_path
    for metric, figure in sorted(folder.accuracy.items()):
        into.add("accuracy", {"result_id": result_id, "metric": metric, "value": figure, "source_path": path})
    for file, key, value in sorted(set(folder.settings)):
        into.add("settings", {"result_id": result_id, "file": file, "field": key, "value": value})


def _run_row(result_id: str, name: str, run: Run, summary: Summary, rules: RuleSet) -> Row:
    row: Row = {
        "result_id": result_id, "run": name, "scenario_logged": summary.scenario, "is_valid": summary.is_valid,
        "mean_power_w": _mean_power(run, rules)[0], "power_begin": _measured_at(run, "power_begin"),
        "power_end": _measured_at(run, "power_end"), "source_path": run.path,
    }  # fmt: skip
    detail: dict[str, str] = run.detail or {}
    for column, _, names in RUN_FIGURES:
        text = summary.text(*names) or next((detail[key] for key in names if key in detail), None)
        row[column] = number_or_none(text) if text is not None else None
    for column, names in RUN_TEXTS:
        row[column] = text_or_none(summary.fields.get(names[0]))
    return row
