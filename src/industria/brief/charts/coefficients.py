"""Points with intervals, one row an estimate."""

from __future__ import annotations

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import confidence_words, estimate_rows, spans
from industria.brief.charts.page import Page
from industria.brief.charts.rows import items, lay_out, zero_line
from industria.brief.charts.sheet import Drawing
from industria.brief.theme import ink

__all__ = ["coefficients"]

ROW = 24.0


def coefficients(
    columns: Columns,
    page: Page,
    *,
    estimate: str = "estimate",
    low: str | None = "low",
    high: str | None = "high",
    label: str = "term",
    group: str | None = None,
    note: str | None = None,
    axis: str | None = None,
    digits: int | None = None,
    confidence: float | None = None,
) -> Drawing:
    """Draw estimates with their intervals against zero.

    Parameters
    ----------
    columns : Columns
        The table, one row an estimate, in the order to be shown.
    page : Page
        Width, language, words.
    estimate, low, high : str
        Columns of the estimate and its interval; a missing bound draws the
        point alone and says so.
    label : str
        Column that names each row.
    group : str, optional
        Column of what differs within a label, such as the kind of inference:
        labels become headings, groups rows with their own color and shape.
    note : str, optional
        Column shown in figures at the end of the row, such as `p_value`.
    axis : {"linear", "percent", "percent change"}, optional
        How the estimates are read; "percent change" shows exp(b) - 1 on a log
        scale. Fractions are read in percent unless told otherwise.
    digits : int, optional
        Decimals of the figures.
    confidence : float, optional
        Of the intervals, as a fraction; named over the figures.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(estimate, axis)
    b, bounds = columns.numbers(estimate), spans(columns, low, high)
    decimals = read.digits([*b, *(v for pair in bounds for v in pair)]) if digits is None else digits
    columns.write_as(read, decimals, *filter(None, (estimate, low, high)))
    rows = estimate_rows(columns, page, read, b, bounds, label=label, group=group, note=note, digits=decimals)

    values = [v for v in (*b, *(v for pair in bounds for v in pair), 0.0) if v is not None]
    heads = (f"{page.head('estimate')} ({confidence_words(page, confidence)})", page.head(note) if note else "")
    layout = lay_out(rows, values, page, read, unit=columns.unit(estimate, read), heads=heads, row_high=ROW)
    zero_line(layout)
    for row, y, point, (start, end) in zip(rows, layout.middles, b, bounds, strict=True):
        if start is not None and end is not None:
            layout.sheet.rules([((start, y), (end, y))], ink(row.ink).mark, width=2.4)
        if point is not None:
            layout.sheet.points([(point, y)], ink(row.ink))
    said = page.spoken.describe("coefficients", items=items(rows, page))
    return Drawing(layout.sheet, layout.width, layout.height, layout.margins, said)
