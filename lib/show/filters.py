"""The filters of every page, in sight or in a box, and the widgets of a page's own keys; each mirrors the address."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from lib.catalogue import BY_NAME
from lib.links import MAX_VALUES
from lib.query.connection import Database
from lib.query.facets import counts
from lib.selection import COMMON, FILTERS, Selection
from lib.show.address import Page, changed, show_here, start
from lib.show.choices import REPLACED, Offered, another, choice

BOX = "_more_filters"  # whether the reader left the box of further filters open, on whichever page
IN_SIGHT = (*REPLACED, "benchmark", "scenario", "accelerator", "cpu_vendor", "cores")
_IN_THE_BOX = tuple(item.key for item in COMMON if item.key not in IN_SIGHT)


def filters(name: str, db: Database, asked: Selection, is_first: bool) -> Selection:
    """Draw all filters; what they hold, which is what was asked for but after a reconnect."""
    offered = Offered(name, db, asked, counts(db, asked, IN_SIGHT), is_first)
    shown: dict[str, tuple[str, ...]] = {}
    st.markdown("#### Filters")
    for key in IN_SIGHT:
        shown[key] = choice(offered, FILTERS[key])
        if key == REPLACED[-1]:
            another(offered)
    # One label for ever: a box whose label changes is another box, and shuts. What is active in it stands as chips.
    # Half of the widgets are in it and most of the options: a shut box has none of them.
    box = st.expander("More filters", expanded=st.session_state.get(BOX, False), key="more_filters", on_change="rerun")
    st.session_state[BOX] = box.open
    if box.open:
        offered = Offered(name, db, asked, counts(db, asked, _IN_THE_BOX), is_first)
        with box:
            shown |= {key: choice(offered, FILTERS[key]) for key in _IN_THE_BOX}
    st.caption("Beside each option: the results that it would leave under the other filters.")
    return asked.with_all(shown)


def own_choice(page: Page, key: str, width: int | Literal["stretch"] = "stretch") -> str:
    """A page's own choice of one among the options that the catalogue lists, kept in the address; `width` in px."""
    own, widget = BY_NAME[page.name].key(key), f"own_{key}"
    words = own.options
    options = list(words)
    value = page.selection.one(key, own.default)
    chosen = st.selectbox(
        own.label,
        options,
        key=widget,
        format_func=lambda item: words.get(item, item),
        on_change=changed,
        args=(page.name, page.db, key, widget),
        width=width,
        **start(widget, "index", options.index(value) if page.is_first else value, page.is_first),
    )
    _written_back(page, key, [chosen], [value])
    return value


def own_choices(page: Page, key: str) -> tuple[str, ...]:
    """A page's own choice of several, kept in the address."""
    own, widget = BY_NAME[page.name].key(key), f"own_{key}"
    words = own.options
    values = list(page.selection.get(key))
    chosen = st.multiselect(
        own.label,
        list(words),
        key=widget,
        format_func=lambda item: words.get(item, item),
        on_change=changed,
        args=(page.name, page.db, key, widget),
        max_selections=MAX_VALUES,
        **start(widget, "default", values, page.is_first),
    )
    _written_back(page, key, chosen, values)
    return tuple(values)


def _written_back(page: Page, key: str, chosen: list[str], asked: list[str]) -> None:
    """After a reconnect, where the widget's value wins: see lib/show/address.py."""
    if chosen != asked:
        show_here(page, page.selection.with_values(key, chosen).without("snapshot"))
