"""Nothing is left out in silence: every table and chart that shows fewer than there are says how many there are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from lib.query import coverage, findings, rankings, results, systems
from lib.query.connection import Answer, Database, current
from lib.selection import Selection
from lib.show.wording import markdown
from tests.pages.conftest import Open
from tests.pages.tables import drawn, table_with
from tests.pages.test_pages import ENTRY, assert_well, texts
from tests.query import small as small_data
from tests.query.fixtures import selected

FEW = 3
# Where the other rows are: in the page's CSV only where they are what it holds.
REST = {
    **dict.fromkeys(("results", "findings"), "the CSV holds all"),
    **dict.fromkeys(("leaders", "entries", "submitters"), "narrow the filters to see the others"),
    **dict.fromkeys(("fields", "breaks", "benchmarks"), ""),
}
Count = Callable[[Database], Answer]
# Page, its query, what is counted, and the answer whose rows stand in a table there.
TABLES: list[tuple[str, str, str, Count]] = [
    ("overview", "v=1", "leaders", lambda db: rankings.leaders(db, Selection())),
    ("rankings", "v=1&round=v1.0", "results", lambda db: rankings.ranked(db, selected("round=v1.0"))),
    ("results", "v=1", "results", lambda db: results.results(db, Selection(), FEW)),
    ("system", "v=1", "entries", lambda db: systems.systems(db, Selection(), FEW)),
    ("system", f"v=1&entry={ENTRY}", "fields", lambda db: systems.description(db, ENTRY)),
    ("coverage", "v=1", "submitters", lambda db: coverage.matrix(db, Selection(), False, FEW)),
    ("coverage", "v=1&rows=system", "entries", lambda db: coverage.matrix(db, Selection(), True, FEW)),
    ("method", "v=1", "breaks", coverage.breaks),
    ("method", "v=1", "benchmarks", coverage.benchmarks),
]


def captions(page: AppTest) -> list[str]:
    return [str(element.value) for element in page.caption]


def drawn_rows(page: AppTest) -> list[int]:
    return [len(frame) for frame in drawn(page)]


@pytest.mark.parametrize(("name", "query", "things", "asked"), TABLES, ids=[f"{n} {t}" for n, _, t, _ in TABLES])
def test_a_table_that_is_cut_says_of_how_many(
    open_page: Open, small: Database, monkeypatch: pytest.MonkeyPatch, name: str, query: str, things: str, asked: Count
):
    total = asked(small).total
    assert total > FEW
    monkeypatch.setenv("PLUMBLINE_MAX_TABLE_ROWS", str(FEW))
    page = open_page(name, query)
    assert_well(page)
    assert max(drawn_rows(page)) <= FEW
    rest = REST[things]
    said = f"The first {FEW} of {total} {things}{'; ' if rest else ''}{rest}."
    assert [text for text in captions(page) if text.startswith(said)]


@pytest.mark.parametrize(("name", "query", "things", "asked"), TABLES, ids=[f"{n} {t}" for n, _, t, _ in TABLES])
def test_a_table_that_holds_all_says_nothing_of_it(
    open_page: Open, small: Database, name: str, query: str, things: str, asked: Count
):
    page = open_page(name, query)
    assert_well(page)
    assert not any("The first" in text for text in captions(page))
    assert asked(small).total in drawn_rows(page)


def test_the_list_of_findings_says_how_many_there_are_in_all(
    open_page: Open, small: Database, monkeypatch: pytest.MonkeyPatch
):
    total = findings.anomalies(small, Selection(), 1).total
    assert total > 1
    monkeypatch.setenv("PLUMBLINE_MAX_TABLE_ROWS", "1")
    page = open_page("anomalies", "v=1")
    assert f"{total} findings, the weightiest first; 1 of {total} are listed, the table below has more." in captions(
        page
    )


def test_the_choice_of_systems_names_all_of_them(open_page: Open, small: Database, monkeypatch: pytest.MonkeyPatch):
    total = systems.systems(small, Selection(), 1).total
    monkeypatch.setenv("PLUMBLINE_MAX_TABLE_ROWS", str(FEW))
    assert f"One of {total} entries under the filters" in texts(open_page("system", "v=1"))


def test_a_ranking_per_watt_says_how_many_have_none(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server&per=watt")
    assert_well(page)
    assert "Drawn: 1 of 10 results; 9 have no rank: without such a value." in texts(page)


def test_bars_that_stop_at_ten_say_of_how_many(open_page: Open, many: Path):
    page = open_page("rankings", "v=1&division=open&benchmark=own-model-00", many)
    assert_well(page)
    assert "Drawn: 10 of 12 results." in texts(page)
    page = open_page("rankings", "v=1&division=open&benchmark=own-model-00&top=20", many)
    assert not any("Drawn" in text for text in captions(page))


MODELS, MEMBERS, ODD = 45, 44, 9
BIG = "v1.0/closed/Acme/big"


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with 45 models of the open division, one finding over 44 and one over nine of them, and a system with
    nine findings; each finding has one result set beside its members."""
    folder = tmp_path_factory.mktemp("many")
    labs = {f"v1.0/open/Lab{i:02}/own": small_data.SYSTEMS["v1.0/open/Lab/own"] for i in range(11)}
    entries = ["v1.0/open/Lab/own", *labs]
    models = [(entries[0], f"own-model-{i:02}", "Offline", 5.0 + i, "Samples/s", {}) for i in range(MODELS)]
    beside = [(entry, "own-model-00", "Offline", 3.0 + i, "Samples/s", {}) for i, entry in enumerate(labs)]
    small_data.write(folder, {**small_data.SYSTEMS, **labs}, [*small_data.RESULTS, *models, *beside])
    small_data.build(folder)
    with duckdb.connect(str(next(folder.glob("plumbline-*.duckdb")))) as connection:
        for anomaly, number in (("twins-0000000044", MEMBERS), ("twins-0000000009", 9)):
            about = [f"v1.0/open/Lab/own/own-model-{i:02}/Offline" for i in range(number)]
            _plant(connection, anomaly, about, ["v1.0/open/Lab00/own/own-model-00/Offline"])
        for i in range(ODD):
            _plant(connection, f"twins-00000001{i:02}", [f"{BIG}/resnet50/Offline"], [f"{BIG}/resnet50/Server"])
    return folder


