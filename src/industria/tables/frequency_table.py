"""Units by cell, with margins, and who stands behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import SUPPORT, Cells
from industria.core.table import Column, TableLike, columns_of
from industria.tables._margins import cells_of, hierarchies_of, trees_of
from industria.tables._records import ONE, read_records

__all__ = ["frequency_table"]

MADE: Final = ("count", "value")


@measure(
    gives={"count": "units of the cell; with weights, their sum [units]"},
    cites="Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 and 5",
    design="descriptive",
    pools="sums",
    support="cells",
)
def frequency_table(
    records: TableLike,
    hierarchies: TableLike | None = None,
    *,
    by: Sequence[Column],
    unit: Column | None = None,
    holding: Column | None = None,
    weight: Column | None = None,
    margins: bool = True,
    total: str = "Total",
) -> Cells:
    """Count units by cell, margins included.

    A unit counts once in each cell that it has a record in, and margins are the sums of their cells: who is in
    two industries counts twice over all. In `support_units` such a unit is one everywhere.

    Parameters
    ----------
    records : Table
        The columns of `by`, complete, and those named below. Codes are read as text. Tables of other engines
        are brought to DuckDB.
    hierarchies : Table, optional
        `dimension, code, parent` and, where the codes of a dimension add up in several ways, `hierarchy`. Each tree
        ends in `total`. A dimension without a tree is flat: all its codes add up to `total`.
    by : sequence of columns
        The dimensions.
    unit : column, optional
        Who is counted and protected; each record is a unit without it.
    holding : column, optional
        Who owns the unit, null where nobody does; the same in all records of a unit.
    weight : column, optional
        How many units one stands for; zero or more, and the same in all records of a unit in one cell.
    margins : bool
        Whether sums over codes are told, too.
    total : str
        The code of sums over all codes of a dimension.

    Returns
    -------
    Cells
        One row a cell that has a unit, its codes as text, in their order; without records, none. Contributors have
        `contribution_count`, 1 for each unit.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError, InfiniteValueError, NegativeWeightError
        If a column is not there, holds no numbers where it must, has gaps, endless weights or such below zero.
    UnsteadyUnitError
        If the holding of a unit changes, or its weight within a cell.
    HierarchyError
        If codes make no tree, or those of the records are not at its end.
    ExcludedParameterError
        If `hierarchies` or `total` is told without margins.
    ReservedNameError, RepeatedColumnError, ParameterRangeError
        If a dimension bears a name that the result needs, stands twice, or `by` is no list of columns or empty.

    See Also
    --------
    industria.tables.magnitude_table : Amounts by cell.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"size": ["small", "small", "large"], "region": ["north", "south", "north"]})
    >>> print(frequency_table(plants, by=["size", "region"]).to_pandas().to_string(index=False))
     size region  count
    Total  Total      3
    Total  north      2
    Total  south      1
    large  Total      1
    large  north      1
    small  Total      2
    small  north      1
    small  south      1
    """
    by = columns_of(by, "by")
    told = read_records(records, by=by, made=MADE, unit=unit, holding=holding, weight=weight)
    trees = trees_of(told, hierarchies, margins=margins, total=total)

    cells = cells_of(told, trees, "count").sort(*by)
    # Whole numbers stay whole, unless units stand for others.
    count = nw.col("count") if weight is not None else nw.col("count").cast(nw.Int64)
    support = [name for name in cells.collect_schema().names() if name.startswith(SUPPORT)]
    return Cells(
        table=cells.select(*by, count, *support),
        contributors=told.contributors(count=ONE),
        hierarchies=hierarchies_of(trees),
        variable=None,
        unit=unit,
        population=told.population,
        period=told.period,
        total=total if margins else None,
    )
