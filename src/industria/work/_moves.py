"""Moves between firms, and how their firms rank by what coworkers earn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    short, alone : int
        Moves left out.
    """

    wages: Array
    cell: Codes
    w: Codes
    omega: Array
    times: Codes
    short: int
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
    order = np.lexsort((jobs.t, jobs.w))
    w, f, t = jobs.w[order], jobs.f[order], jobs.t[order]
    n = len(order)
    same_worker = np.diff(w) == 0
    moved = np.flatnonzero(same_worker & (np.diff(f) != 0)) + 1
    if not len(moved):
        raise NoMoversError(NAME, columns.worker, columns.firm, len(np.unique(w)), len(np.unique(f)))
    times = np.arange(-before, after)
    at = np.clip(moved[:, None] + times, 0, n - 1)
    there = (moved[:, None] + times >= 0) & (moved[:, None] + times < n)
    home = np.where(times < 0, f[moved - 1][:, None], f[moved][:, None])
    whole = (there & (w[at] == w[moved][:, None]) & (t[at] == t[moved][:, None] + times) & (f[at] == home)).all(axis=1)
    origin, destination = group[order][moved - 1], group[order][moved]
    company = (origin >= 0) & (destination >= 0)
    short, alone = int((~whole).sum()), int((whole & ~company).sum())
    kept = whole & company
    if not kept.any():
        reasons = [f"{short} moves have fewer than {before} periods in a row before or {after} after"]
        reasons += [f"{alone} have no coworkers on one side"] if alone else []
        raise NoRowsLeftError(NAME, n, reasons)
    cell = origin[kept] * groups + destination[kept]
    return Moves(
        wages=jobs.y[order][at[kept]],
        cell=cell,
        w=renumbered(w[moved[kept]]),
        omega=jobs.omega[order][moved[kept] - 1],
        times=times,
        short=short,
        alone=alone,
    )
