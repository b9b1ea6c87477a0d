"""Text can be read by all: at least 4.5:1 against what it stands on, by WCAG's formula, in both themes."""

from __future__ import annotations

import itertools
import tomllib
from typing import Any

import pytest

from lib.settings import ROOT

THEME: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
# What text has and what it stands on, in each of the two themes.
TEXTS = ("textColor", "linkColor", "codeTextColor")
GROUNDS = ("backgroundColor", "secondaryBackgroundColor", "dataframeHeaderBackgroundColor", "codeBackgroundColor")
FADED = 0.6  # of Streamlit's captions and of Plotly's quiet text: the text's own colour, so much of it
LEAST = 4.5


def channels(colour: str) -> tuple[float, ...]:
    """Red, green and blue of `#RRGGBB`, each from 0 to 1."""
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def luminance(colour: tuple[float, ...]) -> float:
    """WCAG's relative luminance."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """WCAG's contrast of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_wcags():
    assert contrast(channels("#000000"), channels("#ffffff")) == pytest.approx(21)
    assert contrast(channels("#777777"), channels("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", ["", "sidebar"])
def test_text_and_links_can_be_read_on_every_ground(scheme: str, part: str):
    theme = THEME[scheme] | (THEME[scheme][part] if part else {})
    for text, ground in itertools.product(TEXTS, GROUNDS):
        assert contrast(channels(theme[text]), channels(theme[ground])) >= LEAST, (text, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quiet_text_of_charts_and_captions_can_be_read(scheme: str):
    text, ground = (channels(THEME[scheme][name]) for name in ("textColor", "backgroundColor"))
    faded = tuple(FADED * of + (1 - FADED) * on for of, on in zip(text, ground, strict=True))
    assert contrast(faded, ground) >= LEAST
