"""A finding's members within their field: the answer says which of them the finding is about."""

from __future__ import annotations

from pathlib import Path

from lib.query.connection import Database
from lib.query.findings import field_of_anomaly
from lib.settings import settings


def test_members_that_a_finding_is_not_about_are_told_from_those_it_is(data_folder: Path):
    """Both had a role alone, and the chart drew results shown for comparison as members in 339 of 413 findings."""
    database = Database(data_folder / (data_folder / "current").read_text("utf-8").strip(), settings())
    (row,) = database.rows(
        "select anomaly_id from anomaly_members where anomaly_id like 'twins%' "
        "group by 1 having count(*) filter (is_about) = 2 and count(*) > 3 "
        "order by 1 limit 1"
    )
    told = field_of_anomaly(database, row["anomaly_id"]).table.to_pylist()
    assert sum(item["is_about"] is True for item in told) == 2
    assert any(item["is_about"] is False for item in told)
    assert all((item["is_about"] is None) is (item["role"] is None) for item in told)


def test_the_best_of_each_field_stands_at_its_end_whatever_leads_in_the_other_suite(data_folder: Path):
    """Datacenter and edge results shared one line, so that a leader of its field was drawn at half of it."""
    database = Database(data_folder / (data_folder / "current").read_text("utf-8").strip(), settings())
    (row,) = database.rows(
        "select m.anomaly_id from anomaly_members m join results r using (result_id), "
        "unnest(r.system_types) as s(type) group by 1 having count(distinct s.type) = 2 order by 1 limit 1"
    )
    told = field_of_anomaly(database, row["anomaly_id"]).table.to_pylist()
    best: dict[tuple[str, ...], float] = {}
    for item in told:
        key = tuple(str(item[name]) for name in ("system_type", "benchmark", "scenario", "unit"))
        best[key] = max(best.get(key, 0.0), item["share"])
    assert {key[0] for key in best} == {"datacenter", "edge"}
    assert set(best.values()) == {1.0}
    ranks = {
        (found["result_id"], found["system_type"]): found["rank"]
        for found in database.rows("select result_id, system_type, rank from field_ranks")
    }
    assert all((item["share"] == 1.0) == (ranks[item["result_id"], item["system_type"]] == 1) for item in told)