def _plant(connection: duckdb.DuckDBPyConnection, anomaly: str, about: list[str], beside: list[str]) -> None:
    connection.execute(
        "insert into anomalies by name select * replace ($id as anomaly_id, 'planted ' || $id as finding, "
        "true as is_default) from anomalies where kind = 'twins' and finding not like 'planted%' limit 1",
        {"id": anomaly},
    )
    connection.executemany(
        "insert into anomaly_members (anomaly_id, result_id, role, is_about) values (?, ?, ?, ?)",
        [
            *((anomaly, result_id, "apart", True) for result_id in about),
            *((anomaly, result_id, "context", False) for result_id in beside),
        ],
    )


def charts(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def test_a_finding_of_nine_lines_draws_them_all(open_page: Open, many: Path):
    page = open_page("anomalies", "v=1&anomaly=twins-0000000009", many)
    assert_well(page)
    (chart,) = charts(page)
    assert len(chart["layout"]["shapes"]) == 9
    assert not any("Drawn" in text for text in captions(page))


def test_a_finding_of_more_lines_than_a_chart_holds_says_how_many(open_page: Open, many: Path):
    page = open_page("anomalies", "v=1&anomaly=twins-0000000044", many)
    assert_well(page)
    (chart,) = charts(page)
    assert len(chart["layout"]["shapes"]) == 40
    assert "Drawn: 40 of 44 fields; the table below holds all members." in captions(page)
    assert MEMBERS + 1 in drawn_rows(page)


def test_what_is_only_set_beside_a_finding_is_not_drawn_as_its_member(open_page: Open, many: Path):
    (chart,) = charts(open_page("anomalies", "v=1&anomaly=twins-0000000009", many))
    drawn = {trace["name"]: len(trace["hovertext"]) for trace in chart["data"] if trace.get("name")}
    assert drawn["what this finding is about"] == 9
    assert drawn["set beside them"] == 1
    assert sum(drawn.values()) == 9 + 11


def test_a_system_with_many_findings_shows_them_all(open_page: Open, many: Path):
    page = open_page("system", f"v=1&entry={BIG}", many)
    assert_well(page)
    odd = findings.anomalies_of_system(current(many), BIG)
    assert len(odd) == ODD + 1
    assert f"The weightiest 6 of {len(odd)} findings; the others" in [element.label for element in page.expander]
    whole = texts(page) + " ".join(str(element.proto.label) for element in page.get("page_link"))
    for item in odd:
        assert markdown(item["finding"]) in whole


def test_more_rankings_than_can_be_listed_are_said(open_page: Open, many: Path):
    groups = rankings.groups(current(many), selected("division=open"))
    assert len(groups) > 40
    page = open_page("rankings", "v=1&division=open", many)
    assert_well(page)
    assert f"The largest 40 of {len(groups)} rankings; narrow the filters for others." in captions(page)
    assert f"These filters leave {len(groups)} rankings" in texts(page)


@pytest.mark.parametrize("doubt", [None, "two result lines"])
def test_a_system_shows_why_a_result_is_doubted_where_one_is(open_page: Open, tmp_path: Path, doubt: str | None):
    entry = "v1.0/closed/Acme/big"
    usual = [row for row in small_data.RESULTS if row[:3] != (entry, "resnet50", "Offline")]
    row = (entry, "resnet50", "Offline", 320.5, "Samples/s", {"doubt": doubt})
    page = open_page(
        "system", f"v=1&entry={entry}", small_data.build(small_data.write(tmp_path, results=[*usual, row]))
    )
    table = table_with(page, "place")
    assert ("doubt" in table.columns) == (doubt is not None)
    if doubt:
        assert [place for place, why in zip(table["place"], table["doubt"], strict=True) if why == doubt] == [
            "not ranked: doubted"
        ]


def test_what_the_rows_of_a_cut_table_share_is_said_of_those_alone(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    """The first rows are of one benchmark, by which they are ordered; the others are not."""
    monkeypatch.setenv("PLUMBLINE_MAX_TABLE_ROWS", "2")
    told = captions(open_page("results", "v=1"))
    assert any("All in these 2: " in text for text in told)
    assert not any("All: " in text for text in told)
