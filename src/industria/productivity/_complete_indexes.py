"""Indexes of an output over an input quantity, each made of distances: nothing of the change is left outside."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from industria.kernels.dea import Technology, radial
from industria.productivity._panel import Array, Codes
from industria.productivity._technology import Units

__all__ = ["AGGREGATORS", "Aggregator", "aggregates", "moorsteen", "primont"]

Aggregator = Literal["distance", "shadow_prices"]
AGGREGATORS: Final = ("distance", "shadow_prices")


def moorsteen(technologies: tuple[Technology, Technology], units: Units, then: Codes, now: Codes) -> Array:
    """Log of the Hicks-Moorsteen change: outputs by output distances, inputs by input distances, of both periods.

    √{[D_O⁰(x₀,q₁)/D_O⁰(x₀,q₀)] / [D_I⁰(x₁,q₀)/D_I⁰(x₀,q₀)] · [D_O¹(x₁,q₁)/D_O¹(x₁,q₀)] / [D_I¹(x₁,q₁)/D_I¹(x₀,q₁)]}.
    """
    X, Y = (units.X[then], units.X[now]), (units.Y[then], units.Y[now])
    total = np.zeros(len(then))
    for t, T in enumerate(technologies):
        outputs = _made(T, X[t], Y[1]) - _made(T, X[t], Y[0])
        inputs = _used(T, X[1], Y[t]) - _used(T, X[0], Y[t])
        total += (outputs - inputs) / 2
    return total


def primont(T: Technology, units: Units, rows: Codes, aggregator: Aggregator) -> Array:
    """Log of the Färe-Primont level: D_O(x̄, q) / D_I(x, q̄) at the mean inputs and outputs of the rows.

    With `shadow_prices` both distances are replaced by what they are in the prices of the facets that the mean
    point lies before (O'Donnell 2011): linear in q and in x.
    """
    X, Y = units.X[rows], units.Y[rows]
    x, y = X.mean(axis=0, keepdims=True), Y.mean(axis=0, keepdims=True)
    if aggregator == "distance":
        return _made(T, np.repeat(x, len(X), axis=0), Y) - _used(T, X, np.repeat(y, len(X), axis=0))
    m = X.shape[1]
    above, below = (radial(T, x, y, orientation="output")[1], radial(T, x, y, orientation="input")[1])
    quantity = Y @ above.prices[0, m:] / (x[0] @ above.prices[0, :m] + above.constant[0])
    used = X @ below.prices[0, :m] / (y[0] @ below.prices[0, m:] - below.constant[0])
    return _log(quantity / used)


def aggregates(T: Technology, units: Units, row: int, rows: Codes) -> Array:
    """Log of D_O(x, qⱼ) / D_I(xⱼ, q) of many rows j, with x and q those of one row."""
    X, Y = (np.repeat(of[row : row + 1], len(rows), axis=0) for of in (units.X, units.Y))
    return _made(T, X, units.Y[rows]) - _used(T, units.X[rows], Y)


def _made(T: Technology, X: Array, Y: Array) -> Array:
    return -_log(radial(T, X, Y, orientation="output")[0])


def _used(T: Technology, X: Array, Y: Array) -> Array:
    return -_log(radial(T, X, Y, orientation="input")[0])


def _log(values: Array) -> Array:
    told = np.isfinite(values) & (values > 0)
    return np.asarray(np.log(values, where=told, out=np.full(len(values), np.nan)))
