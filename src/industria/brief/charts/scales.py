"""From values to pixels and back, and the ticks that a reader can count by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from industria.brief.charts.lettering import text_width
from industria.brief.language import speak
from industria.brief.numbers import digits_for, interval, number, percent
from industria.brief.theme import TICK

__all__ = ["AXES", "Axis", "Reading", "Scale", "Weeks", "fit", "pixels"]

Axis = Literal["linear", "percent", "percent change"]
AXES: tuple[Axis, ...] = get_args(Axis)

APART = 14.0
"""Pixels that stay free between two tick labels."""

WIDE = math.log(4)
"""An axis of percent changes that spans more than a factor of four counts by ratios, not by equal steps."""

REACH = 0.2
"""Values that pass a tick by less than this share of the next step do not call for the next tick."""

LADDER = (-99.9, -99.5, -99.0, -98.0, -95.0, -90.0, -75.0, -50.0, 0.0, 100.0, 300.0, 900.0, 1900.0, 4900.0, 9900.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the numbers of a column are read and written.

    Attributes
    ----------
    axis : {"linear", "percent", "percent change"}
        What the reader sees: the number itself, a fraction in percent, or
        exp(b) - 1 in percent.
    language : str
        Whose decimal mark and words are used.
    change : bool
        Whether the numbers are changes whatever their axis, so that what is more carries its +.
    """

    axis: Axis
    language: str
    change: bool = False

    @property
    def reach(self) -> float:
        """Which share of a step values may pass a tick without calling for the next one."""
        return REACH

    @property
    def sign(self) -> bool:
        """Whether positive numbers carry a +, as changes do."""
        return self.change or self.axis == "percent change"

    def shown(self, value: float) -> float:
        """Return the number that is read for a number of the table."""
        if self.axis == "percent change":
            return 100 * math.expm1(value)
        return 100 * value if self.axis == "percent" else value

    def drawn(self, tick: float) -> float:
        """Return the number of the table that is read as a tick.

        On an axis of percent changes equal steps are equal ratios: a fall by a
        half stands as far from zero as a doubling.
        """
        if self.axis == "percent change":
            return math.log1p(tick / 100)
        return tick / 100 if self.axis == "percent" else tick

    def digits(self, values: Sequence[float | None]) -> int:
        """Choose the decimals that a column of labels shares."""
        read = [self.shown(value) for value in values if value is not None]
        return digits_for(read) if self.axis == "linear" else min(1, digits_for(read))

    def write(self, value: float, digits: int) -> str:
        """Write a number of the table as it is read, with its sign of percent."""
        if self.axis == "linear":
            return number(value, digits, language=self.language, sign=self.sign)
        return percent(self.shown(value) / 100, digits, language=self.language, sign=self.sign)

    def bounds(self, low: float, high: float, digits: int) -> str:
        """Write an interval as it is read; the sign of percent stands with the estimate."""
        return interval(self.shown(low), self.shown(high), digits, language=self.language, sign=self.sign)

    def steps(self, span: float) -> list[float]:
        """List the steps between ticks to try, the finest first."""
        power = math.floor(math.log10(span)) - 1
        return [base * 10.0**p for p in range(power, power + 3) for base in (1, 2, 2.5, 5)]

    def tick(self, value: float, digits: int) -> str:
        """Write a tick, a number as it is read."""
        return number(value, digits if value else 0, language=self.language, sign=self.sign)


