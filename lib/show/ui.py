"""What every page draws. The only module under lib that draws with Streamlit.

The address bar is the only state. A widget's `on_change` writes the query string before the script's body runs;
`begin_page()` then fills every widget from the query string, whoever changed it: the reader, a link, back, forward.
Only in a session's first run the query string is the widgets' default instead: after a server's restart the browser
reconnects with its widgets' values and no callback; there the widgets win, once, and are written back.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import streamlit as st

from lib.database.make import build_if_stale
from lib.export.exports import EXPORTS, address, csv_of, file_name
from lib.query import questions
from lib.query.connection import Database, NoData, current
from lib.query.facets import Counts, counts, total, vocabulary
from lib.selection import (
    COMMON,
    FILTERS,
    MAX_VALUES,
    NONE,
    Filter,
    Parsed,
    Selection,
    format_range,
    of,
    parse_pairs,
    range_of,
)
from lib.settings import settings
from lib.show.wording import TRADEMARK, count, filters_text, markdown, option
from lib.vocabulary import round_key

if TYPE_CHECKING:
    import plotly.graph_objects as go

PAGES: Mapping[str, tuple[str, str, str]] = {
    "overview": ("app.py", "Overview", ":material/home:"),
    "rankings": ("pages/rankings.py", "Rankings", ":material/leaderboard:"),
    "anomalies": ("pages/anomalies.py", "Anomalies", ":material/troubleshoot:"),
    "system": ("pages/system.py", "System", ":material/dns:"),
    "results": ("pages/results.py", "Results", ":material/table_rows:"),
    "coverage": ("pages/coverage.py", "Coverage", ":material/fact_check:"),
    "method": ("pages/method.py", "Method", ":material/menu_book:"),
}
_ICON = Path(__file__).with_name("icon.svg")
IN_SIGHT = ("round", "benchmark", "scenario", "accelerator", "cpu_vendor")
_TABLE_PX = 560
_SINGLE = {"rankings": ("benchmark", "scenario")}
_ANY = ""
_frozen = threading.Event()
_building = threading.Lock()


@dataclass(frozen=True)
class Page:
    """What a page works with: its name, the database, what is selected, and whether its session has just begun."""

    name: str
    db: Database
    selection: Selection
    is_first: bool


def begin_page(name: str) -> Page:
    """Open a page: its head, navigation and filters. Stops with a notice where there is no data.

    Every page calls this first.
    """
    label = PAGES[name][1]
    st.set_page_config(page_title=f"{label} · Plumbline", page_icon=str(_ICON), layout="wide")
    _freeze_once()
    db = _database(label)
    asked, notice = _asked(name, db)
    is_first = st.session_state.setdefault("_first", True)
    st.session_state["_first"] = False
    with st.sidebar:
        _navigation(asked)
        shown = _filters(name, db, asked, is_first)
    if shown != asked:  # only after a reconnect: there the widgets win
        show_here(shown)
    _head(name, label, db, asked, notice)
    return Page(name, db, asked, is_first)


def _freeze_once() -> None:
    """Take what the imports made out of the garbage collector's sight: it costs every run several milliseconds."""
    if not _frozen.is_set():
        _frozen.set()
        gc.collect()
        gc.freeze()


def _database(label: str) -> Database:
    try:
        return current()
    except NoData:
        pass
    with _building, st.spinner("Building the database from the published tables. This takes a few seconds, once."):
        problem = build_if_stale(settings())
    try:
        return current()
    except NoData as reason:
        st.title(label)
        st.warning(f"No data. {markdown(reason)}")
        print(f"error: no database ({problem})", file=sys.stderr)  # with paths, so for the operator alone
        st.stop()
        raise AssertionError("unreachable") from reason


def _asked(name: str, db: Database) -> tuple[Selection, str]:
    """What the address asks for, and what of it was left out; a bare address gets its page's defaults."""
    parsed = _parsed(db)
    if not parsed.is_bare:
        return parsed.selection, parsed.notice
    selection = questions.page_defaults(db, name)
    _to_address(selection)
    return selection, ""


def _parsed(db: Database) -> Parsed:
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    return parse_pairs(pairs, vocabulary(db))


def _to_address(selection: Selection) -> None:
    st.query_params.from_dict(selection.query())


