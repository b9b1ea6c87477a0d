"""Server beside Offline: a Server rate above the system's own Offline rate, or a ratio unlike that of its peers."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from lib.analysis.statistics import beside_those
from lib.findings import words
from lib.findings.beside import is_far
from lib.findings.case import Case
from lib.findings.evidence import Evidence, Gap
from lib.findings.explain import Contrast, Explainer
from lib.findings.finding import Finding, Members, Role, members
from lib.findings.rules import (
    CLASSES_OF_COUNT,
    LEAST_SPREAD,
    MIN_PEERS_OF_RATIO,
    MIN_WIDER_PEERS,
    PEERS_AGREE,
    SCENARIO_RATIO,
    SERVER_OVER_OFFLINE,
    WIDER_AGREE,
    WIDER_RATIO,
)


class Pool(NamedTuple):
    """Who the ratio of a system is compared with: alike in some columns, `least` others, and from which ratio on."""

    alike: tuple[str, ...]
    least: int
    threshold: float
    called: str
    brief: str
    is_wider: bool = True


_MODEL = ("division", "benchmark", "measure", "era")
_HERE = ("round", *_MODEL)
# The most alike first. Any power mode: it slows both scenarios of a system.
_POOLS = (
    Pool(
        (*_HERE, "accelerator", "accelerator_variant", "mig", "count_class"),
        MIN_PEERS_OF_RATIO,
        SCENARIO_RATIO.threshold,
        "peers with the same accelerators",
        "median of {} like systems",
        is_wider=False,
    ),
    Pool(
        (*_HERE, "accelerator", "accelerator_variant", "mig"),
        MIN_PEERS_OF_RATIO,
        WIDER_RATIO,
        "others with the same accelerators in any number",
        "median of {}, any number",
    ),
    Pool(
        _HERE,
        MIN_WIDER_PEERS,
        WIDER_RATIO,
        "others of the round with any accelerators",
        "median of {}, any accelerators",
    ),
    Pool(
        _MODEL,
        MIN_WIDER_PEERS,
        WIDER_RATIO,
        "others of all rounds with any accelerators",
        "median of {}, any accelerators",
    ),
)


def detect(case: Case) -> list[Finding]:
    """Server rates above Offline, and ratios of the two unlike those of peers."""
    met = both_scenarios(case.results)
    return [*server_over_offline(met, case.beside, case.explainer), *scenario_ratios(met, case.explainer)]


def both_scenarios(results: pd.DataFrame) -> pd.DataFrame:
    """A row for each system and benchmark with Server and Offline in one measure: their positions and `log_ratio`."""
    told = results[results["scenario"].isin(["Server", "Offline"]) & (results["metric"] == "throughput")]
    told = told.assign(at=told.index, measure=np.where(told["unit"] == "Tokens/s", "tokens", "samples"))
    # Not the era: a break of one scenario alone (its unit changed) tells rounds apart, and a system is of one round.
    key = ["system_id", "benchmark", "measure", "inferred"]
    server, offline = (told[told["scenario"] == name].drop_duplicates(key) for name in ("Server", "Offline"))
    met = server.merge(offline[[*key, "at", "log_speed"]], on=key, suffixes=("", "_offline"))
    met["log_ratio"] = met["log_speed"] - met["log_speed_offline"]
    return met.sort_values(["system_id", "benchmark"], ignore_index=True)


def server_over_offline(met: pd.DataFrame, beside: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model whose Server rate is above its Offline rate."""
    over = met[met["log_ratio"] > np.log(SERVER_OVER_OFFLINE.threshold)]
    over = over.sort_values(["system_id", "model", "log_ratio", "benchmark"], ascending=[True, True, False, True])
    return [_over(group, beside, explainer) for _, group in over.groupby(["system_id", "model"], sort=True)]


