"""What a plan for a surge loses with each actor, whatever the actor does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array
from industria.core.table import Table, TableLike
from industria.ecosystems._planned import Rules, Solver, SurgePlan
from industria.ecosystems._surge import Certification, Unlisted, Unmet
from industria.ecosystems._surge_tables import SurgeTables
from industria.ecosystems._week_tables import table_of
from industria.errors import ChoiceError, ParameterRangeError

__all__ = ["ActorRemoval", "actor_removal"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ActorRemoval(Result):
    """Actors by what is lost without them.

    Attributes
    ----------
    table : Table
        `actor, role, objective, unmet_added, unmet_added_least, units_lost, units_lost_per_week, weeks_late,
        reached, rank`.
    by_product : Table
        `actor, product, units_lost, units_lost_per_week, weeks_late, reached`.
    plans : Table
        `actor, week, with_all, without`: deliveries cumulated to the end of the week, of the plan with all actors and
        of that without this one.
    objective, bound : float
        Of the plan with all of them.
    """

    by_product: Table
    plans: Table
    objective: float
    bound: float


@measure(
    gives={
        "role": "what the actor is in the tables: maker, supplier, provider [name]",
        "objective": "weighted demand unmet without the actor [1]",
        "unmet_added": "that, less the objective with all actors [1]",
        "unmet_added_least": "proven least of it: the bound without the actor, less the objective with all [1]",
        "units_lost": "units delivered with all actors, less those without this one [unit of demand]",
        "units_lost_per_week": "units lost over the weeks of the plan [unit of demand]",
        "weeks_late": "weeks by which the target is reached later; null where it never is [1]",
        "reached": "whether the target is reached without the actor [1]",
        "rank": "1 for the actor without whom most is lost [rank]",
        "week": "week of the plan [date]",
        "with_all": "units delivered to the end of the week by the plan with all actors [unit of demand]",
        "without": "the same by the plan without this one [unit of demand]",
    },
    cites="Kleindorfer & Saad (2005), Managing Disruption Risks in Supply Chains, POM 14(1), 53-68",
    design="descriptive",
)
def actor_removal(
    demand: TableLike,
    options: TableLike,
    products: TableLike,
    ramp: TableLike | None = None,
    bill: TableLike | None = None,
    inputs: TableLike | None = None,
    resources: TableLike | None = None,
    uses: TableLike | None = None,
    *,
    actors: Sequence[str] | None = None,
    target_share: float = 0.5,
    pivots_per_actor: int = 1,
    certification: Certification = "after_retool",
    unmet: Unmet = "lost",
    unlisted_inputs: Unlisted = "error",
    solver: Solver = "auto",
    gap: float = 1e-6,
    time_limit: float = 60.0,
    discount: float = 0.0,
) -> ActorRemoval:
    """Plan a surge again without each actor, and tell what is lost.

    Makers, suppliers, brokers and test houses alike: every row of `options`, `inputs` and
    `resources` that names the actor goes, and the rest do their best. What nobody
    supplies or provides any longer is 0.

    Parameters
    ----------
    demand, options, products, ramp, bill, inputs, resources, uses : Table
        As `surge_plan` takes them.
    actors : sequence of str, optional
        Who is removed, one at a time: one name, or a list, of which an empty one removes nobody; all that the
        tables name without it.
    target_share : float
        Part of what the full plan delivers by the end, whose day is looked at; in (0, 1].
    pivots_per_actor, certification, unmet, unlisted_inputs, solver, gap, time_limit, discount
        As `surge_plan` takes them.

    Returns
    -------
    ActorRemoval
        The actor without whom most goes unmet first. Plans that are rounded lie a little above their bounds:
        where `unmet_added_least` is 0, a small loss is not proven to be one, nor its rank.

    Raises
    ------
    UnknownLabelError
        If a table names what no other lists.
    ParameterRangeError
        If a parameter is out of range.
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called.
    ChoiceError
        If no table names one of `actors`, or a parameter is none of its words.
    DuplicateRowError, WeeksError, UsageError, ConvergenceError
        As `surge_plan` raises them.

    Examples
    --------
    Which of two makers would be missed more, and would the office that brokers?

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"product": "mask", "week": range(5), "demand": [10, 30, 30, 30, 20]})
    >>> options = pd.DataFrame({
    ...     "actor": ["Bay Textiles", "Dartmouth Foam"], "product": "mask", "capacity": [20, 12],
    ...     "retool_weeks": 1, "certification_weeks": [1, 0], "broker_hours": [10, 10],
    ... })
    >>> products = pd.DataFrame({"product": ["mask"], "weight": [1.0], "stockpile": [15.0]})
    >>> hours = pd.DataFrame({"resource": "broker_hours", "week": range(5), "available": 10.0, "actor": "office"})
    >>> rows = actor_removal(demand, options, products, resources=hours).to_pandas()
    >>> print(rows[["actor", "role", "unmet_added", "rank"]].to_string(index=False))
             actor     role  unmet_added  rank
            office provider         80.0     1
      Bay Textiles    maker         32.0     2
    Dartmouth Foam    maker         20.0     3
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
    if not 0 < target_share <= 1:
        raise ParameterRangeError("target_share", target_share, "a part in (0, 1]")
    roles = tables.roles()
    asked = list(roles) if actors is None else [actors] if isinstance(actors, str) else list(actors)
    for actor in asked:
        if actor not in roles:
            raise ChoiceError("actors", actor, list(roles))
    base = rules.plan(tables)
    removed = {actor: rules.plan(tables.without(actor)) for actor in sorted(asked)}
    return _ranked(base, removed, roles, target_share)


