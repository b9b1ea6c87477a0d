"""Every chart. The only module that imports Plotly; graph_objects only, because plotly.express costs 20 ms a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from lib.analysis.ranking import tiers
from lib.show.wording import DERIVED, exact, hardware, number, plotly, shortened, system_label

# Okabe and Ito's colours, told apart by colour-blind readers too; the vendor's name stands beside each bar as well.
_COLOURS = {
    "NVIDIA": "#009E73",
    "AMD": "#D55E00",
    "Intel": "#0072B2",
    "Google": "#E69F00",
    "Qualcomm": "#CC79A7",
    None: "#8A9099",
}
_OTHERS = ("#56B4E9", "#A6761D", "#7570B3", "#B2B200", "#666699", "#C06060")
_GREY = "#8A9099"
_ROW_PX = 46


def colour(vendor: str | None) -> str:
    """A vendor's one colour, under every filter and on every page."""
    if vendor in _COLOURS:
        return _COLOURS[vendor]
    return _OTHERS[sum(ord(letter) for letter in str(vendor)) % len(_OTHERS)]


def ranking_bars(rows: Sequence[dict[str, Any]], unit: str, per: str) -> go.Figure:
    """The first rows of a ranking as bars, each with its name above it and its value and unit at its end.

    `rows` are of `questions.ranked`; a bar's customdata is its system_id. Tiers of accelerator counts are named.
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
    mark = " ⚠" if row.get("anomaly_id") else ""
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
    return "<br>".join(lines)


def members_in_field(rows: Sequence[dict[str, Any]]) -> go.Figure:
    """A finding's members among all results of their field: one line a benchmark and scenario, a dot a result.

    `rows` are of `questions.field_of_anomaly`; a dot's place is its share of the field's best.
    """
    lines = list(dict.fromkeys(f"{row['benchmark']} {row['scenario']}" for row in rows))[:8]
    rows = [row for row in rows if f"{row['benchmark']} {row['scenario']}" in lines]
    others, members = ([row for row in rows if (row["role"] is not None) == wanted] for wanted in (False, True))
    data = [
        _dots(others, lines, "other results of the field", _GREY, 8, "circle-open"),
        _dots(members, lines, "members of this finding", "#D55E00", 13, "diamond"),
    ]
    layout = {
        "height": 90 + 52 * max(len(lines), 1),
        "margin": {"l": 4, "r": 12, "t": 34, "b": 40},
        "dragmode": False,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "xaxis": {
            "range": [0, 1.06],
            "tickformat": ".0%",
            "title": {"text": "share of the field's best (derived)"},
            "fixedrange": True,
        },
        "yaxis": {
            "range": [len(lines) - 0.4, -0.6],
            "fixedrange": True,
            "tickvals": list(range(len(lines))),
            "ticktext": [plotly(line) for line in lines],
            "automargin": True,
        },
        "hoverlabel": {"align": "left"},
    }
    return go.Figure({"data": data, "layout": layout})


def _dots(
    rows: Sequence[dict[str, Any]], lines: list[str], name: str, shade: str, size: int, symbol: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "marker": {"color": shade, "size": size, "symbol": symbol},
        "x": [row["share"] for row in rows],
        "y": [lines.index(f"{row['benchmark']} {row['scenario']}") for row in rows],
        "hovertext": [
            f"<b>{plotly(system_label(row))}</b><br>{exact(row['value'])} {plotly(row['unit'])}" for row in rows
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


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
            "font": {"size": 12, "color": _GREY},
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
            "line": {"width": 1, "dash": "dot", "color": _GREY},
        }
        for tier in found[1:]
    ]
    return names, lines
