"""Drivers of efficiency in one cell: both algorithms of Simar and Wilson (2007)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from industria.core.replicate import replicate, seeds
from industria.errors import ConvergenceError, FewOffFrontierError
from industria.kernels.frontier_bootstrap import ON, pulled
from industria.kernels.truncated_regression import Truncated, draw_above, truncated_regression
from industria.productivity._panel import Array

__all__ = ["Asked", "Cell", "cell_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for; `frontier(X, Y, X0, Y0)` gives the distances of X0, Y0 from the frontier of X, Y."""

    algorithm: int
    frontier: Callable[[Array, Array, Array, Array], Array]
    orientation: Literal["input", "output"]
    confidence: float
    replications: int
    first_replications: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """Coefficients with their intervals, scores of units, and facts."""

    terms: dict[str, Array]
    scores: dict[str, Array]
    facts: dict[str, float]


def cell_of(X: Array, Y: Array, Z: Array, asked: Asked, rng: Any) -> Cell:
    """Regress the distances of units X, Y on Z, a constant among them."""
    first, second = seeds(rng, 2)
    delta = asked.frontier(X, Y, X, Y)
    on = delta < 1 + ON
    corrected = np.full(len(delta), np.nan)
    found = _regressed(delta[~on], Z[~on])
    used, rows = delta[~on], Z[~on]
    if asked.algorithm == 2:
        draw = partial(_distances, asked.frontier, asked.orientation, found.beta, found.sigma)
        draws = np.array(replicate(draw, asked.first_replications, arrays=(X, Y, Z, delta), rng=first))
        corrected = 2 * delta - draws.mean(axis=0)
        found, used, rows = _regressed(corrected, Z), corrected, Z
    again = partial(_coefficients, found.beta, found.sigma)
    draws = np.array(replicate(again, asked.replications, arrays=(rows,), rng=second))
    told = np.isfinite(draws).all(axis=1)
    estimate = np.append(found.beta, found.sigma)
    tails = [(1 + asked.confidence) / 2, (1 - asked.confidence) / 2]
    if told.sum() >= 2:
        near, far = np.quantile(draws[told], tails, axis=0)
        error = draws[told].std(axis=0, ddof=1)
    else:
        near = far = error = np.full(len(estimate), np.nan)
    power = -1 if asked.orientation == "input" else 1
    return Cell(
        terms={
            "estimate": estimate,
            "standard_error": error,
            "low": 2 * estimate - near,
            "high": 2 * estimate - far,
        },
        scores={"score": delta**power, "corrected": corrected**power},
        facts={
            "n_units": len(delta),
            "n_obs": len(used),
            "n_on_frontier": int(on.sum()),
            "log_likelihood": found.log_likelihood,
            "n_failed": int((~told).sum()),
        },
    )


def _regressed(delta: Array, Z: Array) -> Truncated:
    if len(delta) <= Z.shape[1] + 1:
        raise FewOffFrontierError("units", len(delta), Z.shape[1] + 1)
    found = truncated_regression(delta, Z)
    if not found.converged:
        raise ConvergenceError(
            "the truncated regression",
            100,
            "the distances from the frontier have a longer tail than a normal distribution; look for outliers with "
            "frontier_leverage and in doubtful of dea, or leave them out and say so",
        )
    return found


def _distances(
    frontier: Callable[[Array, Array, Array, Array], Array],
    orientation: Literal["input", "output"],
    beta: Array,
    sigma: float,
    rng: np.random.Generator,
    X: Array,
    Y: Array,
    Z: Array,
    delta: Array,
) -> Array:
    """Draw distances that hang on the drivers, put the units there, and measure the real ones."""
    moved = pulled(X, Y, delta, draw_above(rng, Z @ beta, sigma), orientation)
    return frontier(*moved, X, Y)


def _coefficients(beta: Array, sigma: float, rng: np.random.Generator, Z: Array) -> Array:
    """Draw distances and regress them; NaN where the regression has no maximum."""
    found = truncated_regression(draw_above(rng, Z @ beta, sigma), Z, start=(beta, sigma))
    return np.append(found.beta, found.sigma) if found.converged else np.full(len(beta) + 1, np.nan)
