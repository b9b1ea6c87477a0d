"""The recorded factors of each result besides its hardware: one frame, a column a factor, None where none is stated."""

from __future__ import annotations

import pandas as pd

from lib.findings.frames import Facts
from lib.names.software import layers
from lib.names.values import memory_of

_TRUE = {True: "yes", False: "no"}
# Aids of development: they differ with whoever wrote the description and do not run in the benchmark.
_ASIDE = {"GCC", "Docker", "Python"}


def factors(facts: Facts) -> pd.DataFrame:
    """The factors of all comparable results, in their order; texts."""
    results = facts.results
    memory = facts.fields[facts.fields["field"] == "host_memory_capacity"].drop_duplicates("system_id")
    memory_gb = memory.set_index("system_id")["value"].map(host_memory)
    own = pd.DataFrame(
        {
            "serving": results["serving"].map(layers, na_action="ignore"),
            "serving version": results["serving"],
            "weight_dtype": results["weight_dtype"].map(_folded, na_action="ignore"),
            "frameworks": results["system_id"].map(frameworks(facts.parts)),
            "input_dtype": results["input_dtype"].map(_folded, na_action="ignore"),
            "host memory": results["system_id"].map(memory_gb),
            "operating system": results["operating_system"].map(_folded, na_action="ignore"),
            "power measured": results["has_power"].map(_TRUE),
            "inferred": results["is_inferred"].map(_TRUE),
            "machine": results["base_name"],
            "submitter": results["submitter"],
        },
        index=results.index,
    )
    parts = software_parts(facts.parts).reindex(results["system_id"]).set_index(results.index)
    joined = pd.concat([own, parts], axis=1).astype(object)
    return joined.where(joined.notna(), None)


def software_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """A column for each part of software but the serving layer, its version as value."""
    told = parts[(parts["role"] != "serving") & ~parts["part"].isin(_ASIDE)]
    told = told.assign(version=told["version"].astype(object).where(told["version"].notna(), "(no version)"))
    return told.drop_duplicates(["system_id", "part"]).pivot(index="system_id", columns="part", values="version")


def frameworks(parts: pd.DataFrame) -> pd.Series:
    """By system, the frameworks that its description names, without their versions: `ONNX Runtime and TensorRT`."""
    told = parts[parts["role"] == "framework"].drop_duplicates(["system_id", "part"]).sort_values("part")
    return told.groupby("system_id", sort=True)["part"].agg(" and ".join)


def host_memory(text: str) -> str | None:
    """A host's memory in GB as text, whatever its spelling.

    >>> host_memory("1 TB"), host_memory("16x 64 GB"), host_memory("lots")
    ('1024 GB', '1024 GB', None)
    """
    found = memory_of(text)
    return f"{found.total_gb:.0f} GB" if found else None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
