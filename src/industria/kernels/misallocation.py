"""Wedges between units of an industry, and the output that they cost in the model of Hsieh and Klenow (2009)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Wedges", "kept", "tfp_ratios", "wedges"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Truth: TypeAlias = npt.NDArray[np.bool_]

EQUAL: Final = 1e-9
"""Sums of weights carry rounding: a tail that is met but for this share is met."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wedges:
    """Logs of revenue and physical productivity of units.

    Attributes
    ----------
    tfpr : array, shape (n,)
        ln PY / (K^α (wL)^(1-α)).
    tfpq : array, shape (n,)
        ln (PY)^(σ/(σ-1)) / (K^α (wL)^(1-α)), less a constant of the industry that no ratio sees.
    mean : array, shape (industries,)
        ln of the industry's mean of TFPR.
    """

    tfpr: Array
    tfpq: Array
    mean: Array


def wedges(PY: Array, K: Array, wL: Array, alpha: Array, sigma: float, h: Array, s: Codes, n: int) -> Wedges:
    """Reckon TFPR, TFPQ and their industry's TFPR.

    The mean is σ/(σ-1) (MRPK/α)^α (MRPL/(1-α))^(1-α) with marginal revenue products that are harmonic means
    weighted by revenue. These are α (σ-1)/σ ΣPY/ΣK and its like, so that it is ΣPY / ((ΣK)^α (ΣwL)^(1-α)).

    Parameters
    ----------
    PY, K, wL : array, shape (n,)
        Revenue (value added), capital, and cost of labor; above 0.
    alpha : array, shape (industries,)
        Capital's share.
    sigma : float
        Elasticity of substitution between units, above 1.
    h : array, shape (n,)
        How many units each stands for, 0 or more.
    s : array, shape (n,)
        Industry, numbered from 0.
    n : int
        How many industries.

    Returns
    -------
    Wedges
        NaN for an industry without weight.
    """
    a = alpha[s]
    bundle = a * np.log(K) + (1 - a) * np.log(wL)
    revenue, capital, labor = (np.bincount(s, h * of, n) for of in (PY, K, wL))
    known = np.where(revenue > 0, 1.0, np.nan)
    logs = [np.log(np.where(revenue > 0, of, 1.0)) * known for of in (revenue, capital, labor)]
    return Wedges(
        tfpr=np.log(PY) - bundle,
        tfpq=sigma / (sigma - 1) * np.log(PY) - bundle,
        mean=logs[0] - alpha * logs[1] - (1 - alpha) * logs[2],
    )


def tfp_ratios(x: Wedges, sigma: float, h: Array, s: Codes) -> Array:
    """Return TFP over what it were if TFPR were the same in all units of an industry.

    [Σ (TFPQ · mean TFPR / TFPR)^(σ-1)]^(1/(σ-1)) over [Σ TFPQ^(σ-1)]^(1/(σ-1)); shape (industries,), at most 1.
    """
    n, power = len(x.mean), sigma - 1
    top = np.full(n, -np.inf)
    np.maximum.at(top, s, np.where(h > 0, x.tfpq, -np.inf))
    # Powers of the largest are 1, so that none runs over.
    q = np.where(h > 0, x.tfpq - top[s], -np.inf)
    relative = q + x.mean[s] - x.tfpr
    sums = [np.bincount(s, h * np.exp(power * of), n) for of in (relative, q)]
    told = sums[1] > 0
    return np.where(told, (sums[0] / np.where(told, sums[1], 1.0)) ** (1 / power), np.nan)


def kept(x: Wedges, sigma: float, h: Array, s: Codes, e: Codes, trim: float) -> Truth:
    """Leave out the tails of TFPR and of TFPQ, each relative to its industry, over all industries of an economy.

    Parameters
    ----------
    x : Wedges
        Of all units.
    sigma : float
        Elasticity of substitution.
    h, s : array, shape (n,)
        Units stood for, and industry.
    e : array, shape (n,)
        Economy, numbered from 0.
    trim : float
        Share of units in each tail; units that do not fill it stay, and so do equal ones that do not all fit.

    Returns
    -------
    array, shape (n,)
        Whether a unit stays.
    """
    n, power = len(x.mean), sigma - 1
    top = np.full(n, -np.inf)
    np.maximum.at(top, s, x.tfpq)
    best = top + np.log(np.bincount(s, h * np.exp(power * (x.tfpq - top[s])), n) / np.bincount(s, h, n)) / power
    stays = np.ones(len(s), bool)
    for one in range(int(e.max()) + 1):
        rows = np.flatnonzero(e == one)
        for of in (x.tfpr - x.mean[s], x.tfpq - best[s]):
            for signed in (of[rows], -of[rows]):
                order = rows[np.argsort(signed, kind="stable")]
                upto = np.cumsum(h[order])
                # Units that are equal but for rounding leave together, or else their places in the table would tell.
                new = np.abs(np.diff(of[order])) > EQUAL
                ends = np.append(np.flatnonzero(new), len(order) - 1)
                group = np.concatenate([[0], np.cumsum(new)])
                stays[order[upto[ends][group] <= trim * upto[-1] * (1 + EQUAL)]] = False
    return stays
