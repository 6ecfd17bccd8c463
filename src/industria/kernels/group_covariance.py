"""Covariance of the means and slopes of groups, from cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.oaxaca_blinder import Cells, Fit

__all__ = ["Errors", "clustered", "independent_rows", "joined"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Errors = Literal["iid", "HC1"]


def independent_rows(cells: Cells, w: Array, y: Array, fitted: Fit, errors: Errors) -> Array:
    """Return the covariance of mean and slopes where rows are independent.

    Slopes have s² (X'WX)⁻¹ under "iid", as weighted least squares has it, or the HC1
    sandwich, together with the covariance that it implies between means and slopes.

    Parameters
    ----------
    cells : Cells
        Regressors, n rows.
    w, y : array, shape (n,)
        Weights and outcome.
    fitted : Fit
        Of the group.
    errors : {"iid", "HC1"}
        Which.

    Returns
    -------
    array, shape (2k, 2k)
        Means first.
    """
    X, (n, k), total = cells.X, (len(y), cells.X.shape[1]), w.sum()
    W = cells.sums(w)
    bread = np.linalg.inv((X * W[:, None]).T @ X)
    u = y - (X @ fitted.slopes)[cells.cell]
    D = (X - fitted.mean) / total
    V = np.zeros((2 * k, 2 * k))
    of_mean, of_slopes = n / (n - 1), n / (n - k)
    V[:k, :k] = of_mean * (D * cells.sums(w * w)[:, None]).T @ D
    if errors == "iid":
        V[k:, k:] = bread * (w @ (u * u) / (n - k))
        return V
    H = X @ bread
    V[k:, k:] = of_slopes * (H * cells.sums(w * w * u * u)[:, None]).T @ H
    V[:k, k:] = (of_mean * of_slopes) ** 0.5 * (D * cells.sums(w * w * u)[:, None]).T @ H
    V[k:, :k] = V[:k, k:].T
    return V


def joined(covariances: Sequence[Array]) -> Array:
    """Put groups that are independent of each other together: all means first, then all slopes.

    Parameters
    ----------
    covariances : sequence of array, each of shape (2k, 2k)
        One a group, means first.

    Returns
    -------
    array, shape (2Gk, 2Gk)
    """
    G, k = len(covariances), len(covariances[0]) // 2
    V = np.zeros((2, G, k, 2, G, k))
    for g, one in enumerate(covariances):
        V[:, g, :, :, g, :] = one.reshape(2, k, 2, k)
    return V.reshape(2 * G * k, 2 * G * k)


def clustered(groups: Sequence[tuple[Cells, Array, Array, Fit, Codes]], clusters: int) -> Array:
    """Return the covariance where rows of one cluster, in whichever group, are not independent.

    Factors are G/(G-1), and for slopes (n-1)/(n-k) besides, as CRV1 has them.

    Parameters
    ----------
    groups : sequence of tuple
        Cells, weights (n,), outcome (n,), fit and cluster of each row (n,) of each group.
    clusters : int
        How many in all; numbered from 0 across groups.

    Returns
    -------
    array, shape (2Gk, 2Gk)
        All means first, then all slopes.
    """
    from scipy.sparse import csr_array

    means, slopes = [], []
    scale = (clusters / (clusters - 1)) ** 0.5
    for cells, w, y, fitted, g in groups:
        X, (n, k) = cells.X, (len(y), cells.X.shape[1])

        def gathered(
            values: Array, X: Array = X, g: Codes = g, cell: Codes = cells.cell, n: int = n
        ) -> tuple[Array, Array]:
            by = csr_array((values, (g, cell)), shape=(clusters, len(X)))
            return np.asarray(by @ X), np.asarray(by.sum(axis=1)).reshape(-1, 1)

        weighted, weight = gathered(w)
        means.append(scale * (weighted - weight * fitted.mean) / w.sum())
        bread = np.linalg.inv((X * cells.sums(w)[:, None]).T @ X)
        scores, _ = gathered(w * (y - (X @ fitted.slopes)[cells.cell]))
        slopes.append(scale * ((n - 1) / (n - k)) ** 0.5 * scores @ bread)
    U = np.hstack([*means, *slopes])
    return np.asarray(U.T @ U)
