"""Plans for a surge: proven, rounded with a certified gap, or relaxed; and the prices of what limits them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array, vstack

from industria.errors import ConvergenceError
from industria.kernels.surge_program import BY_OPTION, Statement, SurgeProgram, statement

__all__ = ["Flows", "Method", "Prices", "Solution", "fixed_flows", "neighbors", "relaxation", "solution", "whole"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
Method = Literal["exact", "relaxed", "rounded"]

# A start that the relaxation uses less than this is a rounding error of its solver.
TRACE: Final = 1e-9
# What the second look at a plan may lose of the first: far below the six decimals that are promised.
SLACK: Final = 1e-9
# Among plans of one loss and lateness, a unit of pivot output costs this part of the least loss of a unit.
LEAST: Final = 1e-4
# How long the earliest of equal plans is looked for: nodes, not seconds, so that every machine finds the same.
NODES: Final = 2000
# A rounded plan is looked for until it is as near to its bound as this, among so many starts beside those in use.
NEAR: Final = 1.5e-3
WIDER: Final = (0, 400, 1600, 6400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Loss avoided per further unit of what limits a plan, never below 0.

    Attributes
    ----------
    input : array, shape (K, T)
        Of arriving inputs.
    week : array
        Of resources in a week, as `Statement.weekly` lists them.
    total : array
        Of resources over all weeks, as `Statement.totals` lists them.
    incumbent : array, shape (P, T)
        Of capacity of incumbents.
    actor : array, shape (F,)
        Of one further pivot of an actor.
    stockpile : array, shape (P,)
        Of a unit in stock at the start.
    """

    input: Array
    week: Array
    total: Array
    incumbent: Array
    actor: Array
    stockpile: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """What is made, held and unmet, by week.

    Attributes
    ----------
    objective : float
        Loss.
    starts : array, shape (n_starts,)
        Part of every start that is made.
    x : array, shape (G, T)
        Gross output by class.
    z, s, u : array, shape (P, T)
        Output of incumbents, stock at the end of the week, unmet.
    m : array, shape (K, T)
        Stock of inputs at the end of the week.
    prices : Prices
        Of what limits it.
    reduced : array, shape (n_starts,)
        What a further part of a start would change, the sign left out.
    """

    objective: float
    starts: Array
    x: Array
    z: Array
    s: Array
    u: Array
    m: Array
    prices: Prices
    reduced: Array


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


def relaxation(program: Statement) -> Flows:
    """Solve a statement with starts in parts; its objective is a bound for every plan.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    limits = np.column_stack([np.zeros(len(program.c)), program.upper])
    return _flows(program, linprog(program.c, program.A, program.b, program.E, program.e, limits, method="highs"))


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
    flows = _flows(program, best)
    late = _lateness(surge, program, flows.objective)
    early = linprog(late.c, late.A, late.b, late.E, late.e, limits, method="highs")
    # No answer to the second question leaves that to the first.
    return program, flows if early.status != 0 else _flows(program, early, flows.prices)


def solution(
    surge: SurgeProgram,
    method: Method,
    *,
    gap: float,
    time_limit: float,
    program: Statement | None = None,
    loose: Flows | None = None,
) -> Solution:
    """Plan a surge.

    Parameters
    ----------
    surge : SurgeProgram
        What is asked.
    method : {"exact", "rounded", "relaxed"}
        `exact` proves the optimum; `rounded` keeps what the relaxation makes whole, chooses
        among the rest, and tells the gap to its bound; `relaxed` has no starts.
    gap : float
        How far from the bound a plan may be, relative to it.
    time_limit : float
        Seconds; the best plan so far is taken then.
    program : Statement, optional
        Of all starts, where it is written already.
    loose : Flows, optional
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
    end, program = time.monotonic() + time_limit, program or statement(surge)
    if method == "exact":
        return _in_order(surge, _exact(surge, program, loose, gap, end))
    loose = loose or relaxation(program)
    if method == "rounded":
        return _in_order(surge, _rounded(surge, program, loose, max(gap, NEAR), end))
    none = np.zeros(0, np.int64)
    return Solution(method=method, bound=loose.objective, a=none, q=none)


def _exact(surge: SurgeProgram, program: Statement, loose: Flows | None, gap: float, end: float) -> Solution:
    """Prove an optimum, then look among its equals for the earliest; round where the time is over without a plan."""
    found = whole(program, gap, _left(end))
    if found.status not in (0, 1):
        raise ConvergenceError("the plan", 0, f"the solver says: {found.message}")
    if found.x is None:
        rounded = _rounded(surge, program, loose or relaxation(program), max(gap, NEAR), end)
        return replace(rounded, stopped=True)
    # Without anything to start this is a linear program, and the solver tells no bound.
    bound = float(found.fun) if not len(program.a) else float(found.mip_dual_bound or 0.0)
    if loose is not None:
        bound = max(bound, loose.objective)
    if found.status == 0 and _left(end) > 0:
        early = whole(_lateness(surge, program, found.fun), gap, _left(end), nodes=NODES)
        found.x = found.x if early.x is None else early.x
    made = np.flatnonzero(found.x[program.places["y"]] > 0.5)
    return Solution(method="exact", bound=bound, a=program.a[made], q=program.q[made], stopped=found.status == 1)


def _left(end: float) -> float:
    """Tell the seconds that are left."""
    return max(0.0, end - time.monotonic())


