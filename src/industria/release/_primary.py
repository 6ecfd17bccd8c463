"""Which cells tell too much of a contributor, by the rules of a policy."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.kernels.sensitivity import Contributions, contributions, dominance, p_percent, request
from industria.release._behind import Behind, Owners
from industria.release._weights import may_be_sizes
from industria.release.policy import Policy

__all__ = ["NARROW", "RULES", "Primary", "primary"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

RULES: Final = ("threshold", "dominance", "p", "pq", "request", "zeros")
TOGETHER: Final = 2_000_000
"""Contributions of cells that are held to the rules at once: what is made of them takes a hundred bytes each."""
NARROW: Final = 2e-6
"""Width, beside a value of 1 or more, that an interval has at least: half of it would tell the value."""


class Primary(NamedTuple):
    """Cells that are sensitive, and how far an outsider must stay from their values.

    Attributes
    ----------
    sensitive : array of bool, shape (n,)
        Whether a rule is broken.
    up, down, width : array, shape (n,)
        How far above the value, below it, and how wide in all an interval must reach; 0 where nothing is sensitive.
    rules : array of bool, shape (n, n_rules)
        Which of `RULES` are broken.
    negative : array of bool, shape (n,)
        Whether a contribution is below zero.
    """

    sensitive: Truth
    up: Array
    down: Array
    width: Array
    rules: Truth
    negative: Truth


def primary(behind: Behind, n: int, policy: Policy, *, counts: bool, weighted: bool) -> Primary:
    """Hold n cells to the rules of a policy.

    Parameters
    ----------
    behind : Behind
        Who stands behind them.
    n : int
        Number of cells.
    policy : Policy
        Its rules.
    counts : bool
        Whether units are counted, not what they bring: then only their number matters.
    weighted : bool
        Whether there are sampling weights.

    Returns
    -------
    Primary
        Of each cell.
    """
    parts = [
        _primary(rows, stop - start, policy, counts=counts, weighted=weighted)
        for start, stop, rows in behind.by_cells(n, TOGETHER)
    ]
    return parts[0] if len(parts) == 1 else Primary(*(np.concatenate(of) for of in zip(*parts, strict=True)))


def _primary(behind: Behind, n: int, policy: Policy, *, counts: bool, weighted: bool) -> Primary:
    owners = behind.owners(n, policy.threshold_level)
    few = (owners.number > 0) & (owners.number < policy.threshold)
    x = np.asarray(np.bincount(behind.cell, behind.weighted, n), float)
    sizes = weighted and may_be_sizes(policy)
    if counts and not sizes:
        rules = np.zeros((n, len(RULES)), bool)
        rules[:, 0] = few
        return Primary(few, few.astype(float), np.zeros(n), 2 * few.astype(float), rules, np.zeros(n, bool))
    found = _contributions(owners, n, policy, weighted)
    levels = np.zeros((n, len(RULES))) if counts else _levels(found, owners, policy)
    if sizes:
        amounts = replace(owners, x=owners.weighted)
        levels = np.maximum(levels, _levels(_contributions(amounts, n, policy, weighted=False), amounts, policy))
    levels[:, 0] = np.where(few & (found.X > 0), 1.0 if counts else policy.threshold_range * found.X, 0.0)
    rules = levels > 0
    # A range of few firms that is next to nothing is sensitive all the same.
    rules[:, 0] = few & (found.X > 0)
    if policy.zeros == "withhold" and not counts:
        rules[:, RULES.index("zeros")] = (owners.number > 0) & (found.X == 0)
    sensitive: Truth = np.asarray(rules.any(axis=1))
    U = levels.max(axis=1)
    up, down, width = _sides(U, x, found.negative, policy)
    width = np.maximum(width, 2.0 if counts else NARROW * np.maximum(1.0, np.abs(x))) * sensitive
    return Primary(sensitive, up, down, width, rules, found.negative)


def _contributions(owners: Owners, n: int, policy: Policy, weighted: bool) -> Contributions:
    most = max([2, policy.coalition + 1, *(number for number, _ in policy.dominance)])
    found = contributions(
        owners.cell,
        owners.x,
        n,
        most,
        weights=owners.weight if weighted else None,
        weighting=policy.weights,
        waived=owners.waived if owners.waived.any() else None,
    )
    return found._replace(X=found.X + owners.rest)


def _levels(found: Contributions, owners: Owners, policy: Policy) -> Array:
    """Return upper protection levels by cell and rule; the threshold has its own."""
    levels = np.zeros((len(found.X), len(RULES)))
    told = ~found.negative if policy.negatives == "threshold" else np.ones(len(found.X), bool)
    factor = np.where(found.negative, policy.negative_factor, 1.0)
    for number, k in policy.dominance:
        levels[:, 1] = np.maximum(levels[:, 1], dominance(found, number, 1 - (1 - k) / factor))
    if policy.p is not None:
        levels[:, 2] = p_percent(found, policy.p / factor, policy.coalition)
    if policy.pq is not None:
        levels[:, 3] = p_percent(found, policy.pq[0] / policy.pq[1] / factor, policy.coalition)
    if policy.request_share is not None:
        levels[:, 4] = request(found, policy.request_share, _largest_asked(owners, len(found.X)))
    return levels * told[:, None]


def _largest_asked(owners: Owners, n: int) -> Truth:
    """Tell of each cell whether the largest contributor has asked for protection."""
    asked = np.zeros(n, bool)
    order = np.lexsort((owners.requested, np.abs(owners.x), owners.cell))
    asked[owners.cell[order]] = owners.requested[order]
    return asked


def _sides(U: Array, x: Array, negative: Truth, policy: Policy) -> tuple[Array, Array, Array]:
    """Spread a level over the two sides of a value."""
    nothing = np.zeros(len(U))
    L = np.where(negative, U, np.minimum(U, np.abs(x)))
    if policy.protection == "sliding":
        return nothing, nothing, 2 * U
    return U, nothing if policy.protection == "upper" else L, nothing