def _changed(db: Database, key: str, *widgets: str) -> None:
    """A widget's on_change: its value goes into the address; a link's snapshot goes, for the view is new."""
    values = [st.session_state[widget] for widget in widgets]
    _to_address(_parsed(db).selection.with_values(key, _values(values)).without("snapshot"))


def _values(values: list[Any]) -> tuple[str, ...]:
    """A filter's values as its widgets hold them: a list, one choice, a text, or the two ends of a range."""
    if len(values) == 2:
        low, high = (None if value is None else int(value) for value in values)
        low, high = (high, low) if low is not None and high is not None and low > high else (low, high)
        text = format_range(low, high)
        return (text,) if text else ()
    value = values[0]
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (" ".join(value.split()),) if isinstance(value, str) and value.strip() else ()


def _navigation(selection: Selection) -> None:
    st.markdown("### Plumbline")
    st.caption("MLPerf Inference results, traced to their logs")
    query = selection.common().query()
    for path, label, icon in PAGES.values():
        st.page_link(path, label=label, icon=icon, query_params=query)


def _filters(name: str, db: Database, asked: Selection, is_first: bool) -> Selection:
    beside = counts(db, asked)
    shown = asked
    st.markdown("#### Filters")
    hidden = [item for item in COMMON if item.key not in IN_SIGHT]
    for key in IN_SIGHT:
        shown = shown.with_values(key, _filter(name, db, FILTERS[key], asked, beside, is_first))
    active = sum(1 for item in hidden if asked.get(item.key))
    with st.expander(f"More filters ({active} active)" if active else "More filters"):
        for item in hidden:
            shown = shown.with_values(item.key, _filter(name, db, item, asked, beside, is_first))
    st.caption("Beside each option: the results that it would leave under the other filters.")
    return shown


def _filter(name: str, db: Database, item: Filter, asked: Selection, beside: Counts, is_first: bool) -> tuple[str, ...]:
    values = asked.get(item.key)
    if item.kind == "range":
        return _range_filter(db, item, values, is_first)
    if item.kind == "words":
        key = f"filter_{item.key}"
        start = _start(key, "value", values[0] if values else "", is_first)
        text = st.text_input(
            item.label,
            key=key,
            on_change=_changed,
            args=(db, item.key, key),
            max_chars=64,
            placeholder="such as DGX or Triton",
            **start,
        )
        return _values([text])
    number = beside.get(item.key, {})
    options = _options(item, number, values)

    def shown(value: str) -> str:
        return "Any" if value == _ANY else f"{option(item.key, value)} · {number.get(value, 0):,}"

    if item.key in _SINGLE.get(name, ()) and len(values) <= 1:
        key = f"filter_{item.key}_one"
        choices = [_ANY, *options]
        chosen = values[0] if values else _ANY
        start = _start(key, "index", choices.index(chosen) if is_first else chosen, is_first)
        choice = st.selectbox(
            item.label, choices, key=key, format_func=shown, on_change=_changed, args=(db, item.key, key), **start
        )
        return _values([choice])
    key = f"filter_{item.key}"
    start = _start(key, "default", list(values), is_first)
    several = st.multiselect(
        item.label,
        options,
        key=key,
        format_func=shown,
        on_change=_changed,
        args=(db, item.key, key),
        placeholder="Any",
        max_selections=MAX_VALUES,
        **start,
    )
    return Selection().with_values(item.key, several).get(item.key)


def _start(key: str, parameter: str, value: Any, is_first: bool) -> dict[str, Any]:
    """Fill a widget from the address; in a session's first run by its default's parameter instead."""
    if is_first:
        return {parameter: value}
    st.session_state[key] = value
    return {}


def _options(item: Filter, number: Mapping[str, int], chosen: Sequence[str]) -> list[str]:
    """A filter's options: those that leave results and those chosen; rounds latest first, words in their order."""
    present = [value for value in item.fixed if value in number or value in chosen]
    if item.fixed:
        return present
    found = set(number) | set(chosen)
    if item.key == "round":
        return sorted(found, key=round_key, reverse=True)
    return sorted(found, key=lambda value: (value == NONE, value.casefold()))


