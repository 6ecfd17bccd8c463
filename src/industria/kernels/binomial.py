"""Exact intervals of a share."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

__all__ = ["exact_interval"]

Array: TypeAlias = npt.NDArray[np.float64]


def exact_interval(k: Array, n: Array, confidence: float) -> tuple[Array, Array]:
    """Give the interval of Clopper and Pearson, whose coverage is never below what it says.

    Parameters
    ----------
    k, n : array, shape (m,)
        How many of how many; 0 <= k <= n.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : array, shape (m,)
        Shares with which k or more, and k or fewer, come about with probability (1 - confidence)/2; 0 where k is 0, and
        1 where it is n.
    """
    tail = (1 - confidence) / 2
    k, n = np.asarray(k, float), np.asarray(n, float)
    some, rest = np.maximum(k, 1), np.maximum(n - k, 1)
    low = np.where(k > 0, betaincinv(some, n - k + 1, tail), 0.0)
    high = np.where(k < n, betaincinv(k + 1, rest, 1 - tail), 1.0)
    return low, high
