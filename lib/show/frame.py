"""What stands around every page: head, navigation, filters, footer, and what is said when there is no data or no time.

A page is one block: `with begin_page("rankings") as page: ...`.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import streamlit as st

from lib import links
from lib.catalogue import BY_NAME, PAGES
from lib.database.fresh import build_if_stale
from lib.export.exports import csv_of, file_name
from lib.query.connection import Database, NoData, QuestionCut, current
from lib.query.defaults import page_defaults
from lib.query.facets import Looser, looser, total
from lib.selection import Selection
from lib.settings import settings
from lib.show import find
from lib.show.address import Page, link_to, parsed, show_here, to_address
from lib.show.chips import count_line
from lib.show.filters import filters
from lib.show.titles import title
from lib.show.wording import TRADEMARK, count, given_up, markdown, of_total

_ICON = Path(__file__).with_name("icon.svg")
_NOTHING = ":material/filter_alt_off:"
_MOST_WAYS = 6  # links below each other that one still reads
_frozen = threading.Event()
_building = threading.Lock()


@contextmanager
def begin_page(name: str) -> Iterator[Page]:
    """A page's head, navigation and filters before its own block, the footer after it.

    A notice stands in its place where there is no data; one sentence says so when a question is cut by its limits.
    Every page begins with this.
    """
    st.set_page_config(page_title=f"{BY_NAME[name].label} · Plumbline", page_icon=str(_ICON), layout="wide")
    _freeze_once()
    db, page = None, None
    try:
        db = _database(BY_NAME[name].label)
        page = _page(name, db)
        yield page
    except QuestionCut as error:
        if page is None:
            st.title(BY_NAME[name].label)
        st.warning(str(error), icon=":material/timer_off:")
    _footer(db)
    if page is None:
        st.stop()


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


def _page(name: str, db: Database) -> Page:
    selection, notice = _asked(name, db)
    is_first = st.session_state.setdefault("_first", True)
    st.session_state["_first"] = False
    page = Page(name, db, selection, is_first)
    st.set_page_config(page_title=title(db, name, selection).tab)
    with st.sidebar:
        _navigation(selection)
        shown = filters(name, db, selection, is_first)
    if shown != selection:  # only after a reconnect: there the widgets win
        show_here(page, shown.without("snapshot"))
    _head(page, notice)
    return page


def _asked(name: str, db: Database) -> tuple[Selection, str]:
    """What the address asks for, and what of it was left out; a bare address gets its page's defaults."""
    found = parsed(name, db)
    if not found.is_bare:
        return found.selection, found.notice
    selection = page_defaults(db, name)
    to_address(name, selection)
    return selection, ""


def _navigation(selection: Selection) -> None:
    st.markdown("### Plumbline")
    st.caption("MLPerf Inference results, traced to their logs")
    for _, pages in groupby(PAGES, key=lambda page: page.group):
        for page in pages:
            link_to(page.name, page.label, selection.common())


def _head(page: Page, notice: str) -> None:
    find.box(page)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title(BY_NAME[page.name].label)
        _share(page)
        _export_button(page)
    if notice:
        st.warning(notice, icon=":material/link_off:")
    made = page.selection.one("snapshot")
    if made and not page.db.snapshot.startswith(made):
        st.info(
            f"The data has changed since this link was made (snapshot {made}, now {page.db.snapshot}).",
            icon=":material/update:",
        )
    declared = BY_NAME[page.name]
    if declared.counts_results or not all(page.selection.get(key) for key in declared.needs):
        count_line(page)


def _share(page: Page) -> None:
    host = settings().public_url or _host()
    link = links.link(page.name, page.selection.with_values("snapshot", (page.db.snapshot,)))
    with st.popover("Share", icon=":material/share:"):
        st.caption("This link opens the same view; it says so when the data has changed since.")
        st.code(links.address(host, link), language=None, wrap_lines=True)
        if has_csv(page):
            st.caption("The same rows as CSV, for curl and spreadsheets:")
            query = links.link(page.name, page.selection.without("snapshot")).partition("?")[2]
            st.code(links.address(host, f"export/{page.name}.csv?{query}"), language=None, wrap_lines=True)


def _host() -> str:
    """The address by which this page was opened, without page and query."""
    opened = st.context.url or ""
    scheme, _, rest = opened.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else ""


def has_csv(page: Page) -> bool:
    """Whether this view has rows to export."""
    declared = BY_NAME[page.name]
    return bool(declared.question) and all(page.selection.get(key) for key in declared.needs)


def _export_button(page: Page) -> None:
    if not has_csv(page):
        return
    host = _host()  # the file is made later, when somebody asks for it
    st.download_button(
        "CSV",
        lambda: csv_of(page.db, page.name, page.selection, host),
        file_name=file_name(page.name, page.selection, page.db.snapshot),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        help="All filtered rows in the order shown. Text that a spreadsheet would run gets a leading apostrophe.",
    )


def nothing_found(page: Page) -> None:
    """Say that there is nothing to show, and offer as links which of the filters to give up and what that would leave.

    Where the filters do leave results it is the page that shows none of them: of another unit, or without a rank.
    """
    left = total(page.db, page.selection)
    if left:
        st.info(f"None of the {count(left, 'result')} under these filters can stand here.", icon=_NOTHING)
        if page.selection.get("unit"):
            link_to(page.name, "The same filters in all units", page.selection.without("unit"))
        return
    ways = looser(page.db, page.selection)
    many = any(len(way.keys) > 1 for way in ways)
    why = "no single one alone stands in the way. Give up two or more:" if many else "give up one of them:"
    st.info(f"No results under these filters; {why}" if ways else "No results under these filters.", icon=_NOTHING)
    for way in ways[:_MOST_WAYS]:
        _way_out(page, way)
    if len(ways) > _MOST_WAYS:
        st.caption(of_total(_MOST_WAYS, len(ways), "ways, those that change least"))
    link_to(page.name, "Defaults of this page", page_defaults(page.db, page.name))


def _way_out(page: Page, way: Looser) -> None:
    """The link that gives up some filters: `1 entry outside v6.0: show it`."""
    found = "1 entry" if way.entries == 1 else count(way.results, "result")
    told = f"{found} {given_up(page.selection, way.keys)}: show {'it' if way.entries == 1 else 'them'}"
    link_to(page.name, markdown(told), page.selection.with_all(dict.fromkeys(way.keys, ())).without("snapshot"))


def _footer(db: Database | None) -> None:
    """The last lines of each page: whose mark it is, and which data this is."""
    st.divider()
    st.caption(TRADEMARK + (f" Data snapshot {db.snapshot}." if db is not None else ""))
