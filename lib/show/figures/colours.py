"""A vendor of accelerators has one colour, under every filter and on every page, and no two have the same.

The colours of the vendors that fill most charts, and those of texts and rules, are placeholders of Streamlit's: the
browser puts the theme's ten chart colours (.streamlit/config.toml) in their place, so one figure fits light and dark.
"""

from __future__ import annotations

import colorsys
import hashlib

# The sixth: CPU-only systems, and where the vendor is unknown.
OTHERS = "#000006"
TEXT, QUIET, ODD, RULE = "#000007", "#000008", "#000009", "#000010"
PAPER = "#000038"  # the page's background
# The theme's are told apart by colour-blind readers too. The others stand at 3:1 before both backgrounds; nobody can
# tell two dozen colours apart, so a vendor's name stands in the legend and on hover as well.
_COLOURS = {
    "NVIDIA": "#000001",
    "AMD": "#000002",
    "Intel": "#000003",
    "Google": "#000004",
    "Qualcomm": "#000005",
    "Moffett": "#1D98DD",
    "AWS": "#935A4F",
    "Alibaba": "#FF543E",
    "Apple": "#8357A1",
    "Arm": "#139EAD",
    "Biren": "#939300",
    "Centaur": "#A6761D",
    "EdgeCortix": "#62A01D",
    "FuriosaAI": "#E7298A",
    "Hailo": "#7570B3",
    "IVA Technologies": "#C06060",
    "Lattix": "#666699",
    "Neuchips": "#1E785B",
    "Rebellions": "#7A8B2A",
    "Rockchip": "#A65300",
    "SAPEON": "#B07AA1",
    "SiMa.ai": "#5F5FC1",
    "Untether AI": "#D35F8D",
    "Xilinx": "#579C95",
}


def colour(vendor: str | None) -> str:
    """A vendor's own colour, as `#RRGGBB`, perhaps a placeholder; that of others where the vendor is unknown."""
    if vendor is None:
        return OTHERS
    return _COLOURS.get(vendor) or _of_name(vendor)


def _of_name(vendor: str) -> str:
    """The colour of a vendor that nobody has given one yet: made of its name, so that it never changes."""
    hue, lightness, saturation = hashlib.sha256(vendor.encode()).digest()[:3]
    rgb = colorsys.hls_to_rgb(hue / 256, 0.36 + lightness / 256 * 0.2, 0.45 + saturation / 256 * 0.4)
    return "#" + "".join(f"{round(part * 255):02X}" for part in rgb)
