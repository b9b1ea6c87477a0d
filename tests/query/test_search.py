"""What a few words name: all of them must be there, whatever the case and the filters, and the likeliest leads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lib.query.connection import Database, current
from lib.query.search import search
from lib.selection import of


def hits(db: Database, words: str, **filters: list[str]) -> list[dict[str, Any]]:
    return search(db, of({"find": [words] if words else [], **filters})).table.to_pylist()


def test_a_part_leads_before_the_entries_that_have_it(small: Database):
    kinds = [row["kind"] for row in hits(small, "a100")]
    assert kinds[0] == "accelerator"
    assert kinds[-1] == "entry"
    assert kinds == sorted(kinds)


def test_what_is_called_exactly_so_leads_whatever_its_kind(small: Database):
    assert hits(small, "acme")[0]["kind"] == "submitter"
    assert hits(small, "resnet50")[0] | {"results": 0, "rounds": ""} == {
        "kind": "benchmark",
        "name": "resnet50",
        "found": "resnet50",
        "rounds": "",
        "results": 0,
        "doubted_results": 0,
    }


def test_all_words_must_be_there_in_any_order(small: Database):
    found = {row["name"] for row in hits(small, "triton ACME")}
    assert found
    assert all("Triton" in name for name in found)
    assert hits(small, "triton nobody") == []


def test_the_filters_do_not_matter(small: Database):
    assert hits(small, "acme", round=["v2.0"], division=["open"]) == hits(small, "acme")


@pytest.mark.parametrize("words", ["", "%", "a' or '1'='1", "_"])
def test_nothing_and_what_no_name_holds_find_nothing(small: Database, words: str):
    assert all("%" not in words and "'" not in words for _ in hits(small, words))


def test_an_entry_is_found_by_its_public_id(data_folder: Path):
    db = current(data_folder)
    rows = db.rows(
        "select public_id, any_value(system_id) as system_id from results group by 1 having count(distinct 2) = 1"
    )
    known = [row for row in rows if row["public_id"]][::200]
    assert known
    for row in known:
        assert row["system_id"] in {hit["name"] for hit in hits(db, row["public_id"])}


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
