"""Cost, revenue, profit and profitability: the best of each, and what is lost by waste and by the wrong mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.kernels.economic_optima import Optima, best_ratio, least_cost, most_profit, most_revenue, step
from industria.productivity._panel import Array
from industria.productivity._technology import Returns

__all__ = ["NEEDED", "RETURNS_OF", "Objective", "Parts", "Priced", "parted"]

Objective = Literal["cost", "revenue", "profit", "profitability"]
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "cost": ("inputs",),
    "revenue": ("outputs",),
    "profit": ("inputs", "outputs"),
    "profitability": ("inputs", "outputs"),
}
"""Whose prices an objective hangs on."""
RETURNS_OF: Final[dict[str, tuple[Returns, ...]]] = {
    "cost": ("variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"),
    "revenue": ("variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"),
    "profit": ("variable", "nonincreasing", "free_disposal"),
    "profitability": ("constant",),
}
"""Returns to scale with which there is an optimum; the first where none is said."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Units of a cell: inputs, outputs, prices of inputs and outputs (no columns where not needed), and who draws."""

    X: Array
    Y: Array
    W: Array
    P: Array
    drawing: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What is lost, each array of shape (K,); NaN where nothing compares.

    Attributes
    ----------
    score, technical, allocative : array
        The whole and its two parts.
    value, optimum : array
        Money.
    best : Optima
        Where the optimum is.
    certified : array
        Whether both programs are proven.
    n_drawing : int
        Units that draw the frontier.
    """

    score: Array
    technical: Array
    allocative: Array
    value: Array
    optimum: Array
    best: Optima
    certified: npt.NDArray[np.bool_]
    n_drawing: int


def parted(units: Priced, objective: Objective, returns: Returns) -> Parts:
    """Find the best at the prices of each unit, and part the distance to it."""
    X, Y, W, P = units.X, units.Y, units.W, units.P
    drawing = X[units.drawing], Y[units.drawing]
    cost = (W * X).sum(axis=1) if "inputs" in NEEDED[objective] else np.full(len(X), np.nan)
    revenue = (P * Y).sum(axis=1) if "outputs" in NEEDED[objective] else np.full(len(X), np.nan)
    GX = np.zeros_like(X) if objective == "revenue" else X
    GY = Y if objective in ("revenue", "profit") else np.zeros_like(Y)
    beta, certified = step(drawing, (X, Y), (GX, GY), returns)
    match objective:
        case "cost":
            best = least_cost(drawing, (X, Y), W, returns)
            value, optimum, technical = cost, best.value, 1 - beta
            score = optimum / value
        case "revenue":
            best = most_revenue(drawing, (X, Y), P, returns)
            value, optimum, technical = revenue, best.value, 1 / (1 + beta)
            score = value / optimum
        case "profitability":
            best = best_ratio(drawing, (X, Y), W, P)
            value, optimum, technical = revenue, best.value * cost, 1 - beta
            score = value / optimum
        case "profit":
            best = most_profit(drawing, W, P, returns)
            value, optimum, technical = revenue - cost, best.value, beta
            score = (optimum - value) / (revenue + cost)
    allocative = score - technical if objective == "profit" else score / technical
    return Parts(
        score=score,
        technical=technical,
        allocative=allocative,
        value=value,
        optimum=optimum,
        best=best,
        certified=certified & best.certified,
        n_drawing=int(units.drawing.sum()),
    )
