"""Each result beside those of systems with the same accelerators: per accelerator, how far from their median."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lib.analysis.statistics import beside_others
from lib.findings.rules import (
    FEW_APART,
    LEAST_SPREAD,
    MIN_FEW_PEERS,
    MIN_PEERS_ANY_COUNT,
    MIN_PEERS_SAME_COUNT,
    PEER_OUTLIER,
    PEERS_AGREE,
    ROBUST_Z,
    SCHEDULED,
)

# Peers of any number of accelerators are alike in these; their speeds are compared per accelerator.
ANY_COUNT = [
    "round",
    "division",
    "era",
    "benchmark",
    "scenario",
    "unit",
    "accelerator",
    "accelerator_variant",
    "mig",
    "power_mode",
    "inferred",
]
SAME_COUNT = [*ANY_COUNT, "accelerators"]
COLUMNS = ["peers", "gap", "z", "agree", "best", "typical"]
_GAP = COLUMNS.index("gap")


def beside_peers(
    results: pd.DataFrame, least_same: int = MIN_PEERS_SAME_COUNT, least_any: int = MIN_PEERS_ANY_COUNT
) -> pd.DataFrame:
    """Each result beside its peers, NaN where they are fewer than `least_same` of as many accelerators and than
    `least_any` of any number. What one submitter reaches twice to the digit, or was asked for twice, is one peer.

    Columns: `peers` how many there are, `gap` the log of its speed per accelerator over their median, `z` the robust
    score of that, `agree` the share of them that are of one mind, `best` the position of the fastest peer, `typical`
    that of the one nearest to the median, `is_same_count` whether they have as many accelerators.
    """
    counted = results[results["accelerator"].notna() & (results["accelerators"].fillna(0) > 0) & ~results["is_mixed"]]
    is_rate = counted["metric"] == "throughput"
    speed = counted["log_speed"] - np.log(counted["accelerators"].astype(float)).where(is_rate, 0.0)
    same = _compared(counted, speed, SAME_COUNT, least_same)
    rates = counted[is_rate]
    wider = _compared(rates, speed[is_rate], ANY_COUNT, least_any)
    own = same["peers"].notna()
    return same.where(own, wider.reindex(same.index)).assign(is_same_count=own).reindex(results.index)


def is_far(beside: pd.DataFrame, threshold: float, least_agree: float = PEERS_AGREE) -> pd.Series:
    """Which are away from peers that are of one mind: where these stand in two camps, neither camp is odd."""
    is_apart = (beside["gap"].abs() >= np.log(threshold)) & (beside["z"].abs() >= ROBUST_Z)
    return is_apart & (beside["agree"] >= least_agree)


def far_from_peers(results: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """The results that are far from their peers; where these are too few for the rule, from a few that agree."""
    alone = beside_peers(results[beside["peers"].isna()], MIN_FEW_PEERS, MIN_FEW_PEERS)
    few = alone[is_far(alone, FEW_APART) & alone["agree"].eq(1.0)]
    return pd.concat([beside[is_far(beside, PEER_OUTLIER.threshold)], few]).sort_index()


def _compared(rows: pd.DataFrame, speed: pd.Series, alike: list[str], min_peers: int) -> pd.DataFrame:
    found = np.full((len(rows), len(COLUMNS)), np.nan)
    values, index = speed.to_numpy(), rows.index.to_numpy()
    origin = (
        rows.assign(measure=_measure(rows))
        .groupby(["submitter", "accelerators", "measure"], sort=False)
        .ngroup()
        .to_numpy()
    )
    for at in rows.groupby(alike, sort=True, dropna=False).indices.values():
        _, first, of = np.unique(origin[at], return_index=True, return_inverse=True)
        group = beside_others(values[at[first]], min_peers, LEAST_SPREAD)
        if group is not None:
            labels = index[at[first]]
            found[at] = np.column_stack([*group[:4], labels[group.greatest], labels[group.typical]])[of]
            found[at, _GAP] += values[at] - values[at[first]][of]  # of two held to one target each keeps its own
    return pd.DataFrame(found, columns=COLUMNS, index=rows.index)


def _measure(rows: pd.DataFrame) -> pd.Series:
    """What a result is told apart by: its value, or the target that a Server run was held to."""
    target = rows["target_qps"].astype(float)
    is_target = rows["scenario"].eq("Server") & (rows["value"].astype(float) / target - 1).abs().lt(SCHEDULED)
    return rows["value"].astype(float).where(~is_target, target)
