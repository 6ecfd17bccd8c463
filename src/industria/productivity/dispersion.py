"""How far units of a cell lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Final, Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.result import SUPPORT, Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError
from industria.kernels.distributions import moments, quantiles, spans, within_cells
from industria.kernels.t_distribution import t_quantile
from industria.productivity._accounts import dropped_table, refuse_names
from industria.productivity._by_value import read_by_value
from industria.productivity._cells import BEHIND, long_intervals, table_of_cells, units_behind, weights_of
from industria.productivity._intervals import answered, check_intervals, drawn, percentile_interval
from industria.productivity._logs import doubt_of_level, refuse_levels, refuse_logs
from industria.productivity._panel import Array, Codes, read

__all__ = ["Dispersion", "dispersion"]

Scale = Literal["log", "level"]
LEVELS: Final = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
PERCENTILES: Final = ("p10", "p25", "p50", "p75", "p90")
GAPS: Final = {"p90_p10": (4, 0), "p90_p50": (4, 2), "p50_p10": (2, 0), "p75_p25": (3, 1)}
STATISTICS: Final = ("mean", "sd", *PERCENTILES, *GAPS)
STEPS: Final = tuple(pairwise((0.0, *LEVELS.tolist(), 1.0)))
EQUAL: Final = 1e-12
"""Sums of weights carry rounding: a share within this of a level is that level."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Dispersion(Result):
    """Spread of units within cells.

    Attributes
    ----------
    table : Table
        One row a cell: `n_units, mean, sd`, percentiles and gaps between them.
    intervals : Table
        One row a cell and `statistic`: `estimate, low, high, answered`.
    dropped : Table
        `column, reason, rows` of what was left out.
    units_used : Table
        Who stands behind the means: the labels of the cell, `used_unit`, `used_value` and, where weights differ,
        `used_weight`; confidential.
    value, scale, unit : str
        As asked for.
    weights : str or None
        The column of weights.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them; with 0 the mean and the percentiles alone have intervals.
    n_rows, n_units : int
        Used.
    doubt : str or None
        That a level looks as if it were in logs.
    """

    intervals: Table
    dropped: Table
    units_used: Table
    value: str
    scale: str
    unit: str
    weights: str | None
    confidence: float
    replications: int
    n_rows: int
    n_units: int
    doubt: str | None


