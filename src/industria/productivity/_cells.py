"""What tables by cell share: their keys, their support, and intervals beside a wide row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import SUPPORT
from industria.core.table import Table, as_table
from industria.productivity._accounts import beside
from industria.productivity._panel import Array, Codes, Panel

__all__ = [
    "BEHIND",
    "contributions",
    "largest_two",
    "long_intervals",
    "n_cells",
    "table_of_cells",
    "units_behind",
    "weights_of",
]

BEHIND: Final = ("used_unit", "used_value", "used_weight", "used_size", "used_frontier")


def n_cells(panel: Panel) -> int:
    """Count the cells."""
    return int(panel.cell.max()) + 1


def weights_of(panel: Panel) -> Array | None:
    """Return the weights, or None where all are one."""
    return None if (panel.weights == 1).all() else panel.weights


def table_of_cells(panel: Panel, columns: Mapping[str, Any]) -> Table:
    """Put columns of one row a cell beside the labels of the cells."""
    return beside(panel.cells, columns)


def units_behind(
    panel: Panel, unit: str, who: Codes, cell: Codes, value: Array, **beside: npt.NDArray[Any] | None
) -> Table:
    """List who stands behind the means of each cell, for the site alone.

    Parameters
    ----------
    panel : Panel
        Whose cells they are.
    unit : str
        The column that names units.
    who, cell : array, shape (n,)
        Unit and cell of each row, as numbered in the panel.
    value : array, shape (n,)
        What is averaged.
    **beside : array, shape (n,), or None
        Further columns; those that are None are left out.

    Returns
    -------
    Table
        The labels of the cell, `used_unit`, `used_value` and the further columns; no label is written out before
        somebody asks.
    """
    labels = {name: _written(cell, panel.cells[name].combine_chunks()) for name in panel.cells.column_names}
    told = {name: of for name, of in beside.items() if of is not None}
    names = _written(who, _names(panel, unit))
    return as_table(pa.table({**labels, "used_unit": names, "used_value": value, **told}), "units_used")


def _names(panel: Panel, unit: str) -> pa.Array:
    """List the name of each unit."""
    if unit in panel.labels.column_names:
        return panel.labels[unit].combine_chunks().dictionary
    place = np.empty(panel.n_units, np.int64)
    place[panel.unit] = np.arange(len(panel))
    return panel.keys[unit].take(pa.array(place)).combine_chunks()


def _written(codes: Codes, labels: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes), labels)


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
