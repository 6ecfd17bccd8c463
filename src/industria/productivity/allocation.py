"""Whether the more productive units are the larger ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.result import SUPPORT, Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.kernels.distributions import covariance_parts
from industria.kernels.t_distribution import t_quantile
from industria.productivity._accounts import dropped_table, refuse_names
from industria.productivity._by_value import read_by_value
from industria.productivity._cells import BEHIND, long_intervals, n_cells, table_of_cells, units_behind, weights_of
from industria.productivity._intervals import answered, check_intervals, drawn, percentile_interval
from industria.productivity._logs import doubt_of_level, in_logs
from industria.productivity._panel import Array, Codes, read

__all__ = ["Allocation", "allocation"]

STATISTICS: Final = ("weighted_mean", "mean", "covariance")
MADE: Final = ("n_units", *STATISTICS, "low", "high", "statistic", "estimate", "answered", *BEHIND)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Allocation(Result):
    """The covariance of shares and productivity.

    Attributes
    ----------
    table : Table
        One row a cell: `n_units, weighted_mean, mean, covariance`, and `low, high` of the covariance.
    intervals : Table
        One row a cell and `statistic`: `estimate, low, high, answered`.
    dropped : Table
        `column, reason, rows` of what was left out.
    units_used : Table
        Who stands behind the means: the labels of the cell, `used_unit`, `used_value`, `used_size`, which its share
        is of, and `used_weight`;
        confidential.
    value, weight, unit : str
        As asked for.
    logs : bool
        Whether `value` was in logs already.
    weights : str or None
        The column of weights.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them; with 0 they are analytic.
    n_rows, n_units : int
        Used.
    doubt : str or None
        That a level looks as if it were in logs.
    """

    intervals: Table
    dropped: Table
    units_used: Table
    value: str
    weight: str
    unit: str
    logs: bool
    weights: str | None
    confidence: float
    replications: int
    n_rows: int
    n_units: int
    doubt: str | None


@measure(
    gives={
        "n_units": "units of the cell [units]",
        "weighted_mean": "mean with shares of the weight: the aggregate [unit of value]",
        "mean": "mean without shares [unit of value]",
        "covariance": "the first less the second: what the sizes of units add [log points]",
        "low": "lower end of the interval of the covariance [log points]",
        "high": "upper end of the interval of the covariance [log points]",
        "statistic": "column that the interval is of [name]",
        "estimate": "its value [unit of value]",
        "answered": "share of the draws that have an answer, null without draws [fraction]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Olley & Pakes (1996), Econometrica 64(6), 1263-1297, equation 16",
    design="descriptive",
    pools="none",
    support="units",
)
def allocation(
    panel: TableLike,
    *,
    value: Column,
    weight: Column,
    unit: Column,
    by: Sequence[Column] = (),
    weights: Column | None = None,
    logs: bool = True,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> Allocation:
    """Split an aggregate into the mean of its units and what their sizes add.

    P = Σ s_i p_i = p̄ + Σ (s_i - 1/n) p_i. The second part, the covariance of Olley and Pakes, is above zero where
    the more productive units have the larger shares. It compares cells of one kind over time, or countries with
    each other; of revenue productivity it counts high prices as high productivity.

    Parameters
    ----------
    panel : Table
        One row a unit in a cell; the period of a panel is one of `by`.
    value : column
        Productivity, in logs or, with `logs=False`, as a level above 0.
    weight : column
        What shares are of: employment, output; not negative.
    unit : column
        Who.
    by : sequence of columns
        What makes a cell; all rows are one without it.
    weights : column, optional
        How many units a row stands for; zero or more. It multiplies `weight`.
    logs : bool
        Whether `value` is in logs already.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with its rows in all cells, for percentile intervals. With 0 the
        intervals are normal, with errors by linearization over units.
    rng : int
        Seed of the draws.

    Returns
    -------
    Allocation
        One row a cell; null where no unit of the cell has weight.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has all.
    InfiniteValueError, NegativeValueError, ZeroWeightError, OutsideRangeError
        If a number is infinite, a weight negative, `weights` zero throughout, or a level not above 0.
    LogsError
        If `value` spreads as no logs do.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, or a column plays two roles or is called as one of the result.
    ParameterRangeError, UsageError
        If a parameter is outside its range.

    See Also
    --------
    productivity.growth_decomposition : the same over time, with entry and exit.

    Examples
    --------
    Three plants; the best is the largest.

    >>> import pandas as pd
    >>> plants = pd.DataFrame({"plant": ["a", "b", "c"], "log_tfp": [0.5, 0.1, 0.0], "jobs": [60, 30, 10]})
    >>> found = allocation(plants, value="log_tfp", weight="jobs", unit="plant")
    >>> print(found.to_pandas()[["n_units", "weighted_mean", "mean", "covariance"]].to_string(index=False))
     n_units  weighted_mean  mean  covariance
           3           0.33   0.2        0.13
    """
    check_intervals(confidence, replications)
    by = columns_of(by, "by")
    roles: dict[str, Any] = {"unit": unit, "numbers": [value, weight], "by": by, "weights": weights}
    roles["nonnegative"] = (weight,)
    rows = read_by_value(panel, "panel", **roles) if logs else read(panel, "panel", **roles)
    refuse_names("panel", by, MADE)
    rows = in_logs(rows, value, logs)
    cells, cell = n_cells(rows), rows.cell
    p, s, a = rows[value], rows[weight] * rows.weights, rows.weights
    found = _statistics(p, s, a, cell, cells)
    counts, answers = np.bincount(cell, minlength=cells), None
    if replications:
        draw = partial(_redrawn, n_units=rows.n_units, cells=cells)
        draws = np.array(replicate(draw, replications, arrays=(p, s, a, cell, rows.unit), rng=rng))
        low, high = percentile_interval(draws, confidence, np.isfinite(found) & (counts > 1)[:, None])
        answers = answered(draws)
    else:
        half = t_quantile((1 + confidence) / 2, None) * _errors(p, s, a, cell, found)
        low, high = found - half, found + half
    columns = {"n_units": counts, **dict(zip(STATISTICS, found.T, strict=True)), "low": low[:, 2], "high": high[:, 2]}
    return Allocation(
        table=table_of_cells(rows, columns | {f"{SUPPORT}units": counts}),
        intervals=long_intervals(rows, STATISTICS, found, low, high, answers),
        dropped=dropped_table(rows),
        units_used=units_behind(rows, unit, rows.unit, cell, p, used_size=rows[weight], used_weight=weights_of(rows)),
        value=value,
        weight=weight,
        unit=unit,
        logs=logs,
        weights=weights,
        confidence=confidence,
        replications=replications,
        n_rows=len(rows),
        n_units=rows.n_units,
        doubt=None if logs else doubt_of_level(rows, value, float(np.ptp(p))),
    )


def _statistics(p: Array, s: Array, a: Array, cell: Codes, cells: int) -> Array:
    weighted, plain = covariance_parts(p, s, a, cell, cells)
    return np.column_stack([weighted, plain, weighted - plain])


def _redrawn(
    rng: np.random.Generator, p: Array, s: Array, a: Array, cell: Codes, unit: Codes, n_units: int, cells: int
) -> Array:
    m = drawn(rng, n_units)[unit]
    return _statistics(p, s * m, a * m, cell, cells)


def _errors(p: Array, s: Array, a: Array, cell: Codes, found: Array) -> Array:
    """Linearize both means in the units; shape (cells, statistics), NaN for a single unit."""
    cells = len(found)

    def each(of: Array, center: Array) -> Array:
        total = np.bincount(cell, of, cells)
        return of / np.where(total > 0, total, np.nan)[cell] * (p - center[cell])

    weighted, plain = each(s, found[:, 0]), each(a, found[:, 1])
    n = np.bincount(cell, minlength=cells)
    scale = np.divide(n, n - 1, out=np.full(cells, np.nan), where=n > 1)
    terms = (weighted, plain, weighted - plain)
    squares: Array = np.column_stack([scale * np.bincount(cell, of * of, cells) for of in terms])
    return np.asarray(np.sqrt(squares))
