"""Lines through time, each named where it ends."""

from __future__ import annotations

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import spans
from industria.brief.charts.page import Page
from industria.brief.charts.path_labels import end_labels, end_names, point_labels
from industria.brief.charts.paths import draw, notes, paths, said
from industria.brief.charts.scales import fit
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.upright import baseline, foot, left_of, periods, write_under, write_unit

__all__ = ["lines"]

HIGH = 300.0
HIGH_ON_PHONE = 280.0
POINTS_AT_MOST = 14


def lines(
    columns: Columns,
    page: Page,
    *,
    x: str = "year",
    y: str = "value",
    group: str | None = None,
    low: str | None = None,
    high: str | None = None,
    n: str | None = None,
    note: str | None = None,
    hollow: str | None = None,
    zero: bool = False,
    axis: str | None = None,
    digits: int | None = None,
    time_title: str | None = None,
) -> Drawing:
    """Draw values over time.

    Parameters
    ----------
    columns : Columns
        The table, one row a point.
    page : Page
        Width, language, words.
    x : str
        Column of the periods: years, or words in the order of the table.
    y : str
        Column of the values; a missing one breaks its line.
    group : str, optional
        Column that names the lines.
    low, high : str, optional
        Columns of the interval of each value, drawn as a band.
    n : str, optional
        Column of the number of observations, written under each point.
    note : str, optional
        Column of a second label, written under each point.
    hollow : str, optional
        Column that is true where a point is drawn hollow.
    zero : bool
        Let the axis begin at zero.
    axis : {"linear", "percent", "percent change"}, optional
        How the values are read.
    digits : int, optional
        Decimals of the figures in the description.
    time_title : str, optional
        What the periods are.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(y, axis)
    times, values, bounds = periods(columns, x), columns.numbers(y), spans(columns, low, high)
    words = notes(columns, page, note=note, n=n)
    groups = columns.groups(group)
    drawn = paths(times, values, groups, columns.flags(hollow), words)

    height = HIGH_ON_PHONE if page.phone else HIGH
    spanned = [v for v in (*values, *(v for pair in bounds for v in pair)) if v is not None]
    scale = fit(spanned, height, 0, read=read, most=6, zero=zero, upright=True)
    blocks, wide = end_names(drawn, page)
    left, right = left_of(scale), wide + 8
    width = page.width - left - right
    inset = 26.0 if any(words) else 10.0
    sheet = Sheet(foot(times, inset, width - inset, width), scale)

    if scale.low <= 0 <= scale.high:
        baseline(sheet, 0.0, 0, width)
    for line in drawn:
        own = [(at, *pair) for at, pair, name in zip(times.at, bounds, groups, strict=True) if name == line.name]
        sheet.band(sorted((at, a, b) for at, a, b in own if a is not None and b is not None), line.ink.mark)
    draw(sheet, drawn, points=len(times.marks) <= POINTS_AT_MOST)
    point_labels(sheet, drawn, width, height)
    end_labels(sheet, drawn, blocks, [""] * len(drawn), width + 4, height)
    top = write_unit(sheet, columns.unit(y, read), left)
    bottom = write_under(sheet, time_title or "", width / 2, height)

    decimals = read.digits(values) if digits is None else digits
    columns.write_as(read, decimals, *filter(None, (y, low, high)))
    description = page.spoken.describe("lines", items=said(drawn, times, read, decimals, page))
    return Drawing(sheet, width, height, Margins(left, top, right, bottom), description)
