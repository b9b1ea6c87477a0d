"""What is doubted, or not as declared, is seen as such on every page, in words; and only where there is any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pandas as pd
import pytest

from lib.show.wording import markdown
from tests.pages.conftest import Open
from tests.pages.tables import drawn, listed, table_with
from tests.pages.test_pages import assert_well, texts
from tests.query import doubted as data

OFFLINE = f"v=1&{data.OFFLINE}"
REASONS = "3 of 9 results have no rank: 1 doubted, 1 doubted and not valid, 1 not valid"


@pytest.fixture(scope="session")
def doubted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small data with doubts, and a finding about a doubted result and another one."""
    folder = data.folder(tmp_path_factory.mktemp("doubted"))
    with duckdb.connect(str(next(folder.glob("plumbline-*.duckdb")))) as connection:
        connection.execute(
            "insert into anomalies by name select * replace ('twins-0000000077' as anomaly_id) from anomalies "
            "where kind = 'twins' limit 1"
        )
        for entry in (data.DOUBTED, "v1.0/closed/Acme/big"):
            connection.execute(
                "insert into anomaly_members (anomaly_id, result_id, role, is_about) values (?, ?, 'apart', true)",
                ["twins-0000000077", f"{entry}/resnet50/Offline"],
            )
    return folder


def test_a_ranking_marks_what_is_doubted_and_says_how_many(open_page: Open, doubted: Path):
    page = open_page("rankings", OFFLINE, doubted)
    assert_well(page)
    assert "Drawn: 6 of 9 results; 3 have no rank: 1 doubted, 1 doubted and not valid, 1 not valid." in texts(page)
    rows = table_with(page, "no_rank").to_dict("records")
    (one,) = [row for row in rows if row["doubt"] == data.DOUBT]
    assert (one["no_rank"], one["mark"]) == ("doubted", f"./system?v=1&entry={quote(data.DOUBTED, safe='')}")
    assert rows.index(one) >= 6


def test_a_doubt_without_a_finding_is_marked_and_leads_to_its_entry(open_page: Open, doubted: Path):
    rows = table_with(open_page("rankings", OFFLINE, doubted), "no_rank").to_dict("records")
    (mark,) = [row["mark"] for row in rows if row["no_rank"] == "doubted and not valid"]
    assert mark == f"./system?v=1&entry={quote(data.BOTH, safe='')}"
    assert [row["mark"] for row in rows if row["no_rank"] == "not valid" and pd.notna(row["mark"])] == []


def test_a_ranking_of_doubted_results_alone_draws_nothing_and_says_so(open_page: Open, doubted: Path):
    query = "v=1&round=v1.0&division=closed&benchmark=3d-unet-99&scenario=Offline"
    page = open_page("rankings", query, doubted)
    assert_well(page)
    assert page.get("plotly_chart") == []
    assert "Nothing to draw: 1 of 1 results has no rank: doubted." in texts(page)
    assert table_with(page, "rank")["no_rank"].tolist() == ["doubted"]


def test_several_rankings_say_together_how_many_have_no_rank(open_page: Open, doubted: Path):
    page = open_page("rankings", "v=1&round=v1.0&division=closed&benchmark=resnet50", doubted)
    assert "3 of 25 results have no rank" in texts(page)


def test_a_ranking_of_other_counts_says_which_and_why(open_page: Open, doubted: Path):
    page = open_page("rankings", OFFLINE + "&per=accelerator", doubted)
    told = table_with(page, "count_note")["count_note"].tolist()
    assert any("7 accelerators (two of its names agree; 8 declared)" in note for note in told if note)
    assert "Where a count is not the declared one († in the chart)" in texts(page)
    (chart,) = [json.loads(element.proto.spec) for element in page.get("plotly_chart")]
    names = next(trace["text"] for trace in chart["data"] if trace["type"] == "scatter")
    assert [name for name in names if "†" in name] == [name for name in names if "7x A100" in name]


@pytest.mark.parametrize("name", ["rankings", "results", "system", "search", "overview", "anomalies"])
def test_where_nothing_is_to_be_said_no_column_and_no_line_stands(open_page: Open, name: str):
    queries = {
        "system": "v=1&entry=v1.0/closed/Acme/big",
        "search": "v=1&find=acme",
        "rankings": "v=1&round=v2.0&division=closed&benchmark=resnet50&scenario=Offline",
    }
    page = open_page(name, queries.get(name, "v=1&round=v2.0"))
    assert_well(page)
    shown = {column for frame in drawn(page) for column in frame.columns}
    assert shown & {"no_rank", "doubt", "count_note", "unit_source", "doubted_results", "checker_inferred"} == set()
    assert "no rank" not in texts(page)
    assert "not the declared" not in texts(page)


