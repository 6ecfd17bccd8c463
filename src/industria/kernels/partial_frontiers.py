"""Frontiers that do not envelop all units: expected of m drawn ones, or beaten by a share 1 - α, both exact."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.kernels.compiled import compiled

__all__ = ["order_alpha", "order_m"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def order_m(X: Array, Y: Array, m: Array, *, orientation: str) -> tuple[Array, Codes]:
    """Return the expected distance to the best of m units drawn from those that do at least as well.

    Input: among the N units with y_j ≥ y_o, θ_j = max_i x_ji / x_oi rising; E = Σ_k θ_(k) [((N-k+1)/N)^m -
    ((N-k)/N)^m] (Cazals, Florens & Simar 2002). Output: among those with x_j ≤ x_o, φ_j = min_r y_jr / y_or
    rising; E = Σ_k φ_(k) [(k/N)^m - ((k-1)/N)^m]. Nothing is drawn.

    Parameters
    ----------
    X, Y : array, shape (n, p), (n, q)
        Inputs and outputs, 0 or more, in any units.
    m : array, shape (M,)
        Orders, 1 or more.
    orientation : {"input", "output"}
        Which side is scaled.

    Returns
    -------
    tuple of array, shapes (n, M) and (n,)
        Distances, and the N units with which each was compared, itself among them.
    """
    return _over_units(X, Y, np.asarray(m, np.float64), orientation, alpha=False)


def order_alpha(X: Array, Y: Array, alpha: Array, *, orientation: str) -> tuple[Array, Codes]:
    """Return the distance to the frontier that at most a share 1 - α of comparable units beats.

    Input: θ_(j) with j = max(1, ⌈(1-α) N⌉); output: φ_(j) with j = max(1, ⌈α N⌉), rising (Aragon, Daouia &
    Thomas-Agnan 2005). α = 1 is free disposal.

    Parameters
    ----------
    X, Y, orientation
        As in `order_m`.
    alpha : array, shape (A,)
        In (0, 1].

    Returns
    -------
    tuple of array, shapes (n, A) and (n,)
        As in `order_m`.
    """
    return _over_units(X, Y, np.asarray(alpha, np.float64), orientation, alpha=True)


def _over_units(X: Array, Y: Array, orders: Array, orientation: str, *, alpha: bool) -> tuple[Array, Codes]:
    """Turn outputs into inputs by their sign: the least multiple of inputs, or the largest of outputs."""
    scores, compared = np.empty((len(X), len(orders))), np.empty(len(X), np.int64)
    fixed, moved = (Y, X) if orientation == "input" else (-X, Y)
    _walk(
        np.ascontiguousarray(fixed),
        np.ascontiguousarray(moved),
        orders,
        orientation == "input",
        alpha,
        scores,
        compared,
    )
    return scores, compared


@compiled
def _walk(fixed: Any, moved: Any, orders: Any, least: bool, alpha: bool, scores: Any, compared: Any) -> None:
    """Compare each unit with those that have at least as much of what is fixed."""
    n, p, q = len(fixed), fixed.shape[1], moved.shape[1]
    ratios = np.empty(n)
    for o in range(n):
        N = 0
        for j in range(n):
            comparable = True
            for i in range(p):
                if fixed[j, i] < fixed[o, i]:
                    comparable = False
                    break
            if not comparable:
                continue
            worst = -np.inf if least else np.inf
            for i in range(q):
                own, other = moved[o, i], moved[j, i]
                if own == 0.0:
                    # What a unit has none of, no multiple changes: another may need none of it either.
                    if not least or other == 0.0:
                        continue
                    ratio = np.inf
                else:
                    ratio = other / own
                worst = max(worst, ratio) if least else min(worst, ratio)
            ratios[N] = worst
            N += 1
        compared[o] = N
        rising = np.sort(ratios[:N])
        for a in range(len(orders)):
            scores[o, a] = _of_share(rising, orders[a], least) if alpha else _of_draws(rising, orders[a], least)


@compiled
def _of_share(rising: Any, alpha: float, least: bool) -> float:
    N = len(rising)
    # A product that is whole but for its last bits is whole.
    place = np.ceil((1.0 - alpha if least else alpha) * N - 1e-9 * N)
    return float(rising[int(min(max(place, 1.0), N)) - 1])


@compiled
def _of_draws(rising: Any, m: float, least: bool) -> float:
    N = len(rising)
    total = 0.0
    for k in range(1, N + 1):
        share = N - k + 1.0 if least else float(k)
        weight = (share / N) ** m - ((share - 1.0) / N) ** m
        if weight > 0.0:
            total += rising[k - 1] * weight
    return total
