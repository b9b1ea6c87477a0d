"""What a few words name: all of them must be there, whatever the case, signs and filters, and the likeliest leads.

Where nothing has them all, what is like them is offered and said to be so.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.links import parse, split
from lib.query.connection import Database, current
from lib.query.facets import total, vocabulary
from lib.query.names import KINDS, names, words_of
from lib.query.search import beside, exported, only_hit, search
from lib.selection import of
from lib.vocabulary import id_key


def hits(db: Database, words: str, **filters: list[str]) -> list[dict[str, Any]]:
    return search(db, of({"find": [words] if words else [], **filters})).table.to_pylist()


def test_a_part_leads_before_the_entries_that_have_it(small: Database):
    kinds = [row["kind"] for row in hits(small, "a100")]
    assert kinds[0] == "accelerator"
    assert kinds[-1] == "entry"
    assert kinds == sorted(kinds, key=KINDS.index)


def test_what_is_called_exactly_so_leads_whatever_its_kind(small: Database):
    assert hits(small, "acme")[0]["kind"] == "submitter"
    row = hits(small, "resnet50")[0]
    assert (row["kind"], row["name"], row["found"], row["found_by"]) == ("benchmark", "resnet50", "resnet50", "words")
    assert row["doubted_results"] == 0


def test_all_words_must_be_there_in_any_order(small: Database):
    rows = hits(small, "triton ACME")
    assert rows
    assert {row["found_by"] for row in rows} == {"words"}
    assert all("Triton" in row["name"] for row in rows)
    assert {row["found_by"] for row in hits(small, "triton nobody")} <= {"likeness"}


def test_the_filters_do_not_matter(small: Database):
    assert hits(small, "acme", round=["v2.0"], division=["open"]) == hits(small, "acme")


@pytest.mark.parametrize(
    ("words", "page", "opens"),
    [
        ("acme v1.0", "results", {"submitter": ("Acme",), "round": ("v1.0",)}),
        ("V1.0 server ACME", "results", {"submitter": ("Acme",), "round": ("v1.0",), "scenario": ("Server",)}),
        (
            "resnet-50 v1.0 server",
            "rankings",
            {"benchmark": ("resnet50",), "round": ("v1.0",), "scenario": ("Server",)},
        ),
        ("acme v1.0 v2.0", "results", {"submitter": ("Acme",), "round": ("v1.0", "v2.0")}),
    ],
)
def test_a_name_with_a_round_or_a_scenario_beside_it_opens_both(
    small: Database, words: str, page: str, opens: dict[str, tuple[str, ...]]
):
    found = beside(small, words)
    assert found is not None
    assert found.page == page
    assert {key: found.opens.get(key) for key in opens} == opens
    assert found.results == total(small, found.opens) > 0


@pytest.mark.parametrize(
    "words", ["", "acme", "v1.0", "v1.0 Server", "acme v9.9", "acm v1.0", "acme triton v1.0", "none"]
)
def test_what_is_no_name_with_a_filter_beside_it_opens_nothing_so(small: Database, words: str):
    assert beside(small, words) is None


@pytest.mark.parametrize("words", ["", "%", "_", "' -- ;", "()[]*?.", "\u200b", "…"])
def test_signs_alone_find_nothing(small: Database, words: str):
    assert hits(small, words) == []


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("resnet 50", "benchmark", "resnet50"),
        ("ResNet-50", "benchmark", "resnet50"),
        ("resnt50", "benchmark", "resnet50"),
        ("resnet5O", "benchmark", "resnet50"),
        ("acne", "submitter", "Acme"),
        ("amce", "submitter", "Acme"),
        ("invidia", "accelerator_vendor", "NVIDIA"),
        ("2.0", "round", "v2.0"),
        ("V2.0", "round", "v2.0"),
        ("round 2.0", "round", "v2.0"),
    ],
)
def test_what_was_meant_leads(small: Database, words: str, kind: str, name: str):
    row = hits(small, words)[0]
    assert (row["kind"], row["name"]) == (kind, name)


def test_a_letter_that_looks_like_another_finds_that_one_alone(small: Database):
    found = hits(small, "a1OO")
    assert found
    assert {row["found_by"] for row in found} == {"likeness"}
    assert all("A100" in row["name"] for row in found if row["kind"] == "accelerator")


def test_what_is_only_alike_never_opens_by_itself(small: Database):
    assert only_hit(small, "resnt50") is None
    assert only_hit(small, "") is None
    (row,) = hits(small, "round 2.0")
    opened = only_hit(small, "round 2.0")
    assert opened is not None
    assert (opened.link, opened.page) == (row["opens"], "overview")


def test_an_entry_is_found_by_its_public_id(data_folder: Path):
    db = current(data_folder)
    rows = db.rows(
        "select public_id, any_value(system_id) as system_id from results group by 1 having count(distinct 2) = 1"
    )
    known = [row for row in rows if row["public_id"]][::200]
    assert known
    for row in known:
        found = {hit["name"]: hit["found"] for hit in hits(db, row["public_id"])}
        assert row["system_id"] in found
        assert id_key(found[row["system_id"]].split()[0]) == id_key(row["public_id"])


@pytest.mark.parametrize("words", ["1.0-30", "1.0-030", "v1.0-30", "#1.0_0030"])
def test_an_id_in_any_form_opens_its_entry(data_folder: Path, words: str):
    opened = only_hit(current(data_folder), words)
    assert opened is not None
    assert opened.name == "v1.0/closed/NVIDIA/DGX-A100_A100-SXM-80GBx8_TRT"


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("5.1-93", ("entry", "B200")),
        ("GH200", ("accelerator", "NVIDIA GH200")),
        ("dgx h100", ("entry", "DGX")),
        ("Supermicro", ("submitter", "Supermicro")),
        ("supermcro", ("submitter", "Supermicro")),
        ("gigabite", ("submitter", "GIGABYTE")),
        ("h10O", ("accelerator", "H100")),
        ("resnet 50", ("benchmark", "resnet50")),
        ("lama2", ("benchmark", "llama2")),
        ("epic 7742", ("cpu", "EPYC 7742")),
        ("rtx4090", ("accelerator", "RTX 4090")),
        ("red hat", ("submitter", "Red Hat")),
    ],
)
def test_what_people_type_leads_where_they_expect(data_folder: Path, words: str, leads: tuple[str, str]):
    row = hits(current(data_folder), words)[0]
    assert row["kind"] == leads[0]
    assert leads[1] in row["name"] + row["found"]


def test_results_count_each_round_once_and_rounds_stand_in_their_order(small: Database):
    (row,) = [hit for hit in hits(small, "resnet50") if hit["kind"] == "benchmark" and hit["name"] == "resnet50"]
    (counted,) = small.rows(
        "select count(*) as n, count(distinct round) as rounds from results where benchmark = 'resnet50'"
    )
    assert row["results"] == counted["n"]
    assert row["rounds"].split() == ["v1.0", "v2.0"][: counted["rounds"]]


def test_a_limit_leaves_the_total(small: Database):
    whole = search(small, of({"find": ["a"]}))
    cut = search(small, of({"find": ["a"]}), 2)
    assert (cut.table.num_rows, cut.total) == (2, whole.total)
    assert whole.total == whole.table.num_rows > 2


def test_every_name_leads_to_a_view_with_results_that_no_link_refuses(data_folder: Path):
    db = current(data_folder)
    known = vocabulary(db)
    assert {name.kind for name in names(db)} == set(KINDS)
    for name in names(db)[::7]:
        page, query = split(name.link)
        parsed = parse(page, query, known)
        assert parsed.notice == "", name.link
        assert parsed.selection == name.opens
        assert page == "system" or total(db, parsed.selection), name.link


def test_a_benchmark_leads_to_one_ranking_of_one_round(data_folder: Path):
    db = current(data_folder)
    for row in hits(db, "bert-99"):
        if row["kind"] == "benchmark":
            page, query = split(row["opens"])
            asked = parse(page, query, vocabulary(db)).selection
            assert page == "rankings"
            assert [len(asked.get(key)) for key in ("round", "division", "benchmark", "scenario")] == [1, 1, 1, 1]


def test_the_csv_has_every_hit_with_its_address(small: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_PUBLIC_URL", "https://plumbline.example")
    asked = of({"find": ["acme"]})
    rows = exported(small, asked).to_pylist()
    assert len(rows) == search(small, asked).total
    assert all(row["opens"].startswith("https://plumbline.example/") for row in rows)


TYPED = st.one_of(
    st.text(max_size=64),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789 .-", max_size=64),
    st.lists(st.sampled_from(["acme", "a100", "1.0-30", "v1.0", "%", "'", "resnet", "50", "x" * 30]), max_size=20).map(
        " ".join
    ),
)


@given(text=TYPED)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_finds_what_holds_it_or_what_is_like_it(small: Database, text: str):
    found = search(small, of({"find": [text]})).table.to_pylist()
    assert len({(row["kind"], row["name"]) for row in found}) == len(found)
    assert len({row["found_by"] for row in found}) <= 1
    known = {(name.kind, name.name): name for name in names(small)}
    for row in found:
        name = known[row["kind"], row["name"]]
        assert split(row["opens"])[0] == name.page
        if row["found_by"] == "words":
            asked = [word for word in text.split() if not any(letter in word for letter in ".-_#‐‑–—−")]
            held = f"{name.text}{name.joined}"
            assert all("".join(words_of(word)) in held for word in asked)


@given(name=st.integers(0, 10_000), cut=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_name_is_found_by_itself_and_by_its_first_letters(small: Database, name: int, cut: int):
    known = [own for own in names(small) if own.kind != "entry"]
    asked = known[name % len(known)]
    for text in (asked.name, asked.name[: 1 + cut % len(asked.name)]):
        if words_of(text):
            assert (asked.kind, asked.name) in {(row["kind"], row["name"]) for row in hits(small, text)}


def test_no_input_takes_long(data_folder: Path):
    """By the processor's clock, for a machine does other things too; the limit is some ten times what it takes."""
    db = current(data_folder)
    hits(db, "warm")
    letters = [f"{first}{second}" for first in "abcdefgh" for second in "ijkl"]
    for text in ("a", " ".join(letters)[:64], "x" * 64, "nvidia " * 9, "1.0-1 " * 10, "ö" * 64):
        began = time.thread_time()
        search(db, of({"find": [text]}), 50)
        assert time.thread_time() - began < 0.1, text
