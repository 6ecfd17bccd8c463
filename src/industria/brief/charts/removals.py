"""Who would be missed most: what is lost without each actor, and how late it gets."""

from __future__ import annotations

from collections.abc import Sequence

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import Span, spans
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading, Scale, Weeks
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.side_by_side import Entry, Plot, lay_out, titled
from industria.brief.theme import BASE, INK, Ink, ink

__all__ = ["removals"]

DASH = (3, 3)
SAID_AT_MOST = 12


def removals(
    columns: Columns,
    page: Page,
    *,
    label: str = "actor",
    role: str | None = "role",
    lost: str = "units_lost_per_week",
    low: str | None = None,
    high: str | None = None,
    late: str | None = "weeks_late",
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw what is lost without each actor, the most first, and beside it how much later the target is reached.

    Parameters
    ----------
    columns : Columns
        The table, one row an actor, as `actor_removal` gives it.
    page : Page
        Width, language, words.
    label : str
        Column that names the actor.
    role : str, optional
        Column of what the actor does: words, a color and a shape tell it.
    lost : str
        Column of what is lost; the rows are sorted by it, equal ones in the order of the table.
    low, high : str, optional
        Columns of its interval.
    late : str, optional
        Column of the weeks by which the target is reached later; where it is missing, the target is
        never reached.
    axis : {"linear", "percent", "percent change"}, optional
        How the loss is read.
    digits : int, optional
        Decimals of the loss.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(lost, axis)
    names, roles = columns.labels(label), columns.groups(role)
    losses, bounds = columns.numbers(lost), spans(columns, low, high)
    inks = [ink(list(dict.fromkeys(roles)).index(one)) for one in roles]
    order = sorted(range(len(names)), key=lambda i: (losses[i] is None, -(losses[i] or 0.0)))
    known = _known(losses, bounds)
    decimals = read.digits(known) if digits is None else digits
    columns.write_as(read, decimals, *filter(None, (lost, low, high)))

    told = [_amount(page, read, losses[i], bounds[i], decimals) for i in range(len(names))]
    plots = [Plot(titled(columns, page, lost, read), [*known, 0.0], [told[i] for i in order], read)]
    weeks = columns.numbers(late, empty=True) if late else [None] * len(names)
    waits = [""] * len(names)
    if late:
        whole = all(week is None or week.is_integer() for week in weeks)
        count, few = (Weeks if whole else Reading)("linear", page.language), 0 if whole else 1
        waits = [page.spoken.word("never") if week is None else count.write(week, few) for week in weeks]
        columns.write_as(count, few, late)
        columns.call_missing(late, page.spoken.word("never"))
        taken_in = [week for week in weeks if week is not None]
        reach = [*taken_in, 0.0] if any(taken_in) else [0.0, 1.0]
        plots.append(Plot(page.head(late), reach, [waits[i] for i in order], count))

    made = lay_out([Entry(names[i], roles[i]) for i in order], plots, page)
    for i, y in zip(order, made.middles, strict=True):
        _loss(made.sheet, made.scales[0], y, losses[i], bounds[i], inks[i])
        if late:
            _wait(made.sheet, made.scales[1], y, weeks[i], inks[i])
    description = page.spoken.describe("removals", items=_said(columns, page, order, names, roles, told, waits, late))
    return Drawing(made.sheet, float(page.width), made.height, Margins(), description)


def _known(losses: Sequence[float | None], bounds: Sequence[Span]) -> list[float]:
    return [value for value in (*losses, *(end for span in bounds for end in span)) if value is not None]


def _amount(page: Page, read: Reading, loss: float | None, bounds: Span, digits: int) -> str:
    """Write a loss with its interval."""
    if loss is None:
        return page.spoken.word("missing")
    low, high = bounds
    return read.write(loss, digits) + ("" if low is None or high is None else f" ({read.bounds(low, high, digits)})")


def _loss(sheet: Sheet, scale: Scale, y: float, loss: float | None, bounds: Span, drawn: Ink) -> None:
    """Draw a stalk from zero with the shape of the role at its end, and the interval over it."""
    if loss is None:
        return
    low, high = bounds
    sheet.rules([((scale.pixel(0.0), y), (scale.pixel(loss), y))], drawn.mark, width=4.0)
    if low is not None and high is not None:
        sheet.rules([((scale.pixel(low), y), (scale.pixel(high), y))], INK, width=1.6)
    sheet.points([(scale.pixel(loss), y)], drawn)


def _wait(sheet: Sheet, scale: Scale, y: float, weeks: float | None, drawn: Ink) -> None:
    """Draw the weeks as a stalk; who waits forever gets a dashed line that leaves the plot with an arrow."""
    zero = scale.pixel(0.0)
    if weeks is not None:
        sheet.rules([((zero, y), (scale.pixel(weeks), y))], drawn.mark, width=4.0)
        sheet.points([(scale.pixel(weeks), y)], drawn)
        return
    sheet.rules([((zero, y), (scale.last, y))], BASE, width=1.6, dash=DASH)
    sheet.points([(scale.last, y)], Ink(BASE, BASE, "triangle-right", ()), size=50.0)


def _said(
    columns: Columns,
    page: Page,
    order: Sequence[int],
    names: Sequence[str],
    roles: Sequence[str],
    told: Sequence[str],
    waits: Sequence[str],
    late: str | None,
) -> str:
    """Say in words what is lost without each actor."""
    head = f", {page.head(late)} " if late else ""
    said = [", ".join(filter(None, [names[i], roles[i]])) + f": {told[i]}" + head + waits[i] for i in order]
    rest = [page.spoken.describe("more", count=len(said) - SAID_AT_MOST)] if len(said) > SAID_AT_MOST else []
    return "; ".join(said[:SAID_AT_MOST] + rest)
