"""A submission tree (MLCommons' results repository) -> what lies in each result's folder, file by file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lib.ingest.layouts import compiled
from lib.ingest.layouts.layout import Place, place_of
from lib.ingest.layouts.record_files import records_of
from lib.ingest.parsers.accuracy import parse_accuracy
from lib.ingest.parsers.documents import cell, parse_object, parse_user_conf
from lib.ingest.parsers.loadgen import Summary, parse_detail, parse_summary
from lib.ingest.parsers.power import PowerSamples, parse_power
from lib.ingest.problem import FileError, Problem, SourceError
from lib.ingest.records import Round
from lib.ingest.sources.file import File
from lib.settings import Settings

Key = tuple[str, str, str, str, str]  # division, submitter, platform, benchmark, scenario: as the folders are called
Owner = tuple[str, str, str]
_TAIL = 65536


@dataclass
class Run:
    """One performance run. `detail` and `power` are None where their log is missing or unreadable."""

    path: str = ""
    summary: Summary | None = None
    detail: dict[str, str] | None = None
    power: PowerSamples | None = None

    def figure(self, key: str) -> str | None:
        """A value of the detail log as written, None where there is none."""
        return (self.detail or {}).get(key)


@dataclass
class Folder:
    """What lies in the folder of one result. `settings` are (file, field, value)."""

    runs: dict[str, Run] = field(default_factory=lambda: defaultdict(Run))
    accuracy: dict[str, float] = field(default_factory=dict)
    accuracy_path: str = ""
    settings: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Tree:
    """A submission tree as read: results' folders, systems' descriptions with their paths, MLCommons' own values."""

    folders: dict[Key, Folder] = field(default_factory=lambda: defaultdict(Folder))
    systems: dict[Owner, tuple[dict[str, Any], str]] = field(default_factory=dict)
    official: dict[str, bytes] = field(default_factory=dict)


def wanted(path: str) -> bool:
    """Whether the importer reads the file of this path."""
    return place_of(path) is not None


def read_tree(files: Iterable[File | Problem], into: Round, limits: Settings) -> Tree:
    """Read the files of a submission tree, in any order. A file that cannot be read costs only itself."""
    tree = Tree()
    seen: set[str] = set()
    twice: set[str] = set()
    for item in files:
        if isinstance(item, Problem):
            into.problems.append(item)
        elif item.path in seen:
            twice.add(item.path)
        else:
            seen.add(item.path)
            into.files_read += 1
            into.problems += _take(item, tree, limits)
    for path in sorted(twice):
        # Which of them came first is chance, and the order of entries must not matter.
        into.problems.append(Problem("error", path, 0, "the source holds this path more than once; all left out"))
        _forget(path, tree)
    _read_official(tree, into)
    return tree


def _take(file: File, tree: Tree, limits: Settings) -> list[Problem]:
    """Read one file into the tree; what kept it out is the answer."""
    place = place_of(file.path)
    if place is None:
        return []
    if place.kind == "odd":
        return [Problem("warning", file.path, 0, _ODD)]
    limit_mb = limits.max_detail_log_mb if place.kind in ("detail", "accuracy") else limits.max_file_mb
    if file.size > limit_mb << 20:
        return [Problem("error", file.path, 0, f"left out: larger than {limit_mb} MB")]
    try:
        problem = _read(file, place, tree)
    except FileError as error:
        problem = Problem("error", file.path, 0, f"left out: {error}")
    return [problem] if problem else []


_ODD = "a log at an unexpected depth; expected results/SYSTEM/BENCHMARK/SCENARIO/performance/run_N"


def _read(file: File, place: Place, tree: Tree) -> Problem | None:
    if place.kind == "system":
        return _read_system(file, place, tree)
    if place.kind == "official":
        tree.official[place.file] = _whole(file)
        return None
    folder = tree.folders[place[1:6]]
    if place.kind in ("summary", "detail", "power"):
        return _read_run(file, place.kind, folder.runs[place.run])
    if place.kind == "accuracy":
        folder.accuracy, folder.accuracy_path = parse_accuracy(_tail(file)), file.path
        return None
    return _read_settings(file, place, folder)


def _read_system(file: File, place: Place, tree: Tree) -> Problem | None:
    document = parse_object(_whole(file), file.path, "a system description")
    if isinstance(document, Problem):
        return document
    tree.systems[place[1:4]] = (document, file.path)
    return None


def _read_run(file: File, kind: str, run: Run) -> Problem | None:
    found: Summary | PowerSamples | Problem
    if kind == "detail":
        run.detail = parse_detail(file.stream.read)
        return None
    if kind == "summary":
        run.path = file.path
        found = parse_summary(_whole(file), file.path)
    else:
        found = parse_power(_whole(file), file.path)
    if isinstance(found, Problem):
        return found
    if isinstance(found, Summary):
        run.summary = found
    else:
        run.power = found
    return None


def _read_settings(file: File, place: Place, folder: Folder) -> Problem | None:
    if place.kind == "conf":
        found = parse_user_conf(_whole(file))
        folder.settings += [(place.file, key, value) for key, value in found.items()]
        return None
    document = parse_object(_whole(file), file.path, "measurements")
    if isinstance(document, Problem):
        return Problem("warning", document.path, document.line, document.message)
    folder.settings += [(place.file, cell(key), cell(value)) for key, value in document.items()]
    return None


def _whole(file: File) -> bytes:
    """The file's bytes. One that grew since its size was read is cut there."""
    return file.stream.read(file.size)


def _tail(file: File) -> bytes:
    """The last 64 KiB, whatever the file's length."""
    kept = b""
    while chunk := file.stream.read(1 << 20):
        kept = (kept + chunk)[-_TAIL:]
    return kept


def _forget(path: str, tree: Tree) -> None:
    """Take back what was read from a path that the source holds more than once."""
    place = place_of(path)
    if place is None or place.kind == "odd":
        return
    tree.official.pop(place.file, None)
    if place.kind == "system":
        tree.systems.pop(place[1:4], None)
        return
    folder = tree.folders[place[1:6]]
    if place.kind == "accuracy":
        folder.accuracy = {}
    elif place.run:
        run = folder.runs[place.run]
        setattr(run, place.kind, None)
    else:
        folder.settings = [row for row in folder.settings if row[0] != place.file]


def _read_official(tree: Tree, into: Round) -> None:
    """MLCommons' own values from the tree's root; the JSON where there are both, for its public IDs."""
    for name in sorted(tree.official, reverse=True)[:1]:
        try:
            records = records_of(tree.official[name], name)
        except SourceError as error:
            into.problems.append(Problem("error", name, 0, f"left out: {error}"))
            return
        compiled.read_official(records, into, name)
