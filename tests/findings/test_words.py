"""How findings name entries and write numbers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib.findings import words


def row(**facts: Any) -> SimpleNamespace:
    usual = {
        "public_id": "1.0-7",
        "system_name": "Box (8x A100)",
        "platform": "box_x8",
        "submitter": "Acme",
        "system_id": "v1.0/closed/Acme/box_x8",
        "value": 259_993.64,
        "unit": "Queries/s",
        "accelerator": "NVIDIA A100",
        "accelerators": 8,
        "cpu": "AMD EPYC 7742",
        "cpus_per_node": 2,
    }
    return SimpleNamespace(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, "1.0-7"),
        ({"public_id": None}, "Box (8x A100)"),
        ({"public_id": np.nan, "system_name": pd.NA}, "box_x8"),
        ({"public_id": "", "system_name": "Box\n  (8x)"}, "Box (8x)"),
        ({"public_id": None, "system_name": None, "platform": None}, "v1.0/closed/Acme/box_x8"),
    ],
)
def test_an_entry_is_named_by_what_a_reader_finds_it_by(facts: dict[str, Any], wanted: str):
    assert words.name(row(**facts)) == wanted


def test_entries_that_would_be_called_the_same_are_named_by_their_platforms():
    one, other = row(public_id=None), row(public_id=None, platform="box_b", system_id="b")
    assert words.names([one, other]) == ["box_x8", "box_b"]
    assert words.names([one, row()]) == ["Box (8x A100)", "1.0-7"]


def test_entries_of_two_submitters_that_would_be_called_the_same_are_told_apart_by_them():
    one, other = row(public_id=None), row(public_id=None, submitter="Beta", system_id="b")
    assert words.names([one, other]) == ["Box (8x A100) of Acme", "Box (8x A100) of Beta"]


def test_one_entry_twice_is_no_reason_for_platforms():
    assert words.names([row(), row()]) == ["1.0-7", "1.0-7"]


@pytest.mark.parametrize(
    ("items", "most", "wanted"),
    [
        ([], 4, ""),
        (["a"], 4, "a"),
        (["a", "b"], 4, "a and b"),
        (["a", "b", "c"], 4, "a, b and c"),
        (["a", "b", "c", "d"], 4, "a, b, c and d"),
        (["a", "b", "c", "d", "e"], 4, "a, b, c and 2 others"),
        (["a", "b", "c", "d"], 3, "a, b and 2 others"),
    ],
)
def test_several_things_are_listed_and_the_rest_counted(items: list[str], most: int, wanted: str):
    assert words.several(items, most) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (259993.64, "259,993.64"),
        (260000.0, "260,000"),
        (1000.5, "1,000.50"),
        (9.5, "9.50"),
        (12.0, "12"),
        (0.0315, "0.0315"),
        (0.03154, "0.0315"),
        (0.0, "0"),
        (-0.5, "-0.5"),
        (-1234.5, "-1,234.50"),
    ],
)
def test_numbers_as_a_reader_expects_them(value: float, wanted: str):
    assert words.number(value) == wanted


@pytest.mark.parametrize(("ratio", "wanted"), [(1.444, "1.44x"), (27.5, "27.50x"), (1234.0, "1,234.00x")])
def test_ratios_have_two_decimals(ratio: float, wanted: str):
    assert words.times(ratio) == wanted


@pytest.mark.parametrize(
    ("n", "thing", "wanted"),
    [
        (1, "entry", "1 entry"),
        (2, "entry", "2 entries"),
        (3, "system", "3 systems"),
        (0, "core", "0 cores"),
        (1200, "pair", "1,200 pairs"),
    ],
)
def test_counts_have_their_plural(n: int, thing: str, wanted: str):
    assert words.count(n, thing) == wanted


def test_a_result_carries_its_unit():
    assert words.quantity(row()) == "259,993.64 Queries/s"


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, "8x NVIDIA A100"),
        ({"accelerators": None}, "NVIDIA A100"),
        ({"accelerator": None}, "2x AMD EPYC 7742"),
        ({"accelerator": None, "cpus_per_node": pd.NA}, "AMD EPYC 7742"),
    ],
)
def test_hardware_is_the_accelerators_else_the_cpus(facts: dict[str, Any], wanted: str):
    assert words.accelerators(row(**facts)) == wanted


def test_benchmarks_are_named_once_and_sorted():
    assert words.benchmarks(pd.DataFrame({"benchmark": ["dlrm-99.9", "dlrm-99", "dlrm-99"]})) == "dlrm-99 and dlrm-99.9"