def _in_order(surge: SurgeProgram, found: Solution) -> Solution:
    """Let the first actors start first, among options that differ in their actors alone."""
    names = [name for name in BY_OPTION if name != "f"]
    alike: dict[bytes, list[int]] = {}
    for option in np.argsort(surge.f, kind="stable").tolist():
        alike.setdefault(b"".join(getattr(surge, name)[option].tobytes() for name in names), []).append(option)
    weeks: dict[int, set[int]] = {}
    for option, week in zip(found.a.tolist(), found.q.tolist(), strict=True):
        weeks.setdefault(option, set()).add(week)
    pivots = np.bincount(surge.f[found.a], minlength=int(surge.f.max(initial=-1)) + 1)

    def passed_on(option: int, week: int, before: list[int]) -> bool:
        """Hand a start to an actor further ahead, who may make one more, or else gives a later one for it."""
        for other in before:
            theirs = weeks.setdefault(other, set())
            later = {q for q in theirs if q > week} - weeks[option]
            one_more = pivots[surge.f[other]] < surge.pivots
            if week in theirs or surge.f[other] == surge.f[option] or not (one_more or later):
                continue
            weeks[option].remove(week)
            theirs.add(week)
            if later:
                theirs.remove(min(later))
                weeks[option].add(min(later))
            else:
                pivots[surge.f[other]] += 1
                pivots[surge.f[option]] -= 1
            return True
        return False

    # Each turn brings an earlier week to an actor further ahead, so there is an end.
    groups = [options for options in alike.values() if len(options) > 1]
    moved = True
    while moved:
        moved = False
        for options in groups:
            place = {option: i for i, option in enumerate(options)}
            for week, option in sorted((q, o) for o in options for q in weeks.get(o, ())):
                if week in weeks[option]:
                    moved |= passed_on(option, week, options[: place[option]])
    starts = sorted((option, week) for option, found_weeks in weeks.items() for week in found_weeks)
    a, q = np.array(starts, np.int64).reshape(-1, 2).T
    return replace(found, a=a, q=q)


def _rounded(surge: SurgeProgram, program: Statement, loose: Flows, gap: float, end: float) -> Solution:
    """Choose again among the starts in parts and ever more of the others.

    What is left of a relaxation is a knapsack with few coupling rows, so few starts
    are in parts. First those that it makes whole are held; where that is too coarse they may
    give way, and actors with a start in parts may start whenever they can. Which others
    come next, their reduced costs tell.
    """
    bound, y = loose.objective, loose.starts
    full, parts = y > 1 - TRACE, (y > TRACE) & (y <= 1 - TRACE)
    order = np.argsort(loose.reduced, kind="stable")
    free = full | parts | np.isin(surge.f[program.a], surge.f[program.a[parts]])
    rounds = [(full | parts | neighbors(program, parts), full & ~neighbors(program, parts))]
    for more in WIDER:
        free[order[:more]] = True
        rounds.append((free.copy(), np.zeros(len(y), bool)))
    best, least, stopped = np.zeros(0, np.int64), np.inf, False
    for allowed, held in rounds:
        kept = np.flatnonzero(allowed)
        near = statement(surge, (program.a[kept], program.q[kept]))
        found = whole(near, gap / 2, max(1.0, _left(end)), held=held[kept])
        if found.x is not None and found.fun < least:
            best, least = kept[found.x[near.places["y"]] > 0.5], found.fun
        stopped = time.monotonic() > end
        if least - bound <= gap * max(bound, 1.0) or stopped:
            break
    return Solution(method="rounded", bound=bound, a=program.a[best], q=program.q[best], stopped=stopped)


def neighbors(program: Statement, starts: Truth) -> Truth:
    """Tell the starts a week before and after some."""
    T = program.weeks
    wanted = (program.a * T + program.q)[starts]
    return np.isin(program.a * T + program.q, np.concatenate([wanted - 1, wanted + 1]))


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


def _flows(program: Statement, found: OptimizeResult, prices: Prices | None = None) -> Flows:
    if found.status != 0:
        raise ConvergenceError("the plan", 0, f"the solver says: {found.message}")
    values = np.maximum(found.x, 0.0)

    def by_week(name: str) -> Array:
        return np.asarray(values[program.places[name]].reshape(-1, program.weeks))

    return Flows(
        objective=float(program.c @ values),
        starts=values[program.places["y"]],
        x=by_week("x"),
        z=by_week("z"),
        s=by_week("s"),
        u=by_week("u"),
        m=by_week("m"),
        prices=prices or _prices(program, found),
        reduced=np.abs(found.lower.marginals + found.upper.marginals)[program.places["y"]],
    )


def _prices(program: Statement, found: OptimizeResult) -> Prices:
    below, exact, upper = -found.ineqlin.marginals, -found.eqlin.marginals, -found.upper.marginals
    at, T = program.rows, program.weeks

    def positive(values: Array) -> Array:
        return np.maximum(values, 0.0) + 0.0

    # What spoils stands on the right of two kinds of rows, and one more unit moves all of them.
    stockpile = exact[at["product"]].reshape(-1, T)[:, 0].copy()
    still = program.opening >= 0
    np.add.at(stockpile, program.opening[still], below[at["shelf"]][still])
    return Prices(
        input=positive(exact[at["input"]]).reshape(-1, T),
        week=positive(below[at["week"]]),
        total=positive(below[at["total"]]),
        incumbent=positive(upper[program.places["z"]]).reshape(-1, T),
        actor=positive(below[at["actor"]]),
        stockpile=positive(stockpile),
    )
