"""Rankings: the top of a benchmark and scenario as bars, and the whole ranking as a table."""

import streamlit as st

from lib.show.filters import own_choice
from lib.show.frame import begin_page, nothing_found
from lib.show.parts import rankings

with begin_page("rankings") as page:
    ranking = rankings.ranking(page)
    if ranking.groups:
        value, top, odd, _ = st.columns([2, 1, 3, 1])
        with value:
            own_choice(page, "per")
        with top:
            most = int(own_choice(page, "top"))
        with odd:
            own_choice(page, "odd")
        rankings.several_groups(page, ranking)
        rankings.bars(page, ranking, most)
        rankings.notes(page, ranking)
        rankings.whole_table(page, ranking)
    else:
        nothing_found(page)
