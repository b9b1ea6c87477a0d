"""Every table and chart is drawn here: each says when it shows fewer than there are, and what was clicked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from lib import links
from lib.query.connection import Answer
from lib.schema import Column
from lib.selection import of
from lib.settings import settings
from lib.show import picks
from lib.show.columns import configured, title
from lib.show.listing import Ways, listing
from lib.show.wording import markdown, meanings, of_total
from lib.vocabulary import MEANINGS

if TYPE_CHECKING:
    import plotly.graph_objects as go

_TABLE_PX = 560
_ROW_PX = 35
_WITH_WORDS = ("division", "system_type", "scenario", "availability")
_FEWEST_TOLD = 4  # columns: what fewer hold, their heads say
# Where the rows are that a table does not show.
IN_CSV = "the CSV holds all"
BY_FILTERS = "narrow the filters to see the others"
# What is said of few rows, and of most tables' rows of none.
REMARKS = ("no_rank", "doubt", "count_note", "unit_source", "checker_inferred", "doubted_results")


def _config(name: str) -> dict[str, Any]:
    """What Plotly offers with a chart: its picture, under a name."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": name},
    }


def is_phone() -> bool:
    """Whether the reader's window is narrow, as our script told at its connection; without it, as a telephone says."""
    told = st.context.cookies.get("narrow")
    return told == "1" if told in ("0", "1") else "Mobi" in (st.context.headers.get("User-Agent") or "")


@dataclass(frozen=True)
class Shown:
    """How much of what there is a chart draws; `note` says why the rest is not, `hint` what one can do in it."""

    drawn: int
    total: int
    things: str = "results"
    note: str = ""
    hint: str = ""


def listed(
    answer: Answer,
    of: str,
    names: Sequence[str],
    things: str = "rows",
    ways: Ways | None = None,
    titles: Mapping[str, str] | None = None,
    rest: str = "",
    is_shortened: bool = True,
) -> None:
    """Draw these columns of an answer as a table whose names are links, the first rows of a long one.

    `of` is the answer's name in the dictionary of columns, and the table's own on the page. `ways` gives the cells of a
    column their links. All rows of a long table stand below it, to sort and to search in, as soon as somebody opens
    them; `rest` says where the rows are that those do not hold. `is_shortened`: what all rows share is said once.
    """
    held = answer.table.slice(0, settings().max_table_rows)
    shown = listing(held, of, names, ways or {}, titles or {}, is_shortened)
    has_more = shown.rows < held.num_rows
    told = []
    if shown.rows < answer.total:
        more = f"; {rest}" if rest and not has_more else ""
        told.append(f"The first {of_total(shown.rows, answer.total, things)}{more}.")
    if shown.shared:
        whose = "All" if held.num_rows == answer.total else f"All in these {held.num_rows:,}"
        told.append(f"{whose}: {shown.shared}.")
    if told:
        st.caption(" ".join(told))
    with st.container(key=f"rows_{of}"):
        st.markdown(shown.text)
    if has_more:
        _all_rows(Answer(held, answer.total), of, names, things, ways or {}, titles, rest)
    _meanings(of, shown.columns, held)


def _all_rows(
    answer: Answer,
    of: str,
    names: Sequence[str],
    things: str,
    ways: Ways,
    titles: Mapping[str, str] | None,
    rest: str,
) -> None:
    """All rows, to sort, search and widen; nothing of them is sent until somebody opens them."""
    held = answer.table
    label = (
        of_total(held.num_rows, answer.total, things)
        if held.num_rows < answer.total
        else f"All {answer.total:,} {things}"
    )
    with st.expander(f"{label}, to sort and search", key=f"all_{of}", on_change="rerun") as box:
        if box.open:
            way = next(iter(ways.values()), None)
            chosen = [name for name in names if name != "mark" or not way]
            if way:
                held = held.append_column("way", pa.array([way(row) for row in held.to_pylist()], pa.string()))
                chosen = ["way", *chosen]
            _grid(Answer(held, answer.total), of, chosen, things, titles, rest)


def _meanings(of: str, columns: Sequence[Column], content: pa.Table) -> None:
    """What the columns and their words mean, where a tap reaches it: a head of such a table has no tooltip."""
    lines = [f"**{markdown(column.title)}**: {markdown(column.help)}" for column in columns if column.help]
    words = [pc.unique(content[name]).to_pylist() for name in _WITH_WORDS if name in content.column_names]
    lines += [meanings([word]) for each in words for word in sorted(map(str, each)) if word in MEANINGS]
    if len(lines) >= _FEWEST_TOLD:
        with st.expander("What the columns mean", key=f"meanings_{of}"):
            st.markdown("  \n".join(lines))


