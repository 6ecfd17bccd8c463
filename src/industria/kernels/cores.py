"""Cores of a graph: what is left when nodes with few neighbors are taken away again and again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["core_numbers"]

Ids = npt.NDArray[np.int64]


def core_numbers(n: int, i: Ids, j: Ids) -> Ids:
    """Largest k such that a node is in a part of the graph where all have k neighbors (Seidman 1983).

    Parameters
    ----------
    n : int
        Nodes.
    i, j : array, shape (m,)
        Ends of each edge, no edge twice and none from a node to itself.

    Returns
    -------
    array, shape (n,)
        0 without neighbors.
    """
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    others = others[np.argsort(ends, kind="stable")]
    left = np.bincount(ends, minlength=n)
    start = np.concatenate([[0], np.cumsum(left)])
    core, there = np.zeros(n, np.int64), np.ones(n, bool)
    k = 0
    while there.any():
        k = max(k, int(left[there].min()))
        leaving = np.flatnonzero(there & (left <= k))
        # Those who leave take neighbors down with them; only these are looked at again.
        while len(leaving):
            core[leaving], there[leaving] = k, False
            width = start[leaving + 1] - start[leaving]
            place = np.repeat(start[leaving] - np.cumsum(width) + width, width) + np.arange(width.sum())
            touched, times = np.unique(others[place], return_counts=True)
            left[touched] -= times
            leaving = touched[there[touched] & (left[touched] <= k)]
    return core
