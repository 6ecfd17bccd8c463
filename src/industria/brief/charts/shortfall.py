"""What is missing in each week, as bars, and along the weeks what holds it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from industria.brief.charts.columns import Columns
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.panels import Panel, Swatch, along, cross, open_sheet, stack, told_weeks
from industria.brief.charts.scales import Reading, Weeks
from industria.brief.charts.sheet import Align, Drawing, Margins, Sheet
from industria.brief.charts.upright import baseline, write_under
from industria.brief.theme import INK, LINE, PAPER, QUIET, SMALL, ink
from industria.errors import FigureDataError

__all__ = ["shortfall"]

THICK = 0.8
"""Of a bar, in weeks."""

FEW = 6.0
"""Weeks that the figure spans at least, so that a single bar is no block."""

LANE = SMALL * LINE + 3
STRIP = 9.0
GAP = 6.0
SAID_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Lane:
    """Where one constraint binds.

    Attributes
    ----------
    name : str
        In the reader's words.
    spans : list of tuple of float
        First and last week of each run of weeks.
    """

    name: str
    spans: list[tuple[float, float]]


def shortfall(
    columns: Columns,
    page: Page,
    *,
    week: str = "week",
    value: str = "unmet",
    group: str | None = None,
    constraint: str | None = None,
    stacked: bool = False,
    shared: bool = True,
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw what is missing by week, and name what binds under the weeks in which it does.

    Weeks that follow each other under one constraint are one span; a constraint that
    comes back has its second span at the same height.

    Parameters
    ----------
    columns : Columns
        The table, one row a week and group.
    page : Page
        Width, language, words.
    week : str
        Column of weeks, whole numbers or dates of their first days.
    value : str
        Column of amounts, none below zero; a cross stands where one is not known.
    group : str, optional
        Column of what is missing: each has a plot of its own, or a part of each bar.
    constraint : str, optional
        Column that names what binds in the week, the same in all its rows; a row without
        a name leaves it to the others.
    stacked : bool
        Pile up the groups of a week, the first at the bottom: they must be of one unit.
    shared : bool
        Let all plots have the same scale.
    axis : {"linear", "percent", "percent change"}, optional
        How the amounts are read.
    digits : int, optional
        Decimals of the figures in the description.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(value, axis)
    told, weeks = told_weeks(columns, week)
    groups, amounts = columns.groups(group), columns.numbers(value)
    found = _by_group(columns, value, told, weeks, groups, amounts)
    lanes = _lanes(columns, told, constraint, weeks)
    decimals = read.digits(amounts) if digits is None else digits
    columns.write_as(read, decimals, value)
    if constraint:
        columns.leave_blank(range(len(weeks)), constraint)

    piles = {"": found} if stacked else {name: {name: own} for name, own in found.items()}
    taken_in = {name: [*_heights(pile).values(), 0.0] for name, pile in piles.items()}
    key = [Swatch(name, ink(i).mark) for i, name in enumerate(found)] if stacked and group else []
    if None in amounts:
        key.append(Swatch(page.spoken.word("missing"), QUIET, drawn="cross"))
    ends = [told.write(end, 0) for end in (min(weeks), max(weeks))]
    made = stack(taken_in, page, read, unit=columns.unit(value, read), key=key, shared=shared, ends=ends)
    pad = max(0.5, (FEW - max(weeks) + min(weeks)) / 2)
    sheet = open_sheet(made, along(weeks, told, made.width, pad=pad))
    order = list(found)
    for panel, pile in zip(made.panels, piles.values(), strict=True):
        _bars(sheet, panel, pile, order)
        baseline(sheet, panel.scale.pixel(0.0), 0, made.width)
    bottom = write_under(sheet, "" if told.first else page.spoken.word("week"), made.width / 2, made.height)
    if lanes and constraint:
        bottom = _write_lanes(sheet, lanes, page.head(constraint), made.height + bottom, made.left, made.width)
        bottom -= made.height

    said = [_said(name, own, page, told, read, decimals) for name, own in found.items()]
    description = page.spoken.describe("shortfall", items="; ".join(said))
    if lanes:
        description += " " + page.spoken.describe("binding", items=_spans_said(lanes, told))
    return Drawing(sheet, made.width, made.height, Margins(made.left, 0.0, made.right, bottom), description)


def _by_group(
    columns: Columns,
    value: str,
    told: Weeks,
    weeks: Sequence[float],
    groups: Sequence[str],
    amounts: Sequence[float | None],
) -> dict[str, dict[float, float | None]]:
    """Sort amounts by group and week, and refuse what no bar can show."""
    found: dict[str, dict[float, float | None]] = {name: {} for name in groups}
    for row, (week, name, amount) in enumerate(zip(weeks, groups, amounts, strict=True), start=1):
        if amount is not None and amount < 0:
            raise FigureDataError(f"{columns.TABLE} has {value} = {amount:g} in row {row}; nobody lacks less than 0.")
        if week in found[name]:
            of = f" of {name!r}" if name else ""
            raise FigureDataError(f"{columns.TABLE} has the week {told.write(week, 0)}{of} twice, row {row}.")
        found[name][week] = amount
    for before, after in pairwise(sorted(set(weeks))):
        if after - before < 1:
            first, then = told.write(before, 0), told.write(after, 0)
            raise FigureDataError(f"{columns.TABLE} has weeks that lie less than a week apart: {first} and {then}.")
    return found


def _lanes(columns: Columns, told: Weeks, constraint: str | None, weeks: Sequence[float]) -> list[Lane]:
    """Find the weeks in which each constraint binds, and join neighbors."""
    if constraint is None:
        return []
    by_week: dict[float, str] = {}
    for week, name in zip(weeks, columns.words(constraint), strict=True):
        if name and by_week.setdefault(week, name) != name:
            raise FigureDataError(
                f"{columns.TABLE} names two constraints in the week {told.write(week, 0)}, {by_week[week]!r} and "
                f"{name!r}; keep the one that binds most."
            )
    lanes: dict[str, Lane] = {}
    in_order = [(week, by_week.get(week, "")) for week in sorted(set(weeks))]
    numbered = [(week, name, i) for i, (week, name) in enumerate(_with_breaks(in_order))]
    for name, run in groupby(numbered, key=lambda row: row[1]):
        own = list(run)
        if name:
            lanes.setdefault(name, Lane(name, [])).spans.append((own[0][0], own[-1][0]))
    return list(lanes.values())


def _with_breaks(weeks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Put a week without a name where the table leaves weeks out: nobody says what binds there."""
    rows = [weeks[0]]
    for (before, _), (after, name) in pairwise(weeks):
        rows += [(before + 1, "")] if after - before > 1 else []
        rows.append((after, name))
    return rows


