"""The examples in the docstrings of what is pure are true."""

from __future__ import annotations

import doctest

import pytest

import lib.analysis.ranking
import lib.names.normalize
import lib.show.wording


@pytest.mark.parametrize(
    "module", [lib.analysis.ranking, lib.show.wording, lib.names.normalize], ids=lambda module: module.__name__
)
def test_the_examples_are_true(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0
