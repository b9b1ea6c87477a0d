"""What the logs of one run say twice and unlike: within the summary, within the detail log, between the two.

Two logs of one run hold the same figures; where these differ by more than the summary rounds (`are_equal`), the logs
are of two runs, or one was changed, and nothing tells which number is right. So it has a doubt, which is no rank.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from lib.ingest.parsers import figures
from lib.ingest.parsers.figures import LATENCIES, RATES, are_equal, are_same
from lib.ingest.parsers.loadgen import Detail, Summary
from lib.ingest.parsers.percentiles import is_number, of_judged
from lib.ingest.problem import Problem
from lib.names.habit import read_alone
from lib.names.values import number_or_none, significant_digits
from lib.vocabulary import Scenario

_MOST = 4  # problems of one run; logs of two runs differ in every figure
_NO_MEASUREMENT = ("FindPeakPerformance",)
_SUMMARY = "the summary's"


class Contradiction(NamedTuple):
    """What contradicts what, with what was taken; `line` is the summary's, `doubt` empty where the value can be so."""

    line: int
    message: str
    doubt: str
    severity: str = "warning"


def is_of_accuracy(summary: Summary, detail: Detail | None) -> bool:
    """Whether a run is of LoadGen's accuracy mode, by what its logs name.

    Such a run measures no performance: LoadGen sends each sample once, at no target, and its summary's rates are not
    those of a result. https://github.com/mlcommons/inference/blob/master/loadgen/test_settings.h (TestMode)
    """
    said = [summary.fields.get("Mode", ""), detail.get(figures.MODE, "") if detail else ""]
    return all(word.casefold().startswith("accuracy") for word in said if word) and any(said)


def contradictions(summary: Summary, detail: Detail | None) -> list[Contradiction]:
    """All contradictions of a run, the weightiest first. The published number's own rule says which log is taken."""
    detail = detail if detail is not None else Detail()
    return [
        *_verdicts(summary, detail),
        *_words(summary, detail),
        *_summaries(summary),
        *_within(summary),
        *_rates(summary, detail),
        *_counts(summary, detail),
        *_latencies(summary, detail),
        *_within_detail(detail),
    ]


def problems_of(found: list[Contradiction], path: str) -> list[Problem]:
    """A warning for each contradiction; beyond a few one line says how many more there are."""
    said = [Problem(item.severity, path, item.line, item.message) for item in found[:_MOST]]
    if len(found) > _MOST:
        said.append(Problem("warning", path, 0, f"and {len(found) - _MOST} more contradictions in this run's logs"))
    return said


def doubt_of(found: list[Contradiction]) -> str | None:
    """Why the run's number cannot be trusted, in one sentence; None where nothing speaks against it."""
    doubts = [item.doubt for item in found if item.doubt]
    more = f" (and {len(doubts) - 1} more)" if len(doubts) > 1 else ""
    return f"{doubts[0]}{more}" if doubts else None


def _verdicts(summary: Summary, detail: Detail) -> Iterator[Contradiction]:
    line = summary.line("Result is")
    logged = detail.get(figures.VERDICT, "")
    said = summary.fields.get("Result is", "")
    if logged and logged != said:
        told = f"the summary says {said}, the detail log {logged[:20]}"
        taken = "INVALID" if "INVALID" in (said, logged) else said  # another word is no verdict
        yield Contradiction(line, f"two verdicts: {told} ({figures.VERDICT}); {taken} is taken", told)
    if summary.is_valid:
        unmet = [name for name, text in summary.fields.items() if name.endswith(" satisfied") and _is_no(text)]
        unmet += [key for key in figures.CONDITIONS if _is_no(detail.get(key, ""))]
        if unmet:
            told = f"the verdict is VALID, but not met: {', '.join(name[:40] for name in unmet[:4])}"
            yield Contradiction(line, f"{told}; VALID is taken", told)


def _is_no(text: str) -> bool:
    return text[:5].casefold() in ("no", "false")


