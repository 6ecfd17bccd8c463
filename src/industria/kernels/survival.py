"""Probability of still being there, as a probit on a polynomial."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["survival"]

Array: TypeAlias = npt.NDArray[np.float64]

STEPS: Final = 60
SETTLED: Final = 1e-11


def survival(X: Array, last: npt.NDArray[np.bool_], w: Array) -> Array:
    """Fit P(survive | x) = Phi(x b) by weighted maximum likelihood (Newton's method), and return it for each row.

    Parameters
    ----------
    X : array, shape (n, r)
        Polynomial, the constant among it.
    last : array, shape (n,)
        Whether the unit is gone afterwards.
    w : array, shape (n,)
        Weights; 0 where it could not be seen.

    Returns
    -------
    array, shape (n,)
        Probabilities. Where the polynomial tells exits without fail they run to 0 and 1, and stop there.
    """
    from scipy.special import log_ndtr, ndtr

    sign = np.where(last, -1.0, 1.0)
    b = np.zeros(X.shape[1])
    here = float(w @ log_ndtr(sign * (X @ b)))
    for _ in range(STEPS):
        z = sign * (X @ b)
        # The inverse Mills ratio, in logs: its parts vanish far out.
        mills = np.exp(-(z**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(z))
        curved = X * (w * mills * (mills + z))[:, None]
        step = np.linalg.lstsq(X.T @ curved, X.T @ (w * sign * mills))[0]
        for _ in range(30):
            there = float(w @ log_ndtr(sign * (X @ (b + step))))
            if there >= here:
                break
            step = step / 2
        b = b + step
        if there - here <= SETTLED * abs(here):
            break
        here = there
    return np.asarray(ndtr(X @ b))
