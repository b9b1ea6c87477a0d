"""The widgets of the filters and of a page's own keys; each mirrors one key of the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.catalogue import BY_NAME
from lib.links import MAX_VALUES
from lib.query.connection import Database
from lib.query.defaults import round_names
from lib.query.facets import Counts, counts
from lib.selection import COMMON, FILTERS, NONE, TOGETHER, Filter, Selection, range_of
from lib.show.address import Page, changed, show_here, start, values_of
from lib.show.wording import option

IN_SIGHT = ("round", "benchmark", "scenario", "accelerator", "cpu_vendor")
_ANY = ""


def filters(name: str, db: Database, asked: Selection, is_first: bool) -> Selection:
    """Draw all filters; what they hold, which is what was asked for but after a reconnect."""
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
        return _range_filter(name, db, item, values, is_first)
    if item.kind == "words":
        return _words_filter(name, db, item, values, is_first)
    number = beside.get(item.key, {})
    options = _options(db, item, number, values)
    if item.key in BY_NAME[name].single and len(values) <= 1:
        return _one_of(name, db, item, options, number, values, is_first)
    key = f"filter_{item.key}"
    several = st.multiselect(
        item.label,
        options,
        key=key,
        format_func=lambda value: _shown(item, value, number),
        on_change=changed,
        args=(name, db, item.key, key),
        placeholder="Any",
        max_selections=MAX_VALUES,
        **start(key, "default", list(values), is_first),
    )
    return Selection().with_values(item.key, several).get(item.key)


def _shown(item: Filter, value: str, number: Mapping[str, int]) -> str:
    if value == _ANY:
        return "Any"
    if value not in number and TOGETHER in value:
        return option(item.key, value)  # counted are single members alone
    return f"{option(item.key, value)} · {number.get(value, 0):,}"


def _one_of(
    name: str,
    db: Database,
    item: Filter,
    options: list[str],
    number: Mapping[str, int],
    values: tuple[str, ...],
    is_first: bool,
) -> tuple[str, ...]:
    key, choices = f"filter_{item.key}_one", [_ANY, *options]
    chosen = values[0] if values else _ANY
    choice = st.selectbox(
        item.label,
        choices,
        key=key,
        format_func=lambda value: _shown(item, value, number),
        on_change=changed,
        args=(name, db, item.key, key),
        **start(key, "index", choices.index(chosen) if is_first else chosen, is_first),
    )
    return values_of([choice])


def _words_filter(name: str, db: Database, item: Filter, values: tuple[str, ...], is_first: bool) -> tuple[str, ...]:
    key = f"filter_{item.key}"
    text = st.text_input(
        item.label,
        key=key,
        on_change=changed,
        args=(name, db, item.key, key),
        max_chars=64,
        placeholder="such as DGX or Triton",
        **start(key, "value", values[0] if values else "", is_first),
    )
    return values_of([text])


def _options(db: Database, item: Filter, number: Mapping[str, int], chosen: Sequence[str]) -> list[str]:
    """A filter's options: those that leave results and those chosen; rounds latest first, words in their order."""
    if item.fixed:
        return [value for value in item.fixed if value in number or value in chosen]
    found = set(number) | set(chosen)
    if item.key == "round":
        return [name for name in round_names(db) if name in found]
    return sorted(found, key=lambda value: (value == NONE, value.casefold()))


def _range_filter(name: str, db: Database, item: Filter, values: tuple[str, ...], is_first: bool) -> tuple[str, ...]:
    low, high = range_of(values[0]) if values else (None, None)
    keys = (f"filter_{item.key}_from", f"filter_{item.key}_to")
    ends = []
    for column, key, end, word in zip(st.columns(2), keys, (low, high), ("from", "to"), strict=True):
        ends.append(
            column.number_input(
                f"{item.label}, {word}",
                min_value=0,
                max_value=999_999,
                step=1,
                key=key,
                on_change=changed,
                args=(name, db, item.key, *keys),
                placeholder=word,
                **{"value": None, **start(key, "value", end, is_first)},
            )
        )
    return values_of(ends)


def own_choice(page: Page, key: str) -> str:
    """A page's own choice of one among the options that the catalogue lists, kept in the address."""
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


def own_words(page: Page, key: str, example: str) -> str:
    """A page's own words, kept in the address."""
    own, widget = BY_NAME[page.name].key(key), f"own_{key}"
    value = page.selection.one(key)
    words = st.text_input(
        own.label,
        key=widget,
        on_change=changed,
        args=(page.name, page.db, key, widget),
        max_chars=own.longest,
        placeholder=example,
        **start(widget, "value", value, page.is_first),
    )
    _written_back(page, key, list(values_of([words])), [value] if value else [])
    return value


def _written_back(page: Page, key: str, chosen: list[str], asked: list[str]) -> None:
    """After a reconnect, where the widget's value wins: see lib/show/address.py."""
    if chosen != asked:
        show_here(page, page.selection.with_values(key, chosen).without("snapshot"))
