"""What a page gives away: the file is named like what it holds, and a cut question gives one line and no traceback."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from lib import serve
from lib.catalogue import BY_NAME, EXPORTED
from lib.export.__main__ import main
from lib.export.exports import csv_of, file_name, view
from lib.links import link
from lib.query import results as questions
from lib.query.connection import Database
from lib.query.defaults import page_defaults
from lib.query.systems import IDENTITY
from lib.settings import ROOT, Settings
from tests.query import small as small_data
from tests.query.cutting import Cutting, each_cut
from tests.query.fixtures import selected

ENTRY = "v1.0/closed/Acme/big"
OWN = {"system": f"&entry={ENTRY}"}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_systems_csv_says_on_each_row_whose_it_is(small: Database):
    rows = rows_of(csv_of(small, "system", selected(f"entry={ENTRY}", "system")))
    assert list(rows[0])[: len(IDENTITY)] == list(IDENTITY)
    assert IDENTITY == ("round", "division", "submitter", "platform", "system_name", "public_id")
    assert {tuple(row[name] for name in IDENTITY) for row in rows} == {
        ("v1.0", "closed", "Acme", "big", "Acme Box (8x A100, TensorRT)", "")
    }


def test_a_systems_csv_keeps_the_columns_that_it_had(small: Database):
    before = [
        "benchmark",
        "benchmark_raw",
        "scenario",
        "value",
        "unit",
        "is_inferred",
        "is_valid",
        "value_field",
        "power_w",
        "energy_mj",
        "power_source",
        "weight_dtype",
        "target_qps",
        "target_latency_ns",
        "source_url",
        "source_path",
        "result_id",
        "system_type",
        "rank",
        "size",
        "anomaly_id",
        "snapshot",
        "link",
    ]
    header = list(rows_of(csv_of(small, "system", selected(f"entry={ENTRY}", "system")))[0])
    assert [name for name in header if name in before] == before


@pytest.mark.parametrize("name", [name for name in EXPORTED if not BY_NAME[name].needs])
def test_a_bare_export_is_named_like_what_it_holds(small: Database, name: str):
    asked = view(small, f"/export/{name}.csv")
    assert asked.selection == page_defaults(small, name)
    title = file_name(asked.page, asked.selection, small.snapshot)
    told = [value for key in ("round", "benchmark", "scenario") for value in asked.selection.get(key)]
    assert title == f"plumbline-{'-'.join([name, *told, small.snapshot[:8]])}.csv"
    assert "v2.0" in told
    rows = rows_of(csv_of(small, asked.page, asked.selection))
    assert rows or name in ("anomalies", "search")
    for key in {"round", "benchmark", "scenario"} & set(rows[0] if rows else ()):
        named = asked.selection.get(key)
        assert not named or {row[key] for row in rows} == set(named)


def test_a_bare_ranking_is_named_by_round_benchmark_and_scenario(small: Database):
    asked = view(small, "rankings")
    (benchmark,), (scenario,) = asked.selection.get("benchmark"), asked.selection.get("scenario")
    title = file_name(asked.page, asked.selection, small.snapshot)
    assert title.startswith(f"plumbline-rankings-v2.0-{benchmark}-{scenario}-")


def test_a_systems_csv_is_named_by_its_entry_and_not_by_the_filters(small: Database):
    asked = view(small, f"system?v=1&round=v2.0&benchmark=bert-99&entry={ENTRY}")
    assert file_name(asked.page, asked.selection, "0123456789") == "plumbline-system-v1.0_closed_Acme_big-01234567.csv"


def request(path: str, query: str, **params: str) -> Request:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1")],
        "path_params": params,
        "scheme": "http",
        "server": ("127.0.0.1", 80),
    }
    return Request(scope)


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize("name", EXPORTED)
def test_over_http_a_bare_page_is_named_by_its_defaults(
    small_folder: Path, small: Database, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv("PLUMBLINE_DATA", str(small_folder))
    if BY_NAME[name].needs:
        assert serve.export(request(f"/export/{name}.csv", "", page=name)).status_code == 400
        return
    answer = serve.export(request(f"/export/{name}.csv", "", page=name))
    title = file_name(name, page_defaults(small, name), small.snapshot)
    assert answer.headers["content-disposition"] == f'attachment; filename="{title}"'


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_that_is_cut_anywhere_is_a_503_with_one_line(
    small_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv("PLUMBLINE_DATA", str(small_folder))
    for nth, cutting in each_cut(monkeypatch):
        answer: Response = serve.export(request(f"/export/{name}.csv", "v=1" + OWN.get(name, ""), page=name))
        if cutting.asked < nth:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 503, nth
            assert bytes(answer.body).startswith(b"error: This question took longer")
            assert bytes(answer.body).count(b"\n") == 1


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize("name", EXPORTED)
def test_the_command_that_is_cut_anywhere_ends_with_1_and_one_line(
    small_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
):
    asked = link(name, selected("v=1" + OWN.get(name, ""), name))
    for nth, cutting in each_cut(monkeypatch):
        code = main([asked, "--data", str(small_folder)])
        out, err = capfd.readouterr()
        if cutting.asked < nth:
            assert (code, err) == (0, "")
        else:
            assert (code, out) == (1, ""), nth
            assert err.startswith("error: This question took longer")
            assert err.count("\n") == 1


@pytest.mark.usefixtures("forget")
def test_a_server_whose_first_questions_are_cut_answers_all_the_same(
    small_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PLUMBLINE_DATA", str(small_folder))
    for nth, cutting in each_cut(monkeypatch):
        serve.warm_up()
        health = serve.health(request("/health", ""))
        assert health.status_code == (503 if nth == 1 else 200)
        if nth == 1:
            assert b'"degraded"' in bytes(health.body)
            assert b"This question took longer" in bytes(health.body)
        answers = [serve.bare_page(request(f"/{page.path}", "")) for page in BY_NAME.values()]
        led = {answer.status_code if answer else None for answer in answers}
        assert led <= {None, 302}
        assert led == {None} if nth == 1 else led == {302} if cutting.asked < nth else True


@pytest.mark.usefixtures("forget")
def test_a_bare_page_that_is_cut_is_served_as_it_is(small_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The page itself says why: in front of it a cut must lead nowhere."""
    monkeypatch.setenv("PLUMBLINE_DATA", str(small_folder))
    passed: list[str] = []

    async def page(scope: serve.Scope, receive: serve.Receive, send: serve.Send) -> None:
        passed.append(scope["path"])

    with monkeypatch.context() as inside:
        Cutting(inside, 1)
        for name in BY_NAME:
            asyncio.run(serve.Front(page)(request(f"/{BY_NAME[name].path}", "").scope, None, None))  # type: ignore[arg-type]
    assert passed == [f"/{page.path}" for page in BY_NAME.values()]


