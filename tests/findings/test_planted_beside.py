"""Faults planted into copies of real rounds that few peers, other sizes, earlier rounds, targets or watts give away.

Up to 40 of each kind in each of five rounds, each in another field, so that one does not hide another. Planted only
where there is something to hold a result against. The seeds are fixed; the figures are printed by `pytest -s`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from lib.findings import frames
from lib.findings.beside import SAME_COUNT, beside_peers
from lib.findings.case import Case
from lib.findings.detectors import former, inverse, peers, power, scenarios, targets, twins, variants
from lib.findings.earlier import changes
from lib.findings.finding import Finding
from lib.findings.pairs import pairs
from lib.findings.weigh import weigh
from lib.settings import ROOT
from tests.findings.test_anomalies_planted import (
    PLANTS_A_ROUND,
    RECALL,
    ROUNDS,
    all_found,
    only,
    without_faults,
)

Facts = frames.Facts
# New values by position, and where they are searched for.
Planted = dict[int, float]

pytestmark = pytest.mark.skipif(
    not all((ROOT / "data" / "rounds" / name / "results.parquet").is_file() for name in ROUNDS),
    reason="the project's rounds are not in data/rounds",
)


@pytest.fixture(scope="module")
def everything(data_folder: Path) -> Facts:
    name = (data_folder / "current").read_text("utf-8").strip()
    with duckdb.connect(str(data_folder / name), read_only=True) as connection:
        return frames.read(connection)


def with_values(facts: Facts, planted: Planted, column: str = "value") -> Facts:
    values = facts.results[column].astype(float).copy()
    values.loc[list(planted)] = list(planted.values())
    return replace(facts, results=frames.prepare(facts.results.assign(**{column: values})))


def told(facts: Facts, *detectors: Callable[[Case], list[Finding]]) -> set[str]:
    """The results that some detectors' findings are about."""
    case = Case(facts, pairs(facts))
    return {
        result for detect in detectors for finding in detect(case) for result, role in finding.members if role.is_about
    }


def recall(what: str, facts: Facts, planted: Planted, *detectors: Callable[[Case], list[Finding]]) -> float:
    """The share of planted faults that are found, of those that were not told before."""
    names = set(facts.results.loc[list(planted), "result_id"]) - told(facts, *detectors)
    found = told(with_values(facts, planted), *detectors)
    print(f"{what}: {len(names & found)} of {len(names)} found")
    return len(names & found) / len(names)


