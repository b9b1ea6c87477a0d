"""A round's field: a line a benchmark, a dot a result at its share of the line's best, by vendor; the leader named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from lib.catalogue import FIELD_PER
from lib.show.figures.base import COLUMN, made, picture
from lib.show.figures.colours import QUIET, RULE, TEXT, colour
from lib.show.wording import exact, inside, number, plotly, shortened, system_label

Row = dict[str, Any]
# A line in px: name and value, who leads, the dots.
_LINE, _NAME, _LEADER, _DOTS = 54, 8, 24, 41
_LEFT = -0.012  # in shares, where the words begin: room for half a mark at 0
_MOST_VENDORS = 5  # what the legend's line holds at 350 px
_MOST_WORDS = 54  # characters of 12 px there


def lines(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of `overview.field`, a list for each line."""
    return [list(line) for _, line in groupby(rows, key=lambda row: (row["benchmark"], row["unit"]))]


def sentence(rows: Sequence[Row], per: str) -> str:
    """Who leads how many benchmarks, and how near another vendor comes, in one sentence."""
    found = lines(rows)
    leads = Counter(_who(line[0], per) for line in found)
    most = max(leads.values())
    first = [name for name, number_of in leads.items() if number_of == most]
    what = found[0][0]["benchmark"] if len(found) == 1 else f"{most} of {len(found)} benchmarks"
    if len(first) == 1:
        told = f"{first[0]} leads {what}"
    elif len(first) <= 3:
        told = f"{', '.join(first[:-1])} and {first[-1]} lead {what} each"
    else:
        told = f"{len(first)} of them lead {what} each"
    rivals = [(line[0], other) for line in found for other in line if other["is_best"] and _is_rival(other, line[0])]
    nearest = max(rivals, key=lambda pair: pair[1]["share"], default=None)
    if nearest is not None:
        leader, rival = nearest
        where = f" on {rival['benchmark']}" if len(found) > 1 else ""
        near = f"{percent(rival['share'])} of {leader['accelerator_vendor']}"
        told += f"; {rival['accelerator_vendor']} comes to {near}{where}"
    # Latencies are of whole systems anyway.
    return f"{_capital(FIELD_PER.options[per])} {told}" if rows[0]["higher_is_better"] else _capital(told)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share in whole percent; what is not nothing is not called 0%.

    >>> percent(0.834), percent(0.002)
    ('83%', 'below 1%')
    """
    return f"{share:.0%}" if share >= 0.01 else "below 1%"


def _is_rival(row: Row, leader: Row) -> bool:
    return None not in (row["accelerator_vendor"], leader["accelerator_vendor"]) and (
        row["accelerator_vendor"] != leader["accelerator_vendor"]
    )


def _who(row: Row, per: str) -> str:
    """Who leads: of values per accelerator the accelerator, of whole systems the submitter."""
    return str(row["submitter"]) if per == "system" else _model(row).partition("-")[0]


def _model(row: Row) -> str:
    """An accelerator without its maker, whom the colour and the rival's name tell."""
    return str(row["accelerator"] or "CPU only").removeprefix(f"{row['accelerator_vendor']} ")


def round_field(
    rows: Sequence[Row], per: str, title: str, population: str, source: str, width: int = COLUMN
) -> go.Figure:
    """The field of a round; `rows` are of `overview.field`, a dot's customdata is its system_id.

    A vendor's best in a line is a diamond, filled for the line's leader; other results are dots.
    """
    found = lines(rows)
    tops = [_LINE * place for place in range(len(found))]
    vendors = [vendor for vendor, _ in Counter(row["accelerator_vendor"] for row in rows).most_common()]
    layout = picture(
        title,
        population,
        source,
        body=_LINE * max(len(found), 1),
        width=width,
        left=8,
        right=10,
        vendors=vendors[:_MOST_VENDORS],
        legend=["others on hover"] if len(vendors) > _MOST_VENDORS else [],
        axis=24,
    )
    layout["xaxis"] = {
        "range": [_LEFT, 1.015],
        "tickformat": ".0%",
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickfont": {"size": 12, "color": QUIET},
        "gridcolor": RULE,
        "zeroline": False,
        "fixedrange": True,
    }
    layout["yaxis"] |= {
        "visible": True,
        "showticklabels": False,
        "zeroline": False,
        "tickvals": [top + _DOTS for top in tops],
        "gridcolor": RULE,
    }
    return made([*_marks(found, tops, per), *_words(found, tops, per)], layout)


