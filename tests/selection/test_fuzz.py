"""T-14 by hypothesis: links and selections are one thing written twice, and no input breaks the parser."""

from __future__ import annotations

import random
import string
import time
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.selection import (
    COMMON,
    KEYS,
    LONG_KEYS,
    MAX_BYTES,
    MAX_KEYS,
    MAX_LENGTH,
    MAX_VALUES,
    OWN,
    Parsed,
    Selection,
    format_range,
    of,
    parse,
)

PRINTABLE = st.characters(exclude_categories=["C", "Z"])
RANGE = st.tuples(st.none() | st.integers(0, 999_999), st.none() | st.integers(0, 999_999))
QUICK = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


def names(most: int) -> st.SearchStrategy[str]:
    inside = st.text(PRINTABLE | st.just(" "), max_size=most - 2)
    return st.one_of(st.text(PRINTABLE, min_size=1, max_size=2), st.tuples(PRINTABLE, inside, PRINTABLE).map("".join))


def ranges(ends: tuple[int | None, int | None]) -> list[str]:
    low, high = ends
    text = (
        format_range(min(low, high), max(low, high))
        if low is not None and high is not None
        else format_range(low, high)
    )
    return [text] if text else []


def values_of(key: str) -> st.SearchStrategy[list[str]]:
    item = next((item for item in COMMON if item.key == key), None)
    own = next((item for item in OWN if item.key == key), None)
    if own is not None:
        if own.options:
            return st.lists(st.sampled_from(own.options), max_size=1)
        short = names(LONG_KEYS[key]) if key in LONG_KEYS else st.from_regex(own.pattern, fullmatch=True)
        return st.lists(short, max_size=MAX_VALUES if own.many else 1, unique=True)
    assert item is not None
    if item.kind == "range":
        return RANGE.map(ranges)
    if item.kind == "words":
        return st.lists(names(MAX_LENGTH).map(lambda text: " ".join(text.split())), max_size=1)
    return st.lists(st.sampled_from(item.fixed) if item.fixed else names(MAX_LENGTH), max_size=6, unique=True)


SELECTIONS = (
    st.fixed_dictionaries({}, optional={key: values_of(key) for key in KEYS})
    .map(of)
    .filter(lambda selection: len(selection.link("overview")) <= MAX_BYTES)
)


def check_round_trip(selection: Selection) -> None:
    parsed = parse(selection.link("rankings").partition("?")[2])
    assert parsed == Parsed(selection, False, "")
    assert parse(
        "&".join(
            f"{quote(key)}={quote(value)}"
            for key, value in reversed(selection.pairs())
            if key not in ("entry", "kind", "column")
        )
    ).selection == of({key: values for key, values in selection.items if key not in ("entry", "kind", "column")})


@settings(QUICK, max_examples=200)
@given(SELECTIONS)
def test_what_is_written_is_read_back_the_same(selection: Selection):
    check_round_trip(selection)


def random_name(chance: random.Random, most: int = MAX_LENGTH) -> str:
    letters = string.ascii_letters + string.digits + "-_.,()/+&=%#?;:@'\"<>[]{}$ éßŁ語"
    text = "".join(chance.choices(letters, k=chance.randint(1, min(most, 24))))
    return " ".join(text.split()) or "x"


def random_values(chance: random.Random, key: str) -> list[str]:
    item = next((item for item in COMMON if item.key == key), None)
    own = next((item for item in OWN if item.key == key), None)
    if own is not None and own.options:
        return [chance.choice(own.options)]
    if own is not None:
        return {
            "anomaly": ["twins-0a1b2c3d4e"],
            "kind": ["twins"],
            "column": ["value", "unit"],
            "snapshot": ["0123456789abcdef"],
        }.get(key, [random_name(chance, 200)])
    assert item is not None
    if item.kind == "range":
        return ranges((chance.choice([None, chance.randint(0, 99)]), chance.choice([None, chance.randint(0, 999_999)])))
    if item.kind == "words":
        return [random_name(chance)]
    return [chance.choice(item.fixed) if item.fixed else random_name(chance) for _ in range(chance.randint(1, 4))]


def random_selection(chance: random.Random) -> Selection:
    return of({key: random_values(chance, key) for key in chance.sample(KEYS, chance.randint(0, 8))})


def test_ten_thousand_selections_are_read_back_the_same():
    chance = random.Random(14)
    for _ in range(10_000):
        selection = random_selection(chance)
        parsed = parse(selection.link("rankings").partition("?")[2])
        assert (parsed.selection, parsed.notice) == (selection, "")


def is_valid(selection: Selection) -> bool:
    """Whether a selection is one that a link can hold: known keys, in order, within the limits."""
    keys = [key for key, _ in selection.items]
    ordered = all(KEYS.index(one) < KEYS.index(other) for one, other in pairwise(keys))
    return ordered and all(
        1 <= len(values) <= MAX_VALUES
        and len(set(values)) == len(values)
        and all(0 < len(value) <= LONG_KEYS.get(key, MAX_LENGTH) for value in values)
        for key, values in selection.items
    )


def check_any(query: str) -> None:
    parsed = parse(query)
    assert is_valid(parsed.selection)
    assert len(parsed.notice) < 600
    again = parse(parsed.selection.link("rankings").partition("?")[2])
    assert again.selection == parsed.selection
    assert again.notice == ""


@settings(QUICK, max_examples=800)
@given(st.text(st.characters(), max_size=200))
def test_any_text_is_a_valid_selection(query: str):
    check_any(query)


BAD = (
    "",
    "%00",
    "%",
    "%zz",
    "..",
    "javascript:alert(1)",
    "%E2%80%AE",
    "%ED%A0%80",
    "\udcff",
    "-",
    "9" * 30,
    "x" * 300,
    "none",
    "<b>",
    "a+b",
    "&",
    ";",
    "=",
)


def grammar(chance: random.Random) -> str:
    """A query string by the grammar of links, with faults: keys known, near and unknown; values good and bad."""
    pairs = []
    for _ in range(chance.choice([1, 2, 3, 5, 8, 40])):
        key = chance.choice([*KEYS, *KEYS, "v", "", "x", "Round", "round ", "%00", "entry[]"])
        good = (
            chance.choice(random_values(chance, key) or ["1-2"])
            if key in KEYS and chance.random() < 0.6
            else chance.choice(BAD)
        )
        pairs.append(chance.choice([f"{key}={quote(good, errors='replace')}", f"{key}={good}", key, f"{key}=={good}"]))
    return chance.choice(["&", "&", "&&", ";"]).join(pairs)


def run_grammar(cases: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(cases):
        check_any(grammar(chance))


def test_five_thousand_links_by_the_grammar_with_faults():
    run_grammar(5_000, 1)


@pytest.mark.soak
def test_a_hundred_thousand_links_by_the_grammar_with_faults():
    run_grammar(100_000, 2)


@pytest.mark.soak
@settings(QUICK, max_examples=100_000)
@given(st.text(st.characters(), max_size=400))
def test_a_hundred_thousand_random_texts(query: str):
    check_any(query)


def test_parsing_takes_at_most_a_millisecond():
    chance = random.Random(3)
    links = [grammar(chance) for _ in range(500)]
    spent = []
    for link in links:
        start = time.perf_counter()
        parse(link)
        spent.append(time.perf_counter() - start)
    assert sorted(spent)[int(len(spent) * 0.95)] <= 0.001


def test_the_limits_of_keys_holds_every_key_that_there_is():
    assert len(KEYS) + 1 <= MAX_KEYS
