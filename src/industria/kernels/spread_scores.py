"""Scores of origins at destinations, origins spread by each group's own mass of the destinations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["spread_means", "spread_parts"]

Array = npt.NDArray[np.float64]


def spread_means(L: csr_array, W: Array, m: Array, s: Array) -> Array:
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
    array, shape (k, g, q)
        NaN where no score arrives.
    """
    S, told = np.nan_to_num(s), _told(s)
    means = np.empty((*W.shape, s.shape[1]))
    for d, i, part in _parts(L, W, m):
        with np.errstate(invalid="ignore"):
            np.divide(part.T @ S[i], part.T @ told[i], out=means[d])
    return means


def spread_parts(L: csr_array, W: Array, m: Array, s: Array) -> tuple[Array, Array]:
    """Parts of the mass that arrives at a destination with a score, and with one from origins that are divided.

    Parameters
    ----------
    L, W, m, s : array
        As for `spread_means`.

    Returns
    -------
    array, array, each of shape (k, g, q), or (k, g, 1) where every origin has all scores
        Zero where nothing arrives; an origin is divided if some of it goes elsewhere in the group.
    """
    told = _told(s)
    several = (L @ (W > 0).astype(float)) > 1
    scored, split = np.zeros((2, *W.shape, told.shape[1]))
    for d, i, part in _parts(L, W, m):
        whole = part.sum(axis=0)
        share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
        scored[d] = share.T @ told[i]
        split[d] = (share * several[i]).T @ told[i]
    return scored, split


def _told(s: Array) -> Array:
    """Tell by 1 and 0 which scores are there; one column stands for all where none lacks."""
    told = (~np.isnan(s)).astype(float)
    return told[:, :1] if told.all() else told


def _parts(L: csr_array, W: Array, m: Array) -> Iterator[tuple[int, npt.NDArray[np.int32], Array]]:
    """Go through the destinations: its origins, and what of their mass arrives there per unit of its own, by group.

    All groups of a destination are one dense table: its links alone are read.
    """
    reached = np.asarray(L @ W)
    share = np.divide(m[:, None], reached, out=np.zeros_like(reached), where=reached > 0)
    ends = L.tocsc()
    for d in range(len(W)):
        i = ends.indices[ends.indptr[d] : ends.indptr[d + 1]]
        yield d, i, share[i] * (W[d] > 0)
