"""Oddities, found by rules and explained from the files. No entry, submitter or product is named in code."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from lib.build.anomalies.finding import Finding, tables
from lib.build.anomalies.twins import twins


def detect(connection: duckdb.DuckDBPyConnection) -> dict[str, pa.Table]:
    """Every anomaly of the results table, as the tables `anomalies` and `anomaly_members`."""
    findings: list[Finding] = [*twins(connection)]
    return tables(findings)
