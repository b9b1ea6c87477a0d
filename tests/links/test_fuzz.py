"""Links and selections are one thing written twice, and no input breaks the parser."""

from __future__ import annotations

import random
import string
import time
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib import links
from lib.catalogue import BY_NAME, OWN, Own
from lib.links import MAX_BYTES, MAX_KEYS, MAX_LENGTH, MAX_VALUES, Parsed, parse
from lib.selection import COMMON, FILTERS, Selection, format_range, of

KEYS = (*FILTERS, *(own.key for own in OWN))
OWNS = {own.key: own for own in OWN}
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


def own_values(own: Own) -> st.SearchStrategy[str]:
    if own.options:
        return st.sampled_from(tuple(own.options))
    return names(own.longest) if own.pattern.startswith("[^") else st.from_regex(own.pattern, fullmatch=True)


def values_of(page: str, key: str) -> st.SearchStrategy[list[str]]:
    item = next((item for item in COMMON if item.key == key), None)
    if key in OWNS:
        own = next((own for own in BY_NAME[page].own if own.key == key), OWNS[key])
        return st.lists(own_values(own), max_size=MAX_VALUES if own.is_many else 1, unique=True)
    assert item is not None
    if item.kind == "range":
        return RANGE.map(ranges)
    if item.kind == "words":
        return st.lists(names(MAX_LENGTH).map(lambda text: " ".join(text.split())), max_size=1)
    return st.lists(st.sampled_from(item.fixed) if item.fixed else names(MAX_LENGTH), max_size=6, unique=True)


def selections(page: str) -> st.SearchStrategy[Selection]:
    return (
        st.fixed_dictionaries({}, optional={key: values_of(page, key) for key in links.keys(page)})
        .map(of)
        .filter(lambda selection: len(links.link(page, selection)) <= MAX_BYTES)
    )


PAGES_AND_SELECTIONS = st.sampled_from(list(BY_NAME)).flatmap(lambda page: st.tuples(st.just(page), selections(page)))


def query_of(page: str, selection: Selection) -> str:
    return links.link(page, selection).partition("?")[2]


def check_round_trip(page: str, selection: Selection) -> None:
    assert parse(page, query_of(page, selection)) == Parsed(selection, False, "")
    assert links.parse_pairs(page, links.pairs(page, selection)) == Parsed(selection, False, "")
    sorted_by_us = [key for key, _ in selection.items if key not in ("kind", "column")]
    backwards = [pair for pair in reversed(links.pairs(page, selection)) if pair[0] in sorted_by_us]
    assert parse(page, "&".join(f"{quote(key)}={quote(value)}" for key, value in backwards)).selection == of(
        {key: values for key, values in selection.items if key in sorted_by_us}
    )


@settings(QUICK, max_examples=300)
@given(PAGES_AND_SELECTIONS)
def test_what_is_written_is_read_back_the_same_on_every_page(asked: tuple[str, Selection]):
    check_round_trip(*asked)


@settings(QUICK, max_examples=150)
@given(st.sampled_from(list(BY_NAME)), PAGES_AND_SELECTIONS)
def test_a_selection_taken_to_another_page_is_read_back_as_far_as_that_page_has_the_keys(
    page: str, asked: tuple[str, Selection]
):
    _, selection = asked
    options = {own.key: own.options for own in BY_NAME[page].own if own.options}
    kept = of(
        {
            key: [value for value in values if value in options.get(key, values)]
            for key, values in selection.items
            if key in links.keys(page)
        }
    )
    assert parse(page, query_of(page, selection)) == Parsed(kept, False, "")


def random_name(chance: random.Random, most: int = MAX_LENGTH) -> str:
    letters = string.ascii_letters + string.digits + "-_.,()/+&=%#?;:@'\"<>[]{}$ éßŁ語"
    text = "".join(chance.choices(letters, k=chance.randint(1, min(most, 24))))
    return " ".join(text.split()) or "x"


