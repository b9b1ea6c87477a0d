"""What a rule finds: a sentence, how much it matters, the results it is about, and the evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Finding:
    """One anomaly. `members` are (result_id, role), `context` being the role of those that it is not about.

    `key` names it for ever: same finding, same id. `standing` is the weight of where it was published; `is_minor` keeps
    it out of the default view whatever its size; `size` is the ratio that counts for the score where `ratio` is another
    one; `systems` are the entries at fault, by which a family is told.
    """

    kind: str
    round: str
    key: str
    title: str
    ratio: float
    finding: str
    members: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]
    model: str | None = None
    standing: float = 1.0
    is_minor: bool = False
    size: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def anomaly_id(self) -> str:
        """A short name that does not change while the finding is about the same things."""
        return f"{self.kind}-{short(self.key)}"

    @property
    def family(self) -> str:
        """The same for all findings about the same entries."""
        return short("/".join(sorted(self.systems)))


def short(text: str) -> str:
    """Ten letters that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


_ANOMALIES = pa.schema(
    [
        ("anomaly_id", pa.string()),
        ("kind", pa.string()),
        ("round", pa.string()),
        ("score", pa.float64()),
        ("ratio", pa.float64()),
        ("finding", pa.string()),
        ("evidence", pa.string()),
        ("title", pa.string()),
        ("family", pa.string()),
        ("is_default", pa.bool_()),
    ]
)
_MEMBERS = pa.schema([("anomaly_id", pa.string()), ("result_id", pa.string()), ("role", pa.string())])


def tables(weighed: list[tuple[Finding, float, bool]]) -> dict[str, pa.Table]:
    """Findings with their score and whether they stand in the default view, as `anomalies` and `anomaly_members`."""
    rows = [
        {
            "anomaly_id": item.anomaly_id,
            "kind": item.kind,
            "round": item.round,
            "score": score,
            "ratio": item.ratio,
            "finding": item.finding,
            "evidence": json.dumps(item.evidence, ensure_ascii=False, sort_keys=True),
            "title": item.title,
            "family": item.family,
            "is_default": is_default,
        }
        for item, score, is_default in weighed
    ]
    members = [
        {"anomaly_id": item.anomaly_id, "result_id": result, "role": role}
        for item, _, _ in weighed
        for result, role in item.members
    ]
    return {
        "anomalies": pa.Table.from_pylist(rows, _ANOMALIES),
        "anomaly_members": pa.Table.from_pylist(members, _MEMBERS),
    }
