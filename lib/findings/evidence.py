"""What stands behind a finding: how it is typed here, and how it lies in the database, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A median nearer to 1 than this is the scatter of repeated runs and points at nothing.
LEAST_EFFECT = 1.02
# The field of a difference in the data types that two names state.
NUMERICS = "numerics"


@dataclass(frozen=True)
class Gap:
    """How far two results of one scenario are apart: `ratio` is the faster one's speed over the slower one's.

    `faster` and `slower` are result IDs; `benchmark` is named where a finding's gaps are of several.
    """

    scenario: str
    ratio: float
    faster: str
    slower: str
    benchmark: str | None = None


@dataclass(frozen=True)
class Precedent:
    """Other pairs with the very same difference: `n` of them, the side that is the faster one here being faster there
    by a median of `median_ratio`; `as_far` of them, a `share`, are as far apart as this in this direction. Of all pairs
    of the scenario, whatever differs in them, a share of `usual` is."""

    n: int
    median_ratio: float
    share: float
    as_far: int
    usual: float = 0.0


@dataclass(frozen=True)
class Difference:
    """A field in which two results are unlike: `first` is what the faster one states, None where it states nothing.

    `source` is where it stands: `software`, `run`, `name` or `description`. `likelihood` says of recorded factors how
    often their precedents are as far apart (docs/anomalies.md); other fields have none. `role` is a part of software's
    (framework, driver ...), `asked` for a rate of which the slower one was asked for less, or `latency`.
    """

    source: str
    field: str
    first: str | None
    second: str | None
    likelihood: float | None = None
    precedent: Precedent | None = None
    role: str | None = None

    @property
    def speaks(self) -> bool:
        """Whether the side that is faster here was mostly faster elsewhere too."""
        return self.precedent is not None and self.precedent.median_ratio >= LEAST_EFFECT


@dataclass(frozen=True)
class Evidence:
    """What the files say about a finding: sentences that are `known`, `likely`, and what remains `unknown`.

    `faster` and `slower` are the result IDs of the two ends, where a finding has two; only then are there `gaps`.
    `extras` are what one kind of finding has besides, by name; they must be fit for JSON.
    """

    threshold: float
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    likely: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    faster: str | None = None
    slower: str | None = None
    gaps: tuple[Gap, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)


def written(evidence: Evidence) -> str:
    """The evidence as the JSON that the database holds; `read` is its inverse."""
    content = {**vars(evidence), "differences": [_difference_written(item) for item in evidence.differences]}
    extras = content.pop("extras")
    if evidence.faster is None:
        del content["faster"], content["slower"], content["gaps"]
    else:
        content["gaps"] = [_without_none(gap, "benchmark") for gap in evidence.gaps]
    return json.dumps({**content, **extras}, ensure_ascii=False, sort_keys=True)


def _difference_written(item: Difference) -> dict[str, Any]:
    content = _without_none(item, "likelihood", "precedent", "role")
    return {**content, "precedent": vars(item.precedent)} if item.precedent else content


def _without_none(item: Gap | Difference, *optional: str) -> dict[str, Any]:
    """An item's fields without those optional ones that it lacks."""
    return {name: value for name, value in vars(item).items() if value is not None or name not in optional}


def read(text: str) -> Evidence:
    """The evidence that a JSON of the database holds; raises ValueError for any other text."""
    content = json.loads(text)
    try:
        return _read(content)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no evidence of a finding ({error!r}): {text[:80]}") from error


def _read(content: dict[str, Any]) -> Evidence:
    return Evidence(
        threshold=content["threshold"],
        known=tuple(content["known"]),
        unknown=tuple(content["unknown"]),
        likely=tuple(content["likely"]),
        differences=tuple(_difference_read(item) for item in content["differences"]),
        faster=content.get("faster"),
        slower=content.get("slower"),
        gaps=tuple(Gap(**gap) for gap in content.get("gaps", ())),
        extras={name: value for name, value in content.items() if name not in Evidence.__dataclass_fields__},
    )


def _difference_read(item: dict[str, Any]) -> Difference:
    past = item.get("precedent")
    return Difference(**{**item, "precedent": Precedent(**past) if past else None})
