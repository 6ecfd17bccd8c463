"""What each lever would change in a plan for a surge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import read
from industria.core.table import Table, TableLike
from industria.ecosystems._levers import LEVERS, changed, without_pivots
from industria.ecosystems._planned import Rules, Solver, SurgePlan
from industria.ecosystems._surge import Certification, Unlisted, Unmet
from industria.ecosystems._surge_tables import SurgeTables
from industria.ecosystems._week_tables import table_of
from industria.errors import UsageError

__all__ = ["SurgeLevers", "surge_levers"]

ALWAYS: Final = ("base", "no_pivots")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SurgeLevers(Result):
    """Levers compared.

    Attributes
    ----------
    table : Table
        `lever, objective, bound, change, change_share`: the two rows `base` and `no_pivots`, then the levers, the
        one that avoids most loss first.
    by_product : Table
        `lever, product, unmet`.
    """

    by_product: Table


@measure(
    gives={
        "objective": "weighted demand unmet [1]",
        "bound": "what no plan under the lever does better than [1]",
        "change": "objective less that of the base [1]",
        "change_share": "change over the objective of the base; null where that is 0 [fraction]",
        "unmet": "demand unmet in all weeks together [unit of demand]",
    },
    cites="Nemhauser & Wolsey (1988), Integer and Combinatorial Optimization, ch. II.2",
    design="descriptive",
)
def surge_levers(
    demand: TableLike,
    options: TableLike,
    products: TableLike,
    levers: TableLike,
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
) -> SurgeLevers:
    """Plan a surge again under each lever, and tell what it changes.

    A price tells the worth of one further unit; lead times have none, and a lever may
    change much at once. So each lever is a plan of its own, the best there is
    under it.

    Parameters
    ----------
    demand, options, products : Table
        As `surge_plan` takes them.
    levers : Table
        `lever, quantity`, and if there `item, factor, add, floor`. `quantity` is demand, capacity, retool_weeks,
        certification_weeks, broker_hours, pivot_cost, incumbent_capacity, stockpile, input_supply or resource;
        `item` a product, an actor, an input or a resource, null for all. Where there is any, max(floor,
        factor x old + add) takes its place, blank factor 1, add 0, floor 0; weeks are rounded up. Rows
        of one lever are one package, each of which moves the original values: one that names an item wins
        over the one for all, and two may not name the same row, as an actor and its product do. A lever for
        all rows of a table that has none warns.
    ramp, bill, inputs, resources, uses : Table, optional
        As `surge_plan` takes them.
    pivots_per_actor, certification, unmet, unlisted_inputs, solver, gap, time_limit, discount
        As `surge_plan` takes them.

    Returns
    -------
    SurgeLevers
        With the base and a plan without pivots.

    Raises
    ------
    ChoiceError
        If a quantity or a parameter is none of its words.
    UnknownLabelError
        If a lever names an item that the tables do not have, or a table what no other lists.
    UsageError
        If a lever is called base or no_pivots, or two of its items name the same row.
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called, before or after a lever.
    DuplicateRowError, WeeksError, ParameterRangeError, ConvergenceError
        As `surge_plan` raises them.

    Examples
    --------
    A larger stockpile, or a certification that takes no time?

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"product": "mask", "week": range(5), "demand": [10, 30, 30, 30, 20]})
    >>> options = pd.DataFrame({
    ...     "actor": ["Bay Textiles", "Dartmouth Foam"], "product": "mask", "capacity": [20, 12],
    ...     "retool_weeks": 1, "certification_weeks": [1, 0], "broker_hours": [10, 10],
    ... })
    >>> products = pd.DataFrame({"product": ["mask"], "weight": [1.0], "stockpile": [15.0]})
    >>> levers = pd.DataFrame({
    ...     "lever": ["half more in stock", "certified at once"], "quantity": ["stockpile", "certification_weeks"],
    ...     "factor": [1.5, 0.0],
    ... })
    >>> rows = surge_levers(demand, options, products, levers).to_pandas()
    >>> print(rows[["lever", "objective", "change"]].to_string(index=False))
                 lever  objective  change
                  base       13.0     0.0
             no_pivots      105.0    92.0
     certified at once        0.0   -13.0
    half more in stock        5.5    -7.5
    """
    tables = SurgeTables.of(demand, options, products, ramp, bill, inputs, resources, uses)
    asked = read(levers, "levers", *LEVERS, key=("lever", "quantity", "item"))
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
    named = list(dict.fromkeys(asked["lever"]))
    for name in ALWAYS:
        if name in named:
            raise UsageError(f"surge_levers: {name!r} is a row of its own; give the lever another name.")
    plans = {"base": rules.plan(tables), "no_pivots": rules.plan(without_pivots(tables))}
    plans |= {name: rules.plan(changed(tables, asked, name)) for name in named}
    return _compared(plans)


def _compared(plans: Mapping[str, SurgePlan]) -> SurgeLevers:
    base = plans["base"].objective
    best = sorted((name for name in plans if name not in ALWAYS), key=lambda name: (plans[name].objective, name))
    order = [*ALWAYS, *best]
    objective = np.array([plans[name].objective for name in order])
    rows: dict[str, list[Any]] = {"lever": [], "product": []}
    sums: list[float] = []
    for name in order:
        cells = plans[name].to_arrow().group_by("product").aggregate([("unmet", "sum")]).sort_by("product")
        rows["lever"] += [name] * cells.num_rows
        rows["product"] += cells["product"].to_pylist()
        sums += cells["unmet_sum"].to_pylist()
    return SurgeLevers(
        table=table_of(
            {
                "lever": order,
                "objective": objective,
                "bound": np.array([plans[name].bound for name in order]),
                "change": objective - base,
                "change_share": (objective - base) / base if base > 0 else np.full(len(order), np.nan),
            },
            [0],
            (),
        ),
        by_product=table_of({**rows, "unmet": np.array(sums)}, [0], ()),
    )
