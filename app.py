"""Overview: what is in here, the headline of the latest round, the most telling anomalies, and the ways in."""

import streamlit as st

from lib.show.frame import begin_page
from lib.show.parts import coverage, overview

with begin_page("overview") as page:
    coverage.lost_rounds(page)
    overview.totals(page)
    left, right = st.columns([3, 2], gap="large")
    with left:
        overview.leaders(page)
    with right:
        overview.oddities(page)
    overview.rounds(page)
