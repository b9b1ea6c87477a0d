"""The recorded factors of each result besides its hardware: one frame, a column a factor, None where none is stated."""

from __future__ import annotations

import re

import pandas as pd

from lib.findings.frames import Facts, known

_TRUE = {True: "yes", False: "no"}
# Aids of development: they differ with whoever wrote the description and do not run in the benchmark.
_ASIDE = {"GCC", "Docker", "Python"}


def factors(facts: Facts) -> pd.DataFrame:
    """The factors of all comparable results, in their order; texts."""
    results = facts.results
    memory = facts.fields[facts.fields["field"] == "host_memory_capacity"].drop_duplicates("system_id")
    memory_gb = memory.set_index("system_id")["value"].map(gigabytes)
    own = pd.DataFrame(
        {
            "serving": results["serving"].map(layers, na_action="ignore"),
            "serving version": results["serving"],
            "weight_dtype": results["weight_dtype"].map(_folded, na_action="ignore"),
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


def layers(serving: str) -> str:
    """The serving layers without their versions.

    >>> layers("Dynamo, vLLM 0.9.2")
    'Dynamo, vLLM'
    """
    return ", ".join(layer.split(" ")[0] for layer in serving.split(", "))


def gigabytes(text: str) -> str | None:
    """A capacity in GB as text, whatever its spelling.

    >>> gigabytes("1 TB"), gigabytes("1024GB"), gigabytes("lots")
    ('1024 GB', '1024 GB', None)
    """
    found = re.search(r"(\d+(?:\.\d+)?)\s*(T|G|M)", str(known(text) or ""), re.IGNORECASE)
    if not found:
        return None
    size = float(found[1]) * {"T": 1024, "G": 1, "M": 1 / 1024}[found[2].upper()]
    return f"{size:.0f} GB"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
