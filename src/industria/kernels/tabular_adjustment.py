"""Tables whose sensitive cells have moved, and the others no more than sums ask for."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import block_array, csr_array, diags_array

from industria.errors import NoAdditiveTableError

__all__ = ["Adjusted", "tabular_adjustment"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

NOTHING: Final = 1e-9
"""Part of a value, or of 1, below which it has not moved."""


class Adjusted(NamedTuple):
    """A table that adds up.

    Attributes
    ----------
    y : array, shape (n,)
        Adjusted values.
    moved : array of bool, shape (n,)
        Which are not what they were.
    further : bool
        Whether a sensitive cell had to move further than its level.
    distance : float
        Sum of weights times |y - x|.
    proven : bool
        Whether no such table is nearer; not where time ran out.
    """

    y: Array
    moved: Truth
    further: bool
    distance: float
    proven: bool


def tabular_adjustment(
    A: csr_array,
    x: Array,
    *,
    sensitive: Truth,
    up: Array,
    down: Array,
    weight: Array,
    low: Array,
    whole: bool = False,
    time_limit: float = 600.0,
) -> Adjusted:
    """Move each sensitive cell to x + U or x - L, and the others as little as sums allow (Castro 2006).

    min Σ w|z| subject to A z = 0, x + z ≥ l, z = U or z = -L where sensitive; where sums allow no such table,
    z ≥ U or z ≤ -L.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations A x = 0.
    x : array, shape (n,)
        Values.
    sensitive : array of bool, shape (n,)
        Cells that must move.
    up, down : array, shape (n,)
        Levels U and L; a side with a level of 0 is not taken.
    weight : array, shape (n,)
        What a change costs; 0 for cells that nobody sees, infinite for those that may not change.
    low : array, shape (n,)
        What values may not fall below.
    whole : bool
        Whether numbers stay whole, as counts do.
    time_limit : float
        Seconds after which the best table so far is taken.

    Raises
    ------
    NoAdditiveTableError
        If there is no such table, or none was found in time.
    """
    cells = np.flatnonzero(sensitive)
    for further in (False, True):
        told = _program(A, x, cells, up[cells], down[cells], weight, low, whole, further, time_limit)
        if told.x is not None:
            n = len(x)
            z = told.x[:n] - told.x[n : 2 * n]
            z = np.round(z) if whole else z
            moved = np.abs(z) > NOTHING * np.maximum(1.0, np.abs(x))
            finite = np.where(np.isfinite(weight), weight, 0.0)
            return Adjusted(x + np.where(moved, z, 0.0), moved, further, float(finite @ np.abs(z)), told.status == 0)
    raise NoAdditiveTableError("adjustment", len(x))


def _program(
    A: csr_array,
    x: Array,
    cells: npt.NDArray[np.int64],
    up: Array,
    down: Array,
    weight: Array,
    low: Array,
    whole: bool,
    further: bool,
    time_limit: float,
) -> OptimizeResult:
    """Solve for z⁺, z⁻ and, for each sensitive cell, s: whether it moves up."""
    n, k = len(x), len(cells)
    free = np.isfinite(weight)
    free[cells] = True
    reach = float(np.abs(x).sum() + up.sum() + down.sum())
    most = np.where(free, reach, 0.0)
    room = np.where(free, np.minimum(most, x - low), 0.0).clip(0)
    pick = csr_array((np.ones(k), (np.arange(k), cells)), shape=(k, n))
    # Up: z⁺ is U, or at least U; down: z⁻ is L, or at least L; never both.
    upper, lower = (np.minimum(reach, most[cells]), room[cells]) if further else (up, down)
    limits = [
        (block_array([[A, -A, csr_array((A.shape[0], k))]]), np.zeros(A.shape[0]), np.zeros(A.shape[0])),
        (block_array([[pick, csr_array((k, n)), diags_array(-up)]]), np.zeros(k), np.full(k, np.inf)),
        (block_array([[pick, csr_array((k, n)), diags_array(-upper)]]), np.full(k, -np.inf), np.zeros(k)),
        (block_array([[csr_array((k, n)), pick, diags_array(down)]]), down, np.full(k, np.inf)),
        (block_array([[csr_array((k, n)), pick, diags_array(lower)]]), np.full(k, -np.inf), lower),
    ]
    cost = np.where(np.isfinite(weight), weight, 0.0)
    return milp(
        np.concatenate([cost, cost, np.zeros(k)]),
        integrality=np.concatenate([np.full(2 * n, float(whole)), np.ones(k)]),
        bounds=Bounds(
            np.concatenate([np.zeros(2 * n), (down <= 0).astype(float)]),
            np.concatenate([most, room, (up > 0).astype(float)]),
        ),
        constraints=[LinearConstraint(M, least, greatest) for M, least, greatest in limits if M.shape[0]],
        # What is called proven is: no table is nearer, by any part.
        options={"time_limit": time_limit, "mip_rel_gap": 0.0},
    )
