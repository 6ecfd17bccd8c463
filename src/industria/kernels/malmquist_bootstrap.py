"""Draws of the frontiers of two periods together, as those of Simar and Wilson (1999).

δ ≥ 1 is how far a unit lies behind: 1/θ of inputs, φ of outputs. A unit far behind in one period is often so in the
next: both its distances are drawn at once.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.dea import Returns, scores, technology
from industria.kernels.frontier_bootstrap import pulled

__all__ = ["redrawn", "smooth_pairs"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Orientation = Literal["input", "output"]


def smooth_pairs(rng: np.random.Generator, delta: Array, n: int) -> Array:
    """Draw pairs of distances from the smoothed distribution of δ, mirrored at 1 in each period.

    Δ* + hε with Δ* one of (δ₀, δ₁), (2 − δ₀, δ₁), (δ₀, 2 − δ₁), (2 − δ₀, 2 − δ₁) and ε normal with the covariance of
    the pairs, mirrored likewise; h = (4/5N)^(1/6). Brought back toward 1, by 1/√(1 + h²σ²/σ*²) with σ*² the variance of
    Δ*, to its spread, of which the 1/√(1 + h²) of the paper takes some; what falls below 1 is mirrored back.

    Parameters
    ----------
    rng : Generator
        Draws.
    delta : array, shape (N, 2)
        Of the units seen in both periods, 1 or more; N is 2 or more.
    n : int
        How many to draw.

    Returns
    -------
    array, shape (n, 2)
        1 or more.
    """
    h = (4 / (5 * len(delta))) ** (1 / 6)
    spread, axes = np.linalg.eigh(np.cov(delta, rowvar=False))
    root = axes * np.sqrt(np.maximum(spread, 0.0))
    picked = delta[rng.integers(0, len(delta), n)]
    mirrored = rng.integers(0, 2, (n, 2)) == 1
    noise = rng.standard_normal((n, 2)) @ root.T
    # A coordinate that is mirrored turns the sign of its covariance round.
    start = np.where(mirrored, 2 - picked, picked)
    moved = start + h * np.where(mirrored, -noise, noise)
    own, around = delta.var(axis=0, ddof=1), ((delta - 1) ** 2).mean(axis=0)
    drawn = 1 + (moved - 1) / np.sqrt(1 + h * h * own / np.where(around > 0, around, 1.0))
    return np.asarray(np.where(drawn < 1, 2 - drawn, drawn))


def redrawn(
    rng: np.random.Generator,
    X0: Array,
    Y0: Array,
    X1: Array,
    Y1: Array,
    delta0: Array,
    delta1: Array,
    then: Codes,
    now: Codes,
    *,
    returns: Returns,
    orientation: Orientation,
) -> Array:
    """Draw both frontiers anew, and measure the units seen in both periods against them.

    Parameters
    ----------
    rng : Generator
        Draws.
    X0, Y0, X1, Y1 : array, shapes (n0, m), (n0, s), (n1, m), (n1, s)
        Inputs and outputs of all units of each period.
    delta0, delta1 : array, shape (n0,), (n1,)
        Their distances from the frontier of their period.
    then, now : array, shape (N,)
        Rows of the units seen in both.
    returns, orientation : str
        As in `radial`.

    Returns
    -------
    array, shape (N, 2)
        Logs of the Malmquist change and of its efficiency change; NaN where a program has no answer.
    """
    paired = np.column_stack([delta0[then], delta1[now]])
    alone = [np.setdiff1d(np.arange(len(of)), seen) for of, seen in ((delta0, then), (delta1, now))]
    drawn = smooth_pairs(rng, paired, len(then) + len(alone[0]) + len(alone[1]))
    further = np.split(drawn[len(then) :], [len(alone[0])])
    X, Y = np.vstack([X0[then], X1[now]]), np.vstack([Y0[then], Y1[now]])
    levels = []
    for t, (goods, delta, seen) in enumerate((((X0, Y0), delta0, then), ((X1, Y1), delta1, now))):
        distance = np.empty(len(delta))
        distance[seen], distance[alone[t]] = drawn[: len(seen), t], further[t][:, t]
        T = technology(*pulled(*goods, delta, distance, orientation), returns=returns)
        score = scores(T, X, Y, orientation=orientation)
        told = np.isfinite(score) & (score > 0)
        log = np.log(score, where=told, out=np.full(len(score), np.nan))
        levels.append(log if orientation == "input" else -log)
    # Level of each unit then and now, before the frontier of each period.
    (first_then, first_now), (last_then, last_now) = (np.split(level, 2) for level in levels)
    change = (first_now - first_then + last_now - last_then) / 2
    return np.column_stack([change, last_now - first_then])
