"""What the published number of a run is.

The rules are those of MLCommons' submission checker
(https://github.com/mlcommons/inference/blob/master/tools/submission/submission_checker.py),
as `docs/method.md` states them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lib.ingest.parsers.figures import ESTIMATE_99, JUDGED_ESTIMATE, RATES
from lib.ingest.parsers.loadgen import Summary
from lib.ingest.parsers.percentiles import of_judged
from lib.names.values import number_or_none, significant_digits
from lib.rounds import RULE_SETS, RULES, RuleSet
from lib.vocabulary import LATENCY, QUERIES, SAMPLES, STREAMS, TOKENS, Metric, Scenario, metric_of_unit, model_of

_QUEUED = (Scenario.SERVER, Scenario.INTERACTIVE)
NS_PER_MS = 10**6
_COMPLETED_TOKENS = ("Completed tokens per second", "Completed tokens per second (inferred)")
# The rates that a result may be, the first that a log has.
_OFFLINE = (("Tokens per second", TOKENS), ("Tokens per second (inferred)", TOKENS), ("Samples per second", SAMPLES))
_SCHEDULED = (("Scheduled samples per second", QUERIES),)
_COMPLETED = (*((name, TOKENS) for name in _COMPLETED_TOKENS), ("Completed samples per second", QUERIES))
# LoadGen's versions go with the rounds that they were made for: its major version -> the rules.
_RULES_OF_VERSION = {0: "v0.5", 1: "v1.0", 2: "v2.0", 3: "v2.1", 4: "v4.0"}
# A major version whose first minor version alone has its rules -> what reads the later ones.
_AFTER_FIRST = {"v2.0": "v2.1", "v4.0": "v4.1"}
_LATEST = RULE_SETS[-1]


@dataclass(frozen=True)
class Published:
    """A published number; `field` is the log's field it was read from, `is_inferred` where it was inferred."""

    value: float
    metric: Metric
    field: str
    is_inferred: bool = False


def rules_of_log(summary: Summary, detail: dict[str, str]) -> RuleSet:
    """The rules that a log's own LoadGen stands for, where no record of its round names any.

    LoadGen's version tells where the detail log has it, and so does what only a later LoadGen writes: early stopping
    and MultiStream's latency (2.0), tokens (4.0), completed rates as the result (4.1). The later of the two counts.
    Where no version tells, what 2.0 and 4.0 were the first to write stands for all LoadGens after them, which are many.
    """
    content, version = _rules_of_content(summary, detail), _rules_of_version(detail.get("loadgen_version", ""))
    if version is None:
        return RULES[_AFTER_FIRST.get(content.name, content.name)]
    return max(content, version, key=RULE_SETS.index)


def _rules_of_version(text: str) -> RuleSet | None:
    found = re.match(r"([0-9]{1,4})\.([0-9]{0,4})", text)
    if found is None:
        return None
    rules = _RULES_OF_VERSION.get(int(found[1]), _LATEST.name)
    return RULES[rules if found[2] in ("", "0") else _AFTER_FIRST.get(rules, rules)]


def _rules_of_content(summary: Summary, detail: dict[str, str]) -> RuleSet:
    if summary.result.startswith("Completed "):
        return _LATEST
    if any(name in summary.fields for name in _COMPLETED_TOKENS):
        return RULES["v4.0"]
    is_stopped_early = any("early stopping" in name.casefold() for name in summary.fields)
    if is_stopped_early or (summary.scenario == Scenario.MULTI_STREAM and summary.headline is not None):
        return RULES["v2.0"]
    # The line format of LoadGen 0.5 and 0.7 gives no keys at all.
    return RULES["v1.0"] if detail else RULES["v0.5"]


def published(
    summary: Summary, detail: dict[str, str], scenario: str, rules: RuleSet, benchmark: str = ""
) -> Published | None:
    """The published number of a run that was filed under `scenario` of a benchmark; None when the log does not hold it.

    A run filed under one scenario whose log says another is inferred by MLCommons' rules. Where neither is a scenario
    that has rules, the log's own headline counts; no other latency or rate stands in the place of one that they name.
    """
    logged = summary.scenario
    if logged == scenario or (logged in _QUEUED and scenario in _QUEUED):
        return _measured(summary, detail, scenario, rules, benchmark) if Scenario.find(scenario) else _headline(summary)
    return _inferred(summary, detail, scenario, logged)


