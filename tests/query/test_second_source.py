"""A round is confirmed by another source than its own, and the page of a system says once what its round lacks."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from lib.query import coverage
from lib.query.connection import Database
from lib.selection import Selection
from lib.settings import Settings
from tests.database.conftest import rows
from tests.ingest.trees import DATA, as_folder, ingest, small_tree
from tests.pages.conftest import Open, at_home, open_page
from tests.pages.tables import table_with
from tests.pages.test_pages import assert_well
from tests.query import small

__all__ = ["at_home", "open_page"]
SUMMARY = (DATA / "summary.csv").read_bytes()


def changed(**cells: str) -> bytes:
    """The checker's summary with other cells in every row of an Offline result."""
    lines = list(csv.DictReader(io.StringIO(SUMMARY.decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]))
    writer.writeheader()
    writer.writerows({**line, **(cells if line["Scenario"] == "Offline" else {})} for line in lines)
    return out.getvalue().encode()


def round_of(folder: Path) -> dict[str, Any]:
    """The one round's row of the coverage page."""
    small.build(folder)
    db = Database(folder / (folder / "current").read_text().strip(), Settings(data=folder))
    (row,) = coverage.rounds(db).table.to_pylist()
    return {**row, "differences": coverage.differences(db, Selection()).total}


def test_logs_are_held_against_the_summary_and_it_is_named(tmp_path: Path):
    assert ingest(as_folder(small_tree() | {"summary.csv": SUMMARY}, tmp_path / "tree"), tmp_path / "data") == 0
    row = round_of(tmp_path / "data")
    assert (row["source"], row["confirmed_by"], row["official"]) == ("logs", "summary.csv", row["agree"])
    assert row["official"] == 2  # the third is a system that the tree does not hold
    assert (row["official_power"], row["agree_power"]) == (1, 1)
    found = rows(tmp_path / "data", "select round, severity, path, message from problems where path like 'open/%'")
    said = "stands in MLCommons' summary (500.5 Queries/s), and no result of it is here"
    assert found == [(row["round"], "warning", "open/Acme/results/lab/my-model/Server", said)]


def test_another_power_is_not_confirmed(tmp_path: Path):
    files = small_tree() | {"summary.csv": SUMMARY.replace(b"110.166667", b"110.2")}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0
    row = round_of(tmp_path / "data")
    assert (row["official"] - row["agree"], row["official_power"], row["agree_power"]) == (0, 1, 0)


def test_another_value_is_not_confirmed(tmp_path: Path):
    files = small_tree() | {"summary.csv": changed(Result="1234.99")}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data") == 0
    row = round_of(tmp_path / "data")
    assert row["official"] - row["agree"] == 1


def test_a_summary_that_the_results_were_read_from_confirms_nothing(tmp_path: Path):
    (tmp_path / "summary.csv").write_bytes(SUMMARY)
    assert ingest(tmp_path / "summary.csv", tmp_path / "data") == 0
    row = round_of(tmp_path / "data")
    assert (row["source"], row["results"]) == ("compiled", 3)
    nothing = ("confirmed_by", "official", "agree", "official_power", "agree_power")
    assert [row[name] for name in nothing] == [None] * 5
    assert row["differences"] == 0
    assert rows(tmp_path / "data", "select count(official_value) from results") == [(0,)]


@pytest.mark.parametrize(
    ("location", "wanted"),
    [
        ("./closed/Acme/results/box/resnet50/Offline/performance/run_1", "tree"),
        ("closed/Acme/results/box/resnet50/Offline", "tree"),
        ("closed/Acme/results/box-v1.2/resnet50/Offline/performance/run_1/result_summary.json", "blob"),
    ],
)
def test_a_record_leads_to_its_folder_and_a_file_to_its_page(tmp_path: Path, location: str, wanted: str):
    records = [{**next(csv.DictReader(io.StringIO(SUMMARY.decode()))), "Location": location}]
    (tmp_path / "summary.json").write_text(json.dumps(records))
    assert ingest(tmp_path / "summary.json", tmp_path / "data") == 0
    small.build(tmp_path / "data")
    (found,) = rows(tmp_path / "data", "select source_url from results")
    place = f"https://github.com/mlcommons/inference_results_v2.1/{wanted}/HEAD/{location.removeprefix('./')}"
    assert found == (place,)


def test_what_a_round_lacks_is_told_from_the_data(tmp_path: Path):
    folder = small.build(small.write(tmp_path / "small"))
    db = Database(folder / (folder / "current").read_text().strip(), Settings(data=folder))
    assert coverage.lacking(db, "v1.0") == ["public IDs"]
    (tmp_path / "summary.csv").write_bytes(SUMMARY)
    assert ingest(tmp_path / "summary.csv", tmp_path / "data") == 0
    folder = small.build(tmp_path / "data")
    db = Database(folder / (folder / "current").read_text().strip(), Settings(data=folder))
    assert coverage.lacking(db, "v2.1")[:2] == ["latencies, targets and runs", "public IDs"]


def test_the_page_of_a_system_without_logs_says_so_once_and_draws_no_empty_column(open_page: Open, tmp_path: Path):
    (tmp_path / "summary.csv").write_bytes(SUMMARY)
    assert ingest(tmp_path / "summary.csv", tmp_path / "data") == 0
    small.build(tmp_path / "data")
    page = open_page("system", "v=1&entry=v2.1/closed/Acme/box", tmp_path / "data")
    assert_well(page)
    said = [str(item.value) for item in (*page.caption, *page.info, *page.warning)]
    assert sum("latencies" in words for words in said) == 1
    results = table_with(page, "place")
    assert "target_qps" not in results.columns
    assert results.drop(columns=["mark"]).notna().any().all()
