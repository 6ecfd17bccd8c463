"""Programs over moves of cells that keep all sums, each begun where the last ended."""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack

from industria.errors import ConvergenceError
from industria.kernels.quiet_solver import quiet_solver
from industria.kernels.suppression_ledger import Requirements

__all__ = ["LARGEST", "Flows"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

TOLERANCE: Final = 1e-9
SMALLEST: Final = 1e-7
"""A smaller move is the noise of the solver."""
LARGEST: Final = 2.0**19
"""Moves are brought below this size by a power of two."""
STEPS: Final = 2
"""Steps for each relation after which a program is long."""
FEW: Final = 4
"""Cells that a program moves, up to which it is short from where the last ended."""
WORTHY: Final = 1e7
"""The most that a move of one may be worth, beside the usual price of it."""


class Flows:
    """The program max Σ reward·min(± z_p, need_p) - Σ price·|z| over A z = 0 and the bounds of z.

    Parameters
    ----------
    asked : Requirements
        Relations and bounds.
    """

    def __init__(self, asked: Requirements) -> None:
        self.asked = asked
        ends = np.concatenate([asked.up_room, asked.down_room, asked.up, asked.down, asked.width])
        self.scale = 2.0 ** np.ceil(np.log2((ends[np.isfinite(ends)].max(initial=0.0) or 1.0) / LARGEST))
        A = csr_array(hstack([asked.A, asked.A, -asked.A, -asked.A]))
        m, n = A.shape
        self.costs = self.bounds = np.zeros(n)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n, m
        model.col_cost_ = model.col_lower_ = model.col_upper_ = self.costs
        model.row_lower_ = model.row_upper_ = np.zeros(m)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = A.indptr.astype(np.int32), A.indices.astype(np.int32)
        model.a_matrix_.value_ = A.data.astype(float)
        self.program = quiet_solver()
        self.program.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        self.program.passModel(model)
        self.least = SMALLEST * self.scale
        self.long = False

    def solve(self, price: Array, allowed: Truth, cells: Ids, sign: Array, need: Array, reward: Array) -> Array:
        """Return z.

        Parameters
        ----------
        price : array, shape (n,)
            Of moving a cell by one.
        allowed : array of bool, shape (n,)
            Which may move.
        cells, sign, need, reward : array, shape (k,)
            Cells that are to move, whether up (1) or down (-1), how far, and what all of it is worth. They move in
            no other direction.
        """
        n = len(price)
        up, down = (np.where(allowed, room, 0.0) / self.scale for room in (self.asked.up_room, self.asked.down_room))
        wanted_up, wanted_down, worth = np.zeros(n), np.zeros(n), np.zeros(n)
        rises, falls = cells[sign > 0], cells[sign < 0]
        wanted_up[rises] = np.minimum(need[sign > 0] / self.scale, up[rises])
        wanted_down[falls] = np.minimum(need[sign < 0] / self.scale, down[falls])
        up, down = up - wanted_up, down - wanted_down
        down[rises] = up[falls] = 0.0
        worth[cells] = reward * self.scale / need
        price = price * self.scale
        # Duals are told to a ten-millionth; what things cost is brought to the order of one.
        one = float(np.median(price[price > 0] if (price > 0).any() else worth[cells]))
        worth = np.minimum(worth / one, WORTHY)
        price = price / one
        costs = np.concatenate([price - worth, price, price, price - worth])
        self._change(costs, np.concatenate([wanted_up, up, down, wanted_down]))
        inside = self.long and len(cells) > FEW
        self.program.setOptionValue("solver", "ipm" if inside else "simplex")
        self.program.run()
        # In tables of three and more dimensions corners are many steps apart, the way through the inside is not.
        self.long = self.long or self.program.getInfo().simplex_iteration_count > STEPS * self.program.getNumRow()
        if self.program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.program.setOptionValue("solver", "simplex")
            self.program.clearSolver()
            self.program.run()
        status = self.program.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            steps = self.program.getInfo().simplex_iteration_count
            what = f"the solver says {self.program.modelStatusToString(status)}"
            raise ConvergenceError("the program of a protection", steps, what)
        a, b, c, d = np.split(np.array(self.program.getSolution().col_value), 4)
        z: Array = (a + b - c - d) * self.scale
        return z

    def _change(self, costs: Array, bounds: Array) -> None:
        """Hand the solver what is no longer as in the program before: for one cell after another that is little."""
        dearer = np.flatnonzero(costs != self.costs).astype(np.int32)
        wider = np.flatnonzero(bounds != self.bounds).astype(np.int32)
        self.program.changeColsCost(len(dearer), dearer, costs[dearer])
        self.program.changeColsBounds(len(wider), wider, np.zeros(len(wider)), bounds[wider])
        self.costs, self.bounds = costs, bounds