def test_a_question_that_is_slow_in_truth_ends_the_command_with_one_line(small_folder: Path):
    """One millisecond a question: whatever is cut, there is one line and no traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "lib.export", "results?v=1", "--data", str(small_folder)],
        cwd=ROOT,
        env={**os.environ, "PLUMBLINE_QUERY_TIMEOUT_MS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1)
    assert re.fullmatch(r"(error: [^\n]+\n)?", done.stderr)
    assert bool(done.stderr) == (done.returncode == 1)


@pytest.mark.usefixtures("forget")
def test_a_slow_export_in_truth_is_a_503(small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    name = next(small_folder.glob("plumbline-*.duckdb")).name
    (tmp_path / name).write_bytes((small_folder / name).read_bytes())
    (tmp_path / "current").write_text(name)
    db = Database(tmp_path / name, Settings(query_timeout_ms=50))
    monkeypatch.setattr(serve, "current", lambda: db)
    triple = "(select a.* from results a, range(100000) b, range(100000) c where b.range + c.range < 0)"
    monkeypatch.setattr(questions, "_RESULTS", questions._RESULTS.replace("from results where", f"from {triple} where"))
    answer = serve.export(request("/export/results.csv", "v=1", page="results"))
    assert answer.status_code == 503
    assert bytes(answer.body).startswith(b"error: This question took longer")


@pytest.mark.usefixtures("forget")
def test_the_command_says_that_it_answers_from_an_older_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    data = small_data.build(small_data.write(tmp_path))
    (data / "names").mkdir()  # without a single table in it
    monkeypatch.setenv("PLUMBLINE_DATA", str(data))
    assert main(["results?v=1"]) == 0
    out, err = capfd.readouterr()
    assert out.count("\n") == 41
    assert err.startswith("note: no new database (")
    assert "accelerators.csv" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("public", "host", "begins"),
    [
        ("https://a.example/p", "http://b.example", "https://a.example/p/rankings?"),
        ("", "http://b.example", "http://b.example/rankings?"),
        ("", "", "rankings?"),
    ],
)
def test_a_csvs_link_stands_under_the_public_address_else_the_askers(
    small: Database, monkeypatch: pytest.MonkeyPatch, public: str, host: str, begins: str
):
    monkeypatch.setenv("PLUMBLINE_PUBLIC_URL", public)
    rows = rows_of(csv_of(small, "rankings", selected("round=v1.0"), host))
    assert {row["link"].startswith(begins) for row in rows} == {True}


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize("host", ['a"b', "a,b", "=cmd()", "a b", "x/y", "\u00e9.example"])
def test_a_host_that_is_none_is_in_no_link(small_folder: Path, monkeypatch: pytest.MonkeyPatch, host: str):
    monkeypatch.setenv("PLUMBLINE_DATA", str(small_folder))
    asked = request("/export/rankings.csv", "v=1&round=v1.0", page="rankings")
    asked.scope["headers"] = [(b"host", host.encode("latin-1"))]
    rows = rows_of(bytes(serve.export(asked).body))
    assert rows
    assert {row["link"].partition("?")[0] for row in rows} == {"rankings"}
