"""Who leaves a market after a surge, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["CASH", "MARGIN", "ROUNDING", "Exits", "exits"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

CASH: Final = 1
MARGIN: Final = 2
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """Makers over the weeks after a surge.

    Attributes
    ----------
    sales, margin, cash : array, shape (n, T)
        Units sold, what they leave over unit cost, cash at the end of the week.
    active : array of bool, shape (n, T)
        Whether the line is kept.
    reason : array of int, shape (n,)
        0 for those who stay, CASH or MARGIN for those who left.
    opening : array, shape (n,)
        Units that each would sell in the first week, did all stay.
    """

    sales: Array
    margin: Array
    cash: Array
    active: Truth
    reason: Ids
    opening: Array


def exits(
    product: Ids, capacity: Array, unit_cost: Array, keep_cost: Array, price: Array, asked: Array, reserve: float
) -> Exits:
    """Follow makers until they leave.

    Parameters
    ----------
    product : array of int, shape (n,)
        What each makes.
    capacity, unit_cost, keep_cost : array, shape (n,)
        Units a week; currency a unit; currency a week.
    price, asked : array, shape (P, T)
        Currency a unit; units asked for, infinite where all is taken.
    reserve : float
        How far below 0 cash may fall [currency].

    Returns
    -------
    Exits
        Who leaves, leaves at the beginning of a week: the others share its market.
    """
    n, T = len(capacity), price.shape[1]
    sales, active = np.zeros((n, T)), np.zeros((n, T), bool)
    cash, here, reason = np.zeros((n, T)), np.ones(n, bool), np.zeros(n, np.int64)
    before = np.zeros(n)
    # Who just breaks even stays, whatever the last digits of its margin.
    near = ROUNDING * (keep_cost + reserve)
    for t in range(T):
        while True:
            sold = _shared(product, capacity * here, asked[:, t:])
            margin = (price[product, t:] - unit_cost[:, None]) * sold
            poor = here & (before + margin[:, 0] - keep_cost < -reserve - near)
            hopeless = here & (margin < (keep_cost - near)[:, None]).all(axis=1)
            leave = poor | hopeless
            if not leave.any():
                break
            # One at a time: what the first leaves may keep the next.
            worst = int(np.argmin(np.where(leave, margin.sum(axis=1) - (T - t) * keep_cost, np.inf)))
            reason[worst], here[worst] = CASH if poor[worst] else MARGIN, False
        sales[:, t], active[:, t] = sold[:, 0], here
        before = before + np.where(here, margin[:, 0] - keep_cost, 0.0)
        cash[:, t] = before
    return Exits(
        sales=sales,
        margin=(price[product] - unit_cost[:, None]) * sales,
        cash=cash,
        active=active,
        reason=reason,
        opening=_shared(product, capacity, asked[:, :1])[:, 0],
    )


def _shared(product: Ids, capacity: Array, asked: Array) -> Array:
    """Share what is asked for by capacity, and up to it."""
    total = np.bincount(product, capacity, len(asked))
    part = np.minimum(1.0, np.divide(asked, total[:, None], out=np.ones_like(asked), where=total[:, None] > 0))
    return np.asarray(capacity[:, None] * part[product])
