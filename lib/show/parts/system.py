"""What the system page draws: one entry, canonical beside raw, and all its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from lib.query import coverage, findings, systems
from lib.query.connection import Answer
from lib.selection import of
from lib.settings import settings
from lib.show.address import Page, system_of, way_to
from lib.show.frame import nothing_found
from lib.show.tables import BY_FILTERS, IN_CSV, filled, listed, plain_table, said, with_marks
from lib.show.wording import count, filters_text, hardware, linked, markdown, meanings, of_total, system_label

_CHOICE = (
    "public_id", "submitter", "system_name", "platform", "round", "division", "accelerators", "accelerator",
    "count_note", "results", "doubted_results",
)  # fmt: skip
_RESULTS = (
    "benchmark", "scenario", "value", "unit", "place", "doubt", "system_type", "power_w", "energy_mj",
    "source_url", "weight_dtype", "target_qps", "is_inferred", "checker_inferred", "value_field", "unit_source",
    "source_path",
)  # fmt: skip
_MOST_FINDINGS = 6
_MOST_DOUBTS = 6
_MOST_NAMED = 4  # results under one doubt
System = Mapping[str, Any]


def asked(page: Page) -> System | None:
    """The entry that the address names; None where it names none, or one that the data lacks, which is said."""
    entry = page.selection.one("entry")
    found = systems.system(page.db, entry) if entry else None
    if entry and found is None:
        st.warning("The data holds no such entry.")
    return found


def choose(page: Page) -> None:
    """The systems under the filters, each a link to its page."""
    found = systems.systems(page.db, page.selection, settings().max_table_rows)
    if found.is_empty:
        nothing_found(page)
        return
    st.markdown(
        f"One of {count(found.total, 'entry', 'entries')} under the filters: {markdown(filters_text(page.selection))}."
    )
    listed(
        found, "found_systems", said(found.table, _CHOICE), "entries", {"system_name": system_of(page)}, rest=BY_FILTERS
    )


def head(page: Page, system: System) -> None:
    """Its name with its ID; round, division, suites, availability, hardware and the place of its files."""
    st.subheader(markdown(system_label(system)))
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
    st.markdown(f"{markdown(hardware(system))}" + (f", {markdown(system['framework'])}" if system["framework"] else ""))
    st.caption(meanings((system["division"], *suites, system["availability"])))
    st.caption(f"Stable name: {markdown(system['system_id'])}")
    _round(page, system)
    if system["count_note"]:
        st.caption(f":material/info: Not as declared: {markdown(system['count_note'])}.")


def _round(page: Page, system: System) -> None:
    """What is to be known of its round's source, and what that has of no entry: said here once and nowhere below."""
    lacking = coverage.lacking(page.db, system["round"])
    said = [system["round_note"], f"missing for all of {system['round']}: {', '.join(lacking)}" if lacking else None]
    if any(said):
        st.caption(f":material/info: {markdown('; '.join(filter(None, said)))}.")


def oddities(page: Page, system: System) -> None:
    """The findings about its results, the weightiest first, each leading to its evidence; nothing where there is none.

    The first are open, the others one tap away.
    """
    odd = findings.anomalies_of_system(page.db, system["system_id"])
    if not odd:
        return
    st.markdown("#### What is odd about it")
    with st.container(key="list_odd"):
        st.markdown(_found(page, odd[:_MOST_FINDINGS]))
    if len(odd) > _MOST_FINDINGS:
        told = f"The weightiest {of_total(_MOST_FINDINGS, len(odd), 'findings')}; the others"
        with st.expander(told), st.container(key="list_odd_others"):
            st.markdown(_found(page, odd[_MOST_FINDINGS:]))


def _found(page: Page, odd: Sequence[Mapping[str, Any]]) -> str:
    """Findings as a list of links."""
    kept = page.selection.common()
    ways = [way_to("anomalies", kept.with_values("anomaly", [anomaly["anomaly_id"]])) for anomaly in odd]
    return "\n".join(f"- {linked(markdown(anomaly['finding']), way)}" for anomaly, way in zip(odd, ways, strict=True))


def results(page: Page, system: System) -> None:
    """Its results with rank, power and the link to each log; a benchmark leads to its ranking."""
    st.markdown("#### Results and their place in their field")
    answer = with_marks(systems.results_of_system(page.db, system["system_id"]))
    content = answer.table
    places = [
        f"{rank} of {size}" if rank else f"not ranked: {why or 'system type not stated'}"
        for rank, size, why in zip(*(content[name].to_pylist() for name in ("rank", "size", "no_rank")), strict=True)
    ]
    shown = Answer(content.append_column("place", pa.array(places, pa.string())), answer.total)
    names, ways = (
        _telling(shown.table),
        {"benchmark": lambda row: way_to("rankings", of(_ranking_of(system, row)))},
    )
    listed(shown, "system_results", names, "results", ways, rest=IN_CSV, is_shortened=False)
    _doubts(content)


def _telling(content: pa.Table) -> list[str]:
    """The columns that say something: none of flags that nothing has, no path beside a link to the same file."""
    names, empty = filled(content, _RESULTS), set()
    if not pc.any(content["is_inferred"], skip_nulls=False).as_py():
        empty.add("is_inferred")
    if not content["source_url"].null_count:
        empty.add("source_path")
    return [name for name in names if name not in empty]


