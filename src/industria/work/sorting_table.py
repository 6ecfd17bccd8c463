"""Who works where: groups of workers by groups of firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.errors import ParameterRangeError
from industria.kernels.error_variances import Center, LeaveOut
from industria.kernels.groups import Array
from industria.kernels.quantile_groups import quantile_groups
from industria.work._components import COMPONENTS, columns_of_parts, wage_variances
from industria.work._corrected import Choices, corrected
from industria.work._fitted import fitted
from industria.work._jobs import Columns, MainJob
from industria.work._two_way import Method, TwoWay

__all__ = ["SortingTable", "sorting_table"]

LEAST: Final = 10
"""Jobs of a cell from which its mean residual is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SortingTable(Result):
    """Shares of jobs by worker and firm group.

    Attributes
    ----------
    table : Table
        One row a pair of groups.
    removed : Table
        As of `worker_firm_effects`.
    correlation, correlation_plug_in : float or None
        Of worker and firm effects over jobs, corrected for the noise in both, and as the
        table shows it; None where a variance is not positive.
    largest_residual : float
        Mean residual furthest from zero, of groups with ten jobs or more; 0 where none has.
    n_obs, n_workers, n_firms : int
        Of the leave-out connected set.
    method : str
        "exact" or "randomized".
    draws : int
        0 where exact.
    """

    removed: Table
    correlation: float | None
    correlation_plug_in: float | None
    largest_residual: float
    n_obs: int
    n_workers: int
    n_firms: int
    method: str
    draws: int


@measure(
    gives={
        "worker_group": "by worker effect; 1 is the lowest [rank]",
        "firm_group": "by firm effect, likewise [rank]",
        "share": "of all jobs [fraction]",
        "expected": "the share were workers and firms to meet by chance [fraction]",
        "ratio": "share over expected [1]",
        "mean_residual": "of wages beside both effects; far from zero where they do not add up [unit of wage]",
        "n_obs": "observations [count]",
        "support_df": "observations of all groups less coefficients [count]",
        "support_units": "workers in the cell [units]",
        "reason": "why rows were left out [name]",
    },
    cites="Card, Heining & Kline (2013), Quarterly Journal of Economics 128(3), figures V and VI",
    design="associational",
    support="estimates",
)
def sorting_table(
    jobs: TableLike,
    *,
    groups: int = 10,
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
    rng: int = 0,
) -> SortingTable:
    """Share of jobs by group of worker effect and group of firm effect, and what the effects leave over.

    Jobs are ranked by the effects of `worker_firm_effects` and cut into groups of as
    equal size as large firms allow. Effects are estimated with errors that pull against
    each other, so that sorting looks weaker here than it is: `correlation` is free of
    that, the shares are not. Residuals that are large in a corner of the table say that
    effects do not simply add up.

    Parameters
    ----------
    jobs : Table
        As of `worker_firm_effects`.
    groups : int
        Of workers, and of firms; 2 or more.
    worker, firm, period, wage, controls, weight
        Columns, as of `worker_firm_effects`.
    leave_out, method, draws, tolerance, center, main_job
        As of `worker_firm_effects`.
    rng : int
        Seed of the draws.

    Returns
    -------
    SortingTable
        One row a pair of groups; without jobs there is no mean residual: null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError, ReservedNameError
        If a column is not there, not a number, plays two parts, or has a name of the result.
    InfiniteValueError, NegativeWeightError, NoRowsLeftError
        If the jobs hold what no estimate can use.
    SeveralJobsError
        If a worker has several rows in a period and `main_job` is "refuse".
    NoMoversError, NoLeaveOutSetError
        If firms are not tied, or each by one worker alone.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `rng` is no seed.
    ConvergenceError
        If an iteration does not settle, or draws do not meet the tolerance.

    See Also
    --------
    work.worker_firm_effects : the effects, and the variances behind the correlation.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> draw = np.random.default_rng(1)
    >>> nurse, year = np.divmod(np.arange(8000), 4)
    >>> skill = draw.normal(0, 0.2, 2000)
    >>> where = np.argsort(np.argsort(skill + draw.normal(0, 0.2, 2000))) // 100
    >>> hospital = (where[nurse] + (year > 1) * draw.integers(0, 3, 2000)[nurse]) % 20
    >>> wage = skill[nurse] + 0.02 * hospital + draw.normal(0, 0.1, 8000)
    >>> jobs = pd.DataFrame({"worker": nurse, "firm": hospital, "period": year, "log_wage": wage})
    >>> found = sorting_table(jobs, groups=2)
    >>> print(found.to_pandas()[["worker_group", "firm_group", "share", "ratio"]].round(2).to_string(index=False))
     worker_group  firm_group  share  ratio
                1           1   0.35   1.41
                1           2   0.15   0.59
                2           1   0.15   0.59
                2           2   0.35   1.41
    >>> round(found.correlation_plug_in, 3), round(found.correlation, 3)
    (0.536, 0.56)
    """
    listed = columns_of(controls, "controls")
    columns = Columns(worker=worker, firm=firm, period=period, wage=wage, controls=listed, weight=weight)
    jobs = as_table(jobs, "jobs", *columns.all)
    if groups < 2:
        raise ParameterRangeError("groups", groups, "a whole number of 2 or more")
    columns.refuse_names(("reason", "n_obs"))
    choices = Choices(
        leave_out=leave_out, center=center, method=method, main_job=main_job, draws=draws, tolerance=tolerance, rng=rng
    )

    fit = fitted(jobs, columns, choices)
    model, found = fit.model, fit.correction()
    parts = columns_of_parts(corrected(model, fit.over, found), wage_variances(model), 0)
    table = _cells(model, groups)
    residuals = table["mean_residual"][table["n_obs"] >= LEAST]
    return SortingTable(
        table=from_arrays(table),
        removed=fit.removed(),
        correlation=_number(parts["leave_out"]),
        correlation_plug_in=_number(parts["plug_in"]),
        largest_residual=float(residuals[np.argmax(np.abs(residuals))]) if len(residuals) else 0.0,
        n_obs=len(model.y),
        n_workers=len(model.worker),
        n_firms=len(model.firm),
        method=fit.method,
        draws=0 if found is None else found.draws,
    )


def _cells(model: TwoWay, groups: int) -> dict[str, npt.NDArray[Any]]:
    matches, omega = model.matches, model.jobs.omega
    # Effects are equal in all rows of a worker or firm, and so are the groups; rounding keeps them so.
    of_worker = quantile_groups(model.worker.round(12)[matches.w], matches.omega, groups)
    of_firm = quantile_groups(model.firm.round(12)[matches.f], matches.omega, groups)
    cell, n = (of_worker * groups + of_firm)[model.match], groups**2
    weight = np.bincount(cell, omega, n)
    share = weight / weight.sum()
    both = share.reshape(groups, groups)
    expected = np.outer(both.sum(axis=1), both.sum(axis=0)).ravel()
    workers = np.unique(matches.w[model.match] * n + cell) % n
    first, second = np.divmod(np.arange(n), groups)
    return {
        "worker_group": first + 1,
        "firm_group": second + 1,
        "share": share,
        "expected": expected,
        "ratio": share / np.where(expected > 0, expected, np.nan),
        "mean_residual": np.bincount(cell, omega * model.e, n) / np.where(weight > 0, weight, np.nan),
        "n_obs": np.bincount(cell, minlength=n),
        "support_df": np.full(n, len(model.y) - model.k),
        "support_units": np.bincount(workers, minlength=n),
    }


def _number(column: Array) -> float | None:
    value = float(column[COMPONENTS.index("correlation")])
    return value if np.isfinite(value) else None
