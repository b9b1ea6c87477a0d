"""Bars: the first rows of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from lib.analysis.ranking import tiers
from lib.query.remarks import BETWEEN
from lib.show.figures.colours import QUIET, colour
from lib.show.wording import DERIVED, OTHER_COUNT, exact, hardware, number, plotly, shortened, system_label

_ROW_PX = 46


def ranking_bars(rows: Sequence[dict[str, Any]], unit: str, per: str) -> go.Figure:
    """The first rows of a ranking as bars, each with its name above it and its value and unit at its end.

    `rows` are of `rankings.ranked`; a bar's customdata is its system_id. Tiers of accelerator counts are named.
    """
    suffix = unit if per == "system" else f"{unit} per {per}"
    vendors = dict.fromkeys(row["accelerator_vendor"] for row in rows)
    names = {
        "type": "scatter",
        "x": [0] * len(rows),
        "y": [place - 0.4 for place in range(len(rows))],
        "mode": "text",
        "textposition": "middle right",
        "text": [_name(row) for row in rows],
        "hoverinfo": "skip",
        "showlegend": False,
        "cliponaxis": False,
    }
    annotations, shapes = _tier_marks(rows)
    layout = {
        "height": _ROW_PX * max(len(rows), 2) + 90,
        "margin": {"l": 4, "r": 4, "t": 34, "b": 30},
        "barmode": "overlay",
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 12}},
        "showlegend": True,
        "xaxis": {"range": [0, _longest(rows) * 1.32], "fixedrange": True, "tickformat": "~s", "nticks": 5},
        "yaxis": {"range": [len(rows) - 0.4, -0.75], "visible": False, "fixedrange": True},
        "dragmode": False,
        "hoverlabel": {"align": "left"},
        "annotations": annotations,
        "shapes": shapes,
    }
    # One call: each update of a figure that exists already costs Plotly milliseconds.
    return go.Figure(
        {"data": [*(_vendor_bars(rows, vendor, suffix, per) for vendor in vendors), names], "layout": layout}
    )


def _longest(rows: Sequence[dict[str, Any]]) -> float:
    """The axis' end before the labels: the largest value, 1 where none is above zero."""
    return min(max((row["shown"] for row in rows if row["shown"] > 0), default=1.0), 1e300)


def _vendor_bars(rows: Sequence[dict[str, Any]], vendor: str | None, suffix: str, per: str) -> dict[str, Any]:
    places = [place for place, row in enumerate(rows) if row["accelerator_vendor"] == vendor]
    return {
        "type": "bar",
        "x": [rows[place]["shown"] for place in places],
        "y": places,
        "orientation": "h",
        "width": 0.46,
        "name": plotly(vendor or "CPU only or unknown"),
        "marker": {"color": colour(vendor)},
        "text": [f"{number(rows[place]['shown'])} {plotly(suffix)}" for place in places],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [_hover(rows[place], suffix, per) for place in places],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [rows[place]["system_id"] for place in places],
    }


def _name(row: dict[str, Any]) -> str:
    mark = (" ⚠" if row.get("anomaly_id") else "") + (f" {OTHER_COUNT}" if row.get("count_note") else "")
    return f"<b>{row['rank']}</b>  {plotly(shortened(system_label(row), 60))}{mark}"


def _hover(row: dict[str, Any], suffix: str, per: str) -> str:
    lines = [
        f"<b>{plotly(system_label(row))}</b>",
        plotly(shortened(hardware(row), 110)),
        f"{exact(row['shown'])} {plotly(suffix)}",
    ]
    if per != "system":
        lines.append(f"{exact(row['value'])} {plotly(row['unit'])} in all; {DERIVED}")
    software = [row["framework"], row["serving"]]
    lines += [plotly(shortened(text, 110)) for text in software if text]
    if row["target_qps"] is not None and row["scenario"] in ("Server", "Interactive"):
        lines.append(f"target {exact(row['target_qps'])} queries/s")
    if row["is_inferred"]:
        lines.append("inferred from another scenario's run")
    if row.get("count_note"):
        lines += [
            f"{OTHER_COUNT} not as declared: {plotly(shortened(note, 90))}" for note in row["count_note"].split(BETWEEN)
        ]
    if row.get("unit_source"):
        lines.append(f"another unit than logged: {plotly(shortened(row['unit_source'], 110))}")
    return "<br>".join(lines)


def _tier_marks(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Each tier's name at the right, and a dotted line above each tier but the first."""
    found = tiers([row["accelerators"] for row in rows])
    names = [
        {
            "xref": "paper",
            "x": 1,
            "xanchor": "right",
            "y": tier.first - 0.4,
            "yref": "y",
            "showarrow": False,
            "text": f"<i>{tier.accelerators} accelerator{'s' if tier.accelerators != 1 else ''}</i>",
            "font": {"size": 12, "color": QUIET},
        }
        for tier in found
    ]
    lines = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": tier.first - 0.68,
            "y1": tier.first - 0.68,
            "line": {"width": 1, "dash": "dot", "color": QUIET},
        }
        for tier in found[1:]
    ]
    return names, lines
