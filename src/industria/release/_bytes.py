"""Tables and words as bytes that tell what they show, and nothing besides."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from industria.errors import ColumnTypeError

__all__ = ["json_bytes", "parquet_bytes", "read_parquet", "rounded", "shortened"]

DIGITS: Final = 12
"""Significant digits of a float that leaves: low bits could carry words, and differ by machine."""
ROWS: Final = 2**18
"""Rows of a group, so that bytes do not depend on how a table lies in memory."""
TOLD: Final = (b"unit", b"meaning")


def parquet_bytes(table: pa.Table, by: Sequence[str] = ()) -> bytes:
    """Write a table as Parquet that holds its values, and units and meanings of its columns.

    Least and largest values, dictionaries, the index of a pandas frame and what stands in
    memory behind a null are left out; floats have 12 significant digits; the order of rows
    follows from what they show.

    Parameters
    ----------
    table : pyarrow.Table
        Of texts, whole numbers, floats, truth values, dates and times.
    by : sequence of str
        Columns to sort by first.

    Returns
    -------
    bytes
        The same for the same rows, in whatever order they came.

    Raises
    ------
    ColumnTypeError
        If a column is of another kind.
    """
    rows = _in_order(shortened(table), by)
    sink = pa.BufferOutputStream()
    pq.write_table(
        rows,
        sink,
        row_group_size=ROWS,
        use_dictionary=False,
        write_statistics=False,
        write_page_index=False,
        compression="zstd",
        store_schema=True,
    )
    return bytes(sink.getvalue())


def read_parquet(content: bytes) -> pa.Table:
    """Read what `parquet_bytes` wrote; fields carry `unit` and `meaning`."""
    # `read_table` takes several times as long to find out that this is one file.
    rows = pq.ParquetFile(pa.BufferReader(content)).read(use_threads=False)
    return rows.cast(pa.schema([_plain(field, field.type) for field in rows.schema]))


def shortened(table: pa.Table) -> pa.Table:
    """Bring a table to what may leave: six kinds of columns, floats at 12 significant digits, units and meanings."""
    columns, fields = [], []
    for field in table.schema:
        kind = _kind(field)
        column = table[field.name].cast(kind)
        columns.append(_rounded(column) if pa.types.is_floating(kind) else column.combine_chunks())
        fields.append(_plain(field, kind))
    return pa.table(columns, schema=pa.schema(fields))


def rounded(value: float) -> float:
    """Cut a number to 12 significant digits; a negative zero becomes zero."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def json_bytes(value: Any) -> bytes:
    """Write plain data as JSON of one form: keys sorted, floats at 12 significant digits, endless ones as words."""
    return json.dumps(_speakable(value), sort_keys=True, ensure_ascii=False, indent=1, default=str).encode() + b"\n"


def _speakable(value: Any) -> Any:
    if isinstance(value, float):
        return rounded(value) if math.isfinite(value) else None if math.isnan(value) else f"{value:+}".replace("+", "")
    if isinstance(value, Mapping):
        return {str(key): _speakable(one) for key, one in value.items()}
    return [_speakable(one) for one in value] if isinstance(value, list | tuple) else value


def _rounded(column: pa.ChunkedArray) -> pa.Array:
    # Built anew from Python numbers: behind a null there is no value any more.
    return pa.array([None if x is None or math.isnan(x) else rounded(x) for x in column.to_pylist()], pa.float64())


def _kind(field: pa.Field) -> pa.DataType:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_large_string(kind) or pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    if pa.types.is_boolean(kind) or pa.types.is_date32(kind) or pa.types.is_null(kind):
        return kind
    wanted = "text, a number, a truth value, a date or a time"
    raise ColumnTypeError("the released table", field.name, wanted, f"values of type {kind}")


def _plain(field: pa.Field, kind: pa.DataType) -> pa.Field:
    told = {key: word for key, word in (field.metadata or {}).items() if key in TOLD}
    return pa.field(field.name, kind, metadata=told or None)


def _in_order(rows: pa.Table, by: Sequence[str]) -> pa.Table:
    """Sort rows by what they show: by the columns named, then by labels, then by numbers."""
    floats = [field.name for field in rows.schema if pa.types.is_floating(field.type)]
    empty = [field.name for field in rows.schema if pa.types.is_null(field.type)]
    first = [*by, *(name for name in rows.column_names if name not in floats), *floats]
    keys = [(name, "ascending") for name in dict.fromkeys(first) if name not in empty]
    return rows.sort_by(keys) if keys and rows.num_rows else rows
