"""Rows with the row a period before, and the Markov process between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Markov", "innovations", "net_of_process", "process", "shifts"]

Array: TypeAlias = npt.NDArray[np.float64]
Powers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Markov:
    """Rows with the row a period before: w_t = a - X b, w_{t-1} = a_lag - X_lag b, w_t = g(w_{t-1}) + xi.

    Attributes
    ----------
    a, a_lag : array, shape (n,)
        Output without noise, in logs.
    X, X_lag : array, shape (n, p)
        What b multiplies.
    Z : array, shape (n, q) or None
        Instruments, q >= p, with E[xi Z] = 0; None minimizes the sum of (xi + noise)² instead.
    noise : array, shape (n,) or None
        Of output in t; needed without instruments.
    w : array, shape (n,)
        Weights.
    powers : array, shape (h,)
        Power of w_{t-1} in each term of g; 0 for the constant.
    beside : array, shape (n, h) or None
        What multiplies it, as a probability of survival; None for ones.
    metric : array, shape (q, q) or None
        Covariance by which moments are weighed; None takes that of the instruments.
    """

    a: Array
    a_lag: Array
    X: Array
    X_lag: Array
    Z: Array | None
    noise: Array | None
    w: Array
    powers: Powers
    beside: Array | None = None
    metric: Array | None = None


def process(degree: int, beside: Array | None = None, linear: Array | None = None) -> tuple[Powers, Array | None]:
    """Build the terms of g: the complete polynomial in w_{t-1} and another variable, and further ones as they are.

    Parameters
    ----------
    degree : int
        Of the polynomial.
    beside : array, shape (n,), optional
        The other variable; one of few values, as a probability that is 0 or 1, has few powers.
    linear : array, shape (n, s), optional
        Shifters of the process.

    Returns
    -------
    tuple of array, shapes (h,) and (n, h), or None
        `powers` and `beside` of `Markov`.
    """
    others = 1 if beside is None else min(degree + 1, len(np.unique(beside.round(6))))
    pairs = [(i, j) for i in range(degree + 1) for j in range(min(others, degree + 1 - i))]
    powers = np.array([i for i, _ in pairs] + [0] * (0 if linear is None else linear.shape[1]), np.int64)
    if others == 1 and linear is None:
        return powers, None
    columns: list[Array] = []
    if beside is not None:
        scaled = (beside - beside.mean()) / max(float(beside.std()), 1e-12)
        columns = [scaled**j for _, j in pairs]
    elif linear is not None:
        columns = [np.ones(len(linear)) for _ in pairs]
    return powers, np.column_stack([*columns, *(() if linear is None else linear.T)])


def innovations(rows: Markov, b: Array) -> tuple[Array, Array, Array]:
    """Return xi, w_t and w_{t-1} at b, each of shape (n,), in logs."""
    now, before, G = _terms(rows, b)
    WG = G * rows.w[:, None]
    return now - G @ np.linalg.lstsq(G.T @ WG, WG.T @ now)[0], now, before


def net_of_process(rows: Markov, b: Array, Z: Array) -> Array:
    """Take the terms of g at b out of columns, shape (n, q)."""
    _, _, G = _terms(rows, b)
    WG = G * rows.w[:, None]
    return np.asarray(Z - G @ np.linalg.lstsq(G.T @ WG, WG.T @ Z)[0])


def shifts(rows: Markov, b: Array, n: int) -> Array:
    """Return the coefficients of the last n terms of g, which are shifters, at b."""
    now, _, G = _terms(rows, b)
    WG = G * rows.w[:, None]
    return np.asarray(np.linalg.lstsq(G.T @ WG, WG.T @ now)[0][len(rows.powers) - n :])


def _terms(rows: Markov, b: Array) -> tuple[Array, Array, Array]:
    """Evaluate w_t, w_{t-1} and the terms of g."""
    now, before = rows.a - rows.X @ b, rows.a_lag - rows.X_lag @ b
    s = (before - before.mean()) / max(float(before.std()), 1e-12)
    G = s[:, None] ** rows.powers if rows.beside is None else s[:, None] ** rows.powers * rows.beside
    return now, before, G
