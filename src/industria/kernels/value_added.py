"""Growth of value added, split by the best practice that a unit has shown so far."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["FACTORS", "value_added_factors"]

Array = npt.NDArray[np.float64]
FACTORS = ("value", "output_price", "input_quantity", "input_mix", "efficiency", "technical", "level")


def value_added_factors(p: Array, y: Array, w: Array, x: Array) -> Array:
    """Split the growth of one unit's value added from period to period, after Diewert and Fox.

    The most that inputs x can yield at prices p and w in t is R_t(p, w, x) = w x · max_{s ≤ t} p y_s / w x_s:
    constant returns and free disposal over all periods so far. The factors are geometric means of the two
    ways from R_{t-1} at the data of t - 1 to R_t at those of t.

    Parameters
    ----------
    p, y : array, shape (T, M)
        Prices and quantities of net outputs; what is bought for further use is negative.
    w, x : array, shape (T, N)
        Prices and quantities of primary inputs.

    Returns
    -------
    array, shape (T, 7)
        The `FACTORS`: ratio of values, which is the product of the next five, and the level of efficiency, value
        added over R_t. Ratios are NaN in the first period, and all where value added is not above 0.
    """
    made, paid = p @ y.T, w @ x.T

    def best(t: int, i: int, j: int) -> float:
        """Find the largest p_i y_s / w_j x_s over s <= t; NaN where no plan is worth anything at these prices."""
        most = float((made[i, : t + 1] / paid[j, : t + 1]).max())
        return most if most > 0 else np.nan

    own = np.diagonal(made)
    found = np.full((len(p), len(FACTORS)), np.nan)
    for t in np.flatnonzero(own > 0).tolist():
        found[t, -1] = own[t] / (paid[t, t] * best(t, t, t))
    for a in np.flatnonzero((own[1:] > 0) & (own[:-1] > 0)).tolist():
        b = a + 1
        price = best(a, b, a) / best(a, a, a) * best(b, b, b) / best(b, a, b)
        quantity = paid[a, b] / paid[a, a] * paid[b, b] / paid[b, a]
        mix = paid[b, a] * best(b, a, b) / (paid[a, a] * best(b, a, a))
        mix *= paid[b, b] * best(a, b, b) / (paid[a, b] * best(a, b, a))
        technical = best(b, a, a) / best(a, a, a) * best(b, b, b) / best(a, b, b)
        roots = np.sqrt([price, quantity, mix, technical])
        found[b, :-1] = own[b] / own[a], *roots[:3], found[b, -1] / found[a, -1], roots[3]
    return found
