"""Anomalies: what is odd, ranked by how much it matters, and why, with the evidence beside the claim."""

import streamlit as st

from lib.query import questions
from lib.show import figures, ui, ui_anomaly
from lib.show.wording import SHOW_WORDS

page = ui.begin_page("anomalies")
chosen = page.selection.one("anomaly")
anomaly = questions.anomaly(page.db, chosen) if chosen else None
if chosen and anomaly is None:
    st.warning("The data holds no such anomaly (any more).")
if anomaly is not None:
    ui_anomaly.anomaly_head(page, anomaly)
    field = questions.field_of_anomaly(page.db, chosen).to_pylist()
    if field:
        ui.drawing(figures.members_in_field(field), "members_in_field")
    else:
        st.caption("No chart: the members' field is not known, for their system type is not stated.")
    ui_anomaly.anomaly_evidence(page, anomaly, questions.members(page.db, chosen))

st.subheader("Findings under the filters")
choices = st.columns([1, 2])
with choices[0]:
    ui.own_choice(page, "show", "Show", tuple(SHOW_WORDS), "default", SHOW_WORDS)
with choices[1]:
    ui.own_choices(page, "kind", "Kinds", tuple(ui_anomaly.KINDS), ui_anomaly.KINDS)
found = questions.anomalies(page.db, page.selection, most=100)
if found.num_rows == 0:
    st.info("No anomaly under these filters.")
else:
    if found.num_rows == 100:
        st.caption("The weightiest 100; the CSV holds all.")
    row = ui_anomaly.anomalies_table(found)
    if row is not None and found["anomaly_id"][row].as_py() != chosen:
        ui.open_anomaly(page, found["anomaly_id"][row].as_py())
ui.footer(page)
