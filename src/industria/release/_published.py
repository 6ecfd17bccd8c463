"""Tables with codes and one value, as they are published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import Column, TableLike, as_table, collect, columns_of
from industria.errors import (
    EmptyTableError,
    MissingValueError,
    NotAdditiveError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
)

__all__ = ["beside", "codes_and", "dimensions_of", "published_values", "rows_with"]

Array = npt.NDArray[np.float64]
SAME: Final = 1e-9
"""Part of a number by which it may differ in the last bits from what is told elsewhere."""
MADE: Final = ("low", "high", "exact", "method", "insider", "status")


def dimensions_of(by: Column | Sequence[Column], value: str, table: str) -> tuple[str, ...]:
    """Take the dimensions of a table; each stands once, and none is called as what is made."""
    names = columns_of(by, "by")
    if not names:
        raise ParameterRangeError("by", list(names), "one column or more")
    for name in names:
        if names.count(name) > 1:
            raise ParameterRangeError("by", list(names), f"each column once; {name!r} stands twice")
        if name in MADE:
            raise ReservedNameError(table, name, MADE)
    if value in names:
        raise RepeatedColumnError(value, "a dimension", "the value")
    return names


def codes_and(
    given: TableLike, table: str, names: Sequence[str], *numbers: str, texts: Sequence[str] = ()
) -> tuple[list[list[str]], pa.Table]:
    """Read the codes of each dimension as text, and further columns as numbers or texts.

    Raises
    ------
    EmptyTableError, MissingColumnError, MissingValueError
        If rows, a column or a code lack.
    """
    rows = rows_with(given, table, names, *numbers, texts=texts)
    return [rows[name].to_pylist() for name in names], rows


def rows_with(given: TableLike, table: str, names: Sequence[str], *numbers: str, texts: Sequence[str] = ()) -> pa.Table:
    """Read codes and further columns as `codes_and` does, and make no lists of millions of codes.

    Raises
    ------
    EmptyTableError, MissingColumnError, MissingValueError
        If rows, a column or a code lack.
    """
    rows_of = as_table(given, table, *names, *numbers, *texts)
    rows = collect(
        rows_of.select(
            *(nw.col(name).cast(nw.String) for name in (*names, *texts)),
            *(nw.col(name).cast(nw.Float64) for name in numbers),
        )
    )
    if not rows.num_rows:
        raise EmptyTableError(table)
    for name in (*names, *texts):
        if rows[name].null_count:
            gap = rows[name].is_null().index(True).as_py() + 1
            raise MissingValueError(table, name, rows[name].null_count, rows.num_rows, f"row {gap}")
    return rows


def published_values(given: TableLike, table: str, names: Sequence[str], value: str) -> tuple[list[list[str]], Array]:
    """Read codes and values, NaN where a cell is withheld; refuse endless values."""
    labels, rows = codes_and(given, table, names, value)
    x: Array = rows[value].to_numpy().astype(float)
    if np.isinf(x).any():
        raise NotAdditiveError(table, value, f"is infinite in row {int(np.argmax(np.isinf(x))) + 1}.")
    return labels, x


def beside(
    labels: Sequence[Sequence[str]],
    x: Array,
    other: TableLike,
    table: str,
    names: Sequence[str],
    value: str,
    total: str,
) -> tuple[list[list[str]], Array]:
    """Put a further table of the same cells beside the first; a dimension that it lacks is the total.

    Raises
    ------
    NotAdditiveError
        If both publish a cell, and not the same of it.
    """
    there = as_table(other, table).collect_schema().names()
    by = [name for name in names if name in there] or list(names)
    more, y = published_values(other, table, by, value)
    columns = dict(zip(by, more, strict=True))
    cells = dict(zip(zip(*labels, strict=True), x.tolist(), strict=True))
    for cell, told in zip(zip(*(columns.get(name, [total] * len(y)) for name in names), strict=True), y, strict=True):
        known = cells.get(cell, np.nan)
        if abs(known - told) > SAME * max(1.0, abs(known)):
            what = f"is {told:.12g}, and {known:.12g} elsewhere; it is not the same cell in both."
            raise NotAdditiveError(table, ", ".join(cell), what)
        cells[cell] = float(told) if np.isnan(known) else known
    return [list(codes) for codes in zip(*cells, strict=True)], np.array(list(cells.values()))
