"""The fit of a stochastic frontier: its maximum, and what its likelihood says about itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from industria.kernels.maximum_likelihood import Maximum, climb, curvature, maximize, settled
from industria.productivity._frontier_effects import fixed_effects
from industria.productivity._frontier_model import Frontier, Over, standardized, starts
from industria.productivity._panel import Array, Codes

__all__ = [
    "FLAT_SOMEWHERE",
    "NO_INEFFICIENCY",
    "NO_NOISE",
    "TO_EXPONENTIAL",
    "TO_NORMAL",
    "Fit",
    "Reported",
    "again",
    "fit",
    "report",
]

# Below, one part of the variance is none; with |μ| above so many σu, the likelihood runs away.
NOTHING: Final = 1e-4
FAR: Final = 10.0
# Curvature in the flattest direction of the log-likelihood, by observation, of standardized columns.
FLAT: Final = 1e-7
SINGULAR: Final = 1e-12
# What is left of a model without inefficiency.
NULLS: Final[dict[str, Over]] = {"intercepts": "intercepts", "effect": "effect", "persistent": "effect"}
# A gain of log-likelihood that is none, and ln σu² below ln σv² that makes u vanish.
NO_GAIN: Final = 1e-7
VANISHED: Final = -40.0

NO_INEFFICIENCY: Final = "gamma is 0: no inefficiency is seen, the fit is that of least squares"
NO_NOISE: Final = "gamma is 1: no noise is seen, the frontier runs through the best rows"
TO_EXPONENTIAL: Final = "mu runs to minus infinity: inefficiency is exponential; fit that distribution"
TO_NORMAL: Final = "mu lies far above zero: inefficiency is nearly normal, and hardly told from noise"
FLAT_SOMEWHERE: Final = "the likelihood is flat in some direction: the parameters are not all identified"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """A frontier at its maximum.

    Attributes
    ----------
    theta, covariance : array, shape (p,), (p, p)
        In the units of the columns; NaN in the covariance where there is no error to tell.
    log_likelihood, least_squares : float
        With inefficiency, and without.
    converged : bool
        Whether the gradient is nought.
    boundary : str or None
        What the likelihood runs to.
    wrong_skew : bool
        Whether the residuals of least squares lean to the side where no inefficiency is seen.
    """

    theta: Array
    covariance: Array
    log_likelihood: float
    least_squares: float
    converged: bool
    boundary: str | None
    wrong_skew: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reported:
    """Parameters as they are printed; each array of shape (q,)."""

    estimate: Array
    standard_error: Array
    low: Array
    high: Array


class Null(NamedTuple):
    """The fit without inefficiency, and whether its residuals lean to the side where none is seen."""

    theta: Array
    value: float
    converged: bool
    wrong_skew: bool


def fit(model: Frontier, clusters: Codes | None) -> Fit:
    """Climb to the maximum from every start, and judge it.

    Parameters
    ----------
    model : Frontier
        Columns and rows.
    clusters : array, shape (n,), or None
        Units, numbered from 0, for errors that allow for weights; None for those of the information.

    Returns
    -------
    Fit
    """
    made, scale = standardized(model)
    n = float(len(model.y))
    null = _least_squares(made)
    found = max((_climbed(made, start) for start in starts(made)), key=lambda one: one.value)
    if found.value < null.value + NO_GAIN * n:
        found = _without_inefficiency(made, null)
    boundary = _boundary(made, found)
    covariance = _covariance(made, found, boundary, clusters)
    size = n * np.log(scale.size)
    return Fit(
        theta=scale.T @ found.theta + scale.c,
        covariance=_turned(scale.T, covariance),
        log_likelihood=float(found.value - size),
        least_squares=float(null.value - size),
        converged=found.converged,
        boundary=boundary,
        wrong_skew=null.wrong_skew,
    )


def again(model: Frontier, theta: Array, often: Array) -> Array:
    """Fit a draw of rows from the fit of all of them; NaN where it does not settle.

    Parameters
    ----------
    model : Frontier
        Columns and rows.
    theta : array, shape (p,)
        The fit of all rows.
    often : array, shape (n,)
        How often each row was drawn.

    Returns
    -------
    array, shape (p,)
    """
    w = model.w * often
    made, scale = standardized(replace(model, w=w * len(w) / w.sum()))
    start = np.asarray(np.linalg.solve(scale.T, theta - scale.c), np.float64)
    found = _climbed(made, start)
    return scale.T @ found.theta + scale.c if found.converged else np.full(len(theta), np.nan)


def report(model: Frontier, found: Fit, confidence: float) -> Reported:
    """Report β and δ as they are, variances as σ² and γ where both are constants, with intervals inside their range.

    Of a gamma the shape is reported, and scale and σv where both are constants.
    """
    z = float(ndtri((1 + confidence) / 2))
    estimate, error = found.theta.copy(), _root(np.diag(found.covariance))
    low, high = estimate - z * error, estimate + z * error
    u, v = model.ends[1], model.ends[2]
    constant = model.ends[3] - u == 2
    if model.distribution == "gamma":
        for place, power in ((model.ends[0], 1.0), *(((u, 0.5), (v, 0.5)) if constant else ())):
            estimate[place] = np.exp(power * found.theta[place])
            error[place] *= power * estimate[place]
            low[place], high[place] = np.exp(power * low[place]), np.exp(power * high[place])
    elif constant:
        vu, vv = np.exp(found.theta[[u, v]])
        gamma, C = vu / (vu + vv), found.covariance[np.ix_([u, v], [u, v])]
        share = np.array([gamma, 1 - gamma])
        of_log, of_logit = _root(np.array([share @ C @ share, C[0, 0] + C[1, 1] - 2 * C[0, 1]]))
        estimate[[u, v]] = vu + vv, gamma
        error[[u, v]] = (vu + vv) * of_log, gamma * (1 - gamma) * of_logit
        ends = np.array([-1, 1]) * z
        low[u], high[u] = (vu + vv) * np.exp(ends * of_log)
        low[v], high[v] = 1 / (1 + vv / vu * np.exp(-ends * of_logit))
        if found.boundary == NO_INEFFICIENCY:
            estimate[v] = 0.0
    if model.over in ("effect", "persistent"):
        own = slice(model.ends[3], model.ends[4])
        estimate[own] = np.exp(estimate[own])
        error[own] *= estimate[own]
        low[own], high[own] = np.exp(low[own]), np.exp(high[own])
    if found.boundary == TO_EXPONENTIAL:
        estimate[model.ends[0] : model.ends[3]] = np.nan
    return Reported(estimate=estimate, standard_error=error, low=low, high=high)


def _root(variances: Array) -> Array:
    """Take roots of variances; NaN where rounding of a flat likelihood leaves less than nothing."""
    return np.sqrt(np.where(variances >= 0, variances, np.nan))


def _climbed(model: Frontier, start: Array) -> Maximum:
    """Climb from a start, with the products of scores for curvature (Berndt, Hall, Hall & Hausman 1974)."""
    n = float(len(model.y))
    with np.errstate(all="ignore"):
        scores = model.scores_by_unit(start)
    products = scores.T @ scores / n
    if not np.isfinite(products).all() or np.linalg.eigvalsh(products).min() < FLAT:
        return maximize(model.value, start, n)
    inverse = np.linalg.inv(products)
    found = maximize(model.value, start, n, metric=0.5 * (inverse + inverse.T))
    # Towards a boundary the products of the start lead astray.
    return found if found.converged else maximize(model.value, start, n)


def _least_squares(model: Frontier) -> Null:
    """Fit without inefficiency."""
    n, over = len(model.y), NULLS.get(model.over, "rows")
    none = np.zeros((n, 0))
    null = replace(model, distribution="none", M=none, U=none, over=over)
    start = next(starts(null))
    e = model.error(start[: model.ends[0]])
    e -= fixed_effects(e, None, e, model.units) if over == "intercepts" else 0.0
    theta = climb(null.value, start, float(n))
    value, gradient = null.value(theta)
    centered = e - e.mean()
    return Null(theta, value, settled(gradient, n), bool(model.w @ (centered * centered * centered) > 0))


def _without_inefficiency(model: Frontier, null: Null) -> Maximum:
    """Return the point of least squares as one of the frontier, with u of no size."""
    theta, k, v = np.zeros(model.ends[-1]), model.ends[0], model.V.shape[1]
    theta[:k], theta[model.ends[2] : model.ends[3]] = null.theta[:k], null.theta[k : k + v]
    theta[model.ends[1]] = theta[model.ends[2]] + VANISHED
    if len(null.theta) > k + v:
        theta[model.ends[3]] = null.theta[k + v]
        theta[model.ends[3] + 1 :] = theta[model.ends[3]] + VANISHED
    return Maximum(theta, null.value, model.value(theta)[1], curvature(model.value, theta), null.converged)


def _boundary(model: Frontier, found: Maximum) -> str | None:
    _, delta, zeta, rho, _ = model.parted(found.theta)
    vu, vv = np.exp(model.U @ zeta), np.exp(model.V @ rho)
    gamma = vu / (vu + vv)
    if gamma.max() < NOTHING:
        return NO_INEFFICIENCY
    cut = float(np.mean(model.M @ delta / np.sqrt(vu)))
    if model.distribution == "truncated_normal" and abs(cut) > FAR:
        return TO_EXPONENTIAL if cut < 0 else TO_NORMAL
    if gamma.min() > 1 - NOTHING:
        return NO_NOISE
    if np.linalg.eigvalsh(found.information).min() < FLAT * len(model.y):
        return FLAT_SOMEWHERE
    return None


def _covariance(model: Frontier, found: Maximum, boundary: str | None, clusters: Codes | None) -> Array:
    """Invert the information of the parameters that are not at a boundary; NaN for the others."""
    ends, free = model.ends, np.ones(len(found.theta), bool)
    if boundary == NO_INEFFICIENCY:
        free[ends[0] : ends[2]] = False
        free[ends[3] + (model.over == "effect" or model.over == "persistent") :] = False
    elif boundary == TO_EXPONENTIAL:
        free[ends[0] : ends[2]] = False
    elif boundary == NO_NOISE:
        free[ends[2] : ends[3]] = False
    made = np.full((len(free), len(free)), np.nan)
    inside = np.ix_(free, free)
    if np.linalg.eigvalsh(found.information[inside]).min() <= SINGULAR * len(model.y):
        return made
    inverse = np.linalg.inv(found.information[inside])
    if clusters is not None:
        scores = np.zeros((int(clusters.max()) + 1, int(free.sum())))
        np.add.at(scores, clusters, model.scores(found.theta)[:, free])
        G = len(scores)
        inverse = inverse @ (scores.T @ scores) @ inverse * G / (G - 1)
    made[inside] = inverse
    return made


def _turned(T: Array, C: Array) -> Array:
    """Carry a covariance to the units of the columns; blocks without one do not touch the others."""
    told: npt.NDArray[np.bool_] = ~np.isnan(np.diag(C))
    made = T @ np.where(np.isnan(C), 0, C) @ T.T
    made[~told] = made[:, ~told] = np.nan
    return np.asarray(made)
