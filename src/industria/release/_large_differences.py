"""Which differences of many units a rule may still call sensitive: told by the largest of the two cells alone."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from industria.release._behind import Owners
from industria.release._joint import Joint
from industria.release.policy import Policy

__all__ = ["affordable", "may_break"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

ROWS: Final = 5_000_000
"""Contributions of such differences that are taken apart to be held to the rules."""


def may_break(joint: Joint, first: Ids, second: Ids, policy: Policy) -> Truth:
    """Tell of which pairs the second cell without the first may break a rule.

    What an owner has of a difference is no more than of either cell, where nobody brings less than nothing. So a
    difference that is large beside the largest of both cells breaks no rule of concentration, whoever is in it.

    Parameters
    ----------
    joint : Joint
        The cells.
    first, second : array of int, shape (k,)
        Pairs, the second with all units of the first and with so many more that the threshold of units is met.
    policy : Policy
        The rules.
    """
    if not len(first) or (joint.counts and policy.threshold_level == "unit"):
        return np.zeros(len(first), bool)
    cells, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    number = np.full(len(joint.x), -1, np.int64)
    number[cells] = np.arange(len(cells))
    there = np.flatnonzero(number[joint.behind.cell] >= 0)
    rows = joint.behind.rows(there, number[joint.behind.cell[there]])
    owners = rows.owners(len(cells), policy.threshold_level)
    few = policy.threshold - 1 if policy.threshold_level == "holding" else 0
    sums = _largest(owners, len(cells), max([2, policy.coalition + 1, few, *(n for n, _ in policy.dominance)]), policy)
    negative = np.bincount(owners.cell, owners.x < 0, len(cells)) > 0
    inner, outer = place[: len(first)], place[len(first) :]
    safe = ~(negative[inner] | negative[outer])
    return ~(safe & _keeps(joint.x[second] - joint.x[first], np.maximum(sums[inner], sums[outer]), few, joint, policy))


def _largest(owners: Owners, n: int, most: int, policy: Policy) -> Array:
    """Add up the largest 1, 2, ... owners of each of n cells, weighted or not, whichever is more."""
    size = np.maximum(np.abs(owners.x), np.abs(owners.weighted))
    order = np.lexsort((-size, owners.cell))
    cell = owners.cell[order]
    place = np.arange(len(cell)) - np.searchsorted(cell, cell)
    kept = place < most
    found = np.zeros((n, most))
    found[cell[kept], place[kept]] = size[order][kept]
    # Copies of one contributor may be all of the largest.
    return np.cumsum(np.repeat(found[:, :1], most, axis=1) if policy.weights == "expanded" else found, axis=1)


def _keeps(X: Array, largest: Array, few: int, joint: Joint, policy: Policy) -> Truth:
    """Tell which amounts keep all rules, whoever of the largest are in them."""
    kept = X > 0
    if few:
        kept &= largest[:, few - 1] < X
    if joint.counts:
        return kept
    for n, k in policy.dominance:
        kept &= largest[:, n - 1] <= k * X
    for share in (policy.p, policy.pq and policy.pq[0] / policy.pq[1]):
        if share:
            kept &= X - largest[:, policy.coalition] >= share * largest[:, 0]
    if policy.request_share is not None:
        kept &= largest[:, 0] <= policy.request_share * X
    return kept


def affordable(size: Ids, wanted: Truth) -> Truth:
    """Take of wanted pairs, by how many contributions they have, the smallest for which there is time."""
    at = np.flatnonzero(wanted)
    order = at[np.argsort(size[at], kind="stable")]
    found = np.zeros(len(wanted), bool)
    found[order[np.cumsum(size[order]) <= ROWS]] = True
    return found
