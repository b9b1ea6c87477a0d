"""What lies in a source and is not read: where a result may be lost with it, one problem names the place.

Quiet stay what never holds results: documentation, code, audits, the power meter's ranging, a run's other files beside
its summary. All is told from paths alone.
"""

from __future__ import annotations

import re
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lib.ingest.layouts.layout import RESULT_FILES, RUN_KINDS, Place, bare, is_beside_results, run_of
from lib.ingest.problem import Problem
from lib.ingest.sources.paths import AREAS, DIVISION_FOLDERS, OTHER_FOLDERS, SUMMARIES, division_in
from lib.vocabulary import Scenario

_ARCHIVE = re.compile(r".{1,200}\.(?:zip|tar|tgz|tbz2?|txz|tar\.(?:gz|xz|bz2|zst)|7z|rar)")
_NEVER_READ = (".md", ".rst", ".adoc", ".html", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".py", ".sh", ".ipynb")
_LOADGEN = ("mlperf_log_", ".")  # of the accuracy run, which tell no figure
_SAMPLES, _POWER = "spl.txt", "power"  # the analyzer's log, and the folder of its server's and client's logs
_RUN_LOGS = ("mlperf_log_detail.txt", _SAMPLES)
_LIKE_SUMMARY = re.compile(r".{0,40}summary.{0,40}\.(?:csv|tsv|json|xlsx?|ods|parquet)(?:\.(?:gz|xz|bz2|zst))?")
_MOST_NAMES = 3
# What lies beside a run, and tells of no result by itself.
_BESIDE = re.compile(r"(?:accuracy|measurements)/.{0,999}|[^/]{0,255}\.(?:json|conf|ya?ml|md|txt)|readme|\..{0,255}")
_SCENARIO = 6  # steps of a path up to a scenario's folder: DIVISION/SUBMITTER/results/SYSTEM/BENCHMARK/SCENARIO

_RUN = "performance/run_N/mlperf_log_summary.txt"
_DEPTH = "a log at an unexpected depth; expected results/SYSTEM/BENCHMARK/SCENARIO/performance/run_N"
_HIDDEN = "results in a folder whose name begins with a dot; such a folder is not read"
_NAMES = ("submitter's results", "system's", "benchmark's", "scenario's")


