"""Rankings: the top of a benchmark and scenario as bars, and the whole ranking as a table."""

import streamlit as st

from lib.show.filters import own_choice
from lib.show.frame import begin_page, nothing_found
from lib.show.parts import rankings

with begin_page("rankings") as page:
    ranking = rankings.ranking(page)
    if ranking.groups:
        with st.container(horizontal=True):
            own_choice(page, "per", 170)
            most = int(own_choice(page, "top", 100))
            own_choice(page, "odd", 270)
        rankings.several_groups(page, ranking)
        rankings.bars(page, ranking, most)
        rankings.notes(page, ranking)
        rankings.whole_table(page, ranking)
    else:
        nothing_found(page)
