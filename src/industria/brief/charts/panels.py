"""Plots over the same weeks, one under another: what `fan` and `shortfall` share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from industria.brief.charts.columns import Columns
from industria.brief.charts.lettering import text_width
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading, Scale, Weeks, fit, pixels
from industria.brief.charts.sheet import Sheet
from industria.brief.charts.upright import left_of
from industria.brief.theme import GRID, LABEL, LINE, QUIET, SMALL, TICK, Ink
from industria.errors import FigureDataError

__all__ = [
    "KEY",
    "Panel",
    "Stack",
    "Swatch",
    "along",
    "cross",
    "key_lines",
    "open_sheet",
    "stack",
    "told_weeks",
    "write_key",
]

HIGH = 290.0
HIGH_OF_TWO = 190.0
HIGH_OF_MORE = 140.0
BETWEEN = 16.0
HEADING = LABEL * LINE + 6
UNIT = TICK * LINE + 9
KEY = SMALL * LINE + 2
SWATCH = 14.0
APART = 18.0
LABEL_GAP = 6.0
TICKS_AT_MOST = 9


@dataclass(frozen=True, slots=True)
class Swatch:
    """What a color, or a shade of it, stands for.

    Attributes
    ----------
    name : str
        In the reader's words.
    color : str
        As #RRGGBB.
    opacity : float
        Of the color.
    drawn : {"area", "line", "cross"}
        As what.
    """

    name: str
    color: str
    opacity: float = 1.0
    drawn: Literal["area", "line", "cross"] = "area"


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot of several.

    Attributes
    ----------
    name : str
        Over the plot; empty where it is the only one.
    scale : Scale
        From values to pixels.
    heading : float
        Height of the middle of its name, in pixels.
    """

    name: str
    scale: Scale
    heading: float

    @property
    def top(self) -> float:
        """Upper edge of the plot, in pixels."""
        return self.scale.last

    @property
    def bottom(self) -> float:
        """Lower edge of the plot, in pixels."""
        return self.scale.first


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the panels stand.

    Attributes
    ----------
    panels : list of Panel
        From the top down.
    key : list of list of Swatch
        Over them, a line each.
    unit : str
        Over the first axis.
    left, right, width, height : float
        Room for the labels of the axes and beyond the last week; size of the plots together; in pixels.
    """

    panels: list[Panel]
    key: list[list[Swatch]]
    unit: str
    left: float
    right: float
    width: float
    height: float


def told_weeks(columns: Columns, name: str) -> tuple[Weeks, list[float]]:
    """Read the column of weeks, of which none may be missing.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError
        Each names the column.
    """
    read, (weeks,) = columns.weeks(name)
    if None in weeks:
        raise FigureDataError(f"{columns.TABLE} has no week in column {name!r}, row {weeks.index(None) + 1}.")
    told = [week for week in weeks if week is not None]
    if read.first is None and all(week.is_integer() for week in told):
        columns.write_as(read, 0, name)
    return read, told


def stack(
    values: Mapping[str, Sequence[float]],
    page: Page,
    read: Reading,
    *,
    unit: str,
    key: Sequence[Swatch],
    shared: bool,
    ends: Sequence[str],
) -> Stack:
    """Place panels one under another, each with its scale from zero.

    Parameters
    ----------
    values : mapping of str to sequence of float
        All that the axis of each panel must take in, by its name.
    page : Page
        Width and language.
    read : Reading
        How the axes read their numbers.
    unit : str
        Stands over the first axis.
    key : sequence of Swatch
        Stands over all.
    shared : bool
        Let all panels have the same scale.
    ends : sequence of str
        What may be written under the first and the last week.
    """
    everything = [value for own in values.values() for value in own]
    high = HIGH if len(values) == 1 else HIGH_OF_TWO if len(values) == 2 else HIGH_OF_MORE
    lines = key_lines(key, page.width)
    y = len(lines) * KEY + (4 if lines else 0)
    panels = []
    for i, (name, own) in enumerate(values.items()):
        y += BETWEEN if i else 0
        heading = y + HEADING / 2
        y += (HEADING if name else 0) + (UNIT if unit and not i else TICK / 2)
        taken_in = everything if shared else own
        scale = fit(taken_in, y + high, y, read=read, most=6 if len(values) < 3 else 4, zero=True, upright=True)
        panels.append(Panel(name, scale, heading))
        y += high
    right = max(text_width(end, TICK) for end in ends) / 2 + 2
    left = max(right, *(left_of(panel.scale) for panel in panels))
    return Stack(panels, lines, unit, left, right, page.width - left - right, y)


def along(weeks: Sequence[float], read: Weeks, width: float, *, pad: float = 0.0) -> Scale:
    """Make the scale of the weeks, from one end of the plot to the other.

    Parameters
    ----------
    weeks : sequence of float
        At least one.
    read : Weeks
        How they are written.
    width : float
        Of the plot, in pixels.
    pad : float
        Weeks before the first and after the last.
    """
    low, high = min(weeks) - pad, max(weeks) + pad
    if low == high:
        low, high = low - 0.5, high + 0.5
    scale = Scale(low, high, 0, width)
    for step in read.steps(high - low):
        ticks = [i * step for i in range(math.ceil(min(weeks) / step), math.floor(max(weeks) / step) + 1)]
        labels = [read.tick(tick, 0) for tick in ticks]
        if len(ticks) <= TICKS_AT_MOST and _apart(scale, list(zip(ticks, labels, strict=True))):
            break
    return Scale(low, high, 0, width, tuple(ticks), tuple(labels), grid=False)


def _apart(scale: Scale, ticks: Sequence[tuple[float, str]]) -> bool:
    """Tell whether the labels of ticks keep apart."""
    ends = [(scale.pixel(tick), text_width(name, TICK) / 2 + LABEL_GAP / 2 + 1) for tick, name in ticks]
    return all(a + wide <= b - other for (a, wide), (b, other) in pairwise(ends))


def open_sheet(made: Stack, x: Scale) -> Sheet:
    """Write all that stands around the plots, and draw their grid."""
    sheet = Sheet(x, pixels(0, made.height))
    for i, panel in enumerate(made.panels):
        rules = [((x.low, y), (x.high, y)) for y in map(panel.scale.pixel, panel.scale.ticks)]
        sheet.rules(rules, GRID)
        ends = [
            (-LABEL_GAP, panel.scale.pixel(tick), label)
            for tick, label in zip(panel.scale.ticks, panel.scale.labels, strict=True)
        ]
        sheet.words(ends, color=QUIET, size=TICK, align="right")
        sheet.words([(-made.left, panel.heading, panel.name)], bold=True)
        if not i:
            sheet.words([(-made.left, panel.top - UNIT + TICK * LINE / 2, made.unit)], color=QUIET, size=TICK)
    write_key(sheet, made.key, -made.left, 0.0)
    return sheet


def key_lines(key: Sequence[Swatch], width: float) -> list[list[Swatch]]:
    """Break the key into lines that are no wider than the figure."""
    lines: list[list[Swatch]] = []
    at = width
    for swatch in key:
        wide = _wide(swatch)
        if not lines or at + wide > width:
            lines.append([])
            at = 0.0
        lines[-1].append(swatch)
        at += wide + APART
    return lines


def _wide(swatch: Swatch) -> float:
    return SWATCH + 5 + text_width(swatch.name, SMALL)


def write_key(sheet: Sheet, lines: Sequence[Sequence[Swatch]], left: float, top: float) -> None:
    """Write the lines of a key from a height down; positions are pixels."""
    for i, line in enumerate(lines):
        at, y = left, top + (i + 0.5) * KEY
        for swatch in line:
            first, last = sheet.x.value(at), sheet.x.value(at + SWATCH)
            if swatch.drawn == "line":
                sheet.rules([((first, y), (last, y))], swatch.color, width=2.2)
            elif swatch.drawn == "cross":
                cross(sheet, [((first + last) / 2, y)], swatch.color)
            else:
                sheet.bars([((first, y - 5), (last, y + 5))], swatch.color, opacity=swatch.opacity)
            sheet.words([(at + SWATCH + 5, y, swatch.name)], size=SMALL)
            at += _wide(swatch) + APART


def cross(sheet: Sheet, at: Sequence[tuple[float, float]], color: str = QUIET) -> None:
    """Draw what stands for an amount that is not known."""
    sheet.points(at, Ink(color, color, "cross", ()), size=40.0)
