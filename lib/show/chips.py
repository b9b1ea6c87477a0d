"""What is selected, above every page: how many results, the filters in words, and a chip that takes each away."""

from __future__ import annotations

import streamlit as st

from lib.query.facets import total
from lib.show.address import Page, dropped, to_address
from lib.show.wording import chip_text, count, filters_text, markdown, meanings

# A button's name is its text, and a picture in it gives its own words to that: one dot that nobody sees.
_DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def count_line(page: Page) -> None:
    """How many results the filters leave, which they are in words, and each as a chip that goes by itself."""
    left = total(page.db, page.selection)
    st.markdown(f"**{count(left, 'result')}** · {markdown(filters_text(page.selection))}")
    told = meanings(value for _, values in page.selection.common().items for value in values)
    if told:
        st.caption(told)
    if page.selection.common().items:
        _chips(page)


def _chips(page: Page) -> None:
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center", key="chips"):
        for key, values in page.selection.common().items:
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
