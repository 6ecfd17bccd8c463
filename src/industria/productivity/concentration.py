"""How much of a cell its largest units make."""

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
from industria.errors import ParameterRangeError
from industria.kernels.distributions import spans, within_cells
from industria.kernels.shares import entropy, herfindahl, largest_shares
from industria.productivity._accounts import dropped_table, refuse_names
from industria.productivity._by_value import read_by_value
from industria.productivity._cells import contributions, long_intervals, n_cells, table_of_cells
from industria.productivity._intervals import answered, check_intervals, drawn, percentile_interval
from industria.productivity._panel import Array, Codes

__all__ = ["Concentration", "concentration"]

INDEXES: Final = ("hhi", "numbers_equivalent", "entropy")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Concentration(Result):
    """Shares of the largest units.

    Attributes
    ----------
    table : Table
        One row a cell: `n_units, hhi, numbers_equivalent, entropy` and `cr` with each number of `largest`.
    intervals : Table
        One row a cell and `statistic`: `estimate, low, high, answered`.
    dropped : Table
        `column, reason, rows` of what was left out.
    value : str
        As asked for.
    weights : str or None
        The column of weights.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them; without, there are none.
    n_rows, n_units : int
        Used.
    """

    intervals: Table
    dropped: Table
    value: str
    weights: str | None
    confidence: float
    replications: int
    n_rows: int
    n_units: int


@measure(
    gives={
        "n_units": "units of the cell [units]",
        "hhi": "sum of squared shares, 1 for a single unit [1]",
        "numbers_equivalent": "units of one size that would have the same sum: 1 over it [units]",
        "entropy": "sum of shares times the log of one over them, 0 for a single unit [log points]",
        "cr4": "share of the 4 largest units [fraction]",
        "cr8": "share of the 8 largest [fraction]",
        "cr20": "share of the 20 largest [fraction]",
        "statistic": "column that the interval is of [name]",
        "estimate": "its value [1]",
        "low": "lower end of its interval, null without replications [1]",
        "high": "upper end of its interval [1]",
        "answered": "share of the draws that have an answer, null without draws [fraction]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Hall & Tideman (1967), Journal of the American Statistical Association 62(317), 162-168; "
    "Adelman (1969), Review of Economics and Statistics 51(1), 99-101",
    design="descriptive",
    pools="none",
    support="cells",
)
def concentration(
    panel: TableLike,
    *,
    value: Column,
    unit: Column,
    by: Sequence[Column] = (),
    largest: Sequence[int] = (4, 8, 20),
    weights: Column | None = None,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> Concentration:
    """Shares of the largest units of cells, and the sum of all squared shares.

    s_i is the unit's share of the cell's total: hhi Σ s², numbers equivalent 1/Σ s², entropy Σ s ln(1/s), and cr4 the
    sum of the four largest. A cell of a register says how sales lie among those who are in it; imports, markets that
    are wider or narrower than the cell, and units that belong together are not in it.

    Parameters
    ----------
    panel : Table
        One row a unit in a cell; the period of a panel is one of `by`.
    value : column
        Sales, employment: not negative.
    unit : column
        Who.
    by : sequence of columns
        What makes a cell; all rows are one without it.
    largest : sequence of int
        How many of the largest; of the columns `cr4`, `cr8`, `cr20` that they make, those of no fewer units
        than the cell has are 1.
    weights : column, optional
        How many units of this size a row stands for; zero or more. The last that counts among the largest counts
        with what is left of it.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with its rows in all cells, for percentile intervals. For a register without
        gaps they say how the cell might look with other units like these. Draws with replacement may lack the
        largest unit or repeat it, so that intervals are wide and need not have the estimate in their middle.
    rng : int
        Seed of the draws.

    Returns
    -------
    Concentration
        One row a cell; null where its total is 0.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has all.
    InfiniteValueError, NegativeValueError, ZeroWeightError
        If a number is infinite or negative, or weights are all zero.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, or a column plays two roles or is called as one of the result.
    ParameterRangeError, UsageError
        If a parameter is outside its range.

    Examples
    --------
    >>> import pandas as pd
    >>> firms = pd.DataFrame({"firm": ["a", "b", "c", "d"], "sales": [50.0, 25.0, 15.0, 10.0]})
    >>> found = concentration(firms, value="sales", unit="firm", largest=[1, 2])
    >>> print(found.to_pandas().round(3).to_string(index=False))
     n_units   hhi  numbers_equivalent  entropy  cr1  cr2
           4 0.345               2.899    1.208  0.5 0.75
    """
    check_intervals(confidence, replications)
    sizes = _sizes(largest)
    by = columns_of(by, "by")
    rows = read_by_value(panel, "panel", unit=unit, numbers=[value], by=by, weights=weights, nonnegative=(value,))
    statistics = (*INDEXES, *(f"cr{k}" for k in sizes))
    refuse_names("panel", by, ("n_units", *statistics, "statistic", "estimate", "low", "high", "answered"))
    cells, start = n_cells(rows), spans(rows.cell)
    order = within_cells(rows[value], None, start)
    x, h, who, cell = rows[value][order], rows.weights[order], rows.unit[order], rows.cell
    found = _statistics(x, h, cell, start, sizes)
    low = high = np.full_like(found, np.nan)
    counts, answers = np.diff(start), None
    if replications:
        draw = partial(_redrawn, sizes=sizes, n_units=rows.n_units)
        draws = np.array(replicate(draw, replications, arrays=(x, h, who, cell, start), rng=rng))
        low, high = percentile_interval(draws, confidence, np.isfinite(found) & (counts > 1)[:, None])
        answers = answered(draws)
    columns = {"n_units": counts, **dict(zip(statistics, found.T, strict=True)), f"{SUPPORT}units": counts}
    return Concentration(
        table=table_of_cells(rows, columns | contributions(x * h, cell, cells, value)),
        meanings={f"cr{k}": f"share of the {k} largest units [fraction]" for k in sizes},
        units=dict.fromkeys((f"cr{k}" for k in sizes), "fraction"),
        intervals=long_intervals(rows, statistics, found, low, high, answers),
        dropped=dropped_table(rows),
        value=value,
        weights=weights,
        confidence=confidence,
        replications=replications,
        n_rows=len(rows),
        n_units=rows.n_units,
    )


def _sizes(largest: Sequence[int]) -> tuple[int, ...]:
    sizes: tuple[Any, ...] = tuple(largest) if isinstance(largest, Sequence) else (largest,)
    if not all(isinstance(k, int) and not isinstance(k, bool) and k > 0 for k in sizes) or len({*sizes}) < len(sizes):
        raise ParameterRangeError("largest", largest, "whole numbers of 1 or more, each once")
    return sizes


def _statistics(x: Array, h: Array, cell: Codes, start: Codes, sizes: Sequence[int]) -> Array:
    """Reckon every statistic of every cell, shape (cells, statistics)."""
    squares = herfindahl(x, h, cell, len(start) - 1)
    columns = [squares, 1 / squares, entropy(x, h, cell, len(start) - 1)]
    return np.column_stack([*columns, *largest_shares(x, h, start, sizes).T])


def _redrawn(
    rng: np.random.Generator,
    x: Array,
    h: Array,
    unit: Codes,
    cell: Codes,
    start: Codes,
    sizes: Sequence[int],
    n_units: int,
) -> Array:
    return _statistics(x, h * drawn(rng, n_units)[unit], cell, start, sizes)
