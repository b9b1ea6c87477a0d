"""Every page under every kind of link: it draws, says what it must, and shows no exception."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.query import coverage, findings, rankings, systems
from lib.query.connection import Database
from lib.show.parts import rankings as rankings_part
from lib.show.parts import results as results_part
from lib.show.parts import search as search_part
from tests.pages.conftest import NAMES, Open, set_query
from tests.serve.hostile import HOSTILE

SHARED = "v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server&submitter=Acme&submitter=Beta"
ENTRY = "v1.0/closed/Acme/big"
# What each page adds to a link of its own accord.
OWN = {
    "rankings": "&per=core",
    "system": f"&entry={ENTRY}",
    "results": "&sort=value&column=value",
    "anomalies": "&show=all",
    "coverage": "&rows=system",
    "search": "&find=acme",
}


def texts(page: AppTest) -> str:
    """Everything that a page says outside its charts and tables."""
    kinds = (
        page.title,
        page.header,
        page.subheader,
        page.markdown,
        page.caption,
        page.info,
        page.warning,
        page.error,
        page.code,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def assert_well(page: AppTest) -> None:
    assert not page.exception
    assert not page.error
    assert "registered trademark" in texts(page)


def query_of(page: AppTest) -> dict[str, list[str]]:
    return {key: value if isinstance(value, list) else [value] for key, value in page.query_params.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_page_shows_its_defaults_and_writes_them_into_the_address(open_page: Open, name: str):
    page = open_page(name)
    assert_well(page)
    assert query_of(page)["v"] == ["1"]
    assert query_of(page)["round"] == ["v2.0"]
    assert query_of(page)["division"] == ["closed"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_link_opens_its_selection(open_page: Open, name: str):
    page = open_page(name, SHARED)
    assert_well(page)
    assert page.multiselect(key="filter_submitter").value == ["Acme", "Beta"]
    assert page.selectbox(key="filter_round_one").value == "v1.0"
    assert query_of(page)["submitter"] == ["Acme", "Beta"]
    assert not page.warning


@pytest.mark.parametrize("name", NAMES)
def test_hostile_query_strings_show_no_exception_and_are_not_echoed(open_page: Open, name: str):
    assert len(HOSTILE) >= 40
    page = open_page(name, HOSTILE[0])
    for query in HOSTILE:
        set_query(page, query)
        page.run()
        assert_well(page)
        said = " ".join(str(element.value) for element in page.warning)
        assert not set("<>[]{}%$") & set(said), query


@pytest.mark.parametrize("name", NAMES)
def test_a_selection_without_results_says_so(open_page: Open, name: str):
    page = open_page(name, "v=1&round=v2.0&submitter=Beta")
    assert_well(page)
    if name in ("overview", "rankings", "results", "coverage", "system"):
        assert any("No results under these filters" in str(element.value) for element in page.info)


@pytest.mark.parametrize("name", NAMES)
def test_a_cleared_page_shows_all_rounds(open_page: Open, name: str):
    assert_well(open_page(name, "v=1"))


@pytest.mark.parametrize("name", NAMES)
def test_all_committed_rounds_at_once(open_page: Open, data_folder: Path, name: str):
    assert_well(open_page(name, "v=1", data_folder))


@pytest.mark.parametrize(
    "query",
    [
        f"v=1&entry={ENTRY}",
        "v=1&entry=v1.0/closed/Bare/nothing",
        "v=1&entry=v1.0/closed/Mixed/two",
        "v=1&entry=v1.0/closed/Delta/cpu",
        "v=1&entry=v1.0/open/Lab/own",
        "v=1&entry=v2.0/closed/Edge/both",
    ],
)
def test_a_systems_page_tells_what_is_known(open_page: Open, query: str):
    page = open_page("system", query)
    assert_well(page)
    assert page.subheader
    assert "as submitted" in json.dumps([element.label for element in page.expander])


def test_an_entry_that_is_not_there_is_said(open_page: Open):
    page = open_page("system", "v=1&entry=v1.0/closed/No/body")
    assert_well(page)
    assert any("no such entry" in str(element.value) for element in page.warning)


def test_an_anomaly_has_its_page_and_a_gone_one_is_said(open_page: Open, small: Database):
    (row,) = small.rows("select anomaly_id from anomalies where kind = 'twins'")
    found = open_page("anomalies", f"v=1&anomaly={row['anomaly_id']}")
    assert_well(found)
    assert "Same hardware" in texts(found)
    gone = open_page("anomalies", "v=1&anomaly=twins-0000000000")
    assert_well(gone)
    assert any("no such anomaly" in str(element.value) for element in gone.warning)


@pytest.mark.parametrize(
    "query",
    ["per=accelerator", "per=core", "per=watt", "top=50", "per=watt&submitter=Beta", "scenario=SingleStream&per=core"],
)
def test_rankings_with_its_own_choices(open_page: Open, query: str):
    page = open_page(
        "rankings", "v=1&round=v1.0&benchmark=resnet50&" + ("" if "scenario" in query else "scenario=Server&") + query
    )
    assert_well(page)
    if "per" in query:
        assert "derived, not verified by MLCommons" in texts(page)


def test_a_choice_of_one_changes_the_address_and_the_page(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&benchmark=resnet50&scenario=Server")
    page.selectbox(key="filter_benchmark_one").set_value("bert-99").run()
    assert_well(page)
    assert query_of(page)["benchmark"] == ["bert-99"]
    assert "bert" in texts(page)


def test_a_range_is_one_key_of_the_address_and_turned_round_where_it_is_upside_down(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0")
    page.number_input(key="filter_cores_from").set_value(64).run()
    assert query_of(page)["cores"] == ["64-"]
    page.number_input(key="filter_cores_to").set_value(20).run()
    assert_well(page)
    assert query_of(page)["cores"] == ["20-64"]


def test_a_changed_filter_drops_the_links_snapshot(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&snapshot=0123456789abcdef")
    assert any("has changed since" in str(element.value) for element in page.info)
    page.multiselect(key="filter_submitter").set_value(["Acme"]).run()
    assert "snapshot" not in query_of(page)


def test_the_clear_button_leaves_the_pages_own_keys(open_page: Open):
    page = open_page("rankings", "v=1&round=v1.0&benchmark=resnet50&scenario=Server&per=core")
    next(button for button in page.button if button.label == "Clear filters").click().run()
    assert_well(page)
    assert query_of(page) == {"v": ["1"], "per": ["core"]}


def test_beside_each_option_stands_what_it_would_leave(open_page: Open):
    page = open_page("overview", "v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server")
    assert "AMD · 6" in page.multiselect(key="filter_cpu_vendor").options


def test_not_stated_is_offered_for_the_system_type_and_opens_its_results(open_page: Open):
    page = open_page("results", "v=1&round=v1.0")
    assert "not stated · 3" in page.button_group(key="filter_system_type_one").options
    page.button_group(key="filter_system_type_one").set_value("none").run()
    assert_well(page)
    assert query_of(page)["system_type"] == ["none"]
    assert "**3 results**" in texts(page)
    assert any("system type not stated ✕" in button.label for button in page.button)


def test_one_filter_takes_at_most_what_a_link_holds(open_page: Open):
    page = open_page("results", "v=1")
    names = page.multiselect(key="own_column").options[:25]
    assert len(names) == 25
    page.multiselect(key="own_column").set_value(names[:20]).run()
    assert_well(page)
    assert page.multiselect(key="own_column").proto.max_selections == 20
    assert page.multiselect(key="filter_submitter").proto.max_selections == 20


@pytest.mark.parametrize("name", NAMES)
def test_no_page_changes_an_answer_that_others_share(open_page: Open, name: str):
    from lib.query import connection as database
    from tests.query.test_states import fingerprint

    open_page(name, SHARED)
    answers = database.current().answers
    before = {key: fingerprint(answer) for key, answer in answers.items()}
    assert before
    assert_well(open_page(name, SHARED + OWN.get(name, "")))
    kept = dict(answers.items())
    assert {key: fingerprint(kept[key]) for key in before} == before


ASKS = {
    "overview": ((coverage, "round_counts"), (rankings, "leaders"), (findings, "anomalies")),
    "rankings": ((rankings_part, "ranked"),),
    "results": ((results_part, "results"),),
    "system": ((systems, "system"), (systems, "results_of_system"), (systems, "runs")),
    "anomalies": ((findings, "anomalies"),),
    "coverage": ((coverage, "matrix"), (coverage, "unmapped")),
    "method": ((coverage, "breaks"), (coverage, "benchmarks")),
    "search": ((search_part, "search"),),
}


@pytest.mark.parametrize(
    ("name", "room", "ask"), [(name, room, ask) for name, asks in ASKS.items() for room, ask in asks]
)
def test_what_fails_inside_is_not_disclosed(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str, room: ModuleType, ask: str
):
    def broken(*arguments: Any, **more: Any) -> None:
        raise RuntimeError("select secret from /srv/private DuckDB 2.0")

    monkeypatch.setattr(room, ask, broken)
    page = open_page(name, SHARED + OWN.get(name, ""))
    (shown,) = page.exception
    wire = str(shown.proto)
    assert "secret" not in wire
    assert "/srv" not in wire
    assert "RuntimeError" not in wire
    assert "Traceback" not in wire
    assert not list(shown.proto.stack_trace)


def test_error_details_are_shown_to_nobody():
    import tomllib

    from lib.settings import ROOT

    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["client"]["showErrorDetails"] == "none"
