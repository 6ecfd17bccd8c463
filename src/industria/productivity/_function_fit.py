"""One cell's production function: the estimate, every root of it, and draws of units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np

from industria.errors import ConvergenceError
from industria.kernels.markov_moments import moments
from industria.kernels.markov_projection import follow
from industria.kernels.markov_rows import shifts
from industria.kernels.overidentified import SecondRound, second_round
from industria.kernels.polynomials import Powers
from industria.productivity._function_flexible import flexible_stage
from industria.productivity._function_roles import MARKOV, Roles
from industria.productivity._function_roots import Root, admissible
from industria.productivity._function_sample import Sample
from industria.productivity._function_search import searched
from industria.productivity._function_stages import PolynomialStage, Stage, mean_elasticities, polynomial_stage
from industria.productivity._function_steps import one_step
from industria.productivity._panel import Array

__all__ = ["Fitted", "fit"]

BATCH: Final = 64
NO_SECOND: Final = "further moments have no minimum near it"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """What one cell gives.

    Attributes
    ----------
    powers : array, shape (m, J)
        Monomials of the function in logs of the inputs.
    c : array, shape (m,) or None
        Their coefficients; None where there is no estimate.
    controls : array, shape (k,)
        Coefficients of controls.
    elasticities : array, shape (J,)
        Means over rows.
    V : array or None
        Covariance of c and controls of one-step estimators.
    identified : bool or None
        None where no root is chosen.
    second : SecondRound or None
        The test of further moments, where they are asked for.
    draws : array, shape (R, m)
        NaN where a draw has no answer.
    elasticity_draws, control_draws : array, shapes (R, J) and (R, k)
        Likewise.
    shifts, shift_draws : array, shapes (s,) and (R, s)
        What the shifters of the process add to log productivity in the period after.
    """

    powers: Powers
    c: Array | None = None
    controls: Array = field(default_factory=lambda: np.zeros(0))
    elasticities: Array = field(default_factory=lambda: np.zeros(0))
    V: Array | None = None
    roots: Sequence[Root] = ()
    persistence: float | None = None
    identified: bool | None = None
    why: str = ""
    second: SecondRound | None = None
    draws: Array = field(default_factory=lambda: np.zeros((0, 0)))
    elasticity_draws: Array = field(default_factory=lambda: np.zeros((0, 0)))
    control_draws: Array = field(default_factory=lambda: np.zeros((0, 0)))
    shifts: Array = field(default_factory=lambda: np.zeros(0))
    shift_draws: Array = field(default_factory=lambda: np.zeros((0, 0)))
    draws_without_root: int = 0
    draws_inadmissible: int = 0


def fit(sample: Sample, roles: Roles, W: Array) -> Fitted:
    """Estimate one cell; a cell with too few rows tells so in place of an estimate.

    Parameters
    ----------
    sample : Sample
        Its rows.
    roles : Roles
        What is estimated.
    W : array, shape (R, U)
        How often each draw has each unit.

    Returns
    -------
    Fitted
        With `why` in place of an estimate where there is none.
    """
    estimate = _in_two_stages if roles.estimator in MARKOV else _in_one_step
    thin = _too_few(sample, roles)
    if not thin:
        try:
            return estimate(sample, roles, W)
        except np.linalg.LinAlgError:
            thin = "inputs, proxy or controls depend on each other in every row"
        except ConvergenceError as error:
            thin = str(error)
    J = sample.inputs.shape[1]
    return Fitted(powers=np.eye(J, dtype=np.int64), identified=False, why=thin)


def _too_few(sample: Sample, roles: Roles) -> str:
    J, c = sample.inputs.shape[1], sample.controls.shape[1]
    lags = roles.estimator not in ("ols", "fixed_effects", "cost_share")
    terms = J * (J + 3) // 2 if roles.form == "translog" else J
    needed = terms + c + 2 + (roles.process_degree + 1 + (J + 1) * roles.first_degree if lags else 0)
    found = len(sample.now) if lags else len(sample.y)
    if sample.n_units < 2:
        return "one unit alone has no spread over units"
    which = "rows with a row a period before" if lags else "rows"
    return f"too few rows: {found} {which}, where {needed} are the least" if found < needed else ""


def _in_one_step(sample: Sample, roles: Roles, W: Array) -> Fitted:
    model = one_step(sample, roles)
    m = len(model.powers)
    b, V = model.fit(np.ones(sample.n_units))
    if np.isnan(b[:m]).any():
        raise np.linalg.LinAlgError
    drawn = np.full((len(W), len(b)), np.nan)
    for i, w in enumerate(W):
        try:
            drawn[i] = model.fit(w)[0]
        except (np.linalg.LinAlgError, ConvergenceError):
            continue
    draws = drawn[:, :m]
    return Fitted(
        powers=model.powers,
        c=b[:m],
        controls=b[m:],
        elasticities=mean_elasticities(model.powers, b[:m], sample.inputs, sample.weights),
        V=V,
        why=f"{roles.estimator} has one answer: no root is chosen",
        draws=draws,
        elasticity_draws=_elasticities(sample, model.powers, draws, W),
        control_draws=drawn[:, m:],
        draws_without_root=int(np.isnan(draws).any(axis=1).sum()),
    )


def _in_two_stages(sample: Sample, roles: Roles, W: Array) -> Fitted:
    gnr = roles.estimator == "gandhi_navarro_rivers"
    stage = cast("Stage", flexible_stage(sample, roles) if gnr else polynomial_stage(sample, roles))
    everybody = np.ones(sample.n_units)
    (first,) = stage.first(everybody[None])
    rows = stage.markov(first, everybody)
    verdict = searched(stage, sample, first, rows, everybody)
    best = verdict.chosen
    if best is None:
        return Fitted(powers=stage.powers, roots=verdict.roots, identified=False, why=verdict.why)
    b, why, second = best.b, verdict.why, None
    if roles.overidentified:
        second = _second(stage, first, everybody, best.b)
        if second is None:
            return Fitted(powers=stage.powers, roots=verdict.roots, identified=False, why=f"{why}; {NO_SECOND}")
        b, why = second.b, f"{why}; further moments: J {second.J:.2f} on {second.df}, p {second.p:.3f}"
    drawn, lost, odd = _drawn(stage, sample, best, W, overidentified=roles.overidentified)
    m, s = len(stage.powers), sample.shifters.shape[1]
    draws = drawn[:, :m]
    return Fitted(
        powers=stage.powers,
        c=stage.function(first, b),
        controls=stage.controls(first),
        elasticities=mean_elasticities(stage.powers, stage.function(first, b), sample.inputs, sample.weights),
        roots=verdict.roots,
        persistence=best.persistence,
        identified=verdict.identified,
        why=why,
        second=second,
        draws=draws,
        elasticity_draws=_elasticities(sample, stage.powers, draws, W),
        shifts=shifts(rows, b, s),
        shift_draws=drawn[:, m : m + s],
        control_draws=drawn[:, m + s :],
        draws_without_root=lost,
        draws_inadmissible=odd,
    )


def _second(stage: Stage, first: Array, w: Array, b: Array) -> SecondRound | None:
    assert isinstance(stage, PolynomialStage)
    rows, unit = stage.overidentified(first, w)
    return second_round(rows, unit, b)


def _drawn(stage: Stage, sample: Sample, best: Root, W: Array, *, overidentified: bool) -> tuple[Array, int, int]:
    """Follow the chosen root into each draw; where it is lost, look for roots as in the whole sample.

    Returns coefficients and, after them, those of shifters and controls; how many draws have no root, or none that
    is admissible.
    """
    n_shifters = sample.shifters.shape[1]
    draws = np.full((len(W), len(stage.powers) + n_shifters + sample.controls.shape[1]), np.nan)
    lost = odd = 0
    for begin in range(0, len(W), BATCH):
        some = W[begin : begin + BATCH]
        firsts = _firsts(stage.first, some)
        told = [i for i, first in enumerate(firsts) if np.isfinite(first).all()]
        lost += len(some) - len(told)
        if not told:
            continue
        processes = [stage.markov(firsts[i], some[i]) for i in told]
        b, there = follow([moments(rows, best.b) for rows in processes], best.b)
        for i, rows, at, found in zip(told, processes, b, there, strict=True):
            c = stage.function(firsts[i], at)
            weights = sample.weights * some[i][sample.unit]
            if (
                found
                and best.kind == "root"
                and not admissible(mean_elasticities(stage.powers, c, sample.inputs, weights))
            ):
                odd += 1
                continue
            if not found:
                again = searched(stage, sample, firsts[i], rows, some[i], minima=False)
                if again.chosen is None:
                    some_root = any(root.kind != "local minimum" for root in again.roots)
                    lost, odd = lost + (not some_root), odd + some_root
                    continue
                at = again.chosen.b
                c = stage.function(firsts[i], at)
            if overidentified:
                second = _second(stage, firsts[i], some[i], at)
                if second is None:
                    lost += 1
                    continue
                at, c = second.b, stage.function(firsts[i], second.b)
            draws[begin + i] = np.concatenate([c, shifts(rows, at, n_shifters), stage.controls(firsts[i])])
    return draws, lost, odd


def _firsts(first: Callable[[Array], list[Array]], W: Array) -> list[Array]:
    """Fit the first stage of each draw; one that cannot be fitted has no numbers."""
    try:
        return first(W)
    except (np.linalg.LinAlgError, ConvergenceError):
        return [_firsts(first, w[None])[0] if len(W) > 1 else np.full(1, np.nan) for w in W]


def _elasticities(sample: Sample, powers: Powers, draws: Array, W: Array) -> Array:
    if len(powers) == powers.shape[1]:
        return draws
    made = [
        mean_elasticities(powers, c, sample.inputs, sample.weights * w[sample.unit])
        for c, w in zip(draws, W, strict=True)
    ]
    return np.array(made).reshape(len(W), powers.shape[1])
