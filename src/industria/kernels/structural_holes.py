"""Burt's structural holes: what of an actor's relations is spent on contacts who know one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from industria.kernels.triangles import graph_of, triangles

__all__ = ["Holes", "structural_holes"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Holes:
    """One number a node; NaN without neighbors, where a share of nothing is asked.

    Attributes
    ----------
    degree : array, shape (n,)
        Neighbors N.
    effective_size : array, shape (n,)
        Neighbors less what is redundant among them; 1 to N.
    constraint : array, shape (n,)
        Sum of c_ij over neighbors j.
    hierarchy : array, shape (n,)
        How much of the constraint comes from few neighbors; 0 to 1, NaN below two.
    """

    degree: Ids
    effective_size: Array
    constraint: Array
    hierarchy: Array


def structural_holes(n: int, i: Ids, j: Ids, s: Array) -> Holes:
    """Effective size, constraint and hierarchy of every node (Burt 1992, ch. 2).

    With p_ij = s_ij / Σ_k s_ik, constraint is Σ_j (p_ij + Σ_q p_iq p_qj)² over
    neighbors j. The inner sum has terms for triangles alone and is symmetric but for
    the divisor: Σ_q p_iq p_qj = u_ij / S_i, where u_ij = Σ_q s_iq s_qj / S_q.

    Parameters
    ----------
    n : int
        Nodes.
    i, j : array, shape (m,)
        Ends of each edge, no edge twice and none from a node to itself.
    s : array, shape (m,)
        Weight of both directions together, w_ij + w_ji; positive.

    Returns
    -------
    Holes
        The same for any order of edges, but for rounding.
    """
    m = len(i)
    ends, both = np.concatenate([i, j]), np.concatenate([s, s])
    degree = np.bincount(ends, minlength=n)
    S = np.bincount(ends, both, n)
    largest = np.zeros(n)
    np.maximum.at(largest, ends, both)
    u, redundant = np.zeros(m), np.zeros(n)
    for t in triangles(graph_of(n, i, j)):
        ab, ac, bc = s[t.ab], s[t.ac], s[t.bc]
        for edge, through, q in ((t.ab, ac * bc, t.c), (t.ac, ab * bc, t.b), (t.bc, ab * ac, t.a)):
            u += np.bincount(edge, through / S[q], m)
        # Σ over j, q of p_iq m_jq: the other two of a triangle are j and q in turn.
        for node, across, one, j_one, two, j_two in (
            (t.a, bc, ab, t.c, ac, t.b),
            (t.b, ac, ab, t.c, bc, t.a),
            (t.c, ab, ac, t.b, bc, t.a),
        ):
            redundant += np.bincount(node, across * (one / largest[j_one] + two / largest[j_two]), n)

    alone = degree == 0
    S = np.where(alone, np.nan, S)
    c = ((both + np.concatenate([u, u])) / S[ends]) ** 2
    constraint = np.where(alone, np.nan, np.bincount(ends, c, n))
    r = c * degree[ends] / constraint[ends]
    spread = np.bincount(ends, r * np.log(r), n)
    N = np.where(degree > 1, degree, np.nan)
    return Holes(degree, degree - redundant / S, constraint, spread / (N * np.log(N)))
