"""Distances to the frontier that units draw, each with its peers, its prices and a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

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
    spanning,
    worst_prices,
)

__all__ = ["Distances", "Returns", "Technology", "directional", "radial", "technology"]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing"]

FEW: Final = 400
"""Up to so many units all of them stand in every program: sorting out the inner ones would take longer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Technology:
    """What can be made of what, as the units that draw it show.

    Attributes
    ----------
    A : array, shape (R, n) or (R, 2n)
        A column a unit: inputs, minus outputs, bad outputs, each in parts of their mean, and a row of returns
        to scale unless they are constant. With bad outputs and variable or nondecreasing returns, n columns
        more that are idle, with inputs alone (Kuosmanen 2005).
    equal : array, shape (R,)
        Rows that are equalities.
    limit : array, shape (R - m,)
        Right-hand side of the row of returns to scale, if there is one.
    mean : array, shape (m,)
        Unit of each row of goods, m of them.
    spanning : array
        Columns that no combination of others beats: these draw the frontier.
    n : int
        Units.
    returns : str
        As asked for.
    """

    A: Array
    equal: Truths
    limit: Array
    mean: Array
    spanning: Codes
    n: int
    returns: Returns

    @property
    def twins(self) -> int:
        """How far an idle column stands from its unit's; 0 where there are none."""
        return self.n if self.A.shape[1] > self.n else 0


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


def technology(
    X: Array,
    Y: Array,
    *,
    returns: Returns = "variable",
    bad: Array | None = None,
    weak: bool = True,
    among: Codes | None = None,
) -> Technology:
    """Take note of the units that draw a frontier, and find those that matter.

    Parameters
    ----------
    X : array, shape (n, m)
        Inputs, 0 or more.
    Y : array, shape (n, s)
        Outputs.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing"}
        Σλ = 1, any, ≤ 1, ≥ 1.
    bad : array, shape (n, q), optional
        Outputs that nobody wants.
    weak : bool
        Whether less of them can only be had with less of all outputs, and more only with more (weak
        disposability); else whoever makes some could make more of them, which makes them costs like inputs.
    among : array, optional
        Columns that span a smaller technology of the same units, and so this one: those of variable returns
        span all others. Sought where not given.

    Returns
    -------
    Technology
        One for any number of calls of `directional` and `radial`.
    """
    n = len(X)
    bad = np.empty((n, 0)) if bad is None else bad
    goods = np.hstack([X, Y, bad]).T
    mean = np.abs(goods).mean(axis=1)
    mean[mean == 0] = 1.0
    m, s, q = X.shape[1], Y.shape[1], bad.shape[1]
    sign = np.repeat([1.0, -1.0, 1.0], [m, s, q])[:, None]
    A = sign * goods / mean[:, None]
    equal = np.repeat([False, weak], [m + s, q])
    row = {"variable": 1.0, "nonincreasing": 1.0, "nondecreasing": -1.0}.get(returns)
    if row is not None:
        A, equal = np.vstack([A, np.full(n, row)]), np.append(equal, returns == "variable")
    if q and weak and returns in ("variable", "nondecreasing"):
        idle = A.copy()
        idle[m : m + s + q] = 0.0
        A = np.hstack([A, idle])
    A = np.ascontiguousarray(A)
    limit = np.empty(0) if row is None else np.array([row])
    span = np.arange(A.shape[1]) if among is None else among
    if among is None and n > FEW and not (q and weak):
        span = spanning(A, equal, limit, m + s + q)
    return Technology(A=A, equal=equal, limit=limit, mean=mean, spanning=span, n=n, returns=returns)


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
    K, m, s = len(X), X.shape[1], Y.shape[1]
    bad = np.empty((K, 0)) if bad is None else bad
    GB = np.zeros_like(bad) if GB is None else GB
    signs = np.repeat([1.0, -1.0, 1.0], [m, s, bad.shape[1]]) / T.mean
    tail = np.tile(T.limit, (K, 1))
    B = np.ascontiguousarray(np.hstack([np.hstack([X, Y, bad]) * signs, tail]))
    G = np.hstack([np.hstack([GX, GY, GB]) / T.mean, 0.0 * tail])
    # Directions of length 1 keep a small unit's numbers away from rounding.
    length = G.max(axis=1, initial=0.0)
    length[length == 0] = 1.0
    G = np.ascontiguousarray(G / length[:, None])
    out = np.full(K, NONE) if without is None else np.where(without < 0, NONE, without).astype(np.int64)
    columns = T.spanning if (out == NONE).all() else np.arange(T.A.shape[1])
    C = np.zeros_like(B)
    if slack_weights is not None:
        C[:, : m + s] = slack_weights * T.mean[: m + s]
    while True:
        A = np.ascontiguousarray(T.A[:, columns])
        solved = solve(A, T.equal, B, G, out=out, twins=T.twins, C=C)
        # One pricing pass over all units is the certificate; it also tells who was missing, should anybody be.
        beyond = (worst_prices(T.A, solved, out, T.twins) < -CERTAIN) & (solved.ended == OPTIMAL)
        if len(columns) == T.A.shape[1] or not beyond.any():
            break
        columns = np.union1d(columns, np.argmin(solved.p[beyond] @ T.A, axis=1))
    return _distances(T, solved, columns, ~beyond, B, G, length)


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
