"""What the results page draws: the whole table of the selected results, with the columns that the reader chooses."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from lib.query.remarks import standing
from lib.query.results import results
from lib.settings import settings
from lib.show.address import Page, system_of
from lib.show.columns import LINK_TEXTS
from lib.show.frame import nothing_found
from lib.show.listing import Ways
from lib.show.tables import IN_CSV, REMARKS, filled, listed, said
from lib.show.wording import unranked

_USUAL = (
    "public_id", "round", "division", "submitter", "system_name", "benchmark", "scenario", "value", "unit",
    "accelerators", "accelerator", "cpus_per_node", "cpu", "cores_per_cpu", "framework", "serving", "power_w",
    "source_url",
)  # fmt: skip


_NAMES = ("system_name", "public_id", "platform", "submitter")


def whole_table(page: Page, columns: tuple[str, ...]) -> None:
    """The selected results with the chosen columns, or the usual ones; a name leads to its system."""
    found = results(page.db, page.selection, settings().max_table_rows)
    if found.is_empty:
        nothing_found(page)
        return
    st.caption("A name leads to its system, an open log to its file. The CSV holds all rows and columns.")
    _unranked(page)
    names = columns or tuple(filled(found.table, _USUAL))
    shown = _with_remarks(found.table, names)
    listed(found, "results", shown, "results", _ways(page, shown), rest=IN_CSV, is_shortened=not columns)


def _ways(page: Page, names: Sequence[str]) -> Ways:
    """The column whose cells lead to the systems: their name, where it is among the chosen, else the first one."""
    named = [name for name in (*_NAMES, *names) if name in names and name not in (*LINK_TEXTS, *REMARKS)]
    return {named[0]: system_of(page)} if named else {}


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
