"""Output explained twice, by inputs of today and by those of yesterday: Wooldridge's joint moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError
from industria.kernels.groups import renumbered, sums

__all__ = ["TwoEquations", "joint"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]

STEPS: Final = 200
SLOPES: Final = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1)
SETTLED: Final = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class TwoEquations:
    """y = a + X b + h l + e1 and y = c + X b + g(h_lag l) + e2, g a polynomial without constant.

    Attributes
    ----------
    y : array, shape (n,)
        Outcome.
    X : array, shape (n, p)
        Inputs.
    h, h_lag : array, shape (n, q)
        Polynomial of state and proxy, without constant, and a period before.
    Z1, Z2 : array, shapes (n, z1), (n, z2)
        Instruments of either equation, constants among them.
    w : array, shape (n,)
        Weights.
    unit : array, shape (n,)
        Rows of one unit are not independent.
    degree : int
        Of g.
    """

    y: Array
    X: Array
    h: Array
    h_lag: Array
    Z1: Array
    Z2: Array
    w: Array
    unit: Codes
    degree: int


def joint(of: TwoEquations, *, two_step: bool = True) -> tuple[Array, Array]:
    """Fit both equations by generalized moments (Gauss-Newton from the best linear g).

    Parameters
    ----------
    of : TwoEquations
        With n rows.
    two_step : bool
        Whether the second round weights moments by their covariance over units; the first takes them as
        two-stage least squares do.

    Returns
    -------
    tuple of array, shapes (p,) and (p, p)
        b, and its covariance, robust to errors of one unit that hold together.

    Raises
    ------
    ConvergenceError
        If the steps do not settle.
    """
    used = of.w > 0
    unit = renumbered(of.unit[used])
    y, X, h, h_lag, Z1, Z2, w = (part[used] for part in (of.y, of.X, of.h, of.h_lag, of.Z1, of.Z2, of.w))
    rows = TwoEquations(y, X, h, h_lag, Z1, Z2, w, unit, of.degree)
    z1, z2 = rows.Z1.shape[1], rows.Z2.shape[1]
    W = np.zeros((z1 + z2, z1 + z2))
    W[:z1, :z1] = np.linalg.pinv(rows.Z1.T @ (rows.Z1 * rows.w[:, None]))
    W[z1:, z1:] = np.linalg.pinv(rows.Z2.T @ (rows.Z2 * rows.w[:, None]))
    theta = _settle(rows, _start(rows, W), W)
    by_unit = _by_unit(rows, theta)
    if two_step:
        # A unit that weighs k is k units, whose moments vary as one's.
        alike = by_unit / np.sqrt(sums(rows.w, rows.unit) / np.bincount(rows.unit))[:, None]
        W = np.asarray(np.linalg.pinv(alike.T @ alike), np.float64)
        theta = _settle(rows, theta, W)
        by_unit = _by_unit(rows, theta)
    D = _slopes(rows, theta)
    bread = np.linalg.pinv(D.T @ W @ D)
    V = bread @ D.T @ W @ (by_unit.T @ by_unit) @ W @ D @ bread
    p = rows.X.shape[1]
    return theta[2 : 2 + p], V[2 : 2 + p, 2 : 2 + p]


def _errors(of: TwoEquations, theta: Array) -> tuple[Array, Array]:
    p, q = of.X.shape[1], of.h.shape[1]
    b, lam, rho = theta[2 : 2 + p], theta[2 + p : 2 + p + q], theta[2 + p + q :]
    left, v = of.y - of.X @ b, of.h_lag @ lam
    g = sum(r * v ** (i + 1) for i, r in enumerate(rho))
    return left - theta[0] - of.h @ lam, left - theta[1] - g


def _by_unit(of: TwoEquations, theta: Array) -> Array:
    e1, e2 = _errors(of, theta)
    return np.asarray(sums(np.column_stack([of.Z1 * (of.w * e1)[:, None], of.Z2 * (of.w * e2)[:, None]]), of.unit))


def _slopes(of: TwoEquations, theta: Array) -> Array:
    """Derive the moments by theta, shape (z1 + z2, len(theta))."""
    p, q = of.X.shape[1], of.h.shape[1]
    lam, rho = theta[2 + p : 2 + p + q], theta[2 + p + q :]
    v = of.h_lag @ lam
    one, none = np.ones((len(v), 1)), np.zeros((len(v), 1))
    powers = np.column_stack([v ** (i + 1) for i in range(len(rho))])
    slope = sum(r * (i + 1) * v**i for i, r in enumerate(rho))
    d1 = np.column_stack([one, none, of.X, of.h, np.zeros((len(v), len(rho)))])
    d2 = np.column_stack([none, one, of.X, of.h_lag * np.reshape(slope, (-1, 1)), powers])
    return -np.concatenate([(of.Z1 * of.w[:, None]).T @ d1, (of.Z2 * of.w[:, None]).T @ d2])


def _start(of: TwoEquations, W: Array) -> Array:
    """Take the lowest of the fits with g(v) = r v, which are linear given r: from a bad one a search may not return."""
    p, q = of.X.shape[1], of.h.shape[1]
    linear, found = slice(0, 2 + p + q), []
    for slope in SLOPES:
        theta = np.zeros(2 + p + q + of.degree)
        theta[2 + p + q] = slope
        D, m = _slopes(of, theta)[:, linear], _by_unit(of, theta).sum(axis=0)
        theta[linear] -= np.linalg.lstsq(D.T @ W @ D, D.T @ W @ m)[0]
        m = _by_unit(of, theta).sum(axis=0)
        found.append((float(m @ W @ m), theta))
    return min(found, key=lambda one: one[0])[1]


def _settle(of: TwoEquations, theta: Array, W: Array) -> Array:
    m = _by_unit(of, theta).sum(axis=0)
    here = float(m @ W @ m)
    for _ in range(STEPS):
        D = _slopes(of, theta)
        step = -np.linalg.lstsq(D.T @ W @ D, D.T @ W @ m)[0]
        for _ in range(40):
            m = _by_unit(of, theta + step).sum(axis=0)
            there = float(m @ W @ m)
            if there <= here:
                break
            step = step / 2
        theta = theta + step
        if np.abs(step[2 : 2 + of.X.shape[1]]).max() < SETTLED or here - there <= 1e-14 * here:
            return theta
        here = there
    raise ConvergenceError("Wooldridge's joint moments", STEPS, "a lower markov_degree has fewer minima")
