"""Frontiers whose likelihood is an integral: gamma inefficiency, and effects of units beside it.

Letters as in `frontier_likelihoods`. Nodes follow the integrand, so that it is as exact for
long panels as for short ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln

from industria.kernels.frontier_likelihoods import LOG_2PI, Parts

__all__ = ["Nodes", "gamma", "gamma_nodes", "unit_nodes"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Law: TypeAlias = Callable[[Array], Array]

# Steps of ln u; the trapezoid rule on a smooth peak of width w errs by exp(-2 (π w / step)²).
STEP: Final = 0.08
# Where exp(-TAIL) of the mass lies beyond.
TAIL: Final = 34.0
ROWS: Final = 4096
HERMITE: Final = 32
ROUNDS: Final = 6


class Nodes(NamedTuple):
    """Where an integral is taken, and how much of it lies there.

    Attributes
    ----------
    at : array, shape (n, K)
        The values, one row an integral.
    weight : array, shape (n, K)
        Share of each in the integral; rows sum to 1.
    value : array, shape (n,)
        Logarithm of the integral.
    """

    at: Array
    weight: Array
    value: Array


def gamma(e: Array, log_shape: Array, lu: Array, lv: Array) -> Parts:
    """Return the log-likelihood where u is gamma, shape P and scale θ with lu = ln θ²; `mu` is that by ln P.

    ∫ φ((e+u)/σv)/σv u^{P-1} e^{-u/θ} / (θ^P Γ(P)) du over ln u (Greene 1990); P = 1 is the exponential.

    Parameters
    ----------
    e, log_shape, lu, lv : array, shape (n,)
        One row a row.

    Returns
    -------
    Parts
    """
    made = np.empty((5, len(e)))
    P, theta, vv = np.exp(log_shape), np.exp(0.5 * lu), np.exp(lv)
    for start in range(0, len(e), ROWS):
        rows = slice(start, start + ROWS)
        found = gamma_nodes(e[rows], log_shape[rows], lu[rows], lv[rows])
        u, weight = found.at, found.weight
        short = e[rows, None] + u
        square = (weight * short * short).sum(axis=1) / vv[rows]
        mean, mean_log = (weight * u).sum(axis=1), (weight * np.log(u)).sum(axis=1)
        made[:, rows] = (
            found.value,
            -(weight * short).sum(axis=1) / vv[rows],
            P[rows] * (mean_log - 0.5 * lu[rows] - digamma(P[rows])),
            0.5 * (mean / theta[rows] - P[rows]),
            0.5 * (square - 1),
        )
    return Parts(*made)


def gamma_nodes(e: Array, log_shape: Array, lu: Array, lv: Array) -> Nodes:
    """Lay nodes over ln u where the gamma integrand has its mass; at is u, shape (n, K)."""
    P, theta = np.exp(log_shape), np.exp(0.5 * lu)
    # Left of it u^P is nothing; right of it neither the tail of u nor noise reaches.
    low = float((0.5 * lu - TAIL / P).min())
    high = float(np.log((theta * (P + TAIL) + np.abs(e) + 9 * np.exp(0.5 * lv)).max()))
    t = np.linspace(low, high, int(np.ceil((high - low) / STEP)) + 1)
    u = np.exp(t)
    z = (e[:, None] + u) * np.exp(-0.5 * lv)[:, None]
    log = -0.5 * z * z + P[:, None] * t - u / theta[:, None]
    top = log.max(axis=1, keepdims=True)
    mass = np.exp(log - top)
    total = mass.sum(axis=1)
    constant = -0.5 * (LOG_2PI + lv) - 0.5 * P * lu - gammaln(P)
    value = top[:, 0] + np.log(total * (t[1] - t[0])) + constant
    return Nodes(np.broadcast_to(u, z.shape), mass / total[:, None], value)


def unit_nodes(joint: Law, n: int, spread: float) -> Nodes:
    """Lay Gauss-Hermite nodes where exp(joint) has its mass, unit by unit (Naylor & Smith 1982).

    Parameters
    ----------
    joint : callable
        Log of the integrand at r, shape (n, K) to shape (n, K), smooth with one peak.
    n : int
        Units.
    spread : float
        Of the effect before anything is seen; nodes begin there.

    Returns
    -------
    Nodes
        Of ∫ exp(joint(r)) dr.
    """
    x, w = np.polynomial.hermite_e.hermegauss(HERMITE)
    log_w = np.log(w) + 0.5 * x * x
    center, scale = np.zeros(n), np.full(n, spread)
    for _ in range(ROUNDS):
        at = center[:, None] + scale[:, None] * x
        log = joint(at) + log_w + np.log(scale)[:, None]
        top = log.max(axis=1, keepdims=True)
        mass = np.exp(log - top)
        total = mass.sum(axis=1)
        weight = mass / total[:, None]
        mean = (weight * at).sum(axis=1)
        width = np.sqrt((weight * (at - mean[:, None]) ** 2).sum(axis=1))
        settled = np.abs(mean - center) < 1e-3 * scale
        if (settled & (np.abs(width - scale) < 1e-2 * scale)).all():
            break
        # One node that takes all tells where the mass is, and that it is narrower than the nodes stand apart.
        center, scale = mean, np.maximum(width, 0.2 * scale)
    return Nodes(at, weight, top[:, 0] + np.log(total))
