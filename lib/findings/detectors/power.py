"""Measured power unlike that of other systems with the same accelerators."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.analysis.statistics import beside_others
from lib.findings import words
from lib.findings.beside import is_far
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.frames import known
from lib.findings.rules import (
    LEAST_SPREAD,
    MIN_OWN_POWERS,
    MIN_PEERS_OF_POWER,
    OTHER_MODE_POWER,
    OWN_POWER,
    PEERS_AGREE,
    POWER,
)


class Pool(NamedTuple):
    """Who a system's power is compared with: alike in some columns, unlike each other in some (one of several stands
    for them), `least` others, from which ratio on, and what they are called where they `declare` a power mode or
    not."""

    alike: tuple[str, ...]
    unlike: tuple[str, ...]
    least: int
    threshold: float
    called: tuple[str, str]
    brief: str


# Both accuracy targets of a model are one load.
_SAME = ("division", "era", "accelerator", "accelerator_variant", "mig", "accelerators", "nodes", "model", "scenario")
_OTHERS = ("organisation", "base_name")
# The most alike first; {hardware} is the system's own.
_POOLS = (
    Pool(
        (*_SAME, "power_mode"),
        _OTHERS,
        MIN_PEERS_OF_POWER,
        POWER.threshold,
        (
            "entries with {hardware} and the same declared power mode, one a machine, of any round",
            "entries with {hardware} and no declared power mode, one a machine, of any round",
        ),
        "like systems",
    ),
    Pool(
        _SAME,
        (*_OTHERS, "power_mode"),
        MIN_PEERS_OF_POWER,
        POWER.threshold,
        ("entries with {hardware}, one a machine and power mode, of any round",) * 2,
        "like systems, any mode",
    ),
    # One machine in several rounds, where there is no second one.
    Pool(
        _SAME,
        (*_OTHERS, "round"),
        MIN_PEERS_OF_POWER,
        OTHER_MODE_POWER,
        ("entries of one machine with {hardware}, of any round",) * 2,
        "from one machine",
    ),
    Pool(
        ("system_id", "scenario"),
        ("model",),
        MIN_OWN_POWERS,
        OWN_POWER,
        ("benchmarks of its own in this scenario",) * 2,
        "own benchmarks",
    ),
)
_ANY_MODE = (1, 2)


def detect(case: Case) -> list[Finding]:
    """Results whose measured power is far from that of their peers."""
    return powers(beside_powers(case.results, case.facts.runs), case.explainer)


def watts(results: pd.DataFrame, runs: pd.DataFrame) -> pd.Series:
    """The mean power of each result's run; of one stream its energy over its mean latency (mJ / ms), where its log says
    that one: the result is a percentile. NaN where unknown."""
    energy = results["energy_mj"].astype(float)
    is_one_stream = results["scenario"].eq("SingleStream") & results["unit"].eq("ms")
    mean = results["result_id"].map(runs["latency_mean_ns"]).astype(float) / 1e6
    return results["power_w"].astype(float).fillna((energy / mean).where(is_one_stream & mean.gt(0)))


def beside_powers(results: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The results with measured power and accelerators: their `watts`, and their distance to their peers' (`gap`, `z`,
    `agree`, `peers`, `typical`, the position of the peer nearest to the median, `pool`, who they are)."""
    measured = results.assign(watts=watts(results, runs), at=results.index)
    has = measured["accelerator"].notna() & measured["accelerators"].fillna(0).gt(0) & ~measured["is_mixed"]
    measured = measured[measured["watts"].gt(0) & has].reset_index(drop=True)
    found, pool = np.full((len(measured), 5), np.nan), np.full(len(measured), -1)
    for number, peers in enumerate(_POOLS):
        for at in measured.groupby(list(peers.alike), sort=True, dropna=False).indices.values():
            free = pool[at] < 0
            if len(at) > peers.least and free.any():
                table = _beside(measured.iloc[at], peers)
                told = free & ~np.isnan(table[:, 0])
                found[at[told]], pool[at[told]] = table[told], number
    columns = dict(zip(("peers", "gap", "z", "agree", "typical"), found.T, strict=True))
    return measured.assign(**columns, pool=pool)


def _beside(rows: pd.DataFrame, pool: Pool) -> npt.NDArray[Any]:
    """Each of some alike results beside the others: one of each machine, not the system's own. What was measured at
    home says nothing against a published result."""
    logs, ats = np.log(rows["watts"].to_numpy(dtype=float)), rows["at"].to_numpy()
    who = rows.groupby(list(pool.unlike), sort=True, dropna=False).ngroup().to_numpy()
    own = rows["model" if pool.alike[0] == "system_id" else "system_id"].to_numpy()
    is_published = rows["is_published"].to_numpy(dtype=bool)
    found = np.full((len(rows), 5), np.nan)
    for place in range(len(rows)):
        others = np.flatnonzero((own != own[place]) & (is_published | ~is_published[place]))
        chosen = np.append(_one_each(others, who, logs), place)
        group = beside_others(logs[chosen], pool.least, LEAST_SPREAD)
        if group is not None:
            found[place] = [*(column[-1] for column in group[:4]), ats[chosen[group.typical[-1]]]]
    return found


