"""What is cheapest, earns most or pays best among all that units have shown to be possible, at prices of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from industria.kernels.dea import directional, technology
from industria.kernels.free_disposal import free_disposal
from industria.kernels.programs import CERTAIN, Array, Codes, Truths

__all__ = ["Optima", "Returns", "best_ratio", "least_cost", "most_profit", "most_revenue", "step"]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"]
Side = Literal["input", "output"]
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
    beta, X, certified = _best_mix(drawing, units, W, returns, "input")
    value = (1 - beta) * (units[0] * W).sum(axis=1)
    return Optima(value=value, X=_told(X, value), Y=_told(units[1], value), certified=certified)


def most_revenue(drawing: Sides, units: Sides, P: Array, returns: Returns) -> Optima:
    """Find max p y over outputs y that the inputs of each unit make, at its prices P of shape (K, s)."""
    beta, Y, certified = _best_mix(drawing, units, P, returns, "output")
    value = (1 + beta) * (units[1] * P).sum(axis=1)
    return Optima(value=value, X=_told(units[0], value), Y=_told(Y, value), certified=certified)


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


def _best_mix(drawing: Sides, units: Sides, prices: Array, returns: Returns, side: Side) -> tuple[Array, Array, Truths]:
    """Return the step in money, the mix of the priced side there, shape (K, m) or (K, s), and whether it is proven."""
    if returns == "free_disposal":
        return _mixes(drawing, units, prices, returns, side)[:3]
    # Who is beaten by others in all goods at once is not the cheapest, either, whatever the prices.
    among = technology(*drawing, returns="variable").spanning
    beta, mix, certified, facets = _mixes((drawing[0][among], drawing[1][among]), units, prices, returns, side)
    missed = np.flatnonzero(~(certified & _priced_in(facets, drawing)))
    if len(missed) and len(among) < len(drawing[0]):
        some = units[0][missed], units[1][missed]
        beta[missed], mix[missed], certified[missed], _ = _mixes(drawing, some, prices[missed], returns, side)
    return beta, mix, certified


def _mixes(
    drawing: Sides, units: Sides, prices: Array, returns: Returns, side: Side
) -> tuple[Array, Array, Truths, Array]:
    """Return the same, and the facet of each unit as prices of inputs, minus outputs, and 1; shape (K, m + s + 1)."""
    (X, Y), (X0, Y0) = drawing, units
    priced = X if side == "input" else Y
    beta, certified = np.empty(len(X0)), np.empty(len(X0), bool)
    mix, facets = np.empty_like(prices), np.zeros((len(X0), X.shape[1] + Y.shape[1] + 1))
    row = -1.0 if returns == "nondecreasing" else 1.0
    for p, rows in _priced_alike(prices):
        if side == "input":
            drawn, asked = ((X @ p)[:, None], Y), ((X0[rows] @ p)[:, None], Y0[rows])
            direction = asked[0], np.zeros_like(asked[1])
        else:
            drawn, asked = (X, (Y @ p)[:, None]), (X0[rows], (Y0[rows] @ p)[:, None])
            direction = np.zeros_like(asked[0]), asked[1]
        if returns == "free_disposal":
            beta[rows], peer = free_disposal(drawn, asked, direction)
            mix[rows], certified[rows] = priced[peer], peer >= 0
            continue
        T = technology(*drawn, returns=returns, among=np.arange(len(X)))
        found = directional(T, *asked, GX=direction[0], GY=direction[1])
        beta[rows], certified[rows] = found.step, found.certified
        # Weights of places without a peer are 0.
        mix[rows] = np.einsum("kr,krm->km", found.weights, priced[found.peers])
        k = drawn[0].shape[1]
        inputs, outputs = found.prices[:, :k], -found.prices[:, k:]
        inputs, outputs = (inputs * p, outputs) if side == "input" else (inputs, outputs * p)
        facets[rows] = np.column_stack([inputs, outputs, row * found.constant])
    return beta, mix, certified, facets


def _priced_in(facets: Array, drawing: Sides) -> Truths:
    """Tell whether no unit lies beyond the facet of each, relative to the terms that add up."""
    goods = np.column_stack([*drawing, np.ones(len(drawing[0]))]).T
    within = np.empty(len(facets), bool)
    size = max(AT_ONCE // goods.shape[1], 1)
    for start in range(0, len(facets), size):
        some = np.nan_to_num(facets[start : start + size])
        within[start : start + size] = (some @ goods >= -CERTAIN * (np.abs(some) @ goods)).all(axis=1)
    return within


def _told(point: Array, value: Array) -> Array:
    """Leave out points without a value."""
    return np.where(np.isfinite(value)[:, None], point, np.nan)
