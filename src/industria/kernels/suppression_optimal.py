"""The cheapest pattern that protects, with a proof (Fischetti and Salazar 2000)."""

from __future__ import annotations

from time import monotonic
from typing import Final

import highspy
import numpy as np
import numpy.typing as npt

from industria.kernels.quiet_solver import quiet_solver
from industria.kernels.suppression_ledger import Ledger, Requirements

__all__ = ["optimal"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

FAR: Final = 1000.0
"""Times a requirement that a cell moves at most in a witness of it; what moves further is no corner of a table."""
VIOLATED: Final = 1e-6
"""Part of a requirement by which a cut is missed."""
RELAXED: Final = 50
"""Rounds of cuts on fractional patterns."""
PROVEN: Final = 1e-9
SMALLEST: Final = 1e-7
"""Part of a requirement below which a move is the noise of the solver."""
TOLERANCE: Final = 1e-9


class Cuts:
    """Requirements that a pattern, also a fractional one, does not meet.

    Parameters
    ----------
    asked : Requirements
        What is to be protected.
    """

    def __init__(self, asked: Requirements) -> None:
        self.asked = asked
        m, n = asked.A.shape
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n, m
        model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(n)
        model.row_lower_ = model.row_upper_ = np.zeros(m)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = (
            asked.A.indptr.astype(np.int32),
            asked.A.indices.astype(np.int32),
        )
        model.a_matrix_.value_ = asked.A.data.astype(float)
        self.program = _proving()
        self.program.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        self.program.passModel(model)
        self.ids = np.arange(n, dtype=np.int32)

    def violated(self, y: Array, until: float) -> tuple[list[tuple[Array, float]], list[Array]] | None:
        """Return cuts (coefficients, at least so much) that y misses, and witnesses of others; None without time."""
        cuts, witnesses = [], []
        for p in np.flatnonzero(self.asked.primary):
            if monotonic() > until:
                return None
            sides = []
            for sign, need in ((1.0, self.asked.up[p]), (-1.0, self.asked.down[p])):
                reach = float(max(need, self.asked.width[p]))
                far, z, coefficients = self._furthest(int(p), sign, reach, y)
                witnesses.append(z)
                sides.append((far, coefficients))
                if far < need * (1 - VIOLATED):
                    cuts.append((np.minimum(coefficients, need) / need, 1.0))
            width = float(self.asked.width[p])
            if sides[0][0] + sides[1][0] < width * (1 - VIOLATED):
                cuts.append((np.minimum(sides[0][1] + sides[1][1], width) / width, 1.0))
        return cuts, witnesses

    def _furthest(self, p: int, sign: float, reach: float, y: Array) -> tuple[float, Array, Array]:
        """Move a cell as far as a pattern lets it; the duals tell what each cell contributes at most."""
        asked, n = self.asked, len(y)
        # In units of what is asked, so that tolerances are parts of it.
        up, down = (np.minimum(room / reach, FAR) for room in (asked.up_room, asked.down_room))
        ends = (-down * y, up * y)
        ends[0][p], ends[1][p] = max(ends[0][p], -1.0), min(ends[1][p], 1.0)
        self.program.changeColsBounds(n, self.ids, *ends)
        costs = np.zeros(n)
        costs[p] = -sign
        self.program.changeColsCost(n, self.ids, costs)
        self.program.run()
        solution = self.program.getSolution()
        z, dual = np.array(solution.col_value), np.array(solution.col_dual)
        contributes = np.where(dual < 0, -dual * up, dual * down)
        contributes[np.abs(dual) < 1e-9] = 0.0
        # What the cell itself is held to is no contribution: it is always withheld, and may move so far.
        contributes[p] = min(contributes[p], 1.0)
        z[np.abs(z) < SMALLEST] = 0.0
        return float(sign * z[p]) * reach, z * reach, contributes * reach


def optimal(asked: Requirements, cost: Array, ledger: Ledger, time_limit: float) -> tuple[Ledger, float]:
    """Return the cheapest pattern, or the cheapest known when time is over, and the least that any costs.

    Parameters
    ----------
    asked : Requirements
        What is to be protected.
    cost : array, shape (n,)
        Of withholding each cell.
    ledger : Ledger
        A pattern that protects.
    time_limit : float
        Seconds.
    """
    until = monotonic() + time_limit
    finite = np.isfinite(cost)
    fixed = asked.primary | (cost == 0)
    price = np.where(fixed | ~finite, 0.0, cost)
    scale = float(np.median(price[price > 0])) if (price > 0).any() else 1.0
    master, cuts = _master(asked, price / scale, fixed, finite), Cuts(asked)
    spent, bound = float(price[ledger.withheld].sum()), 0.0
    whole, rounds = False, 0
    while True:
        y, least = _chosen(master, len(cost), whole, until - monotonic())
        bound = max(bound, min(least * scale, spent))
        if spent <= bound * (1 + PROVEN) or monotonic() > until:
            return ledger, bound
        told = cuts.violated(np.rint(y) if whole else y, until)
        if told is None:
            return ledger, bound
        found, witnesses = told
        for coefficients, side in found:
            used = np.flatnonzero(coefficients).astype(np.int32)
            master.addRow(side, highspy.kHighsInf, len(used), used, coefficients[used])
        if whole and not found:
            best = Ledger.empty(asked, np.rint(y) > 0)
            for z in witnesses:
                best.credit(z, 0.0)
            return (ledger if best.left() else best), bound
        rounds += 1
        whole = whole or not found or rounds >= RELAXED


def _master(asked: Requirements, price: Array, fixed: Truth, finite: Truth) -> highspy.Highs:
    """Choose y between 0 and 1; a cell that is withheld for cost or need is never alone in a relation."""
    A, n = asked.A, len(price)
    program = _proving()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, 0
    model.col_cost_, model.col_lower_, model.col_upper_ = price, fixed.astype(float), (fixed | finite).astype(float)
    model.row_lower_ = model.row_upper_ = np.zeros(0)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = np.zeros(1, np.int32), np.zeros(0, np.int32)
    model.a_matrix_.value_ = np.zeros(0)
    program.passModel(model)
    for row in range(A.shape[0]):
        cells = A.indices[A.indptr[row] : A.indptr[row + 1]]
        for c in cells:
            if price[c] > 0 or asked.primary[c]:
                ids = np.concatenate([cells[cells != c], [c]]).astype(np.int32)
                values = np.concatenate([np.ones(len(cells) - 1), [-1.0]])
                program.addRow(0.0, highspy.kHighsInf, len(ids), ids, values)
    return program


def _chosen(master: highspy.Highs, n: int, whole: bool, seconds: float) -> tuple[Array, float]:
    """Return the cheapest pattern that meets all cuts so far, whole or fractional, and what any costs at least."""
    kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
    master.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, kind))
    master.setOptionValue("time_limit", master.getRunTime() + max(seconds, 0.1))
    master.run()
    info = master.getInfo()
    y = np.clip(np.array(master.getSolution().col_value), 0.0, 1.0)
    return y, float(info.mip_dual_bound if whole else info.objective_function_value)


def _proving() -> highspy.Highs:
    program = quiet_solver()
    program.setOptionValue("mip_rel_gap", PROVEN)
    return program
