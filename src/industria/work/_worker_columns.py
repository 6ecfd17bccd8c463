"""Columns of a table of workers as numbers, and as codes of their labels."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.errors import ColumnTypeError, InfiniteValueError

__all__ = [
    "NAME",
    "Array",
    "Codes",
    "cells_of",
    "coded",
    "label_of",
    "label_texts",
    "levels_of",
    "numbers_of",
    "plain",
]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]

NAME: Final = "workers"


def label_of(value: Any) -> str:
    """Write the value of a cell; whole numbers without a point."""
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else f"{value:g}"
    return str(value)


def plain(rows: pa.Table) -> pa.Table:
    """Bring the texts of all engines to one type."""
    for i, field in enumerate(rows.schema):
        if pa.types.is_large_string(field.type) or pa.types.is_string_view(field.type):
            rows = rows.set_column(i, field.name, rows[i].cast(pa.string()))
    return rows


def numbers_of(column: pa.ChunkedArray, name: str) -> Array:
    """Read a column of numbers or truth values; a missing one is NaN."""
    kind = column.type
    if not (pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        if column.null_count == len(column):
            return np.full(len(column), np.nan)
        raise ColumnTypeError(NAME, name, "a number in every row", "text or dates")
    return np.asarray(column.cast(pa.int64()).cast(pa.float64()) if pa.types.is_boolean(kind) else column, float)


def label_texts(column: pa.ChunkedArray) -> list[str]:
    """Write out the labels of a column."""
    return [label_of(value) for value in column.unique().drop_null().to_pylist()]


def coded(column: pa.ChunkedArray, name: str) -> tuple[Codes, list[str]]:
    """Return the place of each label in their order, and the labels."""
    if pa.types.is_temporal(column.type):
        raise ColumnTypeError(NAME, name, "text or numbers", "dates")
    encoded = column.combine_chunks().dictionary_encode()
    found = np.asarray(encoded.dictionary)
    order = np.argsort(found, kind="stable")
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    return rank[np.asarray(encoded.indices, dtype=np.int64)], [label_of(found[i]) for i in order]


def levels_of(column: pa.ChunkedArray, name: str) -> tuple[Codes, npt.NDArray[Any]]:
    """Return the place of each value of a covariate in their order, and the values."""
    if pa.types.is_string(column.type):
        codes, labels = coded(column, name)
        return codes, np.array(labels, dtype=object)
    if pa.types.is_temporal(column.type):
        raise ColumnTypeError(NAME, name, "numbers or text", "dates")
    levels, codes = np.unique(numbers_of(column, name), return_inverse=True)
    if (endless := np.isinf(levels)).any():
        raise InfiniteValueError(NAME, name, int(endless[codes].sum()), f"{name} = {levels[endless][0]}")
    return codes, levels


def cells_of(
    covariates: dict[str, tuple[Codes, npt.NDArray[Any]]], n: int
) -> tuple[Codes, dict[str, npt.NDArray[Any]]]:
    """Return the combination of covariates that each row has, and all that occur, in the order of their values."""
    cell = np.zeros(n, dtype=np.int64)
    for codes, levels in covariates.values():
        # Renumbered each time, so that no product is beyond the count of rows times that of levels.
        _, cell = np.unique(cell * len(levels) + codes, return_inverse=True)
    _, first = np.unique(cell, return_index=True)
    return cell, {name: levels[codes[first]] for name, (codes, levels) in covariates.items()}
