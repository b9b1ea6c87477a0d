"""A second, independent reader of the published rounds: raw patterns on the logs' text, none of our parsers.

It is written from the rules alone (docs/method.md), and slow on purpose: whoever doubts a number reads this.
"""

from __future__ import annotations

import re
import tarfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "mlperf"
_RUN = re.compile(
    r"((?:closed|open|network)/[^/]+/results/[^/]+/[^/]+/[^/]+)/performance/(run_\d+)/(mlperf_log_summary|mlperf_log_detail|spl)\.txt"
)
NUMBER = r"([-+.\deE]+)"

# folder of a result -> run -> summary, detail or spl -> text
Logs = dict[str, dict[str, dict[str, str]]]


def logs_of(round_name: str, with_power: bool = False) -> Logs:
    found: Logs = defaultdict(lambda: defaultdict(dict))
    with tarfile.open(PUBLISHED / f"{round_name}.tar.xz") as archive:
        for member in archive:
            match = _RUN.fullmatch(member.name.removeprefix("./"))
            if match and (with_power or match[3] != "spl"):
                stream = archive.extractfile(member)
                assert stream is not None
                kind = match[3].rpartition("_")[2]
                found[match[1]][match[2]][kind] = stream.read().replace(b"\0", b"").decode("utf-8", "replace")
    return found


def one(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text, re.MULTILINE)
    return match[1] if match else None


def in_detail(key: str, text: str) -> str | None:
    return one(rf'"key": "{re.escape(key)}", "value": "?{NUMBER}', text)


def more_digits(*texts: str | None) -> float | None:
    """The number that was written with most digits: the logs hold the same one, rounded differently."""
    known = [text for text in texts if text]
    return float(max(known, key=lambda text: len(re.sub(r"^0+|\D", "", text.split("e")[0])))) if known else None


def number(round_name: str, filed: str, summary: str, detail: str) -> float | None:
    """The published number of a run that lies in the folder of scenario `filed`."""
    logged = (one(r"^Scenario : ([\w ]+)", summary) or "").lower().replace(" ", "")  # once "Single Stream"
    major = tuple(int(part) for part in round_name[1:].split("."))
    filed = filed.lower()
    if filed in ("server", "interactive"):
        if major < (4, 0):
            return more_digits(
                one(rf"^Scheduled samples per second *: {NUMBER}", summary),
                in_detail("result_scheduled_samples_per_sec", detail),
            )
        tokens = one(rf"^Completed tokens per second(?: \(inferred\))? *: {NUMBER}", summary)
        if tokens:
            key = (
                "result_inferred_completed_tokens_per_second"
                if "(inferred)" in summary
                else "result_completed_tokens_per_second"
            )
            return more_digits(tokens, in_detail(key, detail))
        return more_digits(
            one(rf"^Completed samples per second *: {NUMBER}", summary),
            in_detail("result_completed_samples_per_sec", detail),
        )
    if filed == "offline" and logged == "singlestream":
        return more_digits(
            one(rf"^QPS w/o loadgen overhead *: {NUMBER}", summary),
            in_detail("result_qps_without_loadgen_overhead", detail),
        )
    if filed == "offline" and logged == "multistream":
        queries = in_detail("result_mean_query_latency_ns", detail)
        samples = one(rf"^samples_per_query : {NUMBER}", summary)
        return float(samples) * 1000 / (float(queries) / 1e6) if samples and queries else None
    if filed == "offline":
        tokens = one(rf"^Tokens per second(?: \(inferred\))? *: {NUMBER}", summary)
        if tokens:
            key = "result_inferred_tokens_per_second" if "(inferred)" in summary else "result_tokens_per_second"
            return more_digits(tokens, in_detail(key, detail))
        return more_digits(
            one(rf"^Samples per second *: {NUMBER}", summary), in_detail("result_samples_per_second", detail)
        )
    if filed == "multistream" and major < (2, 0):
        return more_digits(one(rf"^Samples per query *: {NUMBER}", summary))
    if filed == "multistream" and logged == "singlestream":
        estimate = one(rf"^ \* Early stopping 99(?:\.0)?th percentile estimate: {NUMBER}", summary)
        return 8 * float(estimate) / 1e6 if estimate else None
    # the estimates of first and output tokens are not the query's
    summary = re.sub(r"^T[TP][FO]T Early Stopping Result:\n(?: \*.*\n)*", "", summary, flags=re.MULTILINE)
    judged = one(r"^([\d.]+)th percentile latency \(ns\)", summary)
    text = one(rf"^ \* Early stopping {judged}th percentile estimate: {NUMBER}", summary) or one(
        rf"^{judged}th percentile latency \(ns\) *: {NUMBER}", summary
    )
    return float(text) / 1e6 if text else None


def published(round_name: str, logs: Logs) -> dict[str, float]:
    """Number by result, as `closed/SUBMITTER/results/SYSTEM/BENCHMARK/SCENARIO`: of five Server runs the slowest."""
    answer = {}
    for folder, runs in logs.items():
        filed = folder.rpartition("/")[2]
        read = {
            name: number(round_name, filed, run["summary"], run.get("detail", ""))
            for name, run in runs.items()
            if run.get("summary")
        }
        known = {name: value for name, value in read.items() if value is not None}
        if known and round_name in ("v0.5", "v0.7") and filed.lower() == "server":
            answer[folder] = min(known.values())
        elif known:
            answer[folder] = known[min(known, key=lambda name: int(name[4:]))]
    return answer


def power(scenario: str, is_inferred: bool, run: dict[str, str]) -> float | None:
    """Watts of Offline and Server, millijoules per query of the others; as MLCommons' checker takes it."""
    stamp = "%m-%d-%Y %H:%M:%S.%f"
    begin, end = (
        one(rf'"key": "power_{name}", "value": "([^"]+)"', run.get("detail", "")) for name in ("begin", "end")
    )
    if not begin or not end or "spl" not in run:
        return None
    first, last = datetime.strptime(begin, stamp), datetime.strptime(end, stamp)
    samples = [line.split(",") for line in run["spl"].splitlines() if line.startswith("Time")]
    watts = [
        float(cells[3])
        for cells in samples
        if first < datetime.strptime(cells[1], stamp) < last and float(cells[3]) > 0
    ]
    mean = sum(watts) / len(watts)
    if scenario in ("Offline", "Server"):
        return mean
    queries = in_detail("result_query_count", run["detail"])
    if queries is None:
        return None
    return (
        mean
        * (last - first).total_seconds()
        * 1000
        * (8 if scenario == "MultiStream" and is_inferred else 1)
        / int(queries)
    )
