"""Tests by drawn statistics, and intervals of the values that they do not reject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from industria.kernels.groups import Array

__all__ = ["Draws", "interval", "p_value"]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Squared statistics under every null value b0 at once.

    Both the numerator of a t statistic and the scores in its denominator are
    linear in the null value. So five numbers a draw tell, with d = estimate - b0,
    t²(b0) = (n0 + n1 d)² / (q0 + q1 d + q2 d²).

    Attributes
    ----------
    n0, n1, q0, q1, q2 : array, shape (B,)
        One entry a draw; n in the unit of the estimate, q in its square.
    estimate : float
        From the data, whose own squared statistic is d² / variance.
    variance : float
        The same for every b0.
    exhaustive : bool
        Whether the draws are all there are, the data among them.
    """

    n0: Array
    n1: Array
    q0: Array
    q1: Array
    q2: Array
    estimate: float
    variance: float
    exhaustive: bool


def p_value(draws: Draws, b0: float = 0.0) -> float:
    """Share of draws whose statistic is at least as large as that of the data.

    Parameters
    ----------
    draws : Draws
        Statistics under every null value.
    b0 : float
        The value tested.

    Returns
    -------
    float
        Exact where the draws are exhaustive; else (1 + count) / (1 + B), which
        keeps the size of the test (Phipson & Smyth 2010).
    """
    d = draws.estimate - b0
    drawn = (draws.n0 + draws.n1 * d) ** 2 * draws.variance
    observed = d**2 * (draws.q0 + draws.q1 * d + draws.q2 * d**2)
    # Draws equal to the data but for rounding are ties, and ties count.
    count = int(np.sum(drawn >= observed * (1 - 1e-9)))
    return count / len(drawn) if draws.exhaustive else (1 + count) / (1 + len(drawn))


def interval(draws: Draws, confidence: float, stride: float) -> tuple[float, float]:
    """Values that the test does not reject, found by bisection on either side of the estimate.

    Parameters
    ----------
    draws : Draws
        Statistics under every null value.
    confidence : float
        One minus the size of the test.
    stride : float
        First step away from the estimate, in its unit: about a standard error.

    Returns
    -------
    low, high : float
        In the unit of the estimate; infinite on a side where every value stands
        (few clusters allow no smaller p-value).
    """
    return _end(draws, 1 - confidence, -stride), _end(draws, 1 - confidence, stride)


def _end(draws: Draws, size: float, stride: float) -> float:
    inside, outside = draws.estimate, draws.estimate + stride
    # Twelve doublings are four thousand standard errors: what still stands there stands
    # everywhere, and much farther out rounding would break the ties that keep it standing.
    for _ in range(12):
        if p_value(draws, outside) <= size:
            break
        inside, outside = outside, draws.estimate + 2 * (outside - draws.estimate)
    else:
        return float(np.copysign(np.inf, stride))
    for _ in range(50):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_value(draws, middle) > size else (inside, middle)
    return outside