class Lacking(NamedTuple):
    """Why a log has no result, and the line that it is about; 0 where it is a line that is missing."""

    line: int
    said: str


def lacking(summary: Summary, scenario: str, rules: RuleSet, benchmark: str = "") -> Lacking:
    """Why a log filed under `scenario` has no published number (`published` gave None), and what was expected."""
    unread = _unread(summary, scenario, rules, benchmark)
    if unread is not None:
        return unread
    if is_judged(scenario, rules) and summary.scenario == scenario:
        expected = "expected a line such as '90th percentile latency (ns) : 123' above the verdict"
        odd = f"; {summary.odd[:60]!r} names none that we know" if summary.odd else ""
        return Lacking(summary.line(summary.odd), f"no judged percentile; {expected}{odd}")
    said = f"no result line for scenario {scenario[:40]} (the log says {summary.scenario})"
    expected = " or ".join(f"'{name}'" for name, _ in _candidates(scenario, rules, benchmark))
    found = f"; it has '{summary.result[:60]}', expected {expected}" if summary.result and expected else ""
    return Lacking(summary.line(summary.result) if found else 0, f"{said}{found}")


def _unread(summary: Summary, scenario: str, rules: RuleSet, benchmark: str) -> Lacking | None:
    """The line that a result would come from, where it holds no number; None where none does."""
    logged, example, percentile = summary.scenario, "1234.57", summary.headline
    if is_judged(scenario, rules) and (logged == scenario or logged == Scenario.SINGLE_STREAM):
        percentile, example = percentile if logged == scenario else 99.0, "907755"
        for estimate in summary.unread.values():
            if percentile is not None and of_judged({estimate.percentile: ""}, percentile) is not None:
                name = f"early stopping {estimate.percentile:g}th percentile estimate"
                return _no_number(estimate.line, name, estimate.text, example)
        names = [summary.judged] if logged == scenario else []
    elif logged in _QUEUED or logged == scenario:
        names = [name for name, _ in _candidates(scenario, rules, benchmark)] or ["Samples per query"]
    else:
        names = ["QPS w/o loadgen overhead", "samples_per_query"]
    name = next((name for name in names if name in summary.fields), "")
    if not name or number_or_none(summary.text(name)) is not None:
        return None
    return _no_number(summary.line(name), name, summary.fields[name], example)


def _no_number(line: int, name: str, text: str, example: str) -> Lacking:
    said = f"{name}: {text[:40]!r} is no number as LoadGen writes it; expected such as {example}; left out"
    return Lacking(line, said)


def is_judged(scenario: str, rules: RuleSet) -> bool:
    """Whether a percentile of latency, which the log is judged by, is the result of a scenario."""
    return scenario == Scenario.SINGLE_STREAM or (scenario == Scenario.MULTI_STREAM and rules.multistream == "latency")


def _headline(summary: Summary) -> Published | None:
    """The first number above the log's verdict, in the unit that its name tells."""
    name = summary.result
    number = number_or_none(summary.text(name)) if name else None
    if number is None:
        return None
    if name.endswith("latency (ns)"):
        return _milliseconds(summary.text(name), name)
    rate = re.fullmatch(r"(?:Completed |Scheduled )?(\w{1,40}) per sec(?:ond)?", name)
    return Published(number, metric_of_unit(f"{rate[1].capitalize()}/s" if rate else name), name)


def _measured(
    summary: Summary, detail: dict[str, str], scenario: str, rules: RuleSet, benchmark: str
) -> Published | None:
    if is_judged(scenario, rules):
        return _latency(summary, detail, rules)
    if scenario == Scenario.MULTI_STREAM:
        return _read(summary, detail, "", STREAMS, "Samples per query")
    for name, metric in _candidates(scenario, rules, benchmark):
        found = _read(summary, detail, RATES[name], metric, name)
        if found is not None or name in summary.fields:
            return found  # a line that holds no number is not passed over for another rate
    return None