@measure(
    gives={
        "n_units": "units of the cell [units]",
        "mean": "average [unit of value]",
        "sd": "square root of the variance, n - 1 in its denominator [unit of value]",
        "p10": "10th percentile [unit of value]",
        "p25": "25th percentile [unit of value]",
        "p50": "median [unit of value]",
        "p75": "75th percentile [unit of value]",
        "p90": "90th percentile [unit of value]",
        "p90_p10": "gap between the two percentiles: a difference of logs, a ratio of levels [log points]",
        "p90_p50": "the same of the upper half [log points]",
        "p50_p10": "the same of the lower half [log points]",
        "p75_p25": "the same of the quartiles [log points]",
        "statistic": "column that the interval is of [name]",
        "estimate": "its value [unit of value]",
        "low": "lower end of its interval [unit of value]",
        "high": "upper end of its interval [unit of value]",
        "answered": "share of the draws that have an answer, null without draws [fraction]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Syverson (2011), What determines productivity?, Journal of Economic Literature 49(2), 326-365; "
    "Hyndman & Fan (1996), The American Statistician 50(4), 361-365",
    design="descriptive",
    pools="none",
    support="percentiles",
)
def dispersion(
    panel: TableLike,
    *,
    value: Column,
    unit: Column,
    by: Sequence[Column] = (),
    weights: Column | None = None,
    scale: Scale = "log",
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> Dispersion:
    """Average, spread and percentiles of units within cells, with intervals.

    Percentiles lie between the two nearest values: type 7 of Hyndman and Fan, and with weights
    x_k stands at (C_k - w_k/2 - w_1/2) / (W - (w_1 + w_n)/2), C_k the weight up to it. Equal weights give the
    same as none, and a common factor changes nothing. Of productivity from an industry's deflator this is
    the spread of revenue productivity: prices and markups are in it.

    Parameters
    ----------
    panel : Table
        One row a unit in a cell; the period of a panel is one of `by`.
    value : column
        What spreads, most often productivity in logs.
    unit : column
        Who.
    by : sequence of columns
        What makes a cell; all rows are one without it.
    weights : column, optional
        How many units a row stands for; zero or more.
    scale : {"log", "level"}
        Whether the column is in logs, so that gaps are differences, or a level above 0, so that they are ratios.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with its rows in all cells, for percentile intervals. With 0 the mean has
        its t interval, and percentiles have those of Woodruff (1952), by the ranks around them.
    rng : int
        Seed of the draws.

    Returns
    -------
    Dispersion
        One row a cell; the standard deviation of a single unit is null.

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

    Examples
    --------
    Output per worker of the six states of New England in 1986, Munnell (1990).

    >>> import numpy as np, pandas as pd
    >>> states = pd.DataFrame({
    ...     "state": ["CT", "MA", "ME", "NH", "RI", "VT"],
    ...     "product": [61750, 102279, 15056, 17073, 13283, 7585],
    ...     "employment": [1604.2, 2984.8, 477.4, 490.1, 442.5, 234.4],
    ... })
    >>> states["log_productivity"] = np.log(states["product"] / states["employment"])
    >>> found = dispersion(states, value="log_productivity", unit="state")
    >>> print(found.to_pandas()[["n_units", "sd", "p90_p10", "p75_p25"]].round(3).to_string(index=False))
     n_units    sd  p90_p10  p75_p25
           6 0.087    0.174    0.089
    """
    if scale not in get_args(Scale):
        raise ChoiceError("scale", scale, get_args(Scale))
    check_intervals(confidence, replications)
    by = columns_of(by, "by")
    roles: dict[str, Any] = {"unit": unit, "numbers": [value], "by": by, "weights": weights}
    rows = read_by_value(panel, "panel", **roles) if scale == "log" else read(panel, "panel", **roles)
    refuse_names("panel", by, ("n_units", *STATISTICS, "statistic", "estimate", "low", "high", "answered", *BEHIND))
    if scale == "log":
        refuse_levels(rows, value, 'scale="level"')
    else:
        refuse_logs(rows, value, 'scale="log"')
    start, w = spans(rows.cell), weights_of(rows)
    order = within_cells(rows[value], w, start)
    x, w, who = rows[value][order], None if w is None else w[order], rows.unit[order]
    found = _statistics(x, w, None, start, scale)
    counts, answers = np.diff(start), None
    if replications:
        draw = partial(_redrawn, n_units=rows.n_units, scale=scale)
        weight = np.ones(len(x)) if w is None else w
        draws = np.array(replicate(draw, replications, arrays=(x, weight, who, start), rng=rng))
        low, high = percentile_interval(draws, confidence, np.isfinite(found) & (counts > 1)[:, None])
        answers = answered(draws)
    else:
        low, high = _analytic(x, w, start, found, confidence)
    columns = {"n_units": counts, **dict(zip(STATISTICS, found.T, strict=True))}
    return Dispersion(
        table=table_of_cells(rows, columns | {f"{SUPPORT}units": counts, f"{SUPPORT}window": _windows(w, start)}),
        units=dict.fromkeys(GAPS, "1") if scale == "level" else {},
        intervals=long_intervals(rows, STATISTICS, found, low, high, answers),
        dropped=dropped_table(rows),
        units_used=units_behind(rows, unit, who, rows.cell, x, used_weight=w),
        value=value,
        scale=scale,
        unit=unit,
        weights=weights,
        confidence=confidence,
        replications=replications,
        n_rows=len(rows),
        n_units=rows.n_units,
        doubt=None
        if scale == "log"
        else doubt_of_level(rows, value, float(np.log(rows[value].max() / rows[value].min()))),
    )


def _statistics(x: Array, w: Array | None, m: Array | None, start: Codes, scale: Scale) -> Array:
    """Reckon every statistic of every cell, shape (cells, statistics); m is how often a row was drawn."""
    found = np.empty((len(start) - 1, len(STATISTICS)))
    for cell, (a, b) in enumerate(pairwise(start.tolist())):
        here, times = (None if of is None else of[a:b] for of in (w, m))
        total = here if times is None else times if here is None else here * times
        found[cell, :2] = moments(x[a:b], total, None if times is None else times.sum())
        found[cell, 2:7] = quantiles(x[a:b], LEVELS, here, times)
    upper, lower = (found[:, [2 + pair[end] for pair in GAPS.values()]] for end in (0, 1))
    found[:, 7:] = upper - lower if scale == "log" else upper / lower
    return found


def _redrawn(
    rng: np.random.Generator, x: Array, w: Array, unit: Codes, start: Codes, n_units: int, scale: Scale
) -> Array:
    return _statistics(x, w, drawn(rng, n_units)[unit], start, scale)


def _analytic(x: Array, w: Array | None, start: Codes, found: Array, confidence: float) -> tuple[Array, Array]:
    """Bound the mean by Student's t, and percentiles by those as far from them as their ranks are uncertain."""
    low, high = np.full_like(found, np.nan), np.full_like(found, np.nan)
    for cell, (a, b) in enumerate(pairwise(start.tolist())):
        here = None if w is None else w[a:b]
        # Weights that differ tell as much as fewer that do not (Kish).
        n = float(b - a) if here is None else here.sum() ** 2 / (here @ here)
        if n <= 1:
            continue
        mean, sd = found[cell, :2]
        half = t_quantile((1 + confidence) / 2, n - 1) * sd / np.sqrt(n)
        low[cell, 0], high[cell, 0] = mean - half, mean + half
        wide = t_quantile((1 + confidence) / 2, None) * np.sqrt(LEVELS * (1 - LEVELS) / n)
        low[cell, 2:7] = quantiles(x[a:b], np.clip(LEVELS - wide, 0, 1), here)
        high[cell, 2:7] = quantiles(x[a:b], np.clip(LEVELS + wide, 0, 1), here)
    return low, high


def _windows(w: Array | None, start: Codes) -> Codes:
    """Count the units between neighboring percentiles, where they are fewest."""
    if w is None:
        gap = min(high - low for low, high in STEPS)
        return np.asarray(np.floor(np.diff(start) * gap + EQUAL), np.int64)
    fewest = np.empty(len(start) - 1, np.int64)
    for cell, (a, b) in enumerate(pairwise(start.tolist())):
        share = np.cumsum(w[a:b]) / w[a:b].sum()
        fewest[cell] = min(int(((share > low + EQUAL) & (share <= high + EQUAL)).sum()) for low, high in STEPS)
    return fewest
