"""More moments than coefficients: the second round of generalized moments, and whether they agree."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import renumbered, sums
from industria.kernels.markov_projection import lowest
from industria.kernels.markov_rows import Markov, innovations, net_of_process

__all__ = ["SecondRound", "second_round"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


class SecondRound(NamedTuple):
    """Where moments that are weighted by their covariance are least.

    Attributes
    ----------
    b : array, shape (p,)
        Coefficients.
    J : float
        Hansen's statistic, chi-squared where all moments hold.
    df : int
        Moments less coefficients.
    p : float
        Probability of a statistic at least as large.
    """

    b: Array
    J: float
    df: int
    p: float


def second_round(rows: Markov, unit: Codes, b: Array) -> SecondRound | None:
    """Weight moments by their covariance over units at b, and go to the nearest minimum.

    Parameters
    ----------
    rows : Markov
        With more instruments than coefficients.
    unit : array, shape (n,)
        Rows of one unit are not independent.
    b : array, shape (p,)
        Where covariances are taken, and the search begins: a root of as many moments as coefficients.

    Returns
    -------
    SecondRound or None
        None where no minimum is near.
    """
    from scipy.special import chdtrc

    assert rows.Z is not None
    used = rows.w > 0
    own, w = renumbered(unit[used]), rows.w[used]
    xi = innovations(rows, b)[0][used]
    scores = sums((net_of_process(rows, b, rows.Z)[used] * (w * xi)[:, None]), own)
    # A unit that weighs k is k units, whose moments vary as one's.
    scores = scores / np.sqrt(sums(w, own) / np.bincount(own))[:, None]
    stop = lowest(replace(rows, metric=scores.T @ scores / w.sum() ** 2), b)
    if stop is None:
        return None
    df = rows.Z.shape[1] - len(b)
    return SecondRound(stop.b, stop.criterion, df, float(chdtrc(df, stop.criterion)))
