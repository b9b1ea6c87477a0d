"""What the system page draws: one entry, canonical beside raw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from lib.selection import of
from lib.show.ui import MARK, Page, go_to, link_to, nothing_found, open_system, plain_table, table, with_marks
from lib.show.wording import count, filters_text, markdown

_COLUMN = st.column_config


def choose_system(page: Page, found: pa.Table, is_unknown: bool) -> None:
    """The systems under the filters, to pick one."""
    if is_unknown:
        st.warning("The data holds no such entry.")
    st.markdown(
        f"Pick one of {count(found.num_rows, 'entry', 'entries')} under the filters: "
        f"{markdown(filters_text(page.selection))}."
    )
    if found.num_rows == 0:
        nothing_found(page)
        return
    row = table(
        found,
        {
            "public_id": _COLUMN.TextColumn("ID", width="small"),
            "submitter": _COLUMN.TextColumn("Submitter"),
            "system_name": _COLUMN.TextColumn("System", width="large"),
            "platform": _COLUMN.TextColumn("Platform"),
            "round": _COLUMN.TextColumn("Round", width="small"),
            "division": _COLUMN.TextColumn("Division", width="small"),
            "accelerators": _COLUMN.NumberColumn("Accelerators"),
            "accelerator": _COLUMN.TextColumn("Accelerator"),
            "results": _COLUMN.NumberColumn("Results", width="small"),
        },
        "systems",
    )
    if row is not None:
        open_system(page, found["system_id"][row].as_py())


def system_line(system: Mapping[str, Any]) -> None:
    """Round, division, suites, availability and the place of its files, in one line."""
    suites = [word for word, flag in (("datacenter", system["is_datacenter"]), ("edge", system["is_edge"])) if flag]
    parts = [
        system["round"],
        system["division"],
        " and ".join(suites) or "system type not stated",
        system["availability"] or "availability not stated",
        "with power runs" if system["has_power"] else "without power runs",
        count(system["results"] or 0, "result"),
    ]
    st.markdown(" · ".join(markdown(part) for part in parts))
    st.caption(f"Stable name: {markdown(system['system_id'])}")
    if system["round_note"]:
        st.caption(f":material/info: {markdown(system['round_note'])}.")


def system_facts(system: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What a system is: each fact in canonical words beside the submitter's."""
    variant = ", ".join(
        text for text in (system["mig"] and f"MIG {system['mig']}", system["accelerator_variant"]) if text
    )
    memory = system["accelerator_memory_gb"]
    return [
        ("Accelerator", system["accelerator"] or "none (CPU only)", system["accelerator_raw"]),
        ("Accelerator vendor, family", _joined(system["accelerator_vendor"], system["accelerator_family"]), None),
        ("Memory per accelerator", f"{memory:g} GB" if memory is not None else None, system["accelerator_memory_raw"]),
        ("Form factor", system["accelerator_form"], None),
        ("MIG slice, variant", variant or None, None),
        ("Accelerators per node", system["accelerators_per_node"], None),
        ("Nodes", system["nodes"], None),
        ("Accelerators in all", system["accelerators"], None),
        ("Host processor", system["cpu"], system["cpu_raw"]),
        ("CPU vendor, family", _joined(system["cpu_vendor"], system["cpu_family"]), None),
        ("CPUs per node", system["cpus_per_node"], None),
        (
            "Cores per CPU",
            f"{'unknown' if (cores := system['cores_per_cpu']) is None else cores} ({system['cores_source']})",
            system["cores_declared_raw"],
        ),
        ("Framework", system["framework"], None),
        ("Software stack", None, system["software_stack"]),
        ("Serving layer", system["serving"], None),
        ("Power mode", system["power_mode"], None),
        ("Operating system", system["operating_system"], None),
        ("Availability", system["availability"], system["availability_raw"]),
    ]


def _joined(*parts: str | None) -> str | None:
    return ", ".join(part for part in parts if part) or None


