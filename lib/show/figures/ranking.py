"""A ranking as bars whose oddities are drawn.

A row holds its rank and name, its configuration, its bar, and below an odd one how far it is from what and why. An odd
bar is outlined and its distance hatched; a bracket at the right ties a pair; the other bars step back. The values are
tick labels of a second axis that is shifted out of the drawing: a column that is never cut, at a quarter of the cost of
annotations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from lib.show.configuration import fitting, lines
from lib.show.figures.base import HATCH, PHONE, TRANSPARENT, Layout, fold, made, note, picture
from lib.show.figures.colours import ODD, PAPER, QUIET, TEXT, colour
from lib.show.wording import decimals_of, fixed, plotly, shortened

DENSE_FROM = 21  # rows; more are a list, in which each row is one line on its own bar
# The least width of a window that still shows the words around the drawing whole; labels are cut at its edge there.
_WORDS_PX = 680
_FULL_PX, _DENSE_PX, _RULE_PX, _LINE_PX = 54, 26, 22, 16
_BAR_PX, _DENSE_BAR_PX, _LANE_PX, _RATIO_PX = 12, 20, 9, 54
_QUIET, _BEHIND_WORDS = 0.45, 0.22  # opacities: of bars that step back, and of those that words stand on
# Characters of a line: names 13 px bold, configurations 12 px, marks 12.5 px.
_NAME, _CONFIGURATION, _MARK = 100, 148, 104
_MOST_PARTS = 5  # on a telephone
_NAME_ON_PHONE, _CONFIGURATION_ON_PHONE, _MARK_ON_PHONE = 44, 54, 52
_MOST = 1e300  # an axis cannot reach further


@dataclass(frozen=True)
class Bar:
    """A row: rank, name, the parts of its configuration, the most telling first, and what a click on it picks.

    `each` is the value per accelerator, None where it says nothing; `hover` is harmless already.
    """

    rank: int
    name: str
    parts: Sequence[str]
    value: float
    vendor: str | None
    pick: str
    hover: str
    each: float | None = None


@dataclass(frozen=True)
class Tie:
    """What is odd: the rows `odd` and `other` (as they are drawn, from 0), the value that was to be expected, how far
    apart, against what and why, and the link to the finding."""

    odd: int
    other: int | None
    expected: float
    ratio: str
    words: str
    link: str


@dataclass(frozen=True)
class Words:
    """What stands around the drawing: a sentence, the population, the source, the values' unit; further entries of the
    legend, which are harmless already."""

    title: str
    population: str
    source: str
    unit: str
    legend: Sequence[str] = ()


@dataclass
class _Places:
    """Where things stand, in px from the top: each row's name, configuration and bar, the marks' lines, the rules."""

    names: list[float]
    configurations: list[float]
    bars: list[float]
    marks: dict[int, float]
    rules: list[tuple[float, str]]
    height: int = 0


def ranking(
    bars: Sequence[Bar],
    ties: Sequence[Tie],
    words: Words,
    rules: Sequence[tuple[int, str]] = (),
    is_narrow: bool = False,
) -> go.Figure:
    """The first rows of a ranking, best first, with what is odd among them.

    `rules` are dotted lines before a row (as drawn, from 0) with what they say. A bar's customdata is its `pick`.
    """
    is_dense = len(bars) >= DENSE_FROM and not is_narrow
    labels = _labels(bars, is_dense, is_narrow)
    told = {tie.odd: _told(tie, is_narrow) for tie in ties}
    places = _places(labels, told, rules, is_dense)
    lanes = _lanes(ties, places)
    digits = decimals_of([bar.value for bar in bars])
    values = [fixed(bar.value, digits) for bar in bars]
    column = max([len(value) for value in values] + [6]) * 8 + 16
    right = column + (_LANE_PX * (1 + max(lane for _, lane in lanes)) + (6 if is_narrow else _RATIO_PX) if lanes else 6)
    layout = picture(
        words.title,
        words.population,
        words.source,
        places.height,
        width=PHONE if is_narrow else _WORDS_PX,
        right=right,
        vendors=dict.fromkeys(bar.vendor for bar in bars),
        legend=[*words.legend, *(_LEGEND if ties else ())],
    )
    layout["hovermode"] = "closest"
    layout["template"] = {"layout": {}}  # Streamlit's own is 3 kB a message, of things that nothing here uses
    layout["xaxis"] = {"range": [0, _longest(bars, ties)], "visible": False, "fixedrange": True}
    layout["yaxis2"] = _values(bars, values, places, column, is_dense or is_narrow)
    layout["shapes"] = [*_brackets(lanes, places, column), *(_dotted(y) for y, _ in places.rules)]
    layout["annotations"] += [
        note(1, 8, plotly(words.unit), QUIET, 12, "right", xref="paper", xshift=column),
        *(note(0, y, plotly(text), QUIET, 12, xref="paper", bgcolor=PAPER) for y, text in places.rules),
        *_mark_words(ties, told, places),
        *([] if is_narrow else _ratios(lanes, places, column)),
    ]
    return made(_traces(bars, ties, labels, places, is_dense, is_narrow), layout)


_LEGEND = (
    f'<span style="color:{ODD};font-size:17px">□</span> odd: part of a finding',
    f'<span style="color:{ODD};font-size:15px">▨</span> its distance from what its twin or its peers reached',
)


def _labels(bars: Sequence[Bar], is_dense: bool, is_narrow: bool) -> list[tuple[list[str], list[str]]]:
    """Each row's lines of name and of configuration, harmless; a dense row is one line of both."""
    if is_narrow:
        return [
            (
                fold(f"{bar.rank}  {bar.name}", _NAME_ON_PHONE),
                [plotly(line) for line in lines(bar.parts[:_MOST_PARTS], _CONFIGURATION_ON_PHONE)],
            )
            for bar in bars
        ]
    room = _CONFIGURATION if not is_dense else 0
    return [
        (
            [f"{bar.rank}  {plotly(shortened(bar.name, _NAME))}"],
            [plotly(fitting(bar.parts, room or max(_CONFIGURATION - 12 - len(bar.name), 30)))],
        )
        for bar in bars
    ]


