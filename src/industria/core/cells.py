"""Sums by cell, with what disclosure control needs to know of each."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from industria.core.result import SUPPORT
from industria.core.table import Table, columns_of

__all__ = ["add_up"]


def add_up(table: Table, by: Sequence[str], *columns: str, unit: str | None = None) -> Table:
    """Sum columns by cell and tell how many units stand behind each sum, and how large the largest are.

    Parameters
    ----------
    table : Table
        One row or several for each unit.
    by : sequence of str
        What makes a cell; empty for one cell over all, one text for one column.
    *columns : str
        What is added up.
    unit : str, optional
        The column that names the unit; its rows are added up first. Without
        it each row is a unit.

    Returns
    -------
    Table
        `by`, the sums (null where no unit reports), `support_units` (units that
        report any of the columns), and for each column `support_<column>_largest`
        and `support_<column>_second`: absolute contributions of one unit.

    Raises
    ------
    ParameterRangeError
        If `by` is no list of columns.
    """
    keys = list(columns_of(by, "by"))
    flat = keys or ["_all"]
    rows = table if keys else table.with_columns(_all=nw.lit(0))
    if unit is not None:
        rows = _sums(rows, [*flat, *([unit] if unit not in flat else [])], columns)
    sums = _sums(rows, flat, columns, units=True)
    for column in columns:
        sums = _with_largest(sums, rows, flat, column)
    return sums if keys else sums.drop("_all")


def _sums(rows: Table, keys: Sequence[str], columns: Sequence[str], *, units: bool = False) -> Table:
    # The sum of nothing is 0 on every engine; here nothing reported stays null.
    reported = {f"_n_{c}": nw.col(c).count().cast(nw.Int64) for c in columns}
    told = nw.any_horizontal(*(~nw.col(c).is_null() for c in columns), ignore_nulls=True) if units else None
    if told is not None:
        rows = rows.with_columns(_told=told.cast(nw.Int64))
        reported[f"{SUPPORT}units"] = nw.col("_told").sum().cast(nw.Int64)
    totals = rows.group_by(*keys).agg(*(nw.col(c).sum() for c in columns), **reported)
    guarded = [nw.when(nw.col(f"_n_{c}") > 0).then(nw.col(c).cast(nw.Float64)).alias(c) for c in columns]
    return totals.with_columns(*guarded).drop(*(f"_n_{c}" for c in columns))


def _with_largest(sums: Table, rows: Table, keys: Sequence[str], column: str) -> Table:
    """Join the two largest absolute contributions; two group-bys cost a sixth of a rank window."""
    first, second = f"{SUPPORT}{column}_largest", f"{SUPPORT}{column}_second"
    sizes = rows.select(*keys, _size=nw.col(column).abs().cast(nw.Float64))
    largest = sizes.group_by(*keys).agg(nw.col("_size").max().alias(first))
    beside = _meet(sizes, largest, keys)
    ties = (
        beside.filter(nw.col("_size") == nw.col(first))
        .group_by(*keys)
        .agg(_ties=nw.col("_size").count().cast(nw.Int64))
    )
    below = beside.filter(nw.col("_size") < nw.col(first)).group_by(*keys).agg(_below=nw.col("_size").max())
    both = _meet(_meet(largest, ties, keys), below, keys)
    both = both.with_columns(nw.when(nw.col("_ties") > 1).then(nw.col(first)).otherwise(nw.col("_below")).alias(second))
    return _meet(sums, both.select(*keys, first, second), keys)


def _meet(left: Table, right: Table, keys: Sequence[str]) -> Table:
    """Join on keys that may be null; a null key is a cell of its own."""
    masks = {f"_null_{i}": nw.col(key).is_null() for i, key in enumerate(keys)}
    filled = {f"_key_{i}": nw.col(key).cast(nw.String).fill_null("") for i, key in enumerate(keys)}
    on = [*masks, *filled]
    met = left.with_columns(**masks, **filled).join(
        right.with_columns(**masks, **filled).drop(*keys), on=on, how="left"
    )
    return met.drop(*on)
