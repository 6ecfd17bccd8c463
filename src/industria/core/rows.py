"""Small tables as checked columns: every cell is of its kind, or an error names it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    InfiniteValueError,
    MissingValueError,
    NegativeValueError,
    OutsideRangeError,
    UnknownLabelError,
)

Array = npt.NDArray[np.float64]
Kind = Literal["text", "amount", "number", "count", "share", "week", "truth"]

REQUIRED: Final = object()
READ: Final = {
    "text": "text",
    "amount": "numbers",
    "number": "numbers",
    "count": "whole numbers",
    "share": "numbers",
    "week": "whole numbers or dates",
    "truth": "truth values",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its kind, and what stands where it is not told.

    An `amount` is a number that is not negative, a `count` a whole one, a `share` lies
    in [0, 1], a `week` is a whole number or a date: ISO text and midnights are dates, too.
    """

    name: str
    kind: Kind = "text"
    default: Any = REQUIRED


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in memory.

    Attributes
    ----------
    name : str
        What error messages call it.
    columns : mapping of str to array or list
        Numbers as float64 arrays, all else as lists.
    n : int
        How many rows.
    """

    name: str
    columns: Mapping[str, Any]
    n: int

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]

    def where(self, i: int, *columns: str) -> str:
        """Name a row by its labels."""
        return ", ".join(f"{column} = {self[column][i]!r}" for column in columns)

    def places(self, column: str, known: Sequence[Any], listed: str) -> npt.NDArray[np.int64]:
        """Find labels in a list of those that are known; a missing one gets -1.

        Raises
        ------
        UnknownLabelError
            If a label is not listed; the message has the nearest.
        """
        place = {label: k for k, label in enumerate(known)}
        for label in self[column]:
            if label is not None and label not in place:
                raise UnknownLabelError(self.name, column, str(label), listed, [str(one) for one in known])
        return np.array([place.get(label, -1) for label in self[column]], np.int64)


def read(data: TableLike | None, name: str, *fields: Field, key: Sequence[str] = ()) -> Rows:
    """Read a table, sorted by its texts and weeks, so that the order of rows never matters.

    Parameters
    ----------
    data : table, optional
        None is a table without rows.
    name : str
        What error messages call it.
    *fields : Field
        Its columns; others are left alone.
    key : sequence of str
        Columns that together name a row once.

    Returns
    -------
    Rows
        With all fields.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called.
    DuplicateRowError
        If a key stands twice.
    """
    if data is None:
        return Rows(name, {field.name: [] if field.kind in ("text", "week") else np.zeros(0) for field in fields}, 0)
    weeks = [field.name for field in fields if field.kind == "week"]
    _refuse_mixed(data, name, weeks)
    rows, there = _dated(*held(data, name, fields), name, weeks)
    order = [(field.name, "ascending") for field in fields if field.name in there and field.kind != "truth"]
    rows = rows.sort_by(order) if rows.num_rows else rows
    labels = [field.name for field in fields if field.kind == "text" and field.name in there]
    made = Rows(name, {field.name: _column(rows, name, field, labels, there) for field in fields}, rows.num_rows)
    if key:
        _refuse_repeated(made, key)
    return made


def columns_there(data: TableLike, name: str) -> tuple[TableLike, list[str]]:
    """List the columns of a table, and return it as it is best read on."""
    if isinstance(data, pa.Table):
        return data, data.column_names
    table = as_table(data, name)
    return table, table.collect_schema().names()


def held(data: TableLike, name: str, fields: Sequence[Field]) -> tuple[pa.Table, Mapping[str, Any]]:
    """Hold the columns in memory, in the order of the table, and tell their types; nothing is checked but names.

    An Arrow table of plain columns needs no engine, which takes milliseconds.
    """
    named = [field.name for field in fields]
    if isinstance(data, pa.Table) and len(set(data.column_names)) == data.num_columns:
        rows = data.select([column for column in data.column_names if column in named])
        # Arrow tables of pandas and Polars have long texts.
        short = [field.with_type(pa.string()) if field.type == pa.large_string() else field for field in rows.schema]
        rows = rows.cast(pa.schema(short))
        required = [field.name for field in fields if field.default is REQUIRED]
        if (
            rows.num_columns
            and all(field.type in _PLAIN for field in rows.schema)
            and {*required} <= {*rows.column_names}
        ):
            for i, column in enumerate(rows.column_names):
                if pa.types.is_floating(rows[column].type) and pc.any(gaps := pc.is_nan(rows[column])).as_py():
                    rows = rows.set_column(i, column, pc.if_else(gaps, None, rows[column]))
            return rows, {field.name: _PLAIN[field.type] for field in rows.schema}
    table = as_table(data, name, *(field.name for field in fields if field.default is REQUIRED))
    there = table.collect_schema()
    return collect(table.select(*(one for one in named if one in there))), there


_PLAIN: Final[dict[pa.DataType, Any]] = {
    pa.int64(): nw.Int64,
    pa.float64(): nw.Float64,
    pa.string(): nw.String,
    pa.bool_(): nw.Boolean,
    pa.date32(): nw.Date,
}


def _refuse_mixed(data: Any, name: str, weeks: Sequence[str]) -> None:
    """Name the first week of another kind than those before it; a column of any objects alone can hold two kinds."""
    for column in weeks:
        # A lazy frame of Polars warns when it is asked for its types, and has no column of objects.
        kinds = {} if hasattr(data, "collect") else getattr(data, "dtypes", {})
        if not hasattr(kinds, "get") or str(kinds.get(column)) != "object":
            continue
        told = [(i, week) for i, week in enumerate(data[column], 1) if week is not None and week == week]
        odd = next((one for one in told if isinstance(one[1], dt.date) != isinstance(told[0][1], dt.date)), None)
        if odd is not None:
            found = f"{odd[1]} in row {odd[0]} and {told[0][1]} in row {told[0][0]}"
            raise ColumnTypeError(name, column, _ALIKE, found)


_ALIKE: Final = "one kind of week, whole numbers or dates,"


def _dated(
    rows: pa.Table, there: Mapping[str, Any], table: str, weeks: Sequence[str]
) -> tuple[pa.Table, Mapping[str, Any]]:
    """Make dates of midnights, which are all that pandas has, and of ISO text; other times and texts stay."""
    kinds = dict(there)
    for name in weeks:
        column = rows[name] if name in kinds else None
        if column is None or not (pa.types.is_string(column.type) or pa.types.is_timestamp(column.type)):
            continue
        try:
            dates = column.cast(pa.date32())
        except pa.ArrowInvalid:
            if pa.types.is_string(column.type):
                i, text = next((i, text) for i, text in enumerate(column.to_pylist(), 1) if not _is_date(text))
                raise ColumnTypeError(table, name, _ALIKE, f"the text {text!r} in row {i}") from None
            continue
        if pa.types.is_string(column.type) or column.equals(dates.cast(column.type)):
            rows, kinds[name] = rows.set_column(rows.column_names.index(name), name, dates), nw.Date()
    return rows, kinds


def _is_date(text: str | None) -> bool:
    try:
        return pa.scalar(text, pa.string()).cast(pa.date32()) is not None
    except pa.ArrowInvalid:
        return False


def _column(rows: pa.Table, name: str, field: Field, labels: Sequence[str], there: Mapping[str, Any]) -> Any:
    n = rows.num_rows
    if field.name not in there:
        plain = field.kind in ("text", "week", "truth")
        return [field.default] * n if plain else np.full(n, np.nan if field.default is None else field.default)
    column, kind = rows[field.name], there[field.name]
    if kind not in _KINDS[field.kind] and column.null_count < n:
        raise ColumnTypeError(name, field.name, READ[field.kind], str(kind).lower())
    if field.default is REQUIRED and column.null_count:
        gap = column.is_null().index(True).as_py()
        raise MissingValueError(name, field.name, column.null_count, n, _first(rows, gap, labels, field.name))
    if kind == nw.Float64 and field.kind == "week":
        _refuse_numbers(np.asarray(column.to_numpy(), float), rows, name, field, labels)
        column = column.cast(pa.int64())
    if field.kind in ("text", "week", "truth"):
        told = column.to_pylist()
        return told if field.default is REQUIRED else [field.default if value is None else value for value in told]
    values = np.asarray(column.cast(pa.float64()).to_numpy(), float)
    _refuse_numbers(values, rows, name, field, labels)
    return np.where(np.isnan(values), np.nan if field.default in (None, REQUIRED) else field.default, values)


_WHOLE: Final = (nw.Int64,)
_NUMBERS: Final = (nw.Int64, nw.Float64)
_KINDS: Final[dict[str, tuple[Any, ...]]] = {
    "text": (nw.String,),
    "amount": _NUMBERS,
    "number": _NUMBERS,
    "count": _NUMBERS,
    "share": _NUMBERS,
    # Whole numbers beside gaps come from pandas as floats.
    "week": (nw.Int64, nw.Float64, nw.Date),
    "truth": (nw.Boolean,),
}


def _refuse_numbers(values: Array, rows: pa.Table, name: str, field: Field, labels: Sequence[str]) -> None:
    def first(wrong: npt.NDArray[np.bool_]) -> str:
        return _first(rows, int(np.flatnonzero(wrong)[0]), labels, field.name)

    if (endless := np.isinf(values)).any():
        raise InfiniteValueError(name, field.name, int(endless.sum()), first(endless))
    if field.kind == "share" and (outside := (values < 0) | (values > 1)).any():
        raise OutsideRangeError(name, field.name, float(values[outside][0]), first(outside), "lies in [0, 1]")
    if field.kind in ("amount", "count") and (below := values < 0).any():
        role = "an amount" if field.kind == "amount" else "a count"
        raise NegativeValueError(name, field.name, role, int(below.sum()), float(values[below][0]), first(below))
    if field.kind in ("count", "week") and (broken := values % 1 > 0).any():
        raise OutsideRangeError(name, field.name, float(values[broken][0]), first(broken), "is a whole number")


def _first(rows: pa.Table, i: int, labels: Sequence[str], column: str) -> str:
    named = ", ".join(f"{label} = {rows[label][i].as_py()!r}" for label in labels if label != column)
    return named or f"row {i + 1}"


def _refuse_repeated(rows: Rows, key: Sequence[str]) -> None:
    counts: dict[tuple[Any, ...], int] = {}
    columns = (rows[column] for column in key)
    for labels in zip(*(one.tolist() if isinstance(one, np.ndarray) else one for one in columns), strict=True):
        counts[labels] = counts.get(labels, 0) + 1
    repeated = {labels: n for labels, n in counts.items() if n > 1}
    if repeated:
        labels, times = next(iter(repeated.items()))
        first = ", ".join(f"{column} = {label!r}" for column, label in zip(key, labels, strict=True))
        raise DuplicateRowError(rows.name, key, first, times, sum(repeated.values()))
