"""What the rules must find in the published rounds, that they say it in plain words, and that nothing of it is lost."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.findings import detect, rules
from lib.findings.evidence import read
from lib.findings.finding import Role
from lib.findings.precedents import drawn
from lib.settings import ROOT

pytestmark = pytest.mark.skipif(
    not (ROOT / "data" / "rounds" / "v1.0" / "results.parquet").is_file(),
    reason="the project's rounds are not in data/rounds",
)


@pytest.fixture(scope="module")
def database(data_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    name = (data_folder / "current").read_text("utf-8").strip()
    with duckdb.connect(str(data_folder / name), read_only=True) as connection:
        yield connection


def about(database: duckdb.DuckDBPyConnection, kind: str, *patterns: str, name: str = "v1.0") -> list[dict[str, Any]]:
    """Findings of a kind in a round, one member's result ID like each of the patterns."""
    liked = " and ".join(
        f"exists (from anomaly_members m where m.anomaly_id = a.anomaly_id and m.is_about and m.result_id like ${at})"
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
        "Same hardware, 1.44x apart in Server, 1.01x in Offline: the slower one, 1.0-31, runs behind Triton 21.02 (27 "
        "of 214 other such pairs are as far apart); it was asked for 180,000 queries/s, the faster one for 260,000 "
        "(resnet50, 1.0-30 ahead of 1.0-31)."
    )
    assert finding["cause"] == "Triton, lower target"
    assert finding["is_default"]
    told = evidence(finding)
    assert "Only Server is apart: 1.01x in Offline." in told["known"]
    assert "Latency at the 99th percentile: 6.28 of 15.00 ms for 1.0-30, 12.39 of 15.00 ms for 1.0-31." in told["known"]
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


SERVER_PAIRS = "from pairs where scenario = 'Server' and is_same_submitter"
# Pairs with the serving layers none and Triton: how far ahead the side with none is.
NONE_AGAINST_TRITON = f"""
select list(case when first_values[nth] is null then log_ratio else -log_ratio end)
from (select *, list_position(factors, 'serving') as nth {SERVER_PAIRS})
where (first_values[nth] is null and second_values[nth] = 'Triton'
       or second_values[nth] is null and first_values[nth] = 'Triton')
  and not list_has_any([regexp_replace(id, '/[^/]*/[^/]*$', '') for id in [first_id, second_id]], $1)
"""


def test_the_documentation_s_example_of_a_likelihood_is_what_the_pairs_say(database: duckdb.DuckDBPyConnection) -> None:
    (finding,) = about(database, "twins", *PAIR)
    told = read(finding["evidence"])
    systems = [str(result).rsplit("/", 2)[0] for result in (told.faster, told.slower)]
    ((ahead,),) = database.execute(NONE_AGAINST_TRITON, [systems]).fetchall()
    ((sizes,),) = database.execute(f"select list(abs(log_ratio)) {SERVER_PAIRS}").fetchall()
    least = math.log(finding["ratio"])
    n, as_far, far = len(ahead), sum(gap >= least for gap in ahead), sum(gap >= least for gap in sizes)
    usual = far / len(sizes) / 2
    likelihood = drawn(as_far / n, n, usual)
    serving = next(item for item in told.differences if item.field == "serving")
    assert serving.likelihood == round(likelihood, 4)
    assert serving.precedent is not None
    assert (serving.precedent.n, serving.precedent.as_far) == (n, as_far)
    text = (ROOT / "docs" / "anomalies.md").read_text("utf-8")
    for said in (
        f"Of the {n} other pairs of one submitter in Server with the serving layers none and Triton, {as_far} "
        f"({as_far / n:.1%}) have",
        f"Of all {len(sizes)} pairs of one submitter in Server {far} are so far apart",
        f"{far} / {len(sizes)} / 2 = {usual:.4f}",
        f"({as_far} + 4 x {usual:.4f}) / ({n} + 4) = {likelihood:.4f}",
        f"(3 + 4 x {usual:.4f}) / (3 + 4) = {drawn(1.0, 3, usual):.4f} and not 1",
        f"without any it is {drawn(0.0, 0, usual):.4f}",
    ):
        assert said in text


