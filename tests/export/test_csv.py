"""A CSV runs nothing in a spreadsheet and is read back to the same values."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib import links
from lib.catalogue import EXPORTED
from lib.export.csv import csv_bytes
from lib.export.exports import csv_of
from lib.query.connection import Database, current
from lib.selection import Selection
from tests.query.fixtures import selected

MARKED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cells(content: bytes) -> list[list[str]]:
    """What a spreadsheet's reader sees."""
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def read(content: bytes, kinds: dict[str, type]) -> list[dict[str, Any]]:
    """Our own reader: the typed rows of a CSV that we wrote, without the apostrophe of what a spreadsheet would run."""
    header, *rows = quoted_cells(content.decode("utf-8"))
    return [{name: value(cell, kinds[name]) for (name, _), cell in zip(header, row, strict=True)} for row in rows]


def value(cell: tuple[str, bool], kind: type) -> Any:
    text, is_quoted = cell
    if not text and not is_quoted:
        return None
    if kind is str:
        return text[1:] if MARKED.match(text) else text
    return text == "true" if kind is bool else kind(text)


def quoted_cells(text: str) -> list[list[tuple[str, bool]]]:
    """Rows of (text, was quoted): NULL is an empty cell without quotes, an empty text one with them."""
    rows: list[list[tuple[str, bool]]] = [[]]
    for match in re.finditer(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)', text):
        if match.start() == len(text):
            break
        rows[-1].append((match[1].replace('""', '"'), True) if match[1] is not None else (match[2], False))
        if match[3] == "\n":
            rows.append([])
    return [row for row in rows if row]


TEXTS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.tuples(st.sampled_from(["", "'", "''", '"', " "]), st.sampled_from(STARTS), st.text(max_size=4)).map("".join),
    st.sampled_from(
        ["=1+1", "=cmd|' /C calc'!A0", "-1.5", "+1", "@SUM(1)", "a,b", 'say "hi"', "two\r\nlines", "", "NULL", "nan"]
    ),
).map(lambda text: text if text is None else text.encode("utf-8", "replace").decode())
ROWS = st.lists(
    st.tuples(
        TEXTS,
        TEXTS,
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.integers(-(2**60), 2**60),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
SCHEMA = pa.schema(
    [
        ("one", pa.string()),
        ("other", pa.string()),
        ("value", pa.float64()),
        ("number", pa.int64()),
        ("flag", pa.bool_()),
    ]
)
KINDS = dict(zip(SCHEMA.names, (str, str, float, int, bool), strict=True))


@settings(deadline=None, database=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_what_is_written_is_read_back_the_same(rows: list[tuple[Any, ...]]):
    given_rows = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    content = csv_bytes(pa.Table.from_pylist(given_rows, SCHEMA))
    assert read(content, KINDS) == given_rows
    for row in cells(content)[1:]:
        assert not any(cell.startswith(STARTS) for cell in row[:2])


@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str):
    assert cells(csv_bytes(pa.table({"a": [f"{start}1+1"]})))[1] == [f"'{start}1+1"]


def test_numbers_are_never_touched():
    content = csv_bytes(pa.table({"a": [-1.5, 259993.64, 1e-300, 0.1], "b": [-7, 0, 1, 2]}))
    assert [float(row[0]) for row in cells(content)[1:]] == [-1.5, 259993.64, 1e-300, 0.1]
    assert [row[1] for row in cells(content)[1:]] == ["-7", "0", "1", "2"]
    assert b"'" not in content


def test_missing_is_empty_and_an_empty_text_is_quoted():
    assert (
        csv_bytes(pa.table({"a": [None, "", "x"], "b": pa.array([None, 1, None], pa.int64())}))
        == b'a,b\n,\n"",1\n"x",\n'
    )


def test_the_header_is_the_plain_column_names():
    table = pa.table({"system_id": ["x"], '=evil"name': ["y"], "list": [["z"]]})
    assert csv_bytes(table).splitlines()[0] == b"system_id,evilname"


@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_ends_with_the_snapshot_and_the_pages_link(small: Database, name: str):
    own = {"system": "&entry=v1.0/closed/Acme/big", "search": "&find=acme"}
    selection = selected("round=v1.0" + own.get(name, ""), name)
    header, *rows = cells(csv_of(small, name, selection))
    assert header[-2:] == ["snapshot", "link"]
    assert rows
    assert {(row[-2], row[-1]) for row in rows} == {(small.snapshot, links.link(name, selection))}


# What must be known of a value stands behind the columns that were there first.
BESIDE = (
    "no_rank", "doubt", "unit_source", "checker_inferred", "accelerators_declared", "accelerators_source",
    "cpus_per_node_declared", "cpus_source", "cores_source",
)  # fmt: skip


def test_a_ranking_begins_with_the_rank_and_has_the_contracts_columns(small: Database):
    header = cells(csv_of(small, "rankings", selected("round=v1.0")))[0]
    assert header[:6] == ["rank", "result_id", "system_id", "public_id", "round", "division"]
    assert "software" in header
    assert header[header.index("source_url") + 1 :] == [*BESIDE, "snapshot", "link"]


def test_a_derived_value_has_a_column_that_says_so(small: Database):
    header, *rows = cells(
        csv_of(small, "rankings", selected("round=v1.0&benchmark=resnet50&scenario=Server&per=accelerator"))
    )
    assert header[1] == "value_per_accelerator_derived"
    assert [float(row[1]) for row in rows if row[1]][:2] == [50.0, 38.75]
    assert not any(row[1] for row in rows if not row[0])


def test_the_rows_are_exactly_the_filtered_ones(small: Database):
    selection = selected("round=v1.0&division=closed&q=acme")
    header, *rows = cells(csv_of(small, "results", selection))
    condition, values = selection.condition()
    expected = {
        row["result_id"]: row["value"]
        for row in small.rows(f"select result_id, value from results where {condition}", values)
    }
    place = header.index("value")
    assert {row[0]: float(row[place]) for row in rows} == expected


def test_a_selection_without_rows_is_a_header(small: Database):
    assert len(cells(csv_of(small, "rankings", selected("submitter=Nobody")))) == 1


def test_the_whole_table_is_exported_within_fifty_megabytes(data_folder):
    db = current(data_folder)
    before = pa.total_allocated_bytes()
    content = csv_of(db, "results", Selection())
    assert len(content) < 100_000_000
    assert pa.total_allocated_bytes() - before < 50_000_000
    assert content.count(b"\n") == db.rows("select count(*) as n from results")[0]["n"] + 1


def test_every_value_of_the_real_data_survives(data_folder):
    db = current(data_folder)
    header, *rows = cells(csv_of(db, "results", selected("round=v1.0")))
    written = {row[0]: float(row[header.index("value")]) for row in rows}
    stored = {
        row["result_id"]: row["value"] for row in db.rows("select result_id, value from results where round = 'v1.0'")
    }
    assert written == stored
    assert all(math.isfinite(value) for value in written.values())


def test_a_systems_csv_carries_its_public_id_where_one_is_known(data_folder):
    db = current(data_folder)
    (known,) = db.rows("select system_id, public_id from results where public_id is not null order by all limit 1")
    header, *rows = cells(csv_of(db, "system", Selection().with_values("entry", [known["system_id"]])))
    assert {row[header.index("public_id")] for row in rows} == {known["public_id"]}
