"""One program over moves of some cells that keep all sums, built for these alone."""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, hstack

from industria.errors import ConvergenceError
from industria.kernels.quiet_solver import quiet_solver
from industria.kernels.suppression_flows import LARGEST, SMALLEST, TOLERANCE, WORTHY

__all__ = ["moves"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

LONG: Final = 400
"""Relations from which on the way through the inside is shorter than that along corners."""
SHORTEST: Final = 0.1
"""Seconds that a program is given at least."""


def moves(
    A: csr_array,
    up: Array,
    down: Array,
    price: Array,
    cells: Ids,
    sign: Array,
    need: Array,
    reward: Array,
    seconds: float = np.inf,
) -> tuple[Array, float]:
    """Solve max Σ reward·min(± z_p, need_p) / need_p - Σ price·|z| over A z = 0 and -down ≤ z ≤ up.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations.
    up, down : array, shape (n,)
        How far each cell may move.
    price : array, shape (n,)
        Of moving a cell by one; 0 for those that are to move.
    cells, sign, need, reward : array, shape (k,)
        Cells that are to move, whether up (1) or down (-1), how far, and what all of it is worth. They move in
        no other direction.
    seconds : float
        After which nothing moves.

    Returns
    -------
    z : array, shape (n,)
        The moves.
    least : float
        A smaller one is the noise of the solver.

    Raises
    ------
    ConvergenceError
        If the solver does not end.
    """
    ends = np.concatenate([up, down, need])
    scale = 2.0 ** np.ceil(np.log2((ends[np.isfinite(ends)].max(initial=0.0) or 1.0) / LARGEST))
    up, down, price = up / scale, down / scale, price * scale
    moved = np.zeros(len(up), bool)
    moved[cells] = True
    free, paid = np.flatnonzero(~moved & (price == 0)), np.flatnonzero(~moved & (price > 0))
    far = np.where(sign > 0, up[cells], down[cells])
    wanted = np.minimum(need / scale, far)
    worth = reward * scale / need
    # Duals are told to a ten-millionth; what things cost is brought to the order of one.
    one = float(np.median(price[paid] if len(paid) else worth))
    worth, price = np.minimum(worth / one, WORTHY), price[paid] / one
    by_cell = A.tocsc()
    of_paid, of_cells = by_cell[:, paid], by_cell[:, cells] * sign
    B = csc_array(hstack([by_cell[:, free], of_paid, -of_paid, of_cells, of_cells], format="csc"))
    zeros = np.zeros(2 * len(paid) + 2 * len(cells))
    x = _solved(
        B,
        np.concatenate([np.zeros(len(free)), price, price, -worth, np.zeros(len(cells))]),
        np.concatenate([-down[free], zeros]),
        np.concatenate([up[free], up[paid], down[paid], wanted, far - wanted]),
        # Where nothing has a price it does not matter that few cells move: no corner is sought.
        corner=len(paid) > 0,
        seconds=seconds,
    )
    freely, forth, back, some, more = np.split(x, np.cumsum([len(free), len(paid), len(paid), len(cells)]))
    z = np.zeros(len(up))
    z[free], z[paid], z[cells] = freely, forth - back, sign * (some + more)
    return z * scale, SMALLEST * scale


def _solved(B: csc_array, c: Array, low: Array, high: Array, *, corner: bool, seconds: float) -> Array:
    """Return x between its bounds where c'x is least, with B x = 0; 0 where time is over before."""
    m, n = B.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, m
    model.col_cost_, model.col_lower_, model.col_upper_ = c, low, high
    model.row_lower_ = model.row_upper_ = np.zeros(m)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = B.indptr.astype(np.int32), B.indices.astype(np.int32)
    model.a_matrix_.value_ = B.data.astype(float)
    program = quiet_solver()
    program.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    program.setOptionValue("solver", "ipm" if m > LONG else "simplex")
    program.setOptionValue("run_crossover", "on" if corner else "off")
    program.setOptionValue("time_limit", max(seconds, SHORTEST))
    program.passModel(model)
    program.run()
    if program.getModelStatus() not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
        program.setOptionValue("solver", "simplex")
        program.clearSolver()
        program.run()
    status = program.getModelStatus()
    if status == highspy.HighsModelStatus.kTimeLimit:
        return np.zeros(n)
    if status != highspy.HighsModelStatus.kOptimal:
        steps = program.getInfo().simplex_iteration_count
        what = f"the solver says {program.modelStatusToString(status)}"
        raise ConvergenceError("the program of a protection", steps, what)
    return np.array(program.getSolution().col_value)
