"""One file of a source, as its reader gets it; what keeps a file out is a Problem."""

from __future__ import annotations

import errno
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from lib.ingest.problem import FileError, Problem, SourceError, printable
from lib.ingest.sources.unpack import Budget, first_line

Wanted = Callable[[str], bool]
# These are a file's own fault and cost only itself; any other fault of the disk ends the import.
_OWN_FAULTS = {errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOENT, errno.ENAMETOOLONG, errno.ENXIO, errno.ENOTDIR}


class Stream:
    """The bytes of one file, to be read once. `read` raises FileError where they are damaged."""

    def __init__(self, raw: IO[bytes], budget: Budget | None = None) -> None:
        self._raw, self._budget = raw, budget

    def read(self, size: int) -> bytes:
        """At most so many bytes, fewer only at the end."""
        try:
            data = self._raw.read(size)
        except OSError as error:
            raise fault(error) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, tarfile.TarError) as error:
            raise FileError(f"damaged: {first_line(error)}") from error
        if self._budget:
            self._budget.spend(len(data))
        return data


@dataclass(frozen=True)
class Unread:
    """A file that its reader did not want, or a folder (its path ends in a slash): what is passed over can be said.

    The path is relative to the divisions' folders, or to the source where it lies in none.
    """

    path: str


@dataclass(frozen=True)
class File:
    """One file of a source, its size as its folder or archive states it; `stream` may be read once, now."""

    path: str
    size: int
    stream: Stream


def left_out(name: str, reason: str) -> Problem:
    """A file that is not read, and why."""
    return Problem("error", printable(name, 200), 0, f"left out: {reason}")


def fault(error: OSError) -> Exception:
    """A fault of the disk: FileError where it is the file's own, else SourceError."""
    reason = error.strerror or first_line(error)
    return FileError(f"unreadable ({reason})") if error.errno in _OWN_FAULTS else SourceError(f"unreadable ({reason})")