def test_an_invalid_result_is_told_without_a_column_of_doubts(open_page: Open):
    page = open_page("rankings", OFFLINE)
    assert "1 has no rank: not valid" in texts(page)
    shown = table_with(page, "no_rank")
    assert shown["no_rank"].tolist()[-1] == "not valid"
    assert "doubt" not in shown.columns


@pytest.mark.parametrize("columns", ["", "&column=value&column=submitter"])
def test_the_results_show_doubts_whatever_columns_are_chosen(open_page: Open, doubted: Path, columns: str):
    page = open_page("results", OFFLINE + columns, doubted)
    assert_well(page)
    assert f"{REASONS}." in texts(page)
    shown = table_with(page, "no_rank")
    assert "no_rank" in shown.columns
    assert shown["doubt"].tolist().count(data.DOUBT) == 1
    assert not columns or set(shown.columns) == {"no_rank", "value", "submitter", "doubt", "way", "mark"}


def test_a_chosen_column_stands_where_nothing_is_doubted_too(open_page: Open):
    page = open_page("results", "v=1&round=v2.0&column=doubt&column=unit_source&column=accelerators_declared")
    assert list(listed(page)[0].columns)[:3] == ["unit_source", "accelerators_declared", "doubt"]


def test_the_results_shown_first_are_not_all_that_are_counted(
    open_page: Open, doubted: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PLUMBLINE_MAX_TABLE_ROWS", "2")
    assert f"{REASONS}." in texts(open_page("results", OFFLINE, doubted))


def test_the_overview_says_who_cannot_lead_and_where_nobody_does(open_page: Open, doubted: Path):
    page = open_page("overview", "v=1&round=v1.0", doubted)
    assert_well(page)
    assert (
        "4 of 33 results have no rank: 2 doubted, 1 doubted and not valid, 1 not valid. "
        "1 ranking of such results alone: nobody leads there."
    ) in texts(page)
    leaders = table_with(page, "count_note")
    assert leaders["count_note"].notna().any()
    assert not leaders["way"].str.contains("benchmark=3d-unet-99&").any()


def test_search_and_the_choice_of_systems_count_the_doubted(open_page: Open, doubted: Path):
    found = texts(open_page("search", "v=1&find=mixed", doubted))
    lines = [line for line in found.splitlines() if line.startswith("  :small[")]
    assert all(", 1 doubted" in line for line in lines)
    assert len(lines) == 2
    page = open_page("system", "v=1&round=v1.0", doubted)
    assert table_with(page, "doubted_results")["doubted_results"].astype(int).sum() == 3
    assert table_with(page, "count_note")["count_note"].notna().sum() == 2


def test_a_finding_says_which_members_are_not_drawn_and_why(open_page: Open, doubted: Path):
    page = open_page("anomalies", "v=1&anomaly=twins-0000000077", doubted)
    assert_well(page)
    assert "Without a field, so not drawn: 1 of 2 members: doubted." in texts(page)
    members = table_with(page, "role")
    assert dict(zip(members["no_rank"], members["doubt"], strict=True))["doubted"] == data.DOUBT


def test_a_system_tells_each_doubt_in_full_and_literally(open_page: Open, doubted: Path):
    page = open_page("system", f"v=1&entry={data.DOUBTED}", doubted)
    assert_well(page)
    assert f"Doubted: {markdown('resnet50 Offline')}: {markdown(data.DOUBT)}." in texts(page)
    assert data.DOUBT not in texts(page)
    places = table_with(page, "place").set_index("scenario")["place"]
    assert (places["Offline"], places["Server"]) == ("not ranked: doubted", "4 of 9")


def test_a_system_says_each_reason_for_no_rank(open_page: Open, doubted: Path):
    def places(entry: str) -> dict[str, Any]:
        shown = table_with(open_page("system", f"v=1&entry={entry}", doubted), "place")
        return dict(zip(shown["scenario"], shown["place"], strict=True))

    assert places(data.INVALID)["Offline"] == "not ranked: not valid"
    assert places(data.BOTH)["Offline"] == "not ranked: doubted and not valid"
    assert places(data.BOTH)["Server"] == "not ranked: system type not stated"


def test_a_system_shows_its_counts_beside_the_declared_ones_and_the_checkers_flag(open_page: Open, doubted: Path):
    page = open_page("system", f"v=1&entry={data.COUNTED}", doubted)
    assert_well(page)
    assert f"Not as declared: {markdown('7 accelerators (two of its names agree; 8 declared)')}" in texts(page)
    facts = table_with(page, "canonical").set_index("fact")
    assert tuple(facts.loc["Accelerators in all"][["canonical", "raw"]]) == (
        "7 (two of its names agree; 8 declared)",
        "8",
    )
    assert facts.loc["CPUs per node"]["raw"] == "40"
    shown = table_with(page, "place").set_index("benchmark")
    assert shown["checker_inferred"]["resnet50"] == "yes"
    assert shown["unit_source"]["wan-2.2-t2v-a14b"] == "latencies of wan-2.2-t2v-a14b are published in s"
