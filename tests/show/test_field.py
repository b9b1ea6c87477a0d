"""A finding within its field: every line of it up to a limit, its two ends tied, nothing drawn as what it is not."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest

from lib.findings.evidence import Difference, Evidence, Gap, read
from lib.query import findings
from lib.query.connection import Database
from lib.show.figures.colours import ODD, TEXT
from lib.show.figures.field import ABOUT, BESIDE, MOST_LINES, OTHERS, Line, in_field
from lib.show.finding_lines import fields_of, headline, line_of, lines
from tests.show.payloads import PAYLOADS
from tests.show.test_figures import OURS, strings

SPAN = re.compile(r'<span style="[a-z0-9:;#-]*">|</span>')  # ours: none of these letters ends it
BARE = Evidence(1.0, (), ())


def row(benchmark: str, role: str | None = None, is_about: bool | None = None, **more: Any) -> dict[str, Any]:
    usual = {
        "system_type": "datacenter",
        "scenario": "Server",
        "unit": "Queries/s",
        "submitter": "Acme",
        "system_name": "Box",
        "platform": "box",
        "result_id": f"v1.0/closed/Acme/box/{benchmark}/Server",
    }
    return {
        **usual,
        "benchmark": benchmark,
        "public_id": None,
        "value": 10.0,
        "share": 0.5,
        "role": role,
        "is_about": is_about,
        **more,
    }


def drawn(rows: list[dict[str, Any]], evidence: Evidence = BARE) -> Any:
    return in_field(lines(rows, evidence), "A title", "A population", "A source")


def dots(rows: list[dict[str, Any]], evidence: Evidence = BARE) -> dict[str, list[float]]:
    """The dots of a chart by what they are called."""
    found: dict[str, list[float]] = {OTHERS: [], BESIDE: [], ABOUT: []}
    for trace in drawn(rows, evidence).data:
        if trace.name:
            found[trace.name] += list(trace.x)
    return found


def written(figure: Any) -> list[str]:
    return [text for trace in figure.data if trace.mode == "text" for text in trace.text]


@pytest.mark.parametrize("number", [1, 2, 8, 9, 30, MOST_LINES, MOST_LINES + 3])
def test_every_line_up_to_the_limit_is_drawn(number: int):
    rows = [row(f"b{i:02}", "apart", True) for i in range(number)]
    assert len(dots(rows)[ABOUT]) == min(number, MOST_LINES)
    assert len(drawn(rows).layout.shapes) == min(number, MOST_LINES)


def test_the_lines_that_the_finding_is_about_come_first():
    rows = [*(row(f"a{i:02}") for i in range(MOST_LINES)), *(row(f"z{i:02}", "apart", True) for i in range(10))]
    assert len(fields_of(rows)) == MOST_LINES + 10
    assert [line.name for line in lines(rows, BARE)][:2] == ["z00 Server", "z01 Server"]
    assert len(dots(rows)[OTHERS]) == MOST_LINES - 10


def test_a_chart_grows_with_its_lines_and_they_stand_apart():
    heights = [drawn([row(f"b{i}", "apart", True) for i in range(n)]).layout.height for n in (1, 2, 9, 40)]
    assert heights == sorted(set(heights))
    places = [shape.y0 for shape in drawn([row(f"b{i}", "apart", True) for i in range(9)]).layout.shapes]
    assert min(low - high for high, low in pairwise(places)) >= 50


def test_what_a_finding_is_not_about_has_a_mark_of_its_own():
    rows = [row("b", "apart", True), row("b", "context", False), row("b", "offline", False), row("b")]
    assert {name: len(found) for name, found in dots(rows).items()} == {ABOUT: 1, BESIDE: 2, OTHERS: 1}
    marks = {(trace.marker.symbol, trace.marker.color) for trace in drawn(rows).data if trace.name}
    assert len(marks) == 3


@pytest.mark.parametrize("other", [{"unit": "Samples/s"}, {"system_type": "edge"}, {"scenario": "Offline"}])
def test_two_fields_of_one_benchmark_are_two_lines(other: dict[str, str]):
    rows = [row("b", "apart", True), row("b", "apart", True, **other)]
    assert [line_of(item) for item in rows] == list(fields_of(rows))
    assert len(lines(rows, BARE)) == 2


def end(name: str, share: float, scenario: str = "Server", **more: Any) -> dict[str, Any]:
    result = f"v1.0/closed/Acme/{name}/b/{scenario}"
    own = {"result_id": result, "public_id": name, "scenario": scenario, "share": share, "value": 100 * share}
    return row("b", "apart", True, **{**own, **more})


def pair(*gaps: Gap, differences: tuple[Difference, ...] = ()) -> Evidence:
    worst = max(gaps, key=lambda gap: gap.ratio)
    return Evidence(1.1, (), (), (), differences, worst.faster, worst.slower, gaps)


def gap(scenario: str, ratio: float, faster: str = "1-1", slower: str = "1-2") -> Gap:
    return Gap(scenario, ratio, *(f"v1.0/closed/Acme/{name}/b/{scenario}" for name in (faster, slower)))


ENDS = [end("1-1", 0.9), end("1-2", 0.45), end("1-1", 0.9, "Offline"), end("1-2", 0.89, "Offline")]


def test_two_ends_are_tied_by_their_ratio_red_where_they_are_apart():
    figure = drawn([*ENDS, row("b")], pair(gap("Server", 2.0), gap("Offline", 1.01)))
    ties = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [(tuple(trace.x), trace.line.color) for trace in ties] == [((0.45, 0.9), ODD), ((0.89, 0.9), TEXT)]
    assert {"<b>2.00x</b>", "<b>1.01x</b>", "1-1", "1-2", "1-2, 1-1", "<b>b Server</b>"} <= set(written(figure))
    assert [line.name for line in lines(ENDS, pair(gap("Server", 2.0), gap("Offline", 1.01)))] == [
        "b Server",
        "b Offline",
    ]


def test_the_slower_end_that_is_ahead_elsewhere_keeps_its_mark():
    turned = lines(ENDS, pair(gap("Server", 2.0), gap("Offline", 1.01, "1-2", "1-1")))
    assert [line.tie.is_turned for line in turned if line.tie] == [False, True]


def test_a_system_of_both_types_has_one_line_a_scenario():
    both = [*ENDS, *(item | {"system_type": "edge"} for item in ENDS)]
    assert len(lines(both, pair(gap("Server", 2.0), gap("Offline", 1.01)))) == 2


def test_values_ranks_and_both_latencies_are_said():
    latency = Difference("run", "latency", "6.00 of 15.00 ms", "12.00 of 15.00 ms", role="latency")
    (line, _) = lines(
        [*ENDS, row("b", share=1.0)], pair(gap("Server", 2.0), gap("Offline", 1.01), differences=(latency,))
    )
    assert line.words == "90.00 against 45.00 Queries/s, ranks 2 and 3 of 3; latency 6.00 and 12.00 of 15.00 ms"


def test_a_ratio_of_speeds_per_accelerator_says_so():
    (line,) = lines(ENDS[:2], pair(gap("Server", 4.0)))
    assert line.tie
    assert line.tie.ratio == "4.00x per accelerator"


def test_ends_that_meet_in_no_field_stand_in_their_own():
    apart = pair(Gap("Server / Offline", 1.2, ENDS[0]["result_id"], ENDS[2]["result_id"]))
    assert [line.tie for line in lines(ENDS, apart)] == [None, None]


@pytest.mark.parametrize(
    ("kind", "ratio", "said"),
    [
        ("twins", 1.444, "1.44x · b"),
        ("description", 1.0, "b"),
        ("identical", 3.0, "b"),
        ("a new kind", 27.52, "27.5x · b"),
    ],
)
def test_a_ratio_leads_where_it_says_how_far_two_numbers_are_apart(kind: str, ratio: float, said: str):
    assert headline({"kind": kind, "ratio": ratio, "title": "b"}) == said


def test_every_finding_of_the_small_data_draws_its_members_and_shares(small: Database):
    for found in small.rows("select anomaly_id, evidence from anomalies"):
        rows = findings.field_of_anomaly(small, found["anomaly_id"]).table.to_pylist()
        about = {
            item["result_id"]
            for item in small.rows(
                "select m.result_id from anomaly_members m join results r using (result_id) "
                "where m.anomaly_id = $id and m.is_about and r.is_valid and len(r.system_types) > 0",
                {"id": found["anomaly_id"]},
            )
        }
        assert {item["result_id"] for item in rows if item["is_about"]} == about
        shown = dots(rows)
        assert len(shown[ABOUT]) == len(about)
        assert sum(map(len, shown.values())) == len(rows)
        tied = dots(rows, read(found["evidence"]))
        assert all(0 < share <= 1 for part in (*shown.values(), *tied.values()) for share in part)
        assert bool(rows) == bool(sum(map(len, tied.values())))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_data_becomes_a_tag_or_a_template(payload: str):
    names = ("benchmark", "scenario", "unit", "submitter", "system_name", "platform", "public_id")
    rows = [item | dict.fromkeys(names[2:], payload) for item in ENDS]
    whole = [row("b", "apart", True, **dict.fromkeys(names[1:], payload))]
    for made in (lines(rows, pair(gap("Server", 2.0))), lines(whole, BARE)):
        figure = json.loads(in_field(made, payload, payload, payload, [("◆", payload)]).to_json())
        figure["layout"].pop("template", None)
        for path, text in strings(figure):
            rest = OURS.sub("", SPAN.sub("", text))
            assert not set("<>$") & set(rest), path
            assert "%{" not in rest, path


def test_texts_are_large_enough_to_read():
    figure = in_field([Line("b Server", "words")], "t", "p", "s")
    assert min(trace.textfont.size for trace in figure.data if trace.mode == "text") >= 12
    assert figure.layout.xaxis.tickfont.size >= 12


def test_a_field_of_nothing_is_an_empty_chart():
    assert dots([]) == {ABOUT: [], BESIDE: [], OTHERS: []}
