"""Moves between firms, and how their firms rank by what coworkers earn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from industria.core.calendar import calendar
from industria.errors import NoMoversError, NoRowsLeftError
from industria.kernels.groups import Array, Codes, renumbered
from industria.kernels.quantile_groups import quantile_groups
from industria.work._jobs import NAME, Columns, Jobs

__all__ = ["Moves", "groups_of_coworkers", "moves_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moves:
    """Moves that can be used.

    Attributes
    ----------
    wages : array, shape (m, before + after)
        By event time.
    cell : array, shape (m,)
        Origin group times the number of groups, plus destination group.
    w : array, shape (m,)
        Worker, numbered from 0.
    omega : array, shape (m,)
        Weight.
    times : array
        Event times.
    short, gap, alone : int
        Moves left out: workers not seen long enough, periods that lack for all, no coworkers.
    """

    wages: Array
    cell: Codes
    w: Codes
    omega: Array
    times: Codes
    short: int
    gap: int
    alone: int


def groups_of_coworkers(jobs: Jobs, groups: int) -> Codes:
    """Rank jobs by what coworkers earn, within each period; -1 without coworkers."""
    place = renumbered(np.unique(jobs.f * (int(jobs.t.max()) + 1) + jobs.t, return_inverse=True)[1])
    weight, total = np.bincount(place, jobs.omega), np.bincount(place, jobs.omega * jobs.y)
    company = np.bincount(place)[place] > 1
    group = np.full(len(jobs.y), -1, np.int64)
    others = weight[place] - jobs.omega
    mean = (total[place] - jobs.omega * jobs.y)[company] / others[company]
    # Sums in another order differ in the last digits, which would part equal means.
    mean = np.round(mean, 12)
    group[company] = quantile_groups(mean, jobs.omega[company], groups, jobs.t[company])
    return group


def moves_of(jobs: Jobs, columns: Columns, group: Codes, groups: int, before: int, after: int) -> Moves:
    """Find moves with enough periods in a row on both sides, and with coworkers.

    Raises
    ------
    NoMoversError, NoRowsLeftError
        If nobody moves, or no move can be used.
    ColumnTypeError
        If periods are on no calendar.
    """
    order = np.lexsort((jobs.t, jobs.w))
    w, f, t = jobs.w[order], jobs.f[order], jobs.t[order]
    n = len(order)
    same_worker = np.diff(w) == 0
    moved = np.flatnonzero(same_worker & (np.diff(f) != 0)) + 1
    if not len(moved):
        raise NoMoversError(NAME, columns.worker, columns.firm, len(np.unique(w)), len(np.unique(f)))
    times = np.arange(-before, after)
    at = np.clip(moved[:, None] + times, 0, n - 1)
    there = (moved[:, None] + times >= 0) & (moved[:, None] + times < n) & (w[at] == w[moved][:, None])
    home = there & (f[at] == np.where(times < 0, f[moved - 1][:, None], f[moved][:, None]))

    def in_a_row(clock: Codes) -> npt.NDArray[np.bool_]:
        return np.asarray((home & (clock[at] == clock[moved][:, None] + times)).all(axis=1))

    dates = calendar(jobs.periods, NAME, columns.period)
    seen, whole = in_a_row(t), in_a_row(np.array([dates[one] for one in jobs.periods.to_pylist()], np.int64)[t])
    origin, destination = group[order][moved - 1], group[order][moved]
    company = (origin >= 0) & (destination >= 0)
    kept = whole & company
    short, gap, alone = (int(gone.sum()) for gone in (~seen, seen & ~whole, whole & ~company))
    if not kept.any():
        reasons = [f"{short} moves have fewer than {before} periods in a row before or {after} after"] * (short > 0)
        reasons += [f"{gap} moves span a period of which no row tells (number waves that lie further apart)"] * (
            gap > 0
        )
        reasons += [f"{alone} have no coworkers on one side"] * (alone > 0)
        raise NoRowsLeftError(NAME, n, reasons)
    cell = origin[kept] * groups + destination[kept]
    return Moves(
        wages=jobs.y[order][at[kept]],
        cell=cell,
        w=renumbered(w[moved[kept]]),
        omega=jobs.omega[order][moved[kept] - 1],
        times=times,
        short=short,
        gap=gap,
        alone=alone,
    )
