"""Share of revenue that goes to a flexible input, as a polynomial that must stay positive."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError

__all__ = ["share_regression"]

Array: TypeAlias = npt.NDArray[np.float64]

STEPS: Final = 200
# Of the sum of squares; the last step of Newton's method is far shorter.
SETTLED: Final = 1e-14


def share_regression(log_share: Array, P: Array, w: Array, start: Array | None = None) -> Array:
    """Fit ln S = ln(P c) - e by nonlinear least squares.

    Gauss-Newton; a step is halved until P c > 0 and the sum of squares falls.

    Parameters
    ----------
    log_share : array, shape (n,)
        Natural log of the share.
    P : array, shape (n, m)
        Polynomial of the inputs, the constant first.
    w : array, shape (n,)
        Weights.
    start : array, shape (m,), optional
        Where to begin, as the fit of the full sample for a bootstrap.

    Returns
    -------
    array, shape (m,)
        c, in shares per unit of P.

    Raises
    ------
    ConvergenceError
        If no step leads lower before the fit has settled.
    """
    if start is None:
        start = np.zeros(P.shape[1])
        start[0] = np.exp(np.average(log_share, weights=w))
    c, here = start, _sum(log_share, P @ start, w)
    for _ in range(STEPS):
        fitted = P @ c
        X = P / fitted[:, None]
        WX = X * w[:, None]
        step = np.linalg.solve(X.T @ WX, WX.T @ (log_share - np.log(fitted)))
        for _ in range(40):
            there = _sum(log_share, P @ (c + step), w)
            if there <= here:
                break
            step = step / 2
        if here - there <= SETTLED * here:
            return c + step if there <= here else c
        c, here = c + step, there
    raise ConvergenceError("the share regression", STEPS, "a share may lie near zero, or inputs move together")


def _sum(log_share: Array, fitted: Array, w: Array) -> float:
    if (fitted <= 0).any():
        return np.inf
    return float(w @ (log_share - np.log(fitted)) ** 2)
