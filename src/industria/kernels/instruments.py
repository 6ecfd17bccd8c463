"""Two-stage least squares with errors that hold together within a unit."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import renumbered, sums
from industria.kernels.least_squares import independent

__all__ = ["two_stage"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def two_stage(y: Array, X: Array, Z: Array, w: Array, unit: Codes) -> tuple[Array, Array]:
    """Fit y = X b + u with E[Z u] = 0; with Z = X these are least squares.

    Parameters
    ----------
    y : array, shape (n,)
        Outcome.
    X : array, shape (n, p)
        Regressors; one that those before it determine is left out.
    Z : array, shape (n, q)
        Instruments, q >= p.
    w : array, shape (n,)
        Weights, positive or 0.
    unit : array, shape (n,)
        Rows of one unit are not independent.

    Returns
    -------
    tuple of array, shapes (p,) and (p, p)
        b, and its covariance times G/(G-1) (n-1)/(n-p); NaN for what is left out.
    """
    used = w > 0
    y, X, Z, w = y[used], X[used], Z[used], w[used]
    unit = renumbered(unit[used])
    root = np.sqrt(w)[:, None]
    X, Z, y = X * root, Z * root, y * root[:, 0]
    fitted = X if Z is X else Z @ np.linalg.lstsq(Z, X)[0]
    kept = independent(fitted, np.linalg.norm(X, axis=0))
    H = fitted[:, kept]
    bread = np.linalg.inv(H.T @ H)
    b = bread @ (H.T @ y)
    scores = sums(H * (y - X[:, kept] @ b)[:, None], unit)
    G, n, p = len(scores), len(y), len(kept)
    full, V = np.full(X.shape[1], np.nan), np.full((X.shape[1], X.shape[1]), np.nan)
    full[kept] = b
    scale = G / (G - 1) * (n - 1) / (n - p) if G > 1 and n > p else np.nan
    V[np.ix_(kept, kept)] = bread @ scores.T @ scores @ bread * scale
    return full, V
