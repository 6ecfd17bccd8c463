"""Windows that roll over a panel: each is a cell of its own, with the periods it reaches from and to."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from industria.errors import ParameterRangeError
from industria.productivity._panel import Panel

__all__ = ["FROM", "TO", "rolled"]

FROM: Final = "window_from"
TO: Final = "window_to"


def rolled(panel: Panel, time: str, window: int) -> Panel:
    """Stack the rows of every window of so many periods, under cells that tell the window.

    Parameters
    ----------
    panel : Panel
        Sorted by cell, unit and time.
    time : str
        Its column.
    window : int
        Periods on the calendar, 2 or more.

    Returns
    -------
    Panel
        Sorted by window, cell, unit and time. A cell without rows in a window is not in it.

    Raises
    ------
    ParameterRangeError
        If the panel has fewer periods.
    """
    first, last = int(panel.time.min()), int(panel.time.max())
    if window > last - first + 1:
        raise ParameterRangeError("window", window, f"up to {last - first + 1} periods, which the panel has")
    labels = panel.keys[time]
    when = {
        int(one): labels[int(row)].as_py() for one, row in zip(*np.unique(panel.time, return_index=True), strict=True)
    }
    chosen, cell, begins, ends = [], [], [], []
    cells: list[int] = []
    for start in range(first, last - window + 2):
        rows = np.flatnonzero((panel.time >= start) & (panel.time < start + window))
        there, place = np.unique(panel.cell[rows], return_inverse=True)
        chosen.append(rows)
        cell.append(len(cells) + place)
        cells += there.tolist()
        seen = [one for one in sorted(when) if start <= one < start + window]
        begins += [when[seen[0]]] * len(there) if seen else []
        ends += [when[seen[-1]]] * len(there) if seen else []
    rows = np.concatenate(chosen)
    columns = {key: panel.cells[key].take(pa.array(cells)) for key in panel.cells.column_names}
    columns |= {FROM: pa.array(begins, labels.type), TO: pa.array(ends, labels.type)}
    return replace(
        panel,
        keys=panel.keys.take(pa.array(rows)),
        cells=pa.table(columns),
        cell=np.concatenate(cell).astype(np.int64),
        unit=panel.unit[rows],
        time=panel.time[rows],
        numbers={column: values[rows] for column, values in panel.numbers.items()},
        weights=panel.weights[rows],
    )
