"""The words of the field, as MLCommons writes them, and how the files spell them.

Source of the words: MLCommons inference policies, https://github.com/mlcommons/inference_policies
(inference_rules.adoc and submission_rules.adoc).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class _Word(StrEnum):
    """A closed set of words that is found under several spellings."""

    @classmethod
    def find(cls, text: object) -> _Word | None:  # type: ignore[override]  # str.find is of no use on a word
        """The member that `text` spells, whatever its case, blanks and hyphens; None when there is none."""
        return _found(cls, str(text)) if text is not None else None

    @classmethod
    def _spellings(cls) -> dict[str, _Word]:
        return {re.sub(r"[^a-z0-9]", "", member.value.lower()): member for member in cls}


@lru_cache(4096)
def _found(words: type[_Word], text: str) -> _Word | None:
    return words._spellings().get(re.sub(r"[^a-z0-9]", "", text.lower()))


class Division(_Word):
    """Closed: the reference model, comparable; open: any model; network: closed over a network."""

    CLOSED = "closed"
    OPEN = "open"
    NETWORK = "network"


class SystemType(_Word):
    """Which of the two suites a system was submitted to; one system can be in both."""

    DATACENTER = "datacenter"
    EDGE = "edge"


class Scenario(_Word):
    """How LoadGen sends the queries."""

    OFFLINE = "Offline"
    SERVER = "Server"
    SINGLE_STREAM = "SingleStream"
    MULTI_STREAM = "MultiStream"
    INTERACTIVE = "Interactive"


class Availability(_Word):
    """Whether the system can be bought: now (available), soon (preview), or not (rdi)."""

    AVAILABLE = "available"
    PREVIEW = "preview"
    RDI = "rdi"

    @classmethod
    def _spellings(cls) -> dict[str, _Word]:
        others = {
            "onpremise": cls.AVAILABLE,
            "availableonpremise": cls.AVAILABLE,
            "availablecloud": cls.AVAILABLE,
            "cloud": cls.AVAILABLE,
            "researchdevelopmentorinternal": cls.RDI,
            "rdo": cls.RDI,
            "rdio": cls.RDI,
        }
        return {**super()._spellings(), **others}


def system_types(text: object) -> frozenset[SystemType]:
    """The suites that a description's `system_type` names, such as `datacenter,edge`."""
    found = (SystemType.find(part) for part in re.split(r"[,/;+&]|\band\b", str(text or "")))
    return frozenset(SystemType(word) for word in found if word)


# What a word means, in one line for who meets it first.
MEANINGS: Mapping[str, str] = {
    Division.CLOSED.value: "the reference model under one set of rules, so that results compare",
    Division.OPEN.value: "any model, so that results hardly compare",
    Division.NETWORK.value: "as closed, with the queries sent over a network",
    SystemType.DATACENTER.value: "the suite of servers",
    SystemType.EDGE.value: "the suite of devices and small servers",
    Scenario.OFFLINE.value: "all samples are there at once; throughput counts",
    Scenario.SERVER.value: "queries arrive at random, each to be answered within a bound; throughput counts",
    Scenario.SINGLE_STREAM.value: "one query after the other; its latency counts",
    Scenario.MULTI_STREAM.value: "several samples a query; up to v1.1 the streams held count, from v2.0 on the latency",
    Scenario.INTERACTIVE.value: "as Server, within tighter bounds",
    Availability.AVAILABLE.value: "can be bought or rented",
    Availability.PREVIEW.value: "can be bought or rented soon",
    Availability.RDI.value: "research, development or internal: not for sale",
    "entry": "one system as submitted in one round and division",
}


@dataclass(frozen=True)
class Metric:
    """What a value measures: `kind` is throughput, latency or streams."""

    kind: str
    unit: str
    higher_is_better: bool


SAMPLES = Metric("throughput", "Samples/s", True)
QUERIES = Metric("throughput", "Queries/s", True)
TOKENS = Metric("throughput", "Tokens/s", True)
LATENCY = Metric("latency", "ms", False)
LATENCY_S = Metric("latency", "s", False)
STREAMS = Metric("streams", "streams", True)

_METRICS = {metric.unit.lower(): metric for metric in (SAMPLES, QUERIES, TOKENS, LATENCY, LATENCY_S, STREAMS)}
_UNIT_SPELLINGS = {"latency (ms)": "ms", "latency (s)": "s", "milliseconds": "ms", "seconds": "s"}


def metric_of_unit(unit: str) -> Metric:
    """The metric that a unit stands for; an unknown unit is kept as it is written.

    A unit that ends in `/s` counts something per second, so more is better; one that begins with `latency` is better
    when lower. Any other unknown unit is taken for a throughput: nothing else is known of it,
    and the unit stands beside each value.
    """
    text = " ".join(unit.split())
    key = _UNIT_SPELLINGS.get(text.lower(), text.lower())
    if key.startswith("latency"):
        return Metric("latency", text, False)
    return _METRICS.get(key, Metric("throughput", text, True))


# What follows a model in a benchmark's name: 99 and 99.9 are two accuracy targets of one model. For Python and SQL.
ACCURACY_TARGET = r"-99(\.9)?$"


def model_of(benchmark: str) -> str:
    """A benchmark without its accuracy target.

    >>> model_of("llama2-70b-99.9"), model_of("resnet50")
    ('llama2-70b', 'resnet50')
    """
    return re.sub(ACCURACY_TARGET, "", benchmark)


# Copied texts have other dashes: hyphen, figure, en and em dash, minus.
_PUBLIC_ID = re.compile("#?v?([0-9]{1,3}\\.[0-9]{1,3})[-_\u2010-\u2014\u2212]([0-9]{1,9})", re.IGNORECASE)
_ID_DIGITS = 4  # as MLCommons' summaries write the number of an entry


def id_key(text: str) -> str:
    """A public ID in the one form in which IDs are compared; a text that is no ID comes back as it is, in lower case.

    MLCommons writes one ID as `v6.0-0076` in its tables, `6.0-0076` in its summaries and `1.0-30` in the older ones.

    >>> [id_key(text) for text in ("v6.0-0076", "6.0-76", "#6.0_76", "1.0-30", "DGX")]
    ['6.0-0076', '6.0-0076', '6.0-0076', '1.0-0030', 'dgx']
    """
    found = _PUBLIC_ID.fullmatch(text.strip())
    return f"{found[1]}-{int(found[2]):0{_ID_DIGITS}}" if found else text.lower()


def is_known_unit(unit: str) -> bool:
    """Whether MLCommons' results have this unit."""
    key = " ".join(unit.split()).lower()
    return _UNIT_SPELLINGS.get(key, key) in _METRICS
