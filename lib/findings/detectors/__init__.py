"""The detectors: each file finds one kind of oddity, or two that look at the same. A new one is a file and an entry."""

from __future__ import annotations

from lib.findings.case import Detector
from lib.findings.detectors import (
    bounds,
    copies,
    described,
    former,
    identical,
    inverse,
    peers,
    power,
    public_ids,
    ranks,
    scaling,
    scenarios,
    targets,
    twins,
    units,
    variants,
)

DETECTORS: tuple[Detector, ...] = (
    twins.detect,
    scenarios.detect,
    ranks.detect,
    peers.detect,
    scaling.detect,
    inverse.detect,
    former.detect,
    targets.detect,
    variants.detect,
    power.detect,
    identical.detect,
    copies.detect,
    described.detect,
    public_ids.detect,
    bounds.detect,
    units.detect,
)
