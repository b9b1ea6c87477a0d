"""Numbers and texts as people write them in system descriptions. Missing stays missing: None, never 0."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_MISSING = {"", "-", "--", "n/a", "na", "none", "null", "not applicable", "?"}


def is_missing(value: object) -> bool:
    """Whether a cell says nothing: None, empty, `-`, `N/A` and the like. Zero says something."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _MISSING)


def text_or_none(value: object) -> str | None:
    """A cell as text with its white space folded, or None where it says nothing."""
    return None if is_missing(value) else " ".join(utf8(str(value)).split())


def utf8(text: str) -> str:
    """A text without what UTF-8 cannot hold: JSON lets half a surrogate pair through."""
    return text.encode("utf-8", "replace").decode("utf-8")


def count_of(value: object) -> int | None:
    """The count that a cell states: 8, "8", "8.0", "64 cores"; None when it states none or several.

    >>> [count_of(v) for v in (8, "2x64", "64 cores", "(8,4)", "N/A", 0)]
    [8, 128, 64, None, None, 0]
    """
    if isinstance(value, bool) or is_missing(value):
        return None
    if isinstance(value, (int, float)):
        return int(value) if 0 <= value < 1e9 and value == int(value) else None
    text = " ".join(str(value)[:100].lower().split())
    product = re.fullmatch(r"(\d{1,6})\s*[x*]\s*(\d{1,6})", text)
    if product:
        count = int(product[1]) * int(product[2])
        return count if count < 1e9 else None
    whole = re.fullmatch(r"(\d{1,9})(?:\.0+)?(?:\s*[a-z][a-z .]*)?", text)
    return int(whole[1]) if whole else None


def number_or_none(value: object) -> float | None:
    """A finite plain number, or None: NaN, infinities and what overflows a double are no numbers here.

    Only what a program writes: `1234.5`, `1e-3`. No mark between thousands and no decimal comma (`1,234` may be 1.234
    or 1234); lib.names.habit reads those by their column, or alone where only one reading is left (read_alone).

    >>> [number_or_none(v) for v in ("1234.5", " 1e3 ", 7, True, "1,234", "1_000", "inf", [1])]
    [1234.5, 1000.0, 7.0, None, None, None, None, None]
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if isinstance(value, str) and ("_" in value or not value.isascii()):  # Python's own spellings: 1_000, other digits
        return None
    return number if math.isfinite(number) else None


@dataclass(frozen=True)
class Memory:
    """A memory size as a description states it: so many pieces of so many GB each, `2x40GB` is 2 of 40."""

    pieces: int
    gb: float

    @property
    def total_gb(self) -> float:
        """What all pieces hold together."""
        return self.pieces * self.gb


_SIZE = re.compile(
    r"(?:(?<![\d.,])(\d{1,4})\s?[x*\u00d7]\s?)?(?<!\d)(?<!\d[.,])(\d{1,3}(?:,\d{3})+|\d{1,7})(\.\d{1,15})?"
    r"\s?-?\s?([tgm])(?:ib?|b)?(?:\s?[x*\u00d7]\s?(\d{1,4}))?(?![a-z0-9])"
)
_GB_OF = {"t": 1024.0, "g": 1.0, "m": 1 / 1024}


def memory_of(value: object) -> Memory | None:
    """The memory that a cell states, whatever its spelling; None where it states none, or several sizes.

    The files mean the same by GB and GiB (by MB and MiB, TB and TiB), so both are read alike: 1 TB is 1024 GB and
    1 GB is 1024 MB. Several kinds of memory (`128 GB DDR4 + 512 GB AEP`) are no single size; one size said twice
    (`512 GB (8 x 64GB)`) is.

    >>> [memory_of(text) for text in ("96Gi", "1 TB", "8x3TiB", "64GB x 16")]
    [Memory(pieces=1, gb=96.0), Memory(pieces=1, gb=1024.0), Memory(pieces=8, gb=3072.0), Memory(pieces=16, gb=64.0)]
    """
    sizes = [_memory(*found) for found in _SIZE.findall(str(value or "")[:200].lower())]
    if len({size.total_gb for size in sizes}) != 1 or not sizes[0].total_gb:
        return None
    return max(sizes, key=lambda size: size.pieces)


def _memory(before: str, whole: str, fraction: str, unit: str, after: str) -> Memory:
    return Memory(int(before or 1) * int(after or 1), float(whole.replace(",", "") + fraction) * _GB_OF[unit])


def significant_digits(text: str) -> int:
    """How many digits of a number as written carry information, such as 8 for `259993.64`."""
    mantissa = re.split(r"[eE]", text.strip())[0].lstrip("+-")
    return len(mantissa.replace(".", "").lstrip("0"))
