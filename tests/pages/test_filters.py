"""The filters' widgets, the chips and the way out of an empty result, in a process without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.query import rankings
from lib.query.connection import Database, current
from lib.query.defaults import adapted, page_defaults, round_names
from lib.query.rankings import groups
from lib.selection import Selection
from lib.show.filters import BOX
from lib.show.wording import markdown
from tests.pages.conftest import NAMES, Open
from tests.pages.test_pages import assert_well, query_of, texts
from tests.query import small as small_data
from tests.query.fixtures import selected

PAGES_WITH_FILTERS = [name for name in NAMES if name not in ("search", "system", "method")]


def labels(page: AppTest, kind: str) -> list[str]:
    return [str(item.proto.label) for item in page.get(kind)]


def chips(page: AppTest) -> list[str]:
    """The chips by what a screen reader says of them."""
    named = [button for button in page.button if str(button.key).startswith("chip_")]
    return [
        button.label.partition("![")[2].partition("]")[0] + " " + str(button.key).split("_")[-1] for button in named
    ]


@pytest.mark.parametrize("name", NAMES)
def test_another_round_replaces_the_round(open_page: Open, name: str):
    page = open_page(name, "v=1&round=v1.0")
    page.selectbox(key="filter_round_one").set_value("v2.0").run()
    assert_well(page)
    assert query_of(page)["round"] == ["v2.0"]


@pytest.mark.parametrize("added", ["round=v2.0", "division=open", "system_type=edge"])
def test_what_is_added_stands_beside_what_was_there(open_page: Open, added: str):
    key, _, value = added.partition("=")
    page = open_page("results", "v=1&round=v1.0&division=closed&system_type=datacenter")
    held = query_of(page)[key]
    page.menu_button(key="filter_another").click(added).run()
    assert_well(page)
    assert set(query_of(page)[key]) == {*held, value}
    several: Any = page.multiselect if key == "round" else page.button_group
    assert set(several(key=f"filter_{key}").value) == {*held, value}


def test_a_link_of_several_rounds_shows_all_of_them(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&round=v2.0&division=closed&division=network")
    assert_well(page)
    assert page.multiselect(key="filter_round").value == ["v1.0", "v2.0"]
    assert page.button_group(key="filter_division").value == ["closed", "network"]


def test_a_filter_of_one_value_is_no_box_of_tags(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server")
    of_one = {"filter_round_one", "filter_benchmark_one", "filter_scenario_one"}
    assert of_one <= {box.key for box in page.selectbox}
    assert not {"filter_round", "filter_benchmark"} & {box.key for box in page.multiselect}


def test_what_would_leave_nothing_is_grey_with_0(open_page: Open):
    page = open_page("results", "v=1&round=v2.0&division=closed")
    options = page.button_group(key="filter_division_one").options
    assert any(text.startswith(":gray[open") and text.endswith("0]") for text in options)
    assert not options[0].startswith(":gray")
    assert page.selectbox(key="filter_round_one").options[0] == "Any"


@pytest.mark.parametrize("key", ["cores", "accelerators"])
def test_a_single_value_of_a_range_is_set_and_goes(open_page: Open, key: str):
    page = open_page("results", "v=1&round=v1.0")
    values = page.button_group(key=f"filter_{key}_exact").options
    first = values[0].partition(" ")[0]
    page.button_group(key=f"filter_{key}_exact").set_value(first).run()
    assert_well(page)
    assert query_of(page)[key] == [f"{first}-{first}"]
    assert page.number_input(key=f"filter_{key}_from").value == page.number_input(key=f"filter_{key}_to").value
    page.button_group(key=f"filter_{key}_exact").set_value(None).run()
    assert key not in query_of(page)


def test_a_single_value_that_leaves_nothing_stays_pressed(open_page: Open):
    page = open_page("results", "v=1&cores=63-63")
    assert_well(page)
    assert page.button_group(key="filter_cores_exact").value == "63"


@pytest.mark.parametrize("name", PAGES_WITH_FILTERS)
def test_each_active_filter_is_a_chip_that_goes_by_itself(open_page: Open, name: str):
    page = open_page(name, "v=1&round=v1.0&round=v2.0&submitter=Acme&cpu_vendor=AMD&cores=64-64&q=acme")
    assert chips(page) == [
        "remove filter round v1.0",
        "remove filter round v2.0",
        "remove filter submitter Acme",
        "remove filter AMD",
        "remove filter 64-64",
        "remove filter words in the name acme",
    ]
    page.button(key="chip_round_v1.0").click().run()
    assert_well(page)
    assert query_of(page)["round"] == ["v2.0"]
    page.button(key="chip_cores_64-64").click().run()
    assert "cores" not in query_of(page)
    assert query_of(page)["cpu_vendor"] == ["AMD"]
    assert len(chips(page)) == 4


def test_a_shut_box_draws_nothing_and_changes_nothing(open_page: Open):
    page = open_page("results", "v=1&round=v1.0&submitter=Acme&nodes=1-1")
    page.session_state[BOX] = False
    page.session_state["more_filters"] = False
    page.run()
    assert_well(page)
    assert not [box for box in page.multiselect if box.key == "filter_submitter"]
    assert query_of(page)["submitter"] == ["Acme"]
    assert query_of(page)["nodes"] == ["1-1"]
    assert "remove filter submitter Acme" in chips(page)


def test_an_empty_result_names_each_filter_that_could_go(open_page: Open, small: Database):
    page = open_page("results", "v=1&round=v2.0&division=closed&submitter=Beta")
    assert_well(page)
    assert "No results under these filters; give up one of them:" in texts(page)
    ways = labels(page, "page_link")
    beta = rankings.groups(small, selected("division=closed&submitter=Beta"))
    assert markdown("1 entry outside v2.0: show it") in ways
    assert sum(group.results for group in beta) > 1
    assert any(way.endswith(markdown("of any submitter: show them")) for way in ways)
    assert "Defaults of this page" in ways


def test_where_no_filter_alone_is_in_the_way_the_pairs_are_offered(open_page: Open):
    page = open_page("rankings", "v=1&round=v2.0&submitter=Beta&cores=63-63")
    assert_well(page)
    assert "no single one alone stands in the way" in texts(page)
    ways = [way for way in labels(page, "page_link") if "with any number of cores per CPU" in way]
    assert any(markdown("outside v2.0, ") in way for way in ways)
    assert any(markdown("of any submitter, ") in way for way in ways)


def test_results_in_another_unit_are_not_called_none(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&benchmark=resnet50&scenario=Server&unit=Frames/s")
    assert_well(page)
    assert "No results under these filters" not in texts(page)
    assert "The same filters in all units" in labels(page, "page_link")


@pytest.fixture(scope="session")
def two_divisions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One benchmark, scenario and unit in two divisions, the open one faster; and an edge system in the closed one."""
    lab = {**small_data.SYSTEMS["v1.0/open/Lab/own"]}
    entries = {f"v1.0/{division}/Lab/own": lab for division in ("closed", "open")}
    entries["v1.0/closed/Other/edge"] = {**lab, "is_datacenter": False, "is_edge": True}
    values = [
        (entry, "resnet50", "Offline", 1.0 + place, "Samples/s", {}) for place, entry in enumerate(sorted(entries))
    ]
    return small_data.build(small_data.write(tmp_path_factory.mktemp("two_divisions"), entries, values))


