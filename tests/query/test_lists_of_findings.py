"""The lists of findings: what one acts on, descriptions to doubt, demonstrations, all; each says how many it has."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lib.query import findings
from lib.query.connection import Database
from lib.selection import Selection, of
from lib.settings import Settings
from tests.query import small as small_data

# By id: its list, whether it is in the default view, its score.
PLANTED = {
    "twins-0000000001": ("results", True, 3.0),
    "twins-0000000002": ("results", False, 9.0),
    "twins-0000000003": ("results", True, 2.0),
    "description-0000000001": ("descriptions", False, 0.5),
    "description-0000000002": ("descriptions", False, 0.25),
    "twins-0000000004": ("demonstrations", False, 5.0),
}
BIG = "v1.0/closed/Acme/big"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The small data with these findings alone, all about one result."""
    folder = small_data.build(small_data.write(tmp_path_factory.mktemp("lists")))
    path: Path = next(folder.glob("plumbline-*.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create temp table kept as from anomalies where kind = 'twins' limit 1")
        connection.execute("delete from anomalies; delete from anomaly_members")
        for name, (in_list, is_default, score) in PLANTED.items():
            connection.execute(
                "insert into anomalies by name select * replace "
                "(? as anomaly_id, ? as kind, ? as list, ? as is_default, ? as score) from kept",
                [name, name.rsplit("-", 1)[0], in_list, is_default, score],
            )
            connection.execute(
                "insert into anomaly_members (anomaly_id, result_id, role, is_about) values (?, ?, 'apart', true)",
                [name, f"{BIG}/resnet50/Offline"],
            )
    return Database(path, Settings())


def told(answer: findings.Answer) -> list[str]:
    return [row["anomaly_id"] for row in answer.table.to_pylist()]


@pytest.mark.parametrize(
    ("show", "wanted"),
    [
        ([], ["twins-0000000001", "twins-0000000003"]),
        (["default"], ["twins-0000000001", "twins-0000000003"]),
        (["descriptions"], ["description-0000000001", "description-0000000002"]),
        (["demonstrations"], ["twins-0000000004"]),
        (["all"], sorted(PLANTED, key=lambda name: -PLANTED[name][2])),
    ],
)
def test_each_list_holds_its_own_the_weightiest_first(planted: Database, show: list[str], wanted: list[str]):
    answer = findings.anomalies(planted, of({"show": show}))
    assert told(answer) == wanted
    assert answer.total == len(wanted)
    assert {row["list"] for row in answer.table.to_pylist()} <= {"results", "descriptions", "demonstrations"}


def test_a_list_that_is_cut_says_of_how_many(planted: Database):
    answer = findings.anomalies(planted, of({"show": ["all"]}), 2)
    assert (len(told(answer)), answer.total) == (2, len(PLANTED))


def test_a_kind_chooses_within_the_list(planted: Database):
    assert told(findings.anomalies(planted, of({"show": ["descriptions"], "kind": ["twins"]}))) == []


def test_the_csv_holds_what_the_list_does(planted: Database):
    chosen: Selection = of({"show": ["demonstrations"]})
    assert findings.exported(planted, chosen).num_rows == 1


def test_beside_a_result_stands_one_about_results_before_a_description(planted: Database):
    """A description to doubt marks what no finding about results does; the entry's page has them in this order too."""
    of_system = [row["list"] for row in findings.anomalies_of_system(planted, BIG)]
    assert of_system == ["results", "results", "results", "demonstrations", "descriptions"]
