"""What lies in each result's folder, as one file after another is read into it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from lib.ingest.layouts.layout import RUN_KINDS, Place, place_of
from lib.ingest.parsers.accuracy import parse_accuracy
from lib.ingest.parsers.documents import cell, contradiction, parse_flat_yaml, parse_object, parse_user_conf
from lib.ingest.parsers.endpoints import EndpointsReport, parse_report, parse_scores
from lib.ingest.parsers.loadgen import Detail, Summary, parse_detail, parse_summary
from lib.ingest.parsers.power import PowerSamples, parse_power
from lib.ingest.problem import FileError, Problem
from lib.ingest.sources.file import File
from lib.ingest.sources.packed import opened
from lib.ingest.sources.unpack import Budget
from lib.settings import Settings

Key = tuple[str, str, str, str, str]  # division, submitter, platform, benchmark, scenario: as the folders are called
Owner = tuple[str, str, str]
_TAIL = 65536


@dataclass
class Run:
    """One performance run. A missing log is None; of an unreadable `spl.txt` it is the Problem: power was measured."""

    path: str = ""
    summary: Summary | None = None
    detail: Detail | None = None
    power: PowerSamples | Problem | None = None

    def figure(self, key: str) -> str | None:
        """A value of the detail log as written, None where there is none."""
        return self.detail.get(key) if self.detail else None


@dataclass
class Folder:
    """What lies in the folder of one result. `settings` are (file, field, value).

    `endpoints` is what the Endpoints harness reported, where its file (`endpoints_path`) could be read.
    """

    runs: dict[str, Run] = field(default_factory=lambda: defaultdict(Run))
    endpoints: EndpointsReport | None = None
    endpoints_path: str = ""
    accuracy: dict[str, float] = field(default_factory=dict)
    accuracy_path: str = ""
    settings: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Tree:
    """A submission tree as read: results' folders, systems' descriptions with their paths, MLCommons' own values."""

    folders: dict[Key, Folder] = field(default_factory=lambda: defaultdict(Folder))
    systems: dict[Owner, tuple[dict[str, Any], str]] = field(default_factory=dict)
    official: dict[str, bytes] = field(default_factory=dict)


def take(file: File, place: Place, tree: Tree, limits: Settings, budget: Budget) -> Problem | None:
    """Read one file into the tree; what kept it out, or is to be said of it, is the answer."""
    limit_mb = limits.max_detail_log_mb if place.kind in ("detail", "accuracy") else limits.max_file_mb
    if file.size > limit_mb << 20:
        return Problem("error", file.path, 0, f"left out: larger than {limit_mb} MB")
    try:
        problem = _read(opened(file, limit_mb << 20, budget) if place.is_packed else file, place, tree)
    except FileError as error:
        problem = Problem("error", file.path, 0, f"left out: {error}")
    if problem is None and place.said:
        problem = Problem("warning", file.path, 0, place.said)
    return problem


def _read(file: File, place: Place, tree: Tree) -> Problem | None:
    if place.kind == "system":
        return _read_system(file, place, tree)
    if place.kind == "official":
        tree.official[place.file] = _whole(file)
        return None
    folder = tree.folders[_key(place)]
    if place.kind in RUN_KINDS:
        return _read_run(file, place.kind, folder.runs[place.run])
    if place.kind == "endpoints":
        return _read_endpoints(file, folder)
    if place.kind in ("accuracy", "scores"):
        return _read_accuracy(file, place.kind, folder)
    return _read_settings(file, place, folder)


def _key(place: Place) -> Key:
    return place.division, place.submitter, place.platform, place.benchmark, place.scenario


def _owner(place: Place) -> Owner:
    return place.division, place.submitter, place.platform


def _read_system(file: File, place: Place, tree: Tree) -> Problem | None:
    document = parse_object(_whole(file), file.path, "a system description")
    if isinstance(document, Problem):
        return document
    tree.systems[_owner(place)] = (document, file.path)
    return contradiction(document, file.path)


def _read_run(file: File, kind: str, run: Run) -> Problem | None:
    if kind == "detail":
        run.detail = parse_detail(file.stream.read)
        return None
    if kind == "power":
        run.power = parse_power(_whole(file), file.path)
        return run.power if isinstance(run.power, Problem) else None
    run.path = file.path
    found = parse_summary(_whole(file), file.path)
    if isinstance(found, Problem):
        return found
    run.summary = found
    return None


def _read_endpoints(file: File, folder: Folder) -> Problem | None:
    folder.endpoints_path = file.path
    found = parse_report(_whole(file), file.path)
    if isinstance(found, Problem):
        return found
    folder.endpoints = found
    return None


def _read_accuracy(file: File, kind: str, folder: Folder) -> Problem | None:
    """The figures of an accuracy file; one that yields none is worth a word, whatever the benchmark."""
    said: Problem | None = None
    if kind == "scores":
        found = parse_scores(_whole(file), file.path)
        if isinstance(found, Problem):
            return replace(found, severity="warning")
    else:
        found, said = parse_accuracy(_tail(file), file.path)
    if not found:
        nothing = Problem("warning", file.path, 0, "no accuracy figure in it that we know; the result has none from it")
        return said or nothing
    folder.accuracy = folder.accuracy | found if kind == "accuracy" else found | folder.accuracy
    folder.accuracy_path = min(filter(None, (folder.accuracy_path, file.path)))
    return said


def _read_settings(file: File, place: Place, folder: Folder) -> Problem | None:
    if place.kind in ("conf", "config"):
        found = parse_user_conf(_whole(file)) if place.kind == "conf" else parse_flat_yaml(_whole(file))
        folder.settings += [(place.file, key, value) for key, value in found.items()]
        return None
    document = parse_object(_whole(file), file.path, "measurements")
    if isinstance(document, Problem):
        return replace(document, severity="warning")
    folder.settings += [(place.file, cell(key), cell(value)) for key, value in document.items()]
    return contradiction(document, file.path)


def _whole(file: File) -> bytes:
    """The file's bytes. One that grew since its size was read is cut there."""
    return file.stream.read(file.size)


def _tail(file: File) -> bytes:
    """The last 64 KiB, whatever the file's length."""
    kept = b""
    while chunk := file.stream.read(1 << 20):
        kept = (kept + chunk)[-_TAIL:]
    return kept


def forget(path: str, tree: Tree) -> None:
    """Take back what was read from a path that the source holds more than once, or that another is read for."""
    place = place_of(path)
    if place is None:
        return
    if place.kind == "official":
        tree.official.pop(place.file, None)
        return
    if place.kind == "system":
        tree.systems.pop(_owner(place), None)
        return
    folder = tree.folders[_key(place)]
    if place.kind in ("accuracy", "scores"):
        folder.accuracy, folder.accuracy_path = {}, ""
    elif place.kind == "endpoints":
        folder.endpoints = None
    elif place.run:
        setattr(folder.runs[place.run], place.kind, None)
    else:
        folder.settings = [row for row in folder.settings if row[0] != place.file]
