"""An answer knows what it leaves out: under any limit its total is that of the whole; a cut is one exception."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from lib.query import coverage, findings, results, systems
from lib.query.connection import Answer, Database, QuestionCut
from lib.selection import Selection
from lib.settings import Settings
from tests.query.fixtures import selected

Limited = Callable[[Database, Selection, int], Answer]
LIMITED: dict[str, Limited] = {
    "systems": systems.systems,
    "results": results.results,
    "anomalies": findings.anomalies,
    "matrix by system": lambda db, selection, most: coverage.matrix(db, selection, True, most),
    "matrix by submitter": lambda db, selection, most: coverage.matrix(db, selection, False, most),
}


@pytest.mark.parametrize("query", ["", "round=v1.0&division=closed", "submitter=Acme"])
@pytest.mark.parametrize("name", LIMITED)
def test_a_limited_answer_says_how_many_there_are_in_all(small: Database, name: str, query: str):
    ask, selection = LIMITED[name], selected(query)
    whole = ask(small, selection, 1000)
    assert whole.total == whole.table.num_rows > 0
    for most in range(1, whole.total + 2):
        answer = ask(small, selection, most)
        assert answer.total == whole.total
        assert answer.table.num_rows == min(most, whole.total)
        key = answer.table.column_names[0]
        assert answer.table[key].to_pylist() == whole.table[key].to_pylist()[:most]
        assert "total" not in answer.table.column_names


@pytest.mark.parametrize("name", LIMITED)
def test_an_answer_of_nothing_has_a_total_of_nothing(small: Database, name: str):
    answer = LIMITED[name](small, selected("submitter=Nobody"), 3)
    assert answer.is_empty
    assert answer.total == 0


def test_totals_are_those_of_the_data(small: Database):
    (counted,) = small.rows(
        "select count(*) as results, count(distinct system_id) as systems, count(distinct submitter) as submitters "
        "from results"
    )
    assert systems.systems(small, Selection(), 1).total == counted["systems"]
    assert results.results(small, Selection(), 1).total == counted["results"]
    assert coverage.matrix(small, Selection(), True, 1).total == counted["systems"]
    assert coverage.matrix(small, Selection(), False, 1).total == counted["submitters"]


def test_a_matrix_cut_short_has_no_column_for_what_it_does_not_show(small: Database):
    table = coverage.matrix(small, Selection(), True, 1).table
    names = [name for name in table.column_names if name not in ("submitter", "round", "platform", "system_id")]
    assert names
    assert all(table[name].null_count == 0 for name in names)


@pytest.mark.parametrize(
    ("raised", "said"), [(duckdb.InterruptException, "longer"), (duckdb.OutOfMemoryException, "memory")]
)
@pytest.mark.parametrize("way", ["table", "rows"])
def test_time_and_memory_are_cut_by_one_exception(
    fresh: Database, monkeypatch: pytest.MonkeyPatch, way: str, raised: type[Exception], said: str
):
    class Cut:
        """A connection whose every statement is given up."""

        def cursor(self) -> Cut:
            return self

        def __enter__(self) -> Cut:
            return self

        def __exit__(self, *error: object) -> None:
            return None

        def sql(self, *arguments: object, **more: object) -> None:
            raise raised("select secret from /srv")

        execute = sql

    monkeypatch.setattr(fresh, "_connection", Cut())
    with pytest.raises(QuestionCut) as cut:
        getattr(fresh, way)("select 1")
    assert said in str(cut.value)
    assert "\n" not in str(cut.value)
    assert "secret" not in str(cut.value)


CROSS = "select count(*) as n from range(100000) a, range(100000) b, range(100000) c where a.range + b.range = c.range"


@pytest.fixture
def hurried(small_folder: Path, tmp_path: Path) -> Database:
    """The small database with 50 ms a question; a file of its own: one process opens a file with one configuration."""
    path = tmp_path / next(small_folder.glob("plumbline-*.duckdb")).name
    shutil.copy(small_folder / path.name, path)
    return Database(path, Settings(query_timeout_ms=50))


@pytest.mark.parametrize("way", ["table", "rows", "answer"])
def test_a_question_over_its_time_is_cut_and_not_kept(hurried: Database, way: str):
    for _ in range(2):
        with pytest.raises(QuestionCut):
            hurried.once(("slow",), lambda: getattr(hurried, way)(CROSS))
    assert ("slow",) not in dict(hurried.answers.items())
    assert hurried.rows("select 1 as one") == [{"one": 1}]


def test_other_faults_of_the_engine_are_not_called_a_cut(fresh: Database):
    with pytest.raises(duckdb.CatalogException):
        fresh.rows("select * from nowhere")
