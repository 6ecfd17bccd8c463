"""Columns at a glance, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import SUPPORT, Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import UsageError
from industria.tables._moments import check_columns, check_weights, moments, values_of
from industria.tables._units_used import BEHIND, OWNER, refuse_unsteady, units_behind

__all__ = ["Summary", "summary"]

SHOWN: Final = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
MOMENTS: Final = ("n", "n_missing", "weight", "mean", "standard_deviation")
MADE: Final = ("column", *MOMENTS, "minimum", *SHOWN, "maximum")

# Sums of weights carry rounding: a share within this of a probability is that probability.
EQUAL: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Summary(Result):
    """Count, average, spread and percentiles of columns.

    Attributes
    ----------
    table : Table
        One row a group and column.
    quantiles : Table or None
        Other quantiles that were asked for: the group, `column`, `probability`, `quantile`.
    units_used : Table or None
        Who stands behind each row: `by`, `column`, `used_unit`, `used_rows`, `used_missing`, `used_value` and
        `used_weight`, with `holding` `used_owner`; confidential. None where each row is a unit.
    weights, unit, holding : str or None
        The columns of weights, of units and of who owns them.
    """

    quantiles: Table | None = None
    units_used: Table | None = None
    weights: str | None = None
    unit: str | None = None
    holding: str | None = None


@measure(
    gives={
        "column": "the column that the row is about [name]",
        "n": "rows with a value, and with a weight above zero where there are weights [count]",
        "n_missing": "the other rows [count]",
        "weight": "sum of the weights; n without weights [1]",
        "mean": "average [unit of column]",
        "standard_deviation": "square root of the variance, n - 1 in its denominator [unit of column]",
        "minimum": "smallest value [unit of column]",
        "p10": "10th percentile [unit of column]",
        "p25": "25th percentile [unit of column]",
        "p50": "median [unit of column]",
        "p75": "75th percentile [unit of column]",
        "p90": "90th percentile [unit of column]",
        "maximum": "largest value [unit of column]",
        "probability": "share of rows, or of weight, up to the quantile [fraction]",
        "quantile": "value up to which that share lies [unit of column]",
    },
    cites="Hyndman & Fan (1996), Sample Quantiles in Statistical Packages, The American Statistician 50(4), 361-365",
    design="descriptive",
    pools="moments",
    support="percentiles",
)
def summary(
    records: TableLike,
    *,
    columns: Sequence[Column],
    by: Sequence[Column] = (),
    weights: Column | None = None,
    unit: Column | None = None,
    holding: Column | None = None,
    quantiles: Sequence[float] = (),
    extremes: bool = True,
) -> Summary:
    """Count, average, spread and percentiles of columns.

    Without weights, percentiles lie between the two nearest values (type 7 of
    Hyndman and Fan, as pandas, R and spreadsheets have them). With weights, they
    invert the weighted distribution, halfway between two values where a share is
    met exactly (type 2, as survey programs have them), and the variance weighs
    squared distances; a common factor of the weights changes nothing.

    Parameters
    ----------
    records : Table
        `columns`, of numbers or truth values (1 and 0); `by`, `weights`, `unit` and `holding`.
        Rows without a value, or without a weight above zero, are counted as missing.
        A missing key makes a group of its own.
    columns : sequence of columns
        What is described.
    by : sequence of columns
        What makes a group; all rows are one without it.
    weights : column, optional
        How much a row counts; zero or more.
    unit : column, optional
        Who stands behind a row, for disclosure control; each row is a unit without it.
    holding : column, optional
        Who owns the unit, null where nobody does; the same in all rows of a unit. Its units then stand as one, in
        `support_holdings` and between percentiles.
    quantiles : sequence of float
        Further probabilities between 0 and 1, for the table `quantiles`.
    extremes : bool
        Whether minimum and maximum are told. They are values of single units, so
        that rows with them are not released from confidential data.

    Returns
    -------
    Summary
        One row a group and column; without rows, none. Where no row counts, n is 0 and the rest null.

    Raises
    ------
    MissingColumnError
        If `records` lacks a column.
    ColumnTypeError
        If a column holds neither numbers nor truth values.
    NegativeWeightError
        If a weight is below zero.
    UnsteadyUnitError
        If the holding of a unit changes.
    ReservedNameError
        If a column of `by` bears a name that the result needs.
    UsageError
        If `columns` or `by` is no list of columns, there is nothing to describe, or a
        probability is not between 0 and 1.
    """
    columns, by = columns_of(columns, "columns"), columns_of(by, "by")
    named = [name for name in (weights, unit, holding) if name is not None]
    records = as_table(records, "records", *columns, *by, *named)
    check_columns(records, "records", columns, by, (*MADE, "probability", "quantile", *BEHIND, OWNER))
    check_weights(records, "records", weights)
    refuse_unsteady(records, unit, holding)
    if not columns:
        raise UsageError("summary: columns is empty; name at least one.")
    for probability in quantiles:
        if not 0 < probability < 1:
            raise UsageError(f"summary: quantiles has {probability:g}, which does not lie between 0 and 1.")

    asked = SHOWN | {f"_q{i}": probability for i, probability in enumerate(quantiles)}
    parts = [_described(records, column, by, weights, unit, holding, asked, extremes) for column in columns]
    order = [*by, "_place"]
    cells = nw.concat([part.with_columns(_place=nw.lit(i)) for i, part in enumerate(parts)]).sort(*order)
    return Summary(
        table=cells.select(*by, *MADE, *_support(holding)),
        quantiles=_long(cells, by, quantiles) if quantiles else None,
        units_used=units_behind(records, columns, by, weights, unit, holding),
        weights=weights,
        unit=unit,
        holding=holding,
    )


def _described(
    records: Table,
    column: str,
    by: Sequence[str],
    weights: str | None,
    unit: str | None,
    holding: str | None,
    asked: dict[str, float],
    extremes: bool,
) -> Table:
    # A key that is the same in all rows would be sorted with them.
    keys = list(by) or ["column"]
    rows, some = values_of(records, column, by, weights, unit, holding), {"unit": unit, "holding": holding}
    told = {name: of is not None for name, of in some.items()}
    x = nw.col("_value")
    ends = [x.min().alias("minimum"), x.max().alias("maximum")]
    if weights is None:
        rows = _ranks(rows, keys)
        cells = moments(rows, keys, *ends, *_neighbors(asked), weighted=False, **told)
        inside = [_interpolated(name, p) for name, p in asked.items()]
    else:
        rows = _shares(rows, keys)
        cells = moments(rows, keys, *ends, *_inverse(asked), *_between(asked), weighted=True, **told)
        inside = [((nw.col(f"_up_{name}") + nw.col(f"_past_{name}")) / 2).alias(name) for name in asked]
    cells = cells.with_columns(*inside, nw.lit(column).alias("column"))
    cells = cells.with_columns(
        _window(asked, weights is not None, extremes, holding is not None).alias(f"{SUPPORT}window")
    )
    if not extremes:
        nothing = nw.when(nw.col("n") < 0).then(nw.col("mean"))
        cells = cells.with_columns(nothing.alias("minimum"), nothing.alias("maximum"))
    return cells.select(*by, *MADE, *(q for q in asked if q not in SHOWN), *_support(holding))


def _support(holding: str | None) -> list[str]:
    return [f"{SUPPORT}{name}" for name in ("units", *([] if holding is None else ["holdings"]), "window")]


def _ranks(rows: Table, keys: Sequence[str]) -> Table:
    """Tell of each value how many of its group lie below it, and how many besides it there are.

    An engine holds every value of every group at once to tell a quantile, and once more for each
    further one; ranks it sorts, and puts on disk what does not fit.
    """
    x = nw.col("_value")
    return rows.with_columns(
        _below=x.rank("ordinal").over(*keys).cast(nw.Float64) - 1, _others=x.count().over(*keys).cast(nw.Float64) - 1
    )


def _neighbors(asked: dict[str, float]) -> list[nw.Expr]:
    """Take the two values whose ranks lie around each quantile; they are one where it falls on a rank."""
    x = nw.col("_value")
    found: list[nw.Expr] = []
    for name, p in asked.items():
        near = nw.when((nw.col("_below") - nw.col("_others") * p).abs() < 1).then(x)
        found += [near.min().alias(f"_low_{name}"), near.max().alias(f"_high_{name}")]
    return found


def _interpolated(name: str, p: float) -> nw.Expr:
    low, high = nw.col(f"_low_{name}"), nw.col(f"_high_{name}")
    place = (nw.col("n").cast(nw.Float64) - 1) * p
    share = place - place.floor()
    return nw.when(low == high).then(low).otherwise(low * (1 - share) + high * share).alias(name)


def _shares(rows: Table, keys: Sequence[str]) -> Table:
    """Tell of each row which share of its group's weight lies at or below it."""
    w = nw.col("_weight")
    total = w.sum().over(*keys)
    upto = w.cum_sum().over(*keys, order_by="_value")
    return rows.with_columns(_share=nw.when(~nw.col("_value").is_null()).then(upto / nw.when(total > 0).then(total)))


