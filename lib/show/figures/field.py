"""A finding within its field: one line a benchmark, scenario, unit and system type, a dot a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from lib.show.figures.colours import ODD, OTHERS
from lib.show.wording import exact, plotly, system_label

MOST_LINES = 40  # of 52 pixels each: more are no chart any more, and whoever draws says how many there are
Row = dict[str, Any]


def line_of(row: Row) -> str:
    """The line that a result stands on: its field, of which a finding's round and division are one."""
    return f"{row['benchmark']} {row['scenario']} ({row['unit']}, {row['system_type']})"


def lines_of(rows: Sequence[Row]) -> list[str]:
    """The lines of a chart in their order: those with members of the finding first."""
    told = dict.fromkeys(line_of(row) for row in rows if row["is_about"])
    return list(told | dict.fromkeys(line_of(row) for row in rows))


def members_in_field(rows: Sequence[Row]) -> go.Figure:
    """A finding's members among all results of their field, at most MOST_LINES lines of them.

    `rows` are of `findings.field_of_anomaly`; a dot's place is its share of the field's best. What the finding is not
    about, and only set beside, has a mark of its own.
    """
    lines = lines_of(rows)[:MOST_LINES]
    drawn = [row for row in rows if line_of(row) in lines]
    kinds: tuple[tuple[str, str, int, str, Callable[[Row], bool]], ...] = (
        ("other results of the field", OTHERS, 8, "circle-open", lambda row: row["role"] is None),
        ("set beside them", OTHERS, 10, "diamond-open", lambda row: row["role"] is not None and not row["is_about"]),
        ("what this finding is about", ODD, 13, "diamond", lambda row: row["is_about"]),
    )
    data = [
        _dots([row for row in drawn if is_one(row)], lines, name, shade, size, symbol)
        for name, shade, size, symbol, is_one in kinds
    ]
    return go.Figure({"data": data, "layout": _layout(lines)})


def _layout(lines: list[str]) -> dict[str, Any]:
    return {
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


def _dots(rows: Sequence[Row], lines: list[str], name: str, shade: str, size: int, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "marker": {"color": shade, "size": size, "symbol": symbol},
        "x": [row["share"] for row in rows],
        "y": [lines.index(line_of(row)) for row in rows],
        "hovertext": [
            f"<b>{plotly(system_label(row))}</b><br>{exact(row['value'])} {plotly(row['unit'])}" for row in rows
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
