"""Worker and firm effects in wages, and variances of them without what errors add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.kernels.error_variances import Center, LeaveOut
from industria.work._components import COMPONENTS, caution, columns_of_parts, group_table, wage_variances
from industria.work._corrected import Choices, corrected
from industria.work._fitted import fitted
from industria.work._jobs import Columns, MainJob
from industria.work._two_way import Method

__all__ = ["WorkerFirmEffects", "worker_firm_effects"]

EFFECTS: Final = ("effect", "reason", "n_obs", "n_firms", "n_workers", "n_movers")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WorkerFirmEffects(Result):
    """Parts of the variance of wages, and the effects behind them.

    Attributes
    ----------
    table : Table
        One row a component.
    groups : Table
        With `by`: the same for each `group` (`part` "group"), for all groups `within`
        themselves and `between` them. No rows without `by`.
    worker_effects : Table
        The worker, `effect`, `n_obs`, `n_firms`.
    firm_effects : Table
        The firm, `effect` (mean zero over observations), `n_obs`, `n_workers`, `n_movers`.
    removed : Table
        The worker, the firm, `reason`, `n_obs` of what was left out.
    n_obs, n_workers, n_firms, n_movers : int
        Of the leave-out connected set.
    n_removed : int
        Rows left out.
    n_second_jobs : int
        Those of them that are not the main job of their period.
    method : str
        "exact" or "randomized".
    draws : int
        0 where exact.
    leave_out, center, main_job : str
        As asked for.
    controls_left_out : str
        Controls that effects and other controls determine.
    caution : str
        Which shares of the plug-in mislead, and by how much; empty where none does.
    """

    groups: Table
    worker_effects: Table
    firm_effects: Table
    removed: Table
    n_obs: int
    n_workers: int
    n_firms: int
    n_movers: int
    n_removed: int
    n_second_jobs: int
    method: str
    draws: int
    leave_out: str
    center: str
    main_job: str
    controls_left_out: str
    caution: str

    def summary(self) -> str:
        """Write the facts, the components, and last what of the plug-in misleads."""
        # The base is named: dataclasses with slots know no super() without arguments.
        return "\n".join(part for part in (Result.summary(self), self.caution) if part)


@measure(
    gives={
        "component": "firm, worker, covariance, correlation, controls, outcome or residual [name]",
        "plug_in": "of the estimated effects, with what errors add [1]",
        "homoskedastic": "less what errors of one variance add [1]",
        "leave_out": "less what errors of any variances add [1]",
        "monte_carlo_se": "standard error of leave_out by the draws alone, 0 where exact [1]",
        "share": "of leave_out in the variance of the outcome; a covariance counts twice [fraction]",
        "share_plug_in": "the same of plug_in [fraction]",
        "support_df": "observations less coefficients [count]",
        "support_units": "workers [units]",
        "part": "of the table of groups: group, within or between [name]",
        "group": "value of the column of groups [name]",
        "effect": "of a worker or firm on the wage [unit of wage]",
        "n_obs": "observations [count]",
        "n_firms": "firms of the worker [firms]",
        "n_workers": "workers of the firm [persons]",
        "n_movers": "those with other firms besides [persons]",
        "reason": "why rows were left out [name]",
    },
    cites="Abowd, Kramarz & Margolis (1999), Econometrica 67(2); "
    "Kline, Saggio & Sølvsten (2020), Econometrica 88(5); "
    "Andrews, Gill, Schank & Upward (2008), Journal of the Royal Statistical Society A 171(3)",
    design="associational",
    support="estimates",
)
def worker_firm_effects(
    jobs: TableLike,
    *,
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
    by: Column | None = None,
    main_job: MainJob = "wage",
    rng: int = 0,
) -> WorkerFirmEffects:
    """Variance of wages between firms and between workers, free of the noise in their effects.

    y_it = a_i + f_J(i,t) + b x_it + e_it, fitted in the largest set of firms that stays
    connected whichever worker is left out. Estimated effects vary by their errors, too:
    with few movers to a firm the plug-in variance of f is too large and its covariance
    with a too small. The bias is Σ B_ii σ_i²; leave-out takes σ_i² as
    (y_i - ȳ) e_i / (1 - P_ii), unbiased whatever the errors' variances. A corrected
    variance may be negative where little can be told.

    Firm, worker, twice the covariance, controls and residual add up to the variance of
    the outcome, corrected or not. Controls are taken out first; what they add, with
    their covariances, is one component, and is not corrected. An effect is not a cause:
    it holds what firms pay alike all whom they employ only if moves do not hang on
    passing fortunes.

    Parameters
    ----------
    jobs : Table
        One row a worker, firm and period, with the columns named below. Rows with a
        missing value are left out and listed.
    worker, firm, period : column
        Who, where, when.
    wage : column
        Logarithm of the wage; a wage of zero or less has none and must be left out before.
    controls : sequence of columns
        Numbers, or texts, which stand for an indicator of each value but the first.
    weight : column, optional
        Weight of each row, 0 or more, in the fit and in the variances.
    leave_out : {"match", "observation"}
        Left out is all of a worker at a firm, for errors that last through a job, or one
        observation. A worker with one firm has one observation left out either way.
    method : {"auto", "exact", "randomized"}
        "exact" inverts the matrix of firms; "randomized" draws signs. "auto" is exact up
        to 15,000 firms while the matrix fits the memory limit.
    draws : int, optional
        Draws of "randomized", rounded up to sixteens; 0 for the plug-in alone. None draws
        until the tolerance is met.
    tolerance : float
        Largest Monte Carlo error of the three corrected variances, in parts of the
        plug-in variance of firm effects.
    center : {"mean", "match"}
        What wages are centered on when a match is left out: the mean wage, or the mean of
        wages times root length, as LeaveOutTwoWay for MATLAB does.
    by : column, optional
        Groups of rows, such as years or regions, within which variances are wanted. The
        effects are those of all rows.
    main_job : {"wage", "weight", "refuse"}
        Which row counts where a worker has several in one period: the best paid, the
        heaviest, or none, which is an error. The others are listed.
    rng : int
        Seed of the draws.

    Returns
    -------
    WorkerFirmEffects
        One row a component. Without draws there is no correction: null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError, ReservedNameError
        If a column is not there, not a number, plays two parts, or has a name of the result.
    InfiniteValueError, NegativeWeightError, NoRowsLeftError
        If the jobs hold what no estimate can use.
    SeveralJobsError
        If a worker has several rows in a period and `main_job` is "refuse".
    NoMoversError, NoLeaveOutSetError
        If firms are not tied, or each by one worker alone; it tells how many movers are missing.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `rng` is no seed.
    ConvergenceError
        If an iteration does not settle, or draws do not meet the tolerance.

    See Also
    --------
    work.event_study_moves : whether wages around moves look as the model says.
    work.firm_effect_projection : what goes with firm effects.
    work.sorting_table : who works where.

    Examples
    --------
    Four hospitals of two kinds; 200 nurses, of whom half move once.

    >>> import numpy as np, pandas as pd
    >>> draw = np.random.default_rng(1)
    >>> nurse, year = np.divmod(np.arange(800), 4)
    >>> start, move = draw.integers(0, 4, 200), draw.integers(0, 4, 200) * (draw.random(200) < 0.5)
    >>> hospital = (start[nurse] + move[nurse] * (year > 1)) % 4
    >>> wage = draw.normal(3, 0.2, 200)[nurse] + 0.1 * (hospital > 1) + draw.normal(0, 0.1, 800)
    >>> jobs = pd.DataFrame({"worker": nurse, "firm": hospital, "period": year, "log_wage": wage})
    >>> found = worker_firm_effects(jobs)
    >>> found.n_movers, found.method
    (86, 'exact')
    >>> print(found.to_pandas()[["component", "plug_in", "leave_out", "share"]].round(4).to_string(index=False))
      component  plug_in  leave_out   share
           firm   0.0033     0.0032  0.0571
         worker   0.0454     0.0426  0.7636
     covariance  -0.0006    -0.0005 -0.0190
    correlation  -0.0523    -0.0456     NaN
       controls   0.0000     0.0000  0.0000
        outcome   0.0558     0.0558  1.0000
       residual   0.0083     0.0111  0.1983
    """
    listed = columns_of(controls, "controls")
    columns = Columns(worker=worker, firm=firm, period=period, wage=wage, controls=listed, weight=weight, by=by)
    jobs = as_table(jobs, "jobs", *columns.all)
    columns.refuse_names(EFFECTS)
    choices = Choices(
        leave_out=leave_out, center=center, method=method, main_job=main_job, draws=draws, tolerance=tolerance, rng=rng
    )

    fit = fitted(jobs, columns, choices)
    model = fit.model
    parts, wages = corrected(model, fit.over, fit.correction()), wage_variances(model)
    of_all = columns_of_parts(parts, wages, 0)
    k = len(COMPONENTS)
    support = {
        "support_df": np.full(k, len(model.y) - model.k),
        "support_units": np.full(k, len(model.worker)),
    }
    return WorkerFirmEffects(
        table=from_arrays({"component": list(COMPONENTS), **of_all, **support}),
        groups=group_table(model, parts, wages, fit.over),
        worker_effects=fit.worker_effects(),
        firm_effects=fit.firm_effects(),
        removed=fit.removed(),
        n_obs=len(model.y),
        n_workers=len(model.worker),
        n_firms=len(model.firm),
        n_movers=model.n_movers,
        n_removed=fit.jobs.rows - len(model.y),
        n_second_jobs=fit.jobs.second_jobs,
        method=fit.method,
        draws=parts.draws,
        leave_out=leave_out,
        center=center,
        main_job=main_job,
        controls_left_out=", ".join(model.controls_left_out),
        caution=caution(of_all),
    )
