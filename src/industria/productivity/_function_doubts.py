"""What looks wrong in a panel without being impossible: other units for some rows, levels that look like logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.productivity._function_roles import Roles
from industria.productivity._panel import Panel

__all__ = ["Doubt", "doubt_table", "doubts"]

Doubt: TypeAlias = tuple[str, str, int, str]
"""A column, what is doubtful, in how many rows, and the first of them."""
THOUSAND: Final = np.log(1000.0)
NEAR: Final = 0.7
"""Half or double of a thousand, in logs: what grew meanwhile."""
NARROW: Final = np.log(4.0)


def doubts(panel: Panel, roles: Roles) -> list[Doubt]:
    """Find jumps by about a thousand within a unit, shares of revenue above 1, and levels within a factor of four.

    Parameters
    ----------
    panel : Panel
        Read, so that its columns are logs.
    roles : Roles
        Which of them to look at.

    Returns
    -------
    list of (str, str, int, str)
        Nothing is left out because of them.
    """
    found: list[Doubt] = []
    same = np.diff(panel.unit) == 0
    same &= np.diff(panel.cell) == 0
    columns = [roles.output, *roles.inputs, *([roles.proxy] if roles.proxy and roles.proxy not in roles.inputs else [])]
    for column in columns:
        steps = np.abs(np.diff(panel[column]))
        rows = 1 + np.flatnonzero(same & (np.abs(steps - THOUSAND) < NEAR))
        if len(rows):
            found.append((column, "jumps by about 1,000 (another unit?)", len(rows), panel.where(int(rows[0]))))
    if roles.revenue_share and len(rows := np.flatnonzero(panel[roles.revenue_share] > 0)):
        said = "is a share of revenue above 1: the input costs more than output brings"
        found.append((roles.revenue_share, said, len(rows), panel.where(int(rows[0]))))
    spreads = [float(np.ptp(panel[column])) for column in (roles.output, *roles.inputs)]
    if not roles.logs and max(spreads) < NARROW and len(panel) > 1:
        said = "lies within a factor of 4, as all inputs do (logs already?)"
        found.append((roles.output, said, len(panel), panel.where(0)))
    return found


def doubt_table(found: Sequence[Doubt]) -> Table:
    """One row a column and doubt: how many rows, and the first of them."""
    columns, said, n, first = ([one[i] for one in found] for i in range(4))
    made = {"column": pa.array(columns, pa.string()), "doubt": pa.array(said, pa.string())}
    return as_table(pa.table(made | {"rows": pa.array(n, pa.int64()), "first": pa.array(first, pa.string())}), "doubts")
