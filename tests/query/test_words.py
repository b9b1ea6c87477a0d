"""Organisations, weights, nodes and IDs: one thing under many words is one thing to filters, counts and search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.links import parse
from lib.query import coverage, facets, search
from lib.query.connection import Database
from lib.query.results import exported, results
from lib.selection import COMMON, Selection, of
from lib.settings import Settings
from lib.vocabulary import id_key
from tests.query import small as small_data

A100 = {"accelerator_raw": "NVIDIA A100-SXM-80GB", "accelerators_per_node": 8}
SYSTEMS: dict[str, dict[str, Any]] = {
    "v1.0/closed/DellEMC/one": A100,
    "v2.0/closed/Dell/two": {**A100, "nodes": 4},
    "v2.0/closed/Dell_MangoBoost/three": {**A100, "nodes": 2},
    "v2.0/closed/Acme_Works/four": {**A100, "nodes": None},
}
RESULTS = [
    ("v1.0/closed/DellEMC/one", "NVFP4 weights; FP8 KV cache", "1.0-30"),
    ("v2.0/closed/Dell/two", "fp8,mxfp4", "2.0-0003"),
    ("v2.0/closed/Dell_MangoBoost/three", "fp4", "v2.0-0300"),
    ("v2.0/closed/Acme_Works/four", "q4_k_m", None),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("words")
    rows = [
        (entry, "resnet50", "Offline", 100.0, "Samples/s", {"weight_dtype_raw": stated, "public_id": number})
        for entry, stated, number in RESULTS
    ]
    small_data.build(small_data.write(folder, SYSTEMS, rows))
    return Database(next(folder.glob("plumbline-*.duckdb")), Settings(data=folder))


def platforms(db: Database, query: str) -> list[str]:
    parsed = parse("results", query, facets.vocabulary(db))
    assert parsed.notice == "", query
    return sorted(results(db, parsed.selection).table["platform"].to_pylist())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("submitter=Dell", ["one", "three", "two"]),
        ("submitter=DellEMC", ["one", "three", "two"]),
        ("submitter=MangoBoost", ["three"]),
        ("submitter=Dell_MangoBoost", ["three"]),
        ("submitter=Dell%20%2B%20MangoBoost", ["three"]),
        ("submitter=Dell_MangoBoost&submitter=Acme_Works", ["four", "three"]),
        ("submitter=Acme_Works", ["four"]),
        ("submitter=MangoBoost&submitter=Acme_Works", ["four", "three"]),
        ("weight_dtype=fp4", ["one", "three", "two"]),
        ("weight_dtype=nvfp4", ["one"]),
        ("weight_dtype=fp8", ["two"]),
        ("weight_dtype=q4_k_m", ["four"]),
        ("weight_dtype=nvfp4&weight_dtype=fp8", ["one", "two"]),
        ("nodes=2-", ["three", "two"]),
        ("nodes=-1", ["one"]),
        ("nodes=2-3", ["three"]),
        ("q=dellemc", ["one"]),
        ("q=dell", ["one", "three", "two"]),
        ("q=1.0-30", ["one"]),
        ("q=v1.0-0030", ["one"]),
        ("q=2.0-3", ["two"]),
        ("q=v2.0-0003", ["two"]),
        ("q=2.0-300", ["three"]),
        ("q=1.0-3", []),
    ],
)
def test_a_filter_finds_each_writing(db: Database, query: str, found: list[str]):
    assert platforms(db, query) == found


def test_the_published_submitter_and_the_stated_weights_stay(db: Database):
    table = results(db, Selection()).table
    rows = {row["platform"]: row for row in table.to_pylist()}
    assert rows["one"]["submitter"] == "DellEMC"
    assert [rows[name]["weight_dtype"] for name in ("one", "two", "three", "four")] == [
        "nvfp4", "fp8 + mxfp4", "fp4", "q4_k_m",
    ]  # fmt: skip
    assert rows["one"]["weight_dtype_raw"] == "NVFP4 weights; FP8 KV cache"
    assert not {"organisations", "weight_dtypes", "id_key"} & set(exported(db, Selection()).column_names)


def test_a_name_that_holds_the_sign_of_a_joint_submission_stays_whole():
    known = {"submitter": frozenset({"One + Two", "Dell"})}
    parsed = parse("results", "submitter=One%20%2B%20Two", known)
    assert (parsed.notice, parsed.selection.get("submitter")) == ("", ("One + Two",))
    text, bound = parsed.selection.condition()
    assert bound == {"submitter_0": ["One", "Two"], "submitter_list": "One + Two"}
    assert duckdb.execute(f"select {text} from (select ['One + Two'] as organisations)", bound).fetchone() == (True,)
    assert parse("results", "submitter=Dell%20%2B%20Two", known).selection == Selection()


def test_options_are_organisations_and_a_joint_submission_counts_for_each_member(db: Database):
    counted = facets.counts(db, Selection())
    assert counted["submitter"] == {"Dell": 3, "MangoBoost": 1, "Acme_Works": 1}
    assert counted["weight_dtype"] == {"nvfp4": 1, "fp4": 3, "mxfp4": 1, "fp8": 1, "q4_k_m": 1}


def test_rounds_count_organisations(db: Database):
    counted = {row["round"]: row["submitters"] for row in coverage.round_counts(db).table.to_pylist()}
    assert counted == {"v1.0": 1, "v2.0": 3}
    largest = {
        row["round"]: (row["largest_submitter"], row["largest"]) for row in coverage.rounds(db).table.to_pylist()
    }
    assert largest["v2.0"] == ("Dell", 2)


def test_the_matrix_has_a_row_for_each_organisation(db: Database):
    table = coverage.matrix(db, Selection(), False, 10).table
    assert dict(zip(table["submitter"].to_pylist(), table["resnet50 Offline"].to_pylist(), strict=True)) == {
        "Acme_Works": 1, "Dell": 3, "MangoBoost": 1,
    }  # fmt: skip


def test_an_unread_wording_of_weights_is_among_the_unmapped_names(db: Database):
    listed = {(row["kind"], row["name"]) for row in coverage.unmapped(db, Selection()).table.to_pylist()}
    assert [name for kind, name in listed if kind == "weight type"] == ["q4_k_m"]


def hits(db: Database, words: str) -> list[tuple[str, str, int]]:
    return [
        (row["kind"], row["name"].rpartition("/")[2], row["results"])
        for row in search.search(db, of({"find": [words]})).table.to_pylist()
        if row["found_by"] == "words"
    ]


def test_search_finds_an_organisation_by_both_writings(db: Database):
    assert hits(db, "dellemc") == [("submitter", "Dell", 3), ("entry", "one", 1)]
    assert hits(db, "dell")[0] == ("submitter", "Dell", 3)
    assert [hit for hit in hits(db, "mangoboost") if hit[0] == "submitter"] == [("submitter", "MangoBoost", 1)]


@pytest.mark.parametrize("words", ["1.0-30", "v1.0-0030", "V1.0-30", "1.0-030"])
def test_search_finds_an_id_in_each_form(db: Database, words: str):
    assert hits(db, words) == [("entry", "one", 1)]


def test_search_takes_no_id_for_the_beginning_of_another(db: Database):
    assert hits(db, "2.0-3") == [("entry", "two", 1)]
    assert hits(db, "2.0-30") == []


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("v6.0-0076", "6.0-0076"), ("6.0-76", "6.0-0076"), ("1.0-30", "1.0-0030"), (" 5.1-12345 ", "5.1-12345"),
        ("6.0-", "6.0-"), ("DGX-A100", "dgx-a100"), ("6.0-76-1", "6.0-76-1"), ("", ""),
    ],
)  # fmt: skip
def test_an_id_has_one_form(written: str, key: str):
    assert id_key(written) == key
    assert id_key(key) == key


def test_a_megabyte_is_no_id():
    assert id_key("9" * 1_000_000) == "9" * 1_000_000


def test_the_new_filters_stand_last_in_the_canonical_order():
    assert [item.key for item in COMMON][-3:] == ["q", "nodes", "weight_dtype"]


def test_a_link_with_the_words_of_the_data_keeps_what_the_data_calls_so(db: Database, tmp_path: Path):
    known = {**facets.vocabulary(db), "submitter": frozenset({"ORACLE"})}
    assert parse("results", "submitter=ORACLE", known).selection.get("submitter") == ("ORACLE",)
    assert parse("results", "submitter=Oracle", known).notice
