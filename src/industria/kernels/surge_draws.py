"""Plans for a surge whose demand, yields, leads and inputs are drawn many times over."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, block_diag, csr_array

from industria.kernels.surge_given import GivenStarts
from industria.kernels.surge_program import Statement, SurgeProgram, possible_starts, statement
from industria.kernels.surge_relaxation import TRACE, relaxation
from industria.kernels.surge_solution import NEAR, neighbors, whole

__all__ = ["Averaged", "Outcomes", "Starts", "World", "here_and_now", "outcomes"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Starts: TypeAlias = tuple[Ids, Ids]

# Variables of a program with whole starts over several draws, and starts in it.
AVERAGED: Final = 600
CANDIDATES: Final = 1_000
# Of the sets of starts that are best for some draws, so many are tried on all, those found most often.
TRIED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What turned out in one draw, in the shapes of `SurgeProgram`.

    Attributes
    ----------
    d : array, shape (P, T)
        Demand.
    good : array, shape (A,)
        Yield.
    lead : array of int, shape (A,)
        Weeks from start to first output. Certifications are booked as planned.
    supply : array, shape (K, T)
        Inputs that arrive.
    """

    d: Array
    good: Array
    lead: Ids
    supply: Array

    def of(self, surge: SurgeProgram) -> SurgeProgram:
        """Return the surge as it turned out."""
        return replace(surge, d=self.d, good=self.good, lead=self.lead, supply=self.supply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What starts lead to, draw by draw.

    Attributes
    ----------
    loss : array, shape (N,)
        Weighted units unmet.
    delivered, unmet, output : array, shape (N, P, T)
        Units; output is the good output of pivots.
    """

    loss: Array
    delivered: Array
    unmet: Array
    output: Array


def outcomes(surge: SurgeProgram, worlds: Sequence[World], starts: Sequence[Starts]) -> Outcomes:
    """Find the best output in every draw, for given starts; of equal ones that which delivers earliest.

    Parameters
    ----------
    surge : SurgeProgram
        As planned.
    worlds : sequence of World
        The N draws.
    starts : sequence of pairs of arrays
        Option and week of the starts in each of them.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    used = np.unique(np.concatenate([a for a, _ in starts]))
    surge = surge.only(used)
    drawn = [replace(world, good=world.good[used], lead=world.lead[used]).of(surge) for world in worlds]
    given = GivenStarts.of(surge, drawn)
    each = zip(drawn, starts, strict=True)
    x, u = given.solved([given.draw(one, np.searchsorted(used, a), q) for one, (a, q) in each])
    d = np.stack([one.d for one in drawn])
    waiting = np.zeros_like(u)
    if surge.backlog:
        waiting[:, :, 1:] = u[:, :, :-1]
    made = given.good_output(x, drawn)
    return Outcomes(loss=(u * surge.loss).sum(axis=(1, 2)), delivered=d + waiting - u, unmet=u, output=made)


@dataclass(frozen=True, slots=True)
class Averaged:
    """Starts that lose little on average, and what none can fall below.

    Attributes
    ----------
    a, q : array of int
        Option and week.
    draws : int
        How many draws were looked at together.
    bound : float
        No starts that are the same in every draw lose less on average over all draws.
    stopped : bool
        Whether the time was over before the search was.
    """

    a: Ids
    q: Ids
    draws: int
    bound: float
    stopped: bool


def here_and_now(
    surge: SurgeProgram, worlds: Sequence[World], planned: Starts, *, gap: float, time_limit: float
) -> Averaged:
    """Choose one set of starts that loses little on average, output following each draw.

    The sample average program: starts are shared, everything else stands once a draw.
    It takes as many draws as fit a program of some hundred variables, so the draws are
    looked at in groups. What is best for a group is tried on all draws. Starts that are
    the same in all draws are the same in a group, so the mean over the groups of what is least in
    each bounds them. Where there are very many starts, those that the draws' relaxations
    use are looked at, for one group, and the relaxations are the bound.

    Parameters
    ----------
    surge : SurgeProgram
        As planned.
    worlds : sequence of World
        The draws.
    planned : pair of arrays
        Option and week of the starts of the plan, which stay where nothing better is found.
    gap : float
        How far from the best the average over a group may be; .15 percent at least.
    time_limit : float
        Seconds.

    Raises
    ------
    ConvergenceError
        If the solver gives up.
    """
    end = time.monotonic() + time_limit
    a, q = possible_starts(replace(surge, lead=np.min([world.lead for world in worlds], axis=0)))
    width = len(statement(surge, (a[:0], q[:0])).c)
    n = int(np.clip(AVERAGED // width, min(4, len(worlds)), len(worlds)))
    every = len(a) <= CANDIDATES
    if not every:
        a, q = _candidates(surge, worlds[:n], planned)
    found: Counter[tuple[int, ...]] = Counter()
    least, stopped = 0.0, False
    for first in range(0, len(worlds), n):
        group, left = worlds[first : first + n], end - time.monotonic()
        best = None
        if left > 0 and (every or first == 0):
            program = _averaged(surge, [statement(world.of(surge), (a, q)) for world in group])
            best = whole(program, max(gap, NEAR), left)
            if best.x is not None:
                found[tuple(np.flatnonzero(best.x[program.places["y"]] > 0.5).tolist())] += 1
        stopped |= left <= 0 or (best is not None and best.status == 1)
        if every and best is not None and best.status == 0:
            # Without anything to start this is a linear program, and the solver tells no bound.
            least += len(group) * float(best.mip_dual_bound if len(a) else best.fun)
        else:
            least += sum(relaxation(statement(world.of(surge))).objective for world in group)
    sets = [planned, *((a[list(made)], q[list(made)]) for made, _ in found.most_common(TRIED))]
    means = [float(outcomes(surge, worlds, [starts] * len(worlds)).loss.mean()) for starts in sets]
    k = int(np.argmin(means))
    return Averaged(*sets[k], n, min(least / len(worlds), means[k]), stopped)


def _candidates(surge: SurgeProgram, worlds: Sequence[World], planned: Starts) -> Starts:
    """List the starts of the plan, those that the relaxation of any draw uses, and those a week beside."""
    T = surge.d.shape[1]
    wanted = [planned[0] * T + planned[1]]
    for world in worlds:
        program = statement(world.of(surge))
        used = relaxation(program).starts > TRACE
        used |= neighbors((program.a, program.q), used, T)
        wanted.append((program.a * T + program.q)[used])
    cells = np.unique(np.concatenate(wanted))
    return cells // T, cells % T


def _averaged(surge: SurgeProgram, programs: Sequence[Statement]) -> Statement:
    """Lay the programs of several draws beside each other behind their common starts."""
    first, n = programs[0], len(programs)
    y = first.places["y"].stop
    own = np.diff(first.A[:, y:].indptr) > 0
    shared = csr_array(first.A[~own][:, :y])
    starts = block_array([[program.A[own][:, :y]] for program in programs])
    flows = block_diag([program.A[own][:, y:] for program in programs])
    balances = block_diag([program.E[:, y:] for program in programs])
    return replace(
        first,
        places={"y": slice(0, y)},
        rows={},
        c=np.concatenate([np.zeros(y), *(program.c[y:] / n for program in programs)]),
        A=csr_array(block_array([[shared, None], [starts, flows]], format="csr")),
        b=np.concatenate([first.b[~own], *(program.b[own] for program in programs)]),
        E=csr_array(block_array([[csr_array((balances.shape[0], y)), balances]], format="csr")),
        e=np.concatenate([program.e for program in programs]),
        upper=np.concatenate([np.ones(y), *(program.upper[y:] for program in programs)]),
    )
