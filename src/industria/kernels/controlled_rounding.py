"""Tables rounded to multiples of a base: so that they add up, or cell by cell."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from industria.errors import NoAdditiveTableError

__all__ = ["Rounded", "controlled_rounding", "conventional_rounding", "random_rounding"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

EQUAL: Final = 1e-9
"""Part of a base by which a value may be off a multiple of it and still is one."""


class Rounded(NamedTuple):
    """A table of multiples that adds up.

    Attributes
    ----------
    y : array, shape (n,)
        Rounded values.
    further : bool
        Whether some had to move one multiple further than to a neighboring one.
    distance : float
        Sum of weights times |y - x|.
    proven : bool
        Whether no table of this kind is nearer; not where time ran out.
    """

    y: Array
    further: bool
    distance: float
    proven: bool


def controlled_rounding(
    A: csr_array, x: Array, base: int, *, weight: Array | None = None, time_limit: float = 600.0
) -> Rounded:
    """Round each value to a neighboring multiple of a base, so that every sum is the sum of its rounded parts.

    ŷ is ⌊x/b⌋b or ⌈x/b⌉b, multiples stay, A ŷ = 0, and Σ w|ŷ - x| is least. Where linked tables have no such
    solution, values may move by one further multiple (Cox 1987).

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations A x = 0 with whole coefficients.
    x : array, shape (n,)
        Values; those of 0 or more stay so.
    base : int
        What values become multiples of.
    weight : array, shape (n,), optional
        Of the distances; 0 for cells that nobody sees.
    time_limit : float
        Seconds after which the best table so far is taken.

    Raises
    ------
    NoAdditiveTableError
        If there is no such table, or none was found in time.
    """
    w = np.ones(len(x)) if weight is None else weight
    lower = np.floor(x / base + EQUAL)
    rest = np.where(np.abs(x - base * np.round(x / base)) <= EQUAL * base, 0.0, x - base * lower)
    for further in (False, True):
        found = _nearest(A, lower, rest, base, w, (lower >= 1) | (x < 0), further, time_limit)
        if found is not None:
            y, proven = base * found[0], found[1]
            return Rounded(y, further, float(w @ np.abs(y - x)), proven)
    raise NoAdditiveTableError(f"rounding to multiples of {base}", len(x))


def _nearest(
    A: csr_array, lower: Array, rest: Array, base: int, w: Array, down: Truth, further: bool, time_limit: float
) -> tuple[Array, bool] | None:
    """Choose the multiple of each cell: up where there is a rest, and one further up or down where that is allowed."""
    n = len(lower)
    up = w * (base - 2 * rest)
    step = w * base if further else np.zeros(0)
    most = np.concatenate([(rest > 0).astype(float), *([np.ones(n), down] if further else [])])
    wide = csr_array(hstack([A, A, -A])) if further else A
    told = milp(
        np.concatenate([up, step, step]),
        integrality=np.ones(len(most)),
        bounds=Bounds(0.0, most.astype(float)),
        constraints=LinearConstraint(wide, *(2 * [-(A @ lower)])),
        options={"time_limit": time_limit, "mip_rel_gap": 0.0},
    )
    if told.x is None:
        return None
    r = np.round(told.x).reshape(-1, n)
    moved = r[0] + (r[1] - r[2] if further else 0.0)
    return lower + moved, told.status == 0


def random_rounding(x: Array, base: int, u: Array) -> Array:
    """Round each value up with the chance of its rest, r/b, which leaves it as it is on average; sums do not add up.

    Parameters
    ----------
    x : array, shape (n,)
        Values.
    base : int
        What they become multiples of.
    u : array, shape (n,)
        Drawn for each cell from 0 up to, but not, 1; the same whenever the cell is shown.
    """
    lower = np.floor(x / base + EQUAL)
    return np.asarray(base * (lower + (u < x / base - lower - EQUAL)))


def conventional_rounding(x: Array, base: int) -> Array:
    """Round each value to the nearest multiple, halves up; sums do not add up.

    Parameters
    ----------
    x : array, shape (n,)
        Values.
    base : int
        What they become multiples of.
    """
    return np.asarray(base * np.floor(x / base + 0.5 + EQUAL))
