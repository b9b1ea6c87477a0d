"""What is selected, above every page: how many results, and by which filters, each a chip that takes it away."""

from __future__ import annotations

import streamlit as st

from lib.catalogue import HOME
from lib.query.facets import total
from lib.selection import Selection
from lib.show.address import Page, dropped, to_address
from lib.show.wording import chip_text, count, markdown, meanings

# A button's name is its text, and a picture in it gives its own words to that: one dot that nobody sees.
_DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def count_line(page: Page) -> None:
    """How many results the filters leave, and each filter as a chip that goes by itself; what their words mean."""
    left = count(total(page.db, page.selection), "result")
    common = page.selection.common()
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center", key="chips"):
        st.markdown(f"**{left}**" if common.items else f"**{left}** · no filters", width="content")
        if common.items:
            _chips(page, common)
    told = meanings(value for _, values in common.items for value in values)
    if told and page.name != HOME:  # which begins with what they mean
        st.caption(told)


def _chips(page: Page, common: Selection) -> None:
    for key, values in common.items:
        for value in values:
            shown, spoken = chip_text(key, value)
            st.button(
                f"![{spoken}]({_DOT}) :gray-badge[{markdown(shown)} ✕]",
                key=f"chip_{key}_{value}",
                type="tertiary",
                on_click=dropped,
                args=(page.name, page.db, key, value),
            )
    cleared = page.selection.own().without("snapshot")
    st.button("Clear filters", type="tertiary", on_click=to_address, args=(page.name, cleared))
