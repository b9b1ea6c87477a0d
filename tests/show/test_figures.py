"""The chart of a ranking: what data may say in it, what is odd as it is drawn, its labels, its size, its axis."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.query import rankings
from lib.query.connection import Database
from lib.selection import Selection
from lib.show.figures.colours import ODD, colour
from lib.show.figures.ranking import Bar, Tie, Words, ranking
from lib.show.parts.ranking_chart import Top, figure, words
from tests.query.fixtures import selected
from tests.show.payloads import PAYLOADS

SERVER = "round=v1.0&division=closed&benchmark=resnet50&scenario=Server"
OURS = re.compile(
    r"</?[bi]>|<br>|<extra></extra>|%\{hovertext\}|</?span>|</a>"
    r"|<span style=['\"](font-size:1[0-9]px;?|font-weight:normal;|color:#[0-9A-Fa-f]{6};?)+['\"]>"
    r'|<a href="anomalies\?v=1[^"<>\s]*" target="_self" style="color:#000009">'
)
TEXTS = (
    "submitter", "platform", "system_name", "public_id", "benchmark", "scenario", "unit", "accelerator",
    "accelerator_vendor", "cpu", "framework", "serving", "system_id", "count_note", "unit_source",
)  # fmt: skip
WORDS = Words("A leads", "v1.0; 3 of 3 results drawn", "Source: made up.", "queries/s")
BARS = [
    Bar(1, "Acme · one", ["8x A100", "TensorRT 7.2.3"], 300.0, "NVIDIA", "v1/closed/Acme/one", "one", 37.5),
    Bar(2, "Acme · two", ["4x A100", "Triton 21.02"], 200.0, "NVIDIA", "twins-1", "two", 50.0),
    Bar(3, "Beta · three", ["CPU only"], 100.0, None, "v1/closed/Beta/three", "three"),
]
PAIR = Tie(1, 0, 300.0, "1.50x", "below its twin one: same hardware", "anomalies?v=1&amp;anomaly=twins-1")
ALONE = Tie(2, None, 250.0, "0.40x", "of the median of 4 like systems", "anomalies?v=1&amp;anomaly=peer-1")


def top_of(db: Database, query: str, most: int = 10) -> Top:
    """The top of the largest group under a link's filters."""
    selection = selected(query)
    table = rankings.ranked(db, selection, rankings.SHOWN).table
    group = rankings.groups_of(table)[0]
    for name in rankings.GROUP:
        table = table.filter(pc.equal(table[name], getattr(group, name)))
    return Top(db, selection, group, table.filter(pc.is_valid(table["rank"])), most)


