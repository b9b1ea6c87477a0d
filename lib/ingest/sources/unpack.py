"""Compressed files as a stream of bytes that cannot grow without end: .xz, .gz, .bz2 or as they are."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lib.ingest.problem import SourceError
from lib.settings import Settings

_CHUNK = 1 << 20
_XZ_MEMORY = 256 << 20  # `xz -9` needs 65 MB
# No published round unpacks to more than 80 times its size; a bomb does to some thousand times.
_RATIO = 300
_SMALL = 64 << 20


class Budget:
    """How many bytes a source may still unpack to. Shared by all that is read from it."""

    def __init__(self, source: Path | None, limits: Settings) -> None:
        """Of a file by its size; without one, of all the packed files within a source."""
        most = limits.max_archive_mb << 20
        self.total = most if source is None else min(most, max(_SMALL, _RATIO * source.stat().st_size))
        self.left = self.total

    def spend(self, size: int) -> None:
        """Note that so many bytes came out. Raises SourceError when it is too much."""
        self.left -= size
        if self.left < 0:
            raise SourceError(f"unpacks to more than {self.total >> 20} MB; none of it was kept")


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The unpacked bytes of a file, at most 1 MiB at a time; what packed it is seen by its first bytes.

    Raises lzma.LZMAError, zlib.error, EOFError or OSError where it is damaged or cut short.
    """
    head = stream.read(6)
    stream.seek(0)
    if head.startswith(b"\xfd7zXZ\x00"):
        yield from _unxz(stream)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield from _pieces(unpacked)
    elif head.startswith(b"BZh"):
        with bz2.BZ2File(stream) as unpacked:
            yield from _pieces(unpacked)
    else:
        yield from _pieces(stream)


def _pieces(stream: IO[bytes] | gzip.GzipFile | bz2.BZ2File) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        yield piece


def _unxz(stream: IO[bytes]) -> Iterator[bytes]:
    """Stream after stream, as `xz -dc` does. lzma.open knows no limit of memory, so it is not used."""
    packed = stream.read(_CHUNK)
    while packed:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        while not decoder.eof:
            if decoder.needs_input:
                packed = packed or stream.read(_CHUNK)
                if not packed:
                    raise EOFError("the file is cut short")
            piece = decoder.decompress(packed, max_length=_CHUNK)
            packed = b""
            if piece:
                yield piece
        packed = (decoder.unused_data or stream.read(_CHUNK)).lstrip(b"\0")


class Unpacked:
    """The unpacked bytes of a file as tarfile wants them: read and seek, forward only.

    Every damage is a SourceError, and so is a file that unpacks to more than its budget.
    """

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._chunks = chunks(stream)
        self._budget = budget
        self._buffer = b""
        self._start = 0  # where the buffer begins in the whole
        self._at = 0

    def tell(self) -> int:
        return self._start + self._at

    def seek(self, position: int, whence: int = 0) -> int:
        while whence == 0 and position > self._start + len(self._buffer):
            if not self._fill():
                break
        self._at = min(max(position - self._start, 0), len(self._buffer))
        return self.tell()

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        parts = []
        while size > 0:
            part = self._buffer[self._at : self._at + size]
            if not part and not self._fill():
                break
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def head(self, size: int = 512) -> bytes:
        """The first bytes, which stay to be read. To be asked for before anything is read."""
        while len(self._buffer) < size and (piece := self._next()):
            self._buffer += piece
        return self._buffer[:size]

    def drain(self) -> None:
        """Read what is left, and with it the checksum that ends the file."""
        while self._fill():
            pass

    def close(self) -> None:
        self._buffer = b""

    def _fill(self) -> bool:
        piece = self._next()
        self._start += len(self._buffer)
        self._buffer, self._at = piece, 0
        return bool(piece)

    def _next(self) -> bytes:
        try:
            piece = next(self._chunks, b"")
        except (lzma.LZMAError, zlib.error, EOFError, OSError) as error:
            raise SourceError(f"not readable: {first_line(error)}; none of it was kept") from error
        self._budget.spend(len(piece))
        return piece


def first_line(error: BaseException) -> str:
    """An exception in one short line."""
    lines = str(error).splitlines()
    return lines[0][:120] if lines else type(error).__name__
