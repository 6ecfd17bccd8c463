"""Moments of columns by group, on any engine: what summary and balance share."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from industria.core.result import SUPPORT
from industria.core.table import Table, arrays
from industria.errors import ColumnTypeError, EmptyTableError, NegativeWeightError, ReservedNameError

__all__ = ["check_columns", "check_weights", "moments", "owner_of", "values_of"]

NUMBERS = (nw.Int64, nw.Float64, nw.Boolean)


def check_columns(table: Table, name: str, columns: Sequence[str], keys: Sequence[str], made: Sequence[str]) -> None:
    """Refuse columns that are no numbers, and keys named like a column of the result.

    Raises
    ------
    ColumnTypeError
        If a column holds text or dates.
    ReservedNameError
        If a key bears a name that the result needs.
    """
    schema = table.collect_schema()
    for column in columns:
        if schema[column] not in NUMBERS:
            raise ColumnTypeError(name, column, "numbers or truth values", str(schema[column]).lower())
    for key in keys:
        if key in made:
            raise ReservedNameError(name, key, made)


def check_weights(table: Table, name: str, weights: str | None) -> None:
    """Refuse weights below zero: the one look at the rows before somebody asks for them.

    Raises
    ------
    NegativeWeightError
        With the smallest.
    ColumnTypeError
        If the weights are no numbers.
    """
    if weights is None:
        return
    check_columns(table, name, [weights], (), ())
    try:
        (smallest,) = arrays(table.select(nw.col(weights).min().cast(nw.Float64)), name, weights)
    except EmptyTableError:
        return
    if smallest[0] < 0:
        raise NegativeWeightError(name, weights, float(smallest[0]))


def owner_of(unit: str | None, holding: str) -> nw.Expr:
    """Name who owns the unit of a row: its holding, else itself; null where rows without a name own themselves."""
    held = nw.when(~nw.col(holding).is_null()).then(nw.concat_str(nw.lit("holding "), nw.col(holding).cast(nw.String)))
    return held if unit is None else held.otherwise(nw.concat_str(nw.lit("unit "), nw.col(unit).cast(nw.String)))


def values_of(
    table: Table, column: str, keys: Sequence[str], weights: str | None, unit: str | None, holding: str | None = None
) -> Table:
    """Line one column up as `_value` with its `_weight`, `_unit` and, with a holding, `_owner`.

    Each is null in a row that does not count: one counts if it has a value and, where there are weights, one above 0.
    """
    value = nw.col(column).cast(nw.Float64)
    weight = nw.lit(1.0) if weights is None else nw.col(weights).cast(nw.Float64)
    rows = table.select(
        *(nw.col(key) for key in keys),
        value.alias("_value"),
        weight.alias("_weight"),
        (nw.lit(0) if unit is None else nw.col(unit)).alias("_unit"),
        nw.lit(column).alias("column"),
        *([] if holding is None else [owner_of(unit, holding).alias("_owner")]),
    )
    names = ("_value", "_weight", "_unit", *([] if holding is None else ["_owner"]))
    counts = ~nw.col("_value").is_null() & (nw.col("_weight") > 0)
    return rows.with_columns(*(nw.when(counts).then(nw.col(name)).alias(name) for name in names))


def moments(
    rows: Table, keys: Sequence[str], *more: nw.Expr, weighted: bool, unit: bool, holding: bool = False
) -> Table:
    """Count, average and spread by group.

    Parameters
    ----------
    rows : Table
        As `values_of` lines them up.
    keys : sequence of str
        What makes a group; at least one.
    *more : expressions
        Further aggregates, named.
    weighted : bool
        Whether weights differ.
    unit : bool
        Whether several rows may belong to one unit.
    holding : bool
        Whether rows tell who owns them.

    Returns
    -------
    Table
        `keys`, `n`, `n_missing`, `weight`, `mean`, `standard_deviation`, `more`, `support_units` and, with holdings,
        `support_holdings`, as `core.cells.add_up` counts them. With weights
        the variance is sum w (x - m)^2 / sum w times n / (n - 1): a common factor of the weights changes nothing.
    """
    x, w = nw.col("_value"), nw.col("_weight")
    if weighted:
        total = w.sum().over(*keys)
        center = (x * w).sum().over(*keys) / nw.when(total > 0).then(total)
        rows = rows.with_columns(_square=w * (x - center) * (x - center), _product=w * x)
        spread = {"_mean": nw.col("_product").sum(), "_spread": nw.col("_square").sum()}
    else:
        spread = {"mean": x.mean(), "standard_deviation": x.std()}
    weight = w.sum() if weighted else x.count().cast(nw.Float64)
    units = _different("_unit") if unit else x.count().cast(nw.Int64)
    owners = _different("_owner") if holding else None
    if owners is not None and not unit:
        # A row without a name that no holding owns is its own.
        owners = owners + (~x.is_null() & nw.col("_owner").is_null()).cast(nw.Int64).sum().cast(nw.Int64)
    cells = rows.group_by(*keys).agg(
        x.count().cast(nw.Int64).alias("n"),
        x.is_null().cast(nw.Int64).sum().cast(nw.Int64).alias("n_missing"),
        weight.alias("weight"),
        *(expression.alias(name) for name, expression in spread.items()),
        *more,
        units.alias(f"{SUPPORT}units"),
        *([] if owners is None else [owners.alias(f"{SUPPORT}holdings")]),
    )
    # The sum of nothing is 0 on every engine; a weight of nothing is left so, and nothing is divided by it.
    if weighted:
        some = nw.when(nw.col("weight") > 0).then(nw.col("weight"))
        n = nw.col("n").cast(nw.Float64)
        variance = nw.col("_spread") / some * n / nw.when(n > 1).then(n - 1)
        cells = cells.with_columns(mean=nw.col("_mean") / some, standard_deviation=variance.sqrt())
    return cells


def _different(column: str) -> nw.Expr:
    """Count the different values; nothing is none."""
    return nw.col(column).n_unique().cast(nw.Int64) - nw.col(column).is_null().cast(nw.Int64).max()
