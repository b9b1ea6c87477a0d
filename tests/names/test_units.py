"""The unit that a result is published in, by benchmark, scenario and round; and sizes that cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lib.data_folder import InputError
from lib.names.canonical import Names
from lib.names.units import MOST_AWAY, Judged, Measured, UnitRules, in_unit, misfits
from lib.rounds import Rounds
from lib.settings import ROOT

DATA = ROOT / "data"
RULES = UnitRules(Names.read(DATA / "names"), Rounds.read(DATA))
LATEST = [name for name, record in RULES.rounds.records.items() if record.is_published][-1]


def one(benchmark: str, scenario: str, unit: str, value: float = 100.0, name: str = "v4.1", **more: Any) -> Measured:
    system = more.pop("system", "s")
    facts = {"division": "closed", "is_log": False, **more}
    result_id = f"{name}/{system}/{benchmark}/{scenario}"
    known = facts["is_log"], facts.get("is_doubted", False)
    return Measured(result_id, system, name, facts["division"], benchmark, scenario, value, unit, *known)


def doubted(*results: Measured) -> set[str]:
    """The scenarios that are doubted, by a rule or by their size."""
    judged = RULES.judge_all(results)
    wrong = {name for name, item in judged.items() if item.doubt} | set(misfits(results, judged))
    return {name.rpartition("/")[2] for name in wrong}


@pytest.mark.parametrize(
    ("benchmark", "scenario", "name", "wanted"),
    [
        ("llama2-70b-99.9", "Offline", "v4.0", "Tokens/s"),
        ("llama2-70b-99.9", "Server", "v4.0", "Queries/s"),
        ("llama2-70b-99.9", "Server", "v4.1", "Tokens/s"),
        ("gptj-99", "Offline", "v4.0", "Samples/s"),
        ("gptj-99", "Offline", "v4.1", "Tokens/s"),
        ("mixtral-8x7b", "Server", "v4.1", "Tokens/s"),
        ("llama3.1-405b", "Server", "v5.0", "Tokens/s"),
        ("deepseek-r1", "Interactive", "v6.0", "Tokens/s"),
        ("gpt-oss-120b", "Offline", "v6.0", "Tokens/s"),
        ("whisper", "Offline", "v5.1", "Samples/s"),
        ("qwen3-vl-235b-a22b", "Interactive", "v6.0", "Queries/s"),
        ("e2e-rag-qna", "Offline", LATEST, "Tasks/s"),
        ("wan-2.2-t2v-a14b", "SingleStream", "v6.0", "s"),
        ("gptj-99", "SingleStream", "v4.1", "ms"),
        ("resnet50", "MultiStream", "v1.1", "streams"),
        ("resnet50", "MultiStream", "v2.0", "ms"),
        ("resnet50", "Server", "a-house-round", "Queries/s"),
        ("gptj-99", "Server", "a-house-round", "Tokens/s"),
        ("somebody-s-own", "Server", "v4.1", None),
        ("resnet50", "Nonstop", "v4.1", None),
    ],
)
def test_the_unit_hangs_on_benchmark_scenario_and_round(benchmark: str, scenario: str, name: str, wanted: str | None):
    assert RULES.expected(benchmark, scenario, name) == wanted


def test_a_unit_that_a_rule_explains_is_corrected_and_says_why():
    judged = RULES.judge(one("llama2-70b-99.9", "Offline", "Samples/s", name="v4.0"))
    assert (judged.unit, judged.doubt) == ("Tokens/s", None)
    assert "RESULT_FIELD_BENCHMARK_OVERWRITE" in str(judged.source)
    assert RULES.judge(one("llama3.1-405b", "Server", "Queries/s", name="v5.0")).unit == "Tokens/s"
    assert RULES.judge(one("whisper", "Offline", "Tokens/s", name="v6.0")).unit == "Samples/s"


def test_the_correction_of_one_round_is_none_of_the_next():
    judged = RULES.judge(one("llama2-70b-99.9", "Offline", "Samples/s", name="v4.1"))
    assert judged == Judged("Samples/s", None, "in Samples/s, where llama2-70b-99.9 Offline is published in Tokens/s")


@pytest.mark.parametrize(("offline", "server", "wanted"), [(30000.0, 100.0, set()), (108.185, 100.0, {"Offline"})])
def test_a_correction_that_the_size_beside_server_denies_is_none(offline: float, server: float, wanted: set[str]):
    pair = (
        one("llama2-70b-99", "Offline", "Samples/s", offline, "v4.0"),
        one("llama2-70b-99", "Server", "Queries/s", server, "v4.0"),
    )
    assert doubted(*pair) == wanted
    assert RULES.judge_all(pair)[pair[0].result_id].unit == ("Samples/s" if wanted else "Tokens/s")


@pytest.mark.parametrize(
    ("benchmark", "scenario", "name", "unit"),
    [
        (row["benchmark"], row["scenario"], row["from_round"], row["logged"])
        for row in RULES.names.units
        if row["sources"]
    ],
)
def test_what_records_call_otherwise_is_no_correction_of_a_log(benchmark: str, scenario: str, name: str, unit: str):
    log = one(benchmark, scenario, unit, name=name, is_log=True)
    assert RULES.judge(replace(log, is_log=False)).unit == "Tokens/s"
    assert RULES.judge(log).unit == unit
    assert str(RULES.judge(log).doubt).startswith(f"in {unit}, where {benchmark} {scenario} is published in Tokens/s")


def test_whisper_s_samples_are_called_tokens_by_logs_too():
    assert RULES.judge(one("whisper", "Offline", "Tokens/s", name="v5.1", is_log=True)).unit == "Samples/s"


@pytest.mark.parametrize(
    ("offline", "latency", "unit", "wanted"),
    [
        (2000.0, 0.0032, "s", set()),
        (2000.0, 3.2, "ms", set()),
        (2000.0, 3.2e6, "s", {"Offline", "SingleStream"}),
        (2000.0, 3.2e-6, "s", {"Offline", "SingleStream"}),
    ],
)
def test_a_latency_in_another_unit_is_measured_in_the_published_one(
    offline: float, latency: float, unit: str, wanted: set[str]
):
    assert doubted(
        one("resnet50", "Offline", "Samples/s", offline), one("resnet50", "SingleStream", unit, latency)
    ) == (wanted)


def test_a_latency_in_ms_of_a_benchmark_in_seconds_is_measured_in_seconds():
    pair = [
        one("wan-2.2-t2v-a14b", "Offline", "Samples/s", 1.5, "v6.0"),
        one("wan-2.2-t2v-a14b", "SingleStream", "ms", 31_500.0, "v6.0"),
    ]
    assert doubted(*pair) == set()


@pytest.mark.parametrize(
    ("value", "unit", "published", "wanted"),
    [
        (0.0051, "s", "ms", 5.1),
        (20897.894239, "ms", "s", 20.897894239),
        (7.0, "Queries/s", "Samples/s", 7.0),
        (7.0, "ms", "ms", 7.0),
        (float("inf"), "s", "ms", float("inf")),
    ],
)
def test_a_value_in_another_unit_is_exact(value: float, unit: str, published: str, wanted: float):
    assert in_unit(value, unit, published) == wanted


@pytest.mark.parametrize(
    ("benchmark", "value", "unit", "name"),
    [("resnet50", 1e306, "s", "v4.1"), ("wan-2.2-t2v-a14b", 5e-324, "ms", "v6.0")],
)
def test_a_value_that_is_no_figure_in_the_published_unit_stays_as_logged(
    benchmark: str, value: float, unit: str, name: str
):
    pair = [one(benchmark, "Offline", "Samples/s", 5.0, name), one(benchmark, "SingleStream", unit, value, name)]
    judged = RULES.judge_all(pair)[pair[1].result_id]
    assert (judged.unit, judged.source) == (unit, None)
    assert "which is no figure in" in str(judged.doubt)
    assert doubted(*pair) == {"SingleStream"}


SMALL, LARGE = 5e-324, 1.7e308


@pytest.mark.parametrize(
    ("offline", "other", "scenario", "unit"),
    [
        (SMALL, LARGE, "Server", "Queries/s"),
        (LARGE, SMALL, "Server", "Queries/s"),
        (SMALL, SMALL, "SingleStream", "ms"),
        (LARGE, LARGE, "SingleStream", "ms"),
    ],
)
def test_a_ratio_that_no_number_holds_is_one_that_cannot_be(offline: float, other: float, scenario: str, unit: str):
    pair = [one("resnet50", "Offline", "Samples/s", offline), one("resnet50", scenario, unit, other)]
    found = misfits(pair, RULES.judge_all(pair))
    assert len(found) == 2
    assert {item.ratio for item in found.values()} == {MOST_AWAY}
    assert not any(word in item.doubt for item in found.values() for word in ("inf times", " 0 times"))


def test_a_result_whose_source_is_doubted_is_no_yardstick():
    offline = one("resnet50", "Offline", "Samples/s", 1e-9, is_doubted=True)
    assert doubted(offline, one("resnet50", "Server", "Queries/s", 100.0)) == set()


def with_units(folder: Path, column: str, cell: str) -> Names:
    for path in (DATA / "names").glob("*.csv"):
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    header = f"benchmark,scenario,from_round,to_round,logged,published{column},reason"
    (folder / "units.csv").write_text(f"{header}\nresnet50,,,,Frames/s,Samples/s{cell},by hand\n")
    return Names.read(folder)


def test_the_sources_of_a_row_are_records_or_all_and_an_older_table_has_none(tmp_path: Path):
    assert with_units(tmp_path, "", "").units[0]["sources"] == ""
    assert with_units(tmp_path, ",sources", ",records").units[0]["sources"] == "records"
    with pytest.raises(InputError, match="expected sources to be one of records, not 'some'"):
        with_units(tmp_path, ",sources", ",some")


def test_samples_and_queries_count_the_same_and_seconds_are_milliseconds_in_another_word():
    assert RULES.judge(one("resnet50", "Server", "Samples/s")).unit == "Queries/s"
    assert RULES.judge(one("resnet50", "Offline", "Queries/s")).unit == "Samples/s"
    assert RULES.judge(one("resnet50", "SingleStream", "s")).unit == "ms"
    assert RULES.judge(one("wan-2.2-t2v-a14b", "SingleStream", "ms", name="v6.0")).unit == "s"


def test_a_strange_unit_is_doubted_but_where_the_open_division_counts_as_it_likes():
    assert RULES.judge(one("resnet50", "Offline", "Frames/s")).doubt
    assert not RULES.judge(one("resnet50", "Offline", "Frames/s", division="open")).doubt
    assert RULES.judge(one("gptj-99", "Offline", "Samples/s", division="open")).doubt


def test_a_house_round_without_rules_is_read_by_its_logs_and_not_by_its_records():
    assert not RULES.judge(one("gptj-99", "Offline", "Samples/s", name="mine", is_log=True)).doubt
    assert RULES.judge(one("gptj-99", "Offline", "Samples/s", name="mine")).doubt


# What one sample is in tokens, by MLCommons' reference data sets.
@pytest.mark.parametrize(
    ("benchmark", "name", "tokens"),
    [
        ("gptj-99", "v4.1", 69),
        ("mixtral-8x7b", "v4.1", 145),
        ("llama3.1-8b", "v5.1", 128),
        ("deepseek-r1", "v6.0", 3880),
    ],
)
def test_samples_called_tokens_and_tokens_beside_samples_are_found(benchmark: str, name: str, tokens: float):
    for offline, server in ((1000 / tokens, 800.0), (1000.0, 800 / tokens)):
        pair = [
            one(benchmark, scenario, "Tokens/s", value, name)
            for scenario, value in (("Offline", offline), ("Server", server))
        ]
        assert doubted(*pair) == {"Offline", "Server"}
    before = [
        one(benchmark, s, u, v, name) for s, u, v in (("Offline", "Samples/s", 9.0), ("Server", "Queries/s", 8.0))
    ]
    assert doubted(*before) == {"Offline", "Server"}


@pytest.mark.parametrize(
    ("unit", "value", "wanted"),
    [("ms", 0.5, set()), ("ms", 500_000.0, {"Offline", "SingleStream"}), ("ms", 0.0005, {"Offline", "SingleStream"})],
)
def test_a_latency_in_nanoseconds_or_seconds_under_ms_is_found(unit: str, value: float, wanted: set[str]):
    offline = one("resnet50", "Offline", "Samples/s", 4000.0)
    assert doubted(offline, one("resnet50", "SingleStream", unit, value)) == wanted


def test_logs_are_believed_what_they_count_and_a_record_beside_a_log_alone_is_doubted():
    offline, server = one("dlrm-99", "Offline", "Samples/s", 834831.0), one("dlrm-99", "Server", "Queries/s", 2455.0)
    assert doubted(replace(offline, is_log=True), replace(server, is_log=True)) == set()
    assert doubted(replace(offline, is_log=True), server) == {"Server"}
    assert doubted(offline, server) == {"Offline", "Server"}


def test_other_systems_and_zero_are_no_yardstick():
    offline = one("gptj-99", "Offline", "Tokens/s", 1.0)
    assert doubted(offline, one("gptj-99", "Server", "Tokens/s", 900.0, system="other")) == set()
    assert doubted(offline, one("gptj-99", "Server", "Tokens/s", 0.0)) == set()


@pytest.mark.parametrize(("words", "said"), [("x y!", "to name rounds"), ("Offline:", "to name rounds")])
def test_a_faulty_cell_of_first_rounds_is_said(tmp_path: Path, words: str, said: str):
    for path in (DATA / "names").glob("*.csv"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    header = "benchmark,title,task,data_set,latency_unit,tokens_from,note,url"
    (tmp_path / "benchmarks.csv").write_text(f"{header}\nx,,,,ms,{words},,\n")
    with pytest.raises(InputError, match=said):
        Names.read(tmp_path)


def test_rounds_between_two_are_told_and_an_unknown_bound_is_an_error():
    rounds = RULES.rounds
    told = [name for name in rounds.records if rounds.lies_within(name, "v4.0", "v5.0")]
    assert told == ["v4.0", "v4.1", "v5.0"]
    assert rounds.lies_within("mine", "v4.0", "")
    assert not rounds.lies_within("mine", "v4.0", "v5.0")
    with pytest.raises(InputError, match="no published round"):
        rounds.lies_within("v4.0", "", "v99.0")
