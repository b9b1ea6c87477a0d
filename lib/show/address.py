"""The address bar is the only state: widgets mirror it, and whatever changes the view does so through here.

A widget's `on_change` writes the query string before the script's body runs; the page then fills every widget from the
query string, whoever changed it: the reader, a link, back, forward. Only in a session's first run the query string is
the widgets' default instead: after a server's restart the browser reconnects with its widgets' values and no callback;
there the widgets win, once, and are written back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib import links
from lib.catalogue import BY_NAME
from lib.query.connection import Database
from lib.query.defaults import adapted
from lib.query.facets import vocabulary
from lib.selection import Selection, format_range


@dataclass(frozen=True)
class Page:
    """What a page works with: its name, the database, what is selected, and whether its session has just begun."""

    name: str
    db: Database
    selection: Selection
    is_first: bool


def parsed(name: str, db: Database) -> links.Parsed:
    """What the address asks of a page."""
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    return links.parse_pairs(name, pairs, vocabulary(db))


def to_address(name: str, selection: Selection) -> None:
    """Write a page's selection into the address."""
    st.query_params.from_dict(links.query(name, selection))


def changed(name: str, db: Database, key: str, *widgets: str) -> None:
    """A widget's on_change: its value goes into the address; a link's snapshot goes, for the view is new."""
    _put(name, db, key, values_of([st.session_state[widget] for widget in widgets]))


def _put(name: str, db: Database, key: str, values: Iterable[str]) -> None:
    before = parsed(name, db).selection
    to_address(name, adapted(db, name, before, before.with_values(key, values).without("snapshot")))


def exactly(name: str, db: Database, key: str, widget: str) -> None:
    """The on_change of a range's single values: the range is that value alone, or none."""
    _put(name, db, key, range_at(st.session_state[widget]))


def range_at(value: str | None) -> tuple[str, ...]:
    """A range that holds one value, as a key's values; empty where there is none."""
    return (format_range(int(value), int(value)),) if value else ()


def added(name: str, db: Database, widget: str) -> None:
    """The on_click of a menu whose options are `key=value`: the value joins those that the filter has."""
    key, _, value = str(st.session_state[widget]).partition("=")
    _put(name, db, key, (*parsed(name, db).selection.get(key), value))


def dropped(name: str, db: Database, key: str, value: str) -> None:
    """The on_click of a chip: one value leaves its filter."""
    _put(name, db, key, [other for other in parsed(name, db).selection.get(key) if other != value])


def values_of(values: list[Any]) -> tuple[str, ...]:
    """A key's values as its widgets hold them: a list, one choice, a text, or the two ends of a range."""
    if len(values) == 2:
        low, high = (None if value is None else int(value) for value in values)
        low, high = (high, low) if low is not None and high is not None and low > high else (low, high)
        text = format_range(low, high)
        return (text,) if text else ()
    value = values[0]
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (" ".join(value.split()),) if isinstance(value, str) and value.strip() else ()


def start(key: str, parameter: str, value: Any, is_first: bool) -> dict[str, Any]:
    """Fill a widget from the address; in a session's first run by its default's parameter instead."""
    if is_first:
        return {parameter: value}
    st.session_state[key] = value
    return {}


def go_to(name: str, selection: Selection) -> None:
    """Go to a page with a selection, of which the page's own keys come along and no other page's.

    Streamlit puts the new query string on the old page first, and then on the new one: nav.js makes these two one entry
    of the browser's history.
    """
    st.switch_page(BY_NAME[name].file, query_params=links.query(name, selection))


def show_here(page: Page, selection: Selection) -> None:
    """Show another selection on this page."""
    to_address(page.name, selection)
    st.rerun()


def open_system(page: Page, system_id: str) -> None:
    """Go to a system's page; the filters come along."""
    go_to("system", page.selection.common().with_values("entry", (system_id,)))


def way_to(name: str, selection: Selection) -> str:
    """The address of a page with a selection, from the root of our pages: `/rankings?v=1&round=v1.0`."""
    return f"/{links.link(name, selection)}"


def system_of(page: Page) -> Callable[[Mapping[str, Any]], str]:
    """What leads from a row with a `system_id` to its system's page; the filters come along."""
    link = links.links_by("system", page.selection.common(), "entry")
    return lambda row: f"/{link(row['system_id'])}"


def link_to(name: str, label: str, selection: Selection, with_icon: bool = True) -> None:
    """A link to a page with a selection of its own."""
    page = BY_NAME[name]
    icon = page.icon if with_icon else None
    st.page_link(page.file, label=label, icon=icon, query_params=links.query(name, selection))
