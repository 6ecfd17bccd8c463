"""Logistic regression on cells, and the cells that a logit tells apart without fail."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError

__all__ = ["curvature", "logit", "nearby_logit", "separated"]

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Odds of e^40 to 1 are no estimate from any survey; a fit that gets there is running away.
FARTHEST: Final = 40.0
STEPS: Final = 100
SHORT_STEPS: Final = 12
SETTLED: Final = 1e-9

# Short steps gain a digit or more each: where one moves less than this, the next would move less than 1e-8.
NEARLY: Final = 1e-7


def logit(Z: Array, W1: Array, W0: Array, start: Array | None = None) -> Array:
    """Fit P(1 | z) = 1 / (1 + exp(-zb)) by weighted maximum likelihood (Newton's method).

    Parameters
    ----------
    Z : array, shape (C, k)
        One row a cell; columns independent and of about the same size.
    W1, W0 : array, shape (C,)
        Weight of ones and of zeros in each cell.
    start : array, shape (k,), optional
        Where to begin, as the fit of the full sample for a bootstrap.

    Returns
    -------
    array, shape (k,)
        Log odds per unit of Z.

    Raises
    ------
    ConvergenceError
        If the likelihood has no maximum, as where cells are separated.
    """
    W = W1 + W0
    total = W.sum()
    b = np.zeros(Z.shape[1]) if start is None else start
    eta = Z @ b
    likelihood = _likelihood(eta, W1, W)
    for _ in range(STEPS):
        gradient = Z.T @ (W1 - W / (1 + np.exp(-eta)))
        try:
            step = np.linalg.solve(curvature(Z, W, b), gradient)
        except np.linalg.LinAlgError:
            break
        # The likelihood is concave: half a step, taken often enough, climbs.
        for _ in range(60):
            ahead = Z @ (b + step)
            there = _likelihood(ahead, W1, W)
            if there >= likelihood - 1e-13 * total:
                break
            step = step / 2
        b, eta, likelihood = b + step, ahead, there
        if np.abs(eta).max() > FARTHEST:
            break
        if np.abs(step).max() < SETTLED * (1 + np.abs(b).max()):
            return b
    raise ConvergenceError("the logit", STEPS, "a term may tell the two groups apart")


def curvature(Z: Array, W: Array, b: Array) -> Array:
    """Return Z' diag(W p (1 - p)) Z, by which the gradient falls around b.

    Parameters
    ----------
    Z : array, shape (C, k)
        One row a cell.
    W : array, shape (C,)
        Weight of each cell.
    b : array, shape (k,)
        Slopes.

    Returns
    -------
    array, shape (k, k)
    """
    p = 1 / (1 + np.exp(-(Z @ b)))
    return np.asarray(Z.T @ ((W * p * (1 - p))[:, None] * Z))


def nearby_logit(Z: Array, W1: Array, W0: Array, start: Array, bread: Array) -> Array:
    """Fit a logit whose solution is near a known one, as that of a bootstrap is to the sample's.

    Every step uses the inverse curvature of the known solution, so that none forms a
    matrix; where a dozen such steps do not settle, Newton's do.

    Parameters
    ----------
    Z, W1, W0
        As for `logit`.
    start : array, shape (k,)
        The known solution.
    bread : array, shape (k, k)
        Inverse of its curvature, under weights of about the same total.

    Returns
    -------
    array, shape (k,)
        Log odds per unit of Z.

    Raises
    ------
    ConvergenceError
        If the likelihood has no maximum.
    """
    b, W = start, W1 + W0
    before = np.inf
    for _ in range(SHORT_STEPS):
        step = bread @ (Z.T @ (W1 - W / (1 + np.exp(-(Z @ b)))))
        size = float(np.abs(step).max())
        if size > 0.2 * before:
            break
        b, before = b + step, size
        if size < NEARLY * (1 + np.abs(b).max()):
            return np.asarray(b)
    return logit(Z, W1, W0, start)


def _likelihood(eta: Array, W1: Array, W: Array) -> float:
    return float(W1 @ eta - W @ np.logaddexp(0.0, eta))


def separated(Z: Array, ones: Mask, zeros: Mask) -> Mask:
    """Find the cells that some combination of terms tells apart without fail.

    A linear program (Konis 2007): of all b with zb ≥ 0 where a cell has ones alone,
    ≤ 0 where it has zeros alone and = 0 where it has both, one with zb off 0 in as
    many cells as there can be. Such b add up, so that one has them all.

    Parameters
    ----------
    Z : array, shape (C, k)
        One row a cell.
    ones, zeros : array, shape (C,)
        Whether a cell has any.

    Returns
    -------
    array, shape (C,)
        True where the fitted probability runs to 0 or 1; nowhere if the likelihood has a maximum.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack

    pure = np.flatnonzero(ones != zeros)
    both = np.flatnonzero(ones & zeros)
    found = np.zeros(len(Z), dtype=bool)
    if not pure.size:
        return found
    (m, k), sides = (len(pure), Z.shape[1]), np.where(ones, 1.0, -1.0)[:, None] * Z
    # Each pure cell's margin counts up to 1: scaled enough, b has all of them there that it can.
    done = linprog(
        np.concatenate([np.zeros(k), -np.ones(m)]),
        A_ub=hstack([csr_array(-sides[pure]), eye_array(m)]),
        b_ub=np.zeros(m),
        A_eq=hstack([csr_array(Z[both]), csr_array((len(both), m))]) if both.size else None,
        b_eq=np.zeros(len(both)) if both.size else None,
        bounds=[(None, None)] * k + [(0, 1)] * m,
        method="highs",
    )
    if done.status == 0:
        found[pure] = done.x[k:] > 0.5
    return found
