"""What the results page draws: the whole table of the selected results, with the columns that the reader chooses."""

from __future__ import annotations

import streamlit as st

from lib.query.results import results
from lib.settings import settings
from lib.show.address import Page, open_system
from lib.show.frame import nothing_found
from lib.show.tables import IN_CSV, table

_USUAL = (
    "public_id", "round", "division", "submitter", "system_name", "benchmark", "scenario", "value", "unit",
    "accelerators", "accelerator", "cpus_per_node", "cpu", "cores_per_cpu", "framework", "serving", "power_w",
    "source_url",
)  # fmt: skip


def whole_table(page: Page, columns: tuple[str, ...]) -> None:
    """The selected results with the chosen columns, or the usual ones; a picked row opens its system."""
    found = results(page.db, page.selection, settings().max_table_rows)
    if found.is_empty:
        nothing_found(page)
        return
    st.caption(
        "Search, sort and widen columns in the table; pick a row for its system. The CSV holds all rows and columns."
    )
    row = table(found, "results", columns or _USUAL, "results", rest=IN_CSV)
    if row is not None:
        open_system(page, found.table["system_id"][row].as_py())
