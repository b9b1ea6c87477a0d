"""Beside each option stands what it would leave: the one-scan counts equal a recount, option by option."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.query import facets
from lib.query.connection import Database
from lib.selection import COMMON, Selection, of
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


@pytest.mark.parametrize("query", SELECTIONS)
def test_single_values_of_a_range_are_counted_too(small: Database, query: str):
    selection = selected(query)
    counted = facets.counts(small, selection)
    for key in facets.EXACT:
        expected = {
            str(n): recount(small, selection.with_values(key, [f"{n}-{n}"])) for n in (0, 1, 4, 8, 16, 28, 40, 64)
        }
        assert {value: n for value, n in counted[key].items() if value in expected} == {
            value: n for value, n in expected.items() if n
        }


def test_the_counts_of_some_filters_are_those_of_all(small: Database):
    selection = selected("round=v1.0&cores=64-64")
    whole = facets.counts(small, selection)
    assert facets.counts(small, selection, ("round", "cores", "q")) == {key: whole[key] for key in ("round", "cores")}


def test_options_that_leave_nothing_stand_last_and_none_is_hidden(small: Database):
    counted = facets.counts(small, selected("round=v2.0&division=closed"))
    for key in ("submitter", "accelerator", "benchmark"):
        options = facets.options(small, key, counted[key])
        leaves = [value in counted[key] for value in options]
        assert set(options) == facets.vocabulary(small)[key]
        assert leaves == sorted(leaves, reverse=True), key
        assert not all(leaves), key
    assert facets.options(small, "division", counted["division"]) == ["closed", "open", "network"]
    assert facets.options(small, "round", {}, ()) == ["v2.0", "v1.0"]
    assert facets.options(small, "round", {"v1.0": 1}, ()) == ["v1.0", "v2.0"]
    assert facets.options(small, "submitter", {}, ("Acme + Beta",))[-1] == "Acme + Beta"


VALUES = {
    "round": ("v1.0", "v2.0"),
    "division": ("closed", "open", "network"),
    "benchmark": ("resnet50", "bert-99", "3d-unet-99"),
    "submitter": ("Acme", "Beta", "Delta", "Nobody"),
    "accelerator": ("none", "NVIDIA A30", "Nothing"),
    "cores": ("64-64", "1-3", "40-"),
    "q": ("acme", "zzz"),
}
SOME = st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in VALUES.items()})


@settings(deadline=None, max_examples=60)
@given(SOME)
def test_the_way_out_of_nothing_is_the_fewest_filters_and_what_they_would_leave(
    small: Database, chosen: dict[str, str]
):
    selection = of({key: [value] for key, value in chosen.items()})
    found = facets.looser(small, selection)
    expected: dict[tuple[str, ...], int] = {}
    for size in range(1, len(chosen) + 1):
        keys_of = list(combinations([key for key, _ in selection.items], size))
        left = {keys: recount(small, selection.with_all(dict.fromkeys(keys, ()))) for keys in keys_of}
        expected = {keys: n for keys, n in left.items() if n}
        if expected:
            break
    if recount(small, selection):
        assert found == []
        return
    assert {way.keys: way.results for way in found} == expected
    assert [way.results for way in found] == sorted(way.results for way in found)
    assert all(1 <= way.entries <= way.results for way in found)
