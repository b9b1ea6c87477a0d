"""The layout of a submission tree: what a file is, told from its path alone.

Source: MLCommons' submission rules, https://github.com/mlcommons/policies/blob/master/submission_rules.adoc,
section on directories.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lib.ingest.sources.paths import DIVISION_FOLDERS, SUMMARIES

_TEST = re.compile(r"TEST\d{2}")
_RUN = re.compile(r"run_\d{1,3}")
_RUN_FILES = {"mlperf_log_summary.txt": "summary", "mlperf_log_detail.txt": "detail", "spl.txt": "power"}


class Place(NamedTuple):
    """Where a file lies, each part as its folder is called; what does not apply is empty.

    `kind` is summary, detail, power, accuracy, system, measurements, conf, official (MLCommons' own values in the
    tree's root) or odd (a LoadGen summary where none belongs).
    """

    kind: str
    division: str = ""
    submitter: str = ""
    platform: str = ""
    benchmark: str = ""
    scenario: str = ""
    run: str = ""
    file: str = ""


def place_of(path: str) -> Place | None:
    """What the file of this path (from the division's folder on) is; None for a file that is not read."""
    if path in SUMMARIES:
        return Place("official", file=path)
    parts = path.split("/")
    if len(parts) < 4 or parts[0] not in DIVISION_FOLDERS:
        return None
    area, file = parts[2], parts[-1]
    if area == "systems":
        is_system = len(parts) == 4 and file.endswith(".json")
        return Place("system", parts[0], parts[1], file.removesuffix(".json"), file=file) if is_system else None
    if area not in ("results", "measurements"):
        return None
    kind = _kind(area, parts[6:])
    if kind is None:
        return Place("odd", file=file) if area == "results" and _is_odd(parts[3:]) else None
    run = parts[7] if kind in _RUN_FILES.values() else ""
    return Place(kind, parts[0], parts[1], parts[3], parts[4], parts[5], run, file)


def _kind(area: str, rest: list[str]) -> str | None:
    """The kind of a file by what follows SYSTEM/BENCHMARK/SCENARIO in its path."""
    if len(rest) == 1 and rest[0] == "user.conf":
        return "conf"
    if len(rest) == 1 and rest[0].endswith(".json"):
        return "measurements"
    if area != "results":
        return None
    if rest == ["accuracy", "accuracy.txt"]:
        return "accuracy"
    if len(rest) == 3 and rest[0] == "performance" and _RUN.fullmatch(rest[1]):
        return _RUN_FILES.get(rest[2])
    return None


def _is_odd(inside: list[str]) -> bool:
    """Whether a run's summary lies deeper or higher than it should. Runs of a compliance test may lie here."""
    is_run = len(inside) >= 3 and inside[-3] == "performance" and inside[-1] == "mlperf_log_summary.txt"
    return is_run and bool(_RUN.fullmatch(inside[-2])) and not any(_TEST.fullmatch(part) for part in inside)
