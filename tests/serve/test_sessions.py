"""Over the websocket, as a browser's first message finds the served app."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from websockets.exceptions import InvalidStatus

from lib.catalogue import BY_NAME
from tests.conftest import Server, StartServer
from tests.query import small as small_data
from tests.query.test_states import NAME, absent, text
from tests.serve.hostile import HOSTILE
from tests.serve.wire import Drawn, run, session, visit

PAGES = tuple(BY_NAME)
SHARED = "v=1&round=v2.0&round=v1.0&benchmark=resnet50&cpu_vendor=AMD&cpu_vendor=Intel"


def chosen(drawn: Drawn, label: str) -> list[str]:
    """What a multiselect of the sidebar is filled with."""
    (widget,) = [item for item in drawn.of("multiselect") if item.label == label]
    if widget.set_value:
        return [str(value).split(" · ")[0] for value in widget.raw_values]
    return [widget.options[index].split(" · ")[0] for index in widget.default]


def assert_opened(drawn: Drawn, name: str) -> None:
    assert not drawn.of("exception")
    assert not drawn.is_unknown_page
    assert drawn.of("heading")[0].body == name.capitalize()
    assert drawn.texts.count("### Plumbline") == 1
    assert chosen(drawn, "CPU vendor") == ["AMD", "Intel"]
    assert set(chosen(drawn, "Round")) == {"v1.0", "v2.0"}


def cold_starts(start_server: StartServer, data: Path, times: int) -> None:
    """Start the server anew for each round of visits; a different page is the first that it ever draws."""
    for turn in range(times):
        server = start_server(data)
        for name in (*PAGES[turn % len(PAGES) :], *PAGES[: turn % len(PAGES)]):
            assert_opened(visit(server.port, name, SHARED), name)
        assert server.stop() == 0


def test_a_cold_deep_link_opens_each_page_on_three_new_servers(start_server: StartServer, small_folder: Path):
    cold_starts(start_server, small_folder, 3)


@pytest.mark.soak
def test_a_cold_deep_link_opens_each_page_on_twenty_new_servers(start_server: StartServer, small_folder: Path):
    cold_starts(start_server, small_folder, 20)


@pytest.mark.parametrize("path", ["nowhere", "Rankings", "rankings/x", "pages/rankings", "_hidden"])
def test_an_unknown_path_opens_home_with_a_notice(served: Server, path: str):
    drawn = visit(served.port, path, SHARED)
    assert not drawn.of("exception")
    assert drawn.is_unknown_page
    assert drawn.of("heading")[0].body == "Overview"


@pytest.mark.parametrize("name", PAGES)
def test_a_bare_page_writes_its_defaults_into_the_address(served: Server, name: str):
    drawn = visit(served.port, name, "")
    assert not drawn.of("exception")
    assert drawn.query.startswith("v=1&round=v2.0&division=closed&system_type=datacenter&availability=available")


@pytest.mark.parametrize("name", PAGES)
def test_hostile_query_strings_draw_the_page_without_an_exception(served: Server, name: str):
    for query in HOSTILE:
        drawn = visit(served.port, name, query)
        assert not drawn.of("exception"), query
        assert drawn.of("heading")[0].body == name.capitalize()
        said = " ".join(item.body for item in drawn.of("alert"))
        assert not set("<>{}%$") & set(said), query


@pytest.mark.parametrize("name", ["overview", "rankings"])
def test_a_huge_query_string_draws_the_page(served: Server, name: str):
    for query in (
        "q=" + "a" * 524_288,
        "&".join(f"k{i}=1" for i in range(100_000)),
        "&".join("round=v1.0" for _ in range(20_000)),
    ):
        start = time.perf_counter()
        drawn = visit(served.port, name, query)
        assert not drawn.of("exception")
        assert time.perf_counter() - start < 5


def test_a_session_goes_from_link_to_link_like_back_and_forward(served: Server):
    with session(served.port) as websocket:
        for _ in range(3):
            assert chosen(run(websocket, "rankings", SHARED), "CPU vendor") == ["AMD", "Intel"]
            assert chosen(run(websocket, "rankings", "v=1&round=v1.0&cpu_vendor=Intel"), "CPU vendor") == ["Intel"]
            assert chosen(run(websocket, "results", "v=1"), "CPU vendor") == []


def test_two_sessions_do_not_share_their_filters(served: Server):
    with session(served.port) as one, session(served.port) as other:
        run(one, "rankings", SHARED)
        run(other, "rankings", "v=1&submitter=Gamma")
        assert chosen(run(one, "rankings", SHARED), "CPU vendor") == ["AMD", "Intel"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://evil.example:8501", "null", "https://127.0.0.1.evil.example"]
)
def test_a_foreign_origin_is_refused(served: Server, origin: str):
    with pytest.raises(InvalidStatus) as refused, session(served.port, origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_page_that_fails_shows_a_generic_text_only(start_server: StartServer, small_folder: Path, tmp_path: Path):
    original = next(small_folder.glob("plumbline-*.duckdb"))
    shutil.copytree(small_folder / "rounds", tmp_path / "rounds")
    shutil.copy(original, tmp_path)
    (tmp_path / "current").write_text(original.name)
    with duckdb.connect(str(tmp_path / original.name)) as connection:
        connection.execute("drop table comparability")
        connection.execute("drop table descriptions")
    server = start_server(tmp_path)
    for name, query in (("method", "v=1"), ("system", "v=1&entry=v1.0/closed/Acme/big")):
        drawn = visit(server.port, name, query)
        assert len(drawn.of("exception")) == 1
        wire = drawn.wire.decode("utf-8", "replace")
        for secret in (
            "CatalogException",
            "Catalog Error",
            "Traceback",
            "from comparability",
            "select ",
            str(tmp_path),
            "/lib/query",
            "duckdb",
        ):
            assert secret not in wire.replace("plumbline-", ""), secret
    assert "Catalog" in server.log
    server.stop()


@pytest.mark.parametrize("spoil", [absent, text], ids=lambda spoil: spoil.__name__)
def test_a_server_without_data_starts_says_so_and_picks_it_up(
    start_server: StartServer, tmp_path: Path, spoil: Callable[[Path, str], None]
):
    spoil(tmp_path, NAME)
    start = time.monotonic()
    server = start_server(tmp_path)
    assert time.monotonic() - start < 10
    status, _, body = server.get("/health")
    assert (status, b'"degraded"' in body) == (503, True)
    drawn = visit(server.port, "rankings", SHARED)
    assert not drawn.of("exception")
    assert any(item.body.startswith("No data") for item in drawn.of("alert"))
    assert server.get("/export/rankings.csv?v=1")[0] == 503
    small_data.build(small_data.write(tmp_path))
    time.sleep(1.1)
    assert_opened(visit(server.port, "rankings", SHARED), "rankings")
    assert server.get("/health")[0] == 200
    assert server.stop() == 0
    assert "Traceback" not in server.log


def test_a_server_builds_what_is_stale_before_it_serves(start_server: StartServer, tmp_path: Path):
    small_data.write(tmp_path)
    server = start_server(tmp_path)
    assert server.get("/health")[0] == 200
    assert len(list(tmp_path.glob("plumbline-*.duckdb"))) == 1
    assert server.stop() == 0


def test_a_server_that_cuts_every_question_starts_and_shows_one_sentence(start_server: StartServer, small_folder: Path):
    """A millisecond a question: what is cut where depends on the machine, a traceback or a 500 is wrong on each."""
    server = start_server(small_folder, PLUMBLINE_QUERY_TIMEOUT_MS="1")
    assert server.get("/health")[0] in (200, 503)
    for name in PAGES:
        drawn = visit(server.port, name, SHARED)
        assert not drawn.of("exception"), name
        assert drawn.of("heading")[0].body == name.capitalize()
        told = [item.body for item in drawn.of("alert") if "allowed here" in item.body]
        assert len(told) <= 1
    for path in (*(f"/export/{name}.csv?v=1" for name in ("rankings", "results", "anomalies")), "/", "/rankings"):
        status, _, body = server.get(path)
        assert status == 200 or (status == 503 and body.startswith(b"error: ") and body.count(b"\n") == 1), path
    assert server.stop() == 0
    assert "Traceback" not in server.log
