"""What the rules must find in the published rounds, that they say it in plain words, and that they do so in time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.findings import detect, rules
from lib.settings import ROOT

pytestmark = pytest.mark.skipif(
    not (ROOT / "data" / "rounds" / "v1.0" / "results.parquet").is_file(),
    reason="the project's rounds are not in data/rounds",
)
MOST_SECONDS = 20.0


@pytest.fixture(scope="module")
def database(data_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    name = (data_folder / "current").read_text("utf-8").strip()
    with duckdb.connect(str(data_folder / name), read_only=True) as connection:
        yield connection


def about(database: duckdb.DuckDBPyConnection, kind: str, *patterns: str, name: str = "v1.0") -> list[dict[str, Any]]:
    """Findings of a kind in a round, one member's result ID like each of the patterns."""
    liked = " and ".join(
        "exists (from anomaly_members m where m.anomaly_id = a.anomaly_id and m.role <> 'context' "
        f"and m.result_id like ${at})"
        for at, _ in enumerate(patterns, 3)
    )
    cursor = database.execute(
        f"from anomalies a where kind = $1 and round = $2 and {liked} order by score desc", [kind, name, *patterns]
    )
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def evidence(finding: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(finding["evidence"])
    return found


PAIR = ("%/DGX-A100_A100-SXM-80GBx8_TRT/resnet50/Server", "%/DGX-A100_A100-SXM-80GBx8_TRT_Triton/resnet50/Server")


def test_the_pair_that_the_dispatch_saw(database: duckdb.DuckDBPyConnection) -> None:
    (finding,) = about(database, "twins", *PAIR)
    assert finding["finding"] == (
        "Same hardware, 1.44x apart in Server, 1.01x in Offline: one runs behind Triton 21.02; they were asked for "
        "260,000 and 180,000 queries/s (resnet50, 1.0-30 and 1.0-31)."
    )
    assert finding["is_default"]
    told = evidence(finding)
    assert "Only Server is apart: 1.01x in Offline." in told["known"]
    assert [round(gap["ratio"], 2) for gap in told["gaps"]] == [1.01, 1.44]
    serving = next(item for item in told["differences"] if item["field"] == "serving")
    assert serving["precedent"]["n"] > 100
    assert told["unknown"]


def test_one_of_the_two_runs_behind_another_layer_and_the_precedents_are_of_that_layer(
    database: duckdb.DuckDBPyConnection,
) -> None:
    (finding,) = about(database, "twins", *PAIR)
    assert evidence(finding)["differences"][0]["field"] == "serving"
    assert evidence(finding)["likely"][0].startswith("serving, none against Triton: in ")


def test_twins_of_one_submitter_27_times_apart_in_both_accuracy_targets(database: duckdb.DuckDBPyConnection) -> None:
    findings = about(
        database, "twins", "%/HPE-ProLiant-XL645d%_Triton/dlrm-99/Server", "%XL645d%_Triton/dlrm-99.9/Server"
    )
    assert [round(finding["ratio"], 1) for finding in findings] == [27.5]
    assert findings[0]["is_default"]
    assert "behind Triton" in findings[0]["finding"]


@pytest.mark.parametrize(("benchmark", "ratio"), [("dlrm-99/Server", 14.27), ("3d-unet-99/Offline", 2.96)])
def test_an_entry_far_below_systems_with_the_same_accelerators(
    database: duckdb.DuckDBPyConnection, benchmark: str, ratio: float
) -> None:
    (finding,) = about(database, "peer-outlier", f"%/GIGABYTE_G492-ZD0_A100-SXM-80GBx8/{benchmark}")
    assert round(finding["ratio"], 2) == ratio
    assert finding["is_default"]


def test_all_entries_of_one_model_are_one_finding(database: duckdb.DuckDBPyConnection) -> None:
    (finding,) = about(
        database, "peer-outlier", "%/GIGABYTE_G492-ZD0%/dlrm-99/Server", "%/GIGABYTE_G492-ZD0%/dlrm-99.9/Offline"
    )
    assert "at 4% of the latency allowed" in finding["finding"]
    assert (
        "2.95x below the median" in about(database, "peer-outlier", "%/GIGABYTE_G492-ZD0%/3d-unet-99/%")[0]["finding"]
    )


def test_every_entry_whose_server_beats_its_offline_is_in(database: duckdb.DuckDBPyConnection) -> None:
    wanted = database.execute(
        "select distinct s.result_id from results s join results o using (system_id, benchmark) "
        "where s.round = 'v1.0' and s.division = 'closed' and s.scenario = 'Server' and o.scenario = 'Offline' "
        "and s.value > o.value order by 1"
    ).fetchall()
    found = database.execute(
        "select m.result_id from anomaly_members m join anomalies using (anomaly_id) "
        "where kind = 'server-over-offline' and round = 'v1.0' and role = 'server' order by 1"
    ).fetchall()
    assert len(wanted) == 8
    assert found == wanted


def test_the_leader_that_is_seventh_elsewhere(database: duckdb.DuckDBPyConnection) -> None:
    (finding,) = about(database, "rank-shift", "%/Inspur/NF5488A5_A100-SXM-80GBx8_TRT/%")
    ranks = {(item["benchmark"], item["scenario"]): item["rank"] for item in evidence(finding)["ranks"]}
    wanted = [("dlrm-99", "Server"), ("resnet50", "Server"), ("3d-unet-99", "Offline")]
    assert [ranks[place] for place in wanted] == [1, 1, 7]
    assert finding["finding"].startswith("NF5488A5 ranks 1, 1 and 7 in dlrm-99 Server")


def test_one_run_for_two_accuracy_targets_is_never_in_the_default_view(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute(
        "select evidence ->> 'why', count(*), count(*) filter (is_default) from anomalies "
        "where kind = 'identical' group by 1"
    ).fetchall()
    counts = {why: (count, default) for why, count, default in rows}
    assert counts["accuracy targets"][0] > 100
    assert [counts[why][1] for why in ("accuracy targets", "target", "run")] == [0, 0, 0]


def test_the_default_view_is_short_and_the_open_division_s_sweeps_do_not_flood_any(
    database: duckdb.DuckDBPyConnection,
) -> None:
    shown = dict(database.execute("select round, count(*) from anomalies where is_default group by 1").fetchall())
    assert max(shown.values()) <= 80
    rows = "select count(*) from anomaly_members where split_part(result_id, '/', 2) = 'open'"
    assert (database.execute(rows).fetchone() or (0,))[0] < 500


def test_every_finding_has_evidence_members_and_a_rule(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute("select kind, finding, evidence, anomaly_id from anomalies").fetchall()
    known = {rule.kind for rule in rules.RULES}
    with_members = {row[0] for row in database.execute("select distinct anomaly_id from anomaly_members").fetchall()}
    for kind, _, text, anomaly in rows:
        told = json.loads(text)
        assert kind in known
        assert anomaly in with_members
        assert {"threshold", "differences", "known", "likely", "unknown"} <= set(told)
        assert told["known"]


def test_findings_are_plain_sentences(database: duckdb.DuckDBPyConnection) -> None:
    for (finding,) in database.execute("select finding from anomalies").fetchall():
        assert finding.endswith(".")
        assert not re.search(r"\bnan\b|\bNone\b|<NA>|<[a-z]+>|\*\*|`", finding), finding


def test_the_same_tables_come_out_twice_and_in_time(database: duckdb.DuckDBPyConnection) -> None:
    started = time.process_time()
    first = detect(database)
    assert time.process_time() - started < MOST_SECONDS
    second = detect(database)
    assert all(first[name].equals(second[name]) for name in first)


def test_the_finding_beside_a_result_is_one_of_the_default_view_or_of_twins(
    database: duckdb.DuckDBPyConnection,
) -> None:
    rows = database.execute(
        "select count(*), count(*) filter (not is_default and kind <> 'twins') "
        "from results join anomalies using (anomaly_id)"
    ).fetchone()
    assert rows is not None
    assert rows[0] > 100
    assert rows[1] == 0
