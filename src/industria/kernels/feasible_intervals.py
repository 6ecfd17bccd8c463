"""Least and largest values of unknown cells that a system of sums allows."""

from __future__ import annotations

from typing import Final, NamedTuple

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import ConvergenceError
from industria.kernels.connected_relations import connected_relations
from industria.kernels.quiet_solver import quiet_solver

__all__ = ["INCONSISTENT", "PROGRAM", "TREE", "Intervals", "feasible_intervals"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

TREE: Final = 0
PROGRAM: Final = 1
INCONSISTENT: Final = 2
SWEEPS: Final = 200
"""Passes after which bounds that still creep are left to programs."""
MIXES: Final = 8
"""Random sums of cells that are made least and largest before each cell is; most corners are met that way."""
LARGEST: Final = 2.0**19
"""Values are brought below this size by a power of two, which leaves whole numbers exact to a machine."""
TOLERANCE: Final = 1e-9
"""By which the solver may leave a bound; beside values of this size it is what a machine can tell apart."""
RESOLVED: Final = 4 * TOLERANCE / LARGEST
"""Part of the largest bound of a component below which two values are one to a program."""
PRIMAL: Final = 4
AGAIN: Final = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
    highspy.HighsModelStatus.kSolveError,
    highspy.HighsModelStatus.kUnknown,
)
"""Ends of a program that another beginning settles: after many aims a corner may lie off its bounds by last bits."""
APART: Final = 8.0
"""Times that known sides may be off, by which the ends of an interval that is a point may come apart."""


class Intervals(NamedTuple):
    """Intervals of the unknowns.

    Attributes
    ----------
    low, high : array, shape (n,)
        Ends, infinite where nothing bounds them.
    method : array of int, shape (n,)
        `TREE` where relations form a forest, so that two passes are exact; `PROGRAM` where linear programs were
        solved; `INCONSISTENT` where no values at all are compatible with the relations.
    resolution : array, shape (n,)
        Width below which an interval cannot be told from a point: by programs, or by what known sides may be off.
    """

    low: Array
    high: Array
    method: Ids
    resolution: Array


def feasible_intervals(
    A: csr_array, b: Array, low: Array, high: Array, asked: Truth | None = None, slack: Array | None = None
) -> Intervals:
    """Return min and max of every x_j subject to b - slack ≤ A x ≤ b + slack, low ≤ x ≤ high.

    Bounds are first handed from relation to relation, which is exact where no two relations
    are joined twice. What is left is solved by simplex, component by component, each program
    from the corner of the one before; a corner settles every cell that it takes to its bound.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Coefficients 1 and -1.
    b : array, shape (m,)
        Known sides.
    low, high : array, shape (n,)
        Bounds, also infinite.
    asked : array of bool, shape (n,), optional
        Which unknowns are wanted; all, without it.
    slack : array, shape (m,), optional
        By how much known sides may be off, as by the rounding of decimals; 0, without it. Whole numbers need none.

    Returns
    -------
    Intervals
        Of all unknowns; those that were not asked for have outer bounds.

    Raises
    ------
    ConvergenceError
        If a program neither ends nor is found to be impossible.
    """
    n = A.shape[1]
    wanted = np.ones(n, bool) if asked is None else asked
    off = np.zeros(len(b)) if slack is None else slack
    low, high = low.astype(float), high.astype(float)
    found = Intervals(low, high, np.full(n, TREE), np.zeros(n))
    rows, columns = _components(A)
    for r, c in zip(rows, columns, strict=True):
        part = A[r][:, c]
        ends = np.concatenate([b[r], low[c], high[c]])
        largest = float(np.abs(ends[np.isfinite(ends)]).max(initial=0.0)) or 1.0
        scale = 2.0 ** np.ceil(np.log2(largest / LARGEST))
        sides = ((b[r] - off[r]) / scale, (b[r] + off[r]) / scale)
        lo, hi, settled = _handed_on(part, *sides, low[c] / scale, high[c] / scale)
        if settled is None:
            found.method[c] = INCONSISTENT
            continue
        found.resolution[c] = APART * off[r].max()
        forest = part.nnz == len(r) + len(c) - 1
        if not (forest and settled) and wanted[c].any():
            if not _solved(part, *sides, lo, hi, wanted[c] & (hi - lo > TOLERANCE)):
                found.method[c] = INCONSISTENT
                continue
            found.method[c] = PROGRAM
            found.resolution[c] += RESOLVED * largest
        # Nothing added to a zero below leaves a zero.
        low[c], high[c] = lo * scale + 0.0, hi * scale + 0.0
    return found


def _components(A: csr_array) -> tuple[list[Ids], list[Ids]]:
    """Return rows and columns of the parts that no relation joins."""
    m = A.shape[0]
    label = np.concatenate(connected_relations(A))
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(label))[:-1]) if len(label) else []
    whole = [part for part in parts if len(part) > 1]
    return [part[part < m] for part in whole], [part[part >= m] - m for part in whole]


