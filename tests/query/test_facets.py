"""Beside each option stands what it would leave: the one-scan counts equal a recount, option by option."""

from __future__ import annotations

import pytest

from lib.query import facets
from lib.query.connection import Database
from lib.selection import COMMON, Selection
from tests.query.fixtures import selected

SELECTIONS = (
    "",
    "round=v1.0",
    "round=v1.0&round=v2.0&division=closed",
    "system_type=edge",
    "system_type=datacenter&system_type=edge",
    "system_type=none",
    "system_type=datacenter&system_type=none",
    "system_type=datacenter&system_type=edge&system_type=none",
    "availability=none",
    "availability=available&availability=none",
    "power=with",
    "power=without&benchmark=resnet50&scenario=Server",
    "accelerator=NVIDIA%20A30",
    "accelerator=none",
    "accelerator=none&accelerator=NVIDIA%20A30",
    "accelerator_vendor=none&cpu_vendor=Intel",
    "cpu=none&cpu_vendor=none",
    "cores=40-64",
    "cores=-40&accelerators=0-0",
    "accelerators=8-",
    "q=acme%20triton",
    "q=A100&division=open",
    "round=v1.0&division=closed&system_type=datacenter&availability=available&power=without&benchmark=resnet50&scenario=Server"
    "&submitter=Acme&accelerator=NVIDIA%20A100-SXM-80GB&accelerator_vendor=NVIDIA&cpu=AMD%20EPYC%207742&cpu_vendor=AMD&cores=1-&accelerators=1-&q=a",
    "nodes=2-",
    "weight_dtype=int8&nodes=-1",
    "weight_dtype=none",
    "weight_dtype=none&weight_dtype=int8&submitter=Acme&submitter=Beta",
    "submitter=Nobody",
    "submitter=Nobody&round=v1.0",
    "submitter=Nobody&accelerator=Nothing",
)


def recount(db: Database, selection: Selection) -> int:
    condition, values = selection.condition()
    return int(db.rows(f"select count(*) as n from results where {condition}", values)[0]["n"])


@pytest.mark.parametrize("query", SELECTIONS)
def test_each_count_equals_a_count_of_its_own(small: Database, query: str):
    selection = selected(query)
    counted = facets.counts(small, selection)
    words = facets.vocabulary(small)
    for item in (item for item in COMMON if item.kind == "choice"):
        allowed = words[item.key]
        expected = {value: recount(small, selection.with_values(item.key, [value])) for value in allowed}
        found = {value: n for value, n in counted[item.key].items() if value in allowed}
        assert found == {value: n for value, n in expected.items() if n}, item.key


@pytest.mark.parametrize("query", SELECTIONS)
def test_the_total_is_the_number_of_rows_that_are_left(small: Database, query: str):
    selection = selected(query)
    assert facets.total(small, selection) == recount(small, selection)


def test_a_mixed_system_counts_under_each_of_its_accelerators(small: Database):
    one = recount(small, selected("accelerator=NVIDIA%20A30"))
    assert one == facets.counts(small, Selection())["accelerator"]["NVIDIA A30"] == 2
    both = recount(small, selected("accelerator=NVIDIA%20A30&accelerator=NVIDIA%20A100-SXM-80GB"))
    assert both == recount(small, selected("accelerator=NVIDIA%20A100-SXM-80GB"))


def test_a_system_of_both_suites_counts_in_both(small: Database):
    counted = facets.counts(small, selected("submitter=Edge"))["system_type"]
    assert counted["datacenter"] == counted["edge"] == 5


def test_not_stated_leaves_exactly_the_results_without_a_system_type(small: Database):
    condition, values = selected("system_type=none").condition()
    found = small.rows(f"select distinct system_id from results where {condition}", values)
    assert [row["system_id"] for row in found] == ["v1.0/closed/Bare/nothing"]
    counted = facets.counts(small, Selection())["system_type"]
    assert counted["none"] == recount(small, selected("system_type=none")) == 3
    assert recount(small, selected("system_type=datacenter&system_type=none")) == 3 + counted["datacenter"]
    assert recount(small, selected("system_type=datacenter&system_type=edge&system_type=none")) == 40


def test_not_stated_is_an_option_wherever_it_leaves_results(small: Database):
    assert "none" in facets.vocabulary(small)["system_type"]
    assert facets.counts(small, selected("submitter=Bare&system_type=datacenter"))["system_type"] == {"none": 3}


def test_no_accelerator_means_cpu_only(small: Database):
    assert facets.counts(small, selected("submitter=Delta"))["accelerator"] == {"none": 5}


def test_the_counts_take_a_fixed_number_of_statements(fresh: Database, monkeypatch: pytest.MonkeyPatch):
    facets.codes(fresh)
    asked: list[str] = []
    table, rows = fresh.table, fresh.rows
    monkeypatch.setattr(fresh, "table", lambda query, values=None: (asked.append(query), table(query, values))[1])
    monkeypatch.setattr(fresh, "rows", lambda query, values=None: (asked.append(query), rows(query, values))[1])
    facets.counts(fresh, selected("round=v1.0&division=closed&submitter=Acme"))
    facets.counts(fresh, selected("round=v1.0&division=closed&submitter=Acme&top=20"))
    assert len(asked) <= 2
