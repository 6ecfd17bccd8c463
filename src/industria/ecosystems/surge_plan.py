"""Which pivots to start, and when, so that least of a surge goes unmet."""

from __future__ import annotations

from typing import Final

from industria.core.measure import measure
from industria.core.table import TableLike
from industria.ecosystems._planned import Rules, Solver, SurgePlan
from industria.ecosystems._surge import Certification, Unlisted, Unmet
from industria.ecosystems._surge_tables import SurgeTables

__all__ = ["SurgePlan", "surge_plan"]

GIVES: Final = {
    "week": "week of the plan [date]",
    "demand": "demand [unit of demand]",
    "delivered": "what reaches those who ask for it [unit of demand]",
    "unmet": "demand that is not met, or waits [unit of demand]",
    "pivot_output": "good output of pivots [unit of demand]",
    "incumbent_output": "output of those who made it before [unit of demand]",
    "stock": "stock at the end of the week [unit of demand]",
    "start_week": "week in which the pivot starts [date]",
    "first_output_week": "week of its first output [date]",
    "full_output_week": "week from which it makes what it can; null after the end [date]",
    "output": "gross output [unit of demand]",
    "supply": "units of the input that arrive [unit of supply]",
    "used": "what is taken of the input or resource [1]",
    "available": "what there is of the resource [unit of available]",
    "constraint": "kind of limit: input, resource, incumbent, actor or stockpile [name]",
    "item": "what is limited [name]",
    "price": "loss avoided per further unit, starts in parts allowed [1]",
    "price_fixed": "loss avoided per further unit, given the pivots of the plan [1]",
    "value_share": "part of the value of all limits of the week, price times limit [fraction]",
}


@measure(
    gives=GIVES,
    cites="Nemhauser & Wolsey (1988), Integer and Combinatorial Optimization, ch. II.2 and II.6",
    design="descriptive",
)
def surge_plan(
    demand: TableLike,
    options: TableLike,
    products: TableLike,
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
) -> SurgePlan:
    """Choose which actors pivot to which products, and when, so that least of a surge goes unmet.

    Every actor may start a pivot; its output begins after retooling and certification
    and grows along a ramp. Output needs inputs, starts need broker hours, budget and
    whatever else is limited. The loss is the weighted sum of demand that is not met.

    Parameters
    ----------
    demand : Table
        `product, week, demand`. Weeks are 0, 1, 2 and so on, or dates 7 days apart; a product without a
        row in a week is not asked for.
    options : Table
        `actor, product, capacity` (gross units a week), `retool_weeks, certification_weeks`; if there,
        `broker_hours, pivot_cost, yield, earliest_week, latest_week, ramp`.
    products : Table
        `product, weight` (loss per unit unmet); if there, `incumbent_capacity` (units a week),
        `stockpile` (units), `shelf_life_weeks`.
    ramp : Table, optional
        `age` (weeks since the lead ended), `share` of capacity, `ramp` where there are several; the
        last share holds on. At once in full without it.
    bill : Table, optional
        `product, input, quantity` per gross unit, of incumbents too.
    inputs : Table, optional
        `input, week, supply`, and `actor` where the supplier is known; weeks without a row bring nothing.
    resources : Table, optional
        `resource, week` (null for one limit over all weeks), `available`, and `actor`. `broker_hours` and
        `budget` are charged with `options.broker_hours` and `options.pivot_cost` at the start.
    uses : Table, optional
        `resource`, and `actor`, `product` (null for all), `per_start`, `per_certification`, `per_unit`.
    pivots_per_actor : int
        How many an actor may start.
    certification : {"after_retool", "in_parallel"}
        Whether the lead is the sum of retooling and certification or the longer of them.
    unmet : {"lost", "backlog"}
        Whether unmet demand is gone, or waits and counts in every week it waits.
    unlisted_inputs : {"error", "unlimited"}
        What an input is that products take and nobody supplies.
    solver : {"auto", "exact", "relaxed", "rounded"}
        `exact` proves the best plan; `rounded` finds one near the bound; `relaxed` gives the bound and
        the prices alone; `auto` is exact up to 3,000 possible starts.
    gap : float
        How far from the bound an exact plan may stay, relative to it. A rounded plan is improved until it is as
        near as this, or 0.15 % if that is more; it may end farther off, and its own `gap` tells how far.
    time_limit : float
        Seconds of relaxation and search; the best plan so far is given then, and marked; a rounded one if the solver
        has none.
    discount : float
        Rate a week at which later losses count less.

    Returns
    -------
    SurgePlan
        The same for any order of rows. Among equal plans, that which delivers earliest; among actors that
        differ in nothing else, the first by name start first.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called, or a ramp has a hole.
    DuplicateRowError
        If a product, an option or another key stands twice.
    UnknownLabelError
        If a product, actor, input or ramp is named that no other table lists.
    WeeksError
        If weeks have a gap, mix numbers with dates, or lie outside the weeks of demand.
    ChoiceError, ParameterRangeError
        If a parameter is none of its words or out of range.
    UsageError
        If there are too many starts for a proof, or too many different yields and uses for any plan; it tells
        what to make alike.
    ConvergenceError
        If the solver gives up.

    Examples
    --------
    Two firms may sew masks; one of them, which needs a test; a broker has time for one a week.

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"product": "mask", "week": range(5), "demand": [10, 30, 30, 30, 20]})
    >>> options = pd.DataFrame({
    ...     "actor": ["Bay Textiles", "Dartmouth Foam"], "product": "mask", "capacity": [20, 12],
    ...     "retool_weeks": 1, "certification_weeks": [1, 0], "broker_hours": [10, 10],
    ... })
    >>> products = pd.DataFrame({"product": ["mask"], "weight": [1.0], "stockpile": [15.0]})
    >>> hours = pd.DataFrame({"resource": "broker_hours", "week": range(5), "available": 10.0})
    >>> plan = surge_plan(demand, options, products, resources=hours)
    >>> print(plan.summary())
    objective 25.0, bound 25.0, gap 0 (exact)
    Bay Textiles mask starts in week 0
    Dartmouth Foam mask starts in week 1
    """
    tables = SurgeTables.of(demand, options, products, ramp, bill, inputs, resources, uses)
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
    return rules.plan(tables)
