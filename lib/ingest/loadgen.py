"""LoadGen's two logs: the summary that people read, and the detail log that has the full precision.

The formats are those of https://github.com/mlcommons/inference/tree/master/loadgen (results.cc, logging.cc).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lib.ingest.problem import Problem
from lib.vocabulary import Scenario

_LINE = re.compile(r"[ \t]{0,8}(?:\* )?([^:\n]{1,80}?)[ \t]{0,60}:[ \t]{0,8}([^\n]{0,400})")
_PERCENTILE = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)th percentile latency \(ns\)")
_ESTIMATE = re.compile(r"Early stopping (\d{1,2}(?:\.\d{1,4})?)th percentile estimate")
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,4})?")


@dataclass(frozen=True)
class Summary:
    """The fields of one `mlperf_log_summary.txt`, as text, by the name that LoadGen gives them.

    `headline` is the percentile that this run is judged by (90.0, 99.0, 99.9), None outside latency scenarios.
    `estimates` holds the early-stopping estimates in nanoseconds, by percentile; of several sections
    (whole query, first token, output token) the first counts that belongs to the whole query.
    """

    scenario: Scenario
    is_valid: bool
    fields: dict[str, str] = field(default_factory=dict)
    headline: float | None = None
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
    if text.startswith("version https://git-lfs"):
        return Problem("error", path, 1, "a Git LFS pointer, not the log itself; run git lfs pull")
    fields: dict[str, str] = {}
    estimates: dict[float, str] = {}
    headline: float | None = None
    section = ""
    for line in text.splitlines():
        if line.startswith((" * Early stopping", "* Early stopping")):
            found = _ESTIMATE.search(line)
            if found and section != "token":
                estimates.setdefault(float(found[1]), line.rpartition(":")[2].strip())
            continue
        if line.startswith(("TTFT Early", "TPOT Early")):
            section = "token"
        elif line.startswith("Early Stopping Result"):
            section = "query"
        match = _LINE.match(line)
        if not match:
            continue
        name, value = match[1].strip(), match[2].strip()
        percentile = _PERCENTILE.fullmatch(name)
        if percentile and headline is None and "Result is" not in fields:
            headline = float(percentile[1])
        fields.setdefault(name, value)
    return _summary(fields, headline, estimates, path)


def _summary(
    fields: dict[str, str], headline: float | None, estimates: dict[float, str], path: str
) -> Summary | Problem:
    scenario = Scenario.find(fields.get("Scenario"))
    if scenario is None:
        found = fields.get("Scenario", "")[:40]
        return Problem("error", path, 0, f"no scenario that we know ({found!r}); expected a line 'Scenario : Offline'")
    verdict = fields.get("Result is", "")
    if verdict not in ("VALID", "INVALID"):
        return Problem("error", path, 0, "no verdict; expected a line 'Result is : VALID'")
    estimates = {percentile: value for percentile, value in estimates.items() if _NUMBER.fullmatch(value)}
    return Summary(Scenario(scenario), verdict == "VALID", fields, headline, estimates)


DETAIL_KEYS = re.compile(rb'"key": "(result_|early_stopping_|power_begin|power_end)')
_DETAIL = re.compile(r'"key": "([^"]{1,120})", "value": (.{1,4000}?), "time_ms"')


def parse_detail(lines: Iterable[bytes]) -> dict[str, str]:
    """The `result_*`, `early_stopping_*`, `power_begin` and `power_end` values of an `mlperf_log_detail.txt`.

    Numbers stay as written. The first value of a key counts. The line format of v0.5 and v0.7 holds none of
    these keys and gives an empty answer.
    """
    values: dict[str, str] = {}
    for raw in lines:
        if not DETAIL_KEYS.search(raw):
            continue
        match = _DETAIL.search(raw.decode("utf-8", "replace"))
        if match:
            values.setdefault(match[1], _plain(match[2]))
    return values


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
