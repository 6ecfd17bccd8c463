"""Who stands behind averages and numbers of rows, unit by unit, for the site alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np

from industria.core.table import Table, collect, from_arrays
from industria.errors import UnsteadyUnitError
from industria.tables._moments import owner_of, values_of

__all__ = ["BEHIND", "OWNER", "by_unit", "refuse_unsteady", "sides_behind", "units_behind"]

BEHIND: Final = ("used_unit", "used_rows", "used_missing", "used_value", "used_weight")
OWNER: Final = "used_owner"
"""Beside these where it is told who owns units."""


def refuse_unsteady(records: Table, unit: str | None, holding: str | None) -> None:
    """Refuse units whose holding changes; a holding cannot be in some rows of a unit alone.

    Raises
    ------
    UnsteadyUnitError
        With how many there are; no unit is named.
    """
    if unit is None or holding is None:
        return
    held = nw.col(holding).cast(nw.String)
    units = (
        records.filter(~nw.col(unit).is_null())
        .select(nw.col(unit), _held=held, _alone=held.is_null().cast(nw.Int64))
        .group_by(unit)
        .agg(nw.col("_held").min().alias("_low"), nw.col("_held").max().alias("_high"), nw.col("_alone").mean())
    )
    odd = (nw.col("_low") != nw.col("_high")) | ((nw.col("_alone") > 0) & (nw.col("_alone") < 1))
    if n := collect(units.filter(odd.fill_null(False)).select(unit)).num_rows:
        raise UnsteadyUnitError("records", holding, unit, n)


def units_behind(
    records: Table,
    columns: Sequence[str],
    by: Sequence[str],
    weights: str | None,
    unit: str | None,
    holding: str | None = None,
) -> Table | None:
    """Add each column up by group and unit; nothing is computed before somebody asks who stands behind an average.

    Parameters
    ----------
    records : Table
        With `columns`, `by`, `weights` and `unit`.
    columns, by : sequence of str
        What is averaged, and what makes a group.
    weights, unit, holding : str or None
        Columns.

    Returns
    -------
    Table or None
        `by`, `column`, `used_unit`, rows that count and those that do not (`used_rows`, `used_missing`), the sum of
        weight times value, and of weights (`used_value`, `used_weight`). With a holding also
        `used_owner`. None where each row is a unit.
    """
    if unit is None:
        return None
    return nw.concat([_of_column(records, column, by, weights, unit, holding) for column in columns])


def _of_column(
    records: Table, column: str, by: Sequence[str], weights: str | None, unit: str, holding: str | None
) -> Table:
    keys = list(dict.fromkeys([*by, unit, *([] if holding is None else [holding])]))
    rows = values_of(records, column, keys, weights, unit)
    # Rows that do not count are those of their owner, too.
    owned = [] if holding is None else [OWNER]
    rows = rows if holding is None else rows.with_columns(owner_of(unit, holding).alias(OWNER))
    x, w = nw.col("_value"), nw.col("_weight")
    rows = rows.with_columns(_product=x * w, used_unit=nw.col(unit).cast(nw.String))
    sums = rows.group_by(*by, "column", "used_unit").agg(
        x.count().cast(nw.Int64).alias("used_rows"),
        x.is_null().cast(nw.Int64).sum().cast(nw.Int64).alias("used_missing"),
        nw.col("_product").sum().alias("used_value"),
        w.sum().alias("used_weight"),
        *(nw.col(name).min() for name in owned),
    )
    return sums.select(*by, "column", *BEHIND, *owned)


def by_unit(rows: Table) -> Table:
    """Average the rows of one unit; the unit weighs what its rows weigh on average."""
    kept = rows.filter(~nw.col("_value").is_null() & ~nw.col("_unit").is_null())
    sums = kept.with_columns(_product=nw.col("_value") * nw.col("_weight")).group_by("_treated", "_unit")
    owned = [nw.col("_owner").min()] if "_owner" in kept.collect_schema().names() else []
    units = sums.agg(
        nw.col("_product").sum(), nw.col("_weight").sum().alias("_total"), nw.col("_weight").mean(), *owned
    )
    return units.with_columns(_value=nw.col("_product") / nw.col("_total"))


def sides_behind(
    sides: Table,
    columns: Sequence[str],
    weights: str | None,
    unit: str | None,
    names: Mapping[bool, str],
    holding: str | None = None,
) -> Table:
    """List who stands behind the averages of two groups, once each; nothing is computed before somebody asks.

    Parameters
    ----------
    sides : Table
        With `_treated`, `columns`, `weights` and `unit`.
    columns : sequence of str
        What is averaged.
    weights, unit, holding : str or None
        Columns.
    names : mapping of bool to str
        What the treated and the others are called.

    Returns
    -------
    Table
        `used_group`, `column` and the columns of `units_behind`; no rows where each row is a unit.
    """
    if unit is None:
        text, number, amount = (np.zeros(0, kind) for kind in ("U1", np.int64, float))
        return from_arrays(
            dict(zip(("used_group", "column", *BEHIND), (text,) * 3 + (number,) * 2 + (amount,) * 2, strict=True))
        )
    group = nw.when(nw.col("_treated")).then(nw.lit(names[True])).otherwise(nw.lit(names[False]))
    parts = [
        by_unit(values_of(sides, column, ["_treated"], weights, unit, holding)).select(
            group.alias("used_group"),
            nw.lit(column).alias("column"),
            nw.col("_unit").cast(nw.String).alias("used_unit"),
            nw.lit(1).cast(nw.Int64).alias("used_rows"),
            nw.lit(0).cast(nw.Int64).alias("used_missing"),
            (nw.col("_value") * nw.col("_weight")).alias("used_value"),
            nw.col("_weight").alias("used_weight"),
            *([] if holding is None else [nw.col("_owner").alias(OWNER)]),
        )
        for column in columns
    ]
    return nw.concat(parts)
