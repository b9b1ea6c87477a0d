"""One connection for all, on which nothing but a question can be asked."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from lib.catalogue import OWN, PAGES
from lib.links import parse_pairs
from lib.query import facets, findings, rankings, systems
from lib.query.connection import Database, QuestionCut
from lib.selection import COMMON, FILTERS, Selection
from lib.settings import Settings
from tests.query.fixtures import selected

REFUSED = (
    "select * from read_csv('{path}')",
    "select * from read_text('{path}')",
    "select * from read_blob('{path}')",
    "select * from glob('/etc/*')",
    "select * from '{path}'",
    "select * from read_json('{path}')",
    "select * from read_parquet('{path}')",
    "attach '{path}' as other",
    "attach ':memory:' as other; create table other.t (i int); copy other.t to '{path}'",
    "copy (select 1) to '{path}'",
    "copy results from '{path}'",
    "export database '{path}'",
    "import database '{path}'",
    "install httpfs",
    "load httpfs",
    "install icu from community",
    "create table evil (i int)",
    "drop table results",
    "insert into build values (1)",
    "update results set value = 1",
    "delete from results",
    "create view evil as select 1",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set memory_limit = '100GB'",
    "reset memory_limit",
    "set allowed_directories = ['/']",
    "pragma enable_profiling",
    "set threads = 64",
    "set max_execution_time = 0",
    "set temp_directory = '/tmp'",
    "set python_enable_replacements = true",
    "set home_directory = '/'",
    "call pragma_database_list_evil()",
    "select getenv('HOME')",
    "select * from sniff_csv('{path}')",
    "select * from 'https://127.0.0.1/x.parquet'",
    "create secret (type s3)",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_engine_refuses_files_network_extensions_writes_and_settings(
    small: Database, tmp_path: Path, statement: str
):
    path = tmp_path / "evil.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(duckdb.Error):
        small.rows(statement.format(path=path))
    assert path.read_text() == "a,b\n1,2\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["evil.csv"]


def test_a_frame_of_python_is_not_seen_by_a_statement(small: Database):
    frame = small.table("select 1 as a")
    with pytest.raises(duckdb.Error):
        small.rows("select * from frame")
    assert frame.num_rows == 1


def test_the_locked_settings_are_those_that_were_set(small: Database):
    values = {row["name"]: row["value"] for row in small.rows("select name, value from duckdb_settings()")}
    assert values["lock_configuration"] == "true"
    assert values["enable_external_access"] == "false"
    assert values["max_execution_time"] == str(Settings().query_timeout_ms)
    assert values["python_enable_replacements"] == values["autoload_known_extensions"] == "false"


def test_the_database_is_open_for_reading_only(small: Database):
    (row,) = small.rows("select readonly from duckdb_databases() where not internal")
    assert row["readonly"]


def agree(ask: Callable[[int], object], threads: int, each: int) -> None:
    """Ask each parameter from many threads at once; no answer may differ from the one asked alone."""
    alone = [ask(i) for i in range(each)]
    start = threading.Barrier(threads)

    def ask_all(first: int) -> int:
        start.wait(60)
        order = [(first * 7 + i) % each for i in range(each)]
        return sum(ask(i) != alone[i] for i in order)

    with ThreadPoolExecutor(threads) as pool:
        assert sum(pool.map(ask_all, range(threads))) == 0


PARAMETERS = [
    selected(f"{query}&accelerators={low}-{high}")
    for query in ("round=v1.0", "round=v2.0", "division=closed", "submitter=Acme&submitter=Beta", "q=a")
    for low in range(4)
    for high in range(4, 14)
]


def test_64_threads_with_200_parameters_each_get_their_own_answers(fresh: Database):
    assert len(set(PARAMETERS)) == 200
    ids = [row["result_id"] for row in fresh.rows("select result_id from results order by position")]

    def ask(i: int) -> object:
        return fresh.rows(
            "select value, platform, $i::integer as i from results where result_id = $id",
            {"id": ids[i % len(ids)], "i": i},
        )

    agree(ask, threads=64, each=200)


def test_threads_that_share_the_kept_answers_get_the_right_ones(fresh: Database):
    def ask(i: int) -> object:
        table = rankings.ranked(fresh, PARAMETERS[i]).table
        return table.num_rows, table["result_id"].to_pylist(), facets.total(fresh, PARAMETERS[i])

    agree(ask, threads=16, each=100)


@pytest.fixture
def hasty(small_folder: Path, tmp_path: Path) -> Database:
    """The small database with tight limits; a file of its own: one process opens a file with one configuration."""
    path = tmp_path / next(small_folder.glob("plumbline-*.duckdb")).name
    shutil.copy(small_folder / path.name, path)
    return Database(path, Settings(query_timeout_ms=300, memory_limit_mb=64))


CROSS = "select count(*) as n from range(100000) a, range(100000) b, range(100000) c where a.range + b.range = c.range"
HOG = "select list(range) as l from range(400000000)"


def test_a_slow_query_is_cut_and_the_next_one_is_fine(hasty: Database):
    start = time.perf_counter()
    with pytest.raises(QuestionCut):
        hasty.rows(CROSS)
    assert time.perf_counter() - start < 3
    assert hasty.rows("select 1 as one") == [{"one": 1}]


def test_a_query_that_wants_all_memory_is_refused_and_the_next_one_is_fine(hasty: Database):
    with pytest.raises(QuestionCut):
        hasty.rows(HOG)
    assert hasty.rows("select count(*) as n from results") == [{"n": 40}]


def test_others_are_answered_while_a_slow_query_runs(hasty: Database):
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: hasty.rows(CROSS))
        answers = [hasty.rows("select count(*) as n from results")[0]["n"] for _ in range(20)]
        with pytest.raises(QuestionCut):
            slow.result()
    assert set(answers) == {40}


PAYLOADS = (
    "'",
    "''",
    '"',
    "\\",
    "--",
    "; drop table results; --",
    "' or '1'='1",
    "') or true --",
    "' union select 1 --",
    "$1",
    "$round_0",
    "?",
    ":x",
    "%",
    "_",
    "{}",
    "{condition}",
    "null",
    "true",
    "1; select 1",
    "read_text('/etc/passwd')",
    "/* */",
    "a' || 'b",
    "e'\\n'",
    "＇ or 1=1",
    "0x27",
    "%27",
    "$$",
    "$$;$$",
    "‘’",
    "1e309",
    "(select 1)",
    "[1,2]",
    "*",
    "results",
    "%{x}",
    "\U0001f600",
    "ß",
    "x" * 64,
    ".*",
    "a|b",
    "(a+)+$",
)


def page_of(key: str) -> str:
    """A page whose links may have this key."""
    return next((page.name for page in PAGES if key in (own.key for own in page.own)), "rankings")


@pytest.mark.parametrize("key", [*FILTERS, *(own.key for own in OWN)])
def test_a_payload_in_any_field_is_left_out_or_matches_as_plain_text(small: Database, key: str):
    names = [row["words"] for row in small.rows("select words from results")]
    for payload in PAYLOADS:
        parsed = parse_pairs(page_of(key), [(key, payload)])
        condition, values = parsed.selection.condition()
        found = small.rows(f"select count(*) as n from results where {condition}", values)[0]["n"]
        if not parsed.selection.common().items:
            assert parsed.notice or key not in FILTERS, (key, payload)
        elif key == "q":
            assert found == sum(all(word in name for word in payload.lower().split()) for name in names), payload
        else:
            assert found == 0, (key, payload)
        assert rankings.ranked(small, parsed.selection.common()).total == found
        assert facets.total(small, parsed.selection) == found


def test_a_payload_that_the_data_does_not_have_is_left_out_of_every_field(small: Database):
    for key in FILTERS.keys() - {"q", "cores", "accelerators"}:
        for payload in PAYLOADS:
            parsed = parse_pairs("rankings", [(key, payload)], facets.vocabulary(small))
            assert parsed.selection == Selection()
            assert parsed.notice


def test_a_payload_as_an_entry_or_an_anomaly_finds_nothing(small: Database):
    for payload in PAYLOADS:
        assert systems.system(small, payload) is None
        assert findings.anomaly(small, payload) is None
        for ask in (
            systems.results_of_system,
            systems.description,
            systems.software,
            systems.runs,
            systems.accuracy,
        ):
            assert ask(small, payload).is_empty


@pytest.mark.parametrize("key", [item.key for item in COMMON if item.kind == "choice" and not item.fixed] + ["q"])
def test_a_conditions_text_does_not_depend_on_the_value(key: str):
    usual, _ = parse_pairs("rankings", [(key, "x")]).selection.condition()
    for payload in PAYLOADS:
        condition, values = parse_pairs("rankings", [(key, payload)]).selection.condition()
        if len(payload.split()) == 1:
            assert condition == usual
        assert payload.lower().split() == list(values.values()) or payload in values.values()


@pytest.mark.parametrize("key", ["cores", "accelerators"])
def test_a_ranges_ends_are_bound_as_numbers(key: str):
    condition, values = selected(f"{key}=31-32").condition()
    assert sorted(values.values()) == [31, 32]
    assert "31" not in condition
