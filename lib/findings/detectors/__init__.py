"""The detectors: each file finds one kind of oddity, or two that look at the same. A new one is a file and an entry."""

from __future__ import annotations

from lib.findings.case import Detector
from lib.findings.detectors import (
    bounds,
    described,
    identical,
    peers,
    public_ids,
    ranks,
    scaling,
    scenarios,
    twins,
    units,
)

DETECTORS: tuple[Detector, ...] = (
    twins.detect,
    scenarios.detect,
    ranks.detect,
    peers.detect,
    scaling.detect,
    identical.detect,
    described.detect,
    public_ids.detect,
    bounds.detect,
    units.detect,
)
