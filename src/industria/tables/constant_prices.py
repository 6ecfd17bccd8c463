"""Values at the prices of one period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of, from_arrays
from industria.errors import ChoiceError, ColumnTypeError, NotPositiveError, ReservedNameError, UnknownGroupError
from industria.tables._moments import check_columns
from industria.tables._splicing import METHODS, Method, chained, vintages_of, words
from industria.tables._stated import stated

__all__ = ["ConstantPrices", "constant_prices"]

MADE = ("deflator", "constant_value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ConstantPrices(Result):
    """Values over a price index, and the choices behind it.

    Attributes
    ----------
    table : Table
        The rows of `values`, with `deflator` and `constant_value`.
    base : str
        The period whose prices are used.
    product : str
        What the index is of; "by product" where it differs by row.
    splice : str or None
        How vintages of the index were put together; None where there is one alone.
    n_without_deflator : int
        Rows with a value that no index covers.
    """

    base: str
    product: str
    splice: str | None
    n_without_deflator: int


@measure(
    gives={
        "deflator": "price index of the row's period, 1 in the base period [index]",
        "constant_value": "value at the prices of the base period [unit of value]",
    },
    cites="ILO, IMF, OECD, Eurostat, UN & World Bank (2020), Consumer Price Index Manual: Concepts and Methods, ch. 9",
    design="descriptive",
)
def constant_prices(
    values: TableLike,
    deflators: TableLike,
    *,
    value: Column,
    period: Column,
    base: int | str,
    by: Sequence[Column] = (),
    splice: Method = "growth",
) -> ConstantPrices:
    """Divide values by a price index, rebased to one period.

    What an industry deflator leaves is revenue at its average price: plants that
    charge more than others still look as if they made more. Totals at constant
    prices add up only over rows that share their deflator.

    Parameters
    ----------
    values : Table
        `value`, `period` and the columns of `by`. Other columns ride along.
    deflators : Table
        `index`, `period`, the columns of `by`, and `product`, which tells what the index
        is of, in one word for all rows unless it is in `by`. With a column `vintage`, its
        editions are spliced first. Rows without an index are left out.
    value : column
        What is divided.
    period : column
        Of the same kind in both tables.
    base : int or str
        The period at whose prices values are told, as 2015 or "2015-01-01".
    by : sequence of columns
        What has an index of its own: products, places.
    splice : {"growth", "level"}
        How vintages of the index are put together; see `tables.splice`.

    Returns
    -------
    ConstantPrices
        The rows of `values`. Where no index covers a row, both columns are null, and
        `n_without_deflator` counts it.

    Raises
    ------
    MissingColumnError
        If a table lacks a column.
    ColumnTypeError
        If `value` or `index` holds no numbers, or a key is of another kind in the other table.
    ChoiceNotRecordedError
        If `product` is missing, or differs and is not in `by`.
    ChoiceError
        If `splice` is no such word.
    ParameterRangeError
        If `by` is no list of columns.
    UnknownGroupError
        If a group has no index in the base period.
    NotPositiveError
        If an index is zero or less.
    EmptyTableError
        If there is no index.
    MissingValueError, DuplicateRowError, NoOverlapError
        If the index has a row without its period, two of one period, or vintages that
        cannot be chained.
    ReservedNameError
        If `values` has a column that the result makes.

    See Also
    --------
    tables.splice : The vintages of a series, put together into one.
    tables.common_currency : Values in one currency.
    """
    by = columns_of(by, "by")
    keys = [*by, period]
    values = as_table(values, "values", value, *keys)
    product = [] if "product" in by else ["product"]
    deflators = as_table(deflators, "deflators", "index", *keys, *product)
    if splice not in METHODS:
        raise ChoiceError("splice", splice, METHODS)
    check_columns(values, "values", [value], (), ())
    check_columns(deflators, "deflators", ["index"], (), ())
    _refuse_kinds(values, deflators, keys)
    taken = [column for column in MADE if column in values.collect_schema().names()]
    if taken:
        raise ReservedNameError("values", taken[0], MADE)

    vintage = "vintage" if "vintage" in deflators.collect_schema().names() else None
    index = _index(deflators, period, vintage, by, str(base), splice)
    of = stated(deflators, "deflators", "product", "what the index is of") if product else "by product"
    joined = values.join(as_table(collect(index), "deflators", near=values), on=keys, how="left")
    table = joined.with_columns(constant_value=nw.col(value).cast(nw.Float64) / nw.col("deflator"))
    uncovered = collect(table.filter(nw.col("deflator").is_null() & ~nw.col(value).is_null()).select(nw.len()))
    how = None if vintage is None else splice
    return ConstantPrices(
        table=table,
        base=str(base),
        product=of,
        splice=how,
        n_without_deflator=uncovered.column(0)[0].as_py(),
        meanings={
            "deflator": f"price index of {of}, {base} = 1" + (f", vintages spliced by {how}" if how else ""),
            "constant_value": f"{value} at prices of {base}, deflated by {of}"
            + (f", vintages spliced by {how}" if how else ""),
        },
    )


def _refuse_kinds(values: Table, deflators: Table, keys: Sequence[str]) -> None:
    here, there = values.collect_schema(), deflators.collect_schema()
    for key in keys:
        if here[key] != there[key]:
            kind = f"{str(here[key]).lower()}, as in values"
            raise ColumnTypeError("deflators", key, kind, str(there[key]).lower())


def _index(deflators: Table, period: str, vintage: str | None, by: Sequence[str], base: str, method: Method) -> Table:
    """Splice and rebase the index of every group; keys as they are, `deflator` beside them."""
    rows: dict[str, list[object]] = {column: [] for column in (*by, period, "deflator")}
    for group, vintages in vintages_of(deflators, "deflators", "index", period, vintage, by).items():
        place = words(by, group)
        for series in vintages.values():
            for when, level in series.items():
                if level <= 0:
                    raise NotPositiveError("deflators", "index", level, words([*by, period], [*group, when]))
        points, _ = chained(vintages, method, "deflators", f" where {place}" if by else "")
        at_base = next((point.value for when, point in points.items() if str(when) == base), None)
        if at_base is None:
            said = f"{period} where {place}" if by else period
            raise UnknownGroupError("deflators", said, base, [str(when) for when in points])
        for when, point in points.items():
            for column, key in zip((*by, period), (*group, when), strict=True):
                rows[column].append(key)
            rows["deflator"].append(point.value / at_base)
    return from_arrays(rows)
