"""Jobs of workers at firms that can be used, and why the others cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import NoLeaveOutSetError, NoMoversError, RepeatedColumnError, ReservedNameError
from industria.kernels.groups import Array, Codes
from industria.kernels.leave_out_set import ALONE, HANGING, KEPT, ONCE, OUTSIDE, leave_out_set

__all__ = [
    "NAME",
    "SECOND",
    "Columns",
    "Jobs",
    "MainJob",
    "Mask",
    "labeled",
    "removed_table",
    "without_what_cannot_be_left_out",
]

Mask = npt.NDArray[np.bool_]
MainJob = Literal["wage", "weight", "refuse"]

NAME: Final = "jobs"

REASONS: Final = {
    OUTSIDE: "outside the largest connected set",
    ALONE: "worker without whom the set falls apart",
    HANGING: "tied to the set by such workers only",
    ONCE: "worker observed once",
}
SECOND: Final = "not the main job of the period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the jobs plays which part."""

    worker: str
    firm: str
    period: str
    wage: str
    controls: tuple[str, ...] = ()
    weight: str | None = None
    by: str | None = None

    def __post_init__(self) -> None:
        """Refuse a column that plays two parts which exclude each other."""
        parts: dict[str, str] = {}
        for part, name in (
            ("the worker", self.worker),
            ("the firm", self.firm),
            ("the wage", self.wage),
            *((("the weight", self.weight),) if self.weight else ()),
            *(("a control", name) for name in self.controls),
        ):
            if name in parts:
                raise RepeatedColumnError(name, parts[name], part)
            parts[name] = part

    def refuse_names(self, reserved: Sequence[str]) -> None:
        """Refuse a worker or firm column named as what the result says of them."""
        for name in (self.worker, self.firm):
            if name in reserved:
                raise ReservedNameError(NAME, name, reserved)

    @property
    def all(self) -> tuple[str, ...]:
        """Every column read, each once."""
        beside = [name for name in (self.weight, self.by) if name is not None]
        return tuple(dict.fromkeys((self.worker, self.firm, self.period, self.wage, *self.controls, *beside)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jobs:
    """Rows that can be used, sorted by worker, firm and period.

    Attributes
    ----------
    w, f, t : array, shape (n,)
        Worker, firm and period, numbered from 0; those of workers and firms index the labels.
    y, omega : array, shape (n,)
        Wage, and positive weight with a mean of one.
    controls : mapping of str to array, each of shape (n,)
        Numbers, or text as objects.
    group : array, shape (n,), or None
        Numbered from 0; indexes `groups`.
    workers, firms, periods, groups : pyarrow.Array
        Labels in their order.
    removed : list of (array, array, str)
        Workers and firms of rows left out, -1 where missing, and why.
    rows : int
        Of the table.
    """

    w: Codes
    f: Codes
    t: Codes
    y: Array
    omega: Array
    controls: Mapping[str, npt.NDArray[Any]]
    group: Codes | None
    workers: pa.Array
    firms: pa.Array
    periods: pa.Array
    groups: pa.Array | None
    removed: list[tuple[Codes, Codes, str]]
    rows: int

    @property
    def second_jobs(self) -> int:
        """Rows left out because another job of the period counts."""
        return sum(len(w) for w, _, why in self.removed if why == SECOND)

    def matches(self) -> tuple[Codes, Codes]:
        """Return the pair of worker and firm of each row, numbered from 0 in order, and the first row of each."""
        new = (np.diff(self.w, prepend=-1) != 0) | (np.diff(self.f, prepend=-1) != 0)
        return np.cumsum(new) - 1, np.flatnonzero(new)

    def kept(self, rows: Mask, removed: list[tuple[Codes, Codes, str]]) -> Jobs:
        """Keep some rows, and note why the others went."""
        omega = self.omega[rows]
        return replace(
            self,
            w=self.w[rows],
            f=self.f[rows],
            t=self.t[rows],
            y=self.y[rows],
            omega=omega / omega.mean(),
            controls={name: values[rows] for name, values in self.controls.items()},
            group=None if self.group is None else self.group[rows],
            removed=[*self.removed, *removed],
        )


def labeled(labels: pa.Array, codes: Codes) -> pa.Array:
    """Return the labels of codes; -1 is null."""
    return labels.take(pa.array(codes, mask=codes < 0))


def removed_table(jobs: Jobs, columns: Columns) -> Table:
    """List the matches that were left out, why, and how many rows each had."""
    workers, firms, reasons, counts = [], [], [], []
    for w, f, reason in jobs.removed:
        # A missing label is a match of its own.
        pairs, n = np.unique((w + 1) * (len(jobs.firms) + 1) + f + 1, return_counts=True)
        who, where = np.divmod(pairs, len(jobs.firms) + 1)
        workers.append(who - 1)
        firms.append(where - 1)
        reasons += [reason] * len(pairs)
        counts.append(n)
    nothing = [np.zeros(0, np.int64)]
    rows = {
        columns.worker: labeled(jobs.workers, np.concatenate(workers or nothing)),
        columns.firm: labeled(jobs.firms, np.concatenate(firms or nothing)),
        "reason": pa.array(reasons, pa.string()),
        "n_obs": pa.array(np.concatenate(counts or nothing)),
    }
    return as_table(pa.table(rows), "removed")


def without_what_cannot_be_left_out(jobs: Jobs, columns: Columns) -> Jobs:
    """Keep the firms that stay connected whichever worker is left out, and workers seen twice.

    Raises
    ------
    NoMoversError, NoLeaveOutSetError
        If there are no such firms; the message says how many movers are missing.
    """
    match, first = jobs.matches()
    w, f = jobs.w[first], jobs.f[first]
    firms = np.bincount(w)
    if firms.max() < 2:
        raise NoMoversError(NAME, columns.worker, columns.firm, len(np.unique(w)), len(np.unique(f)))
    why = leave_out_set(w, f, np.bincount(match))
    kept = why == KEPT
    if not (np.bincount(w[kept], minlength=1) > 1).any():
        set_of = why != OUTSIDE
        movers = int((np.bincount(w[set_of]) > 1).sum())
        alone = len(np.unique(w[why == ALONE]))
        raise NoLeaveOutSetError(NAME, len(np.unique(f[set_of])), movers, alone)
    of_row = why[match]
    removed = [(jobs.w[of_row == code], jobs.f[of_row == code], reason) for code, reason in REASONS.items()]
    return jobs.kept(of_row == KEPT, removed)
