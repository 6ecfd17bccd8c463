"""Indexes of shares: sums of squares, entropy, and what the largest have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["entropy", "herfindahl", "largest_shares"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def _totals(x: Array, h: Array, cell: Codes, cells: int) -> Array:
    total = np.bincount(cell, h * x, cells)
    return np.where(total > 0, total, np.nan)


def herfindahl(x: Array, h: Array, cell: Codes, cells: int) -> Array:
    """Return Σ h (x / Σ h x)² of each cell.

    Parameters
    ----------
    x : array, shape (n,)
        Sizes of 0 or more.
    h : array, shape (n,)
        How many units have each.
    cell : array, shape (n,)
        Numbered from 0.
    cells : int
        How many.

    Returns
    -------
    array, shape (cells,)
        Between 0 and 1; NaN where the total is 0.
    """
    return np.asarray(np.bincount(cell, h * x * x, cells) / _totals(x, h, cell, cells) ** 2)


def entropy(x: Array, h: Array, cell: Codes, cells: int) -> Array:
    """Return Σ h s ln(1/s) with s = x / Σ h x, in log points; arguments and NaN as in `herfindahl`."""
    total = _totals(x, h, cell, cells)
    logs = np.log(np.where(x > 0, x, 1.0))
    # Σ h s ln(1/s) = ln Σ h x - Σ h x ln x / Σ h x takes one logarithm a unit.
    mean = np.bincount(cell, h * x * logs, cells) / total
    return np.asarray(np.maximum(np.log(total) - mean, 0.0))


def largest_shares(x: Array, h: Array, start: Codes, sizes: Sequence[int]) -> Array:
    """Return the shares of the largest units of each cell.

    Parameters
    ----------
    x : array, shape (n,)
        Sizes of 0 or more, rising within each cell.
    h : array, shape (n,)
        How many units have each; the last counts with what is left.
    start : array, shape (cells + 1,)
        Where cells begin.
    sizes : sequence of int
        How many of the largest.

    Returns
    -------
    array, shape (cells, len(sizes))
        1 where a cell has no more; NaN where its total is 0.
    """
    found = np.full((len(start) - 1, len(sizes)), np.nan)
    fractions = bool((h < 1).any())
    for cell, (a, b) in enumerate(pairwise(start.tolist())):
        total = h[a:b] @ x[a:b]
        if not total > 0:
            continue
        count = h[a:b].sum()
        # Few of many are among the largest; where a weight is below 1, they are more rows.
        tail = a if fractions else max(a, b - max(sizes, default=0))
        size, units = x[tail:b][::-1], h[tail:b][::-1]
        upto = np.cumsum(units)
        for j, k in enumerate(sizes):
            left = np.clip(k - (upto - units), 0.0, units)
            found[cell, j] = 1.0 if k >= count else min(float(left @ size / total), 1.0)
    return found