def random_values(chance: random.Random, page: str, key: str) -> list[str]:
    item = FILTERS.get(key)
    own = next((own for own in BY_NAME[page].own if own.key == key), OWNS.get(key))
    if own is not None and own.options:
        return [chance.choice(tuple(own.options))]
    if key in OWNS:
        return {
            "anomaly": ["twins-0a1b2c3d4e"],
            "unit": ["Queries/s"],
            "snapshot": ["0123456789abcdef"],
        }.get(key, [random_name(chance, 200)])
    assert item is not None
    if item.kind == "range":
        return ranges((chance.choice([None, chance.randint(0, 99)]), chance.choice([None, chance.randint(0, 999_999)])))
    if item.kind == "words":
        return [random_name(chance)]
    return [chance.choice(item.fixed) if item.fixed else random_name(chance) for _ in range(chance.randint(1, 4))]


def random_selection(chance: random.Random, page: str) -> Selection:
    keys = links.keys(page)
    return of({key: random_values(chance, page, key) for key in chance.sample(keys, chance.randint(0, 8))})


def test_ten_thousand_selections_are_read_back_the_same():
    chance = random.Random(14)
    for turn in range(10_000):
        page = list(BY_NAME)[turn % len(BY_NAME)]
        selection = random_selection(chance, page)
        parsed = parse(page, query_of(page, selection))
        assert (parsed.selection, parsed.notice) == (selection, "")


def is_single(key: str) -> bool:
    return not OWNS[key].is_many if key in OWNS else FILTERS[key].kind != "choice"


def is_valid(page: str, selection: Selection) -> bool:
    """Whether a selection is one that a page's link can hold: its keys, in order, within the limits."""
    keys = [key for key, _ in links.pairs(page, selection)]
    ordered = all(KEYS.index(one) <= KEYS.index(other) for one, other in pairwise(keys[1:]))
    longest = {own.key: own.longest for own in OWN}
    known = {key for key, _ in selection.items} <= set(links.keys(page))
    return (
        ordered
        and known
        and all(
            1 <= len(values) <= (1 if is_single(key) else MAX_VALUES)
            and len(set(values)) == len(values)
            and all(0 < len(value) <= longest.get(key, MAX_LENGTH) for value in values)
            for key, values in selection.items
        )
    )


def check_any(page: str, query: str) -> None:
    parsed = parse(page, query)
    assert is_valid(page, parsed.selection)
    assert len(parsed.notice) < 900
    again = parse(page, query_of(page, parsed.selection))
    assert again.selection == parsed.selection
    assert again.notice == ""


@settings(QUICK, max_examples=800)
@given(st.sampled_from(list(BY_NAME)), st.text(st.characters(), max_size=200))
def test_any_text_is_a_valid_selection(page: str, query: str):
    check_any(page, query)


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
            chance.choice(random_values(chance, "rankings", key) or ["1-2"])
            if key in KEYS and chance.random() < 0.6
            else chance.choice(BAD)
        )
        pairs.append(chance.choice([f"{key}={quote(good, errors='replace')}", f"{key}={good}", key, f"{key}=={good}"]))
    return chance.choice(["&", "&", "&&", ";"]).join(pairs)


def run_grammar(cases: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(cases):
        check_any(chance.choice(list(BY_NAME)), grammar(chance))


def test_five_thousand_links_by_the_grammar_with_faults():
    run_grammar(5_000, 1)


@pytest.mark.soak
def test_a_hundred_thousand_links_by_the_grammar_with_faults():
    run_grammar(100_000, 2)


@pytest.mark.soak
@settings(QUICK, max_examples=100_000)
@given(st.sampled_from(list(BY_NAME)), st.text(st.characters(), max_size=400))
def test_a_hundred_thousand_random_texts(page: str, query: str):
    check_any(page, query)


def test_parsing_takes_at_most_a_millisecond():
    chance = random.Random(3)
    queries = [grammar(chance) for _ in range(500)]
    spent = []
    for query in queries:
        start = time.perf_counter()
        parse("rankings", query)
        spent.append(time.perf_counter() - start)
    assert sorted(spent)[int(len(spent) * 0.95)] <= 0.001


def test_the_limits_of_keys_holds_every_key_that_there_is():
    assert len(KEYS) + 1 <= MAX_KEYS
