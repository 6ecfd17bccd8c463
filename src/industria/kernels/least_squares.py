"""Least squares and Poisson regression net of effects, down to what their covariances need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from industria.errors import ConvergenceError
from industria.kernels.groups import Array

__all__ = ["Demean", "Fit", "independent", "least_squares", "orthonormal", "poisson_regression"]

Demean: TypeAlias = Callable[[Array, Array], Array]
"""Takes a matrix (n, m) and weights (n,), and returns the matrix net of weighted effects."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    b : array, shape (k,)
        Slopes, in units of the outcome (log points for Poisson).
    bread : array, shape (k, k)
        Inverse of X'WX, net of effects.
    scores : array, shape (n, k)
        x_i times the weighted residual of row i.
    residuals : array, shape (n,)
        Of the outcome, times the square root of the weight.
    dispersion : float
        Sum of squared residuals; for Poisson, whose variance is its mean, NaN.
    """

    b: Array
    bread: Array
    scores: Array
    residuals: Array
    dispersion: float


def least_squares(y: Array, X: Array) -> Fit:
    """Fit y = X b + u by least squares.

    Parameters
    ----------
    y : array, shape (n,)
        Outcome net of effects, times the square root of the weight.
    X : array, shape (n, k)
        Independent columns, likewise.

    Returns
    -------
    Fit
        With slopes in the unit of y per unit of X.
    """
    bread = np.linalg.inv(X.T @ X)
    b = bread @ (X.T @ y)
    u = y - X @ b
    return Fit(b, bread, X * u[:, None], u, float(u @ u))


def poisson_regression(
    y: Array, X: Array, w: Array, demean: Demean, *, tolerance: float = 1e-10, most: int = 100
) -> Fit:
    """Fit E(y) = exp(X b + effects) by iterated weighted least squares.

    Effects are taken out of the working outcome in every round (Correia,
    Guimarães & Zylkin 2020, "Fast Poisson estimation with high-dimensional
    fixed effects", Stata Journal 20(1)).

    Parameters
    ----------
    y : array, shape (n,)
        Outcome, not negative, with at least one positive value in each level of each effect.
    X : array, shape (n, k)
        Regressors as they are, independent net of effects.
    w : array, shape (n,)
        Positive weights.
    demean : callable
        Takes a matrix and weights to the matrix net of weighted effects.
    tolerance : float
        Relative change of the deviance at which to stop.
    most : int
        Rounds before giving up.

    Returns
    -------
    Fit
        With slopes in log points per unit of X.

    Raises
    ------
    ConvergenceError
        If the deviance has not settled after `most` rounds.
    """
    mu = (y + np.average(y, weights=w)) / 2
    eta, deviance = np.log(mu), np.inf
    for _ in range(most):
        z = eta + (y - mu) / mu
        W = w * mu
        net = demean(np.column_stack([z, X]), W)
        root = np.sqrt(W)
        fit = least_squares(root * net[:, 0], root[:, None] * net[:, 1:])
        eta = z - fit.residuals / root
        # A fit that runs away to minus or plus infinity is told as such below.
        mu = np.exp(np.clip(eta, -300, 300))
        before, deviance = deviance, _deviance(y, mu, w)
        if abs(before - deviance) <= tolerance * (deviance + 0.1):
            u = w * (y - mu)
            return Fit(fit.b, fit.bread, net[:, 1:] * u[:, None], u, np.nan)
    raise ConvergenceError("the Poisson regression", most, "a regressor may tell zeros of the outcome from the rest")


def _deviance(y: Array, mu: Array, w: Array) -> float:
    logs = np.where(y > 0, y * np.log(np.where(y > 0, y, 1.0) / mu), 0.0)
    return float(2 * np.sum(w * (logs - (y - mu))))


def independent(X: Array, size: Array, *, tolerance: float = 1e-7) -> list[int]:
    """Pick, from the left, the columns that are no combination of those picked before.

    Parameters
    ----------
    X : array, shape (n, k)
        Regressors net of effects.
    size : array, shape (k,)
        Norm of each column before effects were taken out; the yardstick of what is left.
    tolerance : float
        A column is gone when less than this share of its norm is left. Effects are
        taken out to about 1e-12, so 1e-7 is far from both noise and any real variation.

    Returns
    -------
    list of int
        Positions of the columns to keep.
    """
    size = np.maximum(size, np.finfo(float).tiny)
    # Without pivoting the diagonal of R is what each column adds to those before it.
    if len(X) > X.shape[1] and (np.abs(np.diag(np.linalg.qr(X, mode="r"))) > tolerance * size).all():
        return list(range(X.shape[1]))
    basis = np.empty((len(X), 0))
    kept: list[int] = []
    for j in range(X.shape[1]):
        rest = X[:, j]
        # Twice, because once loses digits when little is left (Kahan).
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        norm = float(np.linalg.norm(rest))
        if norm > tolerance * size[j]:
            kept.append(j)
            basis = np.column_stack([basis, rest / norm])
    return kept


def orthonormal(Z: Array, *, tolerance: float = 1e-9) -> Array:
    """Return an orthonormal basis of what the columns span.

    Parameters
    ----------
    Z : array, shape (n, m)
        Columns that may depend on each other; columns of zeros are passed over.
    tolerance : float
        A direction with a smaller share than this of a column's norm is noise.

    Returns
    -------
    array, shape (n, rank)
        Dimensionless.
    """
    size = np.linalg.norm(Z, axis=0)
    Z = Z[:, size > 0] / size[size > 0]
    if not Z.shape[1]:
        return np.empty((len(Z), 0))
    from scipy.linalg import qr

    Q, R, _ = qr(Z, mode="economic", pivoting=True)
    return np.asarray(Q[:, : int(np.sum(np.abs(np.diag(R)) > tolerance))])
