"""Quantiles, moments and gaps of a distribution with weights, and what draws of its units do to them."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["covariance_parts", "moments", "quantiles", "spans", "within_cells"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def spans(cell: Codes) -> Codes:
    """Tell where each cell of sorted rows begins, and where the last ends; shape (cells + 1,)."""
    return np.concatenate([[0], np.cumsum(np.bincount(cell))]).astype(np.int64)


def within_cells(x: Array, w: Array | None, start: Codes) -> Codes:
    """Order the rows of each cell by value, and by weight where values are the same.

    Parameters
    ----------
    x : array, shape (n,)
        Values, cell after cell.
    w : array, shape (n,), or None
        Weights, where they differ.
    start : array, shape (cells + 1,)
        Where cells begin.

    Returns
    -------
    array, shape (n,)
        Places of rows.
    """
    if w is None:
        begins = np.zeros(len(x) + 1, bool)
        begins[start] = True
        if begins[np.flatnonzero(x[1:] < x[:-1]) + 1].all():
            return np.arange(len(x))
    order = np.empty(len(x), np.int64)
    for a, b in pairwise(start.tolist()):
        order[a:b] = a + (np.argsort(x[a:b]) if w is None else np.lexsort((w[a:b], x[a:b])))
    return order


def quantiles(x: Array, levels: Array, w: Array | None = None, m: Array | None = None) -> Array:
    """Return quantiles between the two nearest values.

    With C the sums of weights up to a value, it stands at (C_k - w_k/2 - w_1/2) / (W - (w_1 + w_n)/2), and
    values between are linear. Equal weights give type 7 of Hyndman and Fan (1996); a common factor changes nothing.
    A value drawn m times is that many copies of weight w: it stands from the place of the first to that of the last.

    Parameters
    ----------
    x : array, shape (n,)
        Values, rising.
    levels : array, shape (q,)
        Between 0 and 1.
    w : array, shape (n,), optional
        Weights of 0 or more; a value without weight counts as absent.
    m : array, shape (n,), optional
        How often each was drawn, 0 or more; once if not told.

    Returns
    -------
    array, shape (q,)
        In the unit of x; NaN where nothing has weight.
    """
    if m is not None:
        w = np.ones(len(x)) if w is None else w
        there = (w > 0) & (m > 0)
        x, w, m = x[there], w[there], m[there]
    elif w is not None:
        x, w = (x, w) if (w > 0).all() else (x[w > 0], w[w > 0])
    if not len(x):
        return np.full(len(levels), np.nan)
    if w is None:
        place = levels * (len(x) - 1)
        low = np.floor(place).astype(np.int64)
        share = place - low
        # Between equal values there is nothing else, to the last digit: a unit at the quantile is not below it.
        return np.asarray(x[low] + (x[np.minimum(low + 1, len(x) - 1)] - x[low]) * share)
    if len(x) == 1:
        return np.full(len(levels), x[0])
    C = np.cumsum(w if m is None else w * m)
    total = C[-1] - (w[0] + w[-1]) / 2
    t = (C - w / 2 - w[0] / 2) / total
    if m is None:
        return np.interp(levels, t, x)
    return np.interp(levels, np.column_stack([t - w * (m - 1) / total, t]).ravel(), np.repeat(x, 2))


def moments(x: Array, w: Array | None = None, n: float | None = None) -> tuple[float, float]:
    """Return mean and standard deviation, √(Σ w (x - m)² / Σ w × n / (n - 1)).

    Parameters
    ----------
    x : array, shape (m,)
        Values.
    w : array, shape (m,), optional
        Weights of 0 or more.
    n : float, optional
        How many values they stand for; m if not told.

    Returns
    -------
    tuple of float
        In the unit of x; NaN where nothing has weight, and the second where n is 1.
    """
    total, n = len(x) if w is None else float(w.sum()), len(x) if n is None else n
    if not total:
        return np.nan, np.nan
    mean = float(x.mean() if w is None else w @ x / total)
    square = float(((x - mean) ** 2).sum() if w is None else w @ (x - mean) ** 2)
    return mean, float(np.sqrt(square / total * n / (n - 1))) if n > 1 else np.nan


def covariance_parts(p: Array, s: Array, a: Array, cell: Codes, cells: int) -> tuple[Array, Array]:
    """Return the weighted mean and the mean of each cell; they differ by Σ (s - a) p, the covariance.

    Parameters
    ----------
    p : array, shape (n,)
        Productivity, in any unit.
    s, a : array, shape (n,)
        Weight, and units stood for; 0 or more.
    cell : array, shape (n,)
        Numbered from 0.
    cells : int
        How many.

    Returns
    -------
    tuple of array, each of shape (cells,)
        In the unit of p; NaN where a cell has no weight.
    """
    found = []
    for of in (s, a):
        total = np.bincount(cell, of, cells)
        found.append(np.bincount(cell, of * p, cells) / np.where(total > 0, total, np.nan))
    return found[0], found[1]
