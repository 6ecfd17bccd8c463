"""Scores of origins at destinations, origins spread by each group's own mass of the destinations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["spread_scores"]

Array = npt.NDArray[np.float64]


def spread_scores(L: csr_array, W: Array, m: Array, s: Array) -> tuple[Array, Array, Array]:
    """Mean of origin scores at destinations, sum m B s / sum m B over origins with a score.

    B_g = diag(1 / (L w_g)) L diag(w_g) spreads an origin over its destinations as the mass of
    group g lies. At one destination w_g[d] falls out, so that no table of links by groups is built.

    Parameters
    ----------
    L : sparse array, shape (n, k)
        Links, 1 where they are.
    W : array, shape (k, g)
        Mass of destinations in every group, nonnegative.
    m : array, shape (n,)
        Mass of origins.
    s : array, shape (n, q)
        Scores of origins; NaN without one.

    Returns
    -------
    array, array, array, each of shape (k, g, q)
        The mean, NaN where no score arrives; the part of the mass that arrives with a score; and
        the part that arrives with a score from origins of which some goes elsewhere in the group.
    """
    reached = np.asarray(L @ W)
    share = np.divide(m[:, None], reached, out=np.zeros_like(reached), where=reached > 0)
    several = np.asarray(L @ (W > 0).astype(float)) > 1
    told, S = ~np.isnan(s), np.nan_to_num(s)
    ends = L.tocsc()
    mean, scored, split = np.full((*W.shape, s.shape[1]), np.nan), *np.zeros((2, *W.shape, s.shape[1]))
    # All groups of a destination are one dense product: its links alone are read.
    for d in range(len(W)):
        i = ends.indices[ends.indptr[d] : ends.indptr[d + 1]]
        part = share[i]
        whole = np.where(W[d] > 0, part.sum(axis=0), 0.0)[:, None]
        some = _by_measure(part, told[i])
        there = (some > 0) & (whole > 0)
        np.divide(part.T @ S[i], some, out=mean[d], where=there)
        np.divide(some, whole, out=scored[d], where=there)
        np.divide(_by_measure(part * several[i], told[i]), whole, out=split[d], where=there)
    return mean, scored, split


def _by_measure(part: Array, told: npt.NDArray[np.bool_]) -> Array:
    """Add up what has a score, by group and measure; where all have, every measure is the same."""
    return np.asarray(part.sum(axis=0)[:, None] if told.all() else part.T @ told.astype(float))
