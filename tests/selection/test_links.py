"""T-14, T-15: what a link means, what of it is left out and how that is said, and that old links stay understood."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest

from lib.selection import (
    FILTERS,
    KEYS,
    MAX_BYTES,
    MAX_KEYS,
    MAX_LENGTH,
    MAX_VALUES,
    PAGES,
    Selection,
    SelectionError,
    format_range,
    of,
    parse,
    parse_pairs,
    split_link,
)

LINKS = Path(__file__).parent.parent / "data" / "links.txt"
PUBLISHED = [line.split("\t") for line in LINKS.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def selected(query: str) -> Selection:
    return parse(query).selection


@pytest.mark.parametrize(("link", "meaning"), PUBLISHED, ids=[link for link, _ in PUBLISHED])
def test_a_published_link_still_opens_the_same_selection(link: str, meaning: str):
    page, query = split_link(link)
    assert selected(query).link(page) == meaning
    assert parse(query).notice == ""


def test_every_key_is_in_a_published_link():
    assert {key for link, _ in PUBLISHED for key in selected(split_link(link)[1]).query()} == {*KEYS, "v"}


def test_an_absent_query_string_is_bare_and_a_version_alone_is_a_cleared_page():
    assert parse("").is_bare
    assert not parse("v=1").is_bare
    assert parse("v=1").selection == parse("").selection == Selection()


def test_the_version_comes_first_and_the_keys_in_canonical_order():
    mixed = "top=20&q=dgx&cores=8-&submitter=Intel&round=v1.0&system_type=edge"
    assert [key for key, _ in selected(mixed).pairs()] == [
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
        "0x10",
        "1–2",
        "\u0000",
        "5\n",
    ],
)
def test_a_range_that_is_none_is_left_out_and_said(text: str):
    parsed = parse(f"cores={quote(text)}")
    assert parsed.selection == Selection()
    assert parsed.notice == "Left out of this link: unknown or malformed values of cores."


def test_of_a_repeated_range_the_first_counts():
    assert selected("cores=1-2&cores=3-4").get("cores") == ("1-2",)


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
    parsed = parse(f"v=1&submitter={value}")
    assert parsed.selection == Selection()
    assert parsed.notice == "Left out of this link: unknown or malformed values of submitter."


def test_a_lone_surrogate_is_left_out():
    for key in KEYS:
        assert parse_pairs([(key, "\ud800")]).selection == Selection(), key
        assert parse_pairs([(key, "a\udfffb")]).selection == Selection(), key


def test_right_to_left_letters_are_a_name_like_any_other():
    assert selected("submitter=" + quote("שלום")).get("submitter") == ("שלום",)


def test_a_value_that_the_data_does_not_have_is_left_out():
    known = {"submitter": frozenset({"Intel"})}
    parsed = parse("submitter=Intel&submitter=Nobody", known)
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
    ],
)
def test_a_word_outside_its_closed_set_or_pattern_is_left_out(query: str):
    parsed = parse(query, {"scenario": frozenset({"Server"})})
    assert parsed.selection == Selection()
    assert query.partition("=")[0] in parsed.notice


def test_values_up_to_the_limits_are_kept_and_no_more():
    names = [f"name{i:02}" for i in range(MAX_VALUES + 1)]
    parsed = parse("&".join(f"submitter={name}" for name in names))
    assert parsed.selection.get("submitter") == tuple(names[:MAX_VALUES])
    assert "submitter" in parsed.notice
    assert not parse("&".join(f"submitter={name}" for name in names[:MAX_VALUES])).notice


@pytest.mark.parametrize(("key", "most"), [("submitter", 64), ("q", 64), ("entry", 200), ("cpu", 64)])
def test_a_value_may_be_as_long_as_its_limit_and_no_longer(key: str, most: int):
    assert selected(f"{key}={'x' * most}").get(key) == ("x" * most,)
    assert selected(f"{key}={'x' * (most + 1)}").get(key) == ()


def test_more_keys_than_the_limit_are_said_and_the_first_count():
    query = "submitter=Intel&" + "&".join(f"k{i}=1" for i in range(MAX_KEYS + 3)) + "&round=v1.0"
    parsed = parse(query)
    assert parsed.selection.items == (("submitter", ("Intel",)),)
    assert f"more than {MAX_KEYS} keys" in parsed.notice


def test_a_link_of_more_than_four_kilobytes_is_cut_between_two_pairs():
    query = "&".join(f"round=r{i}" for i in range(15)) + "&q=" + "x" * MAX_BYTES + "&submitter=Intel"
    parsed = parse(query)
    assert len(parsed.selection.get("round")) == 15
    assert [key for key, _ in parsed.selection.items] == ["round"]
    assert "longer than 4 kB" in parsed.notice


def test_the_limit_counts_bytes_and_not_letters():
    assert "longer than 4 kB" in parse("q=" + "語" * (MAX_BYTES // 8)).notice


def test_unknown_keys_are_counted_and_not_named():
    assert parse("secret=1").notice == "Left out of this link: 1 unknown key."
    assert parse("secret=1&other=2&secret=3").notice == "Left out of this link: 2 unknown keys."


@pytest.mark.parametrize("query", ["v=2", "v=", "v=1&v=2"])
def test_another_version_is_said_and_the_rest_is_still_read(query: str):
    parsed = parse(query + "&round=v1.0")
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
    known = {item: frozenset({"good"}) for item in FILTERS}
    for query in (f"{key}={quote(text)}", f"{quote(text)}=1", f"{key}{quote(text)}=1"):
        notice = parse(query, known).notice
        assert text not in notice
        assert not set(notice) & set("<>[]{}%$'\"/\\")
        assert "\n" not in notice


@pytest.mark.parametrize(
    "query",
    ["&" * 600_000, "=" * 600_000, "q=" + "a" * 524_288, "&".join(f"k{i}={i}" for i in range(100_000)), "%" * 10_000],
)
def test_a_huge_query_string_costs_little(query: str):
    start = time.perf_counter()
    parsed = parse(query)
    assert time.perf_counter() - start < 0.05
    assert parsed.selection == Selection()


def test_a_hundred_thousand_pairs_cost_little():
    pairs = [(f"k{i % 50_000}", "x") for i in range(100_000)] + [("round", "v1.0")] * 1000
    start = time.perf_counter()
    parse_pairs(pairs)
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
        split_link(link)
    assert "\n" not in str(refused.value)
    assert link.partition("?")[0] not in str(refused.value)


def test_a_page_link_of_each_page_is_split_into_itself():
    for page in PAGES:
        assert split_link(of({"round": ["v1.0"]}).link(page)) == (page, "v=1&round=v1.0")


def test_common_filters_leave_a_pages_own_keys_behind():
    selection = selected("round=v1.0&per=core&top=20&entry=x&snapshot=0123456789abcdef")
    assert selection.common() == selected("round=v1.0")


def test_other_values_of_one_key_leave_the_rest_as_it_was():
    selection = selected("round=v1.0&submitter=Intel")
    assert selection.with_values("submitter", []) == selected("round=v1.0")
    assert selection.with_values("submitter", ["AMD", "AMD"]) == selected("round=v1.0&submitter=AMD")


def test_a_link_of_one_huge_value_is_not_taken_for_a_bare_one():
    assert not parse("q=" + "x" * (MAX_BYTES * 2)).is_bare
    assert not parse_pairs([("q", "x" * (MAX_BYTES * 2))]).is_bare


def test_pairs_are_limited_to_four_kilobytes_too():
    pairs = [("submitter", f"{i:02}" + "語" * 60) for i in range(20)]
    parsed = parse_pairs(pairs)
    assert 0 < len(parsed.selection.get("submitter")) < 20
    assert "longer than 4 kB" in parsed.notice
    assert parse(parsed.selection.link("").partition("?")[2]).notice == ""
