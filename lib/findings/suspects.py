"""How far the files bear out that a difference is the cause of a gap: the strength by which differences are ordered."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from lib.findings.evidence import LEAST_EFFECT, Difference
from lib.findings.rules import SEEN_FROM

# What can make a system faster or slower. A machine's or submitter's name, a fan or a kernel come with software and
# hardware of their own: pairs that differ in them are apart, and not by them.
# Of those that are borne out alike, the sooner one explains more plainly.
_OF_RUN = ("inferred", "weight_dtype", "input_dtype")
_PLAIN = ("inferred", "weight_dtype", "serving", "serving version", "frameworks", "input_dtype", "power measured")
_ROLES = ("framework", "runtime", "library", "driver")
# A runtime, driver or library of another version comes with every other description: alone it says nothing.
_TELLING = (*_PLAIN, "framework")
# Of differences that are no causes, the run's parameters say more of a speed than words do.
_SOURCES = {"software": 0, "run": 1, "name": 2, "description": 3}


class Strength(IntEnum):
    """What speaks for a difference as the cause, the strongest first."""

    INFERRED = 0  # one of the figures was computed from another scenario's run
    SEEN = 1  # enough of the other pairs with it are as far apart in this direction, and more than of all pairs
    ASKED = 2  # the slower one was asked for less
    UNTRIED = 3  # numerics or software that both state; too few other pairs differ in it
    RARE = 4  # only a few of the other pairs are as far apart, or no more of them than of all pairs
    PART = 5  # other pairs point the same way, none of them as far apart
    AGAINST = 6  # other pairs with it show no difference, or point the other way
    NONE = 7  # no cause


def strength(item: Difference) -> Strength:
    """How much speaks for a difference as the cause of the gap that it was found in."""
    if item.role == "asked":
        return Strength.ASKED
    if not is_suspect(item):
        return Strength.NONE
    past = item.precedent
    if item.field == "inferred" and (past.median_ratio >= 1.0 if past else item.second == "yes"):
        return Strength.INFERRED  # where other pairs, or the lack of a run of its own, point the same way
    if past is None:
        return Strength.UNTRIED if item.field in _TELLING or item.role in _TELLING else Strength.NONE
    return _by_precedent(item)


def is_suspect(item: Difference) -> bool:
    """Whether a difference is of a kind that can make one system slower than the other."""
    if item.field == "power measured":
        return item.second == "yes"  # a setting that saves power is the slower one
    if item.field == "serving":
        return True  # a description that names none of the layers in front had none
    return bool(item.first and item.second) and (item.source == "software" or item.field in _OF_RUN)


def _by_precedent(item: Difference) -> Strength:
    past = item.precedent
    assert past is not None
    if past.as_far and past.median_ratio > 1 / LEAST_EFFECT:
        is_seen = item.speaks and past.share >= SEEN_FROM and past.share > past.usual
        return Strength.SEEN if is_seen else Strength.RARE
    return Strength.PART if item.speaks else Strength.AGAINST


def ordered(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Differences with what could be the cause first; what is none by where it stands."""
    return tuple(sorted(differences, key=_key))


def _key(item: Difference) -> tuple[int, float, int, int, str]:
    found = strength(item)
    likelihood = (item.likelihood or 0.0) if found in (Strength.SEEN, Strength.RARE) else 0.0
    return (found, -likelihood, _plainness(item), _SOURCES[item.source], item.field)


def _plainness(item: Difference) -> int:
    if item.field in _PLAIN:
        return _PLAIN.index(item.field)
    return len(_PLAIN) + (_ROLES.index(item.role) if item.role in _ROLES else len(_ROLES))
