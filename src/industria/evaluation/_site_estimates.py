"""Estimates of sites with their standard errors, checked and in the order of their names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    MissingValueError,
    OutsideRangeError,
    ReservedNameError,
)

__all__ = ["cell_starts", "read_sites"]

Array: TypeAlias = npt.NDArray[np.float64]

NAME: Final = "estimates"
LEAST: Final = 1e-100
MOST: Final = 1e100
"""Squares of larger numbers, and of errors below the least, would leave the range of floating point."""


def read_sites(
    data: TableLike, by: Sequence[str], site: str, estimate: str, error: str, made: Sequence[str]
) -> tuple[pa.Table, Array, Array]:
    """Read one estimate a site and cell; whatever has no weight, or would count twice, is refused by name.

    Returns
    -------
    table
        `by` and `site`, sorted by them.
    array, array, each of shape (n,)
        Estimates and standard errors in that order.
    """
    keys = [*by, site]
    rows = collect(as_table(data, NAME, *keys, estimate, error).select(*keys, estimate, error))
    for key in keys:
        if key in made:
            raise ReservedNameError(NAME, key, made)
    if not rows.num_rows:
        raise EmptyTableError(NAME)
    rows = rows.sort_by([(key, "ascending") for key in keys])
    for key in keys:
        if rows[key].null_count:
            first = rows[key].is_null().index(True).as_py()
            others = _where(rows, [k for k in keys if k != key], first)
            raise MissingValueError(NAME, key, rows[key].null_count, rows.num_rows, others or f"{estimate} is told")
    b, e = (_numbers(rows, keys, column) for column in (estimate, error))
    _within(rows, keys, estimate, b, -MOST, f"lies between {-MOST:g} and {MOST:g}")
    _within(
        rows, keys, error, e, LEAST, "is a standard error and lies above 0; a site known without error would weigh all"
    )
    labels = list(zip(*(rows[key].to_pylist() for key in keys), strict=True))
    repeated = [i for i, (one, other) in enumerate(pairwise(labels)) if one == other]
    if repeated:
        first = repeated[0]
        raise DuplicateRowError(NAME, keys, _where(rows, keys, first), labels.count(labels[first]), len(repeated))
    return rows.select(keys), b, e


def cell_starts(rows: pa.Table, by: Sequence[str]) -> list[int]:
    """Tell where each cell of sorted rows begins, and where the last ends."""
    labels = list(zip(*(rows[key].to_pylist() for key in by), strict=True)) or [()] * rows.num_rows
    return [0, *(i for i in range(1, len(labels)) if labels[i] != labels[i - 1]), rows.num_rows]


def _numbers(rows: pa.Table, keys: Sequence[str], column: str) -> Array:
    kind = rows[column].type
    if rows[column].null_count == rows.num_rows:  # its type is then anybody's guess
        raise MissingValueError(NAME, column, rows.num_rows, rows.num_rows, _where(rows, keys, 0))
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        raise ColumnTypeError(NAME, column, "numbers", f"{kind}")
    values = np.asarray(rows[column].cast(pa.float64()).to_numpy(zero_copy_only=False))
    gaps, endless = np.isnan(values), np.isinf(values)
    if gaps.any():
        raise MissingValueError(NAME, column, int(gaps.sum()), rows.num_rows, _where(rows, keys, int(np.argmax(gaps))))
    if endless.any():
        raise InfiniteValueError(NAME, column, int(endless.sum()), _where(rows, keys, int(np.argmax(endless))))
    return values


def _within(rows: pa.Table, keys: Sequence[str], column: str, values: Array, least: float, allowed: str) -> None:
    odd = np.flatnonzero((values < least) | (values > MOST))
    if len(odd):
        raise OutsideRangeError(NAME, column, float(values[odd[0]]), _where(rows, keys, int(odd[0])), allowed)


def _where(rows: pa.Table, keys: Sequence[str], row: int) -> str:
    return ", ".join(f"{key} = {rows[key][row].as_py()!r}" for key in keys)
