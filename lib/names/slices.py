"""Into how many slices a GPU is cut at most: data/names/mig_slices.csv, by NVIDIA's guide, the project's own table."""

from __future__ import annotations

from functools import cache

from lib.data_folder import read_list
from lib.settings import ROOT

_COLUMNS = ("name", "slices", "source")


def most_slices(accelerator: str | None) -> int | None:
    """The slices of a GPU by the beginning of its canonical name; None where no guide says.

    >>> most_slices("NVIDIA A30-24GB"), most_slices("NVIDIA H200-SXM-141GB"), most_slices("NVIDIA RTX A6000")
    (4, 7, None)
    """
    name = accelerator or ""
    return next(
        (slices for word, slices in _table() if name == word or name.startswith((f"{word}-", f"{word} "))), None
    )


@cache
def _table() -> tuple[tuple[str, int], ...]:
    path = ROOT / "data" / "names" / "mig_slices.csv"
    return tuple((row["name"], int(row["slices"])) for _, row in read_list(path, _COLUMNS, ("name",)))
