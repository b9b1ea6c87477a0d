"""What a link means, what of it is left out and how that is said, and that old links stay understood."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest

from lib.catalogue import BY_NAME, OWN, PAGES, SNAPSHOT
from lib.links import (
    MAX_BYTES,
    MAX_KEYS,
    MAX_LENGTH,
    MAX_VALUES,
    keys,
    link,
    links_by,
    pairs,
    parse,
    parse_pairs,
    query,
    split,
)
from lib.selection import FILTERS, Selection, SelectionError, format_range, of

LINKS = Path(__file__).parent.parent / "data" / "links.txt"
PUBLISHED = [line.split("\t") for line in LINKS.read_text("utf-8").splitlines() if line and not line.startswith("#")]


KEYS = (*FILTERS, *(own.key for own in OWN))
# Published links that hold more than their page has: what of each is told, and why it cannot open.
TOLD = {
    # A page of one entry shows the first; the second had no effect there, and the CSV alone held both.
    "system?v=1&entry=b&entry=a": "Left out of this link: more than one value of entry.",
    # `show` chooses among findings, of which coverage has none: it was kept and had no effect.
    "coverage?v=1&rows=system&show=all": "Left out of this link: keys that this page does not have: show.",
}


def page_of(key: str) -> str:
    """A page whose links may have this key."""
    return next((page.name for page in PAGES if key in (own.key for own in page.own)), "rankings")


def selected(query: str, page: str = "rankings") -> Selection:
    return parse(page, query).selection


@pytest.mark.parametrize(("published", "meaning"), PUBLISHED, ids=[line for line, _ in PUBLISHED])
def test_a_published_link_still_opens_the_same_selection(published: str, meaning: str):
    page, query = split(published)
    same, canonical = split(meaning)
    parsed = parse(page, query)
    assert page == same
    assert parsed.selection == parse(page, canonical).selection
    assert parsed.notice == TOLD.get(published, "")


@pytest.mark.parametrize(("published", "meaning"), [line for line in PUBLISHED if line[0] not in TOLD])
def test_a_published_link_is_written_as_its_canonical_one(published: str, meaning: str):
    page, query = split(published)
    assert link(page, selected(query, page)) == meaning


@pytest.mark.parametrize(
    ("published", "left"),
    [
        ("system?v=1&entry=b&entry=a", {"entry": ("b",)}),
        ("coverage?v=1&rows=system&show=all", {"rows": ("system",)}),
    ],
)
def test_of_a_published_link_that_holds_too_much_the_rest_still_opens(published: str, left: dict[str, tuple[str, ...]]):
    assert published in TOLD
    page, query = split(published)
    assert dict(selected(query, page).items) == left


def test_every_key_of_every_page_is_in_a_published_link_of_that_page():
    found = [
        (page, key)
        for page, text in (split(line) for line, _ in PUBLISHED)
        for key in query(page, selected(text, page))
    ]
    assert {key for _, key in found} == {*KEYS, "v"}
    owned = {(page.name, own.key) for page in PAGES for own in page.own}
    assert owned <= set(found)


def test_an_absent_query_string_is_bare_and_a_version_alone_is_a_cleared_page():
    for page in BY_NAME:
        assert parse(page, "").is_bare
        assert not parse(page, "v=1").is_bare
        assert parse(page, "v=1").selection == parse(page, "").selection == Selection()


def test_the_version_comes_first_and_the_keys_in_canonical_order():
    mixed = "top=20&q=dgx&cores=8-&submitter=Intel&round=v1.0&system_type=edge"
    assert [key for key, _ in pairs("rankings", selected(mixed))] == [
        "v",
        "round",
        "system_type",
        "submitter",
        "cores",
        "q",
        "top",
    ]


def test_the_order_of_keys_and_values_does_not_matter():
    assert selected("round=b&round=a&division=open&division=closed") == selected(
        "division=closed&division=open&round=a&round=b"
    )


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("20-64", "20-64"),
        ("64-", "64-"),
        ("-28", "-28"),
        ("64", "64-64"),
        ("0-0", "0-0"),
        ("007-9", "7-9"),
        ("0000019", "19-19"),
        ("0000000000000000000000000000000000000000000000000000000000019-", "19-"),
        ("000", "0-0"),
        ("999999", "999999-999999"),
    ],
)
def test_a_range_is_understood(text: str, canonical: str):
    assert selected(f"cores={text}").get("cores") == (canonical,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "--",
        "64-20",
        "1-2-3",
        "a",
        "1e3",
        "1.5",
        "+5",
        " 5",
        "5 ",
        "-5-",
        "٣-٤",
        "1000000",
        "00001000000",
        "0" * 65,
        "0x10",
        "1–2",
        "\u0000",
        "5\n",
    ],
)
def test_a_range_that_is_none_is_left_out_and_said(text: str):
    parsed = parse("rankings", f"cores={quote(text)}")
    assert parsed.selection == Selection()
    assert parsed.notice == "Left out of this link: unknown or malformed values of cores."


def test_of_a_repeated_range_the_first_counts_and_that_is_said():
    parsed = parse("rankings", "cores=1-2&cores=3-4")
    assert parsed.selection.get("cores") == ("1-2",)
    assert parsed.notice == "Left out of this link: more than one value of cores."


def test_the_same_value_twice_is_one_value():
    assert parse("rankings", "cores=1-2&cores=01-02&per=core&per=core&submitter=a&submitter=a").notice == ""


@pytest.mark.parametrize(
    ("page", "key", "first", "second"),
    [
        ("rankings", "per", "core", "watt"),
        ("rankings", "top", "50", "10"),
        ("rankings", "unit", "ms", "s"),
        ("system", "entry", "b", "a"),
        ("anomalies", "anomaly", "twins-1", "twins-0"),
        ("anomalies", "show", "all", "default"),
        ("coverage", "rows", "system", "submitter"),
        ("results", "sort", "value", "name"),
        ("overview", "snapshot", "0123456789", "9876543210"),
        ("overview", "q", "b", "a"),
        ("overview", "accelerators", "8-", "1-"),
    ],
)
def test_a_second_value_of_a_key_that_takes_one_is_told(page: str, key: str, first: str, second: str):
    parsed = parse(page, f"{key}={first}&{key}={second}")
    assert parsed.selection.get(key) == (first,)
    assert parsed.notice == f"Left out of this link: more than one value of {key}."


@pytest.mark.parametrize(("page", "key"), [("anomalies", "kind"), ("results", "column"), ("overview", "round")])
def test_a_key_that_takes_several_keeps_them_in_the_order_given(page: str, key: str):
    several = {"kind": ("twins", "server-over-offline"), "column": ("value", "unit"), "round": ("a", "b")}[key]
    parsed = parse(page, "&".join(f"{key}={value}" for value in several))
    assert parsed.selection.get(key) == several
    assert parsed.notice == ""


FOREIGN = [
    (page.name, own.key)
    for page in PAGES
    for own in OWN
    if own.key != SNAPSHOT.key and own.key not in (mine.key for mine in page.own)
]


def a_value(key: str) -> str:
    """A value that the key takes where a page has it."""
    own = next(own for own in OWN if own.key == key)
    return next(iter(own.options), "twins-005c732c16")


@pytest.mark.parametrize(("page", "key"), FOREIGN)
def test_a_key_of_another_page_is_told_and_opens_nothing(page: str, key: str):
    parsed = parse(page, f"round=v1.0&{key}={a_value(key)}")
    assert parsed.selection == of({"round": ["v1.0"]})
    assert parsed.notice == f"Left out of this link: keys that this page does not have: {key}."
    assert parse(page_of(key), f"{key}={a_value(key)}").notice == ""


@pytest.mark.parametrize("page", BY_NAME)
def test_a_pages_link_holds_no_key_that_the_page_does_not_have(page: str):
    known = {own.key: own for own in (*OWN, *BY_NAME[page].own)}  # a key's options may be the page's own
    chosen = {key: [next(iter(own.options), "x")] for key, own in known.items()}
    everything = of({**{key: ["x"] for key in FILTERS if not FILTERS[key].fixed}, **chosen})
    written = {key for key, _ in pairs(page, everything)}
    assert written == {"v", *keys(page)} - {key for key in FILTERS if FILTERS[key].fixed}
    assert all(f"{key}=" not in link(page, everything) for other, key in FOREIGN if other == page)


def test_all_that_is_left_out_stands_in_one_notice():
    parsed = parse("system", "entry=b&entry=a&kind=foo&round=%00&nokey=1&v=2")
    assert parsed.notice == (
        "Left out of this link: an unknown version of links; 1 unknown key; keys that this page does not have: kind; "
        "unknown or malformed values of round; more than one value of entry."
    )


@pytest.mark.parametrize(("low", "high", "text"), [(None, None, ""), (0, None, "0-"), (None, 0, "-0"), (3, 3, "3-3")])
def test_a_range_is_written_with_zero_as_a_number(low: int | None, high: int | None, text: str):
    assert format_range(low, high) == text


@pytest.mark.parametrize(
    "value",
    [
        "%00",
        "a%00b",
        "%0a",
        "%ED%A0%80x%0d",
        "x" * (MAX_LENGTH + 1),
        "%20padded",
        "padded%20",
        "%E2%80%AEgpj.exe",
        "%C2%85",
        "%7F",
    ],
)
def test_a_malformed_name_is_left_out_and_said(value: str):
    parsed = parse("rankings", f"v=1&submitter={value}")
    assert parsed.selection == Selection()
    assert parsed.notice == "Left out of this link: unknown or malformed values of submitter."


def test_a_lone_surrogate_is_left_out():
    for key in KEYS:
        assert parse_pairs(page_of(key), [(key, "\ud800")]).selection == Selection(), key
        assert parse_pairs(page_of(key), [(key, "a\udfffb")]).selection == Selection(), key


def test_right_to_left_letters_are_a_name_like_any_other():
    assert selected("submitter=" + quote("שלום")).get("submitter") == ("שלום",)


def test_a_value_that_the_data_does_not_have_is_left_out():
    known = {"submitter": frozenset({"Intel"})}
    parsed = parse("rankings", "submitter=Intel&submitter=Nobody", known)
    assert parsed.selection.get("submitter") == ("Intel",)
    assert parsed.notice == "Left out of this link: unknown or malformed values of submitter."


@pytest.mark.parametrize(
    "query",
    [
        "division=Closed",
        "system_type=cloud",
        "power=yes",
        "per=node",
        "top=11",
        "sort=--",
        "anomaly=A",
        "snapshot=xyz",
        "scenario=",
        "show=none",
        "rows=1",
        "column=Value",
        "kind=%3Cb%3E",
        "kind=foo",
        "column=nonsense",
        "column=words",
        "unit=Furlongs/s",
    ],
)
def test_a_word_outside_its_closed_set_or_pattern_is_left_out(query: str):
    key = query.partition("=")[0]
    known = {"scenario": frozenset({"Server"}), "unit": frozenset({"ms"})}
    parsed = parse(page_of(key), query, known)
    assert parsed.selection == Selection()
    assert parsed.notice == f"Left out of this link: unknown or malformed values of {key}."


def test_a_unit_that_the_data_has_is_kept():
    known = {"unit": frozenset({"ms", "Queries/s"})}
    assert parse("rankings", "unit=Queries%2Fs", known).selection.get("unit") == ("Queries/s",)


def test_values_up_to_the_limits_are_kept_and_no_more():
    names = [f"name{i:02}" for i in range(MAX_VALUES + 1)]
    parsed = parse("rankings", "&".join(f"submitter={name}" for name in names))
    assert parsed.selection.get("submitter") == tuple(names[:MAX_VALUES])
    assert "submitter" in parsed.notice
    assert not parse("rankings", "&".join(f"submitter={name}" for name in names[:MAX_VALUES])).notice


@pytest.mark.parametrize(("key", "most"), [("submitter", 64), ("q", 64), ("entry", 200), ("cpu", 64)])
def test_a_value_may_be_as_long_as_its_limit_and_no_longer(key: str, most: int):
    assert selected(f"{key}={'x' * most}", page_of(key)).get(key) == ("x" * most,)
    assert selected(f"{key}={'x' * (most + 1)}", page_of(key)).get(key) == ()


def test_more_keys_than_the_limit_are_said_and_the_first_count():
    query = "submitter=Intel&" + "&".join(f"k{i}=1" for i in range(MAX_KEYS + 3)) + "&round=v1.0"
    parsed = parse("rankings", query)
    assert parsed.selection.items == (("submitter", ("Intel",)),)
    assert f"more than {MAX_KEYS} keys" in parsed.notice


def test_a_link_of_more_than_four_kilobytes_is_cut_between_two_pairs():
    query = "&".join(f"round=r{i}" for i in range(15)) + "&q=" + "x" * MAX_BYTES + "&submitter=Intel"
    parsed = parse("rankings", query)
    assert len(parsed.selection.get("round")) == 15
    assert [key for key, _ in parsed.selection.items] == ["round"]
    assert "longer than 4 kB" in parsed.notice


def test_the_limit_counts_bytes_and_not_letters():
    assert "longer than 4 kB" in parse("rankings", "q=" + "語" * (MAX_BYTES // 8)).notice


def test_unknown_keys_are_counted_and_not_named():
    assert parse("rankings", "secret=1").notice == "Left out of this link: 1 unknown key."
    assert parse("rankings", "secret=1&other=2&secret=3").notice == "Left out of this link: 2 unknown keys."


@pytest.mark.parametrize("query", ["v=2", "v=", "v=1&v=2"])
def test_another_version_is_said_and_the_rest_is_still_read(query: str):
    parsed = parse("rankings", query + "&round=v1.0")
    assert parsed.selection.get("round") == ("v1.0",)
    assert "version" in parsed.notice


HOSTILE = (
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "../../etc/passwd",
    "' or 1=1 --",
    "[x](http://t)",
    "%{x}",
    "$$x$$",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("key", [*KEYS, "v", "nokey"])
def test_a_notice_never_echoes_what_it_leaves_out(key: str, text: str):
    known = {item: frozenset({"good"}) for item in (*FILTERS, "unit")}
    for page in BY_NAME:
        for given in (f"{key}={quote(text)}", f"{quote(text)}=1", f"{key}{quote(text)}=1"):
            notice = parse(page, given, known).notice
            assert text not in notice
            assert not set(notice) & set("<>[]{}%$'\"/\\")
            assert "\n" not in notice


@pytest.mark.parametrize(
    "query",
    ["&" * 600_000, "=" * 600_000, "q=" + "a" * 524_288, "&".join(f"k{i}={i}" for i in range(100_000)), "%" * 10_000],
)
def test_a_huge_query_string_costs_little(query: str):
    start = time.perf_counter()
    parsed = parse("rankings", query)
    assert time.perf_counter() - start < 0.05
    assert parsed.selection == Selection()


def test_a_hundred_thousand_pairs_cost_little():
    many = [(f"k{i % 50_000}", "x") for i in range(100_000)] + [("round", "v1.0")] * 1000
    start = time.perf_counter()
    parse_pairs("rankings", many)
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize(
    "link",
    [
        "nowhere?v=1",
        "http://h/nowhere?round=v1.0",
        "http://[::1",
        "rankings/../etc?x=1",
        "Rankings?v=1",
        "rankings.csv.csv",
    ],
)
def test_a_link_that_names_no_page_is_refused_in_one_line(link: str):
    with pytest.raises(SelectionError) as refused:
        split(link)
    assert "\n" not in str(refused.value)
    assert link.partition("?")[0] not in str(refused.value)


def test_a_page_link_of_each_page_is_split_into_itself():
    for page in BY_NAME:
        assert split(link(page, of({"round": ["v1.0"]}))) == (page, "v=1&round=v1.0")


def test_common_filters_leave_a_pages_own_keys_behind():
    selection = selected("round=v1.0&per=core&top=20&snapshot=0123456789abcdef")
    assert selection.common() == selected("round=v1.0")
    assert selection.own() == selected("per=core&top=20&snapshot=0123456789abcdef")


def test_several_keys_change_at_once_and_an_empty_one_goes():
    changed = selected("round=v1.0&submitter=Intel&per=core").with_all({"round": [], "per": ["watt"], "q": ["x"]})
    assert changed == selected("submitter=Intel&per=watt&q=x")


def test_other_values_of_one_key_leave_the_rest_as_it_was():
    selection = selected("round=v1.0&submitter=Intel")
    assert selection.with_values("submitter", []) == selected("round=v1.0")
    assert selection.with_values("submitter", ["AMD", "AMD"]) == selected("round=v1.0&submitter=AMD")


def test_a_link_of_one_huge_value_is_not_taken_for_a_bare_one():
    assert not parse("rankings", "q=" + "x" * (MAX_BYTES * 2)).is_bare
    assert not parse_pairs("rankings", [("q", "x" * (MAX_BYTES * 2))]).is_bare


def test_pairs_are_limited_to_four_kilobytes_too():
    parsed = parse_pairs("rankings", [("submitter", f"{i:02}" + "語" * 60) for i in range(20)])
    assert 0 < len(parsed.selection.get("submitter")) < 20
    assert "longer than 4 kB" in parsed.notice
    assert parse("rankings", link("rankings", parsed.selection).partition("?")[2]).notice == ""


@pytest.mark.parametrize(("query", "words"), [("find=a%20%20b", "a b"), ("find=%20a", "a"), ("q=a%20%20b", "a b")])
def test_words_are_written_with_single_blanks(query: str, words: str):
    """The box gave them folded and the link did not: a cold link was written anew, with an entry of its own."""
    parsed = parse("search", query)
    assert parsed.selection.get(query.partition("=")[0]) == (words,)
    assert parsed.notice == ""


def test_blanks_alone_are_no_words():
    assert parse("search", "find=%20").notice == "Left out of this link: unknown or malformed values of find."


@pytest.mark.parametrize(("page", "value", "is_kept"), [("overview", "watt", False), ("rankings", "watt", True)])
def test_a_pages_own_options_of_a_key_that_several_have(page: str, value: str, is_kept: bool):
    found = parse(page, f"v=1&per={value}")
    assert (found.selection == of({"per": [value]}), found.notice == "") == (is_kept, is_kept)


@pytest.mark.parametrize("entry", ["v1.0/closed/Acme/big", "v1.0/open/Ä&b=c/x y", "any-value"])
def test_links_by_one_key_are_the_links(entry: str):
    kept = of({"round": ["v1.0"], "q": ["any-value"]})
    assert links_by("system", kept, "entry")(entry) == link("system", kept.with_values("entry", (entry,)))
