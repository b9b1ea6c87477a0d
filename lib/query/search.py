"""Finding: what a few words name, whatever the filters: benchmarks, parts, submitters, rounds and entries.

First what holds all the words, in any order, wherever blanks and signs stand in it. Where nothing does, what is alike:
a letter wrong, missing or too many, `O` for `0`; the nearest names where nothing is alike either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from lib import links
from lib.query.connection import Answer, Database
from lib.query.facets import total, vocabulary
from lib.query.names import Name, names, words_of
from lib.selection import NONE, Selection
from lib.settings import settings
from lib.vocabulary import id_key

# How a word stands in a name: as a word of it, at the beginning of one, within one.
_WHOLE, _BEGINS, _WITHIN = 0, 1, 2
# What is taken for one another where people type: O and 0, l, I and 1.
_ALIKE = str.maketrans({"o": "0", "l": "1", "i": "1"})
# One letter of three to four is at most wrong, as in `lama` and `epik`; below it any short word is like any other.
_LIKE = 0.66
# Of what is alike only what is about as much so as the likeliest: `h10O` means H100, not H200 too.
_AS_LIKE = 0.95
_NEAREST = 5  # how many names are offered where nothing is alike
_MOST_WORDS = 8  # that are compared for likeness: each costs a comparison with every word of every name
_MOST_ALIKE = 200  # names that are like the words; more say nothing
_BESIDE = ("round", "scenario", "division", "system_type")  # filters whose values people write beside a name
_COLUMNS = ("kind", "name", "found", "rounds", "results", "doubted_results", "found_by", "opens")


@dataclass(frozen=True)
class Hits:
    """What was found: the places of the names in `names.names`, the likeliest first, and whether only by likeness."""

    places: npt.NDArray[np.int64]
    is_alike: bool


@dataclass(frozen=True)
class _Word:
    """A word as it is looked for: an ID in its one form, else its letters and digits."""

    text: str
    is_id: bool


@dataclass(frozen=True)
class _Words:
    """Every word of every name, folded for likeness: name `i` has `of[starts[i] : starts[i + 1]]`, one or more."""

    folded: tuple[str, ...]
    of: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


def search(db: Database, selection: Selection, most: int | None = None) -> Answer:
    """What `find` names, the likeliest first: kind, name, found (name in words), rounds, results, doubted_results,
    found_by (`words` or `likeness`) and opens (the link of what it leads to).

    A public ID is found in each form in which MLCommons writes it. The filters do not matter; without words nothing is
    found.
    """
    words = _words(selection.one("find"))
    found, known = _hits(db, words), names(db)
    by = "likeness" if found.is_alike else "words"
    shown = [known[place] for place in found.places[:most].tolist()]
    rows = [
        (name.kind, name.name, _said(name, words), name.rounds, name.results, name.doubted_results, by, name.link)
        for name in shown
    ]
    types = [pa.int32() if name in ("results", "doubted_results") else pa.string() for name in _COLUMNS]
    columns = zip(*rows, strict=True) if rows else ([] for _ in _COLUMNS)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return Answer(pa.table(dict(zip(_COLUMNS, arrays, strict=True))), len(found.places))


def exported(db: Database, selection: Selection) -> pa.Table:
    """The rows of the page's CSV: every hit, its link under the host that the settings name."""
    table = search(db, selection).table
    addresses = [links.address(settings().public_url, link) for link in table["opens"].to_pylist()]
    return table.set_column(table.column_names.index("opens"), "opens", pa.array(addresses, pa.string()))


def only_hit(db: Database, text: str) -> Name | None:
    """What a text names, where that is one thing alone; none where it is only like it. An entry's stable name, however
    long, is that entry's."""
    entry = _stable(db).get(text.casefold())
    if entry is not None:
        return names(db)[entry]
    found = _hits(db, _words(text))
    return names(db)[int(found.places[0])] if len(found.places) == 1 and not found.is_alike else None


def _stable(db: Database) -> dict[str, int]:
    places = enumerate(names(db))
    return db.once(
        ("stable names",), lambda: {name.name.casefold(): place for place, name in places if name.kind == "entry"}
    )


def beside(db: Database, text: str) -> Name | None:
    """What a text names with a round, scenario, division or system type beside it, opening both: `acme v1.0`,
    `resnet50 Server v1.0`. None where the words are not so, or no result is both."""
    known = {value.lower(): (key, value) for key in _BESIDE for value in vocabulary(db)[key] if value != NONE}
    chosen: dict[str, list[str]] = {}
    rest: list[str] = []
    for word in text.split():
        key, value = known.get(word.lower(), ("", word))
        (chosen.setdefault(key, []) if key else rest).append(value)
    whole = "".join(word.text for word in _words(" ".join(rest)))
    named = next((name for name in names(db) if name.kind not in ("entry", "round") and whole in name.exact), None)
    if not chosen or named is None:
        return None
    opens = named.opens.with_all(chosen)
    results = total(db, opens)
    return replace(named, opens=opens, results=results) if results else None


