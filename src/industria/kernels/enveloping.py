"""The lowest surface of a form that lies above given points, as metafrontiers lie above frontiers of groups."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError

__all__ = ["least_squares_above", "least_sum_above"]

Array: TypeAlias = npt.NDArray[np.float64]

# Of the size of the points, what rounding leaves of a surface through them.
NOTHING: Final = 1e-12


def least_sum_above(X: Array, g: Array) -> Array:
    """Find β of min Σ (Xβ - g) s.t. Xβ ≥ g, the linear program of O'Donnell, Rao & Battese (2008).

    Parameters
    ----------
    X : array, shape (n, k)
        Terms of the surface, the first a constant; of full rank.
    g : array, shape (n,)
        Points.

    Returns
    -------
    array, shape (k,)

    Raises
    ------
    ConvergenceError
        If the program has no end.
    """
    from scipy.optimize import linprog

    Q, R = _orthonormal(X)
    first = Q.T @ g / len(g)
    h = g - Q @ first
    if np.abs(h).max() <= NOTHING * max(np.abs(g).max(), 1.0):
        return _lifted(X, R, first, g)
    # Points of the size of 1 are told apart by the solver as well as any others.
    size = np.abs(h).max()
    found = linprog(Q.mean(axis=0), A_ub=-Q, b_ub=-h / size, bounds=(None, None), method="highs")
    if found.status != 0:
        raise ConvergenceError("the envelope of group frontiers", int(found.nit), "leave out terms that repeat others")
    return _lifted(X, R, first + size * found.x, g)


def least_squares_above(X: Array, g: Array) -> Array:
    """Find β of min Σ (Xβ - g)² s.t. Xβ ≥ g, by nonnegative least squares (Lawson & Hanson 1974, ch. 23).

    Parameters
    ----------
    X : array, shape (n, k)
        Terms of the surface, the first a constant; of full rank.
    g : array, shape (n,)
        Points.

    Returns
    -------
    array, shape (k,)
    """
    from scipy.optimize import nnls

    Q, R = _orthonormal(X)
    first = Q.T @ g / len(g)
    h = g - Q @ first
    size = np.abs(h).max()
    if size <= NOTHING * max(np.abs(g).max(), 1.0):
        return _lifted(X, R, first, g)
    # Least distance: the shortest z with Qz ≥ h, read off the residual of nonnegative least squares.
    u, _ = nnls(np.vstack([Q.T, h / size]), np.append(np.zeros(Q.shape[1]), 1.0))
    rest = 1.0 - u @ h / size
    return _lifted(X, R, first + size * (Q.T @ u) / rest, g)


def _orthonormal(X: Array) -> tuple[Array, Array]:
    """Return Q with Q'Q = n and X = QR, so that units of the terms change nothing."""
    Q, R = np.linalg.qr(X)
    root = np.sqrt(len(X))
    return Q * root, R / root


def _lifted(X: Array, R: Array, z: Array, g: Array) -> Array:
    """Return β = R⁻¹z, its constant raised by what rounding leaves below a point."""
    made = np.asarray(np.linalg.solve(R, z), np.float64)
    made[0] += max(float((g - X @ made).max()), 0.0)
    return made
