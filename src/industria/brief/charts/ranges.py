"""Points within the range of what they could be, one row an estimate."""

from __future__ import annotations

from dataclasses import replace

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import estimate_rows, spans
from industria.brief.charts.page import Page
from industria.brief.charts.rows import items, lay_out
from industria.brief.charts.sheet import Drawing
from industria.brief.theme import ink

__all__ = ["ranges"]

ROW = 25.0
THICK = 11.0
PALE = 0.26


def ranges(
    columns: Columns,
    page: Page,
    *,
    estimate: str = "estimate",
    low: str | None = "lower",
    high: str | None = "upper",
    label: str = "label",
    group: str | None = None,
    note: str | None = None,
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw estimates and the range that other choices allow, as far from zero as they are.

    A range is no interval of chance: it tells what follows from weights, codes or
    assumptions that nobody can settle. It is drawn as a band, not as a whisker.

    Parameters
    ----------
    columns : Columns
        The table, one row an estimate, in the order to be shown.
    page : Page
        Width, language, words.
    estimate, low, high : str
        Columns of the estimate and the ends of its range; a missing end draws
        the point alone.
    label : str
        Column that names each row.
    group : str, optional
        Column of what differs within a label: labels become headings, groups
        rows with their own color and shape.
    note : str, optional
        Column shown in figures at the end of the row, such as the share that is covered.
    axis : {"linear", "percent", "percent change"}, optional
        How the estimates are read. Fractions are read in percent unless told otherwise.
    digits : int, optional
        Decimals of the figures.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(estimate, axis)
    points, bounds = columns.numbers(estimate), spans(columns, low, high)
    values = [v for v in (*points, *(v for pair in bounds for v in pair)) if v is not None]
    decimals = read.digits(values) if digits is None else digits
    columns.write_as(read, decimals, *filter(None, (estimate, low, high)))
    rows = estimate_rows(columns, page, read, points, bounds, label=label, group=group, note=note, digits=decimals)
    # What is known has no range, and nothing is to be said of it.
    rows = [row if None not in ends else replace(row, bounds="") for row, ends in zip(rows, bounds, strict=True)]

    heads = (f"{page.head(estimate)} ({page.spoken.word('range')})", page.head(note) if note else "")
    layout = lay_out(rows, values, page, read, unit=columns.unit(estimate, read), heads=heads, row_high=ROW)
    for row, y, point, (start, end) in zip(rows, layout.middles, points, bounds, strict=True):
        if start is not None and end is not None:
            top, bottom = y - THICK / 2, y + THICK / 2
            layout.sheet.bars([((start, top), (end, bottom))], ink(row.ink).mark, opacity=PALE)
            ends = [((at, top), (at, bottom)) for at in (start, end)]
            layout.sheet.rules(ends, ink(row.ink).mark, width=1.6)
        if point is not None:
            layout.sheet.points([(point, y)], ink(row.ink))
    said = page.spoken.describe("ranges", items=items(rows, page))
    return Drawing(layout.sheet, layout.width, layout.height, layout.margins, said)
