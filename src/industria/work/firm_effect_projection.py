"""What goes with firm effects, with errors that know the effects are estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.result import Estimates
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.errors import (
    ChoiceError,
    NoDegreesOfFreedomError,
    NoRowsLeftError,
    ParameterRangeError,
)
from industria.kernels.error_variances import Center, LeaveOut
from industria.kernels.groups import Array
from industria.kernels.t_distribution import t_p_value, t_quantile
from industria.work._corrected import Choices, correction, estimate
from industria.work._firm_traits import projected, traits_of
from industria.work._fitted import fitted
from industria.work._jobs import Columns, MainJob
from industria.work._two_way import Method

__all__ = ["FirmEffectProjection", "firm_effect_projection"]

Of = Literal["firm", "worker"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FirmEffectProjection(Estimates):
    """Slopes of firm effects on traits.

    Attributes
    ----------
    table : Table
        One row a trait: `term`, `estimate`, `standard_error`, `white_error`, `statistic`,
        `p_value`, `low`, `high`, and `support_df`, `support_units`.
    removed : Table
        As of `worker_firm_effects`.
    n_without_traits : int
        Firms or workers of the leave-out connected set whose traits are not known.
    method : str
        "exact" or "randomized".
    draws : int
        0 where exact.
    """

    removed: Table
    n_without_traits: int
    method: str
    draws: int


@measure(
    gives={
        "term": "the trait [name]",
        "estimate": "change of the firm effect with one more of the trait [unit of wage]",
        "standard_error": "of the estimate, by leaving out [unit of wage]",
        "white_error": "as if firm effects were data: too small [unit of wage]",
        "statistic": "estimate over standard error [1]",
        "p_value": "two-sided, of no association [fraction]",
        "low": "lower end of the interval [unit of wage]",
        "high": "upper end of the interval [unit of wage]",
        "support_df": "degrees of freedom of the t distribution [count]",
        "support_units": "firms, or workers, whose traits are used [units]",
        "reason": "why rows were left out [name]",
        "n_obs": "observations [count]",
    },
    cites="Kline, Saggio & Sølvsten (2020), Econometrica 88(5), section 5",
    design="associational",
    pools="estimates",
    support="estimates",
)
def firm_effect_projection(
    jobs: TableLike,
    covariates: TableLike,
    *,
    traits: Column | Sequence[Column],
    of: Of = "firm",
    worker: Column = "worker",
    firm: Column = "firm",
    period: Column = "period",
    wage: Column = "log_wage",
    controls: Sequence[Column] = (),
    weight: Column | None = None,
    leave_out: LeaveOut = "match",
    method: Method = "auto",
    draws: int | None = None,
    tolerance: float = 0.01,
    center: Center = "mean",
    main_job: MainJob = "wage",
    confidence: float = 0.95,
    rng: int = 0,
) -> FirmEffectProjection:
    """Slopes of firm effects on traits of firms or workers, over observations.

    The effects of `worker_firm_effects`, regressed on traits and a constant. They are
    estimated, and not independently: firms that share movers share their errors.
    White's errors treat them as data and are mostly far too small. Here each slope is
    written as a sum over wages, Σ c_i y_i, whose variance is Σ c_i² σ_i², with σ_i² by
    leaving out. A variance that comes out negative has no error: null.

    Parameters
    ----------
    jobs : Table
        As of `worker_firm_effects`.
    covariates : Table
        One row a firm, or a worker, under the same column name and labels as in `jobs`,
        and `traits`. Observations whose traits are not known are in the effects, but not
        in the slopes.
    traits : column or sequence of columns
        Numbers or truth values.
    of : {"firm", "worker"}
        Whose traits they are.
    worker, firm, period, wage, controls, weight
        Columns, as of `worker_firm_effects`.
    leave_out, method, draws, tolerance, center, main_job
        As of `worker_firm_effects`.
    confidence : float
        Of the intervals, between 0 and 1.
    rng : int
        Seed of the draws.

    Returns
    -------
    FirmEffectProjection
        One row a trait. p-values and intervals are by t with as many degrees of freedom
        as there are firms, or workers, less coefficients.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError, ReservedNameError
        If a column is not there, not a number, plays two parts, or has a name of the result.
    DuplicateLabelError
        If a firm or worker has several rows of traits.
    InfiniteValueError, NegativeWeightError, NoRowsLeftError
        If the jobs hold what no estimate can use, or no traits meet them.
    SeveralJobsError
        If a worker has several rows in a period and `main_job` is "refuse".
    NoMoversError, NoLeaveOutSetError
        If firms are not tied, or each by one worker alone.
    CollinearTermError, NoDegreesOfFreedomError
        If a trait is constant or a combination of others, or there are as many as firms.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `rng` is no seed.
    ConvergenceError
        If an iteration does not settle, or draws do not meet the tolerance.

    See Also
    --------
    work.worker_firm_effects : the effects themselves.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> draw = np.random.default_rng(1)
    >>> nurse, year = np.divmod(np.arange(2000), 4)
    >>> start, move = draw.integers(0, 20, 500), draw.integers(0, 20, 500) * (draw.random(500) < 0.5)
    >>> hospital = (start[nurse] + move[nurse] * (year > 1)) % 20
    >>> wage = draw.normal(3, 0.2, 500)[nurse] + 0.1 * (hospital > 9) + draw.normal(0, 0.1, 2000)
    >>> jobs = pd.DataFrame({"worker": nurse, "firm": hospital, "period": year, "log_wage": wage})
    >>> kinds = pd.DataFrame({"firm": range(20), "public": [k > 9 for k in range(20)]})
    >>> found = firm_effect_projection(jobs, kinds, traits="public").to_pandas()
    >>> print(found[["term", "estimate", "standard_error", "white_error"]].round(4).to_string(index=False))
      term  estimate  standard_error  white_error
    public    0.0982          0.0088       0.0006
    """
    listed, names = columns_of(controls, "controls"), columns_of(traits, "traits")
    columns = Columns(worker=worker, firm=firm, period=period, wage=wage, controls=listed, weight=weight)
    _refuse(of, names, confidence, draws)
    jobs = as_table(jobs, "jobs", *columns.all)
    key = firm if of == "firm" else worker
    covariates = as_table(covariates, "covariates", key, *names)
    columns.refuse_names(("reason", "n_obs"))
    choices = Choices(
        leave_out=leave_out, center=center, method=method, main_job=main_job, draws=draws, tolerance=tolerance, rng=rng
    )

    fit = fitted(jobs, columns, choices)
    model = fit.model
    labels, codes = (model.firms, model.matches.f) if of == "firm" else (model.workers, model.matches.w)
    of_unit = traits_of(covariates, key, names, labels)
    told = np.asarray(~np.isnan(of_unit).any(axis=1))
    known = told[codes]
    units = len(np.unique(codes[known]))
    df = units - len(names) - 1
    if not known.any():
        raise NoRowsLeftError("covariates", len(labels), [f"none is a {key} of jobs with all of {', '.join(names)}"])
    if df < 1:
        raise NoDegreesOfFreedomError(units, len(names) + 1)

    slopes = projected(model, np.where(known[:, None], of_unit[codes], 0.0), known, names, key)
    found = correction(model, fit.over, choices)
    variance, _ = estimate(found.figures(lambda _, S: S @ slopes.moved**2))
    return FirmEffectProjection(
        table=from_arrays(_columns(names, slopes.b, variance, slopes.white, df, units, confidence)),
        removed=fit.removed(),
        outcome=wage,
        n_obs=int(known[model.match].sum()),
        n_units=units,
        df=df,
        confidence=confidence,
        n_without_traits=int((~told).sum()),
        method=fit.method,
        draws=found.draws,
    )


def _refuse(of: str, traits: Sequence[str], confidence: float, draws: int | None) -> None:
    if of not in get_args(Of):
        raise ChoiceError("of", of, get_args(Of))
    if not traits:
        raise ParameterRangeError("traits", (), "one column or more")
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "a number between 0 and 1")
    if draws == 0:
        raise ParameterRangeError("draws", draws, "a whole number of 1 or more: errors are what is drawn")


def _columns(
    names: Sequence[str], b: Array, variance: Array, white: Array, df: int, units: int, confidence: float
) -> dict[str, Any]:
    error = np.sqrt(np.where(variance > 0, variance, np.nan))
    reach = t_quantile((1 + confidence) / 2, df) * error
    return {
        "term": list(names),
        "estimate": b,
        "standard_error": error,
        "white_error": white,
        "statistic": b / error,
        "p_value": t_p_value(b / error, df),
        "low": b - reach,
        "high": b + reach,
        "support_df": np.full(len(b), df),
        "support_units": np.full(len(b), units),
    }
