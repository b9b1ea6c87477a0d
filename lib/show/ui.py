"""What every page draws. The only module under lib that draws with Streamlit.

The address bar is the only state. A widget's `on_change` writes the query string before the script's body runs;
`begin_page()` then fills every widget from the query string, whoever changed it: the reader, a link, back, forward.
Only in a session's first run the query string is the widgets' default instead: after a server's restart the browser
reconnects with its widgets' values and no callback; there the widgets win, once, and are written back.
"""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from lib.build.anomalies.rules import RULES
from lib.build.database import build_if_stale
from lib.query import questions
from lib.query.database import Database, NoData, current
from lib.query.facets import Counts, counts, total, vocabulary
from lib.selection import COMMON, NONE, Filter, Selection, format_range, parse_pairs, range_of
from lib.settings import ROOT, settings
from lib.show.exports import address, csv_of, file_name
from lib.show.wording import DERIVED, PER_WORDS, TRADEMARK, count, filters_text, markdown, option
from lib.vocabulary import round_key

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
    """What a page works with: its name, the database and what is selected."""

    name: str
    db: Database
    selection: Selection


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
        _to_address(shown)
        st.rerun()
    _head(name, label, db, asked, notice)
    return Page(name, db, asked)


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
        st.warning(f"No data. {markdown(reason)}" + (f" {markdown(problem)}" if problem else ""))
        st.stop()
        raise AssertionError("unreachable") from reason


def _asked(name: str, db: Database) -> tuple[Selection, str]:
    """What the address asks for, and what of it was left out; a bare address gets its page's defaults."""
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    parsed = parse_pairs(pairs, vocabulary(db))
    if not parsed.is_bare:
        return parsed.selection, parsed.notice
    selection = default_selection(name, db)
    _to_address(selection)
    return selection, ""


def default_selection(name: str, db: Database) -> Selection:
    """What a page shows when its address says nothing."""
    return questions.default_ranking(db) if name == "rankings" else questions.defaults(db)


def _to_address(selection: Selection) -> None:
    st.query_params.from_dict(selection.query())


def _changed(db: Database, key: str, *widgets: str) -> None:
    """A widget's on_change: its value goes into the address; a link's snapshot is dropped, for the view is a new one."""
    pairs = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    selection = parse_pairs(pairs, vocabulary(db)).selection
    values = [st.session_state[widget] for widget in widgets]
    _to_address(selection.with_values(key, _values(values)).with_values("snapshot", ()))


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
        shown = shown.with_values(key, _filter(name, db, _COMMON[key], asked, beside, is_first))
    active = sum(1 for item in hidden if asked.get(item.key))
    with st.expander(f"More filters ({active} active)" if active else "More filters"):
        for item in hidden:
            shown = shown.with_values(item.key, _filter(name, db, item, asked, beside, is_first))
    st.caption("Beside each option: the results that it would leave under the other filters.")
    return shown


_COMMON = {item.key: item for item in COMMON}


def _filter(name: str, db: Database, item: Filter, asked: Selection, beside: Counts, is_first: bool) -> tuple[str, ...]:
    values = asked.get(item.key)
    if item.kind == "range":
        return _range_filter(db, item, values, is_first)
    if item.kind == "words":
        key = f"filter_{item.key}"
        start = _start(key, "value", values[0] if values else "", is_first)
        text = st.text_input(item.label, key=key, on_change=_changed, args=(db, item.key, key), max_chars=64,
                             placeholder="such as DGX or Triton", **start)
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
        choice = st.selectbox(item.label, choices, key=key, format_func=shown, on_change=_changed, args=(db, item.key, key), **start)
        return _values([choice])
    key = f"filter_{item.key}"
    start = _start(key, "default", list(values), is_first)
    several = st.multiselect(item.label, options, key=key, format_func=shown, on_change=_changed, args=(db, item.key, key),
                             placeholder="Any", **start)
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
        ends.append(column.number_input(
            f"{item.label}, {word}", min_value=0, max_value=999_999, step=1, key=key, on_change=_changed,
            args=(db, item.key, *keys), placeholder=word, **start,
        ))
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
        st.info(f"The data has changed since this link was made (snapshot {made}, now {db.snapshot}).", icon=":material/update:")
    if name in ("system", "method"):
        return
    left = total(db, selection)
    line, clear = st.columns([6, 1], vertical_alignment="center")
    line.markdown(f"**{count(left, 'result')}** · {markdown(filters_text(selection))}")
    if selection.common().items:
        clear.button("Clear filters", type="tertiary", on_click=_to_address, args=(_without_filters(selection),))


