"""Units that cannot be: records planted beside good rounds, from the import to the finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lib.findings.case import Case
from lib.findings.detectors import units
from lib.findings.finding import Role
from tests.database.conftest import rows
from tests.findings.entries import case_of, entry
from tests.ingest.trees import as_folder, ingest, log, run
from tests.query import small

Row = dict[str, Any]
A100 = "NVIDIA A100-SXM-80GB"


def record(platform: str, model: str, scenario: str, value: float, unit: str, name: str) -> Row:
    return {
        "Organization": "Planted", "Availability": "available", "Division": "closed", "SystemType": "datacenter",
        "SystemName": platform, "Platform": platform, "Model": model, "MlperfModel": model, "Scenario": scenario,
        "Result": value, "Units": unit, "accelerator_model_name": A100, "accelerators_per_node": 8,
        "number_of_nodes": 1, "Location": f"closed/Planted/results/{platform}/{model}/{scenario}", "uid": name,
    }  # fmt: skip


def built(tmp_path: Path, **rounds: list[Row]) -> Path:
    """A data folder with these records as rounds (`v4_1` for v4.1), built."""
    folder = tmp_path / "data"
    for name, records in rounds.items():
        source = tmp_path / f"{name}.json"
        source.write_text(json.dumps(records))
        assert ingest(source, folder, name.replace("_", ".")) == 0
    return small.build(folder)


def pair(platform: str, name: str, offline: float, server: float, model: str = "gptj-99") -> list[Row]:
    kinds = (("Offline", offline), ("Server", server))
    return [record(platform, model, scenario, value, "Tokens/s", name) for scenario, value in kinds]


DOUBTED = "select result_id, is_ranked from results where doubt is not null order by result_id"


def test_beside_other_rounds_the_wrong_one_of_a_pair_is_told(tmp_path: Path):
    good = [*pair("a", "v4.1", 16000, 15000), *pair("b", "v4.1", 17000, 15500)]
    folder = built(tmp_path, v4_1=good, mine=pair("bad", "mine", 16000, 230))
    assert rows(folder, DOUBTED) == [("mine/closed/Planted/bad/gptj-99/Server", False)]
    (found,) = rows(folder, "select kind, finding, is_default from anomalies where kind = 'unit'")
    assert found[0] == "unit"
    assert "28.75 Tokens/s for one device" in found[1]
    assert found[2]
    told = rows(
        folder, "select severity, path from problems where message like 'the unit is doubted%' and round = 'mine'"
    )
    assert ("warning", "closed/Planted/results/bad/gptj-99/Server") in told


def test_a_pair_of_samples_under_tokens_is_told_by_the_other_rounds(tmp_path: Path):
    good = {name.replace(".", "_"): pair("good", name, 16000, 15000) for name in ("v4.1", "v5.1")}
    folder = built(tmp_path, **good, v5_0=pair("bad", "v5.0", 232, 217))
    assert [name.split("/")[3] for name, _ in rows(folder, DOUBTED)] == ["bad", "bad"]
    assert rows(folder, "select count(*) from anomalies where kind = 'unit'") == [(1,)]


def test_without_other_rounds_both_of_a_pair_are_doubted_at_import_too(tmp_path: Path):
    folder = built(tmp_path, v5_0=pair("bad", "v5.0", 16000, 230))
    assert [name.rpartition("/")[2] for name, _ in rows(folder, DOUBTED)] == ["Offline", "Server"]
    said = rows(folder, "select count(*), count(distinct path) from problems where message like 'the unit is doubted%'")
    assert said == [(2, 2)]  # the importer's line and the build's are one


def test_a_unit_that_the_rules_do_not_know_has_no_rank_and_a_corrected_one_says_why(tmp_path: Path):
    records = [
        record("a", "llama2-70b-99", "Offline", 30000, "Samples/s", "v4.0"),
        record("a", "llama2-70b-99", "Server", 100, "Queries/s", "v4.0"),
        record("a", "gptj-99", "Offline", 9000, "Tokens/s", "v4.0"),
    ]
    folder = built(tmp_path, v4_0=records)
    found = rows(
        folder, "select benchmark, unit_logged, unit, unit_source is not null, is_ranked from results order by 1, 2"
    )
    assert found == [
        ("gptj-99", "Tokens/s", "Tokens/s", False, False),
        ("llama2-70b-99", "Queries/s", "Queries/s", False, True),
        ("llama2-70b-99", "Samples/s", "Tokens/s", True, True),
    ]


def latency(platform: str, model: str, value: float, unit: str, name: str) -> Row:
    return record(platform, model, "SingleStream", value, f"Latency ({unit})", name)


def test_a_latency_that_overflows_in_its_unit_costs_that_result_alone(tmp_path: Path):
    folder = built(
        tmp_path,
        v4_1=[
            record("odd", "resnet50", "Offline", 900.0, "Samples/s", "v4.1"),
            latency("odd", "resnet50", 1e306, "s", "v4.1"),
            latency("good", "resnet50", 0.25, "s", "v4.1"),
        ],
    )
    found = rows(folder, "select platform, scenario, value, unit, is_ranked from results order by 1, 2")
    assert found == [
        ("good", "SingleStream", 250.0, "ms", True),
        ("odd", "Offline", 900.0, "Samples/s", True),
        ("odd", "SingleStream", 1e306, "s", False),
    ]


@pytest.mark.parametrize(("offline", "server"), [(5e-324, 1e20), (1e-310, 1e-310), (1.7e308, 5e-324)])
def test_values_without_a_ratio_stop_neither_import_nor_build(tmp_path: Path, offline: float, server: float):
    odd = pair("odd", "v5.1", offline, server)
    folder = built(tmp_path, v5_0=pair("good", "v5.0", 16000, 15000), v5_1=[*odd, *pair("fine", "v5.1", 16500, 15100)])
    assert [name.split("/")[3] for name, _ in rows(folder, DOUBTED)] == ["odd", "odd"]
    assert rows(folder, "select count(*) from anomalies where not isfinite(ratio) or not isfinite(score)") == [(0,)]


@pytest.mark.parametrize("times", [30, 150])
def test_merely_not_beyond_all_bounds_is_no_confirmation(tmp_path: Path, times: float):
    def rates(platform: str, name: str, offline: float) -> list[Row]:
        kinds = (("Offline", offline, "Samples/s"), ("Server", 15000, "Queries/s"))
        return [record(platform, "resnet50", scenario, value, unit, name) for scenario, value, unit in kinds]

    folder = built(tmp_path, v2_1=rates("good", "v2.1", 16000), v3_0=rates("bad", "v3.0", 16000 * times))
    assert rows(folder, DOUBTED) == [("v3.0/closed/Planted/bad/resnet50/Offline", False)]


def test_what_a_rule_doubts_is_doubted_once_however_large_it_is(tmp_path: Path):
    def samples(platform: str, name: str) -> list[Row]:
        kinds = (("Offline", 16000, "Samples/s"), ("Server", 15000, "Queries/s"))
        return [record(platform, "gptj-99", scenario, value, unit, name) for scenario, value, unit in kinds]

    before = [
        record("a", "gptj-99", s, v, u, "v4.0")
        for s, v, u in (("Offline", 230, "Samples/s"), ("Server", 215, "Queries/s"))
    ]
    folder = built(tmp_path, v4_0=before, v4_1=samples("bad", "v4.1"))
    assert [name.rpartition("/")[2] for name, _ in rows(folder, DOUBTED)] == ["Offline", "Server"]
    said = "select count(*), count(distinct path) from problems where message like 'the unit is doubted%'"
    assert rows(folder, said) == [(2, 2)]
    (evidence,) = rows(folder, "select evidence from anomalies where kind = 'unit'")
    assert len(json.loads(evidence[0])["known"]) == 2


def test_a_log_of_samples_where_tokens_are_published_has_no_rank(tmp_path: Path):
    files = {"closed/Acme/systems/box.json": log("system.json"), **run("offline", "Offline", "llama3.1-405b")}
    assert ingest(as_folder(files, tmp_path / "tree"), tmp_path / "data", "v5.0") == 0
    folder = small.build(tmp_path / "data")
    assert rows(folder, "select unit, unit_source, is_ranked from results") == [("Samples/s", None, False)]


def case(*doubts: Row) -> Case:
    columns = ["result_id", "system_id", "round", "division", "availability", "public_id", "system_name", "platform",
               "benchmark", "scenario", "value", "unit", "unit_doubt", "ratio", "beside"]  # fmt: skip
    return case_of(entry("a", 1), unit_doubts=pd.DataFrame(list(doubts), columns=columns))


def test_one_system_and_model_are_one_finding_and_the_other_scenario_is_shown_beside():
    row = entry("a", 30000, benchmark="llama2-70b-99.9")
    twin = entry("a", 30000, benchmark="llama2-70b-99")
    more = {"unit_doubt": "too large", "ratio": 15.0, "beside": "x/Server"}
    (finding,) = units.detect(case({**row, **more}, {**twin, **more}))
    assert finding.members == (
        (row["result_id"], Role.DOUBTED_UNIT), (twin["result_id"], Role.DOUBTED_UNIT), ("x/Server", Role.CONTEXT),
    )  # fmt: skip
    assert finding.ratio == pytest.approx(15.0)
    assert finding.finding.endswith("Offline: too large.")


def test_nothing_doubted_is_nothing_found():
    assert units.detect(case()) == []
