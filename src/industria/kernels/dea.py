"""Distances to the frontier that units draw, each with its peers, its prices and a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from industria.kernels.programs import (
    CERTAIN,
    NONE,
    OPTIMAL,
    Array,
    Codes,
    Solved,
    Truths,
    points,
    solve,
    worst_prices,
)
from industria.kernels.technologies import Returns, Technology, technology

__all__ = ["Distances", "Returns", "Technology", "directional", "radial", "scores", "technology"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distances:
    """How far each unit lies from the frontier, and what proves it.

    Attributes
    ----------
    step : array, shape (K,)
        β, along the direction; NaN where no point of the technology lies on the line, infinite where all do.
    certified : array, shape (K,)
        Whether the point is feasible and no unit of the technology, priced by the facet, lies beyond it.
    peers : array, shape (K, R)
        Units that make the point, -1 for none.
    weights : array, shape (K, R)
        λ of these peers; 0 for none.
    prices : array, shape (K, m)
        Of inputs, outputs and bad outputs in their own units, positive (of bad outputs of either sign); those of
        the direction add up to 1. They are not unique at an edge.
    constant : array, shape (K,)
        Price of the row of returns to scale; 0 with constant returns.
    slacks : array, shape (K, m)
        Inputs and outputs beyond the proportional step, in their own units.
    """

    step: Array
    certified: Truths
    peers: Codes
    weights: Array
    prices: Array
    constant: Array
    slacks: Array

    @property
    def size(self) -> Array:
        """Sum of the weights, shape (K,): above 1 where the unit is larger than its peers."""
        return np.asarray(self.weights.sum(axis=1))


def radial(
    T: Technology,
    X: Array,
    Y: Array,
    *,
    orientation: Literal["input", "output"],
    bad: Array | None = None,
    without: Codes | None = None,
    slack_weights: Array | None = None,
) -> tuple[Array, Distances]:
    """Measure proportional distances: the least share θ of inputs, or the largest multiple φ of outputs.

    Parameters
    ----------
    T : Technology
        Of the same period and cell, or of another.
    X, Y, bad : array, shape (K, m), (K, s), (K, q)
        The units that are measured; they need not be those that draw the frontier.
    orientation : {"input", "output"}
        Which side is moved. Bad outputs stay as they are.
    without, slack_weights
        As in `directional`.

    Returns
    -------
    tuple of array and Distances
        θ or φ, shape (K,): NaN where the program is infeasible.
    """
    zero_x, zero_y = np.zeros_like(X), np.zeros_like(Y)
    GX, GY = (X, zero_y) if orientation == "input" else (zero_x, Y)
    found = directional(T, X, Y, GX=GX, GY=GY, bad=bad, without=without, slack_weights=slack_weights)
    return (1.0 - found.step if orientation == "input" else 1.0 + found.step), found


def directional(
    T: Technology,
    X: Array,
    Y: Array,
    *,
    GX: Array,
    GY: Array,
    bad: Array | None = None,
    GB: Array | None = None,
    without: Codes | None = None,
    slack_weights: Array | None = None,
) -> Distances:
    """Measure the largest β with (x - β gx, y + β gy, b - β gb) in the technology.

    Parameters
    ----------
    T : Technology
        That may be of other units.
    X, Y, bad : array, shape (K, m), (K, s), (K, q)
        The units that are measured.
    GX, GY, GB : array, shapes as X, Y, bad
        Directions, 0 or more, not all 0.
    without : array, shape (K,), optional
        Number of a unit that the frontier is drawn without, -1 for none.
    slack_weights : array, shape (m + s,) or (K, m + s), optional
        What a unit of each slack counts as the slacks are made as large as possible; none where not asked.

    Returns
    -------
    Distances
        Row by row.
    """
    bad = np.empty((len(X), 0)) if bad is None else bad
    GB = np.zeros_like(bad) if GB is None else GB
    B, G, length = _programs(T, np.hstack([X, Y, bad]), np.hstack([GX, GY, GB]))
    out = np.full(len(X), NONE) if without is None else np.where(without < 0, NONE, without).astype(np.int64)
    C = np.zeros_like(B)
    if slack_weights is not None:
        some = X.shape[1] + Y.shape[1]
        C[:, :some] = slack_weights * T.mean[:some]
    solved, columns, beyond = _solved(T, B, G, out, C)
    return _distances(T, solved, columns, ~beyond, B, G, length)


def scores(T: Technology, X: Array, Y: Array, *, orientation: Literal["input", "output"]) -> Array:
    """Measure proportional distances as `radial` does, without peers, prices and certificates.

    Parameters
    ----------
    T, X, Y, orientation
        As in `radial`.

    Returns
    -------
    array, shape (K,)
        θ or φ: NaN where the program is infeasible.
    """
    goods = np.hstack([X, Y])
    moved = goods.copy()
    moved[:, slice(X.shape[1], None) if orientation == "input" else slice(0, X.shape[1])] = 0.0
    B, G, length = _programs(T, goods, moved)
    step = _solved(T, B, G, np.full(len(X), NONE), np.zeros_like(B), certified=False)[0].beta / length
    return 1.0 - step if orientation == "input" else 1.0 + step


def _programs(T: Technology, goods: Array, moved: Array) -> tuple[Array, Array, Array]:
    """Lay out right-hand sides, directions of length 1, which keeps small units from rounding, and their lengths."""
    m = len(T.mean)
    B, G = np.empty((len(goods), len(T.A))), np.zeros((len(goods), len(T.A)))
    # Inputs and bad outputs stand with their sign in the technology, outputs with the other.
    B[:, :m], B[:, m:] = goods * (T.sign / T.mean), T.limit
    G[:, :m] = moved / T.mean
    length = G.max(axis=1, initial=0.0)
    length[length == 0] = 1.0
    G /= length[:, None]
    return B, G, length


def _solved(
    T: Technology, B: Array, G: Array, out: Codes, C: Array, *, certified: bool = True
) -> tuple[Solved, Codes, Truths]:
    """Solve programs of the units that matter, and tell which columns those were, and which facets a unit lies beyond.

    Without a certificate nothing is priced where all units stood in the programs, and all facets pass.
    """
    whole = T.A.shape[1]
    columns = T.spanning if (out == NONE).all() else np.arange(whole)
    while True:
        A = T.A if len(columns) == whole else np.ascontiguousarray(T.A[:, columns])
        solved = solve(A, T.equal, B, G, out=out, twins=T.twins, C=C)
        if len(columns) == whole and not certified:
            return solved, columns, np.zeros(len(B), bool)
        # One pricing pass over all units is the certificate; it also tells who was missing, should anybody be.
        beyond = (worst_prices(T.A, solved, out, T.twins) < -CERTAIN) & (solved.ended == OPTIMAL)
        if len(columns) == whole or not beyond.any():
            return solved, columns, beyond
        columns = np.union1d(columns, np.argmin(solved.p[beyond] @ T.A, axis=1))


def _distances(
    T: Technology, solved: Solved, columns: Codes, priced: Truths, B: Array, G: Array, length: Array
) -> Distances:
    goods = len(T.mean)
    known = solved.ended == OPTIMAL
    point = points(T.A, T.n, solved, columns, B, G)
    p = np.where(known[:, None], solved.p, np.nan)
    signed = np.where(T.equal, 0.0, p).min(axis=1) >= -CERTAIN * np.abs(p).max(axis=1)
    return Distances(
        step=solved.beta / length,
        certified=known & point.met & signed & priced,
        peers=point.peers,
        weights=point.weights,
        prices=p[:, :goods] / T.mean / length[:, None],
        constant=p[:, goods:].sum(axis=1) / length,
        slacks=point.slacks[:, :goods] * T.mean,
    )
