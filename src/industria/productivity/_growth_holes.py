"""Units whose numbers are missing in a period: they neither came nor left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from industria.core.table import TableLike
from industria.productivity._nests import nests
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = ["Holes", "holes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holes:
    """Rows that lack a number, and the rows that do not.

    Attributes
    ----------
    own : array, shape (n,)
        Of each row of the panel, who it is in its cell.
    who, cell, time : array, shape (holes,)
        Of each row that lacks a number: the same, its cell, and its period.
    """

    own: Codes
    who: Codes
    cell: Codes
    time: Codes

    def of(self, t0: int, t1: int) -> tuple[Codes, Codes]:
        """Tell which units lack a number in one of two periods, and the cell of each."""
        at = np.flatnonzero((self.time == t0) | (self.time == t1))
        who, first = np.unique(self.who[at], return_index=True)
        return who, self.cell[at][first]


def holes(
    data: TableLike, panel: Panel, unit: str, time: str, numbers: Sequence[str], by: Sequence[str], weights: str | None
) -> Holes | None:
    """Find the rows of a table that the panel lacks because a number is missing; None where there are none.

    Parameters
    ----------
    data : table
        What the panel was read from.
    panel : Panel
        Its rows with all numbers.
    unit, time, numbers, weights
        Columns, as of `_panel.read`.
    by : sequence of str
        What makes an aggregate.

    Returns
    -------
    Holes or None
    """
    wanted = [*numbers, *([weights] if weights else [])]
    if not any(column in wanted and reason == "missing" for column, reason, _ in panel.dropped):
        return None
    groups = panel.cells.column_names
    rows = read(data, panel.name, unit=unit, time=time, numbers=numbers, by=groups, weights=weights, optional=wanted)
    there = np.isfinite(np.column_stack([_values(rows, column, weights) for column in wanted])).all(axis=1)
    cell = nests(rows, len(by)).cells[rows.cell]
    who = cell * rows.n_units + rows.unit
    # Both are sorted alike, so that rows with all numbers are the panel's, one by one.
    known = np.full(int(cell.max()) + 1, -1)
    known[cell[there]] = nests(panel, len(by)).cells[panel.cell]
    lost = np.flatnonzero(~there & (known[cell] >= 0))
    return Holes(own=who[there], who=who[lost], cell=known[cell[lost]], time=rows.time[lost])


def _values(rows: Panel, column: str, weights: str | None) -> Array:
    return rows.weights if column == weights else rows[column]
