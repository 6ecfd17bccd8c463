"""The relaxation of a surge, starts in parts allowed: a bound for every plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult, linprog

from industria.errors import ConvergenceError
from industria.kernels.surge_prices import Prices, prices_of, reduced_costs
from industria.kernels.surge_program import Statement, SurgeProgram, possible_starts, statement

__all__ = ["TRACE", "Flows", "Relaxed", "flows_of", "relaxation", "relaxed"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

# A start that the relaxation uses less than this is a rounding error of its solver.
TRACE: Final = 1e-9
# So many starts are looked at together; of more, those come in by and by that would lower the loss.
AT_ONCE: Final = 20_000
# One option in so many is in the sample that tells where to begin; so many, or this part of them, come in a turn.
EVERY: Final = 10
TURN: Final = 2_000
PART: Final = 0.2
# What counts as a gain of all actors together by other starts, and where the search ends, relative to the loss.
GAIN: Final = 1e-8
GAP: Final = 1e-5


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
    """

    objective: float
    starts: Array
    x: Array
    z: Array
    s: Array
    u: Array
    m: Array
    prices: Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """A surge with starts in parts.

    Attributes
    ----------
    program : Statement
        Of the starts that came into question, all others being 0.
    flows : Flows
        Its solution.
    bound : float
        No plan loses less.
    a, q : array of int, shape (n,)
        Option and week of every start that there may be, in this order.
    part : array, shape (n,)
        How much of each is made.
    reduced : array, shape (n,)
        What the loss would rise by at the least with one of them, where it is not made.
    stopped : bool
        Whether the time was over before the bound was as high as the loss.
    """

    program: Statement
    flows: Flows
    bound: float
    a: Ids
    q: Ids
    part: Array
    reduced: Array
    stopped: bool


def relaxation(program: Statement) -> Flows:
    """Solve a statement with starts in parts; its objective is a bound for every plan.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    return flows_of(program, _solved(program))


def relaxed(surge: SurgeProgram, time_limit: float = np.inf) -> Relaxed:
    """Solve a surge with starts in parts.

    Where there are very many starts, some are looked at first: those that a sample of
    the options uses, each for those that are most like it. At their prices all other
    starts are valued, and those come in that would lower the loss, until there are none. What they
    could gain at the most, taken off the loss, is a bound at any time.

    Parameters
    ----------
    surge : SurgeProgram
        What is asked.
    time_limit : float
        Seconds, after which no further starts come in.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    a, q = possible_starts(surge)
    program, found, reduced, bound, stopped = _valued(surge, time.monotonic() + time_limit)
    flows = flows_of(program, found)
    part = np.zeros(reduced.shape)
    part[program.a, program.q] = flows.starts
    return Relaxed(
        program=program,
        flows=flows,
        bound=min(bound, flows.objective),
        a=a,
        q=q,
        part=part[a, q],
        reduced=np.maximum(reduced, 0.0)[a, q],
        stopped=stopped,
    )


def _valued(surge: SurgeProgram, end: float) -> tuple[Statement, OptimizeResult, Array, float, bool]:
    """Solve with the starts that matter, and value all others at the prices.

    Returns
    -------
    tuple
        Statement, its solution, what each start would raise the loss by, bound, whether the time was over.
    """
    a, q = possible_starts(surge)
    bare = statement(surge, (a[:0], q[:0]))
    if len(a) <= AT_ONCE:
        program = statement(surge, (a, q))
        found = _solved(program)
        # Nothing is left out, so the loss itself is the bound.
        return program, found, reduced_costs(surge, bare, program, found), np.inf, False
    allowed = np.zeros((len(surge.p), surge.d.shape[1]), bool)
    allowed[a, q] = True
    inside, bound, actors = _first(surge, bare, allowed, end), 0.0, int(surge.f.max()) + 1
    program = statement(surge, _listed(inside))
    found = _solved(program)
    most = max(TURN, int(PART * len(surge.p)))
    while True:
        reduced = reduced_costs(surge, bare, program, found)
        gain = np.where(allowed & ~inside, -reduced, -np.inf)
        best = np.zeros(actors)
        np.maximum.at(best, surge.f, gain.max(axis=1))
        # An actor whose price rises by the best gain leaves no start that gains: prices that bound every plan.
        bound = max(bound, float(found.fun - surge.pivots * best.sum()))
        new = gain > GAIN * max(1.0, abs(found.fun)) / actors
        if not new.any() or found.fun - bound <= GAP * max(1.0, bound):
            return program, found, reduced, bound, False
        if new.sum() > most:
            new &= gain >= best[surge.f][:, None] / 2
        if new.sum() > most:
            new &= gain >= np.partition(gain[new], -most)[-most]
        left = end - time.monotonic()
        wider = statement(surge, _listed(inside | new))
        better = _solved(wider, left) if left > 0 else None
        if better is None or better.status == 1:
            return program, found, reduced, bound, True
        inside, program, found = inside | new, wider, better


def _listed(inside: Truth) -> tuple[Ids, Ids]:
    a, q = np.nonzero(inside)
    return a, q


def _first(surge: SurgeProgram, bare: Statement, allowed: Truth, end: float) -> Truth:
    """Choose the starts to begin with: those of a sample, in which every option stands for the ones like it."""
    A, T = allowed.shape
    taken = (surge.at_start + surge.at_certification).sum(axis=1) / np.maximum(surge.capacity, TRACE)
    order = np.lexsort((taken, surge.lead, surge.good, surge.p))
    sample = order[EVERY // 2 :: EVERY]
    few = surge.only(sample)
    few = replace(
        few,
        capacity=few.capacity * EVERY,
        at_start=few.at_start * EVERY,
        at_certification=few.at_certification * EVERY,
    )
    program, found, *_ = _valued(few, end)
    used = np.zeros((len(sample), T), bool)
    used[program.a, program.q] = found.x[program.places["y"]] > TRACE
    inside = np.zeros((A, T), bool)
    inside[order] = used[np.minimum(np.arange(A) // EVERY, len(sample) - 1)]
    gain = np.where(allowed, -reduced_costs(surge, bare, program, found, actors=False), -np.inf)
    best = gain.argmax(axis=1)
    inside[np.arange(A), best] |= gain[np.arange(A), best] > GAIN * max(1.0, abs(found.fun)) / A
    return inside & allowed


def _solved(program: Statement, time_limit: float = np.inf) -> OptimizeResult:
    limits = np.column_stack([np.zeros(len(program.c)), program.upper])
    options = {} if time_limit == np.inf else {"time_limit": time_limit}
    found = linprog(program.c, program.A, program.b, program.E, program.e, limits, method="highs", options=options)
    if found.status not in ((0,) if time_limit == np.inf else (0, 1)):
        raise ConvergenceError("the plan", 0, f"the solver says: {found.message}")
    return found


def flows_of(program: Statement, found: OptimizeResult, prices: Prices | None = None) -> Flows:
    """Lay the solution of a linear program out by what it tells.

    Raises
    ------
    ConvergenceError
        If there is none.
    """
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
        prices=prices or prices_of(program, found),
    )
