"""Anomalies: what is odd, ranked by how much it matters, and why, with the evidence beside the claim."""

import streamlit as st

from lib.show.filters import own_choice, own_choices
from lib.show.frame import begin_page
from lib.show.parts import anomalies, finding

with begin_page("anomalies") as page:
    finding.finding(page)
    st.subheader("Findings under the filters")
    show, kinds, meanings = st.columns([3, 4, 2], vertical_alignment="bottom")
    with show:
        own_choice(page, "show")
    with kinds:
        own_choices(page, "kind")
    with meanings:
        anomalies.kinds()
    anomalies.found(page)