def _ranked(
    base: SurgePlan, removed: dict[str, SurgePlan], roles: dict[str, list[str]], target_share: float
) -> ActorRemoval:
    """Lay out what every removal costs, the dearest first."""
    products, full = _delivered(base)
    weeks = full.shape[1]
    order = sorted(removed, key=lambda actor: (-removed[actor].objective, actor))
    lost = {actor: full - _delivered(removed[actor])[1] for actor in order}
    late = {actor: _late(full.sum(axis=0), lost[actor].sum(axis=0), target_share) for actor in order}
    objective, bound = (
        np.array([(removed[actor].objective, removed[actor].bound) for actor in order], float).reshape(-1, 2).T
    )
    units = np.array([lost[actor].sum() for actor in order], float)
    by_product = [(actor, p, _late(full[p], lost[actor][p], target_share)) for actor in order for p in range(len(full))]
    per_product = np.array([lost[actor][p].sum() for actor, p, _ in by_product], float)
    with_all = np.cumsum(full.sum(axis=0))
    without = [with_all - np.cumsum(lost[actor].sum(axis=0)) for actor in order]
    named = sorted(set(base.to_arrow()["week"].to_pylist()))
    return ActorRemoval(
        objective=base.objective,
        bound=base.bound,
        table=table_of(
            {
                "actor": order,
                "role": [", ".join(roles[actor]) for actor in order],
                "objective": objective,
                "unmet_added": objective - base.objective,
                "unmet_added_least": np.maximum(0.0, bound - base.objective),
                "units_lost": units,
                "units_lost_per_week": units / weeks,
                "weeks_late": np.array([late[actor] for actor in order], float),
                "reached": pa.array([not np.isnan(late[actor]) for actor in order], pa.bool_()),
                "rank": list(range(1, len(order) + 1)),
            },
            [0],
            ("rank",),
        ),
        by_product=table_of(
            {
                "actor": [actor for actor, _, _ in by_product],
                "product": [products[p] for _, p, _ in by_product],
                "units_lost": per_product,
                "units_lost_per_week": per_product / weeks,
                "weeks_late": np.array([when for _, _, when in by_product], float),
                "reached": pa.array([not np.isnan(when) for _, _, when in by_product], pa.bool_()),
            },
            [0],
            (),
        ),
        plans=table_of(
            {
                "actor": [actor for actor in order for _ in named],
                "week": named * len(order),
                "with_all": np.tile(with_all, len(order)),
                "without": np.concatenate([np.zeros(0), *without]),
            },
            named,
            ("week",),
        ),
    )


def _delivered(plan: SurgePlan) -> tuple[list[str], Array]:
    """Units delivered by product and week."""
    rows = plan.to_arrow().sort_by([("product", "ascending"), ("week", "ascending")])
    products = list(dict.fromkeys(rows["product"].to_pylist()))
    return products, np.asarray(rows["delivered"].to_numpy(), float).reshape(len(products), -1)


def _late(full: Any, lost: Any, share: float) -> float:
    """Weeks from the one in which deliveries reach a share of the full plan's to that in which they do without."""
    target = share * full.sum()
    # Sums of the same numbers in another order differ in their last digits.
    near = target * (1 - 1e-9)
    with_all, without = np.cumsum(full), np.cumsum(full - lost)
    if without[-1] < near:
        return float("nan")
    return float(np.argmax(without >= near) - np.argmax(with_all >= near))
