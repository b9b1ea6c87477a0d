"""Measured power unlike that of other systems with the same accelerators."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.analysis.statistics import beside_others
from lib.findings import words
from lib.findings.beside import is_far
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, Role, members
from lib.findings.frames import known
from lib.findings.rules import LEAST_SPREAD, MIN_OWN_POWERS, MIN_PEERS_OF_POWER, OWN_POWER, POWER


class Pool(NamedTuple):
    """Who a system's power is compared with: alike in some columns, `least` others, and from which ratio on."""

    alike: tuple[str, ...]
    least: int
    threshold: float
    called: str
    brief: str


_SAME = ("division", "era", "accelerator", "accelerator_variant", "mig", "accelerators", "benchmark", "scenario")
# The most alike first; {hardware} is the system's own.
_POOLS = (
    Pool(
        (*_SAME, "power_mode"),
        MIN_PEERS_OF_POWER,
        POWER.threshold,
        "entries with {hardware} and the same declared power mode, of any round",
        "like systems",
    ),
    Pool(_SAME, MIN_PEERS_OF_POWER, POWER.threshold, "entries with {hardware}, of any round", "like systems"),
    Pool(
        ("system_id", "scenario"), MIN_OWN_POWERS, OWN_POWER, "benchmarks of its own in this scenario", "own benchmarks"
    ),
)


_ANY_MODE = 1


def detect(case: Case) -> list[Finding]:
    """Results whose measured power is far from that of their peers."""
    return powers(beside_powers(case.results), case.explainer)


def watts(results: pd.DataFrame) -> pd.Series:
    """The mean power of each result's run; of one stream its energy over its latency (mJ / ms). NaN where unknown."""
    energy = results["energy_mj"].astype(float)
    one_stream = (energy / results["value"].astype(float)).where(
        results["scenario"].eq("SingleStream") & results["unit"].eq("ms")
    )
    return results["power_w"].astype(float).fillna(one_stream)


def beside_powers(results: pd.DataFrame) -> pd.DataFrame:
    """The results with measured power and accelerators: their `watts`, and their distance to their peers' (`gap`, `z`,
    `agree`, `peers`, `typical`, the position of the peer nearest to the median, `pool`, who they are)."""
    measured = results.assign(watts=watts(results), at=results.index)
    measured = measured[
        measured["watts"].gt(0) & measured["accelerator"].notna() & measured["accelerators"].fillna(0).gt(0)
    ].reset_index(drop=True)
    logs = np.log(measured["watts"].astype(float)).to_numpy()
    found, pool = np.full((len(measured), 5), np.nan), np.full(len(measured), -1)
    for number, peers in enumerate(_POOLS):
        for at in measured.groupby(list(peers.alike), sort=True, dropna=False).indices.values():
            group, free = beside_others(logs[at], peers.least, LEAST_SPREAD), pool[at] < 0
            if group is not None and free.any():
                table = np.column_stack([*group[:4], measured["at"].to_numpy()[at][group.typical]])
                found[at[free]], pool[at[free]] = table[free], number
    columns = dict(zip(("peers", "gap", "z", "agree", "typical"), found.T, strict=True))
    return measured.assign(**columns, pool=pool)


def powers(measured: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and direction: whatever it runs, its power is that of one machine."""
    far = pd.Series(False, index=measured.index)
    for number, peers in enumerate(_POOLS):
        far |= measured["pool"].eq(number) & is_far(measured, peers.threshold)
    # Less than systems without its power mode is what a power mode is for.
    spared = measured["pool"].eq(_ANY_MODE) & measured["gap"].lt(0) & measured["power_mode"].notna()
    odd = measured[far & ~spared]
    odd = odd.assign(size=odd["gap"].abs(), is_more=odd["gap"] > 0)
    odd = odd.sort_values(["system_id", "is_more", "size", "at"], ascending=[True, True, False, True])
    return [_finding(group, explainer) for _, group in odd.groupby(["system_id", "is_more"], sort=True)]


def _finding(group: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    row, typical = explainer.rows[int(worst["at"])], explainer.rows[int(worst["typical"])]
    off, pool = float(np.exp(worst["size"])), _POOLS[int(worst["pool"])]
    beside = f"{int(worst['peers'])} other {pool.called.format(hardware=words.accelerators(row))}"
    usual = float(worst["watts"]) / float(np.exp(worst["gap"]))
    side = "above" if worst["is_more"] else "below"
    spread = f", {words.times(float(np.exp(group['size'].min())))} to {words.times(off)} in all"
    return Finding(
        POWER.kind,
        row.round,
        f"{POWER.kind}/{'more' if worst['is_more'] else 'less'}/{row.system_id}",
        title=f"power: {words.name(row)}",
        ratio=off,
        finding=f"{words.name(row)}: {worst['watts']:,.0f} W in {row.benchmark} "
        f"{row.scenario}, {words.times(off)} {side} the median of {beside} "
        f"({words.count(len(group), 'result')}{spread if len(group) > 1 else ''})"
        f"{_other_mode(known(row.power_mode), known(typical.power_mode))}.",
        members=members(
            ((explainer.rows[int(at)].result_id for at in group["typical"]), Role.CONTEXT),
            ((explainer.rows[int(at)].result_id for at in group["at"]), Role.OUTLIER),
        ),
        systems=(row.system_id,),
        cause=f"median of {int(worst['peers'])} {pool.brief}",
        standing=row.standing,
        evidence=Evidence(
            threshold=pool.threshold,
            known=(
                f"{row.benchmark} {row.scenario}: {worst['watts']:,.0f} W; the median of {beside} is {usual:,.0f} W.",
                f"A typical one: {words.name(typical)} in {typical.round}, {words.accelerators(typical)}.",
            ),
            likely=_modes(known(row.power_mode), known(typical.power_mode)),
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
