"""The perpetual inventory of one series of investment after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np

from industria.errors import MissingValueError, OutsideRangeError, ParameterRangeError
from industria.kernels.capital import Retirement, efficiency, geometric_stock, lives, prices_by_age, vintages
from industria.productivity._panel import Array, Panel

__all__ = ["Wear", "inventory", "refuse_gaps", "series_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How assets wear out, as asked for; columns or numbers."""

    profile: Literal["geometric", "hyperbolic"]
    rate: str | float | None
    life: str | float | None
    beta: str | float
    retirement: Retirement
    spread: float
    discount: float
    half: bool


def series_of(panel: Panel) -> list[slice]:
    """Cut the rows into those of one unit and asset."""
    code = panel.cell * panel.n_units + panel.unit
    edges = [0, *(np.flatnonzero(np.diff(code)) + 1).tolist(), len(panel)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def refuse_gaps(panel: Panel, numbers: list[str], series: list[slice]) -> None:
    """Refuse what is not told, and periods that lack: a stock holds all that came before.

    Raises
    ------
    MissingValueError
        It names the asset and the period.
    """
    for column in numbers:
        gaps = np.flatnonzero(np.isnan(panel[column]))
        if len(gaps):
            raise MissingValueError(panel.name, column, len(gaps), len(panel), panel.where(int(gaps[0])))
    for rows in series:
        skipped = np.flatnonzero(np.diff(panel.time[rows]) != 1)
        if len(skipped):
            after = panel.where(rows.start + int(skipped[0]) + 1)
            raise MissingValueError(panel.name, numbers[0], 1, len(panel), f"the period before {after} has no row")


def inventory(
    panel: Panel, amount: str, rows: slice, wear: Wear, opening: str | None, growth: float | None
) -> tuple[Array, tuple[float, float]]:
    """Add one series up: productive and wealth stock, depreciation and retirement by period, shape (T, 4).

    Returns
    -------
    tuple of (array, (float, float))
        With the stock before the first period and the growth of investment that it rests on.

    Raises
    ------
    OutsideRangeError, ParameterRangeError
        If the wear or the growth cannot be.
    """
    I = panel[amount][rows]
    given = None if opening is None else float(panel[opening][rows.start])
    if wear.profile == "geometric":
        g = np.nan if given is not None else _growth(panel, amount, rows, growth)
        made, start = _geometric(panel, I, wear, rows, given, g)
    else:
        g = _growth(panel, amount, rows, growth)
        life, beta = (_constant(panel, rows, of, name) for of, name in ((wear.life, "life"), (wear.beta, "beta")))
        made, start = _hyperbolic(
            I, given, g, *_weights(wear.retirement, life, wear.spread, beta, wear.discount, wear.half)
        )
    return made, (start, g)


def _values(panel: Panel, rows: slice, value: str | float | None) -> Array:
    return panel[value][rows] if isinstance(value, str) else np.full(rows.stop - rows.start, float(value or 0.0))


def _growth(panel: Panel, amount: str, rows: slice, said: float | None) -> float:
    """Take the growth of investment before the first period as said, or as its mean growth afterwards."""
    if said is not None:
        return said
    I = panel[amount][rows]
    for place in (0, -1):
        if I[place] <= 0 or len(I) == 1:
            where = panel.where(rows.start if place == 0 else rows.stop - 1)
            least = "has no mean growth with this: say growth=, that of investment before the first period"
            raise OutsideRangeError(panel.name, amount, float(I[place]), where, least)
    return float((I[-1] / I[0]) ** (1 / (len(I) - 1)) - 1)


def _geometric(panel: Panel, I: Array, wear: Wear, rows: slice, opening: float | None, g: float) -> tuple[Array, float]:
    d = _values(panel, rows, wear.rate)
    odd = np.flatnonzero((d < 0) | (d >= 1))
    if len(odd):
        where = panel.where(rows.start + int(odd[0]))
        name = wear.rate if isinstance(wear.rate, str) else "depreciation"
        raise OutsideRangeError(panel.name, name, float(d[odd[0]]), where, "must be at least 0 and below 1")
    if opening is None and g + d[0] <= 0:
        allowed = f"above {-d[0]:g} where {panel.where(rows.start)}; or name a column of opening stocks as initial"
        raise ParameterRangeError("growth", g, allowed)
    start = float(I[0] * (1 - d[0] / 2 if wear.half else 1) / (g + d[0])) if opening is None else opening
    K = geometric_stock(I, d, start, wear.half)
    worn = np.append(start, K[:-1]) + I - K
    return np.column_stack([K, K, worn, np.full(len(I), np.nan)]), start


def _constant(panel: Panel, rows: slice, value: str | float | None, name: str) -> float:
    """Take what holds for an asset in all its periods."""
    of = _values(panel, rows, value)
    column = value if isinstance(value, str) else {"life": "service_life"}.get(name, name)
    outside = of <= 0 if name == "life" else of > 1
    for odd, least in (
        (outside, "must be above 0" if name == "life" else "must be at most 1"),
        (of != of[0], f"must be the {of[0]:g} of the asset's other periods"),
    ):
        if odd.any():
            row = int(np.argmax(odd))
            raise OutsideRangeError(panel.name, column, float(of[row]), panel.where(rows.start + row), least)
    return float(of[0])


@cache
def _weights(
    retirement: Retirement, life: float, spread: float, beta: float, discount: float, half: bool
) -> tuple[Array, Array, Array]:
    """Tell what is left of a vintage by age, in services and in value, and what retires at it."""
    L, f = lives(retirement, life, spread)
    age: Array = np.arange(int(np.ceil(L.max())) + 1.0) + (0.5 if half else 0.0)
    left, serves = efficiency(age, L, f, beta)
    price = prices_by_age(lambda ages: efficiency(ages, L, f, beta)[0], age, discount)
    return left, price, -np.diff(serves, prepend=1.0)


def _hyperbolic(
    I: Array, opening: float | None, g: float, left: Array, price: Array, ends: Array
) -> tuple[Array, float]:
    n = len(left)
    earlier = (1 + g) ** -np.arange(n, 0, -1.0)
    start = float(earlier[::-1] @ left)
    scale = I[0] if opening is None else opening / start
    whole = np.concatenate([scale * earlier, I])
    K, W, R = (vintages(whole, weight) for weight in (left, price, ends))
    return np.column_stack([K[n:], W[n:], W[n - 1 : -1] + I - W[n:], R[n:]]), float(scale * start)
