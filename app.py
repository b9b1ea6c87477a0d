"""Overview: what is in here, the headline of the latest round, the most telling anomalies, and the ways in."""

import streamlit as st

from lib.query import questions
from lib.show import ui, ui_ranking
from lib.show.wording import markdown

page = ui.begin_page("overview")
rounds = questions.rounds(page.db)
ui_ranking.totals(rounds)

left, right = st.columns([3, 2], gap="large")
with left:
    st.subheader("Who leads")
    st.caption("The best result of each benchmark and scenario under the filters; pick a row for its whole ranking.")
    leaders = questions.leaders(page.db, page.selection)
    if leaders.num_rows:
        picked = ui_ranking.leaders_table(leaders)
        if picked is not None:
            ui_ranking.open_ranking(page, leaders["benchmark"][picked].as_py(), leaders["scenario"][picked].as_py())
    else:
        ui.nothing_found(page)
with right:
    st.subheader("What is odd")
    found = questions.anomalies(page.db, page.selection, most=4).to_pylist()
    for item in found:
        with st.container(border=True):
            st.markdown(
                f"**{markdown(item['submitters'])} · {markdown(item['benchmarks'])}**  \n{markdown(item['finding'])}"
            )
            ui.link_to(page, "anomalies", "Why", page.selection.common().with_values("anomaly", [item["anomaly_id"]]))
    if not found:
        st.info("No anomaly under these filters.")
    ui.link_to(page, "anomalies", "All anomalies under these filters", page.selection.common())

st.subheader("Rounds")
row = ui_ranking.rounds_table(rounds)
if row is not None:
    ui_ranking.open_round(page, rounds["round"][row].as_py())
ui.footer(page)
