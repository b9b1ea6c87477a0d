"""A vendor of accelerators has one colour, under every filter and on every page, and no two have the same."""

from __future__ import annotations

import colorsys
import hashlib

GREY = "#8A9099"
# The first six are Okabe and Ito's, told apart by colour-blind readers too, for those who fill most charts; nobody can
# tell two dozen colours apart, so a vendor's name stands in the legend and on hover as well.
_COLOURS = {
    "NVIDIA": "#009E73",
    "AMD": "#D55E00",
    "Intel": "#0072B2",
    "Google": "#E69F00",
    "Qualcomm": "#CC79A7",
    "Moffett": "#56B4E9",
    "AWS": "#8C564B",
    "Alibaba": "#FF7F6E",
    "Apple": "#7A5195",
    "Arm": "#17BECF",
    "Biren": "#B2B200",
    "Centaur": "#A6761D",
    "EdgeCortix": "#66A61E",
    "FuriosaAI": "#E7298A",
    "Hailo": "#7570B3",
    "IVA Technologies": "#C06060",
    "Lattix": "#666699",
    "Neuchips": "#1B6E53",
    "Rebellions": "#F0C05A",
    "Rockchip": "#9E4F00",
    "SAPEON": "#B07AA1",
    "SiMa.ai": "#3B3B98",
    "Untether AI": "#D35F8D",
    "Xilinx": "#86BCB6",
}


def colour(vendor: str | None) -> str:
    """A vendor's own colour, as `#RRGGBB`; grey for CPU-only systems and where the vendor is unknown."""
    if vendor is None:
        return GREY
    return _COLOURS.get(vendor) or _of_name(vendor)


def _of_name(vendor: str) -> str:
    """The colour of a vendor that nobody has given one yet: made of its name, so that it never changes."""
    hue, lightness, saturation = hashlib.sha256(vendor.encode()).digest()[:3]
    rgb = colorsys.hls_to_rgb(hue / 256, 0.36 + lightness / 256 * 0.2, 0.45 + saturation / 256 * 0.4)
    return "#" + "".join(f"{round(part * 255):02X}" for part in rgb)
