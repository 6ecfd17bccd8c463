"""Scores of origins at destinations, origins spread by each group's own mass of the destinations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["spread_equally", "spread_scores"]

Array = npt.NDArray[np.float64]


def spread_scores(L: csr_array, W: Array, m: Array, s: Array) -> tuple[Array, Array, Array]:
    """Mean of origin scores at destinations, sum m B s / sum m B over origins with a score, and what is behind it.

    B_g = diag(1 / (L w_g)) L diag(w_g) spreads an origin over its destinations as the mass of
    group g lies. At one destination w_g[d] falls out: all groups of a destination are one dense table of
    its links alone, which one product leads to all scores.

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
    mean : array, shape (k, g, q)
        NaN where no score arrives.
    scored, split : array, shape (k, g, q), or (k, g, 1) where every origin has all scores
        Parts of the mass that arrives with a score, and with one from origins that are divided: some of them
        goes elsewhere in the group. Zero where nothing arrives.
    """
    told = (~np.isnan(s)).astype(float)
    told = told[:, :1] if told.all() else told
    both, q = np.hstack([np.nan_to_num(s), told]), s.shape[1]
    reached = np.asarray(L @ W)
    share = np.divide(m[:, None], reached, out=np.zeros_like(reached), where=reached > 0)
    several = (L @ (W > 0).astype(float)) > 1
    mean, scored, split = (np.zeros((*W.shape, width)) for width in (q, *[told.shape[1]] * 2))
    ends = L.tocsc()
    for d in range(len(W)):
        i = ends.indices[ends.indptr[d] : ends.indptr[d + 1]]
        part = share[i] * (W[d] > 0)
        whole, sums = part.sum(axis=0)[:, None], part.T @ both[i]
        with np.errstate(invalid="ignore"):
            np.divide(sums[:, :q], sums[:, q:], out=mean[d])
        np.divide(sums[:, q:], whole, out=scored[d], where=whole > 0)
        np.divide((part * several[i]).T @ told[i], whole, out=split[d], where=whole > 0)
    return mean, scored, split


def spread_equally(L: csr_array, W: Array, m: Array, s: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Find the means of `spread_scores` if origins went equally to those of their destinations with mass.

    Groups with mass in the same destinations have the same means, which are found once.

    Parameters
    ----------
    L, W, m, s : array
        As for `spread_scores`.

    Returns
    -------
    mean : array, shape (k, patterns, q)
        NaN where no score arrives.
    pattern : array, shape (g,)
        Which of them a group has.
    """
    patterns: dict[bytes, int] = {}
    group = [patterns.setdefault(there.tobytes(), len(patterns)) for there in np.ascontiguousarray(W.T > 0)]
    _, first = np.unique(group, return_index=True)
    return spread_scores(L, (W[:, first] > 0).astype(float), m, s)[0], np.array(group, np.int64)