def _handed_on(
    A: csr_array, least_b: Array, most_b: Array, low: Array, high: Array
) -> tuple[Array, Array, bool | None]:
    """Hand bounds from relation to relation; None where they cross."""
    m = A.shape[0]
    row, column, a = np.repeat(np.arange(m), np.diff(A.indptr)), A.indices, A.data
    lo, hi = low.copy(), high.copy()
    for _ in range(SWEEPS):
        # Each term lies between these; a term without a bound is counted, not added.
        least, most = np.where(a > 0, lo[column], -hi[column]), np.where(a > 0, hi[column], -lo[column])
        above = _of_others(row, m, most)
        below = _of_others(row, m, least)
        term_low, term_high = least_b[row] - above, most_b[row] - below
        new_lo, new_hi = lo.copy(), hi.copy()
        np.maximum.at(new_lo, column, np.where(a > 0, term_low, -term_high))
        np.minimum.at(new_hi, column, np.where(a > 0, term_high, -term_low))
        if (new_lo > new_hi + TOLERANCE).any():
            return new_lo, new_hi, None
        crossed = new_lo > new_hi
        new_lo[crossed] = new_hi[crossed] = (new_lo[crossed] + new_hi[crossed]) / 2
        with np.errstate(invalid="ignore"):
            moved = (new_lo - lo > TOLERANCE).any() or (hi - new_hi > TOLERANCE).any()
        lo, hi = new_lo, new_hi
        if not moved:
            return lo, hi, True
    return lo, hi, False


def _of_others(row: Ids, m: int, terms: Array) -> Array:
    """Return for each term the sum of the other terms of its relation, infinite where one of them is."""
    endless = np.isinf(terms)
    finite = np.where(endless, 0.0, terms)
    total = np.bincount(row, finite, m)[row] - finite
    others = np.bincount(row, endless, m)[row] - endless
    sign = np.bincount(row, np.where(endless, np.sign(terms), 0.0), m)[row]
    return np.where(others > 0, np.where(sign >= 0, np.inf, -np.inf), total)


def _solved(A: csr_array, least_b: Array, most_b: Array, lo: Array, hi: Array, open_: Truth) -> bool:
    """Write exact ends of the open unknowns into lo and hi; False where the relations cannot be met."""
    n = A.shape[1]
    program = _program(A, least_b, most_b, lo, hi)
    least, most = np.full(n, np.inf), np.full(n, -np.inf)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (MIXES, n)) * open_
    for c in [np.where(open_, 1.0, 0.0), np.where(open_, -1.0, 0.0), *signs]:
        x, ended = _corner(program, c)
        if ended == "impossible":
            return False
        if x is not None:
            least, most = np.minimum(least, x), np.maximum(most, x)
    for j in np.flatnonzero(open_):
        for sign, ends, met in ((1.0, lo, least), (-1.0, hi, most)):
            if np.isfinite(ends[j]) and abs(met[j] - ends[j]) <= TOLERANCE:
                continue
            c = np.zeros(n)
            c[j] = sign
            x, ended = _corner(program, c)
            if ended == "impossible":
                return False
            if x is None:
                continue  # what was handed on to it is without an end, too
            # A corner may leave its bounds by a tolerance; they hold all the same.
            ends[j] = min(max(x[j], lo[j]), hi[j])
            least, most = np.minimum(least, x), np.maximum(most, x)
    return True


def _program(A: csr_array, least_b: Array, most_b: Array, lo: Array, hi: Array) -> highspy.Highs:
    m, n = A.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, m
    model.col_cost_ = np.zeros(n)
    model.col_lower_, model.col_upper_ = lo, hi
    model.row_lower_, model.row_upper_ = least_b, most_b
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = A.indptr.astype(np.int32), A.indices.astype(np.int32)
    model.a_matrix_.value_ = A.data.astype(float)
    program = quiet_solver()
    program.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    # A corner stays one when only the aim changes: primal steps go on from it, dual ones would begin anew.
    program.setOptionValue("simplex_strategy", PRIMAL)
    program.passModel(model)
    return program


def _corner(program: highspy.Highs, c: Array) -> tuple[Array | None, str]:
    """Return the corner where c'x is least; None where it has no end."""
    program.changeColsCost(len(c), np.arange(len(c), dtype=np.int32), c)
    program.run()
    status = program.getModelStatus()
    for presolve in ("off", "on") if status in AGAIN else ():
        # The corner of the program before, or what presolve left of it, may be no beginning for this one.
        program.clearSolver()
        program.setOptionValue("presolve", presolve)
        program.run()
        program.setOptionValue("presolve", "choose")
        status = program.getModelStatus()
        if status not in AGAIN:
            break
    if status == highspy.HighsModelStatus.kOptimal:
        return np.array(program.getSolution().col_value), "found"
    if status == highspy.HighsModelStatus.kUnbounded:
        return None, "endless"
    if status == highspy.HighsModelStatus.kInfeasible:
        return None, "impossible"
    raise ConvergenceError(
        "the program of an interval",
        program.getInfo().simplex_iteration_count,
        f"the solver says {program.modelStatusToString(status)}",
    )