def strings(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a figure's JSON with where it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from strings(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from strings(value, path)
    elif isinstance(node, str):
        yield path, node


def is_right(drawn: go.Figure) -> None:
    """Plotly takes each of its properties, which it is not asked about when a page draws."""
    go.Figure(drawn.to_plotly_json())


def traces(drawn: go.Figure, kind: str) -> list[Any]:
    return [trace for trace in drawn.to_plotly_json()["data"] if trace["type"] == kind]


def values(drawn: go.Figure) -> list[str]:
    return [re.sub("<.*?>", "", text) for text in drawn.layout["yaxis2"]["ticktext"]]


def notes(drawn: go.Figure) -> str:
    return "\n".join(note["text"] for note in drawn.layout["annotations"])


def harmless(drawn: go.Figure) -> None:
    content = json.loads(drawn.to_json())
    content["layout"].pop("template", None)
    for path, text in strings(content):
        if path.endswith(".customdata"):
            continue
        rest = OURS.sub("", text)
        assert not set("<>") & set(rest), (path, rest)
        assert "%{" not in rest, path
        assert "$" not in rest, path


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("is_narrow", [False, True])
def test_no_text_of_data_becomes_a_tag_or_a_template(small: Database, payload: str, is_narrow: bool):
    top = top_of(small, SERVER)
    asked = top.selection.with_values("submitter", (payload,))
    top = replace(top, selection=asked, group=replace(top.group, benchmark=payload, scenario=payload, unit=payload))
    plain = top_of(small, SERVER)
    marks = [replace(mark, cause=payload, other_name=payload) for mark in plain.drawn]
    vars(top)["marks"] = tuple(marks)
    vars(top)["rows"] = {place: {**row, **dict.fromkeys(TEXTS, payload)} for place, row in plain.rows.items()}
    assert marks
    drawn = figure(top, is_narrow)
    harmless(drawn)
    is_right(drawn)


def test_a_pair_is_tied_by_a_bracket_and_the_missing_part_is_hatched():
    drawn = ranking(BARS, [PAIR], WORDS)
    is_right(drawn)
    bars, outlined, hatched = traces(drawn, "bar")
    assert outlined["x"] == [200.0, 300.0]
    assert outlined["marker"]["line"]["color"] == ODD
    assert (hatched["base"], hatched["x"]) == ([200.0], [100.0])
    assert bars["marker"]["opacity"] == [1, 1, 0.45]
    (bracket,) = [shape for shape in drawn.layout["shapes"] if shape["type"] == "path"]
    ends = {float(text) for text in re.findall(r"[ML][\d.]+,([\d.]+)", bracket["path"])}
    assert ends == {bars["y"][0], bars["y"][1]}
    assert re.search(r'<a href="anomalies\?v=1&amp;anomaly=twins-1"[^>]*><b>1.50x</b> below its twin one', notes(drawn))
    assert "odd: part of a finding" in notes(drawn)


def test_an_odd_row_alone_has_no_bracket_and_its_distance_stands_below_its_bar():
    drawn = ranking(BARS, [ALONE], WORDS)
    assert [shape for shape in drawn.layout["shapes"] if shape["type"] == "path"] == []
    assert "<b>0.40x</b> of the median of 4 like systems" in notes(drawn)
    assert list(drawn.layout["xaxis"]["range"]) == [0, 300.0]
    alone = ranking(BARS[2:], [replace(ALONE, odd=0)], WORDS)
    assert list(alone.layout["xaxis"]["range"]) == [0, 250.0]


@pytest.mark.parametrize(("value", "expected"), [(300.0, 200.0), (200.0, 300.0)])
def test_what_is_too_long_or_above_is_hatched_within_its_own_bar(value: float, expected: float):
    """A latency that is too long, a rate above the median: the bar reaches beyond what was to be expected."""
    drawn = ranking([replace(BARS[0], value=value)], [replace(ALONE, odd=0, expected=expected)], WORDS)
    hatched = traces(drawn, "bar")[-1]
    assert (hatched["base"], hatched["x"]) == ([200.0], [100.0])


def test_brackets_that_would_meet_stand_in_lanes_of_their_own():
    ties = [PAIR, replace(ALONE, other=0)]
    drawn = ranking(BARS, ties, WORDS)
    places = {float(x) for shape in drawn.layout["shapes"] for x in re.findall(r" L([\d.]+),", shape["path"])}
    assert len(places) == 4


def test_without_marks_all_bars_are_in_full_colour_and_no_legend_speaks_of_marks():
    drawn = ranking(BARS, [], WORDS)
    (bars,) = traces(drawn, "bar")
    assert bars["marker"]["opacity"] == [1, 1, 1]
    assert bars["marker"]["color"] == [colour("NVIDIA"), colour("NVIDIA"), colour(None)]
    assert "odd" not in notes(drawn)


def test_a_row_has_its_value_and_what_each_accelerator_does():
    assert values(ranking(BARS, [], WORDS)) == ["300", "200", "100", "37.50 each", "50.00 each"]
    assert values(ranking(BARS, [], WORDS, is_narrow=True)) == ["300", "200", "100"]


def test_a_dotted_line_says_what_is_left_out_or_how_large_a_step_is():
    drawn = ranking(BARS, [], WORDS, [(1, "step of 1.5x: 8 accelerators above, 4 below"), (2, "7 more")])
    lines = [shape["y0"] for shape in drawn.layout["shapes"] if shape["type"] == "line"]
    bars = traces(drawn, "bar")[0]["y"]
    assert bars[0] < lines[0] < bars[1] < lines[1] < bars[2]
    assert "7 more" in notes(drawn)


def test_a_long_list_is_one_line_a_row_and_a_telephone_gets_all_words_in_more():
    many = [replace(BARS[0], rank=number, parts=["8x A100", "TensorRT 7.2.3", "x" * 40]) for number in range(1, 31)]
    dense, narrow = ranking(many, [], WORDS), ranking(many, [], WORDS, is_narrow=True)
    assert len(traces(dense, "scatter")) == 1
    assert dense.layout["height"] < 30 * 26 + 150
    assert traces(narrow, "scatter")[1]["text"][0] == "8x A100 · TensorRT 7.2.3<br>" + "x" * 40
    assert {trace["cliponaxis"] for trace in traces(narrow, "scatter")} == {False}


def test_fifty_rows_of_long_names_with_marks_are_at_most_forty_kilobytes():
    name, parts = "Some Submitter · A long name of a server Gen12 · 6.0-0048", ["8x A100-SXM-80GB", "TensorRT 10.14.1"]
    hover = (
        "<b>Some Submitter · A long name</b><br>8x NVIDIA A100-SXM-80GB, 2x AMD EPYC 7742 (64 cores)<br>" + "x" * 100
    )
    bar = Bar(
        1, name, [*parts, "2x EPYC 7742 (64 cores)", "2 TB memory"], 123456.789, "NVIDIA", "v6.0/closed/" * 4, hover
    )
    drawn = ranking([replace(bar, rank=number) for number in range(1, 51)], [PAIR, ALONE], WORDS)
    assert len(drawn.to_json()) <= 40_000, len(drawn.to_json())
    is_right(drawn)


@pytest.mark.parametrize("shown", [[0.0], [0.0, 0.0], [-5.0], [1e308], [1.7e308, 1.0], [5e-324], []])
def test_absurd_values_make_a_chart_with_a_finite_axis(shown: list[float]):
    drawn = ranking([replace(BARS[0], value=value, each=value) for value in shown], [], WORDS)
    low, high = drawn.layout["xaxis"]["range"]
    assert low == 0 < high < float("inf")
    json.loads(drawn.to_json(), parse_constant=lambda name: pytest.fail(name))
    assert all(len(text) < 40 for text in values(drawn))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e12), st.text(max_size=60), st.lists(st.text(max_size=50), max_size=6)), min_size=1
    ),
    st.booleans(),
    st.data(),
)
def test_no_two_rows_overlap_and_everything_lies_within_the_drawing(
    rows: Sequence[tuple[float, str, list[str]]], is_narrow: bool, data: st.DataObject
):
    bars = [Bar(rank, name, parts, value, None, "x/y", "") for rank, (value, name, parts) in enumerate(rows, 1)]
    odd = data.draw(st.sets(st.integers(0, len(bars) - 1), max_size=4))
    ties = [Tie(row, data.draw(st.sampled_from([None, 0])), 5.0, "2.0x", "far " * 60, "anomalies?v=1") for row in odd]
    drawn = ranking(bars, ties, WORDS, [(len(bars) - 1, "9 more")], is_narrow)
    is_right(drawn)
    harmless(drawn)
    y = traces(drawn, "bar")[0]["y"]
    assert all(after - before >= 26 for before, after in itertools.pairwise(y))
    bottom = drawn.layout["yaxis"]["range"][0]
    assert bottom >= max(y) + 10
    assert len({tuple(drawn.layout[axis]["range"]) for axis in ("yaxis", "yaxis2")}) == 1


