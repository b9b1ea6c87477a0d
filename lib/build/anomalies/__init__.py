"""Oddities, found by rules and explained from the files. No entry, submitter or product is named in code."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from lib.build.anomalies.bounds import close_to_bound
from lib.build.anomalies.described import descriptions
from lib.build.anomalies.explain import Explainer
from lib.build.anomalies.finding import Finding, tables
from lib.build.anomalies.frames import Facts, read
from lib.build.anomalies.identical import identical
from lib.build.anomalies.pairs import Pairs, Precedents, pairs
from lib.build.anomalies.peers import beside_peers, peer_outliers
from lib.build.anomalies.ranks import rank_shifts
from lib.build.anomalies.scaling import scaling
from lib.build.anomalies.scenarios import both_scenarios, scenario_ratios, server_over_offline
from lib.build.anomalies.twins import twins, twins_across
from lib.build.anomalies.weigh import weigh


def detect(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """The tables `anomalies`, `anomaly_members` and `pairs`, of the results and what belongs to them."""
    facts = read(connection)
    alike = pairs(facts)
    return {**tables(weigh(findings(facts, alike))), "pairs": alike.table()}


def findings(facts: Facts, alike: Pairs) -> list[Finding]:
    """What all rules find."""
    results, explainer = facts.results, Explainer(facts, alike, Precedents(alike))
    beside, met = beside_peers(results), both_scenarios(results)
    return [
        *twins(results, explainer), *twins_across(results, explainer), *server_over_offline(met, beside, explainer),
        *scenario_ratios(met, explainer), *rank_shifts(results, beside, explainer), *peer_outliers(results, beside, explainer),
        *scaling(results, explainer), *identical(results, explainer), *descriptions(facts.systems, facts.public_ids),
        *close_to_bound(results, facts.runs),
    ]
