"""What begins when, one row a start: the lead, the ramp, and output in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import notes_of
from industria.brief.charts.page import Page
from industria.brief.charts.panels import KEY, Swatch, key_lines, write_key
from industria.brief.charts.rows import Layout, Row, items, lay_out
from industria.brief.charts.scales import Weeks
from industria.brief.charts.sheet import Drawing, Margins
from industria.brief.theme import QUIET, ink
from industria.errors import FigureDataError

__all__ = ["gantt"]

ROW = 24.0
THICK = 12.0
PALE = 0.22
RAMP = 0.55
ABOVE_KEY = 4.0


def gantt(
    columns: Columns,
    page: Page,
    *,
    label: str = "actor",
    group: str | None = "product",
    start: str = "start_week",
    first: str = "first_output_week",
    full: str = "full_output_week",
    until: float | None = None,
    note: str | None = None,
) -> Drawing:
    """Draw starts along the weeks: pale until the first output, darker while it grows, solid from then on.

    Parameters
    ----------
    columns : Columns
        The table, one row a start, in the order to be shown.
    page : Page
        Width, language, words.
    label : str
        Column that names each row.
    group : str, optional
        Column of what is made: each has its own color.
    start, first, full : str
        Columns of weeks, whole numbers or dates: when it starts, gives its first output, and all that it can; a
        week that is missing lies after the end.
    until : float, optional
        Weeks from the first of all to the end; without it, one after the last that is told.
    note : str, optional
        Column shown in figures at the end of the row, such as the capacity.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read, (begins, opens, fills) = columns.weeks(start, first, full)
    labels, groups = columns.labels(label), columns.groups(group)
    order = list(dict.fromkeys(groups))
    said = notes_of(columns, page, note)
    end = _end(columns, start, begins, [*opens, *fills], until)
    columns.write_as(read, 0, *(name for name in (start, first, full) if columns.holds_numbers(name)))
    rows = [
        Row("", f"{name}, {made}" if made else name, _spoken(read, page, begin, opened), "", told, order.index(made))
        for name, made, begin, opened, told in zip(labels, groups, begins, opens, said, strict=True)
    ]
    heads = (page.spoken.word("start_and_output"), page.head(note) if note else "")
    values = [v for v in (*begins, *opens, *fills, end) if v is not None]
    unit = page.spoken.word("week") if read.first is None else ""
    layout = lay_out(rows, values, page, read, unit=unit, heads=heads, row_high=ROW)
    for row, y, begin, opened, filled in zip(rows, layout.middles, begins, opens, fills, strict=True):
        assert begin is not None
        turns = [begin, end if opened is None else opened, end if filled is None else filled, end]
        for (low, high), shade in zip(pairwise(turns), (PALE, RAMP, 1.0), strict=True):
            if high > low:
                corners = ((low, y - THICK / 2), (high, y + THICK / 2))
                layout.sheet.bars([corners], ink(row.ink).mark, opacity=shade)
    description = page.spoken.describe("gantt", items=items(rows, page))
    margins = _key_below(layout, page)
    return Drawing(layout.sheet, layout.width, layout.height, margins, description)


def _key_below(layout: Layout, page: Page) -> Margins:
    """Write below the axis what each shade stands for, and make room for it."""
    word = page.spoken.word
    names = (word("before_output"), word("output_grows"), word("output_in_full"))
    key = [Swatch(name, QUIET, shade) for name, shade in zip(names, (PALE, RAMP, 1.0), strict=True)]
    lines = key_lines(key, page.width)
    write_key(layout.sheet, lines, -layout.margins.left, layout.height + layout.margins.bottom + ABOVE_KEY)
    return replace(layout.margins, bottom=layout.margins.bottom + ABOVE_KEY + len(lines) * KEY)


def _end(
    columns: Columns, start: str, begins: Sequence[float | None], later: Sequence[float | None], until: float | None
) -> float:
    """Return where the bars end."""
    if None in begins:
        raise FigureDataError(f"{columns.TABLE} has no week in column {start!r}, row {begins.index(None) + 1}.")
    last = max(week for week in (*begins, *later) if week is not None)
    if until is None:
        return last + 1
    if until < last:
        raise FigureDataError(f"the figure ends with week {until:g}, before the last week of the table, {last:g}.")
    return until


def _spoken(read: Weeks, page: Page, begin: float | None, opened: float | None) -> str:
    """Write when a row starts, and when it gives its first output."""
    words = [page.spoken.word("missing") if week is None else read.write(week, 0) for week in (begin, opened)]
    return " → ".join(words)