def _over(group: pd.DataFrame, beside: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    server, offline = (explainer.rows[int(worst[at])] for at in ("at", "at_offline"))
    ratio = float(np.exp(worst["log_ratio"]))
    evidence = _evidence(worst, ratio, SERVER_OVER_OFFLINE.threshold, explainer)
    evidence = replace(
        evidence,
        likely=_odd_one(int(worst["at"]), int(worst["at_offline"]), beside),
        unknown=("Whether the Offline run was held back by its settings, or the Server run had better ones.",),
    )
    siblings = words.several(sorted(set(group["benchmark"])))
    return Finding(
        SERVER_OVER_OFFLINE.kind,
        server.round,
        f"{SERVER_OVER_OFFLINE.kind}/{server.model}/{server.system_id}",
        title=f"{siblings}: {words.name(server)}",
        ratio=ratio,
        finding=f"{words.name(server)} in {siblings}: Server beats the system's own Offline by {_percent(ratio)}, "
        f"{words.quantity(server)} against {words.quantity(offline)}.",
        members=_members(group, explainer),
        systems=(server.system_id,),
        model=server.model,
        standing=server.standing,
        evidence=evidence,
        cause="its own Offline result",
    )


def scenario_ratios(met: pd.DataFrame, explainer: Explainer) -> list[Finding]:
    """One finding for each system and model whose Server over Offline is far from its peers'."""
    told = beside_pools(met)
    far = told["is_far"]
    odd = told[far].assign(size=told["gap"].abs())
    odd = odd.sort_values(["system_id", "model", "size", "benchmark"], ascending=[True, True, False, True])
    return [_unlike(group, explainer) for _, group in odd.groupby(["system_id", "model"], sort=True)]


def beside_pools(met: pd.DataFrame) -> pd.DataFrame:
    """The rows of systems with accelerators beside the most alike pool that says whether they are far (`is_far`): its
    number `pool` (-1 for none), `peers`, `gap`, `z` and `agree`. A pool that is spread or in camps says nothing, and
    the next one is asked."""
    classed = met[met["accelerator"].notna() & met["accelerators"].notna()].reset_index(drop=True)
    classed = classed.assign(
        count_class=np.searchsorted(CLASSES_OF_COUNT, classed["accelerators"].astype(float), side="left"),
        **dict.fromkeys(("peers", "gap", "z", "agree"), np.nan),
        pool=-1,
        is_far=False,
    )
    is_told = np.zeros(len(classed), dtype=bool)
    for number, pool in enumerate(_POOLS):
        beside = _beside(classed, pool, ~is_told)
        far = is_far(beside, pool.threshold, WIDER_AGREE if pool.is_wider else PEERS_AGREE).to_numpy()
        near = (beside["gap"].abs() < np.log(pool.threshold)).to_numpy()
        now = ~is_told & (far | near)
        classed.loc[now, beside.columns] = beside[now]
        classed.loc[now, "pool"] = number
        classed.loc[now, "is_far"] = far[now] & (beside["gap"].lt(0).to_numpy()[now] | (not pool.is_wider))
        is_told |= now
    return classed


def _beside(classed: pd.DataFrame, pool: Pool, asked: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The rows beside the others of a pool; NaN in groups of which no row is asked for, or with too few."""
    found = np.full((len(classed), 4), np.nan)
    ratios = classed["log_ratio"].to_numpy()
    is_published = classed["is_published"].to_numpy(dtype=bool) | ("round" in pool.alike)
    for at in classed.groupby(list(pool.alike), sort=True, dropna=False).indices.values():
        if asked[at].any():
            # What was measured at home says nothing against a published result.
            group = beside_those(ratios[at], is_published[at], pool.least, LEAST_SPREAD)
            found[at] = group[:, :4]
    return pd.DataFrame(found, columns=["peers", "gap", "z", "agree"], index=classed.index)


def _unlike(group: pd.DataFrame, explainer: Explainer) -> Finding:
    worst = group.iloc[0]
    server = explainer.rows[int(worst["at"])]
    ratio, own = float(np.exp(abs(worst["gap"]))), float(np.exp(worst["log_ratio"]))
    usual = own / float(np.exp(worst["gap"]))
    pool = _POOLS[int(worst["pool"])]
    evidence = _evidence(worst, max(own, 1 / own), pool.threshold, explainer)
    peers = f"{int(worst['peers'])} {pool.called}"
    beside = f"Among {peers} the median of Server over Offline is {usual:.2f}."
    scheduled = explainer.parameter(int(worst["at"]), "target_qps")
    asked = [f"LoadGen was asked for {words.number(scheduled)} queries/s in Server."] if scheduled else []
    evidence = replace(evidence, known=(*evidence.known, *asked, beside), extras={"z": round(float(worst["z"]), 2)})
    siblings = words.several(sorted(set(group["benchmark"])))
    return Finding(
        SCENARIO_RATIO.kind,
        server.round,
        f"{SCENARIO_RATIO.kind}/{server.model}/{server.system_id}",
        title=f"{siblings}: {words.name(server)}",
        ratio=ratio,
        finding=f"{words.name(server)} in {siblings}: Server is {own:.2g} of Offline, where "
        f"{peers} have a median of {usual:.2f}.",
        members=_members(group, explainer),
        systems=(server.system_id,),
        model=server.model,
        standing=server.standing,
        evidence=evidence,
        cause=pool.brief.format(int(worst["peers"])),
    )


def _percent(ratio: float) -> str:
    return f"{ratio - 1:.1%}" if ratio < 1.5 else words.times(ratio)


def _evidence(worst: pd.Series, ratio: float, threshold: float, explainer: Explainer) -> Evidence:
    server, offline = int(worst["at"]), int(worst["at_offline"])
    faster, slower = (server, offline) if worst["log_ratio"] > 0 else (offline, server)
    of = Contrast(faster, slower, ratio, (str(worst["system_id"]),), True)
    gap = Gap("Server / Offline", ratio, explainer.rows[faster].result_id, explainer.rows[slower].result_id)
    evidence = explainer.evidence(of, threshold, [gap])
    row = explainer.rows[server]
    known = [f"{words.quantity(row)} in Server, {words.quantity(explainer.rows[offline])} in Offline."]
    latency = explainer.latency(server)
    if latency:
        known.append(
            f"Its Server run answered 99% of the queries within {latency[0]:,.2f} ms of the "
            f"{latency[1]:,.2f} ms allowed."
        )
    return replace(evidence, known=tuple(known), likely=())


def _odd_one(server: int, offline: int, beside: pd.DataFrame) -> tuple[str, ...]:
    """Which of the two is unlike the peers', where there are peers."""
    gaps = {name: float(beside["gap"].iat[at]) for name, at in (("Server", server), ("Offline", offline))}
    if any(gap != gap for gap in gaps.values()):
        return ()
    said = [
        f"its {name} result is {words.times(float(np.exp(abs(gap))))} {'above' if gap > 0 else 'below'} their median"
        for name, gap in gaps.items()
    ]
    odd = max(gaps, key=lambda name: (abs(gaps[name]), name))
    close = abs(abs(gaps["Server"]) - abs(gaps["Offline"])) < np.log(1.05)
    verdict = "neither stands out" if close else f"{odd} is the odd one"
    return (f"Beside systems with the same accelerators {' and '.join(said)}: {verdict}.",)


def _members(group: pd.DataFrame, explainer: Explainer) -> Members:
    return members(
        ((explainer.rows[int(at)].result_id for at in group["at"]), Role.SERVER),
        ((explainer.rows[int(at)].result_id for at in group["at_offline"]), Role.OFFLINE),
    )
