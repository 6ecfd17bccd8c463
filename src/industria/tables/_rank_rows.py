"""Estimates of units and their covariances, checked and in the order of their ranks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    CovarianceError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    MissingValueError,
    NegativeValueError,
    ReservedNameError,
    UnknownLabelError,
)

__all__ = ["cell_starts", "read_covariances", "read_estimates"]

Array: TypeAlias = npt.NDArray[np.float64]

PAIR: Final = ("unit", "other", "covariance")
SAME: Final = 1e-8
"""Numbers that went through a file differ by less than this share."""


def read_estimates(
    data: TableLike, by: Sequence[str], unit: str, estimate: str, error: str, made: Sequence[str], *, highest: bool
) -> pa.Table:
    """Read units with their estimates, the best of each cell first; what is missing or no number is refused."""
    keys, numbers = [*by, unit], [estimate, error]
    rows = collect(as_table(data, "estimates", *keys, *numbers).select(*keys, *numbers))
    for key in keys:
        if key in made:
            raise ReservedNameError("estimates", key, made)
    if not rows.num_rows:
        raise EmptyTableError("estimates")
    rows = rows.sort_by([(key, "ascending") for key in keys])
    for key in keys:
        if rows[key].null_count:
            raise MissingValueError("estimates", key, rows[key].null_count, rows.num_rows, "the last row")
    for column in numbers:
        if not (pa.types.is_integer(rows[column].type) or pa.types.is_floating(rows[column].type)):
            raise ColumnTypeError("estimates", column, "numbers", f"{rows[column].type}")
        values = np.asarray(rows[column].cast(pa.float64()).to_numpy(zero_copy_only=False))
        _refuse(rows, keys, column, np.isnan(values), MissingValueError)
        _refuse(rows, keys, column, np.isinf(values), InfiniteValueError)
        rows = rows.set_column(rows.column_names.index(column), column, pa.array(values))
    low = np.flatnonzero(rows[error].to_numpy() < 0)
    if len(low):
        first = int(low[0])
        value = float(rows[error][first].as_py())
        raise NegativeValueError("estimates", error, "a standard error", len(low), value, _where(rows, keys, first))
    labels = list(zip(*(rows[key].to_pylist() for key in keys), strict=True))
    for i, (one, other) in enumerate(pairwise(labels)):
        if one == other:
            raise DuplicateRowError("estimates", keys, _where(rows, keys, i), labels.count(one), labels.count(one))
    # The draws meet the units in this order, so that what they are called does not matter.
    order = [*((key, "ascending") for key in by), (estimate, "descending" if highest else "ascending")]
    return rows.sort_by([*order, (error, "ascending"), (unit, "ascending")])


def cell_starts(rows: pa.Table, by: Sequence[str]) -> list[int]:
    """Tell where each cell of sorted rows begins, and where the last ends."""
    labels = list(zip(*(rows[key].to_pylist() for key in by), strict=True)) or [()] * rows.num_rows
    return [0, *(i for i in range(1, len(labels)) if labels[i] != labels[i - 1]), rows.num_rows]


def read_covariances(data: TableLike, units: pa.ChunkedArray, error: Array) -> Array:
    """Line up the covariance of estimates, shape (n, n), with squared standard errors on its diagonal."""
    rows = collect(as_table(data, "covariance", *PAIR).select(*PAIR))
    if not rows.num_rows:
        raise EmptyTableError("covariance")
    rows = rows.sort_by([(name, "ascending") for name in PAIR])
    if not (pa.types.is_integer(rows[PAIR[2]].type) or pa.types.is_floating(rows[PAIR[2]].type)):
        raise ColumnTypeError("covariance", PAIR[2], "numbers", f"{rows[PAIR[2]].type}")
    values = np.asarray(rows[PAIR[2]].cast(pa.float64()).to_numpy(zero_copy_only=False))
    _refuse(rows, PAIR[:2], PAIR[2], ~np.isfinite(values), MissingValueError, "covariance")
    known = units.to_pylist()
    place = {label: i for i, label in enumerate(known)}
    Sigma = np.full((len(known), len(known)), np.nan)
    for one, other, value in zip(rows[PAIR[0]].to_pylist(), rows[PAIR[1]].to_pylist(), values, strict=True):
        for column, label in zip(PAIR, (one, other), strict=False):
            if label not in place:
                raise UnknownLabelError("covariance", column, f"{label}", "estimates", [f"{name}" for name in known])
        i, j = place[one], place[other]
        told = error[i] ** 2 if i == j else Sigma[i, j]
        if not np.isnan(told) and not np.isclose(told, value, rtol=SAME, atol=0):
            raise CovarianceError(f"{one!r} and {other!r} have {value:g} and {told:g}")
        Sigma[i, j] = Sigma[j, i] = value
    Sigma = np.where(np.isnan(Sigma), 0.0, Sigma)
    np.fill_diagonal(Sigma, error**2)
    lowest = float(np.linalg.eigvalsh(Sigma)[0])
    if lowest < -SAME * max(float(error.max()) ** 2, np.finfo(float).tiny):
        raise CovarianceError(f"its least eigenvalue is {lowest:g}, below 0")
    return Sigma


def _refuse(
    rows: pa.Table, keys: Sequence[str], column: str, odd: npt.NDArray[np.bool_], error: Any, table: str = "estimates"
) -> None:
    if odd.any():
        first = _where(rows, keys, int(np.argmax(odd)))
        of = (rows.num_rows,) if error is MissingValueError else ()
        raise error(table, column, int(odd.sum()), *of, first)


def _where(rows: pa.Table, keys: Sequence[str], row: int) -> str:
    return ", ".join(f"{key} = {rows[key][row].as_py()!r}" for key in keys)
