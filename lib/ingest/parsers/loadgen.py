"""LoadGen's two logs: the summary that people read, and the detail log that has the full precision.

The formats are those of https://github.com/mlcommons/inference/tree/master/loadgen (results.cc, logging.cc).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lib.ingest.parsers.figures import ONCE, are_same
from lib.ingest.parsers.percentiles import Estimate, estimates, is_number, judged
from lib.ingest.problem import Problem
from lib.names.values import utf8
from lib.vocabulary import Scenario

_MOST_FIELDS = 1000  # a summary has about 75; one that goes on lists errors
_MOST_KEYS = 1000  # a detail log has about 150 such keys
_NO_RESULT = ("SUT name", "Scenario", "Mode")
_BANNER = "MLPerf Results Summary"
_PROCESSED = re.compile(r"\* Processed at least \d{1,12} queries \((\d{1,20})\)")


class Twice(NamedTuple):
    """A name that a summary has twice, with unlike values: both, and the lines where they stand."""

    name: str
    first: str
    first_line: int
    second: str
    second_line: int


@dataclass(frozen=True)
class Summary:
    """The fields of one `mlperf_log_summary.txt`, as text, by the name that LoadGen gives them.

    `scenario` is a Scenario, or the log's own word where nobody has seen it. `is_valid`: every verdict is VALID.
    `headline` is the percentile that this run is judged by (90.0, 99.0, 99.9; 100.0 where LoadGen rounded it), None
    outside latency scenarios; `judged` the name of its line and `odd` that of a line which speaks of a percentile in
    unknown words. `result` names the first number above the verdict, which is the log's own headline. `estimates` holds
    the early-stopping estimates in nanoseconds, by percentile; of several sections (whole query, first token, output
    token) only the whole query's; `unread` those that are no number. `queries` is how many early stopping looked at.
    `lines` are the lines of the fields. `twice` is what the log says twice and unlike, of what a result hangs on;
    `starts` are the lines where a summary begins, if several do, which are alike or not (`are_alike`).
    """

    scenario: str
    is_valid: bool
    fields: dict[str, str] = field(default_factory=dict)
    headline: float | None = None
    result: str = ""
    estimates: dict[float, str] = field(default_factory=dict)
    unread: dict[float, Estimate] = field(default_factory=dict)
    queries: str = ""
    judged: str = ""
    odd: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    twice: tuple[Twice, ...] = ()
    starts: tuple[int, ...] = ()
    are_alike: bool = True

    def text(self, *names: str) -> str | None:
        """The number as written under the first of these names that holds one, else None."""
        for name in names:
            value = self.fields.get(name, "")
            if is_number(value):
                return value
        return None

    def line(self, name: str) -> int:
        """The line of a field, 0 where there is none."""
        return self.lines.get(name, 0)


def parse_summary(data: bytes, path: str) -> Summary | Problem:
    """The result, constraints and test parameters of one `mlperf_log_summary.txt`.

    Latencies are nanoseconds as LoadGen wrote them. A Problem when it is no text, or when the scenario or the
    verdict (`Result is : VALID`) is missing. Of what stands twice the first counts, but an INVALID before a VALID.
    """
    text = _decoded(data)
    if text is None:
        return Problem("error", path, 0, "not a text file; expected LoadGen's summary")
    if not text.strip():
        return Problem("error", path, 0, "an empty file; expected LoadGen's summary")
    if text.startswith("version https://git-lfs"):
        return Problem("error", path, 1, "a Git LFS pointer, not the log itself; run git lfs pull")
    fields, lines, again = _fields(text)
    if not fields.get("Scenario"):
        return Problem("error", path, 0, "no scenario; expected a line such as 'Scenario : Offline'")
    verdict = fields.get("Result is", "")
    if verdict not in ("VALID", "INVALID"):
        return Problem("error", path, _line_of(text, "Result is"), "no verdict; expected a line 'Result is : VALID'")
    above = _above_verdict(fields)
    percentiles, odd = judged(above)
    line = next(iter(percentiles), "")
    stated = estimates(text)
    found = {item.percentile: item for item in reversed(stated)}
    processed = _PROCESSED.search(text)
    starts, are_alike = _starts(text)
    return Summary(
        str(Scenario.find(fields["Scenario"]) or fields["Scenario"][:40]),
        verdict == "VALID" and "Result is" not in again,
        fields,
        percentiles.get(line),
        next((name for name in above if is_number(fields[name])), ""),
        {percentile: item.text for percentile, item in found.items() if is_number(item.text)},
        {percentile: item for percentile, item in found.items() if not is_number(item.text)},
        processed[1] if processed else "",
        line,
        odd,
        lines,
        (*_twice(above, again), *_estimates_twice(stated, found), *_two_percentiles(list(percentiles), fields, lines)),
        starts,
        are_alike,
    )


def _fields(text: str) -> tuple[dict[str, str], dict[str, int], dict[str, Twice]]:
    """What stands before and after the first colon of each line, the lines, and what comes again with another value."""
    fields: dict[str, str] = {}
    lines: dict[str, int] = {}
    again: dict[str, Twice] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not 0 < len(name) <= 80:
            continue
        if name in fields:
            second = value.strip()[:400]
            if second != fields[name] and name not in again and not are_same(second, fields[name]):
                again[name] = Twice(name, fields[name], lines[name], second, number)
        elif len(fields) < _MOST_FIELDS:
            fields[name] = value.strip()[:400]
            lines[name] = number
    return fields, lines, again


def _above_verdict(fields: dict[str, str]) -> list[str]:
    names = list(fields)
    return [name for name in names[: names.index("Result is")] if name not in _NO_RESULT]


def _twice(above: list[str], again: dict[str, Twice]) -> Iterator[Twice]:
    """What is said twice of what a result hangs on. Up to v1.0 MultiStream prints its percentiles twice, of the query
    and of the sample: those of the statistics may differ."""
    yield from (again[name] for name in again if name in ONCE or name in above)


def _estimates_twice(stated: list[Estimate], first: dict[float, Estimate]) -> Iterator[Twice]:
    for item in stated:
        known = first[item.percentile]
        if not are_same(item.text, known.text):
            name = f"Early stopping {item.percentile:g}th percentile estimate"
            yield Twice(name, known.text, known.line, item.text, item.line)


def _two_percentiles(names: list[str], fields: dict[str, str], lines: dict[str, int]) -> Iterator[Twice]:
    """Further lines above the verdict that name a percentile: a run is judged by one."""
    for name in names[1:]:
        first, second = (f"{line} : {fields[line]}" for line in (names[0], name))
        yield Twice("the judged percentile", first, lines[names[0]], second, lines[name])


def _starts(text: str) -> tuple[tuple[int, ...], bool]:
    """The lines at which a summary begins, where several do in one file, and whether these say the same."""
    if text.count(_BANNER) < 2:
        return (), True
    lines = [line.strip() for line in text.splitlines()]
    starts = [number for number, line in enumerate(lines, 1) if line == _BANNER]
    ends = [*(number - 1 for number in starts[1:]), len(lines)]
    bodies = {
        tuple(line for line in lines[start:end] if line.strip("=")) for start, end in zip(starts, ends, strict=True)
    }
    return (tuple(starts), len(bodies) == 1) if len(starts) > 1 else ((), True)


def _line_of(text: str, name: str) -> int:
    place = text.find(name)
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


class Detail(dict[str, str]):
    """The values of a detail log by key, as written; `unlike` has the keys that it gives twice, with both values."""

    def __init__(self) -> None:
        super().__init__()
        self.unlike: dict[str, tuple[str, str]] = {}


# One entry of the detail log; `[^"\n]` and the like keep a match within its line.
_DETAIL = re.compile(
    rb'"key": "((?:result_|early_stopping_|power_begin|power_end|loadgen_version'
    rb'|effective_(?:scenario|test_mode|target_latency_perc))[^"\n]{0,120})", '
    rb'"value": ("(?:[^"\\\n]|\\[^\n]){0,4000}"|[^",\s]{1,400})'
)
_CHUNK = 1 << 20


def parse_detail(read: Callable[[int], bytes]) -> Detail:
    """The `result_*`, `early_stopping_*`, `power_*` and `loadgen_version` values of an `mlperf_log_detail.txt`, and the
    scenario and mode that LoadGen took.

    `read` gives the next bytes of the log, which may be of any length: it is never held as a whole. Numbers stay as
    written. The first value of a key counts. The line format of v0.5 and v0.7 holds none of these keys and gives an
    empty answer.
    """
    values = Detail()
    for lines in _whole_lines(read):
        for key, value in _DETAIL.findall(lines):
            name, text = key.decode("utf-8", "replace"), _plain(value.decode("utf-8", "replace"))
            if name not in values and len(values) >= _MOST_KEYS:
                continue
            first = values.setdefault(name, text)
            if first != text:
                values.unlike.setdefault(name, (first, text))
    return values


def _whole_lines(read: Callable[[int], bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := read(_CHUNK):
        lines, newline, rest_of_chunk = chunk.rpartition(b"\n")
        if newline:
            yield rest + lines
            rest = rest_of_chunk
        else:  # no log has lines of a megabyte: what such a one holds is looked through, but not gathered
            yield rest + chunk
            rest = b""
    yield rest


def _plain(value: str) -> str:
    if value.startswith('"'):
        try:
            return utf8(str(json.loads(value)))
        except ValueError:
            return value.strip('"')
    return value


def _decoded(data: bytes) -> str | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    # Some SUTs hand LoadGen a C string with its closing NUL, which then stands in the middle of the log.
    return data.replace(b"\0", b"").decode("utf-8-sig", "replace")