def facts(rows: Sequence[tuple[str, Any, Any]], key: str) -> None:
    """A table of facts: what, canonical, and as the submitter wrote it."""
    content = pa.table(
        {
            "fact": [row[0] for row in rows],
            "canonical": ["–" if row[1] is None else str(row[1]) for row in rows],
            "raw": ["" if row[2] is None else str(row[2]) for row in rows],
        }
    )
    st.dataframe(
        content,
        key=key,
        hide_index=True,
        width="stretch",
        column_config={
            "fact": _COLUMN.TextColumn("Fact"),
            "canonical": _COLUMN.TextColumn("Canonical", width="medium"),
            "raw": _COLUMN.TextColumn("As submitted", width="large"),
        },
    )


def anomaly_line(page: Page, anomaly: Mapping[str, Any]) -> None:
    """One finding about a system, with the way to its evidence."""
    line, way = st.columns([6, 1], vertical_alignment="center")
    line.markdown(f"⚠ {markdown(anomaly['finding'])}")
    with way:
        link_to(page, "anomalies", "Why", page.selection.common().with_values("anomaly", [anomaly["anomaly_id"]]))


def system_results(page: Page, results: pa.Table) -> None:
    """A system's results with rank, power and the link to each log; a picked row opens its ranking."""
    places = [
        f"{rank} of {size}" if rank else "not ranked"
        for rank, size in zip(results["rank"].to_pylist(), results["size"].to_pylist(), strict=True)
    ]
    content = with_marks(results).append_column("place", pa.array(places, pa.string()))
    row = table(
        content,
        {
            "mark": MARK,
            "benchmark": _COLUMN.TextColumn("Benchmark"),
            "scenario": _COLUMN.TextColumn("Scenario", width="small"),
            "value": _COLUMN.NumberColumn("Value", format="localized"),
            "unit": _COLUMN.TextColumn("Unit", width="small"),
            "place": _COLUMN.TextColumn(
                "Rank in its field",
                help="among all results of the same round, division, system type, "
                "benchmark, scenario and unit, whatever their availability",
            ),
            "system_type": _COLUMN.TextColumn("System type", width="small"),
            "power_w": _COLUMN.NumberColumn("Power (W)", format="localized"),
            "energy_mj": _COLUMN.NumberColumn("Energy (mJ per query)", format="localized"),
            "weight_dtype": _COLUMN.TextColumn("Weights", width="small"),
            "target_qps": _COLUMN.NumberColumn("Target (queries/s)", format="localized"),
            "is_inferred": _COLUMN.CheckboxColumn(
                "Inferred", help="computed from another scenario's run by MLCommons' rule"
            ),
            "value_field": _COLUMN.TextColumn("Log's field"),
            "source_url": _COLUMN.LinkColumn("Log", display_text="log"),
            "source_path": _COLUMN.TextColumn("Source"),
        },
        "system_results",
    )
    st.caption("Pick a row for its ranking.")
    if row is not None:
        system_round, division = page.selection.one("entry").split("/")[:2]
        go_to(
            "rankings",
            of(
                {
                    "round": [system_round],
                    "division": [division],
                    "system_type": [word for word in [content["system_type"][row].as_py()] if word],
                    "benchmark": [content["benchmark"][row].as_py()],
                    "scenario": [content["scenario"][row].as_py()],
                    "entry": page.selection.get("entry"),  # for the way back: see go_to()
                }
            ),
        )


def runs_table(runs: pa.Table, system: Mapping[str, Any]) -> None:
    """Every performance run with its parameters and latencies; why there is none, where there is none."""
    if runs.num_rows == 0:
        st.info("No runs: this round's source here holds no logs, so latencies and target rates are missing.")
        return
    with st.expander(f"Runs: test parameters and latencies ({count(runs.num_rows, 'run')})"):
        st.caption("As LoadGen wrote them; latencies in nanoseconds.")
        filled = [name for name in runs.column_names if runs[name].null_count < runs.num_rows]
        plain_table(runs.select(filled), "runs")
