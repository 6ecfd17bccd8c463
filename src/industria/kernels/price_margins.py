"""Price over marginal cost by regressions on growth: Hall's of output, Roeger's of revenue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import renumbered
from industria.kernels.instruments import two_stage

__all__ = ["Slope", "hall", "roeger", "slope"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def hall(dy: Array, dX: Array, S: Array) -> tuple[Array, Array]:
    """Return both sides of Δy = a + μ Σ_j s_j Δx_j + u (Hall 1988, 2018).

    Parameters
    ----------
    dy : array, shape (n,)
        Growth of real output, in logs.
    dX : array, shape (n, J)
        Growth of the quantities of all inputs, in logs.
    S : array, shape (n, J)
        Their costs over revenue.

    Returns
    -------
    tuple of array, each of shape (n,)
        Output, and inputs by their shares; log points.
    """
    return dy, np.asarray((S * dX).sum(axis=1))


def roeger(dr: Array, dC: Array, S: Array, dk: Array) -> tuple[Array, Array]:
    """Return both sides of the primal less the dual residual, = B (Δr - Δk) + u with B = 1 - 1/μ (Roeger 1995).

    Quantities and prices enter as their products, so that productivity falls out.

    Parameters
    ----------
    dr : array, shape (n,)
        Growth of revenue, in logs.
    dC : array, shape (n, J)
        Growth of the costs of inputs other than capital, in logs.
    S : array, shape (n, J)
        These costs over revenue.
    dk : array, shape (n,)
        Growth of the cost of capital, in logs.

    Returns
    -------
    tuple of array, each of shape (n,)
        The difference of the residuals, and revenue over the cost of capital; log points.
    """
    return dr - (S * dC).sum(axis=1) - (1 - S.sum(axis=1)) * dk, dr - dk


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope of a regression with a constant, and what it rests on.

    Attributes
    ----------
    b, a : float
        Slope and constant; NaN where the regressor does not move.
    error : float
        Standard error of the slope, that holds within clusters.
    strength : float
        F of the instruments in the first stage; NaN without instruments, or with no more clusters than instruments.
    clusters : int
        Units, or rows of a single unit.
    """

    b: float
    a: float
    error: float
    strength: float
    clusters: int


def slope(y: Array, x: Array, Z: Array, w: Array, unit: Codes) -> Slope:
    """Fit y = a + b x + u with instruments Z, shape (n, q), or by least squares where there are none.

    Parameters
    ----------
    y, x : array, shape (n,)
        In log points.
    Z : array, shape (n, q)
        In any unit.
    w : array, shape (n,)
        Weights, positive.
    unit : array, shape (n,)
        Rows of one unit hang together; those of a single unit are taken as if they did not.

    Returns
    -------
    Slope
        With errors robust to differences in variance between rows.
    """
    n, q = len(y), Z.shape[1]
    codes = renumbered(unit)
    if not codes.any():
        codes = np.arange(n)
    one = np.ones((n, 1))
    X = np.column_stack([one, x])
    beside = np.column_stack([one, Z])
    clusters, strength = int(codes.max()) + 1, np.nan
    b, V = two_stage(y, X, beside if q else X, w, codes)
    if q and clusters > q:
        first, of = two_stage(x, beside, beside, w, codes)
        told = np.flatnonzero(np.isfinite(first[1:])) + 1
        W = of[np.ix_(told, told)]
        strength = float(first[told] @ np.linalg.pinv(W) @ first[told] / max(len(told), 1))
    return Slope(float(b[1]), float(b[0]), float(np.sqrt(V[1, 1])), strength, clusters)
