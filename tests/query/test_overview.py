"""What the overview asks: one population a picture, each result drawn or counted, and the questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lib import links
from lib.query import coverage, overview, rankings
from lib.query.connection import Database, current
from lib.query.defaults import defaults
from lib.query.facets import total
from lib.query.overview import NARROWED, NO_VALUE, OTHER_TARGET, OWN_MODEL
from lib.query.questions import questions
from lib.selection import Selection
from tests.query import small as made_up
from tests.query.fixtures import selected


def field(db: Database, query: str, per: str = "system") -> overview.Field:
    found = overview.field(db, selected(query), per)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("query", "drawn"),
    [
        ("", ("v2.0", "closed", "datacenter", "Offline")),
        ("round=v1.0", ("v1.0", "closed", "datacenter", "Offline")),
        ("round=v1.0&scenario=SingleStream&system_type=edge", ("v1.0", "closed", "edge", "SingleStream")),
        ("division=open", ("v1.0", "open", "datacenter", "Offline")),
        ("division=network", ("v2.0", "network", "datacenter", "Offline")),
        ("round=v1.0&system_type=none", ("v1.0", "closed", "none", "Offline")),
    ],
)
def test_a_picture_is_of_one_round_division_system_type_and_scenario(
    small: Database, query: str, drawn: tuple[str, ...]
):
    assert tuple(field(small, query).selection.one(key) for key in NARROWED) == drawn


def test_nothing_selected_is_no_picture(small: Database):
    assert overview.field(small, selected("round=v2.0&division=open"), "system") is None


@pytest.mark.parametrize("per", ["accelerator", "system"])
@pytest.mark.parametrize(
    "query", ["", "round=v1.0", "division=open", "round=v1.0&scenario=Server", "scenario=MultiStream"]
)
def test_every_result_of_the_population_is_drawn_or_counted_as_left_out(small: Database, query: str, per: str):
    found = field(small, query, per)
    assert len(found.rows) + sum(number for _, number in found.left) == total(small, found.selection)


def test_a_leaders_share_is_the_whole_and_each_vendors_best_is_known(small: Database):
    rows = field(small, "round=v1.0&scenario=Server&benchmark=resnet50").rows
    assert rows[0]["share"] == 1.0
    assert [row["share"] for row in rows] == sorted((row["share"] for row in rows), reverse=True)
    best: dict[Any, float] = {}
    for row in rows:
        best.setdefault(row["accelerator_vendor"], row["result_id"])
    assert {row["result_id"] for row in rows if row["is_best"]} == set(best.values())


def test_a_latencys_share_is_the_best_over_its_own_and_is_not_divided(small: Database):
    found = field(small, "round=v1.0&scenario=SingleStream", "accelerator")
    assert found.per == "system"
    assert [(row["value"], row["share"]) for row in found.rows] == [(0.5, 1.0), (0.75, 0.5 / 0.75), (0.75, 0.5 / 0.75)]


def test_what_has_no_accelerators_has_no_place_per_accelerator(small: Database):
    found = field(small, "round=v1.0&scenario=Server&benchmark=resnet50", "accelerator")
    assert all(row["accelerators"] for row in found.rows)
    assert dict(found.left)[NO_VALUE] >= 1


def test_own_models_of_the_open_division_stand_apart(small: Database):
    found = field(small, "division=open")
    assert {row["benchmark"] for row in found.rows} == {"resnet50"}
    assert dict(found.left)[OWN_MODEL] == 1


def test_of_two_accuracy_targets_of_a_model_the_one_with_more_results_is_drawn(tmp_path: Path):
    results = [
        ("v1.0/closed/Acme/big", "bert-99", "Offline", 10.0, "Samples/s", {}),
        ("v1.0/closed/Beta/four", "bert-99", "Offline", 9.0, "Samples/s", {}),
        ("v1.0/closed/Acme/big", "bert-99.9", "Offline", 5.0, "Samples/s", {}),
        ("v1.0/closed/Acme/big", "dlrm-99", "Offline", 5.0, "Samples/s", {}),
        ("v1.0/closed/Acme/big", "dlrm-99.9", "Offline", 5.0, "Samples/s", {}),
    ]
    db = current(made_up.build(made_up.write(tmp_path, results=results)))
    found = field(db, "")
    assert [row["benchmark"] for row in found.rows] == ["bert-99", "bert-99", "dlrm-99"]
    assert dict(found.left) == {OTHER_TARGET: 2}


def test_the_questions_are_those_that_the_data_can_answer(small: Database):
    found = {question.kind: question for question in questions(small)}
    assert set(found) >= {"leader", "watt"}
    assert "rounds" in found
    for question in found.values():
        if question.page == "rankings":
            assert len(rankings.groups(small, question.selection)) == 1, question
            answer = rankings.ranked(small, question.selection).table
            assert answer["rank"].null_count < answer.num_rows
    assert found["leader"].selection.one("round") == defaults(small).one("round")


def test_a_question_of_a_pair_is_found_by_its_public_ids_and_hidden_where_there_are_none(
    small: Database, data_folder: Path
):
    assert "pair" not in {question.kind for question in questions(small)}
    (pair,) = [question for question in questions(current(data_folder)) if question.kind == "pair"]
    assert (pair.named["faster"], pair.named["slower"]) == ("1.0-30", "1.0-31")
    assert pair.selection.one("anomaly").startswith("twins-")


def test_each_round_is_asked_of_those_that_can_be_compared(data_folder: Path):
    db = current(data_folder)
    (span,) = [question for question in questions(db) if question.kind == "rounds"]
    assert len(span.selection.get("round")) > 2
    (group,) = rankings.groups(db, span.selection)
    assert group.scenario == "Server"
    assert len(questions(db)) == 6


def test_a_data_folder_without_rounds_asks_nothing(small: Database):
    assert overview.ends(small, "no such result", "none either") is None
    assert overview.field(small, Selection().with_values("round", ["v9.9"]), "system") is None


def test_the_ends_come_the_faster_first(small: Database):
    slow, fast = (f"v1.0/closed/Acme/{name}/resnet50/Server" for name in ("big_Triton", "big"))
    found = overview.ends(small, fast, slow)
    assert found is not None
    assert [row["result_id"] for row in found] == [fast, slow]


def test_the_rounds_count_closed_benchmarks_and_own_models_apart(small: Database):
    counts = {row["round"]: row for row in coverage.round_counts(small).table.to_pylist()}
    assert (counts["v1.0"]["benchmarks"], counts["v1.0"]["own_models"]) == (3, 1)
    assert (counts["v2.0"]["benchmarks"], counts["v2.0"]["own_models"]) == (2, 0)


def test_a_leaders_link_leaves_his_ranking_alone(small: Database):
    for row in rankings.leaders(small, Selection()).table.to_pylist():
        page, query = links.split(row["ranking"])
        (group,) = rankings.groups(small, selected(query, page)) if "unit=" not in query else [None]
        if group is not None:
            assert (group.benchmark, group.scenario, group.unit) == (row["benchmark"], row["scenario"], row["unit"])
