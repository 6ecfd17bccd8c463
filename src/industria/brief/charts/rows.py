"""Charts of rows: a label, a mark along a horizontal axis, and the value in figures.

A wide figure sets them side by side, a narrow one writes label and value above
the mark, which then has the whole width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading, fit, pixels
from industria.brief.charts.sheet import Align, Margins, Sheet
from industria.brief.theme import BASE, LABEL, LINE, PAPER, QUIET, SMALL, TICK

__all__ = ["Layout", "Row", "items", "lay_out", "zero_line"]

LABELS_AT_MOST = 0.3
"""Share of the width that the column of labels takes at most."""

FIGURES_AT_MOST = 0.62
"""Share of the line over a mark, on a phone, that the figures take at most."""

GUTTER = 14.0
BETWEEN_BLOCKS = 12.0
AXIS = TICK + 8


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says.

    Attributes
    ----------
    heading : str
        Over the first row of a block; empty where rows stand alone.
    label : str
        Beside the mark.
    value : str
        The estimate in figures.
    bounds : str
        Its interval in figures; empty where there is none.
    note : str
        What else stands at the end of the row.
    ink : int
        Which color and shape draw it.
    """

    heading: str
    label: str
    value: str
    bounds: str
    note: str
    ink: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows stand.

    Attributes
    ----------
    sheet : Sheet
        With all words written; marks are added to it.
    middles : list of float
        Height of the mark of each row, in pixels.
    bands : list of tuple of float
        Where lines may run down the plot without crossing words, in pixels.
    height, width : float
        Of the plot, in pixels.
    margins : Margins
        Around the plot.
    """

    sheet: Sheet
    middles: list[float]
    bands: list[tuple[float, float]]
    height: float
    width: float
    margins: Margins


def lay_out(
    rows: Sequence[Row],
    values: Sequence[float],
    page: Page,
    read: Reading,
    *,
    unit: str,
    heads: tuple[str, str],
    row_high: float,
) -> Layout:
    """Write labels and figures, and leave the middle for the marks.

    Parameters
    ----------
    rows : sequence of Row
        From the top down; a new heading begins a block.
    values : sequence of float
        All that the axis must take in.
    page : Page
        Width and language.
    read : Reading
        How the axis reads its numbers.
    unit : str
        Stands under the axis.
    heads : tuple of str
        Over the column of figures and over the column of notes.
    row_high : float
        Height of the mark of a row, in pixels.
    """
    if page.phone:
        return _above(rows, values, page, read, unit, heads[1], row_high)
    return _beside(rows, values, page, read, unit, heads, row_high)


def _beside(
    rows: Sequence[Row],
    values: Sequence[float],
    page: Page,
    read: Reading,
    unit: str,
    heads: tuple[str, str],
    row_high: float,
) -> Layout:
    most = page.width * LABELS_AT_MOST
    labels = [wrap(row.label, LABEL, most) for row in rows]
    # Headings may reach over the plot: nothing else stands at their height.
    left = max(text_width(line, LABEL) for lines in labels for line in lines) + GUTTER
    figures = [row.value + (f" ({row.bounds})" if row.bounds else "") for row in rows]
    notes = [row.note for row in rows]
    columns = [(heads[0], figures), (heads[1], notes)]
    columns = [(head, texts) for head, texts in columns if any(texts)]
    wide = [_column_width(head, texts) for head, texts in columns]
    right = sum(wide) + GUTTER * len(wide) + (0 if wide else TICK)
    width = page.width - left - right

    heights = [max(row_high, len(lines) * LABEL * LINE + 6) for lines in labels]
    headed = max((len(_head_lines(head, texts)) for head, texts in columns), default=0)
    middles, headings, height = _stack(rows, heights, [LABEL * LINE + 5] * len(rows), 4.0)
    sheet = Sheet(fit(values, 0, width, read=read), pixels(0, height))
    sheet.words([(-left, y, text) for y, text in headings], bold=True)
    for lines, y in zip(labels, middles, strict=True):
        _block(sheet, lines, -left, y)
    edge = width + GUTTER
    for (head, texts), column in zip(columns, wide, strict=True):
        # Notes are mostly counts: their last digits stand under each other.
        align: Align = "right" if texts is notes else "left"
        at = edge + column if texts is notes else edge
        sheet.words([(at, y, text) for y, text in zip(middles, texts, strict=True)], align=align)
        for i, line in enumerate(reversed(_head_lines(head, texts))):
            sheet.words([(at, -8 - i * SMALL * LINE, line)], color=QUIET, size=SMALL, align=align)
        edge += column + GUTTER
    bottom = _unit(sheet, unit, width, height, -left, page.width - left)
    margins = Margins(left, headed * SMALL * LINE + 4 if headed else 0.0, right, bottom)
    return Layout(sheet, middles, [(0.0, height)], height, width, margins)


def _above(
    rows: Sequence[Row], values: Sequence[float], page: Page, read: Reading, unit: str, head: str, row_high: float
) -> Layout:
    figures = _figures(rows, head, page.width)
    room = [page.width - max(text_width(line, LABEL) for line in lines) - GUTTER for lines in figures]
    labels = [wrap(row.label, LABEL, space) for row, space in zip(rows, room, strict=True)]
    over = [max(len(left), len(right)) * LABEL * LINE for left, right in zip(labels, figures, strict=True)]
    heights = [high + row_high for high in over]
    tops, headings, height = _stack(rows, heights, [LABEL * LINE + 6] * len(rows), 4.0)
    starts = [middle - high / 2 for middle, high in zip(tops, heights, strict=True)]
    middles = [start + high + row_high / 2 - 2 for start, high in zip(starts, over, strict=True)]

    x = fit(values, 0, page.width - 2 * TICK, read=read, most=6)
    side = max(TICK, *(text_width(tick, TICK) / 2 for tick in x.labels))
    width = page.width - 2 * side
    sheet = Sheet(fit(values, 0, width, read=read, most=6), pixels(0, height))
    bands = [(start + high, start + high + row_high) for start, high in zip(starts, over, strict=True)]
    _clear(sheet, bands, width, height)
    sheet.words([(-side, y, text) for y, text in headings], bold=True)
    for left, right, start in zip(labels, figures, starts, strict=True):
        sheet.words([(-side, start + (i + 0.5) * LABEL * LINE, line) for i, line in enumerate(left)])
        ends = [(width + side, start + (i + 0.5) * LABEL * LINE, line) for i, line in enumerate(right)]
        sheet.words(ends, align="right")
    bottom = _unit(sheet, unit, width, height, -side, width + side)
    return Layout(sheet, middles, bands, height, width, Margins(side, 0.0, side, bottom))


def _stack(
    rows: Sequence[Row], heights: Sequence[float], heading_high: Sequence[float], pad: float
) -> tuple[list[float], list[tuple[float, str]], float]:
    """Stack rows, with a heading and some air where a block begins."""
    middles: list[float] = []
    headings: list[tuple[float, str]] = []
    y, last = pad, ""
    for row, high, head in zip(rows, heights, heading_high, strict=True):
        if row.heading and row.heading != last:
            y += BETWEEN_BLOCKS if middles else 0
            headings.append((y + head / 2, row.heading))
            y += head
        last = row.heading
        middles.append(y + high / 2)
        y += high
    return middles, headings, y + pad


def _figures(rows: Sequence[Row], head: str, width: float) -> list[list[str]]:
    """Write the figures of each row on as few lines as leave room for the label, the same in all rows."""
    parts = [(row.value, f"({row.bounds})" if row.bounds else "", row.note and f"{head} {row.note}") for row in rows]
    choices = (
        [[" ".join(filter(None, part))] for part in parts],
        [[" ".join(filter(None, part[:2])), part[2]] for part in parts],
    )
    for lines in choices:
        if max(text_width(line, LABEL) for words in lines for line in words) <= width * FIGURES_AT_MOST:
            return lines
    return [list(filter(None, part)) for part in parts]


def _column_width(head: str, texts: Sequence[str]) -> float:
    wide = max(text_width(text, LABEL) for text in texts)
    return max(wide, *(text_width(line, SMALL) for line in _head_lines(head, texts)))


def _head_lines(head: str, texts: Sequence[str]) -> list[str]:
    return wrap(head, SMALL, max(max(text_width(text, LABEL) for text in texts), 60.0)) if head else [""]


def _block(sheet: Sheet, lines: Sequence[str], x: float, middle: float) -> None:
    """Write lines around a height."""
    first = middle - (len(lines) - 1) / 2 * LABEL * LINE
    sheet.words([(x, first + i * LABEL * LINE, line) for i, line in enumerate(lines)])


def _clear(sheet: Sheet, bands: Sequence[tuple[float, float]], width: float, height: float) -> None:
    """Cover the grid where words will stand: between the bands of the marks."""
    edges = [0.0, *(edge for band in bands for edge in band), height]
    words = list(zip(edges[::2], edges[1::2], strict=True))
    corners = [(sheet.x.value(-2), sheet.x.value(width + 2))] * len(words)
    sheet.bars([((a, top), (b, bottom)) for (a, b), (top, bottom) in zip(corners, words, strict=True)], PAPER)


def _unit(sheet: Sheet, unit: str, width: float, height: float, low: float, high: float) -> float:
    """Write the unit under the middle of the axis and return how much room axis and unit take."""
    lines = wrap(unit, TICK, high - low) if unit else []
    half = max((text_width(line, TICK) for line in lines), default=0.0) / 2
    middle = min(max(width / 2, low + half), high - half)
    for i, line in enumerate(lines):
        sheet.words([(middle, height + AXIS + (i + 0.7) * TICK * LINE, line)], color=QUIET, size=TICK, align="center")
    return AXIS + (len(lines) + 0.4) * TICK * LINE


def zero_line(layout: Layout, at: float = 0.0) -> None:
    """Mark the value that means no difference."""
    layout.sheet.rules([((at, top), (at, bottom)) for top, bottom in layout.bands], BASE, width=1.4)


def items(rows: Sequence[Row], page: Page, most: int = 12) -> str:
    """Say in words what the rows show, for the description of the figure."""
    said = [
        ", ".join(filter(None, [row.heading, row.label]))
        + ": "
        + row.value
        + (f" ({row.bounds})" if row.bounds else "")
        for row in rows
    ]
    rest = [page.spoken.describe("more", count=len(said) - most)] if len(said) > most else []
    return "; ".join(said[:most] + rest)