def _words(summary: Summary, detail: Detail) -> Iterator[Contradiction]:
    """Scenario and mode, which stand in both logs."""
    mode, logged_mode = summary.fields.get("Mode", ""), detail.get(figures.MODE, "")
    logged = detail.get(figures.SCENARIO, "")
    if logged and str(Scenario.find(logged) or logged) != summary.scenario:
        told = f"the summary is of {summary.scenario}, the detail log of {logged[:40]}"
        yield Contradiction(
            summary.line("Scenario"), f"two scenarios: {told} ({figures.SCENARIO}); {_SUMMARY} is taken", told
        )
    # Up to v0.7 the word is shorter: Performance, Submission.
    if mode and logged_mode and mode.removesuffix("Only") != logged_mode.removesuffix("Only"):
        told = f"the summary is of mode {mode[:40]}, the detail log of {logged_mode[:40]}"
        yield Contradiction(summary.line("Mode"), f"two modes: {told} ({figures.MODE}); {_SUMMARY} is taken", told)
    if mode in _NO_MEASUREMENT:
        told = f"a log of mode {mode}, which measures no result"
        yield Contradiction(summary.line("Mode"), f"{told}; expected PerformanceOnly", told)


def _summaries(summary: Summary) -> Iterator[Contradiction]:
    """What the summary itself says twice."""
    for name, first, first_line, second, second_line in summary.twice:
        told = f"the summary states {name} twice: {first[:60]} (line {first_line}), {second[:60]} (line {second_line})"
        taken = "INVALID is taken" if name == "Result is" else "the first is taken"
        yield Contradiction(second_line, f"{told}; {taken}", told)
    if summary.starts:
        lines = ", ".join(str(line) for line in summary.starts[:5])
        told = f"{len(summary.starts)} summaries in one file"
        if summary.are_alike:
            yield Contradiction(summary.starts[1], f"{told} (lines {lines}), all alike; the first counts", "", "note")
        else:
            doubt = f"{told}, which differ"
            yield Contradiction(summary.starts[1], f"{doubt} (lines {lines}); the first counts", doubt)


def _within(summary: Summary) -> Iterator[Contradiction]:
    """Figures of one summary that cannot both be: the same number in two places, an estimate below what it bounds."""
    streams = [summary.text(name) for name in figures.STREAMS]
    if None not in streams and not are_same(*map(str, streams)):
        told = f"samples per query: {streams[0]} above the verdict, {streams[1]} below it"
        yield Contradiction(summary.line(figures.STREAMS[0]), f"{told}; the first is taken", told)
    judged, percentile = summary.text(summary.judged), summary.headline
    listed = summary.text(_listed(summary))
    if judged is not None and listed is not None and not are_same(judged, listed):
        told = f"{summary.judged}: {judged[:40]} above the verdict, {listed[:40]} below it"
        line = summary.line(summary.judged)
        yield Contradiction(line, f"{told} (line {summary.line(_listed(summary))}); the first is taken", told)
    estimate = of_judged(summary.estimates, percentile) if percentile is not None else None
    if judged is not None and estimate is not None and Decimal(estimate) < Decimal(judged):
        # The estimate is an upper bound; in all published rounds (14,247 logs) none is below its percentile.
        told = f"early stopping's estimate {estimate[:40]} is below the percentile that it bounds, {judged[:40]}"
        yield Contradiction(summary.line(summary.judged), f"{told} ({summary.judged}); the estimate is taken", told)


def _rates(summary: Summary, detail: Detail) -> Iterator[Contradiction]:
    for name, key in RATES.items():
        full, written = detail.get(key, ""), summary.fields.get(name)
        if full and number_or_none(full) is None:
            told = f"{key}: the detail log says {full[:40]!r}, which is no number"
            yield Contradiction(summary.line(name), f"{told}; {_SUMMARY} {name} is taken", told)
        elif written is None or written == full or not full:
            continue
        elif is_number(written):
            # The energy is by the detail log's rate, whatever its digits.
            is_full_taken = name == figures.OF_ENERGY or significant_digits(full) > significant_digits(written)
            yield from _pair(summary, name, written, key, full, "the detail log's" if is_full_taken else _SUMMARY)
        else:
            yield _in_another_habit(summary, name, written, key, full)