def test_twins_of_one_submitter_27_times_apart_in_both_accuracy_targets(database: duckdb.DuckDBPyConnection) -> None:
    findings = about(
        database, "twins", "%/HPE-ProLiant-XL645d%_Triton/dlrm-99/Server", "%XL645d%_Triton/dlrm-99.9/Server"
    )
    assert [round(finding["ratio"], 1) for finding in findings] == [27.5]
    assert findings[0]["is_default"]
    assert findings[0]["cause"] == "lower target"
    assert "behind Triton 21.02, but none of 213 other such pairs is as far apart" in findings[0]["finding"]


@pytest.mark.parametrize(("benchmark", "ratio"), [("dlrm-99/Server", 12.65), ("3d-unet-99/Offline", 2.95)])
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
    # One run under two names names each such result; no other finding looks at more than one result of a system there.
    rows = (
        "select count(*) from anomaly_members m join anomalies using (anomaly_id) "
        "where split_part(result_id, '/', 2) = 'open' and (evidence ->> 'why') is distinct from 'latencies'"
    )
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


def test_every_evidence_is_read_as_it_is_typed_and_names_members(database: duckdb.DuckDBPyConnection) -> None:
    members: dict[str, set[str | None]] = {}
    for anomaly, result in database.execute("select anomaly_id, result_id from anomaly_members").fetchall():
        members.setdefault(anomaly, set()).add(result)
    for anomaly, kind, text in database.execute("select anomaly_id, kind, evidence from anomalies").fetchall():
        told = read(text)
        assert told.differences == () or told.faster or kind == "description"
        assert {told.faster, told.slower} - {None} <= members[anomaly], anomaly


def test_a_result_is_a_member_once_and_its_role_says_whether_the_finding_is_about_it(
    database: duckdb.DuckDBPyConnection,
) -> None:
    twice = "select result_id from anomaly_members group by anomaly_id, result_id having count(*) > 1"
    assert database.execute(twice).fetchall() == []
    told = database.execute("select distinct role, is_about from anomaly_members").fetchall()
    # No published result has a unit that is doubted, as long as every rule of units is known.
    roles = {role: role.is_about for role in Role if role is not Role.DOUBTED_UNIT}
    assert {Role(role): is_about for role, is_about in told} == roles
    about_none = "select anomaly_id from anomaly_members group by anomaly_id having not bool_or(is_about)"
    assert database.execute(about_none).fetchall() == []


def test_ids_stand_once_and_none_of_what_is_found_is_lost(database: duckdb.DuckDBPyConnection) -> None:
    """Two systems share a value in each accuracy target of one model: of eight such pairs of findings one was lost."""
    assert database.execute("select anomaly_id from anomalies group by 1 having count(*) > 1").fetchall() == []
    found = database.execute(
        "select a.finding from anomalies a join anomaly_members m using (anomaly_id) "
        "where kind = 'identical' and round = 'v0.7' and m.result_id like '%NVIDIA/DGX-A100_A100-SXM4x8_TRT/bert-99%' "
        "and m.role = 'same target' order by 1"
    ).fetchall()
    assert [re.search(r"same ([\d,.]+) Queries/s in (\S+) Server", text)[0] for (text,) in found] == [  # type: ignore[index]
        "same 11,502.44 Queries/s in bert-99.9 Server",
        "same 24,757.49 Queries/s in bert-99 Server",
    ]


def test_the_pairs_say_what_each_side_states_in_every_factor_that_differs(database: duckdb.DuckDBPyConnection) -> None:
    uneven = "from pairs where len(factors) <> len(first_values) or len(factors) <> len(second_values) or unit is null"
    assert database.execute(uneven).fetchall() == []
    stated = "select unnest(factors) as factor, unnest(first_values) as one, unnest(second_values) as other from pairs"
    assert database.execute(f"from ({stated}) where one is not distinct from other").fetchall() == []
    layers = """
    select count(*), count(*) filter (first_values[nth] is not distinct from split_part(a.serving, ' ', 1))
    from (select *, list_position(factors, 'serving') as nth from pairs) p join results a on a.result_id = p.first_id
    where nth is not null and a.serving not like '%,%'
    """
    count, same = database.execute(layers).fetchone() or (0, 0)
    assert count == same > 100


def test_findings_are_plain_sentences(database: duckdb.DuckDBPyConnection) -> None:
    for (finding,) in database.execute("select finding from anomalies").fetchall():
        assert finding.endswith(".")
        assert not re.search(r"\bnan\b|\bNone\b|<NA>|<[a-z]+>|\*\*|`", finding), finding


