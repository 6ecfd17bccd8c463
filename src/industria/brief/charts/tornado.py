"""What each lever would change, the largest change first, to both sides of zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import Span, confidence_words, notes_of, spans
from industria.brief.charts.lettering import wrap
from industria.brief.charts.page import Page
from industria.brief.charts.rows import Layout, Row, items, lay_out, zero_line
from industria.brief.charts.scales import Reading
from industria.brief.charts.sheet import Drawing, Margins
from industria.brief.theme import INK, LINE, QUIET, SMALL, ink
from industria.errors import FigureDataError

__all__ = ["tornado"]

ROW = 27.0
THICK = 15.0
LESS, MORE = 0, 1
"""Inks of what makes it less, and more."""


def tornado(
    columns: Columns,
    page: Page,
    *,
    label: str = "lever",
    change: str | None = None,
    low: str | None = None,
    high: str | None = None,
    level: str | None = None,
    base: str = "base",
    apart: Sequence[str] = ("no_pivots",),
    note: str | None = None,
    axis: str | None = None,
    digits: int | None = None,
    confidence: float | None = None,
) -> Drawing:
    """Draw what each lever changes as bars to both sides of zero, the largest change first.

    Parameters
    ----------
    columns : Columns
        The table, one row a lever, as `surge_levers` gives it or with estimates and their intervals.
    page : Page
        Width, language, words.
    label : str
        Column that names the lever.
    change : str, optional
        Column of the change; without it `change`, or `estimate` where there is none.
    low, high : str, optional
        Columns of its interval; without them `low` and `high`, if they are there.
    level : str, optional
        Column of what is changed, which tells the base in figures; without it `objective`, if it is there.
    base : str
        The row against which changes are: it names the zero and has no bar.
    apart : sequence of str
        Rows that are told in words below instead of drawn, because they would dwarf the levers.
    note : str, optional
        Column shown in figures at the end of the row, such as the change in percent.
    axis : {"linear", "percent", "percent change"}, optional
        How the changes are read. Fractions are read in percent unless told otherwise.
    digits : int, optional
        Decimals of the figures.
    confidence : float, optional
        Of the intervals, as a fraction; named over the figures.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    there = columns.table.column_names
    change = change or ("estimate" if "change" not in there and "estimate" in there else "change")
    low, high = (name or (usual if usual in there else None) for name, usual in ((low, "low"), (high, "high")))
    level = level or ("objective" if "objective" in there else None)
    read = replace(columns.reading(change, axis), change=True)
    keys = columns.keys(label)
    names = columns.labels(label, {code: page.spoken.word(code) for code in ("base", "no_pivots")})
    changes, bounds = columns.numbers(change), spans(columns, low, high, empty=True)
    notes = notes_of(columns, page, note, change=True)
    drawn = [i for i, key in enumerate(keys) if key != base and key not in apart]
    if not drawn:
        raise FigureDataError(f"{columns.TABLE} has no lever in column {label!r}, {', '.join(names)} alone.")
    drawn.sort(key=lambda i: (changes[i] is None, -abs(changes[i] or 0.0)))

    values = [v for i in drawn for v in (changes[i], *bounds[i]) if v is not None]
    decimals = read.digits(values) if digits is None else digits
    columns.write_as(read, decimals, *filter(None, (change, low, high)))
    rows = [_row(page, read, names[i], changes[i], bounds[i], notes[i], decimals) for i in range(len(names))]
    shown = [rows[i] for i in drawn]
    against = _against(columns, page, level, keys, names, base)
    measured = columns.unit(change, read) or (page.head(level) if level else "")
    unit = "; ".join(filter(None, [measured, against]))
    head = f"{page.head(change)} ({confidence_words(page, confidence)})" if low else ""
    heads = (head, page.head(note) if note else "")
    layout = lay_out(shown, [*values, 0.0], page, read, unit=unit, heads=heads, row_high=ROW)
    for i, y in zip(drawn, layout.middles, strict=True):
        _bar(layout, y, changes[i], bounds[i])
    zero_line(layout)
    rest = [rows[i] for i, key in enumerate(keys) if key in apart]
    margins = _told_below(layout, page, rest)
    description = page.spoken.describe("tornado", items=items([*shown, *rest], page))
    if against:
        description = f"{description} {against[0].upper()}{against[1:]}."
    return Drawing(layout.sheet, layout.width, layout.height, margins, description)


def _row(page: Page, read: Reading, name: str, change: float | None, bounds: Span, note: str, digits: int) -> Row:
    """Write a change with its interval."""
    written = page.spoken.word("missing") if change is None else read.write(change, digits)
    low, high = bounds
    interval = "" if low is None or high is None else read.bounds(low, high, digits)
    return Row("", name, written, interval, note, MORE if (change or 0.0) > 0 else LESS)


def _against(
    columns: Columns, page: Page, level: str | None, keys: Sequence[str | None], names: Sequence[str], base: str
) -> str:
    """Name what changes are against, with its figure where the table tells it."""
    if base not in keys:
        return ""
    row = keys.index(base)
    levels = columns.numbers(level) if level else [None] * len(keys)
    found = levels[row]
    if level is None or found is None:
        return page.spoken.word("change_from", base=names[row])
    plain = columns.reading(level, None)
    digits = plain.digits(levels)
    columns.write_as(plain, digits, level)
    return page.spoken.word("change_from", base=f"{names[row]} ({plain.write(found, digits)})")


def _bar(layout: Layout, y: float, change: float | None, bounds: Span) -> None:
    """Draw a change from zero, with its interval over it."""
    low, high = bounds
    if change is not None:
        color = ink(MORE if change > 0 else LESS).mark
        layout.sheet.bars([((0.0, y - THICK / 2), (change, y + THICK / 2))], color)
    if low is not None and high is not None:
        layout.sheet.rules([((low, y), (high, y))], INK, width=1.8)
        layout.sheet.rules([((end, y - 4), (end, y + 4)) for end in (low, high)], INK, width=1.8)


def _told_below(layout: Layout, page: Page, rest: Sequence[Row]) -> Margins:
    """Write below the axis what is not drawn, and make room for it."""
    if not rest:
        return layout.margins
    lines = wrap(
        page.spoken.word("not_drawn", items="; ".join(f"{row.label} {row.value}" for row in rest)),
        SMALL,
        page.width - 2,
    )
    top = layout.height + layout.margins.bottom + SMALL * LINE
    at = [(-layout.margins.left, top + i * SMALL * LINE, line) for i, line in enumerate(lines)]
    layout.sheet.words(at, color=QUIET, size=SMALL)
    return replace(layout.margins, bottom=layout.margins.bottom + (len(lines) + 0.6) * SMALL * LINE)
