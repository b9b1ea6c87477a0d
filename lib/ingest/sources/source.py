"""Where files come from: a folder, a .tar (.xz, .gz, .bz2) or a .zip, walked safely, in whatever order they come.

Nothing is ever unpacked to disk. Links, devices, absolute paths and paths with `..` are reported and skipped;
no file gives more bytes than its reader asks for, and no archive more than its budget.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from lib.ingest.problem import FileError, Problem, SourceError, printable
from lib.ingest.sources.unpack import Budget, Unpacked, first_line
from lib.settings import Settings

Wanted = Callable[[str], bool]
DIVISION_FOLDERS = ("closed", "open", "network")
# What MLCommons' submission checker leaves in the root of a tree.
SUMMARIES = ("summary_results.json", "summary.csv")
# These are a file's own fault and cost only itself; any other fault of the disk ends the import.
_OWN_FAULTS = {errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOENT, errno.ENAMETOOLONG, errno.ENXIO, errno.ENOTDIR}
_LONGEST_TAR_HEADER = 1 << 20
_UNPRINTABLE = re.compile("[\x00-\x1f\ud800-\udfff]")


class Stream:
    """The bytes of one file, to be read once. `read` raises FileError where they are damaged."""

    def __init__(self, raw: IO[bytes], budget: Budget | None = None) -> None:
        self._raw, self._budget = raw, budget

    def read(self, size: int) -> bytes:
        """At most so many bytes, fewer only at the end."""
        try:
            data = self._raw.read(size)
        except OSError as error:
            raise _fault(error) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, tarfile.TarError) as error:
            raise FileError(f"damaged: {first_line(error)}") from error
        if self._budget:
            self._budget.spend(len(data))
        return data


@dataclass(frozen=True)
class File:
    """One file of a source, its size as its folder or archive states it; `stream` may be read once, now."""

    path: str
    size: int
    stream: Stream


def files(source: Path, wanted: Wanted, limits: Settings) -> Iterator[File | Problem]:
    """The wanted files of a folder or archive, their paths relative to where the divisions' folders lie.

    Raises SourceError when the source cannot be read at all, is cut short, or unpacks to more than the limits.
    """
    if source.is_dir():
        yield from _folder(source, wanted)
        return
    with source.open("rb") as packed:
        is_zip = packed.read(2) == b"PK"
        packed.seek(0)
        if is_zip:
            yield from _zip(packed, wanted, Budget(source, limits), limits)
        else:
            yield from _tar(Unpacked(packed, Budget(source, limits)), wanted, limits)


def rooted(path: str) -> str | None:
    """The part of a path from the division's folder on, None where no division is near its beginning.

    >>> rooted("inference_results_v1.0/closed/NVIDIA/systems/a.json")
    'closed/NVIDIA/systems/a.json'
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    for index, part in enumerate(parts[:4]):
        if part in DIVISION_FOLDERS:
            return "/".join(parts[index:])
    return parts[-1] if parts and len(parts) <= 2 and parts[-1] in SUMMARIES else None


def _unsafe(name: str) -> str | None:
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return "an absolute path"
    if ".." in name.replace("\\", "/").split("/"):
        return "a path that leads out of the source"
    if len(name) > 1000 or _UNPRINTABLE.search(name):
        return "a path that is too long, holds control characters or is not UTF-8"
    return None


def _left_out(name: str, reason: str) -> Problem:
    return Problem("error", printable(name, 200), 0, f"left out: {reason}")


def _fault(error: OSError) -> Exception:
    reason = error.strerror or first_line(error)
    return FileError(f"unreadable ({reason})") if error.errno in _OWN_FAULTS else SourceError(f"unreadable ({reason})")


def _may_hold_results(name: str) -> bool:
    """Whether a folder of this name is walked. A checkout holds code/ and compliance/ too, which are not."""
    parts = name.split("/")
    if parts[-1].startswith("."):
        return False
    inside = (rooted(name + "/x") or "").split("/")
    if len(inside) <= 3:
        return len(parts) <= 5
    return inside[2] in ("results", "systems", "measurements") and len(inside) < 11


def _would_be_seen(name: str) -> bool:
    """Whether an entry lies where a folder would be walked: elsewhere a link is nobody's business."""
    folder = os.path.dirname(name.strip("/"))
    steps = folder.split("/") if folder else []
    return all(_may_hold_results("/".join(steps[: index + 1])) for index in range(len(steps)))


