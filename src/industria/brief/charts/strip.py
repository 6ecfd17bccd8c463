"""A strip of many estimates, each a dot, a few of them named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from industria.brief.charts.columns import Columns
from industria.brief.charts.labels import spread
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading, fit, pixels
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.theme import INK, LABEL, LINE, PALETTE, PAPER, QUIET, TICK

__all__ = ["strip"]

RADII = (4.8, 3.8, 2.8, 2.0)
"""Of the dots, in pixels: the largest whose stacks stay low enough."""

SWARM_AT_MOST = 190.0
LABEL_ON_PAGE = 160.0
LABEL_ON_PHONE = 104.0
LABEL_AIR = 14.0
LEADER = 18.0
EDGE = 3.0


@dataclass(frozen=True, slots=True)
class Callout:
    """A value with its words: a dot that is pointed out, or the reference."""

    value: float
    words: str
    figure: str
    dot: int | None


def strip(
    columns: Columns,
    page: Page,
    *,
    estimate: str = "estimate",
    label: str | None = None,
    reference: float | None = None,
    reference_label: str | None = None,
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw every estimate as a dot, stacked where they crowd.

    Parameters
    ----------
    columns : Columns
        The table, one row a dot.
    page : Page
        Width, language, words.
    estimate : str
        Column of the estimates; rows without one are left out.
    label : str, optional
        Column that names the few dots to be pointed out, missing in all other rows.
    reference : float, optional
        A value to be marked by a line, in the unit of the table.
    reference_label : str, optional
        What the line says.
    axis : {"linear", "percent", "percent change"}, optional
        How the estimates are read.
    digits : int, optional
        Decimals of the figures.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(estimate, axis)
    names = columns.words(label) if label else [None] * columns.table.num_rows
    dots = [(value, name) for value, name in zip(columns.numbers(estimate), names, strict=True) if value is not None]
    # Named dots come last and so lie on top of their stack, where a leader reaches them.
    dots.sort(key=lambda dot: (dot[1] is not None, dot[0], dot[1] or ""))
    values = [value for value, _ in dots]
    decimals = read.digits(values) if digits is None else digits

    columns.write_as(read, decimals, estimate)
    callouts = [Callout(v, name, read.write(v, decimals), i) for i, (v, name) in enumerate(dots) if name]
    if reference is not None:
        words = reference_label or page.spoken.word("reference")
        callouts.append(Callout(reference, words, read.write(reference, decimals), None))

    side = TICK + 6
    width = page.width - 2 * side
    x = fit([*values, *(c.value for c in callouts)], 0, width, read=read, most=6 if page.phone else 8)
    radius, heights = _stacked([x.pixel(value) for value in values])
    most = LABEL_ON_PHONE if page.phone else LABEL_ON_PAGE
    blocks = [[*wrap(callout.words, LABEL, most), callout.figure] for callout in callouts]
    over = max((len(block) for block in blocks), default=0) * LABEL * LINE + (LEADER if blocks else 0)
    base = over + max(heights) + 2 * radius
    sheet = Sheet(x, pixels(0, base + EDGE))

    ends = [base - 2 * radius - heights[c.dot] if c.dot is not None else over for c in callouts]
    _call_out(sheet, callouts, blocks, ends, base + EDGE, -side, width + side)
    _dots(sheet, dots, [base - radius - height for height in heights], radius)
    unit = columns.unit(estimate, read)
    sheet.words([(width / 2, base + EDGE + TICK + 8 + 0.7 * TICK * LINE, unit)], color=QUIET, size=TICK, align="center")
    bottom = TICK + 8 + 1.4 * TICK * LINE
    said = _describe(page, read, values, callouts, decimals)
    return Drawing(sheet, width, base + EDGE, Margins(side, 0.0, side, bottom), said)


def _stacked(centers: Sequence[float]) -> tuple[float, list[float]]:
    """Let dots fall onto the axis and onto each other, smaller ones if they pile up too high."""
    for radius in RADII:
        heights = _fallen(centers, radius)
        if max(heights) <= SWARM_AT_MOST:
            break
    return radius, heights


def _fallen(centers: Sequence[float], radius: float) -> list[float]:
    """Return how high above the axis each dot comes to lie, in pixels, in the order in which they fall."""
    placed: list[tuple[float, float]] = []
    for center in centers:
        near = [(h, abs(center - x)) for x, h in placed if abs(center - x) < 2 * radius]
        rests = sorted([0.0, *(h + math.sqrt(4 * radius**2 - apart**2) for h, apart in near)])
        slack = 1e-9
        height = next(
            rest for rest in rests if all((rest - h) ** 2 + apart**2 >= 4 * radius**2 - slack for h, apart in near)
        )
        placed.append((center, height))
    return [height for _, height in placed]


def _call_out(
    sheet: Sheet,
    callouts: Sequence[Callout],
    blocks: Sequence[Sequence[str]],
    ends: Sequence[float],
    floor: float,
    left: float,
    right: float,
) -> None:
    """Write the words over the dots, side by side and off the grid, and lead from each to its dot."""
    wide = [max(text_width(line, LABEL) for line in block) + LABEL_AIR for block in blocks]
    wanted = [sheet.x.pixel(callout.value) for callout in callouts]
    middles = spread(wanted, wide, left - LABEL_AIR / 2 + 2, right + LABEL_AIR / 2 - 2)
    rows = max((len(block) for block in blocks), default=0)
    sheet.bars([((sheet.x.value(left), 0.0), (sheet.x.value(right), rows * LABEL * LINE))], PAPER)
    for callout, block, middle, end in zip(callouts, blocks, middles, ends, strict=True):
        named = callout.dot is not None
        top = (rows - len(block) + 0.5) * LABEL * LINE
        lines = [(middle, top + i * LABEL * LINE, line) for i, line in enumerate(block)]
        sheet.words(lines, color=PALETTE[1].text if named else INK, align="center")
        start = (sheet.x.value(middle), rows * LABEL * LINE + 2)
        sheet.rules([(start, (callout.value, end))], PALETTE[1].mark if named else INK, width=1.4)
        if not named:
            sheet.rules([((callout.value, end), (callout.value, floor))], INK, width=1.4)


def _dots(sheet: Sheet, dots: Sequence[tuple[float, str | None]], middles: Sequence[float], radius: float) -> None:
    """Draw the dots, those with a name in another color and shape."""
    size = (2 * radius - 2.6) ** 2
    for ink, named in ((PALETTE[0], False), (PALETTE[1], True)):
        at = [(v, y) for (v, name), y in zip(dots, middles, strict=True) if (name is not None) is named]
        sheet.points(at, ink, size=size)


def _describe(page: Page, read: Reading, values: Sequence[float], callouts: Sequence[Callout], decimals: int) -> str:
    said = page.spoken.describe(
        "strip",
        count=len(values),
        low=read.write(min(values), decimals),
        high=read.write(max(values), decimals),
        median=read.write(median(values), decimals),
    )
    named = "; ".join(f"{c.words} {c.figure}" for c in callouts if c.dot is not None)
    marked = "; ".join(f"{c.words} {c.figure}" for c in callouts if c.dot is None)
    parts = [
        said,
        named and page.spoken.describe("labeled", items=named),
        marked and page.spoken.describe("marked", items=marked),
    ]
    return " ".join(part for part in parts if part)
