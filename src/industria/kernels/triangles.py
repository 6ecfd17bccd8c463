"""Triangles of a graph, listed in pieces: time and memory go with the ties, not with the square of the actors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Graph", "Triangles", "graph_of", "triangles"]

Ids = npt.NDArray[np.int64]

WEDGES: Final = 1 << 16
"""Pairs of edges looked at together: what stays near the processor."""
PIECE: Final = 1 << 20
"""Triangles handed over together, at least: about 50 MB."""
SPREADS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
"""Odd numbers whose multiples scatter (Knuth 1998, sec. 6.4)."""


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
    hits: list[tuple[Ids, Ids, Ids]] = []
    for hit in _closed_wedges(graph):
        hits.append(hit)
        if sum(len(some) for some, _, _ in hits) >= PIECE:
            yield _triangles(graph, hits)
            hits = []
    if hits:
        yield _triangles(graph, hits)


def _closed_wedges(graph: Graph) -> Iterator[tuple[Ids, Ids, Ids]]:
    """Look at all pairs of edges from one node, and keep those whose far ends have an edge: that is the third."""
    m, n = len(graph.low), graph.n
    r, s = graph.rank[graph.low], graph.rank[graph.high]
    keys, heads = r * n + s, s * n
    # Most pairs have none: two looks at small tables spare them the search.
    bits = max(10, int(8 * m).bit_length())
    shift = np.uint64(64 - bits)
    tables = []
    for spread in SPREADS:
        table = np.zeros(1 << bits, bool)
        table[_hashed(keys, spread, shift)] = True
        tables.append((table, spread))
    later = graph.start[r + 1] - np.arange(m) - 1
    ends = np.cumsum(later)
    cut = 0
    while cut < m:
        done = ends[cut - 1] if cut else 0
        stop = max(cut + 1, int(np.searchsorted(ends, done + WEDGES, side="right")))
        width, until = later[cut:stop], ends[cut:stop] - done
        two = np.repeat(np.arange(cut + 1, stop + 1) - (until - width), width)
        two += np.arange(len(two))
        sought = np.repeat(heads[cut:stop], width)
        sought += s.take(two)
        likely = np.arange(0)
        for look, (table, spread) in enumerate(tables):
            found = np.flatnonzero(table.take(_hashed(sought, spread, shift)))
            likely = likely[found] if look else found
            sought = sought[found]
        place = np.minimum(np.searchsorted(keys, sought), m - 1)
        hit = keys[place] == sought
        likely = likely[hit]
        if len(likely):
            yield cut + np.searchsorted(until, likely, side="right"), two[likely], place[hit]
        cut = stop


def _hashed(keys: Ids, spread: np.uint64, shift: np.uint64) -> Ids:
    found = keys.view(np.uint64) * spread
    found >>= shift
    return found.view(np.int64)


def _triangles(graph: Graph, hits: list[tuple[Ids, Ids, Ids]]) -> Triangles:
    one, two, three = (np.concatenate(some) for some in zip(*hits, strict=True))
    return Triangles(
        graph.low[one], graph.high[one], graph.high[two], graph.edge[one], graph.edge[two], graph.edge[three]
    )
