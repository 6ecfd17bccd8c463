"""Draws of frontiers, as those of Simar and Wilson, and what they correct.

δ ≥ 1 is how far a unit lies behind: 1/θ of inputs, φ of outputs.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.dea import Returns, scores, technology

__all__ = ["behind", "cross_validated", "normal_reference", "pulled", "smooth"]

Array: TypeAlias = npt.NDArray[np.float64]
Orientation = Literal["input", "output"]

# δ this near to 1 is on the frontier.
ON: Final = 1e-6
CELLS: Final = 2**14
RANGE: Final = (0.25, 3.0)


def behind(X: Array, Y: Array, X0: Array, Y0: Array, *, returns: Returns, orientation: Orientation) -> Array:
    """Return δ of units X0, Y0 against the frontier of X, Y, shape (K,); NaN where there is none."""
    score = scores(technology(X, Y, returns=returns), X0, Y0, orientation=orientation)
    with np.errstate(divide="ignore"):
        return np.asarray(1 / score if orientation == "input" else score)


def pulled(X: Array, Y: Array, delta: Array, drawn: Array, orientation: Orientation) -> tuple[Array, Array]:
    """Put each unit at the drawn distance behind the frontier of all: X θ̂/θ*, or Y φ̂/φ*."""
    factor = (drawn / delta)[:, None]
    return (X * factor, Y) if orientation == "input" else (X, Y / factor)


def smooth(rng: np.random.Generator, delta: Array, h: float) -> Array:
    """Draw distances from the smoothed distribution of δ mirrored at 1 (Simar & Wilson 1998; Daraio & Simar 2007, 62).

    δ̃ = β + hε with β drawn from δ and 2 - δ; β̄ + (δ̃ - β̄)/√(1 + h²/σ²) has the variance σ² of the mirrored
    distances; what falls below 1 is mirrored back.

    Parameters
    ----------
    rng : Generator
        Draws.
    delta : array, shape (n,)
        Of all units, 1 or more.
    h : float
        Bandwidth.

    Returns
    -------
    array, shape (n,)
        1 or more.
    """
    n, beyond = len(delta), delta - 1
    picked = np.concatenate([delta, 2 - delta])[rng.integers(0, 2 * n, n)]
    moved = picked + h * rng.standard_normal(n)
    # Mirrored distances have the mean 1.
    variance = 2 * (beyond @ beyond) / (2 * n - 1)
    shrink = np.sqrt(1 + h * h / variance) if variance > 0 else 1.0
    center = picked.mean()
    drawn = center + (moved - center) / shrink
    return np.asarray(np.where(drawn < 1, 2 - drawn, drawn))


def normal_reference(delta: Array) -> float:
    """Return the bandwidth that suits a normal distribution, of δ above 1 reflected at 1 (Silverman 1986)."""
    z = _reflected(delta)
    if not len(z):
        return 0.0
    quartiles = np.quantile(z, [0.25, 0.75])
    spread = min(float(z.std(ddof=1)), float(np.diff(quartiles)[0]) / 1.349) or float(z.std(ddof=1))
    return _rescaled(0.9 * spread * len(z) ** -0.2, z, delta)


def cross_validated(delta: Array) -> float:
    """Return the bandwidth of least integrated squared error by leaving one out, of δ above 1 reflected at 1.

    Pairs are counted on a grid: ∫ f̂² - 2 mean f̂_(-i), with a normal kernel, near the normal reference.
    """
    from scipy.optimize import minimize_scalar
    from scipy.signal import fftconvolve

    z = _reflected(delta)
    if not len(z):
        return 0.0
    n = len(z)
    counts, edges = np.histogram(z, bins=CELLS)
    step = edges[1] - edges[0]
    pairs = np.rint(fftconvolve(counts, counts[::-1])[CELLS - 1 :])
    pairs[1:] *= 2
    apart = step * np.arange(CELLS)

    def error(log_h: float) -> float:
        h = np.exp(log_h)
        t = (apart / h) ** 2
        square = pairs @ np.exp(-t / 4) / (2 * np.sqrt(np.pi) * n**2 * h)
        left_out = (pairs @ np.exp(-t / 2) - n) / (np.sqrt(2 * np.pi) * n * (n - 1) * h)
        return float(square - 2 * left_out)

    reference = normal_reference(delta) / _rescaled(1.0, z, delta)
    # Ties, as of units on a step of the frontier, would draw the bandwidth to nothing.
    bounds = (np.log(RANGE[0] * reference), np.log(RANGE[1] * reference))
    best = minimize_scalar(error, bounds=bounds, method="bounded", options={"xatol": 1e-4})
    return _rescaled(float(np.exp(best.x)), z, delta)


def _reflected(delta: Array) -> Array:
    """Mirror the distances of units that are not on the frontier; those on it are there by construction."""
    inner = delta[delta > 1 + ON]
    return np.concatenate([inner, 2 - inner])


def _rescaled(h: float, z: Array, delta: Array) -> float:
    """Bring a bandwidth of the mirrored sample to the size and the spread of the sample."""
    return float(h * (len(z) / len(delta)) ** 0.2 * delta.std(ddof=1) / z.std(ddof=1))