def _candidates(scenario: str, rules: RuleSet, benchmark: str) -> tuple[tuple[str, Metric], ...]:
    """The rates that the result of a scenario may be, by the summary's names; the first that a log has is."""
    is_overwritten = rules.overwritten is not None and model_of(_folder_name(benchmark)) in rules.overwritten
    if scenario == Scenario.OFFLINE:
        if rules.overwritten is None:
            return _OFFLINE
        return tuple(item for item in _OFFLINE if (item[1] == TOKENS) == is_overwritten)
    if scenario in _QUEUED:
        if rules.server == "scheduled":
            return _COMPLETED[-1:] if is_overwritten else _SCHEDULED
        return _COMPLETED
    return ()


def _folder_name(benchmark: str) -> str:
    """A benchmark's folder as most spell it."""
    return benchmark.lower().replace("_", "-")


def _latency(summary: Summary, detail: dict[str, str], rules: RuleSet) -> Published | None:
    """The early-stopping estimate of the percentile that the log is judged by, else that percentile.

    An estimate that the detail log alone holds counts as well, unless it is below the percentile that it bounds: then
    it is that of first or output tokens, which LoadGen logs under the same key.
    """
    percentile = summary.headline
    if percentile is None or of_judged(dict.fromkeys(summary.unread, ""), percentile) is not None:
        return None  # an estimate that cannot be read is not passed over
    estimate = of_judged(summary.estimates, percentile)
    if estimate is not None:
        return _milliseconds(estimate, f"Early stopping {percentile:g}th percentile estimate")
    key = JUDGED_ESTIMATE if summary.scenario == Scenario.SINGLE_STREAM else ESTIMATE_99
    is_judged_by_it = rules.multistream == "latency" and (key == JUDGED_ESTIMATE or percentile == 99)
    alone = detail.get(key, "") if is_judged_by_it else ""
    judged = summary.text(summary.judged)
    if judged is not None and (number_or_none(alone) or 0) >= (number_or_none(judged) or 0) > 0:
        return _milliseconds(alone, key)
    return _milliseconds(judged, f"{percentile:g}th percentile latency (ns)")


def _milliseconds(text: str | None, field: str, factor: int = 1, is_inferred: bool = False) -> Published | None:
    if text is None or number_or_none(text) is None:
        return None
    # In decimal: the double nearest to what the log says, and not the quotient of two doubles.
    return Published(float(factor * Decimal(text) / NS_PER_MS), LATENCY, field, is_inferred)


def _inferred(summary: Summary, detail: dict[str, str], scenario: str, logged: str) -> Published | None:
    if scenario == Scenario.OFFLINE and logged == Scenario.SINGLE_STREAM:
        found = _read(summary, detail, "result_qps_without_loadgen_overhead", SAMPLES, "QPS w/o loadgen overhead")
        return None if found is None else Published(found.value, SAMPLES, found.field, True)
    if scenario == Scenario.OFFLINE and logged == Scenario.MULTI_STREAM:
        samples = number_or_none(summary.text("samples_per_query"))
        mean = number_or_none(detail.get("result_mean_query_latency_ns"))
        if samples is None or not mean:
            return None
        return Published(samples * 1000 / (mean / NS_PER_MS), SAMPLES, "samples_per_query / mean query latency", True)
    if scenario == Scenario.MULTI_STREAM and logged == Scenario.SINGLE_STREAM:
        return _milliseconds(
            summary.estimates.get(99.0), "8 x early stopping 99th percentile estimate", factor=8, is_inferred=True
        )
    return None


def _read(summary: Summary, detail: dict[str, str], key: str, metric: Metric, field: str) -> Published | None:
    """The number that both logs hold, from the one that wrote more digits of it."""
    brief = summary.text(field)
    full = detail.get(key)
    if full is not None and number_or_none(full) is None:
        full = None
    if brief is None and full is None:
        return None
    if brief is None or (full is not None and significant_digits(full) > significant_digits(brief)):
        return Published(float(str(full)), metric, key)
    number = number_or_none(brief)
    return None if number is None else Published(number, metric, field)
