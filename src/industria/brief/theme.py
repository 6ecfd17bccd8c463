"""How every figure looks: one font, one set of colors, one scale of sizes.

The colors are those of Okabe and Ito (2008) that stand out from white by at
least 3:1; words that carry the color of a line use a darker shade of it, at
least 4.5:1. A color never stands alone: each comes with a shape and a line
style.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

__all__ = [
    "FONT",
    "INK",
    "NARROW",
    "PAGE",
    "PALETTE",
    "PAPER",
    "Ink",
    "config",
    "contrast",
    "font_folder",
    "ink",
]

FONT: Final = "IBM Plex Sans"
# The first name is the font that is shipped; the second serves a page that was copied without it.
FONT_STACK: Final = f"{FONT}, sans-serif"

PAGE: Final = 640
"""Width in pixels of a figure in the column of a page, on screen and in print."""

NARROW: Final = 340
"""Width in pixels of a figure on a phone that is 390 pixels wide."""

PHONE_BELOW: Final = 480
"""Figures narrower than this are laid out for a phone."""

PAPER: Final = "#FFFFFF"
INK: Final = "#1A1A1A"
QUIET: Final = "#595959"
GRID: Final = "#DEDEDE"
BASE: Final = "#595959"
BEHIND: Final = "#8F8F8F"
"""Of marks that stand behind those that a figure speaks of; 3:1 against paper, as all marks."""

TITLE: Final = 17.0
SUBTITLE: Final = 13.5
LABEL: Final = 13.0
TICK: Final = 12.0
SMALL: Final = 11.5
LINE: Final = 1.28
"""Height of a line as a multiple of the size of its letters."""


@dataclass(frozen=True, slots=True)
class Ink:
    """What tells one group from the next, with color and without.

    Attributes
    ----------
    mark : str
        Color of points, lines and bars; at least 3:1 against paper.
    text : str
        A shade of it for words; at least 4.5:1 against paper.
    shape : str
        Of points.
    dash : tuple of int
        Of lines, in pixels on and off; empty is solid.
    """

    mark: str
    text: str
    shape: str
    dash: tuple[int, ...]


PALETTE: Final = (
    Ink("#0072B2", "#0072B2", "circle", ()),
    Ink("#D55E00", "#B84F00", "square", (7, 3)),
    Ink("#009E73", "#007F5C", "triangle-up", (2, 3)),
    Ink("#CC79A7", "#A85685", "diamond", (10, 3, 2, 3)),
    Ink("#333333", "#333333", "cross", (4, 2)),
)
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
MOST_INKS: Final = len(PALETTE) * 2


def ink(i: int) -> Ink:
    """Return what draws the i-th group; the second round of colors has other shapes and line styles."""
    color = PALETTE[i % len(PALETTE)]
    if i < len(PALETTE):
        return color
    turned = PALETTE[(i + 2) % len(PALETTE)]
    return Ink(color.mark, color.text, SHAPES[i % len(SHAPES)], turned.dash)


def contrast(first: str, second: str = PAPER) -> float:
    """Return the contrast ratio of two colors, from 1 to 21 (WCAG 2.2, relative luminance).

    Parameters
    ----------
    first, second : str
        Colors as #RRGGBB.
    """
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def font_folder() -> Path:
    """Return the folder of the font files, for whoever embeds or registers them."""
    return Path(str(files("industria.brief") / "fonts"))


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration that all figures share."""
    return {
        "aria": False,
        "background": PAPER,
        "font": FONT_STACK,
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "ticks": False,
            "gridColor": GRID,
            "gridWidth": 1,
            "labelColor": QUIET,
            "labelFontSize": TICK,
            "labelLimit": 0,
            "labelOverlap": False,
            "labelPadding": 6,
            "labelFlush": False,
            "title": None,
        },
        "text": {"fontSize": LABEL, "color": INK},
    }
