"""A vendor has one colour that no other has, whatever else is drawn; one that nobody knows keeps its own too."""

from __future__ import annotations

import csv
import os
import random
import re
import string
import subprocess
import sys
import tomllib

import pytest

from lib.settings import ROOT
from lib.show.figures.colours import ODD, OTHERS, PAPER, QUIET, TEXT, colour
from tests.test_footing import contrast

with (ROOT / "data" / "names" / "accelerators.csv").open(encoding="utf-8", newline="") as file:
    VENDORS = sorted({row["vendor"] for row in csv.DictReader(file) if row["vendor"]})


def test_each_vendor_of_the_dictionary_has_a_colour_of_its_own():
    assert len(VENDORS) > 20
    assert len({colour(vendor) for vendor in VENDORS}) == len(VENDORS)


def parts(shade: str) -> tuple[int, ...]:
    return tuple(int(shade[at : at + 2], 16) for at in (1, 3, 5))


def seen(shade: str, theme: str) -> str:
    """A colour as a browser shows it: the theme's own in the place of a placeholder."""
    slots = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][theme]
    place = re.fullmatch(r"#0000(\d\d)", shade)
    if shade == PAPER:
        return str(slots["backgroundColor"])
    return str(slots["chartCategoricalColors"][int(place[1]) - 1]) if place else shade


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_vendors_of_the_dictionary_differ_by_a_hair_only(theme: str):
    shades = [parts(seen(colour(vendor), theme)) for vendor in VENDORS] + [parts(seen(OTHERS, theme))]
    for place, one in enumerate(shades):
        for other in shades[:place]:
            assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) >= 24, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_and_shapes_stand_out_from_the_page(theme: str):
    paper = seen(PAPER, theme)
    for shade in (TEXT, QUIET, ODD):
        assert contrast(seen(shade, theme), paper) >= 4.5, shade
    for vendor in [*VENDORS, None]:
        assert contrast(seen(colour(vendor), theme), paper) >= 3, vendor


def test_what_is_not_known_is_grey_and_no_vendor_is():
    assert colour(None) == OTHERS
    assert OTHERS not in {colour(vendor) for vendor in VENDORS}


def unknown(number: int) -> list[str]:
    chance = random.Random(8)
    return ["".join(chance.choices(string.ascii_letters + " -.é", k=chance.randint(1, 30))) for _ in range(number)]


def test_a_vendor_that_nobody_has_given_a_colour_keeps_one_of_its_own():
    names = sorted({*unknown(60)} - {*VENDORS})
    shades = [colour(name) for name in names]
    assert all(re.fullmatch("#[0-9A-F]{6}", shade) for shade in shades)
    assert shades == [colour(name) for name in names]
    assert len(set(shades)) == len(names)
    assert not set(shades) & {OTHERS, *map(colour, VENDORS)}


@pytest.mark.parametrize("pair", [("ab", "ba"), ("Acme", "Acne"), ("Acme", "Acme ")])
def test_names_of_the_same_letters_are_told_apart(pair: tuple[str, str]):
    assert colour(pair[0]) != colour(pair[1])


def test_a_colour_does_not_depend_on_the_process():
    code = "from lib.show.figures.colours import colour; print(colour('Nobody Inc.'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == colour("Nobody Inc.")
