"""Whether two texts of two descriptions say the same, in another spelling or less precisely."""

from __future__ import annotations

import re

from lib.names.values import is_missing

_VERSION = re.compile(r"v?(\d{1,18}(?:\.\d{1,18})*)([^+]*)", re.IGNORECASE)
_WORD = re.compile(r"\d{1,18}(?:\.\d{1,18})+|[a-z0-9]+")
# A release named by its year and month (`23.01`) and one by its own count (`2.30.0`) are two numberings of one thing.
_YEAR_AND_MONTH = re.compile(r"(1[6-9]|[2-4]\d)\.(0[1-9]|1[0-2])")
UNSTATED = "(no version)"


def contradict(first: str, second: str) -> bool:
    """Whether two versions of one part cannot be the same one.

    They can where one is unstated, says fewer places, has another spelling or is counted in another way.

    >>> contradict("8.4", "8.4.0"), contradict("8.6.1.6", "8.6.1"), contradict("8.8.00", "v8.8.0")
    (False, False, False)
    >>> contradict("8.4", "8.5"), contradict("0.9.1.dev2+ga5", "0.9.1"), contradict("23.01", "2.30.0")
    (True, True, False)
    """
    if UNSTATED in (first, second) or bool(_YEAR_AND_MONTH.fullmatch(first)) != bool(_YEAR_AND_MONTH.fullmatch(second)):
        return False
    one, other = (_VERSION.fullmatch(text.strip().partition("+")[0]) for text in (first, second))
    if one is None or other is None:
        return _letters(first) != _letters(second)
    return not _agree(_numbers(one[1]), _numbers(other[1])) or _letters(one[2]) != _letters(other[2])


def layers_contradict(first: str, second: str) -> bool:
    """The same of serving layers, each with or without its version: `Dynamo, vLLM 0.9.2`."""
    sides = [dict(_layer(text) for text in side.split(", ")) for side in (first, second)]
    return sides[0].keys() != sides[1].keys() or any(
        contradict(version, sides[1][name]) for name, version in sides[0].items()
    )


def words_contradict(first: str, second: str) -> bool:
    """The same of free text: it cannot be meant alike where each has a word that the other lacks.

    >>> words_contradict("Ubuntu 22.04.5 LTS (jammy)", "ubuntu 22.04"), words_contradict("Ubuntu 20.04", "Ubuntu 22.04")
    (False, True)
    """
    one, other = (_WORD.findall(text.casefold()) for text in (first, second))
    return not (_within(one, other) or _within(other, one))


def same_letters(first: str | None, second: str | None) -> bool:
    """Whether two fields differ in case, spaces and signs alone, or neither says anything."""
    return _letters(first) == _letters(second)


def _letters(text: str | None) -> str:
    return "" if text is None or is_missing(text) else re.sub(r"[\W_]+", "", text.casefold())


def _layer(text: str) -> tuple[str, str]:
    name, _, version = text.rpartition(" ")
    return (name, version) if name and version[:1].isdigit() else (text, UNSTATED)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]


def _agree(one: list[int], other: list[int]) -> bool:
    """Whether all places that both state are the same; zeros at the end say nothing."""
    places = min(len(one), len(other))
    return one[:places] == other[:places] or _bare(one) == _bare(other)


def _bare(numbers: list[int]) -> list[int]:
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def _within(some: list[str], others: list[str]) -> bool:
    """Whether each word of one text stands in the other, a version perhaps with more places."""
    return all(any(_is_alike(word, other) for other in others) for word in some)


def _is_alike(word: str, other: str) -> bool:
    if "." in word and "." in other:
        return _agree(_numbers(word), _numbers(other))
    return word == other
