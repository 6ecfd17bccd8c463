"""Bridges between classifications: B[i, d] is the part of origin code i that goes to destination code d.

L is the pattern of links, 1 where i may go to d. Groups (countries, years) are
blocks of one matrix, so that two hundred countries are one call.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.kernels.proportional_fitting import fitted_weights

__all__ = [
    "composition",
    "destination_weights",
    "equal_weights",
    "fitted_weights",
    "given_weights",
    "group_means",
    "means",
    "pull",
    "push",
    "reversal",
    "score_range",
    "total_range",
]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def equal_weights(L: csr_array) -> csr_array:
    """B[i, d] = 1 / number of links of i.

    Parameters
    ----------
    L : sparse array, shape (n, k)
        Links; entries that are stored count.

    Returns
    -------
    sparse array, shape (n, k)
        Rows sum to 1, rows without links to 0; dimensionless.
    """
    links = np.diff(L.indptr)
    return _like(L, np.repeat(1.0 / np.maximum(links, 1), links))


def given_weights(W: csr_array) -> tuple[csr_array, Truth]:
    """B[i, d] = W[i, d] / sum over d of W[i, d].

    Returns
    -------
    sparse array, shape (n, k), and array of bool, shape (n,)
        The weights; whether a row was brought to 1 from another sum. A row of
        zeros becomes equal.
    """
    B, _ = destination_weights(W, np.ones(W.shape[1]))
    sums = np.asarray(W.sum(axis=1)).ravel()
    return B, (np.diff(W.indptr) > 0) & (np.abs(sums - 1.0) > 1e-9)


def destination_weights(L: csr_array, w: Array) -> tuple[csr_array, Truth]:
    """B[i, d] = L[i, d] w[d] / sum over d of L[i, d] w[d].

    Parameters
    ----------
    L : sparse array, shape (n, k)
        Links.
    w : array, shape (k,)
        Mass of the destinations, nonnegative; jobs or value.

    Returns
    -------
    sparse array, shape (n, k), and array of bool, shape (n,)
        The weights; rows whose destinations carry no mass, which are equal.
    """
    links = np.diff(L.indptr)
    reached = np.repeat(L @ w, links)
    some = reached > 0
    equal = np.repeat(1.0 / np.maximum(links, 1), links)
    share = np.divide(L.data * w[L.indices], reached, out=equal, where=some)
    empty = (links > 0) & ~(np.asarray(L @ w) > 0)
    return _like(L, share), empty


def push(B: csr_array, m: Array) -> Array:
    """Destination mass B' m.

    Parameters
    ----------
    B : sparse array, shape (n, k)
        Weights.
    m : array, shape (n,) or (n, g)
        Origin mass; one column a group.

    Returns
    -------
    array, shape (k,) or (k, g)
        In the unit of `m`. What rows lack to 1 is not in it.
    """
    mass: Array = np.asarray(B.T @ m)
    return mass


def pull(B: csr_array, s: Array) -> Array:
    """Scores of destinations as origins see them, sum over d of B[i, d] s[d].

    Parameters
    ----------
    s : array, shape (k,) or (k, q)
        A score a destination.

    Returns
    -------
    array, shape (n,) or (n, q)
        NaN for origins that go nowhere; a row that sums to less than 1 counts what it has.
    """
    sums = np.asarray(B.sum(axis=1)).ravel()
    sums = sums if s.ndim == 1 else sums[:, None]
    found: Array = np.asarray(B @ s)
    mean: Array = np.divide(found, sums, out=np.full_like(found, np.nan), where=sums > 0)
    return mean


def means(B: csr_array, m: Array, s: Array) -> Array:
    """Mean of origin scores at destinations, sum m[i] B[i, d] s[i] / sum m[i] B[i, d].

    Parameters
    ----------
    m : array, shape (n,)
        Origin mass.
    s : array, shape (n,) or (n, q)
        Scores of origins.

    Returns
    -------
    array, shape (k,) or (k, q)
        NaN for destinations without mass.
    """
    mass = push(B, m)
    mass = mass if s.ndim == 1 else mass[:, None]
    found = push(B, (m if s.ndim == 1 else m[:, None]) * s)
    return np.divide(found, mass, out=np.full_like(found, np.nan), where=mass > 0)


def group_means(L: csr_array, W: Array, s: Array) -> Array:
    """Mean of destination scores by group, each group's own masses as weights of the links.

    B_g = diag(1 / (L w_g)) L diag(w_g), and w_g[d] falls out of the mean at d: one
    product with L serves all groups, and no table of links by groups is built.

    Parameters
    ----------
    L : sparse array, shape (n, k)
        Links.
    W : array, shape (k, g)
        Destination mass of every group.
    s : array, shape (n, q)
        Scores of origins; an origin counts by the mass that links to it bring, B_g of its row.

    Returns
    -------
    array, shape (k, g, q)
        Mean score at destination d in group g; NaN where d carries no mass there.
    """
    reached = np.asarray(L @ W)
    share = np.divide(1.0, reached, out=np.zeros_like(reached), where=reached > 0)
    ends = L.tocsc()
    found = np.full((*W.shape, s.shape[1]), np.nan)
    # All groups of a destination are one dense product: its links alone are read.
    for d in range(len(W)):
        links = slice(ends.indptr[d], ends.indptr[d + 1])
        part = ends.data[links, None] * share[ends.indices[links]]
        weight = part.sum(axis=0)
        here = (weight > 0) & (W[d] > 0)
        found[d, here] = (part[:, here].T @ s[ends.indices[links]]) / weight[here, None]
    return found


def composition(A: csr_array, B: csr_array) -> csr_array:
    """Return A B: from the origins of A to the destinations of B; what B does not take is lacking."""
    return csr_array(A @ B)


def reversal(B: csr_array, m: Array) -> tuple[csr_array, Truth]:
    """Bayes: B'[d, i] = m[i] B[i, d] / sum over i of m[i] B[i, d].

    Parameters
    ----------
    B : sparse array, shape (n, k)
        Weights.
    m : array, shape (n,)
        Origin mass, nonnegative.

    Returns
    -------
    sparse array, shape (k, n), and array of bool, shape (k,)
        The weights back; destinations without mass, whose links back are equal.
    """
    return destination_weights(csr_array(B.T), m)


def total_range(L: csr_array, m: Array) -> tuple[Array, Array]:
    """Sharp bounds of destination totals over all weights on the links.

    Returns
    -------
    array, array, each of shape (k,)
        Mass of the origins that link to d alone, and of all that link to d.
    """
    links = np.diff(L.indptr)
    mass = np.repeat(m, links)
    alone = np.repeat(links == 1, links)
    k = L.shape[1]
    sums: Array = np.zeros((2, k))
    sums[0] = np.bincount(L.indices, mass * alone, k)
    sums[1] = np.bincount(L.indices, mass, k)
    return sums[0], sums[1]


def score_range(L: csr_array, s: Array) -> tuple[Array, Array]:
    """Least and largest score among the destinations of every origin.

    Returns
    -------
    array, array, each of shape (n,)
        NaN for origins without links. Their mean by mass bounds the mean score sharply.
    """
    low, high = np.full(L.shape[0], np.nan), np.full(L.shape[0], np.nan)
    some = np.flatnonzero(np.diff(L.indptr))
    if len(some):
        starts = L.indptr[some]
        low[some] = np.minimum.reduceat(s[L.indices], starts)
        high[some] = np.maximum.reduceat(s[L.indices], starts)
    return low, high


def _like(L: csr_array, data: Array) -> csr_array:
    return csr_array((data, L.indices, L.indptr), shape=L.shape)