@dataclass(frozen=True, slots=True)
class Weeks(Reading):
    """Whole weeks, written as dates where the first of them has one.

    Attributes
    ----------
    first : date or None
        Week 0.
    """

    first: date | None = None

    @property
    def reach(self) -> float:
        """Steps of weeks are long: an axis of them ends with the last week."""
        return 0.99

    def steps(self, span: float) -> list[float]:
        """List the steps between ticks to try: whole weeks, then months and quarters of them."""
        return [1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0, *(104.0 * 2**k for k in range(8))]

    def tick(self, value: float, digits: int) -> str:
        """Write the week of a tick."""
        return self.write(value, digits)

    def write(self, value: float, digits: int) -> str:
        """Write a week, as a date or as its number."""
        if self.first is None:
            return number(value, 0, language=self.language)
        return speak(self.language).date(self.first + timedelta(days=round(7 * value)))


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to pixels.

    Attributes
    ----------
    low, high : float
        Values at the two ends.
    first, last : float
        Pixels at the two ends, of `low` and `high`.
    ticks : tuple of float
        Where the grid stands, in values.
    labels : tuple of str
        What each tick says, in the language of the figure.
    grid : bool
        Whether a line crosses the plot at each tick.
    """

    low: float
    high: float
    first: float
    last: float
    ticks: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    grid: bool = True

    def pixel(self, value: float) -> float:
        """Return where a value stands."""
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    def value(self, pixel: float) -> float:
        """Return which value stands at a pixel."""
        return self.low + (pixel - self.first) / (self.last - self.first) * (self.high - self.low)


def pixels(first: float, last: float) -> Scale:
    """Return a scale whose values are pixels, for rows and swarms that have no axis."""
    return Scale(first, last, first, last)


def fit(
    values: Sequence[float],
    first: float,
    last: float,
    *,
    read: Reading,
    most: int = 7,
    zero: bool = False,
    upright: bool = False,
) -> Scale:
    """Make a scale that covers the values and ends on ticks, or close to them.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        At least one; in the unit of the table.
    first, last : float
        Pixels of the low and the high end.
    read : Reading
        How the axis reads the numbers, and the language of its labels.
    most : int
        Ticks at most.
    zero : bool
        Let the axis take in zero.
    upright : bool
        The axis stands, so that labels need their height, not their width.

    Returns
    -------
    Scale
        Ticks are multiples of 1, 2, 2.5 or 5 times a power of ten as they are
        read; on a wide axis of percent changes they are ratios (a half, double).
    """
    shown = [read.shown(value) for value in values] + ([0.0] if zero else [])
    low, high = min(shown), max(shown)
    if low == high:
        alone = low
        low, high = (low - abs(low) / 2, high + abs(high) / 2) if low else (-1.0, 1.0)
        if read.axis == "percent change" and low <= -100:
            low = (alone - 100) / 2
    if read.axis == "percent change" and math.log((100 + high) / (100 + low)) > WIDE:
        return _thinned(_labeled([p for p in LADDER if low < p < high], low, high, 1.0, first, last, read), upright)
    for step in read.steps(high - low):
        ticks = _multiples(low, high, step)
        # A loss of 100 percent lies infinitely far out.
        ticks = [tick for tick in ticks if read.axis != "percent change" or tick > -100]
        ticks = _without_far_ends(ticks, low, high, read)
        scale = _labeled(ticks, min(low, ticks[0]), max(high, ticks[-1]), step, first, last, read)
        if len(ticks) <= most and _clear(scale, upright):
            return scale
    return _thinned(scale, upright)


def _without_far_ends(ticks: list[float], low: float, high: float, read: Reading) -> list[float]:
    """Drop an outer tick that the values hardly reach for: the axis then ends at the values, not in a void."""
    drawn = [read.drawn(tick) for tick in ticks]
    if len(ticks) > 2 and drawn[1] - read.drawn(low) <= read.reach * (drawn[1] - drawn[0]):
        ticks, drawn = ticks[1:], drawn[1:]
    if len(ticks) > 2 and read.drawn(high) - drawn[-2] <= read.reach * (drawn[-1] - drawn[-2]):
        ticks = ticks[:-1]
    return ticks


def _multiples(low: float, high: float, step: float) -> list[float]:
    """List the multiples of a step from just below the values to just above them."""
    slack = 1e-9
    return [k * step for k in range(math.floor(low / step + slack), math.ceil(high / step - slack) + 1)]


def _labeled(
    ticks: Sequence[float], low: float, high: float, step: float, first: float, last: float, read: Reading
) -> Scale:
    digits = next(d for d in range(13) if math.isclose(step, round(step, d), rel_tol=1e-9) or d == 12)
    return Scale(
        read.drawn(low),
        read.drawn(high),
        first,
        last,
        tuple(read.drawn(tick) for tick in ticks),
        tuple(read.tick(tick, digits) for tick in ticks),
    )


def _clear(scale: Scale, upright: bool) -> bool:
    """Tell whether all tick labels keep apart."""
    return all(_gap(scale, i, i + 1, upright) >= 0 for i in range(len(scale.ticks) - 1))


def _gap(scale: Scale, i: int, j: int, upright: bool) -> float:
    apart = abs(scale.pixel(scale.ticks[j]) - scale.pixel(scale.ticks[i]))
    if upright:
        return apart - 2 * TICK
    return apart - (text_width(scale.labels[i], TICK) + text_width(scale.labels[j], TICK)) / 2 - APART


def _thinned(scale: Scale, upright: bool) -> Scale:
    """Keep the ticks that have room, counted from zero outward, or from the low end."""
    zero = next((i for i, tick in enumerate(scale.ticks) if abs(tick) < 1e-12), 0)
    kept = [zero]
    for i in [*range(zero + 1, len(scale.ticks)), *range(zero - 1, -1, -1)]:
        if all(_gap(scale, i, j, upright) >= 0 for j in kept):
            kept.append(i)
    kept.sort()
    return Scale(
        scale.low,
        scale.high,
        scale.first,
        scale.last,
        tuple(scale.ticks[i] for i in kept),
        tuple(scale.labels[i] for i in kept),
    )
