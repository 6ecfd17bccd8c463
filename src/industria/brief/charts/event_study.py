"""Estimates before and after an event, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import spans
from industria.brief.charts.page import Page
from industria.brief.charts.scales import fit
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.upright import Periods, baseline, foot, left_of, periods, write_under, write_unit
from industria.brief.numbers import MINUS
from industria.brief.theme import BASE, PALETTE, QUIET, SMALL, TICK
from industria.errors import FigureDataError

__all__ = ["event_study"]

HIGH = 270.0
HIGH_ON_PHONE = 230.0
HEADROOM = 20.0
"""Over the highest value, for the words beside the event."""


def event_study(
    columns: Columns,
    page: Page,
    *,
    time: str = "relative_time",
    estimate: str = "estimate",
    low: str = "low",
    high: str = "high",
    reference: int | None = -1,
    axis: str | None = None,
    digits: int | None = None,
    time_title: str | None = None,
) -> Drawing:
    """Draw estimates by period relative to an event.

    Parameters
    ----------
    columns : Columns
        The table, one row a period.
    page : Page
        Width, language, words.
    time : str
        Column of whole periods since the event: -1 is the last before it.
    estimate, low, high : str
        Columns of the estimate and its interval.
    reference : int or None
        Period that all others are compared with. It is drawn hollow, at zero
        where the table leaves it out: it is zero by construction.
    axis : {"linear", "percent", "percent change"}, optional
        How the estimates are read.
    digits : int, optional
        Decimals of the figures in the description.
    time_title : str, optional
        What the periods are: "years since the grant".

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(estimate, axis)
    columns.numbers(time)
    times = periods(columns, time)
    if len(times.marks) < len(times.at):
        raise FigureDataError(f"{columns.TABLE} has a period of {time!r} twice; an event study has one row a period.")
    b, bounds = columns.numbers(estimate), spans(columns, low, high)
    found = dict(zip(times.at, zip(b, bounds, strict=True), strict=True))
    if reference is not None and found.get(float(reference), (None,))[0] is None:
        found[float(reference)] = (0.0, (None, None))
    times = _all_of(found)

    height = HIGH_ON_PHONE if page.phone else HIGH
    values = [v for point, pair in found.values() for v in (point, *pair) if v is not None]
    y = fit([*values, 0.0], height, HEADROOM, read=read, most=6, upright=True)
    left, right = left_of(y), TICK
    width = page.width - left - right
    inset = min(30.0, width / (2 * len(times.marks)))
    sheet = Sheet(foot(times, inset, width - inset, width), y)

    baseline(sheet, 0.0, 0, width)
    if times.marks[0] < 0 <= times.marks[-1]:
        _event(sheet, page, height)
    ink = PALETTE[0]
    lengths = [(at, a, z) for at, (_, (a, z)) in found.items() if a is not None and z is not None]
    sheet.rules([((at, a), (at, z)) for at, a, z in lengths], ink.mark, width=2.4)
    for hollow in (False, True):
        at = [(t, p) for t, (p, _) in sorted(found.items()) if p is not None and (t == reference) is hollow]
        sheet.points(at, ink, hollow=hollow)
    top = write_unit(sheet, columns.unit(estimate, read), left)
    bottom = write_under(sheet, time_title or "", width / 2, height)

    decimals = read.digits(values) if digits is None else digits
    columns.write_as(read, decimals, estimate, low, high)
    said = [
        f"{name}: {read.write(p, decimals)}" + ("" if a is None or z is None else f" ({read.bounds(a, z, decimals)})")
        for name, (p, (a, z)) in zip(times.names, (found[t] for t in times.marks), strict=True)
        if p is not None
    ]
    description = page.spoken.describe("event_study", items="; ".join(said))
    return Drawing(sheet, width, height, Margins(left, top, right, bottom), description)


def _all_of(found: Mapping[float, object]) -> Periods:
    marks = sorted(found)
    return Periods(marks, marks, [f"{MINUS}{-mark:g}" if mark < 0 else f"{mark:g}" for mark in marks])


def _event(sheet: Sheet, page: Page, height: float) -> None:
    """Mark the event between the last period before it and its own."""
    at = sheet.x.pixel(-0.5)
    x, y = sheet.x, sheet.y
    sheet.rules([((x.value(at), y.value(0)), (x.value(at), y.value(height)))], BASE, width=1.2, dash=(4, 3))
    sheet.words([(at - 6, SMALL / 2 + 1, page.spoken.word("before"))], color=QUIET, size=SMALL, align="right")
    sheet.words([(at + 6, SMALL / 2 + 1, page.spoken.word("after"))], color=QUIET, size=SMALL)
