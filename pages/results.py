"""Results: the whole table of the selected results, with the columns that the reader chooses."""

import streamlit as st

from lib.query import questions
from lib.settings import settings
from lib.show import ui, ui_ranking
from lib.show.wording import SORT_WORDS

page = ui.begin_page("results")
most = settings().max_table_rows
results = questions.results(page.db, page.selection, most)
choices = st.columns([1, 3])
with choices[0]:
    ui.own_choice(page, "sort", "Order", tuple(SORT_WORDS), "rank", SORT_WORDS)
with choices[1]:
    columns = ui.own_choices(page, "column", "Columns", results.column_names, {})
if results.num_rows == 0:
    ui.nothing_found(page)
else:
    ui_ranking.cut_note(page, most)
    st.caption(
        "Search, sort and widen columns in the table; pick a row for its system. The CSV holds all rows and columns."
    )
    row = ui_ranking.results_table(results, columns)
    if row is not None:
        ui.open_system(page, results["system_id"][row].as_py())
ui.footer(page)