class PassedOver:
    """Gathers the paths of a source, those that are read (`know`) and those that are not (`see`).

    `named` are paths that have a problem of their own already: nothing more is said of them.
    """

    def __init__(self) -> None:
        self.named: set[str] = set()
        self._live: set[str] = set()  # folders below results/ with the summary of a run, or the Endpoints harness'
        self._held: dict[str, list[str]] = defaultdict(list)  # folder -> names below it, the deepest folder that counts
        self._runs: dict[str, tuple[str, list[str]]] = {}  # folder of a run -> run, names in it
        self._has_summary: set[tuple[str, str]] = set()  # scenario's folder, run
        self._submitters: dict[str, set[str]] = defaultdict(set)
        self._spelled: dict[str, set[str]] = defaultdict(set)
        self._spelled_already: set[str] = set()
        self._measurements: dict[str, int] = defaultdict(int)
        self._has_accuracy: set[str] = set()  # accuracy folders, in small letters
        self._beside_accuracy: dict[str, list[str]] = defaultdict(list)  # accuracy folder -> names in it, not read
        self._has_power: set[str] = set()  # scenario's folders, in small letters
        self._samples: dict[str, str] = {}  # a power analyzer's log that is not read -> its scenario's folder
        self._lost: dict[str, Problem] = {}

    def know(self, path: str, place: Place) -> None:
        """A file that is read."""
        parts = path.split("/")
        if len(parts) < 4:
            return
        if self._spell(parts):
            self._submitters["/".join(parts[:2])].add(parts[2].lower())
        if parts[2].lower() != "results":
            return
        folder = "/".join(parts[:_SCENARIO])
        if folder not in self._live:
            self._note(folder, "/".join(parts[_SCENARIO:]))
        if place.kind in ("summary", "endpoints"):
            self._live.add(folder)
            self._has_summary.add((folder.lower(), place.run))
        elif place.kind in ("accuracy", "scores"):
            self._has_accuracy.add(f"{folder}/accuracy".lower())
        elif place.kind in RUN_KINDS:
            if place.kind == "power":
                self._has_power.add(folder.lower())
            _keep(self._runs.setdefault(f"{path.rpartition('/')[0]}/", (place.run, []))[1], parts[-1])

    def see(self, path: str) -> None:
        """A file, or a folder (with a slash at its end), that is not read."""
        parts = path.split("/")
        name = parts[-1].lower()
        if parts[0].lower() not in DIVISION_FOLDERS:
            self._outside(path, parts, name)
            return
        hidden = next((at for at, part in enumerate(parts[:_SCENARIO]) if part.startswith(".")), 0)
        if len(parts) >= 3 and hidden != 1 and parts[1].lower() not in DIVISION_FOLDERS:
            self._submitters["/".join(parts[:2])].update(filter(None, [parts[2].lower()]))
        area = parts[2].lower() if len(parts) > 3 else ""
        if area in OTHER_FOLDERS or area.startswith("."):
            return
        if 0 < hidden < len(parts) - 1:
            self._in_hidden(parts, hidden)
            return
        self._spell(parts)
        if _ARCHIVE.fullmatch(name) and not is_beside_results(parts[3:]):
            self._lose(
                path, "warning", "an archive within the source; it is not opened: unpack it, or read it by itself"
            )
        elif name in SUMMARIES:
            self._lose(path, "note", "not read: a summary is read in the root of a source alone")
        elif area == "systems" and name and not name.startswith(".") and not name.endswith(_NEVER_READ):
            self._lose(path, "warning", "not read: expected a system's description as systems/SYSTEM.json")
        elif area == "measurements" and len(parts) > 4 and _is_settings(name):
            self._measurements["/".join(parts[:4]) + "/"] += 1
        elif area == "results":
            self._in_results(path, parts, name)
        elif area not in AREAS and _holds_result(name):
            self._lose(f"{'/'.join(parts[:3])}/", "error", "LoadGen's logs in a folder of this name; expected results/")

    def _in_hidden(self, parts: list[str], at: int) -> None:
        """A file below a folder that a program made for itself, or that somebody hid; results in it are lost."""
        if parts[2].lower() != "results":
            return
        if at > 2:
            self._note("/".join(parts[:at]), parts[at])
        if _holds_result(parts[-1]) and not is_beside_results(parts[_SCENARIO:-1]):
            self._lose("/".join(parts[: at + 1]) + "/", "error", _HIDDEN)

    def _in_results(self, path: str, parts: list[str], name: str) -> None:
        depth = min(_SCENARIO, len(parts) - 1)
        inside = parts[_SCENARIO:]
        # A folder's own entry says that it is there; an archive may well have none, so it is no name to list.
        self._note("/".join(parts[:depth]), ("/".join(inside) or name) if name else "")
        if len(inside) > 1 and inside[0].lower() == "accuracy" and name and not name.startswith(_LOADGEN):
            _keep(self._beside_accuracy["/".join(parts[: _SCENARIO + 1])], "/".join(inside[1:]))
        if _is_lost_power(parts):
            self._samples[path] = "/".join(parts[:_SCENARIO])
            return
        # The accuracy run has a summary of its own, which is no result.
        if is_beside_results(parts[5:-1]) or (len(inside) == 2 and inside[0].lower() == "accuracy"):
            return
        if len(parts) == _SCENARIO and Scenario.find(name):
            self._lose(path, "error", "a file where the folder of a scenario is expected")
        is_in_run = len(inside) == 3 and inside[0].lower() == "performance"
        if is_in_run and name and (run_of(inside[1]) or _holds_result(name) or bare(name)[0] in _RUN_LOGS):
            run = run_of(inside[1]) or inside[1]
            _keep(self._runs.setdefault(f"{path.rpartition('/')[0]}/", (run, []))[1], parts[-1])
        elif _holds_result(name):
            self._lose(path, "error", _DEPTH)

    def _outside(self, path: str, parts: list[str], name: str) -> None:
        """What lies in no division's folder, or too deep."""
        if any(part.lower() in OTHER_FOLDERS or part.startswith(".") for part in parts[:-1]):
            return
        at = division_in(parts[:-1])
        if at is not None and at + 2 < len(parts) - 1 and parts[at + 2].lower() in AREAS:
            within = "/".join(parts[: at + 1]) + "/"
            self._lose(within, "error", "a division's folder too deep in the source; read the folder that it lies in")
        elif _ARCHIVE.fullmatch(name):
            self._lose(
                path, "warning", "an archive within the source; it is not opened: unpack it, or read it by itself"
            )
        elif name in SUMMARIES:
            self._lose(path, "note", "not read: a summary is read in the root of a source alone")
        elif len(parts) <= 2 and _LIKE_SUMMARY.fullmatch(name):
            self._lose(path, "note", f"not read: a summary's name is one of {', '.join(SUMMARIES)}")
        elif "\\" in name and _holds_result(name.rpartition("\\")[2]):
            within = path.partition("\\")[0] + "\\"
            self._lose(within, "error", "paths with backslashes; expected folders divided by /")
        elif _holds_result(name) and not is_beside_results(parts[:-1]):
            folded = [part.lower() for part in parts]
            steps = max(1, folded.index("results") - 1) if "results" in folded[:-1] else len(parts) - 1
            within = "/".join(parts[:steps]) + "/" if steps else path
            self._lose(within, "error", "LoadGen's logs outside of closed/, open/ and network/")

    def problems(self) -> Iterator[Problem]:
        """One problem for each place where a result may be lost."""
        below = {start for path in (*self._lost, *self.named) for start in _above(path)} | set(self._lost)
        yield from self._without_summary(below)
        yield from self._without_result(below)
        for folder, number in self._measurements.items():
            said = f"{number} files at an unexpected depth; expected measurements/SYSTEM/BENCHMARK/SCENARIO"
            yield Problem("note", folder, 0, said)
        for folder, names in self._beside_accuracy.items():
            if folder.lower() not in self._has_accuracy:
                said = f"no accuracy read; the folder holds {_listed(names)}, expected accuracy.txt"
                yield Problem("warning", f"{folder}/", 0, said)
        for path, scenario in self._samples.items():
            if scenario in self._live and scenario.lower() not in self._has_power:
                yield Problem(
                    "warning", path, 0, "power not read: expected spl.txt in the run's folder, performance/run_N"
                )
        yield from self._differing_in_case()
        yield from self._lost.values()
        for submitter, areas in self._submitters.items():
            if not areas & {"results", "systems"} and submitter not in below:
                held = _listed(sorted(areas))
                said = f"a submitter's folder without results/ and systems/; it holds {held}"
                yield Problem("warning", f"{submitter}/", 0, said)

    def _without_summary(self, below: set[str]) -> Iterator[Problem]:
        for folder, (run, names) in self._runs.items():
            scenario = "/".join(folder.split("/")[:_SCENARIO])
            if (scenario.lower(), run) in self._has_summary or folder.rstrip("/") in below:
                continue
            self._live.add(scenario)
            what = (
                "a run without mlperf_log_summary.txt" if run_of(run) else "a folder that is no run's (expected run_N)"
            )
            said = f"{what}; it holds {_listed(names)}"
            yield Problem("error", folder, 0, said)

    def _without_result(self, below: set[str]) -> Iterator[Problem]:
        """Folders below results/ that came to nothing: the deepest that hold something, none of whose parts is read."""
        above = {start for folder in (*self._live, *self._held) for start in _above(folder)}
        for folder, names in self._held.items():
            if folder in above or folder in self._live or folder in below:
                continue
            depth = folder.count("/") + 1
            held = _listed(names)
            said = f"a {_NAMES[depth - 3]} folder without a result; it holds {held}, expected {_EXPECTED[depth - 3]}"
            inside = "performance/" if any(name.startswith("performance/") for name in names) else ""
            is_doubt = depth == _SCENARIO and all(_BESIDE.fullmatch(name.lower()) for name in names)
            severity = "warning" if is_doubt else "error"
            yield Problem(severity, f"{folder}/{inside}", 0, said)

    def _differing_in_case(self) -> Iterator[Problem]:
        for spellings in self._spelled.values():
            first, *others = sorted(spellings)
            for other in others:
                if other.rpartition("/")[2] != first.rpartition("/")[2]:
                    said = f"differs from {first + '/'!r} in the case of letters alone; both are read"
                    yield Problem("warning", f"{other}/", 0, said)

    def _note(self, folder: str, name: str) -> None:
        _keep(self._held[folder], name)

    def _lose(self, path: str, severity: str, said: str) -> None:
        self._lost.setdefault(path, Problem(severity, path, 0, said))

    def _spell(self, parts: list[str]) -> bool:
        """Remember how the folders from the division's to the benchmark's are spelled; False where it is known."""
        folder = "/".join(parts[: min(len(parts), _SCENARIO) - 1])
        if folder in self._spelled_already:
            return False
        self._spelled_already.add(folder)
        for depth in range(1, min(len(parts) - 1, _SCENARIO - 1) + 1):
            path = "/".join(parts[:depth])
            self._spelled[path.lower()].add(path)
        return True


