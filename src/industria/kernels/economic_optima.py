"""What is cheapest, earns most or pays best among all that units have shown to be possible, at prices of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from industria.kernels.dea import directional, technology
from industria.kernels.free_disposal import free_disposal
from industria.kernels.programs import Array, Codes, Truths

__all__ = ["Optima", "Returns", "best_ratio", "least_cost", "most_profit", "most_revenue", "step"]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"]
Sides = tuple[Array, Array]

AT_ONCE: Final = 4_000_000
"""Pairs of units compared at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optima:
    """Where units would be best.

    Attributes
    ----------
    value : array, shape (K,)
        Least cost, largest revenue or profit, or largest revenue over cost; NaN where nothing compares.
    X, Y : array, shape (K, m), (K, s)
        Inputs and outputs there. Not unique where prices lie along an edge of the frontier.
    certified : array, shape (K,)
        Whether a pricing of all units proves the value.
    """

    value: Array
    X: Array
    Y: Array
    certified: Truths


def step(drawing: Sides, units: Sides, direction: Sides, returns: Returns) -> tuple[Array, Truths]:
    """Measure the largest β with (x - β gx, y + β gy) possible, prices aside.

    Parameters
    ----------
    drawing, units, direction : tuple of array, shapes (n, m), (n, s) and twice (K, m), (K, s)
        Inputs and outputs of those that draw the frontier, and of those that are measured; gx and gy.
    returns : str
        How units may be combined.

    Returns
    -------
    tuple of array, each of shape (K,)
        β, NaN where nothing compares, and whether it is proven.
    """
    if returns == "free_disposal":
        beta, peer = free_disposal(drawing, units, direction)
        return beta, peer >= 0
    T = technology(*drawing, returns=returns)
    found = directional(T, *units, GX=direction[0], GY=direction[1])
    return found.step, found.certified


def least_cost(drawing: Sides, units: Sides, W: Array, returns: Returns) -> Optima:
    """Find min w x over inputs x that make the outputs of each unit, at its prices W of shape (K, m).

    At given prices cost is one input: the program of least cost is that of a radial distance.
    """
    (X, Y), (X0, Y0) = drawing, units
    value, point = np.empty(len(X0)), np.empty_like(X0)
    certified = np.empty(len(X0), bool)
    among = _spanning(drawing, returns)
    for w, rows in _priced_alike(W):
        cost, cost0 = (X @ w)[:, None], (X0[rows] @ w)[:, None]
        sides = (cost, Y), (cost0, Y0[rows]), (cost0, np.zeros_like(Y0[rows]))
        beta, point[rows], certified[rows] = _combined(*sides, returns, among, X)
        value[rows] = (1 - beta) * (X0[rows] * W[rows]).sum(axis=1)
    return Optima(value=value, X=_told(point, value), Y=_told(Y0, value), certified=certified)


def most_revenue(drawing: Sides, units: Sides, P: Array, returns: Returns) -> Optima:
    """Find max p y over outputs y that the inputs of each unit make, at its prices P of shape (K, s)."""
    (X, Y), (X0, Y0) = drawing, units
    value, point = np.empty(len(X0)), np.empty_like(Y0)
    certified = np.empty(len(X0), bool)
    among = _spanning(drawing, returns)
    for p, rows in _priced_alike(P):
        revenue, revenue0 = (Y @ p)[:, None], (Y0[rows] @ p)[:, None]
        sides = (X, revenue), (X0[rows], revenue0), (np.zeros_like(X0[rows]), revenue0)
        beta, point[rows], certified[rows] = _combined(*sides, returns, among, Y)
        value[rows] = (1 + beta) * (Y0[rows] * P[rows]).sum(axis=1)
    return Optima(value=value, X=_told(X0, value), Y=_told(point, value), certified=certified)


def most_profit(drawing: Sides, W: Array, P: Array, returns: Returns) -> Optima:
    """Find max p y - w x at prices of each unit, shapes (K, m) and (K, s): some unit has it.

    With nonincreasing returns nothing may be made of nothing; with constant or nondecreasing ones there is no end
    to profit, or none at all.
    """
    X, Y = drawing
    best, value = _best(drawing, W, P, ratio=False)
    idle = (value < 0) & (returns == "nonincreasing")
    kept = np.where(idle, 0.0, 1.0)
    return Optima(
        value=kept * value, X=kept[:, None] * X[best], Y=kept[:, None] * Y[best], certified=np.ones(len(W), bool)
    )


def best_ratio(drawing: Sides, units: Sides, W: Array, P: Array) -> Optima:
    """Find max p y / w x at prices of each unit; some unit has it, and its mix is shown at the unit's own cost."""
    X, Y = drawing
    best, value = _best(drawing, W, P, ratio=True)
    size = ((units[0] * W).sum(axis=1) / (X[best] * W).sum(axis=1))[:, None]
    return Optima(value=value, X=size * X[best], Y=size * Y[best], certified=np.ones(len(W), bool))


def _best(drawing: Sides, W: Array, P: Array, *, ratio: bool) -> tuple[Codes, Array]:
    """Compare the profit, or the ratio, of all units at the prices of each."""
    X, Y = drawing
    best, value = np.empty(len(W), np.int64), np.empty(len(W))
    size = max(AT_ONCE // len(X), 1)
    for start in range(0, len(W), size):
        some = slice(start, start + size)
        cost, revenue = W[some] @ X.T, P[some] @ Y.T
        worth = revenue / cost if ratio else revenue - cost
        best[some] = worth.argmax(axis=1)
        value[some] = worth.max(axis=1)
    return best, value


def _priced_alike(prices: Array) -> Iterator[tuple[Array, Codes]]:
    """Go through relative prices, each with the units that have them."""
    relative, of = np.unique(prices / prices.sum(axis=1, keepdims=True), axis=0, return_inverse=True)
    order = np.argsort(of.ravel(), kind="stable")
    cuts = np.flatnonzero(np.diff(of.ravel()[order])) + 1
    yield from zip(relative, np.split(order, cuts), strict=True)


def _spanning(drawing: Sides, returns: Returns) -> Codes | None:
    """Find the units that no others beat in all goods at once; who is beaten is not the cheapest, either."""
    return None if returns == "free_disposal" else technology(*drawing, returns="variable").spanning


def _combined(
    drawing: Sides, units: Sides, direction: Sides, returns: Returns, among: Codes | None, goods: Array
) -> tuple[Array, Array, Truths]:
    """Return the step, what those that make the point have of these goods, and whether the step is proven."""
    if returns == "free_disposal":
        beta, peer = free_disposal(drawing, units, direction)
        return beta, goods[peer], peer >= 0
    T = technology(*drawing, returns=returns, among=among)
    found = directional(T, *units, GX=direction[0], GY=direction[1])
    # Weights of places without a peer are 0.
    return found.step, np.einsum("kr,krm->km", found.weights, goods[found.peers]), found.certified


def _told(point: Array, value: Array) -> Array:
    """Leave out points without a value."""
    return np.where(np.isfinite(value)[:, None], point, np.nan)
