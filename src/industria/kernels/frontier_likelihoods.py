"""Log-likelihoods of stochastic frontiers, e = v - u, with their derivatives.

Letters: e composed error, u ≥ 0 inefficiency, v ~ N(0, σv²); lu = ln σu², lv = ln σv²,
μ mean of the normal distribution that is cut off below zero. A cost frontier hands in
e with the other sign.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx, log_ndtr

__all__ = [
    "Array",
    "Decay",
    "Parts",
    "efficiency",
    "exponential",
    "inefficiency",
    "inefficiency_quantile",
    "mills",
    "normal",
    "time_decay",
    "truncated_normal",
]

Array: TypeAlias = npt.NDArray[np.float64]

LOG_2PI = float(np.log(2 * np.pi))
# Above, all of the normal distribution lies below, to the last digit.
HIGH = 30.0


class Parts(NamedTuple):
    """Log-likelihood of each row and its derivatives, each of shape (n,)."""

    value: Array
    e: Array
    mu: Array
    lu: Array
    lv: Array


class Decay(NamedTuple):
    """Log-likelihood of each unit, shape (N,), and its derivatives by the sums of the unit and the parameters."""

    value: Array
    A: Array
    B: Array
    C: Array
    mu: Array
    lu: Array
    lv: Array


def mills(x: Array) -> Array:
    """Return φ(x)/Φ(x), shape of x, to the last digits in either tail."""
    return np.asarray(np.sqrt(2 / np.pi) / erfcx(-np.asarray(x) / np.sqrt(2)))


def _tail(x: Array) -> tuple[Array, Array]:
    """Return ln Φ(x) and φ(x)/Φ(x) from one special function."""
    lifted, ratio = _lifted_tail(x)
    return lifted - 0.5 * x * x, ratio


def _lifted_tail(x: Array) -> tuple[Array, Array]:
    """Return ½x² + ln Φ(x), without the cancellation far below zero, and φ(x)/Φ(x)."""
    scaled = erfcx(np.minimum(x, HIGH) * -np.sqrt(0.5))
    low = x < HIGH
    return np.where(low, np.log(0.5 * scaled), 0.5 * x * x), np.where(low, np.sqrt(2 / np.pi) / scaled, 0.0)


def normal(e: Array, lv: Array) -> Parts:
    """Return the log-likelihood without inefficiency, of e ~ N(0, σv²); all shapes (n,)."""
    square = e * e * np.exp(-lv)
    nothing = np.zeros_like(e)
    return Parts(-0.5 * (LOG_2PI + lv + square), -e * np.exp(-lv), nothing, nothing, 0.5 * (square - 1))


def truncated_normal(e: Array, mu: Array, lu: Array, lv: Array) -> Parts:
    """Return the log-likelihood where u is N(μ, σu²) cut off below zero; half-normal at μ = 0.

    -½ ln 2πσ² - (e+μ)²/2σ² - ln Φ(μ/σu) + ln Φ(μ*/σ*), with μ* = (μσv² - eσu²)/σ²
    and σ* = σuσv/σ (Stevenson 1980).

    Parameters
    ----------
    e, mu, lu, lv : array, shape (n,)
        In the unit of the logged output; its square below the logs.

    Returns
    -------
    Parts
    """
    su, sv = np.exp(0.5 * lu), np.exp(0.5 * lv)
    total = su * su + sv * sv
    s, gamma = np.sqrt(total), su * su / total
    of_mu, of_e = mu * sv / (s * su), -e * su / (s * sv)
    b = of_mu + of_e
    # At μ = 0 nothing is cut off but half.
    a, above, cut = np.zeros(1), np.full(1, -np.log(2)), np.full(1, np.sqrt(2 / np.pi))
    if mu.any():
        a = mu / su
        above, cut = _tail(a)
    within, kept = _tail(b)
    z = (e + mu) / total
    value = -0.5 * (LOG_2PI + np.log(total) + (e + mu) * z) - above + within
    common = 0.5 * (z * (e + mu) - 1)
    return Parts(
        value,
        -z - kept * su / (s * sv),
        -z - cut / su + kept * sv / (s * su),
        gamma * common + 0.5 * cut * a + 0.5 * kept * (of_e * (1 - gamma) - of_mu * (1 + gamma)),
        (1 - gamma) * common + 0.5 * kept * (of_mu * gamma + of_e * (gamma - 2)),
    )


def exponential(e: Array, mu: Array, lu: Array, lv: Array) -> Parts:
    """Return the log-likelihood where u is exponential with mean σu; μ is not read.

    -ln σu + σv²/2σu² + e/σu + ln Φ(-e/σv - σv/σu) (Meeusen & van den Broeck 1977).

    Parameters
    ----------
    e, mu, lu, lv : array, shape (n,)
        As in `truncated_normal`.

    Returns
    -------
    Parts
    """
    su, sv = np.exp(0.5 * lu), np.exp(0.5 * lv)
    ratio, x = sv / su, e / sv
    c = -x - ratio
    kept = mills(c)
    # Where c is far below zero, ½ratio² + e/σu and ln Φ(c) cancel; erfcx keeps the difference.
    low = c < 0
    tail = np.where(low, np.log(erfcx(-np.where(low, c, 0) / np.sqrt(2)) / 2) - 0.5 * x * x, 0)
    value = -0.5 * lu + np.where(low, tail, 0.5 * ratio**2 + e / su + log_ndtr(c))
    return Parts(
        value,
        1 / su - kept / sv,
        np.zeros_like(mu),
        -0.5 - 0.5 * ratio**2 - 0.5 * e / su + 0.5 * kept * ratio,
        0.5 * ratio**2 + 0.5 * kept * (x - ratio),
    )


def time_decay(A: Array, B: Array, C: Array, T: Array, mu: Array, lu: Array, lv: Array) -> Decay:
    """Return the log-likelihood of units whose inefficiency is u_i h_t, u_i ~ N(μ, σu²) cut off below zero.

    With A = Σh², B = Σhe, C = Σe² over the unit's T periods; h = 1 is Pitt & Lee (1981),
    h = exp(-η(t - T)) Battese & Coelli (1992).

    Parameters
    ----------
    A, B, C, T, mu, lu, lv : array, shape (N,)
        One row a unit.

    Returns
    -------
    Decay
    """
    su, sv, vu, vv = np.exp(0.5 * lu), np.exp(0.5 * lv), np.exp(lu), np.exp(lv)
    D = vv + vu * A
    root = np.sqrt(D)
    per_e, per_mu = (su / sv) / root, (sv / su) / root
    of_mu, of_e = mu * per_mu, -per_e * B
    a, b = mu / su, of_mu + of_e
    # The squares that lift both tails are those of the density, so that no large numbers cancel.
    (above, cut), (within, kept) = _lifted_tail(a), _lifted_tail(b)
    slope = kept + b
    noise, bent = vv / D, slope * b
    return Decay(
        within - above - 0.5 * (T * LOG_2PI + (T - 1) * lv + np.log(D) + C / vv),
        (-0.5 * vu / vv) * noise * (1 + bent),
        -slope * per_e,
        -0.5 / vv,
        slope * per_mu - (cut + a) / su,
        0.5 * ((cut + a) * a - 1 + noise * (1 + bent)) - slope * of_mu,
        0.5 * (C / vv - (T - 1) + bent - noise * (1 + bent)) - slope * of_e,
    )


def efficiency(mean: Array, spread: Array, h: Array | float = 1.0) -> Array:
    """Return E[exp(-h u)] of u ~ N(mean, spread²) cut off below zero (Battese & Coelli 1988), shape (n,)."""
    x = mean / spread
    log = log_ndtr(x - h * spread) - log_ndtr(x)
    return np.asarray(np.exp(-h * mean + 0.5 * (h * spread) ** 2 + log))


def inefficiency(mean: Array, spread: Array) -> Array:
    """Return E[u] of u ~ N(mean, spread²) cut off below zero (Jondrow, Lovell, Materov & Schmidt 1982), shape (n,)."""
    return np.asarray(mean + spread * mills(mean / spread))


def inefficiency_quantile(mean: Array, spread: Array, level: float) -> Array:
    """Return the value below which u ~ N(mean, spread²), cut off below zero, lies with probability `level`."""
    from scipy.special import ndtri_exp

    # 1 - (1 - level) Φ(x) loses all digits where Φ(x) is small; the upper tail keeps them.
    upper = np.log1p(-level) + log_ndtr(mean / spread)
    return np.asarray(np.maximum(mean - spread * ndtri_exp(upper), 0.0))
