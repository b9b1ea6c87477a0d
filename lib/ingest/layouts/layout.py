"""The layout of a submission tree: what a file is, told from its path alone.

Source: MLCommons' submission rules, https://github.com/mlcommons/policies/blob/master/submission_rules.adoc,
section on directories. Where a path departs from them and its meaning is plain all the same (another case, `run1` for
`run_1`, a packed file), it is read; what is not told so comes back as None and is looked at by `unread`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lib.ingest.sources.packed import ENDINGS
from lib.ingest.sources.paths import DIVISION_FOLDERS, SUMMARIES

_RUN = re.compile(r"run[-_ ]?0{0,3}([0-9]{1,3})")
_RUN_FILES = {"mlperf_log_summary.txt": "summary", "mlperf_log_detail.txt": "detail", "spl.txt": "power"}
RUN_KINDS = frozenset(_RUN_FILES.values())
SETTINGS_KINDS = ("measurements", "conf", "config")
# What names a result by itself, wherever it lies.
RESULT_FILES = frozenset(("mlperf_log_summary.txt", "result_summary.json"))
# Runs of audits and of the power meter's ranging lie in between; they are no results.
_NO_RESULT = re.compile(r"\.?test_?[0-9]{1,2}[a-z]?|compliance|ranging|power|code|src|\..*")
# How far a path departs from the rules: of two that mean the same file the nearer one is read.
_CASE, _PACKED, _SPELLING, _DEPTH = 1, 2, 4, 8


class Place(NamedTuple):
    """Where a file lies, each part as its folder is called; what does not apply is empty.

    `kind` is summary, detail, power, endpoints (the Endpoints harness' result), accuracy, scores (that harness'
    accuracy), system, measurements, conf, config (its settings) or official (MLCommons' own values in the tree's
    root). `beside` is the folder of a file of settings: those of all such folders count. `distance` says how far the
    path departs from the rules, `said` what a reader should know of that.
    """

    kind: str
    division: str = ""
    submitter: str = ""
    platform: str = ""
    benchmark: str = ""
    scenario: str = ""
    run: str = ""
    file: str = ""
    distance: int = 0
    is_packed: bool = False
    said: str = ""
    beside: str = ""

    @property
    def meant(self) -> tuple[str, ...]:
        """What the file is, however its path is spelled."""
        return (*self[:8], self.beside)


@lru_cache(4)
def place_of(path: str) -> Place | None:
    """What the file of this path (from the division's folder on) is; None for a file that is not read."""
    parts = path.split("/")
    if "/." in path:
        return None  # hidden: a program's own copies and notes, such as .ipynb_checkpoints
    if len(parts) <= 2:
        return Place("official", file=path) if parts[-1].lower() in SUMMARIES else None
    division = parts[0].lower()
    if len(parts) < 4 or division not in DIVISION_FOLDERS:
        return None
    area, distance = parts[2].lower(), _CASE * ((parts[0], parts[2]) != (division, parts[2].lower()))
    file, is_packed = bare(parts[-1])
    distance += _PACKED * is_packed
    if area == "systems":
        if len(parts) != 4 or not file.lower().endswith(".json"):
            return None
        distance += _CASE * (not file.endswith(".json"))
        return Place("system", division, parts[1], file[:-5], distance=distance, is_packed=is_packed)
    if area not in ("results", "measurements") or len(parts) < 7:
        return None
    kind, run, name, further, said = _kind(area, (*parts[6:-1], file))
    if not kind:
        return None
    beside = "/".join([area, *parts[6:-1]]).lower() if kind in SETTINGS_KINDS else ""
    return Place(
        kind, division, parts[1], parts[3], parts[4], parts[5], run, name, distance + further, is_packed, said, beside
    )  # fmt: skip


def further(place: Place, key: tuple[str, str, str, str, str]) -> Place:
    """A place as that of another result's folder, of which its own is another spelling."""
    division, submitter, platform, benchmark, scenario = key
    return place._replace(
        division=division, submitter=submitter, platform=platform, benchmark=benchmark, scenario=scenario,
        distance=place.distance + _CASE,
    )  # fmt: skip


def bare(name: str) -> tuple[str, bool]:
    """A file's name without the ending of what packed it, and whether it has one."""
    if not name.lower().endswith(ENDINGS):
        return name, False
    return name.rpartition(".")[0], True


def run_of(folder: str) -> str:
    """The run that a folder's name means (`run_1` for `run1`, `Run_01`); empty where it means none."""
    found = _RUN.fullmatch(folder.lower())
    return f"run_{int(found[1])}" if found else ""


def is_beside_results(parts: list[str]) -> bool:
    """Whether a path below a scenario's folder is of an audit, or of the power meter: no result is lost there."""
    return any(_NO_RESULT.fullmatch(part.lower()) for part in parts)


@lru_cache(4096)
def _kind(area: str, rest: tuple[str, ...]) -> tuple[str, str, str, int, str]:
    """Kind, run, file, distance and what is said of it, by what follows SYSTEM/BENCHMARK/SCENARIO in a path."""
    folded = tuple(part.lower() for part in rest)
    distance = _CASE * (rest != folded)
    if len(rest) == 1:
        kind = {"user.conf": "conf", "config.yaml": "config", "config.yml": "config"}.get(folded[0], "")
        if not kind and folded[0].endswith(".json"):
            return "measurements", "", rest[0][:-5] + ".json", _CASE * (not rest[0].endswith(".json")), ""
        return kind, "", folded[0], distance, ""
    if area != "results":
        return _NOTHING
    if folded[0] == "measurements" and len(rest) == 2:
        kind, run, name, further, _ = _kind(area, rest[1:])
        return (kind, run, name, further + _DEPTH, "") if kind in ("measurements", "conf") else _NOTHING
    if folded[0] == "accuracy" and len(rest) == 2:
        kind = {"accuracy.txt": "accuracy", "accuracy_results.json": "scores"}.get(folded[1], "")
        return kind, "", "", distance, ""
    return _kind_of_run(rest, folded) if folded[0] == "performance" else _NOTHING


def _kind_of_run(rest: tuple[str, ...], folded: tuple[str, ...]) -> tuple[str, str, str, int, str]:
    run = run_of(folded[1]) if len(rest) == 3 else ""
    if len(rest) > 3 or (len(rest) == 3 and not run):
        return _NOTHING
    distance = _CASE * (rest[0] != folded[0] or rest[-1] != folded[-1])
    if folded[-1] == "result_summary.json":
        said = (
            f"in a run's folder {rest[1][:40]!r}, where the Endpoints harness has none; read all the same"
            if run
            else ""
        )
        return "endpoints", "", "", distance + _DEPTH * bool(run), said
    kind = _RUN_FILES.get(folded[-1], "")
    if not run:
        said = "a log without a run's folder; read as performance/run_1" if kind == "summary" else ""
        return kind, "run_1", "", distance + _DEPTH, said
    if rest[1] == run:
        return kind, run, "", distance, ""
    said = f"a run's folder {rest[1][:40]!r}; read as {run}" if kind == "summary" else ""
    return kind, run, "", distance + _SPELLING, said


_NOTHING = ("", "", "", 0, "")
