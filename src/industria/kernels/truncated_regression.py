"""A linear regression whose outcome is seen only above a limit, by maximum likelihood."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx

__all__ = ["Truncated", "draw_above", "truncated_regression"]

Array: TypeAlias = npt.NDArray[np.float64]

ROUNDS = 100
# A step in units of standard errors that moves nothing any more.
SETTLED = 1e-10
LOG_2PI = float(np.log(2 * np.pi))
FAR = 25.0


class Truncated(NamedTuple):
    """The fit: coefficients, shape (p,); standard deviation; log-likelihood; inverse information of (β, σ)."""

    beta: Array
    sigma: float
    log_likelihood: float
    covariance: Array
    converged: bool


def truncated_regression(y: Array, Z: Array, limit: float = 1.0, start: tuple[Array, float] | None = None) -> Truncated:
    """Fit y = Zβ + e, e ~ N(0, σ²), among rows with y above the limit.

    ln L = Σ ln φ((y - Zβ)/σ) - ln σ - ln Φ((Zβ - limit)/σ), climbed by Newton's steps in β/σ and 1/σ, shortened
    until they climb.

    Parameters
    ----------
    y : array, shape (n,)
        All above the limit.
    Z : array, shape (n, p)
        Of full column rank, a constant among them.
    limit : float
        Below which nothing is seen.
    start : tuple of array and float, optional
        β and σ near by; least squares where none is told.

    Returns
    -------
    Truncated
        `converged` False where the likelihood climbs without end, as it does where e is nearly exponential.
    """
    beta, sigma = _least_squares(y, Z) if start is None else start
    theta = np.append(beta / sigma, 1 / sigma)
    value, gradient, information = _likelihood(theta, y, Z, limit)
    converged = False
    for _ in range(ROUNDS):
        step = _step(information, gradient)
        if float(step @ gradient) < SETTLED * len(y):
            converged = True
            break
        length = 1.0
        while length > 1e-10:
            trial = theta + length * step
            after = _likelihood(trial, y, Z, limit) if trial[-1] > 0 else None
            if after is not None and after[0] > value:
                break
            length *= 0.5
        if after is None or after[0] <= value:
            break
        theta, (value, gradient, information) = trial, after
    beta, sigma = theta[:-1] / theta[-1], float(1 / theta[-1])
    return Truncated(beta, sigma, float(value), _covariance(theta, information), converged)


def draw_above(rng: np.random.Generator, mean: Array, sigma: float, limit: float = 1.0) -> Array:
    """Draw from N(mean, σ²) above a limit, shape of mean."""
    from scipy.special import log_ndtr, ndtri_exp

    # The upper tail in logs, so that a limit far above the mean leaves digits.
    room = log_ndtr((mean - limit) / sigma)
    return np.asarray(np.maximum(mean - sigma * ndtri_exp(room + np.log1p(-rng.random(len(mean)))), limit))


def _least_squares(y: Array, Z: Array) -> tuple[Array, float]:
    beta = np.asarray(np.linalg.lstsq(Z, y, rcond=None)[0], np.float64)
    return beta, max(float(np.std(y - Z @ beta)), 1e-8 * float(np.abs(y).max()))


def _likelihood(theta: Array, y: Array, Z: Array, limit: float) -> tuple[float, Array, Array]:
    """Return the log-likelihood by β/σ and 1/σ, its gradient, and minus its second derivatives."""
    tau = theta[-1]
    fitted = Z @ theta[:-1]
    r, a = tau * y - fitted, fitted - tau * limit
    scaled = erfcx(-np.minimum(a, FAR) / np.sqrt(2))
    mills = np.where(a < FAR, np.sqrt(2 / np.pi) / scaled, 0.0)
    room = np.where(a < FAR, np.log(0.5 * scaled) - 0.5 * a * a, 0.0)
    value = len(y) * (np.log(tau) - 0.5 * LOG_2PI) - 0.5 * r @ r - room.sum()
    gradient = np.append(Z.T @ (r - mills), len(y) / tau - r @ y + limit * mills.sum())
    w = mills * (mills + a)
    p = Z.shape[1]
    information = np.empty((p + 1, p + 1))
    information[:p, :p] = (Z * (1 - w)[:, None]).T @ Z
    information[:p, p] = information[p, :p] = -(Z.T @ (y - limit * w))
    information[p, p] = len(y) / tau**2 + y @ y - limit**2 * w.sum()
    return float(value), gradient, information


def _step(information: Array, gradient: Array) -> Array:
    """Solve for Newton's step; where the likelihood bends up, in the directions turned down."""
    values, vectors = np.linalg.eigh(information)
    # Of the size of the largest, a direction without curvature gets a short step.
    values = np.maximum(np.abs(values), 1e-12 * np.abs(values).max())
    return np.asarray(vectors @ ((vectors.T @ gradient) / values))


def _covariance(theta: Array, information: Array) -> Array:
    """Turn the information of (β/σ, 1/σ) into the covariance of (β, σ)."""
    p, tau = len(theta) - 1, theta[-1]
    J = np.zeros((p + 1, p + 1))
    J[:p, :p] = np.eye(p) / tau
    J[:p, p] = -theta[:p] / tau**2
    J[p, p] = -1 / tau**2
    return np.asarray(J @ np.linalg.pinv(information) @ J.T)
