"""Triangles of a graph, listed in pieces: time and memory go with the ties, not with the square of the actors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Graph", "Triangles", "graph_of", "triangles"]

Ids = npt.NDArray[np.int64]

WEDGES: Final = 1 << 21
"""Pairs of ties looked at together: about 100 MB."""


@dataclass(frozen=True, slots=True)
class Graph:
    """An undirected graph, every edge from the end with fewer neighbors to that with more.

    Attributes
    ----------
    n : int
        Nodes, numbered from 0.
    low, high : array, shape (m,)
        Ends of each edge.
    edge : array, shape (m,)
        Its place in the list that the graph was made of.
    start : array, shape (n + 1,)
        The edges of the node of rank r are those from start[r] to start[r + 1].
    rank : array, shape (n,)
        Place of each node by number of neighbors, then number.
    """

    n: int
    low: Ids
    high: Ids
    edge: Ids
    start: Ids
    rank: Ids


@dataclass(frozen=True, slots=True)
class Triangles:
    """Some of the triangles: nodes a, b, c and the edges between them, each of shape (k,)."""

    a: Ids
    b: Ids
    c: Ids
    ab: Ids
    ac: Ids
    bc: Ids


def graph_of(n: int, i: Ids, j: Ids) -> Graph:
    """Lay a list of edges out, no edge twice and none from a node to itself.

    From the end with fewer neighbors no node has more than √(2m) edges, hubs neither
    (Chiba & Nishizeki 1985), which keeps the number of pairs to look at small.
    """
    neighbors = np.bincount(i, minlength=n) + np.bincount(j, minlength=n)
    rank = np.empty(n, np.int64)
    rank[np.argsort(neighbors, kind="stable")] = np.arange(n)
    swap = rank[i] > rank[j]
    low, high = np.where(swap, j, i), np.where(swap, i, j)
    order = np.argsort(rank[low] * n + rank[high])
    start = np.concatenate([[0], np.cumsum(np.bincount(rank[low], minlength=n))])
    return Graph(n, low[order], high[order], order, start, rank)


def triangles(graph: Graph) -> Iterator[Triangles]:
    """List every triangle once, in pieces.

    Yields
    ------
    Triangles
        Edges by their place in the list that the graph was made of.
    """
    m = len(graph.low)
    r, s = graph.rank[graph.low], graph.rank[graph.high]
    keys = r * graph.n + s
    bits = max(10, int(8 * m).bit_length())
    shift, spread = np.uint64(64 - bits), np.uint64(0x9E3779B97F4A7C15)
    # Most pairs are no edge; one look at a small table spares them the search.
    there = np.zeros(1 << bits, bool)
    there[(keys.astype(np.uint64) * spread) >> shift] = True
    later = graph.start[r + 1] - np.arange(m) - 1
    ends = np.cumsum(later)
    cut = 0
    while cut < m:
        done = ends[cut - 1] if cut else 0
        stop = max(cut + 1, int(np.searchsorted(ends, done + WEDGES, side="right")))
        width = later[cut:stop]
        one = np.repeat(np.arange(cut, stop), width)
        two = one + 1 + np.arange(len(one)) - np.repeat(ends[cut:stop] - width - done, width)
        sought = s[one] * graph.n + s[two]
        likely = np.flatnonzero(there[(sought.astype(np.uint64) * spread) >> shift])
        sought = sought[likely]
        place = np.minimum(np.searchsorted(keys, sought), m - 1)
        hit = keys[place] == sought
        one, two, three = one[likely[hit]], two[likely[hit]], place[hit]
        yield Triangles(
            graph.low[one],
            graph.high[one],
            graph.high[two],
            graph.edge[one],
            graph.edge[two],
            graph.edge[three],
        )
        cut = stop
