"""Wages before and after moves between better and worse paying firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import erfc, gammaincc

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, from_arrays
from industria.errors import ChoiceError, ParameterRangeError
from industria.kernels.groups import Array
from industria.work._job_rows import read
from industria.work._jobs import Columns, Jobs, MainJob, removed_table
from industria.work._moves import Moves, groups_of_coworkers, moves_of

__all__ = ["EventStudyMoves", "event_study_moves"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EventStudyMoves(Result):
    """Wages around moves, and whether gains and losses mirror each other.

    Attributes
    ----------
    table : Table
        One row an origin, destination and `event_time`, which is 0 in the first period
        at the new firm.
    changes : Table
        One row an origin and destination: `change` of the wage from -1 to 0, and
        `adjusted_change`, less that of moves within the origin group.
    symmetry : Table
        One row a pair of groups: `up` and `down`, adjusted, their `sum`, which the model
        of worker and firm effects says is zero, and how far chance may take it.
    removed : Table
        The worker, the firm, `reason`, `n_obs` of rows left out.
    n_obs : int
        Rows used for what coworkers earn.
    n_moves, n_workers : int
        Moves in the table, and who made them.
    n_moves_short : int
        Moves left out because the worker was not seen long enough on both sides.
    n_moves_gap : int
        Moves left out because the table lacks a period of the calendar among those of the move.
    n_moves_alone : int
        Moves left out because there was no coworker on one side.
    symmetry_statistic : float or None
        Wald statistic of all sums being zero; chi-squared.
    symmetry_df : int
        Its degrees of freedom: pairs with moves both ways.
    symmetry_p_value : float or None
        Of sums at least this far from zero, were the model true.
    """

    changes: Table
    symmetry: Table
    removed: Table
    n_obs: int
    n_moves: int
    n_workers: int
    n_moves_short: int
    n_moves_gap: int
    n_moves_alone: int
    symmetry_statistic: float | None
    symmetry_df: int
    symmetry_p_value: float | None


@measure(
    gives={
        "origin_group": "of the firm left, by what coworkers earn; 1 is the lowest paid [rank]",
        "destination_group": "of the firm moved to, likewise [rank]",
        "event_time": "periods since the first at the new firm [count]",
        "mean_wage": "mean over movers [unit of wage]",
        "standard_error": "of the figure before it, by worker [unit of wage]",
        "n_moves": "moves behind it [count]",
        "support_df": "workers behind it less one [count]",
        "support_units": "workers behind it [units]",
        "change": "from the last period at the old firm to the first at the new [unit of wage]",
        "adjusted_change": "less the change of moves within the origin group [unit of wage]",
        "lower_group": "of a pair [rank]",
        "upper_group": "of a pair [rank]",
        "up": "adjusted change of moves up [unit of wage]",
        "down": "adjusted change of moves down [unit of wage]",
        "sum": "up plus down; zero where gains and losses mirror each other [unit of wage]",
        "statistic": "sum over its standard error [1]",
        "p_value": "two-sided, of a sum of zero [fraction]",
        "reason": "why rows were left out [name]",
        "n_obs": "observations [count]",
    },
    cites="Card, Heining & Kline (2013), Quarterly Journal of Economics 128(3)",
    design="associational",
    support="estimates",
)
def event_study_moves(
    jobs: TableLike,
    *,
    worker: Column = "worker",
    firm: Column = "firm",
    period: Column = "period",
    wage: Column = "log_wage",
    weight: Column | None = None,
    groups: int = 4,
    before: int = 2,
    after: int = 2,
    main_job: MainJob = "wage",
) -> EventStudyMoves:
    """Mean wages around moves, by what coworkers earn at the old firm and at the new.

    A look at what `worker_firm_effects` assumes. If firms raise the wages of all alike,
    and moves do not follow passing fortunes, then those who move up gain what those who
    move down lose, moves within a group change nothing but the trend, and wages are flat
    before and after. Workers who sort by what suits them gain in either direction; a dip
    before a move tells of fortunes.

    In each period jobs are ranked by the mean wage of the worker's coworkers and cut into
    groups of equal size. A move is from `before` periods in a row at one firm to `after`
    in a row at the next.

    Parameters
    ----------
    jobs : Table
        One row a worker, firm and period, with the columns named below. Periods are whole
        numbers, which step by one, or dates, which step by the widest of year, quarter,
        month and day that fits all; write months as dates, and number waves that are
        further apart.
    worker, firm, period : column
        Who, where, when.
    wage : column
        Logarithm of the wage.
    weight : column, optional
        Weight of each row, 0 or more; a move has that of the last period before it.
    groups : int
        How many, 2 or more.
    before, after : int
        Periods in a row at the old and the new firm, 1 or more.
    main_job : {"wage", "weight", "refuse"}
        Which row counts where a worker has several in one period.

    Returns
    -------
    EventStudyMoves
        One row an origin, destination and event time that has moves. Fewer than two
        workers have no standard error: null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError, ReservedNameError
        If a column is not there, not a number (or a date), plays two parts, or has a name of the result.
    InfiniteValueError, NegativeWeightError, NoRowsLeftError
        If the jobs hold what no mean can use, or no move has enough periods and coworkers.
    NoMoversError
        If nobody changes firms.
    SeveralJobsError
        If a worker has several rows in a period and `main_job` is "refuse".
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.

    See Also
    --------
    work.worker_firm_effects : the model.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> draw = np.random.default_rng(1)
    >>> nurse, year = np.divmod(np.arange(20000), 4)
    >>> start, move = draw.integers(0, 20, 5000), draw.integers(0, 20, 5000)
    >>> hospital = (start[nurse] + move[nurse] * (year > 1)) % 20
    >>> wage = 0.02 * hospital + 0.01 * year + draw.normal(0, 0.1, 20000)
    >>> jobs = pd.DataFrame({"worker": nurse, "firm": hospital, "period": year, "log_wage": wage})
    >>> found = event_study_moves(jobs, groups=2)
    >>> print(found.changes.collect().to_pandas().iloc[:, :4].round(3).to_string(index=False))
     origin_group  destination_group  change  standard_error
                1                  1   0.001           0.005
                1                  2   0.205           0.005
                2                  1  -0.189           0.005
                2                  2   0.001           0.005
    >>> round(found.symmetry_p_value, 2)
    0.13
    """
    columns = Columns(worker=worker, firm=firm, period=period, wage=wage, weight=weight)
    rows = as_table(jobs, "jobs", *columns.all)
    if main_job not in get_args(MainJob):
        raise ChoiceError("main_job", main_job, get_args(MainJob))
    for parameter, value, least in (("groups", groups, 2), ("before", before, 1), ("after", after, 1)):
        if value < least:
            raise ParameterRangeError(parameter, value, f"a whole number of {least} or more")
    columns.refuse_names(("reason", "n_obs"))

    used = read(rows, columns, main_job)
    group = groups_of_coworkers(used, groups)
    moves = moves_of(used, columns, group, groups, before, after)
    return _result(used, columns, moves, groups)


def _result(jobs: Jobs, columns: Columns, moves: Moves, groups: int) -> EventStudyMoves:
    cells = np.unique(moves.cell)
    origin, destination = np.divmod(cells, groups)
    n_moves = np.bincount(moves.cell, minlength=groups**2)
    n_workers = np.bincount(np.unique(moves.w * groups**2 + moves.cell) % groups**2, minlength=groups**2)
    paths = [_means(moves, moves.wages[:, k], groups) for k in range(len(moves.times))]
    k, m = len(moves.times), len(cells)
    table = {
        "origin_group": np.repeat(origin + 1, k),
        "destination_group": np.repeat(destination + 1, k),
        "event_time": np.tile(moves.times, m),
        "mean_wage": np.column_stack([mean[cells] for mean, _ in paths]).ravel(),
        "standard_error": np.column_stack([_errors(V)[cells] for _, V in paths]).ravel(),
        "n_moves": np.repeat(n_moves[cells], k),
        "support_df": np.repeat(n_workers[cells] - 1, k),
        "support_units": np.repeat(n_workers[cells], k),
    }
    first = int(np.flatnonzero(moves.times == 0)[0])
    change, V = _means(moves, moves.wages[:, first] - moves.wages[:, first - 1], groups)
    adjusted = change - change[np.repeat(np.arange(groups) * (groups + 1), groups)]
    changes = {
        "origin_group": origin + 1,
        "destination_group": destination + 1,
        "change": change[cells],
        "standard_error": _errors(V)[cells],
        "adjusted_change": adjusted[cells],
        "n_moves": n_moves[cells],
    }
    symmetry, statistic, df = _symmetry(adjusted, V, groups)
    return EventStudyMoves(
        table=from_arrays(table),
        changes=from_arrays(changes),
        symmetry=from_arrays(symmetry),
        removed=removed_table(jobs, columns),
        n_obs=len(jobs.y),
        n_moves=len(moves.cell),
        n_workers=int(moves.w.max()) + 1,
        n_moves_short=moves.short,
        n_moves_gap=moves.gap,
        n_moves_alone=moves.alone,
        symmetry_statistic=statistic,
        symmetry_df=df,
        symmetry_p_value=None if statistic is None else float(gammaincc(df / 2, statistic / 2)),
    )


def _means(moves: Moves, x: Array, groups: int) -> tuple[Array, Array]:
    """Mean by cell, and the covariance of means when the moves of a worker hang together; NaN where unknown."""
    C, W = groups**2, int(moves.w.max()) + 1
    weight = np.bincount(moves.cell, moves.omega, C)
    mean = np.bincount(moves.cell, moves.omega * x, C) / np.where(weight > 0, weight, np.nan)
    score = moves.omega * (x - mean[moves.cell]) / weight[moves.cell]
    by_worker = np.bincount(moves.w * C + moves.cell, score, W * C).reshape(W, C)
    workers = np.count_nonzero(np.bincount(moves.w * C + moves.cell, minlength=W * C).reshape(W, C), axis=0)
    factor = np.sqrt(np.where(workers > 1, workers / np.maximum(workers - 1, 1), np.nan))
    return mean, (by_worker.T @ by_worker) * np.outer(factor, factor)


def _errors(V: Array) -> Array:
    return np.sqrt(np.diag(V))


def _symmetry(adjusted: Array, V: Array, groups: int) -> tuple[dict[str, npt.NDArray[Any]], float | None, int]:
    """Add up moves up and down between each pair of groups, and test that all sums are zero."""
    low, high = np.triu_indices(groups, 1)
    up, down = low * groups + high, high * groups + low
    R = np.zeros((len(low), groups**2))
    pair = np.arange(len(low))
    for cell, sign in ((up, 1.0), (down, 1.0), (low * (groups + 1), -1.0), (high * (groups + 1), -1.0)):
        R[pair, cell] += sign
    sums = adjusted[up] + adjusted[down]
    # A pair without moves both ways, or within one of its groups, says nothing; neither may it spoil the others.
    known = np.flatnonzero(np.isfinite(sums) & np.isfinite(np.where(R != 0, np.diag(V), 0)).all(axis=1))
    S = R[known] @ np.nan_to_num(V) @ R[known].T
    error = np.full(len(low), np.nan)
    error[known] = np.sqrt(np.diag(S))
    error = np.where(error > 0, error, np.nan)
    table = {
        "lower_group": low + 1,
        "upper_group": high + 1,
        "up": adjusted[up],
        "down": adjusted[down],
        "sum": sums,
        "standard_error": error,
        "statistic": sums / error,
        "p_value": erfc(np.abs(sums / error) / np.sqrt(2)),
    }
    df = int(np.linalg.matrix_rank(S)) if len(known) else 0
    statistic = float(sums[known] @ np.linalg.pinv(S) @ sums[known]) if df else None
    return table, statistic, df
