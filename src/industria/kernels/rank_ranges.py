"""Totals of several scores, and the ranks that they give, over all weightings."""

from __future__ import annotations

from math import comb
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

STEPS: Final = 10
MOST: Final = 10_000
BLOCK: Final = 2_000_000
"""Totals held at a time, 16 MB."""
DIGITS: Final = 12
"""Totals that are equal but for rounding are one value."""


class RankRanges(NamedTuple):
    """Ranks from 1, the highest total, on; equal totals share the best rank.

    Attributes
    ----------
    rank : array, shape (n,)
        Under even weights.
    best, worst : array, shape (n,)
        Lowest and highest rank over all weightings.
    confidence : array, shape (n,)
        Share of the weightings that give the rank under even weights.
    """

    rank: npt.NDArray[np.int64]
    best: npt.NDArray[np.int64]
    worst: npt.NDArray[np.int64]
    confidence: Array


def weightings(k: int, *, steps: int = STEPS, most: int = MOST) -> Array:
    """List weightings of k scores in equal steps, each of one alone among them.

    Parameters
    ----------
    k : int
        Scores, 1 or more.
    steps : int
        Parts into which the whole weight is cut; fewer where that made more than `most` weightings.
    most : int
        Weightings that may be listed.

    Returns
    -------
    array, shape (m, k)
        Nonnegative; rows sum to one.
    """
    while steps > 1 and comb(steps + k - 1, k - 1) > most:
        steps -= 1
    parts = np.zeros((1, 0), np.int64)
    for _ in range(k - 1):
        left = steps - parts.sum(axis=1)
        again = np.repeat(parts, left + 1, axis=0)
        start = np.repeat(np.cumsum(left + 1) - (left + 1), left + 1)
        parts = np.column_stack([again, np.arange(len(again)) - start])
    return np.column_stack([parts, steps - parts.sum(axis=1)]) / steps


def rank_ranges(scores: Array, W: Array) -> RankRanges:
    """Rank rows by the weighted mean of their scores under each weighting.

    Parameters
    ----------
    scores : array, shape (n, k)
        Higher is better; dimensionless.
    W : array, shape (m, k)
        Weightings; rows sum to one.

    Returns
    -------
    RankRanges
        Arrays of n.
    """
    n = len(scores)
    rank = _ranks(scores.mean(axis=1, keepdims=True))[:, 0]
    best, worst, same = np.full(n, n, np.int64), np.ones(n, np.int64), np.zeros(n, np.int64)
    size = max(1, BLOCK // max(n, 1))
    for start in range(0, len(W), size):
        ranks = _ranks(scores @ W[start : start + size].T)
        best, worst = np.minimum(best, ranks.min(axis=1)), np.maximum(worst, ranks.max(axis=1))
        same += (ranks == rank[:, None]).sum(axis=1)
    return RankRanges(rank, best, worst, same / len(W))


def _ranks(totals: Array) -> npt.NDArray[np.int64]:
    """One more than the number of higher totals, column by column."""
    lost = -totals.round(DIGITS)
    order = np.argsort(lost, axis=0, kind="stable")
    ordered = np.take_along_axis(lost, order, axis=0)
    place = np.broadcast_to(np.arange(len(lost))[:, None], lost.shape)
    # A total that equals the one before it has that one's place.
    first = np.maximum.accumulate(np.where(np.diff(ordered, axis=0, prepend=-np.inf) > 0, place, 0), axis=0)
    ranks = np.empty(lost.shape, np.int64)
    np.put_along_axis(ranks, order, first + 1, axis=0)
    return ranks
