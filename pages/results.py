"""Results: the whole table of the selected results, with the columns that the reader chooses."""

import streamlit as st

from lib.show.filters import own_choice, own_choices
from lib.show.frame import begin_page
from lib.show.parts import results

with begin_page("results") as page:
    order, chosen = st.columns([1, 3])
    with order:
        own_choice(page, "sort")
    with chosen:
        columns = own_choices(page, "column")
    results.whole_table(page, columns)
