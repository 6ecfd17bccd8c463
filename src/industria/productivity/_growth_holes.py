"""Units whose numbers or groups are missing in a period: they neither came nor left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np

from industria.core.table import TableLike, as_table, collect
from industria.productivity._nests import Nests, keys_of, together
from industria.productivity._panel import Codes, Panel

__all__ = ["Holes", "holes"]

NEVER: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holes:
    """Rows that lack something, and the rows that do not.

    Attributes
    ----------
    own : array, shape (n,)
        Of each row of the panel, who it is in its cell.
    who, cell, time : array, shape (holes,)
        Of each row that lacks something: the same, its cell, and its period.
    """

    own: Codes
    who: Codes
    cell: Codes
    time: Codes

    def of(self, t0: int, t1: int) -> tuple[Codes, Codes]:
        """Tell which units lack something in one of two periods, and the cell of each."""
        at = np.flatnonzero((self.time == t0) | (self.time == t1))
        who, first = np.unique(self.who[at], return_index=True)
        return who, self.cell[at][first]


def holes(data: TableLike, panel: Panel, held: Nests, unit: str, time: str, wanted: Sequence[str]) -> Holes | None:
    """Find the rows of a table that the panel lacks because a number or a group is missing; None where none are.

    Parameters
    ----------
    data : table
        What the panel was read from.
    panel : Panel
        Its rows with all that is wanted.
    held : Nests
        Its groups.
    unit, time : str
        Who and when.
    wanted : sequence of str
        Numbers, and groups within cells.

    Returns
    -------
    Holes or None
    """
    if not any(column in wanted and reason == "missing" for column, reason, _ in panel.dropped):
        return None
    cells = keys_of(panel, held)
    keys = [*cells.column_names, unit, time]
    gap = nw.any_horizontal(*(nw.col(column).is_null() for column in wanted), ignore_nulls=True)
    known = nw.all_horizontal(*(~nw.col(key).is_null() for key in keys), ignore_nulls=True)
    rows = collect(as_table(data, panel.name, *keys, *wanted).filter(gap & known).select(*keys))

    own, who = together(panel.keys.select([unit]), rows.select([unit]))
    when, then = together(panel.keys.select([time]), rows.select([time]))
    number = np.full(max(when.max(), then.max(initial=0)) + 1, NEVER)
    number[when] = panel.time
    cell = np.zeros(len(who), np.int64)
    if cells.num_columns:
        here, there = together(cells, rows.select(cells.column_names))
        place = np.full(max(here.max(), there.max(initial=0)) + 1, -1)
        place[here] = np.arange(len(here))
        cell = place[there]
    n = max(own.max(), who.max(initial=0)) + 1
    lost = (cell >= 0) & (number[then] != NEVER)
    return Holes(
        own=held.cells[panel.cell] * n + own,
        who=(cell * n + who)[lost],
        cell=cell[lost],
        time=number[then][lost],
    )
