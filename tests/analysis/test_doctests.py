"""The examples in the docstrings of what is pure are true."""

from __future__ import annotations

import doctest

import pytest

import lib.analysis.pairs
import lib.analysis.ranking
import lib.analysis.statistics
import lib.findings.contradictions
import lib.findings.detectors.identical
import lib.findings.factors
import lib.findings.precedents
import lib.findings.unlike
import lib.names.counts
import lib.names.families
import lib.names.normalize
import lib.names.processors
import lib.names.slices
import lib.names.spelling
import lib.names.weights
import lib.show.wording
import lib.vocabulary

MODULES = (
    lib.analysis.pairs,
    lib.analysis.ranking,
    lib.analysis.statistics,
    lib.findings.contradictions,
    lib.findings.detectors.identical,
    lib.findings.factors,
    lib.findings.precedents,
    lib.findings.unlike,
    lib.names.counts,
    lib.names.families,
    lib.names.normalize,
    lib.names.spelling,
    lib.names.weights,
    lib.names.processors,
    lib.names.slices,
    lib.show.wording,
    lib.vocabulary,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_are_true(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0
