"""The widget of each filter. One that takes one value is a box or a bar of joined buttons, in which another choice
replaces the first; one that takes several is a box of tags or loose pills.

What an option would leave under the other filters stands beside it. Streamlit can disable no option: those that would
leave nothing are grey where options may be coloured, and stand last in long lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lib.catalogue import BY_NAME
from lib.links import MAX_VALUES
from lib.query.connection import Database
from lib.query.facets import EXACT, Counts, exact_values, options
from lib.selection import FILTERS, Filter, Selection, range_of
from lib.show.address import added, changed, exactly, range_at, start, values_of
from lib.show.wording import markdown, option

# Of these another choice replaces the one that was made; a further one is added by a way of its own.
REPLACED = ("round", "system_type", "division")
_ANY = ""
_MOST_EXACT = 8  # two to three lines of the sidebar


@dataclass(frozen=True)
class Offered:
    """What the widgets of a page's filters work with."""

    name: str
    db: Database
    asked: Selection
    beside: Counts
    is_first: bool


class _Labels(dict[str, str]):
    """The words of each option; a value that is none, such as members that stand together, is its own."""

    def __missing__(self, value: str) -> str:
        return value


def choice(offered: Offered, item: Filter) -> tuple[str, ...]:
    """Draw a filter's widget; its values, which are those of the address but after a reconnect."""
    if item.kind == "range":
        return _range(offered, item)
    if item.kind == "words":
        return _words(offered, item)
    is_one = len(offered.asked.get(item.key)) <= 1
    if item.key in REPLACED and item.fixed:
        return _bar(offered, item, is_one)
    if is_one and (item.key in REPLACED or item.key in BY_NAME[offered.name].single):
        return _one_of(offered, item)
    return _several(offered, item)


def _labels(item: Filter, values: list[str], number: Mapping[str, int]) -> _Labels:
    return _Labels({value: f"{option(item.key, value)} · {number.get(value, 0):,}" for value in values})


def _one_of(offered: Offered, item: Filter) -> tuple[str, ...]:
    number, values = offered.beside.get(item.key, {}), offered.asked.get(item.key)
    known = options(offered.db, item.key, number, values)
    key, choices, chosen = f"filter_{item.key}_one", [_ANY, *known], values[0] if values else _ANY
    labels = _labels(item, known, number)
    labels[_ANY] = "Any"
    return values_of(
        [
            st.selectbox(
                item.label,
                choices,
                key=key,
                format_func=labels.__getitem__,
                on_change=changed,
                args=(offered.name, offered.db, item.key, key),
                **start(key, "index", choices.index(chosen) if offered.is_first else chosen, offered.is_first),
            )
        ]
    )


def _several(offered: Offered, item: Filter) -> tuple[str, ...]:
    number, values = offered.beside.get(item.key, {}), offered.asked.get(item.key)
    known, key = options(offered.db, item.key, number, values), f"filter_{item.key}"
    several = st.multiselect(
        item.label,
        known,
        key=key,
        format_func=_labels(item, known, number).__getitem__,
        on_change=changed,
        args=(offered.name, offered.db, item.key, key),
        placeholder="Any: choose one or more",
        max_selections=MAX_VALUES,
        **start(key, "default", list(values), offered.is_first),
    )
    return Selection().with_values(item.key, several).get(item.key)


def _bar(offered: Offered, item: Filter, is_one: bool) -> tuple[str, ...]:
    """A short fixed set: joined buttons of which one is pressed, or loose ones where the address holds several."""
    number, values = offered.beside.get(item.key, {}), offered.asked.get(item.key)
    known = options(offered.db, item.key, number, values)
    key = f"filter_{item.key}_one" if is_one else f"filter_{item.key}"
    held = (values[0] if values else None) if is_one else list(values)
    pressed = (st.segmented_control if is_one else st.pills)(
        item.label,
        known,
        selection_mode="single" if is_one else "multi",
        key=key,
        format_func=_coloured(item, known, number, values).__getitem__,
        on_change=changed,
        args=(offered.name, offered.db, item.key, key),
        **start(key, "default", held, offered.is_first),
    )
    return Selection().with_values(item.key, values_of([pressed])).get(item.key)