def plain_table(
    answer: Answer,
    of: str,
    things: str = "rows",
    names: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
    rest: str = "",
) -> None:
    """A table to read: these columns of an answer, or all that it has; otherwise as `listed`, in full in each row."""
    listed(answer, of, names or answer.table.column_names, things, None, titles, rest, is_shortened=False)


def _grid(
    answer: Answer, of: str, names: Sequence[str], things: str, titles: Mapping[str, str] | None, rest: str
) -> None:
    """All rows of these columns that a table may hold, in one that scrolls within itself."""
    content = _fitting(answer, things, rest)
    content = content.select([name for name in names if name in content.column_names])
    st.dataframe(
        content,
        key=of,
        hide_index=True,
        width="stretch",
        column_config=configured(of, content.column_names, titles),
        placeholder="",
        height=_height(content),
    )


def _fitting(answer: Answer, things: str, rest: str) -> pa.Table:
    """The rows that a table shows at most; how many there are stands above it where it shows fewer."""
    content = answer.table.slice(0, settings().max_table_rows)
    if content.num_rows < answer.total:
        st.caption(f"The first {of_total(content.num_rows, answer.total, things)}{'; ' if rest else ''}{rest}.")
    return content


def _height(content: pa.Table) -> int:
    """As high as its rows below a head of one row, but for a longer table."""
    rows: int = content.num_rows
    return min(_TABLE_PX, _ROW_PX * rows + 38)


def words_table(content: pa.Table, of: str, titles: Mapping[str, str] | None = None) -> None:
    """A small table of words to read, which wraps and fits a telephone; its cells and `titles` are Markdown already."""
    heads = {name: (titles or {}).get(name) or markdown(title(of, name)) for name in content.column_names}
    st.table(content.rename_columns(heads), border="horizontal")


def chart(figure: go.Figure, key: str, shown: Shown, name: str = "plumbline", alt: str | None = None) -> str | None:
    """Draw a chart to click; the customdata of the point that was clicked just now, None when none was.

    `name` is the file's of its picture, `alt` what is said to those who do not see it.
    """
    pick, widget = picks.taken(key), picks.widget(key)
    _say(shown)
    st.plotly_chart(
        figure,
        key=widget,
        on_select=partial(picks.mark_picked, key, widget),
        selection_mode="points",
        width="stretch",
        config=_config(name),
        alt=alt,
    )
    return pick.mark if pick else None


def drawing(figure: go.Figure, key: str, shown: Shown, name: str = "plumbline", alt: str | None = None) -> None:
    """Draw a chart that is only looked at; `name` and `alt` as of `chart`."""
    _say(shown)
    st.plotly_chart(figure, key=key, width="stretch", config=_config(name), alt=alt)


def small_drawing(figure: go.Figure, key: str, alt: str) -> None:
    """Draw a picture of a few lines, which has no room for a button; `alt` as of `chart`."""
    st.plotly_chart(figure, key=key, width="stretch", config={"displayModeBar": False}, alt=alt)


def _say(shown: Shown) -> None:
    told = [shown.hint] if shown.hint else []
    if shown.drawn < shown.total:
        note = f"; {shown.note}" if shown.note else ""
        told.append(f"Drawn: {of_total(shown.drawn, shown.total, shown.things)}{note}.")
    if told:
        st.caption(" ".join(told))


def with_marks(answer: Answer) -> Answer:
    """Results with a column `mark`: the link to the weightiest finding about each, else to the entry of a doubted one.

    An answer without `system_id` is of one entry, whose page tells the doubts itself.
    """
    content = answer.table
    nothing = [None] * content.num_rows
    entries = content["system_id"].to_pylist() if "system_id" in content.column_names else nothing
    doubts = content["doubt"].to_pylist() if "doubt" in content.column_names else nothing
    rows = zip(content["anomaly_id"].to_pylist(), doubts, entries, strict=True)
    finding, system = links.links_by("anomalies", of({}), "anomaly"), links.links_by("system", of({}), "entry")

    def mark(anomaly: str | None, doubt: str | None, entry: str | None) -> str | None:
        return f"/{finding(anomaly)}" if anomaly else f"/{system(entry)}" if doubt and entry else None

    return Answer(content.append_column("mark", pa.array([mark(*row) for row in rows], pa.string())), answer.total)


def said(content: pa.Table, names: Sequence[str]) -> list[str]:
    """These columns without the remarks that no row has: a column of few words stands only where there are any."""
    return [name for name in names if name not in REMARKS or (name in content.column_names and _is_said(content[name]))]


def filled(content: pa.Table, names: Sequence[str]) -> list[str]:
    """These columns without those that no row has anything in: what a whole source lacks is no empty column."""
    return [name for name in said(content, names) if content[name].null_count < content.num_rows]


def _is_said(column: pa.ChunkedArray) -> bool:
    if pa.types.is_integer(column.type):
        return bool(pc.any(pc.not_equal(column, 0)).as_py())
    return bool(column.null_count < len(column))
