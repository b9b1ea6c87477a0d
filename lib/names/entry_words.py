"""What the words of an entry's name and framework say of its purpose: data/names/entry_words.csv, the project's own."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from lib.data_folder import InputError, read_list
from lib.settings import ROOT

_COLUMNS = ("word", "means", "source")


class Purpose(StrEnum):
    """What an entry was made for, where its own words say that it was not for speed."""

    DEMONSTRATION = "demonstration"
    ENERGY_SAVING = "energy saving"


def purposes(*texts: str | None) -> frozenset[Purpose]:
    """The purposes that an entry's texts name; none in most.

    >>> sorted(purposes("rpi4-armnn-v20.08-neon")), sorted(purposes("Server (8x Card, EE)", None)), purposes("FREE 8x")
    (['demonstration'], ['energy saving'], frozenset())
    """
    told = " | ".join(filter(None, texts))
    return frozenset(purpose for purpose, pattern in _patterns() if pattern.search(told))


@cache
def _patterns() -> tuple[tuple[Purpose, re.Pattern[str]], ...]:
    words: dict[Purpose, list[str]] = {}
    for place, row in read_list(ROOT / "data" / "names" / "entry_words.csv", _COLUMNS, ("word",)):
        if row["means"] not in list(Purpose):
            raise InputError(f"expected means to be one of {', '.join(Purpose)}, not {row['means']!r} ({place})")
        words.setdefault(Purpose(row["means"]), []).append(re.escape(row["word"]))
    return tuple(
        (purpose, re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(said)})(?![A-Za-z0-9])", re.IGNORECASE))
        for purpose, said in words.items()
    )
