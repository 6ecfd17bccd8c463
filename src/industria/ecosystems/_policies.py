"""Pivots of a surge by what is known when they start, and what they come to in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np

from industria.core.replicate import RNG, replicate
from industria.ecosystems._planned import Rules
from industria.ecosystems._uncertainty import Drawn, Uncertainty
from industria.kernels.surge_draws import Averaged, Outcomes, Starts, here_and_now, outcomes

Policy = Literal["fixed", "here_and_now", "wait_and_see"]
UNITS: Final = ("delivered", "unmet", "output")
# A mean loss must be lower by this part to be called lower: the solver's own errors are smaller.
LOWER: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Policies:
    """A policy and those before it, draw by draw.

    Attributes
    ----------
    drawn : list of Drawn
        What turned out.
    found : dict of str to Outcomes
        What each policy comes to.
    starts : dict of str to pair of arrays
        Its pivots, where they are the same in every draw.
    bounds : dict of str to float
        What no such policy falls below, mean over the draws.
    chosen : Averaged or None
        How the pivots of here_and_now were chosen.
    stopped : bool
        Whether a time limit came before the end of a search.
    """

    drawn: list[Drawn]
    found: dict[str, Outcomes]
    starts: dict[str, Starts]
    bounds: dict[str, float]
    chosen: Averaged | None
    stopped: bool


def policies_of(policy: Policy, uncertain: Uncertainty, rules: Rules, draws: int, rng: RNG) -> Policies:
    """Draw a surge, and look at a policy together with those before it.

    Raises
    ------
    UsageError
        If `rng` is no seed.
    ConvergenceError
        If the solver gives up.
    """
    program = uncertain.surge.program
    planned = rules.solved(uncertain.surge).solution
    looks = replicate(partial(_look, uncertain=uncertain, rules=rules, ahead=policy == "wait_and_see"), draws, rng=rng)
    worlds = [one.drawn.world for one in looks]
    plan, chosen = (planned.a, planned.q), None
    found, starts = {"fixed": outcomes(program, worlds, [plan] * draws)}, {"fixed": plan}
    if policy != "fixed":
        chosen = here_and_now(program, worlds, plan, gap=rules.gap, time_limit=rules.time_limit)
        adapted = outcomes(program, worlds, [(chosen.a, chosen.q)] * draws)
        better = adapted.loss.mean() < found["fixed"].loss.mean() * (1 - LOWER)
        found["here_and_now"] = adapted if better else found["fixed"]
        starts["here_and_now"] = (chosen.a, chosen.q) if better else plan
    if policy == "wait_and_see":
        seen = outcomes(program, worlds, [one.starts for one in looks])
        # Who sees the draw can also do what others do; plans within a gap of the best may lose more.
        found["wait_and_see"] = _least([seen, found["here_and_now"], found["fixed"]])
    stopped = planned.stopped or any(one.stopped for one in looks) or (chosen is not None and chosen.stopped)
    return Policies([one.drawn for one in looks], found, starts, _bounds(found, looks, chosen), chosen, stopped)


@dataclass(frozen=True, slots=True)
class _Look:
    """One draw, and the starts of who knows it."""

    drawn: Drawn
    starts: Starts
    bound: float
    stopped: bool


def _look(rng: np.random.Generator, *, uncertain: Uncertainty, rules: Rules, ahead: bool) -> _Look:
    drawn = uncertain.draw(rng)
    if not ahead:
        none = np.zeros(0, np.int64)
        return _Look(drawn, (none, none), 0.0, False)
    seen = rules.starts(drawn.world.of(uncertain.surge.program))
    return _Look(drawn, (seen.a, seen.q), seen.bound, seen.stopped)


def _least(those: Sequence[Outcomes]) -> Outcomes:
    """Take in every draw the outcome that loses least, the first of equal ones."""
    loss = np.stack([one.loss for one in those])
    best = np.argmin(np.where(loss <= loss.min(axis=0) * (1 + LOWER), 0, 1), axis=0)
    n = np.arange(len(best))
    units = {name: np.stack([getattr(one, name) for one in those])[best, n] for name in UNITS}
    return Outcomes(loss=loss.min(axis=0), **units)


def _bounds(found: dict[str, Outcomes], looks: Sequence[_Look], chosen: Averaged | None) -> dict[str, float]:
    """Bound each policy: who knows more loses no more, and none is bound above what was found of it."""
    bounds = {"fixed": float(found["fixed"].loss.mean())}
    if chosen is not None:
        bounds["here_and_now"] = chosen.bound
    if "wait_and_see" in found:
        bounds["wait_and_see"] = float(np.mean([one.bound for one in looks]))
        bounds["here_and_now"] = max(bounds["here_and_now"], bounds["wait_and_see"])
    return {name: min(bound, float(found[name].loss.mean())) for name, bound in bounds.items()}