def test_a_row_leads_to_its_system_and_an_odd_one_to_its_finding(small: Database):
    top = top_of(small, SERVER)
    bars = traces(figure(top, False), "bar")[0]
    picks = dict(zip(bars["x"], bars["customdata"], strict=True))
    assert picks[310.0] == "v1.0/closed/Soon/new"
    assert picks[300.0].startswith("twins-")
    off = traces(figure(top_of(small, SERVER + "&odd=off"), False), "bar")
    assert len(off) == 1
    assert off[0]["customdata"][:2] == ["v1.0/closed/Soon/new", "v1.0/closed/Acme/big"]


def test_the_rows_stand_in_the_rankings_order_with_rank_name_and_value(small: Database):
    drawn = figure(top_of(small, SERVER), False)
    names = traces(drawn, "scatter")[0]
    assert names["text"][1] == "<b>2  Acme · Box</b>"
    assert list(names["y"]) == sorted(names["y"])
    shown = ["310", "300", "290", "250", "200", "200", "50", "20", "15", "10"]
    assert values(drawn)[:10] == shown


def test_the_title_says_who_leads_and_what_is_odd_and_the_population_what_is_drawn(small: Database):
    told = words(top_of(small, SERVER, 4))
    assert told.title.startswith("resnet50 Server, v1.0: Soon leads with 310 queries/s (8x Cloud AI 100")
    # The fifth is the other end of a pair whose first stands among the four.
    assert told.population == "v1.0 · closed · datacenter and edge · any availability; 5 of 10 results drawn"
    told = words(top_of(small, SERVER))
    assert "Acme Box (rank 5) is 1.50x below its twin at rank 2" in told.title
    both = words(top_of(small, "division=closed&benchmark=resnet50&scenario=SingleStream"))
    assert both.title.startswith("resnet50 SingleStream, v1.0 + v2.0: Edge leads with 0.4500 ms")
    assert both.unit == "ms, shorter is better"


