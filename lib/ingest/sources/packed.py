"""A single file that somebody packed (.gz, .xz, .bz2) before it was put into the tree, read as if nobody had."""

from __future__ import annotations

import io
from typing import IO, cast

from lib.ingest.problem import FileError, SourceError
from lib.ingest.sources.file import File, Stream
from lib.ingest.sources.unpack import Budget, Unpacked

ENDINGS = (".gz", ".xz", ".bz2")


def opened(file: File, most: int, budget: Budget) -> File:
    """The file as its unpacked bytes, of which `read` gives at most `most` and then raises FileError.

    Nothing is unpacked to disk. Raises FileError where the packed bytes alone are more than that.
    """
    packed = file.stream.read(most + 1)
    if len(packed) > most:
        raise FileError(f"larger than {most >> 20} MB")
    return File(file.path, most, cast(Stream, _Opened(packed, most, budget)))


class _Opened:
    """A Stream of unpacked bytes whose damage is the file's own."""

    def __init__(self, packed: bytes, most: int, budget: Budget) -> None:
        self._unpacked = Unpacked(cast(IO[bytes], io.BytesIO(packed)), budget)
        self._most = self._left = most

    def read(self, size: int) -> bytes:
        """At most so many bytes, fewer only at the end. Raises FileError."""
        try:
            data = self._unpacked.read(size)
            is_more = len(data) >= self._left and self._unpacked.read(1)
        except SourceError as error:
            raise FileError(str(error).removesuffix("; none of it was kept")) from error
        self._left -= len(data)
        if self._left < 0 or is_more:
            raise FileError(f"unpacks to more than {self._most >> 20} MB")
        return data