_EXPECTED = ("SYSTEM/BENCHMARK/SCENARIO/" + _RUN, "BENCHMARK/SCENARIO/" + _RUN, "SCENARIO/" + _RUN, _RUN)


def _is_settings(name: str) -> bool:
    return name == "user.conf" or (name.endswith(".json") and not name.startswith("."))


def _holds_result(name: str) -> bool:
    """Whether a file's name, packed or not, is that of a result."""
    return bare(name)[0].lower() in RESULT_FILES


def _is_lost_power(parts: list[str]) -> bool:
    """Whether a path is of a power analyzer's log that lies beside the runs, or deeper in one; not of ranging."""
    inside = [part.lower() for part in parts[_SCENARIO:]]
    if not inside or bare(inside[-1])[0] != _SAMPLES or inside[0] == "accuracy":
        return False
    is_elsewhere = len(inside) == 3 and inside[0] == "performance" and inside[1] != _POWER
    return not is_elsewhere and not is_beside_results([part for part in inside[:-1] if part != _POWER])


def _keep(names: list[str], name: str) -> None:
    """One more name of those in a folder: the first few by name, whatever their order."""
    if name and name not in names and (len(names) <= _MOST_NAMES or name < names[-1]):
        insort(names, name)
        del names[_MOST_NAMES + 1 :]


def _above(folder: str) -> Iterator[str]:
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    if not names:
        return "nothing"
    shown = ", ".join(name[:80].replace("'", "?") for name in names[:_MOST_NAMES])
    return f"'{shown}'" + (" and more" if len(names) > _MOST_NAMES else "")
