"""How a plan for a surge fares when demand, yields, leads and inputs turn out otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import RNG
from industria.core.result import Result
from industria.core.rows import Array, read
from industria.core.table import Table, TableLike, as_table
from industria.ecosystems._ensemble import (
    draw_table,
    drawn_table,
    loss_table,
    pivot_table,
    policy_table,
    quantile_table,
)
from industria.ecosystems._planned import Rules, Solver
from industria.ecosystems._policies import Policy, policies_of
from industria.ecosystems._surge import Certification, Unlisted, Unmet
from industria.ecosystems._surge_tables import SurgeTables
from industria.ecosystems._uncertainty import UNCERTAINTY, Uncertainty
from industria.errors import ChoiceError, ParameterRangeError

__all__ = ["SurgeEnsemble", "surge_ensemble"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SurgeEnsemble(Result):
    """A surge drawn many times over.

    Attributes
    ----------
    table : Table
        `product, week, measure, q05, q25, q50, q75, q95`; `measure` is cumulated_deliveries or unmet.
    policies : Table
        `policy, mean_loss, standard_error, gain, gain_standard_error, bound`: `gain` is what is lost less than with
        the policy above, `bound` what the best such policy cannot fall below. One row a policy looked at.
    draws : Table
        `draw, product, week, demand, delivered, unmet, output`, under the policy asked for, and a column
        `drawn_<quantity>`, or `drawn_<quantity>_<item>`, for every row of `uncertainty`.
    losses : Table
        `draw, policy, loss`.
    drawn : Table
        `draw, quantity, item, value`: what every row of `uncertainty` came to, as the mean over what it moves.
    pivots : Table
        `policy, actor, product, start_week` of the policies whose pivots are the same in every draw.
    policy : str
        That of `table` and `draws`.
    n_draws : int
        How many.
    n_planned_on : int or None
        Draws that were looked at together for pivots of here_and_now; what is best for any of these groups is tried
        on all draws.
    value_of_the_stochastic_solution, value_of_the_stochastic_solution_error : float or None
        Mean loss of fixed less that of here_and_now, and its Monte Carlo standard error. Better pivots may exist, so
        this is the least that the value can be over these draws.
    value_of_the_stochastic_solution_most : float or None
        Mean loss of fixed less the bound of here_and_now: the most that it can be.
    value_of_perfect_information, value_of_perfect_information_error : float or None
        Mean loss of here_and_now less that of wait_and_see, and its Monte Carlo standard error: up to the gaps of
        the plans of wait_and_see, the most that the value can be over these draws.
    value_of_perfect_information_least : float or None
        The bound of here_and_now less the mean loss of wait_and_see: the least that it can be.
    stopped : bool
        Whether a time limit came before the end of a search.
    """

    policies: Table
    draws: Table
    losses: Table
    drawn: Table
    pivots: Table
    policy: str
    n_draws: int
    n_planned_on: int | None
    value_of_the_stochastic_solution: float | None
    value_of_the_stochastic_solution_error: float | None
    value_of_the_stochastic_solution_most: float | None
    value_of_perfect_information: float | None
    value_of_perfect_information_error: float | None
    value_of_perfect_information_least: float | None
    stopped: bool


@measure(
    gives={
        "measure": "cumulated_deliveries or unmet [name]",
        "q05": "quantile 5 percent over the draws [unit of demand]",
        "q25": "quantile 25 percent over the draws [unit of demand]",
        "q50": "median over the draws [unit of demand]",
        "q75": "quantile 75 percent over the draws [unit of demand]",
        "q95": "quantile 95 percent over the draws [unit of demand]",
        "policy": "what is known when pivots start: fixed, here_and_now, wait_and_see [name]",
        "mean_loss": "weighted demand unmet, mean over the draws [1]",
        "standard_error": "Monte Carlo error of the mean [1]",
        "gain": "mean loss of the policy above, less that of this one [1]",
        "gain_standard_error": "Monte Carlo error of the gain [1]",
        "bound": "what no policy of this kind falls below, mean over the draws; that of fixed is its mean loss [1]",
        "draw": "number of the draw, from 0 [count]",
        "delivered": "what reaches those who ask for it in the week [unit of demand]",
        "unmet": "demand that is not met, or waits [unit of demand]",
        "output": "good output of pivots in the week [unit of demand]",
        "loss": "weighted demand unmet in the draw [1]",
        "value": "factor of demand, yield, weeks added or share of deliveries, mean over what the row moves [1]",
        "start_week": "week in which the pivot starts [date]",
    },
    cites="Birge & Louveaux (2011), Introduction to Stochastic Programming, 2nd ed., ch. 4",
    design="descriptive",
)
def surge_ensemble(
    demand: TableLike,
    options: TableLike,
    products: TableLike,
    uncertainty: TableLike,
    ramp: TableLike | None = None,
    bill: TableLike | None = None,
    inputs: TableLike | None = None,
    resources: TableLike | None = None,
    uses: TableLike | None = None,
    *,
    draws: int = 200,
    policy: Policy = "fixed",
    rng: RNG,
    pivots_per_actor: int = 1,
    certification: Certification = "after_retool",
    unmet: Unmet = "lost",
    unlisted_inputs: Unlisted = "error",
    solver: Solver = "auto",
    gap: float = 1e-6,
    time_limit: float = 60.0,
    discount: float = 0.0,
) -> SurgeEnsemble:
    """Draw what is uncertain in a surge, and tell how a plan fares, and what knowing more is worth.

    Under `fixed` the pivots of the plan stand in every draw; under `here_and_now` one set
    of pivots is chosen that loses least on average; under `wait_and_see` pivots are
    chosen with each draw known, which nobody can do. Output follows the draw in
    all of them. A policy is looked at together with those before it: the
    first costs a linear program a draw, the last a plan a draw.

    Parameters
    ----------
    demand, options, products : Table
        As `surge_plan` takes them.
    uncertainty : Table
        `quantity, distribution, mean, sd`, and if there `item, autocorrelation, common`. demand is a lognormal
        factor, each product and week; yield a beta share, each option; retool_weeks and
        certification_weeks a normal shift rounded to whole weeks, each option; input_supply the beta share
        that arrives, each input and week. `item` is a product, an actor or an input, null
        for all the others. A blank `mean` is what the tables say. `autocorrelation` is from week to
        week, `common` the share of variance common to all items, both of the normal numbers behind.
    ramp, bill, inputs, resources, uses : Table, optional
        As `surge_plan` takes them.
    draws : int
        How many.
    policy : {"fixed", "here_and_now", "wait_and_see"}
        Whose deliveries are told, and the last that is looked at.
    rng : int, SeedSequence or Generator
        Seed; each draw has a child of its own.
    pivots_per_actor, certification, unmet, unlisted_inputs
        As `surge_plan` takes them.
    solver : {"auto", "exact", "rounded"}
        As `surge_plan` takes it; a relaxation has no pivots that could stand.
    gap, time_limit, discount
        As `surge_plan` takes them.

    Returns
    -------
    SurgeEnsemble
        The same for one seed, whatever the order of rows and the number of workers, unless the time ran out.
        Certifications are booked for the week that was planned. The pivots of here_and_now never lose more
        than fixed on all draws, but need not be the best there are: `bound` and the facts that end in `_most` and
        `_least` tell how far off they can be. They are chosen on the draws that they are judged by, which
        flatters them a little, the less the more draws there are; no Monte Carlo error holds that.

    Raises
    ------
    ChoiceError
        If a quantity, its distribution or a parameter is none of its words.
    UnknownLabelError
        If an item is none of the tables' labels, or a table names what no other lists.
    OutsideRangeError
        If a mean, deviation or autocorrelation is one that the distribution cannot have, or a share or ramp is
        no share or ramp.
    ParameterRangeError, UsageError
        If a parameter is out of range, or `rng` no seed.
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError
        If a number cannot be what it is called.
    DuplicateRowError, WeeksError, ConvergenceError
        As `surge_plan` raises them.

    Examples
    --------
    Demand may be half as much again, and tests may take a week more; who should have the broker first?

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"product": "mask", "week": range(5), "demand": [10, 30, 30, 30, 20]})
    >>> options = pd.DataFrame({
    ...     "actor": ["Bay Textiles", "Dartmouth Foam"], "product": "mask", "capacity": [20, 12],
    ...     "retool_weeks": 1, "certification_weeks": [1, 0], "broker_hours": [10, 10],
    ... })
    >>> products = pd.DataFrame({"product": ["mask"], "weight": [1.0], "stockpile": [15.0]})
    >>> hours = pd.DataFrame({"resource": "broker_hours", "week": range(5), "available": 10.0})
    >>> uncertainty = pd.DataFrame({
    ...     "quantity": ["demand", "certification_weeks"], "distribution": ["lognormal", "shift"],
    ...     "mean": [1.0, 0.0], "sd": [0.5, 1.0],
    ... })
    >>> ensemble = surge_ensemble(
    ...     demand, options, products, uncertainty, resources=hours, draws=50, policy="wait_and_see", rng=7
    ... )
    >>> print(ensemble.policies.collect().to_pandas()[["policy", "mean_loss", "gain"]].round(1).to_string(index=False))
          policy  mean_loss  gain
           fixed       34.2   NaN
    here_and_now       34.2   0.0
    wait_and_see       33.1   1.0
    >>> round(ensemble.value_of_perfect_information, 1)
    1.0
    """
    tables = SurgeTables.of(demand, options, products, ramp, bill, inputs, resources, uses)
    uncertainty = as_table(uncertainty, "uncertainty", "quantity", "distribution", "mean", "sd")
    doubts = read(uncertainty, "uncertainty", *UNCERTAINTY, key=("quantity", "item"))
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
    _refuse(policy, solver, draws)
    surge = rules.surge(tables)
    uncertain = Uncertainty.of(doubts, tables, surge, certification)
    policies = policies_of(policy, uncertain, rules, draws, rng)

    found, bounds = policies.found, policies.bounds
    means = {name: _mean(one.loss) for name, one in found.items()}
    gains: dict[str, tuple[float | None, float | None]] = {"fixed": (None, None)}
    gains |= {after: _mean(found[before].loss - found[after].loss) for before, after in pairwise(found)}
    return SurgeEnsemble(
        table=quantile_table(surge, found[policy]),
        policies=policy_table(surge, means, gains, bounds),
        draws=draw_table(surge, doubts, policies, found[policy]),
        losses=loss_table(surge, found),
        drawn=drawn_table(surge, doubts, policies),
        pivots=pivot_table(surge, policies.starts),
        policy=policy,
        n_draws=len(policies.drawn),
        n_planned_on=None if policies.chosen is None else policies.chosen.draws,
        **_values(means, gains, bounds),
        stopped=policies.stopped,
    )


def _refuse(policy: str, solver: str, draws: int) -> None:
    if policy not in get_args(Policy):
        raise ChoiceError("policy", policy, get_args(Policy))
    if solver == "relaxed":
        raise ChoiceError("solver", solver, [word for word in get_args(Solver) if word != "relaxed"])
    if draws < 1:
        raise ParameterRangeError("draws", draws, "1 or more")


def _values(
    means: Mapping[str, tuple[float, float | None]],
    gains: Mapping[str, tuple[float | None, float | None]],
    bounds: Mapping[str, float],
) -> dict[str, Any]:
    """Tell what planning for many draws is worth, and what knowing the draw is; None where nobody planned so."""
    solution, information = (gains.get(name, (None, None)) for name in ("here_and_now", "wait_and_see"))
    most = means["fixed"][0] - bounds["here_and_now"] if "here_and_now" in bounds else None
    least = max(0.0, bounds["here_and_now"] - means["wait_and_see"][0]) if "wait_and_see" in bounds else None
    return {
        "value_of_the_stochastic_solution": solution[0],
        "value_of_the_stochastic_solution_error": solution[1],
        "value_of_the_stochastic_solution_most": most,
        "value_of_perfect_information": information[0],
        "value_of_perfect_information_error": information[1],
        "value_of_perfect_information_least": least,
    }


def _mean(values: Array) -> tuple[float, float | None]:
    """Mean, and its Monte Carlo error; one draw has none."""
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return float(values.mean()), error
