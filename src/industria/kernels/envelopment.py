"""Many programs of one technology, each from the nearest facet that an earlier one found."""

from __future__ import annotations

from typing import Final

import numpy as np

from industria.kernels.compiled import compiled
from industria.kernels.dual_simplex import fresh, to_optimum
from industria.kernels.simplex_steps import (
    BETA,
    FLOOR,
    INFEASIBLE,
    NONE,
    OPTIMAL,
    ROUNDING,
    STUCK,
    Array,
    Codes,
    Truths,
    column,
    exchange,
    first_facet,
    invert,
    place,
    prices,
    size,
    through,
)

__all__ = ["envelop", "worst_price"]

CERTAIN: Final = 1e-9
"""Relative to its terms, what is no more than rounding in a price."""
POOL: Final = 2048
"""Facets kept to start from: more take longer to look through than the walk that they spare."""


@compiled
def nearest(P: Array, count: int, b: Array, g: Array) -> int:
    """Find the facet that bounds the step from b along g the most; -1 where none does."""
    best, least = -1, np.inf
    at, along, sizes = np.zeros(count), np.zeros(count), np.zeros(count)
    for i in range(len(b)):
        if g[i] != 0.0:
            for f in range(count):
                along[f] += P[i, f] * g[i]
                sizes[f] += abs(P[i, f] * g[i])
        for f in range(count):
            at[f] += P[i, f] * b[i]
    for f in range(count):
        if along[f] > 1e-7 * sizes[f] and along[f] > 1e-9 and at[f] < least * along[f]:
            best, least = f, at[f] / along[f]
    return best


@compiled
def take_up(kept: Codes, kept_inverse: Array, g: Array, basis: Codes, inverse: Array) -> int:
    """Start from a facet that was kept, and let the step go along another direction."""
    basis[:] = kept
    inverse[:] = kept_inverse
    w = np.empty(len(g))
    through(inverse, g, w)
    exchange(inverse, basis, place(basis, BETA), BETA, w)
    return OPTIMAL


@compiled
def spread_out(
    A: Array,
    equal: Truths,
    b: Array,
    g: Array,
    basis: Codes,
    inverse: Array,
    x: Array,
    out: int,
    twin: int,
    c: Array,
    y: Array,
) -> int:
    """Make the slacks, weighted by c, as large together as the optimum leaves room for, by the primal method.

    Only variables without a price enter, so that β stays what it is; y are the prices of the rows in slack.
    """
    R, n = A.shape
    d, a, w, v = np.empty(n), np.empty(n), np.empty(R), np.empty(R)
    for moves in range(200 * R + 1000):
        first = moves > 50 * R
        through(inverse, b, x)
        p = inverse[place(basis, BETA)]
        y[:] = 0.0
        for q in range(R):
            if basis[q] >= n:
                for i in range(R):
                    y[i] += c[basis[q] - n] * inverse[q, i]
        prices(p, A, d)
        prices(y, A, a)
        code, most = NONE, 0.0
        for j in range(n):
            gain = -a[j]
            if gain <= most or j in (out, twin) or place(basis, j) >= 0 or (first and code != NONE):
                continue
            if gain > CERTAIN * size(y, A, j) and d[j] <= CERTAIN * size(p, A, j):
                code, most = j, gain
        for i in range(R):
            gain = c[i] - y[i]
            if gain <= most or equal[i] or place(basis, n + i) >= 0 or (first and code != NONE):
                continue
            if gain > CERTAIN * (abs(c[i]) + abs(y[i])) and p[i] <= CERTAIN * np.abs(p).max():
                code, most = n + i, gain
        if code == NONE:
            return OPTIMAL
        column(A, g, code, v)
        through(inverse, v, w)
        r, least = -1, np.inf
        for q in range(R):
            if basis[q] == BETA or abs(w[q]) <= 1e-10:
                continue
            fixed = basis[q] == out or basis[q] == twin or (basis[q] >= n and equal[basis[q] - n])
            if w[q] > 0.0 or fixed:
                step = 0.0 if fixed else max(x[q], 0.0) / w[q]
                if step < least - ROUNDING or (step < least + ROUNDING and first and basis[q] < basis[r]):
                    r, least = q, step
        if r < 0:
            return STUCK
        exchange(inverse, basis, r, code, w)
    return STUCK


