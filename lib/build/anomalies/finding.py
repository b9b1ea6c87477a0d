"""What a rule finds: a sentence, how much it matters, the results it is about, and the evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Finding:
    """One anomaly. `members` are (result_id, role); `key` names it for ever: same finding, same id."""

    kind: str
    round: str
    key: str
    score: float
    ratio: float | None
    finding: str
    members: tuple[tuple[str, str], ...]
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def anomaly_id(self) -> str:
        """A short name that does not change while the finding is about the same things."""
        return f"{self.kind}-{hashlib.sha256(self.key.encode()).hexdigest()[:10]}"


_ANOMALIES = pa.schema([
    ("anomaly_id", pa.string()), ("kind", pa.string()), ("round", pa.string()), ("score", pa.float64()),
    ("ratio", pa.float64()), ("finding", pa.string()), ("evidence", pa.string()),
])
_MEMBERS = pa.schema([("anomaly_id", pa.string()), ("result_id", pa.string()), ("role", pa.string())])


def tables(findings: list[Finding]) -> dict[str, pa.Table]:
    """The findings as rows of `anomalies` and `anomaly_members`."""
    rows = [
        {"anomaly_id": item.anomaly_id, "kind": item.kind, "round": item.round, "score": item.score, "ratio": item.ratio,
         "finding": item.finding, "evidence": json.dumps(item.evidence, ensure_ascii=False, sort_keys=True)}
        for item in findings
    ]
    members = [
        {"anomaly_id": item.anomaly_id, "result_id": result, "role": role}
        for item in findings for result, role in item.members
    ]
    return {"anomalies": pa.Table.from_pylist(rows, _ANOMALIES), "anomaly_members": pa.Table.from_pylist(members, _MEMBERS)}
