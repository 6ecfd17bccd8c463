"""The best output for starts that are given, in many versions of one surge side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, block_diag, csr_array

from industria.errors import ConvergenceError
from industria.kernels.surge_program import Statement, SurgeProgram, output_by_week, statement

__all__ = ["Draw", "GivenStarts"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

# A unit unmet a week earlier costs this much more: enough to choose the earliest of
# equal plans, too little to lose a unit for it.
EARLY: Final = 1e-5
# And a gross unit of pivots costs this part of the least loss of a unit, so that nothing is made for nobody.
LEAST: Final = 1e-6
# What the least loss of a unit is to the solver: large against its tolerance, 1e-7.
SCALE: Final = 10.0
# Variables of one linear program: draws are solved side by side up to this many.
SIDE_BY_SIDE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw as a linear program: matrix, lower and upper ends of its rows, upper bounds."""

    M: csr_array
    low: Array
    high: Array
    upper: Array


@dataclass(frozen=True, slots=True)
class GivenStarts:
    """The program of output for given starts, of which draws change little.

    Starts that are given are no variables, so what they can make is a bound on output;
    only bounds, right-hand sides and yields change from draw to draw.

    Attributes
    ----------
    surge : SurgeProgram
        As planned.
    program : Statement
        Of it, without starts.
    rows : array of int
        Of `program.A`, those that bind output.
    M : array, shape (n_rows, n)
        These rows, and below them those of E.
    c : array, shape (n,)
        What the solver makes least.
    at : array of int
        Entries of M that are yields.
    member : array of int, shape (G,)
        An option of each class.
    """

    surge: SurgeProgram
    program: Statement
    rows: Ids
    M: csr_array
    c: Array
    at: Ids
    member: Ids

    @classmethod
    def of(cls, surge: SurgeProgram, drawn: Sequence[SurgeProgram]) -> GivenStarts:
        """Write it; options are in one class where they have one yield in every draw."""
        yields = np.column_stack([one.good for one in drawn])
        _, apart = np.unique(yields, axis=0, return_inverse=True)
        none = np.zeros(0, np.int64)
        program = statement(replace(surge, good=np.ones(len(surge.p))), (none, none), apart=apart.ravel())
        capacity = program.rows["capacity"]
        # Limits that no output touches were kept when the starts were chosen.
        touched = np.flatnonzero(np.diff(program.A.indptr))
        rows = touched[touched >= capacity.stop]
        M = csr_array(block_array([[program.A[rows]], [program.E]], format="csr"))
        x = program.places["x"]
        n_shelf = program.rows["shelf"]
        balance = np.concatenate([(rows >= n_shelf.start) & (rows < n_shelf.stop), np.zeros(program.E.shape[0], bool)])
        balance[len(rows) :][program.rows["product"]] = True
        line = np.repeat(np.arange(M.shape[0]), np.diff(M.indptr))
        at = np.flatnonzero(balance[line] & (M.indices < x.stop))
        member = np.zeros(x.stop // program.weeks, np.int64)
        member[program.g] = np.arange(len(program.g))
        T = program.weeks
        c = np.zeros(len(program.c))
        least = surge.w[surge.w > 0].min(initial=np.inf)
        unit = SCALE / (least if np.isfinite(least) else 1.0)
        c[program.places["u"]] = unit * (surge.loss * (1.0 + EARLY * (T - np.arange(T)))).ravel()
        c[x] = SCALE * LEAST
        return cls(surge, program, rows, M, c, at, member)

    def draw(self, drawn: SurgeProgram, a: Ids, q: Ids) -> Draw:
        """Write the program of one draw."""
        surge, program, T = self.surge, self.program, self.program.weeks
        k, t, units = output_by_week(drawn, a, q)
        upper = program.upper.copy()
        x = program.places["x"]
        upper[x] = np.bincount(program.g[a[k]] * T + t, units, x.stop)
        need = -drawn.d
        need[:, 0] += surge.stockpile
        e = np.concatenate([need.ravel(), drawn.supply.ravel()])
        M = self.M.copy()
        M.data[self.at] = -drawn.good[self.member[M.indices[self.at] // T]]
        b = (program.b - self._taken(a, q))[self.rows]
        return Draw(M, np.concatenate([np.full(len(b), -np.inf), e]), np.concatenate([b, e]), upper)

    def _taken(self, a: Ids, q: Ids) -> Array:
        """Add up what starts take of the limits, by row of A."""
        surge, program = self.surge, self.program
        used, T = np.zeros(surge.limit.shape), program.weeks
        for when, takes in ((q, surge.at_start), (q + surge.certification[a], surge.at_certification)):
            inside = when < T
            np.add.at(used.T, when[inside], takes[a[inside]])
        taken = np.zeros(len(program.b))
        taken[program.rows["week"]] = used[program.weekly]
        taken[program.rows["total"]] = (surge.at_start[a] + surge.at_certification[a]).sum(axis=0)[program.totals]
        return taken

    def solved(self, draws: Sequence[Draw]) -> tuple[Array, Array]:
        """Solve draws, as many side by side as the solver takes well.

        Returns
        -------
        tuple
            Gross output by class, shape (N, G, T), and what is unmet, shape (N, P, T).

        Raises
        ------
        ConvergenceError
            If the solver gives up.
        """
        some = max(1, SIDE_BY_SIDE // len(self.c))
        parts = [self._together(draws[low : low + some]) for low in range(0, len(draws), some)]
        x, u = (np.concatenate(values) for values in zip(*parts, strict=True))
        return x, u

    def _together(self, draws: Sequence[Draw]) -> tuple[Array, Array]:
        """Solve draws as one program."""
        n, T = len(draws), self.program.weeks
        M = block_diag([draw.M for draw in draws], format="csr")
        low, high = np.concatenate([draw.low for draw in draws]), np.concatenate([draw.high for draw in draws])
        upper, rows = np.concatenate([draw.upper for draw in draws]), LinearConstraint(M, low, high)
        # Nothing is left to presolve: starts are gone already.
        found = milp(np.tile(self.c, n), bounds=Bounds(0.0, upper), constraints=rows, options={"presolve": False})
        if found.status != 0:
            raise ConvergenceError("the draws of the plan", 0, f"the solver says: {found.message}")
        values = np.maximum(found.x.reshape(n, -1), 0.0)
        x, u = (values[:, self.program.places[name]].reshape(n, -1, T) for name in "xu")
        return x, u

    def good_output(self, x: Array, drawn: Sequence[SurgeProgram]) -> Array:
        """Add gross output up to good output by product, shape (N, P, T)."""
        made = np.zeros((len(drawn), *self.surge.d.shape))
        good = np.stack([one.good for one in drawn])[:, self.member]
        for group, product in enumerate(self.surge.p[self.member]):
            made[:, product] += good[:, [group]] * x[:, group]
        return made
