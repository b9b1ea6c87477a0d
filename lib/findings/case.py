"""What every detector is given: the facts, and what several detectors look at, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lib.findings.beside import beside_peers
from lib.findings.explain import Explainer
from lib.findings.finding import Finding
from lib.findings.frames import Facts
from lib.findings.pairs import Pairs
from lib.findings.precedents import Precedents


@dataclass(frozen=True)
class Case:
    """The facts and the pairs of alike results; the rest is derived when a detector first asks for it."""

    facts: Facts
    pairs: Pairs

    @property
    def results(self) -> pd.DataFrame:
        """The comparable results, see `Facts`."""
        return self.facts.results

    @cached_property
    def explainer(self) -> Explainer:
        """What says why two results differ."""
        return Explainer(self.facts, self.pairs, Precedents(self.pairs))

    @cached_property
    def beside(self) -> pd.DataFrame:
        """Each result beside its peers, see `beside_peers`."""
        return beside_peers(self.results)


# A detector finds all of one or two kinds. It lives in a file of its own and has one entry in lib/findings/detectors.
Detector = Callable[[Case], list[Finding]]
