"""Charts: what data may say in a chart, one colour a vendor, tiers, axes that start at zero."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from lib.analysis.ranking import Tier, tiers
from lib.query import rankings
from lib.query.connection import Database
from lib.show.figures.bars import ranking_bars
from lib.show.figures.colours import colour
from tests.query.fixtures import selected
from tests.show.payloads import PAYLOADS

SERVER = "round=v1.0&division=closed&benchmark=resnet50&scenario=Server"
OURS = re.compile(r"</?[bi]>|<br>|<extra></extra>|%\{hovertext\}")
TEXTS = (
    "submitter",
    "platform",
    "system_name",
    "public_id",
    "benchmark",
    "scenario",
    "unit",
    "accelerator",
    "accelerator_vendor",
    "cpu",
    "framework",
    "serving",
    "system_id",
    "count_note",
    "unit_source",
)


def rows_of(db: Database, query: str) -> list[dict[str, Any]]:
    return [row for row in rankings.ranked(db, selected(query)).table.to_pylist() if row["rank"] is not None]


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


def hostile(row: dict[str, Any], payload: str) -> dict[str, Any]:
    return {**row, **dict.fromkeys(TEXTS, payload)}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_data_becomes_a_tag_or_a_template(small: Database, payload: str):
    rows = [hostile(row, payload) for row in rows_of(small, SERVER)]
    figure = json.loads(ranking_bars(rows, payload, "accelerator").to_json())
    for path, text in strings(
        {"data": figure["data"], "layout": {k: v for k, v in figure["layout"].items() if k != "template"}}
    ):
        if path.endswith(".customdata"):
            continue
        rest = OURS.sub("", text)
        assert not set("<>") & set(rest), path
        assert "%{" not in rest, path
        assert "<a" not in text.lower()
        assert "$" not in rest, path


def test_a_bar_says_on_hover_which_counts_and_unit_are_not_as_declared(small: Database):
    rows = [{**row, "count_note": None, "unit_source": None} for row in rows_of(small, SERVER)[:2]]
    rows[0] |= {"count_note": "7 accelerators (the name; 8 declared) · CPUs per node unknown", "unit_source": "by rule"}
    figure = ranking_bars(rows, "Queries/s", "accelerator")
    told = {trace.customdata[i]: trace.hovertext[i] for trace in figure.data[:-1] for i in range(len(trace.x))}
    hover = told[rows[0]["system_id"]].split("<br>")
    assert "† not as declared: 7 accelerators (the name; 8 declared)" in hover
    assert "† not as declared: CPUs per node unknown" in hover
    assert "another unit than logged: by rule" in hover
    assert "†" not in told[rows[1]["system_id"]]
    assert [name.endswith(" †") for name in figure.data[-1].text] == [True, False]


def test_a_bar_leads_to_its_system_and_shows_its_value_and_unit(small: Database):
    rows = rows_of(small, SERVER)
    figure = ranking_bars(rows, "Queries/s", "system")
    bars = {
        place: (trace.customdata[i], trace.x[i], trace.text[i])
        for trace in figure.data
        if trace.type == "bar"
        for i, place in enumerate(trace.y)
    }
    assert [bars[place] for place in range(len(rows))] == [
        (row["system_id"], row["value"], f"{text} Queries/s")
        for row, text in zip(
            rows,
            ["310.00", "300.00", "290.00", "250.00", "200.00", "200.00", "50.00", "20.00", "15.00", "10.00"],
            strict=True,
        )
    ]


def test_the_names_stand_in_the_rankings_order_with_rank_and_mark(small: Database):
    names = next(
        trace for trace in ranking_bars(rows_of(small, SERVER), "Queries/s", "system").data if trace.type == "scatter"
    )
    assert names.text[1].startswith("<b>2</b>  Acme · Box")
    assert [text for text in names.text if "⚠" in text] == [names.text[1], names.text[4], "<b>5</b>  Beta · four ⚠"]
    assert list(names.y) == sorted(names.y)


def test_the_axis_starts_at_zero_and_leaves_room_for_the_labels(small: Database):
    low, high = ranking_bars(rows_of(small, SERVER), "Queries/s", "system").layout.xaxis.range
    assert low == 0
    assert high > 310


@pytest.mark.parametrize("values", [[0.0], [0.0, 0.0], [-5.0], [1e308], [1.7e308, 1.0], [5e-324], []])
def test_absurd_values_make_a_chart_with_a_finite_axis(small: Database, values: list[float]):
    row = rows_of(small, SERVER)[0]
    figure = ranking_bars([{**row, "shown": value, "value": value} for value in values], "Queries/s", "system")
    low, high = figure.layout.xaxis.range
    assert low == 0 < high < float("inf")
    json.loads(figure.to_json(), parse_constant=lambda name: pytest.fail(name))


@pytest.mark.parametrize("query", [SERVER, SERVER + "&per=accelerator", "scenario=SingleStream&round=v1.0"])
def test_a_vendor_has_one_colour_under_every_filter(small: Database, query: str):
    for trace in ranking_bars(rows_of(small, query), "x", "system").data:
        if trace.type == "bar":
            vendor = None if trace.name == "CPU only or unknown" else trace.name
            assert trace.marker.color == colour(vendor)


def test_the_usual_vendors_have_different_colours():
    vendors = ("NVIDIA", "AMD", "Intel", "Google", "Qualcomm", None)
    assert len({colour(vendor) for vendor in vendors}) == len(vendors)


def test_any_vendor_has_a_colour_that_stays():
    for name in PAYLOADS:
        assert re.fullmatch("#[0-9A-F]{6}", colour(name))
        assert colour(name) == colour(name)


def test_no_vendor_is_told_by_colour_alone(small: Database):
    figure = ranking_bars(rows_of(small, SERVER), "Queries/s", "system")
    assert {trace.name for trace in figure.data if trace.type == "bar"} == {"NVIDIA", "Qualcomm", "CPU only or unknown"}
    assert figure.layout.showlegend


def test_tiers_are_named_where_the_counts_separate():
    assert [(tier.first, tier.last, tier.accelerators) for tier in tiers([8, 8, 4, 1])] == [
        (0, 1, 8),
        (2, 2, 4),
        (3, 3, 1),
    ]
    assert tiers([8, 4, 8]) == tiers([8, 8]) == tiers([8, None, 4]) == tiers([]) == tiers([3]) == []
    assert tiers([0, 8]) == [Tier(0, 0, 0), Tier(1, 1, 8)]


def test_every_tier_of_every_small_ranking_is_an_unbroken_run():
    for counts in itertools.product([1, 2, 4], repeat=5):
        found = tiers(counts)
        covered = [place for tier in found for place in range(tier.first, tier.last + 1)]
        assert covered in ([], list(range(5)))
        assert all(counts[place] == tier.accelerators for tier in found for place in range(tier.first, tier.last + 1))


def test_a_derived_value_says_so_on_hover(small: Database):
    rows = rows_of(small, SERVER + "&per=accelerator")
    figure = ranking_bars(rows, "Queries/s", "accelerator")
    hovers = [text for trace in figure.data if trace.type == "bar" for text in trace.hovertext]
    assert all("derived, not verified by MLCommons" in text for text in hovers)
    plain = ranking_bars(rows_of(small, SERVER), "Queries/s", "system")
    assert not any("derived" in text for trace in plain.data if trace.type == "bar" for text in trace.hovertext)


def test_the_hover_has_the_configuration_and_the_target(small: Database):
    figure = ranking_bars(rows_of(small, SERVER), "Queries/s", "system")
    hover = next(
        text
        for trace in figure.data
        if trace.type == "bar"
        for text, row in zip(trace.hovertext, trace.customdata, strict=True)
        if row == "v1.0/closed/Acme/big"
    )
    assert "8x NVIDIA A100-SXM-80GB, 2x AMD EPYC 7742 (64 cores)" in hover
    assert "target 310 queries/s" in hover
