"""How far groups of units lie behind the best of their cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.result import SUPPORT, Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError, ParameterRangeError
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._by_value import read_by_value
from industria.productivity._cells import BEHIND, units_behind
from industria.productivity._intervals import check_intervals, drawn, percentile_interval
from industria.productivity._leaders import Gaps, Leaders, gaps, leaders, median_sizes
from industria.productivity._logs import doubt_of_level, in_logs
from industria.productivity._nests import nests
from industria.productivity._panel import Array, Panel, read

__all__ = ["FrontierGap", "frontier_gap"]

Size = Literal["share", "fixed"]
LAGGARDS: Final = "laggards"
MADE: Final = ("group", "n_units", "n_frontier", "frontier_mean", "group_mean", "gap", "low", "high", *BEHIND)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FrontierGap(Result):
    """Distances of groups from the frontier.

    Attributes
    ----------
    table : Table
        One row a cell and `group`: `n_units, n_frontier, frontier_mean, group_mean, gap, low, high`.
    dropped : Table
        `column, reason, rows` of what was left out.
    units_used : Table
        Who stands behind the means: the labels of the cell, `used_unit`, `used_value`, `used_frontier`, whether it is
        at the frontier, and, where weights differ, `used_weight`;
        confidential.
    value, unit : str
        As asked for.
    groups : str or None
        The column of groups.
    logs : bool
        Whether `value` was in logs already.
    frontier : float
        Share of units that make it.
    size : str
        Whether that share is of each cell, or of the median cell.
    weights : str or None
        The column of weights.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them; without, there are none.
    n_rows, n_units : int
        Used.
    doubt : str or None
        That a level looks as if it were in logs.
    """

    dropped: Table
    units_used: Table
    value: str
    unit: str
    groups: str | None
    logs: bool
    frontier: float
    size: str
    weights: str | None
    confidence: float
    replications: int
    n_rows: int
    n_units: int
    doubt: str | None


@measure(
    gives={
        "group": "laggards, who are all but the frontier, or a value of the column of groups [name]",
        "n_units": "units of the group in the cell [units]",
        "n_frontier": "units of the cell's frontier [units]",
        "frontier_mean": "mean of the frontier [unit of value]",
        "group_mean": "mean of the group [unit of value]",
        "gap": "the first less the second [log points]",
        "low": "lower end of the interval of the gap, null without replications [log points]",
        "high": "upper end of the interval of the gap [log points]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Andrews, Criscuolo & Gal (2016), OECD Productivity Working Papers 5; "
    "Berlingieri, Blanchenay, Calligaris & Criscuolo (2017), The MultiProd project, OECD STI Working Papers 2017/04",
    design="descriptive",
    pools="none",
    support="units",
)
def frontier_gap(
    panel: TableLike,
    *,
    value: Column,
    unit: Column,
    by: Sequence[Column] = (),
    frontier: float = 0.05,
    size: Size = "share",
    time: Column | None = None,
    groups: Column | None = None,
    weights: Column | None = None,
    logs: bool = True,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> FrontierGap:
    """Set the mean of the best units of a cell against the mean of the rest, or of groups.

    The frontier are the units at or above the quantile 1 - `frontier` of their cell, an industry and year. With
    size "fixed" it is as many of the best as make that share of the median cell, so that small units which come into
    a growing sample do not move it. A gap of logs of .7 is a factor of 2. What lies at the top of one year is partly
    luck and error, so that the gap holds both; of revenue productivity it holds prices and markups, too.

    Parameters
    ----------
    panel : Table
        One row a unit in a cell; the period of a panel is `time`, or one of `by`.
    value : column
        Productivity, in logs or, with `logs=False`, as a level above 0.
    unit : column
        Who.
    by : sequence of columns
        What makes a cell; all rows are one without it.
    frontier : float
        Share of units that make the frontier.
    size : {"share", "fixed"}
        Whether it is a share of each cell, or of the median cell.
    time : column, optional
        The period, which makes cells besides `by`; the median is then over the periods of each cell of `by`,
        and without it over all cells.
    groups : column, optional
        Size class, region, age; a group's mean is that of all its units, those at the frontier among them.
    weights : column, optional
        How many units a row stands for; zero or more.
    logs : bool
        Whether `value` is in logs already.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with its rows in all cells, for percentile intervals; the frontier is drawn anew
        each time.
    rng : int
        Seed of the draws.

    Returns
    -------
    FrontierGap
        One row a cell and group. Where all units of a cell are at the frontier there are no laggards, and their
        gap is null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has all.
    InfiniteValueError, NegativeValueError, ZeroWeightError, OutsideRangeError
        If a number is infinite, weights are negative or all zero, or a level is not above 0.
    LogsError
        If `value` spreads as no logs do.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range.

    See Also
    --------
    productivity.convergence : whether the gap closes.

    Examples
    --------
    Ten plants; the best tenth against small and large ones.

    >>> import pandas as pd
    >>> plants = pd.DataFrame({
    ...     "plant": range(10), "log_tfp": [0.1, 0.3, 0.2, 0.5, 0.4, 0.6, 0.3, 0.7, 0.9, 1.3],
    ...     "size": ["small"] * 5 + ["large"] * 5,
    ... })
    >>> found = frontier_gap(plants, value="log_tfp", unit="plant", frontier=0.1, groups="size")
    >>> print(found.to_pandas()[["group", "n_units", "n_frontier", "group_mean", "gap"]].round(2))
       group  n_units  n_frontier  group_mean   gap
    0  large        5           1        0.76  0.54
    1  small        5           1        0.30  1.00
    """
    if size not in get_args(Size):
        raise ChoiceError("size", size, get_args(Size))
    if not 0 < frontier < 1:
        raise ParameterRangeError("frontier", frontier, "a share of units between 0 and 1")
    check_intervals(confidence, replications)
    by = columns_of(by, "by")
    cells = [*by, *([time] if time else [])]
    roles: dict[str, Any] = {"unit": unit, "numbers": [value], "by": [*cells, *([groups] if groups else [])]}
    roles["weights"] = weights
    rows = read_by_value(panel, "panel", **roles) if logs and groups is None else read(panel, "panel", **roles)
    refuse_names("panel", cells, MADE)
    rows = in_logs(rows, value, logs)
    held = nests(rows, len(cells))
    x = leaders(rows, value, held.cells, groups is not None, frontier)
    if size == "fixed":
        x = median_sizes(x, rows, len(by) if time else 0)
    found = gaps(x)
    low = high = np.full(len(found.gap), np.nan)
    if replications:
        draws = replicate(partial(_redrawn, x=x, n_units=rows.n_units), replications, rng=rng)
        low, high = percentile_interval(
            np.array(draws), confidence, np.isfinite(found.gap) & (np.diff(x.start)[x.of] > 1)
        )
    return FrontierGap(
        table=_table(rows, x, found, groups, low, high),
        dropped=dropped_table(rows),
        units_used=units_behind(
            rows, unit, x.unit, x.group, x.p, used_frontier=found.leads, used_weight=None if x.equal else x.w
        ),
        value=value,
        unit=unit,
        groups=groups,
        logs=logs,
        frontier=frontier,
        size=size,
        weights=weights,
        confidence=confidence,
        replications=replications,
        n_rows=len(rows),
        n_units=rows.n_units,
        doubt=None if logs else doubt_of_level(rows, value, float(np.ptp(rows[value]))),
    )


def _redrawn(rng: np.random.Generator, x: Leaders, n_units: int) -> Array:
    return gaps(x, drawn(rng, n_units)[x.unit]).gap


def _table(rows: Panel, x: Leaders, found: Gaps, groups: str | None, low: Array, high: Array) -> Table:
    n = len(x.of)
    keys = rows.cells.drop_columns([groups]) if groups else rows.cells
    names: Any = rows.cells[groups].cast(pa.string()) if groups else [LAGGARDS] * n
    units = np.bincount(x.group[found.inside], minlength=n)
    leading = np.bincount(x.cell[found.leads], minlength=len(x.start) - 1)[x.of]
    columns = {
        "group": names,
        "n_units": units,
        "n_frontier": leading,
        "frontier_mean": found.frontier,
        "group_mean": found.mean,
        "gap": found.gap,
        "low": low,
        "high": high,
        f"{SUPPORT}units": np.minimum(units, leading),
    }
    return beside(keys, columns)
