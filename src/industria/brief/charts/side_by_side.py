"""Rows with two plots side by side: each row has a mark in both, and its figures beside or over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from industria.brief.charts.columns import Columns
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading, Scale, fit, pixels
from industria.brief.charts.sheet import Sheet
from industria.brief.theme import BASE, GRID, INK, LABEL, LINE, PAPER, QUIET, SMALL, TICK

__all__ = ["Entry", "Layout", "Plot", "lay_out", "titled"]

LABELS_AT_MOST = 0.32
"""Share of the width that the names take at most."""

GUTTER = 14.0
GAP = 9.0
BETWEEN = 26.0
TICKS_AT_MOST = 5
ROW = 26.0
MARK = 20.0
PAD = 5.0
BETWEEN_ROWS = 10.0
POINT = 6.0
"""Pixels that a mark at the end of an axis sticks out."""

AXIS = TICK * LINE + 4
NARROWEST = 84.0
"""Pixels that a plot beside its figures has at least."""

Block: TypeAlias = list[tuple[str, float]]
"""Lines, each with the size of its letters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What names a row.

    Attributes
    ----------
    name : str
        In the reader's words.
    under : str
        Smaller, below the name; may be empty.
    """

    name: str
    under: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One of the plots.

    Attributes
    ----------
    head : str
        Over it: what it shows, and in which unit.
    values : sequence of float
        All that its axis must take in.
    figures : sequence of str
        What each row shows there, in figures; empty where words stand in its place.
    read : Reading
        How its numbers are read.
    """

    head: str
    values: Sequence[float]
    figures: Sequence[str]
    read: Reading


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the marks go; everything is in pixels of the whole figure.

    Attributes
    ----------
    sheet : Sheet
        With all words written and the grid drawn.
    scales : list of Scale
        From the values of each plot to pixels.
    middles : list of float
        Height of the marks of each row.
    high : float
        How much of the plot each row has around that height.
    height : float
        Of the figure without its title.
    """

    sheet: Sheet
    scales: list[Scale]
    middles: list[float]
    high: float
    height: float

    def bare(self, row: int) -> None:
        """Take the grid away from a row that stands on no axis."""
        top, bottom = self.middles[row] - self.high / 2 - 1, self.middles[row] + self.high / 2 + 1
        self.sheet.bars([((s.first - 2, top), (s.last + 2, bottom)) for s in self.scales], PAPER)


def lay_out(entries: Sequence[Entry], plots: Sequence[Plot], page: Page) -> Layout:
    """Write names, figures and axes, and leave room for the marks.

    A wide figure has names at the left and figures at the right of each plot; on a phone,
    and where that would leave no room for the plots, both stand over the marks.

    Parameters
    ----------
    entries : sequence of Entry
        From the top down.
    plots : sequence of Plot
        From left to right, one or two.
    page : Page
        Width and language.
    """
    blocks = [_block(entry, page.width * LABELS_AT_MOST) for entry in entries]
    names = max(text_width(line, size) for block in blocks for line, size in block)
    figures = [max(text_width(text, LABEL) for text in plot.figures) for plot in plots]
    room = page.width - names - GUTTER - sum(figures) - GAP * len(plots) - BETWEEN * (len(plots) - 1)
    if page.phone or room < NARROWEST * len(plots):
        return _over(entries, plots, page)
    return _beside(blocks, plots, page, names, figures, room / len(plots))


def titled(columns: Columns, page: Page, name: str, read: Reading) -> str:
    """Return what stands over the plot of a column: its name and its unit."""
    return ", ".join(filter(None, [page.head(name), columns.unit(name, read)]))


def _beside(
    blocks: Sequence[Block], plots: Sequence[Plot], page: Page, names: float, figures: Sequence[float], own: float
) -> Layout:
    scales, edges = [], []
    left = names + GUTTER
    for plot, wide in zip(plots, figures, strict=True):
        scales.append(_scale(plot, left, left + own))
        edges.append((left, left + own + GAP + wide))
        left += own + GAP + wide + BETWEEN
    top, heads = _heads(plots, edges)
    heights = [max(ROW, sum(size for _, size in block) * LINE + 8) for block in blocks]
    starts = [top + sum(heights[:i]) for i in range(len(heights))]
    middles = [start + high / 2 for start, high in zip(starts, heights, strict=True)]
    bottom = top + sum(heights)

    sheet = _open(page, heads, scales, [(top, bottom)], bottom)
    for block, middle in zip(blocks, middles, strict=True):
        _write(sheet, block, 0.0, middle - sum(size for _, size in block) * LINE / 2)
    for plot, (_, right) in zip(plots, edges, strict=True):
        # The last digits of figures stand under each other.
        sheet.words([(right, y, text) for y, text in zip(middles, plot.figures, strict=True)], align="right")
    return Layout(sheet, scales, middles, ROW, bottom + AXIS)


def _over(entries: Sequence[Entry], plots: Sequence[Plot], page: Page) -> Layout:
    own = (page.width - GUTTER * (len(plots) - 1)) / len(plots)
    edges = [(i * (own + GUTTER), i * (own + GUTTER) + own) for i in range(len(plots))]
    scales = [_scale(plot, *edge) for plot, edge in zip(plots, edges, strict=True)]
    top, heads = _heads(plots, edges)

    y, middles, bands, words = top, [], [], []
    for i, entry in enumerate(entries):
        block = _block(entry, page.width)
        if len(block) == 2 and (beside := text_width(entry.name, LABEL) + GAP) + text_width(*block[1]) <= page.width:
            # What stands under a short name stands beside it.
            words += [([block[1]], beside, y + (LABEL - SMALL) * LINE / 2)]
            del block[1]
        words.append((block, 0.0, y))
        y += sum(size for _, size in block) * LINE
        cells = [wrap(plot.figures[i], LABEL, own) if plot.figures[i] else [] for plot in plots]
        words += [([(line, LABEL) for line in cell], edge[0], y) for cell, edge in zip(cells, edges, strict=True)]
        y += max(map(len, cells)) * LABEL * LINE
        bands.append((y, y + MARK))
        middles.append(y + MARK / 2)
        y += MARK + BETWEEN_ROWS

    y -= PAD
    sheet = _open(page, heads, scales, bands, y)
    for block, left, start in words:
        _write(sheet, block, left, start)
    return Layout(sheet, scales, middles, MARK, y + AXIS)


def _block(entry: Entry, wide: float) -> Block:
    """Break a name and what stands under it into lines, each with its size."""
    under = wrap(entry.under, SMALL, wide) if entry.under else []
    return [(line, LABEL) for line in wrap(entry.name, LABEL, wide)] + [(line, SMALL) for line in under]


def _scale(plot: Plot, left: float, right: float) -> Scale:
    """Fit an axis between two edges, its outer labels and marks inside them."""
    inset, scale = POINT, fit(plot.values, left + POINT, right - POINT, read=plot.read, most=TICKS_AT_MOST)
    for _ in range(2):
        outer = (scale.labels[0], scale.labels[-1])
        inset = max(POINT, *(text_width(label, TICK) / 2 for label in outer))
        scale = fit(plot.values, left + inset, right - inset, read=plot.read, most=TICKS_AT_MOST)
    return scale


def _heads(plots: Sequence[Plot], edges: Sequence[tuple[float, float]]) -> tuple[float, list[tuple[float, float, str]]]:
    """Break the heads into lines that end above the rows; return where the rows begin, and the lines."""
    blocks = [wrap(plot.head, SMALL, right - left) for plot, (left, right) in zip(plots, edges, strict=True)]
    most = max(map(len, blocks))
    lines = []
    for block, (left, _) in zip(blocks, edges, strict=True):
        first = most - len(block)
        lines += [(left, (first + i + 0.5) * SMALL * LINE, line) for i, line in enumerate(block)]
    return most * SMALL * LINE + PAD, lines


def _open(
    page: Page,
    heads: Sequence[tuple[float, float, str]],
    scales: Sequence[Scale],
    bands: Sequence[tuple[float, float]],
    bottom: float,
) -> Sheet:
    """Draw the grid of each plot, with its zero, and write heads and ticks."""
    sheet = Sheet(pixels(0, page.width), pixels(0, bottom + AXIS))
    for scale in scales:
        for tick, label in zip(scale.ticks, scale.labels, strict=True):
            x = scale.pixel(tick)
            color = BASE if abs(tick) < 1e-12 else GRID
            sheet.rules([((x, top), (x, end)) for top, end in bands], color, width=1.2 if color == BASE else 1.0)
            sheet.words([(x, bottom + AXIS / 2, label)], color=QUIET, size=TICK, align="center")
    sheet.words(heads, color=QUIET, size=SMALL)
    return sheet


def _write(sheet: Sheet, block: Block, left: float, top: float) -> None:
    """Write lines of two sizes from a height down."""
    edges = [top]
    for _, size in block:
        edges.append(edges[-1] + size * LINE)
    for (line, size), (start, end) in zip(block, pairwise(edges), strict=True):
        sheet.words([(left, (start + end) / 2, line)], size=size, color=INK if size == LABEL else QUIET)