def test_a_cleared_page_ranks_each_division_by_itself(open_page: Open, two_divisions: Path):
    db = current(two_divisions)
    rows = rankings.ranked(db, Selection()).table.to_pylist()
    assert [(row["division"], row["rank"]) for row in rows] == [("closed", 1), ("closed", 2), ("open", 1)]
    assert [group.division for group in rankings.groups(db, Selection())] == ["closed", "open"]
    leaders = rankings.leaders(db, Selection()).table.to_pylist()
    assert sorted(row["division"] for row in leaders) == ["closed", "open"]
    page = open_page("rankings", "v=1", two_divisions)
    assert_well(page)
    assert "2 rankings that cannot share a chart" in texts(page)
    (chart,) = page.get("plotly_chart")
    assert "closed · datacenter and edge · any availability; 2 of 2 results drawn" in chart.proto.alt


def test_datacenter_and_edge_systems_share_a_ranking_only_with_a_word(open_page: Open, two_divisions: Path):
    page = open_page("rankings", "v=1", two_divisions)
    assert "Datacenter and edge systems share this ranking" in texts(page)
    assert {"datacenter alone: 1 result", "edge alone: 1 result"} <= set(labels(page, "page_link"))
    alone = open_page("rankings", "v=1&system_type=edge", two_divisions)
    assert "share this ranking" not in texts(alone)


def test_the_benchmark_that_a_page_began_with_gives_way_to_another_rounds(small: Database):
    usual = page_defaults(small, "rankings")
    other = next(name for name in round_names(small) if name not in usual.get("round"))
    after = usual.with_values("round", [other]).with_values("benchmark", ["rnnt-of-nobody"])
    assert adapted(small, "rankings", usual, after) == after, "a benchmark of the reader's own stays"
    gone = usual.with_values("division", ["network"]).with_values("round", [other])
    assert groups(small, gone) == []
    kept = adapted(small, "rankings", usual, gone)
    assert kept.get("round") == (other,)
    assert not groups(small, kept) or kept.get("benchmark")
    assert adapted(small, "results", usual, gone) == gone, "a page that chose nothing changes nothing"
