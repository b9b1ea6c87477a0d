"""The two ends of a finding as two bars: what the slower one misses is hatched, and the ratio stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from lib.show.figures.base import HATCH, Layout, made, note
from lib.show.figures.colours import ODD, PAPER, QUIET, TEXT, colour
from lib.show.wording import number, plotly, shortened

_ROW, _WORDS, _BAR, _THICK = 34, 8, 24, 12  # px: a row, and in it the words and the bar
_MOST = 36  # characters of 12.5 px bold beside a value at 320 px


@dataclass(frozen=True)
class End:
    """One end: who, the value compared, and its unit, which whoever draws says beside the picture."""

    name: str
    value: float
    vendor: str | None
    unit: str


def two_ends(faster: End, slower: End, ratio: str) -> go.Figure:
    """Two bars from zero, the faster one above; of latencies the slower one is the longer.

    The hatched part is what lies between the two: missing of a throughput, too much of a latency.
    """
    least, most = sorted((faster.value, slower.value))
    rows = (faster, slower)
    bars: dict[str, Any] = {"type": "bar", "orientation": "h", "width": _THICK, "hoverinfo": "skip"}
    data = [
        bars
        | {
            "x": [faster.value, least if slower.value > faster.value else slower.value],
            "y": [_BAR, _ROW + _BAR],
            "marker": {"color": [colour(end.vendor) for end in rows]},
        },
        bars | {"base": [least], "x": [most - least], "y": [_ROW + _BAR], "marker": HATCH},
        _text([f"<b>{plotly(shortened(end.name, _MOST))}</b>" for end in rows], 0, "right", TEXT),
        _text([number(end.value) for end in rows], most, "left", QUIET),
    ]
    return made(data, _layout(least, most, ratio))


def _layout(least: float, most: float, ratio: str) -> Layout:
    # Far to the right the ratio would leave the picture; in a narrow part it covers it: the bars still tell.
    middle = (least + most) / 2
    return {
        "height": 2 * _ROW + 2,
        "margin": {"l": 2, "r": 2, "t": 1, "b": 1},
        "font": {"color": TEXT, "size": 12.5},
        "barmode": "overlay",
        "showlegend": False,
        "dragmode": False,
        "xaxis": {"range": [0, most], "visible": False, "fixedrange": True},
        "yaxis": {"range": [2 * _ROW, 0], "visible": False, "fixedrange": True},
        "annotations": [
            note(
                min(middle, most * 0.93), _ROW + _BAR, f"<b>{plotly(ratio)}</b>", ODD, 13, "center",
                bgcolor=PAPER, borderpad=0,
            )
        ],
    }  # fmt: skip


def _text(texts: list[str], x: float, side: str, shade: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x] * len(texts),
        "y": [_WORDS + _ROW * place for place in range(len(texts))],
        "text": texts,
        "textposition": f"middle {side}",
        "textfont": {"size": 12.5, "color": shade},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
