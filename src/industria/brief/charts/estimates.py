"""What charts of estimates share: intervals, and their figures in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from industria.brief.charts.columns import Columns
from industria.brief.charts.page import Page
from industria.brief.charts.rows import Row
from industria.brief.charts.scales import Reading
from industria.brief.numbers import digits_for, number, percent
from industria.brief.withheld import words_for_gaps

__all__ = ["Span", "confidence_words", "estimate_rows", "notes_of", "spans"]

Span = tuple[float | None, float | None]

NOTE_DIGITS = 3


def spans(columns: Columns, low: str | None, high: str | None, *, empty: bool = False) -> list[Span]:
    """Read the intervals; a row that lacks a bound has none, and all rows may where they may be `empty`.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError
        If a column is named and cannot be read.
    """
    rows = columns.table.num_rows
    starts = columns.numbers(low, empty=empty) if low else [None] * rows
    ends = columns.numbers(high, empty=empty) if high else [None] * rows
    return [(a, b) if a is not None and b is not None else (None, None) for a, b in zip(starts, ends, strict=True)]


def estimate_rows(
    columns: Columns,
    page: Page,
    read: Reading,
    values: Sequence[float | None],
    bounds: Sequence[Span],
    *,
    label: str,
    group: str | None,
    note: str | None,
    digits: int,
) -> list[Row]:
    """Turn the rows of a table into rows of a chart.

    Parameters
    ----------
    columns, page, read
        The table, where it goes, how its numbers are read.
    values, bounds : sequence of shape (n,)
        Estimates and intervals, in the unit of the table.
    label, group, note, digits
        As the charts take them.

    Returns
    -------
    list of Row
        In the order of the table.
    """
    labels, groups = columns.labels(label), columns.groups(group)
    order = list(dict.fromkeys(groups))
    notes = notes_of(columns, page, note)
    has_intervals = any(start is not None for start, _ in bounds)

    gaps = words_for_gaps(columns.table, page.spoken.word("missing"), page.spoken.word("withheld"))

    rows = []
    for name, part, value, (start, end), said, gap in zip(labels, groups, values, bounds, notes, gaps, strict=True):
        written = gap if value is None else read.write(value, digits)
        interval = ""
        if start is not None and end is not None:
            interval = read.bounds(start, end, digits)
        elif has_intervals and value is not None:
            interval = page.spoken.word("no_interval")
        heading, own = (name, part) if group else ("", name)
        rows.append(Row(heading, own, written, interval, said, order.index(part)))
    return rows


def notes_of(columns: Columns, page: Page, note: str | None, *, change: bool = False) -> list[str]:
    """Write what stands at the end of each row: words, shares in percent, or numbers; changes with their sign."""
    if note is None:
        return [""] * columns.table.num_rows
    if not columns.holds_numbers(note):
        return [word or "" for word in columns.words(note)]
    values = columns.numbers(note)
    read = replace(columns.reading(note, None), change=change)
    if read.axis == "percent" and note != "p_value":
        shared = read.digits(values)
        return ["" if value is None else read.write(value, shared) for value in values]
    whole = all(value is None or value.is_integer() for value in values)
    digits = 0 if whole else min(NOTE_DIGITS, digits_for(values, NOTE_DIGITS + 1))
    return ["" if value is None else number(value, digits, language=page.language, sign=change) for value in values]


def confidence_words(page: Page, confidence: float | None) -> str:
    """Name the interval, with its confidence where that is known."""
    if confidence is None:
        return page.spoken.word("interval")
    return page.spoken.word("confidence_interval", confidence=percent(confidence, 0, language=page.language))
