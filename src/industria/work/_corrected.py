"""Variances of effects as they are, and less what errors add to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np

from industria.core.replicate import seeds
from industria.errors import ChoiceError, ConvergenceError, ParameterRangeError
from industria.kernels.error_variances import Center, LeaveOut, error_variances
from industria.kernels.groups import Array
from industria.kernels.leave_out import Influence, Statistics, influence, variances
from industria.kernels.leave_out_draws import BATCHES, Draws
from industria.kernels.two_way import iteratively
from industria.work._jobs import MainJob
from industria.work._two_way import Method, TwoWay

__all__ = ["Choices", "Corrected", "Correction", "corrected", "correction", "estimate"]

LEAST_DRAWS: Final = 2 * BATCHES
MOST_DRAWS: Final = 20_000
LOOSE: Final = 1e-6
"""What iterations leave over in a draw, whose own error is ten thousand times as large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How effects are estimated and corrected, as `worker_firm_effects` says.

    Raises
    ------
    ChoiceError, ParameterRangeError, UsageError
        If one is not among its choices or outside its range, or `rng` is no seed.
    """

    leave_out: LeaveOut
    center: Center
    method: Method
    main_job: MainJob
    draws: int | None
    tolerance: float
    rng: int

    def __post_init__(self) -> None:
        """Refuse what no measure of firms and workers takes."""
        for parameter, words in (
            ("leave_out", LeaveOut),
            ("center", Center),
            ("method", Method),
            ("main_job", MainJob),
        ):
            if getattr(self, parameter) not in get_args(words):
                raise ChoiceError(parameter, getattr(self, parameter), get_args(words))
        if self.draws is not None and self.draws < 0:
            raise ParameterRangeError("draws", self.draws, "a whole number of 0 or more")
        if not self.tolerance > 0:
            raise ParameterRangeError("tolerance", self.tolerance, "a number above 0")
        seeds(self.rng, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """Influence and error variances, whole and without each batch of draws.

    Attributes
    ----------
    each : callable
        Returns pairs of Influence and array of shape (m,): one where the answer is exact;
        else of all draws, then without each batch. One pair is held at a time.
    draws : int
        0 where exact.
    """

    each: Callable[[], Iterator[tuple[Influence, Array]]]
    draws: int

    def figures(self, of: Callable[[Influence, Array], Array]) -> Array:
        """Evaluate a figure of each pair: shape (1, ...) or (1 + batches, ...)."""
        return np.stack([of(*one) for one in self.each()])


def estimate(figures: Array) -> tuple[Array, Array]:
    """Return a figure and its Monte Carlo error, by leaving out each batch of draws in turn.

    The jackknife also takes out the bias of what is not linear in the draws.

    Parameters
    ----------
    figures : array, shape (1, ...) or (1 + batches, ...)
        Of `Correction.figures`; a single one is exact.
    """
    whole, without = figures[0], figures[1:]
    if not len(without):
        return whole, np.zeros_like(whole)
    n = len(without)
    return n * whole - (n - 1) * without.mean(axis=0), np.sqrt((n - 1) * without.var(axis=0))


def correction(model: TwoWay, over: Statistics, choices: Choices) -> Correction:
    """Find influence and error variances, exactly or by draws.

    Parameters
    ----------
    model : TwoWay
        Fitted; exact where it holds an inverse.
    over : Statistics
        Groups.
    choices : Choices
        As asked for.

    Raises
    ------
    ConvergenceError
        If the draws do not reach the tolerance.
    """
    draws, tolerance = choices.draws, choices.tolerance

    def pair(found: Influence) -> tuple[Influence, Array]:
        return found, error_variances(model.matches, model.residuals, found.p, choices.leave_out, choices.center)

    if model.G is not None:
        exact = pair(influence(model.matches, over, model.G))
        return Correction(lambda: iter([exact]), 0)
    drawn = Draws(model.matches, over, iteratively(model.L, tolerance=LOOSE))
    generator = np.random.default_rng(seeds(choices.rng, 1)[0])
    goal = tolerance * variances(model.matches, over, model.firm, model.worker)[0, 0]
    wanted = LEAST_DRAWS if draws is None else draws
    while True:
        drawn.more(-(-wanted // BATCHES) * BATCHES - drawn.n, generator)
        found = Correction(lambda: (pair(drawn.influence(without)) for without in (None, *range(BATCHES))), drawn.n)
        if draws is not None:
            return found
        error = float(estimate(found.figures(lambda one, S: one.b[:, :, 0] @ S))[1].max())
        if error <= goal:
            return found
        # Errors fall with the root of the draws; a fifth more, for the error is drawn as well.
        wanted = int(np.clip(1.2 * drawn.n * (error / goal) ** 2, drawn.n + BATCHES, 4 * drawn.n))
        if wanted > MOST_DRAWS:
            far = f"the Monte Carlo error is {error / goal:.1f} times tolerance={tolerance:g}"
            raise ConvergenceError("the correction by draws", drawn.n, f"{far}; allow more, or say draws")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corrected:
    """Variances of firm and worker effects and their covariance, by PARTS and group.

    Attributes
    ----------
    plug_in : array, shape (3, S)
        As the effects have them.
    homoskedastic : array, shape (3, S), or None
        Less what errors of one variance add.
    leave_out : array, shape (3, S), or None
        Less what errors of any variances add.
    replicates : array, shape (1 or 1 + batches, 3, S), or None
        Figures behind `leave_out`, for `estimate` of what is made of them.
    draws : int
        0 where exact.
    """

    plug_in: Array
    homoskedastic: Array | None
    leave_out: Array | None
    replicates: Array | None
    draws: int


def corrected(model: TwoWay, over: Statistics, found: Correction | None) -> Corrected:
    """Correct variances (Andrews et al. 2008; Kline, Saggio & Sølvsten 2020); None leaves them as they are."""
    plug_in = variances(model.matches, over, model.firm, model.worker)
    if found is None:
        return Corrected(plug_in=plug_in, homoskedastic=None, leave_out=None, replicates=None, draws=0)
    sigma2 = float(model.jobs.omega @ model.e**2) / (len(model.y) - model.k)
    weights = np.asarray(model.matches.omega)
    figures = found.figures(
        lambda one, S: (
            plug_in - np.stack([np.tensordot(one.b, sigma2 * weights, (1, 0)), np.tensordot(one.b, S, (1, 0))])
        )
    )
    (homoskedastic, leave_out), _ = estimate(figures)
    return Corrected(
        plug_in=plug_in,
        homoskedastic=homoskedastic,
        leave_out=leave_out,
        replicates=figures[:, 1],
        draws=found.draws,
    )
