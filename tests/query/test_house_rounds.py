"""House rounds beside published ones: the order, the default round, the eras, what the coverage page lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.database.build import build
from lib.query import coverage, defaults
from lib.query.connection import Database
from lib.rounds import COLUMNS, RoundsError
from lib.selection import Selection, of
from lib.settings import Settings
from tests.query import small

HOUSE = ("run-20261124", "house", "v99.0")


def of_rounds(folder: Path, *rounds: str) -> Path:
    """The small data with the results of its v2.0 under these rounds' names besides its own."""
    copies = {
        f"{name}/{entry.partition('/')[2]}": facts
        for name in rounds
        for entry, facts in small.SYSTEMS.items()
        if entry.startswith("v2.0/")
    }
    results = [
        (f"{name}/{row[0].partition('/')[2]}", *row[1:])
        for name in rounds
        for row in small.RESULTS
        if row[0].startswith("v2.0/")
    ]
    return small.write(folder, {**small.SYSTEMS, **copies}, [*small.RESULTS, *results])


def opened(folder: Path) -> Database:
    return Database(build(folder, Settings(data=folder)), Settings(data=folder))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = of_rounds(tmp_path_factory.mktemp("house"), *HOUSE)
    return opened(folder)


def test_rounds_are_a_table_with_their_order_and_whether_they_are_published(db: Database):
    rows = db.rows("select round, is_published, round_order from rounds order by round_order")
    assert [(row["round"], row["is_published"]) for row in rows] == [
        ("v1.0", True), ("v2.0", True), ("house", False), ("run-20261124", False), ("v99.0", False),
    ]  # fmt: skip
    assert [row["round_order"] for row in rows] == [1, 2, 3, 4, 5]


def test_a_house_round_is_never_the_default(db: Database):
    assert defaults.defaults(db).get("round") == ("v2.0",)
    assert defaults.round_names(db) == ["v2.0", "v1.0", "v99.0", "run-20261124", "house"]


def test_a_house_round_lies_after_every_break(db: Database):
    rows = db.rows("select distinct round, era from results where benchmark = '3d-unet-99' order by all")
    assert {row["round"]: row["era"] for row in rows} == {"v1.0": 0, "v2.0": 1} | dict.fromkeys(HOUSE, 1)


def test_house_rounds_alone_have_a_default_too(tmp_path):
    entry = next(name for name in small.SYSTEMS if name.startswith("v2.0/closed"))
    alone = [(f"mine/{row[0].partition('/')[2]}", *row[1:]) for row in small.RESULTS if row[0] == entry]
    folder = small.write(tmp_path, {f"mine/{entry.partition('/')[2]}": small.SYSTEMS[entry]}, alone)
    assert defaults.defaults(opened(folder)) == of({"round": ["mine"]})


def test_the_list_beside_the_data_gives_the_order(tmp_path):
    folder = of_rounds(tmp_path, "spring")
    (folder / "rounds.csv").write_text(
        f"{','.join(COLUMNS)}\nv2.0,2022-04-06,org/b,,v2.0,\nspring,2025-03-01,org/s,,v4.0,\nv1.0,,org/a,,v1.0,late\n"
    )
    db = opened(folder)
    assert defaults.round_names(db) == ["v1.0", "spring", "v2.0"]
    assert db.rows("select published, note from rounds where round = 'v1.0'") == [{"published": None, "note": "late"}]


def test_a_damaged_list_ends_the_build_with_its_file_and_line(tmp_path):
    folder = small.write(tmp_path)
    (folder / "rounds.csv").write_text(f"{','.join(COLUMNS)}\nv1.0,soon,,,,\n")
    with pytest.raises(RoundsError, match=r"'soon' is no date; expected YYYY-MM-DD \(.*rounds\.csv:2\)"):
        opened(folder)


def test_rounds_of_a_name_are_listed_in_the_rounds_order(tmp_path):
    entry = next(name for name in small.SYSTEMS if name.startswith("v1.0/open"))
    rounds = ("v2.0", "v1.0", "run-10", "run-9")
    systems = {f"{name}/{entry.partition('/')[2]}": small.SYSTEMS[entry] for name in rounds}
    db = opened(small.write(tmp_path, systems, [(name, "own", "Offline", 7.0, "Samples/s", {}) for name in systems]))
    (row,) = [row for row in coverage.unmapped(db, Selection()).table.to_pylist() if row["kind"] == "benchmark"]
    assert row["rounds"] == "v1.0 v2.0 run-9 run-10"


def test_names_and_units_without_a_canonical_one_are_listed_with_their_division(db: Database):
    found = {(row["kind"], row["name"]): row for row in coverage.unmapped(db, Selection()).table.to_pylist()}
    own, frames = found["benchmark", "own-model"], found["unit", "Frames/s"]
    assert (own["division"], own["rounds"], own["entries"], own["results"]) == ("open", "v1.0", 1, 1)
    assert (frames["division"], frames["results"]) == ("open", 2)
    assert {kind for kind, _ in found} <= {"accelerator", "cpu", "benchmark", "unit"}
