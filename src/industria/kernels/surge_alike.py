"""Options of a surge that differ in their actors alone: which of these actors start first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from industria.kernels.surge_program import BY_OPTION, SurgeProgram

__all__ = ["first_actors_first"]

Ids = npt.NDArray[np.int64]


def first_actors_first(surge: SurgeProgram, a: Ids, q: Ids) -> tuple[Ids, Ids]:
    """Deal the starts of a plan out anew: among options alike, the first actors start first.

    Parameters
    ----------
    surge : SurgeProgram
        What is asked.
    a, q : array of int, shape (n,)
        Option and week of every start.

    Returns
    -------
    tuple of array
        Option and week, in order; as many starts, of the same loss.
    """
    weeks: dict[int, set[int]] = {}
    for option, week in zip(a.tolist(), q.tolist(), strict=True):
        weeks.setdefault(option, set()).add(week)
    plan = _Plan(surge, weeks, np.bincount(surge.f[a], minlength=int(surge.f.max(initial=-1)) + 1))
    choices = np.bincount(surge.f)
    bound = []
    for options in _alike(surge):
        if surge.pivots == 1 and (choices[surge.f[options]] == 1).all():
            plan.deal(options)
        else:
            bound.append(options)
    # Each turn brings an earlier week to an actor further ahead, so there is an end.
    moved = True
    while moved:
        moved = sum(plan.moved(options) for options in bound) > 0
    starts = sorted((option, week) for option, found in plan.weeks.items() for week in found)
    a, q = np.array(starts, np.int64).reshape(-1, 2).T
    return a, q


def _alike(surge: SurgeProgram) -> Iterator[list[int]]:
    """Find several options that differ in their actors alone, in the order of these."""
    names = [name for name in BY_OPTION if name != "f"]
    alike: dict[bytes, list[int]] = {}
    for option in np.argsort(surge.f, kind="stable").tolist():
        alike.setdefault(b"".join(getattr(surge, name)[option].tobytes() for name in names), []).append(option)
    return (options for options in alike.values() if len(options) > 1)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A plan in the making: in which weeks each option starts, and how many pivots each actor has."""

    surge: SurgeProgram
    weeks: dict[int, set[int]]
    pivots: Ids

    def deal(self, options: Sequence[int]) -> None:
        """Deal the weeks out in order, among actors who have no other choice and one pivot each."""
        dealt = sorted(week for option in options for week in self.weeks.pop(option, ()))
        self.weeks.update({option: {week} for option, week in zip(options, dealt, strict=False)})

    def moved(self, options: Sequence[int]) -> bool:
        """Hand starts on to actors further ahead; tell whether there was one to hand on."""
        moved = False
        place = {option: i for i, option in enumerate(options)}
        for week, option in sorted((q, o) for o in options for q in self.weeks.get(o, ())):
            if week in self.weeks[option]:
                moved |= self._passed_on(option, week, options[: place[option]])
        return moved

    def _passed_on(self, option: int, week: int, before: Sequence[int]) -> bool:
        """Hand a start to an actor further ahead, who may make one more, or else gives a later one for it."""
        f = self.surge.f
        for other in before:
            theirs = self.weeks.setdefault(other, set())
            later = {q for q in theirs if q > week} - self.weeks[option]
            one_more = self.pivots[f[other]] < self.surge.pivots
            if week in theirs or f[other] == f[option] or not (one_more or later):
                continue
            self.weeks[option].remove(week)
            theirs.add(week)
            if later:
                theirs.remove(min(later))
                self.weeks[option].add(min(later))
            else:
                self.pivots[f[other]] += 1
                self.pivots[f[option]] -= 1
            return True
        return False
