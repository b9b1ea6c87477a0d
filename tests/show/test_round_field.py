"""A round's field and a finding's two ends as pictures: what data may say in them, and whom they name."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.query import overview
from lib.query.connection import Database
from lib.show.figures.round_field import lines, percent, round_field, sentence
from lib.show.figures.two_ends import End, two_ends
from tests.query.fixtures import selected
from tests.show.payloads import PAYLOADS
from tests.show.test_figures import TEXTS, strings

OURS = ("</b>", "<b>", "<br>", "<extra></extra>", "%{hovertext}", "</span>")


def row(benchmark: str, share: float, vendor: str | None = "NVIDIA", **more: Any) -> dict[str, Any]:
    usual = {
        "unit": "Tokens/s",
        "submitter": "Acme",
        "system_name": "Box",
        "platform": "box",
        "public_id": None,
        "system_id": f"v1.0/closed/Acme/{benchmark}-{share}",
        "accelerator": f"{vendor} X1-80GB" if vendor else None,
        "accelerator_vendor": vendor,
        "accelerators": 8,
        "shown": 1000.0 * share,
        "higher_is_better": True,
        "is_best": share == 1.0,
    }
    return {**usual, "benchmark": benchmark, "share": share, **more}


def drawn(rows: list[dict[str, Any]], per: str = "accelerator") -> go.Figure:
    return round_field(rows, per, sentence(rows, per), "all of them", "a source")


def trace(figure: go.Figure, mode: str) -> list[Any]:
    return [each for each in figure.data if each.mode == mode]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_data_becomes_a_tag_or_a_template(payload: str):
    rows = [{**row("b", 1.0), **dict.fromkeys(TEXTS, payload)}, {**row("b", 0.5, "AMD"), "accelerator": payload}]
    pictures = (
        drawn(rows),
        two_ends(End(payload, 2.0, payload, payload), End(payload, 1.0, None, payload), payload),
    )
    for picture in pictures:
        figure = json.loads(picture.to_json())
        figure["layout"].pop("template", None)
        for path, text in strings(figure):
            if path.endswith(".customdata"):
                continue
            rest = text
            for ours in OURS:
                rest = rest.replace(ours, "")
            rest = rest.replace('<span style="color:', "").replace(';font-size:17px">', "")
            rest = rest.replace('<span style="font-size:15px;color:', "").replace('">', "")
            assert not set("<>") & set(rest), path
            assert "%{" not in rest, path


def test_the_sentence_names_who_leads_most_and_the_nearest_other_vendor():
    rows = [
        row("a", 1.0), row("a", 0.8, "AMD", is_best=True), row("b", 1.0), row("b", 0.5, "Intel", is_best=True),
        row("c", 1.0, "AMD"),
    ]  # fmt: skip
    assert (
        sentence(rows, "accelerator") == "Per accelerator X1 leads 3 of 3 benchmarks; AMD comes to 80% of NVIDIA on a"
    )
    assert sentence(rows, "system").startswith("Per system Acme leads 3 of 3 benchmarks")
    assert sentence(rows[:2], "accelerator") == "Per accelerator X1 leads a; AMD comes to 80% of NVIDIA"


def test_one_vendor_alone_has_no_rival_and_equals_are_named_together():
    rows = [row("a", 1.0, accelerator="NVIDIA P"), row("a", 0.9, is_best=False), row("b", 1.0, accelerator="NVIDIA Q")]
    assert sentence(rows, "accelerator") == "Per accelerator P and Q lead 1 of 2 benchmarks each"


def test_a_system_without_accelerators_leads_as_such_and_is_nobodys_rival():
    rows = [row("a", 1.0, None), row("a", 0.9, "AMD", is_best=True)]
    assert sentence(rows, "accelerator") == "Per accelerator CPU only leads a"


def test_latencies_are_of_whole_systems_and_say_so_no_more():
    rows = [row("a", 1.0, unit="ms", higher_is_better=False), row("a", 0.5, "AMD", is_best=True, unit="ms")]
    assert sentence(rows, "system") == "Acme leads a; AMD comes to 50% of NVIDIA"
    assert any("1,000.0 ms" in text for each in trace(drawn(rows, "system"), "text") for text in each.text)


def test_a_leader_is_filled_another_vendors_best_open_and_the_rest_dots():
    figure = drawn([row("a", 1.0), row("a", 0.9, is_best=False), row("a", 0.8, "AMD", is_best=True)])
    dots, best = trace(figure, "markers")
    assert list(dots.x) == [0.9]
    assert list(zip(best.x, best.marker.symbol, strict=True)) == [(1.0, "diamond"), (0.8, "diamond-open")]
    assert len(set(best.marker.color)) == 2


def test_each_line_says_benchmark_value_unit_and_who_leads():
    names, values, leaders = trace(drawn([row("a", 1.0), row("a", 0.8, "AMD", is_best=True), row("b", 1.0)]), "text")
    assert list(names.text) == ["<b>a</b>", "<b>b</b>"]
    assert list(values.text) == ["1,000.0 tokens/s"] * 2
    assert list(leaders.text) == ["X1-80GB, Acme; AMD 80%", "X1-80GB, Acme"]


def test_a_dot_leads_to_its_system_and_its_place_is_its_share():
    rows = [row("a", 1.0), row("a", 0.25, is_best=False)]
    points = {
        (x, name) for each in trace(drawn(rows), "markers") for x, name in zip(each.x, each.customdata, strict=True)
    }
    assert points == {(each["share"], each["system_id"]) for each in rows}


def test_two_units_of_one_benchmark_are_two_lines():
    assert len(lines([row("a", 1.0), row("a", 1.0, unit="Samples/s")])) == 2


def test_a_share_is_never_rounded_to_nothing():
    assert [percent(share) for share in (1.0, 0.834, 0.01, 0.0001)] == ["100%", "83%", "1%", "below 1%"]


def test_what_the_data_says_is_a_figure_that_plotly_accepts(small: Database):
    """Our figures are not checked when they are drawn, so that a redraw is quick: here they are."""
    for query in ("round=v1.0", "round=v1.0&scenario=SingleStream", "division=open", "scenario=MultiStream"):
        found = overview.field(small, selected(query), "accelerator")
        assert found is not None
        if found.rows:
            checked(drawn(list(found.rows), found.per))
    checked(two_ends(End("a", 3.0, "NVIDIA", "Samples/s"), End("b", 2.0, None, "Samples/s"), "1.50x"))


def checked(figure: go.Figure) -> None:
    content = json.loads(figure.to_json())
    content["layout"].pop("template", None)
    go.Figure(content)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.floats(1e-9, 1.0),
            st.sampled_from(["NVIDIA", "AMD", "Maker of few", None]),
            st.integers(0, 10**6),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_field_is_a_picture_with_all_its_results(given: list[tuple[str, float, str | None, int]]):
    rows = [row(name, share, vendor, accelerators=many) for name, share, vendor, many in sorted(given, key=str)]
    figure = drawn(rows)
    checked(figure)
    assert sum(len(each.x) for each in trace(figure, "markers")) == len(rows)
    assert figure.layout.height > 54 * len(lines(rows))


@pytest.mark.parametrize(("faster", "slower"), [(300.0, 200.0), (0.5, 2.0)])
def test_the_hatched_part_is_what_lies_between_the_two(faster: float, slower: float):
    """Of a throughput what the slower one misses, of a latency what it has too much."""
    bars, hatched, *_ = two_ends(End("a", faster, "AMD", "x"), End("b", slower, "AMD", "x"), "2x").data
    assert list(bars.x) == [faster, min(faster, slower)]
    assert hatched.base[0] + hatched.x[0] == max(faster, slower)
    assert hatched.base[0] == min(faster, slower)
    assert hatched.marker.pattern.shape == "/"


def test_the_ratio_stands_inside_the_picture_even_where_hardly_anything_is_missing():
    figure = two_ends(End("a", 100.0, "AMD", "x"), End("b", 99.0, "AMD", "x"), "1.01x")
    (words,) = figure.layout.annotations
    assert words.text == "<b>1.01x</b>"
    assert words.x <= 93.0
