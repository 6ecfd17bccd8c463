"""Ranks within the sets of ranks that errors allow, one row a unit; many units on little height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import confidence_words, spans
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading, Scale, pixels
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.numbers import integer
from industria.brief.theme import BEHIND, INK, LINE, QUIET, SMALL, TICK, ink
from industria.errors import FigureDataError

__all__ = ["ranks"]

THIN = 7.0
"""Height of a row without a name."""

LABELS_AT_MOST = 0.3
GUTTER = 12.0
FOOT = TICK + 10
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
TICKS_APART = 44.0
SAID_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class _Unit:
    lines: list[str]
    figures: str
    rank: float
    low: float
    high: float
    named: bool

    @property
    def height(self) -> float:
        return len(self.lines) * SMALL * LINE + 2 if self.named else THIN


def ranks(
    columns: Columns,
    page: Page,
    *,
    rank: str = "rank",
    low: str = "rank_low",
    high: str = "rank_high",
    label: str = "unit",
    named: str | None = None,
    digits: int = 0,
    confidence: float | None = None,
) -> Drawing:
    """Draw ranks and the sets that hold them: the longer a bar, the less the place in the list says.

    Parameters
    ----------
    columns : Columns
        The table, one row a unit, in the order to be shown: most often by rank.
    page : Page
        Width, language, words.
    rank, low, high : str
        Columns of the rank, and of the first and last rank of its set.
    label : str
        Column that names each unit.
    named : str, optional
        Column that is true for units whose name is written; the others are thin and gray. All are named without it.
    digits : int
        Decimals of the ranks.
    confidence : float, optional
        Of the sets, as a fraction; named over the figures.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError
        Each names the column.
    """
    units = _units(columns, page, rank, low, high, label, named, digits)
    head = f"{page.head(rank)} ({confidence_words(page, confidence)})"
    left = max((text_width(line, SMALL) for unit in units for line in unit.lines), default=0.0) + GUTTER
    wide = max((text_width(unit.figures, SMALL) for unit in units), default=0.0)
    heads = wrap(head, SMALL, max(wide, 60.0))
    right = max(wide, *(text_width(line, SMALL) for line in heads)) + GUTTER
    width = page.width - left - right

    middles, height = _stacked(units)
    sheet = Sheet(_places(min(u.low for u in units), max(u.high for u in units), width), pixels(0, height))
    for is_named, color, thick, size in ((False, BEHIND, 2.0, 9.0), (True, ink(0).mark, 4.0, 34.0)):
        shown = [(unit, y) for unit, y in zip(units, middles, strict=True) if unit.named is is_named]
        sheet.rules([((unit.low, y), (unit.high, y)) for unit, y in shown], color, width=thick)
        # What lies in a set of one rank is a point alone.
        own = ink(0) if is_named else ink(4)
        sheet.points([(unit.rank, y) for unit, y in shown], own, size=size, hollow=is_named)
    for unit, y in zip(units, middles, strict=True):
        first = y - (len(unit.lines) - 1) / 2 * SMALL * LINE
        sheet.words([(-left, first + i * SMALL * LINE, line) for i, line in enumerate(unit.lines)], size=SMALL)
    edge = width + GUTTER
    sheet.words([(edge, y, unit.figures) for unit, y in zip(units, middles, strict=True)], size=SMALL, color=INK)
    for i, line in enumerate(reversed(heads)):
        sheet.words([(edge, -8 - i * SMALL * LINE, line)], color=QUIET, size=SMALL)
    margins = Margins(left, len(heads) * SMALL * LINE + 4, right, FOOT)
    return Drawing(sheet, width, height, margins, page.spoken.describe("ranks", items=_said(units, page)))


def _units(
    columns: Columns, page: Page, rank: str, low: str, high: str, label: str, named: str | None, digits: int
) -> list[_Unit]:
    read = Reading("linear", page.language)
    values, bounds = columns.numbers(rank), spans(columns, low, high)
    columns.write_as(read, digits, rank, low, high)
    flags = [True] * len(values) if named is None else columns.flags(named)
    units = []
    for row, (name, value, (a, b), flag) in enumerate(
        zip(columns.labels(label), values, bounds, flags, strict=True), start=1
    ):
        if value is None or a is None or b is None or not a <= value <= b:
            raise FigureDataError(f"{columns.TABLE} has no set that holds the rank of {name!r}, row {row}.")
        figures = f"{read.write(value, digits)} ({read.bounds(a, b, digits)})"
        lines = wrap(name, SMALL, page.width * LABELS_AT_MOST) if flag else []
        units.append(_Unit(lines, figures if flag else "", value, a, b, flag))
    return units


def _stacked(units: Sequence[_Unit]) -> tuple[list[float], float]:
    middles, y = [], 3.0
    for unit in units:
        middles.append(y + unit.height / 2)
        y += unit.height
    return middles, y + 3.0


def _places(low: float, high: float, width: float) -> Scale:
    """Count ranks from the first on in steps that leave room for their labels."""
    step = next((step for step in STEPS if (high - low) / step * TICKS_APART <= width), STEPS[-1])
    ticks = [low, *(float(k) for k in range(step, int(high) + 1, step) if k - low >= step * 0.6)]
    labels = tuple(f"{int(tick)}" for tick in ticks)
    return Scale(low - 0.5, high + 0.5, 0.0, width, tuple(ticks), labels)


def _said(units: Sequence[_Unit], page: Page) -> str:
    said = [f"{' '.join(unit.lines)}: {unit.figures}" for unit in units if unit.named][:SAID_AT_MOST]
    left = len(units) - len(said)
    return "; ".join(
        said + ([page.spoken.describe("more", count=integer(left, language=page.language))] if left else [])
    )
