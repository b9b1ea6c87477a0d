"""The sentences about why two results differ, made of their differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lib.findings import words
from lib.findings.evidence import LEAST_EFFECT, NUMERICS, Difference, Gap
from lib.findings.rules import SEEN_FROM, TWINS
from lib.findings.suspects import Strength, is_suspect, strength
from lib.names.software import layers

MOST_LIKELY = 2  # more of them would say the same of other parts that came with the first
MOST_WORDS = 6  # a bracket in a chart has room for no more
LONGEST_WORD = 16
NO_CAUSE = "cause not in the files"
SEVERAL = "several differences"
_BORNE_OUT = (Strength.INFERRED, Strength.SEEN, Strength.UNTRIED)
_HARDLY = (Strength.RARE, Strength.PART, Strength.AGAINST)
# What a reader takes for a cause when it differs.
_EXPECTED = ("serving", "serving version", "frameworks", "weight_dtype")


class Ends(NamedTuple):
    """The two ends: `slower` and `faster` are what a sentence calls them.

    `serving` are the faster and the slower one's layers; `sizes` their accelerators, where they have unlike numbers.
    `are_twins`: whoever reads of them looks for a cause in their names and layers.
    """

    slower: str
    faster: str
    serving: tuple[str | None, str | None] = (None, None)
    sizes: tuple[int, int] | None = None
    are_twins: bool = True


class Said(NamedTuple):
    """Why two results differ: a clause for a sentence, empty where the files name no cause, and at most six words."""

    clause: str
    short: str


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
    """The suspects whose precedents point the same way, in words."""
    told = (item for item in differences if item.speaks and is_suspect(item))
    return tuple(_precedent(item, ratio, scenario) for item in told)[:MOST_LIKELY]


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


def causes(differences: Sequence[Difference], ends: Ends) -> Said:
    """The differences that explain most, in words; what only may explain a part is said to.

    `differences` are in the order of `suspects.ordered`. Names explain twins alone, and where no software does.
    """
    main = next((item for item in differences if strength(item) in (*_BORNE_OUT, *_HARDLY)), None)
    asked = next((item for item in differences if strength(item) is Strength.ASKED), None)
    name = None
    if main is None or main.field == "power measured":
        numerics = next((item for item in differences if item.field == NUMERICS), None)
        name = numerics or (_telling_name(differences) if ends.are_twins else None)
    is_borne_out = main is not None and strength(main) in _BORNE_OUT
    told = [(_named(name, ends), _brief_name(name))] if name else []
    if main and is_borne_out:
        told.append((f"{_predicate(main, ends)}{_qualified(main)}", _brief_borne(main, ends)))
    if asked:
        at = len(told) if main and strength(main) in (Strength.INFERRED, Strength.SEEN) else 0
        told.insert(at, (_asked(asked, ends), _brief_asked(asked)))
    again = "it" if ends.are_twins else ends.slower
    clause = f"; {again} ".join(text for text, _ in told)
    if main and not is_borne_out and _is_worth_a_word(main, ends):
        clause += f"{f'; besides, {again} ' if clause else ''}{_predicate(main, ends)}, but {_doubted(main)}"
        told = told or [(clause, _brief_part(main, ends))]
    return Said(f"{ends.slower} {clause}" if clause else "", _short([brief for _, brief in told]))


def _is_worth_a_word(item: Difference, ends: Ends) -> bool:
    """What does not explain the gap is told where a reader would think that it does."""
    return ends.are_twins and (strength(item) is not Strength.AGAINST or item.field in _EXPECTED)


def _telling_name(differences: Sequence[Difference]) -> Difference | None:
    """The words by which the names differ, where they say more than which software ran."""
    if any(item.field in _EXPECTED and (item.field == "serving" or is_suspect(item)) for item in differences):
        return None
    return next((item for item in differences if item.source == "name"), None)


def _asked(item: Difference, ends: Ends) -> str:
    what = "streams" if item.field == "samples_per_query" else "queries/s"
    if ends.sizes:
        faster, slower = (f"{item.first} of {ends.sizes[0]}", f"{item.second} {what} of {ends.sizes[1]}")
        return f"was asked for less per accelerator: {slower}, {ends.faster} {faster}"
    return f"was asked for {item.second} {what}, {ends.faster} for {item.first}"


def _qualified(item: Difference) -> str:
    """How far other pairs bear it out."""
    past = item.precedent
    if strength(item) is Strength.INFERRED:
        return ""
    if past is None:
        return " (too few other such pairs to compare)"
    return f" ({past.as_far} of {past.n} other such pairs are as far apart)"


def _doubted(item: Difference) -> str:
    past = item.precedent
    assert past is not None
    others = words.count(past.n, "other such pair")
    if strength(item) is Strength.RARE:
        only = "only " if past.share < SEEN_FROM else ""
        usual = ", no larger a share than among all pairs" if past.share <= past.usual else ""
        return f"{only}{past.as_far} of {others} {'is' if past.as_far == 1 else 'are'} as far apart{usual}"
    if strength(item) is Strength.PART:
        return f"none of {others} is as far apart, so that explains a part at most"
    if past.median_ratio < 1 / LEAST_EFFECT:
        return f"in most of {others} that side is the faster one"
    return f"in {others} it made no such difference"


def _predicate(item: Difference, ends: Ends) -> str:
    """What is unlike in the slower end."""
    faster, slower = item.first, item.second
    if item.field in ("serving", "serving version"):
        return _layers(ends)
    if item.field == "inferred":
        if slower == "yes":
            return f"is inferred from another scenario, {ends.faster} measured"
        return f"was measured, {ends.faster} inferred from another scenario"
    if item.field in ("weight_dtype", "input_dtype"):
        what = "weights" if item.field == "weight_dtype" else "inputs"
        return f"has {what} in {slower}, {ends.faster} in {faster}"
    if item.field == "power measured":
        return f"was run with power measured, {ends.faster} without"
    if item.field == "frameworks":
        return f"runs {slower}, {ends.faster} {faster}"
    return f"runs {item.field} {slower}, {ends.faster} {faster}"


def _layers(ends: Ends) -> str:
    faster, slower = ends.serving
    if faster and slower:
        return f"runs behind {slower}, {ends.faster} behind {faster}"
    return f"runs behind {slower}" if slower else f"runs without a serving layer, {ends.faster} behind {faster}"


def _named(item: Difference, ends: Ends) -> str:
    own = f"has “{item.second}” in its name" if item.second else ""
    other = f"lacks “{item.first}”, which is in the other's name" if item.first and not item.second else ""
    both = f", {ends.faster} “{item.first}”" if item.first and item.second else ""
    return f"{own}{both}{other}"


def _short(briefs: Sequence[str]) -> str:
    """As many of the causes as six words hold."""
    told = ""
    for brief in briefs:
        longer = f"{told}, {brief}" if told else brief
        if len(longer.split()) <= MOST_WORDS:
            told = longer
    return told or (SEVERAL if briefs else NO_CAUSE)


def _brief_asked(item: Difference) -> str:
    return "fewer streams asked" if item.field == "samples_per_query" else "lower target"


def _brief_name(item: Difference) -> str:
    if item.field == NUMERICS:
        return f"{item.second} against {item.first} in names"
    text = item.second or item.first or ""
    is_short = len(text.split()) == 1 and len(text) <= LONGEST_WORD and not (item.first and item.second)
    return f"“{text}” in name" if is_short else "names differ"


def _brief_borne(item: Difference, ends: Ends) -> str:
    """What nobody has tried elsewhere may be the cause, and no more."""
    brief = _brief(item, ends)
    if strength(item) is not Strength.UNTRIED:
        return brief
    told = f"perhaps {brief}"
    return told if len(told.split()) <= MOST_WORDS else f"perhaps other {item.field}"


def _brief_part(item: Difference, ends: Ends) -> str:
    if strength(item) is Strength.AGAINST:
        return NO_CAUSE
    brief = _brief(item, ends)
    told = f"{brief}: a part at most" if strength(item) is Strength.PART else f"{brief}{_how_rare(item)}"
    return told if len(told.split()) <= MOST_WORDS else told.replace(brief, f"other {item.field}")


def _how_rare(item: Difference) -> str:
    past = item.precedent
    is_rare = past is not None and past.share < SEEN_FROM
    return ", though rarely so far" if is_rare else ": no more than usual"


def _brief(item: Difference, ends: Ends) -> str:
    """A difference in as few words as its parts' names allow."""
    faster, slower = item.first or "", item.second or ""
    if item.field in ("serving", "frameworks"):
        told = f"{slower} against {faster}" if faster and slower else slower or f"no {faster}"
        other = "other serving layers" if item.field == "serving" else "other frameworks"
        return told if len(told.split()) <= MOST_WORDS else other
    if item.field == "serving version":
        return f"other {layers(ends.serving[1] or '')} version"
    if item.field in ("weight_dtype", "input_dtype"):
        return f"{slower} against {faster}"
    if item.field == "inferred":
        return "one inferred"
    return item.field if item.field == "power measured" else f"other {item.field} version"
