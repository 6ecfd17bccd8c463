"""Distances to what single units have shown, without combinations of them."""

from __future__ import annotations

import numpy as np

from industria.kernels.programs import Array, Codes

__all__ = ["free_disposal"]

AT_ONCE = 4_000_000
"""Pairs compared at a time."""


def free_disposal(
    drawing: tuple[Array, Array],
    units: tuple[Array, Array],
    direction: tuple[Array, Array],
    without: Codes | None = None,
) -> tuple[Array, Codes]:
    """Find the largest β with some unit j that uses no more than x - β gx and makes no less than y + β gy.

    max over j of min over goods with a direction of (x - x_j)/gx and (y_j - y)/gy, among those that are no
    worse in the other goods. No program is needed.

    Parameters
    ----------
    drawing : tuple of array, shapes (n, m), (n, s)
        Inputs and outputs of the units compared with.
    units, direction : tuple of array, shapes (K, m), (K, s)
        The units measured, and gx and gy, 0 or more.
    without : array, shape (K,), optional
        A unit that is not compared with, -1 for none.

    Returns
    -------
    tuple of array, each of shape (K,)
        β, NaN where no unit compares, and the first unit that attains it, -1 for none.
    """
    A = np.hstack([drawing[0], -drawing[1]])
    B = np.hstack([units[0], -units[1]])
    G = np.hstack(direction)
    K, n = len(B), len(A)
    steps, peers = np.empty(K), np.empty(K, np.int64)
    size = max(AT_ONCE // max(n, 1), 1)
    for start in range(0, K, size):
        some = slice(start, start + size)
        least = np.full((len(B[some]), n), np.inf)
        for i in range(A.shape[1]):
            moved = G[some, i] > 0
            gap = B[some, i, None] - A[None, :, i]
            gap[moved] /= G[some, i][moved, None]
            gap[~moved] = np.where(gap[~moved] >= 0, np.inf, -np.inf)
            np.minimum(least, gap, out=least)
        if without is not None:
            barred = np.flatnonzero(without[some] >= 0)
            least[barred, without[some][barred]] = -np.inf
        best = least.argmax(axis=1)
        step = least[np.arange(len(best)), best]
        none = np.isneginf(step)
        steps[some], peers[some] = np.where(none, np.nan, step), np.where(none, -1, best)
    return steps, peers
