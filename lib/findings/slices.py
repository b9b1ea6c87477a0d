"""How large the results of a MIG entry are beside those of whole GPUs: what ran shows there, whatever was declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lib.findings import words
from lib.findings.frames import known
from lib.findings.miscounts import ACCELERATORS, Fault
from lib.findings.rules import MIG_TOO_SMALL
from lib.names.slices import most_slices

_WHERE = ["round", "benchmark", "unit", "accelerator"]

# By system: the Offline results over those of one whole GPU (the median of its results), and how many results.
Sizes = Mapping[str, tuple[float, int]]


def sizes(results: pd.DataFrame) -> Sizes:
    """How large each MIG entry's Offline results are in whole GPUs of the same round."""
    offline = results[results["scenario"].eq("Offline") & results["metric"].eq("throughput")]
    whole = offline[offline["mig"].isna() & offline["accelerators"].fillna(0).gt(0)]
    of_one = (whole["value"] / whole["accelerators"].astype(float)).groupby([whole[name] for name in _WHERE]).median()
    sliced = offline[offline["mig"].notna()].merge(of_one.rename("of_one"), left_on=_WHERE, right_index=True)
    shares = (sliced["value"] / sliced["of_one"]).groupby(sliced["system_id"])
    return {str(name): (float(share.median()), len(share)) for name, share in shares}


def said_by_size(system: Any, found: Sizes) -> str | None:
    """The sentence on a MIG entry's size, None for whole GPUs and where nothing stands beside it."""
    size = found.get(system.system_id)
    if size is None or not known(system.mig):
        return None
    share, count = size
    slices = most_slices(known(system.accelerator))
    return (
        f"Its Offline results are {share:.2f} of those of one whole {system.accelerator} in {system.round} "
        f"({words.count(count, 'result')})" + (f"; one slice of {slices} is {1 / slices:.2f}." if slices else ".")
    )


def wrong_size(system: Any, found: Sizes) -> Fault | None:
    """More slices than the size of the results allows, where no name contradicts the declared number."""
    size, cut = found.get(system.system_id), re.match(r"(\d{1,3})x(\d)g", str(known(system.mig) or ""))
    total, slices = known(system.accelerators), most_slices(known(system.accelerator))
    if size is None or cut is None or not total or slices is None:
        return None
    expected = int(total) * int(cut[1]) * int(cut[2]) / slices
    if size[0] >= MIG_TOO_SMALL * expected:
        return None
    return Fault(
        ACCELERATORS,
        f"{int(total)}",
        "",
        f"describes {words.count(int(total), 'accelerator')} with MIG slices {system.mig}, and its results are "
        f"those of {size[0]:.2f} whole ones instead of {expected:.2f}",
    )
