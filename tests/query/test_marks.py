"""Which rows of a ranking are odd, beside what, and how far: findings of our own planted into the small data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.compute as pc
import pytest

from lib.query import rankings
from lib.query.connection import Database
from lib.query.marks import Mark, marks_of
from lib.settings import Settings
from lib.show.oddities import apart, chosen, sentence
from lib.show.wording import times
from tests.query.fixtures import selected

SERVER = "round=v1.0&division=closed&benchmark=resnet50&scenario=Server"
STREAM = "round=v1.0&division=closed&benchmark=resnet50&scenario=SingleStream"
FOUR, T4, CPU, EDGE = (f"v1.0/closed/{name}/resnet50" for name in ("Beta/four", "Gamma/t4", "Delta/cpu", "Edge/both"))
BIG, TRITON = "v1.0/closed/Acme/big/resnet50", "v1.0/closed/Acme/big_Triton/resnet50"
Planted = tuple[str, float, str, str, list[dict[str, Any]], dict[str, str], dict[str, Any]]


def gap(scenario: str, ratio: float, faster: str, slower: str) -> dict[str, Any]:
    return {"scenario": scenario, "ratio": ratio, "faster": faster, "slower": slower}


def planted(folder: Path, to: Path, *findings: Planted) -> Database:
    """The small data whose findings are these alone: kind, ratio, faster, slower, gaps, roles by result, extras."""
    (path,) = folder.glob("plumbline-*.duckdb")
    shutil.copy(path, to / path.name)
    with duckdb.connect(str(to / path.name)) as connection:
        connection.execute("delete from anomalies; delete from anomaly_members")
        for number, (kind, ratio, faster, slower, gaps, roles, extras) in enumerate(findings):
            evidence = {
                "threshold": 1.1, "known": [], "unknown": [], "likely": [], "differences": [],
                "faster": faster, "slower": slower, "gaps": gaps, **extras,
            }  # fmt: skip
            connection.execute(
                "insert into anomalies by name select ? as anomaly_id, ? as kind, 'v1.0' as round, 1.0 as score, "
                "? as ratio, 'x' as finding, ? as evidence, 'x' as title, 'x' as family, true as is_default",
                [f"planted-{number}", kind, ratio, json.dumps(evidence)],
            )
            for result, role in roles.items():
                connection.execute(
                    "insert into anomaly_members values (?, ?, ?, ?)",
                    [f"planted-{number}", result, role, role != "context"],
                )
    return Database(to / path.name, Settings())


def marks(db: Database, query: str, all_of_them: bool = False) -> tuple[tuple[Mark, ...], list[dict[str, Any]]]:
    selection = selected(query)
    table = rankings.ranked(db, selection, rankings.SHOWN).table
    table = table.filter(pc.is_valid(table["rank"]))
    return marks_of(db, selection, rankings.groups_of(table)[0], table, all_of_them), table.to_pylist()


def test_twins_are_a_pair_with_both_ends(small: Database):
    (own, pair), rows = sorted(marks(small, SERVER)[0], key=lambda mark: mark.beside), marks(small, SERVER)[1]
    assert (pair.beside, rows[pair.odd]["platform"], rows[pair.other or 0]["platform"]) == ("twin", "big_Triton", "big")
    assert (pair.expected, pair.ratio, pair.lost) == (300.0, 1.5, 100.0)
    assert (own.beside, own.is_above, rows[own.odd]["platform"]) == ("own", True, "four")
    assert own.expected == pytest.approx(160.25)


def test_a_twin_that_the_filters_leave_out_is_named():
    mark = Mark("x", "twins", "twin", 0, 2.0, 2.0, 1.0, True, other_name="1.0-30")
    row = {"public_id": "1.0-31", "rank": 1}
    assert sentence(mark, row, None, False) == "1.0-31 is 2.00x below its twin 1.0-30: same hardware"
    assert apart(mark, row, None, True) == ("2.00x", "slower than its twin 1.0-30")


def test_the_missing_end_of_a_pair_leaves_its_value_by_the_gap(small: Database):
    found, _ = marks(small, SERVER + "&q=triton")
    assert [(mark.beside, mark.other, round(mark.expected)) for mark in found] == [("twin", None, 300)]
    assert found[0].other_name == "Acme Box (8x A100, TensorRT)"


def test_an_outlier_stands_beside_its_peers_median(small_folder: Path, tmp_path: Path):
    roles = {f"{T4}/Server": "outlier", f"{CPU}/Server": "context", f"{EDGE}/Server": "context"}
    gaps = [gap("Server", 4.0, f"{CPU}/Server", f"{T4}/Server")]
    db = planted(small_folder, tmp_path, ("peer-outlier", 9.0, f"{CPU}/Server", f"{T4}/Server", gaps, roles, {"z": -9}))
    (mark,), rows = marks(db, SERVER)
    assert (rows[mark.odd]["platform"], mark.expected, mark.peers, mark.is_each) == ("t4", 200.0, 2, True)
    ratio, against = apart(mark, rows[mark.odd], None, False)
    assert f"{ratio} {against}" == "4.00x below the median of 2 like systems per accelerator"
    assert marks(db, SERVER + "&per=watt")[0] == ()
    assert marks(db, SERVER + "&per=accelerator")[0][0].expected == 50.0


def test_an_outlier_among_latencies_is_slower_where_its_bar_is_longer(small_folder: Path, tmp_path: Path):
    slow = ("peer-outlier", 2.0, f"{EDGE}/SingleStream", f"{T4}/SingleStream",
            [gap("SingleStream", 1.5, f"{EDGE}/SingleStream", f"{T4}/SingleStream")],
            {f"{T4}/SingleStream": "outlier", f"{EDGE}/SingleStream": "context"}, {})  # fmt: skip
    (mark,), rows = marks(planted(small_folder, tmp_path, slow), STREAM)
    assert (rows[mark.odd]["value"], mark.expected) == (0.75, 0.5)
    assert apart(mark, rows[mark.odd], None, True)[1] == "slower than the median of 1 like systems"


def test_of_two_sizes_that_which_does_less_with_each_accelerator_is_odd(small_folder: Path, tmp_path: Path):
    roles = {f"{FOUR}/Server": "smaller", f"{BIG}/Server": "larger"}
    db = planted(small_folder, tmp_path, ("scaling", 1.33, f"{BIG}/Server", f"{FOUR}/Server", [], roles, {}))
    (mark,), rows = marks(db, SERVER)
    assert (rows[mark.odd]["platform"], rows[mark.other or 0]["platform"]) == ("big", "four")
    assert (mark.expected, round(mark.ratio, 2)) == (400.0, 1.33)
    assert "less per accelerator than Beta four" in sentence(mark, rows[mark.odd], rows[mark.other or 0], False)


def test_a_larger_system_below_a_smaller_one_and_a_system_below_its_former_self(small_folder: Path, tmp_path: Path):
    below = ("inverse", 1.5, f"{FOUR}/Server", f"{T4}/Server", [],
             {f"{T4}/Server": "larger", f"{FOUR}/Server": "context"}, {})  # fmt: skip
    former = ("former-self", 2.0, "v2.0/closed/Delta/cpu/resnet50/Server", f"{CPU}/Server",
              [gap("Server", 2.0, "v2.0/closed/Delta/cpu/resnet50/Server", f"{CPU}/Server")],
              {f"{CPU}/Server": "worse", "v2.0/closed/Delta/cpu/resnet50/Server": "context"}, {})  # fmt: skip
    found, rows = marks(planted(small_folder, tmp_path, below, former), SERVER)
    told = {mark.beside: sentence(mark, rows[mark.odd], None, False) for mark in found}
    assert set(told) == {"smaller", "former"}
    assert told["former"].endswith("is 2.00x below itself in v2.0")


def test_a_share_of_offline_unlike_the_peers_is_drawn_where_server_is_ranked(small_folder: Path, tmp_path: Path):
    share = ("scenario-ratio", 1.6, f"{T4}/Server", f"{T4}/Offline",
             [gap("Server / Offline", 2.0, f"{T4}/Server", f"{T4}/Offline")],
             {f"{T4}/Server": "server", f"{T4}/Offline": "offline"}, {"z": -5.0})  # fmt: skip
    db = planted(small_folder, tmp_path, share)
    (mark,), _ = marks(db, SERVER)
    assert (mark.beside, mark.is_above, mark.expected) == ("share", False, 80.0)
    assert marks(db, SERVER.replace("Server", "Offline"))[0] == ()


def test_a_row_is_marked_once_and_at_most_four_are_drawn_far_ones_from_below_too():
    at = [Mark(f"a{odd}", "twins", "twin", odd, 9.0, ratio, 9.0 - odd, True) for odd, ratio in
          ((1, 1.2), (12, 1.9), (13, 2.5), (2, 1.3), (3, 1.3), (4, 1.3))]  # fmt: skip
    assert [mark.odd for mark in chosen(at, 10)] == [1, 13, 2, 3]
    assert [times(ratio) for ratio in (1.005, 9.999, 12.34, 0.079)] == ["1.00x", "10.00x", "12.3x", "0.079x"]


def test_findings_without_two_ends_mark_nothing(small_folder: Path, tmp_path: Path):
    roles = {f"{BIG}/Server": "better", f"{TRITON}/Server": "worse"}
    db = planted(small_folder, tmp_path, ("rank-shift", 2.0, f"{BIG}/Server", f"{TRITON}/Server", [], roles, {}))
    assert marks(db, SERVER)[0] == ()
