"""Frontiers with noise: how much of a distance to the best is inefficiency, and how much is chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from industria.core.measure import measure
from industria.core.replicate import seeds
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.productivity._frontier_cells import Asked, Cell, cells, tables
from industria.productivity._frontier_roles import LAWS, OVER, Distribution, Form, Kind, Model, refuse, refuse_roles
from industria.productivity._intervals import check_intervals
from industria.productivity._panel import Panel

__all__ = ["StochasticFrontier", "stochastic_frontier"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StochasticFrontier(Result):
    """A frontier, its variances, and the efficiency of each row.

    Attributes
    ----------
    table : Table
        One row a cell and term: `intercept`, the inputs by name (`a*b` for products of a translog), then
        `sigma2` and `gamma` (of a gamma distribution `shape`, `scale`, `sigma_v`), `mu`, `eta`,
        `effect_variance`, `lasting_variance`, `driver:…`, `inefficiency_variance:…`, `noise_variance:…`.
    fits : Table
        One row a cell: what its likelihood says, and how many rows and units it has.
    efficiencies : Table
        One row a row that was used: its keys, or its output and inputs where there is no unit;
        `efficiency`, `low`, `high`, `inefficiency`, and its parts `transient` and `lasting`.
    doubtful : Table
        The keys, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    log_likelihood, lr_statistic, lr_p : float or None
        Of the one cell, None where there are several: the log-likelihood; twice its gain over
        least squares; the p-value of no inefficiency, by the mixed chi-square of Kodde & Palm,
        None with weights.
    converged, wrong_skew : bool or None
        Whether the gradient is nought; whether residuals lean to the side where no inefficiency is seen.
    boundary : str or None
        What the likelihood runs to, in words. Parameters there have no standard error, and those
        that run away no estimate.
    n_obs, n_units : int
        Rows and units used.
    n_failed : int
        Replications, of all cells, that did not settle, and are in no interval.
    n_doubtful : int
        Rows of `doubtful`.
    model, distribution, form, frontier : str
        As asked for.
    """

    fits: Table
    efficiencies: Table
    doubtful: Table
    dropped: Table
    log_likelihood: float | None
    lr_statistic: float | None
    lr_p: float | None
    converged: bool | None
    boundary: str | None
    wrong_skew: bool | None
    n_obs: int
    n_units: int
    n_failed: int
    n_doubtful: int
    model: str
    distribution: str
    form: str
    frontier: str


@measure(
    gives={
        "term": "parameter [name]",
        "estimate": "elasticities by input; variances and means in log points [1]",
        "standard_error": "from second derivatives; by unit with weights, of replications where there are [1]",
        "low": "lower end of the interval; of an efficiency given the row's error [1]",
        "high": "upper end [1]",
        "support_df": "rows of the cell less parameters [count]",
        "support_units": "units of the cell [units]",
        "n_obs": "rows used [count]",
        "n_units": "units used [units]",
        "log_likelihood": "at the maximum [1]",
        "least_squares": "log-likelihood without inefficiency [1]",
        "lr_statistic": "twice the gain over least squares [1]",
        "lr_p": "p-value of no inefficiency, null with weights [1]",
        "sigma_u": "of inefficiency, before it is cut off; null where it varies [1]",
        "sigma_v": "of noise; null where it varies [1]",
        "mean_efficiency": "weighted mean over rows [fraction]",
        "converged": "whether the gradient is nought [1]",
        "boundary": "what the likelihood runs to [name]",
        "wrong_skew": "whether least squares sees no inefficiency [1]",
        "n_failed": "replications that did not settle [count]",
        "efficiency": "output over that of the frontier, or cost of the frontier over cost: E[exp(-u)] [fraction]",
        "inefficiency": "E[u], log points short of the frontier [1]",
        "transient": "part of the efficiency that is the row's [fraction]",
        "lasting": "part that is the unit's [fraction]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "which column [name]",
        "reason": "why rows were left out [name]",
        "rows": "how many [count]",
    },
    cites="Aigner, Lovell & Schmidt (1977), Journal of Econometrics 6(1), 21-37; "
    "Pitt & Lee (1981), Journal of Development Economics 9(1), 43-64; "
    "Battese & Coelli (1992), Journal of Productivity Analysis 3, 153-169; "
    "Battese & Coelli (1995), Empirical Economics 20, 325-332; Greene (2005), Journal of Econometrics 126(2), 269-303; "
    "Colombi, Kumbhakar, Martini & Vittadini (2014), Journal of Productivity Analysis 42, 123-136",
    design="associational",
    pools="estimates",
    support="estimates",
)
def stochastic_frontier(
    units: TableLike,
    *,
    output: Column,
    inputs: Sequence[Column],
    unit: Column | None = None,
    time: Column | None = None,
    model: Model = "cross_section",
    distribution: Distribution | None = None,
    form: Form = "cobb_douglas",
    frontier: Kind = "production",
    drivers: Sequence[Column] = (),
    inefficiency_variance: Sequence[Column] = (),
    noise_variance: Sequence[Column] = (),
    logs: bool = False,
    by: Sequence[Column] = (),
    weights: Column | None = None,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> StochasticFrontier:
    """Fit a frontier with noise by maximum likelihood, and tell how far each row lies below it.

    ln y = f(ln x; β) + v - u for production, + u for cost; v ~ N(0, σv²), u ≥ 0. σ² = σu² + σv²,
    γ = σu²/σ². The likelihood says when it cannot tell inefficiency from noise: a wrong skew, γ at 0 or 1,
    a mean of u that runs away. Every number is a ratio to the best rows here, not to what is possible.

    Parameters
    ----------
    units : Table
        One row a unit, or a unit and time. Rows with a gap are left out and counted.
    output : column
        Output, or cost with `frontier="cost"`; above zero unless it is logged.
    inputs : sequence of columns
        Inputs, or output and input prices of a cost frontier; above zero unless they are logged.
    unit, time : column, optional
        Who and when: whole numbers or dates. Without a unit each row is one.
    model : {"cross_section", "pitt_lee", "battese_coelli_1992", "battese_coelli_1995", ...}
        u of each row; u_i of the unit for good; u_i exp(-η(t - T)) with T the last period of all; u of each
        row with a mean that hangs on `drivers`. "true_fixed_effects" and "true_random_effects" give each unit an
        effect beside the u of its rows, so that lasting differences are no inefficiency; "four_component" splits
        them into an effect and inefficiency that lasts.
    distribution : {"half_normal", "exponential", "truncated_normal", "gamma"}, optional
        Of u: half-normal where none is said, and truncated normal in battese_coelli_1995.
    form : {"cobb_douglas", "translog"}
        Logs of inputs, or with their squares and products too.
    frontier : {"production", "cost"}
        Whether inefficiency lowers the output or raises the cost.
    drivers : sequence of columns
        On which the mean of u hangs in battese_coelli_1995, as they are.
    inefficiency_variance, noise_variance : sequence of columns
        On which ln σu² and ln σv² hang, as they are; rows have a u of their own then.
    logs : bool
        Whether output and inputs are natural logs already.
    by : sequence of columns
        One frontier for each cell.
    weights : column, optional
        Survey weights: of the likelihood, one for each row, with standard errors by unit.
    confidence : float
        Of the intervals.
    replications : int
        Bootstrap draws of units, for standard errors and intervals of the parameters; 0 takes second derivatives.
    rng : int
        Seed of the draws.

    Returns
    -------
    StochasticFrontier
        Null where the likelihood has no answer.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError, RepeatedColumnError
        If a column is not there, no number, empty, or plays two parts.
    OutsideRangeError, InfiniteValueError, NegativeValueError, ZeroWeightError, DuplicateRowError
        If a value has no log, a weight is below zero, none is above or they differ within a unit of one
        likelihood, or a unit stands twice at a time.
    NoDegreesOfFreedomError, ConstantColumnError, CollinearTermError
        If a cell has fewer rows than parameters, or an input does not vary or repeats others.
    ChoiceError, ParameterRangeError, NeededParameterError, ExcludedParameterError, UsageError
        If a parameter is not among its choices, outside its range, lacks, or has no place in the model.

    See Also
    --------
    industria.productivity.dea : frontiers without noise and without a form.
    industria.productivity.partial_frontier : frontiers that single units do not draw.

    Examples
    --------
    Output of the states of the US by capital and employment (Munnell 1990). Within one year the residuals
    lean to the wrong side; over all years some states stay below the frontier.

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read().collect("pandas").to_native()
    >>> roles = {"unit": "ST_ABB", "time": "YR", "output": "GSP", "inputs": ["P_CAP", "PC", "EMP"]}
    >>> stochastic_frontier(states[states["YR"] == 1986], **roles).boundary
    'gamma is 0: no inefficiency is seen, the fit is that of least squares'
    >>> found = stochastic_frontier(states, model="pitt_lee", **roles)
    >>> print(found.to_pandas()[["term", "estimate", "low", "high"]].round(3).to_string(index=False))
         term  estimate    low   high
    intercept     3.074  2.797  3.351
        P_CAP    -0.094 -0.138 -0.051
           PC     0.293  0.263  0.324
          EMP     0.788  0.744  0.832
       sigma2     0.074  0.048  0.116
        gamma     0.980  0.968  0.987
    >>> found.lr_p < 0.001
    True
    """
    given, means = list(columns_of(inputs, "inputs")), list(columns_of(drivers, "drivers"))
    spreads = list(columns_of(inefficiency_variance, "inefficiency_variance"))
    noises, cell = list(columns_of(noise_variance, "noise_variance")), list(columns_of(by, "by"))
    refuse(model, distribution, form, frontier)
    refuse_roles(model, given, unit, time, means, [*spreads, *noises])
    check_intervals(confidence, replications)
    seeds(rng, 1)
    asked = Asked(
        output=output,
        inputs=given,
        unit=unit,
        time=time,
        by=cell,
        weights=weights,
        drivers=means,
        inefficiency_variance=spreads,
        noise_variance=noises,
        distribution=distribution or LAWS[model][0],
        translog=form == "translog",
        sign=1 if frontier == "production" else -1,
        over=OVER.get(model, "rows"),
        shifts=model == "battese_coelli_1995",
        logs=logs,
    )
    found, panel = cells(units, asked, confidence, replications, rng)
    made, n_doubtful = tables(found, panel, asked, confidence)
    return StochasticFrontier(
        table=made["table"],
        fits=made["fits"],
        efficiencies=made["efficiencies"],
        doubtful=made["doubtful"],
        dropped=made["dropped"],
        n_doubtful=n_doubtful,
        model=model,
        distribution=asked.distribution,
        form=form,
        frontier=frontier,
        **_summary(found, panel),
    )


def _summary(found: Sequence[Cell], panel: Panel) -> dict[str, Any]:
    """Count rows, and tell what the likelihood of the only cell says; None of it where there are several."""
    one = found[0] if len(found) == 1 else None
    return {
        "n_obs": len(panel),
        "n_units": panel.n_units,
        "n_failed": sum(cell.n_failed for cell in found),
        "log_likelihood": one.fit.log_likelihood if one else None,
        "lr_statistic": one.lr_statistic if one else None,
        "lr_p": one.lr_p if one else None,
        "converged": one.fit.converged if one else None,
        "boundary": one.fit.boundary if one else None,
        "wrong_skew": one.fit.wrong_skew if one else None,
    }
