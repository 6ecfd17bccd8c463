"""Quantiles and tails of Student's t, and of the normal distribution where degrees of freedom are not counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["t_p_value", "t_quantile"]

Array = npt.NDArray[np.float64]


def t_quantile(p: float, df: float | Array | None) -> Any:
    """Return the value that a share p of the distribution lies below.

    Parameters
    ----------
    p : float
        Between 0 and 1.
    df : float, array of shape (n,) or None
        Degrees of freedom; None for the normal distribution.

    Returns
    -------
    float or array, shape (n,)
    """
    # scipy.special takes longer to import than a cached run takes to answer.
    from scipy.special import ndtri, stdtrit

    return ndtri(p) if df is None else stdtrit(df, p)


def t_p_value(t: float | Array, df: float | Array) -> Any:
    """Return the probability of a statistic at least this far from zero, on either side.

    Parameters
    ----------
    t : float or array, shape (n,)
        The statistic.
    df : float or array, shape (n,)
        Degrees of freedom.

    Returns
    -------
    float or array, shape (n,)
    """
    from scipy.special import stdtr

    return 2 * stdtr(df, -np.abs(t))
