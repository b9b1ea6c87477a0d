"""How findings name entries and write numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from lib.findings.frames import known


def name(row: Any) -> str:
    """An entry as a reader finds it: by its public ID, else its system's name, else its platform."""
    for column in ("public_id", "system_name", "platform"):
        value = known(getattr(row, column))
        if value:
            return " ".join(str(value).split())
    return str(row.system_id)


def names(rows: Iterable[Any]) -> list[str]:
    """The entries' names; where two would be called the same, with their submitters or, of one, by their platforms."""
    listed = list(rows)
    entries = len({row.system_id for row in listed})
    called = [name(row) for row in listed]
    if len(set(called)) >= entries:
        return called
    of_submitters = [f"{text} of {row.submitter}" for text, row in zip(called, listed, strict=True)]
    return of_submitters if len(set(of_submitters)) >= entries else [str(row.platform) for row in listed]


def several(items: list[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and 7 others`."""
    if len(items) > most:
        return f"{', '.join(items[: most - 1])} and {len(items) - most + 1} others"
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def number(value: float) -> str:
    """Thousands separated, at most two decimals; small numbers keep three digits that count."""
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.2f}".removesuffix(".00")
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def times(ratio: float) -> str:
    """A ratio: `1.44x`."""
    return f"{ratio:,.2f}x"


def count(n: int, thing: str) -> str:
    """`1 system`, `2 systems`; words in -y end in -ies."""
    if n == 1:
        return f"1 {thing}"
    return f"{n:,} {thing[:-1]}ies" if thing.endswith("ry") else f"{n:,} {thing}s"


def quantity(row: Any) -> str:
    """A result with its unit: `259,993.64 Queries/s`."""
    return f"{number(float(row.value))} {row.unit}"


def below(row: Any) -> str:
    """The word for less speed than another result: a latency is not below the one that it is behind."""
    return "below" if row.higher_is_better else "slower than"


def above(row: Any) -> str:
    """The word for more speed than another result."""
    return "above" if row.higher_is_better else "faster than"


def accelerators(row: Any) -> str:
    """`8x NVIDIA A100-SXM-80GB`, or the CPUs where there are no accelerators."""
    if known(row.accelerator):
        total = known(row.accelerators)
        return f"{int(total)}x {row.accelerator}" if total else str(row.accelerator)
    cpus = known(row.cpus_per_node)
    return f"{int(cpus)}x {row.cpu}" if cpus else str(row.cpu)


def benchmarks(frame: pd.DataFrame) -> str:
    """The benchmarks of some results: `dlrm-99 and dlrm-99.9`."""
    return several(sorted(set(frame["benchmark"])))
