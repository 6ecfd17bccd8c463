"""Charts over time: values stand upright, periods run along the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from industria.brief.charts.columns import Columns
from industria.brief.charts.lettering import text_width
from industria.brief.charts.scales import Scale
from industria.brief.charts.sheet import Sheet
from industria.brief.theme import BASE, LINE, QUIET, TICK

__all__ = ["Periods", "baseline", "foot", "left_of", "periods", "write_under", "write_unit"]

TICK_GAP = 8.0
UNIT_HIGH = 24.0
FOOT = TICK + 10


@dataclass(frozen=True, slots=True)
class Periods:
    """When each row happened.

    Attributes
    ----------
    at : list of float
        Position of each row: the number itself, or the place of a word in the
        order of the table.
    marks : list of float
        The different positions, in order.
    names : list of str
        What each of these is called.
    numeric : bool
        Whether positions are numbers, such as years, and not places in an order.
    """

    at: list[float]
    marks: list[float]
    names: list[str]
    numeric: bool = True


def periods(columns: Columns, name: str) -> Periods:
    """Read a column of years, or of words such as 2019Q1 that the table has in their order.

    Raises
    ------
    MissingColumnError, FigureDataError
        If the column is not there or a period is missing.
    """
    labels = columns.labels(name)
    if columns.holds_numbers(name):
        at = [float(value) for value in columns.table[name].to_pylist()]
    else:
        order = {word: i for i, word in enumerate(dict.fromkeys(labels))}
        at = [float(order[word]) for word in labels]
    called = dict(zip(at, labels, strict=True))
    marks = sorted(called)
    return Periods(at, marks, [called[mark] for mark in marks], columns.holds_numbers(name))


def left_of(scale: Scale) -> float:
    """Return the room that the labels of an upright axis take, in pixels."""
    return max(text_width(label, TICK) for label in scale.labels) + TICK_GAP


def foot(times: Periods, first: float, last: float, width: float) -> Scale:
    """Make the scale of the periods, with as many of their names as keep apart.

    Parameters
    ----------
    times : Periods
        At least one.
    first, last : float
        Pixels of the first and the last period.
    width : float
        Of the plot, which the scale spans, in pixels.
    """
    low, high = times.marks[0], times.marks[-1]
    if low == high:
        low, high = low - 1, high + 1
    inner = Scale(low, high, first, last)
    chosen = next((kept for kept in _choices(times) if _clear(times, inner, kept)), [len(times.marks) - 1])
    marks, names = tuple(times.marks[i] for i in chosen), tuple(times.names[i] for i in chosen)
    return Scale(inner.value(0), inner.value(width), 0, width, marks, names, grid=False)


def _choices(times: Periods) -> list[list[int]]:
    """List which periods could be named: all, then round years, or every second word and so on from the last."""
    every = range(len(times.marks))
    if times.numeric:
        steps = (1, 2, 5, 10, 20, 25, 50, 100)
        return [list(every)] + [kept for step in steps if (kept := [i for i in every if times.marks[i] % step == 0])]
    return [sorted(range(len(times.marks) - 1, -1, -step)) for step in every[1:] or [1]]


def _clear(times: Periods, scale: Scale, kept: Sequence[int]) -> bool:
    ends = [(scale.pixel(times.marks[i]), text_width(times.names[i], TICK) / 2 + TICK_GAP / 2) for i in kept]
    return all(a + wide <= b - other for (a, wide), (b, other) in pairwise(ends))


def baseline(sheet: Sheet, at: float, first: float, last: float) -> None:
    """Draw the line of zero, or of no difference, across the plot."""
    x = sheet.x
    sheet.rules([((x.value(first), at), (x.value(last), at))], BASE, width=1.2)


def write_unit(sheet: Sheet, unit: str, left: float) -> float:
    """Write the unit over the axis and return how much room it takes, in pixels."""
    if not unit:
        return TICK
    sheet.words([(-left, -UNIT_HIGH / 2 - 4, unit)], color=QUIET, size=TICK)
    return UNIT_HIGH


def write_under(sheet: Sheet, words: str, middle: float, height: float) -> float:
    """Write what the periods are under their names and return how much room both take, in pixels."""
    if not words:
        return FOOT
    sheet.words([(middle, height + FOOT + TICK * LINE / 2, words)], color=QUIET, size=TICK, align="center")
    return FOOT + TICK * LINE + 4
