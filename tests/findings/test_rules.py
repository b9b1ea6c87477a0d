"""The rules, their documentation, the detectors' registry, and what the code may not name."""

from __future__ import annotations

import ast
import importlib
import pkgutil

import pandas as pd
import pytest

from lib.findings import detectors, findings, rules
from lib.findings.case import Case
from lib.findings.detectors import DETECTORS
from lib.findings.pairs import pairs
from lib.settings import ROOT
from tests.findings.entries import DETECTOR, entry, facts_of, system

TEXT = (ROOT / "docs" / "anomalies.md").read_text("utf-8")


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.kind)
def test_the_documentation_says_each_rule_as_the_rule_does(rule: rules.Rule):
    assert rules.documented(rule) in TEXT


def test_every_kind_has_one_rule():
    assert len({rule.kind for rule in rules.RULES}) == len(rules.RULES)


def test_what_no_default_view_has_is_said_in_words():
    assert rules.RANK_SHIFT.shown_from == "never"
    assert rules.TWINS.shown_from == "1.25"


def test_nothing_is_in_the_default_view_that_is_not_reported():
    assert all(rule.default_from >= rule.threshold for rule in rules.RULES)


@pytest.mark.parametrize(
    "said",
    [
        f"with a spread of at least {rules.LEAST_SPREAD:g}; it must reach {rules.ROBUST_Z:g}",
        f"At least {rules.PEERS_AGREE:.0%} of the peers",
        f"(at most {rules.MAX_BITS:g};",
        ", ".join(f"{name} {weight:g}" for name, weight in rules.DIVISIONS.items()),
        ", ".join(f"{name} {weight:g}" for name, weight in rules.AVAILABILITIES.items()),
        f"published with a weight of {rules.DEFAULT_STANDING:g} or more",
        f"not among the first {rules.LEADING_RANK}",
        f"a score of {rules.LEAST_SCORE:g} or more",
        f"it counts {rules.EDGE_WEIGHT:g} where an entry is of the edge suite alone",
        f"{rules.FEW_WEIGHT:g} where an outlier is held against two peers",
        f"Fewer than {rules.MIN_PRECEDENTS} pairs are no precedent",
        f"as if {rules.PRIOR_PAIRS:g} average ones stood beside them",
    ],
)
def test_the_documentation_has_the_other_thresholds(said: str):
    assert said in TEXT


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (rules.RANK_SHIFT, f"at least {rules.MIN_RANK_SHIFT} places and a tenth"),
        (rules.PEER_OUTLIER, f"at least {rules.MIN_PEERS_SAME_COUNT} other systems"),
        (rules.PEER_OUTLIER, f"at least {rules.MIN_PEERS_ANY_COUNT} with any number"),
        (rules.SCENARIO_RATIO, f"at least {rules.MIN_PEERS_OF_RATIO})"),
        (rules.SCALING, f"reaches {rules.FAR_BELOW_PROPORTIONAL:.0%} of it or less"),
        (rules.IDENTICAL, f"at least {rules.MIN_DIGITS} digits"),
        (rules.POWER, f"{rules.OTHER_MODE_POWER:g}x or more where a typical one declares another mode"),
        (rules.OWN_TARGET, f"robust z-score of {rules.ROBUST_Z:g}"),
        (rules.DESCRIPTION, f"by {rules.MEMORY_TOLERANCE:.0%} or more"),
    ],
    ids=lambda part: getattr(part, "kind", None),
)
def test_a_rule_says_the_numbers_that_it_goes_by(rule: rules.Rule, said: str):
    assert said in rule.meaning


def test_every_detector_s_file_has_its_entry():
    files = {name for _, name, _ in pkgutil.iter_modules(detectors.__path__)}
    modules = [importlib.import_module(f"lib.findings.detectors.{name}") for name in sorted(files)]
    assert {module.detect for module in modules} == set(DETECTORS)
    assert len(DETECTORS) == len(files)


def test_every_kind_is_found_by_a_detector_that_the_tests_know():
    assert {rule.kind for rule in rules.RULES} - set(DETECTOR) == {"description"}
    assert set(DETECTOR.values()) <= set(DETECTORS)


def test_all_detectors_are_asked_and_what_they_share_is_made_once():
    facts = facts_of([entry("one", 200), entry("other", 100)], [system("one", cores_per_cpu_declared=24)])
    assert {finding.kind for finding in findings(facts, pairs(facts))} == {"twins", "description"}
    case = Case(facts, pairs(facts))
    assert case.explainer is case.explainer
    assert case.beside is case.beside
    assert case.far is case.far
    assert case.changes is case.changes


def test_no_comparable_results_make_no_findings():
    facts = facts_of([entry("one", 1, accelerator="x")])
    empty = Case(facts, pairs(facts))
    assert [finding for detector in DETECTORS for finding in detector(empty)] == []


def test_no_entry_submitter_or_product_is_named_in_code():
    said = [text for path in (ROOT / "lib" / "findings").rglob("*.py") for text in spoken(path.read_text("utf-8"))]
    names = submitters() | {"Triton", "EPYC", "Xeon", "A100", "Cloud AI"}
    assert [(name, text) for name in sorted(names) for text in said if name in text] == []


def spoken(code: str) -> list[str]:
    """All texts in a module but its docstrings."""
    tree = ast.parse(code)
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    documented = {id(node.body[0].value) for node in bodies if node.body and isinstance(node.body[0], ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]


def submitters() -> set[str]:
    folder = ROOT / "data" / "rounds"
    frames = [pd.read_parquet(path, columns=["submitter"]) for path in sorted(folder.glob("*/systems.parquet"))]
    return {name for frame in frames for name in frame["submitter"] if len(name) > 4}
