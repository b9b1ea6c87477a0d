"""A page that shows every payload as our pages show text from data; served by test_hostile_data.py."""

import streamlit as st

from lib.show.wording import markdown
from tests.show.payloads import PAYLOADS

for payload in PAYLOADS:
    st.markdown(f"x {markdown(payload)} y")
    st.caption(markdown(payload))
    st.subheader(markdown(payload), anchor=False)
st.text("all payloads are shown")
