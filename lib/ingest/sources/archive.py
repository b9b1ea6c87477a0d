"""The files of a .tar (.xz, .gz, .bz2) or a .zip. Nothing is ever unpacked to disk."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections.abc import Iterator
from typing import IO, cast

from lib.ingest.problem import Problem, SourceError
from lib.ingest.sources.file import File, Stream, Unread, Wanted, left_out
from lib.ingest.sources.paths import rooted, unsafe, would_be_seen
from lib.ingest.sources.unpack import Budget, Unpacked, first_line
from lib.settings import Settings

_LONGEST_TAR_HEADER = 1 << 20


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


def tar_files(unpacked: Unpacked, wanted: Wanted, limits: Settings) -> Iterator[File | Unread | Problem]:
    """The wanted files of a tar; of all else the paths. Raises SourceError where it is damaged or holds too much."""
    if not unpacked.head():
        raise SourceError("an empty file")
    count = 0
    try:
        with _Archive(fileobj=cast(IO[bytes], unpacked), tarinfo=_Header) as archive:
            while member := archive.next():
                archive.members.clear()  # tarfile keeps every header otherwise
                count += 1
                _check_count(count, limits)
                yield from _member(archive, member, wanted)
        unpacked.drain()
    except (tarfile.TarError, OSError, ValueError) as error:
        raise SourceError(f"not a readable archive: {first_line(error)}; none of it was kept") from error


def _member(archive: tarfile.TarFile, member: tarfile.TarInfo, wanted: Wanted) -> Iterator[File | Unread | Problem]:
    if member.isdir():
        yield from _folder(member.name)
        return
    reason = unsafe(member.name)
    is_plain = member.isreg() and not member.issparse()  # a sparse file gives zeros that nobody packed
    if reason:
        yield left_out(member.name, reason)
    elif not is_plain:
        if would_be_seen(member.name):
            yield left_out(member.name, "a link, pipe or device" if not member.issparse() else "a sparse file")
    elif (path := rooted(member.name)) is not None and wanted(path):
        raw = archive.extractfile(member)
        if raw is not None:
            yield File(path, member.size, Stream(raw))
    else:
        yield Unread(path or member.name)


def _folder(name: str) -> Iterator[Unread]:
    """A folder's own entry; of one with an unsafe name nothing is read, so nothing is said."""
    if not unsafe(name):
        yield Unread((rooted(name) or name.strip("/")) + "/")


def _check_count(count: int, limits: Settings) -> None:
    if count > limits.max_archive_files:
        raise SourceError(f"more than {limits.max_archive_files} entries; none of it was kept")


def zip_files(packed: IO[bytes], wanted: Wanted, budget: Budget, limits: Settings) -> Iterator[File | Unread | Problem]:
    """The wanted files of a zip; of all else the paths. Raises SourceError where it is damaged or holds too much."""
    try:
        archive = zipfile.ZipFile(packed)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(f"not a readable archive: {first_line(error)}; none of it was kept") from error
    with archive:
        members = archive.infolist()
        _check_count(len(members), limits)
        for member in members:
            if member.is_dir():
                yield from _folder(member.filename)
            else:
                yield from _zipped(archive, member, wanted, budget)


def _zipped(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, wanted: Wanted, budget: Budget
) -> Iterator[File | Unread | Problem]:
    name, path = member.filename, rooted(member.filename)
    if reason := unsafe(name):
        yield left_out(name, reason)
    elif stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        if would_be_seen(name):
            yield left_out(name, "a link, pipe or device")
    elif path is None or not wanted(path):
        yield Unread(path or name)
    else:
        # zipfile hands out bzip2 and LZMA members without a limit of memory
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield left_out(name, "packed in a way that is not read here; expected deflate or none")
            return
        try:
            raw = archive.open(member)
        except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError) as error:
            yield left_out(name, f"damaged: {first_line(error)}")
            return
        with raw:
            yield File(path, member.file_size, Stream(raw, budget))