def _one_each(places: npt.NDArray[Any], who: npt.NDArray[Any], logs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Of several places of one machine the one in the middle, the lower of two."""
    ordered = places[np.lexsort((places, logs[places], who[places]))]
    _, first, count = np.unique(who[ordered], return_index=True, return_counts=True)
    middle: npt.NDArray[Any] = ordered[first + (count - 1) // 2]
    return middle


def powers(measured: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and direction: whatever it runs, its power is that of one machine."""
    far = pd.Series(False, index=measured.index)
    for number, peers in enumerate(_POOLS):
        # Where peers may run in any mode, one that draws as much is as good a witness as the others.
        least = 1.0 if number in _ANY_MODE else PEERS_AGREE
        far |= measured["pool"].eq(number) & is_far(measured, peers.threshold, least)
    # Less than systems without its power mode is what a power mode is for, and more than those in one that this one
    # does not declare is so up to a ratio.
    spared = measured["pool"].isin(_ANY_MODE) & measured["gap"].lt(0) & measured["power_mode"].notna()
    odd = measured[far & ~spared]
    typical = [known(explainer.rows[int(at)].power_mode) for at in odd["typical"]]
    is_other = pd.Series(
        [known(own) != other for own, other in zip(odd["power_mode"], typical, strict=True)], odd.index
    )
    odd = odd.assign(size=odd["gap"].abs(), is_more=odd["gap"] > 0, is_other_mode=is_other.astype(bool))
    odd = odd[~odd["is_other_mode"] | odd["size"].ge(np.log(OTHER_MODE_POWER))]
    odd = odd.sort_values(["system_id", "is_more", "size", "at"], ascending=[True, True, False, True])
    return [_finding(group, explainer) for _, group in odd.groupby(["system_id", "is_more"], sort=True)]


def _finding(group: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    row, typical = explainer.rows[int(worst["at"])], explainer.rows[int(worst["typical"])]
    off, pool = float(np.exp(worst["size"])), _POOLS[int(worst["pool"])]
    called = pool.called[0 if known(row.power_mode) else 1].format(hardware=words.accelerators(row))
    beside = f"{int(worst['peers'])} other {called}"
    usual = float(worst["watts"]) / float(np.exp(worst["gap"]))
    side = "above" if worst["is_more"] else "below"
    spread = f", {words.times(float(np.exp(group['size'].min())))} to {words.times(off)} in all"
    own, other = known(row.power_mode), known(typical.power_mode)
    is_derived = known(row.power_w) is None
    how = " (derived: its energy over its mean latency)" if is_derived else ""
    return Finding(
        POWER.kind,
        row.round,
        f"{POWER.kind}/{'more' if worst['is_more'] else 'less'}/{row.system_id}",
        title=f"power: {words.name(row)}" + (f", beside {other or 'no mode'}" if own != other else ""),
        ratio=off,
        finding=f"{words.name(row)}: {worst['watts']:,.0f} W{how} in {row.benchmark} "
        f"{row.scenario}, {words.times(off)} {side} the median of {beside} "
        f"({words.count(len(group), 'result')}{spread if len(group) > 1 else ''})"
        f"{_other_mode(own, other)}.",
        members=members(
            ((explainer.rows[int(at)].result_id for at in group["typical"]), Role.CONTEXT),
            ((explainer.rows[int(at)].result_id for at in group["at"]), Role.OUTLIER),
        ),
        systems=(row.system_id,),
        cause=f"median of {int(worst['peers'])} {pool.brief}",
        # A mode that it declares itself is reason enough, and one derived figure is no measurement.
        is_minor=bool(worst["is_other_mode"] and own) or is_derived,
        standing=row.standing,
        evidence=Evidence(
            threshold=OTHER_MODE_POWER if worst["is_other_mode"] else pool.threshold,
            known=(
                f"{row.benchmark} {row.scenario}: {worst['watts']:,.0f} W{how}; the median of {beside} is "
                f"{usual:,.0f} W.",
                f"A typical one: {words.name(typical)} in {typical.round}, {words.accelerators(typical)}.",
            ),
            likely=_modes(own, other),
            unknown=("Fans, supplies, memory and idle devices of the host are not in these tables.",),
        ),
    )


def _other_mode(own: str | None, other: str | None) -> str:
    """That the typical one declares another power mode, as a sentence's end."""
    return "" if own == other else f"; a typical one declares {other or 'no power mode'}, this one {own or 'none'}"


def _modes(own: str | None, other: str | None) -> tuple[str, ...]:
    if own == other:
        return ()
    return (f"The declared power modes differ: {own or 'none'} here, {other or 'none'} in the typical one.",)
