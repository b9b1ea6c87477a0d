"""A finding within its field: one line a scenario, a dot a result, the two ends named and tied by their ratio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from lib.show.figures.base import PHONE, fold, picture
from lib.show.figures.colours import ODD, QUIET, RULE, TEXT
from lib.show.wording import plotly

MOST_LINES = 40  # of some 70 pixels each: more are no chart any more, and whoever draws says how many there are
OTHERS, BESIDE, ABOUT = "other results of the field", "set beside them", "what this finding is about"
# Heights in px of a line's parts: its name, a line of its words, the dots, what is written below them, the gap.
_NAME, _WORDS, _RATIO, _DOTS, _BELOW, _GAP = 18, 16, 14, 18, 16, 12
_CHARACTERS = PHONE / 6.1  # of 12.5 px on a telephone
_LETTER, _WIDE = 7, 320  # px: a letter of 13 px, and the drawing on a telephone
_LEFT, _RIGHT = 12, 22  # px: half of a mark, and of the axis' last word


@dataclass(frozen=True)
class Dot:
    """A result: its share of the field's best, what is said when pointed at, its name where it is named."""

    share: float
    hover: str
    name: str = ""


@dataclass(frozen=True)
class Tie:
    """The two ends in one field. `is_turned`: in this field the finding's slower end is ahead."""

    faster: Dot
    slower: Dot
    ratio: str
    is_apart: bool
    is_turned: bool = False


@dataclass(frozen=True)
class Line:
    """A field: what it is called, what is said of it, and its results; those of `tie` stand in no other part."""

    name: str
    words: str
    others: tuple[Dot, ...] = ()
    beside: tuple[Dot, ...] = ()
    about: tuple[Dot, ...] = ()
    tie: Tie | None = None


def in_field(
    lines: Sequence[Line], title: str, population: str, source: str, legend: Sequence[tuple[str, str]] = ()
) -> go.Figure:
    """The lines of a finding, at most MOST_LINES of them; `legend` says what a mark (a letter) stands for."""
    drawn = lines[:MOST_LINES]
    tops, height = _tops(drawn)
    entries = [
        f'<span style="color:{QUIET if words == OTHERS else ODD}">{mark}</span> {plotly(words)}'
        for mark, words in legend
    ]
    layout = picture(title, population, source, height, PHONE, left=_LEFT, right=_RIGHT, axis=24)
    _legend(layout, entries)
    dots = [top + _above(line) + _DOTS // 2 for top, line in zip(tops, drawn, strict=True)]
    layout["shapes"] = [_rule(y) for y in dots]
    layout["xaxis"] = {
        "range": [0, 1], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1], "fixedrange": True,
        "zeroline": False, "gridcolor": RULE, "tickfont": {"size": 12, "color": QUIET},
    }  # fmt: skip
    groups: list[tuple[str, str, dict[str, Any], list[tuple[Dot, ...]]]] = [
        (OTHERS, QUIET, {"size": 8, "opacity": 0.55}, [line.others for line in drawn]),
        (BESIDE, QUIET, {"size": 10, "symbol": "diamond-open"}, [line.beside for line in drawn]),
        (ABOUT, ODD, {"size": 13, "symbol": "diamond"}, [line.about for line in drawn]),
    ]
    data = [_marks(name, shade, look, parts, dots) for name, shade, look, parts in groups]
    data += [_tied(line.tie, y) for line, y in zip(drawn, dots, strict=True) if line.tie]
    return go.Figure({"data": data + _texts(drawn, tops, dots), "layout": layout})


def _legend(layout: dict[str, Any], entries: Sequence[str]) -> None:
    """What the marks mean, a line each, below the population: entries' names are long."""
    if not entries:
        return
    head = layout["annotations"][0]
    head["text"] = "<br>".join([head["text"], *entries])
    head["yshift"] += 17 * len(entries)
    layout["margin"]["t"] += 17 * len(entries)
    layout["height"] += 17 * len(entries)


def _words(line: Line) -> list[str]:
    return fold(line.words, _CHARACTERS) if line.words else []


def _above(line: Line) -> int:
    """The height of what stands above a line's dots."""
    return _NAME + _WORDS * len(_words(line)) + (_RATIO if line.tie else 0)