def test_the_same_tables_come_out_twice(database: duckdb.DuckDBPyConnection) -> None:
    first, second = detect(database), detect(database)
    assert set(first) == {"anomalies", "anomaly_members", "pairs"}
    assert all(first[name].equals(second[name]) for name in first)


def test_the_finding_beside_a_result_is_one_to_act_on_or_a_description_to_doubt(
    database: duckdb.DuckDBPyConnection,
) -> None:
    rows = database.execute(
        "select count(*), count(*) filter (is_default), count(*) filter (list = 'descriptions'), "
        "count(*) filter (not is_default and kind <> 'twins' and list <> 'descriptions') "
        "from results join anomalies using (anomaly_id)"
    ).fetchone()
    assert rows is not None
    assert min(rows[:3]) > 100
    assert rows[3] == 0


def test_a_finding_about_results_goes_before_a_description_beside_a_result(
    database: duckdb.DuckDBPyConnection,
) -> None:
    both = (
        "from (select result_id from marks group by 1 having count(distinct list = 'results') = 2) "
        "join results using (result_id) join anomalies using (anomaly_id)"
    )
    ((told, of_results),) = database.execute(f"select count(*), count(*) filter (list = 'results') {both}").fetchall()
    assert told == of_results > 10


def first_of(database: duckdb.DuckDBPyConnection, name: str, condition: str = "true") -> list[str]:
    """The sentences of a round's first ten findings about the results under a condition, in the page's order."""
    rows = database.execute(
        "select finding from anomalies a where is_default and exists (select 1 from anomaly_members m "
        f"join results r using (result_id) where m.anomaly_id = a.anomaly_id and is_about and {condition}) "
        "and round = ? order by score desc, anomaly_id limit 10",
        [name],
    ).fetchall()
    return [finding for (finding,) in rows]


# What somebody who read a round's tables by hand would report of it first.
LEADS = {
    "v0.7": "GIGABYTE G292-Z43 16xT4 in bert-99.9: ",
    "v5.1": "5.1-0047 in llama2-70b-99 and llama2-70b-99.9: Server beats the system's own Offline by 26.4%",
    "v6.0": "Same accelerators and CPUs of two submitters, 2.14x apart in Server",
}


@pytest.mark.parametrize(("name", "lead"), LEADS.items())
def test_each_round_leads_with_what_an_analyst_would_report(
    database: duckdb.DuckDBPyConnection, name: str, lead: str
) -> None:
    assert first_of(database, name)[0].startswith(lead)


def test_the_pair_stands_high_in_its_round(database: duckdb.DuckDBPyConnection) -> None:
    usual = "r.division = 'closed' and r.availability = 'available' and r.is_datacenter"
    first = [
        finding.startswith("Same hardware, 1.44x apart in Server") for finding in first_of(database, "v1.0", usual)
    ]
    assert first.index(True) <= 5


def test_no_demonstration_and_no_description_is_in_a_default_view(database: duckdb.DuckDBPyConnection) -> None:
    told = "select list, count(*), count(*) filter (is_default) from anomalies group by 1 order by 1"
    counts = {name: (count, default) for name, count, default in database.execute(told).fetchall()}
    assert set(counts) == {"demonstrations", "descriptions", "results"}
    assert counts["demonstrations"][0] > 50
    assert counts["demonstrations"][1] == counts["descriptions"][1] == 0
    named = "reference|armnn|arm nn|tflite|tensorflow lite"
    assert (
        database.execute(
            f"select finding from anomalies where is_default and regexp_matches(lower(finding), '{named}')"
        ).fetchall()
        == []
    )


def test_no_pair_or_system_has_more_than_two_of_a_round_s_first_five_places(
    database: duckdb.DuckDBPyConnection,
) -> None:
    thrice = """
    select round, family, count(*) from (
        select *, row_number() over (partition by round order by score desc, anomaly_id) as place
        from anomalies where is_default) where place <= 5
    group by all having count(*) > 2
    """
    assert database.execute(thrice).fetchall() == []


def test_all_that_is_in_a_default_view_has_its_score(database: duckdb.DuckDBPyConnection) -> None:
    low = "select anomaly_id from anomalies where is_default and score < ?"
    assert database.execute(low, [rules.LEAST_SCORE]).fetchall() == []
