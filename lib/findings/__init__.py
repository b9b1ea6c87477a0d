"""Oddities, found by rules and explained from the files. No entry, submitter or product is named in code."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from lib.findings import frames, pairs, weigh
from lib.findings.detectors import bounds, described, identical, peers, ranks, scaling, scenarios, twins
from lib.findings.explain import Explainer
from lib.findings.finding import Finding, tables


def detect(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """The tables `anomalies`, `anomaly_members` and `pairs`, of the results and what belongs to them."""
    facts = frames.read(connection)
    alike = pairs.pairs(facts)
    return {**tables(weigh.weigh(findings(facts, alike))), "pairs": alike.table()}


def findings(facts: frames.Facts, alike: pairs.Pairs) -> list[Finding]:
    """What all rules find."""
    results, explainer = facts.results, Explainer(facts, alike, pairs.Precedents(alike))
    beside, met = peers.beside_peers(results), scenarios.both_scenarios(results)
    return [
        *twins.twins(results, explainer),
        *twins.twins_across(results, explainer),
        *scenarios.server_over_offline(met, beside, explainer),
        *scenarios.scenario_ratios(met, explainer),
        *ranks.rank_shifts(results, beside, explainer),
        *peers.peer_outliers(results, beside, explainer),
        *scaling.scaling(results, explainer),
        *identical.identical(results, explainer),
        *described.descriptions(facts.systems, facts.public_ids),
        *bounds.close_to_bound(results, facts.runs),
    ]
