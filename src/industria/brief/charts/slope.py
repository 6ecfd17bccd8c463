"""A few periods side by side, every point with its value."""

from __future__ import annotations

from industria.brief.charts.columns import Columns
from industria.brief.charts.lettering import text_width
from industria.brief.charts.page import Page
from industria.brief.charts.path_labels import end_labels, end_names, joined, point_labels, start_labels
from industria.brief.charts.paths import draw, draw_behind, notes, paths, said, split
from industria.brief.charts.scales import fit
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.upright import baseline, foot, left_of, periods, write_under, write_unit
from industria.brief.numbers import integer
from industria.brief.theme import SMALL
from industria.errors import FigureDataError

__all__ = ["slope"]

HIGH = 340.0
HIGH_ON_PHONE = 330.0
PERIODS_AT_MOST = 5
AIR = 10.0


def slope(
    columns: Columns,
    page: Page,
    *,
    x: str = "year",
    y: str = "value",
    group: str | None = None,
    n: str | None = None,
    note: str | None = None,
    hollow: str | None = None,
    named: str | None = None,
    zero: bool = False,
    axis: str | None = None,
    digits: int | None = None,
    time_title: str | None = None,
) -> Drawing:
    """Draw how values moved between a few periods.

    Parameters
    ----------
    columns : Columns
        The table, one row a point.
    page : Page
        Width, language, words.
    x : str
        Column of the periods, two to five of them.
    y : str
        Column of the values, which are written at the points.
    group : str, optional
        Column that names the lines.
    n : str, optional
        Column of the number of observations, written under each value.
    note : str, optional
        Column of a second label, written under each value.
    hollow : str, optional
        Column that is true where a point is drawn hollow.
    named : str, optional
        Column that is true for lines whose name and values are written, in any of their rows; the others run thin
        and gray behind them, and may be many.
    zero : bool
        Let the axis begin at zero.
    axis : {"linear", "percent", "percent change"}, optional
        How the values are read.
    digits : int, optional
        Decimals of the values.
    time_title : str, optional
        What the periods are.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(y, axis)
    times, values = periods(columns, x), columns.numbers(y)
    if not 2 <= len(times.marks) <= PERIODS_AT_MOST:
        raise FigureDataError(
            f"{columns.TABLE} has {len(times.marks)} periods in column {x!r}; "
            f"a slope chart has 2 to {PERIODS_AT_MOST}. Use kind='lines'."
        )
    decimals = read.digits(values) if digits is None else digits
    columns.write_as(read, decimals, y)
    written = ["" if value is None else read.write(value, decimals) for value in values]
    words = [[value, *rest] for value, rest in zip(written, notes(columns, page, note=note, n=n), strict=True)]
    front, behind = split(columns, group, named)
    drawn = paths(times, values, front, columns.flags(hollow), words)
    back = paths(times, values, behind, [False] * len(values), [[] for _ in values])

    height = HIGH_ON_PHONE if page.phone else HIGH
    scale = fit([value for value in values if value is not None], height, 0, read=read, most=6, zero=zero, upright=True)
    first, last = times.marks[0], times.marks[-1]
    early = [line for line in drawn if line.points[0].at == first]
    late = [joined(line.last.words) if line.last.at == last else "" for line in drawn]
    starts = max((text_width(joined(line.points[0].words), SMALL) for line in early), default=0.0)
    blocks, wide = end_names(drawn, page)
    left, right = left_of(scale), max([wide, *(text_width(words, SMALL) for words in late)]) + AIR
    width = page.width - left - right
    sheet = Sheet(foot(times, starts + 2 * AIR, width - AIR, width), scale)

    if scale.low <= 0 <= scale.high:
        baseline(sheet, 0.0, 0, width)
    draw_behind(sheet, back)
    draw(sheet, drawn, points=True)
    start_labels(sheet, early, starts + AIR / 2, height)
    point_labels(sheet, drawn, width, height, skip=(first, last))
    end_labels(sheet, drawn, blocks, late, width + AIR / 2, height)
    top = write_unit(sheet, columns.unit(y, read), left)
    bottom = write_under(sheet, time_title or "", width / 2, height)
    items = said(drawn, times, read, decimals, page)
    if back:
        items += "; " + page.spoken.describe("more", count=integer(len(back), language=page.language))
    description = page.spoken.describe("slope", items=items)
    return Drawing(sheet, width, height, Margins(left, top, right, bottom), description)