def _heights(pile: Mapping[str, Mapping[float, float | None]]) -> dict[float, float]:
    """Add up the groups of each week."""
    heights: dict[float, float] = {}
    for own in pile.values():
        for week, amount in own.items():
            heights[week] = heights.get(week, 0.0) + (amount or 0.0)
    return heights


def _bars(sheet: Sheet, panel: Panel, pile: Mapping[str, Mapping[float, float | None]], order: Sequence[str]) -> None:
    """Draw the bars of a plot, the first group at the bottom, and a cross where an amount is not known."""
    pixel = panel.scale.pixel
    reached: dict[float, float] = {}
    for name, own in pile.items():
        corners = []
        for week, amount in own.items():
            start = reached.get(week, 0.0)
            reached[week] = start + (amount or 0.0)
            if amount:
                edges = (week - THICK / 2, pixel(start)), (week + THICK / 2, pixel(reached[week]))
                corners.append(edges)
        sheet.bars(corners, ink(order.index(name)).mark)
        # Parts that touch are told apart on paper without color too.
        sheet.rules([((a, top), (b, top)) for (a, _), (b, top) in corners], PAPER, width=1.0)
    unknown = {week for own in pile.values() for week, amount in own.items() if amount is None}
    cross(sheet, [(week, pixel(reached[week]) - GAP) for week in sorted(unknown)])


