"""Patterns of very large tables that keep levels as far as time allows, and let no sensitive cell be exact."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.kernels.suppression import Suppression
from industria.kernels.suppression_by_cubes import by_cubes
from industria.kernels.suppression_ledger import MET, NARROW, Ledger, Requirements
from industria.kernels.suppression_near import Near

__all__ = ["in_time"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]


def in_time(
    A: csr_array,
    x: Array,
    codes: Ids,
    parents: Sequence[Sequence[Ids]],
    *,
    primary: Truth,
    up: Array,
    down: Array,
    width: Array,
    cost: Array,
    low: Array,
    high: Array,
    time_limit: float = 600.0,
    seed: int = 0,
) -> Suppression | None:
    """Withhold cells until no sensitive one is exact, then more until levels are kept, while there is time.

    Cubes come first: of all sensitive cells they prove by one move of whole numbers that none is determined, and of
    many that a level is kept. What is asked beyond that is sought by programs over neighborhoods.

    Parameters
    ----------
    A, x, primary, up, down, width, cost, low, high
        As of `industria.kernels.suppression.suppression`.
    codes, parents
        As of `industria.kernels.suppression_by_cubes.by_cubes`.
    time_limit : float
        Seconds after which no level is sought any more.
    seed : int
        Of draws and signs.

    Returns
    -------
    Suppression or None
        Cells whose levels are open are its `exact_only`. None where cubes do not protect all from being exact.

    Raises
    ------
    UnprotectableError
        If all that may be withheld does not keep a level.
    """
    until = monotonic() + time_limit
    first = by_cubes(
        A,
        x,
        codes,
        parents,
        primary=primary,
        cost=cost,
        low=low,
        high=high,
        time_limit=time_limit,
        seed=seed,
        levels=(up, down, width),
    )
    if first is None:
        return None
    size = np.maximum(1.0, np.abs(x))
    above, below, wide = (np.where(primary, of, 0.0) for of in (up, down, np.maximum(width, NARROW * size)))
    up_room, down_room = np.maximum(high - x, 0.0), np.maximum(x - low, 0.0)
    asked = Requirements(A, up_room, down_room, primary, above, below, wide, MET * size)
    ledger = Ledger(asked, first.withheld.copy(), first.high - x, x - first.low, [])
    Near(asked, cost, seed, until).settle(ledger)
    spent = float(cost[ledger.withheld & ~primary].sum())
    left = np.any(ledger.open(), axis=0)
    return Suppression(
        ledger.withheld, primary & ~left, x - ledger.down, x + ledger.up, spent, 0.0, "heuristic", primary & left
    )
