"""The tables that the rules read, as frames, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from lib.findings.rules import standing
from lib.names.values import memory_of
from lib.vocabulary import ACCURACY_TARGET

# What makes two systems the same hardware; a declared power mode is a setting of the hardware.
HARDWARE = (
    "accelerator",
    "accelerator_variant",
    "mig",
    "memory",
    "accelerators_per_node",
    "nodes",
    "cpu",
    "cpus_per_node",
    "power_mode",
)
# Between the names of several kinds of accelerators in one system.
_AND = " + "
_RESULTS = f"""
select result_id, system_id, public_id, round, round_order, division, availability, is_datacenter, is_edge, has_power,
       submitter, platform, system_name, base_name, benchmark, scenario, value, unit, metric, higher_is_better,
       is_inferred,
       accelerator, accelerator_variant, accelerators_per_node, nodes, accelerators, mig, cpu, cpus_per_node,
       power_mode,
       serving, weight_dtype, input_dtype, operating_system, r.target_qps, era,
       accelerator_memory_gb, accelerator_memory_raw, power_w, energy_mj,
       array_to_string(organisations, ' + ') as organisation,
       regexp_replace(benchmark, '{ACCURACY_TARGET}', '') as model,
       (select coalesce(bool_and(is_published), true) from rounds where rounds.round = r.round) as is_published
from results r
where is_ranked and value > 0 and division <> 'open' and (accelerator is not null or cpu is not null)
order by result_id
"""
_RUNS = """
select u.* exclude (run, source_path, is_valid, scenario_logged)
from runs u join results r on r.result_id = u.result_id and r.published_run = u.run
where r.division <> 'open' order by u.result_id
"""
_SYSTEMS = """
select s.*, p.public_id, p.result_ids
from systems s join (
    select system_id, min(public_id) as public_id,
           case when any_value(division) = 'open' then [min(result_id)]
                else list(result_id order by result_id) end as result_ids
    from results group by system_id) p using (system_id)
order by system_id
"""
# Runs of different systems in one round whose latencies agree to the nanosecond: no two runs do.
_COPIES = """
with told as (
    select r.result_id, r.system_id, r.public_id, r.round, r.division, r.availability, r.submitter, r.platform,
           r.system_name, r.benchmark, r.scenario, r.is_datacenter, r.is_edge, r.is_ranked,
           u.latency_mean_ns, u.latency_max_ns,
           hash(r.round, r.division, r.benchmark, r.scenario, latency_mean_ns, latency_min_ns, latency_max_ns,
                latency_p50_ns, latency_p90_ns, latency_p95_ns, latency_p99_ns, latency_p999_ns) as latencies
    from runs u join results r on r.result_id = u.result_id and r.published_run = u.run
    where latency_min_ns < latency_mean_ns and latency_mean_ns < latency_max_ns
)
select * from told join (select latencies from told group by all having count(distinct system_id) > 1) using (latencies)
order by latencies, result_id
"""


@dataclass(frozen=True)
class Facts:
    """What the rules look at. `results` are the comparable ones: valid, of known hardware, not of the open division.

    `results` has besides the database's columns: `model` (the benchmark without its accuracy target), `speed` (more is
    better), `log_speed`, `hardware` (one word for the hardware), `standing` (the weight of where it was published),
    `inferred` (whether it is said to be), `is_mixed` (accelerators of several kinds: `A + B`), `is_published` (of a
    published round; what is measured at home says nothing against such a one).
    `unit_doubts` are the results whose unit is doubted (lib/database/units.py), of every division.
    `copies` are the results of every division whose latencies another system's has to the nanosecond;
    `latencies` is one number for all of them.
    `runs` are the published runs by result_id; `systems` all systems with the `result_ids` that stand for them.
    """

    results: pd.DataFrame
    runs: pd.DataFrame
    systems: pd.DataFrame
    parts: pd.DataFrame
    fields: pd.DataFrame
    public_ids: pd.DataFrame
    unit_doubts: pd.DataFrame = field(default_factory=pd.DataFrame)
    copies: pd.DataFrame = field(default_factory=pd.DataFrame)


def read(connection: duckdb.DuckDBPyConnection, unit_doubts: pd.DataFrame | None = None) -> Facts:
    """All that the rules need, from the tables of a database that is being built."""

    def ask(query: str) -> pd.DataFrame:
        return plain(connection.execute(query).df())

    return Facts(
        results=prepare(with_memory(ask(_RESULTS))),
        runs=ask(_RUNS).set_index("result_id"),
        systems=ask(_SYSTEMS),
        parts=ask("select system_id, role, part, version from system_software order by all"),
        fields=ask(
            "select system_id, field, value from descriptions where split_part(system_id, '/', 2) <> 'open' "
            "order by all"
        ),
        public_ids=ask(
            "select distinct round, public_id, system_id from results where public_id is not null order by all"
        ),
        copies=ask(_COPIES),
        unit_doubts=pd.DataFrame() if unit_doubts is None else plain(unit_doubts),
    )


def with_memory(results: pd.DataFrame) -> pd.DataFrame:
    """The results with `memory`, an accelerator's GB: its maker's figure, else what the description states."""
    stated = results["accelerator_memory_raw"].map(_stated_gb).astype(float)
    memory = results["accelerator_memory_gb"].astype(float).fillna(stated)
    return results.drop(columns=["accelerator_memory_gb", "accelerator_memory_raw"]).assign(memory=memory)


def _stated_gb(text: object) -> float | None:
    found = memory_of(known(text))
    return found.gb if found else None


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its texts as Python's own: we read them row by row, where Arrow's are slow."""
    texts = frame.select_dtypes(include=["str"]).columns
    return frame.astype(dict.fromkeys(texts, object))


