"""What every figure has inside its picture: a title, the population, the vendors' colours, the source.

A downloaded picture is fit for a slide by itself. Vertical places are pixels from the top of the drawing (an axis that
runs from its height to 0), so that text, bars and gaps keep their sizes at any width. A figure does not know its width:
texts are folded for the least width that it must bear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from lib.show.figures.colours import ODD, QUIET, TEXT, colour
from lib.show.wording import DERIVED, plotly

PAGE, COLUMN, PHONE = 1000, 520, 350  # least widths in px: a whole page, a column of two, a telephone
# Characters of Source Sans a pixel, with room: title 15 px bold, population 12.5 px, source 12 px.
_TITLE, _POPULATION, _SOURCE = 7.6, 6.1, 5.9
TRANSPARENT = "rgba(0,0,0,0)"
# What is missing up to what a twin or the peers reached.
HATCH: dict[str, Any] = {
    "color": TRANSPARENT,
    "line": {"width": 1.5, "color": ODD},
    "pattern": {"shape": "/", "fgcolor": ODD, "size": 7, "solidity": 0.16},
}
Layout = dict[str, Any]
_TAG = re.compile(r"<[^>]*>")


def source(snapshot: str, is_derived: bool = True) -> str:
    """The line below a picture: whence the numbers are, and which data this is."""
    told = f"Source: MLCommons, MLPerf Inference; Plumbline, snapshot {snapshot}."
    return f"{told} Ratios, shares and values each are {DERIVED}." if is_derived else told


def fold(text: str, most: float) -> list[str]:
    """A text in lines of at most `most` characters, made harmless; a longer word stays whole.

    >>> fold("who leads and by how much", 12)
    ['who leads', 'and by how', 'much']
    """
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [plotly(line) for line in lines]


def note(x: float, y: float, text: str, shade: str = TEXT, size: float = 12.5, at: str = "left", **more: Any) -> Layout:
    """A text at a place; `text` is harmless already."""
    font = {"size": size, "color": shade}
    return {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": at, "align": at, "font": font, **more}


def picture(
    title: str,
    population: str,
    source: str,
    body: int,
    width: int = PAGE,
    left: int = 2,
    right: int = 8,
    vendors: Iterable[str | None] = (),
    legend: Sequence[str] = (),
    axis: int = 0,
) -> Layout:
    """The layout of a figure whose drawing is `body` px high, with its words around it.

    `legend` are further entries of the legend (harmless already); `axis` is the height of the tick labels below the
    drawing. Text of vertical places: `yaxis` runs from 0 at the top to `body`.
    """
    named = [
        f'<span style="color:{colour(vendor)};font-size:17px">■</span> {plotly(vendor or "CPU only, mixed or unknown")}'
        for vendor in vendors
    ]
    entries = _legend_lines([*named, *legend], width / _POPULATION)
    lines, below, foot = (
        fold(title, width / _TITLE),
        fold(population, width / _POPULATION),
        fold(source, width / _SOURCE),
    )
    head = 20 * len(lines) + 17 * (len(below) + len(entries)) + 8
    tail = axis + 8 + 16 * len(foot)
    words = [f'<b><span style="font-size:15px;color:{TEXT}">{line}</span></b>' for line in lines] + below
    return {
        "height": head + body + tail,
        "margin": {"l": left, "r": right, "t": head, "b": tail},
        "font": {"color": TEXT, "size": 12.5},
        "dragmode": False,
        "hoverlabel": {"align": "left"},
        "showlegend": False,
        "barmode": "overlay",
        "shapes": [],
        "yaxis": {"range": [body, 0], "visible": False, "fixedrange": True},
        "annotations": [
            # Plotly's own title is cut at its second line.
            note(
                0, 1, "<br>".join([*words, *entries]), QUIET,
                xref="paper", yref="paper", yanchor="top", yshift=head, xshift=-left,
            ),
            note(
                0, 0, "<br>".join(foot), QUIET, 12,
                xref="paper", yref="paper", yanchor="top", yshift=-axis - 4, xshift=-left,
            ),
        ],
    }  # fmt: skip


def _legend_lines(entries: Sequence[str], most: float) -> list[str]:
    """The entries of a legend in lines of at most `most` characters that are seen; an entry stays whole."""
    lines: list[str] = []
    length = 0
    for entry in entries:
        own = len(_TAG.sub("", entry)) + 3
        if lines and length + own <= most:
            lines[-1] += f"&nbsp;&nbsp; {entry}"
            length += own
        else:
            lines.append(entry)
            length = own
    return lines


def made(data: Iterable[dict[str, Any]], layout: Layout) -> go.Figure:
    """A figure of traces and a layout that are right: Plotly's look at each property takes five of six milliseconds.

    Whoever draws so has a test that validates what it draws.
    """
    return go.Figure({"data": list(data), "layout": layout}, _validate=False)
