"""Gould-Fernandez brokerage: open two-paths a → v → b by the groups of a, v and b."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from industria.kernels.triangles import Graph, graph_of, triangles

__all__ = ["ROLES", "Arcs", "OpenPairs", "arcs_of", "census", "density_null", "group_pairs", "permuted"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

ROLES: Final = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
COORDINATOR, ITINERANT, GATEKEEPER, REPRESENTATIVE, LIAISON = range(5)
# Place: 4 where a is of v's group, 2 where b is, 1 where a and b are of one. Two of the three imply the third.
ROLE: Final = np.array([LIAISON, ITINERANT, GATEKEEPER, -1, REPRESENTATIVE, -1, -1, COORDINATOR])


@dataclass(frozen=True, slots=True)
class Arcs:
    """A directed graph, its arcs listed by pair of nodes.

    Attributes
    ----------
    n : int
        Nodes.
    i, j : array, shape (m,)
        From where to where.
    forth, back : array, shape (pairs,)
        The arc from the lower to the higher number, and the one back; -1 where there is none.
    answer : array, shape (m,)
        The arc back of each; -1 where there is none.
    pairs : Graph
        Which nodes have an arc between them.
    """

    n: int
    i: Ids
    j: Ids
    forth: Ids
    back: Ids
    answer: Ids
    pairs: Graph


@dataclass(frozen=True, slots=True)
class OpenPairs:
    """How the open pairs of each node v, a → v → b without a → b, hang together; each of shape (n,).

    Attributes
    ----------
    n : array
        Open pairs.
    source, target : array
        Ordered couples of open pairs that share a alone, or b alone.
    chain : array
        Those where b of one is a of the other.
    reverse : array
        Those of (a, b) and (b, a).
    """

    n: Ids
    source: Ids
    target: Ids
    chain: Ids
    reverse: Ids


@dataclass(frozen=True, slots=True)
class _Corner:
    """Triangles seen from one node v, with the other two a and b, and arcs or -1."""

    v: Ids
    a: Ids
    b: Ids
    av: Ids
    va: Ids
    bv: Ids
    vb: Ids
    ab: Ids
    ba: Ids

    def closed(self) -> Iterator[tuple[Ids, Ids, Ids, Ids, Ids]]:
        """List two-paths that an arc closes, in both directions: a, v, b, and the arcs a → v and v → b."""
        for a, b, av, vb, ab in (
            (self.a, self.b, self.av, self.vb, self.ab),
            (self.b, self.a, self.bv, self.va, self.ba),
        ):
            shut = (av >= 0) & (vb >= 0) & (ab >= 0)
            yield a[shut], self.v[shut], b[shut], av[shut], vb[shut]


def arcs_of(n: int, i: Ids, j: Ids) -> Arcs:
    """Lay out arcs, none twice and none from a node to itself."""
    keys, pair = np.unique(np.minimum(i, j) * n + np.maximum(i, j), return_inverse=True)
    forth, back = np.full(len(keys), -1), np.full(len(keys), -1)
    up = i < j
    forth[pair[up]], back[pair[~up]] = np.flatnonzero(up), np.flatnonzero(~up)
    answer = np.where(up, back[pair], forth[pair])
    return Arcs(n, i, j, forth, back, answer, graph_of(n, *np.divmod(keys, max(n, 1))))


def census(arcs: Arcs, groups: Ids) -> tuple[Ids, OpenPairs]:
    """Count the open two-paths that each node brokers, by role (Gould & Fernandez 1989).

    All two-paths through v are arcs in by group times arcs out by group; those that
    lead back to where they came from, and those that an arc closes, are taken off. The
    closed ones are triangles, so no matrix of nodes by nodes is made.

    Parameters
    ----------
    arcs : Arcs
        The graph.
    groups : array, shape (K, n)
        K ways to put nodes into groups, numbered from 0.

    Returns
    -------
    counts : array, shape (K, n, 5)
        In the order of `ROLES`; ordered pairs (a, b).
    pairs : OpenPairs
        The same two-paths whatever the groups.
    """
    n, i, j, answer = arcs.n, arcs.i, arcs.j, arcs.answer
    mutual = answer >= 0
    arrive, leave = np.bincount(j, minlength=n), np.bincount(i, minlength=n)
    counts = _two_paths(arcs, groups, arrive, leave)
    # Of each arc a → v: to how many b it opens a way. Of each arc v → b: from how many a.
    onward, inward = leave[j] - mutual, arrive[i] - mutual
    both = np.bincount(i[mutual], minlength=n)
    reverse = both * (both - 1)
    for corner in _corners(arcs):
        for a, v, b, av, vb in corner.closed():
            onward -= np.bincount(av, minlength=len(i))
            inward -= np.bincount(vb, minlength=len(i))
            for k, g in enumerate(groups):
                role = ROLE[4 * (g[a] == g[v]) + 2 * (g[v] == g[b]) + (g[a] == g[b])]
                counts[k] -= np.bincount(5 * v + role, minlength=5 * n).reshape(n, 5)
        linked = (corner.av >= 0) & (corner.va >= 0) & (corner.bv >= 0) & (corner.vb >= 0)
        reverse -= 2 * np.bincount(corner.v[linked], minlength=n)
    chain = _sums(j[mutual], onward[mutual] * inward[answer[mutual]], n)
    return counts, OpenPairs(
        n=_sums(j, onward, n),
        source=_sums(j, onward * (onward - 1), n),
        target=_sums(i, inward * (inward - 1), n),
        chain=2 * (chain - reverse),
        reverse=reverse,
    )


def permuted(rng: np.random.Generator, i: Ids, j: Ids, group: Ids, *, draws: int) -> tuple[Array, Array]:
    """Add up roles, and their squares, over random orders of the group labels.

    Parameters
    ----------
    rng : Generator
        What orders them.
    i, j : array, shape (m,)
        Arcs.
    group : array, shape (n,)
        The group of each node.
    draws : int
        How many orders.

    Returns
    -------
    tuple of array, each of shape (n, 5)
        Sums of counts and of their squares: whole numbers, so that they may be added in any order.
    """
    orders = np.stack([rng.permutation(group) for _ in range(draws)])
    counts = census(arcs_of(len(group), i, j), orders)[0].astype(float)
    return counts.sum(axis=0), (counts**2).sum(axis=0)


def group_pairs(sizes: Ids) -> Ids:
    """Count the ordered pairs (a, b) that give a member of each group each role, shape (G, 5)."""
    n, k, m = sizes.sum(), sizes - 1, sizes.sum() - sizes
    pairs = np.zeros((len(sizes), 5), np.int64)
    pairs[:, COORDINATOR] = k * (k - 1)
    pairs[:, GATEKEEPER] = pairs[:, REPRESENTATIVE] = k * m
    pairs[:, ITINERANT] = (sizes * k).sum() - sizes * k
    pairs[:, LIAISON] = (n - 1) * (n - 2) - pairs.sum(axis=1)
    return pairs


def density_null(sizes: Ids, d: float) -> tuple[Array, Array]:
    """Mean and standard deviation of each role, and of all, where every arc is there with probability d.

    An open pair has probability c = d²(1-d); two that share a or b share an arc, and
    have covariance d³(1-d)³; all others are independent (Gould & Fernandez 1989).

    Parameters
    ----------
    sizes : array, shape (G,)
        Nodes of each group.
    d : float
        Density.

    Returns
    -------
    tuple of array, each of shape (G, 6)
        For a member of each group; the last is the sum of all roles.
    """
    s = sizes.astype(float)
    n, k, m = s.sum(), s - 1, s.sum() - s
    P = group_pairs(sizes).astype(float)
    shared = np.zeros((len(s), 6))
    shared[:, COORDINATOR] = 2 * k * (k - 1) * (k - 2)
    shared[:, GATEKEEPER] = shared[:, REPRESENTATIVE] = m * k * (k - 1) + m * (m - 1) * k
    cubes = s * (s - 1) * (s - 2)
    shared[:, ITINERANT] = 2 * (cubes.sum() - cubes)
    # Of h nodes of another group, each is paired with the m - h of yet other groups.
    squares, third = (s**2).sum() - s**2, (s**3).sum() - s**3
    shared[:, LIAISON] = 2 * (m * m * (m - 1) - (2 * m - 1) * squares + third)
    shared[:, 5] = 2 * (n - 1) * (n - 2) * (n - 3)
    P = np.column_stack([P, np.full(len(s), (n - 1) * (n - 2))])
    c = d**2 * (1 - d)
    return P * c, np.sqrt(P * c * (1 - c) + (d * (1 - d)) ** 3 * shared)


def _two_paths(arcs: Arcs, groups: Ids, arrive: Ids, leave: Ids) -> Ids:
    """Count all two-paths by role, open or closed, but for those that lead back."""
    n, i, j = arcs.n, arcs.i, arcs.j
    counts = np.zeros((len(groups), n, 5), np.int64)
    returns = arcs.answer >= 0
    shape = (n, int(groups.max(initial=0)) + 1)
    for k, g in enumerate(groups):
        inside = g[i] == g[j]
        own_in, own_out = np.bincount(j[inside], minlength=n), np.bincount(i[inside], minlength=n)
        same = _by_group(j, g[i], shape).multiply(_by_group(i, g[j], shape)).sum(axis=1)
        home, away = (np.bincount(i[returns & part], minlength=n) for part in (inside, ~inside))
        counts[k, :, COORDINATOR] = own_in * own_out - home
        counts[k, :, GATEKEEPER] = (arrive - own_in) * own_out
        counts[k, :, REPRESENTATIVE] = own_in * (leave - own_out)
        counts[k, :, ITINERANT] = same - own_in * own_out - away
        counts[k, :, LIAISON] = (arrive - own_in) * (leave - own_out) - (same - own_in * own_out)
    return counts


def _by_group(node: Ids, group: Ids, shape: tuple[int, int]) -> csr_array:
    """Count the arcs of each node by the group at the other end."""
    return coo_array((np.ones(len(node), np.int64), (node, group)), shape=shape).tocsr()


def _sums(node: Ids, numbers: Ids, n: int) -> Ids:
    """Add whole numbers up by node, exactly."""
    total = np.zeros(n, np.int64)
    np.add.at(total, node, numbers)
    return total


def _corners(arcs: Arcs) -> Iterator[_Corner]:
    """List every triangle of the pairs three times, once from each node."""

    def between(x: Ids, y: Ids, pair: Ids) -> tuple[Ids, Ids]:
        up = x < y
        one, other = arcs.forth[pair], arcs.back[pair]
        return np.where(up, one, other), np.where(up, other, one)

    for t in triangles(arcs.pairs):
        ab, ba = between(t.a, t.b, t.ab)
        ac, ca = between(t.a, t.c, t.ac)
        bc, cb = between(t.b, t.c, t.bc)
        yield _Corner(v=t.a, a=t.b, b=t.c, av=ba, va=ab, bv=ca, vb=ac, ab=bc, ba=cb)
        yield _Corner(v=t.b, a=t.a, b=t.c, av=ab, va=ba, bv=cb, vb=bc, ab=ac, ba=ca)
        yield _Corner(v=t.c, a=t.a, b=t.b, av=ac, va=ca, bv=bc, vb=cb, ab=ab, ba=ba)
