"""Stocks of capital from investment, and what their use costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import norm, weibull_min

__all__ = [
    "WEIBULL_SPREADS",
    "Array",
    "Retirement",
    "efficiency",
    "geometric_stock",
    "lives",
    "prices_by_age",
    "rate_of_return",
    "vintages",
]

Array: TypeAlias = npt.NDArray[np.float64]
Retirement: TypeAlias = Literal["normal", "weibull", "one_hoss"]
SHAPES: Final = (0.2, 200.0)


def _weibull_spread(k: float) -> float:
    """Return the standard deviation over the mean of a Weibull law with shape k."""
    return float(np.sqrt(np.expm1(gammaln(1 + 2 / k) - 2 * gammaln(1 + 1 / k))))


WEIBULL_SPREADS: Final = (_weibull_spread(SHAPES[1]), _weibull_spread(SHAPES[0]))
"""The least and the largest spread of lives that a Weibull law is looked for."""


def geometric_stock(I: Array, d: Array, K: float, half: bool) -> Array:
    """Add investment up, less a constant share that wears out: K_t = (1 - δ_t) K_{t-1} + I_t.

    Parameters
    ----------
    I : array, shape (T,)
        Investment at constant prices.
    d : array, shape (T,)
        Rates of depreciation.
    K : float
        Stock before the first period.
    half : bool
        Whether investment comes in the middle of its period, of which it then wears half: (1 - δ_t / 2) I_t.

    Returns
    -------
    array, shape (T,)
        Stock at the end of each period.
    """
    stock = np.empty(len(I))
    for t, added in enumerate(I * (1 - d / 2) if half else I):
        K = (1 - d[t]) * K + added
        stock[t] = K
    return stock


def lives(kind: Retirement, mean: float, spread: float) -> tuple[Array, Array]:
    """List service lives, and the part of a vintage that has each.

    Parameters
    ----------
    kind : {"normal", "weibull", "one_hoss"}
        Normal, cut off at 0 and twice the mean; Weibull; or one life for all.
    mean : float
        Mean life in periods.
    spread : float
        Standard deviation over the mean, before whole lives are taken; of Weibull lives within `WEIBULL_SPREADS`.

    Returns
    -------
    tuple of array, each of shape (k,)
        Lives, and parts that sum to 1.
    """
    if kind == "one_hoss":
        return np.array([mean]), np.ones(1)
    span = np.arange(1, int(np.ceil((2 if kind == "normal" else 4) * mean)) + 1)
    if kind == "normal":
        law = norm(mean, spread * mean)
    else:
        shape = float(brentq(lambda k: _weibull_spread(k) ** 2 - spread**2, *SHAPES))
        law = weibull_min(shape, scale=mean / np.exp(gammaln(1 + 1 / shape)))
    part = law.cdf(span + 0.5) - law.cdf(span - 0.5)
    return span.astype(np.float64), np.asarray(part / part.sum())


def efficiency(age: Array, L: Array, f: Array, beta: float) -> tuple[Array, Array]:
    """Tell what is left of a vintage by age: in services, and in assets that still serve.

    An asset with life l yields (l - a) / (l - β a) at age a < l, and nothing afterwards.

    Parameters
    ----------
    age : array, shape (n,)
        Ages, in periods.
    L, f : array, shape (k,)
        Lives and their parts.
    beta : float
        At most 1: the nearer to it, the later efficiency is lost.

    Returns
    -------
    tuple of array, each of shape (n,)
        Efficiency and survival, 1 at age 0.
    """
    serves = age[:, None] < L
    left = np.where(serves, L - age[:, None], 0.0) / np.where(serves, L - beta * age[:, None], 1.0)
    # With β = 1 an asset yields all it can to its last day.
    return left @ f, serves @ f


def prices_by_age(of: Callable[[Array], Array], age: Array, r: float) -> Array:
    """Return prices of used assets over new ones: the present value of the services that are left.

    Parameters
    ----------
    of : callable
        Efficiency by age, shape to shape.
    age : array, shape (n,)
        Ages one period apart, the last beyond all lives.
    r : float
        Discount rate a period.

    Returns
    -------
    array, shape (n,)
        Σ_s E(a + s) / (1 + r)^s over the same at age 0.
    """

    def value(ages: Array) -> Array:
        worth = np.zeros(len(ages))
        total = 0.0
        for i, service in reversed(list(enumerate(of(ages)))):
            total = service + total / (1 + r)
            worth[i] = total
        return worth

    return np.asarray(value(age) / value(age - age[0])[0])


def vintages(I: Array, weight: Array) -> Array:
    """Add up past investments by what is left of each: Σ_a w_a I_{t-a}.

    Parameters
    ----------
    I : array, shape (T,)
        Investment, from the first one on.
    weight : array, shape (n,)
        What is left at ages 0, 1 ....

    Returns
    -------
    array, shape (T,)
        Stock at the end of each period.
    """
    return np.convolve(I, weight)[: len(I)]


def rate_of_return(
    income: Array, K: Array, q0: Array, q1: Array, d: Array, tax: Array, of: npt.NDArray[np.int64]
) -> Array:
    """Solve for the rate that lets user costs exhaust income: Σ T (q0 r + δ q1 - (q1 - q0)) K = income.

    Parameters
    ----------
    income : array, shape (G,)
        Capital income of each group of assets.
    K, q0, q1, d, tax : array, shape (n,)
        Stock, price in the period before and in this one, rate of depreciation, tax factor.
    of : array, shape (n,)
        Group of each asset.

    Returns
    -------
    array, shape (G,)
        Rates; NaN where a figure lacks or stocks are worth nothing.
    """
    G = len(income)
    value = np.bincount(of, tax * K * q0, G)
    other = np.bincount(of, tax * K * (d * q1 - (q1 - q0)), G)
    return np.asarray(np.divide(income - other, value, out=np.full(G, np.nan), where=value > 0))
