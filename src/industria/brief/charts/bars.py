"""Bars from zero with intervals, one row a bar."""

from __future__ import annotations

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import confidence_words, estimate_rows, spans
from industria.brief.charts.page import Page
from industria.brief.charts.rows import items, lay_out, zero_line
from industria.brief.charts.sheet import Drawing
from industria.brief.theme import INK, ink

__all__ = ["bars"]

ROW = 26.0
THICK = 16.0


def bars(
    columns: Columns,
    page: Page,
    *,
    value: str = "value",
    low: str | None = None,
    high: str | None = None,
    label: str = "label",
    group: str | None = None,
    note: str | None = None,
    axis: str | None = None,
    digits: int | None = None,
    confidence: float | None = None,
) -> Drawing:
    """Draw amounts as bars that start at zero.

    Parameters
    ----------
    columns : Columns
        The table, one row a bar, in the order to be shown.
    page : Page
        Width, language, words.
    value : str
        Column of the length of the bar.
    low, high : str, optional
        Columns of its interval.
    label : str
        Column that names each bar.
    group : str, optional
        Column of what differs within a label: labels become headings, groups
        bars with their own color.
    note : str, optional
        Column shown in figures at the end of the row, such as the number of firms.
    axis : {"linear", "percent", "percent change"}, optional
        How the values are read. Fractions are read in percent unless told otherwise.
    digits : int, optional
        Decimals of the figures.
    confidence : float, optional
        Of the intervals, as a fraction; named over the figures.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(value, axis)
    lengths, bounds = columns.numbers(value), spans(columns, low, high)
    decimals = read.digits([*lengths, *(v for pair in bounds for v in pair)]) if digits is None else digits
    columns.write_as(read, decimals, *filter(None, (value, low, high)))
    rows = estimate_rows(columns, page, read, lengths, bounds, label=label, group=group, note=note, digits=decimals)

    values = [v for v in (*lengths, *(v for pair in bounds for v in pair), 0.0) if v is not None]
    head = f"{page.head(value)} ({confidence_words(page, confidence)})" if low else ""
    heads = (head, page.head(note) if note else "")
    layout = lay_out(rows, values, page, read, unit=columns.unit(value, read), heads=heads, row_high=ROW)
    for row, y, length, (start, end) in zip(rows, layout.middles, lengths, bounds, strict=True):
        if length is not None:
            layout.sheet.bars([((0.0, y - THICK / 2), (length, y + THICK / 2))], ink(row.ink).mark)
        if start is not None and end is not None:
            layout.sheet.rules([((start, y), (end, y))], INK, width=1.8)
    zero_line(layout)
    said = page.spoken.describe("bars", items=items(rows, page))
    return Drawing(layout.sheet, layout.width, layout.height, layout.margins, said)