def _in_another_habit(summary: Summary, name: str, written: str, key: str, full: str) -> Contradiction:
    """A line of the summary that holds no number as LoadGen writes it, beside a detail log that has the figure."""
    read = read_alone(written)
    is_same = read is not None and are_equal(f"{read!r}", full)
    message = f"{name}: {written[:40]!r} is no number as LoadGen writes it, such as 1234.57; the detail log's"
    doubt = "" if is_same else f"{name}: the summary says {written[:40]!r}, the detail log {full[:40]}"
    return Contradiction(summary.line(name), f"{message} {full[:40]} is taken ({key})", doubt)


def _counts(summary: Summary, detail: Detail) -> Iterator[Contradiction]:
    count = detail.get(figures.QUERIES, "")
    if summary.queries and count and not are_equal(summary.queries, count):
        told = f"queries: the summary says {summary.queries}, the detail log {count[:40]}"
        yield Contradiction(0, f"{told} ({figures.QUERIES}); the detail log's is taken", told)


def _latencies(summary: Summary, detail: Detail) -> Iterator[Contradiction]:
    """The estimates of early stopping, and the latencies below the verdict."""
    pairs = [(99.0, figures.ESTIMATE_99)]
    if summary.scenario == Scenario.SINGLE_STREAM and summary.headline is not None:
        pairs.insert(0, (summary.headline, figures.JUDGED_ESTIMATE))
    for percentile, key in pairs:
        estimate = of_judged(summary.estimates, percentile)
        if estimate is not None and is_number(detail.get(key, "")):
            name = f"early stopping {percentile:g}th percentile estimate"
            yield from _pair(summary, name, estimate, key, detail[key], _SUMMARY)
    yield from _judged(summary, detail)
    is_of_queries = summary.scenario == Scenario.MULTI_STREAM
    for name, (of_queries, of_samples) in LATENCIES.items():
        key = of_queries if is_of_queries and of_queries in detail else of_samples
        written, full = summary.fields.get(name), detail.get(key)
        if written != full and full is not None and summary.text(name) is not None:
            yield from _pair(summary, name, str(written), key, full, _SUMMARY)


def _listed(summary: Summary) -> str:
    """The line below the verdict that lists the judged percentile; `100th` may be 99.9 or another and has none."""
    return f"{summary.headline or 0:.2f} percentile latency (ns)"


def _judged(summary: Summary, detail: Detail) -> Iterator[Contradiction]:
    """The percentile above the verdict, against the detail log and the shortest and longest latency beside it."""
    judged, percentile, line = summary.text(summary.judged), summary.headline, summary.line(summary.judged)
    if judged is None or percentile is None:
        return
    key = next((key for key in LATENCIES.get(_listed(summary), ()) if key in detail), "")
    if is_number(detail.get(key, "")) and _listed(summary) not in summary.fields:
        yield from _pair(summary, summary.judged, judged, key, detail[key], _SUMMARY)
    for name, sign in (("Min latency (ns)", 1), ("Max latency (ns)", -1)):
        bound = summary.text(name)
        if bound is not None and sign * (Decimal(bound) - Decimal(judged)) > 0:
            told = f"{summary.judged}: {judged[:40]}, but {name}: {bound[:40]}"
            yield Contradiction(line, f"{told} (line {summary.line(name)}); the percentile is taken", told)
    target = number_or_none(detail.get(figures.TARGET))
    if target is not None and of_judged({round(100 * target, 4): ""}, percentile) is None:
        told = f"judged by the {percentile:g}th percentile, but the detail log's target is the {100 * target:.6g}th"
        yield Contradiction(line, f"{told} ({figures.TARGET}); the summary's is taken", told)


def _pair(
    summary: Summary, name: str, written: str, key: str, full: str, taken: str
) -> Iterator[Contradiction]:  # one or none
    if not are_equal(written, full):
        told = f"{name}: the summary says {written[:40]}, the detail log {full[:40]}"
        yield Contradiction(summary.line(name), f"{told} ({key}); {taken} is taken", told)


def _within_detail(detail: Detail) -> Iterator[Contradiction]:
    for key, (first, second) in detail.unlike.items():
        if key in figures.KEYS and not are_same(first, second):
            told = f"the detail log states {key} twice: {first[:40]}, then {second[:40]}"
            yield Contradiction(0, f"{told}; the first is taken", told)
