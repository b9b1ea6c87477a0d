"""What is odd in a ranking, in words: beside the bar, in the chart's title, and as a link below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lib.query.marks import Mark
from lib.show.configuration import accelerators, label
from lib.show.wording import times

Row = Mapping[str, Any]
MOST = 4  # more marks and nothing stands out any more
FAR = 2.0  # an odd row below those drawn is worth a row of its own from here on: half of what was to be expected
# What a finding of this kind says of itself where no cause is known.
_BY_KIND = {"twins": "same hardware", "twins-across": "same hardware, another submitter"}


def chosen(marks: Sequence[Mark], top: int, most: int = MOST) -> list[Mark]:
    """The marks to draw, what was lost most first: of the first `top` rows, and of those below what is far off or the
    other end of a pair."""
    return [mark for mark in marks if mark.odd < top or mark.ratio >= FAR or _has_end_above(mark, top)][:most]


def _has_end_above(mark: Mark, top: int) -> bool:
    return mark.other is not None and mark.other < top


def called(row: Row) -> str:
    """A row in a sentence: by its public ID, else by submitter, name and rank."""
    if row.get("public_id"):
        return str(row["public_id"])
    name = label(row, [accelerators(row), row.get("framework") or "", row.get("serving") or ""])
    return f"{name.replace(' · ', ' ')} (rank {row['rank']})"


def apart(mark: Mark, odd: Row, other: Row | None, is_lower_better: bool) -> tuple[str, str]:
    """How far a row is from what it stands beside: the ratio, and against what.

    `other` is the row of the other end, where it is in the ranking.
    """
    if mark.beside == "peers":
        systems = (
            (f"{mark.peers} " if mark.peers else "") + "like systems" + (" per accelerator" if mark.is_each else "")
        )
        if is_lower_better:
            return times(mark.ratio), f"{'faster' if mark.is_above else 'slower'} than the median of {systems}"
        return times(mark.ratio), f"{'above' if mark.is_above else 'below'} the median of {systems}"
    side = ("faster than" if mark.is_above else "slower than") if is_lower_better else (
        "above" if mark.is_above else "below"
    )  # fmt: skip
    if mark.beside == "own":
        return times(mark.ratio), f"{side} its own {'Offline' if mark.is_above else 'Server'} rate"
    if mark.beside == "former":
        return times(mark.ratio), f"{side} itself in {mark.other_name}"
    if mark.beside == "share":
        return times(mark.ratio), f"{side} the share of Offline that like systems reach"
    name = _other_end(mark, odd, other)
    if mark.beside == "smaller":
        return times(mark.ratio), f"{side} the smaller {name}{_with_size(other)}"
    if mark.beside == "size":
        return times(mark.ratio), f"less per accelerator than {name}{_with_size(other)}"
    return times(mark.ratio), f"{side} its twin {name}"


def _with_size(other: Row | None) -> str:
    return f" with {other['accelerators']}" if other and other.get("accelerators") else ""


def _other_end(mark: Mark, odd: Row, other: Row | None) -> str:
    """The other end in a sentence about the odd one: by its rank alone where both are called the same."""
    if other is None:
        return mark.other_name or "elsewhere"
    name, rank = called(other), f" (rank {other['rank']})"
    return (
        f"at rank {other['rank']}"
        if name.endswith(rank) and name.removesuffix(rank) == called(odd).removesuffix(f" (rank {odd['rank']})")
        else name
    )


def where(mark: Mark, other: Row | None, drawn: Sequence[int]) -> str:
    """Where the other end is, in case that it is not among the rows drawn."""
    if other is not None:
        return "" if mark.other in drawn else " (not drawn)"
    return " (not in this ranking)" if mark.beside == "twin" else ""


def cause(mark: Mark) -> str:
    """Why, in a few words; empty where nothing is known, or where what it stands beside says it already."""
    if mark.beside in ("peers", "size", "own", "share"):
        return ""
    return mark.cause or _BY_KIND.get(mark.kind, "")


def sentence(mark: Mark, odd: Row, other: Row | None, is_lower_better: bool, with_cause: bool = True) -> str:
    """What is odd in one sentence: `1.0-31 is 1.44x below its twin 1.0-30: same hardware`."""
    ratio, against = apart(mark, odd, other, is_lower_better)
    told = f"{called(odd)} {'does' if mark.beside == 'size' else 'is'} {ratio} {against}"
    return f"{told}: {cause(mark)}" if with_cause and cause(mark) else told
