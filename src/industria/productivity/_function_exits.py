"""Which rows are the last of their unit: told by every row of a panel, those that are left out of a function, too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from industria.core.table import TableLike
from industria.errors import RoleError
from industria.productivity._function_roles import Roles
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = ["AT_RISK", "LAST", "exits"]

LAST = "gone in the next period"
"""Among the numbers of a panel: 1 where the row is the last of its unit, else 0."""
AT_RISK = "has a next period"
"""Likewise: 1 where that could be seen."""


def exits(data: TableLike, panel: Panel, roles: Roles) -> dict[str, Array]:
    """Tell which rows of a panel are the last of their unit, and in which of them that can be seen.

    A row without a number or an investment says nothing of output, and still that its unit is there.

    Parameters
    ----------
    data : table
        What the panel was read from.
    panel : Panel
        The rows that are used.
    roles : Roles
        With an exit.

    Returns
    -------
    dict of str to array, shape (n,)
        LAST and AT_RISK.

    Raises
    ------
    RoleError
        If nobody exits in a row that is used, or a unit is there after the year that is marked as its last.
    DataError
        As `_panel.read` says, of all rows.
    """
    marks = [str(roles.exit)] if roles.exit != "last_seen" else []
    everyone = read(data, panel.name, unit=roles.unit, time=roles.time, by=roles.by, numbers=marks, optional=marks)
    seen = everyone.time < everyone.time.max()
    order = np.lexsort([everyone.time, everyone.unit])
    ends = np.zeros(len(everyone), bool)
    ends[order] = np.append(np.diff(everyone.unit[order]) != 0, True)
    if marks:
        last = np.nan_to_num(everyone[marks[0]]) != 0
        _refuse_afterwards(everyone, last & ~ends, marks[0])
    else:
        last = ends & seen
    place = _places(panel, everyone)
    last, seen = last[place], seen[place]
    if not (last & seen).any():
        said = f"{marks[0]} marks it" if marks else "its last year before the panel ends"
        raise RoleError(f"exit ({roles.exit}) is not seen: no unit has {said} with a year of the panel after it")
    return {LAST: last.astype(float), AT_RISK: seen.astype(float)}


def _refuse_afterwards(everyone: Panel, wrong: npt.NDArray[np.bool_], column: str) -> None:
    if wrong.any():
        raise RoleError(
            f"exit ({column}) marks {everyone.where(int(np.argmax(wrong)))}, and the unit is there afterwards: mark "
            "the last year in which a unit is there"
        )


def _places(panel: Panel, everyone: Panel) -> Codes:
    """Find the rows of one panel in another that has all of them."""
    code, among = np.zeros(len(panel), np.int64), np.zeros(len(everyone), np.int64)
    for column in everyone.keys.column_names:
        labels = pc.unique(everyone.keys[column])
        code = code * len(labels) + pc.index_in(panel.keys[column], value_set=labels).to_numpy()
        among = among * len(labels) + pc.index_in(everyone.keys[column], value_set=labels).to_numpy()
    order = np.argsort(among)
    return order[np.searchsorted(among, code, sorter=order)]
