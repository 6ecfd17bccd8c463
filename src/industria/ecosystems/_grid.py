"""Plans at all combinations of steps, each as good as those of worse steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from industria.core.rows import Array
from industria.ecosystems._binding import limit_values
from industria.ecosystems._plan import TRACE, Solved
from industria.ecosystems._planned import Rules
from industria.ecosystems._sliders import Slider, together
from industria.ecosystems._surge_tables import SurgeTables
from industria.kernels.surge_solution import Solution

Place: TypeAlias = tuple[int, ...]
"""A step of every slider, counted from the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPlan:
    """What is kept of a plan of the grid.

    Attributes
    ----------
    objective, bound : float
        Loss, and what no plan does better than.
    solution : Solution
        Its starts.
    unmet : array, shape (P,)
        By product, in all weeks together.
    limits : list of (float, str, str or None)
        Part of the value of all limits, constraint and item; the largest first.
    """

    objective: float
    bound: float
    solution: Solution
    unmet: Array
    limits: list[tuple[float, str, str | None]]

    @classmethod
    def of(cls, solved: Solved) -> GridPlan:
        """Keep it of a plan."""
        value: dict[tuple[str, str | None], float] = {}
        for (constraint, item), by_week in limit_values(solved).items():
            key = constraint, None if constraint == "actor" else item
            value[key] = value.get(key, 0.0) + float(by_week.sum())
        total = sum(value.values())
        limits = [(worth / total, *key) for key, worth in value.items() if worth > TRACE * max(total, 1.0)]
        return cls(
            objective=solved.flows.objective,
            bound=min(solved.solution.bound, solved.flows.objective),
            solution=solved.solution,
            unmet=solved.flows.u.sum(axis=1),
            limits=sorted(limits, key=lambda limit: (-limit[0], limit[1], limit[2] or "")),
        )


def solved_grid(rules: Rules, tables: SurgeTables, sliders: Sequence[Slider]) -> dict[Place, GridPlan]:
    """Solve all combinations, the worst first; help never makes a plan lose more, nor a bound rise."""
    plans: dict[Place, GridPlan] = {}
    for place in product(*(range(len(slider.steps)) for slider in sliders)):
        chosen = [slider.tables[i] for slider, i in zip(sliders, place, strict=True)]
        surge = rules.surge(together(tables, chosen))
        worse = min((plans[one] for one in _next(place, -1)), key=lambda plan: plan.objective, default=None)
        solved = rules.solved(surge, None if worse is None else worse.solution)
        plans[place] = GridPlan.of(solved)
    for place in reversed(plans):
        better = max((plans[one].bound for one in _next(place, 1) if one in plans), default=0.0)
        found = plans[place]
        plans[place] = replace(found, bound=min(max(found.bound, better), found.objective))
    return plans


def _next(place: Place, step: int) -> Iterator[Place]:
    """List the places one step away, slider by slider."""
    for k, i in enumerate(place):
        if i + step >= 0:
            yield (*place[:k], i + step, *place[k + 1 :])
