"""Anomalies: what is odd, ranked by how much it matters, and why, with the evidence beside the claim."""

import streamlit as st

from lib.show.filters import own_choice, own_choices
from lib.show.frame import begin_page
from lib.show.parts import anomalies

with begin_page("anomalies") as page:
    anomalies.finding(page)
    st.subheader("Findings under the filters")
    show, kinds = st.columns([1, 2])
    with show:
        own_choice(page, "show")
    with kinds:
        own_choices(page, "kind")
    anomalies.found(page)
