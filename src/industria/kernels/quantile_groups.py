"""Groups of equal weight, by rank."""

from __future__ import annotations

import numpy as np

from industria.kernels.groups import Array, Codes

__all__ = ["quantile_groups"]


def quantile_groups(x: Array, w: Array, n: int, within: Codes | None = None) -> Codes:
    """Sort rows into n groups of as nearly equal weight as equal values allow.

    A value's place is the weight below it and half of its own; equal values share it.

    Parameters
    ----------
    x : array, shape (m,)
        What is ranked.
    w : array, shape (m,)
        Positive weights.
    n : int
        Groups.
    within : array, shape (m,), optional
        Ranked apart: periods, say, numbered from 0.

    Returns
    -------
    array, shape (m,)
        0 to n - 1, the lowest first.
    """
    part = np.zeros(len(x), np.int64) if within is None else within
    order = np.lexsort((x, part))
    new = (np.diff(x[order], prepend=np.nan) != 0) | (np.diff(part[order], prepend=-1) != 0)
    value = np.cumsum(new) - 1
    weight = np.bincount(value, w[order])
    of = part[order][new]
    total = np.bincount(of, weight)
    below = np.cumsum(weight) - weight / 2 - (np.cumsum(total) - total)[of]
    found = np.empty(len(x), np.int64)
    found[order] = np.clip((below / total[of] * n).astype(np.int64), 0, n - 1)[value]
    return found
