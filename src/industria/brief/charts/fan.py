"""Quantiles by week as bands around the median, with what is known by its date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from industria.brief.charts.bands import Quantiles, draw_bands, key_of
from industria.brief.charts.bounds import Bound, list_below, read_bounds, write_bounds
from industria.brief.charts.columns import Columns
from industria.brief.charts.page import Page
from industria.brief.charts.panels import Stack, along, open_sheet, stack
from industria.brief.charts.scales import Reading, Weeks
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.upright import baseline, write_under
from industria.errors import FigureDataError

__all__ = ["fan"]

Runs: TypeAlias = Mapping[str, Sequence[tuple[float, Quantiles]]]
"""Weeks of each group, and their quantiles."""

SAID_AT_MOST = 6
WRITTEN, WRITTEN_ON_A_PHONE = 5, 2
"""Bounds whose words stand in the plot; more have numbers there, and their words below."""


def fan(
    columns: Columns,
    page: Page,
    *,
    week: str = "week",
    group: str | None = None,
    low: str = "q05",
    lower: str | None = "q25",
    middle: str = "q50",
    upper: str | None = "q75",
    high: str = "q95",
    at_least: str | None = None,
    at_most: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    note: str | None = None,
    cumulated: bool = True,
    shared: bool = True,
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw quantiles of what is not known, week by week, and the bounds that are known.

    A bound stands in a row of its own, whose week is its day and whose quantiles are
    missing; in the row of a week it stands where the quantiles of that week do. Of a
    bound with a span of dates the week may be missing.

    Parameters
    ----------
    columns : Columns
        The table, one row a week and group, and one a bound.
    page : Page
        Width, language, words.
    week : str
        Column of weeks, whole numbers or dates of their first days.
    group : str, optional
        Column of what has a plot of its own.
    low, lower, middle, upper, high : str
        Columns of the quantiles, from the lowest to the highest; without `lower` and
        `upper` there is one band.
    at_least, at_most : str, optional
        Columns of bounds that are known to hold.
    date_from, date_to : str, optional
        Columns of the first and the last day on which a bound may have come true, in the kind of
        `week`. A line joins the two, and the mark stands where the bound holds for sure: at the last
        for `at_least`, at the first for `at_most`.
    note : str, optional
        Column of words beside a bound, such as who says so.
    cumulated : bool
        Whether a value counts all up to the end of its week: among dates it stands there.
    shared : bool
        Let all groups have the same scale.
    axis : {"linear", "percent", "percent change"}, optional
        How the values are read.
    digits : int, optional
        Decimals of the figures in the description and beside bounds.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    named = (low, lower, middle, upper, high) if lower and upper else (low, middle, high)
    read = columns.reading(middle, axis)
    told, found = columns.weeks(*filter(None, (week, date_from, date_to)))
    groups = columns.groups(group)
    rows: list[Quantiles] = list(zip(*(columns.numbers(name) for name in named), strict=True))
    _refuse(columns, named, rows)
    decimals = read.digits([value for row in rows for value in row]) if digits is None else digits
    drawn = [any(value is not None for value in row) for row in rows]
    weeks, told_spans = _days(columns, (week, date_from, date_to), told, found, drawn)
    later = cumulated and told.first is not None
    at = [day + (later and there) for day, there in zip(weeks, drawn, strict=True)]
    spans = [span or (day, day) for span, day in zip(told_spans, at, strict=True)]

    marks = []
    for name, least in ((at_least, True), (at_most, False)):
        marks += read_bounds(columns, page, name, least, told, read, decimals, spans, groups, note)
    marks.sort(key=lambda mark: (mark.at, mark.row))
    listed = len(marks) > (WRITTEN_ON_A_PHONE if page.phone else WRITTEN)
    if listed:
        marks = [replace(mark, words=[str(i)]) for i, mark in enumerate(marks, start=1)]
    bare = [day for day, there in enumerate(drawn) if not there and any(mark.row == day for mark in marks)]
    columns.write_as(read, decimals, *named, *filter(None, (at_least, at_most)))
    columns.leave_blank(bare, *named)
    columns.leave_blank(range(len(rows)), *filter(None, (at_least, at_most)))
    runs = _runs(columns, week, at, rows, groups, drawn)

    taken_in = {name: [v for _, row in run for v in row if v is not None] for name, run in runs.items()}
    for mark in marks:
        taken_in[mark.group].append(mark.value)
    # An axis of dates begins with the first day, where nothing has come yet.
    span = [min([*weeks, *(mark.since for mark in marks)]), max([*at, *(mark.until for mark in marks)])]
    ends = [told.write(end, 0) for end in span]
    unit, key = columns.unit(middle, read), key_of(page, named)
    made = stack(taken_in, page, read, unit=unit, key=key, shared=shared, ends=ends)
    sheet, bottom = _drawn(page, made, runs, marks, span, told, listed=listed)
    description = _described(page, runs, marks, told, read, decimals)
    return Drawing(sheet, made.width, made.height, Margins(made.left, 0.0, made.right, bottom), description)


def _days(
    columns: Columns,
    names: tuple[str, str | None, str | None],
    told: Weeks,
    found: Sequence[Sequence[float | None]],
    drawn: Sequence[bool],
) -> tuple[list[float], list[tuple[float, float] | None]]:
    """Return the week of each row, and the span of its bound where the table tells one."""
    asked = [name for name in names if name]
    by_name = dict(zip(asked, found, strict=True))
    none = [None] * len(drawn)
    starts, ends = (by_name[name] if name else none for name in names[1:])
    weeks, spans = [], []
    for i, (day, first, last) in enumerate(zip(by_name[names[0]], starts, ends, strict=True)):
        first, last = last if first is None else first, first if last is None else last
        day = last if day is None and not drawn[i] else day
        if day is None:
            raise FigureDataError(f"{columns.TABLE} has no week in column {names[0]!r}, row {i + 1}.")
        if first is not None and last is not None and last < first:
            raise FigureDataError(
                f"{columns.TABLE} has {names[2]} = {told.write(last, 0)} before {names[1]} = {told.write(first, 0)}, "
                f"row {i + 1}."
            )
        weeks.append(day)
        spans.append(None if first is None or last is None else (first, last))
    for name in asked:
        if told.first is None and all(value is None or value.is_integer() for value in by_name[name]):
            columns.write_as(told, 0, name)
    columns.leave_blank(range(len(drawn)), *asked)
    return weeks, spans


def _runs(
    columns: Columns,
    week: str,
    at: Sequence[float],
    rows: Sequence[Quantiles],
    groups: Sequence[str],
    drawn: Sequence[bool],
) -> Runs:
    """Put the quantiles of each group in the order of their weeks."""
    in_order = sorted(range(len(rows)), key=at.__getitem__)
    runs = {
        name: [(at[i], rows[i]) for i in in_order if groups[i] == name and drawn[i]] for name in dict.fromkeys(groups)
    }
    for name, run in runs.items():
        _refuse_twice(columns, week, name, [day for day, _ in run])
    return runs


def _drawn(
    page: Page, made: Stack, runs: Runs, marks: Sequence[Bound], span: Sequence[float], told: Weeks, *, listed: bool
) -> tuple[Sheet, float]:
    """Draw the panels, and tell how much room what is written under them takes, in pixels."""
    sheet = open_sheet(made, along(span, told, made.width))
    for panel in made.panels:
        draw_bands(sheet, panel, runs[panel.name])
        baseline(sheet, panel.scale.pixel(0.0), 0, made.width)
        write_bounds(sheet, panel, runs[panel.name], [mark for mark in marks if mark.group == panel.name], made.width)
    bottom = write_under(sheet, "" if told.first else page.spoken.word("week"), made.width / 2, made.height)
    if listed:
        bottom += list_below(sheet, page, marks, -made.left, made.height + bottom)
    return sheet, bottom


def _described(page: Page, runs: Runs, marks: Sequence[Bound], told: Weeks, read: Reading, digits: int) -> str:
    said = [_said(name, run, page, told, read, digits) for name, run in runs.items()]
    description = page.spoken.describe("fan", items="; ".join(said))
    if marks:
        description += " " + page.spoken.describe("milestones", items="; ".join(mark.said for mark in marks))
    return description


def _refuse(columns: Columns, named: Sequence[str], rows: Sequence[Quantiles]) -> None:
    """Refuse quantiles that are not in their order."""
    for i, row in enumerate(rows, start=1):
        there = [(name, value) for name, value in zip(named, row, strict=True) if value is not None]
        for (name, value), (above, larger) in pairwise(there):
            if value > larger:
                raise FigureDataError(
                    f"{columns.TABLE} has {name} = {value:g} above {above} = {larger:g}, row {i}; quantiles rise."
                )


def _refuse_twice(columns: Columns, week: str, name: str, days: Sequence[float]) -> None:
    if not days:
        raise FigureDataError(f"{columns.TABLE} has no quantile of {name!r}, bounds alone.")
    for day, then in pairwise(days):
        if day == then:
            of = f" of {name!r}" if name else ""
            raise FigureDataError(f"{columns.TABLE} has a week of {week!r} twice{of}; a fan has one row a week.")


def _said(
    name: str, run: Sequence[tuple[float, Quantiles]], page: Page, told: Weeks, read: Reading, digits: int
) -> str:
    """Say in words where the median runs: all weeks of few, the first, the middle and the last of many."""
    there = [(at, row) for at, row in run if row[len(row) // 2] is not None]
    shown = there if len(there) <= SAID_AT_MOST else [there[0], there[len(there) // 2], there[-1]]
    parts = []
    for at, row in shown:
        low, middle, high = row[0], row[len(row) // 2], row[-1]
        assert middle is not None
        bounds = "" if low is None or high is None else f" ({read.bounds(low, high, digits)})"
        parts.append(f"{told.write(at, 0)} {read.write(middle, digits)}{bounds}")
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)
