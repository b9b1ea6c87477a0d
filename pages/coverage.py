"""Coverage: what is in each round's source and in here, what was left out and why, and which names are unmapped."""

import streamlit as st

from lib.query import coverage
from lib.show import ui, ui_coverage
from lib.show.wording import ROWS_WORDS, count

page = ui.begin_page("coverage")
st.subheader("Rounds")
st.caption("Left out: files that cannot be read, each named below. Confirmed: values equal to MLCommons' own summary.")
ui_coverage.coverage_rounds(coverage.rounds(page.db))

st.subheader("Who submitted what")
by_system = ui.own_choice(page, "rows", "One row per", tuple(ROWS_WORDS), "submitter", ROWS_WORDS) == "system"
matrix = coverage.matrix(page.db, page.selection, by_system)
if matrix.num_rows == 0:
    ui.nothing_found(page)
else:
    st.caption(
        "Results per benchmark and scenario under the filters; an empty cell is no result. Pick a row to look closer."
    )
    row = ui_coverage.matrix_table(matrix)
    if row is not None and by_system:
        ui.open_system(page, matrix["system_id"][row].as_py())
    elif row is not None:
        ui_coverage.open_results(page, matrix["submitter"][row].as_py())

problems = coverage.problems(page.db, page.selection)
st.subheader("Left out or doubted")
if problems.num_rows:
    ui.plain_table(problems, "problems", severity="Severity", path="File", line="Line", message="Why", round="Round")
else:
    st.caption("Nothing in the selected rounds.")

differences = coverage.differences(page.db, page.selection)
st.subheader("Where MLCommons' summary says otherwise")
if differences.num_rows:
    st.caption(f"{count(differences.num_rows, 'result')}; the figure of the log is shown everywhere else.")
    ui.plain_table(differences, "differences")
else:
    st.caption("Nowhere in the selected rounds, or the rounds have no summary here.")

for title, content, note in (
    ("Names without a canonical one", coverage.unmapped(page.db), "Every name of every round has one."),
    ("One public ID on two systems", coverage.doubled_ids(page.db), "None."),
):
    st.subheader(title)
    if content.num_rows:
        ui.plain_table(content, title)
    else:
        st.caption(note)
ui.footer(page)
