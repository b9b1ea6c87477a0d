"""The thresholds of every rule, in one place: the method page and docs/method.md speak from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One kind of anomaly: what it means, and from which threshold on it is reported."""

    kind: str
    title: str
    threshold: float
    meaning: str


TWINS = Rule(
    "twins", "Twins apart", 1.10,
    "Two entries of one submitter with the same hardware (accelerators and their number, memory, MIG slice, host "
    "processors and their number, nodes, machine) whose results of one benchmark and scenario differ by 10% or more.",
)

RULES = (TWINS,)