def _coloured(item: Filter, values: list[str], number: Mapping[str, int], pressed: tuple[str, ...] = ()) -> _Labels:
    """Labels in Markdown: grey where an option would leave nothing, blue where it is pressed. Streamlit writes what is
    pressed in the buttons' own blue, which is too dark to read on a dark ground."""
    labels = _Labels()
    for value, words in _labels(item, values, number).items():
        shown = markdown(words)
        if not number.get(value):
            shown = f":gray[{shown}]"
        elif value in pressed:
            shown = f":blue[{shown}]"
        labels[value] = shown
    return labels


def another(offered: Offered) -> None:
    """The way to a second round, system type or division beside the chosen one: a menu of those that are not."""
    further: dict[str, str] = {}
    nothing: dict[str, str] = {}
    for item in (FILTERS[key] for key in REPLACED if offered.asked.get(key)):
        number, chosen = offered.beside.get(item.key, {}), offered.asked.get(item.key)
        values = [value for value in options(offered.db, item.key, number) if value not in chosen]
        for value, shown in _coloured(item, values, number).items():
            (further if number.get(value) else nothing)[f"{item.key}={value}"] = f"{item.label}: {shown}"
    labels = further | nothing
    if not labels:
        return
    st.menu_button(
        "Add to compare",
        list(labels),
        key="filter_another",
        format_func=labels.__getitem__,
        on_click=added,
        args=(offered.name, offered.db, "filter_another"),
        type="tertiary",
        icon=":material/add:",
    )


def _words(offered: Offered, item: Filter) -> tuple[str, ...]:
    key, values = f"filter_{item.key}", offered.asked.get(item.key)
    text = st.text_input(
        item.label,
        key=key,
        on_change=changed,
        args=(offered.name, offered.db, item.key, key),
        max_chars=64,
        placeholder="such as DGX or Triton",
        **start(key, "value", values[0] if values else "", offered.is_first),
    )
    return values_of([text])


def _range(offered: Offered, item: Filter) -> tuple[str, ...]:
    values = offered.asked.get(item.key)
    ends = range_of(values[0]) if values else (None, None)
    single = str(ends[0]) if ends[0] is not None and ends[0] == ends[1] else None
    pressed = _exactly(offered, item, single) if item.key in EXACT else single
    keys = (f"filter_{item.key}_from", f"filter_{item.key}_to")
    shown = [
        column.number_input(
            f"{item.label}, {word}",
            min_value=0,
            max_value=999_999,
            step=1,
            key=key,
            on_change=changed,
            args=(offered.name, offered.db, item.key, *keys),
            placeholder=word,
            label_visibility="collapsed" if item.key in EXACT else "visible",
            **{"value": None, **start(key, "value", end, offered.is_first)},
        )
        for column, key, end, word in zip(st.columns(2), keys, ends, ("from", "to"), strict=True)
    ]
    # After a reconnect either may have moved: the pills did where they hold another value than the address.
    return range_at(pressed) if offered.is_first and pressed != single else values_of(shown)


def _exactly(offered: Offered, item: Filter, single: str | None) -> str | None:
    """The single values of a range that leave most results, as pills; the one that is pressed."""
    number, key = offered.beside.get(item.key, {}), f"filter_{item.key}_exact"
    known = exact_values(number, _MOST_EXACT)
    if single and single not in known:
        known = sorted([*known, single], key=int)
    pressed: str | None = st.pills(
        item.label,
        known,
        key=key,
        format_func=_coloured(item, known, number, (single,) if single else ()).__getitem__,
        on_change=exactly,
        args=(offered.name, offered.db, item.key, key),
        **start(key, "default", single, offered.is_first),
    )
    return pressed
