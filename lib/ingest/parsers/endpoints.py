"""The two files of MLCommons' Endpoints harness: `result_summary.json` and `accuracy_results.json`.

The fields are those of the harness' Report (https://github.com/mlcommons/endpoints): `qps` is completed samples, `tps`
output tokens, each over `duration_ns`; latencies are nanoseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from lib.ingest.parsers.documents import contradiction, parse_object
from lib.ingest.problem import Problem
from lib.names.values import utf8

_LARGEST = Decimal(10) ** 18  # nanoseconds of 30 years, and more than any rate
_SMALLEST = Decimal(10) ** -18
_EXPECTED = "expected the Endpoints harness' result summary"
_MOST_FIGURES = 50
_PERCENTILE = re.compile(r"([0-9]{1,3})(\.[0-9]{0,12})?")
# What rates are over: the whole run, or where the run asks for LoadGen's own way (`use_legacy_loadgen_qps_metrics`) the
# time from the first query to the last.
_WINDOWS = ("duration_ns", "legacy_loadgen_window_duration_ns")


@dataclass(frozen=True)
class EndpointsReport:
    """One `result_summary.json`. `figures` are its numbers by dotted name (`latency.avg`, `latency.percentiles.99`).

    Times are nanoseconds, rates per second. `faults` says of a name why what stands there is no such number. `doubts`
    are reasons not to trust the run as a whole; `is_valid` is False where it says that it did not end.
    """

    is_valid: bool
    figures: dict[str, Decimal] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    version: str = ""
    state: str = ""

    def number(self, name: str) -> float | None:
        """A figure as a number, None where there is none."""
        value = self.figures.get(name)
        return None if value is None else float(value)


def parse_report(data: bytes, path: str) -> EndpointsReport | Problem:
    """The figures of one `result_summary.json`; a Problem when it is no such document or contradicts itself."""
    document = _strict(data, path)
    if isinstance(document, Problem):
        return document
    figures: dict[str, Decimal] = {}
    faults: dict[str, str] = {}
    named = _scalars(document)
    if isinstance(named, str):
        return Problem("error", path, 0, f"{named}; none counts; {_EXPECTED}")
    for name, value in named:
        number = _number(value)
        if isinstance(number, Decimal):
            figures[name] = number
        elif number:
            faults[name] = number
    state, complete = document.get("state"), document.get("complete")
    doubts = tuple(_doubts(figures, faults, state, complete))
    version = _word(document.get("version"))
    return EndpointsReport(_is_ended(state, complete), figures, faults, doubts, version, _word(state))


def parse_scores(data: bytes, path: str) -> dict[str, float] | Problem:
    """The scores of one `accuracy_results.json`, in the file's own unit, by `accuracy_score` and the data set's name.

    Where several scores have one name, each has its place in the list before it (`accuracy_score 2 math`).
    Entries of another kind than accuracy are left out, as MLCommons' checker leaves them (`dataset_type`).
    """
    document = _strict(data, path)
    if isinstance(document, Problem):
        return document
    entries = document.get("accuracy_scores")
    if isinstance(entries, dict):
        entries = [{"name": name, **entry} for name, entry in entries.items() if isinstance(entry, dict)]
    if not isinstance(entries, list):
        return Problem("error", path, 0, "no list accuracy_scores; expected the Endpoints harness' accuracy results")
    found: list[tuple[str, float]] = []
    if len(entries) > _MOST_FIGURES:
        return Problem("error", path, 0, f"{len(entries)} accuracy_scores; at most {_MOST_FIGURES} are read")
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("dataset_type") not in (None, "accuracy"):
            continue
        score = _number(entry.get("score"))
        if not isinstance(score, Decimal):
            said = "no score" if score is None else f"a score that is {score}"
            return Problem("error", path, 0, f"{said} in accuracy_scores; expected a number")
        name = next((_word(entry[key]) for key in ("dataset_name", "dataset", "name") if _word(entry.get(key))), "")
        found.append((name, float(score)))
    if len(found) == 1:
        return {"accuracy_score": found[0][1]}
    names = [name or str(number) for number, (name, _) in enumerate(found, 1)]
    if len({*names}) < len(names):
        names = [f"{number} {name}".strip() for number, (name, _) in enumerate(found, 1)]
    return {f"accuracy_score {name}": score for name, (_, score) in zip(names, found, strict=True)}


def _strict(data: bytes, path: str) -> dict[str, Any] | Problem:
    """A JSON object whose numbers keep their digits, and no key of which stands for two values."""
    document = parse_object(data, path, "the Endpoints harness' results", _decimal)
    if isinstance(document, Problem):
        return document
    twice = contradiction(document, path, f"none counts; {_EXPECTED}")
    return document if twice is None else replace(twice, severity="error")


def _decimal(text: str) -> Decimal:
    """A JSON number with all its digits; one whose exponent no decimal can hold is no number."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("nan")