def _told(tie: Tie, is_narrow: bool) -> list[str]:
    """The lines of a mark, harmless, the ratio bold."""
    first, *rest = fold(f"{tie.ratio} {tie.words}", _MARK_ON_PHONE if is_narrow else _MARK)
    ratio = plotly(tie.ratio)
    return [f"<b>{ratio}</b>{first.removeprefix(ratio)}", *rest]


def _places(
    labels: Sequence[tuple[list[str], list[str]]],
    told: dict[int, list[str]],
    rules: Sequence[tuple[int, str]],
    is_dense: bool,
) -> _Places:
    before, places = dict(rules), _Places([], [], [], {}, [])
    y = 18.0
    for row, (name, configuration) in enumerate(labels):
        if row in before:
            places.rules.append((y + 8, before[row]))
            y += _RULE_PX
        further = 17 * (len(name) - 1), _LINE_PX * (len(configuration) - 1)
        places.names.append(y + (13 if is_dense else 9 + further[0] / 2))
        places.configurations.append(y + (13 if is_dense else 26 + further[0] + further[1] / 2))
        places.bars.append(y + (13 if is_dense else 41 + sum(further)))
        y += _DENSE_PX if is_dense else _FULL_PX + sum(further)
        if row in told:
            places.marks[row] = y - (0 if is_dense else 6)
            y += _LINE_PX * len(told[row]) + 4
    places.height = int(y)
    return places


def _lanes(ties: Sequence[Tie], places: _Places) -> list[tuple[Tie, int]]:
    """The ties with both ends drawn, each in a lane of its own where their brackets would meet."""
    ends: list[float] = []
    found = []
    for tie in sorted((tie for tie in ties if tie.other is not None), key=lambda tie: places.bars[tie.odd]):
        other = tie.other if tie.other is not None else tie.odd
        top, low = sorted((places.bars[other], places.bars[tie.odd]))
        lane = next((number for number, end in enumerate(ends) if end < top), len(ends))
        ends[lane : lane + 1] = [low]
        found.append((tie, lane))
    return found


def _longest(bars: Sequence[Bar], ties: Sequence[Tie]) -> float:
    """The axis' end: the largest value or expected one, 1 where none is above zero."""
    values = [*(bar.value for bar in bars), *(tie.expected for tie in ties)]
    return min(max((value for value in values if value > 0), default=1.0), _MOST)


# In a dense chart words stand on the bars, and a hatch would strike them through.
_REACHED: dict[str, Any] = {"color": TRANSPARENT, "line": {"width": 1, "color": ODD}}


def _traces(
    bars: Sequence[Bar],
    ties: Sequence[Tie],
    labels: Sequence[tuple[list[str], list[str]]],
    places: _Places,
    is_dense: bool,
    is_narrow: bool,
) -> list[dict[str, Any]]:
    odd = list(dict.fromkeys(row for tie in ties for row in (tie.odd, tie.other) if row is not None))
    steps_back = _BEHIND_WORDS if is_dense else _QUIET if ties else 1
    drawn: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "width": _DENSE_BAR_PX if is_dense else _BAR_PX,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    found = [
        drawn
        | {
            "x": [bar.value for bar in bars],
            "y": places.bars,
            "marker": {
                "color": [colour(bar.vendor) for bar in bars],
                "opacity": [1 if row in odd and not is_dense else steps_back for row in range(len(bars))],
                "line": {"width": 0},
            },
            "hovertext": [bar.hover for bar in bars],
            "customdata": [bar.pick for bar in bars],
        }
    ]
    if ties:
        found += [
            drawn
            | {
                "x": [bars[row].value for row in odd],
                "y": [places.bars[row] for row in odd],
                "marker": {"color": TRANSPARENT, "line": {"width": 1.5, "color": ODD}},
                "hoverinfo": "skip",
                "hovertemplate": None,
            },
            drawn
            | {
                "base": [min(tie.expected, bars[tie.odd].value) for tie in ties],
                "x": [abs(tie.expected - bars[tie.odd].value) for tie in ties],
                "y": [places.bars[tie.odd] for tie in ties],
                "marker": _REACHED if is_dense else HATCH,
                "hovertext": [plotly(f"{tie.ratio} {tie.words}") for tie in ties],
                "customdata": [bars[tie.odd].pick for tie in ties],
            },
        ]
    return [*found, *_texts(labels, places, is_dense, is_narrow)]


