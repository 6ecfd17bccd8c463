"""Two groups side by side, before anything is done to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from industria.core.measure import measure
from industria.core.result import SUPPORT, Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of, from_arrays
from industria.errors import UsageError
from industria.kernels.t_distribution import t_p_value, t_quantile
from industria.tables._moments import check_columns, check_weights, moments, values_of
from industria.tables._sides import Value, refuse_mixed, sides_of, text_of
from industria.tables._units_used import by_unit, refuse_unsteady, sides_behind

__all__ = ["Balance", "balance"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Balance(Result):
    """Means of two groups, and how far they lie apart.

    Attributes
    ----------
    table : Table
        One row a column.
    group : str
        The column that tells the groups apart.
    treated, comparison : str
        Its values, as text; `comparison` is "others" where all other values were taken.
    confidence : float
        Of the intervals.
    units_used : Table or None
        Who stands behind each average, as of `tables.summary`, by `used_group`; its `used_value` is its own average
        times its weight. Confidential; no rows where each row is a unit.
    unit, holding, weights : str or None
        Columns.
    """

    group: str
    treated: str
    comparison: str
    confidence: float
    units_used: Table
    unit: str | None
    holding: str | None
    weights: str | None


@measure(
    gives={
        "column": "the column that the row is about [name]",
        "mean_treated": "average of the treated [unit of column]",
        "mean_comparison": "average of the comparison [unit of column]",
        "difference": "treated less comparison [unit of column]",
        "standard_error": "of the difference, variances unequal (Welch) [unit of column]",
        "standardized_difference": "difference over the root of the average variance of the two groups [1]",
        "variance_ratio": "variance of the treated over that of the comparison [1]",
        "statistic": "difference over its standard error [1]",
        "df": "degrees of freedom by Welch and Satterthwaite [1]",
        "p_value": "two-sided, by the t distribution [fraction]",
        "low": "lower end of the interval of the difference [unit of column]",
        "high": "upper end of the interval of the difference [unit of column]",
        "standard_deviation_treated": "of the treated [unit of column]",
        "standard_deviation_comparison": "of the comparison [unit of column]",
        "n_treated": "treated with a value [count]",
        "n_comparison": "comparison with a value [count]",
    },
    cites="Imbens & Rubin (2015), Causal Inference for Statistics, Social, and Biomedical Sciences, ch. 14",
    design="descriptive",
    pools="moments",
    support="estimates",
)
def balance(
    records: TableLike,
    *,
    columns: Sequence[Column],
    group: Column,
    treated: Value,
    comparison: Value | None = None,
    unit: Column | None = None,
    holding: Column | None = None,
    weights: Column | None = None,
    confidence: float = 0.95,
) -> Balance:
    """Compare the averages of two groups, column by column.

    A standardized difference does not grow with the number of rows, as a t
    statistic does; beyond a quarter, adjustment by regression alone is
    delicate (Imbens and Rubin). Each column uses the rows that have a value of it.

    Parameters
    ----------
    records : Table
        `columns`, of numbers or truth values (1 and 0); `group`, `unit`, `holding` and
        `weights`. Rows without a group, a value, or a weight above zero are left out.
    columns : sequence of columns
        What is compared.
    group : column
        What tells the groups apart.
    treated : text, number or truth value
        Its value in the one group.
    comparison : text, number or truth value, optional
        Its value in the other; all other values without it.
    unit : column, optional
        Who stands behind a row. Rows of one unit are averaged first, so that a
        unit counts once; it may stand in one group only.
    holding : column, optional
        Who owns the unit, null where nobody does; the same in all rows of a unit. Its units stand as one in
        `support_holdings`, and may stand in both groups.
    weights : column, optional
        How much a row counts; zero or more. Averages and variances are weighted, and
        standard errors are linearized, n / (n - 1) sum w^2 (x - m)^2 / (sum w)^2 in
        each group; with equal weights that is Welch's.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    Balance
        One row a column. Where a group has fewer than two values, or no spread, what
        depends on it is null.

    Raises
    ------
    MissingColumnError
        If `records` lacks a column.
    ColumnTypeError
        If a column holds neither numbers nor truth values.
    EmptyTableError
        If there are no rows.
    UnknownGroupError
        If no row has a value that makes a group; the message has the nearest.
    MixedGroupsError
        If a unit stands in both groups.
    UnsteadyUnitError
        If the holding of a unit changes.
    NegativeWeightError
        If a weight is below zero.
    UsageError
        If `columns` is no list of columns, there is nothing to compare, or the confidence is not between 0 and 1.
    """
    columns = columns_of(columns, "columns")
    named = [name for name in (unit, holding, weights) if name is not None]
    records = as_table(records, "records", *columns, group, *named)
    check_columns(records, "records", columns, (), ())
    check_weights(records, "records", weights)
    if not columns:
        raise UsageError("balance: columns is empty; name at least one.")
    if not 0 < confidence < 1:
        raise UsageError(f"balance: confidence is {confidence:g}; it lies between 0 and 1.")

    sides = sides_of(records, group, treated, comparison)
    if unit is not None:
        refuse_mixed(sides, unit)
    refuse_unsteady(sides, unit, holding)
    rows = [
        _compared(column, *_samples(sides, column, unit, weights), confidence)
        | _owners(sides, column, unit, weights, holding)
        for column in columns
    ]
    names = {True: text_of(treated), False: "others" if comparison is None else text_of(comparison)}
    return Balance(
        table=from_arrays({name: [row[name] for row in rows] for name in rows[0]}),
        group=group,
        treated=names[True],
        comparison=names[False],
        confidence=confidence,
        units_used=sides_behind(sides, columns, weights, unit, names, holding),
        unit=unit,
        holding=holding,
        weights=weights,
    )


def _samples(
    sides: Table, column: str, unit: str | None, weights: str | None
) -> tuple[dict[str, float], dict[str, float]]:
    """Tell n, mean, variance and the variance of the mean of the treated and of the comparison."""
    rows = values_of(sides, column, ["_treated"], weights, unit)
    if unit is not None:
        rows = by_unit(rows)
    x, w = nw.col("_value"), nw.col("_weight")
    first = _pass(rows, (x * w).sum().alias("_a"), w.sum().alias("_b"))
    centers = {side: a / b if b > 0 else np.nan for side, (_, a, b) in first.items()}
    # A second pass around the means: sums of squares less the square of sums lose their digits.
    center = nw.when(nw.col("_treated")).then(nw.lit(centers[True])).otherwise(nw.lit(centers[False]))
    away = rows.with_columns(_away=x - center)
    d = nw.col("_away")
    second = _pass(away, (w * d * d).sum().alias("_a"), (w * w * d * d).sum().alias("_b"))
    return tuple(  # type: ignore[return-value]
        _moments(first[side][0], centers[side], first[side][2], second[side][1], second[side][2])
        for side in (True, False)
    )


def _pass(rows: Table, *sums: nw.Expr) -> dict[bool, tuple[float, ...]]:
    cells = rows.group_by("_treated").agg(nw.col("_value").count().cast(nw.Int64).alias("_n"), *sums)
    found = collect(cells.select("_treated", "_n", "_a", "_b")).to_pylist()
    empty = {True: (0.0, 0.0, 0.0), False: (0.0, 0.0, 0.0)}
    return empty | {row["_treated"]: (row["_n"], row["_a"] or 0.0, row["_b"] or 0.0) for row in found}


def _moments(n: float, mean: float, weight: float, squares: float, weighted_squares: float) -> dict[str, float]:
    if n < 2:
        return {"n": n, "mean": mean, "variance": np.nan, "variance_of_mean": np.nan}
    correction = n / (n - 1)
    return {
        "n": n,
        "mean": mean,
        "variance": squares / weight * correction,
        "variance_of_mean": weighted_squares / weight**2 * correction,
    }


def _compared(column: str, one: dict[str, float], other: dict[str, float], confidence: float) -> dict[str, Any]:
    difference = one["mean"] - other["mean"]
    a, b = one["variance_of_mean"], other["variance_of_mean"]
    error = np.sqrt(a + b)
    spread = np.sqrt((one["variance"] + other["variance"]) / 2)
    some = error > 0
    df = (a + b) ** 2 / (a**2 / (one["n"] - 1) + b**2 / (other["n"] - 1)) if some else np.nan
    statistic = difference / error if some else np.nan
    margin = float(t_quantile(0.5 + confidence / 2, df)) * error if some else np.nan
    return {
        "column": column,
        "mean_treated": one["mean"],
        "mean_comparison": other["mean"],
        "difference": difference,
        "standard_error": error,
        "standardized_difference": difference / spread if spread > 0 else np.nan,
        "variance_ratio": one["variance"] / other["variance"] if other["variance"] > 0 else np.nan,
        "statistic": statistic,
        "df": df,
        "p_value": float(t_p_value(statistic, df)) if some else np.nan,
        "low": difference - margin,
        "high": difference + margin,
        "standard_deviation_treated": np.sqrt(one["variance"]),
        "standard_deviation_comparison": np.sqrt(other["variance"]),
        "n_treated": int(one["n"]),
        "n_comparison": int(other["n"]),
        f"{SUPPORT}df": float(max(one["n"] + other["n"] - 2, 0)),
        f"{SUPPORT}units": int(min(one["n"], other["n"])),
    }


def _owners(sides: Table, column: str, unit: str | None, weights: str | None, holding: str | None) -> dict[str, int]:
    """Count the holdings behind the average of fewer; nothing where nobody tells them."""
    if holding is None:
        return {}
    rows = values_of(sides, column, ["_treated"], weights, unit, holding)
    cells = moments(rows, ["_treated"], weighted=False, unit=unit is not None, holding=True)
    told = f"{SUPPORT}holdings"
    found = {row["_treated"]: row[told] for row in collect(cells.select("_treated", told)).to_pylist()}
    return {told: int(min(found.get(side, 0) for side in (True, False)))}
