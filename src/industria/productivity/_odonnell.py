"""O'Donnell's parts of a complete index: the highest level that is possible, and how size and mix keep units below it.

With aggregates Q(q) and X(x), the highest Q/X of a technology is that of one of the units that draw it: Q is convex
and X concave, so along any combination Q − c X is at most what it is at an end.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from industria.productivity._complete_indexes import aggregates
from industria.productivity._panel import Array, Codes
from industria.productivity._period_frontiers import Frontiers
from industria.productivity._technology import Returns

__all__ = ["highest_moorsteen", "highest_primont", "scale_efficiency"]

ON: Final = 1e-8
"""Log of a score this near to 0 is on the frontier."""


def scale_efficiency(frontiers: Frontiers, drawing: Codes, rows: Codes, returns: Returns) -> Array:
    """Log of the scale efficiency of rows: by the frontier of constant returns over that of the returns asked for."""
    return frontiers.level(drawing, rows, "constant") - frontiers.level(drawing, rows, returns)


def highest_primont(frontiers: Frontiers, rows: Codes, drawing: Codes, returns: Returns) -> Array:
    """Log of the highest Färe-Primont level of the units that draw a frontier, with rows the whole cell."""
    return np.asarray(np.nanmax(frontiers.primont(rows, returns)[drawing - rows[0]]))


def highest_moorsteen(
    frontiers: Frontiers, both: tuple[Codes, Codes], moved: tuple[Codes, Codes], drawing: Codes, returns: Returns
) -> Array:
    """Log of the highest Q/X of the units that draw a frontier, in the aggregates of each row that moves, shape (N,).

    Hicks-Moorsteen is the geometric mean of two indexes with aggregates of their own, D_O(x, ·) and D_I(·, q) of
    the row then and of the row now; so is the highest level.
    """
    # A unit that could be larger with its mix at constant returns is not the highest in any aggregates.
    best = drawing[frontiers.level(drawing, drawing, "constant") > -ON]
    total = np.zeros(len(moved[0]))
    for drawn, rows in zip(both, moved, strict=True):
        T = frontiers.technology(drawn, returns)
        levels = [aggregates(T, frontiers.units, int(row), best) for row in rows]
        total += np.array([np.nanmax(of) if np.isfinite(of).any() else np.nan for of in levels]) / 2
    return total
