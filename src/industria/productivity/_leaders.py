"""The best units of each cell, and what sets groups apart from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from industria.errors import DuplicateRowError
from industria.kernels.distributions import spans, within_cells
from industria.kernels.frontiers import cell_means, fixed_thresholds, share_thresholds
from industria.productivity._cells import weights_of
from industria.productivity._nests import nests
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["Gaps", "Leaders", "gaps", "leaders", "median_sizes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaders:
    """Units by cell and value.

    Attributes
    ----------
    p, w : array, shape (n,)
        Productivity, rising within each cell, and weights.
    unit, cell : array, shape (n,)
        Who, and whose frontier.
    group : array, shape (n,)
        Numbered over all cells; where there are no groups, the cell.
    start : array, shape (cells + 1,)
        Where cells begin.
    of : array, shape (groups,)
        Cell of each group.
    grouped : bool
        Whether groups are those of a column, and not all but the frontier.
    share : float
        Of units at the frontier.
    size : array, shape (cells,), or None
        How many units or how much weight it has, where the share is not of each cell.
    equal : bool
        Whether all weights are one.
    """

    p: Array
    w: Array
    unit: Codes
    cell: Codes
    group: Codes
    start: Codes
    of: Codes
    grouped: bool
    share: float
    size: Array | None = None
    equal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaps:
    """What `gaps` finds.

    Attributes
    ----------
    leads : array, shape (n,)
        Whether a unit is at the frontier.
    inside : array, shape (n,)
        Whether it counts in its group.
    frontier, mean, gap : array, shape (groups,)
        Mean of the frontier of the group's cell, mean of the group, and their difference.
    """

    leads: npt.NDArray[np.bool_]
    inside: npt.NDArray[np.bool_]
    frontier: Array
    mean: Array
    gap: Array


def leaders(panel: Panel, value: str, cell_of: Codes, grouped: bool, share: float) -> Leaders:
    """Sort units by cell and value; the smallest cells of the panel are groups of the cells that they lie in.

    Raises
    ------
    DuplicateRowError
        If a unit stands in two groups of one cell.
    """
    cell, w = cell_of[panel.cell], weights_of(panel)
    if grouped:
        code = np.sort(cell * panel.n_units + panel.unit)
        again = np.flatnonzero(np.diff(code) == 0)
        if len(again):
            row = int(np.flatnonzero(cell * panel.n_units + panel.unit == code[again[0]])[0])
            raise DuplicateRowError(panel.name, panel.keys.column_names, panel.where(row), 2, len(again))
    start = spans(cell)
    order = within_cells(panel[value], w, start)
    return Leaders(
        p=panel[value][order],
        w=panel.weights[order],
        unit=panel.unit[order],
        cell=cell,
        group=panel.cell[order],
        start=start,
        of=cell_of,
        grouped=grouped,
        share=share,
        equal=w is None,
    )


def median_sizes(x: Leaders, panel: Panel, by: int) -> Leaders:
    """Give each frontier the share of the median cell, among those that agree in the first `by` columns."""
    weight = np.bincount(x.cell, x.w, len(x.start) - 1)
    outer = np.empty(len(weight), np.int64)
    outer[x.of] = nests(panel, by).cells
    size = np.empty(len(weight))
    for one in np.unique(outer):
        size[outer == one] = np.median(weight[outer == one])
    return replace(x, size=x.share * size)


def gaps(x: Leaders, m: Array | None = None) -> Gaps:
    """Find the frontier, and the distance of each group from it; m is how often each row was drawn, shape (n,)."""
    w = x.w if m is None else x.w * m
    if x.size is None:
        at = share_thresholds(x.p, None if x.equal else x.w, x.start, x.share, m)
    else:
        at = fixed_thresholds(x.p, None if x.equal and m is None else w, x.start, x.size)
    leads = x.p >= at[x.cell]
    inside = np.ones(len(leads), bool) if x.grouped else ~leads
    frontier = cell_means(x.p, w * leads, x.cell, len(at))[x.of]
    mean = cell_means(x.p, w * inside, x.group, len(x.of))
    return Gaps(leads=leads, inside=inside, frontier=frontier, mean=mean, gap=frontier - mean)
