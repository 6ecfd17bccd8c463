"""Confidence sets of ranks: which differences between units are told apart, all at once or unit by unit."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["RankSets", "rank_sets"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Truth: TypeAlias = npt.NDArray[np.bool_]

BLOCK: Final = 4_000_000
"""Drawn differences held at a time, 32 MB."""


class RankSets(NamedTuple):
    """Ranks from 1, the highest value, on.

    Attributes
    ----------
    rank : array, shape (n,)
        1 and the number of units with a higher estimate.
    low, high : array, shape (n,)
        Ends of the confidence set.
    above : array, shape (n, n)
        Whether the unit of the row is told to lie above that of the column; in marginal sets, by the set of the row.
    critical : float
        Value that the last studentized differences were held against; of marginal sets, the largest.
    """

    rank: Codes
    low: Codes
    high: Codes
    above: Truth
    critical: float


def rank_sets(
    theta: Array, Sigma: Array, confidence: float, draws: int, rng: np.random.Generator, *, simultaneous: bool = True
) -> RankSets:
    """Return confidence sets of ranks by Mogstad, Romano, Shaikh & Wilhelm (2024).

    A unit is told to lie above another where θ_i - θ_j over its standard error exceeds the `confidence` quantile of
    the largest such statistic under N(0, Σ). Then the same among the statements, that j lies above i among them,
    which were not made, until none more is. A set runs from 1 and the units told to lie above it to n less those
    told to lie below.

    Parameters
    ----------
    theta : array, shape (n,)
        Estimates.
    Sigma : array, shape (n, n)
        Their covariance.
    confidence : float
        That all sets hold their ranks at once; without `simultaneous`, that each does.
    draws : int
        Of N(0, Σ).
    rng : Generator
        Draws them.
    simultaneous : bool
        Whether all pairs count for each set, or those of its unit alone.

    Returns
    -------
    RankSets
    """
    n = len(theta)
    variance = np.diagonal(Sigma)
    error = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * Sigma, 0.0))
    difference = theta[:, None] - theta[None, :]
    # A pair whose difference has no error is told apart by any difference.
    inverse = np.divide(1.0, error, out=np.zeros((n, n)), where=error > 0)
    certain = (error == 0) & (difference != 0)
    t = difference * inverse
    # Factors of a covariance that may be singular, signs of eigenvectors and all.
    values, vectors = np.linalg.eigh(Sigma)
    Z = rng.standard_normal((draws, n)) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    if simultaneous:
        above, critical = _stepdown(t, inverse, ~np.eye(n, dtype=bool), Z, confidence)
        below = above
    else:
        above, below, critical = np.zeros((n, n), bool), np.zeros((n, n), bool), 0.0
        for i in range(n):
            own = np.zeros((n, n), bool)
            own[i], own[:, i] = True, True
            own[i, i] = False
            found, value = _stepdown(t, inverse, own, Z, confidence)
            above[:, i], below[i], critical = found[:, i], found[i], max(critical, value)
    above, below = above | (certain & (difference > 0)), below | (certain & (difference > 0))
    rank = 1 + (difference < 0).sum(axis=1)
    return RankSets(rank, 1 + above.sum(axis=0), n - below.sum(axis=1), below, critical)


def _stepdown(t: Array, inverse: Array, pairs: Truth, Z: Array, confidence: float) -> tuple[Truth, float]:
    """Say of pairs that the first lies above, the clearest first, each time against the largest draw of the rest."""
    told, left, critical = np.zeros_like(pairs), pairs & (inverse > 0), 0.0
    while left.any():
        critical = float(np.quantile(_largest(Z, inverse, left), confidence))
        found = left & (t > critical)
        if not found.any():
            break
        told |= found
        left &= ~found
    return told, critical


def _largest(Z: Array, inverse: Array, left: Truth) -> Array:
    """Find the largest studentized difference of each draw among ordered pairs."""
    largest = np.zeros(len(Z))
    both = np.triu(left & left.T, 1)
    one = left & ~left.T
    step = max(1, BLOCK // max(1, len(left)))
    for a in range(0, len(Z), step):
        block = Z[a : a + step]
        for i in np.flatnonzero((both | one).any(axis=1)):
            for pairs, size in ((both[i], np.abs), (one[i], np.positive)):
                if pairs.any():
                    gaps = size(block[:, [i]] - block[:, pairs]) * inverse[i, pairs]
                    np.maximum(largest[a : a + step], gaps.max(axis=1), out=largest[a : a + step])
    return largest
