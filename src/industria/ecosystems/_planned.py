"""A surge solved: the plan as a result."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np

from industria.core.result import Result
from industria.core.table import Table, collect
from industria.ecosystems._binding import binding_table, price_table
from industria.ecosystems._plan import (
    TRACE,
    Solved,
    input_table,
    pivot_table,
    product_table,
    production_table,
    resource_table,
    spread,
)
from industria.ecosystems._surge import Certification, Surge, Unlisted, Unmet, surge_of
from industria.ecosystems._surge_tables import SurgeTables
from industria.ecosystems._week_tables import table_of
from industria.errors import ChoiceError, ParameterRangeError, UsageError
from industria.kernels.surge_program import SurgeProgram, class_count, possible_starts
from industria.kernels.surge_relaxation import Relaxed, relaxed
from industria.kernels.surge_solution import NEAR, Method, Solution, fixed_flows, in_order, solution

Solver = Literal["auto", "exact", "relaxed", "rounded"]
# More starts than this are rounded: proofs take minutes.
EXACT: Final = 3000
# Nor is a proof begun over more than these: it would not fit into memory.
MOST_WHOLE: Final = 250_000
# Output is planned by class of options and week; so many are solved in minutes and within four gigabytes.
MOST_CLASSES: Final = 150_000
# A pivot that makes no more than this part of one week's capacity makes nothing: the solver is no more exact.
IDLE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SurgePlan(Result):
    """A plan, and what holds it back.

    Attributes
    ----------
    table : Table
        `product, week, demand, delivered, unmet, pivot_output, incumbent_output, stock`.
    objective : float
        Units unmet, weighted; the bound where the plan is relaxed.
    bound : float
        No plan does better.
    gap : float
        Objective above bound, over the larger of bound and 1.
    method : str
        exact, rounded or relaxed.
    stopped : bool
        Whether the time limit came before the end of the search.
    pivots : Table
        `actor, product, start_week, first_output_week, full_output_week, capacity, broker_hours, pivot_cost, output`.
    production : Table
        `actor, product, week, output` (gross).
    inputs : Table
        `input, week, supply, used, stock`.
    resources : Table
        `resource, week, available, used`; a limit over all weeks has no week.
    unlimited : Table
        `resource`: taken by pivots, limited by nobody.
    prices : Table
        `constraint, item, week, price, price_fixed`.
    binding : Table
        `week, constraint, item, value_share`, the largest first in each week.
    """

    objective: float
    bound: float
    gap: float
    method: str
    stopped: bool
    pivots: Table
    production: Table
    inputs: Table
    resources: Table
    unlimited: Table
    prices: Table
    binding: Table

    def _summary(self) -> str:
        """Write objective, bound and gap, and the pivots in the order of their starts."""
        gap = "0" if self.gap < 5e-7 else f"{self.gap:.2g}"
        mark = f"{self.method}, stopped by the time limit" if self.stopped else self.method
        lines = [f"objective {_plain(self.objective)}, bound {_plain(self.bound)}, gap {gap} ({mark})"]
        rows = sorted(collect(self.pivots).to_pylist(), key=lambda row: (row["start_week"], row["actor"]))
        lines += [f"{row['actor']} {row['product']} starts in week {row['start_week']}" for row in rows]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The keywords of `surge_plan`, which every measure that plans takes as well."""

    pivots_per_actor: int
    certification: Certification
    unmet: Unmet
    unlisted_inputs: Unlisted
    solver: Solver
    gap: float
    time_limit: float
    discount: float

    def surge(self, tables: SurgeTables) -> Surge:
        """Line the tables up; the errors are those of `surge_of`."""
        return surge_of(
            tables,
            pivots_per_actor=self.pivots_per_actor,
            certification=self.certification,
            unmet=self.unmet,
            unlisted_inputs=self.unlisted_inputs,
            discount=self.discount,
        )

    def plan(self, tables: SurgeTables) -> SurgePlan:
        """Solve a surge and lay the plan out as tables."""
        return _laid_out(self.solved(self.surge(tables)))

    def solved(self, surge: Surge, known: Solution | None = None) -> Solved:
        """Solve a surge; its relaxation is where the search for a plan begins.

        Starts that are known to be allowed spare the search where they are as near to the bound
        as it would bring them, and stand where it finds none that lose less.
        """
        self._refuse()
        method = self._method(surge.program)
        begun = time.monotonic()
        # What comes after a relaxation needs time as well.
        loose = relaxed(surge.program, self.time_limit if method == "relaxed" else self.time_limit / 2)
        kept = None if known is None else self._kept(surge, known, loose)
        near = self.gap if method == "exact" else max(self.gap, NEAR)
        if kept and kept.flows.objective - loose.bound <= near * max(loose.bound, 1.0):
            return _busy(kept)
        found = self._found(surge.program, method, loose, self.time_limit - (time.monotonic() - begun))
        if found.method == "relaxed":
            return Solved(surge, found, loose.program, loose.flows, loose.flows, loose.program)
        chosen, flows = fixed_flows(surge.program, found.a, found.q)
        if kept and kept.flows.objective < flows.objective * (1 - TRACE):
            return _busy(replace(kept, solution=replace(found, a=kept.solution.a, q=kept.solution.q)))
        return _busy(Solved(surge, found, chosen, flows, loose.flows, loose.program))

    def _kept(self, surge: Surge, known: Solution, loose: Relaxed) -> Solved:
        chosen, flows = fixed_flows(surge.program, known.a, known.q)
        found = replace(known, bound=loose.bound, stopped=loose.stopped)
        return Solved(surge, found, chosen, flows, loose.flows, loose.program)

    def starts(self, surge: SurgeProgram) -> Solution:
        """Choose starts and no more."""
        self._refuse()
        return self._found(surge, self._method(surge), None, self.time_limit)

    def _method(self, surge: SurgeProgram) -> Method:
        n, classes = len(possible_starts(surge)[0]), class_count(surge)
        if n > MOST_WHOLE and self.solver == "exact":
            raise UsageError(
                f"solver='exact' cannot prove a plan of {n:,} possible starts ({len(surge.p):,} options in "
                f"{surge.d.shape[1]} weeks); it takes {MOST_WHOLE:,}. Use solver='rounded', which tells "
                "how far from the optimum it is, or make one option of actors that are alike, or narrow earliest_week "
                "and latest_week."
            )
        if classes * surge.d.shape[1] > MOST_CLASSES:
            raise UsageError(
                f"the {len(surge.p):,} options differ in {classes:,} ways in product, yield and use per unit, over "
                f"{surge.d.shape[1]} weeks; a plan takes {MOST_CLASSES:,} ways times weeks. Round options.yield and "
                "uses.per_unit so that options share them, or make one option of actors that are alike."
            )
        if self.solver == "auto":
            return "exact" if n <= EXACT else "rounded"
        return self.solver

    def _found(self, surge: SurgeProgram, method: Method, loose: Relaxed | None, time_limit: float) -> Solution:
        return solution(surge, method, gap=self.gap, time_limit=max(time_limit, 0.0), loose=loose)

    def _refuse(self) -> None:
        if self.solver not in get_args(Solver):
            raise ChoiceError("solver", self.solver, get_args(Solver))
        if not self.gap >= 0:
            raise ParameterRangeError("gap", self.gap, "0 or more")
        if not self.time_limit > 0:
            raise ParameterRangeError("time_limit", self.time_limit, "more than 0 seconds")


