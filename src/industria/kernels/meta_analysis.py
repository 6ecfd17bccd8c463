"""Estimates of several sites as one: their mean, how far the sites differ, and where another site would lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError
from industria.kernels.t_distribution import t_quantile

__all__ = ["Method", "Pooled", "Test", "between_variance", "pool", "prediction_interval", "variance_interval"]

Array: TypeAlias = npt.NDArray[np.float64]
Method = Literal["reml", "dl", "pm", "fixed"]
Test = Literal["hartung_knapp", "normal", "hartung_knapp_floor"]

GRID: Final = 96
ROUNDS: Final = 1_000
SETTLED: Final = 1e-12
"""Of τ², in parts of its standard error: rounding is less."""
TINY: Final = float(np.finfo(np.float64).tiny)


class Pooled(NamedTuple):
    """What k sites say together.

    Attributes
    ----------
    mu, se : float
        The pooled estimate and its standard error.
    normal_se : float
        The error 1 / √Σ w, whatever the test.
    low, high : float
        Its interval.
    df : int or None
        Degrees of freedom of the t distribution behind the interval; None for the normal one.
    tau2 : float or None
        Variance of the effects between sites; None where it is not estimated.
    w : array, shape (k,)
        Weights, which sum to 1.
    Q, I2, H2 : float or None
        Cochran's Q, the share of variance that is between sites, and 1 / (1 - I2); None for one site.
    """

    mu: float
    se: float
    normal_se: float
    low: float
    high: float
    df: int | None
    tau2: float | None
    w: Array
    Q: float | None
    I2: float | None
    H2: float | None


def pool(y: Array, v: Array, method: Method, test: Test, confidence: float) -> Pooled:
    """Pool estimates of independent sites.

    μ = Σ w y / Σ w with w = 1 / (v + τ²). The error is 1 / √Σ w against the normal distribution, or that of Hartung
    and Knapp, √(Σ w (y - μ)² / ((k - 1) Σ w)), against t with k - 1 degrees of freedom. Two sites are taken as
    having one effect, τ² = 0, against the normal distribution; one site is as it came.

    Parameters
    ----------
    y, v : array, shape (k,)
        Estimates and their squared standard errors, above 0.
    method : {"reml", "dl", "pm", "fixed"}
        How τ² is estimated, as `between_variance` has it; or one effect.
    test : {"hartung_knapp", "normal", "hartung_knapp_floor"}
        The error and its distribution; the last takes the larger of the two errors.
    confidence : float
        Of the interval.

    Returns
    -------
    Pooled
    """
    k = len(y)
    tau2 = None if method == "fixed" or k < 3 else between_variance(y, v, method)
    from_best, best = _from_most_precise(y, v)
    w = 1 / (v + (tau2 or 0.0))
    m = float(w @ from_best / w.sum())
    normal = float(1 / np.sqrt(w.sum()))
    se, df = normal, None
    if test != "normal" and k > 2:
        df, spread = k - 1, float(np.sqrt(w @ (from_best - m) ** 2 / ((k - 1) * w.sum())))
        se = max(se, spread) if test == "hartung_knapp_floor" else spread
    mu, half = best + m, float(t_quantile((1 + confidence) / 2, df)) * se
    return Pooled(mu, se, normal, mu - half, mu + half, df, tau2, w / w.sum(), *_heterogeneity(from_best, v, tau2))


def between_variance(y: Array, v: Array, method: Literal["reml", "dl", "pm"]) -> float:
    """Estimate the variance of effects between sites, τ².

    DerSimonian and Laird: (Q - (k - 1)) / (Σw - Σw² / Σw) with w = 1 / v. Paule and Mandel: the root of
    Σ (y - μ)² / (v + τ²) = k - 1. REML: Fisher scoring, τ² + (y'PPy - tr P) / tr PP. None is below 0.

    Parameters
    ----------
    y, v : array, shape (k,)
        Estimates and their squared standard errors, above 0; k is 2 or more.
    method : {"reml", "dl", "pm"}
        Restricted maximum likelihood, DerSimonian and Laird, or Paule and Mandel.

    Returns
    -------
    float

    Raises
    ------
    ConvergenceError
        If the scoring does not settle.
    """
    y, _ = _from_most_precise(y, v)
    if method == "pm":
        return _where_q_is(len(y) - 1.0, y, v)
    if method == "dl":
        return max(0.0, (_q(0.0, y, v) - (len(y) - 1)) / _traces(1 / v)[0])
    return _reml(y, v)


def variance_interval(y: Array, v: Array, confidence: float) -> tuple[float, float]:
    """Return the Q-profile interval of τ²: where Q(τ²) is no surprise under χ² with k - 1 degrees of freedom.

    Parameters
    ----------
    y, v : array, shape (k,)
        Estimates and their squared standard errors, above 0; k is 2 or more.
    confidence : float
        Of the interval.

    Returns
    -------
    tuple of float
        An end that would be below 0 is 0.
    """
    # scipy.special takes longer to import than a cached run takes to answer.
    from scipy.special import chdtri

    tail = (1 - confidence) / 2
    y, _ = _from_most_precise(y, v)
    low, high = (_where_q_is(float(chdtri(len(y) - 1, p)), y, v) for p in (tail, 1 - tail))
    return low, high


def prediction_interval(pooled: Pooled, confidence: float) -> tuple[float, float] | None:
    """Return where the effect of another site would lie, μ ± t √(τ² + se²), t with k - 2 degrees of freedom.

    Parameters
    ----------
    pooled : Pooled
        Of k sites.
    confidence : float
        Of the interval.

    Returns
    -------
    tuple of float, or None
        None without τ².
    """
    if pooled.tau2 is None:
        return None
    half = float(t_quantile((1 + confidence) / 2, len(pooled.w) - 2) * np.sqrt(pooled.tau2 + pooled.se**2))
    return pooled.mu - half, pooled.mu + half


def _heterogeneity(y: Array, v: Array, tau2: float | None) -> tuple[float | None, float | None, float | None]:
    k = len(y)
    if k == 1:
        return None, None, None
    Q = _q(0.0, y, v)
    # τ² over the variance within a typical site, (k - 1) / tr P, is where Q / (k - 1) would come from.
    H2 = max(1.0, Q / (k - 1)) if tau2 is None else 1 + tau2 * _traces(1 / v)[0] / (k - 1)
    return Q, 1 - 1 / H2, H2


def _from_most_precise(y: Array, v: Array) -> tuple[Array, float]:
    """Measure estimates from that of the most precise site, so that a huge weight meets no rounding error."""
    best = float(y[np.argmin(v)])
    return y - best, best


def _q(tau2: float, y: Array, v: Array) -> float:
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _traces(w: Array) -> tuple[float, float]:
    """Return tr P and tr PP of P = W - Wιι'W / Σw, as sums of what is positive: differences would cancel."""
    others, other_squares = (_sums_of_others(values) for values in (w, w**2))
    share = w / w.sum()
    return float(share @ others), float(((share * others) ** 2).sum() + share**2 @ other_squares)


def _sums_of_others(values: Array) -> Array:
    before, after = np.cumsum(values[:-1]), np.cumsum(values[:0:-1])[::-1]
    return np.asarray(np.concatenate([[0.0], before]) + np.concatenate([after, [0.0]]))


def _where_q_is(value: float, y: Array, v: Array) -> float:
    """Find the τ² at which Q(τ²), which falls, comes down to a value; 0 where it starts below."""
    from scipy.optimize import brentq

    if _q(0.0, y, v) <= value:
        return 0.0
    # Q(τ²) is at most Σ(y - ȳ)² / τ²; a little more than equality keeps rounding off the end.
    beyond = 1.001 * float(((y - y.mean()) ** 2).sum()) / value
    return float(brentq(lambda tau2: _q(tau2, y, v) - value, 0.0, beyond, xtol=TINY, rtol=1e-14, maxiter=ROUNDS))


def _reml(y: Array, v: Array) -> float:
    spread = float(((y - y.mean()) ** 2).sum())
    if spread == 0:
        return 0.0
    log_likelihood = _restricted(y, v)
    # The likelihood may have several peaks, one of them at 0: scoring starts at the highest point of a grid.
    ends = min(float(v.min()), spread) * 1e-4, spread
    starts = np.array([0.0, between_variance(y, v, "dl"), *np.geomspace(*ends, GRID)])
    heights = log_likelihood(starts)
    best = int(np.argmax(heights))
    tau2, height, last = float(starts[best]), float(heights[best]), 0.0
    for _ in range(ROUNDS):
        step, error = _score_step(tau2, y, v)
        # Steps to and fro, each past the peak, may never come nearer.
        step = step / 2 if step * last < 0 else step
        reached = max(0.0, tau2 + step)
        if abs(reached - tau2) <= SETTLED * error:
            return reached
        risen = float(log_likelihood(np.array([reached]))[0])
        # Far from the peak a step may pass it by; what is lost to rounding alone is no fall.
        while risen < height - 1e-12 * (1 + abs(height)) and abs(reached - tau2) > SETTLED * error:
            reached = (tau2 + reached) / 2
            risen = float(log_likelihood(np.array([reached]))[0])
        tau2, height, last = reached, risen, step
    raise ConvergenceError("the variance between sites", ROUNDS, 'take method="pm", which has no likelihood to climb')


def _restricted(y: Array, v: Array) -> Callable[[Array], Array]:
    """Return the restricted log-likelihood, but for its constant, as a function of several τ² at once."""

    def log_likelihood(tau2: Array) -> Array:
        total = v + tau2[:, None]
        w = 1 / total
        mu = w @ y / w.sum(axis=1)
        rest = np.log(total).sum(axis=1) + np.log(w.sum(axis=1)) + (w * (y - mu[:, None]) ** 2).sum(axis=1)
        return np.asarray(-rest / 2)

    return log_likelihood


def _score_step(tau2: float, y: Array, v: Array) -> tuple[float, float]:
    """Return the step of Fisher scoring, (y'PPy - tr P) / tr PP, and the standard error of τ²."""
    w = 1 / (v + tau2)
    P, PP = _traces(w)
    return float((w**2 @ (y - w @ y / w.sum()) ** 2 - P) / PP), float(np.sqrt(2 / PP))
