"""Randomization inference: the treatment paths of units, dealt out anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import Array, Codes, sums
from industria.kernels.inverted_test import Draws

__all__ = ["exchangeable", "randomization"]

ENTRIES: Final = 4_000_000
"""Numbers held at once: 32 MB a matrix."""


def exchangeable(unit: Codes, time: Codes) -> list[npt.NDArray[np.intp]]:
    """Gather the units observed at the same times, whose treatment paths can change places.

    Parameters
    ----------
    unit, time : array, shape (n,)
        Of each row, numbered from 0; rows sorted by unit, then time, each pair once.

    Returns
    -------
    list of array, shape (units, times)
        Rows of the units of each group; groups of one unit, whose path stays, left out.
    """
    starts = np.flatnonzero(np.concatenate([[True], np.diff(unit) > 0]))
    groups: dict[bytes, list[npt.NDArray[np.intp]]] = {}
    for rows in np.split(np.arange(len(unit)), starts[1:]):
        groups.setdefault(time[rows].tobytes(), []).append(rows)
    return [np.array(rows) for rows in groups.values() if len(rows) > 1]


def randomization(
    y: Array,
    D: Array,
    net: Callable[[Array], Array],
    g: Codes,
    groups: list[npt.NDArray[np.intp]],
    *,
    replications: int,
    seed: np.random.SeedSequence,
) -> tuple[list[Draws], list[Draws]]:
    """Draw t statistics and coefficients under the sharp null of no effect on anyone.

    Each draw deals the treatment paths out anew among units observed at the same
    times, all treatments of a unit together: paths and the size of each cohort
    stay. The model is fitted again with the paths drawn. A null value b0 of slope
    j is tested on y - b0 D_j, the other treatments without any effect (Rosenbaum
    2002, Observational Studies, ch. 2; Young 2019, "Channeling Fisher", QJE 134(2),
    on t rather than the coefficient).

    Parameters
    ----------
    y : array, shape (n,)
        Outcome, rows sorted by unit and time.
    D : array, shape (n, k)
        Treatments as they are.
    net : callable
        Takes a matrix (n, m) net of effects and controls, scaled by the root of weights.
    g : array, shape (n,)
        Cluster of each row, numbered from 0 without gaps.
    groups : list of array, shape (units, times)
        From `exchangeable`.
    replications : int
        Draws B.
    seed : SeedSequence
        The draws depend on it alone, not on threads or memory.

    Returns
    -------
    on_t, on_coefficient : list of Draws
        One for each column of D; t with errors clustered by g.
    """
    n, k = D.shape
    X, r = net(D), net(y[:, None])[:, 0]
    b = np.linalg.solve(X.T @ X, X.T @ r)
    # Outcomes with slope j taken out at its estimate, and each treatment itself.
    Y = np.column_stack([r[:, None] - X * b, X])
    variance = np.sum(sums(_influence(X[None])[0] * (r - X @ b)[:, None], g) ** 2, axis=0)

    order = np.argsort(g, kind="stable")
    rng = np.random.default_rng(seed)
    size = max(1, ENTRIES // (n * k))
    parts = []
    for start in range(0, replications, size):
        dealt = _dealt(D, groups, min(size, replications - start), rng)
        drawn = net(np.moveaxis(dealt, 0, 1).reshape(n, -1)).reshape(n, -1, k)
        parts.append(_statistics(np.moveaxis(drawn, 0, 1)[:, order], Y[order], g[order]))
    n0, n1, q0, q1, q2 = (np.concatenate(column) for column in zip(*parts, strict=True))
    one, nothing = np.ones(len(n0)), np.zeros(len(n0))
    on_t = [
        Draws(n0[:, j], n1[:, j], q0[:, j], q1[:, j], q2[:, j], float(b[j]), float(variance[j]), False)
        for j in range(k)
    ]
    on_coefficient = [Draws(n0[:, j], n1[:, j], one, nothing, nothing, float(b[j]), 1.0, False) for j in range(k)]
    return on_t, on_coefficient


def _dealt(D: Array, groups: list[npt.NDArray[np.intp]], draws: int, rng: np.random.Generator) -> Array:
    dealt = np.broadcast_to(D, (draws, *D.shape)).copy()
    for rows in groups:
        who = rng.permuted(np.tile(np.arange(len(rows)), (draws, 1)), axis=1)
        dealt[:, rows] = D[rows[who]]
    return dealt


def _influence(X: Array) -> Array:
    """X (X'X)⁻¹ for a stack of X; a draw without variation gives zeros."""
    return np.asarray(X @ np.linalg.pinv(np.swapaxes(X, 1, 2) @ X, rcond=1e-12, hermitian=True))


def _statistics(X: Array, Y: Array, g: Codes) -> tuple[Array, Array, Array, Array, Array]:
    """Numerators and squared scores of a stack of drawn regressors X (draws, n, k)."""
    k = X.shape[2]
    H = _influence(X)
    B = np.swapaxes(H, 1, 2) @ Y
    n0 = np.stack([B[:, j, j] for j in range(k)], axis=1)
    n1 = np.stack([B[:, j, k + j] for j in range(k)], axis=1)
    U = Y - X @ B
    S = np.stack([sums(np.moveaxis(H[:, :, j, None] * U[:, :, [j, k + j]], 0, 1), g) for j in range(k)], axis=-1)
    S, T = S[:, :, 0], S[:, :, 1]
    return n0, n1, np.sum(S**2, axis=0), 2 * np.sum(S * T, axis=0), np.sum(T**2, axis=0)
