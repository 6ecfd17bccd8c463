"""The firms that stay connected whichever worker is left out."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from industria.kernels.groups import Codes, renumbered

__all__ = ["ALONE", "HANGING", "KEPT", "ONCE", "OUTSIDE", "cut_workers", "leave_out_set"]

Flags = npt.NDArray[np.bool_]

KEPT: Final = 0
OUTSIDE: Final = 1
"""Not in the largest connected set."""
ALONE: Final = 2
"""Of a worker without whom the set falls apart."""
HANGING: Final = 3
"""Tied to the set by such workers only."""
ONCE: Final = 4
"""Of a worker with one observation."""


def leave_out_set(w: Codes, f: Codes, rows: Codes) -> Codes:
    """Tell which matches are in the largest leave-out connected set, and why the others are not.

    The largest set of firms that movers connect; from it workers whose leaving would
    divide it, and what hangs on them, again and again until there is none; at last
    workers seen once (Kline, Saggio & Sølvsten 2020, Econometrica 88(5), appendix C.1).
    The largest set has the most firms; of equal ones the most rows, then the first firm.

    Parameters
    ----------
    w, f : array, shape (m,)
        Worker and firm of each match, numbered from 0; no match twice.
    rows : array, shape (m,)
        Observations of each match, 1 or more.

    Returns
    -------
    array, shape (m,)
        KEPT, OUTSIDE, ALONE, HANGING or ONCE.
    """
    why = np.where(_largest(w, f, rows), KEPT, OUTSIDE)
    while True:
        kept = np.flatnonzero(why == KEPT)
        cut = cut_workers(w[kept], f[kept])[w[kept]]
        if not cut.any():
            break
        why[kept[cut]] = ALONE
        kept = kept[~cut]
        why[kept[~_largest(w[kept], f[kept], rows[kept])]] = HANGING
    once = np.bincount(w, rows * (why == KEPT)) == 1
    why[(why == KEPT) & once[w]] = ONCE
    return why


def _largest(w: Codes, f: Codes, rows: Codes) -> Flags:
    """Flag the matches of the largest connected set."""
    if not len(w):
        return np.zeros(0, bool)
    firms = int(f.max()) + 1
    ties = np.flatnonzero(np.bincount(w)[w] > 1)
    movers = renumbered(w[ties])
    n = firms + int(movers.max(initial=-1)) + 1
    of = connected_components(coo_array((np.ones(len(ties)), (f[ties], firms + movers)), shape=(n, n)), False)[1]
    there = np.flatnonzero(np.bincount(f, minlength=firms))
    size, weight = np.bincount(of[there], minlength=n), np.bincount(of[f], rows, n)
    best = of[there][np.lexsort((there, -weight[of[there]], -size[of[there]]))[0]]
    return np.asarray(of[f] == best)


def cut_workers(w: Codes, f: Codes) -> Flags:
    """Find the workers without whom firms now connected would not be.

    They are the articulation points, among workers, of the graph of workers and firms;
    one walk in depth finds them all (Tarjan 1972, SIAM Journal on Computing 1(2)).

    Parameters
    ----------
    w, f : array, shape (m,)
        Worker and firm of each match, numbered from 0; no match twice.

    Returns
    -------
    array, shape (largest of w + 1,)
        True for a worker who is such a point.
    """
    found = np.zeros(int(w.max(initial=-1)) + 1, bool)
    ties = np.flatnonzero(np.bincount(w, minlength=1)[w] > 1)
    if not len(ties):
        return found
    firms = int(f.max()) + 1
    movers = renumbered(w[ties])
    n = firms + int(movers.max()) + 1
    ends = np.concatenate([f[ties], firms + movers])
    others = np.concatenate([firms + movers, f[ties]])[np.argsort(ends, kind="stable")]
    cut = _cut_points(np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=n))]), others, firms)
    found[np.flatnonzero(np.bincount(w[ties]))[cut - firms]] = True
    return found


def _cut_points(start: Codes, others: Codes, firms: int) -> Codes:
    """Walk the graph in depth from firms, without recursion; lists are several times faster here than arrays."""
    at, end, near = start[:-1].tolist(), start[1:].tolist(), others.tolist()
    n = len(at)
    seen, low, came_from = [0] * n, [0] * n, [-1] * n
    cut, clock = set(), 0
    for root in range(firms):  # no root is a worker, whom other rules would bind
        if seen[root]:
            continue
        clock += 1
        seen[root] = low[root] = clock
        node = root
        while node >= 0:
            if at[node] < end[node]:
                other = near[at[node]]
                at[node] += 1
                if not seen[other]:
                    clock += 1
                    seen[other] = low[other] = clock
                    came_from[other] = node
                    node = other
                elif seen[other] < low[node]:
                    low[node] = seen[other]
                continue
            parent = came_from[node]
            if parent >= firms and low[node] >= seen[parent]:
                cut.add(parent)
            if parent >= 0 and low[node] < low[parent]:
                low[parent] = low[node]
            node = parent
    return np.array(sorted(cut), np.int64)
