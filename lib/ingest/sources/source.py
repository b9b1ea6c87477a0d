"""Where files come from: a folder, a .tar (.xz, .gz, .bz2) or a .zip, walked safely, in whatever order they come.

Nothing is ever unpacked to disk. Links, devices, absolute paths and paths with `..` are reported and skipped;
no file gives more bytes than its reader asks for, and no archive more than its budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lib.ingest.problem import Problem
from lib.ingest.sources.archive import tar_files, zip_files
from lib.ingest.sources.file import File, Unread, Wanted
from lib.ingest.sources.folder import folder_files
from lib.ingest.sources.unpack import Budget, Unpacked
from lib.settings import Settings


def files(source: Path, wanted: Wanted, limits: Settings) -> Iterator[File | Unread | Problem]:
    """The wanted files of a folder or archive, their paths relative to where the divisions' folders lie.

    Files that are not wanted come as their path alone, and so do folders.

    Raises SourceError when the source cannot be read at all, is cut short, or unpacks to more than the limits.
    """
    if source.is_dir():
        yield from folder_files(source, wanted)
        return
    with source.open("rb") as packed:
        is_zip = packed.read(2) == b"PK"
        packed.seek(0)
        if is_zip:
            yield from zip_files(packed, wanted, Budget(source, limits), limits)
        else:
            yield from tar_files(Unpacked(packed, Budget(source, limits)), wanted, limits)
