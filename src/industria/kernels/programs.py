"""Programs of one technology as the compiled kernel solves them, and the units that draw its frontier."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError, MissingPackageError

__all__ = [
    "CERTAIN",
    "FLOOR",
    "INFEASIBLE",
    "NONE",
    "OPTIMAL",
    "Array",
    "Codes",
    "Points",
    "Solved",
    "Truths",
    "points",
    "solve",
    "spanning",
    "worst_prices",
]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Truths: TypeAlias = npt.NDArray[np.bool_]

NONE: Final = -2
OPTIMAL: Final = 0
INFEASIBLE: Final = 1
UNBOUNDED: Final = 2
CERTAIN: Final = 1e-9
"""Relative to the terms that add up to a number that should be 0 or more."""
FLOOR: Final = 1e-3
"""Part of the largest term there is that counts with the terms of a number, should these be nothing but rounding."""
MIXES: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """Optima of programs as the kernel writes them; see `industria.kernels.envelopment.envelop`."""

    beta: Array
    ended: Codes
    basis: Codes
    x: Array
    p: Array
    y: Array
    facet: Codes


def solve(A: Array, equal: Truths, B: Array, G: Array, *, out: Codes, twins: int, C: Array) -> Solved:
    """Solve max β s.t. A λ + G_k β + s = B_k for every k.

    Parameters
    ----------
    A : array, shape (R, n)
        Columns.
    equal : array, shape (R,)
        Which rows are equalities.
    B, G : array, shape (K, R)
        Right-hand sides and directions.
    out : array, shape (K,)
        Column that the program may not use, or `NONE`.
    twins : int
        The column so many further on is barred with it; 0 where there is none.
    C : array, shape (K, R)
        Weights of slacks made as large as possible next; zeros to leave them.

    Returns
    -------
    Solved
        β is NaN where the program is infeasible and infinite where it is unbounded.

    Raises
    ------
    MissingPackageError
        If numba is not installed.
    ConvergenceError
        If a program walks in circles.
    """
    K, R = B.shape
    beta, ended, facet = np.empty(K), np.empty(K, np.int64), np.empty(K, np.int64)
    basis = np.empty((K, R), np.int64)
    x, p, y = np.empty((K, R)), np.empty((K, R)), np.empty((K, R))
    _compiled().envelop(A, equal, B, G, out, twins, C, beta, ended, basis, x, p, y, facet)
    beta[ended == UNBOUNDED] = np.inf
    if stuck := int((ended > UNBOUNDED).sum()):
        what = f"{stuck} of {K} programs of a frontier"
        raise ConvergenceError(what, 200 * R + 1000, "leave out inputs or outputs that repeat one another")
    return Solved(beta=beta, ended=ended, basis=basis, x=x, p=p, y=y, facet=facet)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """Where programs end.

    Attributes
    ----------
    peers, weights : array, shape (K, R)
        Units and their λ; -1 and 0 where a basic variable is none.
    slacks : array, shape (K, R)
        Of each row.
    met : array, shape (K,)
        Whether peers, step and slacks together are the right-hand side.
    """

    peers: Codes
    weights: Array
    slacks: Array
    met: Truths


def points(A: Array, n: int, solved: Solved, columns: Codes, B: Array, G: Array) -> Points:
    """Read peers and slacks off the final bases, and put them together again.

    Parameters
    ----------
    A : array, shape (R, n) or (R, 2n)
        All columns, of which the programs held those of `columns`.
    n : int
        Units.
    solved : Solved
        What came out.
    columns : array
        Numbers of the columns in the programs.
    B, G : array, shape (K, R)
        Right-hand sides and directions.
    """
    known = (solved.ended == OPTIMAL)[:, None]
    unit = (solved.basis >= 0) & (solved.basis < len(columns))
    column = columns[np.where(unit, solved.basis, 0)]
    weights = np.where(unit & known, np.maximum(solved.x, 0.0), 0.0)
    slacks = np.zeros_like(B)
    row, place = np.nonzero((solved.basis >= len(columns)) & known)
    slacks[row, solved.basis[row, place] - len(columns)] = np.maximum(solved.x[row, place], 0.0)
    step = np.where(known, solved.beta[:, None], 0.0) * G
    made = np.zeros_like(B)
    for q in range(len(A)):
        made += weights[:, q, None] * A[:, column[:, q]].T
    size = np.abs(made) + np.abs(step) + slacks + np.abs(B)
    allowed = CERTAIN * (size + FLOOR * size.max(axis=1, keepdims=True))
    met = (np.abs(made + step + slacks - B) <= allowed).all(axis=1)
    return Points(peers=np.where(weights > 0, column % n, -1), weights=weights, slacks=slacks, met=met)


def worst_prices(A: Array, solved: Solved, out: Codes, twins: int) -> Array:
    """Price every column by the facet of every program, each facet once.

    Returns
    -------
    array, shape (K,)
        The least p·A_j in parts of its terms: below 0 where a column lies beyond the facet.
    """
    pairs = (solved.facet + 1) * (A.shape[1] + 1) + np.maximum(out, -1) + 1
    _, first, back = np.unique(pairs, return_index=True, return_inverse=True)
    told = _compiled().worst_price(A, np.nan_to_num(solved.p[first]), out[first], twins)
    return np.asarray(told[back])


def spanning(A: Array, equal: Truths, limit: Array, goods: int) -> Codes:
    """Find the units on the frontier: those beyond the hull of a sample are candidates, and the hull of these is it.

    Parameters
    ----------
    A : array, shape (R, n)
        Inputs and minus outputs, and below them the row of returns to scale if there is one.
    equal : array, shape (R,)
        Which rows are equalities.
    limit : array, shape (R - goods,)
        Right-hand side of the row of returns to scale.
    goods : int
        Rows of inputs and outputs.

    Returns
    -------
    array
        Columns that no others beat in all goods at once; the technology of these is that of all.
    """
    n = A.shape[1]
    mixes = np.random.default_rng(0).dirichlet(np.ones(goods), MIXES)
    # The best of each mix of prices, by the ratio and, where the scale is not free, by the difference.
    gain, cost = mixes @ np.maximum(-A[:goods], 0.0), mixes @ np.maximum(A[:goods], 0.0)
    best = [np.argmax(gain / np.maximum(cost, 1e-300), axis=1)]
    if len(limit):
        best.append(np.argmax(gain - cost, axis=1))
    sample = np.unique(np.concatenate(best))
    rest = np.setdiff1d(np.arange(n), sample)
    both = np.union1d(sample, rest[_outer(A, equal, limit, goods, sample, rest)])
    return np.asarray(both[_outer(A, equal, limit, goods, both, both)], np.int64)


def _outer(A: Array, equal: Truths, limit: Array, goods: int, drawn: Codes, asked: Codes) -> Truths:
    """Tell who does not lie strictly inside the hull of those drawn, moving all goods but zero inputs at once."""
    B = np.ascontiguousarray(A[:, asked].T)
    B[:, goods:] = limit
    G = np.zeros_like(B)
    G[:, :goods] = B[:, :goods] != 0.0
    drawing = np.ascontiguousarray(A[:, drawn])
    solved = solve(drawing, equal, B, G, out=np.full(len(B), NONE), twins=0, C=np.zeros_like(B))
    least = np.where(G[:, :goods] > 0, np.abs(B[:, :goods]), np.inf).min(axis=1)
    return np.asarray(~(solved.beta > CERTAIN * least) | (solved.ended > INFEASIBLE))


def _compiled() -> ModuleType:
    try:
        from industria.kernels import envelopment
    except ImportError:
        raise MissingPackageError("numba", "estimation", "a frontier") from None
    return envelopment
