"""Oddities, found by rules and explained from the files. No entry, submitter or product is named in code."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa

from lib.findings import frames, lists, pairs, weigh
from lib.findings.case import Case
from lib.findings.detectors import DETECTORS
from lib.findings.finding import Finding, tables


def detect(connection: duckdb.DuckDBPyConnection, unit_doubts: pd.DataFrame | None = None) -> dict[str, pa.Table]:
    """The tables `anomalies`, `anomaly_members` and `pairs`, of the results and what belongs to them.

    `unit_doubts` are the results whose unit was doubted while they were made.

    Raises AmbiguousFinding where two findings would share an id.
    """
    facts = frames.read(connection, unit_doubts)
    alike = pairs.pairs(facts)
    weighed = weigh.weigh(findings(facts, alike), lists.entries(facts))
    return {**tables(weighed), "pairs": alike.table()}


def findings(facts: frames.Facts, alike: pairs.Pairs) -> list[Finding]:
    """What all detectors find."""
    case = Case(facts, alike)
    return [finding for detector in DETECTORS for finding in detector(case)]
