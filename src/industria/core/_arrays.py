"""Tables as arrays: computed, and lined up by their labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from industria.core._kinds import Array, Table
from industria.errors import DuplicateLabelError, EmptyTableError, MissingValueError, UnknownLabelError

__all__ = ["arrays", "as_matrix", "as_vector", "collect", "labels"]


def collect(table: Table) -> pa.Table:
    """Compute a table and hold it in memory as Arrow."""
    rows: pa.Table = table.collect("pyarrow").to_native()
    return rows


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