def _tops(lines: Sequence[Line]) -> tuple[list[int], int]:
    """Where each line begins, and where the last one ends."""
    tops, y = [], 0
    for line in lines:
        tops.append(y)
        has_below = line.tie or any(dot.name for dot in line.about)
        y += _above(line) + _DOTS + (_BELOW if has_below else 0) + _GAP
    return tops, max(y, _NAME)


def _rule(y: int) -> dict[str, Any]:
    line = {"width": 1, "color": RULE}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "layer": "below", "line": line}


def _marks(
    name: str, shade: str, look: dict[str, Any], parts: Sequence[Iterable[Dot]], dots: Sequence[int]
) -> dict[str, Any]:
    placed = [(dot, y) for part, y in zip(parts, dots, strict=True) for dot in part]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "cliponaxis": False,
        "marker": {"color": shade, **look},
        "x": [dot.share for dot, _ in placed],
        "y": [y for _, y in placed],
        "hovertext": [dot.hover for dot, _ in placed],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _tied(tie: Tie, y: int) -> dict[str, Any]:
    """Both ends and the line between them; the finding's faster end is filled in every line."""
    shade = ODD if tie.is_apart else TEXT
    symbols = ["diamond", "diamond-open"] if tie.is_turned else ["diamond-open", "diamond"]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": ABOUT,
        "cliponaxis": False,
        "x": [tie.slower.share, tie.faster.share],
        "y": [y, y],
        "line": {"width": 3, "color": shade},
        "marker": {"size": 13, "symbol": symbols, "color": shade, "line": {"width": 2, "color": shade}},
        "hovertext": [tie.slower.hover, tie.faster.hover],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _texts(lines: Sequence[Line], tops: Sequence[int], dots: Sequence[int]) -> list[dict[str, Any]]:
    """The words above and below the dots, one trace for each colour and size."""
    names = [
        (0.0, top + _NAME // 2, f"<b>{plotly(line.name)}</b>", "middle right")
        for line, top in zip(lines, tops, strict=True)
    ]
    words = [
        (0.0, top + _NAME + _WORDS * at + _WORDS // 2, text, "middle right")
        for line, top in zip(lines, tops, strict=True)
        for at, text in enumerate(_words(line))
    ]
    below = [
        (line.tie.is_apart if line.tie else True, (x, y + offset, text, side))
        for line, y in zip(lines, dots, strict=True)
        for x, offset, text, side in _named(line)
    ]
    return [
        _text(names, TEXT, 13),
        _text(words, QUIET, 12.5),
        _text([placed for is_odd, placed in below if is_odd], ODD, 13),
        _text([placed for is_odd, placed in below if not is_odd], TEXT, 13),
    ]


def _text(placed: Sequence[tuple[float, int, str, str]], shade: str, size: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [x for x, _, _, _ in placed],
        "y": [y for _, y, _, _ in placed],
        "text": [text for _, _, text, _ in placed],
        "textposition": [side for _, _, _, side in placed],
        "textfont": {"size": size, "color": shade},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _named(line: Line) -> list[tuple[float, int, str, str]]:
    """What is written at the dots: share, how far below them, text and on which side of the share."""
    low, high = (_DOTS + _BELOW) // 2, -(_DOTS + _RATIO) // 2
    if line.tie is None:
        return [(dot.share, low, plotly(dot.name), _side(dot.share)) for dot in line.about if dot.name]
    slower, faster = line.tie.slower, line.tie.faster
    middle = (slower.share + faster.share) / 2
    ratio = (middle, high, f"<b>{plotly(line.tie.ratio)}</b>", _side(middle))
    if (faster.share - slower.share) * _WIDE >= _LETTER * (len(slower.name) + len(faster.name)) + 4:
        return [*((dot.share, low, plotly(dot.name), _side(dot.share)) for dot in (slower, faster)), ratio]
    told = plotly(", ".join(filter(None, (slower.name, faster.name))))
    at = faster.share if middle > 0.6 else slower.share if middle < 0.4 else middle
    return [(at, low, told, _side(middle, 0.4)), ratio]


def _side(share: float, room: float = 0.12) -> str:
    """Text near an end of the axis grows inwards."""
    return "middle left" if share > 1 - room else "middle right" if share < room else "middle center"