def _folder(root: Path, wanted: Wanted) -> Iterator[File | Problem]:
    pending = [str(root)]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield _left_out(os.path.relpath(folder, root), str(_own_fault(error)))
            continue
        for entry in entries:
            name = os.path.relpath(entry.path, root)
            if entry.is_dir(follow_symlinks=False):
                if _may_hold_results(name):
                    pending.append(entry.path)
            else:
                yield from _entry(entry, name, wanted)


def _own_fault(error: OSError) -> FileError:
    fault = _fault(error)
    if isinstance(fault, FileError):
        return fault
    raise fault from error


def _entry(entry: os.DirEntry[str], name: str, wanted: Wanted) -> Iterator[File | Problem]:
    path = rooted(name)
    is_wanted = path is not None and wanted(path)
    if not entry.is_file(follow_symlinks=False):
        yield _left_out(name, "a link, pipe or device")
    elif is_wanted and _unsafe(name):
        yield _left_out(name, str(_unsafe(name)))
    elif is_wanted and path is not None:
        yield from _opened(entry.path, name, path)


def _opened(place: str, name: str, path: str) -> Iterator[File | Problem]:
    try:
        raw = open(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")  # noqa: SIM115
    except OSError as error:
        yield _left_out(name, str(_own_fault(error)))
        return
    with raw:
        state = os.fstat(raw.fileno())  # of what was opened: it may have been put there since it was listed
        if stat.S_ISREG(state.st_mode):
            yield File(path, state.st_size, Stream(raw))
        else:
            yield _left_out(name, "a link, pipe or device")


class _Header(tarfile.TarInfo):
    """A tar header; one that is damaged or missing, or names of some megabytes, are no end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == tarfile.BLOCKSIZE and not any(buf):
                raise
            raise SourceError("not a readable archive: damaged, or cut short; none of it was kept") from error
        if not header.isreg() and header.size > _LONGEST_TAR_HEADER:
            raise SourceError("not a readable archive: a name of some megabytes; none of it was kept")
        return header


class _Archive(tarfile.TarFile):
    members: list[tarfile.TarInfo]


def _tar(unpacked: Unpacked, wanted: Wanted, limits: Settings) -> Iterator[File | Problem]:
    if not unpacked.head():
        raise SourceError("an empty file")
    count = 0
    try:
        with _Archive(fileobj=cast(IO[bytes], unpacked), tarinfo=_Header) as archive:
            while member := archive.next():
                archive.members.clear()  # tarfile keeps every header otherwise
                count += 1
                _check_count(count, limits)
                if not member.isdir():
                    yield from _member(archive, member, wanted)
        unpacked.drain()
    except (tarfile.TarError, OSError, ValueError) as error:
        raise SourceError(f"not a readable archive: {first_line(error)}; none of it was kept") from error


def _member(archive: tarfile.TarFile, member: tarfile.TarInfo, wanted: Wanted) -> Iterator[File | Problem]:
    reason = _unsafe(member.name)
    is_plain = member.isreg() and not member.issparse()  # a sparse file gives zeros that nobody packed
    if reason:
        yield _left_out(member.name, reason)
    elif not is_plain:
        if _would_be_seen(member.name):
            yield _left_out(member.name, "a link, pipe or device" if not member.issparse() else "a sparse file")
    elif (path := rooted(member.name)) is not None and wanted(path):
        raw = archive.extractfile(member)
        if raw is not None:
            yield File(path, member.size, Stream(raw))


def _check_count(count: int, limits: Settings) -> None:
    if count > limits.max_archive_files:
        raise SourceError(f"more than {limits.max_archive_files} entries; none of it was kept")


def _zip(packed: IO[bytes], wanted: Wanted, budget: Budget, limits: Settings) -> Iterator[File | Problem]:
    try:
        archive = zipfile.ZipFile(packed)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(f"not a readable archive: {first_line(error)}; none of it was kept") from error
    with archive:
        members = archive.infolist()
        _check_count(len(members), limits)
        for member in members:
            if not member.is_dir():
                yield from _zipped(archive, member, wanted, budget)


def _zipped(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, wanted: Wanted, budget: Budget
) -> Iterator[File | Problem]:
    name, path = member.filename, rooted(member.filename)
    if reason := _unsafe(name):
        yield _left_out(name, reason)
    elif stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        if _would_be_seen(name):
            yield _left_out(name, "a link, pipe or device")
    elif path is not None and wanted(path):
        # zipfile hands out bzip2 and LZMA members without a limit of memory
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield _left_out(name, "packed in a way that is not read here; expected deflate or none")
            return
        try:
            raw = archive.open(member)
        except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError) as error:
            yield _left_out(name, f"damaged: {first_line(error)}")
            return
        with raw:
            yield File(path, member.file_size, Stream(raw, budget))
