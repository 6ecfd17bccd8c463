"""Answers of rows as tables under the keys of the panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.productivity._panel import Array, Panel

__all__ = ["by_term", "with_keys"]


def with_keys(rows: Panel, columns: Mapping[str, Array | Sequence[str]]) -> Table:
    """Put the keys of a panel before columns of its rows; NaN is null."""
    made: dict[str, Any] = {key: rows.keys[key] for key in rows.keys.column_names}
    made |= {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    return as_table(pa.table(made), "table")


def by_term(rows: Panel, terms: Sequence[str], values: Array, name: str) -> Table:
    """Write a matrix, shape (n, J), as one row a row of the panel and term."""
    n, J = values.shape
    place = pa.array(np.repeat(np.arange(n), J))
    made: dict[str, Any] = {key: rows.keys[key].take(place) for key in rows.keys.column_names}
    made["term"] = pa.array(list(terms) * n, pa.string())
    return as_table(pa.table(made | {name: pa.array(values.ravel(), pa.float64(), from_pandas=True)}), "table")
