"""A finished database file takes its place: named by its inputs' digest, pointed to by `current`, in one rename.

Readers keep what they have open; the file before stays for an hour, and what crashed builds left goes.
"""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path

CURRENT = "current"
_BLOCK = 4096
_IDENTIFIER = slice(124, 140)


def database_name(digest: str) -> str:
    """The file name of the database that a digest's inputs make."""
    return f"plumbline-{digest}.duckdb"


def current(data: Path) -> Path | None:
    """The database in use, None when there is none that can be opened by name."""
    try:
        name = (data / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not name or "/" in name or name.startswith(".") or not name.endswith(".duckdb"):
        return None
    path = data / name
    return path if path.is_file() else None


def publish(fresh: Path, data: Path, digest: str, keep_seconds: int) -> Path:
    """Move a finished file to its name and point `current` at it. Raises OSError and leaves the old one in use."""
    target = data / database_name(digest)
    _sync(fresh)
    os.replace(fresh, target)
    pointer = data / f".{CURRENT}-{os.getpid()}"
    try:
        pointer.write_text(target.name + "\n", "utf-8")
        _sync(pointer)
        os.replace(pointer, data / CURRENT)
    finally:
        pointer.unlink(missing_ok=True)
    _sync(data)
    _forget_old(data, target, keep_seconds)
    return target


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget_old(data: Path, in_use: Path, keep_seconds: int) -> None:
    oldest = time.time() - keep_seconds
    for path in data.glob("plumbline-*.duckdb"):
        try:
            if path != in_use and path.stat().st_mtime < oldest:
                path.unlink()
        except OSError:
            continue  # somebody else's build was quicker


def make_reproducible(path: Path, digest: str) -> None:
    """Replace DuckDB's random database identifier by one made of the digest, so that equal inputs give equal bytes.

    The identifier stands in the main header and in both database headers; each block begins with a checksum of
    the rest (DuckDB's src/common/checksum.cpp), which is set anew. Nothing else in the file is random.
    """
    with open(path, "r+b") as stream:
        for offset in (0, _BLOCK, 2 * _BLOCK):
            stream.seek(offset)
            block = bytearray(stream.read(_BLOCK))
            if struct.unpack("<Q", block[:8])[0] != _checksum(block[8:]):
                raise ValueError("the database file's header is not laid out as DuckDB 2.0 lays it out")
            if any(block[_IDENTIFIER]):
                block[_IDENTIFIER] = bytes.fromhex(digest)[:8] * 2
                block[:8] = struct.pack("<Q", _checksum(block[8:]))
                stream.seek(offset)
                stream.write(block)


def _checksum(content: bytes | bytearray) -> int:
    state = 5381
    for (word,) in struct.iter_unpack("<Q", content):
        state ^= word * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return state
