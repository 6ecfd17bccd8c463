"""Weights of links that meet masses on both sides, by iterative proportional fitting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, csr_array, eye_array
from scipy.sparse.csgraph import connected_components

from industria.errors import ConvergenceError, InfeasibleTotalError

__all__ = ["fitted_weights"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

# Alternating fits settle in some dozens of rounds unless a link must vanish.
ROUNDS = 500
MOST_ROUNDS = 20_000
# A small mass beside a large one is met as far as sums of the two carry digits.
ROUNDING = 1e-13
# A programme that leaves less than this part of the total unplaced has placed it.
PLACED = 1e-9


def fitted_weights(L: csr_array, m: Array, w: Array, *, tolerance: float = 1e-10) -> tuple[csr_array, Truth]:
    """Fit the links to masses on both sides by iterative proportional fitting.

    Parameters
    ----------
    L : sparse array, shape (n, k)
        Links.
    m : array, shape (n,)
        Mass of the origins, nonnegative.
    w : array, shape (k,)
        Mass of the destinations, nonnegative, in the same unit.
    tolerance : float
        How far a fitted total may lie from its margin, relative to it.

    Returns
    -------
    sparse array, shape (n, k), and array of bool, shape (n,)
        The weights, with diag(m) B meeting both margins; rows without mass, which are equal.

    Raises
    ------
    InfeasibleTotalError
        If no weights on these links meet both margins; it tells which total cannot be met.
    ConvergenceError
        If the fit does not settle.
    """
    rows = np.repeat(np.arange(L.shape[0]), np.diff(L.indptr))
    columns = L.indices
    live = (m[rows] > 0) & (w[columns] > 0)
    _refuse_unlinked(rows[live], columns[live], m, w)
    X, met = _alternate(live.astype(float), rows, columns, m, w, tolerance, ROUNDS)
    if not met.all():
        # Sublinear or hopeless: ask once which links can carry mass at all, then fit on these.
        X, met = _alternate(_support(L.shape, rows, columns, live, m, w), rows, columns, m, w, tolerance, MOST_ROUNDS)
        if not met.all():
            raise ConvergenceError("the fit to both margins", MOST_ROUNDS, "check the smallest masses")
    links = np.diff(L.indptr)
    equal = np.repeat(1.0 / np.maximum(links, 1), links)
    share = np.divide(X, m[rows], out=equal, where=m[rows] > 0)
    return csr_array((share, L.indices, L.indptr), shape=L.shape), (links > 0) & ~(m > 0)


def _alternate(X: Array, rows: Ids, columns: Ids, m: Array, w: Array, near: float, rounds: int) -> tuple[Array, Truth]:
    """Scale rows and columns in turn; tell which columns are met when rows are."""
    met = np.zeros(len(w), bool)
    rounding = ROUNDING * float(w.sum())
    for _ in range(rounds):
        X = X * _ratio(m, _sums(rows, X, len(m)))[rows]
        reached = _sums(columns, X, len(w))
        met = np.abs(reached - w) <= near * w + rounding
        if met.all():
            break
        X = X * _ratio(w, reached)[columns]
    return X, met


def _sums(ids: Ids, X: Array, n: int) -> Array:
    return np.bincount(ids, X, n).astype(np.float64)


def _ratio(wanted: Array, reached: Array) -> Array:
    return np.divide(wanted, reached, out=np.zeros_like(wanted), where=reached > 0)


def _refuse_unlinked(rows: Ids, columns: Ids, m: Array, w: Array) -> None:
    for side, ids, mass in (("origin", rows, m), ("destination", columns, w)):
        alone = (mass > 0) & (np.bincount(ids, minlength=len(mass)) == 0)
        if alone.any():
            first = int(np.flatnonzero(alone)[0])
            raise InfeasibleTotalError(side, str(first), float(mass[first]), 0.0, first)


def _support(
    shape: tuple[int, int],
    rows: Ids,
    columns: Ids,
    live: Truth,
    m: Array,
    w: Array,
) -> Array:
    """1 where a link carries mass in some solution; a linear programme finds one, cycles the others."""
    # HiGHS is wanted for hard margins alone; it takes long to import.
    from scipy.optimize import linprog

    (n, k), i, d = shape, rows[live], columns[live]
    here = np.arange(len(i))
    ones = np.ones(len(i))
    meets = csr_array((ones, (i, here)), shape=(n, len(i)))
    fills = csr_array((ones, (d, here)), shape=(k, len(i)))
    block = _stack(meets, fills)
    cost = np.concatenate([np.zeros(len(i)), np.ones(2 * k)])
    found = linprog(cost, A_eq=block, b_eq=np.concatenate([m, w]), method="highs")
    slack = found.x[len(i) : len(i) + k] - found.x[len(i) + k :]
    total = max(float(m.sum()), float(w.sum()))
    if found.fun > PLACED * total:
        worst = int(np.abs(slack).argmax())
        raise InfeasibleTotalError("destination", str(worst), float(w[worst]), float(w[worst] - slack[worst]), worst)
    flow = found.x[: len(i)]
    used = flow > PLACED * total / max(len(i), 1)
    # A link without flow gets some where mass can go round: both ends in one strong component.
    tails = np.concatenate([i, n + d[used]])
    heads = np.concatenate([n + d, i[used]])
    graph = csr_array((np.ones(len(tails)), (tails, heads)), shape=(n + k, n + k))
    _, part = connected_components(graph, directed=True, connection="strong")
    carries = np.zeros(len(rows))
    carries[np.flatnonzero(live)[used | (part[i] == part[n + d])]] = 1.0
    return carries


def _stack(meets: csr_array, fills: csr_array) -> csr_array:
    k = fills.shape[0]
    over = csr_array((meets.shape[0], k))
    return csr_array(block_array([[meets, over, over], [fills, eye_array(k), -eye_array(k)]]))
