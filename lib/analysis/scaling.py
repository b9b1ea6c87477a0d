"""Scaling: what one accelerator of a larger system does beside one of a smaller system."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def steps(results: pd.DataFrame, alike: Sequence[str]) -> pd.DataFrame:
    """From each number of accelerators to the next larger one among results that are alike in some columns.

    Needs `accelerators` (1 or more), `speed` (of the whole system, more is better) and `result_id`, which settles ties.
    The best result of each number stands for it. Adds `at` and `small_at` (row labels of the larger and the smaller
    system), `large` and `small` (their numbers) and `share`: the larger one's speed per accelerator over the smaller
    one's, so that 1 is proportional.
    """
    counted = results.assign(
        at=results.index,
        large=results["accelerators"].astype(int),
        per=results["speed"] / results["accelerators"].astype(float),
    )
    keys = list(alike)
    best = (
        counted.sort_values(["per", "result_id"])
        .drop_duplicates([*keys, "large"], keep="last")
        .sort_values(["large", "at"])
    )
    before = best.groupby(keys, sort=True, dropna=False)[["at", "large", "per"]].shift()
    best = best.assign(small_at=before["at"], small=before["large"], share=best["per"] / before["per"])
    return best[best["small_at"].notna()]
