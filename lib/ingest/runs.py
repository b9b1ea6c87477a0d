"""Which of a result's runs is the published one, and what its runs say against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lib.ingest.contradictions import Contradiction, contradictions, doubt_of, is_of_accuracy, problems_of
from lib.ingest.layouts.contents import Folder, Run
from lib.ingest.parsers.figures import VERDICT
from lib.ingest.parsers.loadgen import Summary
from lib.ingest.problem import Problem
from lib.names.values import number_or_none
from lib.rounds import RuleSet

_NO_PERFORMANCE = (
    "left out: the log of an accuracy run filed as performance; LoadGen measures no performance in that mode; expected "
    "'Mode : PerformanceOnly'"
)


def summary_of(run: Run) -> Summary:
    """The summary of a run that has one."""
    assert run.summary is not None
    return run.summary


def readable(folder: Folder) -> tuple[list[str], list[Problem]]:
    """The runs of a result that a number can come from, in their order, and what is said of the others.

    A run that either of its logs calls INVALID is so.
    """
    names: list[str] = []
    problems: list[Problem] = []
    for name in sorted((name for name, run in folder.runs.items() if run.summary), key=_number):
        run = folder.runs[name]
        summary = summary_of(run)
        if is_of_accuracy(summary, run.detail):
            problems.append(Problem("error", run.path, summary.line("Mode"), _NO_PERFORMANCE))
            continue
        if run.figure(VERDICT) == "INVALID" and summary.is_valid:
            run.summary = replace(summary, is_valid=False)
        names.append(name)
    return names, problems


def published_run(folder: Folder, names: list[str], rules: RuleSet) -> str:
    """The first run, or by the rules of the earliest rounds the slowest of the Server runs."""
    rates = {name: rate for name in names if (rate := _scheduled(folder.runs[name])) is not None}
    if rules.published_run == "first" or not rates:
        return names[0]
    return min(rates, key=lambda name: (rates[name], _number(name)))


def doubts_of_runs(folder: Folder, names: list[str], chosen: str, rules: RuleSet) -> tuple[str | None, list[Problem]]:
    """Why the number of the published run cannot be trusted, None where nothing speaks against it, and what is said.

    Of several runs the rule says which one is published; that they differ in speed is no contradiction. Where it is
    the slowest, every run takes part in the choice, and so do its contradictions.
    """
    published = folder.runs[chosen]
    is_choice = rules.published_run != "first" and _scheduled(published) is not None
    doubts: list[str] = []
    problems: list[Problem] = []
    for name in sorted(names, key=lambda name: (name != chosen, _number(name))):
        run = folder.runs[name]
        found = [*contradictions(summary_of(run), run.detail), *_unlike_files(run)]
        doubt = doubt_of(found)
        if doubt and (name == chosen or is_choice):
            doubts.append(doubt if name == chosen else f"{name}: {doubt}")
        if name != chosen and (unlike := _unlike(name, summary_of(run), chosen, summary_of(published))):
            found = [*found, unlike]
            if is_choice or summary_of(run).scenario != summary_of(published).scenario:
                doubts.append(unlike.doubt)
        problems += problems_of(found, run.path)
    return "; ".join(doubts) or None, problems


def _unlike_files(run: Run) -> Iterator[Contradiction]:
    """What further files that mean the same run say against its summary."""
    summary = summary_of(run)
    for path, other in sorted(run.others.items()):
        own, theirs = (f"{said.result} {said.fields.get(said.result, '')}"[:80] for said in (summary, other))
        told = f"two unlike summaries of one run: {own}, and in {path!r} {theirs}"
        yield Contradiction(summary.line(summary.result), f"{told}; the first is taken", told)


def _unlike(name: str, own: Summary, chosen: str, other: Summary) -> Contradiction | None:
    """What a further run of a result says against the published one: another scenario, another verdict."""
    if own.scenario != other.scenario:
        told = f"{name} is of {own.scenario}, {chosen} of {other.scenario}"
        return Contradiction(own.line("Scenario"), f"{told}; {chosen} is published", told)
    if own.is_valid != other.is_valid:
        words = ["VALID" if summary.is_valid else "INVALID" for summary in (own, other)]
        told = f"{name} is {words[0]}, {chosen} {words[1]}"
        return Contradiction(own.line("Result is"), f"{told}; {chosen} is published", told)
    return None


def _number(name: str) -> int:
    """The number in a run's name, `run_2`."""
    return int(name.partition("_")[2])


def _scheduled(run: Run) -> float | None:
    text = run.summary.text("Scheduled samples per second") if run.summary else None
    return number_or_none(text) if text else None
