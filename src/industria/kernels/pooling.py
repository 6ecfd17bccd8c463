"""What sums of several sites tell together: means and variances, and where a quantile lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["mean_and_variance", "quantile_bounds"]

Array = npt.NDArray[np.float64]


def mean_and_variance(n: Array, w: Array, s: Array, ss: Array) -> tuple[Array, Array]:
    """Tell mean and variance from sums.

    Parameters
    ----------
    n, w : array, shape (k,)
        Number of values, and the sum of their weights: n again where each weighs 1.
    s, ss : array, shape (k,)
        Σwx and Σwx² of the values, less a constant that all sites have agreed on: where the mean is far from zero,
        w x̄² is nearly all of Σwx², and their difference loses as many digits.

    Returns
    -------
    mean, variance : array, shape (k,)
        s / w, of what was added up, and (ss - s²/w) / w · n / (n - 1); NaN where too few values stand behind them.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(w > 0, s / w, np.nan)
        variance = np.where((n > 1) & (w > 0), np.maximum(ss - s * mean, 0.0) / w * n / (n - 1), np.nan)
    return mean, variance


def quantile_bounds(low: Array, high: Array, count: Array, q: Array) -> tuple[Array, Array, Array]:
    """Tell where quantiles lie, from counts by bin.

    The q-quantile is the least x with F(x) ≥ q. All values of a bin lie between its edges, so it is no less than
    the q-quantile of lower edges and no more than that of upper ones, whether or not bins of several sites agree.

    Parameters
    ----------
    low, high : array, shape (m,)
        Edges of the bins, low below high, -inf and inf where they are open; bins may overlap.
    count : array, shape (m,)
        Values in each, 0 or more.
    q : array, shape (p,)
        Above 0, up to 1.

    Returns
    -------
    low, high : array, shape (p,)
        The quantile of the values lies between, for certain; NaN without values.
    point : array, shape (p,)
        Where it would lie if values were spread evenly over their bins; NaN in an open bin.
    """
    some = count > 0
    low, high, count = low[some], high[some], count[some]
    if not len(count):
        nothing = np.full(len(q), np.nan)
        return nothing, nothing, nothing
    # A billionth of all is more than what q · N loses, and less than one unless a billion are counted.
    needed = np.minimum(q * count.sum(), count.sum()) - 1e-9 * count.sum()
    return _reached(low, count, needed), _reached(high, count, needed), _even(low, high, count, needed)


def _reached(edges: Array, count: Array, needed: Array) -> Array:
    """Find the first edge at which the counts so far are as many as needed."""
    order = np.argsort(edges, kind="stable")
    found: Array = edges[order][np.searchsorted(np.cumsum(count[order]), needed)]
    return found


def _even(low: Array, high: Array, count: Array, needed: Array) -> Array:
    """Invert the distribution of values that are spread evenly over their bins."""
    knots = np.unique(np.concatenate([low, high]))
    knots = knots[np.isfinite(knots)]
    width = high - low
    closed = np.isfinite(width)
    share = np.zeros((len(knots), len(count)))
    share[:, closed] = np.clip(knots[:, None] - low[closed], 0.0, width[closed]) / width[closed]
    # A bin that is open below is passed at its upper edge, one that is open above never.
    share[:, ~closed] = knots[:, None] >= high[~closed]
    passed = share @ count
    point = np.full(len(needed), np.nan)
    for i, wanted in enumerate(needed):
        j = int(np.searchsorted(passed, wanted))
        if not 0 < j < len(knots):
            continue
        before, after = knots[j - 1], knots[j]
        if not (~closed & (low < after) & (high > before)).any():
            point[i] = before + (after - before) * (wanted - passed[j - 1]) / (passed[j] - passed[j - 1])
    return point
