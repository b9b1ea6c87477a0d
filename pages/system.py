"""System: one entry, everything known about it, and all its results with the rank that each takes in its field."""

import streamlit as st

from lib.query import questions
from lib.show import ui, ui_system
from lib.show.wording import markdown, system_label

page = ui.begin_page("system")
entry = page.selection.one("entry")
system = questions.system(page.db, entry) if entry else None
if system is None:
    ui_system.choose_system(page, questions.systems(page.db, page.selection), is_unknown=bool(entry))
    ui.footer(page)
    st.stop()

st.subheader(markdown(system_label(system)))
ui_system.system_line(system)
for anomaly in questions.anomalies_of_system(page.db, entry)[:6]:
    ui_system.anomaly_line(page, anomaly)

st.markdown("#### Results and their place in their field")
results = questions.results_of_system(page.db, entry)
ui_system.system_results(page, results)

st.markdown("#### What it is")
ui_system.facts(ui_system.system_facts(system), "facts")
software = questions.software(page.db, entry)
if software.num_rows:
    st.markdown("#### Software, part by part")
    ui.plain_table(software, "software", role="Role", part="Part", version="Version")

ui_system.runs_table(questions.runs(page.db, entry), system)
accuracy = questions.accuracy(page.db, entry)
if accuracy.num_rows:
    with st.expander("Accuracy"):
        st.caption("In the unit of each benchmark's own script, mostly percent.")
        ui.plain_table(accuracy, "accuracy", benchmark="Benchmark", scenario="Scenario", metric="Metric", value="Value")
description = questions.description(page.db, entry)
with st.expander(f"The description as submitted ({description.num_rows} fields)"):
    ui.plain_table(description, "description", field="Field", value="Value")
ui.footer(page)
