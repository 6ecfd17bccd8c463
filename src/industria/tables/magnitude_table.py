"""Amounts by cell, with margins, and who stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import SUPPORT, Cells
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError
from industria.tables._margins import cells_of, hierarchies_of, trees_of
from industria.tables._records import ONE, read_records

__all__ = ["magnitude_table"]

Statistic = Literal["sum", "mean", "share"]
MADE: Final = ("value", "count")
MEANINGS: Final[Mapping[str, str]] = {
    "mean": "sum of the cell over its units, or over their weights",
    "share": "sum of the cell over that of all records",
}


@measure(
    gives={
        "value": "sum of the cell; with weights, of weight times amount [unit of variable]",
        "count": "units of the cell; with weights, their sum [units]",
    },
    cites="Hundepool et al. (2012), Statistical Disclosure Control, ch. 4",
    design="descriptive",
    pools="sums",
    support="cells",
)
def magnitude_table(
    records: TableLike,
    hierarchies: TableLike | None = None,
    *,
    variable: Column,
    by: Sequence[Column],
    unit: Column | None = None,
    holding: Column | None = None,
    weight: Column | None = None,
    waiver: Column | None = None,
    request: Column | None = None,
    statistic: Statistic = "sum",
    margins: bool = True,
    counts: bool = False,
    total: str = "Total",
) -> Cells:
    """Add an amount up by cell, margins included.

    Every cell tells who stands behind it, as disclosure control asks: the two largest contributions, units and
    holdings, in a margin too, where a unit of several cells is one contributor. Means and shares tell the sums
    that they are made of in `support_value`, and means what these are divided by in `support_count`.

    Parameters
    ----------
    records : Table
        `variable` and the columns of `by`, complete, and those named below. Codes are read as text. Tables of
        other engines are brought to DuckDB.
    hierarchies : Table, optional
        `dimension, code, parent` and, where the codes of a dimension add up in several ways, `hierarchy`. Each tree
        ends in `total`. A dimension without a tree is flat: all its codes add up to `total`.
    variable : column
        What is added up.
    by : sequence of columns
        The dimensions.
    unit : column, optional
        Who contributes and is protected; its records in a cell are added up first. Each record is a unit without it.
    holding : column, optional
        Who owns the unit, null where nobody does; the same in all records of a unit.
    weight : column, optional
        How many units one stands for; zero or more, and the same in all records of a unit in one cell.
    waiver : column, optional
        Whether the unit waives its protection: it does if all its records in a cell do.
    request : column, optional
        Whether the unit asks to be protected: it does if any of its records in a cell does.
    statistic : {"sum", "mean", "share"}
        What `value` is: the sum, the sum over `count`, or the sum over that of all records.
    margins : bool
        Whether sums over codes are told, too.
    counts : bool
        Whether `count` is told; a unit counts once in each cell that it has a record in, and margins are sums.
    total : str
        The code of sums over all codes of a dimension.

    Returns
    -------
    Cells
        One row a cell that has a unit, its codes as text, in their order; without records, none. A mean over no
        weight and a share of nothing are null. Contributors have `contribution_value` before weights and, for means
        and counts, `contribution_count`, 1 for each unit.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError, InfiniteValueError, NegativeWeightError
        If a column is not there, holds no numbers where it must, has gaps, endless amounts or weights, or weights
        below zero.
    UnsteadyUnitError
        If the holding of a unit changes, or its weight within a cell.
    HierarchyError
        If codes make no tree, or those of the records are not at its end.
    ChoiceError, ExcludedParameterError
        If `statistic` is another word, or `hierarchies` or `total` is told without margins.
    ReservedNameError, RepeatedColumnError, ParameterRangeError
        If a dimension bears a name that the result needs, stands twice, or `by` is no list of columns or empty.

    See Also
    --------
    industria.tables.frequency_table : Units by cell.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"firm": ["a", "a", "b"], "region": ["north", "south", "north"], "sales": [5, 3, 4]})
    >>> found = magnitude_table(plants, variable="sales", by="region", unit="firm")
    >>> print(found.to_pandas().to_string(index=False))
    region  value
     Total   12.0
     north    9.0
     south    3.0
    >>> found.support.select("region", "support_units", "support_value_largest").collect("pandas").to_native()
      region  support_units  support_value_largest
    0  Total              2                    8.0
    1  north              2                    5.0
    2  south              1                    3.0
    """
    if statistic not in get_args(Statistic):
        raise ChoiceError("statistic", statistic, get_args(Statistic))
    by = columns_of(by, "by")
    told = read_records(
        records,
        by=by,
        made=MADE,
        variable=variable,
        unit=unit,
        holding=holding,
        weight=weight,
        waiver=waiver,
        request=request,
    )
    trees = trees_of(told, hierarchies, margins=margins, total=total)

    columns = {"value": "_value"} | ({"count": ONE} if counts or statistic == "mean" else {})
    cells = cells_of(told, trees, *columns)
    table = _stated(cells, by, statistic, total if margins else None, counts, weighted=weight is not None)
    return Cells(
        table=table,
        units={"value": "fraction"} if statistic == "share" else {},
        meanings={"value": MEANINGS[statistic]} if statistic in MEANINGS else {},
        contributors=told.contributors(**columns),
        hierarchies=hierarchies_of(trees),
        variable=variable,
        unit=unit,
        population=told.population,
        period=told.period,
        total=total if margins else None,
    )


def _stated(
    cells: Table, by: Sequence[str], statistic: Statistic, total: str | None, counts: bool, *, weighted: bool
) -> Table:
    """Divide where a mean or a share is asked for, and keep what is divided for disclosure control."""
    support = [name for name in cells.collect_schema().names() if name.startswith(SUPPORT)]
    value = nw.col("value")
    made = []
    if statistic == "mean":
        cells = cells.with_columns(value.alias(f"{SUPPORT}value"), nw.col("count").alias(f"{SUPPORT}count"))
        cells = cells.with_columns((value / nw.when(nw.col("count") > 0).then(nw.col("count"))).alias("value"))
        made = [f"{SUPPORT}value", f"{SUPPORT}count"]
    elif statistic == "share":
        of_all = [nw.col(name) == total for name in by] if total is not None else [nw.lit(True)]
        whole = nw.when(nw.all_horizontal(*of_all, ignore_nulls=False)).then(value).sum().over("_all")
        cells = cells.with_columns(value.alias(f"{SUPPORT}value"), _all=nw.lit(1)).with_columns(_whole=whole)
        cells = cells.with_columns((value / nw.when(nw.col("_whole") != 0).then(nw.col("_whole"))).alias("value"))
        made = [f"{SUPPORT}value"]
    shown = [nw.col("count") if weighted else nw.col("count").cast(nw.Int64)] if counts else []
    return cells.sort(*by).select(*by, "value", *shown, *made, *support)
