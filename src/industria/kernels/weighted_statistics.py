"""Statistics of a weighted distribution, and their recentered influence functions.

Weights stand for workers: the distribution puts w_i / Σw on y_i. Variances are
those of this distribution, without a correction for degrees of freedom.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "STATISTICS",
    "Definition",
    "Statistic",
    "bandwidth",
    "density",
    "gini",
    "influence",
    "quantile",
    "statistic",
    "variance",
]

Array: TypeAlias = npt.NDArray[np.float64]
Order: TypeAlias = npt.NDArray[np.int64]
Statistic = Literal["mean", "variance", "gini", "quantile", "interquantile_range", "interquantile_ratio"]
Definition = Literal["inverse_cdf", "hmisc"]
STATISTICS: Final[tuple[Statistic, ...]] = (
    "mean",
    "variance",
    "gini",
    "quantile",
    "interquantile_range",
    "interquantile_ratio",
)

# A level that is met but for the last bits of a cumulated weight is met.
MET: Final = 1e-12


def statistic(
    kind: Statistic, levels: tuple[float, ...], y: Array, w: Array, order: Order, definition: Definition = "inverse_cdf"
) -> float:
    """Return one statistic of a weighted distribution.

    Parameters
    ----------
    kind : str
        mean, variance, gini, quantile, interquantile_range (upper less lower) or interquantile_ratio.
    levels : tuple of float
        Of a quantile: one; of a range or ratio: lower and upper; else none. Between 0 and 1.
    y, w : array, shape (n,)
        Values, and weights of 0 or more.
    order : array, shape (n,)
        Sorts y; a bootstrap sorts once.
    definition : {"inverse_cdf", "hmisc"}
        Of quantiles.

    Returns
    -------
    float
        In the unit of y; its square for the variance, a pure number for gini and ratio.
    """
    if kind == "mean":
        return float(w @ y / w.sum())
    if kind == "variance":
        return variance(y, w)
    if kind == "gini":
        return gini(y, w, order)
    found = quantile(y, w, order, levels, definition)
    if kind == "quantile":
        return float(found[0])
    return float(found[1] - found[0] if kind == "interquantile_range" else found[1] / found[0])


def variance(y: Array, w: Array) -> float:
    """Return Σ w (y - μ)² / Σ w, in the squared unit of y (shapes (n,))."""
    total = w.sum()
    return float(w @ (y - w @ y / total) ** 2 / total)


def gini(y: Array, w: Array, order: Order) -> float:
    """Return half the mean absolute difference of two workers over the mean (shapes (n,))."""
    p = w / w.sum()
    return float(p @ _distances(y, p, order) / (2 * (p @ y)))


def quantile(
    y: Array, w: Array, order: Order, levels: tuple[float, ...], definition: Definition = "inverse_cdf"
) -> Array:
    """Return weighted quantiles.

    `inverse_cdf` is the smallest y at which the distribution function reaches the
    level. `hmisc` is that of R's Hmisc::wtd.quantile, between the values at the ranks
    below and above 1 + (n - 1) τ with n = Σw: it reads weights as counts of workers.
    Weights that sum to less than the rows that have one, such as shares, are brought to
    sum to these rows, as R does with normwt = TRUE; as counts they would have no ranks.

    Parameters
    ----------
    y, w : array, shape (n,)
        Values and weights.
    order : array, shape (n,)
        Sorts y.
    levels : tuple of float
        Between 0 and 1.
    definition : {"inverse_cdf", "hmisc"}
        As above.

    Returns
    -------
    array, shape (len(levels),)
        In the unit of y.
    """
    F = np.cumsum(w[order])
    taus = np.array(levels)
    if definition == "inverse_cdf":
        return y[order[_first(F, taus)]]
    n = max(float(F[-1]), float(np.count_nonzero(w)))
    ranks = 1 + (n - 1) * taus
    low = np.maximum(np.floor(ranks), 1)
    share = ranks - np.floor(ranks)
    below, above = (y[order[_first(F, at / n)]] for at in (low, np.minimum(low + 1, n)))
    return np.asarray((1 - share) * below + share * above)


def _first(F: Array, taus: Array) -> Order:
    """Find the first place at which cumulated weights reach levels."""
    return np.asarray(np.minimum(np.searchsorted(F, (taus - MET) * F[-1]), len(F) - 1), np.int64)


def bandwidth(y: Array, w: Array, order: Order) -> float:
    """Return Silverman's rule of thumb, 0.9 min(s, IQR / 1.34) n^(-1/5), with n = (Σw)² / Σw².

    Parameters
    ----------
    y, w : array, shape (n,)
        Values and weights.
    order : array, shape (n,)
        Sorts y.

    Returns
    -------
    float
        In the unit of y; 0 only where all y are equal.
    """
    low, high = quantile(y, w, order, (0.25, 0.75))
    s = variance(y, w) ** 0.5
    spread = min(s, (high - low) / 1.34) or s
    return float(0.9 * spread * (w.sum() ** 2 / (w @ w)) ** -0.2)


def density(at: float, y: Array, w: Array, h: float) -> float:
    """Return the Gaussian kernel density at one value.

    Parameters
    ----------
    at, h : float
        Value and bandwidth, in the unit of y.
    y, w : array, shape (n,)
        Values and weights.

    Returns
    -------
    float
        Per unit of y.
    """
    z = (y - at) / h
    return float(w @ np.exp(-0.5 * z * z) / (w.sum() * h * np.sqrt(2 * np.pi)))


def influence(kind: Statistic, levels: tuple[float, ...], y: Array, w: Array, order: Order, h: float = np.nan) -> Array:
    """Return the recentered influence function, whose weighted mean is the statistic.

    For a quantile q + (τ - 1[y ≤ q]) / f(q) (Firpo, Fortin & Lemieux 2009). Of the
    workers tied at q that share counts as below which makes the mean of the indicator
    τ, so that the mean is q to the last bits where wages are heaped, too.

    Parameters
    ----------
    kind : str
        As for `statistic`; quantiles by the inverse distribution function.
    levels : tuple of float
        As for `statistic`.
    y, w : array, shape (n,)
        Values and weights.
    order : array, shape (n,)
        Sorts y.
    h : float
        Bandwidth of the density, in the unit of y; only quantiles need it.

    Returns
    -------
    array, shape (n,)
        In the unit of the statistic.
    """
    p = w / w.sum()
    mean = float(p @ y)
    if kind == "mean":
        return y
    if kind == "variance":
        return (y - mean) ** 2
    if kind == "gini":
        distance = _distances(y, p, order)
        D = float(p @ distance)
        G = D / (2 * mean)
        return np.asarray(G + (distance - D) / mean - G * (y - mean) / mean)
    q = quantile(y, w, order, levels)
    parts = [_quantile_influence(float(at), tau, y, p, h) for at, tau in zip(q, levels, strict=True)]
    if kind == "quantile":
        return np.asarray(q[0] + parts[0])
    if kind == "interquantile_range":
        return np.asarray(q[1] - q[0] + parts[1] - parts[0])
    return np.asarray(q[1] / q[0] + parts[1] / q[0] - q[1] / q[0] ** 2 * parts[0])


def _quantile_influence(q: float, tau: float, y: Array, p: Array, h: float) -> Array:
    below, tied = y < q, y == q
    share = (tau - p[below].sum()) / p[tied].sum()
    return np.asarray((tau - below - share * tied) / density(q, y, p, h))


def _distances(y: Array, p: Array, order: Order) -> Array:
    """Return the mean absolute difference of each value from all, Σ_j p_j |y_i - y_j|."""
    F, L = np.cumsum(p[order]), np.cumsum((p * y)[order])
    sorted_y: Any = y[order]
    made = np.empty_like(y)
    made[order] = sorted_y * (2 * F - F[-1]) + L[-1] - 2 * L
    return made