def _words(text: str) -> tuple[_Word, ...]:
    """The words of a text, each once: `v1.0-30` and `1.0-0030` are one ID, `resnet-50` is one word."""
    return tuple(dict.fromkeys(word for given in text.replace("/", " ").split() for word in _word(given)))


def _word(given: str) -> Iterator[_Word]:
    key = id_key(given)
    if id_key(f"v{key}") == key:  # only an ID comes back so
        yield _Word(key, True)
    elif text := "".join(words_of(given)):
        yield _Word(text, False)


def _hits(db: Database, words: tuple[_Word, ...]) -> Hits:
    return db.once(("search", words), lambda: _found(db, words))


def _found(db: Database, words: tuple[_Word, ...]) -> Hits:
    known, whole = names(db), "".join(word.text for word in words)
    keys = []
    for place, name in enumerate(known if words else ()):
        if all(_is_in(name, word) for word in words):
            worst = max(_place(name, word) for word in words)
            keys.append((_order(name, worst, whole), place))
    if keys or not words:
        return Hits(np.array([place for _, place in sorted(keys)], np.int64), False)
    return Hits(np.array(_like(db, known, words), np.int64), True)


def _is_in(name: Name, word: _Word) -> bool:
    """Whether a name has a word. An ID is no other's beginning."""
    if word.is_id:
        return word.text in name.ids
    return word.text in name.text or f" {word.text}" in name.joined


def _place(name: Name, word: _Word) -> int:
    """How a word that a name has stands in it."""
    if word.is_id or f" {word.text} " in name.text:
        return _WHOLE
    return _BEGINS if f" {word.text}" in name.text or f" {word.text}" in name.joined else _WITHIN


def _order(name: Name, worst: int, whole: str) -> tuple[bool, bool, int, int, int, int, int, str]:
    """What is called so leads, then what has all the words at the beginning of its own; of those by kind. Of entries
    those come first that have them as whole words, then the latest; of other kinds what begins with them, and then what
    has the most results."""
    is_so = whole in name.exact
    is_late = not (is_so or any(own.startswith(whole) for own in name.exact))
    if name.kind == "entry":
        return True, worst > _BEGINS, name.place, worst, is_late, -name.latest, -name.results, name.name
    return not is_so, worst > _BEGINS, name.place, is_late, worst, -name.results, -name.latest, name.name


def _said(name: Name, words: Sequence[_Word]) -> str:
    """A hit in words: an entry with the ID by which it was found (or that is the likest), else with its own where it
    has one alone."""
    asked = next((word.text for word in words if word.is_id), "")
    own = max(name.ids, key=lambda key: OSA.similarity(key, asked)) if name.ids and asked else ""
    own = own or (next(iter(name.ids)) if len(name.ids) == 1 else "")
    return f"{name.ids[own]} {name.found}" if own else name.found


def _vocabulary(db: Database) -> _Words:
    return db.once(("words of names",), lambda: _gathered(names(db)))


def _gathered(known: Sequence[Name]) -> _Words:
    """Of an entry its words and its IDs; of anything else its whole names too, and two words as one."""
    number: dict[str, int] = {}
    of: list[int] = []
    starts: list[int] = []
    for name in known:
        starts.append(len(of))
        tokens = name.text.split()
        own = {*tokens, *name.ids}
        if name.kind != "entry":
            own |= name.exact | {first + second for first, second in pairwise(tokens)}
        of += [number.setdefault(word.translate(_ALIKE), len(number)) for word in own or ("",)]
    return _Words(tuple(number), np.array(of, np.int64), np.array(starts, np.int64))


def _like(db: Database, known: Sequence[Name], words: Sequence[_Word]) -> list[int]:
    """The places of the names that are like the words, the likeliest first; of the nearest few where none is."""
    scores = _likeness(_vocabulary(db), words[:_MOST_WORDS])
    best = float(scores.max(initial=0.0))
    if best == 0:
        return []
    is_like = best >= _LIKE
    chosen: list[int] = np.flatnonzero(scores >= (best * _AS_LIKE if is_like else 1e-9)).tolist()
    whole = "".join(word.text for word in words)
    folded = whole.translate(_ALIKE)

    def order(place: int) -> tuple[float, float, tuple[object, ...]]:
        name = known[place]
        so = max((OSA.normalized_similarity(own.translate(_ALIKE), folded) for own in name.exact), default=0.0)
        return -float(scores[place]), 0.0 if name.kind == "entry" else -so, _order(name, _WHOLE, whole)

    return sorted(chosen, key=order)[: _MOST_ALIKE if is_like else _NEAREST]


def _likeness(vocabulary: _Words, words: Sequence[_Word]) -> npt.NDArray[np.float64]:
    """How much each name is like the words, 0 to 1: the mean over them of the likest word that the name has."""
    if not len(vocabulary.starts):
        return np.zeros(0)
    asked = [word.text.translate(_ALIKE) for word in words]
    alike = cdist(asked, vocabulary.folded, scorer=OSA.normalized_similarity, dtype=np.float32, score_cutoff=_LIKE)
    best = np.maximum.reduceat(alike[:, vocabulary.of], vocabulary.starts, axis=1)
    return np.asarray(best.mean(axis=0), np.float64)