def test_over_several_rounds_each_row_says_its_round(small: Database):
    drawn = figure(top_of(small, "division=closed&benchmark=resnet50&scenario=SingleStream"), False)
    assert {text[:4] for text in traces(drawn, "scatter")[1]["text"]} == {"v1.0", "v2.0"}


def test_no_vendor_is_told_by_colour_alone(small: Database):
    legend = notes(figure(top_of(small, SERVER), False))
    assert all(name in legend for name in ("NVIDIA", "Qualcomm", "CPU only, mixed or unknown"))


@pytest.mark.parametrize("query", [SERVER, SERVER + "&per=accelerator", "scenario=SingleStream&round=v1.0"])
def test_a_vendor_has_one_colour_under_every_filter(small: Database, query: str):
    top = top_of(small, query)
    bars = traces(figure(top, False), "bar")[0]
    vendors = [top.rows[place]["accelerator_vendor"] for place in top.places]
    assert bars["marker"]["color"] == [colour(vendor) for vendor in vendors]


def test_a_bar_says_on_hover_which_counts_and_unit_are_not_as_declared(small: Database):
    top = top_of(small, SERVER)
    rows = {place: {**row, "count_note": None, "unit_source": None} for place, row in top.rows.items()}
    rows[0] |= {"count_note": "7 accelerators (the name; 8 declared) · CPUs per node unknown", "unit_source": "by rule"}
    vars(top)["rows"] = rows
    drawn = figure(top, False)
    hovers = traces(drawn, "bar")[0]["hovertext"]
    told = hovers[0].split("<br>")
    assert "† not as declared: 7 accelerators (the name; 8 declared)" in told
    assert "† not as declared: CPUs per node unknown" in told
    assert "another unit than logged: by rule" in told
    assert "†" not in hovers[1]
    assert ["†" in name for name in traces(drawn, "scatter")[0]["text"]][:2] == [True, False]
    assert "† a count is not the declared one" in notes(drawn)


def test_a_derived_value_says_so_on_hover(small: Database):
    derived = traces(figure(top_of(small, SERVER + "&per=accelerator"), False), "bar")[0]["hovertext"]
    assert all("derived, not verified by MLCommons" in text for text in derived)
    plain = traces(figure(top_of(small, SERVER), False), "bar")[0]["hovertext"]
    assert not any("derived" in text for text in plain)


def test_the_hover_has_the_configuration_and_the_target(small: Database):
    hover = traces(figure(top_of(small, SERVER), False), "bar")[0]["hovertext"][1]
    assert "8x NVIDIA A100-SXM-80GB, 2x AMD EPYC 7742 (64 cores)" in hover
    assert "target 310 queries/s" in hover


def test_a_filter_is_named_in_the_population(small: Database):
    top = top_of(small, SERVER + "&cpu_vendor=AMD&system_type=datacenter")
    assert "closed · datacenter · any availability · CPU vendor AMD;" in words(top).population
    assert Selection().common() == Selection()
