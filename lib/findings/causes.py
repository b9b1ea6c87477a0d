"""The sentences about why two results differ, made of their differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lib.findings import words
from lib.findings.evidence import Difference, Gap
from lib.findings.rules import TWINS

MOST_LIKELY = 2  # more of them would say the same of other parts that came with the first


def extent(worst: str, gaps: Sequence[Gap]) -> str:
    """In which scenarios two entries are apart."""
    others = [gap for gap in gaps if gap.scenario != worst]
    if not others:
        return "Both were entered in no other scenario of this benchmark."
    near, far = ([gap for gap in others if (gap.ratio >= TWINS.threshold) is is_far] for is_far in (False, True))
    if not far:
        return f"Only {worst} is apart: {_ratios(near)}."
    if not near:
        return f"Every scenario that both entered is apart: {_ratios(far)}."
    return f"{worst} is not the only one apart: {_ratios(far)}; but {_ratios(near)}."


def _ratios(gaps: Iterable[Gap]) -> str:
    return ", ".join(f"{words.times(gap.ratio)} in {gap.scenario}" for gap in gaps)


def likely(differences: Iterable[Difference], ratio: float, scenario: str) -> tuple[str, ...]:
    """The differences whose precedents point the same way, in words."""
    return tuple(_precedent(item, ratio, scenario) for item in differences if item.speaks)[:MOST_LIKELY]


def _precedent(item: Difference, ratio: float, scenario: str) -> str:
    past = item.precedent
    assert past is not None
    first, second = item.first or "none", item.second or "none"
    text = (
        f"{item.field}, {first} against {second}: in {words.count(past.n, 'other pair')} with this difference "
        f"the side with {first} is faster in {scenario} by a median of {words.times(past.median_ratio)}"
    )
    if past.as_far == 0:
        return f"{text}; none is {words.times(ratio)} apart, so it may explain a part of the gap only."
    verb = "is" if past.as_far == 1 else "are"
    return f"{text}; {past.as_far} of them ({past.share:.0%}) {verb} {words.times(ratio)} apart or more."


def causes(
    differences: Sequence[Difference], serving: tuple[str | None, str | None], are_twins: bool = True
) -> list[str]:
    """The most telling difference in words: the serving layer, else numerics, software, or for twins the names.

    `serving` is the faster and the slower one's; at most one cause is told.
    """
    if {"serving", "serving version"} & {item.field for item in differences}:
        return [_layers(*serving)]
    stated = [item for item in differences if item.first and item.second]
    numerics = [f"their weights are {item.first} and {item.second}" for item in stated if item.field == "weight_dtype"]
    parts = [_part(item) for item in differences if item.source == "software" and (item.speaks or item in stated)]
    named = [_named(item) for item in differences if item.source == "name"] if are_twins else []
    return [*numerics, *parts, *named][:1]


def _layers(faster: str | None, slower: str | None) -> str:
    if faster and slower:
        return f"they run behind {faster} and {slower}"
    return f"one runs behind {slower}" if slower else f"the faster one runs behind {faster}"


def _part(item: Difference) -> str:
    if item.first and item.second:
        return f"they run {item.field} {item.first} and {item.second}"
    return f"only the {'faster' if item.first else 'slower'} one names {item.field}"


def _named(item: Difference) -> str:
    sides = (("faster", item.first), ("slower", item.second))
    return ", ".join(f"the {side} one's name says “{text}”" for side, text in sides if text)