def prepare(results: pd.DataFrame) -> pd.DataFrame:
    """The results with what the rules derive from them.

    A system with two results in one place (an entry that our sources put under one name twice) is compared in neither.
    """
    alone = ~results.duplicated(["system_id", "benchmark", "scenario", "unit"], keep=False)
    results = results[alone].sort_values("result_id", ignore_index=True)
    results["accelerator"] = results["accelerator"].map(_sorted_kinds, na_action="ignore")
    values = results["value"].astype(float)
    speed = np.where(results["higher_is_better"].astype(bool), values, 1 / values)
    return results.assign(
        speed=speed,
        log_speed=np.log(speed),
        is_mixed=[_AND in str(name) for name in results["accelerator"]],
        # What no file says to be inferred was measured, as far as anybody knows.
        inferred=results["is_inferred"].astype("boolean").fillna(False).astype(bool),
        standing=[standing(*where) for where in zip(results["division"], results["availability"], strict=True)],
        hardware=joined(results, HARDWARE),
        machine=joined(results, ("submitter", "base_name")),
    )


def _sorted_kinds(accelerator: str) -> str:
    """Accelerators of several kinds are the same in whatever order a description names them."""
    return _AND.join(sorted(accelerator.split(_AND)))


def joined(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """One text per row that is the same where all the columns are."""
    text = pd.Series("", index=frame.index, dtype=object)
    for column in columns:
        words = frame[column].astype(object).where(frame[column].notna(), "?")
        text = text + words.map(_word) + "|"
    return text


def is_described(row: Any) -> bool:
    """Whether a result's description says what its hardware is: processors and their number, memory, nodes."""
    needed = ["nodes", "cpu", "cpus_per_node"]
    if known(row.accelerator):
        needed += ["memory", "accelerators_per_node"]
    return all(known(getattr(row, name)) is not None for name in needed)


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def known(value: Any) -> Any:
    """The value, or None where the frame has one of its several missing ones."""
    return None if value is None or value is pd.NA or value != value else value
