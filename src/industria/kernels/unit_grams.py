"""Regressions under many weights of units, from products that are added up once a unit."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import sums

__all__ = ["coefficients", "grams"]

BLOCK: Final = 20_000
"""Rows whose products are held at once."""

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def grams(X: Array, y: Array, w: Array, unit: Codes) -> Array:
    """Add up X'WX and X'Wy of each unit.

    Parameters
    ----------
    X : array, shape (n, q)
        Regressors.
    y : array, shape (n,)
        Outcome.
    w : array, shape (n,)
        Weights of rows.
    unit : array, shape (n,)
        From 0 to U - 1 without gaps, in order.

    Returns
    -------
    array, shape (U, q, q + 1)
        X'WX, and X'Wy in the last column.
    """
    made, Xy = [], np.column_stack([X, y])
    starts = np.flatnonzero(np.diff(unit, prepend=-1))
    # Whole units at a time, so that products of all rows are never there at once.
    cuts = [*starts[:: max(1, BLOCK * len(starts) // len(unit))].tolist(), len(unit)]
    for begin, end in pairwise(cuts):
        products = X[begin:end, :, None] * Xy[begin:end, None, :] * w[begin:end, None, None]
        made.append(sums(products, unit[begin:end]))
    return np.asarray(np.concatenate(made), np.float64)


def coefficients(G: Array, W: Array) -> Array:
    """Solve the regression under each row of weights of units.

    Parameters
    ----------
    G : array, shape (U, q, q + 1)
        From `grams`.
    W : array, shape (R, U)
        Weight of each unit in each draw.

    Returns
    -------
    array, shape (R, q)
        NaN where the weights leave too few units.
    """
    q = G.shape[1]
    A = (W @ G.reshape(len(G), -1)).reshape(len(W), q, q + 1)
    try:
        return np.asarray(np.linalg.solve(A[..., :q], A[..., q:])[..., 0])
    except np.linalg.LinAlgError:
        return np.stack([_alone(one) for one in A])


def _alone(A: Array) -> Array:
    try:
        return np.asarray(np.linalg.solve(A[:, :-1], A[:, -1]))
    except np.linalg.LinAlgError:
        return np.full(len(A), np.nan)
