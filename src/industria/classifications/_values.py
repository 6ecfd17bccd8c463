"""Values by code, added up on their engine: what enters a bridge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from industria.core.codes import RowOf, check_form, check_kinds, nowhere
from industria.core.encoding import Array
from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import InfiniteValueError, MissingValueError, NegativeValueError, RepeatedColumnError


@dataclass(frozen=True, slots=True)
class Values:
    """One row a group and code.

    Attributes
    ----------
    name : str
        What error messages call the table.
    code : str
        The column of codes.
    rows : pyarrow.Table
        `by`, the column of codes, and `title` where the table has one.
    mass : array, shape (n,)
        What is distributed: totals, or the weights of means.
    product : array, shape (n,)
        Sum of value times weight; the mass again for totals.
    row_of : callable
        From a code to the first row of the caller's table that has it, where that has an order.
    """

    name: str
    code: str
    rows: pa.Table
    mass: Array
    product: Array
    row_of: RowOf = nowhere

    @property
    def codes(self) -> pa.ChunkedArray:
        """The codes of the rows."""
        return self.rows[self.code]

    def by_code(self) -> dict[str, float]:
        """Mass of every code over all groups."""
        coded = self.codes.combine_chunks()
        coded = (coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded).dictionary_encode()
        sums = np.bincount(coded.indices.to_numpy(zero_copy_only=False), self.mass, len(coded.dictionary))
        return dict(zip(coded.dictionary.to_pylist(), sums.tolist(), strict=True))


def values_by_code(
    data: TableLike | Table,
    name: str,
    *,
    by: Sequence[str],
    code: str,
    value: str,
    weight: str | None = None,
    mean: bool = False,
    near: Table | None = None,
    row_of: RowOf = nowhere,
) -> Values:
    """Add values up by group and code, in one pass of their engine.

    Parameters
    ----------
    data : table
        `by`, `code`, `value`, `weight`.
    name : str
        What error messages call it.
    by : sequence of str
        Columns of the groups.
    code, value : str
        The columns of codes and of figures.
    weight : str, optional
        The mass behind a mean; 1 a row without it.
    mean : bool
        Whether `value` is a score, and `weight` the mass; it may be negative then.
    near : Table, optional
        The table whose engine it joins.
    row_of : callable, optional
        From a code to its first row in the caller's table, as `rows_of` finds it.

    Returns
    -------
    Values
        Sorted by group and code.
    """
    figures = [value, *([weight] if weight is not None else [])]
    table = as_table(data, name, *by, code, *figures, near=near)
    check_kinds(table, name, [code], figures)
    for column in by:
        for role, other in (("the code", code), ("a figure", value), ("a figure", weight)):
            if column == other:
                raise RepeatedColumnError(column, "in by", role)
    titled = table.collect_schema().get("title") == nw.String and "title" not in (*by, code)
    x = nw.col(value).cast(nw.Float64)
    m = (nw.lit(1.0) if weight is None else nw.col(weight).cast(nw.Float64)) if mean else x
    columns = {"_value": x, "_mass": m, "_product": x * m if mean else x}
    wide = table.select(*by, code, *(["title"] if titled else []), **columns)
    sums = wide.group_by(*by, code).agg(
        nw.col("_mass").sum(),
        nw.col("_product").sum(),
        *([nw.col("title").max()] if titled else []),
        _low=nw.col("_mass").min(),
        _rows=nw.col("_mass").len().cast(nw.Int64),
        _told=nw.col("_value").count().cast(nw.Int64),
        _weighed=nw.col("_mass").count().cast(nw.Int64),
    )
    rows = collect(sums).sort_by([(column, "ascending") for column in (*by, code)])
    _refuse_gaps(rows, name, code, value, weight)
    low = rows["_low"].to_numpy()
    if len(low) and low.min() < 0:
        first = int(np.flatnonzero(low < 0)[0])
        where = f"{code} = {rows[code][first].as_py()!r}"
        figure = weight if mean and weight is not None else value
        raise NegativeValueError(name, figure, "a mass", int((low < 0).sum()), float(low[first]), where)
    mass, product = (np.asarray(rows[column].to_numpy(), dtype=np.float64) for column in ("_mass", "_product"))
    endless = np.flatnonzero(~np.isfinite(mass) | ~np.isfinite(product))
    if len(endless):
        where = f"{code} = {rows[code][endless[0]].as_py()!r}"
        raise InfiniteValueError(name, value, len(endless), where)
    check_form(rows[code].unique().to_pylist(), name, code, row_of)
    return Values(name, code, rows.select([*by, code, *(["title"] if titled else [])]), mass, product, row_of)


def mass_of_details(data: TableLike, name: str, by: Sequence[str], near: Table) -> Values:
    """Read the mass of detailed codes: `origin_code`, `mass`, and those columns of groups that it has."""
    table = as_table(data, name, "origin_code", "mass", near=near)
    there = [column for column in by if column in table.collect_schema().names()]
    return values_by_code(table.select(*there, "origin_code", "mass"), name, by=there, code="origin_code", value="mass")


def _refuse_gaps(rows: pa.Table, name: str, code: str, value: str, weight: str | None) -> None:
    n = rows["_rows"].to_numpy()
    if rows[code].null_count:
        gaps = rows[code].is_null().to_numpy()
        raise MissingValueError(name, code, int(n[gaps].sum()), int(n.sum()), f"{value} is told")
    for column, told in ((value, "_told"), (weight, "_weighed")):
        missing = n - rows[told].to_numpy()
        if column is not None and missing.sum():
            first = rows[code][int(np.flatnonzero(missing)[0])].as_py()
            raise MissingValueError(name, column, int(missing.sum()), int(n.sum()), f"{code} = {first!r}")
