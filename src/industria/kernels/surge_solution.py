"""Plans for a surge: proven, or rounded with a certified gap."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array, vstack

from industria.errors import ConvergenceError
from industria.kernels.surge_alike import first_actors_first
from industria.kernels.surge_program import Statement, SurgeProgram, statement
from industria.kernels.surge_relaxation import TRACE, Flows, Relaxed, flows_of, relaxed

__all__ = ["NEAR", "Method", "Solution", "fixed_flows", "in_order", "neighbors", "solution", "whole"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
Method = Literal["exact", "relaxed", "rounded"]

# What the second look at a plan may lose of the first: far below the six decimals that are promised.
SLACK: Final = 1e-9
# Among plans of one loss and lateness, a unit of pivot output costs this part of the least loss of a unit.
LEAST: Final = 1e-4
# How long the earliest of equal plans is looked for: nodes, not seconds, so that every machine finds the same.
NODES: Final = 2000
# A rounded plan is looked for until it is as near to its bound as this, among so many starts beside those in use,
# so many nodes each time.
NEAR: Final = 1.5e-3
WIDER: Final = (0, 400)
LOOK: Final = 100
# Up to so many starts that a better plan could have, the bound is raised by a look at all of them.
RAISED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A plan, and how far from the best one it can be.

    Attributes
    ----------
    method : {"exact", "rounded", "relaxed"}
        How it was found.
    bound : float
        No plan loses less.
    a, q : array of int
        Option and week of every start; empty where relaxed.
    stopped : bool
        Whether the time was over before the gap was closed.
    """

    method: Method
    bound: float
    a: Ids
    q: Ids
    stopped: bool = False


def fixed_flows(surge: SurgeProgram, a: Ids, q: Ids) -> tuple[Statement, Flows]:
    """Find the best output for given starts; of equal ones that which delivers earliest and pivots least.

    Returns
    -------
    Statement and Flows
        The statement has these starts alone. Prices are those at given starts.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    program = statement(surge, (a, q))
    low = np.zeros(len(program.c))
    low[program.places["y"]] = 1.0
    limits = np.column_stack([low, program.upper])
    best = linprog(program.c, program.A, program.b, program.E, program.e, limits, method="highs")
    flows = flows_of(program, best)
    late = _lateness(surge, program, flows.objective)
    early = linprog(late.c, late.A, late.b, late.E, late.e, limits, method="highs")
    # No answer to the second question leaves that to the first.
    return program, flows if early.status != 0 else flows_of(program, early, flows.prices)


def solution(
    surge: SurgeProgram,
    method: Method,
    *,
    gap: float,
    time_limit: float,
    loose: Relaxed | None = None,
) -> Solution:
    """Plan a surge.

    Parameters
    ----------
    surge : SurgeProgram
        What is asked.
    method : {"exact", "rounded", "relaxed"}
        `exact` proves the optimum; `rounded` keeps what the relaxation makes whole, chooses
        among the rest, and raises the bound where the gap is not small yet; `relaxed` has no starts.
    gap : float
        How far from the bound a plan may be, relative to it.
    time_limit : float
        Seconds; the best plan so far is taken then.
    loose : Relaxed, optional
        Its relaxation, where it is solved already.

    Returns
    -------
    Solution
        Its starts obey all limits. Among options that differ in their actors alone, the first actors start first.
        An exact plan that is not found in time is a rounded one.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    end = time.monotonic() + time_limit
    if method == "exact":
        return in_order(surge, _exact(surge, loose, gap, end))
    loose = loose or relaxed(surge, time_limit)
    if method == "rounded":
        return in_order(surge, _rounded(surge, loose, max(gap, NEAR), end))
    none = np.zeros(0, np.int64)
    return Solution(method=method, bound=loose.bound, a=none, q=none, stopped=loose.stopped)


def _exact(surge: SurgeProgram, loose: Relaxed | None, gap: float, end: float) -> Solution:
    """Prove an optimum, then look among its equals for the earliest; round where the time is over without a plan."""
    every = loose is not None and len(loose.program.a) == len(loose.a)
    program = loose.program if loose is not None and every else statement(surge)
    found = whole(program, gap, _left(end))
    if found.status not in (0, 1):
        raise ConvergenceError("the plan", 0, f"the solver says: {found.message}")
    if found.x is None:
        rounded = _rounded(surge, loose or relaxed(surge, _left(end)), max(gap, NEAR), end)
        return replace(rounded, stopped=True)
    # Without anything to start this is a linear program, and the solver tells no bound.
    bound = float(found.fun) if not len(program.a) else float(found.mip_dual_bound or 0.0)
    if loose is not None:
        bound = max(bound, loose.bound)
    if found.status == 0 and _left(end) > 0:
        early = whole(_lateness(surge, program, found.fun), gap, _left(end), nodes=NODES)
        found.x = found.x if early.x is None else early.x
    made = np.flatnonzero(found.x[program.places["y"]] > 0.5)
    return Solution(method="exact", bound=bound, a=program.a[made], q=program.q[made], stopped=found.status == 1)


