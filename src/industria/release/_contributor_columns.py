"""Columns of contributors as arrays: who they are, what they add, how much they weigh."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._names import Named, named

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def text_of(column: Any) -> Any:
    """Return a column as text."""
    return column.cast(pa.string())


def owners_of(rows: pa.Table) -> Named:
    """Name the holding of each unit; one that has none owns itself, and is no holding of the same name."""
    alone = pc.binary_join_element_wise("unit", text_of(rows["unit"]), " ")
    if "holding" not in rows.column_names:
        return named(alone)
    return named(pc.coalesce(pc.binary_join_element_wise("holding", text_of(rows["holding"]), " "), alone))


def numbers_of(column: Any) -> Array:
    """Return a column as numbers, NaN where it has none."""
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), float)


def weights_of(rows: pa.Table) -> Array | None:
    """Return the weight of each row, 1 where it has none; None where no row has one."""
    if "weight" not in rows.column_names or rows["weight"].null_count == rows.num_rows:
        return None
    weight = numbers_of(rows["weight"])
    return None if np.isnan(weight).all() else np.where(np.isnan(weight), 1.0, weight)


def filled(column: Any) -> Array:
    """Return a column as numbers, 0 where it has none."""
    return np.nan_to_num(numbers_of(column))


def truths_of(rows: pa.Table, name: str) -> Truth:
    """Return a column of flags, false where it lacks."""
    if name not in rows.column_names:
        return np.zeros(rows.num_rows, bool)
    return np.asarray(pc.fill_null(rows[name].cast(pa.bool_()), False).to_numpy(zero_copy_only=False), bool)
