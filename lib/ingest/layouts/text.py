"""The bytes of a file -> its text, whichever encoding a program wrote it in, and what is no text at all."""

from __future__ import annotations

import codecs

# How a file begins: what it is. Each was handed in as results by somebody, or is how such things are sent.
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls or the like)"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard-packed file"),
    (b"Rar!", "a RAR archive"),
    (b"version https://git-lfs.", "a pointer of Git LFS, not the file that it stands for"),
)
_MARKUP = ((b"<!doctype html", "an HTML page"), (b"<html", "an HTML page"), (b"<?xml", "an XML document"))
_OFFICE = (b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/")  # the names of an Office document's first files
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def kind_of(head: bytes) -> str | None:
    """What a file that holds no results is, by its first 512 bytes; None where they do not tell."""
    if head.startswith(b"PK"):
        return "an Office document (.xlsx or the like)" if any(name in head for name in _OFFICE) else None
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:20].lower()
    found = [name for mark, name in _OTHERS if head.startswith(mark)]
    return next(iter(found + [name for mark, name in _MARKUP if start.startswith(mark)]), None)


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is text: no zero bytes, but for those of UTF-16."""
    return b"\0" not in head or _utf_16(head) is not None


def decoded(data: bytes) -> tuple[str, int]:
    """The text of a file, and the first line that holds bytes of another encoding (as U+FFFD); 0 for none."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    return _decoded(data, _utf_16(data[:512]) or "utf-8")


def _decoded(data: bytes, encoding: str) -> tuple[str, int]:
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError as error:
        return data.decode(encoding, "replace"), data[: error.start].decode(encoding, "replace").count("\n") + 1


def _utf_16(head: bytes) -> str | None:
    """UTF-16's byte order by its mark, or where every other byte of the beginning is zero: our words are ASCII."""
    for mark, encoding in _BYTE_ORDER_MARKS[1:]:
        if head.startswith(mark):
            return encoding
    start = head[:32]
    if len(start) < 8:
        return None
    if not any(start[1::2]) and all(start[::2]):
        return "utf-16-le"
    return "utf-16-be" if not any(start[::2]) and all(start[1::2]) else None
