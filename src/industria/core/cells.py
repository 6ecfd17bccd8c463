"""Sums by cell, with what disclosure control needs to know of each."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from industria.core._cells_sql import added_up
from industria.core.result import SUPPORT
from industria.core.table import Table, columns_of

__all__ = ["add_up"]


def add_up(
    table: Table, by: Sequence[str], *columns: str, unit: str | None = None, holding: str | None = None
) -> Table:
    """Sum columns by cell and tell how many units stand behind each sum, and how large the largest are.

    On DuckDB it takes one scan; other engines join the parts together, and answer the same.

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
    holding : str, optional
        The column that names who owns the unit; its units are added up for the columns on holdings.
        A unit without a holding is its own.

    Returns
    -------
    Table
        `by`, the sums (null where no unit reports), `support_units` (units that
        report any of the columns), and for each column `support_<column>_largest`
        and `support_<column>_second`: absolute contributions of one unit, `support_<column>_squares`: the sum of
        their squares, and `support_<column>_negative`: how many are below zero. With `holding` also
        `support_holdings`, `support_<column>_holding_largest` and `support_<column>_holding_second`.

    Raises
    ------
    ParameterRangeError
        If `by` is no list of columns.
    """
    keys = columns_of(by, "by")
    if table.implementation.is_duckdb():
        found: Table = nw.from_native(added_up(table.to_native(), keys, columns, unit, holding))
        return found
    flat = list(keys) or ["_all"]
    rows = table if keys else table.with_columns(_all=nw.lit(0))
    if unit is not None:
        rows = _sums(rows, list(dict.fromkeys([*flat, unit, *([holding] if holding else [])])), columns)
    sums = _sums(rows, flat, columns, units=f"{SUPPORT}units")
    owners = None if holding is None else _owners(rows, flat, holding, columns)
    if owners is not None:
        counted = _sums(owners, flat, columns, units=f"{SUPPORT}holdings")
        sums = _meet(sums, counted.select(*flat, f"{SUPPORT}holdings"), flat)
    for column in columns:
        sums = _with_largest(sums, rows, flat, column, f"{SUPPORT}{column}")
        if owners is not None:
            sums = _with_largest(sums, owners, flat, column, f"{SUPPORT}{column}_holding")
        sums = _with_squares(sums, rows, flat, column)
    return sums if keys else sums.drop("_all")


def _owners(rows: Table, keys: Sequence[str], holding: str, columns: Sequence[str]) -> Table:
    """Add units up to holdings; each unit without one stays as it is."""
    wanted = list(dict.fromkeys([*keys, *columns]))
    owned = _sums(rows.filter(~nw.col(holding).is_null()), list(dict.fromkeys([*keys, holding])), columns)
    alone = rows.filter(nw.col(holding).is_null()).with_columns(nw.col(c).cast(nw.Float64) for c in columns)
    return nw.concat([owned.select(*wanted), alone.select(*wanted)])


def _sums(rows: Table, keys: Sequence[str], columns: Sequence[str], *, units: str | None = None) -> Table:
    # The sum of nothing is 0 on every engine; here nothing reported stays null.
    reported = {f"_n_{c}": nw.col(c).count().cast(nw.Int64) for c in columns}
    if units is not None:
        told = nw.any_horizontal(*(~nw.col(c).is_null() for c in columns), ignore_nulls=True)
        rows = rows.with_columns(_told=told.cast(nw.Int64))
        reported[units] = nw.col("_told").sum().cast(nw.Int64)
    totals = rows.group_by(*keys).agg(*(nw.col(c).sum() for c in columns), **reported)
    guarded = [nw.when(nw.col(f"_n_{c}") > 0).then(nw.col(c).cast(nw.Float64)).alias(c) for c in columns]
    return totals.with_columns(*guarded).drop(*(f"_n_{c}" for c in columns))


def _with_largest(sums: Table, rows: Table, keys: Sequence[str], column: str, name: str) -> Table:
    """Join the two largest absolute contributions; two group-bys cost a sixth of a rank window."""
    first, second = f"{name}_largest", f"{name}_second"
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


def _with_squares(sums: Table, rows: Table, keys: Sequence[str], column: str) -> Table:
    """Join the sum of squared contributions, and how many are below zero."""
    x, squares, negative = nw.col("_x"), f"{SUPPORT}{column}_squares", f"{SUPPORT}{column}_negative"
    sizes = rows.select(*keys, _x=nw.col(column).cast(nw.Float64))
    sizes = sizes.with_columns(_square=x * x, _below=(x < 0).fill_null(False).cast(nw.Int64))
    found = sizes.group_by(*keys).agg(
        nw.col("_square").sum().alias(squares),
        nw.col("_below").sum().cast(nw.Int64).alias(negative),
        _n=x.count().cast(nw.Int64),
    )
    found = found.with_columns(nw.when(nw.col("_n") > 0).then(nw.col(squares)).alias(squares))
    return _meet(sums, found.drop("_n"), keys)


def _meet(left: Table, right: Table, keys: Sequence[str]) -> Table:
    """Join on keys that may be null; a null key is a cell of its own."""
    masks = {f"_null_{i}": nw.col(key).is_null() for i, key in enumerate(keys)}
    filled = {f"_key_{i}": nw.col(key).cast(nw.String).fill_null("") for i, key in enumerate(keys)}
    on = [*masks, *filled]
    met = left.with_columns(**masks, **filled).join(
        right.with_columns(**masks, **filled).drop(*keys), on=on, how="left"
    )
    return met.drop(*on)
