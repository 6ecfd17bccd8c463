"""Draws of a frontier of known returns to scale, and how a statistic of real units stands among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np

from industria.core.replicate import replicate
from industria.kernels.frontier_bootstrap import behind, cross_validated, normal_reference, pulled, smooth
from industria.productivity._panel import Array

__all__ = ["EVEN", "NULLS", "RULES", "Null", "Orientation", "ScaleTest", "scale_test"]

Null = Literal["constant", "nonincreasing"]
Orientation = Literal["input", "output"]
NULLS: Final[tuple[Null, ...]] = ("constant", "nonincreasing")
RULES: Final = {"cross_validation": cross_validated, "normal_reference": normal_reference}
EVEN: Final = 1e-10
"""Relative difference below which ratios of sums of so many scores are one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleTest:
    """One null of one cell, with its draws.

    Attributes
    ----------
    null : str
        Returns to scale.
    statistic : float
        Mean efficiency at these returns over that at variable ones.
    means : tuple of float
        The two of them.
    bandwidth : float
        Of the smoothing.
    n : int
        Units.
    draws : array, shape (replications,)
        Statistics where the null is true.
    """

    null: Null
    statistic: float
    means: tuple[float, float]
    bandwidth: float
    n: int
    draws: Array

    @property
    def p(self) -> float:
        """How often draws have a statistic so small, the real one among them."""
        return float((1 + (self.draws <= self.statistic * (1 + EVEN)).sum()) / (1 + len(self.draws)))

    def critical(self, level: float) -> float:
        """Return the statistic below which p is at most the level; NaN where there are too few draws for it."""
        place = int(level * (1 + len(self.draws)) * (1 + EVEN))
        return float(np.sort(self.draws)[place - 1]) if place else np.nan


def scale_test(
    X: Array,
    Y: Array,
    null: Null,
    orientation: Orientation,
    bandwidth: float | str,
    replications: int,
    seed: np.random.SeedSequence,
) -> ScaleTest:
    """Test a null on the units of a cell, X of shape (n, m) and Y of shape (n, s)."""
    score = partial(behind, orientation=orientation)
    delta, variable = score(X, Y, X, Y, returns=null), score(X, Y, X, Y, returns="variable")
    h = RULES[bandwidth](delta) if isinstance(bandwidth, str) else float(bandwidth)
    draw = partial(_draw, null=null, orientation=orientation, h=h)
    draws = replicate(draw, replications, arrays=(X, Y, delta), rng=seed)
    means = float((1 / delta).mean()), float((1 / variable).mean())
    return ScaleTest(
        null=null, statistic=means[0] / means[1], means=means, bandwidth=h, n=len(X), draws=np.array(draws)
    )


def _draw(
    rng: np.random.Generator, X: Array, Y: Array, delta: Array, *, null: Null, orientation: Orientation, h: float
) -> float:
    frontier = pulled(X, Y, delta, smooth(rng, delta, h), orientation)
    E = [1 / behind(*frontier, X, Y, returns=returns, orientation=orientation) for returns in (null, "variable")]
    return float(E[0].sum() / E[1].sum())
