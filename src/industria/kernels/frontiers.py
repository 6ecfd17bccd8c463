"""The units at the top of each cell, and what all of them together reach."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.distributions import quantiles

__all__ = ["cell_means", "fixed_thresholds", "share_thresholds"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Truth: TypeAlias = npt.NDArray[np.bool_]

EQUAL: Final = 1e-9
"""Sums of weights carry rounding: a size within this share of the one wanted is met."""


def share_thresholds(x: Array, w: Array | None, start: Codes, share: float, m: Array | None = None) -> Array:
    """Find the value from which on a unit belongs to the top share of its cell.

    Parameters
    ----------
    x : array, shape (n,)
        Values, rising within each cell.
    w : array, shape (n,), or None
        Weights of 0 or more.
    start : array, shape (cells + 1,)
        Where cells begin.
    share : float
        Between 0 and 1.
    m : array, shape (n,), optional
        How often each was drawn, 0 or more.

    Returns
    -------
    array, shape (cells,)
        The quantile 1 - share; NaN where nothing has weight.
    """
    levels = np.array([1 - share])
    found = []
    for a, b in pairwise(start.tolist()):
        here, times = (None if of is None else of[a:b] for of in (w, m))
        found.append(quantiles(x[a:b], levels, here, times)[0])
    return np.array(found)


def fixed_thresholds(x: Array, w: Array | None, start: Codes, size: Array) -> Array:
    """Find the value from which on units of a cell add up to a size.

    Parameters
    ----------
    x, w, start
        As above.
    size : array, shape (cells,)
        In units, or in their weight.

    Returns
    -------
    array, shape (cells,)
        The lowest value of the top; of the whole cell where it is smaller than the size.
    """
    found = np.full(len(size), np.nan)
    for cell, (a, b) in enumerate(pairwise(start.tolist())):
        here = np.ones(b - a) if w is None else w[a:b]
        if here.sum() > 0:
            from_top = np.cumsum(here[::-1])
            place = int(np.searchsorted(from_top, min(size[cell] * (1 - EQUAL), from_top[-1])))
            found[cell] = x[b - 1 - place]
    return found


def cell_means(x: Array, w: Array, cell: Codes, cells: int) -> Array:
    """Average by cell, shape (cells,); NaN where nothing has weight."""
    total = np.bincount(cell, w, cells)
    return np.asarray(np.bincount(cell, w * x, cells) / np.where(total > 0, total, np.nan))
