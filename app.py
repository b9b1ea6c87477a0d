"""Overview: what this is, the latest round in one picture, the oddities that matter, and the ways in."""

import streamlit as st

from lib.show.frame import begin_page
from lib.show.parts import coverage, oddities, overview, questions

with begin_page("overview") as page:
    coverage.lost_rounds(page)
    with st.container(width=overview.WIDTH):
        overview.what_this_is()
        left, right = st.columns(overview.COLUMNS, gap="medium")
        with left:
            overview.field(page)
        with right:
            oddities.cards(page)
            questions.asked(page)
        overview.leaders(page)
        overview.rounds(page)