def one_a_field(rows: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """At most so many rows as are planted, in random order, one of each system and one of each field."""
    shuffled = rows.loc[generator.permutation(rows.index)]
    return shuffled.drop_duplicates("system_id").drop_duplicates(SAME_COUNT).head(PLANTS_A_ROUND)


def in_rounds(
    everything: Facts,
    plant: Callable[[Facts, np.random.Generator], Planted],
    what: str,
    *detectors: Callable[..., list[Finding]],
) -> None:
    """Plant in each round by itself and look for it there."""
    shares, counts = [], []
    for seed, name in enumerate(ROUNDS):
        facts = only(everything, name)
        planted = plant(facts, np.random.default_rng(600 + seed))
        if planted:
            counts.append(len(planted))
            shares.append(recall(f"{what} in {name}", facts, planted, *detectors))
    assert sum(counts) >= 25
    assert np.average(shares, weights=counts) >= RECALL


def with_two_peers(facts: Facts, generator: np.random.Generator) -> Planted:
    """Results slower by 1.6 to 3 times than two others that agree within a tenth."""
    rows = facts.results
    few = rows[beside_peers(rows)["peers"].isna() & beside_peers(rows, 2, 2)["is_same_count"].eq(True)]
    of_three = few.groupby(SAME_COUNT, dropna=False)["log_speed"].transform("size").eq(3)
    close = few.groupby(SAME_COUNT, dropna=False)["log_speed"].transform(np.ptp) <= np.log(1.1)
    chosen = one_a_field(few[of_three & close], generator)
    return slower(chosen, generator, 1.6, 3.0)


def slower(chosen: pd.DataFrame, generator: np.random.Generator, least: float, most: float) -> Planted:
    times = generator.uniform(least, most, len(chosen))
    better = chosen["higher_is_better"].astype(bool).to_numpy()
    values = chosen["value"].astype(float).to_numpy()
    return dict(zip(chosen.index, np.where(better, values / times, values * times), strict=True))


def test_one_of_three_systems_is_found(everything: Facts) -> None:
    in_rounds(everything, with_two_peers, "one of three", peers.detect)


def with_a_faster_smaller_one(facts: Facts, generator: np.random.Generator) -> Planted:
    """Results of half to all of what a system with at most four fifths of their accelerators reaches."""
    rates = facts.results[facts.results["metric"].eq("throughput") & facts.results["accelerators"].fillna(0).gt(0)]
    rates = rates[rates["accelerator"].notna()]
    field = [name for name in SAME_COUNT if name != "accelerators"]
    met = rates.reset_index().merge(rates[[*field, "serving", "accelerators", "value", "system_id"]], on=field)
    met = met[
        (met["accelerators_x"] >= 1.25 * met["accelerators_y"]) & met["serving_x"].isna() & met["serving_y"].isna()
    ]
    met = met.rename(columns={"accelerators_x": "accelerators", "system_id_x": "system_id"})
    met = met.loc[generator.permutation(met.index)].drop_duplicates("system_id").drop_duplicates(field)
    chosen = met.head(PLANTS_A_ROUND)
    shares = generator.uniform(0.5, 1.0, len(chosen))
    return dict(zip(chosen["index"], chosen["value_y"] * shares, strict=True))


def test_more_accelerators_with_less_result_are_found(everything: Facts) -> None:
    in_rounds(everything, with_a_faster_smaller_one, "more accelerators", inverse.detect)


def with_a_low_server(facts: Facts, generator: np.random.Generator) -> Planted:
    """Server results of a tenth to a third of their own Offline."""
    met = scenarios.both_scenarios(facts.results)
    met = met[met["accelerator"].notna() & met["accelerators"].fillna(0).gt(0)]
    chosen = one_a_field(met, generator)
    shares = generator.uniform(0.1, 0.33, len(chosen))
    return dict(zip(chosen["at"], np.exp(chosen["log_speed_offline"]) * shares, strict=True))


def test_server_far_below_its_own_offline_is_found(everything: Facts) -> None:
    in_rounds(everything, with_a_low_server, "server below offline", scenarios.detect)


def with_a_missed_target(facts: Facts, generator: np.random.Generator) -> Planted:
    """Rates of 1 / 1.7 to 1 / 4 of their targets, where they came near them."""
    rates = targets.asked(facts.results, facts.runs)
    near = rates[(rates["rate"] >= 0.9 * rates["asked"]) & (rates["rate"] <= 1.1 * rates["asked"])]
    chosen = one_a_field(facts.results.loc[near.index], generator)
    return slower(chosen, generator, 1.9, 4.0)


def test_rates_far_below_their_targets_are_found(everything: Facts) -> None:
    in_rounds(everything, with_a_missed_target, "own target", targets.detect)


def with_a_faster_harder_target(facts: Facts, generator: np.random.Generator) -> Planted:
    """Results of the harder accuracy target 1.05 to 1.5 times as fast as the easier one."""
    met = variants.both_targets(facts.results)
    chosen = met.loc[generator.permutation(met.index)].drop_duplicates("system_id").head(PLANTS_A_ROUND)
    times = generator.uniform(1.05, 1.5, len(chosen))
    better = chosen["higher_is_better"].astype(bool).to_numpy()
    values = chosen["value"].astype(float).to_numpy()
    return dict(zip(chosen["at_harder"], np.where(better, values * times, values / times), strict=True))


def test_a_harder_target_that_is_faster_is_found(everything: Facts) -> None:
    in_rounds(everything, with_a_faster_harder_target, "harder target", variants.detect)


def test_results_slower_than_their_former_selves_are_found(everything: Facts) -> None:
    """By that rule, or as twins where another entry of the same hardware is as fast as before."""
    generator = np.random.default_rng(650)
    met = changes(everything.results)
    rows = everything.results.loc[met.index]
    # A result that is fifth of many alike may be the best no more, but is no leap down: then twins say nothing either.
    rows = rows[rows["round"].isin(ROUNDS) & met["change"].gt(-np.log(1.1)).to_numpy()]
    chosen = rows.loc[generator.permutation(rows.index)].drop_duplicates("system_id").head(150)
    before = everything.results.loc[met.loc[chosen.index, "former"].astype(int)].set_axis(chosen.index)
    planted = slower(before, generator, 1.3, 3.0)
    assert len(planted) >= 100
    assert recall("former self", everything, planted, former.detect, twins.detect) >= RECALL


def test_systems_with_other_power_are_found(everything: Facts) -> None:
    """All measurements of a system 1.8 to 4 times as high or as low, where others agree on what is usual."""
    generator = np.random.default_rng(660)
    measured = power.beside_powers(everything.results, everything.runs)
    measured = measured[measured["pool"].isin([0, 1]) & measured["power_w"].notna()]
    usual = measured[measured["gap"].abs().lt(np.log(1.25)) & measured["agree"].eq(measured["agree"])]
    systems = generator.permutation(usual["system_id"].unique())[:PLANTS_A_ROUND]
    planted: Planted = {}
    found = 0
    for system in systems:
        own = everything.results[everything.results["system_id"].eq(system) & everything.results["power_w"].notna()]
        times = generator.uniform(2.0, 4.0) ** generator.choice([-1, 1])
        planted = dict(zip(own.index, own["power_w"].astype(float) * times, strict=True))
        found += bool(told(with_values(everything, planted, "power_w"), power.detect) & set(own["result_id"]))
    print(f"power: {found} of {len(systems)} found")
    assert len(systems) >= 30
    assert found >= RECALL * len(systems)


def test_all_rounds_together_without_faults_stay_dark(everything: Facts) -> None:
    """Of what looks beyond its round: former selves and power."""
    clean = without_faults(everything, np.random.default_rng(670))
    kinds = ("former-self", "power", "scenario-ratio", "own-target", "inverse-scaling", "accuracy-targets")
    shown = [item for item, _, is_default in weigh(all_found(clean)) if is_default and item.kind in kinds]
    print(f"false marks: {len(shown)} in the default view over {len(clean.results)} results of all rounds")
    assert len(shown) <= 3