def _without_filters(selection: Selection) -> Selection:
    return Selection(tuple(item for item in selection.items if item not in selection.common().items and item[0] != "snapshot"))


def _share(name: str, db: Database, selection: Selection) -> None:
    host = settings().public_url or _host()
    link = selection.with_values("snapshot", (db.snapshot,)).link(name)
    with st.popover("Share", icon=":material/share:", width="stretch"):
        st.caption("This link opens the same view; it says so when the data has changed since.")
        st.code(address(host, link), language=None, wrap_lines=True)
        if name in _EXPORTED:
            st.caption("The same rows as CSV, for curl and spreadsheets:")
            bare = selection.with_values("snapshot", ()).link(name)
            st.code(address(host, f"export/{name}.csv?{bare.partition('?')[2]}"), language=None, wrap_lines=True)


_EXPORTED = ("rankings", "results", "anomalies", "system")


def _host() -> str:
    """The address by which this page was opened, without page and query."""
    opened = st.context.url or ""
    scheme, _, rest = opened.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def _export_button(name: str, db: Database, selection: Selection) -> None:
    if name not in _EXPORTED or (name == "system" and not selection.get("entry")):
        return
    st.download_button(
        "CSV", lambda: csv_of(db, name, selection), file_name=file_name(name, selection, db.snapshot), mime="text/csv",
        on_click="ignore", icon=":material/download:", width="stretch",
        help="All filtered rows in the order shown. Text that a spreadsheet would run gets a leading apostrophe.",
    )


def own_choice(page: Page, key: str, label: str, options: Sequence[str], default: str, words: Mapping[str, str]) -> str:
    """A page's own choice of one, kept in the address."""
    widget = f"own_{key}"
    value = page.selection.one(key, default)
    st.session_state[widget] = value
    st.selectbox(label, options, key=widget, format_func=lambda item: words.get(item, item), on_change=_changed,
                 args=(page.db, key, widget))
    return value


