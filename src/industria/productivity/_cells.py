"""What tables by cell share: their keys, their support, and intervals beside a wide row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.core.table import Table
from industria.productivity._accounts import beside
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["contributions", "largest_two", "long_intervals", "n_cells", "table_of_cells", "weights_of"]


def n_cells(panel: Panel) -> int:
    """Count the cells."""
    return int(panel.cell.max()) + 1


def weights_of(panel: Panel) -> Array | None:
    """Return the weights, or None where all are one."""
    return None if (panel.weights == 1).all() else panel.weights


def table_of_cells(panel: Panel, columns: Mapping[str, Any]) -> Table:
    """Put columns of one row a cell beside the labels of the cells."""
    return beside(panel.cells, columns)


def long_intervals(
    panel: Panel, statistics: Sequence[str], estimate: Array, low: Array, high: Array, answers: Array | None
) -> Table:
    """Lay statistics by cell, shape (cells, statistics), out as one row each, with intervals and shares of draws."""
    cells = len(estimate)
    keys = panel.cells.take(pa.array(np.repeat(np.arange(cells), len(statistics)))) if panel.cells else panel.cells
    shares = np.full_like(estimate, np.nan) if answers is None else answers
    columns = {"estimate": estimate.ravel(), "low": low.ravel(), "high": high.ravel(), "answered": shares.ravel()}
    return beside(keys, {"statistic": list(statistics) * cells, **columns})


def contributions(size: Array, cell: Codes, cells: int, column: str) -> dict[str, Array]:
    """Add up what units make of each cell, and find the largest two, under the names of support."""
    total = np.bincount(cell, size, cells).astype(np.float64)
    return {f"{SUPPORT}{column}": total} | largest_two(size, cell, cells, column)


def largest_two(size: Array, cell: Codes, cells: int, column: str) -> dict[str, Array]:
    """Find the largest and the second largest of each cell, under the names of support; 0 where there is none."""
    if (cell[1:] < cell[:-1]).any():
        order = np.argsort(cell, kind="stable")
        size, cell = size[order], cell[order]
    first, second = np.zeros(cells), np.zeros(cells)
    if len(size):
        starts = np.concatenate([[0], np.flatnonzero(cell[1:] > cell[:-1]) + 1])
        first[cell[starts]] = np.maximum.reduceat(size, starts)
        # Of equal ones the second is as large as the first; one of them is set aside.
        at = np.flatnonzero(size == first[cell])
        rest = size.copy()
        rest[at[np.concatenate([[True], cell[at[1:]] > cell[at[:-1]]])]] = 0.0
        second[cell[starts]] = np.maximum.reduceat(rest, starts)
    return {f"{SUPPORT}{column}_largest": first, f"{SUPPORT}{column}_second": second}
