"""What the results page draws: the whole table of the selected results, with the columns that the reader chooses."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from lib.query.remarks import standing
from lib.query.results import results
from lib.settings import settings
from lib.show.address import Page, open_system
from lib.show.frame import nothing_found
from lib.show.tables import IN_CSV, filled, said, table
from lib.show.wording import unranked

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
    _unranked(page)
    names = columns or tuple(filled(found.table, _USUAL))
    row = table(found, "results", _with_remarks(found.table, names), "results", rest=IN_CSV)
    if row is not None:
        open_system(page, found.table["system_id"][row].as_py())


def _with_remarks(content: pa.Table, chosen: tuple[str, ...]) -> list[str]:
    """The chosen columns, and whatever they are why a row has no rank and what is doubted, where one has or is."""
    names = [name for name in chosen if name != "doubt"]
    remarks = said(content, ("doubt",)) or [name for name in chosen if name == "doubt"]
    place = names.index("unit") + 1 if "unit" in names else len(names)
    return [*said(content, ("no_rank",)), *names[:place], *remarks, *names[place:]]


def _unranked(page: Page) -> None:
    """How many of the selected results have no rank, and why: of all, not of those that the table holds."""
    total, why = standing(page.db, page.selection)
    without = unranked(why, total)
    if without:
        st.caption(f"{without}.")
