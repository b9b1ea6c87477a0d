"""LoadGen's two logs: the summary that people read, and the detail log that has the full precision.

The formats are those of https://github.com/mlcommons/inference/tree/master/loadgen (results.cc, logging.cc).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lib.ingest.problem import Problem
from lib.vocabulary import Scenario

# LoadGen before 5.1 rounds the percentile that it prints: 99.9 is `100th`, there and in the estimate's line.
_PERCENTILE = re.compile(r"(100|\d{1,2}(?:\.\d{1,4})?)th percentile latency \(ns\)")
_ESTIMATE = re.compile(r"Early stopping (100|\d{1,2}(?:\.\d{1,4})?)th percentile estimate")
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,4})?")
_MOST_FIELDS = 1000  # a summary has about 75; one that goes on lists errors
_NO_RESULT = ("SUT name", "Scenario", "Mode")


@dataclass(frozen=True)
class Summary:
    """The fields of one `mlperf_log_summary.txt`, as text, by the name that LoadGen gives them.

    `scenario` is a Scenario, or the log's own word where nobody has seen it. `headline` is the percentile that this
    run is judged by (90.0, 99.0, 99.9), None outside latency scenarios. `result` names the first number above the
    verdict, which is the log's own headline. `estimates` holds the early-stopping estimates in nanoseconds, by
    percentile; of several sections (whole query, first token, output token) only the whole query's.
    """

    scenario: str
    is_valid: bool
    fields: dict[str, str] = field(default_factory=dict)
    headline: float | None = None
    result: str = ""
    estimates: dict[float, str] = field(default_factory=dict)

    def text(self, *names: str) -> str | None:
        """The number as written under the first of these names that holds one, else None."""
        for name in names:
            value = self.fields.get(name, "")
            if _NUMBER.fullmatch(value):
                return value
        return None


def parse_summary(data: bytes, path: str) -> Summary | Problem:
    """The result, constraints and test parameters of one `mlperf_log_summary.txt`.

    Latencies are nanoseconds as LoadGen wrote them. A Problem when it is no text, or when the scenario or the
    verdict (`Result is : VALID`) is missing.
    """
    text = _decoded(data)
    if text is None:
        return Problem("error", path, 0, "not a text file; expected LoadGen's summary")
    if not text.strip():
        return Problem("error", path, 0, "an empty file; expected LoadGen's summary")
    if text.startswith("version https://git-lfs"):
        return Problem("error", path, 1, "a Git LFS pointer, not the log itself; run git lfs pull")
    fields = _fields(text)
    if not fields.get("Scenario"):
        return Problem("error", path, 0, "no scenario; expected a line such as 'Scenario : Offline'")
    verdict = fields.get("Result is", "")
    if verdict not in ("VALID", "INVALID"):
        return Problem("error", path, _line_of(text, "Result is"), "no verdict; expected a line 'Result is : VALID'")
    scenario = Scenario.find(fields["Scenario"]) or fields["Scenario"][:40]
    above = _above_verdict(fields)
    percentile = next((found for name in above if (found := _PERCENTILE.fullmatch(name))), None)
    return Summary(
        str(scenario),
        verdict == "VALID",
        fields,
        float(percentile[1]) if percentile else None,
        next((name for name in above if _NUMBER.fullmatch(fields[name])), ""),
        _estimates(text),
    )


def _fields(text: str) -> dict[str, str]:
    """What stands before and after the first colon of each line; the first value of a name counts."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and 0 < len(name) <= 80 and name not in fields:
            fields[name] = value.strip()[:400]
            if len(fields) == _MOST_FIELDS:
                break
    return fields


def _above_verdict(fields: dict[str, str]) -> list[str]:
    names = list(fields)
    return [name for name in names[: names.index("Result is")] if name not in _NO_RESULT]


def _line_of(text: str, name: str) -> int:
    place = text.find(name)
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


def _estimates(text: str) -> dict[float, str]:
    """The early-stopping estimates by percentile, without those of first and output tokens."""
    estimates: dict[float, str] = {}
    is_query = True
    for line in text.splitlines():
        if line.startswith(("TTFT Early", "TPOT Early")):
            is_query = False
        elif line.startswith("Early Stopping Result"):
            is_query = True
        elif is_query and line.lstrip().startswith("* Early stopping") and (found := _ESTIMATE.search(line)):
            value = line.rpartition(":")[2].strip()
            if _NUMBER.fullmatch(value):
                estimates.setdefault(float(found[1]), value)
    return estimates


# One entry of the detail log; `[^"\n]` and the like keep a match within its line.
_DETAIL = re.compile(
    rb'"key": "((?:result_|early_stopping_|power_begin|power_end|loadgen_version)[^"\n]{0,120})", '
    rb'"value": ("(?:[^"\\\n]|\\[^\n]){0,4000}"|[^",\s]{1,400})'
)
_CHUNK = 1 << 20


def parse_detail(read: Callable[[int], bytes]) -> dict[str, str]:
    """The `result_*`, `early_stopping_*`, `power_*` and `loadgen_version` values of an `mlperf_log_detail.txt`.

    `read` gives the next bytes of the log, which may be of any length: it is never held as a whole. Numbers stay as
    written. The first value of a key counts. The line format of v0.5 and v0.7 holds none of these keys and gives an
    empty answer.
    """
    values: dict[str, str] = {}
    for lines in _whole_lines(read):
        for key, value in _DETAIL.findall(lines):
            values.setdefault(key.decode("utf-8", "replace"), _plain(value.decode("utf-8", "replace")))
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
            return str(json.loads(value))
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
