"""The maximum of a smooth log-likelihood, and its curvature there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Maximum", "climb", "curvature", "maximize", "settled"]

Array: TypeAlias = npt.NDArray[np.float64]
Function: TypeAlias = Callable[[Array], tuple[float, Array]]

# The gradient of a mean log-likelihood in units of about 1; below this the value is flat to the last digits.
SETTLED = 1e-7
# Nearer, steps of BFGS change the value by less than its last digit, and its line search stalls; Newton goes on.
NEAR = 1e-7
# A step of Newton's that moves no parameter, not even one in whose direction the value is flat.
STILL = 1e-9
# Second derivatives do not change over a shorter step, within the digits that they have.
SHORT = 1e-5


class Maximum(NamedTuple):
    """Where a log-likelihood is largest.

    Attributes
    ----------
    theta : array, shape (p,)
        The parameters.
    value : float
        The log-likelihood.
    gradient : array, shape (p,)
        What is left of it.
    information : array, shape (p, p)
        Minus the second derivatives.
    converged : bool
        Whether the gradient, by observation, is nought.
    """

    theta: Array
    value: float
    gradient: Array
    information: Array
    converged: bool


def maximize(
    function: Function, start: Array, n: float, *, metric: Array | None = None, steps: int = 500, polish: int = 8
) -> Maximum:
    """Climb by BFGS, then by Newton steps while they climb.

    Parameters
    ----------
    function, start, n, metric, steps
        As in `climb`.
    polish : int
        Most steps of Newton.

    Returns
    -------
    Maximum
    """
    # A step too far has no likelihood; it is not taken, and needs no warning.
    with np.errstate(all="ignore"):
        return _polished(function, climb(function, start, n, metric=metric, steps=steps), n, polish)


def climb(function: Function, start: Array, n: float, *, metric: Array | None = None, steps: int = 500) -> Array:
    """Climb by BFGS to where the gradient is nearly nought.

    Parameters
    ----------
    function : callable
        Gives the log-likelihood and its gradient, shape (p,), of parameters in units of about 1.
    start : array, shape (p,)
        Where to begin.
    n : float
        Observations, by which gradients are judged.
    metric : array, shape (p, p), optional
        About the inverse of the information of one observation at the start, which saves most steps.
    steps : int
        Most steps.

    Returns
    -------
    array, shape (p,)
    """
    from scipy.optimize import minimize

    def down(theta: Array) -> tuple[float, Array]:
        value, gradient = function(theta)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return np.inf, np.zeros_like(theta)
        return -value / n, -gradient / n

    options = {"gtol": NEAR, "maxiter": steps, "hess_inv0": metric}
    with np.errstate(all="ignore"):
        return np.asarray(minimize(down, start, jac=True, method="BFGS", options=options).x)


def _polished(function: Function, theta: Array, n: float, polish: int) -> Maximum:
    value, gradient = function(theta)
    information = curvature(function, theta)
    for _ in range(polish):
        step = _newton(information, gradient)
        if step is None or np.abs(step).max() < STILL:
            break
        after, slope = function(theta + step)
        # Near the top a step moves the value by less than its last digit; the gradient still tells.
        if not np.isfinite(after) or (after < value and np.abs(slope).max() >= np.abs(gradient).max()):
            break
        theta, value, gradient = theta + step, after, slope
        if np.abs(step).max() > SHORT:
            information = curvature(function, theta)
    return Maximum(theta, value, gradient, information, settled(gradient, n))


def settled(gradient: Array, n: float) -> bool:
    """Tell whether a gradient, shape (p,), of so many observations is nought."""
    return bool(np.abs(gradient).max() <= 100 * SETTLED * n)


def curvature(function: Function, theta: Array) -> Array:
    """Return minus the second derivatives, shape (p, p), from central differences of the gradient."""
    p = len(theta)
    information = np.empty((p, p))
    steps = np.finfo(float).eps ** (1 / 3) * np.maximum(np.abs(theta), 1)
    for j, h in enumerate(steps):
        ahead, behind = theta.copy(), theta.copy()
        ahead[j] += h
        behind[j] -= h
        information[j] = (function(behind)[1] - function(ahead)[1]) / (ahead[j] - behind[j])
    return 0.5 * (information + information.T)


def _newton(information: Array, gradient: Array) -> Array | None:
    """Solve for the step; none where the function does not curve down in every direction."""
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(np.linalg.solve(information, gradient))