def _write_lanes(sheet: Sheet, lanes: Sequence[Lane], head: str, top: float, left: float, width: float) -> float:
    """Draw each constraint at its own height under the weeks, its name beside its spans, and return where they end."""
    y = top + GAP
    sheet.words([(-left, y + SMALL * LINE / 2, head)], color=QUIET, size=SMALL)
    y += SMALL * LINE + 3
    for lane in lanes:
        spans = [(sheet.x.pixel(a - THICK / 2), sheet.x.pixel(b + THICK / 2)) for a, b in lane.spans]
        lines, at, align, color = _beside(lane.name, spans, left, width)
        if align is None:
            sheet.words([(-left, y + (i + 0.5) * SMALL * LINE, line) for i, line in enumerate(lines)], size=SMALL)
            y += len(lines) * SMALL * LINE
        middle = y + LANE / 2
        corners = [((sheet.x.value(a), middle - STRIP / 2), (sheet.x.value(b), middle + STRIP / 2)) for a, b in spans]
        if color == PAPER:
            corners = [((a, y + 1), (b, y + LANE - 1)) for (a, _), (b, _) in corners]
        sheet.bars(corners, QUIET)
        if align is not None:
            sheet.words([(at, middle, lines[0])], color=color, size=SMALL, align=align)
        y += LANE + 2
    return y


def _beside(
    name: str, spans: Sequence[tuple[float, float]], left: float, width: float
) -> tuple[list[str], float, Align | None, str]:
    """Find where a name has room: after its last span, before its first, between two, in one, or over them."""
    wide = text_width(name, SMALL)
    if spans[-1][1] + GAP + wide <= width:
        return [name], spans[-1][1] + GAP, "left", INK
    if spans[0][0] - GAP - wide >= -left:
        return [name], spans[0][0] - GAP, "right", INK
    for (_, end), (start, _) in pairwise(spans):
        if start - end >= wide + 2 * GAP:
            return [name], end + GAP, "left", INK
    longest = max(spans, key=lambda span: span[1] - span[0])
    if longest[1] - longest[0] >= wide + 2 * GAP:
        return [name], (longest[0] + longest[1]) / 2, "center", PAPER
    return wrap(name, SMALL, width + left), 0.0, None, INK


def _said(name: str, own: Mapping[float, float | None], page: Page, told: Weeks, read: Reading, digits: int) -> str:
    """Say in words what is missing: all weeks of few; the first, the highest and the last of many."""
    weeks = sorted(own)
    missing = page.spoken.word("missing")
    there = [(week, amount) for week, amount in own.items() if amount is not None]
    if len(weeks) <= SAID_AT_MOST or not there:
        parts = [_amount(week, own[week], told, read, digits, missing) for week in weeks]
    else:
        most, highest = min(there, key=lambda row: (-row[1], row[0]))
        peak = page.spoken.describe("highest", value=read.write(highest, digits), week=told.write(most, 0))
        first, last = (_amount(week, own[week], told, read, digits, missing) for week in (weeks[0], weeks[-1]))
        parts = [first, peak, last]
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)


def _amount(week: float, amount: float | None, told: Weeks, read: Reading, digits: int, missing: str) -> str:
    return f"{told.write(week, 0)} {missing if amount is None else read.write(amount, digits)}"


def _spans_said(lanes: Sequence[Lane], told: Weeks) -> str:
    """Say in words which constraint binds when, in the order of the weeks."""
    spans = sorted((first, last, lane.name) for lane in lanes for first, last in lane.spans)
    parts = []
    for first, last, name in spans:
        until = "" if first == last else f" → {told.write(last, 0)}"
        parts.append(f"{told.write(first, 0)}{until} {name}")
    return "; ".join(parts)