@compiled
def spread_afresh(
    A: Array,
    equal: Truths,
    b: Array,
    g: Array,
    basis: Codes,
    inverse: Array,
    x: Array,
    out: int,
    twin: int,
    c: Array,
    y: Array,
) -> int:
    """Spread the slacks out, and go on where a fresh inverse shows that rounding hid something."""
    end = OPTIMAL
    for _ in range(3):
        end = spread_out(A, equal, b, g, basis, inverse, x, out, twin, c, y)
        if end != OPTIMAL or not invert(A, g, basis, inverse):
            return end
        # A variable that fell below its bound comes back without a change of the step.
        end, moves = to_optimum(A, equal, b, g, basis, inverse, x, out, twin)
        if end != OPTIMAL or moves == 0:
            return end
    return end


@compiled
def envelop(
    A: Array,
    equal: Truths,
    B: Array,
    G: Array,
    without: Codes,
    twins: int,
    C: Array,
    beta: Array,
    ended: Codes,
    basis: Codes,
    x: Array,
    p: Array,
    y: Array,
    facet: Codes,
) -> None:
    """Solve max β s.t. A λ + G_k β + s = B_k for all k, and write what is found.

    Parameters
    ----------
    A : array, shape (R, n)
        Columns of the technology.
    equal : array, shape (R,)
        Which rows are equalities.
    B, G : array, shape (K, R)
        Right-hand sides and directions.
    without : array, shape (K,)
        A column that the program may not use, or `NONE`.
    twins : int
        The column so many further on is barred with it; 0 where there is none.
    C : array, shape (K, R)
        Weights of the slacks that are made as large as possible next; all 0 to leave them.
    beta, ended, facet : array, shape (K,)
        The step, how it ended, and a number of the facet; equal ones have equal facets.
    basis, x, p, y : array, shape (K, R)
        Basic variables, their values, and the prices of the rows in β and in weighted slacks.
    """
    K, R = B.shape
    kept = min(POOL, max(K, 1))
    P, bases, inverses = np.empty((R, kept)), np.empty((kept, R), np.int64), np.empty((kept, R, R))
    numbers = np.empty(kept, np.int64)
    count, found = 0, 0
    inverse, now, value = np.empty((R, R)), np.empty(R, np.int64), np.empty(R)
    for k in range(K):
        b, g, out = B[k], G[k], without[k]
        twin = out + twins if twins and out >= 0 else NONE
        start = nearest(P, count, b, g)
        if start >= 0:
            end, moves, number = take_up(bases[start], inverses[start], g, now, inverse), 0, numbers[start]
        else:
            end, moves, number = first_facet(A, g, now, inverse), 1, -1
        if end == OPTIMAL:
            end, more = fresh(A, equal, b, g, now, inverse, value, NONE, NONE)
            moves += more
        # Among many ties a way may lead round in circles; another beginning leads another way.
        if end == STUCK and first_facet(A, g, now, inverse) == OPTIMAL:
            end, more = fresh(A, equal, b, g, now, inverse, value, NONE, NONE)
        # A facet bounds every unit, also where it was found on the way to nothing.
        if moves > 0 and end <= INFEASIBLE:
            number, found = found, found + 1
            if count < kept:
                P[:, count] = inverse[place(now, BETA)]
                bases[count], inverses[count], numbers[count] = now, inverse, number
                count += 1
        if out >= 0 and end <= INFEASIBLE:
            end, more = fresh(A, equal, b, g, now, inverse, value, out, twin)
            if more > 0:
                number, found = found, found + 1
        y[k] = 0.0
        if end == OPTIMAL and C[k].any():
            end = spread_afresh(A, equal, b, g, now, inverse, value, out, twin, C[k], y[k])
        through(inverse, b, value)
        ended[k], facet[k], basis[k], x[k] = end, number, now, value
        p[k] = inverse[place(now, BETA)] if end <= INFEASIBLE else np.full(R, np.nan)
        beta[k] = value[place(now, BETA)] if end == OPTIMAL else np.nan


@compiled
def worst_price(A: Array, p: Array, out: Codes, twins: int) -> Array:
    """Price every column by every facet: the least of p·A_j in units of its terms, the barred column left out."""
    R, n = A.shape
    worst = np.empty(len(p))
    d, s = np.empty(n), np.empty(n)
    for f in range(len(p)):
        d[:] = 0.0
        s[:] = FLOOR * np.abs(p[f]).sum()
        for i in range(R):
            for j in range(n):
                term = p[f, i] * A[i, j]
                d[j] += term
                s[j] += abs(term)
        least = 0.0
        for j in range(n):
            if d[j] < least * s[j] and not (out[f] >= 0 and (j == out[f] or (twins > 0 and j == out[f] + twins))):
                least = d[j] / s[j]
        worst[f] = least
    return worst
