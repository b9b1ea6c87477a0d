"""The files of a folder. Links, pipes and devices are reported and skipped, never followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lib.ingest.problem import FileError, Problem
from lib.ingest.sources.file import File, Stream, Unread, Wanted, fault, left_out
from lib.ingest.sources.paths import may_hold_results, rooted, unsafe, would_be_seen


def folder_files(root: Path, wanted: Wanted) -> Iterator[File | Unread | Problem]:
    """The wanted files below a folder; of all else the paths. Raises SourceError where the disk fails."""
    pending = [str(root)]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield left_out(os.path.relpath(folder, root), str(_own_fault(error)))
            continue
        for entry in entries:
            name = os.path.relpath(entry.path, root)
            if entry.is_dir(follow_symlinks=False):
                if not unsafe(name):
                    yield Unread((rooted(name) or name) + "/")
                if may_hold_results(name):
                    pending.append(entry.path)
            else:
                yield from _entry(entry, name, wanted)


def _own_fault(error: OSError) -> FileError:
    found = fault(error)
    if isinstance(found, FileError):
        return found
    raise found from error


def _entry(entry: os.DirEntry[str], name: str, wanted: Wanted) -> Iterator[File | Unread | Problem]:
    path = rooted(name)
    is_wanted = path is not None and wanted(path)
    if not entry.is_file(follow_symlinks=False):
        if would_be_seen(name):
            yield left_out(name, "a link, pipe or device")
    elif is_wanted and unsafe(name):
        yield left_out(name, str(unsafe(name)))
    elif is_wanted and path is not None:
        yield from _opened(entry.path, name, path)
    elif not unsafe(name):
        yield Unread(path or name)


def _opened(place: str, name: str, path: str) -> Iterator[File | Problem]:
    try:
        raw = open(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")  # noqa: SIM115
    except OSError as error:
        yield left_out(name, str(_own_fault(error)))
        return
    with raw:
        state = os.fstat(raw.fileno())  # of what was opened: it may have been put there since it was listed
        if stat.S_ISREG(state.st_mode):
            yield File(path, state.st_size, Stream(raw))
        else:
            yield left_out(name, "a link, pipe or device")
