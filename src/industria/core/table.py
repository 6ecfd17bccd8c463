"""The one crossing between what people hold, tables, and arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Annotated, Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from narwhals.exceptions import DuplicateError
from narwhals.stable.v2.typing import IntoFrame

from industria.core import engine
from industria.errors import (
    ColumnTypeError,
    DataError,
    DuplicateLabelError,
    EmptyTableError,
    MissingColumnError,
    MissingValueError,
    NotATableError,
    ParameterRangeError,
    UnknownLabelError,
)

__all__ = [
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

Table: TypeAlias = nw.LazyFrame[Any]
TableLike: TypeAlias = Table | nw.DataFrame[Any] | IntoFrame
Column = Annotated[str, "column"]
Array: TypeAlias = npt.NDArray[Any]

KINDS = (nw.Int64, nw.Float64, nw.String, nw.Boolean, nw.Date, nw.Datetime)
READABLE = "numbers, text, truth values or dates"


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
    frame = _lazy(data, name)
    schema = frame.collect_schema()
    for column in columns:
        if column not in schema:
            raise MissingColumnError(name, column, schema.names())
    whole = _without_gaps(data)
    plain = [_plain(name, column, kind) for column, kind in schema.items() if column not in whole]
    changed = [expression for expression in plain if expression is not None]
    frame = frame.with_columns(*changed) if changed else frame
    return frame if near is None else _move(frame, near)


def _without_gaps(data: TableLike) -> set[str]:
    """List the numbers of an Arrow table that hold no NaN: to look is quicker than to plan what to do with one."""
    if not isinstance(data, pa.Table):
        return set()
    numbers = (field.name for field in data.schema if field.type == pa.float64())
    return {name for name in numbers if not pc.any(pc.is_nan(data[name])).as_py()}


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


def _lazy(data: TableLike, name: str) -> Table:
    try:
        frame = nw.from_native(data)  # type: ignore[arg-type,unused-ignore]
    except TypeError:
        raise NotATableError(name, data) from None
    except DuplicateError:
        raise _repeated(name, getattr(data, "column_names", None) or list(data.columns)) from None
    return frame if isinstance(frame, nw.LazyFrame) else _on_duckdb(_to_arrow(frame, name), name)


def _repeated(table: str, columns: Sequence[Any]) -> DuplicateLabelError:
    first = next(column for column in columns if columns.count(column) > 1)
    return DuplicateLabelError(table, "columns", str(first), columns.count(first))


def _to_arrow(frame: nw.DataFrame[Any], name: str) -> pa.Table:
    if frame.implementation.is_pandas():
        return _from_pandas(frame.to_native(), name)
    # Arrow has no whole numbers of 128 bits.
    wide = [nw.col(column).cast(nw.Int64) for column, kind in frame.schema.items() if kind in (nw.Int128, nw.UInt128)]
    return frame.with_columns(*wide).to_arrow()


def _from_pandas(frame: Any, name: str) -> pa.Table:
    """Named index levels become columns: people hold panels as (firm, year)."""
    named = [level for level in frame.index.names if level is not None]
    if named:
        unnamed = [i for i, level in enumerate(frame.index.names) if level is None]
        frame = frame.reset_index(unnamed, drop=True) if unnamed else frame
        # A level that is a column besides (set_index(drop=False)) would stand twice.
        both = [level for level in named if level in frame.columns]
        if both:
            raise DuplicateLabelError(name, "columns and index levels", str(both[0]), 2)
        frame = frame.reset_index()
    frame = frame.rename(columns=str)
    try:
        rows = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        column = next((c for c in frame.columns if frame[c].dtype == object and _mixed(frame[c])), "a column")
        kinds = sorted({type(value).__name__ for value in frame[column]}) if column in frame.columns else [str(error)]
        raise ColumnTypeError(name, column, "one type of value", " and ".join(kinds)) from None
    for field in rows.schema:
        if isinstance(field.type, pa.BaseExtensionType):
            # Periods would come as counts since 1970, intervals as pairs.
            raise ColumnTypeError(name, field.name, READABLE, str(frame[field.name].dtype))
    return rows


def _mixed(column: Any) -> bool:
    return len({type(value) for value in column if value is not None}) > 1


def _on_duckdb(rows: pa.Table, name: str) -> Table:
    if not rows.num_columns:
        raise EmptyTableError(name)
    for i, field in enumerate(rows.schema):
        if pa.types.is_float16(field.type):  # DuckDB has none
            rows = rows.set_column(i, field.name, rows[i].cast(pa.float32()))
    return nw.from_native(engine.connection().from_arrow(rows))


def _plain(table: str, column: str, kind: nw.dtypes.DType) -> nw.Expr | None:
    """Bring a column to one of the six kinds, or tell that it is there already."""
    cell = nw.col(column)
    if kind == nw.Float64:
        return nw.when(~cell.is_nan()).then(cell).alias(column)
    if kind in KINDS or isinstance(kind, nw.Datetime):
        return None
    if kind == nw.Float32 or kind.is_decimal():
        wide = cell.cast(nw.Float64)
        return (wide if kind.is_decimal() else nw.when(~wide.is_nan()).then(wide)).alias(column)
    if kind.is_integer():
        return cell.cast(nw.Int64)
    if kind in (nw.Categorical, nw.Enum) or isinstance(kind, nw.Enum):
        return cell.cast(nw.String)
    if kind == nw.Unknown:
        return cell.cast(nw.String)
    raise ColumnTypeError(table, column, READABLE, str(kind).lower())


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


def collect(table: Table) -> pa.Table:
    """Compute a table and hold it in memory as Arrow."""
    rows: pa.Table = table.collect("pyarrow").to_native()
    return rows


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


def arrays(table: Table, name: str, *columns: str) -> tuple[Array, ...]:
    """Hand columns over as arrays, in one pass.

    Numbers come as float64 or int64 (missing ones make the column float64, as NaN), text and
    codes as objects (missing ones as None).

    Parameters
    ----------
    table : Table
        Sorted first where the order matters.
    name : str
        What error messages call it.
    *columns : str
        The columns wanted.

    Returns
    -------
    tuple of array, each of shape (n,)
        In the order asked for.

    Raises
    ------
    EmptyTableError
        If the table has no rows.
    """
    rows = collect(table.select(*columns))
    if not rows.num_rows:
        raise EmptyTableError(name)
    return tuple(_array(rows[column]) for column in columns)


def _array(column: pa.ChunkedArray) -> Array:
    if pa.types.is_null(column.type):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(column.type) and column.null_count:
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy())


def labels(table: Table, name: str, column: str) -> list[str]:
    """List the labels of a column as text, sorted; each may stand once and none be missing.

    Raises
    ------
    EmptyTableError
        If there are no rows.
    MissingValueError
        If a label is missing.
    DuplicateLabelError
        If a label stands several times.
    """
    rows = collect(table.select(nw.col(column).cast(nw.String)))[column]
    if not len(rows):
        raise EmptyTableError(name)
    if rows.null_count:
        raise MissingValueError(
            name, column, rows.null_count, len(rows), f"row {rows.is_null().index(True).as_py() + 1}"
        )
    found = sorted(rows.to_pylist())
    for first, second in pairwise(found):
        if first == second:
            raise DuplicateLabelError(name, column, first, found.count(first))
    return found


def as_vector(table: Table, name: str, order: Sequence[str], label: str, value: str) -> Array:
    """Line one column up with an order of labels.

    Returns
    -------
    array, shape (len(order),)
        Float64; a label that the table does not have is an error, not a zero.

    Raises
    ------
    EmptyTableError, MissingValueError, DuplicateLabelError, UnknownLabelError
        Each names the label.
    """
    rows = _cells(table, name, value, label)
    place = {code: i for i, code in enumerate(order)}
    vector = np.full(len(order), np.nan)
    for code, number in zip(rows[label].to_pylist(), rows[value].to_numpy(), strict=True):
        if code not in place:
            raise UnknownLabelError(name, label, code, "the list of labels", list(order))
        if not np.isnan(vector[place[code]]):
            raise DuplicateLabelError(name, label, code, rows[label].to_pylist().count(code))
        vector[place[code]] = number
    gaps = np.flatnonzero(np.isnan(vector))
    if len(gaps):
        raise MissingValueError(name, value, len(gaps), len(order), f"{label} = {order[gaps[0]]!r}")
    return vector


def as_matrix(table: Table, name: str, order: Sequence[str], row: str, column: str, value: str) -> Array:
    """Line a long table up as a square matrix; pairs that it does not have are zero.

    Returns
    -------
    array, shape (len(order), len(order))
        Float64.

    Raises
    ------
    EmptyTableError, MissingValueError, DuplicateLabelError, UnknownLabelError
        Each names the label.
    """
    rows = _cells(table, name, value, row, column)
    place = {code: i for i, code in enumerate(order)}
    matrix = np.zeros((len(order), len(order)))
    seen: set[tuple[str, str]] = set()
    for i, j, number in zip(rows[row].to_pylist(), rows[column].to_pylist(), rows[value].to_numpy(), strict=True):
        for label, code in ((row, i), (column, j)):
            if code not in place:
                raise UnknownLabelError(name, label, code, "the list of labels", list(order))
        if (i, j) in seen:
            raise DuplicateLabelError(name, f"{row}, {column}", f"{i}, {j}", 2)
        seen.add((i, j))
        matrix[place[i], place[j]] = number
    return matrix


def _cells(table: Table, name: str, value: str, *keys: str) -> pa.Table:
    """Compute labels as text and a complete column of numbers."""
    rows = collect(table.select(*(nw.col(key).cast(nw.String) for key in keys), nw.col(value).cast(nw.Float64)))
    if not rows.num_rows:
        raise EmptyTableError(name)
    for column in (*keys, value):
        if rows[column].null_count:
            gap = rows[column].is_null().index(True).as_py()
            first = ", ".join(f"{key} = {rows[key][gap].as_py()!r}" for key in keys if key != column)
            raise MissingValueError(name, column, rows[column].null_count, rows.num_rows, first or f"row {gap + 1}")
    return rows