def _busy(solved: Solved) -> Solved:
    """Leave out the pivots that make nothing: where nothing limits starts, a search is free to begin them."""
    program = solved.surge.program
    while True:
        k, _, _, made = spread(solved)
        a, q = solved.program.a, solved.program.q
        busy = np.bincount(k, made, len(a)) > IDLE * program.capacity[a]
        if busy.all():
            return solved
        found = in_order(program, replace(solved.solution, a=a[busy], q=q[busy]))
        chosen, flows = fixed_flows(program, found.a, found.q)
        if flows.objective > solved.flows.objective + TRACE * max(1.0, solved.flows.objective):
            return solved
        solved = replace(solved, solution=found, program=chosen, flows=flows)


def _laid_out(solved: Solved) -> SurgePlan:
    surge = solved.surge
    objective, bound = solved.flows.objective, min(solved.solution.bound, solved.flows.objective)
    return SurgePlan(
        table=product_table(solved),
        objective=objective,
        bound=bound,
        gap=(objective - bound) / max(bound, 1.0),
        method=solved.solution.method,
        stopped=solved.solution.stopped,
        pivots=pivot_table(solved),
        production=production_table(solved),
        inputs=input_table(solved),
        resources=resource_table(solved),
        unlimited=table_of({"resource": surge.unlimited}, surge.weeks, ()),
        prices=price_table(solved),
        binding=binding_table(solved),
    )


def _plain(number: float) -> str:
    """Write six decimals at most, and one at least: 547.0, 457.942708."""
    text = f"{number:.6f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text
