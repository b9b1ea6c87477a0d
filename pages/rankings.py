"""Rankings: the top of a benchmark and scenario as bars, and the whole ranking as a table."""

import streamlit as st

from lib.query import questions
from lib.show import figures, ui, ui_ranking
from lib.show.wording import DERIVED, PER_WORDS, ranking_title

page = ui.begin_page("rankings")
ranking = questions.ranked(page.db, page.selection, questions.SHOWN)
groups = questions.groups_of(ranking)
if not groups:
    ui.nothing_found(page)
    ui.footer(page)
    st.stop()

group = groups[0]
choices = st.columns([2, 2, 3])
with choices[0]:
    per = ui.own_choice(page, "per", "Value", tuple(PER_WORDS), "system", PER_WORDS)
with choices[1]:
    top = ui.own_choice(page, "top", "Bars", ("10", "20", "50", "100"), "10", {})
if len(groups) > 1:
    ui_ranking.several_groups(page, groups)

rows = ui_ranking.charted(ranking, group, int(top))
if rows:
    ui.chart_title(*ranking_title(group, page.selection, per))
    picked = ui.chart(figures.ranking_bars(rows, group.unit, per), "bars")
    if picked:
        ui.open_system(page, picked)
else:
    st.info(f"No result here has a value {PER_WORDS[per]}: what it takes is not stated, or latencies are not divided.")
if per != "system":
    st.caption(f"Values {PER_WORDS[per]} are {DERIVED}.")
ui_ranking.ranking_notes(page, group)
row = ui_ranking.ranking_table(ranking, per)
if row is not None:
    ui.open_system(page, row)
ui.footer(page)
