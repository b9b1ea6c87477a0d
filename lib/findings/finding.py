"""What a rule finds: a sentence, how much it matters, the results it is about, and the evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from lib.findings.evidence import Evidence, written
from lib.findings.rules import FindingList
from lib.schema import arrow_schema


class Role(StrEnum):
    """What a result is to a finding. `is_about`: the finding is about it; else it is shown for comparison."""

    is_about: bool

    def __new__(cls, word: str, is_about: bool = True) -> Role:
        """A role by the word that the database holds."""
        role = str.__new__(cls, word)
        role._value_ = word
        role.is_about = is_about
        return role

    APART = "apart"
    SERVER = "server"
    OFFLINE = "offline"
    BETTER = "better"
    WORSE = "worse"
    OUTLIER = "outlier"
    SMALLER = "smaller"
    LARGER = "larger"
    SAME_TARGET = "same target"
    SAME_RATE = "same rate"
    SAME_RUN = "same run"
    SAME_UNEXPLAINED = "same unexplained"
    DESCRIBED_SO = "described so"
    CLOSE = "close"
    DOUBTED_UNIT = "doubted unit"
    CONTEXT = "context", False


Members = tuple[tuple[str, Role], ...]


def members(*roles: tuple[Iterable[str], Role]) -> Members:
    """Members in the order of their result IDs; a result that is given several roles has the last of them."""
    given = {result: role for results, role in roles for result in results}
    return tuple(sorted(given.items()))


@dataclass(frozen=True)
class Finding:
    """One anomaly. `members` are (result_id, role); a role says whether the finding is about that result.

    `key` names it for ever: same finding, same id. `standing` is the weight of where it was published; `is_minor` keeps
    it out of the default view whatever its size; `size` is the ratio that counts for the score where `ratio` is another
    one; `systems` are the entries at fault, by which a family is told; `cause` is why, or what it is held against, in
    at most six words; `in_list` is given when it is weighed.
    """

    kind: str
    round: str
    key: str
    title: str
    ratio: float
    finding: str
    members: Members
    systems: tuple[str, ...]
    evidence: Evidence
    model: str | None = None
    standing: float = 1.0
    is_minor: bool = False
    size: float | None = None
    cause: str | None = None
    in_list: FindingList = FindingList.RESULTS

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


def tables(weighed: Iterable[tuple[Finding, float, bool]]) -> dict[str, pa.Table]:
    """Findings with their score and whether they stand in the default view, as `anomalies` and `anomaly_members`."""
    weighed = list(weighed)
    rows = [
        {
            "anomaly_id": item.anomaly_id,
            "kind": item.kind,
            "round": item.round,
            "score": score,
            "ratio": item.ratio,
            "finding": item.finding,
            "evidence": written(item.evidence),
            "title": item.title,
            "family": item.family,
            "list": str(item.in_list),
            "is_default": is_default,
            "cause": item.cause,
        }
        for item, score, is_default in weighed
    ]
    about = [
        {"anomaly_id": item.anomaly_id, "result_id": result, "role": str(role), "is_about": role.is_about}
        for item, _, _ in weighed
        for result, role in item.members
    ]
    return {
        "anomalies": pa.Table.from_pylist(rows, arrow_schema("anomalies")),
        "anomaly_members": pa.Table.from_pylist(about, arrow_schema("anomaly_members")),
    }