def _inverse(asked: dict[str, float]) -> list[nw.Expr]:
    x, share = nw.col("_value"), nw.col("_share")
    up: list[nw.Expr] = [nw.when(share >= p - EQUAL).then(x).min().alias(f"_up_{name}") for name, p in asked.items()]
    past: list[nw.Expr] = [nw.when(share > p + EQUAL).then(x).min().alias(f"_past_{name}") for name, p in asked.items()]
    return up + past


def _between(asked: dict[str, float]) -> list[nw.Expr]:
    """Count the rows between neighboring percentiles, which weights make uneven."""
    share = nw.col("_share")
    return [
        ((share > low + EQUAL) & (share <= high + EQUAL)).cast(nw.Int64).sum().cast(nw.Int64).alias(f"_between_{i}")
        for i, (low, high) in enumerate(_steps(asked))
    ]


def _steps(asked: dict[str, float]) -> list[tuple[float, float]]:
    return list(pairwise(sorted({0.0, 1.0, *asked.values()})))


def _window(asked: dict[str, float], weighted: bool, extremes: bool, by_holding: bool) -> nw.Expr:
    """Bound the units, or holdings, between neighboring published percentiles from below.

    Rows that share a unit with another, n less the units, might all lie in one window.
    """
    n, units = nw.col("n"), nw.col(f"{SUPPORT}{'holdings' if by_holding else 'units'}")
    if weighted:
        rows = nw.min_horizontal(*(f"_between_{i}" for i, _ in enumerate(_steps(asked))))
    else:
        gap = min(high - low for low, high in _steps(asked))
        rows = (n.cast(nw.Float64) * gap + EQUAL).floor().cast(nw.Int64)
    within = rows - (n - units)
    # The smallest value is the 0th percentile, and its window is one unit.
    most = nw.min_horizontal(units, nw.lit(1)) if extremes else units
    return nw.max_horizontal(nw.min_horizontal(within, most), nw.lit(0)).cast(nw.Int64)


def _long(cells: Table, by: Sequence[str], quantiles: Sequence[float]) -> Table:
    parts = [
        cells.select(*by, "column", "_place", nw.lit(float(p)).alias("probability"), nw.col(f"_q{i}").alias("quantile"))
        for i, p in enumerate(quantiles)
    ]
    return nw.concat(parts).sort(*by, "_place", "probability").drop("_place")
