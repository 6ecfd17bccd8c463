"""Competing risks: how many have ended by a day, and in which way, when some are still open."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from industria.errors import ConvergenceError

__all__ = ["Incidence", "aalen_johansen", "between", "self_consistent"]

Array: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]

# Shares are told with four digits at most; steps of the algorithm shrink by a factor near one.
CLOSE: Final = 1e-9
MOST: Final = 50_000


class Incidence(NamedTuple):
    """Cumulative incidence at some times; K outcomes, and in the last column what is still open.

    Attributes
    ----------
    share : array, shape (m, K + 1)
        Rows sum to one; NaN beyond the last time, where some were still open.
    variance : array, shape (m, K + 1)
        Of each share.
    at_risk : array, shape (m,)
        How many were open, and watched, just before the time.
    """

    share: Array
    variance: Array
    at_risk: Whole


def aalen_johansen(days: Array, outcome: Whole, k: int, at: Array) -> Incidence:
    """Estimate cumulative incidence by Aalen and Johansen, its variance by the delta method.

    Parameters
    ----------
    days : array, shape (n,)
        Time of the end, or up to which it was open; zero or more.
    outcome : array, shape (n,)
        0 to k - 1; -1 where it was open. What ends when another is lost from sight ends first.
    k : int
        How many outcomes there are.
    at : array, shape (m,)
        Times asked for.

    Returns
    -------
    Incidence
        Without open ones the shares are plain fractions p, and the variances p (1 - p)/n.

    Notes
    -----
    With n at risk, d ends, d_k of them by outcome k, at time u, and S open just before it,

        F_k(t) = sum S d_k/n
        Var F_k(t) = sum (F_k(t) - F_k(u))^2 d/(n (n - d)) + sum S^2 (n - d_k) d_k/n^3
                     - 2 sum (F_k(t) - F_k(u)) S d_k/n^2

    (Marubini & Valsecchi 1995, p. 341). What is open is one less all outcomes, which are one outcome then.
    """
    order = np.argsort(days, kind="stable")
    times, first = np.unique(days[order], return_index=True)
    n = (len(days) - first).astype(float)
    ends = np.zeros((len(times), k + 1))
    np.add.at(ends, (np.searchsorted(times, days[outcome >= 0]), outcome[outcome >= 0]), 1.0)
    ends[:, k] = ends[:, :k].sum(axis=1)
    d = ends[:, k]
    still = np.cumprod(1 - d / n)
    before = np.concatenate([[1.0], still[:-1]])[:, None]
    n_ = n[:, None]
    F = np.cumsum(before * ends / n_, axis=0)
    # After an end of all who were left nothing can change: there F(t) - F(u) is 0.
    hazard = np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d)[:, None]
    own = before * ends / n_**2
    spread = before**2 * (n_ - ends) * ends / n_**3
    variance = (
        F**2 * np.cumsum(hazard, axis=0)
        - 2 * F * np.cumsum(F * hazard, axis=0)
        + np.cumsum(F**2 * hazard + spread, axis=0)
        - 2 * (F * np.cumsum(own, axis=0) - np.cumsum(F * own, axis=0))
    )
    place = np.searchsorted(times, at, side="right")
    share = np.vstack([np.zeros(k + 1), F])[place]
    share[:, k] = 1 - share[:, :k].sum(axis=1)
    error = np.vstack([np.zeros(k + 1), np.clip(variance, 0, None)])[place]
    beyond = (at > times[-1]) & (still[-1] > 0)
    share[beyond], error[beyond] = np.nan, np.nan
    at_risk = len(days) - np.searchsorted(days[order], at, side="left")
    return Incidence(share, error, at_risk.astype(np.int64))


def self_consistent(exact: Array, by_then: Array, open_at: Array, start: Array | None = None) -> Array:
    """Find the shares that explain best what is known of some ends to the day, of others only that they had come.

    Parameters
    ----------
    exact : array, shape (k, j)
        exact[o, i] ended on day i by outcome o.
    by_then : array, shape (k, j)
        by_then[o, i] ended by outcome o on day i or before.
    open_at : array, shape (j,)
        open_at[i] were open at the end of day i, and not seen again.
    start : array, shape (k, j + 1), optional
        Shares near by.

    Returns
    -------
    array, shape (k, j + 1)
        Share that ends on each day by each outcome; in the last column what ends later, in any way,
        spread over the outcomes. All of it sums to one. Where ends are known to the day it is
        the estimate of Aalen and Johansen.

    Raises
    ------
    ConvergenceError
        If the steps do not become small.

    Notes
    -----
    Turnbull's (1976) algorithm for several outcomes (Hudgens, Satten & Longini 2001): what is known of each is
    spread over the days that it allows, by the shares so far, and the shares are counted anew. Mass
    lies on the last day of an interval within which nothing tells where.
    """
    k, j = exact.shape
    support = np.hstack([exact + by_then > 0, np.ones((k, 1), bool)])
    n = exact.sum() + by_then.sum() + open_at.sum()
    p: Array = support / support.sum()
    if start is not None:
        p = 0.9 * start * support + 0.1 * p
        p /= p.sum()
    for _ in range(MOST):
        upto = np.cumsum(p[:, :j], axis=1)
        rate = np.divide(by_then, upto, out=np.zeros_like(by_then), where=by_then > 0)
        after = 1 - np.cumsum(p[:, :j].sum(axis=0))
        lost = np.divide(open_at, after, out=np.zeros_like(open_at), where=open_at > 0)
        # An end on day i explains what had ended by i or later, and what was open at the end of a day before i.
        allowed = np.hstack([np.cumsum(rate[:, ::-1], axis=1)[:, ::-1], np.zeros((k, 1))])
        new: Array = p * (allowed + np.concatenate([[0.0], np.cumsum(lost)]))
        new[:, :j] += exact
        new /= n
        step = float(np.abs(new - p).max())
        p = new
        if step < CLOSE:
            return p
    raise ConvergenceError("the shares of outcomes", MOST, "take the dates as they stand, or fewer groups")


def between(share: Array, error: Array, confidence: float) -> tuple[Array, Array]:
    """Give intervals on the scale of log(-log), so that they stay within 0 and 1.

    Parameters
    ----------
    share, error : array, shape (...)
        Shares and their standard errors.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : array, shape (...)
        NaN where the share is 0 or 1: there is nothing to tell its error by.
    """
    z = float(ndtri((1 + confidence) / 2))
    p = np.where((share > 0) & (share < 1), share, np.nan)
    with np.errstate(over="ignore"):
        reach = np.exp(z * error / (-p * np.log(p)))
        return p**reach, p ** (1 / reach)
