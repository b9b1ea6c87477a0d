"""Method: what scenarios, metrics, divisions and derived numbers mean, with the rules' sources."""

import streamlit as st

from lib.show.frame import begin_page
from lib.show.parts import anomalies, method

with begin_page("method") as page:
    method.document("method.md")
    method.breaks(page)
    st.subheader("Anomalies: the rules and their thresholds")
    anomalies.rules()
    method.benchmarks(page)
