"""The rows of one cell that a production function is made of, with the row a period before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from industria.core.table import TableLike
from industria.errors import NoRowsLeftError, OutsideRangeError, RoleError
from industria.productivity._function_exits import AT_RISK, LAST, exits
from industria.productivity._function_roles import Roles
from industria.productivity._panel import Array, Codes, Dropped, Panel, read

__all__ = ["Sample", "read_panel", "samples"]

JUMP = 20.0
"""In logs: no column of one panel reaches from e^-20 to e^20 of its middle, but levels said to be logs do."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """One cell.

    Attributes
    ----------
    y : array, shape (n,)
        Output, in logs.
    inputs : array, shape (n, J)
        Those chosen in the period first, in logs.
    n_variable : int
        How many of the inputs these are.
    proxy : array, shape (n,) or None
        In logs.
    share : array, shape (n,) or None
        Log of the flexible input's share of revenue.
    controls, shifters, costs : array, shape (n, c)
        As they are.
    weights : array, shape (n,)
        Positive.
    unit : array, shape (n,)
        From 0 without gaps.
    now, before : array, shape (n_lagged,)
        Rows that have a row a period before, and those rows.
    last : array, shape (n,) or None
        Whether the unit is gone in the next period; None where exit plays no part.
    at_risk : array, shape (n,)
        Whether that could be seen.
    n_gaps : int
        Rows after a gap in their unit's calendar.
    """

    y: Array
    inputs: Array
    n_variable: int
    proxy: Array | None
    share: Array | None
    controls: Array
    shifters: Array
    costs: Array
    weights: Array
    unit: Codes
    now: Codes
    before: Codes
    last: npt.NDArray[np.bool_] | None
    at_risk: npt.NDArray[np.bool_]
    n_gaps: int

    @property
    def n_units(self) -> int:
        """How many units there are."""
        return int(self.unit.max()) + 1

    @property
    def state(self) -> Array:
        """Inputs chosen before the period, shape (n, J - n_variable), in logs."""
        return self.inputs[:, self.n_variable :]


def read_panel(data: TableLike, roles: Roles) -> Panel:
    """Read the columns that play a part; investment of zero leaves the rows of Olley and Pakes, and is no exit.

    Raises
    ------
    DataError
        As `_panel.read` says, and where numbers said to be logs cannot be.
    RoleError
        If nobody exits, a unit is there after the year that is marked as its last, or most shares are above 1.
    """
    logged = [roles.output, *roles.inputs, *([roles.revenue_share] if roles.revenue_share else [])]
    invests = roles.estimator == "olley_pakes" and not roles.logs
    if roles.proxy and not invests:
        logged.append(roles.proxy)
    marks = [roles.exit] if roles.exit and roles.exit != "last_seen" else []
    panel = read(
        data,
        "panel",
        unit=roles.unit,
        time=roles.time,
        by=roles.by,
        weights=roles.weights,
        numbers=[
            *logged,
            *([roles.proxy] if roles.proxy else []),
            *roles.controls,
            *roles.shifters,
            *roles.costs.values(),
            *marks,
        ],
        logged=() if roles.logs else logged,
        nonnegative=[*roles.costs.values(), *([str(roles.proxy)] if invests else [])],
    )
    for column in logged if roles.logs else ():
        _refuse_levels(panel, column)
    if roles.revenue_share:
        _refuse_shares(panel, roles.revenue_share, logs=roles.logs)
    used = _invested(panel, str(roles.proxy)) if invests else panel
    return used if roles.exit is None else replace(used, numbers={**used.numbers, **exits(data, used, roles)})


def _refuse_levels(panel: Panel, column: str) -> None:
    far = np.abs(panel[column] - np.median(panel[column]))
    if far.max() > JUMP:
        row = int(far.argmax())
        found, middle = panel[column][row], np.median(panel[column])
        raise RoleError(
            f"{panel.name}.{column} is {found:g} where {panel.where(row)}, and {middle:g} in the middle: these are "
            "levels and no natural logs. Say logs=False"
        )


def _refuse_shares(panel: Panel, column: str, *, logs: bool) -> None:
    above = panel[column] > 0
    if 2 * above.sum() > len(panel):
        say = "these are levels: take logs, or say logs=False" if logs else "these are per cent: divide them by 100"
        raise RoleError(
            f"{panel.name}.{column} is {'a log above 0' if logs else 'above 1'} in {above.sum()} of {len(panel)} rows, "
            f"first where {panel.where(int(np.argmax(above)))}, and a share of revenue hardly ever is; {say}"
        )


def _invested(panel: Panel, proxy: str) -> Panel:
    kept = panel[proxy] > 0
    if not kept.any():
        raise NoRowsLeftError(panel.name, len(panel), [f"{len(panel)} without investment ({proxy})"])
    if kept.all():
        return replace(panel, numbers={**panel.numbers, proxy: np.log(panel[proxy])})
    dropped: Sequence[Dropped] = [*panel.dropped, (proxy, "investment of zero", int((~kept).sum()))]
    numbers = {column: values[kept] for column, values in panel.numbers.items()}
    numbers[proxy] = np.log(numbers[proxy])
    found, cell = np.unique(panel.cell[kept], return_inverse=True)
    return replace(
        panel,
        keys=panel.keys.filter(kept),
        cells=panel.cells.take(found) if panel.cells.num_columns else panel.cells,
        cell=cell.astype(np.int64),
        unit=panel.unit[kept],
        time=panel.time[kept],
        numbers=numbers,
        weights=panel.weights[kept],
        dropped=dropped,
    )


def samples(panel: Panel, roles: Roles) -> Iterator[Sample]:
    """Yield the cells in order.

    Raises
    ------
    OutsideRangeError
        If a row has no costs at all.
    """
    before = panel.before()
    for cell in range(int(panel.cell.max()) + 1):
        rows = np.flatnonzero(panel.cell == cell)
        first = int(rows[0])
        lag = before[rows] - first
        now = np.flatnonzero(before[rows] >= 0)
        unit = np.unique(panel.unit[rows], return_inverse=True)[1].astype(np.int64)
        follows = np.concatenate([[False], unit[1:] == unit[:-1]])
        yield Sample(
            y=panel[roles.output][rows],
            inputs=panel.matrix(roles.inputs)[rows],
            n_variable=len(roles.variable),
            proxy=panel[roles.proxy][rows] if roles.proxy else None,
            share=panel[roles.revenue_share][rows] if roles.revenue_share else None,
            controls=panel.matrix(roles.controls)[rows],
            shifters=panel.matrix(roles.shifters)[rows],
            costs=_shares(panel, roles)[rows],
            weights=panel.weights[rows],
            unit=unit,
            now=now,
            before=lag[now],
            last=None if roles.exit is None else panel[LAST][rows] > 0,
            at_risk=np.ones(len(rows), bool) if roles.exit is None else panel[AT_RISK][rows] > 0,
            n_gaps=int((follows & (before[rows] < 0)).sum()),
        )


def _shares(panel: Panel, roles: Roles) -> Array:
    if not roles.costs:
        return np.empty((len(panel), 0))
    costs = panel.matrix([roles.costs[one] for one in roles.inputs])
    total = costs.sum(axis=1)
    if (total <= 0).any():
        row = int(np.argmax(total <= 0))
        raise OutsideRangeError(panel.name, " + ".join(roles.costs.values()), 0.0, panel.where(row), "must be above 0")
    return np.asarray(costs / total[:, None])
