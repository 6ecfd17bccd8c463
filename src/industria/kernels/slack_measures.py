"""Distances to a frontier in sums of slacks, good by good, instead of one step."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from industria.kernels.dea import Distances, Technology
from industria.kernels.programs import (
    CERTAIN,
    FLOOR,
    NONE,
    OPTIMAL,
    Array,
    Codes,
    Solved,
    Truths,
    points,
    solve,
    worst_prices,
)

__all__ = ["additive", "slacks_based"]

ROUNDS: Final = 60


def additive(T: Technology, X: Array, Y: Array, *, weights: Array) -> Distances:
    """Measure the largest weighted sum of slacks: max Σ w s with Xλ + s⁻ = x and Yλ − s⁺ = y.

    Parameters
    ----------
    T : Technology
        Without bad outputs.
    X, Y : array, shape (K, m), (K, s)
        The units that are measured.
    weights : array, shape (K, m + s)
        Of each slack, 0 or more, per unit of the good.

    Returns
    -------
    Distances
        `step` is the sum; NaN where the unit does not lie in the technology.
    """
    K, m = X.shape
    goods = len(T.mean)
    signs = np.repeat([1.0, -1.0], [m, goods - m]) / T.mean
    # A row of its own holds the step at 0, so that all that is left to do is in the slacks.
    held = np.zeros((K, 1))
    B = np.ascontiguousarray(np.hstack([np.hstack([X, Y]) * signs, np.tile(T.limit, (K, 1)), held]))
    G, C = np.zeros_like(B), np.zeros_like(B)
    G[:, -1] = 1.0
    C[:, :goods] = weights * T.mean
    # The largest weight is 1 in the program: weights in prices of another currency change nothing.
    largest = C.max(axis=1, keepdims=True)
    C /= np.where(largest > 0, largest, 1.0)
    equal, out, columns = np.append(T.equal, False), np.full(K, NONE), T.spanning
    A = np.vstack([T.A, np.zeros(T.A.shape[1])])
    while True:
        solved = solve(np.ascontiguousarray(A[:, columns]), equal, B, G, out=out, twins=0, C=C)
        prices = _priced(solved)
        beyond = (worst_prices(A, prices, out, 0) < -CERTAIN) & (solved.ended == OPTIMAL)
        if len(columns) == A.shape[1] or not beyond.any():
            break
        columns = np.union1d(columns, np.argmin(solved.y[beyond] @ A, axis=1))
    return _sums(A, T, solved, columns, ~beyond, B, C, weights)


def slacks_based(
    T: Technology, X: Array, Y: Array, *, side: Literal["input", "output", "both"]
) -> tuple[Array, Array, Distances]:
    """Find the slacks with the least (1 − mean s⁻/x) / (1 + mean s⁺/y) (Tone 2001).

    The ratio ρ is a root: max (mean s⁻/x + ρ mean s⁺/y) = 1 − ρ, an additive program for each guess of ρ, which
    only falls and closes in faster than a straight line (Dinkelbach 1967). Zeros have no part in the means.

    Parameters
    ----------
    T : Technology
        Without bad outputs.
    X, Y : array, shape (K, m), (K, s)
        The units that are measured, 0 or more.
    side : {"input", "output", "both"}
        Whether the denominator, the numerator or neither is held at 1.

    Returns
    -------
    tuple of array, array and Distances
        Numerators and denominators, shape (K,), and the slacks; NaN outside the technology.
    """
    over_x, over_y = _parts(X) * (side != "output"), _parts(Y) * (side != "input")
    found = additive(T, X, Y, weights=np.hstack([over_x, over_y]))
    rho, running = np.ones(len(X)), np.arange(len(X))
    for _ in range(ROUNDS):
        less = 1.0 - (over_x * found.slacks[:, : X.shape[1]]).sum(axis=1)
        more = 1.0 + (over_y * found.slacks[:, X.shape[1] :]).sum(axis=1)
        falls = (rho - less / more)[running]
        rho[running] -= falls
        running = running[falls > 1e-13]
        if side != "both" or not len(running):
            break
        weights = np.hstack([over_x, rho[:, None] * over_y])[running]
        _put(found, running, additive(T, X[running], Y[running], weights=weights))
    outside = np.isnan(found.step)
    return np.where(outside, np.nan, less), np.where(outside, np.nan, more), found


def _parts(goods: Array) -> Array:
    """Weights that make a mean of the slacks in parts of the unit's own amounts."""
    told = goods > 0
    means = np.maximum(told.sum(axis=1, keepdims=True), 1) * np.where(told, goods, 1.0)
    return np.asarray(told / means)


def _priced(solved: Solved) -> Solved:
    """Take prices in slack for those in the step, of which each program has its own."""
    each = np.arange(len(solved.beta))
    return Solved(
        beta=solved.beta, ended=solved.ended, basis=solved.basis, x=solved.x, p=solved.y, y=solved.y, facet=each
    )


def _sums(
    A: Array, T: Technology, solved: Solved, columns: Codes, priced: Truths, B: Array, C: Array, weights: Array
) -> Distances:
    goods = len(T.mean)
    made = points(A, T.n, solved, columns, B, np.zeros_like(B))
    y = solved.y
    allowed = CERTAIN * (np.abs(y) + FLOOR * np.abs(y).max(axis=1, keepdims=True))
    signed = ((y >= C - allowed) | np.append(T.equal, True)).all(axis=1)
    slacks = made.slacks[:, :goods] * T.mean
    known = solved.ended == OPTIMAL
    return Distances(
        step=np.where(known, (weights * slacks).sum(axis=1), np.nan),
        certified=known & made.met & signed & priced,
        peers=made.peers,
        weights=made.weights,
        prices=np.full((len(B), goods), np.nan),
        constant=np.full(len(B), np.nan),
        slacks=slacks,
    )


def _put(found: Distances, at: Codes, some: Distances) -> None:
    for name in Distances.__slots__:
        getattr(found, name)[at] = getattr(some, name)
