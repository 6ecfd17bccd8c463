"""Plans for a surge on a grid of sliders, and what is certain between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import read
from industria.core.table import Table, TableLike, collect
from industria.ecosystems._grid import solved_grid
from industria.ecosystems._grid_tables import (
    binding_table,
    plan_table,
    point_table,
    product_table,
    slider_table,
    steps_at,
)
from industria.ecosystems._planned import Rules
from industria.ecosystems._sliders import SLIDERS, label, sliders_of
from industria.ecosystems._surge import Certification, Unlisted, Unmet
from industria.ecosystems._surge_tables import SurgeTables
from industria.errors import ChoiceError, ParameterRangeError, UnknownLabelError

__all__ = ["SurgeGrid", "surge_grid"]

Solver = Literal["auto", "exact", "rounded"]
SOLVERS: Final = ("auto", "exact", "rounded")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SurgeGrid(Result):
    """Plans at all combinations of steps.

    Attributes
    ----------
    table : Table
        `plan, base, objective, bound, gap, stopped`; a plan is named by the steps of its sliders.
    points : Table
        `plan, slider, step`.
    sliders : Table
        `slider, helps, whole, base_step, low, high, n_steps`: whether a higher step never raises the loss (it never
        lowers it otherwise), whether it moves weeks alone, the step that leaves all as it is, and the ends.
    by_product : Table
        `plan, product, unmet`.
    binding : Table
        `plan, rank, constraint, item, value_share`: what limits the plan over all weeks; the limits of one pivot
        an actor are one, without an item.
    n_plans : int
        How many were solved.
    """

    points: Table
    sliders: Table
    by_product: Table
    binding: Table
    n_plans: int

    def bracket(self, at: Mapping[str, float]) -> tuple[float, float]:
        """Tell between what the least loss lies where the sliders stand, on the grid or between its points.

        Every number of the tables lies between those of two plans of the grid, that with
        the better step of every slider and that with the worse one, and no loss grows
        with help. So it is at least the bound of the former and at most the
        objective of the latter.

        Parameters
        ----------
        at : mapping of str to float
            Every slider with its place, within its ends.

        Returns
        -------
        tuple of float
            Low and high.

        Raises
        ------
        UnknownLabelError
            If there is no such slider.
        ParameterRangeError
            If a slider has no place, or one beyond its ends.
        """
        steps: dict[str, set[float]] = {}
        for row in collect(self.points).to_pylist():
            steps.setdefault(row["slider"], set()).add(row["step"])
        for name in at:
            if name not in steps:
                raise UnknownLabelError("parameter", "at", name, "sliders", sorted(steps))
        better, worse = [], []
        for row in collect(self.sliders).sort_by("slider").to_pylist():
            name, low, high = row["slider"], row["low"], row["high"]
            place = at.get(name)
            if place is None or not low <= place <= high:
                raise ParameterRangeError("at", {name: place}, f"each slider's place, for {name} {low:g} to {high:g}")
            under = max(step for step in steps[name] if step <= place)
            above = min(step for step in steps[name] if step >= place)
            better.append((name, above if row["helps"] else under))
            worse.append((name, under if row["helps"] else above))
        plans = {row["plan"]: row for row in self.to_arrow().to_pylist()}
        return plans[label(better)]["bound"], plans[label(worse)]["objective"]


@measure(
    gives={
        "plan": "the steps of its sliders [name]",
        "base": "whether the tables are as they came [1]",
        "objective": "weighted demand unmet [1]",
        "bound": "what no plan at these steps does better than [1]",
        "gap": "objective above bound, over the larger of bound and 1 [fraction]",
        "stopped": "whether the time limit came before the end of the search [1]",
        "step": "where the slider stands [1]",
        "helps": "whether a higher step never raises the loss; it never lowers it otherwise [1]",
        "whole": "whether it moves weeks alone, between which nothing lies [1]",
        "base_step": "the step that leaves all as it is; null where there is none [1]",
        "low": "lowest step [1]",
        "high": "highest step [1]",
        "n_steps": "steps of the slider [1]",
        "unmet": "demand unmet in all weeks together [unit of demand]",
        "rank": "1 for what limits the plan most [rank]",
        "constraint": "kind of limit: input, resource, incumbent, actor or stockpile [name]",
        "item": "what is limited; null for all actors together [name]",
        "value_share": "part of the value of all limits of all weeks, price times limit [fraction]",
    },
    cites="Nemhauser & Wolsey (1988), Integer and Combinatorial Optimization, ch. II.2",
    design="descriptive",
)
def surge_grid(
    demand: TableLike,
    options: TableLike,
    products: TableLike,
    sliders: TableLike,
    ramp: TableLike | None = None,
    bill: TableLike | None = None,
    inputs: TableLike | None = None,
    resources: TableLike | None = None,
    uses: TableLike | None = None,
    *,
    pivots_per_actor: int = 1,
    certification: Certification = "after_retool",
    unmet: Unmet = "lost",
    unlisted_inputs: Unlisted = "error",
    solver: Solver = "auto",
    gap: float = 1e-6,
    time_limit: float = 60.0,
    discount: float = 0.0,
) -> SurgeGrid:
    """Plan a surge at every combination of the steps of some sliders.

    A reader who moves a slider asks for a plan that nobody has solved. Between two steps
    the least loss is not known, but it lies between those at the steps, for more of what limits a
    plan never raises the loss, and a longer lead never lowers it.

    Parameters
    ----------
    demand, options, products : Table
        As `surge_plan` takes them.
    sliders : Table
        `slider, step, quantity`, and if there `item, factor, add, floor`: the number that the slider shows, and
        what moves there, as the levers of `surge_levers` tell it. Rows of one slider and step are one package.
        All rows of a slider go one way, to less loss or to more, and no two sliders move the same number.
    ramp, bill, inputs, resources, uses : Table, optional
        As `surge_plan` takes them.
    pivots_per_actor, certification, unmet, unlisted_inputs
        As `surge_plan` takes them.
    solver : {"auto", "exact", "rounded"}
        As `surge_plan` takes it, but for a relaxation, which is no plan.
    gap, time_limit, discount
        As `surge_plan` takes them; the time is that of one plan.

    Returns
    -------
    SurgeGrid
        A plan a combination, the one that loses most first. A plan found at a worse step stands at a better one where
        it is as near to the bound there as `gap` asks, or loses less than what is found; a bound holds at all
        worse steps.

    Raises
    ------
    UsageError
        If a slider both helps and hurts, two move the same number, a longer lead might help, or there are more
        than 20,000 plans.
    ChoiceError
        If a quantity or a parameter is none of its words.
    UnknownLabelError
        If a slider names an item that the tables do not have, or a table what no other lists.
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called, before or after a slider moves it.
    DuplicateRowError, WeeksError, ParameterRangeError, ConvergenceError
        As `surge_plan` raises them.

    Examples
    --------
    A stockpile of 15 to 25 masks, and a broker with 5 to 20 hours a week. What would 20 masks and 12 hours do?

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"product": "mask", "week": range(5), "demand": [10, 30, 30, 30, 20]})
    >>> options = pd.DataFrame({
    ...     "actor": ["Bay Textiles", "Dartmouth Foam"], "product": "mask", "capacity": [20, 12],
    ...     "retool_weeks": 1, "certification_weeks": [1, 0], "broker_hours": [10, 10],
    ... })
    >>> products = pd.DataFrame({"product": ["mask"], "weight": [1.0], "stockpile": [15.0]})
    >>> hours = pd.DataFrame({"resource": "broker_hours", "week": range(5), "available": 10.0})
    >>> sliders = pd.DataFrame({
    ...     "slider": ["stockpile", "stockpile", "hours", "hours", "hours"], "step": [15, 25, 5, 10, 20],
    ...     "quantity": ["stockpile", "stockpile", "resource", "resource", "resource"],
    ...     "add": [0, 10, 0, 0, 0], "factor": [1, 1, 0.5, 1, 2],
    ... })
    >>> grid = surge_grid(demand, options, products, sliders, resources=hours)
    >>> print(grid.to_pandas()[["plan", "base", "objective"]].to_string(index=False))
                      plan  base  objective
     hours 5, stockpile 15 False      105.0
     hours 5, stockpile 25 False       95.0
    hours 10, stockpile 15  True       25.0
    hours 10, stockpile 25 False       15.0
    hours 20, stockpile 15 False       13.0
    hours 20, stockpile 25 False        3.0
    >>> grid.bracket({"stockpile": 20, "hours": 12})
    (3.0, 25.0)
    """
    tables = SurgeTables.of(demand, options, products, ramp, bill, inputs, resources, uses)
    asked = read(sliders, "sliders", *SLIDERS, key=("slider", "step", "quantity", "item"))
    if solver not in SOLVERS:
        raise ChoiceError("solver", solver, SOLVERS)
    rules = Rules(
        pivots_per_actor=pivots_per_actor,
        certification=certification,
        unmet=unmet,
        unlisted_inputs=unlisted_inputs,
        solver=solver,
        gap=gap,
        time_limit=time_limit,
        discount=discount,
    )
    moved = sliders_of(tables, asked, certification)
    plans = solved_grid(rules, tables, moved)
    at = steps_at(moved, plans)
    return SurgeGrid(
        table=plan_table(moved, at, plans),
        points=point_table(at),
        sliders=slider_table(moved),
        by_product=product_table(tables.products["product"], at, plans),
        binding=binding_table(at, plans),
        n_plans=len(plans),
    )
