"""What is left of a graph when its nodes are taken away one after the other."""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

__all__ = ["by_degree", "by_degree_left", "drawn_shares", "giant_shares"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


def giant_shares(n: int, i: Ids, j: Ids, order: Ids) -> Array:
    """Share of all nodes that the largest part holds, after each removal (Schneider et al. 2011).

    The removals are told backward: nodes come back, and parts grow together. Only the
    edges of a spanning tree, those that come back first, join parts.

    Parameters
    ----------
    n : int
        Nodes.
    i, j : array, shape (m,)
        Ends of each edge, no edge twice and none from a node to itself.
    order : array, shape (n,)
        All nodes, the first to go first.

    Returns
    -------
    array, shape (n + 1,)
        Before any removal, after one, and so on; 0 at the end.
    """
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    # An edge is there until the first of its ends goes.
    until = np.minimum(place[i], place[j])
    tree = minimum_spanning_tree(coo_array((n - until, (i, j)), shape=(n, n)).tocsr()).tocoo()
    back = np.argsort(tree.data, kind="stable")
    left = (n - tree.data[back]).astype(np.int64)
    root, size = list(range(n)), [1] * n
    joined = np.ones(n, np.int64)
    for one, other, when in zip(tree.row[back].tolist(), tree.col[back].tolist(), left.tolist(), strict=True):
        while root[one] != one:
            root[one] = one = root[root[one]]
        while root[other] != other:
            root[other] = other = root[root[other]]
        if size[one] < size[other]:
            one, other = other, one
        root[other] = one
        size[one] += size[other]
        joined[when] = max(joined[when], size[one])
    largest = np.maximum.accumulate(joined[::-1])[::-1]
    return np.append(largest, 0) / n


def by_degree(n: int, i: Ids, j: Ids, rank: Ids) -> Ids:
    """Order nodes by their neighbors at the start, the most first; equal ones by rank."""
    neighbors = np.bincount(i, minlength=n) + np.bincount(j, minlength=n)
    return np.lexsort((rank, -neighbors))


def by_degree_left(n: int, i: Ids, j: Ids, rank: Ids) -> Ids:
    """Order nodes by their neighbors among those still there, counted anew after each removal."""
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    cuts = np.cumsum(np.bincount(ends, minlength=n))
    friends = np.split(others[np.argsort(ends, kind="stable")], cuts[:-1])
    left = np.bincount(ends, minlength=n)
    places, nodes = rank.tolist(), np.argsort(rank).tolist()
    # Neighbors and rank in one number. Neighbors only become fewer: an entry that is out of
    # date comes too soon, and goes back with what is true now.
    queue = (rank - left * n).tolist()
    heapify(queue)
    order = []
    while queue:
        fewer, place = divmod(queue[0], n)
        node = nodes[place]
        if left[node] != -fewer:
            heapreplace(queue, places[node] - int(left[node]) * n)
            continue
        heappop(queue)
        order.append(node)
        left[friends[node]] -= 1
    return np.array(order, np.int64)


def drawn_shares(rng: np.random.Generator, i: Ids, j: Ids, *, n: int) -> Array:
    """Tell the shares for one order drawn at random, shape (n + 1,)."""
    return giant_shares(n, i, j, rng.permutation(n))
