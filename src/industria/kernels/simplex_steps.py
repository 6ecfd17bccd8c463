"""Steps of a revised simplex method with an explicit inverse, for programs of few rows and many columns.

max β  s.t.  A λ + g β + s = b,  λ ≥ 0,  s ≥ 0 (s = 0 in rows that are equalities),  β free.

A basis names one variable a row: `BETA`, a column j of A as j, the slack of row i as n + i. β stays in it once it
is in. Its row p of the inverse prices all columns: β = p·b − Σ_j (p·A_j) λ_j − Σ_i p_i s_i, and p·g = 1. The basis
is dual feasible, a facet of the technology, where p·A_j ≥ 0 for all j and p_i ≥ 0 for all inequalities.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.compiled import compiled

__all__ = [
    "BETA",
    "FLOOR",
    "INFEASIBLE",
    "NONE",
    "OPTIMAL",
    "ROUNDING",
    "STUCK",
    "SURE",
    "UNBOUNDED",
    "Array",
    "Codes",
    "Truths",
    "both_prices",
    "column",
    "exchange",
    "first_facet",
    "invert",
    "place",
    "prices",
    "size",
    "through",
]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

BETA: Final = -1
NONE: Final = -2
OPTIMAL, INFEASIBLE, UNBOUNDED, STUCK = 0, 1, 2, 3
# Relative to the sizes of the terms that add up to the number, so that no unit of measurement matters.
ROUNDING: Final = 1e-11
SURE: Final = 1e-8
# A number whose terms are all rounding is judged by the largest that there could have been.
FLOOR: Final = 1e-3


@compiled
def place(basis: Codes, code: int) -> int:
    """Find the row of a variable in the basis, or -1."""
    for q in range(len(basis)):
        if basis[q] == code:
            return q
    return -1


@compiled
def column(A: Array, g: Array, code: int, into: Array) -> None:
    """Write the column of a variable."""
    n = A.shape[1]
    for i in range(len(into)):
        if code == BETA:
            into[i] = g[i]
        elif code < n:
            into[i] = A[i, code]
        else:
            into[i] = 1.0 if code - n == i else 0.0


@compiled
def through(inverse: Array, v: Array, into: Array) -> None:
    """Multiply by the inverse."""
    for q in range(len(v)):
        total = 0.0
        for i in range(len(v)):
            total += inverse[q, i] * v[i]
        into[q] = total


@compiled
def exchange(inverse: Array, basis: Codes, r: int, code: int, w: Array) -> None:
    """Put a variable in the place of the basic one of row r; w is its column times the inverse."""
    R = len(basis)
    for i in range(R):
        inverse[r, i] /= w[r]
    for q in range(R):
        if q != r and w[q] != 0.0:
            for i in range(R):
                inverse[q, i] -= w[q] * inverse[r, i]
    basis[r] = code


@compiled
def invert(A: Array, g: Array, basis: Codes, inverse: Array) -> bool:
    """Invert the basis afresh by elimination; False where it is singular."""
    R = len(basis)
    taken = np.empty(R, np.int64)
    for q in range(R):
        column(A, g, basis[q], inverse[:, q])
    # In place: a column that has been eliminated makes room for one of the inverse.
    for c in range(R):
        r = c
        for i in range(c + 1, R):
            if abs(inverse[i, c]) > abs(inverse[r, c]):
                r = i
        if inverse[r, c] == 0.0:
            return False
        taken[c] = r
        if r != c:
            for i in range(R):
                inverse[c, i], inverse[r, i] = inverse[r, i], inverse[c, i]
        pivot = inverse[c, c]
        inverse[c, c] = 1.0
        for i in range(R):
            inverse[c, i] /= pivot
        for q in range(R):
            f = inverse[q, c]
            if q != c and f != 0.0:
                inverse[q, c] = 0.0
                for i in range(R):
                    inverse[q, i] -= f * inverse[c, i]
    for c in range(R - 1, -1, -1):
        r = taken[c]
        if r != c:
            for q in range(R):
                inverse[q, c], inverse[q, r] = inverse[q, r], inverse[q, c]
    return True


@compiled
def size(row: Array, A: Array, j: int) -> float:
    """Add up the sizes of the terms of row·A_j, against which its rounding is judged."""
    total = 0.0
    for i in range(len(row)):
        total += abs(row[i]) * (abs(A[i, j]) + FLOOR)
    return total


@compiled
def prices(row: Array, A: Array, into: Array) -> None:
    """Multiply a row by all columns, one row of A after another, which processors do several at a time."""
    into[:] = 0.0
    for i in range(len(row)):
        f = row[i]
        if f != 0.0:
            for j in range(A.shape[1]):
                into[j] += f * A[i, j]


@compiled
def both_prices(p: Array, row: Array, A: Array, of_p: Array, of_row: Array) -> None:
    """Multiply two rows by all columns, which are read once."""
    of_p[:] = 0.0
    of_row[:] = 0.0
    for i in range(len(p)):
        f, h = p[i], row[i]
        if f != 0.0 or h != 0.0:
            for j in range(A.shape[1]):
                of_p[j] += f * A[i, j]
                of_row[j] += h * A[i, j]


@compiled
def first_facet(A: Array, g: Array, basis: Codes, inverse: Array) -> int:
    """Find some facet by the primal method, from a right-hand side at which all slacks are positive and none tie."""
    R, n = A.shape
    x, w, d = np.empty(R), np.empty(R), np.empty(n)
    inverse[:] = np.eye(R)
    for i in range(R):
        basis[i] = n + i
        x[i] = 1.0 + 0.5 * ((i + 1) * 0.6180339887498949 % 1.0)
    code = BETA
    for _ in range(50 * (R + n)):
        column(A, g, code, w)
        v = w.copy()
        through(inverse, v, w)
        r, least = -1, np.inf
        for q in range(R):
            if basis[q] != BETA and w[q] > ROUNDING and x[q] / w[q] < least:
                r, least = q, x[q] / w[q]
        if r < 0:
            return UNBOUNDED
        exchange(inverse, basis, r, code, w)
        for q in range(R):
            x[q] = max(x[q] - least * w[q], 0.0) if basis[q] != BETA else x[q] - least * w[q]
        x[r] = least
        p = inverse[place(basis, BETA)]
        prices(p, A, d)
        code, worst = NONE, -ROUNDING
        for j in range(n):
            if d[j] < worst and d[j] < -ROUNDING * size(p, A, j):
                code, worst = j, d[j]
        for i in range(R):
            if p[i] < worst:
                code, worst = n + i, p[i]
        if code == NONE:
            return OPTIMAL
    return STUCK