def _doubts(content: pa.Table) -> None:
    """In full why its results are doubted, each reason once with the results that have it."""
    told: dict[str, list[str]] = {}
    for row in content.to_pylist():
        if row["doubt"]:
            told.setdefault(row["doubt"], []).append(f"{row['benchmark']} {row['scenario']}")
    for doubt, fields in list(told.items())[:_MOST_DOUBTS]:
        named = list(dict.fromkeys(fields))
        more = f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else ""
        st.caption(f"Doubted: {markdown(', '.join(named[:_MOST_NAMED]))}{more}: {markdown(doubt)}.")
    if len(told) > _MOST_DOUBTS:
        st.caption(f"The first {of_total(_MOST_DOUBTS, len(told), 'doubts')}; the table has all.")


def _ranking_of(system: System, result: Mapping[str, Any]) -> dict[str, list[str]]:
    """The filters that leave the field that a result is ranked in."""
    return {
        "round": [system["round"]],
        "division": [system["division"]],
        "system_type": [word for word in [result["system_type"]] if word],
        "benchmark": [result["benchmark"]],
        "scenario": [result["scenario"]],
    }


def facts(page: Page, system: System) -> None:
    """What it is: each fact in canonical words beside the submitter's."""
    st.markdown("#### What it is")
    rows = facts_of(system)
    content = pa.table(
        {
            "fact": [row[0] for row in rows],
            "canonical": ["–" if row[1] is None else str(row[1]) for row in rows],
            "raw": ["" if row[2] is None else str(row[2]) for row in rows],
        }
    )
    plain_table(Answer.whole(content), "system_facts_shown")


def facts_of(system: System) -> list[tuple[str, Any, Any]]:
    """Each fact of a system: what, in canonical words, and as the submitter wrote it."""
    variant = _joined(system["mig"] and f"MIG {system['mig']}", system["accelerator_variant"])
    memory, cores = system["accelerator_memory_gb"], system["cores_per_cpu"]
    return [
        ("Accelerator", system["accelerator"] or "none (CPU only)", system["accelerator_raw"]),
        ("Accelerator vendor, family", _joined(system["accelerator_vendor"], system["accelerator_family"]), None),
        ("Memory per accelerator", f"{memory:g} GB" if memory is not None else None, system["accelerator_memory_raw"]),
        ("Form factor", system["accelerator_form"], None),
        ("MIG slice, variant", variant, None),
        ("Accelerators per node", system["accelerators_per_node"], None),
        ("Nodes", system["nodes"], None),
        (
            "Accelerators in all",
            _with_source(system["accelerators"], system["accelerators_source"]),
            system["accelerators_declared"],
        ),
        ("Host processor", system["cpu"], system["cpu_raw"]),
        ("CPU vendor, family", _joined(system["cpu_vendor"], system["cpu_family"]), None),
        (
            "CPUs per node",
            _with_source(system["cpus_per_node"], system["cpus_source"]),
            system["cpus_per_node_declared"],
        ),
        (
            "Cores per CPU",
            f"{'unknown' if cores is None else cores} ({system['cores_source']})",
            system["cores_declared_raw"],
        ),
        ("Framework", system["framework"], None),
        ("Software stack", None, system["software_stack"]),
        ("Serving layer", system["serving"], None),
        ("Power mode", system["power_mode"], None),
        ("Operating system", system["operating_system"], None),
        ("Availability", system["availability"], system["availability_raw"]),
    ]


def _with_source(count: int | None, source: str) -> str:
    """A credible number and where it comes from; the source says itself where it is unknown."""
    return source if count is None else f"{count} ({source})"


def _joined(*parts: str | None) -> str | None:
    return ", ".join(part for part in parts if part) or None


def software(page: Page, system: System) -> None:
    """Its software, part by part, where the description names any."""
    found = systems.software(page.db, system["system_id"])
    if not found.is_empty:
        st.markdown("#### Software, part by part")
        plain_table(found, "system_software", "parts")


def runs(page: Page, system: System) -> None:
    """Every performance run with its parameters and latencies, where the source holds any."""
    found = systems.runs(page.db, system["system_id"])
    if found.is_empty:
        return  # the head says what the round's source does not hold
    with st.expander(f"Runs: test parameters and latencies ({count(found.total, 'run')})"):
        st.caption("As LoadGen wrote them; latencies in nanoseconds.")
        content = found.table
        plain_table(found, "system_runs", "runs", names=filled(content, content.column_names))


def accuracy(page: Page, system: System) -> None:
    """Its accuracy figures, where the source holds any."""
    found = systems.accuracy(page.db, system["system_id"])
    if not found.is_empty:
        with st.expander("Accuracy"):
            st.caption("In the unit of each benchmark's own script, mostly percent.")
            plain_table(found, "system_accuracy", "figures")


def description(page: Page, system: System) -> None:
    """The raw fields of its description."""
    found = systems.description(page.db, system["system_id"])
    with st.expander(f"The description as submitted ({count(found.total, 'field')})"):
        plain_table(found, "descriptions", "fields")