def _left(end: float) -> float:
    """Tell the seconds that are left."""
    return max(0.0, end - time.monotonic())


def in_order(surge: SurgeProgram, found: Solution) -> Solution:
    """Let the first actors start first, among options that differ in their actors alone."""
    a, q = first_actors_first(surge, found.a, found.q)
    return replace(found, a=a, q=q)


def _rounded(surge: SurgeProgram, loose: Relaxed, gap: float, end: float) -> Solution:
    """Choose again among the starts in parts and ever more of the others, then raise the bound.

    What is left of a relaxation is a knapsack with few coupling rows, so few starts
    are in parts. First those that it makes whole are held; where that is too coarse they may
    give way, and actors with a start in parts may start whenever they can. Which others
    come next, their reduced costs tell. A start that costs more than the gap is in no better plan: the
    root of the tree over all others bounds every plan, by more than starts in parts do.
    """
    bound, y, starts = loose.bound, loose.part, (loose.a, loose.q)
    full, parts = y > 1 - TRACE, (y > TRACE) & (y <= 1 - TRACE)
    beside = neighbors(starts, parts, surge.d.shape[1])
    free = full | parts | np.isin(surge.f[loose.a], surge.f[loose.a[parts]])
    rounds = [(full | parts | beside, full & ~beside)]
    order = np.argsort(loose.reduced, kind="stable")
    for more in () if loose.stopped else WIDER:
        free[order[:more]] = True
        rounds.append((free.copy(), np.zeros(len(y), bool)))
    # Whole starts of the relaxation obey all limits, whatever the search finds.
    best, least = np.flatnonzero(full), np.inf
    for allowed, held in rounds:
        kept, found = _among(surge, starts, allowed, gap / 2, end, LOOK, held)
        if found.x is not None and found.fun < least:
            best, least = kept[found.x[: len(kept)] > 0.5], float(found.fun)
        if least - bound <= gap * max(bound, 1.0) or _left(end) == 0:
            break
    possible = loose.reduced <= least - bound
    if (
        np.isfinite(least)
        and least - bound > gap * max(bound, 1.0)
        and possible.sum() <= RAISED
        and _left(end) > 0
        and not loose.stopped
    ):
        kept, found = _among(surge, starts, possible, gap / 2, end, 1)
        if found.x is not None and found.fun < least:
            best, least = kept[found.x[: len(kept)] > 0.5], float(found.fun)
        bound = max(bound, min(least, float(found.mip_dual_bound or 0.0)))
    over = _left(end) == 0 and not least - bound <= gap * max(bound, 1.0)
    return Solution(method="rounded", bound=bound, a=loose.a[best], q=loose.q[best], stopped=loose.stopped or over)


def _among(
    surge: SurgeProgram,
    starts: tuple[Ids, Ids],
    allowed: Truth,
    gap: float,
    end: float,
    nodes: int,
    held: Truth | None = None,
) -> tuple[Ids, OptimizeResult]:
    """Choose among some of the starts; tell which these are."""
    kept = np.flatnonzero(allowed)
    near = statement(surge, (starts[0][kept], starts[1][kept]))
    return kept, whole(near, gap, max(1.0, _left(end)), held=None if held is None else held[kept], nodes=nodes)


def neighbors(starts: tuple[Ids, Ids], some: Truth, weeks: int) -> Truth:
    """Tell the starts of an option a week before and after some."""
    cells = starts[0] * weeks + starts[1]
    wanted = cells[some]
    return np.isin(cells, np.concatenate([wanted - 1, wanted + 1]))


def _lateness(surge: SurgeProgram, program: Statement, objective: float) -> Statement:
    """Ask among the plans of one loss for that which delivers earliest, and of these for that which pivots least."""
    T = program.weeks
    c = np.zeros(len(program.c))
    c[program.places["u"]] = (surge.loss * (T - np.arange(T))).ravel()
    c[program.places["x"]] = LEAST * float(surge.w.min(initial=1.0, where=surge.w > 0))
    within = objective + SLACK * max(1.0, abs(objective))
    rows = csr_array(vstack([program.A, csr_array(program.c[None, :])]))
    return replace(program, c=c, A=rows, b=np.append(program.b, within))


def whole(
    program: Statement, gap: float, time_limit: float, *, held: Truth | None = None, nodes: int | None = None
) -> OptimizeResult:
    """Solve a statement with whole starts, of which some are held."""
    low = np.zeros(len(program.c))
    if held is not None:
        low[program.places["y"]] = held
    whole = np.zeros(len(program.c))
    whole[program.places["y"]] = 1
    return milp(
        program.c,
        integrality=whole,
        bounds=Bounds(low, program.upper),
        constraints=[
            LinearConstraint(program.A, -np.inf, program.b),
            LinearConstraint(program.E, program.e, program.e),
        ],
        options={"mip_rel_gap": gap, "time_limit": time_limit, "node_limit": nodes},
    )
