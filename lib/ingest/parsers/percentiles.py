"""The percentile that a latency log is judged by, and the early-stopping estimates: which line says which.

LoadGen prints `90th percentile latency (ns)` above the verdict, from 5.1 on `90.0th`. Before 5.1 it rounds the
percentile to a whole one, so that 99.9 is printed as `100th`, in the estimate's line as well: a line goes with the
estimate of the same words, whatever number these stand for.
Source: https://github.com/mlcommons/inference/blob/master/loadgen/results.cc
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

# `90th`, `99.90`, `97.0th`, `100th`; more than 100 is no percentile.
_LABEL = r"(100(?:\.0{1,6})?|\d{1,2}(?:\.\d{1,6})?)\s?(?:st|nd|rd|th)?"
_PERCENTILE = re.compile(rf"{_LABEL} percentile latency \(ns\)", re.IGNORECASE)
_ESTIMATE = re.compile(rf"Early stopping {_LABEL} percentile estimate", re.IGNORECASE)
# Of first and output tokens, which are bounds of another kind.
_OF_TOKENS = re.compile(r"token", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,4})?")


def is_number(text: str) -> bool:
    """Whether a text is a number as LoadGen writes it."""
    return _NUMBER.fullmatch(text) is not None


def judged(above: Iterable[str]) -> tuple[dict[str, float], str]:
    """The percentile lines among the names above a verdict, and the first that speaks of one in unknown words.

    >>> judged(["Mode", "99.9th percentile latency (ns)", "90.0th first token percentile latency (ns)"])
    ({'99.9th percentile latency (ns)': 99.9}, '')
    >>> judged(["ninetieth percentile latency (ns)"])
    ({}, 'ninetieth percentile latency (ns)')
    """
    found, unknown = {}, ""
    for name in above:
        label = _PERCENTILE.fullmatch(name)
        if label:
            found[name] = float(label[1])
        elif "percentile" in name.casefold() and not _OF_TOKENS.search(name):
            unknown = unknown or name
    return found, unknown


class Estimate(NamedTuple):
    """An early-stopping estimate as it stands in a summary, and its line."""

    percentile: float
    text: str
    line: int


def estimates(text: str) -> list[Estimate]:
    """The early-stopping estimates of the whole query, without those of first and output tokens."""
    found: list[Estimate] = []
    is_query = True
    for number, line in enumerate(text.splitlines(), 1):
        if "arly " not in line:
            continue
        if line.startswith(("TTFT Early", "TPOT Early")):
            is_query = False
        elif line.startswith("Early Stopping Result"):
            is_query = True
        elif is_query and line.lstrip().startswith("* Early stopping") and (label := _ESTIMATE.search(line)):
            found.append(Estimate(float(label[1]), line.rpartition(":")[2].strip()[:400], number))
    return found


def of_judged(figures: Mapping[float, str], percentile: float) -> str | None:
    """The figure of the judged percentile. `100` and a fraction above 99 are the same, rounded in one line alone."""
    if percentile in figures:
        return figures[percentile]
    if percentile == 100:
        fractions = [other for other in figures if 99 < other < 100]
        return figures[fractions[0]] if len(fractions) == 1 else None
    return figures.get(100.0) if 99.5 <= percentile < 100 else None
