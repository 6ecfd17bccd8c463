"""Intervals from replications that draw units, all their years together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from industria.errors import ParameterRangeError

__all__ = ["answered", "check_intervals", "drawn", "percentile_interval"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def check_intervals(confidence: float, replications: int) -> None:
    """Refuse what no interval can be made with.

    Raises
    ------
    ParameterRangeError
        If `confidence` lies outside (0, 1), or `replications` is no whole number of 0 or more.
    """
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "between 0 and 1")
    if type(replications) is bool or not isinstance(replications, int) or replications < 0:
        raise ParameterRangeError("replications", replications, "a whole number of 0 or more")


def drawn(rng: np.random.Generator, n_units: int) -> Array:
    """Draw as many units as there are, with replacement; shape (n_units,): how often each was drawn."""
    return np.bincount(rng.integers(0, n_units, n_units), minlength=n_units).astype(np.float64)


def percentile_interval(draws: Array, confidence: float, known: Truth | None = None) -> tuple[Array, Array]:
    """Return the low and high percentiles of the draws that have an answer.

    Parameters
    ----------
    draws : array, shape (R, ...)
        One row a replication; NaN where it has no answer.
    confidence : float
        Of the interval.
    known : array, shape (...), optional
        Where there is something to be uncertain of: an estimate, and more than one unit to draw.

    Returns
    -------
    tuple of array, each of shape (...)
        NaN where nothing is known, or fewer than two draws have an answer.
    """
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    told = np.isfinite(draws).sum(axis=0) >= 2
    if known is not None:
        told = told & known
    # A column without answers would warn of an empty slice.
    filled = np.where(told, draws, 0.0)
    low, high = np.nanquantile(filled, tails, axis=0)
    return np.where(told, low, np.nan), np.where(told, high, np.nan)


def answered(draws: Array) -> Array:
    """Return the share of draws that have an answer, shape (...)."""
    return np.asarray(np.isfinite(draws).mean(axis=0))
