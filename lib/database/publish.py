"""A finished database file takes its place: named by its inputs' digest, pointed to by `current`, in one rename.

Readers keep what they have open; the file before stays for an hour after it was replaced. Who calls `publish` or
`clean` holds the data folder's lock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

from lib.data_folder import CURRENT, current, database_name, synced


def publish(fresh: Path, data: Path, digest: str, keep_seconds: int) -> Path:
    """Move a finished file to its name and point `current` at it. Raises OSError and leaves the old one in use."""
    target, before = data / database_name(digest), current(data)
    synced(fresh)
    os.replace(fresh, target)
    if before is not None and before != target:
        with contextlib.suppress(OSError):  # somebody else's file; this publication spares it in any case
            os.utime(before)  # its time of change is when it was replaced: from then on it is kept
    _point_at(target, data)
    _forget_old(data, {target, before}, keep_seconds)
    return target


def _point_at(target: Path, data: Path) -> None:
    pointer = data / f".{CURRENT}-{os.getpid()}"
    try:
        pointer.write_text(target.name + "\n", "utf-8")
        synced(pointer)
        os.replace(pointer, data / CURRENT)
    finally:
        pointer.unlink(missing_ok=True)
    synced(data)


def _forget_old(data: Path, spared: set[Path | None], keep_seconds: int) -> None:
    oldest = time.time() - keep_seconds
    for path in set(data.glob("plumbline-*.duckdb")) - spared:
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def clean(data: Path) -> None:
    """Remove what killed builds left."""
    for path in data.glob(".build-*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in data.glob(f".{CURRENT}-*"):
        path.unlink(missing_ok=True)