def _range_filter(db: Database, item: Filter, values: tuple[str, ...], is_first: bool) -> tuple[str, ...]:
    low, high = range_of(values[0]) if values else (None, None)
    keys = (f"filter_{item.key}_from", f"filter_{item.key}_to")
    ends = []
    columns = st.columns(2)
    for column, key, end, word in zip(columns, keys, (low, high), ("from", "to"), strict=True):
        start = {"value": None, **_start(key, "value", end, is_first)}
        ends.append(
            column.number_input(
                f"{item.label}, {word}",
                min_value=0,
                max_value=999_999,
                step=1,
                key=key,
                on_change=_changed,
                args=(db, item.key, *keys),
                placeholder=word,
                **start,
            )
        )
    return _values(ends)


def _head(name: str, label: str, db: Database, selection: Selection, notice: str) -> None:
    title, share, export = st.columns([6, 1, 1], vertical_alignment="bottom")
    title.title(label)
    with share:
        _share(name, db, selection)
    with export:
        _export_button(name, db, selection)
    if notice:
        st.warning(notice, icon=":material/link_off:")
    made = selection.one("snapshot")
    if made and not db.snapshot.startswith(made):
        st.info(
            f"The data has changed since this link was made (snapshot {made}, now {db.snapshot}).",
            icon=":material/update:",
        )
    if name in ("system", "method"):
        return
    left = total(db, selection)
    line, clear = st.columns([6, 1], vertical_alignment="center")
    line.markdown(f"**{count(left, 'result')}** · {markdown(filters_text(selection))}")
    if selection.common().items:
        clear.button("Clear filters", type="tertiary", on_click=_to_address, args=(_without_filters(selection),))


def _without_filters(selection: Selection) -> Selection:
    return Selection(
        tuple(item for item in selection.items if item not in selection.common().items and item[0] != "snapshot")
    )


def _share(name: str, db: Database, selection: Selection) -> None:
    host = settings().public_url or _host()
    link = selection.with_values("snapshot", (db.snapshot,)).link(name)
    with st.popover("Share", icon=":material/share:", width="stretch"):
        st.caption("This link opens the same view; it says so when the data has changed since.")
        st.code(address(host, link), language=None, wrap_lines=True)
        if name in EXPORTS:
            st.caption("The same rows as CSV, for curl and spreadsheets:")
            bare = selection.without("snapshot").link(name)
            st.code(address(host, f"export/{name}.csv?{bare.partition('?')[2]}"), language=None, wrap_lines=True)


def _host() -> str:
    """The address by which this page was opened, without page and query."""
    opened = st.context.url or ""
    scheme, _, rest = opened.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def _export_button(name: str, db: Database, selection: Selection) -> None:
    if name not in EXPORTS or (name == "system" and not selection.get("entry")):
        return
    st.download_button(
        "CSV",
        lambda: csv_of(db, name, selection),
        file_name=file_name(name, selection, db.snapshot),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        help="All filtered rows in the order shown. Text that a spreadsheet would run gets a leading apostrophe.",
    )


def own_choice(page: Page, key: str, label: str, options: Sequence[str], default: str, words: Mapping[str, str]) -> str:
    """A page's own choice of one, kept in the address."""
    widget = f"own_{key}"
    value = page.selection.one(key, default)
    start = _start(widget, "index", options.index(value) if page.is_first else value, page.is_first)
    chosen = st.selectbox(
        label,
        options,
        key=widget,
        format_func=lambda item: words.get(item, item),
        on_change=_changed,
        args=(page.db, key, widget),
        **start,
    )
    if chosen != value:  # only after a reconnect, as in begin_page()
        show_here(page.selection.with_values(key, [chosen]).without("snapshot"))
    return value


def own_choices(page: Page, key: str, label: str, options: Sequence[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """A page's own choice of several, kept in the address."""
    widget = f"own_{key}"
    chosen = [value for value in page.selection.get(key) if value in options]
    start = _start(widget, "default", chosen, page.is_first)
    shown = st.multiselect(
        label,
        options,
        key=widget,
        format_func=lambda item: words.get(item, item),
        on_change=_changed,
        args=(page.db, key, widget),
        max_selections=MAX_VALUES,
        **start,
    )
    if shown != chosen:  # only after a reconnect, as in begin_page()
        show_here(page.selection.with_values(key, shown).without("snapshot"))
    return tuple(chosen)


_CHART = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "svg", "filename": "plumbline"},
}


