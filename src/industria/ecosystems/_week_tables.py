"""Tables by week, whose columns have their types also where there are no rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from industria.core.rows import Array
from industria.core.table import Table, as_table


def long(keys: Mapping[str, Sequence[Any]], **values: Array) -> Table:
    """Lay matrices out as rows, by the labels of their two sides."""
    (row, rows), (column, columns) = keys.items()
    wide = {
        row: [label for label in rows for _ in columns],
        column: [label for _ in rows for label in columns],
        **{name: matrix.ravel() for name, matrix in values.items()},
    }
    return table_of(wide, columns, (column,))


def table_of(columns: Mapping[str, Any], weeks: Sequence[Any], of_week: Sequence[str]) -> Table:
    """Make a table whose columns have their types also where it has no rows."""
    week = pa.date32() if isinstance(weeks[0], dt.date) else pa.int64()
    made = {
        name: values
        if isinstance(values, pa.Array)
        else pa.array(values, week)
        if name in of_week
        else pa.array(np.asarray(values, float), from_pandas=True)
        if isinstance(values, np.ndarray)
        else pa.array(values, pa.bool_() if isinstance(next(iter(values), None), bool) else pa.string())
        for name, values in columns.items()
    }
    return as_table(pa.table(made), "plan")
