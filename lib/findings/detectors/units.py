"""Records whose unit is not what the rules say, or whose size cannot be so in that unit: marked while the tables are
made, told here."""

from __future__ import annotations

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.evidence import Evidence
from lib.findings.finding import Finding, Role, members
from lib.findings.frames import known
from lib.findings.rules import UNIT, standing
from lib.vocabulary import model_of


def detect(case: Case) -> list[Finding]:
    """One finding for each system and model that has doubted units: its scenarios and accuracy targets together."""
    doubted = case.facts.unit_doubts
    if doubted.empty:
        return []
    models = doubted["benchmark"].map(model_of)
    return [_finding(str(model), rows) for (_, model), rows in doubted.groupby(["system_id", models], sort=True)]


def _finding(model: str, rows: pd.DataFrame) -> Finding:
    rows = rows.sort_values(["ratio", "result_id"], ascending=[False, True])
    worst = next(rows.itertuples(index=False))
    called = words.name(worst)
    about = sorted(rows["result_id"])
    beside = {name for name in map(known, rows["beside"]) if name} - set(about)
    return Finding(
        UNIT.kind,
        worst.round,
        f"{UNIT.kind}/{worst.system_id}/{model}",
        title=f"{worst.benchmark}: {called}",
        ratio=max(float(worst.ratio), 1.0),
        finding=f"{called} in {worst.benchmark} {worst.scenario}: {worst.unit_doubt}.",
        members=members((beside, Role.CONTEXT), (about, Role.DOUBTED_UNIT)),
        systems=(worst.system_id,),
        model=model,
        standing=standing(worst.division, known(worst.availability)),
        evidence=Evidence(
            threshold=UNIT.threshold,
            known=tuple(f"{row.benchmark} {row.scenario}: {row.unit_doubt}." for row in rows.itertuples(index=False)),
            unknown=("What the number counts: these results have no rank until their source or a rule says it.",),
        ),
    )
