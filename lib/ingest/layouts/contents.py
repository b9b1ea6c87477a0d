"""What lies in each result's folder, as one file after another is read into it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lib.ingest.layouts.layout import RUN_KINDS, Place
from lib.ingest.parsers.accuracy import TAIL, parse_accuracy
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


@dataclass
class Run:
    """One performance run. A missing log is None; of an unreadable `spl.txt` it is the Problem: power was measured.

    `others` are further summaries that mean the same run and say something else, by their paths.
    """

    path: str = ""
    summary: Summary | None = None
    detail: Detail | None = None
    power: PowerSamples | Problem | None = None
    others: dict[str, Summary] = field(default_factory=dict)

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


class Taken(NamedTuple):
    """One file as read. `content` is None where it could not be read; `problem` is what is to be said of it."""

    path: str
    place: Place
    content: Any
    problem: Problem | None

    @property
    def key(self) -> Key:
        """The result's folder that it lies in."""
        place = self.place
        return place.division, place.submitter, place.platform, place.benchmark, place.scenario


def take(file: File, place: Place, limits: Settings, budget: Budget) -> Taken:
    """Read one file. It is in no tree yet: `put` it there."""
    limit_mb = limits.max_detail_log_mb if place.kind in ("detail", "accuracy") else limits.max_file_mb
    if file.size > limit_mb << 20:
        return Taken(file.path, place, None, Problem("error", file.path, 0, f"left out: larger than {limit_mb} MB"))
    try:
        content, problem = _read(opened(file, limit_mb << 20, budget) if place.is_packed else file, place)
    except FileError as error:
        content, problem = None, Problem("error", file.path, 0, f"left out: {error}")
    if problem is None and place.said:
        problem = Problem("warning", file.path, 0, place.said)
    return Taken(file.path, place, content, problem)


def put(item: Taken, tree: Tree) -> None:
    """Add what a file holds to the tree."""
    place, content = item.place, item.content
    if content is None:
        return
    if place.kind == "official":
        tree.official[place.file] = content
        return
    if place.kind == "system":
        tree.systems[place.division, place.submitter, place.platform] = (content, item.path)
        return
    folder = tree.folders[item.key]
    if place.kind in RUN_KINDS:
        setattr(folder.runs[place.run], place.kind, content)
        if place.kind == "summary":
            folder.runs[place.run].path = item.path
    elif place.kind == "endpoints":
        folder.endpoints, folder.endpoints_path = content, item.path
    elif place.kind in ("accuracy", "scores"):
        folder.accuracy = folder.accuracy | content if place.kind == "accuracy" else content | folder.accuracy
        folder.accuracy_path = min(filter(None, (folder.accuracy_path, item.path)))
    else:
        folder.settings += [(place.file, key, value) for key, value in content.items()]


def _read(file: File, place: Place) -> tuple[Any, Problem | None]:
    """What a file holds, and what is to be said of it."""
    if place.kind == "official":
        return _whole(file), None
    if place.kind == "detail":
        return parse_detail(file.stream.read), None
    if place.kind in ("accuracy", "scores"):
        return _read_accuracy(file, place.kind)
    if place.kind == "conf":
        return parse_user_conf(_whole(file)), None
    if place.kind == "config":
        return parse_flat_yaml(_whole(file)), None
    if place.kind in ("system", "measurements"):
        return _read_document(file, place.kind)
    parse = {"summary": parse_summary, "power": parse_power, "endpoints": parse_report}[place.kind]
    found = parse(_whole(file), file.path)
    if isinstance(found, Problem):
        return found if place.kind == "power" else None, found
    return found, None


def _read_document(file: File, kind: str) -> tuple[dict[str, Any] | None, Problem | None]:
    document = parse_object(_whole(file), file.path, "a system description" if kind == "system" else "measurements")
    if isinstance(document, Problem):
        return None, document if kind == "system" else replace(document, severity="warning")
    if kind == "system":
        return document, contradiction(document, file.path, "the last counts, but of a number of parts neither")
    return {cell(key): cell(value) for key, value in document.items()}, contradiction(document, file.path)


def _read_accuracy(file: File, kind: str) -> tuple[dict[str, float] | None, Problem | None]:
    """The figures of an accuracy file; one that yields none is worth a word, whatever the benchmark."""
    said: Problem | None = None
    if kind == "scores":
        found = parse_scores(_whole(file), file.path)
        if isinstance(found, Problem):
            return None, replace(found, severity="warning")
    else:
        found, said = parse_accuracy(_tail(file), file.path)
    if not found:
        nothing = Problem("warning", file.path, 0, "no accuracy figure in it that we know; the result has none from it")
        return None, said or nothing
    return found, said


def _whole(file: File) -> bytes:
    """The file's bytes. One that grew since its size was read is cut there."""
    return file.stream.read(file.size)


def _tail(file: File) -> bytes:
    """The end of a file, as much of it as is read, whatever its length."""
    kept = b""
    while chunk := file.stream.read(1 << 20):
        kept = (kept + chunk)[-TAIL:]
    return kept