def _texts(
    labels: Sequence[tuple[list[str], list[str]]], places: _Places, is_dense: bool, is_narrow: bool
) -> list[dict[str, Any]]:
    """Names and configurations, cut at the drawing's edge in a desk's window that is too small for them."""
    text: dict[str, Any] = {
        "type": "scatter",
        "mode": "text",
        "x": [0] * len(labels),
        "textposition": "middle right",
        "hoverinfo": "skip",
        "cliponaxis": not is_narrow,
        "yaxis": "y2",  # the axis of the values is drawn where a trace is on it
    }
    names = ["<br>".join(f"<b>{line}</b>" for line in name) for name, _ in labels]
    if is_dense:
        names = [
            f"{name}&nbsp; <span style='color:{QUIET}'>{configuration[0]}</span>"
            for name, (_, configuration) in zip(names, labels, strict=True)
        ]
    found = [text | {"y": places.names, "text": names, "textfont": {"size": 13, "color": TEXT}}]
    if not is_dense:
        second = ["<br>".join(configuration) for _, configuration in labels]
        found.append(text | {"y": places.configurations, "text": second, "textfont": {"size": 12, "color": QUIET}})
    return found


def _values(bars: Sequence[Bar], values: Sequence[str], places: _Places, column: int, is_short: bool) -> Layout:
    """The column of values as an axis of its own, right of the drawing; with the values each, where there is room."""
    ticks = list(zip(places.bars, values, strict=True))
    each = [bar.each for bar in bars if bar.each is not None]
    if each and not is_short:
        digits = decimals_of(each)
        ticks += [
            (y, f'<span style="font-size:12px;font-weight:normal;color:{QUIET}">{fixed(bar.each, digits)} each</span>')
            for y, bar in zip(places.configurations, bars, strict=True)
            if bar.each is not None
        ]
    return {
        "overlaying": "y", "anchor": "free", "position": 1, "shift": column, "side": "left",
        "range": [places.height, 0], "fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "",
        "tickvals": [y for y, _ in ticks], "ticktext": [text for _, text in ticks],
        "tickfont": {"size": 13, "color": TEXT, "weight": "bold"},
    }  # fmt: skip


def _brackets(lanes: Sequence[tuple[Tie, int]], places: _Places, column: int) -> list[Layout]:
    found = []
    for tie, lane in lanes:
        x, ends = column + 11 + _LANE_PX * lane, [places.bars[row] for row in (tie.odd, tie.other) if row is not None]
        path = f"M{x - 6},{ends[1]} L{x},{ends[1]} L{x},{ends[0]} L{x - 6},{ends[0]}"
        line = {"width": 2, "color": ODD}
        found.append({"type": "path", "xref": "paper", "xsizemode": "pixel", "xanchor": 1, "path": path, "line": line})
    return found


def _dotted(y: float) -> Layout:
    line = {"width": 1, "dash": "dot", "color": QUIET}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def _mark_words(ties: Sequence[Tie], told: dict[int, list[str]], places: _Places) -> list[Layout]:
    """Below each odd bar its distance and cause, which lead to the finding."""
    return [
        note(
            0, places.marks[tie.odd], _anchor(tie, "<br>".join(told[tie.odd])), ODD, xref="paper", yanchor="top"
        )
        for tie in ties
    ]  # fmt: skip


def _ratios(lanes: Sequence[tuple[Tie, int]], places: _Places, column: int) -> list[Layout]:
    """At each bracket's odd end its ratio."""
    return [
        note(1, places.bars[tie.odd], _anchor(tie, f"<b>{plotly(tie.ratio)}</b>"), ODD, 13, xref="paper",
             xshift=column + 16 + _LANE_PX * lane)
        for tie, lane in lanes
    ]  # fmt: skip


def _anchor(tie: Tie, text: str) -> str:
    """A text as a link, with a blank behind it: Plotly puts a second, empty link around a text that is nothing else."""
    return f'<a href="{tie.link}" target="_self" style="color:{ODD}">{text}</a>&nbsp;'
