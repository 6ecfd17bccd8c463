"""Counts, means, variances and cross-products by group, which sites can add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw

from industria.core.cells import add_up
from industria.core.measure import measure
from industria.core.relations import ask, relation_of
from industria.core.result import SUPPORT, Cells
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import InfiniteValueError, MissingColumnError, ParameterRangeError, ReservedNameError
from industria.tables._margins import hierarchies_of
from industria.tables._moments import check_columns
from industria.tables._records import Records, read_records

__all__ = ["Moments", "moments"]

MADE: Final = ("column", "n", "mean", "variance", "row", "value")
ROWS: Final = "n"
ONE: Final = "1"
"""What stands for the number of rows, and for the constant whose products with columns are their sums."""
PARTS: Final = ("largest", "second", "squares", "negative")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Moments(Cells):
    """Moments by group.

    Attributes
    ----------
    table : Table
        One row a group and column.
    moments : Table
        `by`, `row`, `column`, `value`: sums over rows of weight times the product of two columns, less their
        centers, each pair once. "1" is the constant: with a column it gives its sum, with itself the sum of weights.
        "n" with itself is the number of rows.
    n_missing : int
        Rows without a value in some column, or with a weight of zero; they are in no moment.
    """

    moments: Table
    n_missing: int


@measure(
    gives={
        "column": "the column that the row is about [name]",
        "n": "rows with a value in every column [count]",
        "mean": "average [unit of column]",
        "variance": "mean squared distance from the average, n - 1 for n, in the unit squared [1]",
        "row": "the first column of a product [name]",
        "value": "sum of the products, in the product of both units [1]",
    },
    cites="Chan, Golub & LeVeque (1983), The American Statistician 37(3), 242-247",
    design="descriptive",
    pools="moments",
    support="cells",
)
def moments(
    records: TableLike,
    *,
    columns: Sequence[Column],
    by: Sequence[Column] = (),
    unit: Column | None = None,
    weight: Column | None = None,
    center: Mapping[str, float] | None = None,
) -> Moments:
    """Count, average and spread of columns, with the sums that give those of several sites together.

    Sums of products of several sites add up; means and variances do not. Products of large numbers that differ
    little lose digits: agree on a `center` near the averages, the same at all sites.

    Parameters
    ----------
    records : Table
        `columns`, of numbers or truth values (1 and 0); `by`, complete and read as text; `unit` and `weight`. Rows
        that lack a value of any column, or have a weight of zero, are in no moment. Tables of other engines are
        brought to DuckDB.
    columns : sequence of columns
        What is described.
    by : sequence of columns
        What makes a group; all rows are one without it.
    unit : column, optional
        Who contributes and is protected; each row is a unit without it.
    weight : column, optional
        How much a row counts; zero or more, and the same in all rows of a unit in one group.
    center : mapping of column to float, optional
        What is taken off columns before products are made; nothing without it.

    Returns
    -------
    Moments
        One row a group and column, in the order given; without rows, none. One row has no variance. Contributors
        have `contribution_<column>` before weights for each column.

    Raises
    ------
    MissingColumnError, ColumnTypeError, InfiniteValueError, MissingValueError
        If a column is not there, holds no numbers where it must, endless values, or gaps in `by`, `unit` or `weight`;
        or `center` names a column that is not described.
    NegativeWeightError
        If a weight is below zero.
    UnsteadyUnitError
        If the weight of a unit changes within a group.
    ReservedNameError, RepeatedColumnError, ParameterRangeError
        If a column bears a name that the result needs, one of `by` stands twice, or `columns` or `by` are no list of
        columns, or `columns` none or one twice.

    See Also
    --------
    industria.tables.summary : Percentiles, too.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"sales": [1.0, 2.0, 6.0], "jobs": [1, 1, 4]})
    >>> found = moments(plants, columns=["sales", "jobs"])
    >>> print(found.to_pandas().to_string(index=False))
    column  n  mean  variance
     sales  3   3.0       7.0
      jobs  3   2.0       3.0
    >>> print(found.moments.collect("pandas").to_native().to_string(index=False))
      row column  value
        n      n    3.0
        1      1    3.0
        1  sales    9.0
        1   jobs    6.0
    sales  sales   41.0
    sales   jobs   27.0
     jobs   jobs   18.0
    """
    columns, by = columns_of(columns, "columns"), columns_of(by, "by")
    told, n_missing = _complete(records, columns, by, unit, weight)
    at = [float((center or {}).get(column, 0.0)) for column in columns]
    for column in center or {}:
        if column not in columns:
            raise MissingColumnError("columns", column, columns)

    labels = [nw.col(key).alias(name) for key, name in zip(told.keys, by, strict=True)]
    support = _support(told, columns)
    table = ask(_described(told.keys, columns), records=told.rows, support=relation_of(support))
    products = ask(_products(told.keys, columns, at), records=told.rows)
    shown = [f"{SUPPORT}units", f"{SUPPORT}sum", *(f"{SUPPORT}sum_{part}" for part in PARTS)]
    return Moments(
        table=table.sort(*told.keys, "place").select(*labels, "column", "n", "mean", "variance", *shown),
        moments=products.sort(*told.keys, "place").select(*labels, "row", "column", "value"),
        contributors=told.contributors(**{column: f"c{i}" for i, column in enumerate(columns)}),
        hierarchies=hierarchies_of({}),
        variable=None,
        unit=unit,
        population=told.population,
        period=told.period,
        total=None,
        n_missing=n_missing,
    )


def _complete(
    records: TableLike, columns: Sequence[str], by: Sequence[str], unit: str | None, weight: str | None
) -> tuple[Records, int]:
    """Keep rows that have all columns and weigh something, and count the others; no message tells a value."""
    if not columns or len(set(columns)) < len(columns):
        raise ParameterRangeError("columns", list(columns), "one column or more, each once")
    for column in columns:
        if column in (ROWS, ONE):
            raise ReservedNameError("records", column, (ROWS, ONE))
    beside = [name for name in (unit, weight) if name is not None]
    table = as_table(records, "records", *columns, *by, *beside)
    check_columns(table, "records", [*columns, *([] if weight is None else [weight])], by, MADE)
    kept = nw.all_horizontal(*(~nw.col(column).is_null() for column in columns), ignore_nulls=False)
    if weight is not None:
        kept &= ~(nw.col(weight) == 0).fill_null(False)
    endless = {f"_{i}": (nw.col(c).cast(nw.Float64).abs() == float("inf")) for i, c in enumerate(columns)}
    asked = table.select(_gone=~kept, **endless)
    counts = asked.select(nw.col(name).cast(nw.Int64).sum() for name in asked.collect_schema().names())
    n_missing, *infinite = (int(n or 0) for n in collect(counts).to_pylist()[0].values())
    for column, found in zip(columns, infinite, strict=True):
        if found:
            raise InfiniteValueError("records", column, found)
    told = read_records(table.filter(kept), by=by, made=MADE, unit=unit, weight=weight, more=columns)
    return told, n_missing


def _support(told: Records, columns: Sequence[str]) -> Table:
    rows: Table = nw.from_native(told.rows)
    names = [f"c{i}" for i, _ in enumerate(columns)]
    return add_up(rows, told.keys, *names, unit=None if told.unit is None else "_unit")


def _described(keys: Sequence[str], columns: Sequence[str]) -> str:
    """Write the statement of means and variances: the second pass is about the mean, so that no digits are lost."""
    w = "coalesce(_weight, 1.0)"
    named = "".join(f"{key}, " for key in keys)
    places = range(len(columns))
    means = ", ".join(f"sum({w} * c{i}) / sum({w}) AS m{i}" for i in places)
    spreads = ", ".join(f"sum({w} * (c{i} - m{i}) ** 2) / sum({w}) AS v{i}, any_value(m{i}) AS m{i}" for i in places)
    groups = "GROUP BY ALL" if keys else "HAVING count(*) > 0"
    join = f"JOIN means USING ({', '.join(keys)})" if keys else "CROSS JOIN means"
    beside = f"JOIN support USING ({', '.join(keys)})" if keys else "CROSS JOIN support"
    parts = [
        f"{{'place': {i}, 'column': {_text(column)}, 'mean': m{i}, 'variance': v{i} * n / nullif(n - 1, 0), "
        f"'sum': c{i}, " + ", ".join(f"'{part}': {SUPPORT}c{i}_{part}" for part in PARTS) + "}"
        for i, column in enumerate(columns)
    ]
    shown = ", ".join(f"t.{part} AS {SUPPORT}sum_{part}" for part in PARTS)
    return (
        f"WITH means AS (SELECT {named}{means} FROM records {groups}), "
        f"spread AS (SELECT {named}count(*) AS n, {spreads} FROM records {join} {groups}) "
        f"SELECT {named}t.place, t.column, n, t.mean, t.variance, {SUPPORT}units, t.sum AS {SUPPORT}sum, {shown} "
        f"FROM (SELECT {named}n, {SUPPORT}units, unnest([{', '.join(parts)}]) AS t FROM spread {beside})"
    )


def _products(keys: Sequence[str], columns: Sequence[str], center: Sequence[float]) -> str:
    """Write the statement of sums of products, a row each."""
    w = "coalesce(_weight, 1.0)"
    named = "".join(f"{key}, " for key in keys)
    less = [f"(c{i} - ({at!r}::DOUBLE))" for i, at in enumerate(center)]
    made = [(ROWS, ROWS, "count(*)::DOUBLE"), (ONE, ONE, f"sum({w})")]
    made += [(ONE, column, f"sum({w} * {z})") for column, z in zip(columns, less, strict=True)]
    pairs = [(i, j) for i in range(len(columns)) for j in range(i, len(columns))]
    made += [(columns[i], columns[j], f"sum({w} * {less[i]} * {less[j]})") for i, j in pairs]
    parts = [
        f"{{'place': {n}, 'row': {_text(row)}, 'column': {_text(column)}, 'value': {sql}}}"
        for n, (row, column, sql) in enumerate(made)
    ]
    groups = "GROUP BY ALL" if keys else "HAVING count(*) > 0"
    of_group = f"SELECT {named}[{', '.join(parts)}] AS every FROM records {groups}"
    return f"SELECT {named}t.* FROM (SELECT {named}unnest(every) AS t FROM ({of_group}))"


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
