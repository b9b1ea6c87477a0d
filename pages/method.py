"""Method: what scenarios, metrics, divisions and derived numbers mean, with the rules' sources."""

import streamlit as st

from lib.query import questions
from lib.show import ui, ui_anomaly, ui_coverage

page = ui.begin_page("method")
ui_coverage.document("method.md")
st.subheader("Where rounds stop being comparable")
ui.plain_table(
    questions.breaks(page.db),
    "breaks",
    row_px=64,
    benchmark="Benchmark",
    scenario="Scenario",
    from_round="From",
    kind="Kind",
    reason="Reason",
)
st.subheader("Anomalies: the rules and their thresholds")
ui_anomaly.rules()
st.subheader("Benchmarks")
ui_coverage.benchmarks_table(questions.benchmarks(page.db))
ui.footer(page)
