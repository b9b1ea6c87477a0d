"""Unlike things are not ranked together, and "Open one of them" opens the one that it says, with as many results."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lib import links
from lib.query import rankings
from lib.query.connection import Database, current
from lib.query.facets import vocabulary
from lib.query.rankings import groups, groups_of, ranked
from lib.selection import Selection
from lib.show.address import Page
from lib.show.parts import rankings as part
from lib.show.wording import count, markdown
from tests.pages.conftest import Open
from tests.pages.test_pages import assert_well, texts
from tests.query import small as small_data
from tests.query.fixtures import selected

_NARROW = ("result_id", "system_id", "benchmark", "scenario", "division", "unit", "round")


def offered(db: Database, selection: Selection, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Selection]]:
    """What "Open one of them" offers under a selection: each link's label, and where it leads."""
    found: list[tuple[str, Selection]] = []
    monkeypatch.setattr(part, "link_to", lambda name, label, to: found.append((label, to)))
    monkeypatch.setattr(part, "_MOST_GROUPS", 10_000)
    monkeypatch.setattr(part, "kinds", lambda *_: {})  # the two ways to datacenter and edge alone are no groups
    page = Page("rankings", db, selection, False)
    part.several_groups(page, part.ranking(page))
    return found


def opened(db: Database, selection: Selection) -> Any:
    """The rankings that such a link opens, as its address is read again."""
    text = links.link("rankings", selection).partition("?")[2]
    parsed = links.parse("rankings", text, vocabulary(db))
    assert parsed.notice == ""
    assert parsed.selection == selection
    return groups_of(ranked(db, parsed.selection, _NARROW).table)


def check(db: Database, selection: Selection, monkeypatch: pytest.MonkeyPatch) -> int:
    """Each of them opens one ranking, of the group and the size that its label says; no two are called the same.

    Opened are the largest, as the page lists them, and all that share their benchmark and scenario with another.
    """
    listed = part._MOST_GROUPS
    found, there = offered(db, selection, monkeypatch), groups(db, selection)
    assert len(found) == len(there) > 1
    assert len({label for label, _ in found}) == len(found)
    alike = Counter((group.benchmark, group.scenario) for group in there)
    for place, ((label, to), group) in enumerate(zip(found, there, strict=True)):
        if place >= listed and alike[group.benchmark, group.scenario] == 1:
            continue
        (alone,) = opened(db, to)
        assert alone == group
        assert label.startswith(" · ".join(map(markdown, (group.benchmark, group.scenario, group.unit))))
        assert label.endswith(f": {count(alone.results, 'result')}")
    return len(found)


def test_each_ranking_of_the_committed_data_opens_alone(data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert check(current(data_folder), Selection(), monkeypatch) > 100


@pytest.mark.parametrize("query", ["", "round=v1.0", "benchmark=bert-99&scenario=Server", "scenario=MultiStream"])
def test_each_ranking_of_units_and_eras_opens_alone(small: Database, monkeypatch: pytest.MonkeyPatch, query: str):
    check(small, selected(query), monkeypatch)


@pytest.fixture(scope="session")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One benchmark and scenario in two units in each of two rounds, between which they stop being comparable."""
    lab = {**small_data.SYSTEMS["v1.0/open/Lab/own"]}
    entries = {f"{round_}/open/{lab_}/own": lab for round_ in ("v1.0", "v2.0") for lab_ in ("Lab", "Other")}
    values = [
        (entry, "3d-unet-99", "Offline", 1.0 + place, unit, {})
        for place, (entry, unit) in enumerate(zip(entries, ("Samples/s", "Frames/s") * 2, strict=True))
    ]
    folder = tmp_path_factory.mktemp("crossed")
    return current(small_data.build(small_data.write(folder, entries, values)))


def test_a_unit_on_both_sides_of_a_break_is_two_rankings_that_open_alone(
    crossed: Database, monkeypatch: pytest.MonkeyPatch
):
    assert [(group.era, group.unit) for group in groups(crossed, Selection())] == [
        (0, "Frames/s"),
        (0, "Samples/s"),
        (1, "Frames/s"),
        (1, "Samples/s"),
    ]
    assert check(crossed, Selection(), monkeypatch) == 4


def test_the_way_to_one_ranking_keeps_the_pages_own_choices(small: Database, monkeypatch: pytest.MonkeyPatch):
    found = offered(small, selected("round=v1.0&per=core&top=20"), monkeypatch)
    assert {(to.one("per"), to.one("top")) for _, to in found} == {("core", "20")}


def test_a_ranking_of_one_unit_says_so_and_leads_back_to_all(open_page: Open):
    page = open_page("rankings", "v=1&benchmark=bert-99&scenario=Server&unit=Frames/s")
    assert_well(page)
    assert "rankings that cannot share a chart" not in texts(page)
    ways = [str(item.proto.label) for item in page.get("page_link")]
    assert "Results in all units" in ways


def test_a_unit_that_the_data_lacks_is_told(open_page: Open):
    page = open_page("rankings", "v=1&benchmark=bert-99&unit=Furlongs/s")
    assert_well(page)
    assert [str(element.value) for element in page.warning] == [
        "Left out of this link: unknown or malformed values of unit."
    ]


def test_a_leader_opens_the_ranking_that_he_leads(data_folder: Path):
    """Benchmark and scenario alone led to the largest of several eras: 23 leaders were in no bar of it."""
    db = current(data_folder)
    leaders = rankings.leaders(db, Selection()).table.to_pylist()
    several = Counter((row["benchmark"], row["scenario"]) for row in leaders)
    tried = [row for row in leaders if several[row["benchmark"], row["scenario"]] > 1]
    assert len(tried) > 10
    for row in [*tried, leaders[0]]:
        asked = links.parse("rankings", row["ranking"].partition("?")[2], vocabulary(db))
        to = asked.selection
        assert not asked.notice
        (alone,) = opened(db, to)
        assert all(getattr(alone, name) == row[name] for name in rankings.GROUP)
        first = ranked(db, to, _NARROW).table.slice(0, 1).to_pylist()[0]
        assert (first["rank"], first["shown"]) == (1, row["value"])
