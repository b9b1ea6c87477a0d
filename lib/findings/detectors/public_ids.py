"""A public ID, MLCommons' number of one entry, that stands on several systems."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lib.findings import words
from lib.findings.case import Case
from lib.findings.detectors.described import members_of, standing_of
from lib.findings.evidence import Evidence
from lib.findings.finding import Finding
from lib.findings.rules import DESCRIPTION


def detect(case: Case) -> list[Finding]:
    """One finding for each public ID that stands on several systems."""
    return shared_ids(case.facts.systems, case.facts.public_ids)


def shared_ids(systems: pd.DataFrame, public_ids: pd.DataFrame) -> list[Finding]:
    """The same, of the systems and the rows (round, public_id, system_id)."""
    by_id = {row.system_id: row for row in systems.itertuples(index=False)}
    groups = public_ids.groupby(["round", "public_id"], sort=True)["system_id"].agg(lambda ids: sorted(set(ids)))
    return [_finding(str(name[1]), [by_id[system] for system in ids]) for name, ids in groups.items() if len(ids) > 1]


def _finding(public_id: str, systems: list[Any]) -> Finding:
    called = words.several([str(system.platform) for system in systems])
    return Finding(
        DESCRIPTION.kind,
        systems[0].round,
        f"{DESCRIPTION.kind}/public ID/{systems[0].round}/{public_id}",
        title=f"public ID {public_id}",
        ratio=float(len(systems)),
        finding=f"The public ID {public_id} stands on {words.count(len(systems), 'system')}: {called}.",
        members=members_of(systems),
        systems=tuple(sorted(system.system_id for system in systems)),
        standing=standing_of(systems),
        evidence=Evidence(
            threshold=1,
            known=(f"{public_id} names {called}.",),
            unknown=("Which of them the ID was given to.",),
        ),
    )
