"""How a plan for a surge fares when demand, yields, leads and inputs turn out otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, get_args

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import RNG, replicate
from industria.core.result import Result
from industria.core.rows import Array, Rows, read
from industria.core.table import Table, TableLike, as_table
from industria.ecosystems._plan import table_of
from industria.ecosystems._planned import Rules, Solver
from industria.ecosystems._surge import Certification, Surge, SurgeTables, Unlisted, Unmet
from industria.ecosystems._uncertainty import UNCERTAINTY, Drawn, Uncertainty
from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.surge_draws import Averaged, Outcomes, Starts, here_and_now, outcomes

__all__ = ["SurgeEnsemble", "surge_ensemble"]

Policy = Literal["fixed", "here_and_now", "wait_and_see"]
QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
UNITS: Final = ("delivered", "unmet", "output")
# A mean loss must be lower by this part to be called lower: the solver's own errors are smaller.
LOWER: Final = 1e-7


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
    if policy not in get_args(Policy):
        raise ChoiceError("policy", policy, get_args(Policy))
    if solver == "relaxed":
        raise ChoiceError("solver", solver, [word for word in get_args(Solver) if word != "relaxed"])
    if draws < 1:
        raise ParameterRangeError("draws", draws, "1 or more")
    surge = rules.surge(tables)
    uncertain = Uncertainty.of(doubts, tables, surge, certification)
    planned = rules.solved(surge).solution
    look = partial(_look, uncertain=uncertain, rules=rules, ahead=policy == "wait_and_see")
    looks = replicate(look, draws, rng=rng)
    worlds = [one.drawn.world for one in looks]

    program, plan = surge.program, (planned.a, planned.q)
    found = {"fixed": outcomes(program, worlds, [plan] * draws)}
    starts, chosen = {"fixed": plan}, None
    if policy != "fixed":
        chosen = here_and_now(program, worlds, plan, gap=gap, time_limit=time_limit)
        adapted = outcomes(program, worlds, [(chosen.a, chosen.q)] * draws)
        better = adapted.loss.mean() < found["fixed"].loss.mean() * (1 - LOWER)
        found["here_and_now"] = adapted if better else found["fixed"]
        starts["here_and_now"] = (chosen.a, chosen.q) if better else plan
    if policy == "wait_and_see":
        seen = outcomes(program, worlds, [one.starts for one in looks])
        # Who sees the draw can also do what others do; plans within a gap of the best may lose more.
        found["wait_and_see"] = _least([seen, found["here_and_now"], found["fixed"]])
    stopped = planned.stopped or any(one.stopped for one in looks) or (chosen is not None and chosen.stopped)
    bounds = {"fixed": float(found["fixed"].loss.mean())}
    if chosen is not None:
        bounds["here_and_now"] = chosen.bound
    if policy == "wait_and_see":
        bounds["wait_and_see"] = float(np.mean([one.bound for one in looks]))
        bounds["here_and_now"] = max(bounds["here_and_now"], bounds["wait_and_see"])
    bounds = {name: min(bound, float(found[name].loss.mean())) for name, bound in bounds.items()}
    return _told(surge, doubts, [one.drawn for one in looks], found, starts, bounds, chosen, policy, stopped)


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


def _told(
    surge: Surge,
    doubts: Rows,
    drawn: Sequence[Drawn],
    found: Mapping[str, Outcomes],
    starts: Mapping[str, Starts],
    bounds: Mapping[str, float],
    chosen: Averaged | None,
    policy: Policy,
    stopped: bool,
) -> SurgeEnsemble:
    """Lay an ensemble out as tables."""
    n, names = len(drawn), list(found)
    gains = {name: found[names[i - 1]].loss - found[name].loss if i else None for i, name in enumerate(names)}
    gain = {name: (None, None) if lost is None else _mean(lost) for name, lost in gains.items()}
    means = [_mean(found[name].loss) for name in names]
    value, information = gain.get("here_and_now", (None, None)), gain.get("wait_and_see", (None, None))
    return SurgeEnsemble(
        table=_quantiles(surge, found[policy]),
        policies=table_of(
            {
                "policy": names,
                "mean_loss": np.array([mean for mean, _ in means], float),
                "standard_error": np.array([error for _, error in means], float),
                "gain": np.array([gain[name][0] for name in names], float),
                "gain_standard_error": np.array([gain[name][1] for name in names], float),
                "bound": np.array([bounds[name] for name in names]),
            },
            surge.weeks,
            (),
        ),
        draws=_draw_table(surge, doubts, drawn, found[policy]),
        losses=table_of(
            {
                "draw": pa.array(np.tile(np.arange(n), len(names))),
                "policy": [name for name in names for _ in range(n)],
                "loss": np.concatenate([found[name].loss for name in names]),
            },
            surge.weeks,
            (),
        ),
        drawn=table_of(
            {
                "draw": pa.array(np.repeat(np.arange(n), doubts.n)),
                "quantity": list(doubts["quantity"]) * n,
                "item": list(doubts["item"]) * n,
                "value": np.concatenate([one.values for one in drawn]),
            },
            surge.weeks,
            (),
        ),
        pivots=_pivots(surge, starts),
        policy=policy,
        n_draws=n,
        n_planned_on=None if chosen is None else chosen.draws,
        value_of_the_stochastic_solution=value[0],
        value_of_the_stochastic_solution_error=value[1],
        value_of_the_stochastic_solution_most=None if chosen is None else means[0][0] - bounds["here_and_now"],
        value_of_perfect_information=information[0],
        value_of_perfect_information_error=information[1],
        value_of_perfect_information_least=None
        if "wait_and_see" not in bounds
        else max(0.0, bounds["here_and_now"] - means[-1][0]),
        stopped=stopped,
    )


def _mean(values: Array) -> tuple[float, float | None]:
    """Mean, and its Monte Carlo error; one draw has none."""
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return float(values.mean()), error


def _quantiles(surge: Surge, found: Outcomes) -> Table:
    """One row a product, week and measure."""
    measures = {"cumulated_deliveries": found.delivered.cumsum(axis=2), "unmet": found.unmet}
    keys = [(product, week, name) for product in surge.products for week in surge.weeks for name in measures]
    stacked = np.stack(list(measures.values()), axis=-1)
    shares = np.quantile(stacked, list(QUANTILES.values()), axis=0).reshape(len(QUANTILES), -1)
    columns = {
        "product": [key[0] for key in keys],
        "week": [key[1] for key in keys],
        "measure": [key[2] for key in keys],
        **dict(zip(QUANTILES, shares, strict=True)),
    }
    return table_of(columns, surge.weeks, ("week",))


def _draw_table(surge: Surge, doubts: Rows, drawn: Sequence[Drawn], found: Outcomes) -> Table:
    """One row a draw, product and week."""
    n, (P, T) = len(drawn), surge.program.d.shape
    names = [f"drawn_{'_'.join(filter(None, row))}" for row in zip(doubts["quantity"], doubts["item"], strict=True)]
    values = np.stack([one.values for one in drawn])
    columns = {
        "draw": pa.array(np.repeat(np.arange(n), P * T)),
        "product": [name for name in surge.products for _ in range(T)] * n,
        "week": list(surge.weeks) * (P * n),
        "demand": np.stack([one.world.d for one in drawn]).ravel(),
        **{name: getattr(found, name).ravel() for name in UNITS},
        **{name: np.repeat(values[:, i], P * T) for i, name in enumerate(names)},
    }
    return table_of(columns, surge.weeks, ("week",))


def _pivots(surge: Surge, starts: Mapping[str, Starts]) -> Table:
    """One row a pivot of each policy that has the same in every draw."""
    options = surge.options
    rows = sorted(
        (place, options["actor"][a], options["product"][a], int(q))
        for place, name in enumerate(starts)
        for a, q in zip(*starts[name], strict=True)
    )
    columns = {
        "policy": [list(starts)[row[0]] for row in rows],
        "actor": [row[1] for row in rows],
        "product": [row[2] for row in rows],
        "start_week": [surge.weeks[row[3]] for row in rows],
    }
    return table_of(columns, surge.weeks, ("start_week",))
