"""The one crossing between what people hold, tables, and arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from industria.core._arrays import arrays, as_matrix, as_vector, collect, labels
from industria.core._foreign import lazy
from industria.core._kinds import Array, Column, Table, TableLike, plain
from industria.errors import DataError, MissingColumnError, ParameterRangeError

__all__ = [
    "Array",
    "Column",
    "Table",
    "TableLike",
    "arrays",
    "as_matrix",
    "as_table",
    "as_vector",
    "collect",
    "columns_of",
    "from_arrays",
    "labels",
]


def as_table(data: TableLike, name: str, *columns: str, near: Table | None = None) -> Table:
    """Take what a person holds as a lazy table of plain columns.

    Lazy input stays on its engine; the rest goes to DuckDB. Every column
    becomes one of six kinds (integer, float, text, truth, date, time), and NaN
    becomes null, which alone means missing.

    Parameters
    ----------
    data : table
        pandas, polars, pyarrow, DuckDB, PySpark or Ibis.
    name : str
        What error messages call it: the name of the argument.
    *columns : str
        Columns that must be there.
    near : Table, optional
        Bring the table to the engine of this one, so that the two can be joined.

    Returns
    -------
    Table
        Nothing is computed yet.

    Raises
    ------
    NotATableError
        If `data` is no table.
    MissingColumnError
        If a column is not there; the message names the nearest one.
    DuplicateLabelError
        If two columns have one name.
    EmptyTableError
        If the table has no columns.
    ColumnTypeError
        If a column holds values of several types, or of a type no measure reads.
    """
    frame, whole = lazy(data, name)
    schema = frame.collect_schema()
    for column in columns:
        if column not in schema:
            raise MissingColumnError(name, column, schema.names())
    made = [plain(name, column, kind) for column, kind in schema.items() if column not in whole]
    changed = [expression for expression in made if expression is not None]
    frame = frame.with_columns(*changed) if changed else frame
    return frame if near is None else _move(frame, near)


def _move(frame: Table, near: Table) -> Table:
    """Bring a table to the engine of another, and on DuckDB to its very connection."""
    here, there = frame.implementation, near.implementation
    native: Any = near.to_native()
    if here == there and not there.is_duckdb():
        return frame
    moved: Any
    if there.is_duckdb():
        rows = collect(frame)  # noqa: F841  DuckDB finds it by its name in this function
        moved = native.query("near", "SELECT * FROM rows")
    elif there.is_pyspark() or there.is_pyspark_connect():
        moved = native.sparkSession.createDataFrame(collect(frame))
    elif there.is_polars():
        moved = frame.collect("polars").to_native().lazy()
    elif there.is_ibis():
        moved = import_module("ibis").memtable(collect(frame))
    else:
        raise DataError(f"a table cannot be brought to {there}")
    table: Table = nw.from_native(moved).lazy()
    return table


def columns_of(columns: Column | Sequence[Column], parameter: str) -> tuple[Column, ...]:
    """Take what a person wrote for a list of columns; one text is a list of one.

    To Python a text is a sequence of letters, so that neither it nor a type checker
    minds `by="industry"`. There is one thing this can mean, and grouping in pandas
    and polars takes it so; to refuse it would cost a round trip and prevent no mistake.

    Parameters
    ----------
    columns : column or sequence of columns
        What was given.
    parameter : str
        What error messages call it: the name of the argument.

    Returns
    -------
    tuple of str
        In the order given.

    Raises
    ------
    ParameterRangeError
        If it is neither a text nor a list of texts.
    """
    if isinstance(columns, str):
        return (columns,)
    named = tuple(columns) if isinstance(columns, Iterable) else (columns,)
    if not all(isinstance(column, str) for column in named):
        raise ParameterRangeError(parameter, columns, "names of columns, as ['industry', 'year']")
    return named


def from_arrays(columns: Mapping[str, Sequence[Any] | Array]) -> Table:
    """Make a table of arrays of equal length; NaN becomes null.

    Parameters
    ----------
    columns : mapping of str to array, each of shape (n,)
        The columns in order.

    Returns
    -------
    Table
        On the default DuckDB connection.

    Raises
    ------
    DataError
        If the arrays differ in length.
    """
    made = {
        name: pa.array(np.asarray(values) if isinstance(values, np.ndarray) else list(values))
        for name, values in columns.items()
    }
    lengths = {name: len(values) for name, values in made.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(
            "columns differ in length: " + ", ".join(f"{name} {length}" for name, length in lengths.items())
        )
    return as_table(pa.table(made), "columns")