def _scalars(document: dict[str, Any]) -> list[tuple[str, Any]] | str:
    """The values of the fields that we read, by dotted name; a percentile as `99` whether written `99` or `99.0`.

    Two spellings of one percentile with unlike values are a contradiction, and the answer is that in words.
    """
    names = ("qps", "tps", *_WINDOWS, "n_samples_issued", "n_samples_completed", "n_samples_failed")
    found = [(name, document.get(name)) for name in names]
    for group in ("latency", "ttft", "tpot"):
        series = document.get(group)
        if not isinstance(series, dict):
            continue
        found += [(f"{group}.{name}", series.get(name)) for name in ("min", "max", "avg")]
        percentiles = series.get("percentiles")
        known: dict[str, tuple[str, Any]] = {}
        for name, value in percentiles.items() if isinstance(percentiles, dict) else ():
            first, other = known.setdefault(_percentile(name), (name, value))
            if other != value:
                return (
                    f"{group}.percentiles states one percentile twice: {first[:10]!r} {str(other)[:40]!r}, then "
                    f"{name[:10]!r} {str(value)[:40]!r}"
                )
        found += [(f"{group}.percentiles.{name}", value) for name, (_, value) in known.items()]
    total = document.get("output_sequence_lengths")
    pattern = document.get("run_config")
    pattern = pattern.get("load_pattern") if isinstance(pattern, dict) else None
    found.append(("output_sequence_lengths.total", total.get("total") if isinstance(total, dict) else None))
    found.append(("target_qps", pattern.get("target_qps") if isinstance(pattern, dict) else None))
    return found


def _percentile(name: str) -> str:
    """A percentile's name as `99` or `99.9`, however many zeros it was written with; any other name as it is."""
    found = _PERCENTILE.fullmatch(name)
    return f"{int(found[1])}{(found[2] or '').rstrip('0').rstrip('.')}" if found else name


def _number(value: Any) -> Decimal | str | None:
    """A figure of zero or more; what stands there instead, in words; None where nothing does."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        kind = "text" if isinstance(value, str) else type(value).__name__
        return f"{kind} ({str(value)[:40]!r}), not a number"
    number = Decimal(value)
    if not number.is_finite():
        return "not a finite number"
    if number < 0:
        return f"negative ({number:.10g})"
    if number and not _SMALLEST < number < _LARGEST:
        return "absurdly large" if number > 1 else "absurdly small"
    return number


def _doubts(figures: dict[str, Decimal], faults: dict[str, str], state: Any, complete: Any) -> list[str]:
    """Why the run cannot be trusted, by what its report says of itself."""
    doubts = []
    if state is None and complete is None:
        doubts.append("the report does not say whether the run was complete")
    elif not _is_ended(state, complete):
        doubts.append(f"the run did not end: state {str(state)[:20]!r}, complete {str(complete)[:20]!r}")
    failed = figures.get("n_samples_failed")
    if failed:
        doubts.append(f"{failed:.20g} samples failed")
    doubts += [f"{name} is {faults[name]}" for name in ("n_samples_failed", "duration_ns") if name in faults]
    issued, completed = figures.get("n_samples_issued"), figures.get("n_samples_completed")
    if issued is not None and completed is not None and completed < issued and not failed:
        doubts.append(f"{completed:.20g} of {issued:.20g} samples were completed")
    for rate, count in (("qps", "n_samples_completed"), ("tps", "output_sequence_lengths.total")):
        doubts += _contradiction(figures, rate, count)
    return doubts


def _is_ended(state: Any, complete: Any) -> bool:
    """Whether nothing says that the run broke off; what it does not say is a doubt, no verdict."""
    return state in (None, "complete") and (complete is None or complete is True)


def _contradiction(figures: dict[str, Decimal], rate: str, count: str) -> list[str]:
    """A rate that is not what its count over either duration gives; 1% is far beyond what rounding does."""
    stated, counted = figures.get(rate), figures.get(count)
    windows = [duration for name in _WINDOWS if (duration := figures.get(name))]
    if not stated or not counted or not windows:
        return []
    computed = [counted * 10**9 / duration for duration in windows]
    if any(abs(stated - number) <= number / 100 for number in computed):
        return []
    return [f"{rate} says {stated:.10g}, but {count} over {_WINDOWS[0]} gives {computed[0]:.10g}"]


def _word(value: Any) -> str:
    return utf8(" ".join(value.split()))[:40] if isinstance(value, str) else ""