def own_choices(page: Page, key: str, label: str, options: Sequence[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """A page's own choice of several, kept in the address."""
    widget = f"own_{key}"
    chosen = [value for value in page.selection.get(key) if value in options]
    st.session_state[widget] = chosen
    st.multiselect(label, options, key=widget, format_func=lambda item: words.get(item, item), on_change=_changed,
                   args=(page.db, key, widget))
    return tuple(chosen)


_CHART = {"displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": {"format": "svg", "filename": "plumbline"}}


def chart_title(title: str, population: str) -> None:
    """What a chart shows, and for which population."""
    st.markdown(f"#### {markdown(title)}")
    st.caption(f"{markdown(population)}. Click a bar for its system.")


def chart(figure: go.Figure, key: str) -> str | None:
    """Draw a chart; the customdata of the bar that was clicked, None when none was."""
    event = st.plotly_chart(
        figure, key=key, on_select="rerun", selection_mode="points", width="stretch",
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
        content.select([name for name in columns if name in content.column_names]), column_config=dict(columns), key=key,
        hide_index=True, on_select="rerun", selection_mode="single-row", width="stretch", placeholder="",
        row_height=row_px, height=min(_TABLE_PX, row_px * (content.num_rows + 1) + 3),
    )
    picked = event.selection.rows
    return int(picked[0]) if picked and picked[0] < content.num_rows else None


def open_system(page: Page, system_id: str) -> None:
    """Go to a system's page; the common filters come along."""
    query = page.selection.common().with_values("entry", (system_id,)).query()
    st.switch_page("pages/system.py", query_params=query)


def open_anomaly(page: Page, anomaly_id: str) -> None:
    """Go to a finding; the common filters come along."""
    query = page.selection.common().with_values("anomaly", (anomaly_id,)).query()
    st.switch_page("pages/anomalies.py", query_params=query)


def link_to(page: Page, name: str, label: str, selection: Selection) -> None:
    """A link to another page with a selection of its own."""
    path, _, icon = PAGES[name]
    st.page_link(path, label=label, icon=icon, query_params=selection.query())


def nothing_found(page: Page) -> None:
    """Say that the filters leave nothing, and which of them could be dropped."""
    st.info("No results under these filters. Clear some of them, or take the page's defaults.", icon=":material/filter_alt_off:")
    link_to(page, page.name, "Defaults of this page", default_selection(page.name, page.db))


def footer(page: Page) -> None:
    """The last lines of each page: whose mark it is, and which data this is."""
    st.divider()
    st.caption(f"{TRADEMARK} Data snapshot {page.db.snapshot}.")


def several_groups(page: Page, groups: Sequence[questions.Group]) -> None:
    """Say that unlike things are not ranked together, which of them the chart shows, and how to see another."""
    st.info(
        f"These filters leave {len(groups)} rankings that cannot share a chart (benchmark, scenario, unit). "
        "The largest is drawn; the table holds all, each ranked within itself.", icon=":material/call_split:",
    )
    with st.expander("Open one of them"):
        for group in groups[:40]:
            one = page.selection.with_values("benchmark", [group.benchmark]).with_values("scenario", [group.scenario])
            link_to(page, "rankings", f"{markdown(group.benchmark)} · {markdown(group.scenario)} · {markdown(group.unit)}: "
                                      f"{count(group.results, 'result')}", one)


def charted(ranking: pa.Table, group: questions.Group, most: int) -> list[dict[str, Any]]:
    """The first ranked rows of one group, as many as the chart has bars."""
    same = pc.and_(pc.equal(ranking["benchmark"], group.benchmark), pc.equal(ranking["scenario"], group.scenario))
    same = pc.and_(same, pc.and_(pc.equal(ranking["era"], group.era), pc.equal(ranking["unit"], group.unit)))
    rows: list[dict[str, Any]] = ranking.filter(pc.and_(same, pc.is_valid(ranking["rank"]))).slice(0, most).to_pylist()
    return rows


def ranking_notes(page: Page, group: questions.Group) -> None:
    """What a reader must know of this ranking's numbers: breaks between rounds, sources without logs."""
    several = len(page.selection.get("round")) != 1
    for row in questions.breaks(page.db).to_pylist() if several else []:
        if row["benchmark"] in (None, group.benchmark) and row["scenario"] in (None, group.scenario):
            st.caption(f":material/info: {markdown(row['from_round'])}: {markdown(row['reason'])}.")


def ranking_table(ranking: pa.Table, per: str) -> str | None:
    """The whole ranking as a table; the system_id of the row that was picked, if any."""
    shown = ranking.slice(0, settings().max_table_rows)
    if shown.num_rows < ranking.num_rows:
        st.caption(f"The first {shown.num_rows:,} of {ranking.num_rows:,} rows; the CSV holds all.")
    marks = pa.array(["⚠" if value else "" for value in shown["anomaly_id"].to_pylist()])
    row = table(shown.append_column("mark", marks), _ranking_columns(per), "ranking")
    return None if row is None else shown["system_id"][row].as_py()


_COLUMN = st.column_config


def _ranking_columns(per: str) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "rank": _COLUMN.NumberColumn("Rank", width="small"),
        "mark": _COLUMN.TextColumn("", width="small", help="⚠ marks a result with an anomaly; pick the row to read it"),
        "public_id": _COLUMN.TextColumn("ID", width="small"),
        "submitter": _COLUMN.TextColumn("Submitter"),
        "system_name": _COLUMN.TextColumn("System", width="large"),
        "value": _COLUMN.NumberColumn("Value", format="localized"),
        "unit": _COLUMN.TextColumn("Unit", width="small"),
    }
    if per != "system":
        columns["shown"] = _COLUMN.NumberColumn(PER_WORDS[per].capitalize(), format="localized", help=DERIVED)
    return columns | {
        "benchmark": _COLUMN.TextColumn("Benchmark"),
        "scenario": _COLUMN.TextColumn("Scenario", width="small"),
        "round": _COLUMN.TextColumn("Round", width="small"),
        "accelerators": _COLUMN.NumberColumn("Accelerators", width="small"),
        "accelerator": _COLUMN.TextColumn("Accelerator"),
        "cpus_per_node": _COLUMN.NumberColumn("CPUs", width="small", help="per node"),
        "cpu": _COLUMN.TextColumn("CPU"),
        "cores_per_cpu": _COLUMN.NumberColumn("Cores per CPU", width="small"),
        "framework": _COLUMN.TextColumn("Framework"),
        "serving": _COLUMN.TextColumn("Serving"),
        "power_w": _COLUMN.NumberColumn("Power (W)", format="localized"),
        "source_url": _COLUMN.LinkColumn("Log", display_text="log"),
    }


def facts(rows: Sequence[tuple[str, Any, Any]], key: str) -> None:
    """A table of facts: what, canonical, and as the submitter wrote it."""
    content = pa.table({
        "fact": [row[0] for row in rows],
        "canonical": ["–" if row[1] is None else str(row[1]) for row in rows],
        "raw": ["" if row[2] is None else str(row[2]) for row in rows],
    })
    st.dataframe(content, key=key, hide_index=True, width="stretch", column_config={
        "fact": _COLUMN.TextColumn("Fact"), "canonical": _COLUMN.TextColumn("Canonical", width="medium"),
        "raw": _COLUMN.TextColumn("As submitted", width="large"),
    })


def plain_table(content: pa.Table, key: str, **columns: Any) -> None:
    """A table to read, with the columns' titles or configurations by name."""
    st.dataframe(content, key=key, hide_index=True, width="stretch", column_config=columns, placeholder="")


def totals(rounds: pa.Table) -> None:
    """What is in here, in one line of numbers."""
    results, entries, closed = (pc.sum(rounds[name]).as_py() or 0 for name in ("results", "systems", "closed"))
    st.markdown(
        f"In here: **{rounds.num_rows}** rounds, **{results:,}** results of **{entries:,}** entries, "
        f"**{closed:,}** of them in the closed division. Every number leads to its log, every odd one to its explanation."
    )


def leaders_table(leaders: pa.Table) -> int | None:
    """The best result of each benchmark and scenario; the row that was picked, if any."""
    return table(leaders, {
        "benchmark": _COLUMN.TextColumn("Benchmark"), "scenario": _COLUMN.TextColumn("Scenario", width="small"),
        "value": _COLUMN.NumberColumn("Best", format="localized"), "unit": _COLUMN.TextColumn("Unit", width="small"),
        "submitter": _COLUMN.TextColumn("Submitter"), "accelerators": _COLUMN.NumberColumn("Accelerators", width="small"),
        "accelerator": _COLUMN.TextColumn("Accelerator"), "entries": _COLUMN.NumberColumn("Entries", width="small"),
        "system_name": _COLUMN.TextColumn("System"),
    }, "leaders")


def open_ranking(page: Page, benchmark: str, scenario: str) -> None:
    """Go to the ranking of a benchmark and scenario; the other filters come along."""
    selection = page.selection.common().with_values("benchmark", [benchmark]).with_values("scenario", [scenario])
    st.switch_page("pages/rankings.py", query_params=selection.query())


def rounds_table(rounds: pa.Table) -> int | None:
    """Every round with its counts; the row that was picked, if any."""
    return table(rounds, {
        "round": _COLUMN.TextColumn("Round", width="small"), "published": _COLUMN.TextColumn("Published"),
        "results": _COLUMN.NumberColumn("Results", format="localized"), "closed": _COLUMN.NumberColumn("Closed", format="localized"),
        "systems": _COLUMN.NumberColumn("Entries"), "submitters": _COLUMN.NumberColumn("Submitters"),
        "benchmarks": _COLUMN.NumberColumn("Benchmarks", help="open division's own models included"),
        "note": _COLUMN.TextColumn("Source", width="large"),
    }, "rounds")


def open_round(page: Page, name: str) -> None:
    """Show the overview of another round; the other filters come along."""
    _to_address(page.selection.with_values("round", [name]))
    st.rerun()


def choose_system(page: Page, found: pa.Table, is_unknown: bool) -> None:
    """The systems under the filters, to pick one."""
    if is_unknown:
        st.warning("The data holds no such entry.")
    st.markdown(f"Pick one of {count(found.num_rows, 'entry', 'entries')} under the filters: {markdown(filters_text(page.selection))}.")
    if found.num_rows == 0:
        nothing_found(page)
        return
    row = table(found, {
        "public_id": _COLUMN.TextColumn("ID", width="small"), "submitter": _COLUMN.TextColumn("Submitter"),
        "system_name": _COLUMN.TextColumn("System", width="large"), "platform": _COLUMN.TextColumn("Platform"),
        "round": _COLUMN.TextColumn("Round", width="small"), "division": _COLUMN.TextColumn("Division", width="small"),
        "accelerators": _COLUMN.NumberColumn("Accelerators", width="small"), "accelerator": _COLUMN.TextColumn("Accelerator"),
        "results": _COLUMN.NumberColumn("Results", width="small"),
    }, "systems")
    if row is not None:
        open_system(page, found["system_id"][row].as_py())


def system_line(system: Mapping[str, Any]) -> None:
    """Round, division, suites, availability and the place of its files, in one line."""
    suites = [word for word, flag in (("datacenter", system["is_datacenter"]), ("edge", system["is_edge"])) if flag]
    parts = [system["round"], system["division"], " and ".join(suites) or "system type not stated",
             system["availability"] or "availability not stated",
             "with power runs" if system["has_power"] else "without power runs", count(system["results"] or 0, "result")]
    st.markdown(" · ".join(markdown(part) for part in parts))
    st.caption(f"Stable name: {markdown(system['system_id'])}")
    if system["round_note"]:
        st.caption(f":material/info: {markdown(system['round_note'])}.")


def system_facts(system: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What a system is: each fact in canonical words beside the submitter's."""
    variant = ", ".join(text for text in (system["mig"] and f"MIG {system['mig']}", system["accelerator_variant"]) if text)
    memory = system["accelerator_memory_gb"]
    return [
        ("Accelerator", system["accelerator"] or "none (CPU only)", system["accelerator_raw"]),
        ("Accelerator vendor, family", _joined(system["accelerator_vendor"], system["accelerator_family"]), None),
        ("Memory per accelerator", f"{memory:g} GB" if memory is not None else None, system["accelerator_memory_raw"]),
        ("Form factor", system["accelerator_form"], None),
        ("MIG slice, variant", variant or None, None),
        ("Accelerators per node", system["accelerators_per_node"], None),
        ("Nodes", system["nodes"], None),
        ("Accelerators in all", system["accelerators"], None),
        ("Host processor", system["cpu"], system["cpu_raw"]),
        ("CPU vendor, family", _joined(system["cpu_vendor"], system["cpu_family"]), None),
        ("CPUs per node", system["cpus_per_node"], None),
        ("Cores per CPU", f"{system['cores_per_cpu'] if system['cores_per_cpu'] is not None else 'unknown'} ({system['cores_source']})",
         system["cores_declared_raw"]),
        ("Framework", system["framework"], None),
        ("Software stack", None, system["software_stack"]),
        ("Serving layer", system["serving"], None),
        ("Power mode", system["power_mode"], None),
        ("Operating system", system["operating_system"], None),
        ("Availability", system["availability"], system["availability_raw"]),
    ]


def _joined(*parts: str | None) -> str | None:
    return ", ".join(part for part in parts if part) or None


def anomaly_line(page: Page, anomaly: Mapping[str, Any]) -> None:
    """One finding about a system, with the way to its evidence."""
    line, way = st.columns([6, 1], vertical_alignment="center")
    line.markdown(f"⚠ {markdown(anomaly['finding'])}")
    with way:
        link_to(page, "anomalies", "Why", page.selection.common().with_values("anomaly", [anomaly["anomaly_id"]]))


def system_results(page: Page, results: pa.Table) -> None:
    """A system's results with rank, power and the link to each log; a picked row opens its ranking."""
    places = [f"{rank} of {size}" if rank else "not ranked" for rank, size in
              zip(results["rank"].to_pylist(), results["size"].to_pylist(), strict=True)]
    content = results.append_column("place", pa.array(places, pa.string()))
    row = table(content, {
        "benchmark": _COLUMN.TextColumn("Benchmark"), "scenario": _COLUMN.TextColumn("Scenario", width="small"),
        "value": _COLUMN.NumberColumn("Value", format="localized"), "unit": _COLUMN.TextColumn("Unit", width="small"),
        "place": _COLUMN.TextColumn("Rank in its field", help="among all results of the same round, division, system type, "
                                    "benchmark, scenario and unit, whatever their availability"),
        "system_type": _COLUMN.TextColumn("System type", width="small"),
        "power_w": _COLUMN.NumberColumn("Power (W)", format="localized"),
        "energy_mj": _COLUMN.NumberColumn("Energy (mJ per query)", format="localized"),
        "weight_dtype": _COLUMN.TextColumn("Weights", width="small"),
        "target_qps": _COLUMN.NumberColumn("Target (queries/s)", format="localized"),
        "is_inferred": _COLUMN.CheckboxColumn("Inferred", help="computed from another scenario's run by MLCommons' rule"),
        "value_field": _COLUMN.TextColumn("Log's field"),
        "source_url": _COLUMN.LinkColumn("Log", display_text="log"),
        "source_path": _COLUMN.TextColumn("Source"),
    }, "system_results")
    st.caption("Pick a row for its ranking.")
    if row is not None:
        system_round, division = page.selection.one("entry").split("/")[:2]
        selection = Selection().with_values("round", [system_round]).with_values("division", [division])
        if content["system_type"][row].as_py():
            selection = selection.with_values("system_type", [content["system_type"][row].as_py()])
        selection = selection.with_values("benchmark", [content["benchmark"][row].as_py()])
        st.switch_page("pages/rankings.py", query_params=selection.with_values("scenario", [content["scenario"][row].as_py()]).query())


def runs_table(runs: pa.Table, system: Mapping[str, Any]) -> None:
    """Every performance run with its parameters and latencies; why there is none, where there is none."""
    if runs.num_rows == 0:
        st.info("No runs: this round's source here holds no logs, so latencies and target rates are missing.")
        return
    with st.expander(f"Runs: test parameters and latencies ({count(runs.num_rows, 'run')})"):
        st.caption("As LoadGen wrote them; latencies in nanoseconds.")
        filled = [name for name in runs.column_names if runs[name].null_count < runs.num_rows]
        plain_table(runs.select(filled), "runs")


def results_table(results: pa.Table, columns: Sequence[str]) -> int | None:
    """The selected results with the chosen columns, or the usual ones; the row that was picked, if any."""
    usual = ("public_id", "round", "division", "submitter", "system_name", "benchmark", "scenario", "value", "unit",
             "accelerators", "accelerator", "cpus_per_node", "cpu", "cores_per_cpu", "framework", "serving", "power_w", "source_url")
    titles = _ranking_columns("system")
    return table(results, {name: titles.get(name, name.replace("_", " ").capitalize()) for name in columns or usual}, "results")


def cut_note(page: Page, most: int) -> None:
    """Say that a table shows the first rows only, where it does."""
    left = total(page.db, page.selection)
    if left > most:
        st.caption(f"The first {most:,} of {left:,} rows; the CSV holds all.")


def anomalies_table(found: pa.Table) -> int | None:
    """The findings, the weightiest first; the row that was picked, if any."""
    return table(found, {
        "finding": _COLUMN.TextColumn("Finding", width="large"), "ratio": _COLUMN.NumberColumn("Ratio", format="%.2f"),
        "kind": _COLUMN.TextColumn("Kind"), "round": _COLUMN.TextColumn("Round", width="small"),
        "submitter": _COLUMN.TextColumn("Submitter"), "benchmark": _COLUMN.TextColumn("Benchmark"),
        "members": _COLUMN.NumberColumn("Results", width="small"),
    }, "anomalies", row_px=64)


def anomaly_head(page: Page, anomaly: Mapping[str, Any]) -> None:
    """One finding: its sentence, its rule and threshold, and what is known, likely and unknown."""
    evidence = json.loads(anomaly["evidence"])
    st.subheader(markdown(anomaly["finding"]))
    rule = _RULES.get(anomaly["kind"])
    threshold = evidence.get("threshold")
    st.caption(
        f"{markdown(rule.title if rule else anomaly['kind'])} · {markdown(anomaly['round'])}"
        + (f" · threshold {markdown(threshold)}" if threshold is not None else "")
        + (f" · {markdown(rule.meaning)}" if rule else "")
    )
    for title, key in (("Known", "known"), ("Likely", "likely"), ("What the files cannot tell", "unknown")):
        for sentence in evidence.get(key, []):
            st.markdown(f"**{title}:** {markdown(sentence)}")


_RULES = {rule.kind: rule for rule in RULES}


def anomaly_evidence(page: Page, anomaly: Mapping[str, Any], members: pa.Table) -> None:
    """A finding's members with their logs, and what differs between them, the unequal rows first."""
    evidence = json.loads(anomaly["evidence"])
    row = table(members, {
        "role": _COLUMN.TextColumn("Role", width="small"), "public_id": _COLUMN.TextColumn("ID", width="small"),
        "submitter": _COLUMN.TextColumn("Submitter"), "system_name": _COLUMN.TextColumn("System", width="large"),
        "benchmark": _COLUMN.TextColumn("Benchmark"), "scenario": _COLUMN.TextColumn("Scenario", width="small"),
        "value": _COLUMN.NumberColumn("Value", format="localized"), "unit": _COLUMN.TextColumn("Unit", width="small"),
        "target_qps": _COLUMN.NumberColumn("Target (queries/s)", format="localized"),
        "serving": _COLUMN.TextColumn("Serving"), "source_url": _COLUMN.LinkColumn("Log", display_text="log"),
    }, "members")
    if row is not None:
        open_system(page, members["system_id"][row].as_py())
    _differences(evidence, members)


def _differences(evidence: Mapping[str, Any], members: pa.Table) -> None:
    differences = evidence.get("differences") or []
    if not differences:
        return
    names = {row["result_id"]: row["public_id"] or row["platform"] for row in members.to_pylist()}
    first, second = (names.get(evidence.get(key, ""), key) for key in ("faster", "slower"))
    st.markdown("#### What differs")
    content = pa.table({
        "field": [f"{item['source']}: {item['field']}" for item in differences],
        "first": [item["first"] or "–" for item in differences],
        "second": [item["second"] or "–" for item in differences],
    })
    plain_table(content, "differences", field=_COLUMN.TextColumn("Field"),
                first=_COLUMN.TextColumn(f"Faster: {first}", width="large"),
                second=_COLUMN.TextColumn(f"Slower: {second}", width="large"))


def document(name: str) -> None:
    """One of our own documents, docs/NAME."""
    st.markdown((ROOT / "docs" / name).read_text("utf-8"))


def rules() -> None:
    """The rules of anomalies with their thresholds, from where the rules themselves read them."""
    content = pa.table({
        "title": [rule.title for rule in RULES], "threshold": [str(rule.threshold) for rule in RULES],
        "meaning": [rule.meaning for rule in RULES],
    })
    plain_table(content, "rules", title="Kind", threshold="Threshold", meaning=_COLUMN.TextColumn("What it means", width="large"))


def benchmarks_table(content: pa.Table) -> None:
    """The dictionary of benchmarks."""
    plain_table(content.select(["benchmark", "title", "task", "data_set", "rounds", "results", "url"]), "benchmarks",
                benchmark="Benchmark", title="Name", task="Task", data_set="Data set", rounds="Rounds", results="Results",
                url=_COLUMN.LinkColumn("Reference", display_text="MLCommons"))


def coverage_rounds(rounds: pa.Table) -> None:
    """What each round's source held, what is in here, and what MLCommons' summary confirms."""
    number = _COLUMN.NumberColumn
    plain_table(
        rounds, "coverage_rounds", round=_COLUMN.TextColumn("Round", width="small"), published="Published", source="Source",
        results=number("Results", format="localized"), systems="Entries", runs=number("Runs", format="localized"),
        left_out=number("Left out"), doubted=number("Doubted"), inferred=number("Inferred", format="localized"),
        power=number("With power", format="localized"), public_ids=number("Public IDs", format="localized"),
        doubled_ids=number("IDs on two systems"), official=number("In the summary", format="localized"),
        agree=number("Confirmed", format="localized"), unmapped_accelerators=number("Unmapped accelerators"),
        unmapped_cpus=number("Unmapped CPUs"), largest_submitter="Largest submitter",
        largest=number("its results", format="localized", help="one submitter's sweep can be most of a round's open division"),
        note=_COLUMN.TextColumn("Note", width="large"),
    )


def matrix_table(matrix: pa.Table) -> int | None:
    """Who submitted what; the row that was picked, if any."""
    titles = {"submitter": "Submitter", "round": "Round", "platform": "Platform"}
    return table(matrix, {name: titles.get(name, _COLUMN.NumberColumn(name, width="small")) for name in matrix.column_names
                          if name != "system_id"}, "matrix")


def open_results(page: Page, submitter: str) -> None:
    """Go to the results of one submitter; the other filters come along."""
    st.switch_page("pages/results.py", query_params=page.selection.common().with_values("submitter", [submitter]).query())
