"""What every detector is given: the facts, and what several detectors look at, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lib.findings.beside import beside_peers, far_from_peers
from lib.findings.earlier import changes
from lib.findings.explain import Explainer
from lib.findings.finding import Finding
from lib.findings.frames import Facts
from lib.findings.pairs import Pairs
from lib.findings.precedents import Precedents
from lib.findings.rules import MIN_FEW_PEERS


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

    @cached_property
    def few(self) -> pd.DataFrame:
        """The same where a few peers are enough, as to say whether others reach more."""
        return beside_peers(self.results, MIN_FEW_PEERS, MIN_FEW_PEERS)

    @cached_property
    def far(self) -> pd.DataFrame:
        """The results that are far from their peers, see `far_from_peers`."""
        return far_from_peers(self.results, self.beside)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The results beside their former selves, see `lib.findings.earlier`."""
        return changes(self.results)


# A detector finds all of one or two kinds. It lives in a file of its own and has one entry in lib/findings/detectors.
Detector = Callable[[Case], list[Finding]]