def _marks(found: Sequence[Sequence[Row]], tops: Sequence[int], per: str) -> Iterator[dict[str, Any]]:
    """The dots, and above them each vendor's best."""
    placed = [(row, top + _DOTS, row is line[0]) for line, top in zip(found, tops, strict=True) for row in line]
    for is_best in (False, True):
        own = [(row, y, is_first) for row, y, is_first in placed if row["is_best"] == is_best]
        shades = [colour(row["accelerator_vendor"]) for row, _, _ in own]
        marker: dict[str, Any] = {"color": shades, "size": 9, "opacity": 0.55}
        if is_best:
            symbols = ["diamond" if is_first else "diamond-open" for _, _, is_first in own]
            marker |= {"size": 13, "opacity": 1, "symbol": symbols, "line": {"width": 2, "color": shades}}
        yield {
            "type": "scatter",
            "mode": "markers",
            "cliponaxis": False,
            "x": [round(row["share"], 4) for row, _, _ in own],
            "y": [y for _, y, _ in own],
            "hovertext": [_hover(row, per) for row, _, _ in own],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "customdata": [row["system_id"] for row, _, _ in own],
            "marker": marker,
        }


def _words(found: Sequence[Sequence[Row]], tops: Sequence[int], per: str) -> Iterator[dict[str, Any]]:
    """Above each line the benchmark, the best value with its unit, and who has it: three traces, for an annotation
    each costs ten times as much."""
    leaders = [line[0] for line in found]
    named = [f"<b>{plotly(shortened(row['benchmark'], 30))}</b>" for row in leaders]
    values = [f"{number(row['shown'])} {plotly(inside(row['unit']))}" for row in leaders]
    told = [plotly(shortened(_leader(line, per), _MOST_WORDS)) for line in found]
    for texts, x, side, down, size, shade in (
        (named, _LEFT, "right", _NAME, 13, TEXT),
        (values, 1.015, "left", _NAME, 12.5, TEXT),
        (told, _LEFT, "right", _LEADER, 12, QUIET),
    ):
        yield {
            "type": "scatter",
            "mode": "text",
            "x": [x] * len(texts),
            "y": [top + down for top in tops],
            "text": texts,
            "textposition": f"middle {side}",
            "textfont": {"size": size, "color": shade},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }


def _leader(line: Sequence[Row], per: str) -> str:
    """Who leads a line, and the next vendor with its share."""
    first = line[0]
    who = f"{_model(first)}, {first['submitter']}"
    if per == "system" and (first["accelerators"] or 0) > 1:
        who = f"{first['submitter']}, {first['accelerators']:,}x {_model(first)}"
    rival = next((row for row in line if row["is_best"] and _is_rival(row, first)), None)
    return f"{who}; {rival['accelerator_vendor']} {percent(rival['share'])}" if rival else who


def _hover(row: Row, per: str) -> str:
    """Short, for it is there for each of some two hundred dots."""
    unit = row["unit"] if per == "system" else f"{row['unit']} per {per}"
    many = "" if row["accelerators"] is None else f"{row['accelerators']:,}x "
    return (
        f"<b>{plotly(shortened(system_label(row), 60))}</b><br>"
        f"{many + plotly(_model(row)) if row['accelerator'] else 'CPU only'}<br>"
        f"{exact(row['shown']) if per == 'system' else number(row['shown'])} {plotly(unit)}, {percent(row['share'])}"
    )
