"""The many spellings of one name: case, blanks, trademark signs, clock rates, counts, several names in one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 400  # characters of a cell that are taken apart: published ones have at most 130
_SIGNS = re.compile(r"\((?:r|tm|c)\)|[\u00ae\u2122\u00a9]")
# What a processor's own report adds to its name, in the order in which it is taken away.
_REPORTED = (
    re.compile(r"@ ?[0-9]{1,2}(?:\.[0-9]{1,3})? ?ghz"),
    re.compile(r"\b[0-9]{1,3}-core processor\b"),
    re.compile(r"\b(?:cpu|processor)\b"),
    re.compile(r"^ ?[0-9]{1,2}th gen "),
)
_JOINERS = re.compile(r" \+ |, and |,? and |, |; | & | / ")
_REMARK = re.compile(r" ?\([^()]{0,100}\)$")
_BEFORE = re.compile(r"([0-9]{1,4}) ?[x\u00d7*] ?(?=\S)", re.IGNORECASE)
_AFTER = re.compile(r" ?\(?(?<![a-z0-9])[x\u00d7*] ?([0-9]{1,4})(?: ?[x\u00d7*] ?([0-9]{1,4}))?\)?$", re.IGNORECASE)


def folded(text: str) -> str:
    """A spelling without its case and its runs of white space."""
    return " ".join(text.split()).casefold()


def plain(text: str) -> str:
    """A folded spelling without trademark signs; one too long for a name comes back as it is.

    >>> plain("Intel(R) Arc(TM) Pro B70")
    'intel arc pro b70'
    """
    found = folded(text)
    return folded(_SIGNS.sub(" ", found)) if len(found) <= _LONGEST else found


def plain_cpu(text: str) -> str:
    """A CPU's name without what a machine's report adds to it.

    >>> plain_cpu("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz"), plain_cpu("AMD EPYC 9375F 32-Core Processor")
    ('intel xeon platinum 8380', 'amd epyc 9375f')
    """
    found = plain(text)
    for part in _REPORTED if len(found) <= _LONGEST else ():
        found = part.sub(" ", found)
    return folded(found)


@dataclass(frozen=True)
class Named:
    """One of a cell's names as it may be read: with the count that the cell states beside it, if it does."""

    name: str
    count: int | None = None


def names_in(cell: str) -> list[list[Named]]:
    """The names that a cell joins, by ` + `, ` and `, commas and the like; each with the ways of reading it.

    The whole name comes first, then without a count, then without a remark: `8x A`, `A (x8)`, `A (x2x8)`, `A (new)`.

    >>> [[(way.name, way.count) for way in ways] for ways in names_in("8x A and B (x2x8)")]
    [[('8x A', None), ('A', 8)], [('B (x2x8)', None), ('B', 16), ('B', None)]]
    """
    if len(cell) > _LONGEST:
        return [[Named(cell)]]
    return [_ways(part) for part in _JOINERS.split(" ".join(cell.split())) if part]


def _ways(part: str) -> list[Named]:
    ways = [Named(part)]
    after = _AFTER.search(part)
    if after:
        ways.append(Named(part[: after.start()], int(after[1]) * int(after[2] or 1)))
    before = _BEFORE.match(part)
    if before:
        rest = part[before.end() :]
        ways += [Named(rest, int(before[1])), Named(_REMARK.sub("", rest), int(before[1]))]
    ways.append(Named(_REMARK.sub("", part)))
    return list(dict.fromkeys(way for way in ways if way.name))