def chart_title(title: str, population: str) -> None:
    """What a chart shows, and for which population."""
    st.markdown(f"#### {markdown(title)}")
    st.caption(f"{markdown(population)}. Click a bar for its system.")


def chart(figure: go.Figure, key: str) -> str | None:
    """Draw a chart; the customdata of the bar that was clicked, None when none was."""
    event = st.plotly_chart(
        figure,
        key=key,
        on_select="rerun",
        selection_mode="points",
        width="stretch",
        config=_CHART,
    )
    points = event.selection.points if event else []
    found = next((point["customdata"] for point in points if point.get("customdata")), None)
    return str(found[0] if isinstance(found, (list, tuple)) else found) if found else None


def drawing(figure: go.Figure, key: str) -> None:
    """Draw a chart that is only looked at."""
    st.plotly_chart(figure, key=key, width="stretch", config=_CHART)


def table(content: pa.Table, columns: Mapping[str, Any], key: str, row_px: int = 35) -> int | None:
    """Draw a table with these columns; the number of the row that was picked, None when none was."""
    event = st.dataframe(
        content.select([name for name in columns if name in content.column_names]),
        column_config=dict(columns),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        width="stretch",
        placeholder="",
        row_height=row_px,
        height=_height(content, row_px),
    )
    picked = event.selection.rows
    return int(picked[0]) if picked and picked[0] < content.num_rows else None


def _height(content: pa.Table, row_px: int) -> int:
    """As high as its rows below a head of one usual row, but for a longer table."""
    rows: int = content.num_rows
    return min(_TABLE_PX, row_px * rows + 38)


def go_to(name: str, selection: Selection) -> None:
    """Go to a page with a selection.

    Streamlit puts the new query string into the address of the page that is left, too: back comes through there. So
    whoever calls this lets the page's own keys stay in the selection, and back shows what was left.
    """
    st.switch_page(PAGES[name][0], query_params=selection.query())


def show_here(selection: Selection) -> None:
    """Show another selection on this page."""
    _to_address(selection)
    st.rerun()


def open_system(page: Page, system_id: str) -> None:
    """Go to a system's page; the filters come along."""
    go_to("system", page.selection.with_values("entry", (system_id,)).without("snapshot"))


def open_anomaly(page: Page, anomaly_id: str) -> None:
    """Go to a finding; the filters come along."""
    go_to("anomalies", page.selection.with_values("anomaly", (anomaly_id,)).without("snapshot"))


def link_to(page: Page, name: str, label: str, selection: Selection) -> None:
    """A link to another page with a selection of its own."""
    path, _, icon = PAGES[name]
    st.page_link(path, label=label, icon=icon, query_params=selection.query())


def nothing_found(page: Page) -> None:
    """Say that the filters leave nothing, and which of them could be dropped."""
    st.info(
        "No results under these filters. Clear some of them, or take the page's defaults.",
        icon=":material/filter_alt_off:",
    )
    link_to(page, page.name, "Defaults of this page", questions.page_defaults(page.db, page.name))


def footer(page: Page) -> None:
    """The last lines of each page: whose mark it is, and which data this is."""
    st.divider()
    st.caption(f"{TRADEMARK} Data snapshot {page.db.snapshot}.")


def plain_table(content: pa.Table, key: str, row_px: int = 35, **columns: Any) -> None:
    """A table to read, with the columns' titles or configurations by name; higher rows wrap their texts."""
    st.dataframe(
        content,
        key=key,
        hide_index=True,
        width="stretch",
        column_config=columns,
        placeholder="",
        row_height=row_px,
        height=_height(content, row_px),
    )


MARK = st.column_config.LinkColumn(
    "", width="small", display_text="⚠", help="a result with an anomaly: the mark opens the finding"
)


def with_marks(content: pa.Table) -> pa.Table:
    """Results with a column `mark`: the link to the weightiest finding about each, where there is one."""
    links = [
        f"/{of({'anomaly': [anomaly]}).link('anomalies')}" if anomaly else None
        for anomaly in content["anomaly_id"].to_pylist()
    ]
    return content.append_column("mark", pa.array(links, pa.string()))
