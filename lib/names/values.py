"""Numbers and texts as people write them in system descriptions. Missing stays missing: None, never 0."""

from __future__ import annotations

import math
import re

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


def number_or_none(text: object) -> float | None:
    """A finite number, or None: NaN, infinities and what overflows a double are no numbers here."""
    try:
        number = float(str(text).strip().replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def gigabytes_of(value: object) -> float | None:
    """The memory that a cell states, in GB: `80 GB`, `40GB`, `81559 MiB`, `96Gi`; None when it states several.

    GiB and MiB are read as the maker's GB (`4 GiB` is 4): the files mean the same by both.
    """
    text = str(value or "").lower()
    found = re.findall(r"(?<!\d)(\d{1,7}(?:\.\d{1,15})?)\s*-?\s*(tb|tib|g(?:i?b?)|m(?:i?b))\b", text)
    if len(found) != 1:
        return None
    number, unit = float(found[0][0]), found[0][1][0]
    return number * {"t": 1000, "g": 1, "m": 1 / 1024}[unit]


def significant_digits(text: str) -> int:
    """How many digits of a number as written carry information, such as 8 for `259993.64`."""
    mantissa = re.split(r"[eE]", text.strip())[0].lstrip("+-")
    return len(mantissa.replace(".", "").lstrip("0"))
