"""The way from a facet of the technology to the one that bounds a unit, by the dual simplex method."""

from __future__ import annotations

from typing import Final

import numpy as np

from industria.kernels.compiled import compiled
from industria.kernels.simplex_steps import (
    BETA,
    FLOOR,
    INFEASIBLE,
    NONE,
    OPTIMAL,
    ROUNDING,
    STUCK,
    SURE,
    Array,
    Codes,
    Truths,
    both_prices,
    column,
    exchange,
    invert,
    place,
    size,
    through,
)

__all__ = ["fresh", "to_optimum"]

AFRESH: Final = 40
"""Exchanges after which the basis is inverted anew."""


@compiled
def leaving(
    inverse: Array,
    basis: Codes,
    b: Array,
    equal: Truths,
    n: int,
    out: int,
    twin: int,
    x: Array,
    passed: Truths,
    first: bool,
) -> int:
    """Find the row of the basic variable that is furthest from its bounds, in units of its edge; -1 where none is.

    With `first` it is that of the lowest number, which never walks in circles.
    """
    R = len(b)
    r, worst = -1, 0.0
    through(inverse, b, x)
    for q in range(R):
        if basis[q] == BETA or passed[q]:
            continue
        fixed = basis[q] == out or basis[q] == twin or (basis[q] >= n and equal[basis[q] - n])
        beyond = abs(x[q]) if fixed else -x[q]
        # Most rows lie within their bounds, and of these no rounding need be judged.
        if beyond <= 0.0:
            continue
        largest, sizes, edge = 0.0, 0.0, 0.0
        for i in range(R):
            largest = max(largest, abs(b[i]))
            sizes += abs(inverse[q, i] * b[i])
            edge += inverse[q, i] ** 2
        if beyond <= ROUNDING * (sizes + FLOOR * largest * np.sqrt(edge)):
            continue
        if (first and (r < 0 or basis[q] < basis[r])) or (not first and beyond * beyond > worst * edge):
            r, worst = q, beyond * beyond / edge
    return r


@compiled
def entering(
    row: Array,
    p: Array,
    A: Array,
    basis: Codes,
    equal: Truths,
    out: int,
    twin: int,
    d: Array,
    a: Array,
    first: bool,
) -> int:
    """Find the variable whose reduced cost reaches zero first as the row leaves; of ties the largest, or the first."""
    R, n = A.shape
    both_prices(p, row, A, d, a)
    for q in range(R):
        if 0 <= basis[q] < n:
            a[basis[q]] = 0.0
    if out >= 0:
        a[out] = 0.0
    if twin >= 0:
        a[twin] = 0.0
    while True:
        code, step, most = NONE, np.inf, 0.0
        for j in range(n):
            if a[j] < 0.0 and max(d[j], 0.0) <= step * -a[j]:
                ratio = max(d[j], 0.0) / -a[j]
                if ratio < step or (-a[j] > most and not first):
                    code, step, most = j, ratio, -a[j]
        for i in range(R):
            if row[i] < -ROUNDING and not equal[i] and max(p[i], 0.0) <= step * -row[i] and place(basis, n + i) < 0:
                ratio = max(p[i], 0.0) / -row[i]
                if ratio < step or (-row[i] > most and not first):
                    code, step, most = n + i, ratio, -row[i]
        if code == NONE or code >= n or most > ROUNDING * size(row, A, code):
            return code
        a[code] = 0.0  # What is left of a zero by rounding is no pivot.


@compiled
def to_optimum(
    A: Array,
    equal: Truths,
    b: Array,
    g: Array,
    basis: Codes,
    inverse: Array,
    x: Array,
    out: int,
    twin: int,
) -> tuple[int, int]:
    """Walk from a facet to the one that bounds b, by the dual method; `out` and its twin are held at zero.

    Returns
    -------
    tuple of int
        How it ended, and how many exchanges it took.
    """
    R, n = A.shape
    passed = np.zeros(R, np.bool_)
    if leaving(inverse, basis, b, equal, n, out, twin, x, passed, False) < 0:
        return OPTIMAL, 0
    d, a, w, v, row = np.empty(n), np.empty(n), np.empty(R), np.empty(R), np.empty(R)
    for moves in range(200 * R + 1000):
        first = moves > 50 * R
        # Exchanges add up rounding; a walk that is long is begun anew from where it is.
        if moves % AFRESH == AFRESH - 1 and not invert(A, g, basis, inverse):
            return STUCK, moves
        r = leaving(inverse, basis, b, equal, n, out, twin, x, passed, first)
        if r < 0:
            return OPTIMAL, moves
        sign = -1.0 if x[r] > 0.0 else 1.0
        for i in range(R):
            row[i] = sign * inverse[r, i]
        code = entering(row, inverse[place(basis, BETA)], A, basis, equal, out, twin, d, a, first)
        if code == NONE:
            sizes = 0.0
            for i in range(R):
                sizes += abs(row[i]) * (abs(b[i]) + FLOOR * np.abs(b).max())
            if abs(x[r]) > SURE * sizes:
                return INFEASIBLE, moves
            passed[r] = True
            continue
        column(A, g, code, v)
        through(inverse, v, w)
        exchange(inverse, basis, r, code, w)
        passed[:] = False
    return STUCK, moves


@compiled
def fresh(
    A: Array,
    equal: Truths,
    b: Array,
    g: Array,
    basis: Codes,
    inverse: Array,
    x: Array,
    out: int,
    twin: int,
) -> tuple[int, int]:
    """Walk to the optimum, invert its basis anew and walk on where rounding had hidden something."""
    moved = 0
    for _ in range(3):
        end, moves = to_optimum(A, equal, b, g, basis, inverse, x, out, twin)
        moved += moves
        if end != OPTIMAL or moves == 0:
            return end, moved
        if not invert(A, g, basis, inverse):
            return STUCK, moved
    return end, moved
