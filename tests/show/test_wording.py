"""Text from data is shown as it is, whatever it looks like to Markdown or to Plotly."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.export.exports import file_name
from lib.links import address
from lib.query.connection import Database
from lib.selection import Selection
from lib.show import wording
from tests.query.fixtures import selected
from tests.show.payloads import PAYLOADS

SPECIAL = set("\\`*_{}[]()#+-.!|<>$:~^&=\"'")


def unescaped(text: str) -> str:
    """What a Markdown renderer makes of backslash escapes."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("\u200b", "")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_escapes_each_character_that_means_something(payload: str):
    shown = wording.markdown(payload)
    assert unescaped(shown) == " ".join(payload.split()).replace("\u200b", "")
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", shown)
    assert not SPECIAL & set(bare)


@settings(database=None, max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_characters="\u200b"), max_size=60))
def test_any_text_is_shown_literally(text: str):
    shown = wording.markdown(text)
    assert unescaped(shown) == " ".join(text.split())
    assert not SPECIAL & set(re.sub(r"\\[!-/:-@\[-`{-~]", "", shown))
    assert "\n" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "http://evil.example",
        "HTTPS://evil.example",
        "www.evil.example",
        "WWW.evil.example",
        "a@evil.example",
        "mailto:a@b.c",
    ],
)
def test_an_address_in_data_is_broken_so_that_nothing_makes_it_a_link(text: str):
    shown = wording.markdown(text).replace("\\", "")
    assert not re.search(r"https?://|www\.|\w@\w", shown, re.IGNORECASE)


@settings(database=None, max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(PAYLOADS))
def test_plotly_sees_no_tag_no_template_and_no_formula(text: str):
    shown = wording.plotly(text)
    assert not set("<>$") & set(shown)
    assert "%{" not in shown
    assert re.sub(r"&(amp|lt|gt|#36);", "", shown).count("&") == 0
    assert html.unescape(shown).replace("\u200b", "") == " ".join(text.split()).replace("\u200b", "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (259993.64, "259,994"),
        (1495.2, "1,495.2"),
        (28.4567, "28.46"),
        (0.0123456, "0.01235"),
        (0, "0"),
        (-1.5, "-1.5"),
        (1e308, "1e+308"),
        (None, "–"),
        (9999.96, "10,000.0"),
        (10.0, "10.00"),
    ],
)
def test_a_number_has_four_digits_or_more(value: float | None, shown: str):
    assert wording.number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (259993.64, "259,993.64"),
        (479.652, "479.652"),
        (200.0, "200"),
        (1234567.0, "1,234,567"),
        (1e-7, "1e-07"),
        (-1.5, "-1.5"),
        (-0.5, "-0.5"),
        (-0.0, "0"),
        (-1234.5, "-1,234.5"),
        (-1000000.0, "-1,000,000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (0.1 + 0.2, "0.30000000000000004"),
        (None, "–"),
    ],
)
def test_an_exact_value_keeps_every_digit(value: float | None, shown: str):
    assert wording.exact(value) == shown


@settings(database=None, max_examples=300, deadline=None)
@given(st.floats())
def test_an_exact_value_is_the_value(value: float):
    shown = wording.exact(value)
    assert repr(float(shown.replace(",", "")) + 0.0) == repr(value + 0.0)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("system_type=none", "system type not stated"),
        ("system_type=datacenter&system_type=none", "datacenter or system type not stated"),
        ("", "no filters"),
        ("round=v1.0&power=without", "v1.0 · without power"),
        ("cores=20-64", "cores per CPU 20–64"),
        ("cores=64", "cores per CPU 64"),
        ("accelerators=8-", "accelerators in the system from 8"),
        ("accelerators=-8", "accelerators in the system up to 8"),
        ("q=dgx+a100", "“dgx a100” in the name"),
        ("accelerator=none", "CPU only"),
        ("availability=none", "availability not stated"),
        ("submitter=a&submitter=b", "a or b"),
        ("submitter=a&submitter=b&submitter=c&submitter=d", "4 of submitter"),
        ("accelerators=0-0", "accelerators in the system 0"),
    ],
)
def test_active_filters_are_a_line_of_words(query: str, text: str):
    assert wording.filters_text(selected(query)) == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            {"accelerator": "A", "accelerators": 8, "cpu": "C", "cpus_per_node": 2, "nodes": 3, "cores_per_cpu": 64},
            "8x A, 6x C (64 cores)",
        ),
        ({"accelerator": "A", "accelerators": None, "cpu": None}, "A"),
        (
            {
                "accelerator": None,
                "accelerators": 0,
                "cpu": "C",
                "cpus_per_node": None,
                "nodes": None,
                "cores_per_cpu": None,
            },
            "C",
        ),
        ({}, "hardware not stated"),
    ],
)
def test_hardware_is_said_as_far_as_it_is_known(row: dict[str, object], text: str):
    assert wording.hardware(row) == text


def test_a_system_is_called_by_its_name_without_the_submitter_twice():
    row = {"submitter": "NVIDIA", "system_name": "NVIDIA DGX", "platform": "p", "public_id": "1.0-30"}
    assert wording.system_label(row) == "NVIDIA · DGX [1.0-30]"
    assert (
        wording.system_label({"submitter": "NVIDIA", "system_name": None, "platform": "p", "public_id": None})
        == "NVIDIA · p"
    )


def test_shortened_names_that_differ_at_their_ends_stay_apart():
    assert wording.shortened("a" * 60 + "x", 40) != wording.shortened("a" * 60 + "y", 40)
    assert len(wording.shortened("a" * 100, 40)) == 40
    assert wording.shortened("short", 40) == "short"


@pytest.mark.parametrize("name", [*PAYLOADS, "模型", "é", "a/b", "..", "\r\nX-Evil: 1", "x" * 300])
def test_a_file_name_is_plain_and_short(name: str):
    made = file_name("rankings", Selection().with_values("benchmark", [name]), "0123456789abcdef")
    assert re.fullmatch(r"plumbline-rankings-[A-Za-z0-9._-]{1,110}\.csv", made)
    assert len(made) <= 124


def test_a_file_name_says_what_the_csv_holds(small: Database):
    selection = selected("round=v1.0&benchmark=resnet50&scenario=Server")
    assert (
        file_name("rankings", selection, small.snapshot)
        == f"plumbline-rankings-v1.0-resnet50-Server-{small.snapshot[:8]}.csv"
    )


def test_an_address_is_the_link_under_its_host():
    assert address("https://h/x/", "rankings?v=1") == "https://h/x/rankings?v=1"
    assert address("", "rankings?v=1") == "rankings?v=1"


@pytest.mark.parametrize(
    ("reasons", "results", "told"),
    [
        ({}, 40, ""),
        ({"doubted": 3}, 40, "3 of 40 results have no rank: doubted"),
        ({"doubted": 1}, None, "1 has no rank: doubted"),
        ({"doubted": 1200, "not valid": 1}, 4000, "1,201 of 4,000 results have no rank: 1,200 doubted, 1 not valid"),
    ],
)
def test_what_has_no_rank_is_counted_by_its_reasons(reasons: dict[str, int], results: int | None, told: str):
    assert wording.unranked(reasons, results) == told
