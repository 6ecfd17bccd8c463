"""What people hold, brought to one lazy frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import narwhals.stable.v2 as nw
import pyarrow as pa
import pyarrow.compute as pc
from narwhals.exceptions import DuplicateError, InvalidOperationError

from industria.core import engine
from industria.core._kinds import READABLE, Table, TableLike
from industria.errors import ColumnTypeError, DuplicateLabelError, EmptyTableError, NotATableError

__all__ = ["lazy"]

ONE_TYPE: Final = "one type of value"
LARGE: Final = ("a number of 64 bits", "a whole number beyond them")
NESTED: Final = "values of several types within lists or records"
MANY: Final = 100_000
"""Rows from which on threads are worth their start."""


def lazy(data: TableLike, name: str) -> tuple[Table, set[str]]:
    """Leave lazy input on its engine, bring the rest to DuckDB, and list the numbers that are known to hold no NaN."""
    # To find out what a table is takes longer than to hand over what is Arrow already.
    if isinstance(data, pa.Table) and len(set(data.column_names)) == data.num_columns:
        return _on_duckdb(data, name), _without_gaps(data)
    try:
        frame = nw.from_native(data)  # type: ignore[arg-type,unused-ignore]
    except TypeError:
        raise NotATableError(name, data) from None
    except DuplicateError:
        raise _repeated(name, getattr(data, "column_names", None) or list(data.columns)) from None
    if isinstance(frame, nw.LazyFrame):
        return frame, set()
    rows = _to_arrow(frame, name)
    return _on_duckdb(rows, name), _without_gaps(rows)


def _repeated(table: str, columns: Sequence[Any]) -> DuplicateLabelError:
    first = next(column for column in columns if columns.count(column) > 1)
    return DuplicateLabelError(table, "columns", str(first), columns.count(first))


def _to_arrow(frame: nw.DataFrame[Any], name: str) -> pa.Table:
    if frame.implementation.is_pandas():
        return _from_pandas(frame.to_native(), name)
    # Arrow has no whole numbers of 128 bits.
    for column, kind in frame.schema.items():
        if kind in (nw.Int128, nw.UInt128):
            try:
                frame = frame.with_columns(nw.col(column).cast(nw.Int64))
            except InvalidOperationError:
                # What the engine says holds the number.
                raise ColumnTypeError(name, column, *LARGE) from None
    return frame.to_arrow()


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
        rows = pa.Table.from_pandas(frame, preserve_index=False, nthreads=None if len(frame) > MANY else 1)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # What Arrow says may hold a value.
        raise next(_strange(frame, name), ColumnTypeError(name, "a column", ONE_TYPE, NESTED)) from None
    for field in rows.schema:
        if isinstance(field.type, pa.BaseExtensionType):
            # Periods would come as counts since 1970, intervals as pairs.
            raise ColumnTypeError(name, field.name, READABLE, str(frame[field.name].dtype))
    return rows


def _strange(frame: Any, name: str) -> Iterator[ColumnTypeError]:
    """Say of each column that Arrow cannot read what kinds of values it holds."""
    for column in frame.columns:
        try:
            pa.array(frame[column], from_pandas=True)
        except OverflowError:
            yield ColumnTypeError(name, column, *LARGE)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            kinds = sorted({type(value).__name__ for value in frame[column] if value is not None})
            yield ColumnTypeError(name, column, ONE_TYPE, " and ".join(kinds) if len(kinds) > 1 else NESTED)


def _on_duckdb(rows: pa.Table, name: str) -> Table:
    if not rows.num_columns:
        raise EmptyTableError(name)
    for i, field in enumerate(rows.schema):
        if pa.types.is_float16(field.type):  # DuckDB has none
            rows = rows.set_column(i, field.name, rows[i].cast(pa.float32()))
    # Threads of the engine read pieces side by side: rows that a person lists, in a figure say, keep their order.
    if rows.num_rows <= MANY and any(column.num_chunks > 1 for column in rows.columns):
        rows = rows.combine_chunks()
    return nw.from_native(engine.connection().from_arrow(rows))


def _without_gaps(rows: pa.Table) -> set[str]:
    """List the numbers that hold no NaN: to look is quicker than to plan what to do with one."""
    numbers = (field.name for field in rows.schema if field.type == pa.float64())
    return {name for name in numbers if not pc.any(pc.is_nan(rows[name])).as_py()}
